"""The command of the live view, with the exit codes of `cli.app`.

Law of this module: it reads its options and calls one thing. The token comes from a variable or a file, so that it
stands in no shell history and in no list of processes, and it is never printed.
"""

from __future__ import annotations

import datetime as dt
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from clarus_bluecherry import config
from clarus_bluecherry._lazy import need
from clarus_bluecherry.cli.helping import helped
from clarus_bluecherry.cli.options import FLAG, SiteFileOption, span

DASHBOARD_HELP = helped(
    "clarus-bluecherry dashboard --site site.toml  # then open http://127.0.0.1:8787/ in a browser",
    "clarus-bluecherry dashboard --site site.toml --pages out  # with the pages that commands wrote there",
    "clarus-bluecherry dashboard --site site.toml --trusted-header X-Forwarded-User  # behind a proxy here",
    "clarus-bluecherry dashboard --site site.toml --host 10.0.0.5 --token-variable DASHBOARD_TOKEN",
    well="it was told to stop",
    failed="the site file, the ledger or the address is not usable, or anybody could look",
)


def dashboard(
    site: SiteFileOption,
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one.", min=0, max=65535)] = 8787,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    token_variable: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="The variable that holds the token one has to know (or NAME_FILE, or a file of this name in "
            "SECRETS_FOLDER).",
        ),
    ] = "",
    trusted_header: Annotated[
        str, typer.Option(metavar="NAME", help="The header in which a reverse proxy says who asks.")
    ] = "",
    trusted_proxy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDRESS", help="From where that header is believed (repeatable). Default: this machine."
        ),
    ] = None,
    allowed_host: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="A further name by which it is asked (repeatable)."),
    ] = None,
    pages: Annotated[
        Path | None,
        typer.Option(help="The folder in which commands write their pages.", exists=True, file_okay=False),
    ] = None,
    every: Annotated[
        str, typer.Option(metavar="TIME", help="How often an open page asks for a newer one.")
    ] = "15s",
    worker_within: Annotated[
        str,
        typer.Option(metavar="TIME", help="How long no worker may have read both systems before /health fails."),
    ] = "15m",
    allow_personal: Annotated[
        bool,
        typer.Option(
            "--allow-personal",
            metavar=FLAG,
            help="Let a reader ask for the address of an order (`?personal=yes`); each such look is logged.",
        ),
    ] = False,
) -> None:
    """Show the ledger live: today, flows and lag, what waits and for whom, stories, health, Prometheus figures.

    It reads the ledger alone: no system is asked, no secret of theirs is needed, and nothing can be written.
    Workers may run beside. Who looks is told on standard error, a line of JSON for each look.
    """
    for module in ("sqlalchemy", "jinja2", "starlette", "uvicorn", "prometheus_client"):
        need(module, extra="dashboard", purpose="the dashboard")
    room = import_module("clarus_bluecherry.dashboard")  # needs its packages
    file = config.load_site(site)
    access = room.AccessTerms(
        host=host,
        token=config.secret_named(token_variable) if token_variable else "",
        trusted_header=trusted_header,
        trusted_proxies=trusted_proxy or ("127.0.0.1", "::1"),
        allowed_hosts=allowed_host or (),
    )
    terms = room.DashboardTerms(
        watch=room.WatchTerms.of(file),
        access=access,
        pages=pages,
        every=max(1, round(span(every, "--every") / dt.timedelta(seconds=1))),
        shows_personal=allow_personal,
        read_within=span(worker_within, "--worker-within"),
    )
    raise typer.Exit(import_module("clarus_bluecherry.cli.dashboard").run(file, terms, port=port))
