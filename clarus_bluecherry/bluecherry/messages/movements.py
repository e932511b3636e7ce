"""Stock movements, and what is on hand and open to sell by Blue Cherry's own formulas.

Law of this module: the formulas are the vendor's, written as tables of signs, and pure. A movement counts as its
record type says, quantity and sign as it stands; a type that a formula does not name does not count in it.
"""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Annotated, NamedTuple

from pydantic import BeforeValidator

from clarus_bluecherry.bluecherry.locations import PSEUDO_LOCATIONS
from clarus_bluecherry.bluecherry.messages.columns import Amount, Code, Cost, SkuColumns
from clarus_bluecherry.errors import InvalidRecord


class RecType(enum.StrEnum):
    """What a movement is: the vocabulary of REC_TYPE (H: a user's tools that quote the vendor's wiki)."""

    CUSTOMER_CANCEL = "CC"
    HOUSE_CANCEL = "CH"
    ADJUSTMENT = "SA"
    RETURN = "RT"
    RECEIVED = "R1"
    IRREGULAR_RECEIPT = "R2"
    OPEN_ORDER = "OP"
    INVOICE = "IN"
    PICKED = "PK"
    PRODUCTION = "WP"
    CONSUMED = "CM"
    RESERVED = "RS"
    DEMAND = "DM"
    SHIP_TO_LOCATION = "ST"
    NO_SHIP_TO = "NS"
    UNCOVERED_DEMAND = "US"
    LINKED_RECEIPT = "RV"
    LINKED_INVOICE = "RI"
    LINKED_PICK = "RP"
    LINKED_OPEN = "RO"


def _rec_type(value: object) -> object:
    """A code that is not in the vocabulary (`NW` was seen, unexplained) stays the text it is."""
    if not isinstance(value, str):
        return value
    code = value.strip().upper()
    try:
        return RecType(code)
    except ValueError:
        return code


class StockMovement(SkuColumns):
    """A line of the stock ledger, or a sum of such lines.

    `size_qty` is as Blue Cherry keeps it: an invoice of 3 is 3, the formulas give it its sign (H). `move_date`
    (the day it is booked under), `reference`, `entered_at` (when a person or a job entered it, as it came) and
    `value` (of these units, with the sign of `size_qty`, in `currency`) are our names (L).
    """

    rec_type: Annotated[RecType | str, BeforeValidator(_rec_type)]
    division: Code = ""
    location: Code = ""
    size_qty: Amount = None
    move_date: Code = ""
    reference: Code = ""
    entered_at: Code = ""
    value: Cost = None
    currency: Code = ""


class StockKey(NamedTuple):
    """A SKU at a location, by the columns that key stock (H)."""

    division: str
    style: str
    color_code: str
    lbl_code: str
    dimension: str
    size_desc: str
    location: str


_RECEIVED = {RecType.ADJUSTMENT: 1, RecType.RETURN: 1, RecType.RECEIVED: 1, RecType.IRREGULAR_RECEIPT: 1}
_GONE = {RecType.INVOICE: -1, RecType.CONSUMED: -1}
_PROMISED = {RecType.PICKED: -1, RecType.RESERVED: -1, RecType.OPEN_ORDER: -1, RecType.DEMAND: -1}

ON_HAND: Mapping[RecType, int] = {**_RECEIVED, **_GONE, RecType.LINKED_RECEIPT: 1, RecType.LINKED_INVOICE: -1}
"""QOH = SA+RT+R1+R2-IN-CM+RV-RI (H)."""

OPEN_TO_SELL: Mapping[RecType, int] = {**_RECEIVED, **_GONE, **_PROMISED}
"""OTS = SA+RT+R1+R2-IN-CM-PK-RS-OP-DM (H)."""

OPEN_TO_SELL_WITH_WIP: Mapping[RecType, int] = {
    **ON_HAND,
    **_PROMISED,
    RecType.SHIP_TO_LOCATION: 1,
    RecType.LINKED_PICK: -1,
    RecType.LINKED_OPEN: -1,
}
"""OTS with work in progress = QOH-PK-OP-RS-DM+ST-RP-RO (M: that it begins with all of QOH is our reading)."""


def on_hand(
    movements: Iterable[StockMovement], *, excluding: frozenset[str] = PSEUDO_LOCATIONS
) -> dict[StockKey, Decimal]:
    """Book stock by SKU and location, from all their movements since the beginning.

    Locations in `excluding` are left out. A key that is absent has no movement that counts. Raises `InvalidRecord`
    for a movement that counts and tells no quantity.

    >>> moved = {"style": "01234", "color_code": "BLK", "size_desc": "M", "location": "NJ"}
    >>> received = StockMovement(rec_type="R1", size_qty=20, **moved)
    >>> invoiced = StockMovement(rec_type="IN", size_qty=3, **moved)
    >>> [str(units) for units in on_hand([received, invoiced]).values()]
    ['17']
    """
    return _summed(movements, ON_HAND, excluding)


def open_to_sell(
    movements: Iterable[StockMovement],
    *,
    including_wip: bool = False,
    excluding: frozenset[str] = PSEUDO_LOCATIONS,
) -> dict[StockKey, Decimal]:
    """Units that may still be promised, by SKU and location; with `including_wip` also those on their way there.

    Takes what `on_hand` takes. It can be less than nothing: more was promised than there is.
    """
    return _summed(movements, OPEN_TO_SELL_WITH_WIP if including_wip else OPEN_TO_SELL, excluding)


def _summed(
    movements: Iterable[StockMovement], signs: Mapping[RecType, int], excluding: frozenset[str]
) -> dict[StockKey, Decimal]:
    found: defaultdict[StockKey, Decimal] = defaultdict(Decimal)
    for moved in movements:
        if isinstance(moved.rec_type, RecType) and moved.rec_type in signs and moved.location not in excluding:
            found[_key(moved)] += signs[moved.rec_type] * _units(moved)
    return dict(found)


def _units(moved: StockMovement) -> Decimal:
    if moved.size_qty is None:
        record = " ".join(filter(None, (f"movement {moved.rec_type} of", *_key(moved), moved.reference)))
        raise InvalidRecord("the quantity is missing, and missing is not zero", record=record, field="size_qty")
    return moved.size_qty


def _key(moved: StockMovement) -> StockKey:
    return StockKey(
        division=moved.division,
        style=moved.style,
        color_code=moved.color_code,
        lbl_code=moved.lbl_code,
        dimension=moved.dimension,
        size_desc=moved.size_desc,
        location=moved.location,
    )
