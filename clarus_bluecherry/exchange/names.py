"""Names of files: which are safe, what ours look like, and which kind a partner's name says.

Law of this module: a name from outside is hostile until `check_name` has seen it, and a name of ours is made from
a template that was checked before the first file. Nothing here touches a disk.
"""

from __future__ import annotations

import datetime as dt
import re
import string
from collections.abc import Collection, Mapping
from fnmatch import fnmatchcase
from glob import escape

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord

LONGEST_NAME = 200
"""Bytes of UTF-8. File systems take 255; the rest is room for what we put around a name."""

_SEPARATORS = "/\\:"
_SAFE_VALUE = re.compile(r"[A-Za-z0-9_-](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?", re.ASCII)
_FIELDS = ("kind", "control_number", "date")
_ANY_DAY = dt.datetime(2026, 12, 31, 23, 59, 58, tzinfo=dt.UTC)


def check_name(name: str) -> str:
    """Return `name` when it is safe as the name of a file in a folder of ours; raise `InvalidRecord` when not.

    Refused: nothing, a leading dot (so `.` and `..`; a reader ignores those), separators of any system, characters
    that cannot be seen (controls, bidirectional marks, halves of characters), spaces at the ends, more than
    `LONGEST_NAME` bytes.

    >>> check_name("940_000000123.edi")
    '940_000000123.edi'
    >>> check_name("../passwd")
    Traceback (most recent call last):
        ...
    clarus_bluecherry.errors.InvalidRecord: file '../passwd': the name holds a separator. ...
    """
    problem = name_problem(name)
    if problem:
        raise InvalidRecord(problem, record=f"file {shown(name)}", action="Ask the partner for another name.")
    return name


def shown(name: str | bytes) -> str:
    """A name as it may stand in an error, a log or a file: ASCII, quoted, of bounded length.

    >>> shown("940\\n.edi")
    "'940\\\\n.edi'"
    """
    text = ascii(name)
    return text if len(text) <= 80 else f"{text[:76]}...{text[-1]}"


def name_problem(name: str) -> str:
    """Why `check_name` refuses `name`, or nothing."""
    if not name:
        return "the name is empty"
    if any(each in _SEPARATORS for each in name):
        return "the name holds a separator"
    if name.startswith("."):
        return "the name begins with a dot"
    if not name.isprintable():
        return "the name holds a character that cannot be seen"
    if name != name.strip():
        return "the name begins or ends with a space"
    if len(name.encode()) > LONGEST_NAME:
        return f"the name is longer than {LONGEST_NAME} bytes"
    return ""


def matches(name: str, patterns: Collection[str]) -> bool:
    """Whether one of the glob `patterns` fits, whatever the case: partners write `.EDI` and `.edi`.

    >>> matches("940_1.EDI", ("*.x12", "940_*.edi"))
    True
    """
    return any(fnmatchcase(name.casefold(), pattern.casefold()) for pattern in patterns)


def is_temporary(name: str, ignored: Collection[str]) -> bool:
    """Whether a name says that somebody is still writing the file: by a leading dot, or a glob of `ignored`.

    A dot before a separator says something else, which is for `check_name` to refuse.
    """
    return (name.startswith(".") and "/" not in name) or matches(name, ignored)


class Kinds:
    """Which kind of document a name says, by glob patterns; the first kind that fits, in the given order.

    >>> kinds = Kinds({"940": ["940_*", "*.940"], "inventory": ["inv*.csv"]})
    >>> kinds.of("INV_20260302.csv"), kinds.of("readme.txt")
    ('inventory', None)
    >>> kinds.patterns
    ('940_*', '*.940', 'inv*.csv')
    """

    def __init__(self, patterns: Mapping[str, Collection[str]]) -> None:
        for kind, globs in patterns.items():
            if isinstance(globs, str) or not globs or not all(globs):
                raise ConfigurationError(f"{kind!r} needs a list of patterns", record="Kinds", field=kind)
        self._patterns = {kind: tuple(globs) for kind, globs in patterns.items()}

    @property
    def patterns(self) -> tuple[str, ...]:
        """All patterns: what to give to `Folder.arrivals`."""
        return tuple(glob for globs in self._patterns.values() for glob in globs)

    def of(self, name: str) -> str | None:
        """The kind that `name` says, or None."""
        return next((kind for kind, globs in self._patterns.items() if matches(name, globs)), None)


class NameTemplate:
    """How the files that we leave for a partner are named, from `{kind}`, `{control_number}` and `{date:…}`.

    The control number has to be there: without it two documents would share a name. The date takes a `strftime`
    format. Raises `ConfigurationError` for anything else, and for a name that `check_name` would refuse.

    >>> template = NameTemplate("{kind}_{control_number}_{date:%Y%m%d}.edi")
    >>> template.fill(kind="945", control_number="000000123", at=dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC))
    '945_000000123_20260302.edi'
    """

    def __init__(self, template: str) -> None:
        self._template = template
        try:
            parts = list(string.Formatter().parse(template))
        except ValueError as error:
            raise self._wrong(f"{template!r} cannot be read ({error})") from None
        fields = [(field, form or "", conversion) for _, field, form, conversion in parts if field is not None]
        for field, form, conversion in fields:
            if field not in _FIELDS:
                raise self._wrong(f"{{{field}}} is not one of {', '.join(_FIELDS)}")
            if conversion or "{" in form or (field == "date") != bool(form):
                raise self._wrong(f"{{{field}}} is written wrongly: only {{date:%Y%m%d}} takes a format")
        if not any(field == "control_number" for field, _, _ in fields):
            raise self._wrong("{control_number} is missing, so two documents would share a name")
        try:
            check_name(self._filled("945", "000000123", _ANY_DAY))
        except (ValueError, InvalidRecord) as error:
            raise self._wrong(getattr(error, "what", str(error))) from None

    def fill(self, *, kind: str, control_number: str, at: dt.datetime) -> str:
        """The name of one document. `at` is dated in its own time zone.

        Raises `InvalidRecord` for a value with other characters than letters, digits, `_`, `-` and inner dots.
        """
        for field, value in (("kind", kind), ("control_number", control_number)):
            if not _SAFE_VALUE.fullmatch(value):
                raise InvalidRecord(f"{shown(value)} cannot be part of a file name", record="name", field=field)
        if at.utcoffset() is None:
            raise InvalidRecord("the instant has no time zone", record="name", field="at")
        return check_name(self._filled(kind, control_number, at))

    def pattern(self, *, kind: str, control_number: str) -> str:
        """A glob pattern of the names that a document may have, whenever it was left.

        >>> NameTemplate("{kind}_{control_number}_{date:%Y%m%d}.edi").pattern(kind="945", control_number="123")
        '945_123_*.edi'
        """
        values = {"kind": kind, "control_number": control_number, "date": "*", None: ""}
        parts = string.Formatter().parse(self._template)
        return "".join(escape(literal) + values[field] for literal, field, _, _ in parts)

    def _filled(self, kind: str, control_number: str, at: dt.datetime) -> str:
        return self._template.format(kind=kind, control_number=control_number, date=at)

    @staticmethod
    def _wrong(what: str) -> ConfigurationError:
        return ConfigurationError(what, record="name template")

    def __repr__(self) -> str:
        return f"NameTemplate({self._template!r})"
