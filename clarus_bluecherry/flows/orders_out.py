"""Orders out: what Blue Cherry wants done becomes facts, and postings for the warehouse.

Law of this flow: it may run at any time and as often as anyone likes, and the newest word wins (`heads`). An order
that changes before it was sent replaces the older one, one that is withdrawn is not sent; what changes or is
withdrawn afterwards is parked for a person, because the warehouse may be picking.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import partial

from attrs import evolve

from clarus_bluecherry.bluecherry import KEPT, Settlement
from clarus_bluecherry.bluecherry.kinds import Kind
from clarus_bluecherry.bluecherry.messages import Row
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.flows.derive import parked_order
from clarus_bluecherry.flows.heads import (
    Age,
    OrderHead,
    SharedNumber,
    Word,
    arrival_of,
    head_of,
    is_known,
    is_withdrawn,
    last_mod_of,
    require_own_number,
    said_to_change,
    saw,
)
from clarus_bluecherry.flows.ingest import (
    Collected,
    Kept,
    keep_refused,
    keep_unread,
    need_no_look,
    settle_unread,
    waiting_unread,
)
from clarus_bluecherry.flows.late_lines import give_way, plan, post_late, wait_again
from clarus_bluecherry.flows.marks import Mark, move, source_now
from clarus_bluecherry.flows.names import BLUECHERRY
from clarus_bluecherry.flows.needed import in_transaction
from clarus_bluecherry.flows.reading import deliveries
from clarus_bluecherry.flows.route import OrderRoute
from clarus_bluecherry.flows.routes import order_kinds, routes_of
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.wall import Wall
from clarus_bluecherry.ledger import Fact, InboxItem, Posting, State
from clarus_bluecherry.ledger.reasons import Reason
from clarus_bluecherry.mapping import bluecherry
from clarus_bluecherry.model import Plain, PurchaseOrder, SalesOrder

_CHANGED = "the order changed after it was sent to the warehouse"
_WITHDRAWN = "the order was withdrawn in Blue Cherry after it was sent to the warehouse"
_NEVER_SENT = "withdrawn in Blue Cherry before it was sent"
_UNREAD_SINCE = "a newer version came that cannot be read"
_OVERTAKEN = "a newer version was read"
_ACTOR = "orders out"
_WRONG_PLACE = "Check the address and the prefix, and what `clarus-bluecherry bluecherry check` says."
_FEEDS = {"pick_ticket": "picks", "production_order": "production_orders"}
"""The marks of these two are called so in ledgers of before there were kinds."""
_REFUSED = Settlement("it cannot be used as it is: see the list of what could not be read")


def collect_orders(site: Site) -> Collected:
    """Read the orders of every kind that changed since the last run and keep them.

    A kind that is not there is told once and ends nothing. Raises `ConfigurationError` when none of them is there:
    then it is not Blue Cherry that was asked.
    """
    collected, kinds = Collected(), [kind for kind in order_kinds() if site.has(kind)]
    there = [_collect(site, collected, kind) for kind in kinds]
    if kinds and not any(there):
        names = ", ".join(f"{kind.title}s" for kind in kinds)
        what = f"there are no {names}: none of what this site reads is there"
        raise ConfigurationError(what, record="Blue Cherry", field="bluecherry.base_url", action=_WRONG_PLACE)
    return collected


def _collect(site: Site, collected: Collected, kind: Kind[Row]) -> bool:
    """Read a kind from its mark and keep each record; False where it is not there.

    The mark moves at the end: the order is not published.
    """
    name = f"{BLUECHERRY}.{_FEEDS.get(kind.name, kind.name)}"
    mark, wall = Mark(site.ledger.watermark(name)), Wall()
    reading = deliveries(site, kind, mark.before)
    if reading is None:
        return False
    stored: dt.datetime | None = None
    for delivery in reading:
        row = delivery.entry
        if isinstance(row, InvalidRecord):
            kept = _keep_refused(site, kind, row)
        else:
            keeping, (fact, number) = partial(ingest_order, site, row), _named(row)
            kept = wall.keep(keeping, site, source=BLUECHERRY, kind=fact, source_id=number, raw=row)
            if kept.is_unread:  # whatever it is, what was said before is not the newest word
                Wall().round(partial(_stop_older, site, row), lambda error: None)
            mark.show(_changed_at(row, site), now=source_now(delivery.served_at, site.clock()))
        collected.add(kept)
        delivery.settle(_REFUSED if kept.is_unread else KEPT)
        stored = delivery.mark or stored
    move(site, name, stored or mark.at_end)
    return True


def _changed_at(row: Row, site: Site) -> dt.datetime | None:
    try:
        return bluecherry.changed_at(row, zone=site.erp_zone)
    except InvalidRecord:
        return None


def ingest_order(site: Site, row: Row) -> Kept:
    """Keep one order as Blue Cherry wrote it: each fact that it is; what became of the worst of them."""
    kept = {_ingest(site, route, row) for route in routes_of(row)}
    worst_first = Kept.UNREAD, Kept.STILL_UNREAD, Kept.PARKED, Kept.NEW, Kept.KNOWN
    return next(each for each in worst_first if each in kept)


def _ingest(site: Site, route: OrderRoute[Row], row: Row) -> Kept:
    number = route.number(row)
    changed = None
    try:
        changed = bluecherry.changed_at(row, zone=site.erp_zone)
        order = route.order(row, site) if route.is_ours(row, site) else None
    except InvalidRecord as error:
        return _keep_unread(site, row, route.fact, number, changed, error)
    if order is None:
        order = _no_longer_ours(site, route, number)
    if order is None:
        return Kept.KNOWN
    word = Word(
        source=BLUECHERRY,
        kind=route.fact,
        number=number,
        order=order,
        changed=changed,
        arrival=row.arrival,
        read_at=site.clock(),
        raw=row.model_dump(mode="json"),
    )
    if is_known(site, word):
        return Kept.KNOWN
    try:
        return in_transaction(site, partial(_keep_word, site, word))
    except SharedNumber as error:
        return _keep_unread(site, row, route.fact, number, changed, error)


def _no_longer_ours(site: Site, route: OrderRoute[Row], number: str) -> SalesOrder | PurchaseOrder | None:
    """What is none of this site's takes back what was said before; a word that could not be read waits no more."""
    with site.ledger.transaction():
        said = head_of(site, BLUECHERRY, route.fact, number).newest
        if said is not None and isinstance(said.record, SalesOrder):
            return evolve(said.record, lines=())
        if said is not None and isinstance(said.record, PurchaseOrder):
            return evolve(said.record, lines=())
        need_no_look(site, route.fact, number, "it asks nothing of this site", actor=_ACTOR)
    return None


def _keep_word(site: Site, word: Word) -> Kept:
    """Keep what was read of an order, and let it take the place of what was said before, if it is newer."""
    head = head_of(site, word.source, word.kind, word.number)
    if head.newest is None:
        require_own_number(site, word)
    is_there = _is_there(site, head, word)
    match head.age(word, is_there=is_there):
        case Age.SAME:
            if head.newest is not None and head.moved(word.changed):
                saw(site, head, word)
                if not _newer_is_unread(site, word):
                    settle_unread(site, head.newest)
            return Kept.KNOWN
        case Age.OLDER:
            is_new = not head.knows(word.content) and site.ledger.record(word.as_fact(word.content))
            return Kept.NEW if is_new else Kept.KNOWN
    version = word.as_fact(head.version_of(word))
    site.ledger.record(version)
    _give_way(site, head, f"replaced by a newer version, {version.key}")
    site.ledger.move(head.after(version))
    if _newer_is_unread(site, word):
        return _close(site, version, _UNREAD_SINCE)
    settle_unread(site, version)
    if is_there:
        wait_again(site, version)
        return _close(site, version, "the warehouse has it like this")
    return _withdraw(site, head, version) if is_withdrawn(version) else _post(site, head, version)


def _is_there(site: Site, head: OrderHead, word: Word) -> bool:
    """Whether the warehouse has just what this word says: what was sent, or what it was brought to since."""
    if head.sent is None:
        return False
    stands = site.ledger.fact(head.kept.standing_key or head.sent.fact_key)
    return stands is not None and word.says_the_same_as(stands)


def _give_way(site: Site, head: OrderHead, reason: str) -> None:
    for posting in head.unsent:
        site.ledger.cancel(posting.key, reason, actor=_ACTOR)
    if head.newest is not None:
        give_way(site, head.newest, reason)


def _post(site: Site, head: OrderHead, version: Fact) -> Kept:
    """Post what the newest version calls for; the warehouse may be picking an older one."""
    planned = plan(version, site)
    posting = planned.posting
    assert posting is not None, "orders always call for a posting"
    if head.sent is None:
        post_late(site, planned)
    else:
        posting = evolve(posting, state=State.PARKED, reason=_CHANGED, reason_code=Reason.CHANGED_AFTER_SENT)
    site.ledger.post(posting)
    return Kept.PARKED if posting.state is State.PARKED else Kept.NEW


def _withdraw(site: Site, head: OrderHead, version: Fact) -> Kept:
    if head.sent is None:
        return _close(site, version, _NEVER_SENT)
    site.ledger.post(parked_order(version, _WITHDRAWN, Reason.CHANGED_AFTER_SENT))
    return Kept.PARKED


def _close(site: Site, version: Fact, reason: str) -> Kept:
    """Keep that a version calls for nothing."""
    posting = parked_order(version, reason, "")
    site.ledger.post(posting)
    site.ledger.cancel(posting.key, reason, actor=_ACTOR)
    return Kept.NEW


def takes_over(site: Site, changed: Posting) -> bool:
    """Whether a version that came after its order was sent may be sent after all, because that never arrived.

    The older ones give way. A withdrawal has nothing to send, and is closed. Where another one was seen in the
    warehouse, as its id tells, nothing is sent.
    """
    if changed.external_id:
        return False
    version = site.ledger.fact(changed.fact_key)
    assert version is not None, "a posting has its fact"
    with site.ledger.transaction():
        head = head_of(site, version.source, version.kind, version.source_id)
        if head.sent is not None or head.newest != version:
            return False
        for posting in head.unsent:
            if posting.key != changed.key:
                site.ledger.cancel(posting.key, f"replaced by a newer version, {version.key}", actor=_ACTOR)
        site.ledger.move(evolve(head.kept, standing_key=version.key))
        if is_withdrawn(version):
            site.ledger.cancel(changed.key, _NEVER_SENT, actor=_ACTOR)
            return False
    return True


# Words that cannot be read -----------------------------------------------------------------------------------


def _keep_unread(
    site: Site,
    row: Row,
    kind: str,
    number: str,
    changed: dt.datetime | None,
    error: InvalidRecord,
) -> Kept:
    """Keep a word that cannot be read. A newer one stops what was said before, an older one waits for nobody."""
    with site.ledger.transaction():
        kept = keep_unread(
            site.ledger,
            source=BLUECHERRY,
            kind=kind,
            source_id=number,
            occurred_at=changed or site.clock(),
            problem=error.problem,
            raw=row.model_dump(mode="json"),
        )
        _stop_older(site, row)
    return kept


def _keep_refused(site: Site, kind: Kind[Row], row: InvalidRecord) -> Kept:
    """Keep a word that its transport could not read, for each order that it is about."""
    number, raw = _number_in(row, kind), row.raw or {}
    if number is None:
        return keep_refused(site, row, source=BLUECHERRY)
    named = kind.model.model_construct().model_copy(update={kind.key: number})
    changed, kept = _said_to_change(site, raw), Kept.KNOWN
    for route in routes_of(named):
        with site.ledger.transaction():
            kept = keep_unread(
                site.ledger,
                source=BLUECHERRY,
                kind=route.fact.replace("_", " "),  # as people write it: its raw record is none of the kind's
                source_id=route.number(named),
                occurred_at=changed or site.clock(),
                problem=row.problem,
                raw=raw or None,
            )
            _stop_word(site, route.fact, route.number(named), changed)
    return kept


def _number_in(row: InvalidRecord, kind: Kind[Row]) -> str | None:
    """The number in the name of what could not be read, as "pick ticket 1001, line 2 of 'PICK.csv'"."""
    found = re.fullmatch(rf"{kind.title} (.+?)(, line \d+)?( of '.*')?", row.record or "")
    return found[1] if found else None


def _said_to_change(site: Site, raw: Plain) -> dt.datetime | None:
    try:
        return bluecherry.said_to_change(
            str(raw.get("last_mod") or ""), str(raw.get("arrival", "")), zone=site.erp_zone
        )
    except InvalidRecord:
        return None


def _stop_older(site: Site, row: Row) -> None:
    """What was said before gives way to a `row` that could not be kept, if that is newer; else nobody needs it."""
    changed = _changed_at(row, site)
    for route in routes_of(row):
        _stop_word(site, route.fact, route.number(row), changed)


def _stop_word(site: Site, kind: str, number: str, changed: dt.datetime | None) -> None:
    with site.ledger.transaction():
        if site.ledger.head(BLUECHERRY, kind, number) is None:
            return
        head = head_of(site, BLUECHERRY, kind, number)
        if head.moved(changed):
            _give_way(site, head, _UNREAD_SINCE)
        else:
            _settle_overtaken(site, head, kind, number)


def _settle_overtaken(site: Site, head: OrderHead, kind: str, number: str) -> None:
    """Nobody has to look at what is older than the newest word; what may be newer still waits."""
    waiting = waiting_unread(site, kind, number)
    older = (each.key for each in waiting if head.overtook(said_to_change(site, each), arrival_of(each)))
    site.ledger.done(older, note=_OVERTAKEN, actor=_ACTOR)


def _named(row: Row) -> tuple[str, str]:
    """The kind of fact that a record is kept as when it can be kept as no other, and its number."""
    route = routes_of(row)[0]
    return route.fact, route.number(row)


def _newer_is_unread(site: Site, word: Word) -> bool:
    """Whether a word that changed later waits to be read: a reader was overtaken by another."""
    return any(_is_newer(site, unread, word) for unread in waiting_unread(site, word.kind, word.number))


def _is_newer(site: Site, unread: InboxItem, word: Word) -> bool:
    """By the time at which each changed; where only the file of one is known, by the order in which they came."""
    arrival = arrival_of(unread)
    if arrival and word.arrival and not last_mod_of(unread):
        return arrival > word.arrival
    changed = said_to_change(site, unread)
    return changed is not None and word.changed is not None and (changed, arrival) > (word.changed, word.arrival)
