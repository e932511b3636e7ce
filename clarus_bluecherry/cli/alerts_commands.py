"""The command about alerts, and how its help ends.

Law of this module: a command reads its options and calls one thing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Annotated

import typer

from clarus_bluecherry import config
from clarus_bluecherry._lazy import need
from clarus_bluecherry.cli.helping import helped
from clarus_bluecherry.cli.options import FLAG, AsJson, SiteFileOption

ALERTS_HELP = helped(
    "clarus-bluecherry alerts --site site.toml --dry-run",
    "clarus-bluecherry alerts --site site.toml --test books",
    well="all that is due was told",
    found="a channel failed, and is tried again",
)


def alerts(
    site: SiteFileOption,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", metavar=FLAG, help="Show what would be told to whom; send nothing.")
    ] = False,
    test: Annotated[str, typer.Option(metavar="CHANNEL", help="Send a test message over this channel.")] = "",
    as_json: AsJson = False,
) -> None:
    """Tell people of exceptions, as the rules of `[alerts]` say: what is due now, and what failed before.

    A worker and `sync` do the same by themselves. What could not be told is shown with the reason.
    """
    need("sqlalchemy", extra="ledger", purpose="opening a site")
    command = import_module("clarus_bluecherry.cli.alerts")  # needs the ledger's packages
    raise typer.Exit(
        command.run(
            config.load_site(site),
            config.Secrets.from_environment(),
            dry_run=dry_run,
            trial=test,
            as_json=as_json,
        )
    )
