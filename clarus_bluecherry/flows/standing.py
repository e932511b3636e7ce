"""What of an order stands: its dispatches that were not taken back, its returns, and the reversals that are open.

Law of this module: it asks the ledger about one order, by index; what an order led to before it was taken back
counts no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import takewhile

from clarus_bluecherry.flows.names import (
    BLUECHERRY,
    CLARUS,
    ORDER_SHIPMENT,
    PICK,
    RETURNS,
    SHIPMENT_REVERSAL,
    UNDISPATCH,
)
from clarus_bluecherry.flows.packs import packs_sent
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.ledger import Fact, State
from clarus_bluecherry.ledger.keys import fact_key, key_parts
from clarus_bluecherry.mapping import resolved
from clarus_bluecherry.mapping.parts import is_part
from clarus_bluecherry.model import Dispatch, Item, ReturnToStock, Undispatch


def told_name(record: Dispatch | Undispatch) -> str:
    """What a person calls a dispatch: by its order, and by its shipments where it is a part."""
    dispatch_id = record.id if isinstance(record, Dispatch) else record.dispatch_id
    whole = f"dispatch of pick {record.order_reference}"
    return f"{whole}, part {dispatch_id.partition('/')[2]}" if is_part(dispatch_id) else whole


def standing_dispatches_of(site: Site, references: Iterable[str]) -> list[tuple[str, str]]:
    """Reference and fact's key of each dispatch of `references` that was not taken back."""
    dispatches = site.ledger.causes(ORDER_SHIPMENT, references)
    undone = site.ledger.known(undoing(key) for _, key in dispatches)
    return [(reference, key) for reference, key in dispatches if undoing(key) not in undone]


def undoing(dispatch_key: str) -> str:
    """The key of the fact that takes the dispatch of this key back. The first of an order has no version."""
    _, _, dispatch_id, version = key_parts(dispatch_key)
    return fact_key(CLARUS, UNDISPATCH, dispatch_id, version or "1")


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


def reversal_is_open(site: Site, order: str) -> bool:
    reversals = site.ledger.about(SHIPMENT_REVERSAL, [order])
    return any(reversal.state is State.PARKED for reversal in reversals)
