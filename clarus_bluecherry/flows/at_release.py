"""The crosswalk as it stood when an order left for the warehouse: what its codes meant then, they mean for it.

Law of this flow: what was asked for is confirmed. A code that was given to another SKU since, or a SKU that was
renamed, changes nothing for an order on its way; a code that was tied to nothing then is what it is now. The
history is asked by key, and only where a line says something else than its order.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from itertools import count

from clarus_bluecherry.flows.names import CROSSWALK, GOODS_OUT, PAIR
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.ledger import State
from clarus_bluecherry.ledger.keys import fact_key
from clarus_bluecherry.mapping import resolved
from clarus_bluecherry.model import CrosswalkEntry, Dispatch, Item, SalesOrder


def as_released(dispatch: Dispatch, order: SalesOrder, order_key: str, site: Site) -> Dispatch:
    """`dispatch` with its codes tied to the SKUs of `order`, the version that was sent; `order_key` is its fact's.

    What was no SKU of the order then is tied as it is now, or stays a code.
    """
    now = resolved(dispatch, site.warehouse_terms.sku_of)
    wanted = {line.number: line.item for line in order.lines}
    if all(wanted.get(line.number) == line.item for line in now.lines):
        return now
    left = _left_at(site, dispatch.order_reference, order_key)
    return now if left is None else resolved(dispatch, partial(_as_it_was, site, left, set(wanted.values())))


def _as_it_was(site: Site, left: dt.datetime, wanted: set[Item], code: str) -> Item:
    then = pair_at(site, code, left)
    was = None if then is None else then.sku
    return was if was is not None and was in wanted else site.warehouse_terms.sku_of(code)


def pair_at(site: Site, code: str, at: dt.datetime) -> CrosswalkEntry | None:
    """What the warehouse's `code` was held to be at an instant (aware), None where nothing was said of it yet."""
    found: CrosswalkEntry | None = None
    for number in count(1):
        said = site.ledger.fact(fact_key(CROSSWALK, PAIR, code, str(number)))
        if said is None or said.occurred_at > at:
            break
        found = said.record if isinstance(said.record, CrosswalkEntry) else found
    return found


def _left_at(site: Site, reference: str, order_key: str) -> dt.datetime | None:
    """When the version of an order that the warehouse has was sent last."""
    for posting in site.ledger.about(GOODS_OUT, [reference]):
        if posting.fact_key == order_key:
            steps = site.ledger.history(posting.key)
            return max((step.at for step in steps if step.after is State.SENDING), default=None)
    return None
