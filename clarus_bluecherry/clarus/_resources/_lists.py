"""What all lists take, and what their filters compare with.

Law of this module: a filter is a value, which must be equal, or operators (`any_of`, `since`, ...). What is given
twice, or is nothing, is refused: a condition that got lost would ask for the whole list.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar

from clarus_bluecherry.clarus._filters import Operators, Where, eq
from clarus_bluecherry.errors import InvalidRecord

if TYPE_CHECKING:
    from clarus_bluecherry.clarus._graphql import Listing
    from clarus_bluecherry.clarus._reading.node import Node

N = TypeVar("N", bound="Node")

Text = str | Operators
RecordRef = str | int | Operators
Flag = bool | Operators
Number = int | Decimal | Operators
Moment = dt.datetime | Operators


class ListOptions(TypedDict, total=False):
    """What every list takes besides its filters.

    `where` is for a filter that only your tenant knows: field → operators, all of which must hold. `extra_fields`
    are further fields of its nodes (`code`, `warehouse { id code }`); `page_size` is how many rows a page holds.
    """

    where: Where | None
    extra_fields: Iterable[str]
    page_size: int


def asked(
    root: str,
    filter_type: str,
    model: type[N],
    given: Mapping[str, Any],
    *,
    key: Callable[[Node], Hashable] | None = None,
) -> Listing[N]:
    """The list `root`, narrowed by what was `given`; its rows are told apart by their id, or by `key`."""
    from clarus_bluecherry.clarus._graphql import (
        Listing,
        by_id,
        checked_where,
    )  # 8 ms that whoever only writes does not pay

    filters = {name: value for name, value in given.items() if name not in ListOptions.__annotations__}
    where: Where = checked_where(given.get("where") or {}, root)
    for name in filters.keys() & where.keys():
        raise InvalidRecord("the filter is given twice", record=f"list of {root}", field=name)
    return Listing(
        root=root,
        filter_type=filter_type,
        model=model,
        key=key or by_id,
        where={**where, **{name: _operators(root, name, value) for name, value in filters.items()}},
        extra_fields=given.get("extra_fields", ()),
        page_size=given.get("page_size"),
    )


def _operators(root: str, name: str, value: Any) -> Operators:
    match value:
        case dict():
            return value
        case int() if (name == "id" or name.endswith("_id")) and not isinstance(value, bool):
            return eq(str(value))
        case str() | int() | Decimal() | dt.datetime():
            return eq(value)
        case dt.date():
            what = "a date is no instant: give a datetime with its time zone, or since(...) and until(...) of two"
            raise InvalidRecord(what, record=f"list of {root}", field=name)
        case _:
            what = f"a {type(value).__name__} is nothing to filter by: one of several is any_of([...])"
            raise InvalidRecord(what, record=f"list of {root}", field=name)
