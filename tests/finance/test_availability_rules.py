"""What may be sold, worked out by hand: each rule on the smallest case that shows it."""

import datetime as dt
from decimal import Decimal

import pytest

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.finance.availability import (
    AvailabilityInput,
    BookLine,
    BookReading,
    BookTerm,
    FloorReading,
    FloorStock,
    IncomingLine,
    MoveKind,
    PublishedFigure,
    ReadingTells,
    SafetyBuffer,
    SalesChannel,
    SellingPolicy,
    StockMove,
    WhyNot,
    changes,
    published,
    sellable,
)

NOW = dt.datetime(2026, 10, 5, 15, tzinfo=dt.UTC)
BATCH, FLOOR = NOW - dt.timedelta(minutes=50), NOW - dt.timedelta(minutes=5)
A, NJ, LA = "01234-BLK-M", "NJ", "LA"
TERMS = {"IN": BookTerm.INVOICED, "PK": BookTerm.PROMISED, "OP": BookTerm.PROMISED}


def line(what, qty, document="", location=NJ, item=A):
    term = TERMS.get(what, BookTerm.STOCK)
    return BookLine(item=item, location=location, qty=qty, term=term, document=document, what=what)


def book(*lines, **others):
    return BookReading(**{"lines": lines, "taken_at": BATCH, **others})


def floor(qty, *others, taken_at=FLOOR, **told):
    stock = [FloorStock(item=A, location=NJ, qty=qty), *others]
    return FloorReading(stock=stock, taken_at=taken_at, **told)


def move(kind, qty, document, *, minutes=30, location=NJ, number="", **others):
    return StockMove(
        move_id=number or f"{kind} {document} {qty} {minutes}",
        item=A,
        location=location,
        kind=MoveKind(kind),
        qty=qty,
        document=document,
        occurred_at=NOW - dt.timedelta(minutes=minutes),
        **others,
    )


def figure(books, floors, *moves, policy=None, as_of=NOW, known_until=None, **others):
    given = AvailabilityInput(books=[books], floors=[floors], moves=moves, **others)
    return sellable(given, policy, as_of=as_of, known_until=known_until).figures[0]


def available(*args, **others):
    return int(figure(*args, **others).available)


STOCK = line("R1", 100, "PO1")


@pytest.mark.parametrize(
    ("lines", "there", "moves", "expected"),
    [
        # Blue Cherry's own formula, where nothing happened since.
        ([STOCK, line("IN", -10, "P1"), line("PK", -5, "P2"), line("OP", -4, "P3")], 90, [], 81),
        # Dispatched since: the books still promise it, and it is gone from the floor. Counted once.
        ([STOCK, line("PK", -5, "P2")], 95, [("allocated", 5, "P2"), ("dispatched", 5, "P2")], 95),
        # The batch has caught up: it is invoiced, and still counted once.
        ([STOCK, line("IN", -5, "P2")], 95, [("allocated", 5, "P2"), ("dispatched", 5, "P2")], 95),
        # An order that the books do not have yet.
        ([STOCK], 100, [("allocated", 7, "P9")], 93),
        ([STOCK], 100, [("sold", 7, "P9")], 93),
        ([STOCK], 100, [("sold", 7, "P9"), ("sold", -2, "P9")], 95),
        # More was picked than was ordered.
        ([STOCK, line("PK", -5, "P2")], 100, [("picked", 6, "P2")], 94),
        # A pick that was cancelled: the order stands, until the books drop it.
        ([STOCK, line("PK", -5, "P2")], 100, [("allocated", 5, "P2"), ("cancelled", 5, "P2")], 95),
        ([STOCK], 100, [("allocated", 5, "P2"), ("cancelled", 5, "P2")], 100),
        # What is cancelled late is gone all the same.
        ([STOCK], 95, [("allocated", 5, "P2"), ("dispatched", 5, "P2"), ("cancelled", 5, "P2")], 95),
        # It came back on the shelf, and is still for its order.
        ([STOCK, line("PK", -5, "P2")], 100, [("dispatched", 5, "P2"), ("undispatched", 5, "P2")], 95),
        # Short: the books dropped the rest, and the two that nobody found are on the floor by the system's word.
        (
            [STOCK, line("IN", -3, "P2")],
            97,
            [("allocated", 5, "P2"), ("dispatched", 3, "P2"), ("shorted", 2, "P2")],
            95,
        ),
        # Received since, and put away.
        ([STOCK], 130, [("received", 30, "PO2")], 130),
        # A half of the batch has it.
        ([STOCK, line("R1", 10, "PO2")], 130, [("received", 30, "PO2")], 130),
        # The books have more of it than the warehouse: it is not added, and the floor says what there is.
        ([STOCK, line("R1", 40, "PO2")], 130, [("received", 30, "PO2")], 130),
        ([STOCK], 102, [("returned", 2, "RMA1")], 102),
        # Adjusted since, then booked.
        ([STOCK], 96, [("adjusted", -4, "A1")], 96),
        ([STOCK, line("SA", -4, "A1")], 96, [("adjusted", -4, "A1")], 96),
        # Blue Cherry thinks that more is there than is.
        ([STOCK], 60, [], 60),
        # Blue Cherry promised more than there is.
        ([line("R1", 3, "PO1"), line("OP", -9, "P1")], 3, [], 0),
    ],
)
def test_each_document_counts_once(lines, there, moves, expected):
    assert available(book(*lines), floor(there), *(move(*each) for each in moves)) == expected


def test_a_count_answers_the_shorts_before_it():
    lines = [STOCK, line("IN", -3, "P2")]
    moves = [
        move("allocated", 5, "P2", minutes=45),
        move("dispatched", 3, "P2", minutes=40),
        move("shorted", 2, "P2", minutes=40),
        move("counted", -2, "C1", minutes=20),
    ]
    assert available(book(*lines), floor(95), *moves) == 95
    assert available(book(*lines, line("SA", -2, "C1")), floor(95), *moves) == 95
    later = move("shorted", 1, "P2", minutes=10)
    assert available(book(*lines), floor(95), *moves, later) == 94


def test_what_is_held_or_not_put_away_is_not_sold():
    held = FloorStock(item=A, location=NJ, qty=8, is_pickable=False, status="held")
    bay = FloorStock(item=A, location=NJ, qty=30, is_pickable=False, status="received")
    assert available(book(STOCK), floor(92, held)) == 92
    assert available(book(STOCK), floor(100, bay), move("received", 30, "PO2")) == 100
    # The books took the held stock away themselves: it is not taken off a second time.
    booked = book(STOCK, line("SA", -8, "H1"))
    assert available(booked, floor(92, held), move("held", 8, "H1")) == 92
    # Held after the floor was read.
    assert available(book(STOCK), floor(100), move("held", 8, "H1", minutes=2)) == 92


def test_a_floor_that_tells_no_status_has_its_holds_from_the_movements():
    moves = [move("held", 8, "H1"), move("released", 3, "H2")]
    assert available(book(STOCK), floor(100, tells_status=False), *moves) == 95
    late = floor(100, tells_status=False, taken_at=NOW - dt.timedelta(hours=1))  # held after it was read: once
    assert available(book(STOCK), late, *moves) == 95


def test_what_left_after_the_floor_was_read_is_not_on_it():
    old = floor(100, taken_at=NOW - dt.timedelta(hours=1))
    assert available(book(STOCK), old, move("dispatched", 9, "P9")) == 91
    assert available(book(STOCK), old, move("adjusted", -9, "A9")) == 91
    assert available(book(STOCK), old, move("received", 9, "PO9")) == 100  # seen at its next reading


@pytest.mark.parametrize("kind", ["received", "returned", "adjusted", "transferred"])
def test_what_came_after_the_floor_was_read_is_not_known_to_be_pickable_in_either_sum(kind):
    old = floor(100, taken_at=NOW - dt.timedelta(hours=1))
    for lines in ([STOCK], [STOCK, line("R1", 9, "D9")]):
        told = figure(book(*lines), old, move(kind, 9, "D9"))
        assert (told.open, told.free) == (100, 100)
    unclear = figure(book(line("figure", 100), tells=ReadingTells.NOTHING), old, move(kind, 9, "D9"))
    assert unclear.open == 100  # nobody knows whether the figure has it: the floor says what there is


def test_an_order_is_one_under_all_its_names():
    lines = [STOCK, line("OP", -10, "1001")]
    moves = [move("sold", 10, "1001"), move("allocated", 6, "P1"), move("allocated", 4, "P2")]
    assert available(book(*lines), floor(100), *moves, names=[("1001", "P1"), ("1001", "P2")]) == 90
    assert available(book(*lines), floor(100), *moves) == 80  # nobody says that they are one: too little


def test_a_promise_at_no_location_counts_everywhere_and_stock_only_where_it_is():
    lines = [line("R1", 50, "PO1"), line("R1", 20, "PO2", location=LA), line("OP", -5, "P1", location="")]
    there = floor(50, FloorStock(item=A, location=LA, qty=20))
    channels = (SalesChannel(name="east", locations=[NJ]), SalesChannel(name="all"))
    stock = sellable(
        AvailabilityInput(books=[book(*lines)], floors=[there]), SellingPolicy(channels=channels), as_of=NOW
    )
    assert {each.channel: int(each.available) for each in stock.figures} == {"east": 45, "all": 65}


def test_a_sale_from_nowhere_yet_counts_everywhere_until_the_books_say_where():
    there = floor(50, FloorStock(item=A, location=LA, qty=20))
    channels = (SalesChannel(name="east", locations=[NJ]), SalesChannel(name="west", locations=[LA]))
    sale = move("sold", 4, "1009", location="")
    stock = [line("R1", 50, "PO1"), line("R1", 20, "PO2", location=LA)]

    def figures(*more):
        given = AvailabilityInput(books=[book(*stock, *more)], floors=[there], moves=[sale])
        found = sellable(given, SellingPolicy(channels=channels), as_of=NOW).figures
        return [int(each.available) for each in found]

    assert figures() == [46, 16]
    assert figures(line("OP", -3, "1009", location=LA)) == [49, 16]  # one of it is still to be decided
    assert figures(line("PK", -4, "1009", location=LA)) == [50, 16]


# A reading that tells no documents -------------------------------------------------------------------------


def test_without_documents_what_goes_is_taken_off_and_what_comes_is_not_added():
    figures = book(line("figure", 100), tells=ReadingTells.NOTHING)
    there = floor(200)
    assert available(figures, there, move("dispatched", 5, "P1")) == 95
    assert available(figures, there, move("dispatched", 5, "P1", minutes=600)) == 95  # it may not be in it
    assert available(figures, there, move("dispatched", 5, "P1", minutes=60 * 26)) == 100  # by now it is
    assert available(figures, there, move("received", 5, "PO1")) == 100
    assert available(figures, there, move("adjusted", -5, "A1")) == 95


def test_statuses_say_which_documents_a_figure_has():
    figures = book(line("figure", 100), tells=ReadingTells.STATUSES, documents=frozenset({"P1", "PO1"}))
    there = floor(200)
    moves = [move("dispatched", 5, "P1"), move("dispatched", 3, "P2"), move("received", 9, "PO1")]
    assert available(figures, there, *moves) == 97
    assert available(figures, there, *moves, move("received", 4, "PO2")) == 101


# Absent is not zero ----------------------------------------------------------------------------------------


def test_what_no_source_has_is_not_sellable_and_says_why():
    other = line("R1", 5, "PO1", item="other")
    given = AvailabilityInput(books=[book(other)], floors=[floor(10)], items=frozenset({"asked"}))
    found = {each.item: (int(each.available), each.why) for each in sellable(given, as_of=NOW).figures}
    assert found == {A: (0, WhyNot.NO_READING), "asked": (0, WhyNot.NO_READING), "other": (0, None)}
    no_floor = sellable(AvailabilityInput(books=[book(STOCK)]), as_of=NOW).figures[0]
    assert (no_floor.why, no_floor.free) == (WhyNot.NO_STOCK_READING, None)
    no_book = sellable(AvailabilityInput(floors=[floor(1)]), as_of=NOW).figures[0]
    assert (no_book.why, no_book.books) == (WhyNot.NO_READING, None)


def test_a_source_that_is_too_old_closes_the_shop():
    day = dt.timedelta(hours=37)
    assert figure(book(STOCK, taken_at=NOW - day), floor(9)).why is WhyNot.READING_TOO_OLD
    assert figure(book(STOCK), floor(9, taken_at=NOW - day)).why is WhyNot.STOCK_TOO_OLD
    assert figure(book(STOCK, taken_at=None), floor(9)).why is WhyNot.READING_TOO_OLD
    never = SellingPolicy(book_max_age=None, floor_max_age=None)
    old = figure(book(STOCK, taken_at=NOW - day), floor(9, taken_at=NOW - day), policy=never)
    assert (old.why, int(old.available), old.age) == (None, 9, day)


def test_what_is_refused_or_stopped_says_so():
    refused = figure(book(STOCK), floor(9), refused=((A, "two SKUs have this code"),))
    assert (refused.available, refused.why, refused.detail) == (0, WhyNot.REFUSED, "two SKUs have this code")
    assert figure(book(STOCK), floor(9), policy=SellingPolicy(stopped={A})).why is WhyNot.STOPPED


# Policy ----------------------------------------------------------------------------------------------------


def test_the_most_exact_buffer_counts():
    buffers = {
        ("", ""): SafetyBuffer(units=1),
        ("", "web"): SafetyBuffer(units=2),
        ("basic", ""): SafetyBuffer(percent=10),
        ("basic", "web"): SafetyBuffer(units=3, percent=1),
    }
    channels = (SalesChannel(name="web"), SalesChannel(name="shop"))
    for classes, expected in (({}, {"web": 43, "shop": 44}), ({A: "basic"}, {"web": 42, "shop": 40})):
        policy = SellingPolicy(channels=channels, buffers=buffers, classes=classes)
        stock = sellable(AvailabilityInput(books=[book(STOCK)], floors=[floor(45)]), policy, as_of=NOW)
        assert {each.channel: int(each.available) for each in stock.figures} == expected


def test_a_share_is_whole_pieces():
    policy = SellingPolicy(channels=(SalesChannel(name="web", share="0.6"),))
    assert available(book(STOCK), floor(9), policy=policy) == 5


def test_what_comes_is_sold_as_preorder_only_where_the_policy_says_so():
    coming = [
        IncomingLine(document="PO7", line="1", item=A, location=NJ, qty=40, due_on=dt.date(2026, 10, 20)),
        IncomingLine(document="PO8", line="1", item=A, location=NJ, qty=50, due_on=dt.date(2026, 12, 20)),
        IncomingLine(document="PO6", line="1", item=A, location=NJ, qty=60, due_on=dt.date(2026, 10, 1)),
    ]
    promised = book(line("R1", 10, "PO1"), line("OP", -16, "P1"))
    arrived = move("received", 5, "PO7")
    channels = (SalesChannel(name="web", preorders=True), SalesChannel(name="shop"))
    given = AvailabilityInput(books=[promised], floors=[floor(15)], moves=[arrived, arrived], incoming=coming * 2)
    none = sellable(given, SellingPolicy(channels=channels), as_of=NOW)
    assert [int(each.preorder) for each in none.figures] == [0, 0]
    month = SellingPolicy(channels=channels, incoming_days=30)
    assert [int(each.preorder) for each in sellable(given, month, as_of=NOW).figures] == [34, 0]  # 40 - 5 - 1


@pytest.mark.parametrize(
    ("lines", "moves", "expected"),
    [
        ([line("R1", 30, "PO7")], [], 10),  # received long ago: no movement tells of it any more
        ([line("R1", 30, "PO7")], [("received", 30, "PO7")], 10),  # and once, where both tell it
        ([line("R1", 12, "PO7")], [("received", 30, "PO7")], 10),
        ([line("R1", 60, "PO7")], [], 0),
    ],
)
def test_what_came_of_an_order_by_either_side_is_no_longer_to_come(lines, moves, expected):
    coming = IncomingLine(document="PO7", line="1", item=A, location=NJ, qty=40, due_on=dt.date(2026, 10, 20))
    policy = SellingPolicy(channels=(SalesChannel(name="web", preorders=True),), incoming_days=30)
    told = figure(book(*lines), floor(60), *(move(*each) for each in moves), policy=policy, incoming=[coming])
    assert int(told.preorder) == expected


def test_a_policy_that_is_none_is_refused():
    with pytest.raises(ConfigurationError, match="named twice"):
        SellingPolicy(channels=(SalesChannel(name="web"), SalesChannel(name="web")))
    with pytest.raises(ConfigurationError, match="more than all"):
        SalesChannel(name="web", share="1.5")
    with pytest.raises(InvalidRecord, match="no time zone"):
        sellable(AvailabilityInput(), as_of=NOW.replace(tzinfo=None))


# As of, known until, and why ---------------------------------------------------------------------------------


def test_any_moment_is_answered_by_what_had_happened_and_was_known():
    before = book(STOCK, taken_at=NOW - dt.timedelta(hours=3))
    later = move("allocated", 5, "P5", minutes=5, recorded_at=NOW - dt.timedelta(minutes=1))
    given = AvailabilityInput(
        books=[before, book(STOCK, line("OP", -20, "P4"))],
        floors=[floor(100, taken_at=NOW - dt.timedelta(hours=3)), floor(100)],
        moves=[later],
    )

    def at(as_of, known_until=None):
        return int(sellable(given, as_of=as_of, known_until=known_until).figures[0].available)

    assert at(NOW) == 75
    assert at(NOW, NOW - dt.timedelta(minutes=2)) == 80  # nobody had told of P5
    assert at(NOW - dt.timedelta(hours=1)) == 100  # before the last batch
    assert at(later.occurred_at) == 80  # just before it


def test_a_movement_told_again_is_as_it_was_recorded_last():
    first = move("allocated", 5, "P5", number="T1", recorded_at=NOW - dt.timedelta(minutes=20))
    corrected = move("allocated", 7, "P5", number="T1", recorded_at=NOW - dt.timedelta(minutes=10))
    for moves in ([first, corrected], [corrected, first], [corrected, first, corrected]):
        assert available(book(STOCK), floor(100), *moves) == 93


@pytest.mark.parametrize("differs", [{"tells": ReadingTells.NOTHING}, {"opened_at": BATCH}])
def test_of_two_readings_of_one_instant_one_counts_whichever_came_first(differs):
    one, other = book(line("figure", 100)), book(line("figure", 100), **differs)
    moves = [move("received", 5, "PO1", minutes=60)]
    found = {
        sellable(AvailabilityInput(books=books, floors=[floor(200)], moves=moves), as_of=NOW).figures[0]
        for books in ([one, other], [other, one])
    }
    assert len(found) == 1


def test_the_sum_is_explained_line_by_line():
    given = AvailabilityInput(
        books=[book(STOCK, line("PK", -5, "P2"), line("IN", -10, "P1"))],
        floors=[floor(90, FloorStock(item=A, location=NJ, qty=2, is_pickable=False))],
        moves=[move("dispatched", 1, "P9"), move("received", 3, "PO2")],
    )
    policy = SellingPolicy(buffers={("", ""): SafetyBuffer(units=4)})
    told = sellable(given, policy, as_of=NOW).explain(A)
    assert [(each.what, each.document, int(each.qty)) for each in told.open_terms] == [
        ("Blue Cherry: IN", "", -10),
        ("Blue Cherry: PK", "", -5),
        ("Blue Cherry: R1", "", 100),
        ("on hold or not put away", "", -2),
        ("dispatched since", "P9", -1),
        ("received since", "PO2", 3),
    ]
    assert [(each.what, each.document, int(each.qty)) for each in told.free_terms] == [
        ("pickable", "", 90),
        ("promised, and still there", "P2", -5),
    ]
    assert [int(each) for each in (told.figure.books, told.figure.open, told.figure.free)] == [85, 85, 85]
    assert (int(told.figure.buffer), int(told.figure.available)) == (4, 81)
    with pytest.raises(InvalidRecord, match="nothing tells of this item"):
        sellable(given, as_of=NOW).explain("nothing")
    with pytest.raises(InvalidRecord, match="no such channel"):
        sellable(given, as_of=NOW).explain(A, "nobody")


def test_a_channel_s_share_is_a_line_of_its_own():
    channels = (SalesChannel(name="web", share="0.5"), SalesChannel(name="shop"))
    policy = SellingPolicy(channels=channels, buffers={("", ""): SafetyBuffer(units=4)})
    stock = sellable(AvailabilityInput(books=[book(STOCK)], floors=[floor(59)]), policy, as_of=NOW)
    told = stock.explain(A, "web")
    assert (told.share, int(told.figure.available)) == (Decimal("0.5"), 27)  # half of 55, in whole pieces
    assert stock.explain(A, "shop").share == 1


# The feed ----------------------------------------------------------------------------------------------------


def test_a_feed_tells_what_is_new_and_nothing_else():
    def figures(there):
        stock = sellable(AvailabilityInput(books=[book(STOCK)], floors=[floor(there)]), as_of=NOW)
        return stock.figures

    known = published(figures(9))
    assert changes(known, figures(9)) == []
    (change,) = changes(known, figures(8))
    assert (change.item, int(change.now.available), int(change.was.available)) == (A, 8, 9)
    assert [each.was for each in changes({}, figures(8))] == [None]
    (gone,) = changes(known, [])
    assert gone.now == PublishedFigure(Decimal(0), Decimal(0), WhyNot.NO_LONGER_TOLD)
    assert changes({("all", A): gone.now}, []) == []
