"""What all records of both wires are made of.

Law of this module: a record costs nothing before it is first used. Its validator, the dear part, is built at the
first value, by one thread at a time: whoever else comes waits for the same one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from threading import RLock
from typing import Annotated

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from clarus_bluecherry.model._numbers import bounded, placed, read_number

EXACT = BeforeValidator(read_number)
"""A number that is read without losing a digit."""

_BEYOND = 10**15


def _short_way(value: object, read: ValidatorFunctionWrapHandler) -> Decimal:
    """What JSON has for a number needs no more than its bounds."""
    if type(value) is int and -_BEYOND < value < _BEYOND:
        return Decimal(value)
    return bounded(value if type(value) is Decimal else read(value))


Quantity = Annotated[Decimal, EXACT, WrapValidator(_short_way)]
"""How much of something, with its fractions."""


def _written_out(value: object, read: ValidatorFunctionWrapHandler) -> dt.datetime:
    """An instant is text with a date in it; a mere number is a mistake, not seconds since 1970."""
    if not isinstance(value, dt.datetime) and not (isinstance(value, str) and _DATE.match(value)):
        raise ValueError("the value is not an instant, such as 2026-01-20T10:00:00Z")
    return placed(read(value))


def _day(value: object, read: ValidatorFunctionWrapHandler) -> dt.date:
    """A day is a date or its text; a mere number is a mistake, not seconds since 1970."""
    if not isinstance(value, dt.date) and not (isinstance(value, str) and _DATE.match(value)):
        raise ValueError("the value is not a date, such as 2026-01-20")
    day: dt.date = read(value)
    return day


_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

Instant = Annotated[AwareDatetime, WrapValidator(_written_out)]
"""A moment that knows its time zone."""

Day = Annotated[dt.date, WrapValidator(_day)]
"""A day of the calendar."""

_BUILDING = RLock()


class WireRecord(BaseModel):
    """A record of a wire, built when it is first used."""

    model_config = ConfigDict(defer_build=True)

    @classmethod
    def model_rebuild(
        cls,
        *,
        force: bool = False,
        raise_errors: bool = True,
        _parent_namespace_depth: int = 2,
        _types_namespace: Mapping[str, object] | None = None,
    ) -> bool | None:
        """As pydantic's, in every version of it that we work with: one thread at a time."""
        with _BUILDING:
            return super().model_rebuild(
                force=force,
                raise_errors=raise_errors,
                _parent_namespace_depth=_parent_namespace_depth + 1,
                _types_namespace=_types_namespace,
            )
