"""Availability: neither order nor repetition changes a figure, any moment has one answer, and no rule is
broken."""

import datetime as dt
from decimal import ROUND_FLOOR, Decimal

from attrs import evolve
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
    IncomingLine,
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
    channels=(
        SalesChannel(name="web", preorders=True),
        SalesChannel(name="east", locations=["NJ"], share="0.5", preorders=True),
    ),
    buffers={("", "web"): SafetyBuffer(units=1), ("fine", ""): SafetyBuffer(percent=10)},
    classes={"B": "fine"},
    incoming_days=30,
    incoming_share="0.8",
)
ITEMS, PLACES = st.sampled_from(["A", "B"]), st.sampled_from(["NJ", "LA"])
ANYWHERE = st.sampled_from(["NJ", "LA", ""])
DOCUMENTS = st.sampled_from(["D1", "D2", "D3", "D4"])
EACHES = st.integers(0, 9)
_SIGNED = {MoveKind.ADJUSTED, MoveKind.COUNTED, MoveKind.TRANSFERRED, MoveKind.CONVERTED}


@st.composite
def lines(draw):
    term = draw(st.sampled_from(BookTerm))
    qty = draw(EACHES) if term is BookTerm.STOCK else -draw(EACHES)
    where = draw(PLACES if term is BookTerm.STOCK else ANYWHERE)
    what = draw(st.sampled_from(["", "R1"]))
    document = draw(st.one_of(st.just(""), DOCUMENTS))
    return BookLine(item=draw(ITEMS), location=where, qty=qty, term=term, document=document, what=what)


@st.composite
def moves(draw):
    kind = draw(st.sampled_from(MoveKind))
    happened = NOW - dt.timedelta(minutes=draw(st.integers(0, 180)))
    late = draw(st.one_of(st.none(), st.integers(0, 30)))
    return StockMove(
        move_id=draw(st.sampled_from([f"T{number}" for number in range(12)])),
        item=draw(ITEMS),
        location=draw(ANYWHERE if kind is MoveKind.SOLD else PLACES),
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
        opened_at=st.one_of(st.none(), ages),
        tells=st.sampled_from(ReadingTells),
        documents=st.frozensets(DOCUMENTS),
    )
    rows = st.lists(stock, max_size=5).map(tuple)
    floors = st.builds(FloorReading, stock=rows, taken_at=ages, tells_status=st.booleans())
    days = st.integers(-5, 40).map(lambda ahead: NOW.date() + dt.timedelta(days=ahead))
    coming = st.builds(
        IncomingLine, document=DOCUMENTS, item=ITEMS, location=PLACES, qty=EACHES.map(Decimal), due_on=days
    )
    return AvailabilityInput(
        books=draw(st.lists(books, max_size=3)),
        floors=draw(st.lists(floors, max_size=3)),
        moves=draw(st.lists(moves(), max_size=12)),
        incoming=draw(st.lists(coming, max_size=3)),
        names=draw(st.lists(st.tuples(DOCUMENTS, DOCUMENTS), max_size=2)),
    )


def figures(told, **moments):
    return sellable(told, POLICY, **{"as_of": NOW, **moments}).figures


def explained(told, **moments):
    stock = sellable(told, POLICY, **{"as_of": NOW, **moments})
    return [stock.explain(each.item, each.channel) for each in stock.figures]


@given(inputs(), st.randoms(use_true_random=False), st.integers(0, 200))
@settings(max_examples=examples(150), deadline=None)
def test_order_and_repetition_change_nothing_at_any_moment(told, rng, minutes):
    def again(rows):
        repeated = [*rows, *rng.sample([*rows], k=len(rows) // 2)]
        rng.shuffle(repeated)
        return repeated

    def mixed(reading, name):
        rows = [*getattr(reading, name)]
        rng.shuffle(rows)
        return evolve(reading, **{name: tuple(rows)})

    other = AvailabilityInput(
        books=again([mixed(each, "lines") for each in told.books]),
        floors=again([mixed(each, "stock") for each in told.floors]),
        moves=again(told.moves),
        incoming=again(told.incoming),
        names=again(told.names),
    )
    then = NOW - dt.timedelta(minutes=minutes)
    for moments in ({}, {"as_of": then}, {"known_until": then}):
        assert figures(other, **moments) == figures(told, **moments)
        assert explained(other, **moments) == explained(told, **moments)


@given(inputs(), inputs(), st.integers(0, 200), st.integers(0, 200))
@settings(max_examples=examples(50), deadline=None)
def test_what_is_told_later_changes_no_figure_of_before(told, later, minutes, ago):
    as_of, known = NOW - dt.timedelta(minutes=minutes), NOW - dt.timedelta(minutes=ago)
    after = known + dt.timedelta(seconds=1)
    more = AvailabilityInput(
        books=[*told.books, *(evolve(each, known_at=after) for each in later.books)],
        floors=[*told.floors, *(evolve(each, known_at=after) for each in later.floors)],
        moves=[*(evolve(each, recorded_at=after) for each in later.moves), *told.moves],
        incoming=told.incoming,
        names=told.names,
    )
    moments = {"as_of": as_of, "known_until": known}
    assert figures(more, **moments) == figures(told, **moments)
    happened = evolve(more, books=told.books, floors=told.floors, moves=[*told.moves, *_from(later.moves, NOW)])
    assert figures(happened) == figures(told)


def _from(rows, moment):
    return [evolve(each, move_id=f"later {each.move_id}", occurred_at=moment, recorded_at=None) for each in rows]


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
        if each.is_sellable:
            left = min(each.open, each.free) - each.buffer
            assert each.available == max(0, (left * stock.share).to_integral_value(ROUND_FLOOR))
            coming = sum(term.qty for term in stock.incoming_terms) * POLICY.incoming_share + min(0, left)
            assert each.preorder == max(0, (coming * stock.share).to_integral_value(ROUND_FLOOR))


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
    after = evolve(told, moves=[*told.moves, sale])
    before = {(each.channel, each.item): each.available for each in figures(told)}
    for each in figures(after):
        assert each.available <= before.get((each.channel, each.item), Decimal(0))


@given(inputs(), inputs())
@settings(max_examples=examples(60), deadline=None)
def test_who_is_told_what_changed_knows_all_of_it(first, second):
    known = published(figures(first))
    for change in changes(known, figures(second)):
        assert known.get((change.channel, change.item)) == change.was
        known[change.channel, change.item] = change.now
    now = published(figures(second))
    assert {key: each for key, each in known.items() if key in now} == now
    assert changes(known, figures(second)) == []
