"""The world of the demo: both systems on loopback, their people, their clock, and everything that goes wrong.

Law of this module: the world knows nothing of the worker that is being shown; it speaks HTTP, and files.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from attrs import define

import clarus_bluecherry.sandbox.season as seasons
from clarus_bluecherry.bluecherry.profile import RestProfile
from clarus_bluecherry.finance import Months
from clarus_bluecherry.sandbox.bluecherry_app import bluecherry_app
from clarus_bluecherry.sandbox.bluecherry_files import FileSide, Speech
from clarus_bluecherry.sandbox.clarus_app import clarus_app
from clarus_bluecherry.sandbox.clarus_files import FileFault, FileFaults, WarehouseFileSide
from clarus_bluecherry.sandbox.erp import Erp
from clarus_bluecherry.sandbox.faults import AsgiApp, Faults, FaultyApp, Rates, Receive, Scope, Send
from clarus_bluecherry.sandbox.loading import stock_erp
from clarus_bluecherry.sandbox.planting import MonthEnd, SetClock
from clarus_bluecherry.sandbox.server import LocalServer
from clarus_bluecherry.sandbox.staff import Staff
from clarus_bluecherry.sandbox.warehouse import Warehouse
from clarus_bluecherry.sandbox.webhook_sender import WebhookSender

ZONE = ZoneInfo("America/New_York")
PROFILE = RestProfile(our_id="WAREHOUSE", vnd_id="BRAND", zone=ZONE, reason_column="reason_code")
HOOK_TOKEN = "a-token-that-nobody-outside-can-guess"
HOOKS = (("goods_out", "completed"), ("goods_in", "completed"), ("stock", "negatively_adjusted"))

_CLARUS_FAULTS = Rates(
    too_many=0.02, too_many_without_retry_after=0.01, failed_before=0.02, failed_after=0.02, dropped_after=0.03
)
_BLUECHERRY_FAULTS = Rates(
    too_many=0.03, too_many_without_retry_after=0.02, failed_before=0.02, failed_after=0.04, dropped_after=0.05
)

_FILE_FAULTS = 0.15
"""The share of files with which something goes wrong; each fault strikes once, however few there are."""


@define
class Clock(SetClock):
    """The world's time: it stands still until somebody moves it."""

    def begin(self, day: dt.date, hour: int) -> None:
        """Move on to an hour of `day`, New York time."""
        self.now = dt.datetime.combine(day, dt.time(hour), ZONE).astimezone(dt.UTC)


@define
class Doorway:
    """Where the warehouse's webhooks arrive: whoever is to answer them puts an application into `app`."""

    app: AsgiApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the call on; nobody there is 503."""
        if self.app is not None:
            await self.app(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 503, "headers": []})
        await send({"type": "http.response.body", "body": b""})


@define(kw_only=True)
class World:
    """Both systems, reachable at their URLs, and everyone who works in them."""

    season: seasons.Season
    clock: Clock
    erp: Erp
    warehouse: Warehouse
    operator: seasons.Operator
    month: MonthEnd
    doorway: Doorway
    webhooks: WebhookSender
    clarus_faults: Faults
    bluecherry_faults: Faults
    clarus_url: str
    bluecherry_url: str
    partner: FileSide | None = None
    warehouse_side: WarehouseFileSide | None = None

    @property
    def month_end(self) -> dt.date:
        """The last day of the month in which the season begins."""
        return Months().of(self.season.days[0].date).last_day

    def meet(self) -> None:
        """Let both systems take and leave files, where they are reached by files."""
        for side in (self.partner, self.warehouse_side):
            if side is not None:
                side.meet()

    def fault_counts(self) -> dict[str, int]:
        """How often each fault struck, by what it is called."""
        total: dict[str, int] = {}
        for faults in (self.clarus_faults, self.bluecherry_faults):
            for fault, count in faults.injected.items():
                total[fault.value] = total.get(fault.value, 0) + count
        if self.warehouse_side is not None:
            for struck in self.warehouse_side.faults.injected:
                total[struck.value] = total.get(struck.value, 0) + 1
        return total


@contextmanager
def world(
    seed: int,
    scale: str,
    *,
    exchange: Path | None = None,
    speech: Speech | None = None,
    warehouse_exchange: Path | None = None,
) -> Iterator[World]:
    """Start the world of `seed`, stocked for a season, and stop it when the block ends.

    With `exchange` and `speech` Blue Cherry is reached through files there; its web services stand idle. With
    `warehouse_exchange` the warehouse imports and exports files there; its API stands beside them.
    """
    season = seasons.make_season(seed, scale)
    clock = Clock(dt.datetime.combine(season.days[0].date, dt.time(6), ZONE).astimezone(dt.UTC))
    erp = Erp(clock=clock, zone=ZONE)
    warehouse = Warehouse(clock=clock, zone=ZONE)
    stock_erp(season, erp)
    seasons.stock_warehouse(season, warehouse)
    month = MonthEnd(Staff(season, warehouse, erp), seed, clock)
    month.prepare()
    clarus_faults = Faults(seed=seed, rates=_CLARUS_FAULTS)
    bluecherry_faults = Faults(seed=seed + 1, rates=_BLUECHERRY_FAULTS)
    doorway = Doorway()
    with ExitStack() as stack:
        serve = _server_in(stack)
        hooks = serve(doorway)
        clarus_url = serve(FaultyApp(clarus_app(warehouse), clarus_faults))
        bluecherry_url = serve(FaultyApp(bluecherry_app(erp), bluecherry_faults))
        webhooks = WebhookSender(warehouse=warehouse, api_domain=clarus_url, seed=seed, duplicates=0.3, window=8)
        for resource, event in HOOKS:
            warehouse.add_webhook(resource, event, f"{hooks}/hooks/{HOOK_TOKEN}/{resource}.{event}")
        stack.enter_context(webhooks)
        yield World(
            season=season,
            clock=clock,
            erp=erp,
            warehouse=warehouse,
            operator=seasons.Operator(warehouse, season, seed, month.codes),
            month=month,
            doorway=doorway,
            webhooks=webhooks,
            clarus_faults=clarus_faults,
            bluecherry_faults=bluecherry_faults,
            clarus_url=clarus_url,
            bluecherry_url=bluecherry_url,
            partner=FileSide(erp, exchange, speech, PROFILE) if exchange and speech else None,
            warehouse_side=_file_side(season, warehouse, warehouse_exchange, seed) if warehouse_exchange else None,
        )


def _file_side(season: seasons.Season, warehouse: Warehouse, root: Path, seed: int) -> WarehouseFileSide:
    """The warehouse's end of its files. It knows the season's customers, whom an import names by their codes."""
    for customer in sorted({pick.customer for day in season.days for pick in day.picks}):
        warehouse.create_reference("customers", {"code": customer, "name": customer})
    return WarehouseFileSide(
        warehouse, root, FileFaults(seed=seed + 2, share=_FILE_FAULTS, script=deque(FileFault))
    )


def _server_in(stack: ExitStack) -> Callable[[AsgiApp], str]:
    return lambda app: stack.enter_context(LocalServer(app)).url
