"""Dates that a spreadsheet made of a part of a code: size 10-12 comes back as 12-Oct, 10/12/2026 or 46307.

Law of this module: as of `_damage`: it suspects. A part that looks like a date may be meant so, and the sign
counts only where it leads to a code of the list that is asked.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from clarus_bluecherry.sku.codes._damage import (
    MONTH,
    MONTHS,
    Damage,
    Suspicion,
    month_number,
    suspicion_of,
    typed_as_date,
)
from clarus_bluecherry.sku.codes._text import fold

_FROM, _TO = r"(?:^|(?<=[-_/. ]))", r"(?=[-_/. ]|$)"
_YEAR = r"(?:19|20)\d\d"
_TIME = r"(?:[T ][\d:.]+(?: ?[AP]M)?(?:Z|[+-]\d\d:?\d\d)?)?"
_SHOWN_ELSEWHERE = (
    *("JÄN JANV ENE GEN", "FÉVR FEVR FÉV FEV", "MRZ MÄRZ MÄR MARS MRT", "AVR ABR", "MAI MAG MEI", "JUIN GIU"),
    *("JUIL LUG", "AOÛT AOUT AGO", "SET", "OKT OTT OUT", "", "DEZ DÉC DIC"),
)
"""The months in German, French, Spanish, Italian, Portuguese and Dutch, where they are not shown as in English."""
_NUMBER_OF = {name: number for number, names in enumerate(_SHOWN_ELSEWHERE, start=1) for name in names.split()}
_MONTH = f"{MONTH}|{'|'.join(_NUMBER_OF)}"
_NAMED = tuple(
    re.compile(_FROM + shown + _TO, re.IGNORECASE)
    for shown in (
        rf"(?P<day>\d{{1,2}})(?:[-/ ]|\. ?)(?P<month>{_MONTH})",
        rf"(?P<day>\d{{1,2}})[-/ ](?P<month>{_MONTH})[-/ ](?P<year>{_YEAR}|\d\d)",
        rf"(?P<month>{_MONTH})[-/ ](?P<day>\d{{1,2}})(?:, ?(?P<year>{_YEAR}))?",
    )
)
_NUMBERED = tuple(
    re.compile(_FROM + shown + _TO)
    for shown in (
        rf"(?P<year>{_YEAR})([-/.])(?P<one>\d\d?)\2(?P<other>\d\d?){_TIME}",
        rf"(?P<one>\d{{1,2}})([/.])(?P<other>\d{{1,2}})\2(?P<year>{_YEAR}|\d\d){_TIME}",
        rf"(?P<one>\d{{1,2}})-(?P<other>\d{{1,2}})-(?P<year>{_YEAR})",
    )
)
_SERIAL = re.compile(rf"(?<=[-_/. ])(?P<serial>[1-4]\d{{4}}){_TO}")
_FIRST_DAY = dt.date(1899, 12, 30)
"""Day 0 of a spreadsheet: a date whose column was formatted anew shows as the number of its day."""
_may_show_a_date = re.compile(
    rf"\d[-/. ]+(?:{'|'.join((*MONTHS, *_NUMBER_OF))})|(?:{_MONTH})[-/ ]\d|\d[/.]\d{{1,2}}[/.]\d|\d-{_YEAR}"
    rf"|{_YEAR}-\d\d?-\d|[-_/. ][1-4]\d{{4}}{_TO}",
    re.IGNORECASE,
).search
_LONG_NAMES = ("MARCH", "APRIL", "JUNE", "JULY", "SEPT")


def shown_as_date(code: str) -> Suspicion | None:
    """The texts that `code` may have been, if a part of it is a date as a spreadsheet shows one.

    >>> shown_as_date("777-BLK-12-Oct").texts[:2]
    ('777-BLK-10-12', '777-BLK-12-10')
    >>> shown_as_date("777-BLK-30/32")
    """
    if not _may_show_a_date(code):
        return None
    text = fold(code).text
    found = ((one, _typed(**one.groupdict())) for shown in _NAMED for one in shown.finditer(text))
    numbered = ((one, _numbered(**one.groupdict())) for shown in _NUMBERED for one in shown.finditer(text))
    days = ((one, _day(**one.groupdict())) for one in _SERIAL.finditer(text))
    texts = (
        f"{text[: one.start()]}{typed}{text[one.end() :]}"
        for dates in (found, numbered, days)
        for one, typings in dates
        for typed in typings
    )
    return suspicion_of(Damage.DATE, code, texts, weak=True)


def _typed(day: str, month: str, year: str | None = None) -> Iterator[str]:
    number = _NUMBER_OF.get(month) or month_number(month)
    yield from typed_as_date(number, day, year)
    yield from (f"{name}{int(day)}" for name in _LONG_NAMES if name.startswith(MONTHS[number - 1]))


def _numbered(one: str, other: str, year: str) -> Iterator[str]:
    """Which of two numbers is the month, the file does not say."""
    yield from typed_as_date(int(one), other, year)
    yield from typed_as_date(int(other), one, year)


def _day(serial: str) -> Iterator[str]:
    day = _FIRST_DAY + dt.timedelta(days=int(serial))
    yield from typed_as_date(day.month, str(day.day), str(day.year))
