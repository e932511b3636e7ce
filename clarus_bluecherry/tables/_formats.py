"""What a number format makes of a number: a date, or digits with zeros in front of them.

Law of this module: a number is shown as the sheet shows it where that decides which code it is; else as it stands.
"""

from __future__ import annotations

import datetime as dt
import re

from clarus_bluecherry.tables._lines import ExcelDate, ExcelNumber

DATE = -1
"""In place of a width: the number is a date, a time or both."""

_DATES = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""Excel's own formats of dates and times, those of East Asia with them."""
_NOT_LETTERS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
_DATE_LETTERS = re.compile(r"[dmyhs]", re.IGNORECASE)
_ONLY_ZEROS = re.compile(r"0+")
_SHORT = re.compile(r"-?(?:0|[1-9][0-9]{0,14})", re.ASCII)
_FIRST_DAY, _FIRST_DAY_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)  # noqa: DTZ001 - Excel has no zone
_NO_LEAP_DAY = 60
"""Excel has a 29 February 1900; days before it count one less."""


def width_of(number: int, code: str) -> int:
    """How many digits a format shows at least; `DATE` for one of dates.

    >>> width_of(0, "General"), width_of(164, "00000"), width_of(165, "d-mmm"), width_of(166, '[Red]"days "0.0')
    (0, 5, -1, 0)
    """
    if number in _DATES:
        return DATE
    shown = _NOT_LETTERS.sub("", code.partition(";")[0])
    if shown.casefold() != "general" and _DATE_LETTERS.search(shown):
        return DATE
    return len(code) if _ONLY_ZEROS.fullmatch(code) else 0


def shown_number(text: str, width: int, *, since_1904: bool = False) -> str:
    """A number as the sheet shows it, to 15 digits, as Excel has no more; other text as it stands.

    >>> shown_number("7", 0), shown_number("123", 5), shown_number("0.30000000000000004", 0)
    ('7', '00123', '0.3')
    """
    text = text.strip()
    if width == 0 and _SHORT.fullmatch(text):
        return ExcelNumber(text)
    try:
        value = float(text)
        if width == DATE:
            return ExcelDate(_moment(value, since_1904=since_1904))
        number = f"{value:.15g}"
    except (ValueError, OverflowError):
        return text
    if not number.lstrip("-")[:1].isdigit():
        return text  # no number at all, or one without an end
    return ExcelNumber(number.zfill(width) if number.isdigit() else number)


def _moment(days: float, *, since_1904: bool) -> dt.datetime | dt.date | dt.time:
    first = _FIRST_DAY_1904 if since_1904 else _FIRST_DAY
    early = 1 if 1 <= days < _NO_LEAP_DAY and not since_1904 else 0
    moment = first + dt.timedelta(days=early, seconds=round(days * 86_400, 3))
    if 0 <= days < 1:
        return moment.time()
    return moment.date() if moment.time() == dt.time.min else moment


def shown_date(text: str) -> str:
    """A date that is kept as ISO text; other text as it stands."""
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return text
    return ExcelDate(moment.date() if moment.time() == dt.time.min else moment)
