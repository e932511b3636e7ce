"""What all records that Clarus returns share: tolerant parsing, and the records named inside others.

Law of this module: reads are tolerant. Fields that the vendor adds later are kept in `model_extra`, enum values
are plain text, ids are text whether the API sends numbers or text, quantities are Decimals. Only a field without a
default can refuse its record: any other that is null, or nothing that could stand there, is absent. A repr shows
declared fields only, and none that hold an address: what a tenant adds may be personal.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Self, TypeVar, get_args

from attrs import frozen
from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic.functional_validators import ModelWrapValidatorHandler

from clarus_bluecherry._wire import WireRecord
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.http._call import within
from clarus_bluecherry.model._numbers import placed

Id = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$")]
"""A Clarus id: the API mixes numbers and text, we always hold text. Never empty, without control characters."""

Name = Annotated[str, Field(min_length=1, pattern=r"^[^\x00]*$")]
"""Text that a record is known by, or that says what it is."""

_DEEPEST = 50


def _shallow(value: object) -> object:
    if not within(value, _DEEPEST):
        raise ValueError(f"it is nested more than {_DEEPEST} deep")
    return value


Open = Annotated[object, AfterValidator(_shallow)]
"""Anything that JSON can say, so long as whoever walks through it does not fall."""


@frozen
class Undocumented:
    """Marks a field that the vendor's published example does not show: it is asked for only on demand."""


UNDOCUMENTED = Undocumented()


class NodePart(WireRecord):
    """A record inside another one.

    Fields the vendor adds later are kept in `model_extra`.
    """

    model_config = ConfigDict(extra="allow", frozen=True, coerce_numbers_to_str=True, hide_input_in_errors=True)

    if not TYPE_CHECKING:  # pydantic reads it, a type checker would take it for a keyword of the constructor
        __pydantic_extra__: dict[str, Open]

    def __repr_args__(self) -> Iterator[tuple[str | None, object]]:
        for name, declared in type(self).model_fields.items():
            if declared.repr and name in self.model_fields_set:
                yield name, getattr(self, name)


class Node(NodePart):
    """A record as a list returns it.

    Fields the vendor adds later are kept in `model_extra`; so is what came for a declared field that has a default
    and could not take it, here or in a part: the field is as if it had not come.
    """

    @model_validator(mode="wrap")
    @classmethod
    def _without_what_cannot_stand_there(cls, data: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return handler(data)
        except ValidationError:
            if not isinstance(data, Mapping):
                raise
            return _as_far_as_it_stands(cls, data, handler)


P = TypeVar("P", bound=NodePart)


def _as_far_as_it_stands(model: type[P], data: Mapping[str, object], read: Callable[[object], P]) -> P:
    """`data` without what `model` cannot take, its parts first. Raises `ValidationError` where that is needed."""
    eased = {name: _eased(model, name, value) for name, value in data.items()}
    try:
        return read(eased)
    except ValidationError as error:
        told = error.errors(include_url=False, include_input=False, include_context=False)
        names = {str(name) for each in told for name in each["loc"][:1]}
        fields = model.model_fields
        if not names or any(name not in fields or fields[name].is_required() for name in names):
            raise
    record = read({name: value for name, value in eased.items() if name not in names})
    assert record.model_extra is not None, "extra fields are allowed"
    record.model_extra.update({name: _shallow(data[name]) for name in names if data[name] not in (None, "")})
    return record


def _eased(model: type[NodePart], name: str, value: object) -> object:
    """What stands in a field, with each part in it read as far as it stands."""
    kind = part_in(model.model_fields[name].annotation) if name in model.model_fields else None
    if kind is None:
        return value
    if isinstance(value, list):
        return [_part(kind, each) for each in value]
    return _part(kind, value)


def _part(kind: type[NodePart], value: object) -> object:
    if not isinstance(value, Mapping):
        return value
    with suppress(ValidationError):
        return _as_far_as_it_stands(kind, value, kind.model_validate)
    return value


def part_in(annotation: object) -> type[NodePart] | None:
    """The kind of record that a field with this annotation holds: one of it, or none, or several."""
    if arguments := get_args(annotation):
        return next(filter(None, map(part_in, arguments)), None)
    return annotation if isinstance(annotation, type) and issubclass(annotation, NodePart) else None


class AnyNode(Node):
    """A row of a list that has no model here: everything but the id is in `model_extra`."""

    id: Id = ""


class Reference(NodePart):
    """A record named inside another one, by what the vendor's example shows of it: here its id."""

    id: Id = ""


class CodedReference(Reference):
    """A record named by its code."""

    code: str | None = None


class NamedReference(CodedReference):
    """A record named by its code and its name."""

    name: str | None = None


class TitledReference(Reference):
    """A record named by its name alone."""

    name: str | None = None


class NumberedReference(Reference):
    """A record named by its number, which Clarus calls `reference`: an order, a shipment, a storage unit."""

    reference: str | None = None


class StatusReference(NodePart):
    """A status. It has no id of its own in the vendor's examples."""

    code: str | None = None
    name: str | None = None


class AddressNode(NodePart):
    """An address as lists show it. Clarus keeps the town in `address_3` and the county in `address_4`."""

    address_1: str | None = Field(default=None, repr=False)
    address_2: str | None = Field(default=None, repr=False)
    address_3: str | None = Field(default=None, repr=False)
    address_4: str | None = Field(default=None, repr=False)
    postcode: str | None = Field(default=None, repr=False)
    country_code: str | None = None


class CodedNode(Node):
    """A record that is known by its code: what the code → id cache reads."""

    id: Id
    code: Name


class NamedNode(CodedNode):
    """A record that has a code and a name."""

    name: str | None = None


def instant(value: str, *, zone: dt.tzinfo) -> dt.datetime:
    """An instant from any of the three shapes the API mixes: `…Z`, with an offset, or a bare date.

    A bare date is midnight in `zone`, the tenant's time zone (which zone Clarus means is not published); what day
    it names, in whatever zone, is asked of `bare_date`. Raises `InvalidRecord` for anything else.

    >>> instant("2026-03-11", zone=dt.UTC).isoformat()
    '2026-03-11T00:00:00+00:00'
    """
    try:
        moment = placed(dt.datetime.fromisoformat(value))
    except ValueError:
        raise InvalidRecord(f"{value[:40]!r} is not an ISO 8601 date or time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def bare_date(value: str) -> dt.date | None:
    """The day that a date without a time names, or None for anything that says a time.

    >>> bare_date("2026-11-01")
    datetime.date(2026, 11, 1)
    >>> bare_date("2026-11-01T00:00:00Z")
    """
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        return None
