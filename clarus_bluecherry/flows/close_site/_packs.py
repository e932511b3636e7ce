"""Prepacks that the books have as one code, and of which the warehouse keeps the pieces.

Law of this module: what Blue Cherry says of such a pack counts piece by piece, as the warehouse does. Nobody says
what one piece of it is worth, so that it has no value of its own. A pack that the warehouse stocks stays whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TypeVar

from attrs import evolve

from clarus_bluecherry.finance.close import (
    CloseInput,
    CreditMemo,
    EntrySide,
    ExpectedLine,
    OpenItem,
    OrderVersion,
    Position,
    PostingStep,
    Reading,
    StockEntry,
)

Told = TypeVar("Told", PostingStep, OrderVersion, ExpectedLine, OpenItem, CreditMemo)
Parts = Mapping[str, Mapping[str, Decimal]]


def in_pieces(given: CloseInput, stocked: Collection[str]) -> CloseInput:
    """The same, with each pack that is none of the `stocked` items as its components."""
    packs = {name: item.parts for name, item in given.items.items() if item.parts and name not in stocked}
    if not packs:
        return given
    return evolve(
        given,
        entries=[piece for entry in given.entries for piece in _entries(entry, packs)],
        readings=[_reading(reading, packs) for reading in given.readings],
        postings=_each(given.postings, packs),
        orders=_each(given.orders, packs),
        expected=_each(given.expected, packs),
        open_items=_each(given.open_items, packs),
        credits=_each(given.credits, packs, lambda memo: evolve(memo, price=None)),
    )


def _entries(entry: StockEntry, packs: Parts) -> Iterator[StockEntry]:
    parts = packs.get(entry.item)
    if parts is None or entry.side is EntrySide.PHYSICAL:
        yield entry
        return
    for item, eaches in sorted(parts.items()):
        qty = entry.qty * eaches
        yield evolve(entry, entry_id=f"{entry.entry_id}:{item}", item=item, qty=qty, value=None)


def _reading(reading: Reading, packs: Parts) -> Reading:
    found: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for position in reading.positions:
        for item, eaches in packs.get(position.item, {position.item: Decimal(1)}).items():
            found[item, position.location] += position.qty * eaches
    positions = (Position(item=item, location=where, qty=qty) for (item, where), qty in sorted(found.items()))
    return evolve(reading, positions=tuple(positions))


def _each(told: Iterable[Told], packs: Parts, priced: Callable[[Told], Told] = lambda one: one) -> list[Told]:
    found: list[Told] = []
    for one in told:
        parts = packs.get(one.item)
        for item, eaches in sorted(parts.items()) if parts else ():
            found.append(priced(evolve(one, item=item, qty=None if one.qty is None else one.qty * eaches)))
        found += [] if parts else [one]
    return found
