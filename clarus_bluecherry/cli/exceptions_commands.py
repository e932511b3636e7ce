"""The commands about exceptions, and how their help ends.

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
from clarus_bluecherry.cli.options import FLAG, SITE_FILE, AsJson
from clarus_bluecherry.ledger.reasons import Owner

exceptions_app = typer.Typer(invoke_without_command=True)


@exceptions_app.callback(
    epilog=helped(
        "clarus-bluecherry exceptions --site site.toml --for operations",
        "clarus-bluecherry exceptions --site site.toml --books exports --out exceptions.csv",
        well="there is none",
        found="there are some, or something could not be read",
        over_limit="one is over a limit of `[exceptions]`",
    )
)
def exceptions(
    context: typer.Context,
    site: Annotated[Path | None, SITE_FILE] = None,
    owner: Annotated[Owner | None, typer.Option("--for", help="Only those of this owner.")] = None,
    books: Books = None,
    close: Annotated[
        bool,
        typer.Option("--close", metavar=FLAG, help="Look at the close too, as with `--books`."),
    ] = False,
    as_of: Annotated[
        str,
        typer.Option(
            metavar="WHEN",
            help="By which time ages, promises and periods are judged: a day (its end), an instant with its "
            "offset, or a period's name. Default: now.",
        ),
    ] = "",
    out: Annotated[Path | None, typer.Option(help="Also write a CSV here: a row for each exception.")] = None,
    as_json: AsJson = False,
) -> None:
    """List what is wrong today: each document, place and feed once, with its owner, value, age and what to do.

    What waits in the ledger, orders that drifted or stand still, stock on hold, feeds that are silent; with the
    books, all that a close tells too. Nothing is sent, and neither system is changed; the ledger keeps what is
    found now, so that it can be acknowledged, assigned and resolved, and is cleared by what heals it.
    """
    if context.invoked_subcommand is not None:
        return
    if site is None:
        raise typer.BadParameter("it is needed", param_hint="--site")
    need("sqlalchemy", extra="ledger", purpose="opening a site")
    command = import_module("clarus_bluecherry.cli.exceptions")  # needs the ledger's packages
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
