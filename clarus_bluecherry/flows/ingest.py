"""Ingest what a system said: one fact, and the posting it calls for, in one transaction.

Law of this module: nothing that was read disappears. What cannot be read is kept as `Unread` with its raw record;
what contradicts a kept fact is kept beside it; both wait in the inbox, for a person or a corrected setting.
"""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from functools import partial

from attrs import evolve, field, frozen

from clarus_bluecherry.errors import FactChanged, InvalidRecord
from clarus_bluecherry.flows.derive import derive, remember
from clarus_bluecherry.flows.needed import in_transaction
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.ledger import Fact, InboxItem, InboxState, State
from clarus_bluecherry.ledger.reasons import Reason
from clarus_bluecherry.ledger.records import UNREAD
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.model import Record, Unread, to_plain


class Kept(enum.StrEnum):
    """What became of something that was read."""

    NEW = "new"
    PARKED = "parked"
    KNOWN = "known"
    UNREAD = "unread"
    STILL_UNREAD = "still unread"

    @property
    def is_unread(self) -> bool:
        """Whether it cannot be read, now or already the last time."""
        return self in (Kept.UNREAD, Kept.STILL_UNREAD)


@frozen
class Collected:
    """How many records one reading found, by what became of them."""

    counts: Counter[Kept] = field(factory=Counter)

    def add(self, kept: Kept) -> None:
        """Count one more."""
        self.counts[kept] += 1

    @property
    def new(self) -> int:
        """Facts that were not in the ledger before, parked ones included."""
        return self.counts[Kept.NEW] + self.counts[Kept.PARKED]

    def __str__(self) -> str:
        return ", ".join(f"{self.counts[kept]} {kept}" for kept in Kept if self.counts[kept]) or "nothing"


def digest(record: Record) -> str:
    """A short name for the content of `record`: the same content always has the same."""
    text = json.dumps(to_plain(record), sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def fact(
    record: Record,
    *,
    source: str,
    kind: str,
    source_id: str,
    version: str,
    occurred_at: dt.datetime,
    raw: Mapping[str, object] | None = None,
) -> Fact:
    """A fact under the key that its source determines."""
    return Fact(
        source=source,
        kind=kind,
        source_id=source_id,
        version=version,
        occurred_at=occurred_at,
        record=record,
        raw=raw,
    )


def ingest(site: Site, fact: Fact, *, not_before: dt.datetime | None = None) -> Kept:
    """Record `fact` and the posting it calls for, due not before then. The same fact again changes nothing."""
    try:
        return in_transaction(site, partial(_ingest, site, fact, not_before))
    except FactChanged:
        return keep_unread(
            site.ledger,
            source=fact.source,
            kind=f"{fact.kind} (changed)",
            source_id=f"{fact.source_id} {digest(fact.record)}",
            occurred_at=fact.occurred_at,
            problem=_how_it_changed(site.ledger.fact(fact.key), fact),
            raw=to_plain(fact.record),
        )


def _ingest(site: Site, fact: Fact, not_before: dt.datetime | None) -> Kept:
    if not site.ledger.record(fact):
        return Kept.KNOWN
    remember(fact, site)
    posting = derive(fact, site)
    if posting is not None:
        is_due = posting.state is State.PENDING
        site.ledger.post(evolve(posting, next_attempt_at=not_before) if is_due else posting)
    settle_unread(site, fact)
    return Kept.PARKED if posting is not None and posting.state is State.PARKED else Kept.NEW


_SHOWN = ("item", "quantity", "location", "occurred_at", "own_date", "order_reference", "reason")
"""Fields of a movement that hold nothing personal."""


def _how_it_changed(before: Fact | None, after: Fact) -> str:
    """What is another than it was when it was kept, which stands: a person books the difference."""
    old = None if before is None else before.record
    pairs = ((name, getattr(old, name, None), getattr(after.record, name, None)) for name in _SHOWN)
    told = [f"{name} was {_text(was)} and is {_text(now)}" for name, was, now in pairs if was != now]
    what = "; ".join(told) or "something else of it than its quantity, item, place and date"
    return f"{after.source} changed it after it was kept, which stands: {what}. Book the difference by hand"


def _text(value: object) -> str:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return f"{value.normalize():f}" if isinstance(value, Decimal) else "not told" if value is None else str(value)


def settle_unread(site: Site, fact: Fact) -> None:
    """Now that `fact` could be read, nobody has to look at the record that could not."""
    need_no_look(site, fact.kind, fact.source_id, f"read after all as {fact.key}", actor="ingest")


def need_no_look(site: Site, kind: str, source_id: str, why: str, *, actor: str) -> None:
    """Nobody has to look any more at what of a record could not be read."""
    waiting = waiting_unread(site, kind, source_id)
    site.ledger.done((item.key for item in waiting), note=why, actor=actor)


def waiting_unread(site: Site, kind: str, source_id: str) -> list[InboxItem]:
    """What of a record could not be read and waits for somebody."""
    return [item for item in all_unread(site, kind, source_id) if item.state is InboxState.WAITING]


def all_unread(site: Site, kind: str, source_id: str) -> list[InboxItem]:
    """What of a record could ever not be read."""
    return site.ledger.unread_of(_name(kind, source_id))


def keep_unread(
    ledger: Ledger,
    *,
    source: str,
    kind: str,
    source_id: str,
    occurred_at: dt.datetime,
    problem: str,
    raw: Mapping[str, object] | None = None,
) -> Kept:
    """Keep a record that could not be read in the inbox, with the reason: once for each content and reason."""
    content = json.dumps([problem, raw], sort_keys=True, default=str)
    unread = InboxItem(
        source=source,
        kind=UNREAD,
        source_id=_name(kind, source_id),
        version=hashlib.sha256(content.encode()).hexdigest()[:16],
        occurred_at=occurred_at,
        record=Unread(id=source_id, kind=kind, occurred_at=occurred_at, problem=problem),
        raw=raw,
        record_name=_name(kind, source_id),
        reason=problem,
        reason_code=Reason.UNREAD,
    )
    return Kept.UNREAD if ledger.hear(unread) else Kept.STILL_UNREAD


def keep_refused(site: Site, error: InvalidRecord, *, source: str) -> Kept:
    """Keep a row that its client could not parse, as it came. Its error names it, as "pick ticket 1001"."""
    kind, _, number = (error.record or "row without a name").rpartition(" ")
    return keep_unread(
        site.ledger,
        source=source,
        kind=kind,
        source_id=number,
        occurred_at=site.clock(),
        problem=error.problem,
        raw=error.raw,
    )


def _name(kind: str, source_id: str) -> str:
    return f"{kind.replace('_', ' ')} {source_id}"
