"""From a fact to the posting it calls for.

Law of this module: the same fact always calls for the same posting, under the same key. A posting that cannot be
written yet is parked with the reason and the nearest candidates, never dropped. Its accounting date is the day of
the warehouse's event; whether that day is still open is answered here as things stand, and finally in `dating`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING, TypeVar

from attrs import evolve, frozen
from pydantic import BaseModel

from clarus_bluecherry.bluecherry.messages import PickTicket
from clarus_bluecherry.clarus.files import import_content
from clarus_bluecherry.errors import AmbiguousSku, ClarusBluecherryError, InvalidRecord, SkuError, UnknownSku
from clarus_bluecherry.finance import PostingCalendar, PostingDate
from clarus_bluecherry.flows.needed import asked
from clarus_bluecherry.flows.packs import pack_received, packs_sent
from clarus_bluecherry.flows.routes import GOODS_OUT, ORDER_ROUTES, PRE_RECEIPT, route_of
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.ledger import Fact, Posting, State
from clarus_bluecherry.ledger.keys import fact_key, key_parts
from clarus_bluecherry.ledger.reasons import Reason
from clarus_bluecherry.mapping import WarehouseIds, bluecherry, clarus, clarus_files, resolved, unmatched
from clarus_bluecherry.mapping.clarus_files import WarehouseCodes
from clarus_bluecherry.mapping.parts import is_part
from clarus_bluecherry.mapping.prepacks import exploded
from clarus_bluecherry.model import (
    Adjustment,
    Dispatch,
    Item,
    OrderLine,
    PurchaseOrder,
    Receipt,
    Record,
    ReturnToStock,
    SalesOrder,
    ShipmentPart,
    Sku,
    Undispatch,
)
from clarus_bluecherry.sku import Ambiguous, Unknown

if TYPE_CHECKING:
    from clarus_bluecherry.clarus._lookups import Ids
    from clarus_bluecherry.clarus.files import ClarusFiles, ImportFiles

Told = Dispatch | Receipt | Adjustment | ReturnToStock
"""Movements that Blue Cherry is told of. Each goes under an accounting date; nothing else has one."""
MovementT = TypeVar("MovementT", Dispatch, Receipt, Adjustment, ReturnToStock)

CLARUS = "clarus"
BLUECHERRY = "bluecherry"

PICK = "pick_ticket"
"""The facts that dispatches are matched with."""
ORDER_SHIPMENT = "order_shipment"
RECEIPT_ADVICE = "production_receipt_advice"
"""What a dispatch and a receipt call for in Blue Cherry."""
PRODUCT = "product"
"""A SKU as Blue Cherry tells it, and its creation in the warehouse."""
PRODUCT_UPDATE = "product_update"
"""Fields of a product that Blue Cherry owns, to be set in the warehouse."""
LATE_LINE = "pick_ticket_line"
LINE_OUT = "goods_out_line"
"""A line of a pick ticket that goes out after the others is a fact of its own, and this is its posting."""
TRANSACTION = "transaction"
DISPATCH = "dispatch"
UNDISPATCH = "undispatch"
"""Kinds of facts that the warehouse tells. A dispatch and its taking back have the order's id and a version."""

RETURNS = "returns"
"""What an order's returns are found by."""

SHIPMENT_REVERSAL = "shipment_reversal"
"""The posting that stands for what a person has to do in Blue Cherry; there is no message for it."""

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


def told_name(record: Dispatch | Undispatch) -> str:
    """What a person calls a dispatch: by its order, and by its shipments where it is a part."""
    dispatch_id = record.id if isinstance(record, Dispatch) else record.dispatch_id
    whole = f"dispatch of pick {record.order_reference}"
    return f"{whole}, part {dispatch_id.partition('/')[2]}" if is_part(dispatch_id) else whole


def is_one_of_several(posting: Posting) -> bool:
    """Whether an order's other parts go under the same reference."""
    return (posting.payload or {}).get("part", ShipmentPart.WHOLE) != ShipmentPart.WHOLE


def standing_dispatches_of(site: Site, references: Iterable[str]) -> list[tuple[str, str]]:
    """Reference and fact's key of each dispatch of `references` that was not taken back."""
    dispatches = site.ledger.causes(ORDER_SHIPMENT, references)
    undone = site.ledger.known(undoing(key) for _, key in dispatches)
    return [(reference, key) for reference, key in dispatches if undoing(key) not in undone]


def undoing(dispatch_key: str) -> str:
    """The key of the fact that takes the dispatch of this key back. The first of an order has no version."""
    _, _, dispatch_id, version = key_parts(dispatch_key)
    return fact_key(CLARUS, UNDISPATCH, dispatch_id, version or "1")


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
        if isinstance(fact.record, Dispatch) and _reversal_is_open(site, wanted.reference):
            return evolve(draft, state=State.PARKED, reason=_FIRST_STANDS, reason_code=Reason.AWAITS_REVERSAL)
        if pack_received(site, fact.record):
            return evolve(draft, state=State.PARKED, reason=_COUNTED_SOON, reason_code=Reason.PART_OF_PACK)
        _refuse_line_by_file(fact, site)
        payload = _written(fact.record, day, site)
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


def note_return(fact: Fact, site: Site) -> None:
    """Remember that a return names an order that was sent out, so that its returns are found together.

    Holds the order, so that no two returns of it are decided at once.
    """
    order = fact.record.order_reference if isinstance(fact.record, ReturnToStock) else ""
    if order and site.ledger.head(BLUECHERRY, PICK, order):
        site.ledger.hold(BLUECHERRY, PICK, order)
        before = site.ledger.linked(CLARUS, RETURNS, order)
        site.ledger.link(CLARUS, RETURNS, order, f"{before}\n{fact.key}" if before else fact.key)


def beyond_what_left(fact: Fact, site: Site) -> str:
    """Why a return cannot be all of its order's goods: with those before it more came back than left. Else empty.

    Of an order that is not known here nothing is said.
    """
    back, sku_of = fact.record, site.warehouse_terms.sku_of
    returns = isinstance(back, ReturnToStock) and site.ledger.linked(CLARUS, RETURNS, back.order_reference)
    if not isinstance(back, ReturnToStock) or not returns or back.quantity < 0:
        return ""
    item = resolved(back, sku_of).item
    keys = [key for _, key in standing_dispatches_of(site, [back.order_reference])]
    left = sum(_units_of(site, keys, item), Decimal(0))
    earlier = takewhile(lambda key: key != fact.key, returns.splitlines())
    before = sum(_units_of(site, earlier, item), Decimal(0))
    if before + back.quantity <= left:
        return ""
    told = f"{left.normalize():f} units of {item} left on pick {back.order_reference}"
    return f"{told}, {before.normalize():f} came back before, and {back.quantity.normalize():f} more are back now"


def _units_of(site: Site, keys: Iterable[str], item: Item) -> Iterator[Decimal]:
    """What the dispatches and returns of these keys tell of an item."""
    sku_of = site.warehouse_terms.sku_of
    for kept in map(site.ledger.fact, keys):
        record = None if kept is None else kept.record
        if isinstance(record, Dispatch):
            packs = packs_sent(site, record.order_reference)
            for line in resolved(record, sku_of).lines:
                yield line.shipped if line.item == item else packs.in_pieces(line).get(item, Decimal(0))
        elif isinstance(record, ReturnToStock) and resolved(record, sku_of).item == item:
            yield record.quantity


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


def parked_order(fact: Fact, reason: str, reason_code: str) -> Posting:
    """The posting of an order's version that is not to be written: it waits for a person, or is closed at once."""
    wanted = _wanted(fact)
    assert wanted is not None, "orders always call for a posting"
    draft = _draft(fact, wanted)
    return evolve(draft, state=State.PARKED, reason=reason, reason_code=reason_code)


def _reversal_is_open(site: Site, order: str) -> bool:
    reversals = site.ledger.about(SHIPMENT_REVERSAL, [order])
    return any(reversal.state is State.PARKED for reversal in reversals)


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


def _written(record: Record, day: PostingDate | None, site: Site) -> BaseModel:
    """The message for `record`, or the error that says why it cannot be written yet."""
    return _order_written(record, site) if day is None else _movement_written(record, day.date, site)


def _order_written(record: Record, site: Site) -> BaseModel:
    if isinstance(record, SalesOrder | PurchaseOrder):
        record = exploded(record, partial(is_stocked, site))
    if site.files is not None:
        return _order_by_file(record, site, site.files)
    match record:
        case SalesOrder():
            items = [line.item for line in record.lines]
            return clarus.goods_out(record, _ids(site, record.location, items, shipper=record.carrier))
        case PurchaseOrder():
            items = [line.item for line in record.lines]
            return clarus.pre_receipt(record, _ids(site, record.location, items))
        case _:
            raise _calls_for_nothing(record)


def _order_by_file(record: Record, site: Site, files: ClarusFiles) -> BaseModel:
    match record:
        case SalesOrder():
            how = files.imports[GOODS_OUT]
            document = clarus_files.order_document(record, _codes(site, record.location, how, record.carrier))
        case PurchaseOrder():
            how = files.imports[PRE_RECEIPT]
            document = clarus_files.pre_receipt_document(record, _codes(site, record.location, how))
        case _:
            raise _calls_for_nothing(record)
    return import_content(how.template, document)


def _refuse_line_by_file(fact: Fact, site: Site) -> None:
    if fact.kind == LATE_LINE and site.files is not None:
        what = "no import adds a line to an order: add it in Clarus, or release it on a pick ticket of its own"
        raise InvalidRecord(what, field="lines")


def _movement_written(record: Record, date: dt.date, site: Site) -> BaseModel:
    match record:
        case Dispatch():
            order, pick = _order_of(record, site)
            return bluecherry.order_shipment(_tied(record, site), order, date, site.erp_terms, pick=pick)
        case Receipt():
            return bluecherry.receipt_advice(_tied(record, site), date, site.erp_terms)
        case Adjustment():
            return bluecherry.inventory_adjustment(_tied(record, site), date, site.erp_terms)
        case ReturnToStock():
            return bluecherry.return_advice(_tied(record, site), date, site.erp_terms)
        case _:
            raise _calls_for_nothing(record)


def _calls_for_nothing(record: Record) -> InvalidRecord:
    return InvalidRecord(f"a {type(record).__name__} calls for no posting", field="record")


def _tied(movement: MovementT, site: Site) -> MovementT:
    tied = resolved(movement, site.warehouse_terms.sku_of)
    codes = unmatched(tied)
    if codes:
        raise _no_sku(codes[0], site)
    return tied


def _no_sku(code: str, site: Site) -> SkuError:
    match = site.crosswalk.match(code) if site.crosswalk else None
    if isinstance(match, Ambiguous):
        names = tuple(str(each) for each in match.candidates)
        return AmbiguousSku(f"the code {code!r} is ambiguous: {match.reason}", code=code, candidates=names)
    what = f"the code {code!r} is tied to no SKU"
    if not isinstance(match, Unknown):
        return UnknownSku(what, code=code)
    what = f"{what}; {match.sign}" if match.sign else what
    return UnknownSku(what, code=code, candidates=tuple(str(each) for each in match.nearest))


def _order_of(dispatch: Dispatch, site: Site) -> tuple[SalesOrder, PickTicket | None]:
    """The order as it was sent out, and the pick ticket as Blue Cherry wrote it."""
    head = site.ledger.head(BLUECHERRY, PICK, dispatch.order_reference)
    fact = site.ledger.fact(head.standing_key) if head and head.standing_key else None
    if fact is None or not isinstance(fact.record, SalesOrder):
        raise InvalidRecord("no pick ticket of this number was sent out", field="order_reference")
    return fact.record, None if fact.raw is None else PickTicket.model_validate(fact.raw)


def _ids(site: Site, location: str, items: Iterable[Item], *, shipper: str = "") -> WarehouseIds:
    skus = tuple(item for item in dict.fromkeys(items) if isinstance(item, Sku))
    return asked(site, (location, skus, shipper), partial(_ids_known_to, site, location, skus, shipper))


def _ids_known_to(site: Site, location: str, skus: Iterable[Sku], shipper: str, ids: Ids) -> WarehouseIds:
    carrier = site.erp_terms.carrier_of(shipper)
    return WarehouseIds(
        account=ids.account(site.account),
        warehouse=ids.warehouse(site.warehouse_at(location)),
        products={sku.key: _product_id(site, sku, ids) for sku in skus},
        carrier=ids.carrier(carrier) if carrier else None,
    )


def _codes(site: Site, location: str, how: ImportFiles, shipper: str = "") -> WarehouseCodes:
    warehouse = site.warehouse_at(location)
    if warehouse not in site.warehouses:
        raise InvalidRecord(f"no warehouse of the site is at the location {location!r}", field="location")
    return WarehouseCodes(
        account=site.account,
        warehouse=warehouse,
        zone=site.warehouse_terms.zone,
        product_of=partial(_product_code, site),
        carrier=site.erp_terms.carrier_of(shipper),
        more=how.more,
    )


def has_product(site: Site, line: OrderLine) -> bool:
    """Whether the line's SKU has a product in the warehouse, or is a prepack all of whose components have."""
    try:
        if line.pack is None or is_stocked(site, line.item):
            return _has_product(site, line.item)
        return all(_has_product(site, part.item) for part in line.pack.parts)
    except SkuError:
        return False


def is_stocked(site: Site, pack: Item) -> bool:
    """Whether the warehouse has a product for a prepack. Raises `AmbiguousSku` where that is not clear."""
    try:
        return _has_product(site, pack)
    except UnknownSku:
        return False


def _has_product(site: Site, item: Item) -> bool:
    if not isinstance(item, Sku):
        return False
    if site.files is None:
        return bool(asked(site, item, partial(_product_id, site, item)))
    return bool(_product_code(site, item))


def _product_code(site: Site, sku: Sku) -> str:
    if several := site.divided.get(sku):
        what = f"{sku} stands in several divisions, and the order does not say in which"
        raise AmbiguousSku(what, code=str(sku), candidates=tuple(map(str, several)), record=f"Sku {sku}")
    if site.crosswalk is None:
        raise UnknownSku("no crosswalk was built yet", code=str(sku))
    return site.crosswalk.require_code(sku)


def _product_id(site: Site, sku: Sku, ids: Ids) -> str:
    code = _product_code(site, sku)
    product = site.crosswalk.product_of(sku) if site.crosswalk else None
    return product.id if product and product.id else ids.product(code)
