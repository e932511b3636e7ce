"""What is new since last time, from lists that were not made for asking: feeds over documented filters.

Law of this module: no I/O and no clock. A feed skips no row that becomes visible within its overlap; so it gives
rows out more than once, and its key tells the old ones. A mark never moves back, and is only worked out from rows
that the caller holds: a reading that broke off is simply made again.

The vendor's guide says that lists can be limited to what changed since a date, and documents such a filter for one
list only (`pick_processing_requests`). These feeds use what is documented; a `Feed` takes any datetime filter that
introspection finds on a tenant.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable
from functools import reduce
from typing import Generic, TypeVar

from attrs import Attribute, field, frozen

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.clarus._filters import Where, any_of
from clarus_bluecherry.clarus._filters import since as since_then
from clarus_bluecherry.clarus._graphql import Listing
from clarus_bluecherry.clarus._rooms import calls
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord

__all__ = ["Feed", "completed_tasks", "orders_in", "pick_processing", "receipts_in", "transactions"]

N = TypeVar("N", bound=wire.Node)

OVERLAP = dt.timedelta(minutes=15)
"""How far behind its mark a feed reads again. When a row becomes visible is not published (confidence low): take
more than the longest transaction, and more than your clock and the tenant's may differ."""


def _not_negative(feed: object, attribute: Attribute[dt.timedelta], value: dt.timedelta) -> None:
    if value < dt.timedelta(0):
        raise ConfigurationError("an overlap is not negative", record="feed", field=attribute.name)


@frozen(kw_only=True)
class Feed(Generic[N]):
    """A list, read again and again for what is new.

    `by` is a datetime filter of the list, and the field of its rows that the filter compares. A list without one
    is read whole every time: then `listing` should ask only for rows in a state that they leave. Nothing before
    `begin` is wanted. `news` are paths of fields that make a row news again when they change.

    >>> feed = transactions(begin=dt.datetime(2026, 3, 1, tzinfo=dt.UTC))
    >>> noon = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
    >>> feed.since(noon).where
    {'created_at': {'from': '2026-03-02T11:45:00Z'}}
    >>> row = wire.TransactionNode(id="7", subtype="RCV", quantity=3, created_at="2026-03-02T12:30:00Z")
    >>> feed.mark([row], noon).isoformat()
    '2026-03-02T12:30:00+00:00'
    """

    listing: Listing[N]
    by: str = ""
    begin: dt.datetime | None = None
    overlap: dt.timedelta = field(default=OVERLAP, validator=_not_negative)
    news: tuple[str, ...] = ()

    def since(self, mark: dt.datetime | None) -> Listing[N]:
        """The list to read now: rows from `mark` less the overlap, though none before `begin`.

        Raises `InvalidRecord` for an instant without a time zone.
        """
        behind = None if mark is None else _aware(mark) - self.overlap
        starts = [_aware(moment) for moment in (self.begin, behind) if moment is not None]
        return self.listing.narrowed({self.by: since_then(max(starts))}) if self.by and starts else self.listing

    def mark(
        self, nodes: Iterable[N], mark: dt.datetime | None, *, began: dt.datetime | None = None
    ) -> dt.datetime | None:
        """The mark to keep once `nodes` are safely kept, never before `mark`: the latest instant that they show.

        `began` is when the reading began: Clarus's own time (`Portion.served_at`), or your clock's where it does
        not tell. No row moves the mark beyond it, be it dated in the future; and it is the mark when the rows do
        not show their instant at all (the published samples of tasks and pick processing requests do not). Without
        it such rows leave the mark where it was, and the next reading is longer. Raises `InvalidRecord` for a mark
        without a time zone.
        """
        rows = list(nodes)
        shown = [moment for moment in map(self._instant, rows) if moment is not None]
        latest = max(shown) if shown else began if rows else None
        if latest is not None and began is not None:
            latest = min(latest, _aware(began))
        return max((_aware(moment) for moment in (mark, latest) if moment is not None), default=None)

    def key(self, node: N) -> Hashable:
        """What this news is known by: the row's own key, and the state it is in where rows change."""
        return (self.listing.key(node), *(_at(node, path) for path in self.news))

    def _instant(self, node: N) -> dt.datetime | None:
        """When the row says it happened. A bare date says too little to move a mark."""
        value = _at(node, self.by) if self.by else None
        if isinstance(value, str):
            try:
                value = dt.datetime.fromisoformat(value)
            except ValueError:
                return None
        return value if isinstance(value, dt.datetime) and value.utcoffset() is not None else None


def _aware(moment: dt.datetime) -> dt.datetime:
    if moment.utcoffset() is None:
        raise InvalidRecord(f"{moment.isoformat()} has no time zone: an instant needs one", record="feed")
    return moment


def _at(node: object, path: str) -> object:
    return reduce(lambda value, step: getattr(value, step, None), path.split("."), node)


def transactions(
    *, begin: dt.datetime, where: Where | None = None, overlap: dt.timedelta = OVERLAP
) -> Feed[wire.TransactionNode]:
    """Stock movements as they are written, the best feed there is: rows are only added. Archived ones included."""
    return Feed(
        listing=calls.transactions.list(where=where, include_archived=True),
        by="created_at",
        begin=begin,
        overlap=overlap,
    )


def completed_tasks(
    *, begin: dt.datetime, where: Where | None = None, overlap: dt.timedelta = OVERLAP
) -> Feed[wire.TaskNode]:
    """Warehouse work as it is finished. One that was taken back and finished again is news again, where the tenant
    shows `completed_at`: ask for it with the client's `extra_fields` (confidence medium; see introspection).
    """
    return Feed(
        listing=calls.tasks.list(where=where),
        by="completed_at",
        begin=begin,
        overlap=overlap,
        news=("status", "completed_at"),
    )


def pick_processing(
    *, begin: dt.datetime, where: Where | None = None, overlap: dt.timedelta = OVERLAP
) -> Feed[wire.PickProcessingRequestNode]:
    """How far `process_picks` got: a request is news whenever its status has changed."""
    return Feed(
        listing=calls.pick_processing_requests.list(where=where),
        by="updated_at",
        begin=begin,
        overlap=overlap,
        news=("status",),
    )


def orders_in(statuses: Iterable[str], *, where: Where | None = None) -> Feed[wire.GoodsOutNode]:
    """Outbound orders in one of `statuses` (`PENDING`, `ALLOCATED`, `COMPLETED`), each news once per status.

    Orders have no documented filter for a change date, so all of them are read every time: narrow by `reference`
    or `expected_date_of_dispatch`, or take a status that orders leave.
    """
    listing = calls.goods_outs.list(where=where, goods_out_status_code=any_of(statuses))
    return Feed(listing=listing, news=("goods_out_status.code",))


def receipts_in(statuses: Iterable[str], *, where: Where | None = None) -> Feed[wire.GoodsInReceiptNode]:
    """Inbound documents in one of `statuses`, each news once per status. Read whole, as `orders_in`.

    The status words differ by tenant and by place (`completed`, `COMPLETED`): ask for all spellings you know.
    """
    return Feed(listing=calls.goods_in_receipts.list(where=where, status=any_of(statuses)), news=("status",))
