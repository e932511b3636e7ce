"""What holds of every close, whatever happened: held against plain sums that know nothing of causes."""

from collections import defaultdict
from decimal import Decimal

from attrs import evolve
from close_histories import BEGAN, LAST, READ, ZONE, histories, noon
from hypothesis import given
from hypothesis import strategies as st

from clarus_bluecherry.finance.close import EntrySide, Known, Position, Reading, close_books, end_of

AT = end_of(LAST, ZONE)
OF_POSTINGS = {"accepted", "retrying", "rejected", "parked", "in_doubt", "cancelled", "shipped_not_invoiced"}


def plain_gaps(history):
    """By how much each document makes both sides differ at the end of October: nothing but adding up."""
    gaps = defaultdict(Decimal)
    for entry in history.entries:
        key = entry.item, entry.location, entry.document
        if entry.side is EntrySide.PHYSICAL and entry.own_date <= LAST:
            gaps[key] += entry.qty
        if entry.side is EntrySide.BOOK and entry.booked_date <= LAST:
            gaps[key] -= entry.qty
    return {key: gap for key, gap in gaps.items() if gap}


@given(histories())
def test_causes_and_the_unexplained_sum_to_the_variance_and_nothing_counts_twice(history):
    close = close_books(history, AT)
    named = defaultdict(Decimal)
    for line in close.lines:
        assert sum(cause.units for cause in line.causes) + line.unexplained == line.variance
        assert line.variance == line.physical - line.book
        for cause in line.causes:
            named[line.item, line.location, cause.document] += cause.units
    assert {key: units for key, units in named.items() if units} == plain_gaps(history)


@given(histories())
def test_what_no_document_tells_of_is_unexplained_and_is_just_that(history):
    (stock,) = [each for each in history.readings if each.side is EntrySide.PHYSICAL]
    moved = defaultdict(Decimal)
    for entry in history.entries:
        if entry.side is EntrySide.PHYSICAL:
            moved[entry.place] += entry.qty
    lost = {(p.item, p.location): p.qty - 50 - moved[p.item, p.location] for p in stock.positions}
    found = {(line.item, line.location): line.unexplained for line in close_books(history, AT).unexplained}
    assert found == {place: units for place, units in lost.items() if units}


@given(histories(), st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(history, random):
    shuffled = [*history.entries, *random.sample(list(history.entries), len(history.entries) // 2)]
    random.shuffle(shuffled)
    postings = [*history.postings, *history.postings]
    random.shuffle(postings)
    again = close_books(evolve(history, entries=shuffled, postings=postings), AT)
    first = close_books(history, AT)
    assert (again.lines, again.totals, again.roll_forward, again.cogs) == (
        first.lines,
        first.totals,
        first.roll_forward,
        first.cogs,
    )


@given(histories(), st.integers(-20, 4))
def test_a_reading_of_any_other_day_gives_the_same_answer(history, days):
    """Rolled back and forward again, stock is where it was."""
    opening, stock = history.readings[1], history.readings[0]
    day = READ.fromordinal(READ.toordinal() + days)
    rolled = {(p.item, p.location): p.qty for p in stock.positions}
    for entry in history.entries:
        if entry.side is EntrySide.PHYSICAL:
            rolled[entry.place] += entry.qty * ((entry.own_date <= day) - (entry.own_date <= READ))
    positions = tuple(Position(item=i, location=at, qty=qty) for (i, at), qty in rolled.items())
    other = Reading(side=EntrySide.PHYSICAL, positions=positions, taken_at=noon(day))
    first, again = close_books(history, AT), close_books(evolve(history, readings=[opening, other]), AT)
    assert again.lines == first.lines


@given(histories())
def test_without_postings_nothing_was_told_and_the_unexplained_stays(history):
    first, again = close_books(history, AT), close_books(evolve(history, postings=()), AT)
    assert [(line.item, line.location, line.unexplained) for line in again.unexplained] == [
        (line.item, line.location, line.unexplained) for line in first.unexplained
    ]
    statuses = {cause.status.value for line in again.lines for cause in line.causes}
    assert not statuses & (OF_POSTINGS | {"posted_twice"})


@given(histories(), st.dates(BEGAN, READ))
def test_the_same_question_has_the_same_answer_whatever_came_later(history, day):
    """What was known until a day is the same when it is asked with all that came afterwards."""
    until = Known(end_of(day, ZONE).instant)
    entries = [entry for entry in history.entries if until.has_entry(entry)]
    known_then = {entry.entry_id for entry in entries if entry.side is EntrySide.BOOK}
    close = close_books(history, AT, until)
    booked = {entry.place: Decimal(50) for entry in history.entries} | {
        (p.item, p.location): p.qty for p in history.readings[1].positions
    }
    for entry in history.entries:
        if entry.entry_id in known_then and entry.booked_date <= LAST:
            booked[entry.place] += entry.qty
    for line in close.lines:
        assert line.book == booked[line.item, line.location]
        assert sum(cause.units for cause in line.causes) + line.unexplained == line.variance


@given(histories())
def test_both_roll_forwards_foot_and_cogs_are_proven(history):
    close = close_books(history, AT)
    assert all(each.foots for each in close.roll_forward)
    assert close.cogs.holds
    closing = {each.side: each.lines[-1].units for each in close.roll_forward}
    assert closing[EntrySide.PHYSICAL] - closing[EntrySide.BOOK] == close.totals.net
