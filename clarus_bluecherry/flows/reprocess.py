"""Reprocess: what was parked goes on by itself once what it waited for is there.

Law of this flow: it changes nothing that a person has to decide. It writes a parked posting again; if that works
now, the posting is due. One that cannot be written stays, with what went wrong, and stops no other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial

from attrs import evolve
from pydantic import ValidationError

from clarus_bluecherry._version import __version__
from clarus_bluecherry.clarus.wire import TransactionNode
from clarus_bluecherry.errors import IllegalTransition, InvalidRecord
from clarus_bluecherry.flows import names
from clarus_bluecherry.flows.counting_packs import count_packs
from clarus_bluecherry.flows.derive import derive
from clarus_bluecherry.flows.ingest import Kept
from clarus_bluecherry.flows.late_lines import Plan, plan, post_late
from clarus_bluecherry.flows.message import UnreadableMessage
from clarus_bluecherry.flows.movements_back import ingest_transaction
from clarus_bluecherry.flows.needed import in_transaction
from clarus_bluecherry.flows.orders_out import ingest_order, takes_over
from clarus_bluecherry.flows.packs import pack_received
from clarus_bluecherry.flows.reversals import settle
from clarus_bluecherry.flows.routes import route_of
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.wall import Wall, noted, why
from clarus_bluecherry.flows.withdrawals import end_withdrawals
from clarus_bluecherry.ledger import Fact, InboxItem, Posting, State
from clarus_bluecherry.ledger.edited import as_edited
from clarus_bluecherry.ledger.reasons import Reason
from clarus_bluecherry.model import Unread

_AT_ONCE = 500
"""What one turn tries again in vain, most, of unread records and of parked postings: the others have the next."""


def reprocess(site: Site) -> int:
    """Try parked postings again, those first whose turn was longest ago. Returns how many are due now.

    A run tries a share of them, and one more for as long as any of the last one went on. What could not be read
    is read again once for each way of reading, some of it in each run: it is not tried in vain at every one, and
    stands in nobody's way.
    Raises the wire's errors when Clarus cannot be asked for what a message needs, and `LedgerError` when the
    ledger fails; the next run goes on.
    """
    wall = Wall()
    due = sum(_parked(site, wall))
    how = _read_as(site)
    return due + sum(
        wall.round(partial(_read_unread, site, item, how), partial(_stays_unread, site, item))
        for item in site.ledger.to_read(how, limit=_AT_ONCE)
    )


def _parked(site: Site, wall: Wall) -> Iterator[int]:
    """How many of each share are due now."""
    ledger, began = site.ledger, site.ledger.now()
    while share := ledger.parked(before=began, limit=_AT_ONCE):
        facts = ledger.facts_of(posting.fact_key for posting in share)
        went = sum(
            wall.round(
                partial(_reprocess, site, posting, _told_by(posting, facts)), partial(_stays, site, posting)
            )
            for posting in share
        )
        wall.round(partial(end_withdrawals, site, share, facts), _none_ended)
        yield went
        if len(share) < _AT_ONCE:
            return  # all of them had their turn: nobody has to know
        ledger.put_off({posting.key: began for posting in share}, State.PARKED)
        if not went:
            return


def _told_by(posting: Posting, facts: Mapping[str, Fact]) -> Fact | None:
    fact = facts.get(posting.fact_key)
    return None if fact is None else as_edited(posting, fact)


def _none_ended(error: Exception) -> None:
    """The next run asks again."""


def _stays(site: Site, posting: Posting, error: Exception) -> bool:
    with suppress(IllegalTransition):
        site.ledger.advance(posting.key, State.PARKED, seen=posting, **noted(posting, error, "writing it again"))
    return False


def _reprocess(site: Site, posting: Posting, fact: Fact | None) -> bool:
    site.go_on()
    if posting.reason_code in (Reason.DAMAGED_ROW, Reason.POSTED_TWICE):
        return False
    if posting.reason_code == Reason.CHANGED_AFTER_SENT and not takes_over(site, posting):
        return False
    if fact is None:
        return False
    if isinstance(fact.record, Unread):
        raise InvalidRecord(fact.record.problem, record=posting.record_name)
    if posting.reason_code == Reason.DISPATCH_UNDONE:
        settle(site, posting)
        return False
    if fact.kind == names.WAITS:
        return False
    if pack_received(site, fact.record):
        return count_packs(site, posting, fact)
    return in_transaction(site, partial(_write_again, site, posting, fact))


def _write_again(site: Site, posting: Posting, fact: Fact) -> bool:
    number = posting.control_number  # what was parked on its way out has one, and keeps it
    is_order = route_of(fact.kind) is not None
    planned = plan(fact, site) if is_order else Plan(derive(fact, site, number=number))
    fresh = planned.posting
    if fresh is None or fresh.state is not State.PENDING:
        if fresh is not None and posting.reason_code == Reason.EDITED:
            _waits_as(site, posting, fresh)
        return False
    if posting.reason_code == UnreadableMessage.__name__ and fresh.payload == posting.payload:
        return False  # the same message would be as unreadable as before
    post_late(site, planned)
    site.ledger.advance(
        posting.key,
        State.PENDING,
        note="reprocessed",
        actor="reprocess",
        seen=posting,
        payload=fresh.payload,
        control_number=fresh.control_number,
        accounting_date=fresh.accounting_date,
        moved_from=fresh.moved_from,
        reason="",
        reason_code="",
        detail={},
    )
    return True


def _waits_as(site: Site, posting: Posting, fresh: Posting) -> None:
    """What was edited and cannot leave waits for what it would wait for if it were new."""
    site.ledger.advance(
        posting.key,
        State.PARKED,
        seen=posting,
        reason=fresh.reason,
        reason_code=fresh.reason_code,
        detail=fresh.detail,
    )


# Unread records ----------------------------------------------------------------------------------------------


def _stays_unread(site: Site, item: InboxItem, error: Exception) -> bool:
    reason = f"{_problem(item)}; reading it again failed: {why(error).reason}"
    site.ledger.waits_for({item.key: None}, reason, code=item.reason_code)
    return False


def _problem(item: InboxItem) -> str:
    return item.record.problem if isinstance(item.record, Unread) else item.reason


def _read_unread(site: Site, item: InboxItem, how: str) -> bool:
    site.go_on()
    if item.reason_code == Reason.DAMAGED_ROW:
        return False
    kept = _read_again(site, item)
    if kept is Kept.UNREAD:
        site.ledger.done([item.key], note="it cannot be read for another reason now", actor="reprocess")
    site.ledger.tried([item.key], how)
    return kept is Kept.NEW


def _read_as(site: Site) -> str:
    """All that decides how a raw record is read, under a short name: this library, and the site's terms."""
    terms = site.terms_as_written
    sets = terms.return_types, terms.eaches, site.withdrawn_statuses, site.erp_terms.eaches
    bare = evolve(terms, return_types=frozenset(), eaches=frozenset())
    words = [sorted(each) for each in sets]  # a set has no order of its own
    units = site.erp_terms.units
    told = __version__, site.erp_zone, bare, words, *units.sources, *units.prepacks.items()
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def _read_again(site: Site, item: InboxItem) -> Kept:
    """Read the raw record once more; keeping it settles the unread one. Dispatches are read again anyway."""
    if item.raw is None or not isinstance(item.record, Unread):
        return Kept.KNOWN
    try:
        match item.record.kind:
            case names.TRANSACTION:
                return ingest_transaction(site, TransactionNode.model_validate(item.raw))
            case kind:
                route = route_of(kind)
                return ingest_order(site, route.kind.model.model_validate(item.raw)) if route else Kept.KNOWN
    except ValidationError:
        return Kept.KNOWN  # it still cannot be read
