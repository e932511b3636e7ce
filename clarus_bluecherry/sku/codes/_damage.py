"""What spreadsheets and feeds make of a code: numbers, dates, quotes, wrong encodings, placeholders.

Law of this module: a code is only suspected here. A suspicion says in words what may have happened and which
texts the code may have been; whether one of them is a SKU is for the list that is asked, and nothing is ever
matched by suspicion alone. What Excel does to typed text is our reading of its behaviour (confidence H).
"""

from __future__ import annotations

import enum
import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import unquote

from attrs import frozen

from clarus_bluecherry.sku.codes._text import PRODUCT_CODE_LENGTH, segments

_LONGEST_MONTH = 31
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_SCIENTIFIC = re.compile(r"(\d)(?:[.,](\d+))?E\+?(\d{1,2})", re.IGNORECASE)
MONTH = (
    "JAN(?:UARY)?|FEB(?:RUARY)?|MAR(?:CH)?|APR(?:IL)?|MAY|JUNE?|JULY?|AUG(?:UST)?|SEPT?(?:EMBER)?|OCT(?:OBER)?"
    "|NOV(?:EMBER)?|DEC(?:EMBER)?"
)
_MONTH_AND_NUMBER = re.compile(rf"({MONTH})[-/ ](\d{{1,4}})", re.IGNORECASE)
_NUMBER_AND_MONTH = re.compile(rf"(\d{{1,2}})[-/ ]({MONTH})(?:[-/ ](\d{{2,4}}))?", re.IGNORECASE)
_ISO_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ][\d:.]+)?")
_WRITTEN_DATE = re.compile(r"(\d{1,2})([/.])(\d{1,2})\2(\d{4}|\d\d)(?: [\d:]+)?")
_DECIMAL = re.compile(r"(?<=[^\W_])[-_/. ]*[.,]0+(?=[-_/ ]|$)")
_DECIMAL_NUMBER = re.compile(r"\d+[.,]0+")
_THOUSANDS = re.compile(r"\d{1,3}([.,'\u2019 \u00a0\u202f])\d{3}(?:\1\d{3})*([.,]0+)?")
_ALSO_SEPARATORS = ". \u00a0\u202f"
_may_be_damaged = re.compile(rf"[^0-9A-Za-z_/-]|/\d+/|\d-\d\d-\d\d|\dE\d|{'|'.join(MONTHS)}", re.IGNORECASE).search
"""Whether anything in a code is what one of the recognisers below looks for."""
_QUOTES = "'\"`\u00b4\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u00ab\u00bb="
_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}|&#?\w+;")
_WRONG_ENCODINGS = ("cp1252", "latin-1")
_TIMES_ENCODED = 3
_PLACEHOLDERS = frozenset(
    {"NULL", "NONE", "NAN", "N/A", "TBD", "TBC", "UNKNOWN", "UNDEFINED", "(BLANK)"}
    | {"SKU", "CODE", "ITEM", "STYLE", "PRODUCT", "PRODUCT_CODE"}
    | {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#DIV/0!", "#NULL!"}
)


class Damage(enum.StrEnum):
    """What happened to a code; the values are stable and meant for reports."""

    SCIENTIFIC = "scientific notation"
    DATE = "made into a date"
    DECIMAL = "a trailing .0"
    ZEROS = "zeros behind the point lost"
    DIGITS = "digits past the 15th lost"
    THOUSANDS = "thousands separators"
    QUOTES = "quotes"
    ENCODING = "read in the wrong encoding"
    ESCAPED = "escaped for a URL or for HTML"
    SWAPPED = "O and 0, or I and 1, swapped"
    TRUNCATED = "cut off"


LOOKS = {
    Damage.SCIENTIFIC: "it looks like a number that a spreadsheet rounded",
    Damage.DATE: "it looks like a date that a spreadsheet made",
    Damage.DECIMAL: "it looks like a number to which a spreadsheet added .0",
    Damage.ZEROS: "it looks like a number whose zeros behind the point a spreadsheet took away",
    Damage.DIGITS: "it looks like a number whose digits past the 15th a spreadsheet made zeros",
    Damage.THOUSANDS: "it looks like a number with thousands separators",
    Damage.QUOTES: "it has quotes of a spreadsheet or a feed",
    Damage.ENCODING: "it looks read in the wrong encoding",
    Damage.ESCAPED: "it looks escaped for a URL or for HTML",
    Damage.SWAPPED: "O and 0, or I and 1, look swapped",
    Damage.TRUNCATED: "it looks cut off",
}
"""What happened, as a sentence about the code."""


@frozen
class Suspicion:
    """What may have happened to a code, and the texts that it may have been.

    A number that was rounded gives `lowest` and `highest` instead: the code was a number between them. A `weak`
    sign may as well be how somebody writes codes: it counts only where it leads to a SKU.
    """

    damage: Damage
    what: str
    texts: tuple[str, ...] = ()
    lowest: str = ""
    highest: str = ""
    weak: bool = False


def suspicions(code: str) -> tuple[Suspicion, ...]:
    """What a spreadsheet or a feed may have done to `code`; empty when it shows no trace of them.

    >>> [one.what for one in suspicions("MAR-12")]
    ['made into a date: MAR-12']
    >>> suspicions("'01234-BLK")[0].texts
    ('01234-BLK',)
    >>> suspicions("01234-BLK")
    ()
    """
    text = code.strip()
    if not _may_be_damaged(text):
        return ()
    found = (recognise(text) for recognise in _RECOGNISERS)
    return tuple(one for one in found if one)


_might_be_a_number = re.compile(r"-0+(?:-|$)|^\d{1,3}(?:-\d{3})+").search


def may_be_a_number(key: str) -> bool:
    """Whether a text with this folded key may have marks of `made_a_number` that its near duplicates lack."""
    return _might_be_a_number(key) is not None


def made_a_number(code: str) -> tuple[Suspicion, ...]:
    """As `suspicions`, of a number alone: its `.0` and its thousands. Other separators never make these marks."""
    return tuple(one for one in (_thousands(code), _trailing_zero(code)) if one)


_might_be_a_date = re.compile(
    rf"^(?:(?:{MONTH})-\d{{1,4}}|\d{{1,3}}-(?:{MONTH})(?:-\d{{2,4}})?)$", re.MULTILINE
).finditer


def may_be_dates(keys: Iterable[str]) -> Sequence[str]:
    """Those of the folded keys that name a month as a spreadsheet shows a date: `12-MAR` may have been `3-12`."""
    return list(dict.fromkeys(found[0] for found in _might_be_a_date("\n".join(keys))))


def made_a_date(key: str) -> tuple[str, ...]:
    """The texts that a text with this folded key may have been, if it names a month as a date does."""
    sign = _date(key.lstrip("0")) if may_be_dates([key]) else None
    return sign.texts if sign else ()


_DATE_IN_IT = re.compile(rf"(?:^|(?<=-))(?=(\d{{1,3}}|{MONTH})-(\d{{1,3}}|{MONTH})(?:-|$))")
may_hold_a_date = re.compile(
    rf"(?:^|-)0*(?:\d{{1,2}}-0*\d{{1,2}}|\d{{1,2}}-(?:{MONTH})|(?:{MONTH})-0*\d{{1,2}})(?:-|$)"
).search
"""Whether two neighbouring parts of a folded key look like a day and a month."""


def made_dates(key: str) -> tuple[str, ...]:
    """The texts that a text with this folded key may have been, if two of its parts were a date by themselves.

    A whole code is shown with the name of its month: see `made_a_date`.

    >>> made_dates("777-BLK-03-05")[:2], made_dates("777-BLK-30-32")
    (('777-BLK-3-5', '777-BLK-5-3'), ())
    """
    if not may_hold_a_date(key):
        return ()
    texts: dict[str, None] = {}
    for found in _DATE_IN_IT.finditer(key):
        before, after = key[: found.start()], key[found.end(2) :]
        if before or after:
            texts |= dict.fromkeys(f"{before}{text}{after}" for text in _day_and_month(found[1], found[2]))
    return tuple(texts)


def _day_and_month(one: str, other: str) -> list[str]:
    """What a person may have typed to get this date, whichever of the two is its month."""
    texts: list[str] = []
    for month, day in ((one, other), (other, one)):
        if day.isdigit() and 1 <= int(day) <= _LONGEST_MONTH:
            texts += typed_as_date(int(month) if month.isdigit() else month_number(month), day)
    return texts


def malformed(code: str) -> str:
    """Why `code` cannot be a product code at all, in words; empty when it can, or once could.

    >>> malformed("#N/A"), malformed("A" * 51), malformed("01234-BLK")
    ('it is a placeholder', 'it has 51 characters, Clarus takes 50', '')
    """
    controls = [character for character in code if unicodedata.category(character) == "Cc"]
    # Those above ASCII are what a wrong encoding makes of accents: the code can be told again.
    if controls and not (min(controls) > "\x7f" and _wrongly_decoded(code)):
        return "it holds a control character or a line break"
    if "\ufffd" in code:
        return "it holds the character that stands for an unreadable one"
    text = code.strip()
    if not segments(text.strip(_QUOTES)):
        return "it holds nothing but separators"
    if text.upper().replace(" ", "_") in _PLACEHOLDERS:
        return "it is a placeholder"
    if len(code) > PRODUCT_CODE_LENGTH:
        return f"it has {len(code)} characters, Clarus takes {PRODUCT_CODE_LENGTH}"
    return ""


def suspicion_of(damage: Damage, code: str, texts: Iterable[str], *, weak: bool = False) -> Suspicion | None:
    """That `code` is damaged, and may have been one of `texts`; None where they hold nothing else than itself."""
    others = tuple(dict.fromkeys(text for text in texts if text and text != code))
    return Suspicion(damage, f"{damage}: {code}", others, weak=weak) if others else None


def _scientific(code: str) -> Suspicion | None:
    found = _SCIENTIFIC.fullmatch(code)
    if not found:
        return None
    digits = found[1] + (found[2] or "")
    zeros = int(found[3]) - len(found[2] or "")
    if zeros < 0 or not digits.strip("0"):
        return None
    number, half = int(digits) * 10**zeros, 10**zeros // 2
    return Suspicion(
        Damage.SCIENTIFIC,
        f"{Damage.SCIENTIFIC}: {code}",
        (str(number), *_with_exponents(number)),
        lowest=str(number - half),
        highest=str(number + half),
    )


def _with_exponents(number: int) -> Iterable[str]:
    """The codes such as `12E5` that a spreadsheet takes for this number."""
    text = str(number)
    for zeros in range(len(text) - len(text.rstrip("0")) + 1):
        front = text[: len(text) - zeros]
        yield from (f"{front}E{zeros}", f"{front}E{zeros:02}")


def _date(code: str) -> Suspicion | None:
    texts: list[str] = []
    if found := _MONTH_AND_NUMBER.fullmatch(code):
        texts = typed_as_date(month_number(found[1]), found[2])
    elif found := _NUMBER_AND_MONTH.fullmatch(code):
        texts = typed_as_date(month_number(found[2]), found[1], found[3])
    elif found := _ISO_DATE.fullmatch(code):
        texts = typed_as_date(int(found[2]), found[3], found[1])
    elif found := _WRITTEN_DATE.fullmatch(code):
        for month, day in ((found[1], found[3]), (found[3], found[1])):
            texts += typed_as_date(int(month), day, found[4])
    return suspicion_of(Damage.DATE, code, texts)


def month_number(name: str) -> int:
    """Which month a name, or its first three letters, is: 1 to 12."""
    return MONTHS.index(name[:3].upper()) + 1


def typed_as_date(month: int, number: str, year: str | None = None) -> list[str]:
    """What a person may have typed to get this date. A first of the month may be a month and a year."""
    if not 1 <= month <= len(MONTHS):
        return []
    name, n = MONTHS[month - 1], int(number)
    texts = [f"{month}-{n}", f"{n}-{month}", f"{name}-{n}", f"{name}{n}", f"{n}-{name}", f"{n}{name}"]
    if year:
        short = int(year) % 100
        texts += [
            f"{month}-{n}-{year}",
            f"{n}-{month}-{year}",
            f"{month}-{n}-{short:02}",
            f"{n}-{month}-{short:02}",
        ]
        if n == 1:
            texts += [f"{name}-{short}", f"{name}{short}", f"{month}-{short}", f"{name}-{year}", f"{name}{year}"]
    return texts


def _trailing_zero(code: str) -> Suspicion | None:
    return suspicion_of(Damage.DECIMAL, code, [_DECIMAL.sub("", code)], weak=not _DECIMAL_NUMBER.fullmatch(code))


def _thousands(code: str) -> Suspicion | None:
    found = _THOUSANDS.fullmatch(code)
    if not found:
        return None
    digits = code.removesuffix(found[2] or "").replace(found[1], "")
    return suspicion_of(Damage.THOUSANDS, code, [digits], weak=found[1] in _ALSO_SEPARATORS)


def _quoted(code: str) -> Suspicion | None:
    return suspicion_of(Damage.QUOTES, code, [code.strip(_QUOTES)]) if code.strip(_QUOTES) != code else None


def _wrongly_decoded(code: str) -> Suspicion | None:
    texts = [text for encoding in _WRONG_ENCODINGS for text in _decoded_again(code, encoding)]
    return suspicion_of(Damage.ENCODING, code, texts)


def _decoded_again(code: str, encoding: str) -> Iterable[str]:
    for _ in range(_TIMES_ENCODED):
        if code.isascii():
            return
        try:
            code = code.encode(encoding).decode("utf-8")
        except UnicodeError:
            return
        yield code


def _escaped(code: str) -> Suspicion | None:
    text = code
    for _ in range(_TIMES_ENCODED):
        if _ESCAPED.search(text):
            text = unquote(html.unescape(text))
    return suspicion_of(Damage.ESCAPED, code, [text])


_RECOGNISERS: tuple[Callable[[str], Suspicion | None], ...] = (
    _quoted,
    _escaped,
    _wrongly_decoded,
    _scientific,
    _date,
    _thousands,
    _trailing_zero,
)
