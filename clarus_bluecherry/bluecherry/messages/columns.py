"""What the messages are made of: columns as Blue Cherry sends them, and records that are strict on the way out.

Law of this module: a column that is read is tolerant (padding, nulls, numbers for codes, floats for quantities are
all understood); one that is written is checked before a byte leaves.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from clarus_bluecherry.model.numbers import bounded, read_number


def _stripped(value: object) -> object:
    """Character columns come padded with spaces on the right, and empty ones as null."""
    if value is None:
        return ""
    return value.rstrip(" ") if isinstance(value, str) else value


def _or_zero(value: object) -> object:
    return Decimal(0) if _is_empty(value) else read_number(value)


def _or_nothing(value: object) -> object:
    return None if _is_empty(value) else read_number(value)


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _bounded_or_nothing(value: Decimal | None) -> Decimal | None:
    return None if value is None else bounded(value)


def _nameable(value: str) -> str:
    if not value or any(character < " " for character in value):
        raise ValueError("the value is empty or holds a control character")
    return value


Code = Annotated[str, BeforeValidator(_stripped)]
Key = Annotated[str, BeforeValidator(_stripped), AfterValidator(_nameable)]
"""The column that a record is known by."""
Quantity = Annotated[Decimal, BeforeValidator(read_number), AfterValidator(bounded)]
"""Units, as a number or as text. One that did not come is not zero."""
Amount = Annotated[Decimal, BeforeValidator(_or_zero), AfterValidator(bounded)]
"""Units of which an empty column says that there are none."""
Cost = Annotated[Decimal | None, BeforeValidator(_or_nothing), AfterValidator(_bounded_or_nothing)]


class Row(BaseModel):
    """A record as Blue Cherry sends it. Columns we do not name are kept in `model_extra`."""

    model_config = ConfigDict(hide_input_in_errors=True, extra="allow", frozen=True, coerce_numbers_to_str=True)

    def __repr_args__(self) -> Iterator[tuple[str | None, object]]:
        """Only columns that we name: what a site adds may be personal."""
        for name, declared in type(self).model_fields.items():
            if declared.repr and name in self.model_fields_set:
                yield name, getattr(self, name)


class SkuColumns(Row):
    """The columns that key an article: style, colour, label, dimension and size (H)."""

    style: Code = ""
    color_code: Code = ""
    lbl_code: Code = ""
    dimension: Code = ""
    size_desc: Code = ""
    upc: Code = ""
    ean: Code = ""


Required = Annotated[str, Field(min_length=1)]
Units = Annotated[Decimal, Field(gt=0)]
UnitsOrNone = Annotated[Decimal, Field(ge=0)]


class Sent(BaseModel):
    """A record of ours: every field is checked, and none is added."""

    model_config = ConfigDict(hide_input_in_errors=True, extra="forbid", frozen=True)


class Message(Sent):
    """Something we tell Blue Cherry. `reference` is how the other side can be asked about it later."""

    kind: str

    @property
    def reference(self) -> str:
        """The business reference: what a person would search for in Blue Cherry."""
        raise TypeError("a message has a kind of its own")


class SkuSent(Sent):
    """An article as a message names it. `upc` may be empty; the parts are then the join.

    Most sites must not be told the `division` (H): whether it is sent is the transport's setting.
    """

    style: Required
    color_code: str = ""
    lbl_code: str = ""
    dimension: str = ""
    size_desc: str = ""
    upc: str = ""
    ean: Annotated[str, Field(max_length=14)] = ""
    division: str = ""
