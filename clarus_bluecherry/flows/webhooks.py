"""Heeding webhooks: what a notice points at is read through the API at once, instead of at the next poll.

Law of this flow: a notice is never a fact. Lost, repeated, forged or late, it changes only when we look.
"""

from __future__ import annotations

from clarus_bluecherry.clarus.webhooks import Notice
from clarus_bluecherry.flows.keep import Collected
from clarus_bluecherry.flows.movements_back import collect_dispatch, collect_transactions
from clarus_bluecherry.flows.site import Site

_STOCK_RESOURCES = frozenset({"stock", "goods_in", "stock_balance"})


def heed(site: Site, notice: Notice) -> Collected:
    """Look at what `notice` is about and keep what is found. A notice about nothing we follow finds nothing."""
    if notice.resource == "goods_out" and notice.reference:
        return collect_dispatch(site, notice.reference)
    if notice.resource in _STOCK_RESOURCES:
        return collect_transactions(site)
    return Collected()
