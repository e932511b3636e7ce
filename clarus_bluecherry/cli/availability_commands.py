"""The commands about what may be sold, and how their help ends.

Law of this module: a command reads its options and calls one thing.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from clarus_bluecherry.cli.close_commands import Books, From, Site, refuse_sources
from clarus_bluecherry.cli.helping import helped
from clarus_bluecherry.cli.options import AsJson

availability_app = typer.Typer(invoke_without_command=True)

_AsOf = Annotated[
    str,
    typer.Option(
        "--as-of",
        metavar="WHEN",
        help="Just before when: an instant with its offset, a day (its end) or a period's name. Default: now.",
    ),
]
_KnownUntil = Annotated[
    str,
    typer.Option("--known-until", metavar="WHEN", help="By what was known when; the same. Default: all of it."),
]


@availability_app.callback(
    epilog=helped(
        "clarus-bluecherry availability --from exports --out feed",
        "clarus-bluecherry availability --from exports --changed-since feed/availability.json --out feed"
        "  # then, as often as there are new exports",
        well="there are figures",
        found="a row could not be read, or nothing is sellable",
    )
)
def availability(
    context: typer.Context,
    source: From = None,
    site: Site = None,
    books: Books = None,
    as_of: _AsOf = "",
    known_until: _KnownUntil = "",
    out: Annotated[
        Path | None, typer.Option(help="Also write availability.json and .csv, changes.csv and .jsonl here.")
    ] = None,
    changed_since: Annotated[
        Path | None,
        typer.Option(
            help="Tell only what changed since this availability.json; a file that is not there is none."
        ),
    ] = None,
    webhook: Annotated[
        str, typer.Option(metavar="URL", help="POST what changed here, before anything is written.")
    ] = "",
    token_variable: Annotated[
        str, typer.Option(metavar="NAME", help="The variable that holds the webhook's bearer token.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Say what sales channels may sell now, SKU by SKU.

    Blue Cherry's open to sell as of its last batch, less what went beyond it, plus what came beyond it, never more
    than the floor can give, less the buffer: document by document, so that nothing counts twice.
    """
    if context.invoked_subcommand is not None:
        return
    command = import_module("clarus_bluecherry.cli.availability")
    raise typer.Exit(
        command.run(
            _source(source, site, books),
            as_of=as_of,
            known_until=known_until,
            out=out,
            changed_since=changed_since,
            webhook=webhook,
            token_variable=token_variable,
            as_json=as_json,
        )
    )


@availability_app.command(
    epilog=helped(
        "clarus-bluecherry availability explain 01234-BLK-M --from exports",
        well="it is sellable",
        found="it is not",
    )
)
def explain(
    item: Annotated[str, typer.Argument(metavar="SKU", help="As the figures have it, or as a page shows it.")],
    source: From = None,
    site: Site = None,
    books: Books = None,
    channel: Annotated[str, typer.Option(help="In which channel. Default: the first.")] = "",
    as_of: _AsOf = "",
    known_until: _KnownUntil = "",
    as_json: AsJson = False,
) -> None:
    """Show how the figure of one SKU came about, line by line, with the documents."""
    command = import_module("clarus_bluecherry.cli.availability")
    raise typer.Exit(
        command.explain(
            _source(source, site, books),
            item,
            channel=channel,
            as_of=as_of,
            known_until=known_until,
            as_json=as_json,
        )
    )


def _source(folder: Path | None, site: Path | None, books: Path | None) -> object:
    refuse_sources(folder, site, books)
    return import_module("clarus_bluecherry.cli.availability").SellingSource(folder=folder, site=site, books=books)
