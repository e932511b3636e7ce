"""The commands that talk to Blue Cherry alone, and how their help ends.

Law of this module: a command reads its options, calls one thing and shows the outcome; with `--json` it prints one
JSON document and nothing else.
"""

from __future__ import annotations

import datetime as dt
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from clarus_bluecherry import config
from clarus_bluecherry._lazy import need
from clarus_bluecherry.cli.helping import examples, helped
from clarus_bluecherry.cli.options import AsJson, SiteFileOption
from clarus_bluecherry.errors import ConfigurationError

bluecherry_app = typer.Typer(
    no_args_is_help=True,
    help="Talk to Blue Cherry.",
    epilog=examples(
        "clarus-bluecherry bluecherry ping --site site.toml", "clarus-bluecherry bluecherry check --site site.toml"
    ),
)


@bluecherry_app.command(
    epilog=helped(
        "clarus-bluecherry bluecherry ping --site site.toml",
        well="it answers",
        failed="there is no answer, or not Blue Cherry's",
    )
)
def ping(site: SiteFileOption, as_json: AsJson = False) -> None:
    """Ask Blue Cherry for a sign of life, by whichever transport the site has.

    Nothing is sent but the question.
    """
    need("sqlalchemy", extra="ledger", purpose="opening a site")
    looking = import_module("clarus_bluecherry.cli.bluecherry_view")  # needs the ledger's packages
    looking.ping(config.load_site(site), config.Secrets.from_environment(), as_json=as_json)


@bluecherry_app.command(
    epilog=helped(
        "clarus-bluecherry bluecherry check --site site.toml",
        well="each kind is there",
        found="one is not: `bluecherry.kinds` in the site file says which ones a site has",
    )
)
def check(site: SiteFileOption, as_json: AsJson = False) -> None:
    """Ask Blue Cherry for each kind of message that this site reads: whether it is there, and if not, why not.

    Of each the first page is asked for; nothing is kept, settled or changed, and by files nothing is taken.
    """
    need("sqlalchemy", extra="ledger", purpose="opening a site")
    looking = import_module("clarus_bluecherry.cli.bluecherry_view")  # needs the ledger's packages
    raise typer.Exit(looking.check(config.load_site(site), config.Secrets.from_environment(), as_json=as_json))


@bluecherry_app.command(
    epilog=helped(
        "clarus-bluecherry bluecherry picks --site site.toml --since 2026-03-01T08:00",
        well="they are listed",
        found="one cannot be read; it is listed with what is wrong with it",
    )
)
def picks(
    site: SiteFileOption,
    since: Annotated[
        str,
        typer.Option(help="Only those changed since (ISO 8601; without an offset: in Blue Cherry's zone)."),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List the open pick tickets: number, customer, location, lines, units and last change. No addresses."""
    need("sqlalchemy", extra="ledger", purpose="opening a site")
    looking = import_module("clarus_bluecherry.cli.bluecherry_view")  # needs the ledger's packages
    file = config.load_site(site)
    found = looking.picks(
        file, config.Secrets.from_environment(), since=_instant(since, file.bluecherry.zone), as_json=as_json
    )
    raise typer.Exit(found)


@bluecherry_app.command(
    epilog=helped("clarus-bluecherry bluecherry held --site site.toml", well="none is held", found="one is held")
)
def held(site: SiteFileOption, as_json: AsJson = False) -> None:
    """List the snapshots that are held because they say much less than the ones before: name, kind and sizes.

    What has arrived is taken first, as at every read.
    """
    need("sqlalchemy", extra="ledger", purpose="opening a site")
    looking = import_module("clarus_bluecherry.cli.bluecherry_view")  # needs the ledger's packages
    raise typer.Exit(looking.held(config.load_site(site), config.Secrets.from_environment(), as_json=as_json))


@bluecherry_app.command(epilog=helped("clarus-bluecherry bluecherry accept STYLE_0302.csv --site site.toml"))
def accept(
    name: Annotated[str, typer.Argument(help="The file's name, as `held` shows it.", show_default=False)],
    site: SiteFileOption,
    as_json: AsJson = False,
) -> None:
    """Let a held snapshot stand: from now on it is read, and the next ones are compared with it."""
    need("sqlalchemy", extra="ledger", purpose="opening a site")
    looking = import_module("clarus_bluecherry.cli.bluecherry_view")  # needs the ledger's packages
    looking.accept(config.load_site(site), config.Secrets.from_environment(), name, as_json=as_json)


@bluecherry_app.command(
    epilog=helped(
        "clarus-bluecherry bluecherry intake in/*.x12 --site site.toml --json",
        well="all would be taken",
        found="some would be refused",
        failed="a file cannot be read at all",
    )
)
def intake(
    files: Annotated[
        list[Path],
        typer.Argument(help="Files from Blue Cherry: X12, or sheets.", exists=True, dir_okay=False),
    ],
    site: Annotated[
        Path | None, typer.Option("--site", help="The site file.", exists=True, dir_okay=False)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what the intake would do with files, document by document, and what it would answer; change nothing.

    With a site file it says what a turn would keep as an order; without one, X12 is read as the library has it,
    and its receiver and test indicator are not checked. Each file is judged by itself.
    """
    need("sqlalchemy", extra="ledger", purpose="looking at what an intake would do")
    looking = import_module("clarus_bluecherry.cli.bluecherry_intake")  # needs the ledger's packages
    told = None if site is None else config.load_site(site)
    raise typer.Exit(looking.intake(files, told, as_json=as_json))


def _instant(text: str, zone: dt.tzinfo) -> dt.datetime | None:
    if not text:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigurationError(
            f"{text!r} is not ISO 8601; write for example 2026-03-01T08:00", field="--since"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
