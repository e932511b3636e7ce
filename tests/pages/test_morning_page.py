"""The morning's page: what comes first, parts are the whole, figures are what they open, what is unknown."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import sample_morning
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_morning import NOW, PERSON, SCARF, YESTERDAY, morning, without_books

from clarus_bluecherry.finance.close import CloseInput, CostRow, EntrySide, Moved, StockEntry, close_books, end_of
from clarus_bluecherry.finance.exceptions import ExceptionTerms
from clarus_bluecherry.finance.morning import (
    Dispatched,
    DispatchPart,
    dispatched_by_books,
    dispatched_by_ledger,
    lags_of,
)
from clarus_bluecherry.ledger import Posting, SettledPosting, State
from clarus_bluecherry.ledger.reasons import Owner
from clarus_bluecherry.model import Dispatch, DispatchLine, Money, Sku
from clarus_bluecherry.report.morning import morning_page, morning_verdict
from clarus_bluecherry.report.morning._books import STANDS
from clarus_bluecherry.report.pages import PageChart, PageFigures, PageSteps, ReportPage, Tone

PART = DispatchPart


@pytest.fixture(scope="module")
def page() -> ReportPage:
    return sample_morning.page()


def steps(page: ReportPage) -> PageSteps:
    (block,) = [each for each in page.sections[0].blocks if isinstance(each, PageSteps)]
    return block


def opened(page: ReportPage, name: str) -> list[dict[str, object]]:
    """The rows that a figure opens."""
    opens = page.figure(name).opens
    assert opens is not None, name
    table = page.table(opens.table)
    names = [column.name for column in table.columns]
    rows = [dict(zip(names, row, strict=True)) for row in table.rows]
    return [row for row in rows if all(row[key] == value for key, value in opens.where.items())]


# What comes first --------------------------------------------------------------------------------------------


def test_the_largest_of_three_problems_comes_first_with_its_owner_and_what_to_do(page):
    told = [(step.document, step.owner, str(step.value)) for step in steps(page).steps[:3]]
    assert told == [
        ("order P5001", "finance", "-1105074.00 USD"),
        ("receipt C7001/01002-NAV-L", "finance", "120900.00 USD"),
        ("order P6001", "operations", "-34800.00 USD"),
    ]
    assert steps(page).steps[0].action.startswith("Ask why Blue Cherry has not booked it")
    assert page.verdict.startswith("3 things first, of ")
    assert "order P5001 (finance, -1,105,074.00 USD); " in page.verdict
    assert "1 source could not be read." in page.verdict
    assert page.tone is Tone.BAD


def test_an_owner_sees_his_own_first_and_alone():
    page = morning_page(morning(), Owner.OPERATIONS)
    assert {step.owner for step in steps(page).steps} == {"operations"}
    owners = {row[page.table("exceptions").place("owner")] for row in page.table("exceptions").rows}
    assert owners == {"operations"}
    names = [section.name for section in page.sections]
    assert names[:2] == ["first", "oversold"]
    assert names.index("floor") < names.index("books")
    assert morning_verdict(morning(), Owner.INTEGRATION).count("(integration") == 2


def test_an_owner_hears_what_became_of_his_own():
    finance, operations = (morning_page(morning(), owner) for owner in (Owner.FINANCE, Owner.OPERATIONS))
    assert (finance.figure("cleared").value, operations.figure("cleared").value) == (1, 0)
    both = finance.figure("new").value + operations.figure("new").value
    assert both + morning_page(morning(), Owner.INTEGRATION).figure("new").value == 6


def test_nothing_wrong_says_so():
    quiet = evolve(morning(), items=(), unread=())
    page = morning_page(quiet)
    assert (page.verdict, page.tone) == ("Nothing waits for anybody.", Tone.GOOD)
    assert steps(page).steps == []


# Parts and wholes --------------------------------------------------------------------------------------------


def test_each_part_of_what_left_is_where_it_was_planted(page):
    units = {part: page.figure(f"dispatched_{part.value}_units").value for part in PART}
    assert units == {
        PART.RIGHT_PERIOD: 2_210,
        PART.OTHER_PERIOD: 0,
        PART.AWAITING_INVOICE: 38_106,
        PART.REFUSED: 1_650,
        PART.NOT_TOLD: 240,
        PART.IN_DOUBT: 75,
        PART.OTHERWISE: 1_040,
    }
    assert page.figure("dispatched_not_told_value").value is None
    assert "240 units without a cost" in page.figure("dispatched_not_told_value").why_not
    assert "240 units without a cost" in page.figure("dispatched_value").note


def test_figures_that_are_said_to_be_parts_are_the_whole(page):
    blocks = [b for section in page.sections for b in section.blocks if isinstance(b, PageFigures) and b.parts_of]
    assert len(blocks) == 2
    for block in blocks:
        whole = page.figure(block.parts_of)
        parts = [each.value for each in block.figures if each is not whole and each.value is not None]
        assert _sum(parts) == _number(whole.value)


def test_what_is_too_much_is_added_to_nothing_that_is_missing(page):
    """What COGS lacks beside what does not belong there, what came beyond an order beside what did not come."""
    for name in ("cogs", "received"):
        table = page.table(name)
        assert len({row[table.place("what")] for row in table.rows}) > 1, name
        assert not [column.name for column in table.columns if column.is_added], name


def _number(value: object) -> Decimal:
    return value.amount if isinstance(value, Money) else Decimal(str(value))


def _sum(values: list[object]) -> Decimal:
    return sum(map(_number, values), Decimal(0))


MANY = st.lists(
    st.tuples(st.integers(1, 9), st.sampled_from(["", "same", "next period", "half", "twice"]), st.integers(0, 1)),
    max_size=8,
)


@settings(max_examples=40, deadline=None)
@given(MANY)
def test_the_parts_are_the_whole_whatever_the_books_have(moved):
    day, zone = dt.date(2026, 10, 31), sample_morning.ZONE
    entries = []
    for number, (units, booked, cost) in enumerate(moved):
        told = {"item": f"I{cost}", "location": "NJ", "moved": Moved.DISPATCHED, "document": f"P{number}"}
        entries.append(
            StockEntry(entry_id=f"p{number}", side=EntrySide.PHYSICAL, qty=-units, own_date=day, **told)
        )
        for line in range({"": 0, "twice": 2}.get(booked, 1)):
            qty = -(units // 2) if booked == "half" else -units
            on = day + dt.timedelta(days=2 if booked == "next period" else 0)
            told_line = {"entry_id": f"b{number}.{line}", "side": EntrySide.BOOK, "booked_date": on, "qty": qty}
            entries.append(StockEntry(**told, **told_line))
    costs = [CostRow(item="I0", amount=Decimal("2.50"), currency="USD")]
    close = close_books(
        CloseInput(zone=zone, currency="USD", entries=entries, costs=costs),
        end_of(day + dt.timedelta(days=3), zone),
    )
    told = dispatched_by_books(close, day)
    _is_whole(told, sum((units for units, _, _ in moved), Decimal(0)))
    late = sum((units for units, booked, _ in moved if booked == "next period"), Decimal(0))
    assert told.of(PART.OTHER_PERIOD).units == late
    priced = sum((units for units, _, cost in moved if not cost), Decimal(0))
    assert _sum(list(told.whole.values)) == priced * Decimal("2.50")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 9), st.sampled_from([None, *State])), max_size=8))
def test_the_parts_are_the_whole_whatever_the_messages_are(moved):
    told = dispatched_by_ledger(YESTERDAY, [_left(*each) for each in enumerate(moved)], ExceptionTerms(now=NOW))
    _is_whole(told, sum((units for units, _ in moved), Decimal(0)))
    refused = sum((units for units, state in moved if state is State.REJECTED), Decimal(0))
    assert told.of(PART.REFUSED).units == refused


def _left(number: int, moved: tuple[int, State | None]) -> tuple[Dispatch, list[Posting]]:
    units, state = moved
    at = dt.datetime.combine(YESTERDAY, dt.time(15), dt.UTC)
    line = DispatchLine(number="1", item=Sku("01"), ordered=units, shipped=units)
    left = Dispatch(id=f"{number}", occurred_at=at, order_reference=f"P{number}", location="NJ", lines=(line,))
    told = {"fact_key": f"clarus:dispatch:{number}", "target": "bluecherry", "kind": "order_shipment"}
    return left, [] if state is None else [Posting(**told, state=state, occurred_at=at)]


def _is_whole(told: Dispatched, units: Decimal) -> None:
    assert told.whole.units == units
    parts = [told.of(part) for part in PART]
    assert sum((each.units for each in parts), Decimal(0)) == units
    assert _sum([value for each in parts for value in each.values]) == _sum(list(told.whole.values))
    lacks = sum((each.units_without_value for each in parts), Decimal(0))
    assert lacks == told.whole.units_without_value


# Figures and documents ---------------------------------------------------------------------------------------


def test_a_figure_is_the_sum_of_what_it_opens(page):
    """All but two, which count what stands in one cell each."""
    tried = 0
    for figure in page.figures:
        if figure.opens is None or figure.value is None or figure.name in ("road_oldest", "halted_messages"):
            continue
        rows = opened(page, figure.name)
        if figure.unit in ("eaches", "USD"):
            column = {"edited_value": "revenue", "understated_value": "understated"}.get(figure.name)
            column = column or ("units" if figure.unit == "eaches" else "value")
            told = [row[column] for row in rows if row[column] is not None]
            gross = [abs(_number(each)) for each in told] if figure.name == "unexplained_gross" else told
            assert _sum(gross) == _number(figure.value), figure.name
        else:
            assert len(rows) == figure.value, figure.name
        tried += 1
    assert tried > 40


def test_each_row_of_the_variance_opens_the_documents_that_it_is(page):
    table, documents = page.table("variance"), page.table("causes")
    assert table.column("what").opens == "causes"
    for row in table.rows:
        told = [each for each in documents.rows if each[0] == row[0]]
        assert sum(each[documents.place("units")] for each in told) == row[table.place("units")]


def test_each_part_says_in_words_where_it_stands(page):
    assert set(STANDS) == set(PART)
    table = page.table("dispatched")
    assert {row[table.place("stands")] for row in table.rows} <= set(STANDS.values())


def test_what_the_close_knows_is_on_the_page(page):
    assert page.figure("unexplained_net").value == -35
    assert page.figure("unexplained_value").value == Money("-1015.00", "USD")
    assert page.figure("without_cost_places").value == 1
    assert page.figure("received_open_units").value == 12_400
    assert page.figure("received_over_units").value == 400
    assert page.figure("uncredited_value").value == Money("810.00", "USD")
    assert {row["sku"] for row in opened(page, "uncredited_units")} == {SCARF}
    assert page.figure("cogs_missing_units").value == 38_106 + 1_650 + 240 + 75 + 1_040


def test_what_nobody_looked_for_is_not_known_and_says_why(page):
    held = page.figure("held")
    assert held.value is None
    assert "answered with http_503" in held.why_not
    assert page.figure("stuck_picked").value == 2


def test_since_yesterday_counts_each_once_and_names_nobody(page):
    assert [page.figure(name).value for name in ("new", "cleared", "changed")] == [6, 1, 0]
    (cleared,) = opened(page, "cleared")
    assert cleared["note"] == "dispatch of pick P4999 was posted on 2026-11-23 17:00Z"
    assert "its value is over 1000000" in {row["note"] for row in opened(page, "overdue")}


# What is not known -------------------------------------------------------------------------------------------


def test_without_its_sources_a_page_stands_and_says_which_command_tells_more():
    page = morning_page(without_books())
    unknown = [figure for figure in page.figures if figure.value is None]
    assert len(unknown) > 15
    nobody = ("held", "undecided")
    assert all(
        "clarus-bluecherry morning --books FOLDER" in each.why_not for each in unknown if each.name not in nobody
    )
    assert steps(page).steps[0].document == "order P5001"
    assert page.table("received").empty.startswith("Not known: the books were not read.")


def test_nothing_of_a_person_and_nothing_that_steers_is_on_the_page(page):
    text = repr(page)
    assert PERSON not in text
    assert "\\x1b[2J" not in text.replace("\\\\x1b[2J", "")


# Lag ---------------------------------------------------------------------------------------------------------


def test_a_lag_is_from_the_event_until_it_is_there_and_what_is_open_is_beside_it():
    at = NOW - dt.timedelta(days=1)
    through = [
        SettledPosting("bluecherry", "order_shipment", at, at + dt.timedelta(minutes=each))
        for each in range(1, 101)
    ]
    waits = Posting(
        fact_key="clarus:dispatch:7",
        target="bluecherry",
        kind="order_shipment",
        occurred_at=at,
        record_name="dispatch of pick 7",
    )
    (lag,) = lags_of(through, [waits])
    assert (lag.flow, lag.through) == ("dispatches to the books", 100)
    assert (lag.p50, lag.p95) == (dt.timedelta(minutes=50), dt.timedelta(minutes=95))
    assert (lag.open, lag.oldest_open, lag.oldest_document) == (1, at, "dispatch of pick 7")
    ahead = SettledPosting("bluecherry", "order_shipment", at, at - dt.timedelta(minutes=1))
    assert lags_of([ahead], [])[0].p50 == dt.timedelta(0), "a clock that is ahead makes no lag"


def test_the_picture_of_the_variance_is_said_in_its_own_figures(page):
    (chart,) = [each for part in page.sections for each in part.blocks if isinstance(each, PageChart)]
    rows = [(row[0], row[-1]) for row in page.table("variance").rows if row[-1] is not None]
    assert rows
    told = [f"{what}: {value.amount:,.2f} {value.currency}" for what, value in rows]
    assert chart.says == f"{'; '.join(told[:3])}; {len(told) - 3} more in the table."


def test_what_is_picked_and_has_not_left_says_what_its_minus_is(page):
    assert page.figure("stuck_picked_units").sign == "- the books will have less once it has left"
    assert page.figure("stuck_picked").note.endswith(" EST"), "an instant says its zone"
