"""Tie the codes of a record that were unmatched when it was read, now that the crosswalk may know them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from attrs import evolve

from clarus_bluecherry.model import CartonLine, Dispatch, DispatchLine, Item, Movement, Undispatch, UnmatchedCode

MovementT = TypeVar("MovementT", bound=Movement)
LineT = TypeVar("LineT", DispatchLine, CartonLine)


def resolved(movement: MovementT, sku_of: Callable[[str], Item]) -> MovementT:
    """`movement` with every `UnmatchedCode` looked up again; what is still unmatched stays as it is."""

    def look_up(item: Item) -> Item:
        return sku_of(item.code) if isinstance(item, UnmatchedCode) else item

    def tied(lines: tuple[LineT, ...]) -> tuple[LineT, ...]:
        return tuple(evolve(line, item=look_up(line.item)) for line in lines)

    match movement:
        case Dispatch():
            cartons = tuple(evolve(carton, lines=tied(carton.lines)) for carton in movement.cartons)
            return evolve(movement, lines=tied(movement.lines), cartons=cartons)
        case Undispatch():
            return evolve(movement, lines=tied(movement.lines))
        case _:
            return evolve(movement, item=look_up(movement.item))


def unmatched(movement: Movement) -> tuple[str, ...]:
    """The product codes of `movement` that are tied to no SKU."""
    if isinstance(movement, Dispatch | Undispatch):
        items = [line.item for line in movement.lines]
    else:
        items = [movement.item]
    return tuple(dict.fromkeys(item.code for item in items if isinstance(item, UnmatchedCode)))
