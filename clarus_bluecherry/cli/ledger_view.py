"""What `ledger show` shows, as rows of text. No payload is shown: it may be personal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from clarus_bluecherry.cli.ledger_place import opened
from clarus_bluecherry.errors import LedgerError
from clarus_bluecherry.ledger import Posting, State
from clarus_bluecherry.ledger.store import Ledger

Rows = tuple[list[tuple[str, ...]], tuple[str, ...]]


def rows(place: str | Path, *, states: Sequence[State], key: str, limit: int) -> Rows:
    """The rows and their headers: the history of `key`, the postings in `states`, or the counts.

    Where `key` is no key, the postings that people call so. Raises `LedgerError` when the file is no ledger, or
    holds no posting of that key or name.
    """
    with opened(place) as ledger:
        if key:
            return _history(ledger, key) if ledger.posting(key) else _called(ledger, key, limit)
        return _postings(ledger.in_state(*states, limit=limit)) if states else _counts(ledger)


def _counts(ledger: Ledger) -> Rows:
    found: list[tuple[str, ...]] = [
        (target, kind, state.value, str(count)) for (target, kind, state), count in ledger.counts().items()
    ]
    return found, ("target", "kind", "state", "count")


def _called(ledger: Ledger, name: str, limit: int) -> Rows:
    postings = ledger.named(name, limit=limit)
    if not postings:
        action = "Take a key or a name as `clarus-bluecherry ledger show LEDGER --state STATE` shows it."
        raise LedgerError("there is none with this key or name in the ledger", record="posting", action=action)
    return _postings(postings)


def _postings(postings: Sequence[Posting]) -> Rows:
    found: list[tuple[str, ...]] = [
        (
            posting.key,
            posting.record_name,
            posting.state.value,
            _day(posting.accounting_date),
            _day(posting.moved_from),
            str(posting.attempts),
            posting.reason,
        )
        for posting in postings
    ]
    return found, ("key", "what", "state", "accounting date", "moved from", "attempts", "reason")


def _day(day: dt.date | None) -> str:
    return "" if day is None else day.isoformat()


def _history(ledger: Ledger, key: str) -> Rows:
    found: list[tuple[str, ...]] = [
        (
            step.at.isoformat(timespec="seconds"),
            "" if step.before is None else step.before.value,
            step.after.value,
            step.note,
            step.actor,
        )
        for step in ledger.history(key)
    ]
    return found, ("at", "before", "after", "note", "actor")
