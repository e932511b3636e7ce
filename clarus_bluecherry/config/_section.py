"""What every section of the site file is made of, and the values that several of them hold.

Law of this module: a value that does not say what it should is refused with what to write instead.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict

from clarus_bluecherry.errors import ConfigurationError


class Section(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True, extra="forbid", frozen=True, arbitrary_types_allowed=True)


def _zone(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{value!r} is no time zone; write for example Europe/London") from error


Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]


def _time_of_day(value: object) -> object:
    """A bare number would be taken for seconds after midnight."""
    if isinstance(value, str | dt.time):
        return value
    raise ValueError("not a time of day; write for example 17:00:00")


TimeOfDay = Annotated[dt.time, BeforeValidator(_time_of_day)]


@contextmanager
def in_setting(place: str) -> Iterator[None]:
    """Say of a setting at fault where in the site file it stands."""
    try:
        yield
    except ConfigurationError as error:
        raise ConfigurationError(
            error.what, record="site file", field=f"{place}.{error.field}", action=error.action
        ) from None
