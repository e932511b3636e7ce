"""What every section of the site file is made of, and the values that several of them hold.

Law of this module: a value that does not say what it should is refused with what to write instead; a secret is
refused wherever it stands.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from clarus_bluecherry._wire import WireRecord
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.http._redact import is_secret_name


class Section(WireRecord):
    """A table of the site file: frozen, and with no other settings than its own. Built when first read."""

    model_config = ConfigDict(
        hide_input_in_errors=True,
        extra="forbid",
        frozen=True,
        arbitrary_types_allowed=True,
    )


def _zone(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{value!r} is no time zone; write for example Europe/London") from error


Zone = Annotated[
    ZoneInfo,
    BeforeValidator(_zone),
    WithJsonSchema({"type": "string", "examples": ["Europe/London"]}),
]


def _time_of_day(value: object) -> object:
    """A bare number would be taken for seconds after midnight."""
    if isinstance(value, str | dt.time):
        return value
    raise ValueError("not a time of day; write for example 17:00:00")


TimeOfDay = Annotated[dt.time, BeforeValidator(_time_of_day)]

_UNITS: Mapping[str, int] = {"s": 1, "min": 60, "h": 3600, "d": 86400}
_SPAN = r"([0-9]+(?:\.[0-9]+)?) ?(s|min|h|d)"


def _span(value: object) -> object:
    """A number is seconds; a text says its unit."""
    if isinstance(value, dt.timedelta):
        return value
    if isinstance(value, str) and (found := re.fullmatch(_SPAN, value)):
        value = float(found[1]) * _UNITS[found[2]]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
        raise ValueError("not a length of time; write seconds, or for example 15 min, 2 h, 31 d")
    return dt.timedelta(seconds=value)


def span_text(span: dt.timedelta) -> str:
    """As the file would say it, in the greatest unit that has no rest.

    >>> span_text(dt.timedelta(hours=36)), span_text(dt.timedelta(0))
    ('36 h', '0 s')
    """
    seconds = span.total_seconds()
    whole = [unit for unit, size in _UNITS.items() if seconds and not seconds % size]
    unit = whole[-1] if whole else "s"
    return f"{seconds / _UNITS[unit]:g} {unit}"


Span = Annotated[
    dt.timedelta,
    BeforeValidator(_span),
    PlainSerializer(span_text, when_used="json"),
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": f"^{_SPAN}$"}]}),
]
"""A length of time: seconds, or a text such as `15 min`."""


class OrNothing:
    """TOML has no word for nothing: where a setting may be None, the file says false."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_or_nothing, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        told = handler(schema)
        kinds = [each for each in told.get("anyOf", [told]) if each != {"type": "null"}]
        return {"anyOf": [*kinds, {"const": False}]}


def _or_nothing(value: object) -> object:
    return None if value is False else value


OR_NOTHING = OrNothing()


_PASSWORD = re.compile(r"passw(?:or)?d\s*=", re.IGNORECASE)


def _without_password(address: str) -> str:
    parts = urlsplit(address)
    is_signed = parts.scheme in ("http", "https") and (parts.query or parts.fragment)
    if parts.password is not None or is_signed or _PASSWORD.search(address):
        raise ValueError("a password or signature does not belong into the site file; docs/settings.md says where")
    return address


NO_PASSWORD = AfterValidator(_without_password)
"""An address that may stand in the file."""


def _no_secrets(entries: Mapping[str, str]) -> Mapping[str, str]:
    secret = next(filter(is_secret_name, entries), None)
    if secret is not None:
        raise ValueError(f"{secret} is secret and does not belong into the site file; docs/settings.md says where")
    return entries


OpenText = Annotated[Mapping[str, str], AfterValidator(_no_secrets)]
"""Headers or form fields that may stand in the file."""


@contextmanager
def in_setting(place: str) -> Iterator[None]:
    """Say of a setting at fault where in the site file it stands."""
    try:
        yield
    except ConfigurationError as error:
        raise ConfigurationError(
            error.what, record="site file", field=f"{place}.{error.field}", action=error.action
        ) from None
