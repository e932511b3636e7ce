"""Both systems of a chaos run as servers in this process, and everything that fails on the way to them.

Law of this module: a fault never changes what was done, only when it takes effect and what the caller sees of it.
A late effect comes when the system has hung up, up to `latest` seconds later: on a machine that is too busy for
that, never.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from attrs import define, field, frozen
from flows_world import BLACK, CODES, NAVY, ZONE, _stock

from clarus_bluecherry.sandbox.bluecherry_app import bluecherry_app
from clarus_bluecherry.sandbox.clarus_app import Tokens, clarus_app
from clarus_bluecherry.sandbox.dated import dated
from clarus_bluecherry.sandbox.erp import Article
from clarus_bluecherry.sandbox.faults import (
    HANG_UP,
    AsgiApp,
    Faults,
    FaultyApp,
    Message,
    Rates,
    Receive,
    Scope,
    Send,
    is_write,
)
from clarus_bluecherry.sandbox.server import LocalServer
from clarus_bluecherry.sandbox.warehouse import Warehouse

from .clock import FastClock
from .light import Journal, LightErp, ToldOnce, again, whole_body

_RATES = Rates(
    too_many=0.02, too_many_without_retry_after=0.01, failed_before=0.03, failed_after=0.03, dropped_after=0.04
)
STOPPED = Article(style="01299", color_code="GRN", size_desc="L", std_cost=Decimal("5.00"))
"""An article that is known everywhere, and of which both systems refuse whatever they are told."""
STOPPED_CODE = "01299-GRN-L"
_DRIPS = 40


@frozen
class LateApp:
    """An application of which a share of writes takes effect only after the connection was cut."""

    app: AsgiApp
    share: float
    latest: float
    dice: random.Random
    struck: Counter[str]
    tasks: set[asyncio.Task[None]] = field(factory=set)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request now, or later to nobody."""
        is_late = scope["type"] == "http" and is_write(scope["method"], scope["path"])
        if not is_late or self.dice.random() >= self.share:
            await self.app(scope, receive, send)
            return
        self.struck["late effects"] += 1
        later = self._later(scope, await whole_body(receive), self.dice.random() * self.latest)
        task = asyncio.get_running_loop().create_task(later)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        scope["extensions"][HANG_UP]()

    async def _later(self, scope: Scope, body: bytes, seconds: float) -> None:
        ends = time.monotonic() + self.latest
        await asyncio.sleep(seconds)
        if time.monotonic() > ends:
            return

        async def nobody(message: object) -> None:
            """Whoever asked has gone."""

        await self.app(scope, again(body), nobody)


@frozen
class DrippingApp:
    """An application of which a share of answers comes a few bytes at a time, for longer than anybody waits."""

    app: AsgiApp
    share: float
    seconds: float
    dice: random.Random
    struck: Counter[str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; its answer arrives at once, or drips."""
        drips = scope["type"] == "http" and self.dice.random() < self.share
        self.struck["dripping answers"] += drips
        await self.app(scope, receive, self._dripping(send) if drips else send)

    def _dripping(self, send: Send) -> Send:
        async def drip(message: Message) -> None:
            body = message.get("body", b"")
            step = len(body) // _DRIPS + 1
            for place in range(0, len(body) - step, step):
                await send({**message, "body": body[place : place + step], "more_body": True})
                await asyncio.sleep(self.seconds / _DRIPS)
            rest = body[(len(body) - 1) // step * step :] if body else body
            await send({**message, "body": rest} if "body" in message else message)

        return drip


@define(kw_only=True)
class Systems:
    """Both systems and their addresses. What the warehouse tells of `spoilt` transactions cannot be read."""

    erp: LightErp
    warehouse: Warehouse
    clarus_url: str
    bluecherry_url: str
    faults: tuple[Faults, Faults]
    spoilt: set[int]
    struck: Counter[str]


@frozen(kw_only=True)
class Weather:
    """`late` and `drips` are shares of requests, `latest` and `dripping` seconds."""

    late: float = 0.0
    latest: float = 0.0
    drips: float = 0.0
    dripping: float = 0.0


@contextmanager
def systems(clock: FastClock, seed: int, weather: Weather) -> Iterator[Systems]:
    """Both systems, served until the block ends."""
    erp, warehouse = LightErp(clock=clock, zone=ZONE), Warehouse(clock=clock, zone=ZONE)
    warehouse.floor.transactions = journal = Journal()
    _stocked(erp, warehouse)
    faults = Faults(seed=seed, rates=_RATES), Faults(seed=seed + 1, rates=_RATES)
    dice, struck, spoilt = random.Random(seed), Counter[str](), set[int]()
    clarus = clarus_app(warehouse, Tokens(lifetime=86_400))
    told = dated(ToldOnce(clarus, warehouse.lock, journal, spoilt), clock)

    def served(app: AsgiApp, each: Faults) -> LocalServer:
        late = LateApp(app, weather.late, weather.latest, dice, struck)
        return LocalServer(DrippingApp(FaultyApp(late, each), weather.drips, weather.dripping, dice, struck))

    with served(told, faults[0]) as first, served(bluecherry_app(erp), faults[1]) as second:
        yield Systems(
            erp=erp,
            warehouse=warehouse,
            clarus_url=first.url,
            bluecherry_url=second.url,
            faults=faults,
            spoilt=spoilt,
            struck=struck,
        )


def _stocked(erp: LightErp, warehouse: Warehouse) -> None:
    _stock(erp, warehouse)
    for article, code in CODES.items():
        if article in (BLACK, NAVY):
            erp.open_stock(article, "NJ", 100_000_000)
            warehouse.open_stock(code, 100_000_000)
    erp.add_article(STOPPED)
    erp.stopped.add(STOPPED.key)
    warehouse.add_product(STOPPED_CODE).stop = True
