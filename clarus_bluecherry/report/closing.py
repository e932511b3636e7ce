"""A closing: what a reconciliation found, what waits for people, and what was checked, as one value.

Law of this module: figures are taken from finance as they are; nothing is rounded, added up again or left out. A
value that is not known is shown as that, never as zero.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from decimal import Decimal

from attrs import frozen

from clarus_bluecherry.finance import Cause, ExceptionItem, Line, Reconciliation, Total
from clarus_bluecherry.model import Money

NOT_KNOWN = "not known"

Count = tuple[str, str, str, int]
"""Target, kind, state and how many postings."""


@frozen
class Check:
    """Something that must hold, and whether it does."""

    name: str
    holds: bool
    detail: str = ""


@frozen(kw_only=True)
class Closing:
    """Everything a closing report shows. `story` is what happened, a line each."""

    title: str
    as_of: dt.datetime
    reconciliation: Reconciliation
    exceptions: tuple[ExceptionItem, ...]
    postings: tuple[Count, ...]
    checks: tuple[Check, ...] = ()
    story: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether every check holds."""
        return all(check.holds for check in self.checks)


def to_json(closing: Closing) -> str:
    """The closing as indented JSON text.

    Quantities and amounts are text, so that no reader rounds them; a value that is not known is null.
    """
    found = closing.reconciliation
    content = {
        "title": closing.title,
        "as_of": closing.as_of.isoformat(),
        "holds": closing.holds,
        "checks": [{"name": check.name, "holds": check.holds, "detail": check.detail} for check in closing.checks],
        "story": list(closing.story),
        "postings": [
            {"target": target, "kind": kind, "state": state, "count": count}
            for target, kind, state, count in closing.postings
        ],
        "reconciliation": {
            "positions": len(found.lines),
            "variance": _total(found.variance),
            "causes": {cause.value: _total(found.totals[cause]) for cause in Cause},
            "differing": [_line(line) for line in found.differing],
            "without_cost": [_name(line) for line in found.without_cost],
            "unread": list(found.unread),
        },
        "exceptions": [_exception(item) for item in closing.exceptions],
    }
    return json.dumps(content, indent=2, ensure_ascii=False)


def plain_number(number: Decimal) -> str:
    """A number without an exponent and without needless zeros.

    >>> plain_number(Decimal("1.2E+3")), plain_number(Decimal("-2.50"))
    ('1200', '-2.5')
    """
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money_text(value: Money | None) -> str:
    """An amount with its currency and at least two decimals, or that it is not known.

    >>> money_text(Money("-12200.9", "USD")), money_text(None)
    ('-12200.90 USD', 'not known')
    """
    if value is None:
        return NOT_KNOWN
    whole, _, decimals = plain_number(value.amount).partition(".")
    return f"{whole}.{decimals:0<2} {value.currency}"


def total_text(total: Total) -> str:
    """The value of a total in each currency, and for how many units it is not known.

    >>> total_text(Total(units=Decimal(12), values=(Money(0, "USD"),), without_cost=Decimal(12)))
    'not known for 12 units'
    """
    told = [money_text(value) for value in _told(total)]
    if total.without_cost:
        units = plain_number(total.without_cost)
        told.append(f"{NOT_KNOWN} for {units} {'unit' if units == '1' else 'units'}")
    return ", ".join(told)


def _told(total: Total) -> list[Money]:
    """The values that say something: a zero beside units without a cost would be taken for theirs."""
    return [value for value in total.values if value.amount or not total.without_cost]


def _total(total: Total) -> dict[str, object]:
    told: dict[str, object] = {
        "units": plain_number(total.units),
        "values": {value.currency: plain_number(value.amount) for value in _told(total)},
    }
    return told | ({"units_without_cost": plain_number(total.without_cost)} if total.without_cost else {})


def _known_value(value: Money | None) -> str | None:
    return None if value is None else money_text(value)


def _name(line: Line) -> str:
    return f"{line.item} at {line.location}"


def _line(line: Line) -> dict[str, object]:
    return {
        "item": str(line.item),
        "location": line.location,
        "physical": plain_number(line.physical),
        "book": plain_number(line.book),
        "variance": plain_number(line.variance),
        "value": _known_value(line.value),
        "causes": {cause.value: plain_number(units) for cause, units in _known(line.causes).items()},
    }


def _known(causes: Mapping[Cause, Decimal]) -> dict[Cause, Decimal]:
    return {cause: units for cause, units in causes.items() if units}


def _exception(item: ExceptionItem) -> dict[str, object]:
    return {
        "what": item.what,
        "target": item.target,
        "state": item.state.value,
        "reason": item.reason,
        "candidates": list(item.candidates),
        "age_hours": round(item.age.total_seconds() / 3600, 1),
        "units": plain_number(item.units),
        "value": _known_value(item.value),
        "action": item.action,
        "posting": item.posting_key,
    }
