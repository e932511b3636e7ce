"""What stands at the head of a page and in its first steps, as somebody reads it at eight o'clock."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from clarus_bluecherry.model import Money
from clarus_bluecherry.report.pages import (
    CellKind,
    NextStep,
    PageBlock,
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
from clarus_bluecherry.report.pages._chart import ChartBar
from clarus_bluecherry.report.steps import first_said

NEW_YORK = ZoneInfo("America/New_York")
DAY = dt.date(2026, 11, 24)
EIGHT = dt.datetime(2026, 11, 24, 13, tzinfo=dt.UTC)
OPENS = PageOpening(table="lines", where={"sku": "A"})
LINES = PageTable(name="lines", title="Lines", columns=(PageColumn(name="sku", title="SKU"),), rows=(("A",),))


def step(**more: Any) -> NextStep:
    told: dict[str, Any] = {
        "what": "order 1: late",
        "owner": "finance",
        "action": "Book it.",
        "document": "order 1",
    }
    return NextStep(**(told | more))


def shown(*blocks: PageBlock, as_of: dt.date = DAY, zone: ZoneInfo = NEW_YORK) -> str:
    """The page's text without its marks."""
    page = ReportPage(
        name="p",
        title="P",
        verdict="So.",
        tone=Tone.GOOD,
        head=PageHead(as_of=as_of, zone=zone, currency="USD"),
        sections=[PageSection(name="s", title="S", blocks=[*blocks, LINES])],
    )
    body = page_html(page).partition("<body>")[2].partition("<script")[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


@pytest.mark.parametrize(
    ("due", "as_of", "is_over"),
    [
        (DAY, DAY, False),
        (DAY - dt.timedelta(days=1), DAY, True),
        (EIGHT, DAY, True),  # a day is its end
        (dt.datetime(2026, 11, 25, 4, 59, tzinfo=dt.UTC), DAY, True),  # still the 24th in New York
        (dt.datetime(2026, 11, 25, 5, tzinfo=dt.UTC), DAY, False),
        (EIGHT, EIGHT, False),
        (EIGHT - dt.timedelta(minutes=1), EIGHT, True),
        (DAY, dt.datetime(2026, 11, 25, 4, 59, tzinfo=dt.UTC), False),
        (DAY, dt.datetime(2026, 11, 25, 5, tzinfo=dt.UTC), True),
    ],
)
def test_what_is_overdue_says_so(due: dt.date, as_of: dt.date, is_over: bool) -> None:
    text = shown(PageSteps(steps=[step(due=due)]), as_of=as_of)
    assert ("overdue, was due Tue 24 Nov" in text or "overdue, was due Mon 23 Nov" in text) is is_over
    assert "due " in text


def test_a_step_names_its_document_once_and_no_identity_where_it_opens_its_row() -> None:
    told = shown(PageSteps(steps=[step(identity="late:order 1", opens=OPENS)]))
    assert told.count("order 1") == 1
    assert "late:" not in told
    assert "late:order 1" in shown(PageSteps(steps=[step(identity="late:order 1")])), "nothing else has it there"
    assert "receipt 7" in shown(PageSteps(steps=[step(document="receipt 7")]))


def test_a_minus_is_explained_and_the_rest_is_a_click_away() -> None:
    less = step(value=Money(Decimal(-3), "USD"), units=Decimal(-1), opens=OPENS)
    told = shown(PageSteps(steps=[less], more="8 more in the table."))
    assert "A minus: the books will have less once it is right. 8 more in the table. Show all" in told
    assert "A minus" in shown(PageSteps(steps=[step(units=Decimal(-1))]))
    more = shown(PageSteps(steps=[step(value=Money(Decimal(3), "USD"))], more="8 more."))
    assert "A minus" not in more
    assert "Show all" not in more, "it leads nowhere"


def test_one_of_something_is_said_as_one() -> None:
    def figure(value: int, unit: str) -> PageFigure:
        return PageFigure(name=f"{unit}{value}", title="T", value=value, kind=CellKind.COUNT, unit=unit)

    told = [figure(1, "places"), figure(-1, "eaches"), figure(2, "feeds"), figure(1, "of 710 places")]
    text = shown(PageFigures(figures=told))
    for each in ("1 place T", "-1 each T", "2 feeds T", "1 of 710 places"):
        assert each in text


def test_the_zone_is_said_once() -> None:
    assert "Tue 24 Nov 2026, 08:00 EST (America/New_York)" in shown(as_of=EIGHT)
    assert "13:00 UTC Known until" in shown(as_of=EIGHT, zone=ZoneInfo("UTC"))
    assert "end of the day (UTC)" in shown(zone=ZoneInfo("UTC"))


def test_parts_of_nothing_take_a_line_and_no_cards() -> None:
    def of(part: int) -> str:
        figures = [
            PageFigure(name=name, title=name, value=value, kind=CellKind.COUNT, unit="eaches")
            for name, value in (("whole", part), ("first", part), ("second", 0))
        ]
        return shown(PageFigures(figures=figures, parts_of="whole"))

    assert "whole 0 eaches Nothing in any of its parts (2) first: 0 eaches second: 0 eaches" in of(0)
    assert "whole is the sum of the others." in of(4)


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("-80.00 USD", "refused by Blue Cherry (dispa…"),
        ("-1,105,074.00 USD", "refused by Blue Cherry…"),
        ("9" * 50, "refused b…"),
    ],
)
def test_a_label_has_the_room_that_its_number_leaves(text: str, short: str) -> None:
    bar = ChartBar("refused by Blue Cherry (dispatched)", text, "less", 0)
    assert bar.short == short
    assert ChartBar("held", text, "less", 0).short == "held"


def test_what_to_do_first_says_whose_it_is_and_what_it_is_worth() -> None:
    assert first_said(PageSteps(steps=[])) == ""
    worth = step(value=Money(Decimal("-52500"), "USD"), units=Decimal(-4200))
    assert first_said(PageSteps(steps=[worth])) == "First, for finance: order 1, -52,500.00 USD."
    assert first_said(PageSteps(steps=[step(units=Decimal(1))])) == "First, for finance: order 1, 1 unit."
    assert first_said(PageSteps(steps=[step(document="")])) == "First, for finance: order 1: late."
