"""An order that left in two parts: the first is in the books, the second was refused, and its return waits."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from clarus_bluecherry.finance.exceptions import ExceptionClass, ExceptionEvidence, ExceptionItem
from clarus_bluecherry.ledger import State
from clarus_bluecherry.model import Money
from clarus_bluecherry.report.pages import ReportPage
from clarus_bluecherry.report.stories import (
    BEFORE,
    OrderStory,
    StoryDocument,
    StoryLine,
    StoryMessage,
    StoryStep,
    order_story_page,
    shown_fields,
)

ZONE = ZoneInfo("America/New_York")
DRESS, COAT = "|01234|BLK|||M", "|07777|RED|||30/32"
HOSTILE = "<script>alert(1)</script> =1+1 \x1b[2J"


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, 10, day, hour, minute, tzinfo=ZONE)


def page() -> ReportPage:
    return order_story_page(story())


def story() -> OrderStory:
    return OrderStory(
        number="1001",
        as_of=at(30, 8),
        zone=ZONE,
        documents=documents(),
        messages=messages(),
        waits=(
            _wait(ExceptionClass.DISPATCH_NOT_POSTED, "order 1001", "-1480", "-27380.00", messages()[-1].key),
            _wait(ExceptionClass.RETURN_NOT_IN_BOOKS, "return 31", "12", "222.00"),
            _wait(ExceptionClass.SKU_HALTED, "adjustment 77", "3", None),
        ),
    )


def documents() -> tuple[StoryDocument, ...]:
    return (
        _document("bluecherry:pick_ticket:1001:a1", "pick 1001", at(27, 8, 2), [("ordered", "1", DRESS, 2_400)]),
        _document(
            "bluecherry:pick_ticket:1001:b2.2",
            "pick 1001, version 2",
            at(27, 15, 40),
            [("ordered", "1", DRESS, 2_400), ("ordered", "2", COAT, 1_480)],
        ),
        _document(
            "clarus:dispatch:501",
            "dispatch of pick 1001, part 1",
            at(28, 23, 50),
            [("left", "1", DRESS, 2_388)],
            booked=True,
        ),
        _document(
            "clarus:dispatch:501:2",
            "dispatch of pick 1001, part 2",
            at(29, 11),
            [("left", "2", COAT, 1_480)],
            booked=False,
        ),
        _document("clarus:transaction:31", "return to stock 31", at(29, 16), [("returned", "", DRESS, 12)]),
    )


def _document(
    key: str,
    name: str,
    happened: dt.datetime,
    lines: list[tuple[str, str, str, int]],
    booked: bool | None = None,
) -> StoryDocument:
    system, kind, number, *_ = key.split(":")
    is_first = key.endswith(":a1")
    return StoryDocument(
        key=key,
        system=system,
        kind=kind,
        number=number,
        name=name,
        happened_at=happened,
        learnt_at=happened + dt.timedelta(minutes=3),
        own_day=happened.date(),
        order="1001",
        location="NJ",
        carrier="UPS",
        lines=tuple(
            StoryLine(line, sku, BEFORE if is_first else what, Decimal(units), booked)
            for what, line, sku, units in lines
        ),
    )


def messages() -> tuple[StoryMessage, ...]:
    sent = {
        "reference": "1001",
        "address": {"name": "Jane Doe", "address_1": "1 Main St", "email": "jane@example.com"},
        "lines": [{"alt_line_number": "1", "product_id": 113, "order_quantity": "2400", "alt_line_note": HOSTILE}],
    }
    return (
        _message("goods_out", "bluecherry:pick_ticket:1001:a1", State.POSTED, at(27, 8, 5), sent=sent),
        _message(
            "order_shipment",
            "clarus:dispatch:501",
            State.POSTED,
            at(28, 23, 55),
            there="INV1001",
            days=(dt.date(2026, 10, 28), dt.date(2026, 10, 28)),
            sent={"pick_num": "1001", "ship_date": "2026-10-28", "lines": [{"line_seq": "1", "size_qty": "2388"}]},
        ),
        _message(
            "order_shipment",
            "clarus:dispatch:501:2",
            State.REJECTED,
            at(29, 11, 5),
            days=(dt.date(2026, 10, 29), dt.date(2026, 10, 29)),
            reason=f"no such carrier: {HOSTILE}",
            sent={"pick_num": "1001", "ship_date": "2026-10-29", "customer": "NORDST"},
        ),
    )


def _message(
    kind: str,
    document: str,
    state: State,
    made: dt.datetime,
    *,
    there: str = "",
    days: tuple[dt.date | None, dt.date | None] = (None, None),
    reason: str = "",
    sent: dict[str, object],
) -> StoryMessage:
    target = "clarus" if kind == "goods_out" else "bluecherry"
    step = dt.timedelta(seconds=2)
    return StoryMessage(
        key=f"{target}:{kind}:{document}",
        document=document,
        system=target,
        kind=kind,
        name="pick 1001" if target == "clarus" else "dispatch of pick 1001",
        reference="1001",
        control_number="" if target == "clarus" else "000000017",
        there=there,
        state=state,
        made_at=made,
        own_day=days[0],
        asked_day=days[1],
        attempts=1,
        reason=reason,
        sent=shown_fields(sent),
        steps=(
            StoryStep(at=made, before=None, after=State.PENDING),
            StoryStep(at=made + step, before=State.PENDING, after=State.SENDING),
            StoryStep(at=made + 2 * step, before=State.SENDING, after=state, by="kim", note=reason),
        ),
    )


def _wait(kind: ExceptionClass, subject: str, units: str, value: str | None, *keys: str) -> ExceptionItem:
    return ExceptionItem(
        kind=kind,
        subject=subject,
        what=subject,
        since=at(29, 11, 5),
        units=Decimal(units),
        value=None if value is None else Money(Decimal(value), "USD"),
        evidence=(ExceptionEvidence(source="ledger", documents=("1001",), postings=keys, came_back=HOSTILE),),
    )
