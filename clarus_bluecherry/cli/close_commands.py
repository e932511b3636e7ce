"""The close at the command line: what its commands take, and where each is done.

Law of this module: an option has one name and one meaning in all of them; what a command does is loaded when it is
called.
"""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from clarus_bluecherry.cli.completing import words_of
from clarus_bluecherry.cli.helping import helped
from clarus_bluecherry.cli.options import FLAG, AsJson

if TYPE_CHECKING:
    from clarus_bluecherry.cli.close import Question

_WHEN = "a day (its end), an instant with its offset, or a period's name"

From = Annotated[
    Path | None,
    typer.Option("--from", help="The folder of exports of both systems.", exists=True, file_okay=False),
]
Site = Annotated[
    Path | None,
    typer.Option(
        "--site",
        help="Instead of exports, a site's file: the warehouse is asked, and the ledger knows what was told.",
        exists=True,
        dir_okay=False,
    ),
]
Books = Annotated[
    Path | None,
    typer.Option(
        "--books", help="With `--site`: the folder of Blue Cherry's exports.", exists=True, file_okay=False
    ),
]
AsOf = Annotated[str, typer.Option(metavar="WHEN", help=f"Up to when: {_WHEN}.")]
KnownUntil = Annotated[
    str, typer.Option(metavar="WHEN", help="By what was known when; the same. Default: all that is known.")
]
Out = Annotated[
    Path | None,
    typer.Option(
        help="Also write it here: a workbook (.xlsx), one document (.json), the first table (.csv), else a folder "
        "of CSV files with the document."
    ),
]
PageOut = Annotated[
    Path | None,
    typer.Option(
        help="Also write it here: the page (.html), its workbook (.xlsx), the document (.json), every cause "
        "(.csv), else a folder of all of them."
    ),
]
Item = Annotated[str, typer.Option(help="Only this SKU, by its key or as a page shows it.")]
Location = Annotated[str, typer.Option(help="Only this location of the books.")]


def add_to(app: typer.Typer) -> None:
    """Put the commands into `app`."""
    app.command(epilog=_CLOSE)(close)
    app.command(epilog=_POSITION)(position)
    app.command(epilog=_ROLL)(rollforward)
    app.command(epilog=_EXPLAIN)(explain)
    app.command(epilog=_PERIOD)(period)


_CLOSE = helped(
    "clarus-bluecherry close --template exports  # writes what a folder may hold",
    "clarus-bluecherry close --from exports --as-of 2026-10-31 --out closed  # then open closed/month-end.html",
    "clarus-bluecherry close --from exports --out closed.xlsx  # the workbook alone",
    "clarus-bluecherry close --from exports --pack evidence.zip  # the evidence, to be filed",
    well="every difference has a cause",
    found="something is unexplained or could not be read",
    failed="it could not be done, or it is no folder that can be closed",
)


def close(
    source: From = None,
    site: Site = None,
    books: Books = None,
    as_of: AsOf = "",
    known_until: KnownUntil = "",
    out: PageOut = None,
    pack: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.zip",
            help="Also write the evidence here: pages, workbook, data, SQL text, parameters, digests, and how to "
            "verify them.",
        ),
    ] = None,
    materiality: Annotated[
        list[str] | None,
        typer.Option(
            metavar="AMOUNT",
            help="On the page: from which value on a difference matters, as an amount (`10000`) or a share of "
            "what the books are worth (`0.5%`); given twice, the lesser of both.",
        ),
    ] = None,
    template: Annotated[
        Path | None, typer.Option(help="Write an example of each file, and what its columns mean, here.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say why the warehouse and the books differ, place by place and down to the document, at any moment.

    With `--from` it needs no site, no ledger and no network: only exports as both systems write them.
    """
    if template is not None:
        if source or site:
            raise typer.BadParameter("it goes alone", param_hint="--template")
        raise typer.Exit(_done().template(template, as_json=as_json))
    asked = _asked(source, site, books, as_of, known_until, out, as_json=as_json, pack=pack)
    raise typer.Exit(_done().close(asked, materiality or []))


_POSITION = helped(
    "clarus-bluecherry position --from exports --as-of 2026-10-31 --item 01234-BLK-M",
    "clarus-bluecherry position --from exports --differing --out positions.xlsx",
    well="every difference has a cause",
    found="something is unexplained or could not be read",
)


def position(
    source: From = None,
    site: Site = None,
    books: Books = None,
    as_of: AsOf = "",
    known_until: KnownUntil = "",
    item: Item = "",
    location: Location = "",
    differing: Annotated[
        bool, typer.Option("--differing", metavar=FLAG, help="Only places where both sides differ.")
    ] = False,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Show what the warehouse and the books have at each place, at any moment, and why they differ."""
    asked = _asked(source, site, books, as_of, known_until, out, as_json=as_json)
    raise typer.Exit(_done().position(asked, item, location, differing=differing))


_ROLL = helped(
    "clarus-bluecherry rollforward --from exports --as-of 2026-10",
    "clarus-bluecherry rollforward --from exports --as-of 2026-10 --item 01234-BLK-M  # of one SKU",
    well="both sides foot",
    found="one does not, or a row could not be read",
)


def rollforward(
    source: From = None,
    site: Site = None,
    books: Books = None,
    as_of: AsOf = "",
    known_until: KnownUntil = "",
    item: Item = "",
    location: Location = "",
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Show how either side came from the opening of the period to the moment: by class, in units and in value."""
    raise typer.Exit(
        _done().rollforward(_asked(source, site, books, as_of, known_until, out, as_json=as_json), item, location)
    )


_EXPLAIN = helped(
    "clarus-bluecherry explain --from exports --item 01234-BLK-M --location NJ",
    "clarus-bluecherry explain --from exports --document P1001",
    "clarus-bluecherry explain --from exports --status not_told",
    "clarus-bluecherry explain --from exports --line opening --side book",
    well="it is explained",
    found="something of it is not, or a row could not be read",
    failed="it could not be done, or nobody has heard of it",
)


_CAUSES = words_of("clarus_bluecherry.finance.close", "CauseStatus")
_MOVED = words_of("clarus_bluecherry.finance.close", "Moved")
_LINES = words_of("clarus_bluecherry.finance.close", "Moved", more=("opening", "currency", "closing"))
_SIDES = words_of("clarus_bluecherry.finance.close", "EntrySide")


def explain(
    source: From = None,
    site: Site = None,
    books: Books = None,
    as_of: AsOf = "",
    known_until: KnownUntil = "",
    item: Annotated[
        str, typer.Option(help="A SKU, by its key or as a page shows it: its places, or the one of `--location`.")
    ] = "",
    location: Location = "",
    document: Annotated[str, typer.Option(help="A document, by any of its names.")] = "",
    status: Annotated[
        str, typer.Option(help="A cause: where it stands, such as `posted_twice`.", autocompletion=_CAUSES)
    ] = "",
    moved: Annotated[
        str, typer.Option("--class", help="With `--status`: only what moved so.", autocompletion=_MOVED)
    ] = "",
    line: Annotated[
        str,
        typer.Option(
            help="A line of the roll-forward: a class, `opening`, `currency` or `closing`.", autocompletion=_LINES
        ),
    ] = "",
    side: Annotated[
        str, typer.Option(help="With `--line`: `physical` or `book`.", autocompletion=_SIDES)
    ] = "book",
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Take a figure apart: to documents, entries with the file and the line they were read from, and postings.

    Of a place it says too from when on both sides differ: the first movement by which they part for good.
    """
    given = [bool(document), bool(status), bool(line), bool(item) and not line]
    if sum(given) != 1:
        what = "say what to explain, by one of these (--item may go with --line)"
        raise typer.BadParameter(what, param_hint="--item, --document, --status or --line")
    asked, done = _asked(source, site, books, as_of, known_until, out, as_json=as_json), _done()
    if document:
        raise typer.Exit(done.explain_document(asked, document))
    if status:
        named = _word(done.CauseStatus, status, "--status")
        raise typer.Exit(done.explain_status(asked, named, _word(done.Moved, moved, "--class") if moved else None))
    if line:
        raise typer.Exit(done.explain_line(asked, _word(done.EntrySide, side, "--side"), line, item, location))
    raise typer.Exit(done.explain_place(asked, item, location))


_PERIOD = helped(
    "clarus-bluecherry period --from exports --as-of 2026-10-31 --known-until 2026-11-02",
    well="it is told",
    found="a row could not be read",
)


def period(
    source: From = None,
    site: Site = None,
    books: Books = None,
    as_of: AsOf = "",
    known_until: KnownUntil = "",
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Show the periods, what each was by what was known, all that was said of them, and in which a day lies."""
    raise typer.Exit(_done().period(_asked(source, site, books, as_of, known_until, out, as_json=as_json)))


def _done() -> ModuleType:
    """Where the commands are done; it takes a second to load."""
    return import_module("clarus_bluecherry.cli.close")


def refuse_sources(source: Path | None, site: Path | None, books: Path | None) -> None:
    """Refuse anything but exports, or a site."""
    if (source is None) == (site is None) or (source is not None and books is not None):
        what = "one of them is needed: exports, or a site with the --books of Blue Cherry"
        raise typer.BadParameter(what, param_hint="--from or --site")


def _asked(
    source: Path | None,
    site: Path | None,
    books: Path | None,
    as_of: str,
    known_until: str,
    out: Path | None,
    *,
    as_json: bool,
    pack: Path | None = None,
) -> Question:
    refuse_sources(source, site, books)
    asked: Question = _done().Question(
        source=source,
        site=site,
        books=books,
        as_of=as_of,
        known_until=known_until,
        out=out,
        pack=pack,
        as_json=as_json,
    )
    return asked


E = TypeVar("E", bound=StrEnum)


def _word(words: type[E], text: str, option: str) -> E:
    """One of the words of a list, as it is typed: `posted twice` is `posted_twice`."""
    folded, known = text.strip().casefold().replace(" ", "_"), [each.value for each in words]
    if folded not in known:
        raise typer.BadParameter(f"{text!r} is none of {', '.join(known)}", param_hint=option)
    return words(folded)
