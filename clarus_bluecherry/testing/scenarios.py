"""What happens between a warehouse and an ERP, played on a running sandbox with your integration in the middle.

Law of this module: the people of the sandbox act, your integration carries, and both systems' own books are
compared; nothing that the integration says about itself is believed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import TypeVar

from attrs import frozen

from clarus_bluecherry.sandbox import Done, NotDone, Sandbox
from clarus_bluecherry.sandbox.season import LOCATIONS

__all__ = [
    "Played",
    "count_adjustment",
    "order_out_and_back",
    "production_order_received",
    "return_restocked",
    "short_ship",
]

T = TypeVar("T")

Carry = Callable[[], object]
"""One turn of the integration under test: it carries out what is open on either side, and returns."""
Book = Mapping[tuple[str, str], Decimal]
"""Units by SKU and Blue Cherry location, plus for more stock."""


@frozen
class Played:
    """A scenario that was played: what people did, and what each system's books changed by.

    An integration that works leaves `booked == moved`.
    """

    done: tuple[Done, ...]
    moved: Book
    booked: Book


def order_out_and_back(sandbox: Sandbox, carry: Carry) -> Played:
    """A pick ticket is released, leaves whole in two parcels, and is invoiced."""
    play = _Play(sandbox, carry)
    pick = play.sent_out()
    play.did(sandbox.dispatch(pick, parcels=2))
    return play.ended()


def short_ship(sandbox: Sandbox, carry: Carry) -> Played:
    """Of the first line of a pick ticket one unit is missing; the rest of that line leaves, and no other line."""
    play = _Play(sandbox, carry)
    pick = play.sent_out()
    line = sandbox.erp.picks[pick].lines[0]
    play.did(sandbox.pick(pick, line=line.line_seq, units=Decimal(line.bk_qty - 1)))
    play.did(sandbox.dispatch(pick))
    return play.ended()


def return_restocked(sandbox: Sandbox, carry: Carry) -> Played:
    """An order leaves, and one unit of it comes back and is put away."""
    play = _Play(sandbox, carry)
    pick = play.sent_out()
    play.did(sandbox.dispatch(pick))
    play.did(sandbox.take_back(pick))
    return play.ended()


def count_adjustment(sandbox: Sandbox, carry: Carry) -> Played:
    """A count finds one unit less than there should be."""
    play = _Play(sandbox, carry)
    opened = _first(one for one in sandbox.season.opening if one.article not in sandbox.season.undecidable)
    code = opened.article.warehouse_code
    building = next(building for building, location in LOCATIONS.items() if location == opened.location)
    there = sandbox.warehouse.on_hand(code, warehouse=building)
    play.did(sandbox.count(code, there - 1, warehouse=building))
    return play.ended()


def production_order_received(sandbox: Sandbox, carry: Carry) -> Played:
    """A production order is announced by the integration, and received whole."""
    play = _Play(sandbox, carry)
    carry()
    done = {each.reference for each in sandbox.warehouse.goods_in_receipts if each.status == "completed"}
    play.did(sandbox.receive(_first(number for number in sandbox.erp.production if number not in done)))
    return play.ended()


def _first(left: Iterable[T]) -> T:
    """The first of those that can still be played with."""
    for one in left:
        return one
    raise NotDone("nothing of the kind is left in this sandbox", action="Play on a fresh one.")


class _Play:
    """A scenario under way. It begins with what the books say now."""

    def __init__(self, sandbox: Sandbox, carry: Carry) -> None:
        self._sandbox, self._carry = sandbox, carry
        self._done: list[Done] = []
        self._moved, self._booked = _moved(sandbox), _booked(sandbox)

    def sent_out(self) -> str:
        """An open pick ticket that needs nobody's decision, once the integration had its turn."""
        pick = _first(self._sandbox.easy_picks(1))
        self._carry()
        return pick

    def did(self, done: Done) -> None:
        """Note what people did, and let the integration carry it."""
        self._done.append(done)
        self._carry()

    def ended(self) -> Played:
        """Blue Cherry works off what it was told, and the integration has its last turn."""
        self._sandbox.invoice()
        self._carry()
        return Played(
            tuple(self._done),
            _changed(self._moved, _moved(self._sandbox)),
            _changed(self._booked, _booked(self._sandbox)),
        )


def _moved(sandbox: Sandbox) -> Book:
    """What the warehouse holds, by its own book; a product that is no SKU goes by its code."""
    skus = {
        one.warehouse_code: _named(one.style, one.color, one.label, one.dimension, one.size)
        for one in sandbox.season.articles
    }
    book: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for effect in sandbox.warehouse.truth():
        if effect.kind != "hold":  # what is on hold is on hand
            book[skus.get(effect.product, effect.product), LOCATIONS[effect.warehouse]] += effect.quantity
    return book


def _booked(sandbox: Sandbox) -> Book:
    """What Blue Cherry holds, by its own book."""
    return {(_named(*sku), location): units for (sku, location), units in sandbox.erp.on_hand().items()}


def _named(*parts: str) -> str:
    return " ".join(filter(None, parts))


def _changed(before: Book, after: Book) -> Book:
    changes = {key: after.get(key, Decimal(0)) - before.get(key, Decimal(0)) for key in {*before, *after}}
    return {key: units for key, units in sorted(changes.items()) if units}
