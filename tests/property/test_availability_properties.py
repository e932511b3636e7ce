"""Availability: neither order nor repetition changes a figure, any moment has one answer, and no rule is
broken."""

import datetime as dt
from decimal import Decimal

from how_many import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from clarus_bluecherry.finance.availability import (
    AvailabilityInput,
    BookLine,
    BookReading,
    BookTerm,
    FloorReading,
    FloorStock,
    MoveKind,
    ReadingTells,
    SafetyBuffer,
    SalesChannel,
    SellingPolicy,
    StockMove,
    changes,
    published,
    sellable,
)

NOW = dt.datetime(2026, 10, 5, 15, tzinfo=dt.UTC)
POLICY = SellingPolicy(
    channels=(SalesChannel(name="web"), SalesChannel(name="east", locations=["NJ"], share="0.5")),
    buffers={("", "web"): SafetyBuffer(units=1)},
)
ITEMS, PLACES = st.sampled_from(["A", "B"]), st.sampled_from(["NJ", "LA"])
DOCUMENTS = st.sampled_from(["D1", "D2", "D3", "D4"])
EACHES = st.integers(0, 9)
_SIGNED = {MoveKind.ADJUSTED, MoveKind.COUNTED, MoveKind.TRANSFERRED, MoveKind.CONVERTED}


@st.composite
def lines(draw):
    term = draw(st.sampled_from(BookTerm))
    qty = draw(EACHES) if term is BookTerm.STOCK else -draw(EACHES)
    return BookLine(item=draw(ITEMS), location=draw(PLACES), qty=qty, term=term, document=draw(DOCUMENTS))


@st.composite
def moves(draw):
    kind = draw(st.sampled_from(MoveKind))
    happened = NOW - dt.timedelta(minutes=draw(st.integers(0, 180)))
    late = draw(st.one_of(st.none(), st.integers(0, 30)))
    return StockMove(
        move_id=draw(st.sampled_from([f"T{number}" for number in range(12)])),
        item=draw(ITEMS),
        location=draw(PLACES),
        kind=kind,
        qty=draw(EACHES) * (draw(st.sampled_from([1, -1])) if kind in _SIGNED else 1),
        document=draw(DOCUMENTS),
        occurred_at=happened,
        recorded_at=None if late is None else happened + dt.timedelta(minutes=late),
    )


@st.composite
def inputs(draw):
    stock = st.builds(FloorStock, item=ITEMS, location=PLACES, qty=EACHES.map(Decimal), is_pickable=st.booleans())
    ages = st.integers(1, 120).map(lambda minutes: NOW - dt.timedelta(minutes=minutes))
    books = st.builds(
        BookReading,
        lines=st.lists(lines(), max_size=8).map(tuple),
        taken_at=ages,
        tells=st.sampled_from(ReadingTells),
        documents=st.frozensets(DOCUMENTS),
    )
    floors = st.builds(FloorReading, stock=st.lists(stock, max_size=5).map(tuple), taken_at=ages)
    return AvailabilityInput(
        books=draw(st.lists(books, max_size=3)),
        floors=draw(st.lists(floors, max_size=3)),
        moves=draw(st.lists(moves(), max_size=12)),
        names=draw(st.lists(st.tuples(DOCUMENTS, DOCUMENTS), max_size=2)),
    )


def figures(told, **moments):
    return sellable(told, POLICY, **{"as_of": NOW, **moments}).figures


@given(inputs(), st.randoms(use_true_random=False), st.integers(0, 200))
@settings(max_examples=examples(150), deadline=None)
def test_order_and_repetition_change_nothing_at_any_moment(told, rng, minutes):
    def again(rows):
        repeated = [*rows, *rng.sample([*rows], k=len(rows) // 2)]
        rng.shuffle(repeated)
        return repeated

    def mixed(reading):
        rows = [*reading.lines]
        rng.shuffle(rows)
        return BookReading(
            lines=tuple(rows), taken_at=reading.taken_at, tells=reading.tells, documents=reading.documents
        )

    other = AvailabilityInput(
        books=again([mixed(each) for each in told.books]),
        floors=again(told.floors),
        moves=again(told.moves),
        names=again(told.names),
    )
    then = NOW - dt.timedelta(minutes=minutes)
    for moments in ({}, {"as_of": then}, {"known_until": then}):
        assert figures(other, **moments) == figures(told, **moments)


@given(inputs())
@settings(max_examples=examples(150), deadline=None)
def test_no_figure_is_below_nothing_or_beyond_either_sum(told):
    for each in figures(told):
        assert each.available >= 0
        if each.available:
            assert each.available <= min(each.open, each.free) - each.buffer
            assert each.is_sellable
        stock = sellable(told, POLICY, as_of=NOW).explain(each.item, each.channel)
        assert stock.figure == each
        if each.open is not None:
            assert sum(term.qty for term in stock.open_terms) == each.open
        if each.free is not None:
            assert sum(term.qty for term in stock.free_terms) == each.free


@given(inputs(), moves())
@settings(max_examples=examples(100), deadline=None)
def test_what_is_sold_besides_never_raises_a_figure(told, move):
    sale = StockMove(
        move_id="S1",
        item=move.item,
        location=move.location,
        kind=MoveKind.SOLD,
        qty=3,
        document="S1",
        occurred_at=NOW - dt.timedelta(minutes=1),
    )
    after = AvailabilityInput(books=told.books, floors=told.floors, moves=[*told.moves, sale], names=told.names)
    before = {(each.channel, each.item): each.available for each in figures(told)}
    for each in figures(after):
        assert each.available <= before.get((each.channel, each.item), Decimal(0))


@given(inputs(), inputs())
@settings(max_examples=60, deadline=None)
def test_who_is_told_what_changed_knows_all_of_it(first, second):
    known = published(figures(first))
    for change in changes(known, figures(second)):
        assert known.get((change.channel, change.item)) == change.was
        known[change.channel, change.item] = change.now
    now = published(figures(second))
    assert {key: each for key, each in known.items() if key in now} == now
    assert changes(known, figures(second)) == []
