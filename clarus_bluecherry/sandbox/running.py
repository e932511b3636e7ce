"""A sandbox that runs: both systems and the door as servers of this machine, stocked with a season.

Law of this module: everything is on loopback, on ports of its own, and gone when the block ends. The orders of all
days of the season are released at once.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Self

import clarus_bluecherry.sandbox.season as seasons
from clarus_bluecherry.sandbox.bluecherry_app import SUBSCRIPTION_KEY, bluecherry_app
from clarus_bluecherry.sandbox.clarus_app import CLIENT_ID, CLIENT_SECRET, clarus_app
from clarus_bluecherry.sandbox.door import VARIABLE
from clarus_bluecherry.sandbox.door_app import door_app
from clarus_bluecherry.sandbox.erp import Erp
from clarus_bluecherry.sandbox.faults import FaultyApp
from clarus_bluecherry.sandbox.loading import release_day, stock_erp
from clarus_bluecherry.sandbox.server import LocalServer
from clarus_bluecherry.sandbox.staff import Staff
from clarus_bluecherry.sandbox.warehouse import Warehouse
from clarus_bluecherry.sandbox.webhook_sender import WebhookSender


class Sandbox(Staff):
    """Both systems for the length of a `with` block, and their people to tell what to do.

    `seed` says which season, `scale` (small, season) how much of it. Port 0 takes a free port.
    """

    def __init__(
        self, seed: int = 1, scale: str = "small", *, clarus_port: int = 0, bluecherry_port: int = 0
    ) -> None:
        season, warehouse, erp = seasons.make_season(seed, scale), Warehouse(), Erp()
        stock_erp(season, erp)
        seasons.stock_warehouse(season, warehouse)
        for day in season.days:
            release_day(day, erp)
        super().__init__(season, warehouse, erp)
        self._key = secrets.token_urlsafe(24)
        self._clarus = LocalServer(FaultyApp(clarus_app(warehouse), self.faults["clarus"]), port=clarus_port)
        self._bluecherry = LocalServer(
            FaultyApp(bluecherry_app(erp), self.faults["bluecherry"]), port=bluecherry_port
        )
        self._door = LocalServer(door_app(self, self._key))
        self._running = ExitStack()

    @property
    def environment(self) -> Mapping[str, str]:
        """What a program needs to find both systems and the door, as environment variables. Only while it runs."""
        return {
            "CLARUS_URL": self._clarus.url,
            "CLARUS_SUBDOMAIN": self.warehouse.subdomain,
            "CLARUS_ACCOUNT": seasons.ACCOUNT,
            "CLARUS_WAREHOUSES": " ".join(f"{code}={location}" for code, location in seasons.LOCATIONS.items()),
            "CLARUS_CLIENT_ID": CLIENT_ID,
            "CLARUS_CLIENT_SECRET": CLIENT_SECRET,
            "BLUECHERRY_URL": self._bluecherry.url,
            "BLUECHERRY_SUBSCRIPTION_KEY": SUBSCRIPTION_KEY,
            "OUR_ID": "WAREHOUSE",
            "CGS_ID": "BRAND",
            VARIABLE: f"{self._door.url}/{self._key}",
            "SANDBOX_PICKS": " ".join(self.easy_picks()),
        }

    def __enter__(self) -> Self:
        """Start everything."""
        with ExitStack() as started:
            for server in (self._clarus, self._bluecherry, self._door):
                started.enter_context(server)
            started.enter_context(WebhookSender(warehouse=self.warehouse, api_domain=self._clarus.url))
            self._running = started.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.close()
