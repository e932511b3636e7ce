"""Two sandbox systems, one real ledger, real flows; every ledger call and request goes past the scheduler.

Law of this module: it is built once and made new for each schedule, so that a schedule costs some milliseconds.
What the flows are given is their own public types; only `SteppedLedger` and `Network` stand between.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa
from attrs import define, evolve, field, fields_dict
from flows_world import MORNING, ZONE, Loop, _stock, bluecherry_through, clarus_through

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.clarus._client import Clarus
from clarus_bluecherry.errors import WireError
from clarus_bluecherry.finance import PostingCalendar
from clarus_bluecherry.flows.crosswalk import learn_crosswalk
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.mapping import CarrierCodes, ErpTerms, WarehouseTerms
from clarus_bluecherry.sandbox.bluecherry_app import bluecherry_app
from clarus_bluecherry.sandbox.clarus_app import Tokens, clarus_app
from clarus_bluecherry.sandbox.erp import Erp
from clarus_bluecherry.sandbox.faults import Faults
from clarus_bluecherry.sandbox.warehouse import Warehouse
from clarus_bluecherry.sku import Recipe

from .network import LATEST_EFFECT, Network
from .scheduler import Actor, Scheduler, Stopped
from .verdict import Books, Fault, faults

Flow = Callable[[Site], object]
CLARUS, BLUECHERRY = "clarus", "bluecherry"
_NOT_A_POINT = frozenset({"fact", "facts", "history", "knows", "known", "undone", "watermark", "counts"})
"""Reads of what never changes, or of what only tells: nobody needs to come between there."""
_READS = frozenset(
    {
        "expired",
        "in_state",
        "linked",
        "open_orders",
        "open_postings",
        "parked",
        "posting",
        "postings_of",
        "standing",
    }
)
"""To stop for ever before one of these is the same as before the next thing done."""


def patience(latest_effect: dt.timedelta) -> dict[str, Any]:
    """What a site is told of how late the other side may still apply a request, if it can be told."""
    return {"latest_effect": latest_effect} if "latest_effect" in fields_dict(Site) else {}


class SteppedLedger:
    """A ledger whose every call is a point of the scheduler; in a transaction only its beginning is."""

    def __init__(self, ledger: Ledger, world: World) -> None:
        self._ledger, self._world = ledger, world

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._ledger, name)
        if not callable(found):
            return found

        def call(*given: Any, **named: Any) -> Any:
            if name not in _NOT_A_POINT:
                self._world.scheduler.point(name, may_stop=name not in _READS)
            self._require_alive()
            return found(*given, **named)

        return call

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """As the ledger's own."""
        actor = self._world.scheduler.current
        self._world.scheduler.point("transaction")
        self._require_alive()
        with self._ledger.transaction():
            if actor is not None:
                actor.inside += 1
            try:
                yield
            finally:
                if actor is not None:
                    actor.inside -= 1

    def _require_alive(self) -> None:
        actor = self._world.scheduler.current
        if actor is not None and actor.is_dead:
            raise Stopped


@define(eq=False)
class World:
    """One schedule's world. `crashes` are what flows raised: none may."""

    scheduler: Scheduler
    network: Network
    site: Site
    loop: Loop
    clients: Callable[[], dict[str, Any]]
    crashes: list[str] = field(factory=list)
    later_acts: list[Callable[[Loop], object]] = field(factory=list)

    def worker(self, name: str, *flows: Flow, turns: int = 3, rest: float = 7) -> Actor:
        """A process that goes through `flows` in turns, `rest` minutes apart, with clients of its own."""
        site = evolve(self.site, **self.clients())

        def program(actor: Actor) -> None:
            for turn in range(turns):
                if turn:
                    self.scheduler.sleep(minutes=rest)
                self.turn(*flows, who=name, site=site)

        return Actor(name, program)

    def people(self, name: str, *acts: Callable[[Loop], object], rest: float = 5) -> Actor:
        """People of a system, who do one thing after another."""

        def program(actor: Actor) -> None:
            for act in acts:
                self.scheduler.sleep(minutes=rest)
                act(self.loop)

        return Actor(name, program, is_worker=False)

    def turn(self, *flows: Flow, who: str = "in the end", site: Site | None = None) -> None:
        """One turn of a worker, whose every flow is a command of its own: what one raises is told.

        Who reads may raise what the wire raises: it is read again. Who delivers raises nothing of one record's.
        """
        for flow in flows:
            try:
                flow(site or self.site)
            except WireError as error:
                if flow is deliver:
                    self._crashed(who, flow, error)
            except Exception as error:  # noqa: BLE001  # whatever it is, it is what we look for
                self._crashed(who, flow, error)

    def _crashed(self, who: str, flow: Flow, error: Exception) -> None:
        name = getattr(flow, "__name__", str(flow))
        self.crashes.append(f"{who}: {name} raised {type(error).__name__}: {str(error)[:120]}")

    def faults(self) -> list[Fault]:
        """Everything that does not hold now."""
        books = Books.of(self.loop.erp, self.loop.warehouse, self.site.ledger)
        inside = sorted(set(self.network.in_transaction))
        return [
            *(Fault("crashed", crash) for crash in self.crashes),
            *(Fault("network in a transaction", what) for what in inside),
            *faults(books),
        ]

    def later(self, **time: float) -> None:
        """Time passes in peace, and Blue Cherry works off what it was told."""
        self.scheduler.pass_to(self.scheduler.now + dt.timedelta(**time))
        self.loop.erp.process_staging()


class _KeptFile:
    """A ledger's file as it was."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._kept = sqlite3.connect(":memory:", check_same_thread=False)
        with self._raw() as raw:
            raw.backup(self._kept)

    def bring_back(self) -> None:
        """Make the file what it was."""
        with self._raw() as raw:
            self._kept.backup(raw)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._kept.close()

    def _raw(self) -> AbstractContextManager[sqlite3.Connection]:
        return closing(sqlite3.connect(self._file))


class _KeptSchema:
    """A ledger's tables on PostgreSQL as they were."""

    def __init__(self, place: str) -> None:
        url = sa.make_url(place).set(drivername="postgresql+psycopg")
        self._engine = sa.create_engine(url, poolclass=sa.NullPool)
        found = sa.MetaData()
        found.reflect(self._engine)
        self._tables = found.sorted_tables
        with self._engine.connect() as connection:
            self._rows = [[*connection.execute(sa.select(table)).mappings()] for table in self._tables]

    def bring_back(self) -> None:
        """Make the tables what they were."""
        with self._engine.begin() as connection:
            for table in reversed(self._tables):
                connection.execute(sa.delete(table))
            for table, rows in zip(self._tables, self._rows, strict=True):
                for row in rows:
                    connection.execute(sa.insert(table), [dict(row)])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._engine.dispose()


class Worlds:
    """Makes worlds: one after the other, over the same clients and the same ledger: a file, or a `schema`."""

    def __init__(self, schema: str = "") -> None:
        self._open = ExitStack()
        self._schema = schema
        self.is_server = bool(schema)
        self._scheduler = Scheduler(MORNING)
        self._network = Network()
        self._tokens = Tokens()

    def __enter__(self) -> Self:
        self._systems()
        place = self._schema or self._new_file()
        self._ledger = self._open.enter_context(Ledger.open(place, now=self._now))
        self._site = learn_crosswalk(self._new_site(), Recipe())
        kept = self._open.enter_context(_KeptSchema(self._schema) if self._schema else _KeptFile(Path(place)))
        self._begin_anew = kept.bring_back
        return self

    def _new_file(self) -> str:
        memory = Path("/dev/shm")
        folder = tempfile.TemporaryDirectory(prefix="simulate-", dir=memory if memory.is_dir() else None)
        return str(Path(self._open.enter_context(folder)) / "ledger.sqlite")

    def connections_are_gone(self) -> None:
        """The process that had the ledger open has ended; another one opens it."""
        self._ledger._database._engine.dispose()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def new(self, scheduler: Scheduler) -> World:
        """A world as it was in the beginning, ruled by `scheduler`, which decides nothing before it runs."""
        self._scheduler = self._network.scheduler = scheduler
        for kept in (self._network.effects, self._network.coming, self._network.in_transaction):
            kept.clear()
        self._begin_anew()
        erp, warehouse = self._systems()
        loop = Loop(
            erp=erp,
            warehouse=warehouse,
            clarus_faults=Faults(),
            bluecherry_faults=Faults(),
            site=self._site,
            clarus_url="",
            bluecherry_url="",
        )
        world = World(scheduler, self._network, self._site, loop, self._clients)
        stepped = SteppedLedger(self._ledger, world)
        world.site = loop.site = evolve(self._site, ledger=stepped, **self._clients())

        def on_time(now: dt.datetime) -> None:
            loop.time = now
            self._network.on_time(now)

        scheduler.on_time = on_time
        return world

    def _now(self) -> dt.datetime:
        return self._scheduler.now

    def _systems(self) -> tuple[Erp, Warehouse]:
        erp, warehouse = Erp(clock=self._now, zone=ZONE), Warehouse(clock=self._now, zone=ZONE)
        _stock(erp, warehouse)
        self._network.apps = {CLARUS: clarus_app(warehouse, self._tokens), BLUECHERRY: bluecherry_app(erp)}
        self._network.hiders = {CLARUS: lambda: _order_hider(warehouse), BLUECHERRY: lambda: _message_hider(erp)}
        return erp, warehouse

    def _clients(self) -> dict[str, Any]:
        """Clients that remember nothing of the schedule before."""
        return {
            CLARUS: Clarus("sandbox", sender=clarus_through("http://clarus", self._network.to(CLARUS))),
            BLUECHERRY: BlueCherry(bluecherry_through("http://bluecherry", self._network.to(BLUECHERRY))),
        }

    def _new_site(self) -> Site:
        return Site(
            **self._clients(),
            ledger=self._ledger,
            account="BRAND",
            warehouses={"WH-NJ": "NJ"},
            erp_zone=ZONE,
            currency="USD",
            warehouse_terms=WarehouseTerms(zone=ZONE, locations={"WH-NJ": "NJ"}),
            erp_terms=ErpTerms(zone=ZONE, carriers={"UPSGRND": CarrierCodes("UPS", "UPSN")}),
            calendar=PostingCalendar(ZONE),
            go_live=MORNING,
            clock=self._now,
            **patience(LATEST_EFFECT),
        )


def _message_hider(erp: Erp) -> Callable[[], Callable[[], None]]:
    """How to hide, and to show again, the message that came last."""
    message = erp.staged[-1]

    def hide() -> Callable[[], None]:
        place, same = erp.staged.index(message), erp._by_number[message.entity, message.isa_num]
        erp.staged.remove(message)
        same.remove(message)

        def show() -> None:
            erp.staged.insert(place, message)
            same.append(message)

        return show

    return hide


def _order_hider(warehouse: Warehouse) -> Callable[[], Callable[[], None]] | None:
    """How to hide, and to show again, the order that came last; nothing else is hidden."""
    order = max(warehouse.goods_outs, key=lambda each: each.id, default=None)
    if order is None:
        return None

    def hide() -> Callable[[], None]:
        if warehouse.goods_outs.get(order.id) is None:
            return lambda: None
        warehouse.goods_outs.remove(order)
        return lambda: warehouse.goods_outs.add(order) and None

    return hide
