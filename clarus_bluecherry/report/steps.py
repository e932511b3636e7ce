"""Exceptions on a page: what to do first, and the table of all of them that it opens.

Law of this module: what is known to be worth most comes first, whatever its class; what nobody can value follows,
and is said to be there. What somebody acknowledged is in the table, and is not to be done first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType

from clarus_bluecherry.finance.exceptions import (
    ExceptionClass,
    ExceptionItem,
    ExceptionPolicy,
    ExceptionStanding,
    ranked,
)
from clarus_bluecherry.report import words
from clarus_bluecherry.report.closing import money_text
from clarus_bluecherry.report.exceptions import unrested
from clarus_bluecherry.report.pages import (
    CellKind,
    NextStep,
    PageCell,
    PageColumn,
    PageOpening,
    PageSteps,
    PageTable,
)
from clarus_bluecherry.x12._findings import printable

EXCEPTIONS = "exceptions"
"""The name of the table of exceptions."""
FIRST_STEPS = 5
WILL_CHANGE = "+ the books will have more once it is right"
"""What plus means in the units and the value of an exception."""
OF_RECEIPTS = "Of a receipt that is over or short, by how much more or less came than was ordered."
"""What the units of such an exception are: the books do not change by them."""
_AT_ITS_DAY = "At what an each cost there on the day that it is of."

Standings = Mapping[str, ExceptionStanding]
"""How the ledger keeps exceptions, by identity."""
NO_STANDINGS: Standings = MappingProxyType({})


def by_impact(items: Iterable[ExceptionItem], currency: str = "") -> tuple[ExceptionItem, ...]:
    """What is known to be worth most first, then what nobody can value, then what leaves the books right.

    Where the books' `currency` is told, an amount in another one has no known value: nobody gives a rate.
    """
    return tuple(sorted(ranked(items), key=lambda item: (not _is_valued(item, currency), item.units == 0)))


def _is_valued(item: ExceptionItem, currency: str) -> bool:
    return item.value is not None and currency in ("", item.value.currency)


_WORDS = {
    ExceptionClass.PARKED: "waiting for a person",
    ExceptionClass.WAITING: "waiting long",
    ExceptionClass.UNREAD: "cannot be read",
}
"""Classes whose codes are not words of finance or operations."""


def class_words(kind: ExceptionClass) -> str:
    """What people call a class.

    >>> class_words(ExceptionClass.DISPATCH_NOT_POSTED)
    'dispatch not posted'
    """
    return _WORDS.get(kind, kind.value.replace("_", " ").replace("sku", "SKU"))


def steps_of(
    items: Iterable[ExceptionItem],
    policy: ExceptionPolicy | None,
    as_of: dt.datetime,
    *,
    standings: Standings = NO_STANDINGS,
    currency: str = "",
    opens: str = "",
    limit: int = FIRST_STEPS,
) -> PageSteps:
    """What to do first, the largest impact first, as of an aware instant; at most `limit` steps.

    What an acknowledgement covers is left out. A step is due on the day that was promised, else when `policy`
    says that it has been listed for too long. `currency` is that of the books (`by_impact`). `opens` names the
    page's table of exceptions (`exceptions_table`), in which each step opens its row.
    """
    told = by_impact(items, currency)
    awake = unrested(told, standings, as_of)
    return PageSteps(
        steps=[_step(item, policy, opens) for item in awake[:limit]],
        more=_more(awake[limit:], len(told) - len(awake), currency),
    )


def first_said(steps: PageSteps, *, acts: bool = False) -> str:
    """What to do first, whose it is and what it is worth, in a sentence; with `acts` then what to do. Empty where
    nothing is to be done.
    """
    if not steps.steps:
        return ""
    first = steps.steps[0]
    subject = f"{first.document}{_worth(first)}" if first.document else first.what
    return f"First, for {first.owner}: {subject}.{f' {first.action}' if acts else ''}"


def _worth(step: NextStep) -> str:
    units = "" if step.units is None else f", {words.unit_count(step.units)}"
    return units if step.value is None else f", {money_text(step.value)}"


def _step(item: ExceptionItem, policy: ExceptionPolicy | None, opens: str) -> NextStep:
    promised = None if item.promise is None else item.promise.promised
    return NextStep(
        what=f"{item.what}: {item.kind.means}",
        owner=item.owner.value,
        action=_said(item),
        units=item.units,
        value=item.value,
        document="" if item.kind is ExceptionClass.FEED_SILENT else item.subject,  # what it is called says all
        since=item.since,
        due=promised or (None if policy is None else policy.over_at(item)),
        identity=item.identity,
        opens=PageOpening(table=opens, where={"identity": item.identity}) if opens else None,
    )


def _said(item: ExceptionItem) -> str:
    """What to do: a page has no marks of a command."""
    return printable(item.action).replace("`", '"')


def _more(behind: Sequence[ExceptionItem], resting: int, currency: str) -> str:
    parts = []
    if behind:
        parts.append(f"{len(behind):,} more in the table of exceptions")
    unknown = [item for item in behind if not _is_valued(item, currency) and item.units != 0]
    if unknown:
        units = sum((abs(item.units) for item in unknown if item.units is not None), Decimal(0))
        is_told = any(item.value is not None for item in unknown)
        value = f"a known value in {currency}" if is_told else "a known value"
        parts.append(f"{len(unknown):,} of them without {value}, of {words.units(units)} units or more")
    if resting:
        parts.append(f"{words.counted(resting, 'is acknowledged', 'are acknowledged')}, and not shown here")
    return f"{'; '.join(parts)}." if parts else ""


def exceptions_table(
    items: Iterable[ExceptionItem],
    as_of: dt.datetime,
    standings: Standings = NO_STANDINGS,
    policy: ExceptionPolicy | None = None,
    *,
    currency: str = "",
    name: str = EXCEPTIONS,
    title: str = "Exceptions",
    is_detail: bool = True,
) -> PageTable:
    """Every exception, the largest impact first, as of an aware instant; figures open it by `class`, `owner`,
    `subject`, `order` or `identity`.
    """
    told = by_impact(items, currency)
    return PageTable(
        name=name,
        title=title,
        columns=_COLUMNS,
        rows=[_row(item, as_of, standings.get(item.identity), policy) for item in told],
        source="What stands in the ledger, the warehouse, the books and the feeds.",
        is_detail=is_detail,
        group_by=("owner", "class"),
    )


_COLUMNS = (
    PageColumn(name="what", title="What"),
    PageColumn(name="class", title="Class", is_wide_only=True),
    PageColumn(name="owner", title="Owner"),
    PageColumn(
        name="units",
        title="Units",
        kind=CellKind.UNITS,
        unit="eaches",
        sign=WILL_CHANGE,
        is_added=True,
        note=OF_RECEIPTS,
    ),
    PageColumn(
        name="value", title="Value", kind=CellKind.MONEY, sign=WILL_CHANGE, is_added=True, note=_AT_ITS_DAY
    ),
    PageColumn(name="action", title="What to do"),
    PageColumn(name="since", title="Since", kind=CellKind.INSTANT),
    PageColumn(name="age", title="Age", kind=CellKind.SPAN),
    PageColumn(name="promised", title="Promised for", kind=CellKind.DAY),
    PageColumn(name="over", title="Over a limit"),
    PageColumn(name="state", title="State"),
    PageColumn(name="order", title="Order", kind=CellKind.CODE, story="order", is_wide_only=True),
    PageColumn(name="period", title="Period", is_wide_only=True),
    PageColumn(name="reason", title="Reason", is_wide_only=True),
    PageColumn(name="documents", title="Documents", kind=CellKind.CODE, is_wide_only=True),
    PageColumn(name="assigned", title="Assigned to", is_wide_only=True),
    PageColumn(name="subject", title="About", kind=CellKind.CODE, is_wide_only=True),
    PageColumn(
        name="identity",
        title="Identity",
        kind=CellKind.CODE,
        note='What "exceptions ack", "assign" and "resolve" are told.',
        is_wide_only=True,
    ),
)


def _row(
    item: ExceptionItem, as_of: dt.datetime, kept: ExceptionStanding | None, policy: ExceptionPolicy | None
) -> Sequence[PageCell]:
    close, promise = item.close, item.promise
    documents = dict.fromkeys(each for shown in item.evidence for each in shown.documents)
    rests = not unrested([item], {item.identity: kept} if kept else {}, as_of)
    return (
        *(item.what, class_words(item.kind), item.owner.value, item.units, item.value, _said(item)),
        *(item.since, item.age(as_of), promise.promised if promise else ""),
        "" if policy is None or rests else policy.breach(item, as_of),
        _state(kept),
        item.subject.removeprefix("order ") if item.subject.startswith("order ") else "",
        "" if close is None else f"{close.period}{' (closed)' if close.is_closed else ''}",
        *(printable(item.reason), printable(" ".join(documents)), printable(kept.assigned_to) if kept else ""),
        *(item.subject, item.identity),
    )


def _state(kept: ExceptionStanding | None) -> str:
    if kept is None:
        return "open"
    until = "" if kept.until is None else f" until {kept.until:%Y-%m-%d}"
    return f"{kept.state.value}{until}"
