"""The commands that talk to Clarus alone, and how their help ends.

Law of this module: a command reads its options, calls one thing and shows the outcome; with `--json` it prints one
JSON document and nothing else.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from clarus_bluecherry import config
from clarus_bluecherry._lazy import need
from clarus_bluecherry.cli.helping import examples, helped
from clarus_bluecherry.cli.options import FLAG, AsJson, SiteFileOption
from clarus_bluecherry.cli.webhook_commands import webhooks_app

clarus_app = typer.Typer(
    no_args_is_help=True,
    help="Talk to Clarus.",
    epilog=examples(
        "clarus-bluecherry clarus introspect --site site.toml",
        "clarus-bluecherry clarus webhooks check --site site.toml",
    ),
)
clarus_app.add_typer(webhooks_app, name="webhooks")


@clarus_app.command(
    epilog=helped(
        "clarus-bluecherry clarus introspect --site site.toml --cache schema.json",
        "clarus-bluecherry clarus introspect --site site.toml --cache schema.json --diff",
        found="`--diff` finds a difference",
    )
)
def introspect(
    site: SiteFileOption,
    cache: Annotated[
        Path | None,
        typer.Option(help="Keep the schema in this file; with --diff: the file to compare with.", dir_okay=False),
    ] = None,
    compare: Annotated[
        bool,
        typer.Option(
            "--diff", metavar=FLAG, help="Show what has changed since --cache was written, and keep nothing."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Ask the tenant which lists, fields, filters and transaction subtypes it has."""
    need("sqlalchemy", extra="ledger", purpose="opening a site")
    command = import_module("clarus_bluecherry.cli.introspect")  # needs the ledger's packages
    file, secrets = config.load_site(site), config.Secrets.from_environment()
    raise typer.Exit(command.run(file, secrets, cache=cache, compare=compare, as_json=as_json))
