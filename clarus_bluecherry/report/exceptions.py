"""Exceptions as programs read them: one JSON document of a documented, versioned shape, and rows for a sheet.

Law of this module: figures are finance's, as they are; quantities and amounts are text, what is not known is null.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from clarus_bluecherry.finance.exceptions import (
    ExceptionClass,
    ExceptionItem,
    ExceptionPolicy,
    ExceptionStanding,
    ExceptionState,
)
from clarus_bluecherry.report.closing import money_json, number_cell, plain_number, text_cell

EXCEPTIONS_SCHEMA = "1.0"
"""The version of the shape: its first number changes when a reader would break."""

_FIGURES = frozenset({"age_hours", "units", "value", "promised_units"})
"""Columns that hold a number, and nothing that came as text."""
_HEADER = (
    *("identity", "class", "subject", "what", "owner", "since", "age_hours", "units", "value", "currency"),
    *("period", "period_closed", "order", "promised", "promised_units", "reason", "documents", "action"),
    *("goes_on", "escalated_to", "breach"),
    *("state", "opened_at", "assigned_to", "acknowledged_by", "acknowledged_until"),
)


def exceptions_json(
    items: Sequence[ExceptionItem],
    policy: ExceptionPolicy,
    as_of: dt.datetime,
    *,
    standings: Mapping[str, ExceptionStanding] = MappingProxyType({}),
    not_looked_for: Collection[ExceptionClass] = (),
    unread: Sequence[str] = (),
) -> Mapping[str, object]:
    """The list as one JSON document, in its order, with what could not be looked for and why.

    `standings` are those that the ledger keeps, by identity: what is acknowledged breaches nothing, and goes to
    nobody.
    """
    return {
        "schema": EXCEPTIONS_SCHEMA,
        "as_of": as_of.isoformat(),
        "counts": dict(sorted(Counter(item.kind.value for item in items).items())),
        "exceptions": [_item(item, policy, as_of, standings.get(item.identity)) for item in items],
        "breaches": len(policy.breaches(unrested(items, standings, as_of), as_of)),
        "not_looked_for": sorted(kind.value for kind in not_looked_for),
        "unread": list(unread),
    }


def unrested(
    items: Iterable[ExceptionItem], standings: Mapping[str, ExceptionStanding], as_of: dt.datetime
) -> tuple[ExceptionItem, ...]:
    """Those that no acknowledgement covers at `as_of` (aware), as the ledger keeps them by identity."""
    return tuple(item for item in items if not _rests(standings.get(item.identity), as_of))


def _rests(kept: ExceptionStanding | None, as_of: dt.datetime) -> bool:
    if kept is None or kept.state is not ExceptionState.ACKNOWLEDGED:
        return False
    return kept.until is None or as_of < kept.until


def exceptions_rows(
    items: Iterable[ExceptionItem],
    policy: ExceptionPolicy,
    as_of: dt.datetime,
    standings: Mapping[str, ExceptionStanding] = MappingProxyType({}),
) -> Iterator[Sequence[str]]:
    """A row for each exception, under their header; with how the ledger keeps it, by identity."""
    yield _HEADER
    for item in items:
        cells = zip(_HEADER, _cells(item, policy, as_of, standings.get(item.identity)), strict=True)
        yield [cell if name in _FIGURES else text_cell(cell) for name, cell in cells]


def _cells(
    item: ExceptionItem, policy: ExceptionPolicy, as_of: dt.datetime, kept: ExceptionStanding | None
) -> Sequence[str]:
    close, promise, value = item.close, item.promise, item.value
    ordered = (promise.order, str(promise.promised or ""), number_cell(promise.units)) if promise else ()
    return (
        *(item.identity, item.kind.value, item.subject, item.what, item.owner.value, item.since.isoformat()),
        *(_hours(item, as_of), number_cell(item.units), number_cell(value.amount if value else None)),
        value.currency if value else "",
        *((close.period, "yes" if close.is_closed else "no") if close else ("", "")),
        *(ordered or ("", "", "")),
        *(item.reason, " ".join(_documents(item)), item.action, "yes" if item.goes_on else "no"),
        *(("", "") if _rests(kept, as_of) else (policy.escalated_to(item, as_of), policy.breach(item, as_of))),
        *(_standing_cells(kept)),
    )


def _standing_cells(kept: ExceptionStanding | None) -> Sequence[str]:
    if kept is None:
        return ("",) * 5
    until = "" if kept.until is None else kept.until.isoformat()
    return (kept.state.value, kept.opened_at.isoformat(), kept.assigned_to, kept.acknowledged_by, until)


def _item(
    item: ExceptionItem, policy: ExceptionPolicy, as_of: dt.datetime, kept: ExceptionStanding | None
) -> Mapping[str, object]:
    close, promise, rests = item.close, item.promise, _rests(kept, as_of)
    return {
        "identity": item.identity,
        "class": item.kind.value,
        "subject": item.subject,
        "what": item.what,
        "owner": item.owner.value,
        "since": item.since.isoformat(),
        "age_hours": _hours(item, as_of),
        "units": _number(item.units),
        "value": money_json(item.value),
        "close": close
        and {"period": close.period, "is_closed": close.is_closed, "value": money_json(close.value)},
        "promise": promise
        and {
            "order": promise.order,
            "promised": None if promise.promised is None else promise.promised.isoformat(),
            "units": _number(promise.units),
        },
        "evidence": [
            {
                "source": shown.source,
                "documents": list(shown.documents),
                "postings": list(shown.postings),
                "inbox": list(shown.inbox),
                "sent": shown.sent or None,
                "came_back": shown.came_back or None,
                "state": shown.state or None,
                "reason_code": shown.reason_code or None,
                "candidates": list(shown.candidates),
            }
            for shown in item.evidence
        ],
        "action": item.action,
        "goes_on": item.goes_on,
        "escalated_to": None if rests else policy.escalated_to(item, as_of) or None,
        "breach": None if rests else policy.breach(item, as_of) or None,
        "standing": kept and _standing(kept),
    }


def _standing(kept: ExceptionStanding) -> Mapping[str, object]:
    return {
        "state": kept.state.value,
        "opened_at": kept.opened_at.isoformat(),
        "times": kept.times,
        "assigned_to": kept.assigned_to or None,
        "acknowledged_by": kept.acknowledged_by or None,
        "why": kept.why or None,
        "until": None if kept.until is None else kept.until.isoformat(),
    }


def _documents(item: ExceptionItem) -> Iterable[str]:
    return dict.fromkeys(each for shown in item.evidence for each in shown.documents)


def _hours(item: ExceptionItem, as_of: dt.datetime) -> str:
    return f"{item.age(as_of).total_seconds() / 3600:.1f}"


def _number(value: Decimal | None) -> str | None:
    return None if value is None else plain_number(value)
