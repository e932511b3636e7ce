"""Rows of a list that are one article, made one row: a SKU in several seasons, a product listed twice.

Law of this module: nothing of a row is lost by it. The units and the values of the lines add up, and every barcode
that one of them gives still counts.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from decimal import Decimal
from operator import mul

from clarus_bluecherry.sku.audit._rows import NOTHING, ColumnarRows, MasterRow, ProductRow, R


def merged_master(
    rows: ColumnarRows[MasterRow], alike: Iterable[int]
) -> tuple[ColumnarRows[MasterRow], Sequence[int]]:
    """One row for each SKU, and the places of the rows that went into others.

    `alike` are the places of the rows that may be the same SKU as another.

    >>> lines = [MasterRow("8", on_hand=Decimal(units), cost=Decimal(cost)) for units, cost in [(5, 2), (1, 3)]]
    >>> rows, gone = merged_master(ColumnarRows(MasterRow, lines), [0, 1])
    >>> [(row.on_hand, row.value) for row in rows], gone
    ([(Decimal('6'), Decimal('13'))], [1])
    """
    return _merged(rows, alike, lambda row: row.parts, _one_sku)


def merged_products(
    rows: ColumnarRows[ProductRow], alike: Iterable[int]
) -> tuple[ColumnarRows[ProductRow], Sequence[int]]:
    """One row for each product: see `merged_master`. Another barcode makes another product."""
    return _merged(rows, alike, lambda row: row[:3], _one_product)


def values_of(rows: ColumnarRows[MasterRow]) -> list[Decimal]:
    """What the units of each row cost."""
    values = list(map(mul, rows.numbers("on_hand"), rows.numbers("cost")))
    for place in _of_several_lines(rows):
        values[place] = rows[place].value
    return values


def barcodes_of(rows: ColumnarRows[MasterRow]) -> list[list[str]]:
    """All barcodes of all rows, in as many columns as one of them needs."""
    columns = [rows.texts("upc"), rows.texts("ean")]
    for place in _of_several_lines(rows):
        row = rows[place]
        told = dict.fromkeys(text for line in row.lines for text in (line.upc, line.ean))
        further = (text for text in told if text not in {"", row.upc, row.ean})
        for number, text in enumerate(further, start=2):
            if number == len(columns):
                columns.append([""] * len(rows))
            columns[number][place] = text
    return columns


def _of_several_lines(rows: ColumnarRows[MasterRow]) -> list[int]:
    lines = rows.column("lines")
    return [place for place, one in enumerate(lines) if one] if any(lines) else []


def _merged(
    rows: ColumnarRows[R], alike: Iterable[int], name: Callable[[R], Hashable], one: Callable[[Sequence[R]], R]
) -> tuple[ColumnarRows[R], Sequence[int]]:
    places_of: dict[Hashable, list[int]] = {}
    for place in alike:
        places_of.setdefault(name(rows[place]), []).append(place)
    several = [places for places in places_of.values() if len(places) > 1]
    if not several:
        return rows, ()
    gone = sorted(place for _, *others in several for place in others)
    merged = {places[0]: one(sorted(rows[place] for place in places)) for places in several}
    return rows.replaced(merged).without(gone), gone


def _one_sku(lines: Sequence[MasterRow]) -> MasterRow:
    return lines[0]._replace(
        upc=next((line.upc for line in lines if line.upc), ""),
        ean=next((line.ean for line in lines if line.ean), ""),
        on_hand=sum((line.on_hand for line in lines), NOTHING),
        cost=next((line.cost for line in lines if line.cost), NOTHING),
        lines=tuple(lines),
    )


def _one_product(lines: Sequence[ProductRow]) -> ProductRow:
    return lines[0]._replace(on_hand=sum((line.on_hand for line in lines), NOTHING))
