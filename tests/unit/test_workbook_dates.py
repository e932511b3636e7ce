"""Days and instants in workbooks that we write: Excel keeps them as dates, and no zone is lost in silence."""

import datetime as dt

import pytest

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.tables import CsvDialect, ExcelDate, read_lines, workbook, workbook_bytes


def cells(content):
    return [line.cells for line in read_lines(content, CsvDialect(), name="book.xlsx").lines]


def test_a_day_and_an_instant_come_back_as_dates():
    day, at = dt.date(2026, 10, 31), dt.datetime(2026, 10, 31, 22, 5, 7)  # noqa: DTZ001
    ((one, two),) = cells(workbook_bytes({"dates": [[day, at]]}))
    assert isinstance(one, ExcelDate)
    assert (one.moment, two.moment) == (day, at)


@pytest.mark.parametrize("value", [dt.datetime(2026, 10, 31, tzinfo=dt.UTC), dt.date(1899, 12, 31)], ids=str)
def test_what_excel_has_no_date_for_is_refused(value):
    with pytest.raises(InvalidRecord):
        workbook_bytes({"dates": [[value]]})


def test_nothing_is_an_empty_cell(tmp_path):
    with workbook(tmp_path / "book.xlsx") as book:
        book.sheet("one").row(["a", None, "b"])
    assert cells((tmp_path / "book.xlsx").read_bytes()) == [["a", "", "b"]]
