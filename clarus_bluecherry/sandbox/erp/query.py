"""The query language of the web services: `$filter`, plain column parameters, and pages.

Law of this module: every literal of a filter is quoted, even a number; anything else is refused.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping

from attrs import frozen

Row = dict[str, object]

LARGEST_PAGE = 200
_CONDITION = re.compile(r"\s*(\w+)\s+(eq|ne|gt|ge|lt|le)\s+'((?:[^']|'')*)'\s*")
_AND = re.compile(r"and\b", re.IGNORECASE)
_OPERATORS: Mapping[str, Callable[[str, str], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}


class BadQuery(ValueError):
    """The query is not of the services' language."""


@frozen
class Condition:
    """One comparison of a column with a literal, as text."""

    column: str
    comparison: str
    literal: str

    def holds(self, row: Mapping[str, object]) -> bool:
        """Whether `row` meets it. A column the row does not have compares as empty."""
        value = row.get(self.column)
        return _OPERATORS[self.comparison]("" if value is None else str(value), self.literal)


def conditions(text: str) -> list[Condition]:
    """The conditions of a `$filter`, all of which must hold.

    >>> conditions("stage_num eq '3' and name eq 'O''Neill'")[1].literal
    "O'Neill"
    """
    found, place = [], 0
    while True:
        match = _CONDITION.match(text, place)
        if match is None:
            raise BadQuery(f"the filter is not understood at character {place}: literals must be quoted")
        column, comparison, literal = match.groups()
        found.append(Condition(column, comparison, literal.replace("''", "'")))
        place = match.end()
        if place == len(text):
            return found
        joint = _AND.match(text, place)
        if joint is None:
            raise BadQuery(f"'and' is expected at character {place}")
        place = joint.end()


def asked(parameters: Mapping[str, str]) -> list[Condition]:
    """The conditions of a request: its `$filter` and its plain column parameters."""
    found = conditions(parameters["$filter"]) if "$filter" in parameters else []
    plain = {name: value for name, value in parameters.items() if not name.startswith(("$", "_"))}
    return found + [Condition(name, "eq", value) for name, value in plain.items()]


def page(rows: list[Row], parameters: Mapping[str, str]) -> list[Row]:
    """The page that `_pgno` (from 1) and `_pgsize` (at most 200) ask for."""
    try:
        number, size = int(parameters.get("_pgno", "1")), int(parameters.get("_pgsize", "25"))
    except ValueError:
        raise BadQuery("_pgno and _pgsize are whole numbers") from None
    size = max(1, min(size, LARGEST_PAGE))
    return rows[(max(number, 1) - 1) * size : max(number, 1) * size]
