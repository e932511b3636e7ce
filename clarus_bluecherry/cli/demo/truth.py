"""What a close of the demo's month has to say: from both systems' own books, which the library never sees.

Law of this module: nothing of the close is asked. What each document is off by is added up from what the
warehouse did and what the books have, by day and by when it was entered; how it has to be called is known of what
was planted, and stands in one table, by hand.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from attrs import define, evolve, field, frozen

import clarus_bluecherry.sandbox.season as seasons
from clarus_bluecherry.cli.demo.world import ZONE, World
from clarus_bluecherry.sandbox.erp import BookEntry, RecType
from clarus_bluecherry.sandbox.erp.erp import OPENING, day_of
from clarus_bluecherry.sandbox.planting import Planted, PlantedKind
from clarus_bluecherry.sandbox.planting.planted import item_of, key_of
from clarus_bluecherry.sandbox.warehouse import Effect

K = PlantedKind
Words = tuple[str, str]
"""What moved, and where it stands."""
Place = tuple[str, str]
"""Item and location."""
NONE = Decimal(0)

NAMED: Mapping[PlantedKind, Words] = {
    K.SHIPPED_NOT_INVOICED: ("dispatched", "shipped_not_invoiced"),
    K.DISPATCH_NOT_TOLD: ("dispatched", "not_told"),
    K.REST_NOT_TOLD: ("dispatched", "not_told"),
    K.RECEIPT_NOT_TOLD: ("received", "not_told"),
    K.ADJUSTMENT_NOT_TOLD: ("adjusted", "not_told"),
    K.RETURN_NOT_TOLD: ("returned", "restocked_not_in_books"),
    K.INVOICED_LATE: ("dispatched", "posted_in_another_period"),
    K.MOVED_BY_LOCK: ("dispatched", "posted_in_another_period"),
    K.REJECTED_BY_LOCK: ("dispatched", "rejected"),
    K.UTC_DATE: ("dispatched", "posted_in_another_period"),
    K.POSTED_TWICE: ("dispatched", "posted_twice"),
    K.BY_HAND: ("adjusted", "booked_by_hand"),
    K.EDITED_ORDER: ("dispatched", "edited_order"),
    K.DISPATCH_UNDONE: ("undispatched", "undone_dispatch"),
    K.IN_TRANSIT: ("transferred", "in_transit"),
    K.MOVED_BETWEEN: ("transferred", "not_told"),
    K.PACK_OPENED: ("converted", "pack_opened"),
    K.OTHER_OWNER: ("account_transferred", "not_told"),
    K.HELD_WRITTEN_OFF: ("held", "held"),
    K.LOST: ("", "unexplained"),
}
"""What is planted, as it has to come out; the rest of it (held, a return, a cost) changes no quantity."""
NOT_INVOICED_YET = {K.INVOICED_LATE, K.MOVED_BY_LOCK, K.REJECTED_BY_LOCK}
"""What was told by the end of the month, and waits for its invoice then."""
NOT_YET = {K.UTC_DATE}
"""What comes about after the month."""
SETTLED_LATER = {
    K.DISPATCH_NOT_TOLD,
    K.REST_NOT_TOLD,
    K.RECEIPT_NOT_TOLD,
    K.ADJUSTMENT_NOT_TOLD,
    K.RETURN_NOT_TOLD,
}
"""What the loop tells in the next month, under its own day."""
_WAITING = frozenset({"not_told", "parked", "retrying", "in_doubt", "accepted", "rejected"})
"""How what the loop has still to tell may stand."""
_MOVED = {
    "dispatch": frozenset({"dispatched", "undispatched"}),
    "receipt": frozenset({"received"}),
    "return": frozenset({"returned"}),
    "adjustment": frozenset({"adjusted", "counted"}),
    "transfer": frozenset({"transferred"}),
    "conversion": frozenset({"converted"}),
    "account": frozenset({"account_transferred"}),
}
_BOOKED = {RecType.IN: "dispatch", RecType.R1: "receipt", RecType.RT: "return", RecType.SA: "adjustment"}


@frozen(kw_only=True)
class Due:
    """A cause that a close has to name, with the words that are right for it."""

    item: str
    location: str
    document: str
    units: Decimal
    value: Decimal | None
    moved: frozenset[str]
    statuses: frozenset[str]


@frozen(kw_only=True)
class MonthTruth:
    """All that a close of the month has to say, by what was known until `known_until` (None: all that is)."""

    as_of: dt.date
    known_until: dt.date | None
    causes: tuple[Due, ...]
    planted: tuple[Due, ...]
    """Those of `causes` that were planted, as the planter wrote them down."""
    uncredited: tuple[tuple[str, str, str], ...]
    """Document, item and location of each return without a credit memo."""
    revalued: Decimal
    true_cogs: tuple[Decimal, Decimal]
    """Units and value of what left."""
    booked_cogs: tuple[Decimal, Decimal]
    too_late: tuple[tuple[str, str], ...]
    """Item and document of what was entered into the month after it was closed."""


@define
class _Document:
    """What one document moved at a place, on either side of the moment."""

    moved: Decimal = NONE
    moved_later: Decimal = NONE
    booked: Decimal = NONE
    booked_later: Decimal = NONE
    kinds: set[str] = field(factory=set)


def truths_of(world: World) -> tuple[MonthTruth, MonthTruth]:
    """What a close of the month must say: by what was known at its end, and by all that is known now."""
    return _Truth(world, world.month_end).whole(), _Truth(world, None).whole()


class _Truth:
    """The truth while it is added up."""

    def __init__(self, world: World, known_until: dt.date | None) -> None:
        self.world, self.known_until, self.as_of = world, known_until, world.month_end
        self.until = (
            None
            if known_until is None
            else dt.datetime.combine(known_until + dt.timedelta(days=1), dt.time(), ZONE)
        )
        self.first_day = self.as_of.replace(day=1)
        self.items = world.month.items
        self.effects = [one for one in world.warehouse.truth() if self._is_known(one.occurred_at)]
        self.entries = [
            one for one in world.erp.truth() if one.reference != OPENING and self._is_known(one.entered_at)
        ]
        self.told = {
            str(one.body["header"]["pick_num"])  # type: ignore[index]
            for one in world.erp.staged_in("OrderShipment")
            if self._is_known(one.staged_at)
        }

    def whole(self) -> MonthTruth:
        planted = tuple(self._planted())
        stray = self.world.season.stray
        unknown = Due(
            item=stray.code,
            location=seasons.LOCATIONS[stray.warehouse],
            document=stray.code,
            units=Decimal(stray.units),
            value=None,
            moved=frozenset({"opening"}),
            statuses=frozenset({"unmapped_sku"}),
        )
        lost = [one for one in planted if not one.document]
        return MonthTruth(
            as_of=self.as_of,
            known_until=self.known_until,
            causes=(unknown, *lost, *self._causes(planted)),
            planted=planted,
            uncredited=tuple(
                sorted(
                    (one.document, one.item, one.location)
                    for one in self.world.month.planted
                    if one.kind in (K.RETURN_NOT_CREDITED, K.RETURN_NOT_TOLD)
                )
            ),
            revalued=sum((one.value for one in self.world.month.planted if one.kind is K.COST_CHANGED), NONE),
            true_cogs=self._true_cogs(),
            booked_cogs=self._booked_cogs(),
            too_late=tuple(sorted(self._too_late())),
        )

    def _is_known(self, instant: dt.datetime | None) -> bool:
        return self.until is None or (instant is not None and instant < self.until)

    # What was planted -------------------------------------------------------------------------------------------

    def _planted(self) -> Iterator[Due]:
        for one in map(self._as_told, self.world.month.planted):
            if one.kind in NAMED and self._is_there(one.kind):
                moved, status = self._words(one.kind)
                yield Due(
                    item=one.item,
                    location=one.location,
                    document=one.document,
                    units=one.units,
                    value=one.value,
                    moved=frozenset({moved}),
                    statuses=frozenset({status}),
                )

    def _as_told(self, one: Planted) -> Planted:
        """By file an order is told when all of it has left: its first part, of one unit, is untold as well."""
        if one.kind is not K.REST_NOT_TOLD or self.world.warehouse_side is None:
            return one
        return evolve(one, units=one.units - 1, value=one.value / one.units * (one.units - 1))

    def _is_there(self, kind: PlantedKind) -> bool:
        return kind not in (SETTLED_LATER if self.until is None else NOT_YET)

    def _words(self, kind: PlantedKind) -> Words:
        is_waiting = self.until is not None and kind in NOT_INVOICED_YET
        return NAMED[K.SHIPPED_NOT_INVOICED] if is_waiting else NAMED[kind]

    # What both systems have -------------------------------------------------------------------------------------

    def _causes(self, planted: Iterable[Due]) -> Iterator[Due]:
        known = {(one.item, one.location, one.document): one for one in planted}
        for (place, document), told in self._documents().items():
            gap = told.moved - told.booked
            if not gap:
                continue
            if (*place, document) in known and known[*place, document].units == gap:
                yield known[*place, document]
                continue
            moved = frozenset().union(*(_MOVED[kind] for kind in told.kinds))
            across = _within(gap, told.booked_later) if told.moved else NONE
            across = across or (_within(gap, -told.moved_later) if told.booked else NONE)
            if across:
                yield self._due(place, document, across, moved, frozenset({"posted_in_another_period"}))
            if gap != across:
                yield self._due(place, document, gap - across, moved, self._waiting(document, told))

    def _waiting(self, document: str, told: _Document) -> frozenset[str]:
        if "dispatch" in told.kinds and document in self.told:
            return _WAITING | {"shipped_not_invoiced"}
        return _WAITING | {"restocked_not_in_books"} if "return" in told.kinds else _WAITING

    def _due(
        self, place: Place, document: str, units: Decimal, moved: frozenset[str], statuses: frozenset[str]
    ) -> Due:
        cost = self.world.erp.cost_on(key_of(place[0]), self.as_of, place[1])
        return Due(
            item=place[0],
            location=place[1],
            document=document,
            units=units,
            value=None if cost is None else units * cost,
            moved=moved,
            statuses=statuses,
        )

    def _documents(self) -> Mapping[tuple[Place, str], _Document]:
        found: defaultdict[tuple[Place, str], _Document] = defaultdict(_Document)
        receipts = {
            str(one.id): one.goods_in_receipt.reference or ""
            for one in self.world.warehouse.transactions
            if one.goods_in_receipt
        }
        returns: defaultdict[tuple[Place, Decimal], list[str]] = defaultdict(list)
        for effect in self.effects:
            if effect.kind in _MOVED:
                place, document = self._place(effect), _document(effect, receipts)
                one = found[place, document]
                one.kinds.add(effect.kind)
                if _day(effect) <= self.as_of:
                    one.moved += effect.quantity
                else:
                    one.moved_later += effect.quantity
                if effect.kind == "return":
                    returns[place, effect.quantity].append(document)
        for entry in self.entries:
            place = item_of(entry.sku), entry.location
            document = self._about(entry, receipts, returns[place, entry.quantity])
            one = found[place, document]
            one.kinds.add(_BOOKED[entry.rec_type])
            if _booked_on(entry) <= self.as_of:
                one.booked += entry.quantity
            else:
                one.booked_later += entry.quantity
        return found

    def _about(self, entry: BookEntry, receipts: Mapping[str, str], alike: list[str]) -> str:
        """The warehouse's document of an entry; of a return that a file told, one just like it."""
        if entry.rec_type is RecType.R1:
            return entry.reference.partition("/")[0]
        if entry.rec_type is RecType.RT:
            known = receipts.get(entry.reference) or (alike[0] if alike else entry.reference)
            if known in alike:
                alike.remove(known)
            return known
        return entry.reference

    def _place(self, effect: Effect) -> Place:
        return self.items[effect.product], seasons.LOCATIONS[effect.warehouse]

    def _too_late(self) -> Iterator[tuple[str, str]]:
        closed = [one.at for one in self.world.erp.closings if one.through and one.through >= self.as_of]
        for entry in self.entries:
            is_late = bool(closed) and entry.entered_at is not None and entry.entered_at >= closed[-1]
            if is_late and _booked_on(entry) <= self.as_of:
                yield item_of(entry.sku), entry.reference

    # Cost of goods sold -----------------------------------------------------------------------------------------

    def _true_cogs(self) -> tuple[Decimal, Decimal]:
        units = value = NONE
        for effect in self.effects:
            if effect.kind == "dispatch" and self._is_in_month(_day(effect)):
                item, location = self._place(effect)
                cost = self.world.erp.cost_on(key_of(item), _day(effect), location)
                units -= effect.quantity
                value -= effect.quantity * (cost or NONE)
        return units, value

    def _booked_cogs(self) -> tuple[Decimal, Decimal]:
        units = value = NONE
        for entry in self.entries:
            if entry.rec_type is RecType.IN and self._is_in_month(_booked_on(entry)):
                units -= entry.quantity
                value -= entry.value or NONE
        return units, value

    def _is_in_month(self, day: dt.date) -> bool:
        return self.first_day <= day <= self.as_of


def _document(effect: Effect, receipts: Mapping[str, str]) -> str:
    match effect.kind:
        case "return":
            return receipts[effect.source]
        case "adjustment":
            return effect.source
        case _:
            return effect.reference


def _day(effect: Effect) -> dt.date:
    return effect.occurred_at.astimezone(ZONE).date()


def _booked_on(entry: BookEntry) -> dt.date:
    day = day_of(entry.date)
    assert day is not None, "only what the books opened with has no day"
    return day


def _within(gap: Decimal, amount: Decimal) -> Decimal:
    """So much of `amount` as goes the same way as the gap, and no further."""
    return min(gap, amount, key=abs) if gap * amount > 0 else NONE


def misdated(world: World) -> list[str]:
    """What the books have on another day than they were told, and was not planted to be.

    What they were not told is for other checks.
    """
    planted = {one.document for one in world.month.planted if one.kind in _OTHER_DAYS}
    told = {(one.isa_num, one.entity): _told_date(one.body) for one in world.erp.staged}
    entities = {RecType.IN: "OrderShipment", RecType.R1: "ProductionReceiptAdvice"}
    wrong = []
    for entry in world.erp.truth():
        asked = told.get((entry.isa_num, entities.get(entry.rec_type, "PhysicalInventoryTM")), entry.date)
        if entry.isa_num and entry.reference not in planted and day_of(entry.date) != day_of(asked):
            wrong.append(f"{entry.reference}: booked on {entry.date}, told {asked}")
    return wrong


_OTHER_DAYS = {K.INVOICED_LATE, K.MOVED_BY_LOCK, K.UTC_DATE}


def _told_date(body: Mapping[str, object]) -> str:
    header = body.get("header")
    columns = header if isinstance(header, Mapping) else body
    return str(columns.get("ship_date") or columns.get("receipt_date"))


def lasting(world: World) -> Mapping[Place, Decimal]:
    """What a snapshot of both systems cannot explain at the end of the demo: it knows no document.

    Nor does an export tell that a dispatch was taken back.
    """
    untold = {K.DISPATCH_UNDONE} if world.warehouse_side is not None else set()
    found: defaultdict[Place, Decimal] = defaultdict(Decimal)
    for one in world.month.planted:
        if one.kind in _UNKNOWN_TO_A_SNAPSHOT | untold:
            found[one.item, one.location] += one.units
            if one.kind is K.IN_TRANSIT:
                (other,) = {*seasons.LOCATIONS.values()} - {one.location}
                found[one.item, other] -= one.units
    return {place: units for place, units in found.items() if units}


_UNKNOWN_TO_A_SNAPSHOT = {
    *(K.POSTED_TWICE, K.BY_HAND, K.EDITED_ORDER, K.IN_TRANSIT, K.MOVED_BETWEEN, K.PACK_OPENED, K.OTHER_OWNER),
    *(K.HELD_WRITTEN_OFF, K.LOST),
}
