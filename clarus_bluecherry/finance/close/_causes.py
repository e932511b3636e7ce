"""Then name what is left: why a document makes both sides differ at a place.

Law of this module: a cause has a document on at least one side, and its units are what that document is off by;
the causes of a place and what is unexplained add up to its variance, and nothing is counted twice. What no
document tells of is unexplained: it is never spread, and never given a name because it is left over.
"""

from __future__ import annotations

import enum
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from decimal import Decimal

from attrs import evolve, frozen

from clarus_bluecherry.finance.close._entries import (
    NONE,
    ORDERS,
    EntrySide,
    ItemState,
    Moved,
    OrderVersion,
    Place,
    PostingStep,
    StockEntry,
)
from clarus_bluecherry.finance.close._input import CloseInput
from clarus_bluecherry.finance.close._matters import SETTLED, Matter, Matters, units
from clarus_bluecherry.finance.close._moments import Known, Moment


class CauseStatus(enum.StrEnum):
    """Where what moved stands: why both sides have it differently."""

    SHIPPED_NOT_INVOICED = "shipped_not_invoiced"
    """Gone, and accepted by Blue Cherry, whose stock falls only with the invoice."""
    ACCEPTED = "accepted"
    RETRYING = "retrying"
    REJECTED = "rejected"
    PARKED = "parked"
    IN_DOUBT = "in_doubt"
    CANCELLED = "cancelled"
    """Nobody will send it, and nobody says how it was settled."""
    NOT_TOLD = "not_told"
    """Blue Cherry was not told, or not yet."""
    POSTED_NOT_FOUND = "posted_not_found"
    """Its posting is said to be posted, and the stock ledger has no such line."""
    OTHER_PERIOD = "posted_in_another_period"
    OTHER_DAY = "posted_on_another_day"
    """Across the moment, and within one period."""
    POSTED_TWICE = "posted_twice"
    BY_HAND = "booked_by_hand"
    EDITED_ORDER = "edited_order"
    """Shipped as it was released, booked as it was changed afterwards."""
    UNDONE_DISPATCH = "undone_dispatch"
    RESTOCKED = "restocked_not_in_books"
    IN_TRANSIT = "in_transit"
    PACK_OPENED = "pack_opened"
    HELD = "held"
    UNMAPPED = "unmapped_sku"
    CONFLICTING = "conflicting_sku"
    UNIT = "unit_of_measure"
    QUANTITY = "quantity_differs"
    """Both sides have the document, with other quantities, and nobody says why."""
    ANOTHER_LOCATION = "booked_at_another_location"
    ANOTHER_SKU = "booked_as_another_sku"


@frozen(kw_only=True)
class CloseCause:
    """What moved, where it stands, by which document, and by how much: physical less book.

    `value` is that at what an each costs; None where nobody says.
    """

    moved: Moved
    status: CauseStatus
    document: str
    units: Decimal
    value: Decimal | None = None


_OF_STATE = {
    "accepted": CauseStatus.ACCEPTED,
    "staged": CauseStatus.ACCEPTED,
    "retrying": CauseStatus.RETRYING,
    "rejected": CauseStatus.REJECTED,
    "parked": CauseStatus.PARKED,
    "in_doubt": CauseStatus.IN_DOUBT,
    "cancelled": CauseStatus.CANCELLED,
    "posted": CauseStatus.POSTED_NOT_FOUND,
}
"""What the ledger's word means here; any other one says that it was not told yet."""

_TAKEN = frozenset({"accepted", "staged", "in_doubt", "posted"})
"""States in which Blue Cherry has a posting, or may have it: its books may know of it before our ledger does."""
_Rest = tuple[Moved, CauseStatus, Decimal]


class Naming:
    """Names the causes of each document's gap, by all that is known of it."""

    def __init__(self, given: CloseInput, found: Matters, at: Moment, known: Known) -> None:
        self._given, self._found, self._at = given, found, at
        self._edited = frozenset(_edited(given.orders, known))
        self._uncounted: defaultdict[Place, set[str]] = defaultdict(set)
        for item, location, document in given.uncounted:
            self._uncounted[item, location].add(document)

    def causes(self, matter: Matter) -> Iterator[CloseCause]:
        """Why `matter` makes both sides differ; nothing where it does not, and never did."""
        for moved, status, qty in self._parts(matter):
            yield CloseCause(moved=moved, status=status, document=matter.key[1], units=qty)

    def _parts(self, matter: Matter) -> Iterator[_Rest]:
        gap = matter.gap
        if not gap:
            if self._is_wrong_period(matter):
                yield self._class(matter), CauseStatus.OTHER_PERIOD, NONE
            return
        if self._given.state_of(matter.place[0]) is not ItemState.KNOWN:
            yield self._class(matter), CauseStatus(self._given.state_of(matter.place[0]).value), gap
            return
        is_dated = not self._is_on_its_way(matter) and self._class(matter) is not Moved.HELD
        across = _across(matter) if is_dated else NONE
        if across:
            yield self._class(matter), self._period_status(matter), across
        if gap - across:
            yield from self._rest(matter, gap - across)

    # Dates ----------------------------------------------------------------------------------------------------

    def _is_wrong_period(self, matter: Matter) -> bool:
        """Whether both sides have it, and other periods of it: at a later date that nets to nothing.

        What was booked in a period and booked back there again is in it no more.
        """
        if not matter.moved or not matter.booked:
            return False
        return self._periods(matter.moved) != self._periods(matter.booked)

    def _periods(self, entries: Iterable[StockEntry]) -> frozenset[str]:
        """Those in which they move anything."""
        moved: defaultdict[str, Decimal] = defaultdict(Decimal)
        for entry in entries:
            moved[self._period(entry)] += entry.qty
        return frozenset(period for period, qty in moved.items() if qty)

    def _period(self, entry: StockEntry) -> str:
        day = entry.own_date if entry.side is EntrySide.PHYSICAL else entry.booked_date
        return "" if day is None else self._given.years.of(day).name

    def _period_status(self, matter: Matter) -> CauseStatus:
        own = {self._period(entry) for entry in matter.moved + matter.to_move}
        booked = {self._period(entry) for entry in matter.all_booked}
        is_one = bool(own) and own == booked and len(own) == 1
        return CauseStatus.OTHER_DAY if is_one else CauseStatus.OTHER_PERIOD

    # What is left ---------------------------------------------------------------------------------------------

    def _rest(self, matter: Matter, rest: Decimal) -> Iterator[_Rest]:
        moved = self._class(matter)
        kinds = {entry.moved for entry in matter.moved + matter.to_move}
        is_ours = any(other.is_physical for other in self._found.of[matter.key])
        if moved is Moved.HELD:
            yield moved, CauseStatus.HELD, rest
        elif self._is_on_its_way(matter):
            yield Moved.TRANSFERRED, CauseStatus.IN_TRANSIT, rest
        elif moved is Moved.CONVERTED and is_ours:
            yield moved, CauseStatus.PACK_OPENED, rest
        elif Moved.UNDISPATCHED in kinds and rest > 0:
            yield Moved.UNDISPATCHED, CauseStatus.UNDONE_DISPATCH, rest
        else:
            yield from self._elsewhere(matter, moved, rest)

    def _elsewhere(self, matter: Matter, moved: Moved, rest: Decimal) -> Iterator[_Rest]:
        """What one side has of the document under another code, or at another place."""
        if not matter.is_physical or not matter.all_booked:
            for status, other in self._counterparts(matter):
                part = _within(rest, -other.gap)
                if part:
                    yield moved, status, part
                    rest -= part
        if rest and self._status(matter, moved, rest) not in (CauseStatus.UNIT, CauseStatus.EDITED_ORDER):
            untold = self._untold(matter, rest)
            if untold:
                yield moved, CauseStatus.NOT_TOLD, untold
            rest -= untold
        if rest:
            yield moved, self._taken_off(matter, self._status(matter, moved, rest)), rest

    def _taken_off(self, matter: Matter, status: CauseStatus) -> CauseStatus:
        """A line that nobody will invoice: its order was changed, and other lines of it are invoiced."""
        others = self._found.of[matter.key]
        is_invoiced = not matter.all_booked and any(other.all_booked for other in others)
        is_off = status is CauseStatus.SHIPPED_NOT_INVOICED and is_invoiced and self._is_edited(matter)
        return CauseStatus.EDITED_ORDER if is_off else status

    def _counterparts(self, matter: Matter) -> Iterator[tuple[CauseStatus, Matter]]:
        for other in self._found.of[matter.key]:
            one_sided = other.is_physical != matter.is_physical and not (other.is_physical and other.all_booked)
            if other is matter or not one_sided:
                continue
            (item, location), (own_item, own_location) = other.place, matter.place
            state = self._given.state_of(item)
            if location == own_location and state is not ItemState.KNOWN:
                yield CauseStatus(state.value), other
            elif item == own_item and location != own_location:
                yield CauseStatus.ANOTHER_LOCATION, other
            elif location == own_location and abs(other.gap) == abs(matter.gap):
                is_edited = self._is_edited(matter)
                yield CauseStatus.EDITED_ORDER if is_edited else CauseStatus.ANOTHER_SKU, other

    def _untold(self, matter: Matter, rest: Decimal) -> Decimal:
        """What moved beyond all that is told of it and not booked, where every telling says how many."""
        told = _told_quantities(self._found.told(matter))
        if told is None or rest * matter.physical <= 0:
            return NONE
        taken, waiting = told
        if self._is_counted_otherwise(matter, taken + waiting):
            return NONE
        covered = waiting + max(taken - abs(units(matter.all_booked)), NONE)
        return max(abs(rest) - covered, NONE).copy_sign(rest)

    def _status(self, matter: Matter, moved: Moved, rest: Decimal) -> CauseStatus:
        if not matter.is_physical:
            return CauseStatus.BY_HAND
        if not self._found.index.names.of(matter.key[1]).isdisjoint(self._uncounted.get(matter.place, ())):
            return CauseStatus.UNIT
        if not matter.all_booked:
            return self._standing(matter, moved, rest)
        if self._is_counted_otherwise(matter, units(matter.all_booked)):
            return CauseStatus.UNIT
        if _is_taken_back(matter, rest):
            standing = self._standing(matter, moved, rest)
            return CauseStatus.NOT_TOLD if standing is CauseStatus.POSTED_NOT_FOUND else standing
        is_more = rest * (matter.physical or units(matter.to_move)) < 0
        if is_more and _is_booked_again(matter, rest):
            return CauseStatus.POSTED_TWICE if self._found.told(matter) else CauseStatus.BY_HAND
        if moved in ORDERS and self._is_edited(matter):
            return CauseStatus.EDITED_ORDER
        standing = self._standing(matter, moved, rest)
        if is_more or standing is CauseStatus.POSTED_NOT_FOUND:
            return CauseStatus.QUANTITY
        return standing

    def _standing(self, matter: Matter, moved: Moved, rest: Decimal) -> CauseStatus:
        """Where the posting of it stands: of several the one of just these units, else one that is on its way."""
        steps = self._found.told(matter)
        told = _told_quantities(steps)
        are_booked = told is not None and told[0] <= abs(units(matter.all_booked))
        settled = SETTLED | _TAKEN if are_booked else SETTLED
        steps = sorted(steps, key=lambda step: _likeness(step, rest, settled))
        if not steps:
            return CauseStatus.RESTOCKED if moved is Moved.RETURNED else CauseStatus.NOT_TOLD
        status = _OF_STATE.get(steps[0].state, CauseStatus.NOT_TOLD)
        is_told = status in (CauseStatus.ACCEPTED, CauseStatus.POSTED_NOT_FOUND)
        if moved is Moved.DISPATCHED and is_told:
            return CauseStatus.SHIPPED_NOT_INVOICED
        return status

    # Evidence -------------------------------------------------------------------------------------------------

    def _class(self, matter: Matter) -> Moved:
        """What moved: the warehouse's word, here or at another place of the document, before the books' own."""
        own = [entry.moved for entry in matter.moved + matter.to_move]
        if Moved.DISPATCHED in own:
            return Moved.DISPATCHED
        if own or matter.carried:
            return own[0] if own else matter.carried_as
        others = [entry.moved for other in self._found.of[matter.key] for entry in other.moved + other.to_move]
        return (others or [entry.moved for entry in matter.all_booked] or [Moved.OPENING])[0]

    def _is_on_its_way(self, matter: Matter) -> bool:
        """Whether a transfer has left one warehouse, and not come to the other."""
        return bool(self._found.on_its_way.get((matter.key, matter.place[0])))

    def _is_counted_otherwise(self, matter: Matter, told: Decimal) -> bool:
        """Whether the warehouse moved just so many times what is told as some unit of the item has eaches, or told
        is as many times what moved.
        """
        item = self._given.items.get(matter.place[0])
        ours, theirs = abs(matter.physical or units(matter.to_move)), abs(told)
        factors = {*(item.factors if item else ()), *_told_factors(matter)} - {Decimal(1)}
        return bool(ours and theirs) and any(ours == theirs * each or theirs == ours * each for each in factors)

    def _is_edited(self, matter: Matter) -> bool:
        return not self._edited.isdisjoint(self._found.index.names.of(matter.key[1]))


def _edited(orders: Iterable[OrderVersion], known: Known) -> Iterator[str]:
    """The names of orders that were changed: said so, or told in a second version."""
    versions: defaultdict[str, set[str]] = defaultdict(set)
    for order in orders:
        if known.has(order.known_at):
            versions[order.names[0]].add(order.version)
            if order.is_edit:
                yield from order.names
    yield from (name for name, told in versions.items() if len(told - {""}) > 1)


def _across(matter: Matter) -> Decimal:
    """The part of the gap that is only a matter of dates: booked after the moment, or before it has moved."""
    late = _within(matter.gap, units(matter.booked_later)) if matter.is_physical else NONE
    early = _within(matter.gap, -units(matter.to_move)) if matter.booked else NONE
    return late or early


def _within(gap: Decimal, amount: Decimal) -> Decimal:
    """So much of `amount` as goes the same way as the gap, and no further."""
    if gap * amount <= 0:
        return NONE
    return min(gap, amount, key=abs)


def _is_taken_back(matter: Matter, rest: Decimal) -> bool:
    """Whether what is left is just a movement back of the warehouse's, which the books have not."""
    is_movement = any(entry.qty == rest for entry in matter.moved)
    is_back = any(entry.qty * rest < 0 for entry in matter.moved)
    return is_movement and is_back and all(entry.qty != rest for entry in matter.all_booked)


def _is_booked_again(matter: Matter, rest: Decimal) -> bool:
    """Whether what is too much is one line of the books, once or more, that stands there more than once."""
    lines = Counter(entry.qty for entry in matter.all_booked)
    return any(
        count > 1 and qty and not rest % qty and 0 < abs(rest / qty) < count for qty, count in lines.items()
    )


def _told_factors(matter: Matter) -> Iterator[Decimal]:
    return (entry.factor for entry in matter.moved + matter.to_move + matter.all_booked)


def _told_quantities(steps: Iterable[PostingStep]) -> tuple[Decimal, Decimal] | None:
    """How much Blue Cherry has or may have, and how much it has not; None where any telling says not how many."""
    quantities = [(step.state in _TAKEN, step.qty) for step in steps]
    told = [(is_taken, abs(qty)) for is_taken, qty in quantities if qty is not None]
    if not quantities or len(told) < len(quantities):
        return None
    taken = sum((qty for is_taken, qty in told if is_taken), NONE)
    return taken, sum((qty for _, qty in told), NONE) - taken


def _likeness(step: PostingStep, rest: Decimal, settled: Collection[str]) -> tuple[bool, bool, str, str]:
    is_this = step.qty is not None and abs(step.qty) == abs(rest)
    return step.state in settled, not is_this, step.state, repr(step)


def of_nowhere(item: str, state: ItemState, rest: Decimal, held: Decimal) -> CloseCause | None:
    """Stock under a code that is no SKU is told by the reading itself, as far as there is such stock, or was
    before its documents took it away.
    """
    part = min(rest, held)
    if state is ItemState.KNOWN or part <= 0:
        return None
    return CloseCause(moved=Moved.OPENING, status=CauseStatus(state.value), document=item, units=part)


def valued(cause: CloseCause, cost: Decimal | None) -> CloseCause:
    """The cause with what its units are worth."""
    return cause if cost is None else evolve(cause, value=cause.units * cost)
