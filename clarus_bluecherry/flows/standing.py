"""What of an order stands, and what has to wait for it: dispatches not taken back, returns, reversals, packs.

Law of this module: it asks the ledger about one order, by index; what an order led to before it was taken back
counts no more. What waits says why, and for whom.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import takewhile

from attrs import frozen

from clarus_bluecherry.flows.names import (
    BLUECHERRY,
    CLARUS,
    ORDER_SHIPMENT,
    PICK,
    RETURNS,
    SHIPMENT_REVERSAL,
    UNDISPATCH,
)
from clarus_bluecherry.flows.packs import pack_received, packs_sent
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.ledger import Fact, State
from clarus_bluecherry.ledger.reasons import Reason
from clarus_bluecherry.mapping import resolved
from clarus_bluecherry.mapping.parts import is_part
from clarus_bluecherry.model import Dispatch, Item, ReturnToStock, Undispatch, UnmatchedCode

_UNDONE = "the warehouse took the dispatch back after Blue Cherry may have been told"
_COUNTED_SOON = "it is a component of a prepack, and is counted to it in a moment"
_FIRST_STANDS = "the order left again, and the shipment before has not been voided in Blue Cherry"


def told_name(record: Dispatch | Undispatch) -> str:
    """What a person calls a dispatch: by its order, and by its shipments where it is a part."""
    dispatch_id = record.id if isinstance(record, Dispatch) else record.dispatch_id
    whole = f"dispatch of pick {record.order_reference}"
    return f"{whole}, part {dispatch_id.partition('/')[2]}" if is_part(dispatch_id) else whole


def standing_dispatches_of(site: Site, references: Iterable[str]) -> list[tuple[str, str]]:
    """Reference and fact's key of each dispatch of `references` that was not taken back."""
    return site.ledger.standing(ORDER_SHIPMENT, references, but=UNDISPATCH)


def note_return(fact: Fact, site: Site) -> None:
    """Remember that a return names an order that was sent out, so that its returns are found together.

    Holds the order, so that no two returns of it are decided at once.
    """
    order = _returned(fact).order_reference
    if order and site.ledger.head(BLUECHERRY, PICK, order):
        site.ledger.hold(BLUECHERRY, PICK, order)
        before = site.ledger.linked(CLARUS, RETURNS, order)
        site.ledger.link(CLARUS, RETURNS, order, f"{before}\n{fact.key}" if before else fact.key)


def _returned(fact: Fact) -> ReturnToStock:
    assert isinstance(fact.record, ReturnToStock), "only returns come back"
    return fact.record


# What waits --------------------------------------------------------------------------------------------------


@frozen
class Wait:
    """Why a fact's message is not sent now, although it could be written."""

    reason: str
    code: Reason


def taken_back_there(fact: Fact, site: Site) -> Wait:
    """A dispatch that was taken back: there is no message for it, so a person voids the shipment."""
    return Wait(_UNDONE, Reason.DISPATCH_UNDONE)


def first_stands(fact: Fact, site: Site) -> Wait | None:
    """A dispatch waits as long as the one before it has not been voided in Blue Cherry."""
    assert isinstance(fact.record, Dispatch), "only dispatches leave again"
    reversals = site.ledger.about(SHIPMENT_REVERSAL, [fact.record.order_reference])
    is_open = any(reversal.state is State.PARKED for reversal in reversals)
    return Wait(_FIRST_STANDS, Reason.AWAITS_REVERSAL) if is_open else None


def counted_soon(fact: Fact, site: Site) -> Wait | None:
    """A component of a prepack is told with its pack."""
    return Wait(_COUNTED_SOON, Reason.PART_OF_PACK) if pack_received(site, fact.record) else None


def beyond_what_left(fact: Fact, site: Site) -> Wait | None:
    """A return cannot be all of its order's goods where, with those before it, more came back than left.

    Of an order that is not known here nothing is said, nor of a code that is tied to no SKU.
    """
    back, sku_of = _returned(fact), site.warehouse_terms.sku_of
    returns = site.ledger.linked(CLARUS, RETURNS, back.order_reference)
    item = resolved(back, sku_of).item
    if not returns or back.quantity < 0 or isinstance(item, UnmatchedCode):
        return None
    keys = [key for _, key in standing_dispatches_of(site, [back.order_reference])]
    left = sum(_units_of(site, keys, item), Decimal(0))
    earlier = takewhile(lambda key: key != fact.key, returns.splitlines())
    before = sum(_units_of(site, earlier, item), Decimal(0))
    if before + back.quantity <= left:
        return None
    told = f"{left.normalize():f} units of {item} left on pick {back.order_reference}"
    told += f", {before.normalize():f} came back before, and {back.quantity.normalize():f} more are back now"
    return Wait(told, Reason.MORE_RETURNED)


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
