"""A closing: what a reconciliation found, what waits for people, and what was checked, as one value.

Law of this module: figures are taken from finance as they are; nothing is rounded, added up again or left out. A
value that is not known is shown as that, never as zero.
"""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from zoneinfo import ZoneInfo

from attrs import frozen

from clarus_bluecherry.finance import Cause, Reconciliation, ReconciliationLine, Total
from clarus_bluecherry.finance.exceptions import ExceptionItem
from clarus_bluecherry.model import Money, Plain, Sku, UnmatchedCode
from clarus_bluecherry.model._currencies import amount_text
from clarus_bluecherry.model._plain import telling
from clarus_bluecherry.tables import escaped
from clarus_bluecherry.x12._findings import printable

NOT_KNOWN = "not known"
_UTC = ZoneInfo("UTC")

Count = tuple[str, str, str, int]
"""Target, kind, state and how many postings."""
_COUNT = ("target", "kind", "state", "count")


@frozen
class Check:
    """Something that must hold, and whether it does."""

    name: str
    holds: bool
    detail: str = ""


@frozen(kw_only=True)
class Closing:
    """Everything a closing report shows. `story` is what happened, a line each.

    `closes` are closes of a period, each as `close_json` shows it. `zone` is that of the books; `proof` says in a
    sentence what was tried and came out, where every check came out as it should.
    """

    title: str
    as_of: dt.datetime
    reconciliation: Reconciliation
    exceptions: tuple[ExceptionItem, ...]
    postings: tuple[Count, ...]
    checks: tuple[Check, ...] = ()
    story: tuple[str, ...] = ()
    closes: tuple[Plain, ...] = ()
    zone: ZoneInfo = _UTC
    proof: str = ""

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
        "as_of": closing.as_of,
        "holds": closing.holds,
        "checks": closing.checks,
        "story": closing.story,
        "postings": [dict(zip(_COUNT, count, strict=True)) for count in closing.postings],
        "reconciliation": {
            "positions": len(found.lines) + found.agreeing,
            "variance": found.variance,
            "causes": {cause: found.totals[cause] for cause in Cause},
            "differing": found.differing,
            "without_cost": [f"{line.item} at {line.location}" for line in found.without_cost],
            "unread": found.unread,
        },
        "exceptions": [_exception(item, closing.as_of) for item in closing.exceptions],
        "closes": closing.closes,
    }
    return json_text(content)


def json_text(content: object) -> str:
    """What a report says to programs, as indented JSON text: a number is written as people read it, as text."""
    return json.dumps(_told(content), indent=2, ensure_ascii=False)


def plain_number(number: Decimal) -> str:
    """A number without an exponent, without needless zeros, and zero without a sign.

    >>> plain_number(Decimal("1.2E+3")), plain_number(Decimal("-2.50")), plain_number(Decimal("-0"))
    ('1200', '-2.5', '0')
    """
    text = f"{number or Decimal(0):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money_text(value: Money | Decimal | None) -> str:
    """An amount in thousands, with its currency and that one's decimals, or that it is not known.

    A number is an amount in a currency that nobody told.

    >>> money_text(Money("-12200.9", "USD")), money_text(Decimal("12200.9")), money_text(None)
    ('-12,200.90 USD', '12,200.90', 'not known')
    """
    if value is None:
        return NOT_KNOWN
    if isinstance(value, Decimal):
        return f"{Decimal(amount_text(value, '')):,f}"
    return f"{Decimal(amount_text(value.amount, value.currency)):,f} {value.currency}"


def money_json(value: Money | None) -> Plain | None:
    """An amount for a JSON document; null where it is not known."""
    return None if value is None else {"amount": plain_number(value.amount), "currency": value.currency}


def number_cell(number: Decimal | None) -> str:
    """A number in a sheet; an empty cell where it is not known."""
    return "" if number is None else plain_number(number)


def text_cell(text: str) -> str:
    """A text in a sheet: no spreadsheet runs it, and nothing in it steers a screen.

    >>> text_cell("=WHO()"), text_cell("a\\tb")
    ("'=WHO()", 'a\\\\tb')
    """
    return escaped(printable(text))


def total_text(total: Total) -> str:
    """The value of a total in each currency, and for how many units it is not known.

    >>> total_text(Total(units=Decimal(12), values=(Money(0, "USD"),), without_cost=Decimal(12)))
    'not known for 12 units'
    """
    told = [money_text(value) for value in known_values(total)]
    if total.without_cost:
        units = f"{Decimal(plain_number(total.without_cost)):,f}"
        told.append(f"{NOT_KNOWN} for {units} {'unit' if units == '1' else 'units'}")
    return ", ".join(told)


def known_values(total: Total) -> list[Money]:
    """The values that say something: a zero beside units without a cost would be taken for theirs."""
    return [value for value in total.values if value.amount or not total.without_cost]


def _total(total: Total) -> Plain:
    values = {value.currency: value.amount for value in known_values(total)}
    without_cost = {"units_without_cost": total.without_cost} if total.without_cost else {}
    return {"units": total.units, "values": values, **without_cost}


def _line(line: ReconciliationLine) -> Plain:
    return {
        "item": line.item,
        "location": line.location,
        "physical": line.physical,
        "book": line.book,
        "variance": line.variance,
        "value": line.value,
        "causes": {cause: units for cause, units in line.causes.items() if units},
    }


def _exception(item: ExceptionItem, now: dt.datetime) -> Plain:
    return {
        "class": item.kind,
        "what": item.what,
        "owner": item.owner,
        "state": item.state,
        "reason": item.reason,
        "candidates": item.candidates,
        "age_hours": round(item.age(now).total_seconds() / 3600, 1),
        "units": item.units,
        "value": item.value,
        "action": item.action,
        "postings": item.postings,
    }


_told = telling(
    {
        Decimal: plain_number,
        Money: str,
        Sku: str,
        UnmatchedCode: str,
        Total: _total,
        ReconciliationLine: _line,
    }
)
