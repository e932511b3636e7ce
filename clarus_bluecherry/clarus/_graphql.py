"""Reading lists: every Clarus list is one GraphQL query, described here as a value.

Law of this module: a `Listing` says what is asked (which list, which fields, which filter) and how rows are read
and told apart; a page of it is a `Call` like any other. Only documented arguments are sent, and only when used. A
200 answer with `errors` is a failure, never half a list. Each row is read alone: one that cannot be read is kept
as it came, in its place, and changes nothing for the others.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Generic, NamedTuple, TypeVar

from attrs import Factory, evolve, field, frozen
from pydantic import ValidationError

from clarus_bluecherry.clarus._envelopes import JSON_HEADERS
from clarus_bluecherry.clarus._filters import Where
from clarus_bluecherry.clarus._reading.node import Node
from clarus_bluecherry.clarus._reading.selection import selection
from clarus_bluecherry.clarus._refusal import refusal
from clarus_bluecherry.errors import (
    AT_ITS_SOURCE,
    ConfigurationError,
    InvalidRecord,
    QueryFailed,
    UnreadableAnswer,
)
from clarus_bluecherry.http._call import Answer, Call, Json, cut
from clarus_bluecherry.http._redact import redact_text

N = TypeVar("N", bound=Node)
T = TypeVar("T")

PATH = "/graphql"
"""The vendor's documentation adds fragments such as `#ListProducts`; they are for its readers, never sent."""

# Queries -----------------------------------------------------------------------------------------------------


def query(
    text: str, variables: Mapping[str, Json] | None = None, *, name: str = "graphql", record: str = ""
) -> Call[dict[str, Json]]:
    """Any GraphQL query of your own, introspection for example; its value is the answer's `data`.

    Raises `QueryFailed` when the answer holds errors, with whatever data came in `partial`.
    """
    return _call(text, variables or {}, _data, name=name, record=record)


def _call(
    text: str, variables: Mapping[str, Json], read: Callable[[Answer], T], *, name: str, record: str
) -> Call[T]:
    body: dict[str, Json] = {"query": text}
    if variables:
        body["variables"] = dict(variables)
    return Call(
        name=name,
        method="POST",
        path=PATH,
        headers=JSON_HEADERS,
        json=body,
        read=read,
        refusal=refusal,
        repeatable=True,
        record=record,
    )


def _data(answer: Answer) -> dict[str, Json]:
    body = answer.json_of_rows()
    if not isinstance(body, dict):
        raise answer.error(UnreadableAnswer, "the answer is not a GraphQL answer")
    if body.get("errors"):
        raise _failed(answer, body)
    data = body["data"]
    if not isinstance(data, dict):
        raise answer.error(UnreadableAnswer, "the GraphQL answer holds no data")
    return data


def _failed(answer: Answer, body: Mapping[str, Json]) -> QueryFailed:
    found = body["errors"]
    errors = found if isinstance(found, list) else [found]
    told = [str(error.get("message", "no message") if isinstance(error, dict) else error) for error in errors[:5]]
    partial = body.get("data")
    note = "; part of the data came and is kept" if partial else ""
    what = f"GraphQL answered with {len(errors)} error(s): {redact_text('; '.join(told)[:1000])}{note}"
    error = answer.error(QueryFailed, what)
    assert isinstance(error, QueryFailed)
    error.partial = json.dumps(partial, default=str) if partial else ""
    return error


# Lists -------------------------------------------------------------------------------------------------------


class Edge(NamedTuple, Generic[N]):
    """A row and its place in the list, None where the list does not say.

    Cursors are positions, not keys: they shift when rows come and go.
    """

    cursor: str | None
    node: N


@frozen(kw_only=True)
class UnreadRow:
    """A row of the list `root` that cannot be read, and why.

    `id` is empty where it is not known, `place` counts from 0 within the page. `raw` is the row as it came; it may
    be personal and is not shown.
    """

    root: str
    id: str
    cursor: str | None
    place: int
    problem: InvalidRecord
    raw: Json = field(repr=False)

    @property
    def digest(self) -> str:
        """What tells the row from others, as nothing else of it is sure: its whole content."""
        content = json.dumps(self.raw, sort_keys=True, default=str)
        return hashlib.sha256(content.encode()).hexdigest()[:16]


@frozen
class Page(Generic[N]):
    """Some consecutive rows of a list, as they stood when it was read.

    `edges` are the rows that could be read and `unread` the others; `served_at` is Clarus's own time, None where
    its answer did not tell it.
    """

    edges: tuple[Edge[N], ...]
    has_next: bool
    end_cursor: str | None
    unread: tuple[UnreadRow, ...] = ()
    served_at: dt.datetime | None = None

    @property
    def nodes(self) -> tuple[N, ...]:
        """The rows that could be read."""
        return tuple(edge.node for edge in self.edges)

    @property
    def rows(self) -> tuple[Edge[N] | UnreadRow, ...]:
        """All rows in their order."""
        rows: list[Edge[N] | UnreadRow] = list(self.edges)
        for row in self.unread:
            rows.insert(row.place, row)
        return tuple(rows)


@frozen
class RawPage(Generic[N]):
    """A page as it came: each row is read when it is come to, and dropped when its reader drops it.

    A page of records that live at the same time costs twice what they cost one by one, as Python's collector walks
    through them.
    """

    listing: Listing[N]
    entries: Sequence[Json] = field(repr=False)
    has_next: bool
    end_cursor: str | None
    served_at: dt.datetime | None = None

    def rows(self) -> Iterator[tuple[str | None, Hashable, N | UnreadRow]]:
        """All rows in their order, each read now: its cursor, what tells it apart, itself.

        Each is read alone: whatever reading it raises, by a model or a key of your own too, the others are read.
        """
        listing = self.listing
        read, key = listing.model.__pydantic_validator__.validate_python, listing.key
        known: dict[Hashable, Json] = {}
        for place, entry in enumerate(self.entries):
            edge = entry if isinstance(entry, dict) else {}
            raw, cursor = edge.get("node"), _text(edge.get("cursor"))
            try:
                node: N = read(raw)
                identity = key(node)
                if (first := known.setdefault(identity, raw)) is not raw:
                    _no_other(first, raw)
            except Exception as error:  # noqa: BLE001 - whatever one row raises, the others are read
                unread = _unread(listing.root, entry, place, error)
                yield cursor, (UnreadRow, unread.digest), unread
            else:
                yield cursor, identity, node

    def read(self) -> Page[N]:
        """The page with all its rows read."""
        rows = [(cursor, row) for cursor, _, row in self.rows()]
        return Page(
            edges=tuple(Edge(cursor, row) for cursor, row in rows if not isinstance(row, UnreadRow)),
            has_next=self.has_next,
            end_cursor=self.end_cursor,
            unread=tuple(row for _, row in rows if isinstance(row, UnreadRow)),
            served_at=self.served_at,
        )


_SELECTION = re.compile(r"[_A-Za-z][\w\s{}]*")


def _selections(fields: Iterable[str]) -> tuple[str, ...]:
    found = (fields,) if isinstance(fields, str) else tuple(fields)
    for text in found:
        depths = tuple(accumulate({"{": 1, "}": -1}.get(character, 0) for character in text))
        if not _SELECTION.fullmatch(text) or min(depths) < 0 or depths[-1] != 0:
            raise InvalidRecord(
                f"{text!r} selects no field: write 'code' or 'warehouse {{ id code }}'", field="extra_fields"
            )
    return found


def checked_where(where: Where, root: str) -> Where:
    """`where`, if it is conditions as Clarus takes them. Raises `InvalidRecord` naming the field."""
    if not isinstance(where, Mapping):
        what = f"a {type(where).__name__} is no conditions: write {{'code': {{'eq': ...}}}}"
        raise InvalidRecord(what, record=f"list of {root}", field="where")
    for name, operators in where.items():
        if not isinstance(operators, Mapping):
            what = f"a {type(operators).__name__} is no operators: write eq(...), which is {{'eq': ...}}"
            raise InvalidRecord(what, record=f"list of {root}", field=name)
        if not operators or any(value == [] for value in operators.values()):
            raise InvalidRecord("the filter leaves nothing to choose from", record="filter", field=name)
    return where


def _conditions(listing: Listing[N], attribute: object, where: Where) -> None:
    checked_where(where, listing.root)


def _rows_of_a_page(listing: Listing[N], attribute: object, size: int | None) -> None:
    if size is not None:
        checked_size(size)


def checked_size(size: int) -> int:
    """`size`, if a page can hold so many rows. Raises `ConfigurationError`: of fewer nothing could overlap."""
    if not isinstance(size, int) or isinstance(size, bool) or size < 2:
        raise ConfigurationError("a page holds two rows or more, a whole number of them", field="page_size")
    return size


def by_id(node: Node) -> Hashable:
    """Rows are told apart by their id."""
    identity = getattr(node, "id", None)
    return identity if type(identity) is str and identity else _identity(node, "id")


def _identity(node: Node, *path: str) -> str:
    value: object = node
    for step in path:
        value = getattr(value, step, None)
    if not isinstance(value, str) or not value:
        raise InvalidRecord(f"a row has no {'.'.join(path)}, which tells it apart", field=".".join(path))
    return value


def by(*paths: str) -> Callable[[Node], Hashable]:
    """Rows are told apart by several fields together, such as `product.id` and `warehouse.id`."""
    return lambda node: tuple(_identity(node, *path.split(".")) for path in paths)


def _of_its_model(listing: Listing[Node]) -> str:
    return selection(listing.model)


@frozen(kw_only=True)
class Listing(Generic[N]):
    """A list to be read: its `root` and `filter_type` in the vendor's schema, the fields to ask for, the filter.

    `fields` are those of `model`, unless you say otherwise; `extra_fields` are further ones of the tenant's
    schema, each as `code` or `warehouse { id code }`, and reach `Node.model_extra` when the model does not know
    them. One field that the tenant does not have fails the whole query (`QueryFailed`). `key` tells rows apart.
    `page_size` None means the client's. `arguments` are further documented ones: name → (GraphQL type, value).
    """

    root: str
    filter_type: str
    model: type[N]
    fields: str = field(default=Factory(_of_its_model, takes_self=True))
    key: Callable[[N], Hashable] = by_id
    where: Where = field(factory=dict, validator=_conditions)
    extra_fields: tuple[str, ...] = field(default=(), converter=_selections)
    page_size: int | None = field(default=None, validator=_rows_of_a_page)
    arguments: Mapping[str, tuple[str, Json]] = field(factory=dict)

    def narrowed(self, where: Where) -> Listing[N]:
        """The same list with more conditions; for a field that had some, the new ones replace them."""
        return evolve(self, where={**self.where, **where})

    def page(self, first: int, after: str | None = None) -> Call[Page[N]]:
        """The call for up to `first` rows, those after the cursor `after`."""
        return self._asking(first, after, lambda answer: self._page(answer).read())

    def raw_page(self, first: int, after: str | None = None) -> Call[RawPage[N]]:
        """As `page`, with the rows still to be read."""
        return self._asking(first, after, self._page)

    def _asking(self, first: int, after: str | None, read: Callable[[Answer], T]) -> Call[T]:
        asked = self._asked(first, after)
        return _call(
            self._text(asked),
            {name: value for name, (_, value) in asked.items()},
            read,
            name=f"{self.root}.all",
            record=f"list of {self.root}",
        )

    def _asked(self, first: int, after: str | None) -> dict[str, tuple[str, Json]]:
        given: dict[str, tuple[str, Json]] = {}
        if self.where:
            given["filter"] = (self.filter_type, {name: dict(each) for name, each in self.where.items()})
        given["first"] = ("Int", first)
        if after is not None:
            given["after"] = ("String", after)
        return {**given, **self.arguments}

    def _text(self, asked: Mapping[str, tuple[str, Json]]) -> str:
        declared = ", ".join(f"${name}: {kind}" for name, (kind, _) in asked.items())
        passed = ", ".join(f"{name}: ${name}" for name in asked)
        node = " ".join((self.fields, *self.extra_fields))
        return (
            f"query({declared}) {{ {self.root} {{ all({passed}) {{ "
            f"pageInfo {{ hasNextPage endCursor }} edges {{ cursor node {{ {node} }} }} }} }} }}"
        )

    def _page(self, answer: Answer) -> RawPage[N]:
        connection = _member(_member(_data(answer), self.root), "all")
        info = _member(connection, "pageInfo")
        edges, more = connection["edges"], info["hasNextPage"]
        if not isinstance(edges, list):
            raise TypeError("edges is not a list")
        if not isinstance(more, bool):
            raise TypeError("hasNextPage is neither true nor false")
        return RawPage(self, edges, more, _text(info.get("endCursor")), answer.served_at)


_DEEPEST = 50
_LONGEST_NAME = 100


def _text(value: Json) -> str | None:
    """Something short that has a name or a place in it, whatever else may come there."""
    text = value if type(value) is str else str(value) if type(value) is int else ""
    return text if text.strip() and text.isprintable() and len(text) <= _LONGEST_NAME else None


def _unread(root: str, entry: Json, place: int, error: Exception) -> UnreadRow:
    edge = entry if isinstance(entry, dict) else {}
    raw = edge.get("node")
    row = raw if isinstance(raw, dict) else {}
    return UnreadRow(
        root=root,
        id=_text(row.get("id")) or "",
        cursor=_text(edge.get("cursor")),
        place=place,
        problem=_problem(error, _called(root, row, place)),
        raw=cut(entry if raw is None else raw, _DEEPEST),
    )


def _called(root: str, row: Mapping[str, Json], place: int) -> str:
    """What a person can look for: the row's id, or what else names it."""
    for name in ("id", "reference", "code"):
        if text := _text(row.get(name)):
            return f"{root} {text}" if name == "id" else f"{root} with {name} {text}"
    return f"{root}, row {place + 1} of a page"


def _no_other(first: Json, raw: Json) -> None:
    if first != raw:
        raise InvalidRecord("another row of the page has the same identity and differs", field="id")


def _problem(error: Exception, record: str) -> InvalidRecord:
    """Why a row cannot be read, without its values: those may be personal."""
    if isinstance(error, InvalidRecord):
        what, field = error.what, error.field
    elif isinstance(error, ValidationError):
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        what, field = first["msg"], ".".join(str(step) for step in first["loc"])
    else:
        what, field = f"reading it raised {type(error).__name__}", ""
    return InvalidRecord(what, record=record, field=field, action=AT_ITS_SOURCE)


def _member(value: Mapping[str, Json], name: str) -> dict[str, Json]:
    member = value[name]
    if not isinstance(member, dict):
        raise TypeError(f"{name} is not an object")
    return member
