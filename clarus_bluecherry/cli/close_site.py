"""A site as a source of the close: what is read of it, and the facts that its entries lead to.

Law of this module: nothing is written but the number of a run, and nothing is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from clarus_bluecherry import config
from clarus_bluecherry.cli.ledger_place import opened
from clarus_bluecherry.flows import learn, open_site, read_site
from clarus_bluecherry.flows.close_files._given import CloseRead
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.ledger import Fact


@contextmanager
def learnt(site: Path) -> Iterator[Site]:
    """The site of a file, with what its warehouse and Blue Cherry call its SKUs."""
    file = config.load_site(site)
    with open_site(file, config.Secrets.from_environment()) as here:
        yield learn(here, file)


def read(site: Path, books: Path | None, *, as_of: str, known_until: str) -> CloseRead:
    """What a close of the site is made of."""
    with learnt(site) as here:
        return read_site(here, books, as_of=as_of, known_until=known_until)


def facts(site: Path, keys: Iterable[str]) -> list[Fact]:
    """The facts of these keys that the site's ledger has."""
    with opened(config.load_site(site).ledger.path, knows_persons=True) as ledger:
        return [fact for fact in map(ledger.fact, keys) if fact is not None]
