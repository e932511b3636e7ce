"""`sandbox`: both systems as local servers, until interrupted."""

from __future__ import annotations

import json
import signal
import sys
import threading

from rich.console import Console

import clarus_bluecherry.sandbox.season as seasons
from clarus_bluecherry.sandbox.bluecherry_app import SUBSCRIPTION_KEY, bluecherry_app
from clarus_bluecherry.sandbox.clarus_app import CLIENT_ID, CLIENT_SECRET, clarus_app
from clarus_bluecherry.sandbox.erp import Erp
from clarus_bluecherry.sandbox.loading import release_day, stock_erp
from clarus_bluecherry.sandbox.server import LocalServer
from clarus_bluecherry.sandbox.warehouse import Warehouse


def run(*, seed: int, scale: str, clarus_port: int, bluecherry_port: int, as_json: bool) -> None:
    """Serve a season whose orders are all released; print how to reach it, as environment variables."""
    season = seasons.make_season(seed, scale)
    erp, warehouse = Erp(), Warehouse()
    stock_erp(season, erp)
    seasons.stock_warehouse(season, warehouse)
    for day in season.days:
        release_day(day, erp)
    with (
        LocalServer(clarus_app(warehouse), port=clarus_port) as clarus,
        LocalServer(bluecherry_app(erp), port=bluecherry_port) as bluecherry,
    ):
        environment = {
            "CLARUS_URL": clarus.url,
            "CLARUS_SUBDOMAIN": warehouse.subdomain,
            "CLARUS_ACCOUNT": seasons.ACCOUNT,
            "CLARUS_CLIENT_ID": CLIENT_ID,
            "CLARUS_CLIENT_SECRET": CLIENT_SECRET,
            "BLUECHERRY_URL": bluecherry.url,
            "BLUECHERRY_SUBSCRIPTION_KEY": SUBSCRIPTION_KEY,
        }
        interrupted = _interruption()
        _print(environment, as_json=as_json)
        interrupted.wait()


def _print(environment: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(environment) + "\n")
        sys.stdout.flush()
        return
    for name, value in environment.items():
        Console().print(f"export {name}={value}", highlight=False)
    Console().print("# running; Ctrl-C to stop", highlight=False)


def _interruption() -> threading.Event:
    """Set when the process is asked to stop: listened for before anybody knows that it runs."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop
