"""Values as the text of cells, in a site's dialect, and back.

Law of this module: a value comes back as it was, or is refused; text is never trimmed into another code, only what
names a document loses the blanks around it; what a file cannot hold (a line break where nothing is quoted) is an
error before anything is written.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from decimal import Decimal

from clarus_bluecherry.bluecherry.sheets.layout import Dialect
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.tables import ExcelDate, NumberForm, code_of
from clarus_bluecherry.tables._lines import quoted_misfit

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def text_of(value: object, kind: type, dialect: Dialect) -> str:
    """A value as a cell's text. Raises `InvalidRecord` when the dialect cannot hold it."""
    match value:
        case None | "":
            return dialect.empty
        case Decimal():
            text = f"{value:f}"
            return text.replace(".", ",") if dialect.decimal_comma else text
        case dt.date():
            return value.strftime(dialect.dates)
        case enum.Enum():
            return str(value.value)
    text = str(value)
    if kind is dt.date and _ISO_DATE.match(text):
        text = dt.date.fromisoformat(text[:10]).strftime(dialect.dates)
    elif kind is dt.datetime and _ISO_DATE.match(text):
        text = dt.datetime.fromisoformat(text).strftime(dialect.moments)
    if dialect.quoting == "none" and any(mark in text for mark in (dialect.delimiter, dialect.quote, "\r", "\n")):
        raise InvalidRecord("the text holds a character that this file cannot, because it quotes nothing")
    if text == dialect.empty:
        raise InvalidRecord(f"the text is this file's word for nothing, {dialect.empty!r}")
    return text


def value_of(text: str, kind: type, dialect: Dialect) -> object:
    """What a cell's text says: None for nothing. Raises `InvalidRecord` when it is not what the field holds."""
    if text in ("", dialect.empty):
        return None
    if kind is Decimal:
        return _number(text, dialect)
    if kind is dt.date:
        return _moment(text, dialect.dates).date().isoformat()
    if kind is dt.datetime:
        return _moment(text, dialect.moments).isoformat(sep=" ")
    return code_of(text)


def _number(text: str, dialect: Dialect) -> Decimal:
    return NumberForm("," if dialect.decimal_comma else ".", grouping=False).read(text)


def _moment(text: str, form: str) -> dt.datetime:
    if isinstance(text, ExcelDate) and isinstance(text.moment, dt.date):
        moment = text.moment
        return moment if isinstance(moment, dt.datetime) else dt.datetime.combine(moment, dt.time.min)
    try:
        return dt.datetime.strptime(text.strip(), form)  # noqa: DTZ007 - the zone is the site's, not the file's
    except ValueError:
        raise InvalidRecord(f"{quoted_misfit(text)} is not written as {form}") from None
