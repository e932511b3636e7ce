"""Random histories of two sides that disagree, for the properties of the close."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from clarus_bluecherry.finance.close import (
    CloseInput,
    CostRow,
    EntrySide,
    Moved,
    Position,
    PostingStep,
    Reading,
    StockEntry,
)

ZONE = ZoneInfo("America/New_York")
BEGAN, LAST, READ = dt.date(2026, 9, 30), dt.date(2026, 10, 31), dt.date(2026, 11, 4)
ITEMS, LOCATIONS = ("A", "B", "C"), ("NJ", "LA")
STATES = ("pending", "accepted", "posted", "rejected", "retrying", "in_doubt", "parked", "cancelled")
SIGNS = {Moved.DISPATCHED: -1, Moved.RECEIVED: 1, Moved.RETURNED: 1}
CLASSES = (Moved.DISPATCHED, Moved.RECEIVED, Moved.RETURNED, Moved.ADJUSTED, Moved.CONVERTED, Moved.TRANSFERRED)


def noon(day):
    return dt.datetime.combine(day, dt.time(12), ZONE)


days = st.integers(1, 34).map(lambda n: BEGAN + dt.timedelta(days=n))


@st.composite
def documents(draw):
    """What one document did on both sides: moved, booked once, never or twice, on one day or another."""
    moved = draw(st.sampled_from(CLASSES))
    qty = draw(st.integers(1, 9)) * SIGNS.get(moved, draw(st.sampled_from((-1, 1))))
    place = draw(st.sampled_from(ITEMS)), draw(st.sampled_from(LOCATIONS))
    day = draw(days)
    is_moved = draw(st.booleans()) or draw(st.booleans())
    booked = draw(st.lists(st.tuples(days, st.sampled_from((0, 0, 0, 1, 2))), max_size=2))
    state = draw(st.none() | st.sampled_from(STATES))
    told = draw(st.none() | st.integers(1, 9))
    return moved, qty, place, day, is_moved, booked, state, told


@st.composite
def histories(draw):
    """A history as the input of a close. Both sides began alike; some pieces went that nobody knows of."""
    lost = {}
    if draw(st.booleans()):
        place = draw(st.sampled_from(ITEMS)), draw(st.sampled_from(LOCATIONS))
        lost[place] = -draw(st.integers(1, 9))
    return history(draw(st.lists(documents(), max_size=12)), lost)


def history(told, lost):
    entries, postings = [], []
    held = defaultdict(lambda: Decimal(50))
    for number, (moved, qty, place, day, is_moved, booked, state, of) in enumerate(told):
        document = f"D{number}"
        common = {"item": place[0], "location": place[1], "moved": moved, "document": document}
        if is_moved:
            entries.append(
                StockEntry(
                    entry_id=f"p{number}",
                    side=EntrySide.PHYSICAL,
                    qty=qty,
                    occurred_at=noon(day),
                    own_date=day,
                    **common,
                )
            )
            held[place] += qty
        for line, (on, off) in enumerate(booked):
            entries.append(
                StockEntry(
                    entry_id=f"b{number}.{line}",
                    side=EntrySide.BOOK,
                    qty=qty + off * (1 if qty > 0 else -1),
                    booked_date=on,
                    entered_at=noon(on),
                    **common,
                )
            )
        if state:
            postings.append(PostingStep(document=document, state=state, moved=moved, qty=of and Decimal(of)))
    places = [(item, location) for item in ITEMS for location in LOCATIONS]
    stock = [Position(item=i, location=at, qty=held[i, at] + lost.get((i, at), 0)) for i, at in places]
    began = [Position(item=i, location=at, qty=50) for i, at in places]
    return CloseInput(
        zone=ZONE,
        entries=entries,
        readings=[
            Reading(side=EntrySide.PHYSICAL, positions=tuple(stock), taken_at=noon(READ)),
            Reading(side=EntrySide.BOOK, positions=tuple(began), as_of=BEGAN),
        ],
        costs=[CostRow(item="A", amount=Decimal("2.50")), CostRow(item="B", location="NJ", amount=Decimal(3))],
        postings=postings,
    )
