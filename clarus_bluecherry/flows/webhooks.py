"""Heeding webhooks: what a notice points at is read through the API at once, instead of at the next poll.

Law of this flow: a notice is never a fact. Lost, repeated, forged or late, it only changes when we look.
"""

from __future__ import annotations

from collections.abc import Iterable

from clarus_bluecherry.clarus.webhooks import Notice
from clarus_bluecherry.flows.keep import Collected
from clarus_bluecherry.flows.movements_back import collect_dispatches, collect_transactions
from clarus_bluecherry.flows.site import Site

_STOCK_RESOURCES = frozenset({"stock", "goods_in", "stock_balance"})


def heed(site: Site, notices: Iterable[Notice]) -> Collected:
    """Look once at everything that `notices` are about, and keep what is found."""
    notices = list(notices)
    collected = Collected()
    if any(notice.resource in _STOCK_RESOURCES for notice in notices):
        collected.counts.update(collect_transactions(site).counts)
    orders = {notice.reference for notice in notices if notice.resource == "goods_out" and notice.reference}
    if orders:
        collected.counts.update(collect_dispatches(site, orders).counts)
    return collected
