"""Tie the codes of a record that were unmatched when it was read, now that the crosswalk may know them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from attrs import evolve

from clarus_bluecherry.model import Dispatch, Item, Movement, UnmatchedCode

MovementT = TypeVar("MovementT", bound=Movement)


def resolved(movement: MovementT, sku_of: Callable[[str], Item]) -> MovementT:
    """`movement` with every `UnmatchedCode` looked up again; what is still unmatched stays as it is."""

    def look_up(item: Item) -> Item:
        return sku_of(item.code) if isinstance(item, UnmatchedCode) else item

    if not isinstance(movement, Dispatch):
        return evolve(movement, item=look_up(movement.item))
    return evolve(
        movement,
        lines=tuple(evolve(line, item=look_up(line.item)) for line in movement.lines),
        cartons=tuple(
            evolve(carton, lines=tuple(evolve(line, item=look_up(line.item)) for line in carton.lines))
            for carton in movement.cartons
        ),
    )


def unmatched(movement: Movement) -> tuple[str, ...]:
    """The product codes of `movement` that are tied to no SKU."""
    items = [line.item for line in movement.lines] if isinstance(movement, Dispatch) else [movement.item]
    return tuple(dict.fromkeys(item.code for item in items if isinstance(item, UnmatchedCode)))
