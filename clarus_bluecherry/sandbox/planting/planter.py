"""People of both systems who make them disagree, and say exactly how.

Law of this module: each planted disagreement is the only thing that happens at its place (a SKU at a location);
what it leaves behind is what its `Planted` says, and nothing anywhere else. What chance decides, the seed decides.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

from attrs import evolve

import clarus_bluecherry.sandbox.season as seasons
from clarus_bluecherry.sandbox.erp import Erp, PeriodLock, RecType
from clarus_bluecherry.sandbox.loading import stock_erp
from clarus_bluecherry.sandbox.planting.ground import PACK, Ground
from clarus_bluecherry.sandbox.planting.month_end import write_month_end
from clarus_bluecherry.sandbox.planting.planted import BEGIN, Planted, PlantedKind, SetClock
from clarus_bluecherry.sandbox.season.stocking import HELD
from clarus_bluecherry.sandbox.staff import Staff
from clarus_bluecherry.sandbox.warehouse import Warehouse

_WORK = 22 * 24 * 60
"""How many minutes the work of a month takes, beside the days that a late invoice waits."""
OTHER_OWNER = "CONSIGNED"
"""The account to which units are given."""


class Planter(Ground):
    """Plants disagreements between the systems of a `staff`, each at a place of its own.

    `clock` is that of both systems where it can be moved; without one what needs time to pass is refused. Picks,
    orders and messages are made as the plantings need them: nobody else has to tell Blue Cherry anything.
    Raises `NotDone` when no place is left.

    >>> planter = Planter.of_season(seed=3)
    >>> planted = planter.posted_twice(units=2)
    >>> planted.kind, int(planted.variance), planter.disagreement(planted.item, planted.location) == planted.units
    (<PlantedKind.POSTED_TWICE: 'posted twice'>, 2, True)
    """

    @classmethod
    def of_season(cls, seed: int = 1, scale: str = "small", *, begin: dt.datetime = BEGIN) -> Planter:
        """Both systems with a season's stock, without servers, and a clock that stands at `begin` (aware)."""
        clock, season = SetClock(begin), seasons.make_season(seed, scale)
        warehouse, erp = Warehouse(clock=clock), Erp(clock=clock)
        stock_erp(season, erp)
        seasons.stock_warehouse(season, warehouse)
        return cls(Staff(season, warehouse, erp), seed, clock=clock)

    def all(self) -> list[Planted]:
        """One of each kind, in the seed's order."""
        kinds = sorted(self._plantings())
        self._random.shuffle(kinds)
        before = len(self.planted)
        for kind in kinds:
            self._plantings()[kind]()
        return self.planted[before:]

    def month(self, trades: int = 60) -> list[Planted]:
        """A month's work: one of each kind among so many movements on which both agree, with time between."""
        clock, before = self._movable(), len(self.planted)
        agreed = (self.sell, self.take_back, self.receive, self.write_off)
        steps = [*self._plantings().values(), *(self._random.choice(agreed) for _ in range(trades))]
        self._random.shuffle(steps)
        for step in steps:
            step()
            clock.move(minutes=_WORK / len(steps))
        return self.planted[before:]

    def plant(self, kind: PlantedKind) -> tuple[Planted, ...]:
        """One of a kind, with units as chance has it."""
        before = len(self.planted)
        self._plantings()[kind]()
        return tuple(self.planted[before:])

    def write_month_end(self, folder: Path) -> Path:
        """Write what both systems export now into `folder`, with all that `close --from` needs to read it."""
        return write_month_end(self, folder)

    # What agrees -----------------------------------------------------------------------------------------------

    def sell(self, units: int | None = None) -> str:
        """Goods leave, Blue Cherry is told and invoices them. Returns the pick's number."""
        pick, _, _ = self._shipped(units)
        self._invoice(self._told(pick))
        return pick.pick_num

    def take_back(self, units: int | None = None) -> str:
        """Goods that were sold come back, are booked and credited. Returns the credit memo's number."""
        spot, pick, came = self._returned(units)
        self._tell_return(spot, pick, came)
        return self.erp.credit(pick.pick_num, spot.key, Decimal(came), self._today()).memo_num

    def receive(self, units: int | None = None) -> str:
        """A production order is received and told. Returns its number."""
        spot, number, come = self._received(units)
        body = {"prod_num": number, "prod_line": "1", "size_adj": "A"}
        self._stage("ProductionReceiptAdvice", {**body, **self._moved(spot, come)})
        return number

    def write_off(self, units: int | None = None) -> str:
        """Units are written off and told. Returns the number of the warehouse's transaction."""
        spot, number, gone = self._written_off(units)
        body = {"adj_num": number, "pix_code": "01", "size_adj": "S"}
        self._stage("PhysicalInventoryTM", {**body, **self._moved(spot, gone)})
        return number

    # Telling ---------------------------------------------------------------------------------------------------

    def shipped_not_invoiced(self, units: int | None = None) -> Planted:
        """Goods leave and Blue Cherry is told; the invoice job has not come to it."""
        pick, spot, left = self._shipped(units)
        self._told(pick)
        return self._keep(PlantedKind.SHIPPED_NOT_INVOICED, pick.pick_num, spot, -left)

    def dispatch_not_told(self, units: int | None = None) -> Planted:
        """Goods leave, and nobody tells Blue Cherry."""
        pick, spot, left = self._shipped(units)
        return self._keep(PlantedKind.DISPATCH_NOT_TOLD, pick.pick_num, spot, -left)

    def rest_not_told(self, units: int | None = None) -> Planted:
        """An order leaves in two parts; only the first is told and invoiced."""
        spot, left = self._spot(units), 1
        rest = self._units(spot, units)
        pick = self._ordered(spot, left + rest)
        self.staff.pick(pick.pick_num, line="1", units=left)
        self.staff.dispatch(pick.pick_num, part=True)
        self._invoice(self._told(pick, left))
        self.staff.pick(pick.pick_num, line="1", units=rest)
        self.staff.dispatch(pick.pick_num)
        return self._keep(PlantedKind.REST_NOT_TOLD, pick.pick_num, spot, -rest)

    def receipt_not_told(self, units: int | None = None) -> Planted:
        """A production order is received, and nobody tells Blue Cherry."""
        spot, number, come = self._received(units)
        return self._keep(PlantedKind.RECEIPT_NOT_TOLD, number, spot, come)

    def adjustment_not_told(self, units: int | None = None) -> Planted:
        """Units are written off, and nobody tells Blue Cherry."""
        spot, number, gone = self._written_off(units)
        return self._keep(PlantedKind.ADJUSTMENT_NOT_TOLD, number, spot, -gone)

    def return_not_told(self, units: int | None = None) -> Planted:
        """Goods that were sold come back into stock, and nobody tells Blue Cherry."""
        spot, pick, came = self._returned(units)
        (receipt,) = self.warehouse.goods_in_receipts.find("reference", self._return_of(pick))
        assert receipt.reference, "a return has one"
        return self._keep(PlantedKind.RETURN_NOT_TOLD, receipt.reference, spot, came)

    def return_not_credited(self, units: int | None = None) -> Planted:
        """Goods come back and are booked; no credit memo was written."""
        spot, pick, came = self._returned(units)
        self._tell_return(spot, pick, came)
        price = came * pick.lines[0].price
        return self._keep(PlantedKind.RETURN_NOT_CREDITED, self._return_of(pick), spot, came, value=price)

    # Dates -----------------------------------------------------------------------------------------------------

    def invoiced_late(self, units: int | None = None, *, days: int = 3) -> Planted:
        """The invoice job runs days after the goods left, and dates the invoice when it runs."""
        clock = self._movable()
        pick, spot, left = self._shipped(units)
        own, told = self._today(), self._told(pick)
        clock.move(days=days)
        with self._quirk("invoices_dated_when_run", True):
            self._invoice(told)
        return self._keep(PlantedKind.INVOICED_LATE, pick.pick_num, spot, -left, own=own, booked=self._today())

    def moved_by_lock(self, units: int | None = None) -> Planted:
        """The day is closed before the invoice is booked: it is booked on the first open one."""
        pick, spot, left = self._locked(PeriodLock.FIRST_OPEN_DAY, units)
        booked = self._today() + dt.timedelta(days=1)
        return self._keep(PlantedKind.MOVED_BY_LOCK, pick.pick_num, spot, -left, booked=booked)

    def rejected_by_lock(self, units: int | None = None) -> Planted:
        """The day is closed before the invoice is booked: Blue Cherry refuses it."""
        pick, spot, left = self._locked(PeriodLock.REJECT, units)
        return self._keep(PlantedKind.REJECTED_BY_LOCK, pick.pick_num, spot, -left)

    def utc_date(self, units: int | None = None) -> Planted:
        """The day of a dispatch is taken for midnight in UTC, and booked as the day before."""
        pick, spot, left = self._shipped(units)
        with self._quirk("utc_dates", True):
            self._invoice(self._told(pick))
        booked = self._today() - dt.timedelta(days=1)
        return self._keep(PlantedKind.UTC_DATE, pick.pick_num, spot, left, booked=booked)

    # Books -----------------------------------------------------------------------------------------------------

    def posted_twice(self, units: int | None = None) -> Planted:
        """A dispatch is booked once more."""
        pick, spot, left = self._shipped(units)
        self._invoice(self._told(pick))
        self.erp.book_again(pick.pick_num)
        return self._keep(PlantedKind.POSTED_TWICE, pick.pick_num, spot, left)

    def by_hand(self, units: int | None = None) -> Planted:
        """Somebody books units into stock of which the warehouse knows nothing."""
        spot = self._spot(units)
        booked, number = self._units(spot, units), self._number("JE")
        self.erp.book_by_hand(RecType.SA, spot.key, spot.location, Decimal(booked), self._today(), number)
        return self._keep(PlantedKind.BY_HAND, number, spot, -booked)

    def edited_order(self, units: int | None = None) -> Planted:
        """A pick is changed after its release: shipped as it was, invoiced as it is now."""
        pick, spot, left = self._shipped(units)
        (line,) = pick.lines
        self.erp.change_pick(pick.pick_num, [evolve(line, bk_qty=left + 1)])
        self.erp.quirks.invoiced_as_changed.add(pick.pick_num)
        self._invoice(self._told(pick, left))
        return self._keep(PlantedKind.EDITED_ORDER, pick.pick_num, spot, 1)

    def cost_changed(self, units: int | None = None) -> tuple[Planted, ...]:
        """The standard cost of a SKU changes: what lies there, wherever it lies, is worth something else."""
        spot, more = self._spot(units), Decimal("1.25")
        self.erp.change_cost(spot.key, self._cost(spot) + more, self._today())
        there = {place: int(here) for (key, place), here in self.erp.on_hand().items() if key == spot.key}
        return tuple(
            self._keep(PlantedKind.COST_CHANGED, "", evolve(spot, location=place), here, value=here * more)
            for place, here in there.items()
        )

    # The floor -------------------------------------------------------------------------------------------------

    def dispatch_undone(self, units: int | None = None) -> Planted:
        """A dispatch that Blue Cherry has invoiced is taken back."""
        pick, spot, left = self._shipped(units)
        self._invoice(self._told(pick))
        (order,) = self.warehouse.goods_outs.find("reference", pick.pick_num)
        (shipment,) = self.warehouse.shipments.find("goods_out.id", order.id)
        self.warehouse.undispatch(shipment.id)
        return self._keep(PlantedKind.DISPATCH_UNDONE, pick.pick_num, spot, left)

    def in_transit(self, units: int | None = None) -> Planted:
        """Units have left one building for another and are in neither."""
        spot = self._spot(units)
        sent = self._units(spot, units)
        road = self.warehouse.send_to(
            self._other(spot), spot.article.warehouse_code, sent, warehouse=spot.building, account=seasons.ACCOUNT
        )
        return self._keep(PlantedKind.IN_TRANSIT, road.number, spot, -sent)

    def moved_between(self, units: int | None = None) -> tuple[Planted, Planted]:
        """Units have gone from one building to another, and Blue Cherry has them where they were."""
        spot = self._spot(units)
        sent, other = self._units(spot, units), self._other(spot)
        road = self.warehouse.send_to(
            other, spot.article.warehouse_code, sent, warehouse=spot.building, account=seasons.ACCOUNT
        )
        self.warehouse.arrive(road)
        there = evolve(spot, location=seasons.LOCATIONS[other])
        gone = self._keep(PlantedKind.MOVED_BETWEEN, road.number, spot, -sent)
        return gone, self._keep(PlantedKind.MOVED_BETWEEN, road.number, there, sent)

    def pack_opened(self, packs: int | None = None) -> tuple[Planted, Planted]:
        """Packs are opened into pieces; Blue Cherry still has the packs."""
        spot = self._spot(None)
        number = packs or self._random.randint(1, 3)
        pack = self._with_packs(spot, number + 1)
        gone = self.warehouse.convert(
            pack.article.warehouse_code,
            number,
            spot.article.warehouse_code,
            PACK,
            warehouse=spot.building,
            account=seasons.ACCOUNT,
        )[0]
        opened = self._keep(PlantedKind.PACK_OPENED, gone.document, pack, -number)
        return opened, self._keep(PlantedKind.PACK_OPENED, gone.document, spot, number * PACK)

    def other_owner(self, units: int | None = None) -> Planted:
        """Units belong to another account from now on; Blue Cherry counts them as ours."""
        if not self.warehouse.accounts.find("code", OTHER_OWNER):
            self.warehouse.add_account(OTHER_OWNER)
        spot = self._spot(units)
        given = self._units(spot, units)
        moved = self.warehouse.give_to(
            OTHER_OWNER, spot.article.warehouse_code, given, warehouse=spot.building, account=seasons.ACCOUNT
        )
        return self._keep(PlantedKind.OTHER_OWNER, moved[0].document, spot, -given)

    def held(self, units: int | None = None) -> Planted:
        """Units are put on hold: they are there, and cannot be sold."""
        spot = self._spot(units)
        held = self._units(spot, units)
        (moved,) = self.warehouse.hold(
            spot.article.warehouse_code, held, HELD, warehouse=spot.building, account=seasons.ACCOUNT
        )
        return self._keep(PlantedKind.HELD, str(moved.id), spot, held)

    def held_written_off(self, units: int | None = None) -> Planted:
        """Units are put on hold, and somebody takes them off the books under the number of that."""
        spot = self._spot(units)
        held = self._units(spot, units)
        (moved,) = self.warehouse.hold(
            spot.article.warehouse_code, held, HELD, warehouse=spot.building, account=seasons.ACCOUNT
        )
        document = str(moved.id)
        self.erp.book_by_hand(RecType.SA, spot.key, spot.location, Decimal(-held), self._today(), document)
        return self._keep(PlantedKind.HELD_WRITTEN_OFF, document, spot, held)

    def lost(self, units: int | None = None) -> Planted:
        """Units are gone, and no document tells of it."""
        spot = self._spot(units)
        gone = self._units(spot, units)
        self.warehouse.lose(spot.article.warehouse_code, gone, warehouse=spot.building, account=seasons.ACCOUNT)
        return self._keep(PlantedKind.LOST, "", spot, -gone)

    def _plantings(self) -> Mapping[PlantedKind, Callable[[], object]]:
        return {kind: getattr(self, kind.name.lower()) for kind in PlantedKind}
