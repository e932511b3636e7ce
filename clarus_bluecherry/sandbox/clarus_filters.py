"""The operators of the warehouse's list filters.

Law of this module: each input type has exactly the operators that the vendor documents. Where the vendor is silent
the sandbox chooses: `between` takes a list of two and, like `from` and `to`, includes its ends; `like` and `ilike`
look for the bare text anywhere; `filled` is a boolean.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.sandbox.warehouse.automations import EVENTS
from clarus_bluecherry.sandbox.warehouse.documents import GoodsOutStatus
from clarus_bluecherry.sandbox.warehouse.rules import RULES

SUBTYPES = (
    "RCV",
    "UNRCV",
    "PWAY",
    "TRAN",
    "PICK",
    "DISP",
    "UNDISP",
    "POSADJ",
    "NEGADJ",
    "HOLD",
    "OFFHOLD",
    "ATTRUP",
)
"""The transaction subtypes. The vendor evidences RCV, UNRCV, PICK, TRAN and ATTRUP; the others are ours."""

_ENUMS: Mapping[str, tuple[Sequence[str], tuple[str, ...]]] = {
    "StatusCodeInputType": ([status.value.code for status in GoodsOutStatus], ("eq", "in")),
    "StatusInputType": (("pending", "completed", "failed"), ("eq", "in")),
    "SubtypeTypeInputType": (SUBTYPES, ("eq", "in")),
    "ReasonTypeInputType": (RULES["reason_codes"]["reason_type"].choices, ("eq", "in")),
    "ResourceNameInputType": (tuple(EVENTS), ("eq",)),
    "EventInputType": (sorted({event for events in EVENTS.values() for event in events}), ("eq",)),
}


def _enum(name: str) -> str:
    values, operators = _ENUMS[name]
    kind = name.removesuffix("InputType") + "Enum"
    fields = " ".join(f"{one}: {kind}" if one == "eq" else f"{one}: [{kind}!]" for one in operators)
    return f"enum {kind} {{ {' '.join(values)} }}\ninput {name} {{ {fields} }}"


_COMPARED = "eq: {0} gt: {0} gteq: {0} lt: {0} lteq: {0}"

INPUTS = (
    "input StringInputType { eq: String ilike: String like: String in: [String!] between: [String!] }",
    f"input IdInputType {{ {_COMPARED.format('ID')} in: [ID!] filled: Boolean }}",
    "input FewIdInputType { eq: ID in: [ID!] filled: Boolean }",
    f"input IntegerInputType {{ {_COMPARED.format('Int')} between: [Int!] }}",
    f"input DecimalInputType {{ {_COMPARED.format('Float')} between: [Float!] }}",
    "input DatetimeInputType { eq: String from: String to: String between: [String!] }",
    "input BooleanInputType { eq: Boolean! }",
    *(_enum(name) for name in _ENUMS),
)
"""The input types, in the schema language."""

Test = Callable[[object], bool]
Read = Callable[[object], object]


def matcher(kind: str, read: Read, operators: Mapping[str, object]) -> Test:
    """A test of rows: the value that `read` finds passes all `operators`. A null passes none but `filled`."""
    convert = _CONVERT.get(kind, _same)
    tests = [
        _test(name, _converted(name, convert, wanted)) for name, wanted in operators.items() if wanted is not None
    ]

    def passes(row: object) -> bool:
        value = read(row)
        values = value if isinstance(value, tuple) else (value,)
        return all(any(test(one) for one in values) for test in tests)

    return passes


def _same(value: object) -> object:
    return value


def _number(value: object) -> object:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise InvalidRecord(f"{value!r} is not a number") from None


def _instant(value: object) -> object:
    try:
        moment = dt.datetime.fromisoformat(str(value))
    except ValueError:
        raise InvalidRecord(f"{value!r} is not a date or an instant") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


_CONVERT: Mapping[str, Callable[[object], object]] = {
    "IdInputType": _number,
    "FewIdInputType": _number,
    "IntegerInputType": _number,
    "DecimalInputType": _number,
    "DatetimeInputType": _instant,
}


def _converted(name: str, convert: Callable[[object], object], wanted: object) -> object:
    if not isinstance(wanted, list):
        return wanted if isinstance(wanted, bool) else convert(wanted)
    values = [convert(one) for one in wanted]
    return frozenset(values) if name == "in" else values


def _known(compare: Callable[[Any, Any], bool]) -> Callable[[object, object], bool]:
    return lambda value, wanted: value is not None and compare(value, wanted)


def _between(value: Any, wanted: Any) -> bool:
    if not isinstance(wanted, list) or len(wanted) != 2:
        raise InvalidRecord("between takes a list of two")
    low, high = wanted
    return bool(low <= value <= high)


_OPERATORS: Mapping[str, Callable[[object, object], bool]] = {
    "eq": _known(operator.eq),
    "gt": _known(operator.gt),
    "gteq": _known(operator.ge),
    "lt": _known(operator.lt),
    "lteq": _known(operator.le),
    "from": _known(operator.ge),
    "to": _known(operator.le),
    "like": _known(lambda value, wanted: str(wanted) in str(value)),
    "ilike": _known(lambda value, wanted: str(wanted).casefold() in str(value).casefold()),
    "in": _known(lambda value, wanted: value in wanted),
    "between": _known(_between),
    "filled": lambda value, wanted: (value is not None) == wanted,
}


def _test(name: str, wanted: object) -> Test:
    compare = _OPERATORS[name]
    return lambda value: compare(value, wanted)
