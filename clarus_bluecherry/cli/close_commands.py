"""The close at the command line: what its commands take, and where each is done.

Law of this module: an option has one name and one meaning in all of them; what a command does is loaded when it is
called.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from clarus_bluecherry.cli.options import AsJson


def add_to(app: typer.Typer) -> None:
    """Put the commands into `app`."""
    app.command(epilog=CLOSE_EXAMPLES)(close)


CLOSE_EXAMPLES = (
    "Examples: `clarus-bluecherry close --from exports --as-of 2026-10-31 --out closed`; "
    "`clarus-bluecherry close --template exports` writes what a folder may hold. Exit codes: 0 every difference "
    "has a cause; 1 something is unexplained or could not be read; 2 it is no folder that can be closed"
)


def close(
    source: Annotated[
        Path | None,
        typer.Option("--from", help="The folder of exports of both systems.", exists=True, file_okay=False),
    ] = None,
    as_of: Annotated[
        str,
        typer.Option(
            metavar="WHEN", help="Up to when: a day (its end), an instant with its offset, or a period's name."
        ),
    ] = "",
    known_until: Annotated[
        str, typer.Option(metavar="WHEN", help="By what was known when; the same. Default: all that is known.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option(help="Also write close.json, lines.csv and entries.csv here.")
    ] = None,
    template: Annotated[
        Path | None, typer.Option(help="Write an example of each file, and what its columns mean, here.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say why the warehouse and the books differ, place by place and down to the document, at any moment.

    It needs no site, no ledger and no network: only exports as both systems write them.
    """
    if (source is None) == (template is None):
        raise typer.BadParameter("one of the two is needed", param_hint="--from or --template")
    command = import_module("clarus_bluecherry.cli.close")
    if template is not None:
        raise typer.Exit(command.template(template, as_json=as_json))
    raise typer.Exit(command.run(source, as_of=as_of, known_until=known_until, out=out, as_json=as_json))
