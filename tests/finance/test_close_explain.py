"""Any figure of a close is taken apart to entries that add up to it; both sides part where plain sums say so."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from close_histories import BEGAN, LAST, ZONE, histories
from hypothesis import given
from hypothesis import strategies as st

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance.close import (
    EntrySide,
    Explainer,
    Known,
    Moved,
    close_books,
    end_of,
    explain,
    first_parting,
)
from clarus_bluecherry.finance.close._causes import CauseStatus
from clarus_bluecherry.flows.close_files import read_folder

MONTH = Path(__file__).parent / "month_end"
AT = end_of(LAST, ZONE)
DAY = dt.timedelta(days=1)


def adds_up(figure):
    for part in figure.parts:
        assert part.read + sum(each.units for each in part.entries) == part.units + part.elsewhere, part
    assert sum(part.units for part in figure.parts) == figure.units


# Whatever happened -------------------------------------------------------------------------------------------


@given(histories(), st.none() | st.dates(BEGAN, LAST))
def test_a_place_is_its_reading_and_its_entries(history, until):
    close = close_books(history, AT, Known(until and end_of(until, ZONE).instant))
    explainer = Explainer(close)
    assert [line for line in explainer.positions if line.variance or line.causes] == list(close.lines)
    for line in explainer.positions:
        place = explainer.place(line.item, line.location)
        assert place.line == line
        for figure, units in ((place.physical, line.physical), (place.book, line.book)):
            assert figure.units == units
            told = {(p.item, p.location): p.qty for p in figure.reading.positions}
            assert figure.read == told[line.item, line.location]
            assert figure.read + sum(each.units for each in figure.entries) == units
        assert sum(each.gap for each in place.documents) + line.unexplained == line.variance
        for each in place.documents:
            assert sum(cause.units for cause in each.causes) == each.gap


@given(histories())
def test_every_total_is_made_of_its_documents(history):
    close = close_books(history, AT)
    explainer = Explainer(close)
    for total in close.totals.by_cause:
        figure = explainer.cause(total.status, total.moved)
        adds_up(figure)
        assert (figure.units, figure.value, len(figure.parts) >= total.places) == (total.units, total.value, True)
    for roll in close.roll_forward:
        for line in roll.lines:
            figure = explainer.roll_line(roll.side, line.name)
            adds_up(figure)
            assert (figure.units, figure.value) == (line.units, line.value)
    for each in (*close.cogs.not_in_it, *close.cogs.does_not_belong):
        figure = explainer.cogs(each.document, each.item, each.location)
        adds_up(figure)
        assert (figure.units, figure.value) == (each.units, each.value)


@given(histories())
def test_a_document_is_explained_with_every_entry_that_either_side_has_of_it(history):
    close = close_books(history, AT)
    explainer = Explainer(close)
    of_it = defaultdict(list)
    for entry in history.entries:
        of_it[entry.document].append(entry.entry_id)
    for document, ids in of_it.items():
        told = explainer.document(document)
        entries = [*told.others, *(entry for each in told.places for entry in each.entries)]
        assert sorted(entry.entry_id for entry in entries) == sorted(ids)


def brute_force(history, line):
    """From when on both sides differ: every evening's figures, by nothing but adding up."""
    here = [e for e in history.entries if e.place == (line.item, line.location) and day_of(e) <= LAST]
    gaps = defaultdict(Decimal)
    for entry in here:
        gaps[entry.document] += entry.qty if entry.side is EntrySide.PHYSICAL else -entry.qty

    def figures(evening):
        physical = line.physical - sum(e.qty for e in here if is_physical(e) and day_of(e) > evening)
        alike = {document for document, gap in gaps.items() if not gap}
        booked_as_moved = [e for e in here if e.document in alike and is_physical(e)]
        booked = [e for e in here if e.document not in alike and not is_physical(e)]
        book = line.book - sum(e.qty for e in (*booked_as_moved, *booked) if day_of(e) > evening)
        return physical, book

    evenings = [BEGAN + DAY * n for n in range((LAST - BEGAN).days + 1)]
    for before, evening in zip([None, *evenings], evenings, strict=False):
        if all(physical != book for physical, book in map(figures, evenings[evenings.index(evening) :])):
            had = None if before is None else figures(before)
            return (None, None) if had is None else (evening, had[0]), figures(evening)
    return None


def day_of(entry):
    return entry.own_date or entry.booked_date


def is_physical(entry):
    return entry.side is EntrySide.PHYSICAL


@given(histories())
def test_both_sides_part_where_plain_sums_say_so(history):
    explainer = Explainer(close_books(history, AT))
    for line in explainer.positions:
        found = explainer.first_parting(line.item, line.location)
        expected = brute_force(history, line)
        if found is None or expected is None:
            assert found is expected is None
            assert not line.variance
            continue
        (day, before), after = expected
        assert (found.day, found.before) == (day, before)
        assert found.physical - found.book == after[0] - after[1]
        if day:
            assert (found.physical, found.book) == after
            assert sum(each.units for each in found.entries) == found.difference
            assert {day_of(each.entry) for each in found.entries} == {day}


# The month worked by hand ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def month():
    read = read_folder(MONTH)
    return Explainer(close_books(read.given, read.as_of, read.known))


def test_a_place_of_the_month_comes_down_to_lines_of_the_exports(month):
    place = month.place("01009-BLK-M", "NJ")
    assert (place.physical.units, place.physical.read, place.book.read) == (92, 92, 100)
    lines = (MONTH / "bluecherry_stock_ledger.csv").read_text("utf-8").splitlines()
    rows = [f"bluecherry_stock_ledger.csv, line {n}" for n, line in enumerate(lines, 1) if ",P1009," in line]
    assert [each.entry.row for each in place.book.entries] == rows
    (document,) = place.documents
    assert (document.document, document.gap, len(document.booked)) == ("P1009", 8, 2)


def test_a_posting_is_told_with_its_states_and_dates(month):
    document = month.document("P1002")
    assert [(step.state, step.asked_date.isoformat()) for step in document.postings] == [
        ("accepted", "2026-10-31"),
        ("posted", "2026-10-31"),
    ]
    (here,) = document.places
    (moved,), (booked,) = here.moved, here.booked_later
    assert (moved.own_date.isoformat(), booked.booked_date.isoformat()) == ("2026-10-31", "2026-11-02")
    # asked by its control number or by its order, it is the same document
    assert month.document("000000002").places == month.document("1002").places == document.places


def test_a_document_of_two_places_has_both(month):
    assert [(each.location, each.gap) for each in month.document("T14").places] == [("LA", -10), ("NJ", 0)]


@pytest.mark.parametrize(
    ("item", "location", "day", "before", "document", "difference"),
    [
        ("01002-BLK-M", "NJ", "2026-10-31", 100, "P1002", -3),  # left, and booked in November
        ("01003-BLK-M", "NJ", "2026-10-31", 100, "P1003", 4),  # booked before it left
        ("01009-BLK-M", "NJ", "2026-10-14", 100, "P1009", 8),  # booked twice
        ("01014-BLK-M", "LA", "2026-10-31", 50, "T14", -10),  # on its way
    ],
)
def test_both_books_part_where_the_month_says_so(month, item, location, day, before, document, difference):
    found = month.first_parting(item, location)
    assert (str(found.day), found.before, found.difference) == (day, before, difference)
    assert {each.entry.document for each in found.entries} == {document}


def test_what_nobody_tells_of_was_there_from_the_beginning(month):
    found = month.first_parting("01021-BLK-M", "LA")
    assert (found.day, found.before, found.physical, found.book, found.entries) == (None, None, 43, 50, ())


def test_places_that_agree_part_nowhere(month):
    assert month.first_parting("01040-BLK-M", "LA") is None
    assert ("01040-BLK-M", "LA") in {(line.item, line.location) for line in month.positions}


def test_totals_of_the_month(month):
    figure = month.cause(CauseStatus.OTHER_PERIOD)
    assert [(part.document, part.units) for part in figure.parts] == [("P1002", -3), ("P1003", 4), ("P1024", -2)]
    # 90 pieces of 01030 in NJ are worth 0.50 more each
    revalued = month.roll_line(EntrySide.BOOK, "revalued")
    assert [(part.item, part.location, part.value) for part in revalued.parts] == [("01030-BLK-M", "NJ", 45)]
    (part,) = month.cogs("P1009", "01009-BLK-M", "NJ").parts
    # booked 8 twice, and 8 left: both lines count, and the dispatch is taken off
    assert (part.units, [each.units for each in part.entries]) == (8, [-8, 8, 8])
    book, physical = [roll.lines[-1].units for roll in reversed(month.roll_forward("01009-BLK-M"))]
    assert (physical, book) == (142, 134)


def test_what_nobody_has_heard_of_is_refused(month):
    for asked in (
        lambda: month.document("P9999"),
        lambda: month.place("01009-BLK-M", "XX"),
        lambda: month.cause(CauseStatus.HELD, Moved.COUNTED),
        lambda: month.roll_line(EntrySide.BOOK, "lost"),
        lambda: month.cogs("P9999", "01009-BLK-M", "NJ"),
    ):
        with pytest.raises(InvalidRecord):
            asked()


def test_one_question_needs_no_explainer():
    read = read_folder(MONTH)
    close = close_books(read.given, read.as_of, read.known)
    assert explain(close, item="01009-BLK-M", location="NJ").line.variance == 8
    assert explain(close, document="P1009").places[0].gap == 8
    assert first_parting(close, "01009-BLK-M", "NJ").difference == 8
