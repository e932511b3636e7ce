"""What a planted disagreement is: its kind, its place, its document, its units and its days.

Law of this module: plain records, by which whatever explains a difference can be compared with what was done.
"""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal

from attrs import define, frozen

from clarus_bluecherry.model import Sku
from clarus_bluecherry.sandbox.erp import SkuKey

BEGIN = dt.datetime(2026, 10, 5, 14, tzinfo=dt.UTC)


class PlantedKind(enum.StrEnum):
    """How the two systems come to disagree."""

    SHIPPED_NOT_INVOICED = "shipped not invoiced"
    DISPATCH_NOT_TOLD = "dispatch not told"
    REST_NOT_TOLD = "second part of a dispatch not told"
    RECEIPT_NOT_TOLD = "receipt not told"
    ADJUSTMENT_NOT_TOLD = "adjustment not told"
    RETURN_NOT_TOLD = "return not told"
    RETURN_NOT_CREDITED = "return not credited"
    INVOICED_LATE = "invoiced on a later day"
    MOVED_BY_LOCK = "moved to the first open day"
    REJECTED_BY_LOCK = "rejected by a closed period"
    UTC_DATE = "booked a day off"
    POSTED_TWICE = "posted twice"
    BY_HAND = "booked by hand"
    EDITED_ORDER = "order edited after release"
    COST_CHANGED = "cost changed"
    DISPATCH_UNDONE = "dispatch undone"
    IN_TRANSIT = "in transit"
    MOVED_BETWEEN = "moved between warehouses"
    PACK_OPENED = "pack opened"
    OTHER_OWNER = "given to another account"
    HELD = "held"
    HELD_WRITTEN_OFF = "held, and written off by hand"
    LOST = "lost"


_AGREE_IN_UNITS = {PlantedKind.RETURN_NOT_CREDITED, PlantedKind.COST_CHANGED, PlantedKind.HELD}


@frozen(kw_only=True)
class Planted:
    """One disagreement at one place. `item` is the SKU's key; `document` what it is known by, empty for a loss.

    `units` are physical less book, at the end of the earlier of its two days where both days differ; of a hold, an
    uncredited return and a changed cost they are the units concerned, on which both systems agree (`variance` is
    0). `value` is theirs, in the books' currency.
    """

    kind: PlantedKind
    document: str
    item: str
    location: str
    units: Decimal
    value: Decimal
    own_date: dt.date
    booked_date: dt.date | None = None

    @property
    def variance(self) -> Decimal:
        """Physical less book."""
        return Decimal(0) if self.kind in _AGREE_IN_UNITS else self.units


@define
class SetClock:
    """The time of both systems: it stands still until somebody moves it."""

    now: dt.datetime = BEGIN

    def __call__(self) -> dt.datetime:
        return self.now

    def move(self, **step: float) -> None:
        """Move on by `step`, as for a timedelta."""
        self.now += dt.timedelta(**step)


def item_of(key: SkuKey) -> str:
    """The key of a SKU, as the library writes it."""
    style, color, label, dimension, size = key
    return Sku(style, color, label=label, dimension=dimension, size=size).key


def key_of(item: str) -> SkuKey:
    """The SKU in Blue Cherry whose key this is."""
    one = Sku.from_key(item)
    return (one.style, one.color, one.label, one.dimension, one.size)
