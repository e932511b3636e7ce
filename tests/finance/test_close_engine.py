"""The close by an engine: the one SQL text says what the judge says, to the last digit."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from close_histories import BEGAN, LAST, ZONE, histories, noon
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("duckdb")

from clarus_bluecherry.finance.close import (
    CloseInput,
    CostRow,
    EntrySide,
    ItemState,
    Known,
    LocationKind,
    Moment,
    Moved,
    OpenItem,
    OrderVersion,
    Position,
    PostingStep,
    Reading,
    StockEntry,
    StockItem,
    StockLocation,
    close_books,
    end_of,
)
from clarus_bluecherry.finance.close.engine import close_by_engine
from clarus_bluecherry.flows.close_files import read_folder

AT = end_of(LAST, ZONE)
MONTH_END = Path(__file__).parent / "month_end"


def same(history, at=AT, known=None):
    judged, told = close_books(history, at, known or Known()).lines, close_by_engine(history, at, known)
    assert told == judged


@pytest.mark.parametrize("known_until", ["", "2026-11-01", "2026-11-03"])
@pytest.mark.parametrize("as_of", ["2026-10-31", "2026-10-31T18:00-04:00", "2026-11-02"])
def test_the_month_end_has_the_same_lines(as_of, known_until):
    read = read_folder(MONTH_END, as_of=as_of, known_until=known_until)
    same(read.given, read.as_of, read.known)


@given(histories())
@settings(max_examples=15, deadline=None)
def test_engine_and_judge_agree_on_random_histories(history):
    same(history)


# Histories that have everything ------------------------------------------------------------------------------

ITEMS, PLACES, NAMES = ("A", "B", "NEW", "AMBIG"), ("NJ", "LA", "SHIP", "POE"), ("D1", "D2", "D3", "P1")
TOLD_NAMES = (("D1", "INV1"), ("D2", "P1"), ("D3", "X", "INV3"))
STATES = ("pending", "accepted", "staged", "posted", "rejected", "retrying", "in_doubt", "parked", "cancelled")
days = st.integers(-5, 36).map(lambda n: BEGAN + dt.timedelta(days=n))
instants = st.none() | days.map(noon)
quantities = st.sampled_from([-24, -12, -3, -2, -1, 1, 2, 3, 12, 24, Decimal("0.5")])


@st.composite
def entries(draw, number):
    is_physical = draw(st.booleans())
    day = draw(days)
    classes = list(Moved) if is_physical else [each for each in Moved if each is not Moved.UNDISPATCHED]
    when = {"own_date": day, "occurred_at": draw(st.none() | st.just(noon(day)))}
    if not is_physical:
        when = {"booked_date": day, "entered_at": draw(instants)}
    return StockEntry(
        entry_id=f"e{number:02}",
        side=EntrySide.PHYSICAL if is_physical else EntrySide.BOOK,
        item=draw(st.sampled_from(("A", "A", "A", *ITEMS))),
        location=draw(st.sampled_from(("NJ", "NJ", "NJ", *PLACES))),
        qty=draw(quantities),
        moved=draw(st.sampled_from(classes)),
        document=draw(st.sampled_from((*NAMES, *NAMES, "INV1", "INV3", ""))),
        factor=draw(st.sampled_from([1, 1, 12])),
        recorded_at=draw(instants) if is_physical else None,
        **when,
    )


@st.composite
def steps(draw):
    return PostingStep(
        document=draw(st.sampled_from((*NAMES, "C9"))),
        state=draw(st.sampled_from(STATES)),
        names=draw(st.sampled_from(((), ("D1",), ("INV3", "C9")))),
        moved=draw(st.none() | st.sampled_from(list(Moved))),
        item=draw(st.sampled_from(("", "", *ITEMS))),
        location=draw(st.sampled_from(("", "NJ"))),
        qty=draw(st.none() | quantities),
        said_at=draw(instants),
        number=draw(st.integers(0, 3)),
    )


@st.composite
def costs(draw):
    return CostRow(
        item=draw(st.sampled_from(ITEMS)),
        location=draw(st.sampled_from(("", "NJ", "LA"))),
        effective_from=draw(st.none() | days),
        basis=draw(st.sampled_from(("", "standard", "average"))),
        amount=draw(st.sampled_from([0, Decimal("2.50"), 3, Decimal("19.999999")])),
        currency=draw(st.sampled_from(("", "USD", "EUR"))),
        rate=draw(st.sampled_from([None, None, Decimal("1.085")])),
        entered_at=draw(instants),
    )


@st.composite
def readings(draw, side):
    """Stock of a side, at an instant or as what it began with."""
    is_opening = draw(st.booleans()) if side is EntrySide.PHYSICAL else draw(st.sampled_from((True, True, False)))
    held = [
        Position(item=item, location=place, qty=draw(st.integers(-1, 9)))
        for item in draw(st.sets(st.sampled_from(ITEMS)))
        for place in draw(st.sets(st.sampled_from(PLACES)))
    ]
    when = {"as_of": draw(st.just(BEGAN) | days), "taken_at": draw(instants)} if is_opening else {}
    source = f"{side}{draw(st.integers(0, 3))}"
    return Reading(side=side, positions=tuple(held), source=source, **(when or {"taken_at": draw(instants)}))


@st.composite
def everything(draw):
    locations = {"SHIP": LocationKind.IN_TRANSIT, "POE": LocationKind.PSEUDO, "LA": LocationKind.WAREHOUSE}
    states = {"A": ItemState.KNOWN, "NEW": ItemState.UNMAPPED, "AMBIG": ItemState.CONFLICTING}
    sources = [side for side in EntrySide for _ in range(draw(st.integers(0, 2)))]
    read = {reading.source: reading for reading in [draw(readings(side)) for side in sources]}
    return CloseInput(
        zone=ZONE,
        entries=[draw(entries(number)) for number in range(draw(st.integers(8, 20)))],
        readings=list(read.values()),
        items={item: StockItem(item=item, state=state, factors={Decimal(12)}) for item, state in states.items()},
        locations={each: StockLocation(location=each, kind=kind) for each, kind in locations.items()},
        costs=draw(st.lists(costs(), max_size=4)),
        postings=draw(st.lists(steps(), max_size=5)),
        orders=[
            OrderVersion(names=("D1", "SO1"), version=version, is_edit=edit, known_at=at)
            for version, edit, at in draw(
                st.lists(st.tuples(st.sampled_from(("", "1", "2")), st.booleans(), instants), max_size=3)
            )
        ],
        open_items=[
            OpenItem(document=name, item=item, location=place, qty=qty, moved=moved)
            for name, item, place, qty, moved in draw(
                st.lists(
                    st.tuples(
                        st.sampled_from(("D1", "D2", "OLD")),
                        st.sampled_from(ITEMS),
                        st.sampled_from(PLACES),
                        quantities,
                        st.sampled_from((Moved.DISPATCHED, Moved.RECEIVED)),
                    ),
                    max_size=2,
                )
            )
        ],
        names=draw(st.lists(st.sampled_from(TOLD_NAMES), max_size=3)),
        uncounted=draw(st.frozensets(st.tuples(st.sampled_from(ITEMS), st.just("NJ"), st.sampled_from(NAMES)))),
        basis=draw(st.sampled_from(("", "average"))),
        currency=draw(st.sampled_from(("", "USD"))),
    )


moments = days.map(lambda day: end_of(day, ZONE)) | days.map(
    lambda day: Moment(day - dt.timedelta(days=1), noon(day), is_day=False)
)


@given(everything(), moments, instants)
@settings(max_examples=25, deadline=None)
def test_engine_and_judge_agree_whatever_is_told(history, at, until):
    same(history, at, Known(until))
