"""A tenant's GraphQL schema as a small value: what it has, how a listing fits it, what changed since last time.

Law of this module: no I/O, and nothing is guessed. The vendor publishes example fields and filters only; here
stands what the tenant itself said (`introspection.introspect`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, TypeVar

from attrs import asdict, frozen
from pydantic import BaseModel, ConfigDict, ValidationError

from clarus_bluecherry.clarus._graphql import Listing
from clarus_bluecherry.clarus._reading.node import Node
from clarus_bluecherry.clarus._undocumented import UNDOCUMENTED_FIELDS
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.http._call import Json

N = TypeVar("N", bound=Node)


def bare(kind: str) -> str:
    """The name in a type: `[ID!]` is about `ID`."""
    return kind.strip("[]!")


@frozen(kw_only=True)
class ListShape:
    """A list root: its rows' type, its arguments (`first`, `include_archived`) and its filters, each with type."""

    node: str
    arguments: Mapping[str, str]
    filters: Mapping[str, str]


@frozen(kw_only=True)
class Usable:
    """How a listing and a tenant fit.

    `fields` and `extra_fields` are what the listing asks for, less what the tenant lacks; `missing` names, in
    words, everything that would fail the query; `unasked` are further fields that the tenant's rows have.
    """

    fields: str
    extra_fields: tuple[str, ...]
    missing: tuple[str, ...]
    unasked: tuple[str, ...]


@frozen(kw_only=True)
class TenantSchema:
    """A tenant's lists, and what they are made of: types are written as GraphQL writes them, such as `[ID!]`.

    `objects` are the rows' types and the types inside them (type → field → type), `inputs` the filter types
    (type → operator → type), `enums` the closed vocabularies.
    """

    lists: Mapping[str, ListShape]
    objects: Mapping[str, Mapping[str, str]]
    inputs: Mapping[str, Mapping[str, str]]
    enums: Mapping[str, tuple[str, ...]]

    def fields(self, root: str) -> Mapping[str, str]:
        """The fields of the rows of the list `root`, with their types. Raises `InvalidRecord` for no such list."""
        return self.objects.get(self._list(root).node, {})

    def operators(self, root: str, filter_name: str) -> Mapping[str, str]:
        """The operators that one filter of the list `root` takes, with the type of their value."""
        try:
            return self.inputs.get(bare(self._list(root).filters[filter_name]), {})
        except KeyError:
            raise InvalidRecord(
                f"the tenant has no such filter of {root}", record=f"list {root}", field=filter_name
            ) from None

    def choices(self, root: str, filter_name: str) -> tuple[str, ...]:
        """The values that one filter of the list `root` can be given, or none when any value will do.

        `choices("transactions", "subtype")` is the tenant's vocabulary of stock movements.
        """
        kinds = map(bare, self.operators(root, filter_name).values())
        return next((self.enums[kind] for kind in kinds if kind in self.enums), ())

    def usable(self, listing: Listing[N]) -> Usable:
        """What of `listing` this tenant has: its fields, filters, operators, filter values and arguments."""
        shape = self.lists.get(listing.root)
        if shape is None:
            return Usable(fields="", extra_fields=(), missing=(f"list {listing.root}",), unasked=())
        missing: list[str] = []
        fields, *extra = (
            _written(self._had(_selected(text), shape.node, missing))
            for text in (listing.fields, *listing.extra_fields)
        )
        missing += self._unfit_filters(listing, shape)
        asked = _selected(" ".join((listing.fields, *listing.extra_fields)))
        return Usable(
            fields=fields,
            extra_fields=tuple(filter(None, extra)),
            missing=tuple(missing),
            unasked=tuple(name for name in self.fields(listing.root) if name not in asked),
        )

    def extra_fields(
        self, wanted: Mapping[str, Iterable[str]] = UNDOCUMENTED_FIELDS
    ) -> dict[str, tuple[str, ...]]:
        """Those of `wanted` (list → selections) that the tenant has: for `Clarus(extra_fields=...)`."""
        return {
            root: tuple(
                filter(None, (_written(self._had(_selected(text), shape.node, [])) for text in selections))
            )
            for root, selections in wanted.items()
            if (shape := self.lists.get(root)) is not None
        }

    def to_json(self) -> str:
        """The schema as a text file to keep, the same schema always as the same text."""
        return json.dumps({"format": 1, **asdict(self)}, indent=1, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> TenantSchema:
        """A kept schema. Raises `InvalidRecord` when the text is not one."""
        try:
            kept = _Kept.model_validate_json(text)
        except ValidationError as error:
            place = error.errors(include_input=False, include_url=False, include_context=False)[0]
            raise InvalidRecord(
                place["msg"],
                record="kept schema",
                field=".".join(map(str, place["loc"])),
                action="Delete the file and introspect again.",
            ) from None
        lists = {root: ListShape(**shape.model_dump()) for root, shape in kept.lists.items()}
        return cls(lists=lists, objects=kept.objects, inputs=kept.inputs, enums=kept.enums)

    def _list(self, root: str) -> ListShape:
        try:
            return self.lists[root]
        except KeyError:
            raise InvalidRecord("the tenant has no such list", record=f"list {root}") from None

    def _had(self, asked: Selection, kind: str, missing: list[str], place: str = "") -> Selection:
        """`asked` without what objects of `kind` do not have, which goes to `missing`."""
        had = Selection()
        for name, inner in asked.items():
            path, found = f"{place}{name}", self.objects.get(kind, {}).get(name)
            inside = bare(found or "")
            if found is None:
                missing.append(f"field {path}")
            elif (inside in self.objects) != bool(inner):
                missing.append(f"field {path}, which is {'an object' if not inner else 'not an object'} there")
            elif not inner:
                had[name] = Selection()
            elif kept := self._had(inner, inside, missing, f"{path}."):
                had[name] = kept
        return had

    def _unfit_filters(self, listing: Listing[N], shape: ListShape) -> Iterator[str]:
        takes = shape.arguments.get("filter", "")
        if listing.where and bare(takes) != listing.filter_type:
            yield f"filter type {listing.filter_type}, which is {takes or 'not there'} there"
        for name in listing.arguments:
            if name not in shape.arguments:
                yield f"argument {name}"
        for name, operators in listing.where.items():
            if name not in shape.filters:
                yield f"filter {name}"
                continue
            for operator, value in operators.items():
                if operator not in self.operators(listing.root, name):
                    yield f"operator {operator} of filter {name}"
                else:
                    yield from self._unknown_choices(listing.root, name, value)

    def _unknown_choices(self, root: str, filter_name: str, value: Json) -> Iterator[str]:
        choices = self.choices(root, filter_name)
        for each in value if isinstance(value, list) else [value]:
            if choices and each not in choices:
                yield f"value {each} of filter {filter_name}"


# Selections --------------------------------------------------------------------------------------------------


class Selection(dict[str, "Selection"]):
    """Fields that a query asks for, each with the fields inside it."""


def _selected(text: str) -> Selection:
    """`id warehouse { id code }`, read."""
    outer = Selection()
    open_ones, last = [outer], ""
    for mark in re.findall(r"\w+|[{}]", text):
        if mark == "{":
            open_ones.append(open_ones[-1][last])
        elif mark == "}":
            open_ones.pop()
        else:
            last = mark
            open_ones[-1].setdefault(mark, Selection())
    return outer


def _written(selection: Selection) -> str:
    return " ".join(f"{name} {{ {_written(inner)} }}" if inner else name for name, inner in selection.items())


# What changed ------------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class Change:
    """One difference between two schemas, in words. What was removed or changed can fail a query that worked."""

    kind: Literal["added", "removed", "changed"]
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}"


def diff(old: TenantSchema, new: TenantSchema) -> tuple[Change, ...]:
    """What is different in `new`, sorted by what it is about."""
    before, after = dict(_told(old)), dict(_told(new))
    return tuple(
        _change(what, before.get(what), after.get(what))
        for what in sorted({*before, *after})
        if before.get(what) != after.get(what)
    )


def _change(what: str, before: str | None, after: str | None) -> Change:
    if before is None:
        return Change(kind="added", what=f"{what} ({after})" if after else what)
    if after is None:
        return Change(kind="removed", what=what)
    return Change(kind="changed", what=f"{what}, from {before} to {after}")


def _told(schema: TenantSchema) -> Iterator[tuple[str, str]]:
    """Everything a schema says, one thing at a time: in words, and its type."""
    for root, shape in schema.lists.items():
        yield f"list {root}", shape.node
        yield from ((f"list {root}: argument {name}", kind) for name, kind in shape.arguments.items())
        yield from ((f"list {root}: filter {name}", kind) for name, kind in shape.filters.items())
    for owner, fields in schema.objects.items():
        yield from ((f"{owner}: field {name}", kind) for name, kind in fields.items())
    for owner, operators in schema.inputs.items():
        yield from ((f"{owner}: operator {name}", kind) for name, kind in operators.items())
    for owner, values in schema.enums.items():
        yield from ((f"{owner}: value {value}", "") for value in values)


# A kept schema -----------------------------------------------------------------------------------------------


class _SchemaPart(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class _KeptList(_SchemaPart):
    node: str
    arguments: dict[str, str]
    filters: dict[str, str]


class _Kept(_SchemaPart):
    format: Literal[1]
    lists: dict[str, _KeptList]
    objects: dict[str, dict[str, str]]
    inputs: dict[str, dict[str, str]]
    enums: dict[str, tuple[str, ...]]
