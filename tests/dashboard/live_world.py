"""A ledger with something of everything, beside which a dashboard runs on a real loopback address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from attrs import evolve, frozen

from clarus_bluecherry.dashboard import AccessTerms, DashboardServer, DashboardTerms, WatchTerms, dashboard_app
from clarus_bluecherry.finance import Months, PostingCalendar
from clarus_bluecherry.finance.exceptions import ExceptionClass, ExceptionEvidence, ExceptionItem, ExceptionPolicy
from clarus_bluecherry.flows.exceptions_kept import keep_look
from clarus_bluecherry.flows.personal import PERSONAL
from clarus_bluecherry.ledger import Fact, InboxItem, Posting, State
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.model import Address, Money, OrderLine, SalesOrder, Sku, Unread

ZONE = ZoneInfo("America/New_York")
NOW = dt.datetime(2026, 3, 2, 13, 5, 30, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
CANARIES = ("Jane Canary", "jane.canary@example.com", "17 Canary Row", "555-0199", "leave with the neighbour")
HOSTILE = "<script>alert(1)</script>=1+1\x1b[2J"
TOKEN = "a-token-of-thirty-two-characters"
TERMS = WatchTerms(
    policy=ExceptionPolicy(most_value=Decimal(10_000)),
    zone=ZONE,
    currency="USD",
    years=Months(),
    calendar_at=lambda at: PostingCalendar(ZONE, closed_through=dt.date(2026, 2, 28)),
)


@frozen
class Clock:
    """The ledger's clock, which stands still."""

    at: dt.datetime = NOW

    def __call__(self) -> dt.datetime:
        return self.at


def planted(place: Path | str, at: dt.datetime = NOW) -> None:
    """Write the ledger: messages in every state, things in the inbox, exceptions, marks, a worker at work."""
    with Ledger.open(place, now=Clock(at), personal=PERSONAL) as ledger:
        for number, hours in (("1001", 30), ("1002", 3), ("1003", 2), ("1004", 1)):
            _order(ledger, number, at - hours * HOUR)
        _ends(ledger, "1001", State.POSTED)
        _ends(ledger, "1002", State.REJECTED, reason=f"refused: {HOSTILE}", reason_code="http_422")
        _ends(ledger, "1003", State.IN_DOUBT, reason="no answer came", reason_code="in_doubt")
        ledger.set_watermark("worker.read", at - dt.timedelta(minutes=2))
        ledger.set_watermark("clarus.transactions", at - HOUR)
        ledger.hear(_unread(at))
        items = [*_items(at)]
        keep_look(ledger, items, began=at, policy=TERMS.policy)


def many_wait(place: Path | str, at: dt.datetime = NOW, count: int = 30) -> None:
    """Beside what was planted, orders that wait for a person."""
    with Ledger.open(place, now=Clock(at), personal=PERSONAL) as ledger:
        for number in range(2001, 2001 + count):
            _order(
                ledger, str(number), at - HOUR, state=State.PARKED, reason="no such SKU", reason_code="unknown_sku"
            )


def one_is_refused(place: Path | str, at: dt.datetime = NOW) -> None:
    """An order that a system refused, in its own words and without a code."""
    with Ledger.open(place, now=Clock(at), personal=PERSONAL) as ledger:
        _order(ledger, "2001", at - HOUR)
        _ends(ledger, "2001", State.REJECTED, reason="Clarus says rejected")


def _order(ledger: Ledger, number: str, at: dt.datetime, **more: object) -> None:
    record = SalesOrder(
        reference=number,
        location="NJ",
        requested_dispatch=at + DAY,
        lines=(OrderLine(number="1", item=Sku("01234", "BLK", size="M"), quantity=Decimal(5)),),
        ship_to=Address(
            name=CANARIES[0],
            lines=(CANARIES[2],),
            city="Newark",
            country="US",
            email=CANARIES[1],
            phone=CANARIES[3],
        ),
        note=CANARIES[4],
    )
    fact = Fact(source="bluecherry", kind="pick_ticket", source_id=number, occurred_at=at, record=record)
    ledger.record(fact)
    head = ledger.hold("bluecherry", "pick_ticket", number)
    ledger.move(evolve(head, version=1, newest_key=fact.key, standing_key=fact.key))
    ledger.post(
        Posting(
            fact_key=fact.key,
            target="clarus",
            kind="goods_out",
            occurred_at=at,
            reference=number,
            record_name=f"pick {number}",
            accounting_date=dt.date(2026, 3, 2),
            payload={"reference": number, "address": {"name": CANARIES[0], "email": CANARIES[1]}},
            **more,
        )
    )


def _ends(ledger: Ledger, number: str, to: State, **changes: str) -> None:
    [taken] = ledger.claim("clarus", worker="w1", limit=1)
    assert taken.reference == number
    ledger.advance(taken.key, to, worker="w1", **changes)


def _unread(at: dt.datetime) -> InboxItem:
    return InboxItem(
        source="clarus",
        kind="unread",
        source_id="9",
        occurred_at=at - DAY,
        record=Unread(id="9", occurred_at=at - DAY, kind="transaction", problem="no product"),
        raw={"note": CANARIES[4]},
        record_name="transaction 9",
        reason="no product",
        reason_code="unreadable_record",
    )


def _items(at: dt.datetime) -> Iterator[ExceptionItem]:
    def item(kind: ExceptionClass, subject: str, value: str | None, days: int) -> ExceptionItem:
        worth = None if value is None else Money(Decimal(value), "USD")
        units = Decimal(-40)
        return ExceptionItem(
            kind=kind,
            subject=subject,
            what=subject,
            since=at - days * DAY,
            units=units,
            value=worth,
            evidence=(ExceptionEvidence(source="close"),),
        )

    yield item(ExceptionClass.DISPATCH_NOT_POSTED, "order 1001", "-1234567.80", 2)
    yield item(ExceptionClass.RECEIPT_UNPOSTED, "receipt PO7/1", "6720.92", 2)
    yield item(ExceptionClass.NEGATIVE_ON_HAND, "place 01234 BLK M @ NJ", None, 1)
    yield item(ExceptionClass.SKU_HALTED, f"code {HOSTILE}", "-88.10", 1)


@contextmanager
def dashboard(place: Path | str, *, at: dt.datetime | None = NOW, **terms: object) -> Iterator[str]:
    """A dashboard of the ledger at `place`; its address. `access` are the keywords of its `AccessTerms`."""
    access = AccessTerms(**terms.pop("access", {}))
    clock = None if at is None else Clock(at)
    with Ledger.open_to_read(place, now=clock, personal=PERSONAL) as ledger:
        settings = evolve(DashboardTerms(watch=TERMS, access=access), **terms)
        with DashboardServer(dashboard_app(ledger, settings)) as server:
            yield server.url
