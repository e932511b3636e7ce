"""What `ledger show` shows, as rows of text. No payload is shown: it may be personal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from clarus_bluecherry.cli.ledger_place import opened
from clarus_bluecherry.errors import ConfigurationError, LedgerError
from clarus_bluecherry.ledger import InboxItem, InboxState, InboxStep, Posting, State, Step
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.report.stories import changes_text

INBOX = "inbox"
"""What stands for the target of what is no message to anybody."""

Rows = tuple[list[tuple[str, ...]], tuple[str, ...]]


def rows(place: str | Path, *, states: Sequence[str], key: str, limit: int) -> Rows:
    """The rows and their headers: the history of `key`, what stands in `states`, or the counts.

    Postings come first, then what is in the inbox. Where `key` is no key, what people call so. Raises
    `ConfigurationError` for what is no state, `LedgerError` when the file is no ledger or holds nothing so called.
    """
    with opened(place) as ledger:
        if key:
            return _history(ledger, key) or _called(ledger, key, limit)
        return _standing(ledger, states, limit) if states else _counts(ledger)


def _counts(ledger: Ledger) -> Rows:
    found: list[tuple[str, ...]] = [
        (target, kind, state.value, str(count)) for (target, kind, state), count in ledger.counts().items()
    ]
    found += [(INBOX, kind, state.value, str(count)) for (kind, state), count in ledger.inbox_counts().items()]
    return found, ("target", "kind", "state", "count")


def _standing(ledger: Ledger, states: Sequence[str], limit: int) -> Rows:
    if unknown := set(states) - {*State, *InboxState}:
        action = f"Take one of {', '.join((*State, *InboxState))}."
        raise ConfigurationError(f"{min(unknown)!r} is no state", field="--state", action=action)
    postings = [State(state) for state in states if state in {*State}]
    items = [InboxState(state) for state in states if state in {*InboxState}]
    found = _postings(ledger.in_state(*postings, limit=limit) if postings else [])
    return [*found, *_items(ledger.inbox(*items, limit=limit - len(found)) if items else [])], _HEADERS


def _called(ledger: Ledger, name: str, limit: int) -> Rows:
    found = _postings(ledger.named(name, limit=limit))
    found += _items(ledger.inbox_named(name, limit=limit - len(found)))
    if not found:
        action = "Take a key or a name as `clarus-bluecherry ledger show LEDGER --state STATE` shows it."
        raise LedgerError("there is none with this key or name in the ledger", record="posting", action=action)
    return found, _HEADERS


_HEADERS = ("key", "what", "state", "accounting date", "moved from", "attempts", "reason")


def _postings(postings: Sequence[Posting]) -> list[tuple[str, ...]]:
    return [
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


def _items(items: Sequence[InboxItem]) -> list[tuple[str, ...]]:
    return [
        (item.key, item.record_name, item.state.value, "", "", str(item.attempts), item.reason) for item in items
    ]


def _day(day: dt.date | None) -> str:
    return "" if day is None else day.isoformat()


def _history(ledger: Ledger, key: str) -> Rows | None:
    steps: Sequence[Step | InboxStep] = ledger.history(key) or ledger.inbox_history(key)
    found: list[tuple[str, ...]] = [
        (
            step.at.isoformat(timespec="seconds"),
            "" if step.before is None else step.before.value,
            step.after.value,
            step.note,
            step.actor,
            _changed(step),
        )
        for step in steps
    ]
    return (found, ("at", "before", "after", "note", "actor", "changed")) if found else None


def _changed(step: Step | InboxStep) -> str:
    return changes_text(step.changes) if isinstance(step, Step) else ""
