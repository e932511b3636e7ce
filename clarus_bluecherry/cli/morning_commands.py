"""The command of the morning's page, and how its help ends.

Law of this module: a command reads its options and calls one thing.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from clarus_bluecherry import config
from clarus_bluecherry._lazy import need
from clarus_bluecherry.cli.close_commands import Books
from clarus_bluecherry.cli.helping import helped
from clarus_bluecherry.cli.options import FLAG, AsJson, SiteFileOption
from clarus_bluecherry.ledger.reasons import Owner

MORNING_HELP = helped(
    "clarus-bluecherry morning --site site.toml --out morning",
    "clarus-bluecherry morning --site site.toml --books exports --for finance --out finance.html",
    well="nothing waits for anybody",
    found="there is something to do, or something could not be read",
    over_limit="an exception is over a limit of `[exceptions]`",
)


def morning(
    site: SiteFileOption,
    books: Books = None,
    close: Annotated[
        bool,
        typer.Option("--close", metavar=FLAG, help="Read the close too, as with `--books`."),
    ] = False,
    owner: Annotated[
        Owner | None,
        typer.Option("--for", help="Only this owner's steps and exceptions, and his figures first."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Where the page goes: a folder (HTML, JSON, a workbook, CSV), or a file that ends in .html, "
            ".json or .xlsx. Default: the folder `morning`; with `--json` nowhere."
        ),
    ] = None,
    as_of: Annotated[
        str,
        typer.Option(
            metavar="WHEN",
            help="By which time ages, promises and periods are judged: a day (its end), an instant with its "
            "offset, or a period's name. Default: now.",
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Write the page of eight o'clock: what to do first, what left yesterday, what the books lack, what stands.

    With the books it tells what only they know: the variance by cause, COGS that is not in them, receipts, credits
    due, what is oversold. Nothing is sent, and neither system is changed; the ledger keeps what is wrong now, as
    `exceptions` does.
    """
    need("sqlalchemy", extra="ledger", purpose="opening a site")
    if not as_json and (out is None or out.suffix.lower() not in (".json", ".xlsx")):
        need("jinja2", extra="pages", purpose="an HTML page")
    command = import_module("clarus_bluecherry.cli.morning")  # needs the ledger's packages
    raise typer.Exit(
        command.run(
            config.load_site(site),
            config.Secrets.from_environment(),
            books=books,
            close=close,
            owner=owner,
            as_of=as_of,
            out=out,
            as_json=as_json,
        )
    )
