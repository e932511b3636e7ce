"""The warehouse's GraphQL schema: every list root of this project, executed by graphql-core.

Law of this module: roots, filter types, operators and paging are the vendor's published ones; fields that this
project reads beyond the published samples are marked. Reading never changes the warehouse. The vendor's habits are
kept on purpose: ids as text, quantities as floats, dates in three shapes, cursors that are positions.
"""

from __future__ import annotations

import base64
import datetime as dt
import functools
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from typing import Protocol, cast

from attrs import frozen

from clarus_bluecherry._lazy import need
from clarus_bluecherry.errors import ClarusBluecherryError
from clarus_bluecherry.sandbox.clarus_filters import INPUTS, matcher
from clarus_bluecherry.sandbox.clarus_lists import LISTS, NODES, ListRoot
from clarus_bluecherry.sandbox.warehouse import Warehouse
from clarus_bluecherry.sandbox.warehouse.payloads import zulu
from clarus_bluecherry.sandbox.warehouse.tables import Row, Table, reader

need("graphql", extra="sandbox", purpose="the sandbox's GraphQL")

import graphql  # noqa: E402

DEFAULT_PAGE = 25
LARGEST_PAGE = 100


def execute(
    warehouse: Warehouse, query: str, variables: Mapping[str, object] | None = None, operation: str | None = None
) -> dict[str, object]:
    """Answer a query: `data`, and `errors` when something is wrong, in which case HTTP still says 200.

    >>> execute(Warehouse(), "{ accounts { all { edges { node { code } } } } }")
    {'data': {'accounts': {'all': {'edges': []}}}}
    """
    document = _checked(query)
    if not isinstance(document, graphql.DocumentNode):
        return {"data": None, "errors": [error.formatted for error in document]}
    with warehouse.lock:
        result = graphql.execute_sync(
            schema(),
            document,
            root_value={one.root: _Lister(warehouse, one) for one in LISTS},
            variable_values=dict(variables or {}),
            operation_name=operation,
            field_resolver=_resolve,
        )
    errors = [_told(error) for error in result.errors or ()]
    return {"data": result.data, **({"errors": errors} if errors else {})}


def _told(error: graphql.GraphQLError) -> graphql.GraphQLFormattedError:
    """An error as a server tells it: what is wrong, without the advice that ours give."""
    told, cause = error.formatted, error.original_error
    return {**told, "message": cause.problem} if isinstance(cause, ClarusBluecherryError) else told


@functools.cache
def schema() -> graphql.GraphQLSchema:
    """The schema, built on first use."""
    return graphql.build_schema("\n".join((*INPUTS, NODES, *_connections(), _query())))


@functools.lru_cache(maxsize=256)
def _checked(query: str) -> graphql.DocumentNode | tuple[graphql.GraphQLError, ...]:
    """A query document, parsed and validated once however often it is sent."""
    try:
        document = graphql.parse(query)
    except graphql.GraphQLError as error:
        return (error,)
    return tuple(graphql.validate(schema(), document)) or document


def _connections() -> Iterator[str]:
    yield "type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }"
    for one in LISTS:
        fields = " ".join(f"{name}: {kind}" for name, (kind, _) in one.filters.items())
        archived = ", include_archived: Boolean" if one.archives else ""
        yield f"input {one.filter_type} {{ {fields} }}"
        yield f"type {one.node}Edge {{ cursor: String! node: {one.node}! }}"
        yield f"type {one.node}Connection {{ pageInfo: PageInfo! edges: [{one.node}Edge!]! }}"
        yield (
            f"type {one.node}List {{ all(filter: {one.filter_type}, first: Int, after: String{archived})"
            f": {one.node}Connection! }}"
        )


def _query() -> str:
    return "type Query { " + " ".join(f"{one.root}: {one.node}List!" for one in LISTS) + " }"


# Lists -------------------------------------------------------------------------------------------------------


@frozen
class _Lister:
    """One list root of one warehouse."""

    warehouse: Warehouse
    one: ListRoot

    def all(
        self,
        info: object,
        filter: Mapping[str, Mapping[str, object]] | None = None,  # noqa: A002
        first: int | None = None,
        after: str | None = None,
        include_archived: bool = False,
    ) -> dict[str, object]:
        """A page of the rows that pass every filter."""
        start = _position(after)
        size = min(DEFAULT_PAGE if first is None else first, LARGEST_PAGE)
        if size < 0:
            raise graphql.GraphQLError("first must not be negative")
        found = list(islice(self._found(filter or {}, include_archived), start, start + size + 1))
        edges = [
            {"cursor": _cursor(place), "node": row} for place, row in enumerate(found[:size], start=start + 1)
        ]
        return {
            "pageInfo": {
                "hasNextPage": len(found) > size,
                "hasPreviousPage": start > 0,
                "startCursor": edges[0]["cursor"] if edges else None,
                "endCursor": edges[-1]["cursor"] if edges else None,
            },
            "edges": edges,
        }

    def _found(self, filters: Mapping[str, Mapping[str, object]], include_archived: bool) -> Iterator[object]:
        tests: list[Callable[[object], bool]] = []
        for name, operators in filters.items():
            kind, path = self.one.filters[name]
            tests.append(matcher(kind, reader(path), operators))
        if self.one.archives and not include_archived:
            tests.append(lambda row: not getattr(row, "archived"))  # noqa: B009
        return (row for row in self._candidates(filters) if all(test(row) for test in tests))

    def _candidates(self, filters: Mapping[str, Mapping[str, object]]) -> Iterable[object]:
        """All rows, or the few that an index knows to have the value that a filter asks for."""
        rows = cast("Table[Row] | Sequence[object]", getattr(self.warehouse, self.one.root))
        if not isinstance(rows, Table):
            return rows
        for name, operators in filters.items():
            kind, path = self.one.filters[name]
            wanted = _wanted(operators)
            if wanted is not None and path == "id" and all(str(one).isdecimal() for one in wanted):
                return [row for row in map(rows.get, sorted({int(str(one)) for one in wanted})) if row]
            if wanted is not None and rows.indexes(path):
                values = {_id(one) if kind == "IdInputType" else one for one in wanted}
                found = [row for value in values for row in rows.find(path, value)]
                found.sort(key=operator.attrgetter("id"))
                return found
        return rows


def _wanted(operators: Mapping[str, object]) -> Sequence[object] | None:
    """The few values that a filter asks for, None where it asks for something else."""
    if operators.get("eq") is not None:
        return [operators["eq"]]
    several = operators.get("in")
    return several if isinstance(several, list) else None


def _id(text: object) -> object:
    return int(str(text)) if str(text).isdecimal() else text


def _cursor(place: int) -> str:
    """A position as the vendor's sample writes it: `MQ` is 1."""
    return base64.b64encode(str(place).encode()).decode().rstrip("=")


def _position(cursor: str | None) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor + "=" * (-len(cursor) % 4), validate=True))
    except ValueError:
        raise graphql.GraphQLError("after is not a cursor") from None


# Values ------------------------------------------------------------------------------------------------------


def _with_offset(moment: dt.datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def _date_only(moment: dt.datetime) -> str:
    return moment.date().isoformat()


_OTHER_SHAPES: Mapping[str, Callable[[dt.datetime], str]] = {
    "expected_date_of_dispatch": _date_only,
    "expected_date_of_receipt": _date_only,
    "actual_date_of_dispatch": _with_offset,
}
"""Fields that are not written as `…Z`: the vendor's samples mix three shapes."""


class _Info(Protocol):
    field_name: str


def _resolve(source: object, info: _Info, **arguments: object) -> object:
    name = info.field_name
    value = source.get(name) if isinstance(source, dict) else getattr(source, name)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dt.datetime):
        return _OTHER_SHAPES.get(name, zulu)(value)
    return value(info, **arguments) if callable(value) else value
