"""An order that leaves in parts: what has left of it beyond the ship confirms that were told.

Law of this module: a step keeps nothing, so what was told is what the step itself made, given back to it. A part
is all that left on one day: of an open order it is told when that day is over, so that no day is told twice.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.mapping.parts import OrderOnTheWay, dispatches
from clarus_bluecherry.mapping.plain.agreed import StepSettings
from clarus_bluecherry.mapping.plain.given import a_dict
from clarus_bluecherry.mapping.plain.spelling import Row
from clarus_bluecherry.model import Dispatch, DispatchLine, SalesOrder, ShipmentPart

if TYPE_CHECKING:
    from clarus_bluecherry.mapping.terms import WarehouseTerms

_GIVE_BACK = "Give the step the ship confirms of this order that were sent, each as the step made it."


def left_beyond(
    seen: OrderOnTheWay,
    told: Iterable[Row],
    ordered: SalesOrder,
    agreed: StepSettings,
    terms: WarehouseTerms,
    *,
    as_of: dt.datetime,
) -> list[Dispatch]:
    """What has left of an order beyond the bodies that were `told`, first to last, each on its day.

    Raises `InvalidRecord` where Clarus does not tell on which day each unit and each shipment left.
    """
    bodies = [_body(each, ordered) for each in told]
    if bodies or not seen.is_completed:
        _refuse_what_has_no_day(seen)
    day_of = agreed.calendar.own_date
    known = [_known(bodies, seen, ordered, agreed, terms)] if bodies else []
    found = dispatches(seen, known, terms, now=as_of, day_of=day_of)
    return [one for one in found if seen.is_completed or day_of(one.occurred_at) < day_of(as_of)]


def _body(given: Row, ordered: SalesOrder) -> Mapping[str, Any]:
    body = a_dict(given, "ship confirm")
    header, lines = body.get("header"), body.get("pickDetail")
    if not isinstance(header, Mapping) or not isinstance(lines, Sequence):
        raise InvalidRecord("it has no header and pickDetail", record="ship confirm", action=_GIVE_BACK)
    if header.get("pick_num") != ordered.reference:
        what = f"it is not of pick ticket {ordered.reference}"
        raise InvalidRecord(what, record="ship confirm", field="header.pick_num", action=_GIVE_BACK)
    return body


def _refuse_what_has_no_day(seen: OrderOnTheWay) -> None:
    """Which part a shipment belongs to is known by its day alone; a line is known again by its number."""
    for shipment in seen.gone:
        if not shipment.collection_datetime:
            what = "it does not say when it was collected, so nobody knows which part it belongs to"
            raise InvalidRecord(what, record=f"shipment {shipment.id}", field="collection_datetime")
    for line in seen.lines:
        if not line.alt_line_number:
            what = "it is missing: what was told of the line cannot be found again"
            raise InvalidRecord(what, record=f"goods out line {line.id}", field="alt_line_number")


def _known(
    bodies: Sequence[Mapping[str, Any]],
    seen: OrderOnTheWay,
    ordered: SalesOrder,
    agreed: StepSettings,
    terms: WarehouseTerms,
) -> Dispatch:
    """All that was told as one dispatch, with the shipments that had left by then."""
    units: defaultdict[str, Decimal] = defaultdict(Decimal)
    try:
        for body in bodies:
            for line in body["pickDetail"]:
                units[line["line_seq"]] += Decimal(str(line["size_qty"]))
        days = [_day(body["header"]["ship_date"], agreed) for body in bodies]
    except (LookupError, TypeError, ValueError, ArithmeticError):
        raise InvalidRecord("it is not as the step made it", record="ship confirm", action=_GIVE_BACK) from None
    names = (one.id for one in seen.gone if _left_on(one, agreed, terms) <= max(days))
    return Dispatch(
        id=f"{seen.order.id}/{'+'.join(names)}",
        occurred_at=dt.datetime.combine(max(days), dt.time(), terms.zone),
        order_reference=ordered.reference,
        location=ordered.location,
        part=ShipmentPart.PARTIAL,
        lines=tuple(
            DispatchLine(number=line.number, item=line.item, ordered=line.quantity, shipped=units[line.number])
            for line in ordered.lines
            if units[line.number]
        ),
    )


def _day(written: str, agreed: StepSettings) -> dt.date:
    return dt.datetime.strptime(written, agreed.rest.dates.shipment).date()  # noqa: DTZ007 - a date has no zone


def _left_on(shipment: wire.ShipmentNode, agreed: StepSettings, terms: WarehouseTerms) -> dt.date:
    return agreed.calendar.own_date(wire.instant(shipment.collection_datetime or "", zone=terms.zone))
