"""From a fact to the posting it calls for.

Law of this module: the same fact always calls for the same posting, under the same key. A posting that cannot be
written yet is parked with the reason and the nearest candidates, never dropped. Its accounting date is the day of
the warehouse's event; whether that day is still open is answered here as things stand, and finally in `dating`.
"""

from __future__ import annotations

from attrs import evolve, frozen

from clarus_bluecherry.errors import AmbiguousSku, ClarusBluecherryError, InvalidRecord, SkuError
from clarus_bluecherry.finance import PostingCalendar, PostingDate
from clarus_bluecherry.flows.names import (
    BLUECHERRY,
    CLARUS,
    GOODS_OUT,
    LATE_LINE,
    LINE_OUT,
    ORDER_SHIPMENT,
    PRE_RECEIPT,
    RECEIPT_ADVICE,
    SHIPMENT_REVERSAL,
    UNREAD,
)
from clarus_bluecherry.flows.packs import pack_received
from clarus_bluecherry.flows.routes import ORDER_ROUTES, route_of
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.standing import beyond_what_left, reversal_is_open, told_name
from clarus_bluecherry.flows.writing import Told, refuse_line_by_file, written
from clarus_bluecherry.ledger import Fact, Posting, State
from clarus_bluecherry.ledger.reasons import Reason
from clarus_bluecherry.model import (
    Adjustment,
    Dispatch,
    PurchaseOrder,
    Receipt,
    Record,
    ReturnToStock,
    SalesOrder,
    ShipmentPart,
    Undispatch,
)

_UNDONE = "the warehouse took the dispatch back after Blue Cherry may have been told"
_COUNTED_SOON = "it is a component of a prepack, and is counted to it in a moment"
_FIRST_STANDS = "the order left again, and the shipment before has not been voided in Blue Cherry"


@frozen
class Intent:
    """What a record calls for: a message of `kind` to `target`.

    `reference` is what the other side will know it by, `name` what a person calls it.
    """

    target: str
    kind: str
    reference: str
    name: str


def intent(record: Record) -> Intent | None:
    """What `record` calls for, or None when nobody needs to be told."""
    match record:
        case SalesOrder(reference=number):
            return Intent(CLARUS, GOODS_OUT, number, f"order {number}")
        case PurchaseOrder(reference=number):
            return Intent(CLARUS, PRE_RECEIPT, number, f"order {number}")
        case Dispatch(order_reference=number):
            return Intent(BLUECHERRY, ORDER_SHIPMENT, number, told_name(record))
        case Undispatch(order_reference=number):
            return Intent(BLUECHERRY, SHIPMENT_REVERSAL, number, f"{told_name(record)}, taken back")
        case Receipt(order_reference=number, line_number=line):
            name = f"receipt {record.id} on production order {number}"
            return Intent(BLUECHERRY, RECEIPT_ADVICE, f"{number}/{line}", name)
        case Adjustment():
            return Intent(BLUECHERRY, "inventory_adjustment", record.id, f"adjustment {record.id}")
        case ReturnToStock():
            return Intent(BLUECHERRY, "return_to_stock", record.id, f"return to stock {record.id}")
        case _:
            return None


def is_one_of_several(posting: Posting) -> bool:
    """Whether an order's other parts go under the same reference."""
    return (posting.payload or {}).get("part", ShipmentPart.WHOLE) != ShipmentPart.WHOLE


def derive(fact: Fact, site: Site, *, number: str = "") -> Posting | None:
    """The posting that `fact` calls for: pending, or parked with a reason. None when it calls for nothing.

    `number` is the control number that it has already; without one a message for Blue Cherry gets the next.
    """
    wanted = _wanted(fact)
    if wanted is None:
        return None
    if fact.kind == LATE_LINE:
        wanted = Intent(CLARUS, LINE_OUT, fact.source_id, f"line {fact.source_id} of a pick")
    draft = _draft(fact, wanted)
    if wanted.kind == SHIPMENT_REVERSAL:
        return evolve(draft, state=State.PARKED, reason=_UNDONE, reason_code=Reason.DISPATCH_UNDONE)
    try:
        _refuse_untold(fact.record, site)
        day = accounting_date(fact.record, site.calendar)
        if day is not None:
            draft = evolve(draft, accounting_date=day.date, moved_from=day.moved_from)
        if isinstance(fact.record, Dispatch) and reversal_is_open(site, wanted.reference):
            return evolve(draft, state=State.PARKED, reason=_FIRST_STANDS, reason_code=Reason.AWAITS_REVERSAL)
        if pack_received(site, fact.record):
            return evolve(draft, state=State.PARKED, reason=_COUNTED_SOON, reason_code=Reason.PART_OF_PACK)
        refuse_line_by_file(fact, site)
        payload = written(fact.record, day, site)
        beyond = beyond_what_left(fact, site)
        if beyond:
            return evolve(draft, state=State.PARKED, reason=beyond, reason_code=Reason.MORE_RETURNED)
    except SkuError as error:
        reason = Reason.AMBIGUOUS_SKU if isinstance(error, AmbiguousSku) else Reason.UNKNOWN_SKU
        return _parked(draft, error, reason, code=error.code, candidates=list(error.candidates))
    except InvalidRecord as error:
        return _parked(draft, error, Reason.INVALID_RECORD, field=error.field)
    if day is None:
        return evolve(draft, payload=payload.model_dump(mode="json", exclude_unset=True))
    if day.refusal:
        return evolve(draft, state=State.PARKED, reason=day.refusal, reason_code=Reason.PERIOD_CLOSED)
    return evolve(
        draft,
        payload=payload.model_dump(mode="json"),
        control_number=number or site.ledger.next_control_number(BLUECHERRY),
    )


def _wanted(fact: Fact) -> Intent | None:
    """What a fact calls for; an order under the name of its kind."""
    wanted, route = intent(fact.record), route_of(fact.kind)
    if wanted is None or route is None:
        return wanted
    return evolve(wanted, name=f"{route.title} {wanted.reference}")


def _refuse_untold(record: Record, site: Site) -> None:
    """What the warehouse did with an order of which Blue Cherry is told nothing is a person's to book."""
    if not isinstance(record, Dispatch | Receipt | ReturnToStock) or not record.order_reference:
        return
    came_of = PRE_RECEIPT if isinstance(record, Receipt) else GOODS_OUT
    for route in ORDER_ROUTES:
        if (
            route.untold
            and route.posting == came_of
            and site.ledger.head(BLUECHERRY, route.fact, record.order_reference)
        ):
            what = f"{route.title} {record.order_reference}: {route.untold}"
            raise InvalidRecord(what, field="order_reference")


def accounting_date(record: Record, calendar: PostingCalendar) -> PostingDate | None:
    """The date that `record` goes under by `calendar` as it is now, or None for a record that has none.

    Raises `InvalidRecord` for an instant that is no day in the calendar's zone.
    """
    if not isinstance(record, Told):
        return None
    return calendar.decided(calendar.own_date(record.occurred_at, record.own_date))


def parked_unread(fact: Fact, problem: str) -> Posting:
    """The posting that stands for a record nobody could read yet."""
    draft = _draft(fact, Intent("nobody", UNREAD, fact.source_id, fact.source_id))
    return evolve(draft, state=State.PARKED, reason=problem, reason_code=UNREAD)


def parked_order(fact: Fact, reason: str, reason_code: str) -> Posting:
    """The posting of an order's version that is not to be written: it waits for a person, or is closed at once."""
    wanted = _wanted(fact)
    assert wanted is not None, "orders always call for a posting"
    draft = _draft(fact, wanted)
    return evolve(draft, state=State.PARKED, reason=reason, reason_code=reason_code)


def _draft(fact: Fact, wanted: Intent) -> Posting:
    return Posting(
        fact_key=fact.key,
        target=wanted.target,
        kind=wanted.kind,
        state=State.PENDING,
        occurred_at=fact.occurred_at,
        record_name=wanted.name,
        reference=wanted.reference,
    )


def _parked(draft: Posting, error: ClarusBluecherryError, reason_code: str, **detail: object) -> Posting:
    return evolve(draft, state=State.PARKED, reason=error.problem, reason_code=reason_code, detail=detail)
