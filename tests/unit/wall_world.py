"""A ledger of adjustments on their way to a Blue Cherry that a test answers for, with a transport of its own."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import httpx
import sqlalchemy as sa
from attrs import define, evolve, field
from flows_world import MORNING, PROFILE, ZONE
from pydantic import BaseModel

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.kinds import Kind
from clarus_bluecherry.bluecherry.messages import Acceptance, InventoryAdjustment
from clarus_bluecherry.bluecherry.messages import DeliveryStatus as Said
from clarus_bluecherry.bluecherry.rest import RestTransport, subscription
from clarus_bluecherry.bluecherry.transport import Delivery
from clarus_bluecherry.clarus._client import Clarus
from clarus_bluecherry.finance import PostingCalendar
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.delivered import Delivered
from clarus_bluecherry.flows.ingest import fact, ingest
from clarus_bluecherry.flows.reprocess import reprocess
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.http import Sender, Settings
from clarus_bluecherry.ledger import Posting, State
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.mapping import ErpTerms, WarehouseTerms
from clarus_bluecherry.model import Adjustment, Sku

R = TypeVar("R", bound=BaseModel)
Trouble = Callable[[], object]


@define
class Books:
    """A transport of one's own. `sending` and `asking` hold what is done for a message first: mostly, raising."""

    sending: dict[str, Trouble] = field(factory=dict)
    asking: dict[str, Trouble] = field(factory=dict)
    pinging: Trouble = lambda: None
    means: Said = Said.STAGED
    answers: dict[str, object] = field(factory=dict)
    taken: dict[str, str] = field(factory=dict)
    sent: list[str] = field(factory=list)
    asked: list[str] = field(factory=list)
    pings: int = 0

    def read(self, kind: Kind[R], since: dt.datetime | None = None) -> Iterator[Delivery[R]]:
        return iter(())

    def send(self, message: InventoryAdjustment, control_number: str) -> Acceptance:
        self.sent.append(message.adj_num)
        self.sending.get(message.adj_num, lambda: None)()
        self.taken[control_number] = message.adj_num
        return Acceptance(control_number=control_number, pkey=f"pk{control_number}")

    def probe(self, kind: str, control_number: str, reference: str) -> Said:
        self.asked.append(reference)
        self.asking.get(reference, lambda: None)()
        if reference in self.answers:
            return self.answers[reference]  # type: ignore[return-value]
        return self.means if control_number in self.taken else Said.ABSENT

    def ping(self) -> str:
        self.pings += 1
        self.pinging()
        return "1.0"

    def close(self) -> None:
        pass


@define(kw_only=True)
class Wall:
    """Adjustments 0, 1, 2 ... of one article, due for Blue Cherry."""

    books: Books
    site: Site
    time: dt.datetime = MORNING

    def later(self, **step: float) -> None:
        self.time += dt.timedelta(**step)

    def happen(self, *numbers: int) -> None:
        for number in numbers:
            record = Adjustment(
                id=str(number),
                occurred_at=MORNING + dt.timedelta(seconds=number),
                location="NJ",
                item=Sku("01234", "BLK", size="M"),
                quantity=str(number + 1),
                reason="FOUND",
            )
            ingest(
                self.site,
                fact(
                    record,
                    source="clarus",
                    kind="transaction",
                    source_id=record.id,
                    version="",
                    occurred_at=record.occurred_at,
                ),
            )

    def deliver(self, **how: object) -> Delivered:
        return deliver(self.site, **how)  # type: ignore[arg-type]

    def turn(self, **step: float) -> Delivered:
        reprocess(self.site)
        found = deliver(self.site)
        self.later(**(step or {"hours": 1}))
        return found

    def posting(self, number: int) -> Posting:
        found = self.site.ledger.posting(f"bluecherry:inventory_adjustment:clarus:transaction:{number}")
        assert found is not None
        return found

    def states(self) -> list[State]:
        return [posting.state for posting in self.site.ledger.in_state(*State, kind="inventory_adjustment")]

    def counts(self) -> dict[str, int]:
        return dict(Counter(state.value for state in self.states()))

    def steps(self, number: int) -> list[State]:
        return [step.after for step in self.site.ledger.history(self.posting(number).key)]

    def damage(self, number: int, **columns: str) -> None:
        """Overwrite columns of a posting, or `record` of its fact, behind the ledger's back."""
        table = "facts" if "record" in columns else "postings"
        key = self.posting(number).fact_key if table == "facts" else self.posting(number).key
        values = ", ".join(f"{name} = :{name}" for name in columns)
        with self.site.ledger._database.write() as connection:
            connection.execute(sa.text(f"UPDATE {table} SET {values} WHERE key = :key"), {"key": key, **columns})

    def over_http(self, handler: Callable[[httpx.Request], httpx.Response]) -> None:
        """Let Blue Cherry's REST API answer as `handler` says."""
        sender = Sender(
            "http://erp.test",
            auth=subscription("k", PROFILE),
            settings=Settings(max_retries=0),
            transport=httpx.MockTransport(handler),
        )
        erp = BlueCherry(RestTransport(sender, PROFILE))
        self.site = evolve(self.site, bluecherry=erp)


@contextmanager
def wall(count: int = 0, *, ledger: str = ":memory:") -> Iterator[Wall]:
    def clock() -> dt.datetime:
        return here.time if here else MORNING

    here: Wall | None = None
    books = Books()
    with (
        Clarus.with_credentials(
            "acme", "id", "secret", base_url="http://127.0.0.1:9", settings=Settings(max_retries=0)
        ) as clarus,
        BlueCherry(books) as erp,  # type: ignore[arg-type]
        Ledger.open(ledger, now=clock) as book,
    ):
        site = Site(
            clarus=clarus,
            bluecherry=erp,
            ledger=book,
            account="BRAND",
            warehouses={"WH-NJ": "NJ"},
            erp_zone=ZONE,
            currency="USD",
            warehouse_terms=WarehouseTerms(zone=ZONE, locations={"WH-NJ": "NJ"}),
            erp_terms=ErpTerms(zone=ZONE),
            calendar=PostingCalendar(ZONE),
            go_live=MORNING,
            latest_effect=dt.timedelta(0),
            clock=clock,
        )
        here = Wall(books=books, site=site)
        here.happen(*range(count))
        yield here
