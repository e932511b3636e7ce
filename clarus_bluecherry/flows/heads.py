"""Heads: what Blue Cherry said of an order, version by version, and whether what was just read is newer.

Law of this module: the newest word wins. Which one is newer is told by the source's own change time, in files too
by the order in which they came; where neither tells, or the time is still to come, what is read later is newer.
Content may come back (5, 7, 5) and counts each time; the same row read again is no word. Whoever decides about an
order holds its head, so that no two decide at once.

Each version of an order has one posting. The first is named by its content alone, as all were once; a later one by
its content and its number: so the versions of a head stand in their order.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable

from attrs import evolve, field, frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows.ingest import digest, fact
from clarus_bluecherry.flows.late_lines import UNSENT, order_of_line
from clarus_bluecherry.flows.marks import APART
from clarus_bluecherry.flows.names import GOODS_OUT, LINE_OUT
from clarus_bluecherry.flows.routes import order_routes, route_of
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.ledger import Fact, Head, InboxItem, Posting, State
from clarus_bluecherry.ledger.keys import key_parts
from clarus_bluecherry.mapping import bluecherry
from clarus_bluecherry.model import Plain, PurchaseOrder, SalesOrder


@frozen(kw_only=True)
class Word:
    """What was just read of one order. An order without lines is withdrawn.

    `changed` is the source's own change time, None where it tells none; `arrival` places what came in a file.
    `read_at` stands in where there is no change time.
    """

    source: str
    kind: str
    number: str
    order: SalesOrder | PurchaseOrder
    changed: dt.datetime | None
    arrival: str
    read_at: dt.datetime
    raw: Plain = field(repr=False)

    @property
    def content(self) -> str:
        """A short name of what it says."""
        return digest(self.order)

    def says_the_same_as(self, version: Fact) -> bool:
        """Whether a version that is known says the same, and wants as much."""
        said = self.as_fact(self.content)
        return said.says_the_same_as(version) and is_withdrawn(said) is is_withdrawn(version)

    def as_fact(self, version: str) -> Fact:
        """The fact of this word as a version of its order."""
        return fact(
            self.order,
            source=self.source,
            kind=self.kind,
            source_id=self.number,
            version=version,
            occurred_at=self.changed or self.read_at,
            raw=self.raw,
        )


def is_withdrawn(version: Fact) -> bool:
    """Whether this version says that nothing of the order is wanted any more."""
    return isinstance(version.record, SalesOrder | PurchaseOrder) and not version.record.lines


class Age(enum.Enum):
    """How a word stands to what is known already."""

    NEWER = enum.auto()
    """The newest word from now on."""
    SAME = enum.auto()
    """What the newest word says already."""
    OLDER = enum.auto()
    """Read late: a newer word is known."""


@frozen(kw_only=True)
class OrderHead:
    """The versions of one order, first to last, by their postings; `newest` is the newest word's fact.

    `kept` is its row in the ledger, held until the transaction ends. `seen` is the latest change time at which the
    source was seen to say the newest word, None where it tells none.
    """

    kept: Head
    postings: tuple[Posting, ...] = ()
    newest: Fact | None = None
    seen: dt.datetime | None = None

    @property
    def unsent(self) -> list[Posting]:
        """Versions that the warehouse certainly knows nothing of, and that might still be sent."""
        return [posting for posting in self.postings if posting.state in UNSENT]

    @property
    def sent(self) -> Posting | None:
        """The version that the warehouse has, or may have."""
        return sent_of(self.postings)

    def version_of(self, word: Word) -> str:
        """The version under which `word` is kept as the newest."""
        return f"{word.content}.{self.kept.version + 1}" if self.kept.version else word.content

    def after(self, version: Fact) -> Head:
        """Its row once `version` is the newest word; that counts over there unless another one may be there."""
        standing = version.key if self.sent is None else self.kept.standing_key
        return evolve(self.kept, version=self.kept.version + 1, newest_key=version.key, standing_key=standing)

    def knows(self, content: str) -> bool:
        """Whether some version has this content."""
        return any(_content(posting) == content for posting in self.postings)

    def age(self, word: Word, *, is_there: bool) -> Age:
        """How `word` stands to this head. `is_there`: the warehouse has just what it says."""
        if self.newest is None:
            return Age.NEWER
        if word.says_the_same_as(self.newest):
            given_up = self.postings[-1].state is State.CANCELLED and not is_there and bool(word.order.lines)
            return Age.NEWER if given_up and self.moved(word.changed) else Age.SAME
        return Age.OLDER if self.overtook(word.changed, word.arrival) else Age.NEWER

    def moved(self, changed: dt.datetime | None) -> bool:
        """Whether `changed` is later than the source was ever seen to say the newest word."""
        return changed is not None and self.seen is not None and changed > self.seen

    def overtook(self, changed: dt.datetime | None, arrival: str) -> bool:
        """Whether what changed then, and arrived there, is older than the newest word."""
        if self.newest is not None and arrival and arrival <= arrival_of(self.newest):
            return True
        if changed is None or self.seen is None:
            return False
        # An hour that the clock showed twice is taken for the second one: its words are never lost as old ones.
        return changed.replace(fold=1).astimezone(dt.UTC) < self.seen


def head_of(site: Site, source: str, kind: str, number: str) -> OrderHead:
    """The head of an order, held until the transaction ends."""
    kept = site.ledger.hold(source, kind, number)
    newest = site.ledger.fact(kept.newest_key) if kept.newest_key else None
    if newest is None:
        return OrderHead(kept=kept)
    postings = tuple(sorted(site.ledger.about(_calls_for(kind), [number], lock=True), key=version_order))
    return OrderHead(kept=kept, postings=postings, newest=newest, seen=_seen(site, newest, kept))


def is_known(site: Site, word: Word) -> bool:
    """Whether the newest word is this very one, of the same time: then there is nothing to decide.

    A feed is read again with an overlap, so most of what it tells is that. No head is held for it.
    """
    if word.changed is None or _is_to_come(site, word.changed):
        return False
    newest = site.ledger.newest_word(word.source, word.kind, word.number)
    if newest is None or newest.version.partition(".")[0] != word.content:
        return False
    return word.changed in (newest.occurred_at, newest.seen_at)


class SharedNumber(InvalidRecord):
    """An order has the number of an order of another kind, and the warehouse could not tell them apart."""

    action = "Give one of the two another number in Blue Cherry."


def require_own_number(site: Site, word: Word) -> None:
    """Raise `SharedNumber` for the first word of an order whose number another kind's order has."""
    for _, key in site.ledger.causes(_calls_for(word.kind), [word.number]):
        other = key_parts(key)[1]
        if other != word.kind:
            raise SharedNumber(f"a {other.replace('_', ' ')} has the number {word.number!r} already")


def saw(site: Site, head: OrderHead, word: Word) -> None:
    """Remember that the source still says the newest word, at a later change time than was seen before."""
    if word.changed is not None:
        site.ledger.move(evolve(head.kept, seen_at=word.changed))


def is_overtaken(site: Site, posting: Posting) -> bool:
    """Whether a newer version of the order waits: this one was in doubt when that came, and did not arrive.

    A late line goes with its order's content, not with its version: that may have come back since.
    """
    if posting.kind == LINE_OUT:
        versions = sorted(site.ledger.about(GOODS_OUT, [order_of_line(posting)]), key=version_order)
        return bool(versions) and _content(versions[-1]) != _content(posting)
    if all(posting.kind != route.posting for route in order_routes()):
        return False
    versions = sorted(site.ledger.about(posting.kind, [posting.reference]), key=version_order)
    return versions[-1].key != posting.key and versions[-1].state in UNSENT


def _seen(site: Site, newest: Fact, kept: Head) -> dt.datetime | None:
    if not changed_by_itself(newest):
        return None
    seen = (newest.occurred_at, *([kept.seen_at] if kept.seen_at else []))
    return max((moment for moment in seen if not _is_to_come(site, moment)), default=None)


def _is_to_come(site: Site, moment: dt.datetime) -> bool:
    """Whether nothing can have changed then yet, however the clocks go: such a time tells nothing."""
    return moment > site.clock() + APART


def changed_by_itself(fact: Fact) -> bool:
    """Whether the fact's time is the source's own, and not when it was read."""
    return bool(last_mod_of(fact) or arrival_of(fact))


def said_to_change(site: Site, unread: InboxItem) -> dt.datetime | None:
    """When the source says that a record which could not be read changed, or None where that tells nothing."""
    try:
        changed = bluecherry.said_to_change(last_mod_of(unread), arrival_of(unread), zone=site.erp_zone)
    except InvalidRecord:
        return None
    return None if changed is None or _is_to_come(site, changed) else changed


def last_mod_of(fact: Fact | InboxItem) -> str:
    """The source's own change time, as it wrote it."""
    return str((fact.raw or {}).get("last_mod") or "")


def arrival_of(fact: Fact | InboxItem) -> str:
    """Where a fact that came in a file stands in the order of arrival."""
    return str((fact.raw or {}).get("arrival", ""))


def _calls_for(kind: str) -> str:
    route = route_of(kind)
    assert route is not None, "only orders have versions of this kind"
    return route.posting


def _version(posting: Posting) -> str:
    return key_parts(posting.fact_key)[3]


def _content(posting: Posting) -> str:
    return _version(posting).partition(".")[0]


def sent_of(postings: Iterable[Posting]) -> Posting | None:
    """The last of an order's versions that the warehouse has, or may have; they are given in their order."""
    known = [one for one in postings if one.state not in UNSENT and one.state is not State.CANCELLED]
    return known[-1] if known else None


def version_order(posting: Posting) -> tuple[int, dt.datetime, dt.datetime]:
    """Versions by their number; those of before there were numbers come first, by their time."""
    return int(_version(posting).partition(".")[2] or 1), posting.occurred_at, posting.created_at
