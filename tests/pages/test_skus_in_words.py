"""A SKU is shown as people call it, never by its key: on every page, and two that look alike are told apart."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from every_sample import SAMPLES, sample

from clarus_bluecherry.finance.close import close_books
from clarus_bluecherry.flows.close_files import read_folder
from clarus_bluecherry.model import Sku
from clarus_bluecherry.report.month_end import month_end_page
from clarus_bluecherry.report.pages import (
    CellKind,
    NextStep,
    PageColumn,
    PageFigure,
    PageFigures,
    PageHead,
    PageOpening,
    PageSection,
    PageSteps,
    PageTable,
    ReportPage,
    Tone,
    page_html,
)

DRESS = Sku("42965", "GRY", label="TLL", size="4")
AS_LABEL, AS_SIZE = Sku("01234", "BLK", label="M"), Sku("01234", "BLK", size="M")
MONTH = Path(__file__).parents[1] / "finance" / "month_end"


def page(*items: str) -> ReportPage:
    """A page with a row for each item, and a figure and a step that open the first one's."""
    opens = PageOpening(table="stock", where={"item": items[0], "place": items[0]})
    figure = PageFigure(name="one", title="One", value=1, kind=CellKind.COUNT, opens=opens, sums="units")
    step = NextStep(what="Look at it", owner="finance", action="Look.", opens=opens)
    columns = [
        PageColumn(name="item", title="SKU", kind=CellKind.CODE, story="sku"),
        PageColumn(name="place", title="Location", kind=CellKind.CODE),
        PageColumn(name="units", title="Units", kind=CellKind.COUNT),
    ]
    table = PageTable(name="stock", title="Stock", columns=columns, rows=[(item, item, 1) for item in items])
    blocks = [PageSteps(steps=[step]), PageFigures(figures=[figure]), table]
    return ReportPage(
        name="a-page",
        title="A page",
        verdict="Look.",
        tone=Tone.PLAIN,
        head=PageHead(as_of=dt.date(2026, 10, 31), zone=ZoneInfo("America/New_York")),
        sections=[PageSection(name="all", title="All", blocks=blocks)],
    )


def shown(told: ReportPage) -> Sequence[object]:
    return [row[0] for row in told.table("stock").rows]


def test_a_sku_is_said_in_words_and_a_code_or_another_column_as_it_is():
    told = page(DRESS.key, "A|1", "KD/07910-BLK", "")
    assert shown(told) == ["42965 GRY TLL 4", "A|1", "KD/07910-BLK", ""]
    assert told.table("stock").rows[0][1] == DRESS.key


def test_what_opens_a_sku_leads_to_its_row():
    told = page(DRESS.key, AS_SIZE.key)
    for opens in (told.figure("one").opens, next(told.steps).steps[0].opens):
        assert opens is not None
        assert [row[0] for row in told.table("stock").rows_at(opens.where)] == ["42965 GRY TLL 4"]


@pytest.mark.parametrize("other", [AS_SIZE.key, "01234 BLK M", Sku("01234 ", "BLK", size="M").key])
def test_two_that_would_look_the_same_are_told_by_their_keys(other):
    told = page(AS_LABEL.key, other, DRESS.key)
    assert shown(told) == [AS_LABEL.key, other, "42965 GRY TLL 4"]


@pytest.mark.parametrize("name", SAMPLES)
def test_no_page_shows_a_key(name):
    told = sample(name)
    cells = [
        row[table.place(column.name)]
        for table in told.tables
        for column in table.columns
        if column.title == "SKU" or column.story == "sku"
        for row in table.rows
    ]
    assert not [cell for cell in cells if isinstance(cell, str) and cell.count("|") == 5]


def test_the_month_end_page_says_them_in_words_and_its_cells_still_open_their_rows(tmp_path):
    folder = tmp_path / "month"
    shutil.copytree(MONTH, folder)
    for path in folder.glob("*.csv"):
        text = path.read_text("utf-8")
        path.write_text(text.replace("01002-BLK-M", DRESS.key), "utf-8")
    read = read_folder(folder, as_of="2026-10-31")
    told = month_end_page(close_books(read.given, read.as_of, read.known))
    causes = told.table("causes")
    found = [dict(zip([each.name for each in causes.columns], row, strict=True)) for row in causes.rows]
    (one,) = [row for row in found if row["item"] == "42965 GRY TLL 4"]
    by = causes.column("document").by
    entries = list(told.table("entries").rows_at({name: one[name] for name in by}))
    assert "item" in by
    assert len(entries) == 2  # what left, and what was invoiced too late
    assert {row[told.table("entries").place("item")] for row in entries} == {"42965 GRY TLL 4"}
    assert DRESS.key not in page_html(told)
