"""The units of measure in a set: a case is not a unit, and a price for a dozen is not a cost.

Law of this module: a quantity counts only where its unit is the item's each, as the site's profile names it, or
one of which the profile knows the factor. Any other unit is refused by its name; one with a multiplier of its own
(`EA>>12`) is another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from attrs import frozen

from clarus_bluecherry.bluecherry.edi.form import CANCELLED
from clarus_bluecherry.bluecherry.edi.profile import X12Profile
from clarus_bluecherry.model import Units
from clarus_bluecherry.x12 import Document, Finding, Rule, Segment
from clarus_bluecherry.x12._findings import quoted
from clarus_bluecherry.x12._validate import placed


@frozen
class _Measured:
    """Where a segment has its quantity or price and the unit of it; `is_bare` where the unit may be left out.

    By `factors`: of an order's line the unit reaches its record, so that one which holds for its SKU is enough; of
    other quantities only one that holds for every SKU counts, and of a price none.
    """

    value: int
    unit: int
    is_bare: bool = False
    factors: Literal["of its SKU", "of every SKU", "none"] = "of every SKU"

    def is_known(self, code: str, units: Units) -> bool:
        """Whether a quantity here may be in the unit `code`."""
        match self.factors:
            case "of its SKU":
                return units.knows(code)
            case "of every SKU":
                return units.general(code) is not None
            case _:
                return False


_MEASURED: Mapping[str, _Measured] = {
    "W01": _Measured(1, 2, factors="of its SKU"),
    "W04": _Measured(1, 2, factors="of its SKU"),
    "W07": _Measured(1, 2),
    "W12": _Measured(3, 5),
    "W13": _Measured(1, 2, factors="none"),
    "W19": _Measured(2, 3),
    "BLI": _Measured(3, 4),
    "QTY": _Measured(2, 3, is_bare=True),
    "CTP": _Measured(3, 5, is_bare=True, factors="none"),
}
"""Totals (W76, W03, W14) have no unit of their quantity: the units beside them are those of weight and volume."""

_COUNT, _MULTIPLIER = 4, 6
"""Where a price (CTP) says for how many it is, and what it has to be multiplied by."""
_ONE = re.compile(r"0*1(\.0*)?", re.ASCII)


def wrong_units(document: Document, profile: X12Profile) -> Iterator[Finding]:
    """A finding for each quantity in a unit that does not count, with its place; it refuses the set."""
    if any(segment.id == "W05" and segment[1] in CANCELLED for segment in document.segments):
        return
    for number, segment in enumerate(document.segments, start=1):
        measured = _MEASURED.get(segment.id)
        if measured is None or not segment[measured.value] or _is_another_price(segment, profile):
            continue
        if segment.id == "CTP" and (place := _not_of_one(segment)):
            yield placed(_found(Rule.REFUSED, "it is no price of one each", number, segment, place), document)
            continue
        code = segment[measured.unit].rstrip(document.delimiters.component or ">").strip().upper()
        if code in profile.eaches or (measured.is_known(code, profile.units) if code else measured.is_bare):
            continue
        rule = Rule.REFUSED if code else Rule.ELEMENT_MISSING
        yield placed(_found(rule, _said(segment.id, code, profile), number, segment, measured.unit), document)


def _found(rule: Rule, what: str, number: int, segment: Segment, element: int) -> Finding:
    return Finding(rule=rule, message=what, segment_number=number, segment_id=segment.id, element=element)


def _not_of_one(price: Segment) -> int:
    """Where a price (CTP) says that it is for several, or has to be multiplied; 0 where it does not."""
    if price[_COUNT] and not _ONE.fullmatch(price[_COUNT]):
        return _COUNT
    return _MULTIPLIER if price[_MULTIPLIER] else 0


def with_units(document: Document, found: Sequence[Finding], profile: X12Profile) -> tuple[Finding, ...]:
    """What was found in a set, and what of its units was not told yet."""
    told = {(each.segment_number, each.element) for each in found}
    units = wrong_units(document, profile)
    return (*found, *(each for each in units if (each.segment_number, each.element) not in told))


def _said(segment_id: str, code: str, profile: X12Profile) -> str:
    eaches = " or ".join(sorted(profile.eaches))
    if not code:
        return f"the unit of measure is missing: only a quantity in {eaches} is taken"
    return f"the unit of measure is {quoted(segment_id, code)}: only {eaches} is taken, and no factor is known"


def _is_another_price(segment: Segment, profile: X12Profile) -> bool:
    return segment.id == "CTP" and segment[2] != profile.cost
