"""The settings as a plain dict, checked: once, and with every error at once.

Law of this module: cattrs builds what `agreed` describes, strictly. Text stays text, a flag is a flag, a list is a
list; an unknown key is refused with the nearest known one.
"""

from __future__ import annotations

import datetime as dt
import enum
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, Literal, TypeAlias, cast, get_args, get_origin
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs
from cattrs import ClassValidationError, Converter, ForbiddenExtraKeysError, IterableValidationError
from cattrs.errors import IterableValidationNote
from cattrs.gen import make_dict_structure_fn, override

from clarus_bluecherry._nearest import nearest
from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.bluecherry.profile import RestProfile
from clarus_bluecherry.errors import ClarusBluecherryError, ConfigurationError, InvalidRecord
from clarus_bluecherry.finance.calendar import WhenClosed
from clarus_bluecherry.mapping import bluecherry
from clarus_bluecherry.mapping.effects import Effect
from clarus_bluecherry.mapping.plain.agreed import (
    ADDRESS_PARTS,
    RECORD,
    AddressPart,
    CompanyPrefix,
    Id,
    Scac,
    ShipperCode,
    StepSettings,
)
from clarus_bluecherry.mapping.plain.spelling import Row, refuse_misspelt
from clarus_bluecherry.mapping.plain.telling import SETTINGS_ADVICE
from clarus_bluecherry.model._units import factor_of
from clarus_bluecherry.sku import Part, Text

StepSettingsOrDict: TypeAlias = StepSettings | Row
"""What every step takes as its settings."""

_OF_THE_CLIENT = (
    *("key_header", "headers", "prefix", "entities", "query", "refusals", "zone", "overlap", "probes"),
    *("our_id", "our_qual", "vnd_id", "vnd_qual"),
)
"""What of a `RestProfile` belongs to the HTTP client, or has a key of its own in the settings."""


def settings(settings: StepSettingsOrDict) -> StepSettings:
    """`settings` as checked settings, for every step. A dict that was checked before is not checked again.

    Raises `ConfigurationError` that names every key at fault.

    >>> settings({"zone": "Europe/London", "acount_id": 7, "vnd_id": 3})
    Traceback (most recent call last):
    clarus_bluecherry.errors.ConfigurationError: settings: acount_id: there is no such key: did you mean
    account_id?; vnd_id: int is not text: leading zeros would be lost. Retrying will not help. Correct it...
    """
    if isinstance(settings, StepSettings):
        return settings
    if not isinstance(settings, Mapping):
        raise _told([("", f"{type(settings).__name__} is not a dict")])
    try:
        text = json.dumps(settings, default=_as_json)
    except (TypeError, ValueError):
        raise _told([("", "this is not the plain data that JSON can hold")]) from None
    return _built(text)


def _as_json(value: object) -> object:
    """Sets are lists; a date that a TOML file gave is its text."""
    return sorted(value) if isinstance(value, set | frozenset) else str(value)


@lru_cache(maxsize=8)
def _built(text: str) -> StepSettings:
    try:
        return _CONVERTER.structure(json.loads(text), StepSettings)
    except ClassValidationError as error:
        raise _told(dict.fromkeys(_problems(error))) from None


def _told(problems: Iterable[tuple[str, str]]) -> ConfigurationError:
    (place, what), *others = problems
    if others:
        place, what = "", "; ".join(f"{place}: {what}" for place, what in ((place, what), *others))
    return ConfigurationError(what, record=RECORD, field=place, action=SETTINGS_ADVICE)


def _problems(error: BaseException, place: str = "", expected: object = None) -> Iterator[tuple[str, str]]:
    """Everything that is wrong, each with its place."""
    match error:
        case ClassValidationError() | IterableValidationError():
            placed, elsewhere = error.group_exceptions()
            for cause, note in placed:
                name = note.index if isinstance(note, IterableValidationNote) else note.name
                yield from _problems(cause, _join(place, str(name)), note.type)
            for cause in elsewhere:
                yield from _problems(cause, place, expected)
        case ForbiddenExtraKeysError():
            for name in sorted(error.extra_fields):
                yield _join(place, name), _unknown(name, error.cl)
        case ClarusBluecherryError():
            yield _join(place, error.field), error.what
        case KeyError():
            yield place, "a value is required"
        case _:
            yield place, f"not {_described(expected)}"


def _unknown(name: str, kind: type) -> str:
    if kind is RestProfile and name in _OF_THE_CLIENT:
        return "it is the HTTP client's, or a key beside the profile"
    meant = nearest(name, attrs.fields_dict(kind))
    return f"there is no such key: did you mean {meant}?" if meant else "there is no such key"


def _join(place: str, name: str) -> str:
    return ".".join(filter(None, (place, name)))


def _described(kind: object) -> str:
    if get_origin(kind) is Literal:
        return f"one of {', '.join(get_args(kind))}"
    return f"a {getattr(kind, '__name__', kind)}"


# Values ------------------------------------------------------------------------------------------------------


def _text(value: object, _: object) -> str:
    if not isinstance(value, str):
        raise ConfigurationError(f"{type(value).__name__} is not text: leading zeros would be lost")
    return value


def _text_like(pattern: str, meaning: str) -> Callable[[object, object], str]:
    def structure(value: object, kind: object) -> str:
        text = _text(value, kind)
        if not re.fullmatch(pattern, text):
            raise ConfigurationError(f"{text!r} is not {meaning}")
        return text

    return structure


def _flag(value: object, _: object) -> bool:
    if not isinstance(value, bool):
        raise ConfigurationError(f"{type(value).__name__} is neither true nor false")
    return value


def _whole(value: object, _: object) -> int:
    is_digits = isinstance(value, str) and value.isascii() and value.isdigit()
    if isinstance(value, bool) or not (isinstance(value, int) or is_digits):
        raise ConfigurationError("not a whole number")
    return int(cast(int | str, value))


def _factor(value: object, _: object) -> Decimal:
    try:
        return factor_of(str(value))
    except InvalidRecord as error:
        raise ConfigurationError(error.what) from None


def _zone(value: object, kind: object) -> ZoneInfo:
    name = _text(value, kind)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigurationError(f"{name!r} is no time zone; write for example Europe/London") from None


def _date(value: object, kind: object) -> dt.date:
    try:
        return dt.date.fromisoformat(_text(value, kind))
    except ValueError:
        raise ConfigurationError("not a date: write it as 2026-10-31") from None


def _time(value: object, kind: object) -> dt.time:
    try:
        return dt.time.fromisoformat(_text(value, kind))
    except ValueError:
        raise ConfigurationError("not a time of day: write it as 17:00") from None


def _word(value: object, kind: type[enum.Enum]) -> enum.Enum:
    words = {each.value: each for each in kind}
    if not isinstance(value, str) or value not in words:
        raise ConfigurationError(f"{value!r} is none of {', '.join(words)}")
    return words[value]


def _sku(value: object, _: object) -> messages.StyleSku:
    columns = _table(value)
    refuse_misspelt(columns, messages.StyleSku.model_fields, (), record="", place="")
    found = messages.StyleSku.model_validate(dict(columns))
    bluecherry.sku(found)
    return found


def _table(value: object) -> Row:
    if not isinstance(value, Mapping):
        raise ConfigurationError(f"{type(value).__name__} is not a dict")
    return value


# Structures --------------------------------------------------------------------------------------------------

_Hook = Callable[[Any, Any], Any]


def _sequence(kind: Any, converter: Converter) -> _Hook:
    """A list, and not the letters of a text."""
    build, member = get_origin(kind), get_args(kind)[0]

    def structure(value: object, _: object) -> object:
        if not isinstance(value, list):
            raise ConfigurationError(f"{type(value).__name__} is not a list")
        return build(_each(enumerate(value), member, converter).values())

    return structure


def _mapping(kind: Any, converter: Converter) -> _Hook:
    member = get_args(kind)[1]
    return lambda value, _: _each(_table(value).items(), member, converter)


def _each(members: Iterable[tuple[Any, object]], kind: Any, converter: Converter) -> dict[Any, object]:
    found: dict[Any, object] = {}
    errors: list[Exception] = []
    for name, value in members:
        try:
            found[name] = converter.structure(value, kind)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one, all are looked at
            error.add_note(IterableValidationNote("", name, kind))
            errors.append(error)
    if errors:
        raise IterableValidationError("in its members", errors, kind)
    return found


def _record(kind: Any, converter: Converter) -> _Hook:
    """A record of attrs. Where it has only optional keys, each is tried alone, so that one hides no other."""
    own: dict[str, Any] = {name: override(omit=True) for name in _OF_THE_CLIENT if kind is RestProfile}
    if kind is Part:
        own["words"] = override(struct_hook=lambda value, _: _table(value))

    @cache
    def build() -> Callable[[Row, Any], object]:
        return make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=True, **own)

    is_optional = all(each.default is not attrs.NOTHING for each in attrs.fields(kind))

    def structure(value: object, _: object) -> object:
        given, whole = _table(value), build()
        errors = []
        for name in given if is_optional else ():
            try:
                whole({name: given[name]}, kind)
            except Exception as error:  # noqa: BLE001 - as above
                errors.append(error)
        if errors:
            raise ClassValidationError("in its keys", errors, kind)
        return whole(given, kind)

    return structure


def _part(value: object, converter: Converter) -> Part | Text:
    """The name of a part, a part with its settings, or a text that stands in every code."""
    if isinstance(value, str):
        return Part(value)
    columns = _table(value)
    if "text" not in columns:
        return converter.structure(columns, Part)
    others = sorted(set(columns) - {"text", "before"})
    if others:
        raise ConfigurationError("a text has no other setting than before", field=others[0])
    return Text(cast(str, columns["text"]), before=cast("str | None", columns.get("before")))


_VALUES: tuple[tuple[Any, _Hook], ...] = (
    (str, _text),
    (bool, _flag),
    (int, _whole),
    (Decimal, _factor),
    (ZoneInfo, _zone),
    (dt.date, _date),
    (dt.time, _time),
    (messages.StyleSku, _sku),
    (Effect, _word),
    (WhenClosed, _word),
)
_NAMED_VALUES: tuple[tuple[object, _Hook], ...] = (
    (Id, _whole),
    (ShipperCode, _text_like(".{0,3}", "at most 3 characters")),
    (Scac, _text_like(".{0,4}", "at most 4 characters")),
    (CompanyPrefix, _text_like("[0-9]{7,10}", "7 to 10 digits")),
    (AddressPart, _text_like("|".join(ADDRESS_PARTS), f"one of {', '.join(ADDRESS_PARTS)}")),
)


def _converter() -> Converter:
    made = Converter()
    made.register_structure_hook_factory(attrs.has, lambda kind: _record(kind, made))
    made.register_structure_hook_factory(_has_origin(Mapping), lambda kind: _mapping(kind, made))
    made.register_structure_hook_factory(_has_origin(tuple, frozenset), lambda kind: _sequence(kind, made))
    for kind, hook in _VALUES:
        made.register_structure_hook(kind, hook)
    for name, named_hook in _NAMED_VALUES:
        made.register_structure_hook_func(_is(name), named_hook)
    made.register_structure_hook_func(lambda kind: kind == Part | Text, lambda value, _: _part(value, made))
    return made


def _is(wanted: object) -> Callable[[object], bool]:
    return lambda kind: kind is wanted


def _has_origin(*origins: object) -> Callable[[object], bool]:
    return lambda kind: get_origin(cast(Any, kind)) in origins


_CONVERTER = _converter()
