"""The commands for a tenant's webhooks, and how their help ends.

Law of this module: a command reads its options, calls one thing and shows the outcome. The token comes from the
environment, so that it stands in no shell history and in no list of processes, and it is never printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clarus_bluecherry import config
from clarus_bluecherry._lazy import need
from clarus_bluecherry.cli.door import say_next, tell
from clarus_bluecherry.cli.exit_codes import ExitCode
from clarus_bluecherry.cli.helping import examples, helped
from clarus_bluecherry.cli.options import FLAG, AsJson, SiteFileOption, print_json
from clarus_bluecherry.errors import ConfigurationError

if TYPE_CHECKING:
    from clarus_bluecherry.clarus._client import Clarus
    from clarus_bluecherry.clarus.webhooks import Subscription

webhooks_app = typer.Typer(
    no_args_is_help=True,
    help="The webhooks of a Clarus tenant.",
    epilog=examples("clarus-bluecherry clarus webhooks check --site site.toml"),
)

_TOKEN = "CLARUS_WEBHOOK_TOKEN"
_GOOD = frozenset({"installed", "extra", "twice"})


@webhooks_app.command(
    epilog=helped(
        "clarus-bluecherry clarus webhooks check --site site.toml --json",
        well="each is there",
        found="one is missing or disabled",
    )
)
def check(site: SiteFileOption, as_json: AsJson = False) -> None:
    """Compare the tenant's automations with the webhooks this library needs.

    Where they point to is not listed by Clarus.
    """
    webhooks = import_module("clarus_bluecherry.clarus.webhooks")
    with _clarus(site, config.Secrets.from_environment()) as clarus:
        found: list[Subscription] = webhooks.check(clarus)
    _show(found, as_json=as_json)
    if any(each.standing not in _GOOD for each in found):
        say_next("clarus", "webhooks", "install", "--site", str(site), "--url", "URL", "--dry-run")
    raise typer.Exit(ExitCode.of(any(each.standing not in _GOOD for each in found)))


@webhooks_app.command(
    epilog=helped(
        "clarus-bluecherry clarus webhooks install --site site.toml --url https://hooks.example.com --dry-run",
        "clarus-bluecherry clarus webhooks install --site site.toml --url https://hooks.example.com",
    )
)
def install(
    site: SiteFileOption,
    url: Annotated[str, typer.Option(help="Where your receiver answers, without the token.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", metavar=FLAG, help="Show what would be done, and do nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Create the webhooks that are missing and enable those that are disabled; nothing else is touched.

    The token, the unguessable part of the path, is read from CLARUS_WEBHOOK_TOKEN. The list shows how each
    webhook stood before.
    """
    webhooks = import_module("clarus_bluecherry.clarus.webhooks")
    secrets = config.Secrets.from_environment()
    if secrets.clarus_webhook_token is None:
        raise ConfigurationError("not set", record="environment", field=_TOKEN)
    token = secrets.clarus_webhook_token.get_secret_value()
    with _clarus(site, secrets) as clarus:
        found: list[Subscription] = webhooks.install(clarus, url, token, dry_run=dry_run)
    _show(found, as_json=as_json)


def _clarus(site: Path, secrets: config.Secrets) -> Clarus:
    need("sqlalchemy", extra="ledger", purpose="opening a site")
    opening = import_module("clarus_bluecherry.flows.opening")  # needs the ledger's packages
    clarus: Clarus = opening.clarus_of(config.load_site(site).clarus, secrets)
    return clarus


def _show(found: Sequence[Subscription], *, as_json: bool) -> None:
    if as_json:
        print_json({"webhooks": found})
        return
    for each in found:
        tell(f"{each.standing:<10}{each.resource}.{each.event}")
