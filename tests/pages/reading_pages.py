"""A page's files, each read by a reader of its own: HTML by its elements, a workbook by openpyxl, JSON by keys.

What comes back has the same shape for all: figures by name and sums by table and column, as numbers.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path

import openpyxl

NUMBERS = ("count", "units", "money")
MANY = 2_000
"""Rows from which on a sample is only tried before a release."""


def samples():
    """Every sample of a page, by its name."""
    found = sorted(Path(__file__).parent.glob("sample_*.py"))
    return {path.stem.removeprefix("sample_"): import_module(path.stem).page() for path in found}


def is_long(page):
    return sum(len(table.rows) for table in page.tables) > MANY


# What the JSON says -------------------------------------------------------------------------------------------


def json_figures(document):
    """Each figure that is a number; None where it is not known."""
    return {
        name: figure["value"] and Decimal(figure["value"])
        for name, figure in document["figures"].items()
        if figure["kind"] in NUMBERS
    }


def json_sums(document):
    """What each added column comes to, by currency (empty for units), of tables that have rows."""
    return {
        (name, column): {each["currency"] or "": Decimal(each["value"]) for each in totals}
        for name, table in document["tables"].items()
        for column, totals in table["totals"].items()
        if table["rows"]
    }


# What the HTML shows ------------------------------------------------------------------------------------------


class _Shown(HTMLParser):
    """The texts of figures, and of the feet of tables, cell by cell."""

    def __init__(self):
        super().__init__()
        self.figures, self.feet, self.rows = {}, {}, {}
        self._figure = self._table = ""
        self._into = None
        self._in_unit = False

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        classes = (told.get("class") or "").split()
        if (told.get("id") or "").startswith("figure-"):
            self._figure = told["id"].removeprefix("figure-")
        elif "data-table" in told:
            self._table = told["data-table"]
        elif tag == "p" and "value" in classes:
            self._into = self.figures.setdefault(self._figure, [])
        elif tag == "tfoot":
            self.feet[self._table] = []
        elif tag == "tr":
            self.rows.setdefault(self._table, []).append([])
        elif tag == "td":
            self._into = []
            row = self.feet[self._table] if self._table in self.feet else self.rows[self._table][-1]
            row.append(self._into)
        elif tag == "span" and "unit" in classes:
            self._in_unit = True

    def handle_endtag(self, tag):
        if tag in ("p", "td"):
            self._into = None
        elif tag == "tfoot":
            self._table = ""
        elif tag == "span":
            self._in_unit = False

    def handle_data(self, data):
        if self._into is not None and not self._in_unit and data.strip():
            self._into.append(data.strip())


def html_figures(text, names):
    shown = _Shown()
    shown.feed(text)
    return {name: _number("".join(shown.figures[name])) for name in names}


def html_sums(text, page):
    """The sums under each table, as they stand there: by table and column a set of numbers."""
    shown = _Shown()
    shown.feed(text)
    found = {}
    for table in page.tables:
        for column, texts in zip(table.columns, shown.feet.get(table.name, ()), strict=False):
            if column.is_added:
                found[table.name, column.name] = {_number(each) for each in texts if not each.startswith("and ")}
    return found


def html_rows(text, page, name):
    """The rows of a table, as far as they stand in the HTML: texts by column, numbers without separators."""
    shown = _Shown()
    shown.feed(text)
    columns = page.table(name).columns
    rows = [["".join(cell) for cell in row] for row in shown.rows[name] if row]
    return [_told(columns, row) for row in rows]


def _told(columns, row):
    return {
        column.name: cell.replace(",", "") if column.kind.value in NUMBERS else cell
        for column, cell in zip(columns, row, strict=True)
    }


def _number(text):
    found = re.match(r"-?[0-9][0-9,]*(?:\.[0-9]+)?", text)
    return Decimal(found[0].replace(",", "")) if found else None


# What the workbook holds --------------------------------------------------------------------------------------


def workbook_figures(book):
    """Each figure of the first sheet by its name, as its cell has it."""
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    start = next(number for number, row in enumerate(rows) if row[0] == "Figure") + 1
    found = {}
    for row in rows[start:]:
        if row[0] is None:
            break
        found[row[8]] = row[1]
    return found


def workbook_sums(book, page):
    """The totals under each table that stands on one sheet, by table, column and currency."""
    found = {}
    for sheet, table in zip(book.worksheets[1:], page.tables, strict=False):
        rows = list(sheet.iter_rows(values_only=True))
        places = dict(_places(rows[0], table))
        for row in rows[1 + len(table.rows) :]:
            label = next((str(cell) for cell in row if str(cell).startswith("Total ")), "")
            for column in table.columns:
                value = row[places[column.name]]
                if column.is_added and label and value is not None:
                    currency = re.match(r"Total ([A-Z]{3}),", label)
                    found.setdefault((table.name, column.name), {})[currency[1] if currency else ""] = value
    return found


def table_rows(book, page, name):
    """The rows of a table that stands on one sheet, by column."""
    number = [table.name for table in page.tables].index(name)
    header, *rows = book.worksheets[1 + number].iter_rows(values_only=True)
    table = page.table(name)
    places = dict(_places(header, table))
    return [{key: row[place] for key, place in places.items()} for row in rows[: len(table.rows)]]


def _places(header, table):
    at = 0
    for column in table.columns:
        yield column.name, at
        at += 2 if header[at + 1 : at + 2] == ("Currency",) else 1


def opened(path, *, formulas=False):
    return openpyxl.load_workbook(path, data_only=not formulas)


def as_number(cell):
    """A cell as a number: to the fifteen digits that a sheet has."""
    if cell is None or isinstance(cell, dt.datetime | dt.timedelta):
        return cell
    return Decimal(f"{cell:.15g}") if isinstance(cell, float | int) else Decimal(cell)
