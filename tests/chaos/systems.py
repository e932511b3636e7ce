"""Both systems of a chaos run as servers in this process, with their people, and with everything that fails.

Law of this module: a fault never changes what was done, only when it takes effect and what the caller sees of it.
A late effect comes when the system has hung up, up to `latest` seconds later.
"""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from attrs import define, field, frozen
from flows_world import BLACK, CODES, NAVY, ODD, SHIP_TO, ZONE, _stock

from clarus_bluecherry.sandbox.bluecherry_app import bluecherry_app
from clarus_bluecherry.sandbox.clarus_app import Tokens, clarus_app
from clarus_bluecherry.sandbox.erp import Article, Erp, Pick, PickLine
from clarus_bluecherry.sandbox.faults import (
    HANG_UP,
    AsgiApp,
    Faults,
    FaultyApp,
    Rates,
    Receive,
    Scope,
    Send,
    is_write,
)
from clarus_bluecherry.sandbox.server import LocalServer
from clarus_bluecherry.sandbox.warehouse import GoodsOut, GoodsOutStatus, Refused, Warehouse

from .clock import FastClock

_RATES = Rates(
    too_many=0.02, too_many_without_retry_after=0.01, failed_before=0.03, failed_after=0.03, dropped_after=0.04
)


@frozen
class LateApp:
    """An application of which a share of writes takes effect only after the connection was cut."""

    app: AsgiApp
    share: float
    latest: float
    dice: random.Random
    tasks: set[asyncio.Task[None]] = field(factory=set)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request now, or later to nobody."""
        is_late = scope["type"] == "http" and is_write(scope["method"], scope["path"])
        if not is_late or self.dice.random() >= self.share:
            await self.app(scope, receive, send)
            return
        body = b""
        while (message := await receive())["type"] == "http.request":
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        task = asyncio.get_running_loop().create_task(self._later(scope, body, self.dice.random() * self.latest))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        scope["extensions"][HANG_UP]()

    async def _later(self, scope: Scope, body: bytes, seconds: float) -> None:
        await asyncio.sleep(seconds)

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def nobody(message: object) -> None:
            """Whoever asked has gone."""

        await self.app(scope, receive, nobody)


@define(kw_only=True)
class Systems:
    """Both systems and their addresses."""

    erp: Erp
    warehouse: Warehouse
    clarus_url: str
    bluecherry_url: str
    faults: tuple[Faults, Faults]


@contextmanager
def systems(clock: FastClock, seed: int, *, late: float, latest: float) -> Iterator[Systems]:
    """Both systems, served until the block ends. `late` is the share of writes that take effect late."""
    erp, warehouse = Erp(clock=clock, zone=ZONE), Warehouse(clock=clock, zone=ZONE)
    _stock(erp, warehouse)
    for article, code in CODES.items():
        if article in (BLACK, NAVY):
            erp.open_stock(article, "NJ", 1_000_000)
            warehouse.open_stock(code, 1_000_000)
    faults = Faults(seed=seed, rates=_RATES), Faults(seed=seed + 1, rates=_RATES)
    dice = random.Random(seed)
    first, second = (
        LocalServer(FaultyApp(LateApp(app, late, latest, dice), each))
        for app, each in zip(
            (clarus_app(warehouse, Tokens(lifetime=86_400)), bluecherry_app(erp)), faults, strict=True
        )
    )
    with first, second:
        yield Systems(erp=erp, warehouse=warehouse, clarus_url=first.url, bluecherry_url=second.url, faults=faults)


def _line(article: Article, units: int) -> PickLine:
    return PickLine(line_seq="1", article=article, bk_qty=units, price=Decimal("19.90"))


class People(threading.Thread):
    """Who makes the facts: adjustments, and every tenth time a pick ticket that is shipped when it has arrived.

    Every other pick ticket is changed while it is on its way, and now and then the code of an adjustment is one
    that nobody knows: both may come to wait for a person.
    """

    def __init__(self, there: Systems, facts: int, per_second: float) -> None:
        super().__init__(daemon=True)
        self._there, self._facts, self._pace = there, facts, 1 / per_second
        self.made = 0
        self.is_ending = False

    def calls_for(self) -> int:
        """How many messages all of it calls for: one for each adjustment, two for each pick ticket."""
        return self._facts + len(range(0, self._facts, 10))

    def run(self) -> None:
        """Make facts, one after the other, and work off staging and orders meanwhile."""
        while self.made < self._facts:
            self._make(self.made)
            self.made += 1
            if self.made % 20 == 0:
                self.work()
            time.sleep(self._pace)
        while not self.is_ending:
            self.work()
            time.sleep(0.5)

    def work(self) -> None:
        """Ship what has arrived, and let Blue Cherry work off what it was told."""
        for order in list(self._there.warehouse.goods_outs):
            if order.status is GoodsOutStatus.PENDING:
                self._ship(order)
        self._there.erp.process_staging()
        self._there.erp.run_invoicing()

    def _make(self, number: int) -> None:
        article = (BLACK, NAVY)[number % 2]
        if number % 20 == 1 and number > 1:
            self._there.erp.change_pick(f"P{number - 1}", [_line((BLACK, NAVY)[(number - 1) % 2], 9)])
        if number % 10:
            poison = CODES[ODD] if number % 50 == 7 else CODES[article]
            self._there.warehouse.adjust(poison, 1 + number % 3, "FOUND")
            return
        pick = Pick(
            pick_num=f"P{number}",
            ord_num=f"SO{number}",
            po_num="PO-9",
            customer="NORDST",
            location="NJ",
            shipper="UPS",
            pick_date=self._there.erp.clock().date(),
            ship_to=SHIP_TO,
            lines=(_line(article, 1 + number % 5),),
            last_mod=self._there.erp.clock(),
        )
        self._there.erp.release(pick)

    def _ship(self, order: GoodsOut) -> None:
        try:
            self._there.warehouse.process_picks([order.id])
            self._there.warehouse.pick(order.id)
            self._there.warehouse.dispatch(order.id)
        except Refused:
            return  # somebody changes it just now
