"""What all written records share: how attributes become JSON, and the blocks that many resources repeat.

Law of this module: a field that was not set is not sent, a field that was set to None is sent as null and clears
it, a field that cannot be cleared is refused with its name. No value reaches a repr or a message that is personal.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from clarus_bluecherry import _wire
from clarus_bluecherry._wire import EXACT, Instant, WireRecord
from clarus_bluecherry.clarus._ids import number
from clarus_bluecherry.http._call import Json

T = TypeVar("T")

if TYPE_CHECKING:
    # A field holds what the other branch says. What may be written for it is wider: that is for type checkers.
    Quantity = Decimal | int
    PositiveQuantity = Decimal | int
    Measure = Decimal | int
    RecordNumber = int | str
else:
    Quantity = _wire.Quantity
    PositiveQuantity = Annotated[Decimal, Field(gt=0), EXACT]
    Measure = Annotated[Decimal, Field(ge=0), EXACT]
    RecordNumber = Annotated[int, BeforeValidator(number)]


def _kept(rows: Sequence[T]) -> tuple[T, ...]:
    """Not `tuple` itself: to learn what a type takes, pydantic loads Python's own parser (4 ms)."""
    return tuple(rows)


Several = Annotated[Sequence[T], AfterValidator(_kept)]
"""Rows of one kind: given as any sequence, kept as a tuple."""

Code20 = Annotated[str, Field(max_length=20)]
Code30 = Annotated[str, Field(max_length=30)]
Code50 = Annotated[str, Field(min_length=1, max_length=50)]
Name50 = Annotated[str, Field(max_length=50)]
Name100 = Annotated[str, Field(max_length=100)]
AddressLine = Annotated[str, Field(max_length=80)]
Postcode = Annotated[str, Field(max_length=10)]
CountryCode = Annotated[str, Field(max_length=6)]
Days = Annotated[int, Field(ge=1)]

StockConfiguration = Literal["unit", "case", "inner", "outer"]
Dimension = Literal["length", "area", "volume", "weight", "none"]
Length = Literal["centimetre", "metre", "inch", "foot", "millimetre"]
Weight = Literal["gram", "kilogram"]
Volume = Literal["millilitre", "litre", "hectolitre", "gallon", "pint"]
DispatchStrategy = Literal["manual", "auto", "load", "shipment", "auto_shipment"]
PackStrategy = Literal["disabled", "pack_by_line", "pack_by_unit"]


class Attributes(WireRecord):
    """Attributes of a record to write. Only fields that were set, or that have a default value, are sent."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    never_null: ClassVar[frozenset[str]] = frozenset()
    """Fields that can be left out but not cleared."""
    beside: ClassVar[frozenset[str]] = frozenset()
    """Fields that travel elsewhere than among the attributes: see `Addressed`, and rows."""

    @field_validator("*", mode="before")
    @classmethod
    def _may_be_cleared(cls, value: object, place: ValidationInfo) -> object:
        if value is None and place.field_name in cls.never_null:
            raise ValueError("this field cannot be cleared: leave it out")
        return value

    def wire(self) -> dict[str, Json]:
        """The attributes as JSON data: Decimals stay Decimals, instants become ISO 8601 text with their offset."""
        values = {name: getattr(self, name) for name in type(self).model_fields if name not in self.beside}
        sent = (name for name, value in values.items() if name in self.model_fields_set or value is not None)
        return {name: _json(values[name]) for name in sent}


def _json(value: object) -> Json:
    match value:
        case Attributes():
            return value.wire()
        case dt.datetime():
            return value.isoformat().replace("+00:00", "Z")
        case dt.date():
            return value.isoformat()
        case None | str() | int() | float() | Decimal():
            return value
        case tuple() | list():
            return [_json(each) for each in value]
        case dict():
            return {str(name): _json(each) for name, each in value.items()}
        case _:
            raise TypeError(f"{type(value).__name__} is no attribute of the wire")


class TextSlots(Attributes):
    """The tenant's own texts. On order and receipt lines `string1` is by convention the batch."""

    string1: str | None = None
    string2: str | None = None
    string3: str | None = None
    string4: str | None = None
    string5: str | None = None


class IntegerSlots(Attributes):
    """The tenant's own whole numbers."""

    integer1: int | None = None
    integer2: int | None = None
    integer3: int | None = None
    integer4: int | None = None
    integer5: int | None = None


class MomentSlots(Attributes):
    """The tenant's own instants. On lines the first is by convention the sell-by date, the second best-before."""

    datetime1: Instant | None = None
    datetime2: Instant | None = None
    datetime3: Instant | None = None
    datetime4: Instant | None = None
    datetime5: Instant | None = None


class FlagSlots(Attributes):
    """The tenant's own flags."""

    boolean1: bool | None = None
    boolean2: bool | None = None
    boolean3: bool | None = None
    boolean4: bool | None = None
    boolean5: bool | None = None


class Slots(TextSlots, IntegerSlots, MomentSlots, FlagSlots):
    """The tenant's own fields, all twenty."""


class Referenced(Attributes):
    """The caller's own ids of a record; the first is by convention the primary key upstream."""

    external_system_reference1: str | None = None
    external_system_reference2: str | None = None
    external_system_reference3: str | None = None


class AddressAttributes(Referenced):
    """A delivery address. Clarus keeps the town in `address_3` and the county in `address_4`."""

    name: str | None = Field(default=None, repr=False)
    address_1: AddressLine | None = Field(default=None, repr=False)
    address_2: AddressLine | None = Field(default=None, repr=False)
    address_3: AddressLine | None = Field(default=None, repr=False)
    address_4: AddressLine | None = Field(default=None, repr=False)
    address_5: AddressLine | None = Field(default=None, repr=False)
    postcode: Postcode | None = Field(default=None, repr=False)
    country_code: CountryCode | None = None
    email_address: Annotated[str, Field(max_length=254)] | None = Field(default=None, repr=False)
    phone_number: Annotated[str, Field(max_length=50)] | None = Field(default=None, repr=False)


class Addressed(Attributes):
    """A record whose address travels beside its attributes."""

    beside = frozenset({"address"})

    address: AddressAttributes | None = None


def address_beside(record: Attributes) -> AddressAttributes | None:
    """The address that travels beside the attributes of `record`, if one does."""
    return record.address if isinstance(record, Addressed) else None
