"""What the messages that Blue Cherry sends are made of: its columns.

Law of this module: a column is read tolerantly; padding, nulls, numbers for codes and floats for quantities are
all understood.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from math import isfinite, isnan
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, ConfigDict

from clarus_bluecherry._wire import WireRecord
from clarus_bluecherry.model._numbers import bounded, read_number


def _stripped(value: object) -> object:
    """Character columns come padded with spaces on the right, and empty ones as null or as what is no number."""
    if value is None:
        return ""
    if isinstance(value, float) and not isfinite(value):
        return _nothing(value)
    return value.rstrip(" ") if isinstance(value, str) else value


def _nothing(value: float) -> str:
    if isnan(value):
        return ""
    raise ValueError("the value is not finite")


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
Amount = Annotated[Decimal | None, BeforeValidator(_or_nothing), AfterValidator(_bounded_or_nothing)]
"""Units, as a number or as text. What did not come is not zero: it is None."""
Cost = Amount
"""Money, in the same way."""


_ARRIVAL = "arrival"


class Row(WireRecord):
    """A record as Blue Cherry sends it. Columns we do not name are kept in `model_extra`."""

    model_config = ConfigDict(hide_input_in_errors=True, extra="allow", frozen=True, coerce_numbers_to_str=True)

    @property
    def arrival(self) -> str:
        """Where it stands in the order in which files and their records came: the later, the greater this text.

        It begins with the instant at which its file was stored. Empty where a transport shows what stands now:
        there what is read later is newer. It is kept beside the columns, so that a raw record has it too.
        """
        return str((self.model_extra or {}).get(_ARRIVAL, ""))

    def arrived(self, at: dt.datetime, number: int) -> Self:
        """The same record as the `number`th of a file that was stored at an instant (UTC)."""
        arrival = f"{at.isoformat(timespec='microseconds')} {number:06}"
        return self.model_copy(update={_ARRIVAL: arrival})

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
