"""How far a feed has been read, by the source's own time.

Law of this module: a mark is the greatest change time that the source showed, never beyond the source's own now,
and never moves back. Our own clock only helps where the source does not tell its time, or where one of the two is
plainly not set. What is read again behind a mark is the reader's overlap, not a matter of the mark.
"""

from __future__ import annotations

import datetime as dt

from attrs import define

from clarus_bluecherry.flows.site import Site

APART = dt.timedelta(days=1)
"""Two clocks that differ by more than this: one of them is not set."""


def source_now(served_at: dt.datetime | None, ours: dt.datetime) -> dt.datetime:
    """The source's own time: what it told, or ours when it told none, or the earlier one when they lie days apart.

    The earlier one is always safe: a mark that is too low costs reading again, one that is too high costs records.
    """
    if served_at is None:
        return ours
    return served_at if abs(served_at - ours) <= APART else min(served_at, ours)


@define
class Mark:
    """The mark of one reading that began at `before`, None at the very first."""

    before: dt.datetime | None
    _first: dt.datetime | None = None
    _latest: dt.datetime | None = None
    _in_order: bool = True

    def show(self, changed_at: dt.datetime | None, *, now: dt.datetime) -> None:
        """Take note of when a record that is safely kept changed, and of the source's own `now`.

        A record without a time, or one dated later than that, moves nothing.
        """
        if changed_at is None or changed_at > now:
            return
        self._first = self._first or changed_at
        self._in_order &= self._latest is None or changed_at >= self._latest
        self._latest = changed_at if self._latest is None else max(self._latest, changed_at)

    @property
    def midway(self) -> dt.datetime | None:
        """The mark while more is to come: moved only if records came oldest first so far, and show that they do.

        The order is not published. Where it is another one, what is still to come may be older than what came.
        """
        rises = self._first is not None and self._latest is not None and self._latest > self._first
        return self.at_end if rises and self._in_order else self.before

    @property
    def at_end(self) -> dt.datetime | None:
        """The mark once the list has been read to its end."""
        return max((moment for moment in (self.before, self._latest) if moment is not None), default=None)


def move(site: Site, feed: str, to: dt.datetime | None) -> None:
    """Remember that `feed` has been read to `to`, unless it is known to be read further."""
    if to is None:
        return
    with site.ledger.transaction():
        known = site.ledger.watermark(feed)
        if known is None or known < to:
            site.ledger.set_watermark(feed, to)
