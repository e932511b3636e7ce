"""Messages as lines of a table, and back: a line for each line of the message, with the header on each.

Law of this module: pure, and without loss: `build(flatten(message)) == message` for every message that has a line.
What a line says of its header must agree with the other lines of the same document; a contradiction is an error
that names the field, never the last word winning.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from types import NoneType
from typing import Any, get_args, get_origin

from attrs import frozen
from pydantic import BaseModel, ValidationError

from clarus_bluecherry.bluecherry.kinds import Kind, SheetLines
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord

Cells = Mapping[str, object]
"""One line: values by field name. A field that is not there, or None, has no value."""

Plain = dict[str, object]


@frozen(kw_only=True)
class Shape:
    """How one kind is spread over lines: its `SheetLines`, and every field with what a cell of it holds."""

    model: type[BaseModel]
    sheet: SheetLines
    types: Mapping[str, type]

    @classmethod
    def of(cls, kind: Kind[Any]) -> Shape:
        """The shape of a kind. Raises `ConfigurationError` for one that no sheet carries."""
        if isinstance(kind.sheet, str):
            raise ConfigurationError(f"no sheet carries it: {kind.sheet}", record=kind.title, field="kind")
        return cls(model=kind.model, sheet=kind.sheet, types=dict(_all_types(kind.model, kind.sheet)))

    @property
    def key(self) -> tuple[str, ...]:
        """The fields that tell which lines belong to one document."""
        return self.sheet.key

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that documents, and members of them on several lines, are known by."""
        return (*self.sheet.key, *self.sheet.members)

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that a column may hold."""
        return tuple(self.types)

    def flatten(self, message: BaseModel) -> list[Plain]:
        """`message` as lines."""
        header = self._header(message)
        lines = list(self.sheet.lines(message) if self.sheet.lines else self._lines(message))
        return [header | line for line in lines or [{}]]

    def _lines(self, message: BaseModel) -> Iterator[Plain]:
        for name, attribute in self.sheet.lists.items():
            for member in getattr(message, attribute):
                yield {f"{name}.{field}": value for field, value in _scalars(member)}

    def build(self, lines: Sequence[Cells]) -> BaseModel:
        """The message that `lines` are. Raises `InvalidRecord` naming the field at fault."""
        found: Plain = self._agreed(lines)
        if self.sheet.build:
            found |= self.sheet.build(lines)
        for name, attribute in self.sheet.lists.items():
            found[attribute] = [member for line in lines if (member := _member(line, name))]
        for name, (attribute, column, word) in self.sheet.singles.items():
            if member := _member(lines[0], name):
                listed = found.setdefault(attribute, [])
                assert isinstance(listed, list)
                listed.append({column: word, **member})
        try:
            return self.model.model_validate(found)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            raise InvalidRecord(first["msg"], field=".".join(map(str, first["loc"]))) from None

    def _header(self, message: BaseModel) -> Plain:
        kept = message.model_extra or {}
        found: Plain = {**{name: kept[name] for name in kept if name in self.types}, **dict(_scalars(message))}
        for name, (attribute, column, word) in self.sheet.singles.items():
            member = next((each for each in getattr(message, attribute) if getattr(each, column) == word), None)
            if member is not None:
                found |= {f"{name}.{field}": value for field, value in _scalars(member) if field != column}
        return found

    def _agreed(self, lines: Sequence[Cells]) -> Plain:
        """The header's values, which every line that has them repeats."""
        found: Plain = {}
        for name in self.fields:
            prefix, dot, _ = name.partition(".")
            if dot and prefix in (*self.sheet.lists, *self.sheet.own, *self.sheet.singles):
                continue
            told = {line[name]: None for line in lines if line.get(name) is not None}
            if len(told) > 1:
                raise InvalidRecord("the lines of one document contradict each other", field=name)
            for value in told:
                _put(found, name, value)
        return found


def _put(found: Plain, name: str, value: object) -> None:
    outer, dot, inner = name.partition(".")
    if not dot:
        found[name] = value
        return
    nested = found.setdefault(outer, {})
    assert isinstance(nested, dict)
    nested[inner] = value


def _member(line: Cells, name: str) -> Plain:
    """The fields of `line` that begin with `name`, without it."""
    prefix = f"{name}."
    return {
        field.removeprefix(prefix): value
        for field, value in line.items()
        if field.startswith(prefix) and value is not None
    }


def _scalars(message: BaseModel) -> Iterator[tuple[str, object]]:
    """Values by name, those of records inside with the record's name before them."""
    for name in type(message).model_fields:
        value = getattr(message, name)
        if isinstance(value, BaseModel):
            yield from ((f"{name}.{inner}", held) for inner, held in _scalars(value))
        elif not isinstance(value, tuple) and name != "kind":
            yield name, value


# Fields ------------------------------------------------------------------------------------------------------


def _all_types(model: type[BaseModel], sheet: SheetLines) -> Iterator[tuple[str, type]]:
    yield from _types(model)
    for name, (attribute, column, _) in sheet.singles.items():
        members = _types(_listed(model, attribute), f"{name}.")
        yield from ((field, kind) for field, kind in members if field != f"{name}.{column}")
    for name, attribute in sheet.lists.items():
        yield from _types(_listed(model, attribute), f"{name}.")
    for prefix, listed in sheet.more.items():
        yield from _types(listed, prefix)
    yield from sheet.extra.items()


def _types(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, type]]:
    """What each field of `model` holds, by name; its lists are left out."""
    for name, declared in model.model_fields.items():
        annotation = declared.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from _types(annotation, f"{prefix}{name}.")
        elif name != "kind" and get_origin(annotation) is not tuple:
            choices = [kind for kind in get_args(annotation) or (annotation,) if kind is not NoneType]
            yield f"{prefix}{name}", _type(choices[0] if isinstance(choices[0], type) else str, name)


_A_DATE = ("_date", "_day")
_MOMENTS = frozenset({"last_mod"})


def _type(declared: type, name: str) -> type:
    """What a cell holds: text, a number, a date, or an instant without a zone. Rows keep dates as text."""
    if name in _MOMENTS:
        return dt.datetime
    if name.endswith(_A_DATE) or issubclass(declared, dt.date):
        return dt.date
    return Decimal if issubclass(declared, Decimal) else str


def _listed(model: type[BaseModel], attribute: str) -> type[BaseModel]:
    member = get_args(model.model_fields[attribute].annotation)[0]
    assert isinstance(member, type)
    assert issubclass(member, BaseModel)
    return member
