"""A record of another room as a table of the site file: what its constructor takes is what can be written.

Law of this module: names, types and defaults are the record's own, so that a setting which a record gains can be
written in the file without a second definition; whatever the record refuses is refused at the table's place.
"""

from __future__ import annotations

import datetime as dt
import inspect
import math
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from types import GenericAlias, UnionType
from typing import Annotated, Any, Union, cast, get_args, get_origin, get_type_hints

import attrs
from attrs import field, frozen
from pydantic import BaseModel, Field, GetCoreSchemaHandler, create_model
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from clarus_bluecherry.config._section import OR_NOTHING, Section, Span
from clarus_bluecherry.errors import ConfigurationError

AT_FAULT = "setting"
"""The type of the error that says which setting of a record is at fault."""


def _names(given: Iterable[str]) -> frozenset[str]:
    return frozenset(given)


@frozen(eq=False)
class AsTable:
    """Says of a setting that the file writes its value as a table of the constructor's arguments.

    What the table leaves out is as in `like`. `without` are arguments that no file says: code, secrets, and what
    is said elsewhere; `needed` are those that a table must have. `written` are types for arguments that a file
    writes in another way. Entries of the mappings `added` are added to those of `like`; any other argument that is
    written takes the place of what was.
    """

    like: object
    without: frozenset[str] = field(default=frozenset(), converter=_names)
    written: Mapping[str, object] = field(factory=dict)
    added: frozenset[str] = field(default=frozenset(), converter=_names)
    needed: frozenset[str] = field(default=frozenset(), converter=_names)

    @cached_property
    def table(self) -> type[Section]:
        """The table, as a section."""
        kind = type(self.like)
        hints = {**_arguments(kind), **self.written}
        fields: dict[str, Any] = {
            name: (_readable(hint, self._default(name)), _field(self._default(name)))
            for name, hint in hints.items()
            if name not in self.without
        }
        return create_model(kind.__name__, __base__=Section, __doc__=inspect.getdoc(kind), **fields)

    def _default(self, name: str) -> object:
        return ... if name in self.needed else getattr(self.like, name)

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(self._read, handler.generate_schema(self.table))

    def _read(self, value: object, handler: Callable[[object], BaseModel]) -> object:
        """The record; one that is there already is taken as it is."""
        return value if isinstance(value, type(self.like)) else self._made(handler(value))

    def _made(self, table: BaseModel) -> object:
        told = {name: getattr(table, name) for name in table.model_fields_set}
        told |= {name: {**getattr(self.like, name), **told[name]} for name in self.added & told.keys()}
        try:
            return _other(self.like, told)
        except ConfigurationError as error:
            place = error.field if error.field in told else self._refused(told)
            context = {"what": error.what, "field": place, "action": error.action}
            raise PydanticCustomError(AT_FAULT, "{what}", context) from None

    def _refused(self, told: Mapping[str, object]) -> str:
        """The argument that is refused, where the record names a part of it."""
        for name, value in told.items():
            try:
                _other(self.like, {name: value})
            except ConfigurationError:
                return name
        return ""


def section_in(setting: FieldInfo) -> type[BaseModel] | None:
    """The section that a setting's value is, or holds: by name, in a list, or instead of something simpler."""
    return _section_of((*setting.metadata, setting.annotation))


def _section_of(told: tuple[object, ...]) -> type[BaseModel] | None:
    for each in told:
        if isinstance(each, AsTable):
            return each.table
        if isinstance(each, type) and issubclass(each, BaseModel):
            return each
        inner = (*getattr(each, "__metadata__", ()), *get_args(each))
        if inner and (found := _section_of(inner)) is not None:
            return found
    return None


def _field(default: object) -> Any:
    """What JSON has no form for stands in no schema."""
    if isinstance(default, dict) or attrs.has(type(default)) or default == math.inf:
        return Field(default_factory=lambda: default)
    return Field(default=default)


def _other(like: object, told: Mapping[str, object]) -> object:
    if attrs.has(type(like)):
        return attrs.evolve(cast(Any, like), **told)
    kept = {name: getattr(like, name) for name in _arguments(type(like)) if hasattr(like, name)}
    return type(like)(**{**kept, **told})


def _arguments(kind: type) -> dict[str, object]:
    """What the constructor of `kind` takes: name → type."""
    hints = get_type_hints(vars(kind)["__init__"], vars(sys.modules[kind.__module__]), include_extras=True)
    return {name: hint for name, hint in hints.items() if name != "return"}


def _readable(hint: object, default: object) -> object:
    """`hint` as pydantic reads it from a file. `default` is what stands there by default."""
    if hint is dt.timedelta:
        return Span
    if isinstance(hint, type) and attrs.has(hint):
        return Annotated[hint, AsTable(default if isinstance(default, hint) else hint())]
    parts: Any = get_args(hint)
    if get_origin(hint) in (Union, UnionType):
        several: Any = Union[tuple(_readable(part, default) for part in parts)]  # noqa: UP007
        return Annotated[several, OR_NOTHING] if type(None) in parts else several
    if get_origin(hint) is Mapping:
        return GenericAlias(Mapping, tuple(_readable(part, None) for part in parts))
    return hint
