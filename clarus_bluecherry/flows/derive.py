"""From a fact to the posting it calls for.

Law of this module: the same fact always calls for the same posting, under the same key. A posting that cannot be
written yet is parked with the reason and the nearest candidates, never dropped. Its accounting date is the day of
the warehouse's event; whether that day is still open is answered here as things stand, and finally in `dating`.
"""

from __future__ import annotations

from typing import Any

from attrs import evolve

from clarus_bluecherry.errors import AmbiguousSku, ClarusBluecherryError, InvalidRecord, SkuError
from clarus_bluecherry.finance import PostingCalendar, PostingDate
from clarus_bluecherry.flows.names import BLUECHERRY
from clarus_bluecherry.flows.route import Route
from clarus_bluecherry.flows.routes import order_routes, routed
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.ledger import Fact, Posting, State
from clarus_bluecherry.ledger.reasons import Reason
from clarus_bluecherry.model import Record, ShipmentPart


def is_one_of_several(posting: Posting) -> bool:
    """Whether an order's other parts go under the same reference."""
    return (posting.payload or {}).get("part", ShipmentPart.WHOLE) != ShipmentPart.WHOLE


def derive(fact: Fact, site: Site, *, number: str = "") -> Posting | None:
    """The posting that `fact` calls for: pending, or parked with a reason. None when it calls for nothing.

    `number` is the control number that it has already; without one a message for Blue Cherry gets the next.
    """
    route = routed(fact)
    if route is None:
        return None
    draft = _draft(fact, route)
    try:
        _refuse_untold(route, fact.record, site)
        day = accounting_date(fact, site.calendar_now)
        if day is not None:
            draft = evolve(draft, accounting_date=day.date, moved_from=day.moved_from)
        wait = route.waits(fact, site)
        if wait is not None:
            return evolve(draft, state=State.PARKED, reason=wait.reason, reason_code=wait.code)
        if not route.calls_for.is_written:
            return None
        payload = route.calls_for.written(fact.record, day.date if day else None, site)
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


def remember(fact: Fact, site: Site) -> None:
    """Keep by what facts of this kind are found together, inside the transaction that keeps one."""
    route = routed(fact)
    if route is not None:
        route.remembers(fact, site)


def _refuse_untold(route: Route[Record], record: Record, site: Site) -> None:
    """What the warehouse did with an order of which Blue Cherry is told nothing is a person's to book."""
    order = route.lane.of(record) if route.answers else ""
    for each in order_routes() if order else ():
        if each.untold and each.posting == route.answers and site.ledger.head(BLUECHERRY, each.fact, order):
            raise InvalidRecord(f"{each.title} {order}: {each.untold}", field="order_reference")


def accounting_date(fact: Fact, calendar: PostingCalendar) -> PostingDate | None:
    """The date that `fact` goes under by `calendar` as it is now, or None where it enters no books.

    Raises `InvalidRecord` for an instant that is no day in the calendar's zone.
    """
    route = routed(fact)
    if route is None or not route.calls_for.is_dated:
        return None
    record: Any = fact.record  # what goes under a date says when and where it happened
    return calendar.decided(calendar.own_date(record.occurred_at, record.own_date, record.location))


def parked_order(fact: Fact, reason: str, reason_code: str) -> Posting:
    """The posting of an order's version that is not to be written: it waits for a person, or is closed at once."""
    route = routed(fact)
    assert route is not None, "orders always call for a posting"
    return evolve(_draft(fact, route), state=State.PARKED, reason=reason, reason_code=reason_code)


def _draft(fact: Fact, route: Route[Record]) -> Posting:
    return Posting(
        fact_key=fact.key,
        target=route.calls_for.target,
        kind=route.posting,
        state=State.PENDING,
        occurred_at=fact.occurred_at,
        record_name=route.named(fact.record),
        reference=route.reference(fact.record),
    )


def _parked(draft: Posting, error: ClarusBluecherryError, reason_code: str, **detail: object) -> Posting:
    return evolve(draft, state=State.PARKED, reason=error.problem, reason_code=reason_code, detail=detail)
