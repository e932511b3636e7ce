"""Every setting of the site file: its name, and its default.

Law of this module: the list is the model's own, walked; nothing is named here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import get_origin

from attrs import frozen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from clarus_bluecherry.config._site import SiteFile
from clarus_bluecherry.config._tables import section_in

Place = tuple[str, ...]

EACH = "*"
"""In a setting's place: whatever name the site gives, or each entry of a list."""
REQUIRED = object()
"""The default of a setting that has none."""


@frozen
class Setting:
    """A setting by its place in the file. One with an `EACH` stands for as many settings as the site writes."""

    place: Place
    default: object

    @property
    def name(self) -> str:
        """As people write it."""
        return ".".join(self.place)


def settings(section: type[BaseModel] = SiteFile, at: Place = ()) -> Iterator[Setting]:
    """Every setting of `section`, which stands at the place `at`."""
    for name, told in section.model_fields.items():
        inner, place = section_in(told), (*at, name)
        if inner is None:
            yield Setting(place, _default(told))
        else:
            yield from settings(inner, (*place, EACH) if _holds_many(told) else place)


def _holds_many(told: FieldInfo) -> bool:
    return get_origin(told.annotation) in (Mapping, tuple)


def _default(told: FieldInfo) -> object:
    return REQUIRED if told.is_required() else told.get_default(call_default_factory=True)


def found(setting: Setting, file: SiteFile) -> Iterator[tuple[Setting, object]]:
    """The setting as `file` has it, once for each entry. Where there is no table, or no entry, that is told."""
    for place, value in _found(setting.place, file, ()):
        is_whole = len(place) == len(setting.place)
        yield Setting(place, setting.default if is_whole else value), value


def _found(rest: Place, value: object, at: Place) -> Iterator[tuple[Place, object]]:
    if not rest or value is None:
        yield at, value
    elif rest[0] == EACH:
        entries = [*_entries(value)]
        if not entries:
            yield at, value
        for name, entry in entries:
            yield from _found(rest[1:], entry, (*at, name))
    else:
        yield from _found(rest[1:], getattr(value, rest[0]), (*at, rest[0]))


def _entries(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, Sequence) and not isinstance(value, str | PurePath):
        yield from ((str(number), entry) for number, entry in enumerate(value))
