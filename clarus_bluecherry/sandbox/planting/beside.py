"""A month's end beside a running loop: people do in both systems what makes them disagree, act by act.

Law of this module: nobody here tells Blue Cherry what the warehouse did. That is the loop's work, of which this
module knows nothing; what is to be untold at the end of the month is done after the loop's last turn.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from attrs import evolve

import clarus_bluecherry.sandbox.season as seasons
from clarus_bluecherry.sandbox.erp import PeriodLock, Pick
from clarus_bluecherry.sandbox.planting.ground import PACK, Spot
from clarus_bluecherry.sandbox.planting.planted import PlantedKind, SetClock, key_of
from clarus_bluecherry.sandbox.planting.planter import Planter
from clarus_bluecherry.sandbox.staff import Staff
from clarus_bluecherry.sandbox.told import NotDone
from clarus_bluecherry.sandbox.warehouse.rearranging import OnTheRoad

K = PlantedKind

_LEAVES_IN_TIME = (
    *(K.SHIPPED_NOT_INVOICED, K.INVOICED_LATE, K.MOVED_BY_LOCK, K.REJECTED_BY_LOCK, K.POSTED_TWICE),
    *(K.EDITED_ORDER, K.DISPATCH_UNDONE, K.REST_NOT_TOLD, K.RETURN_NOT_TOLD, K.RETURN_NOT_CREDITED),
)
"""Orders that leave while the loop tells of it; of one in two parts the first."""
_ORDERS = (*_LEAVES_IN_TIME, K.DISPATCH_NOT_TOLD, K.UTC_DATE)
_NOT_INVOICED_WITH_OTHERS = (
    *(K.SHIPPED_NOT_INVOICED, K.INVOICED_LATE, K.MOVED_BY_LOCK, K.REJECTED_BY_LOCK, K.UTC_DATE),
)
_SISTER_STOCK = 7
_DEARER = Decimal("0.75")


class MonthEnd(Planter):
    """The people of a month's end. Each act is called once, in this order, unless it says otherwise.

    `prepare` and `release` come before the loop's first turn; `ship` in the last days of the month, as often as
    there is time; `rearrange` on the last day, `amend` after what the loop did of that and the invoices;
    `work_late` after the loop's last turn of the month, `work_on_the_first` before its first one of the next.
    `invoice` and `credit` run each night, and in the next month `invoice_moved` with them.
    """

    def __init__(self, staff: Staff, seed: int, clock: SetClock) -> None:
        super().__init__(staff, seed, clock=clock)
        self._orders: dict[PlantedKind, tuple[Pick, Spot, int]] = {}
        self._waiting = list(_LEAVES_IN_TIME)
        self._credited: set[str] = set()

    # Before -----------------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """What both systems have from the beginning: packs, another division's stock, an opening in dozens."""
        spot = self._spot(None)
        self._pack = self._with_packs(spot, self._random.randint(2, 4)), spot
        self._lost = self._spot(None)
        self._sister_of(self._spot(None))
        dozens = next(each for each in self._spots if each.units % 12 == 0)
        self.erp.quirks.opened_in_dozens.add((dozens.key, dozens.location))

    def _spot(self, units: int | None) -> Spot:
        """A place whose code can travel in a file: none with a space at its end can."""
        spot = super()._spot(units)
        code = spot.article.warehouse_code
        return spot if code == code.strip() else self._spot(units)

    def _sister_of(self, spot: Spot) -> None:
        code = f"KD/{spot.article.clean_code}"
        self.warehouse.add_product(code)
        self.warehouse.open_stock(code, _SISTER_STOCK, warehouse=spot.building, account=seasons.ACCOUNT)
        self.sisters[code] = spot.key

    def release(self) -> None:
        """Blue Cherry releases the picks and issues the production order; the loop takes them to the warehouse."""
        for kind in _ORDERS:
            spot = self._spot(None)
            units = self._units(spot, None) + (kind is K.REST_NOT_TOLD)
            self._orders[kind] = self._released(spot, units), spot, units
        self._production = self._issued(None)

    # The last days of the month ---------------------------------------------------------------------------------

    def ship(self) -> None:
        """What is to leave in time leaves, as far as its order has come to the warehouse."""
        to_come = self.orders_to_come
        for kind in [*self._waiting]:
            if self._orders[kind][0].pick_num not in to_come:
                self._waiting.remove(kind)
                self._leaves(kind)

    @property
    def orders_to_come(self) -> tuple[str, ...]:
        """The picks that are to leave in time, and whose orders have not come to the warehouse."""
        picks = (self._orders[kind][0].pick_num for kind in self._waiting)
        return tuple(pick for pick in picks if not self.warehouse.goods_outs.find("reference", pick))

    def _leaves(self, kind: PlantedKind) -> None:
        pick, spot, units = self._orders[kind]
        if kind is K.REST_NOT_TOLD:
            self.staff.pick(pick.pick_num, line="1", units=1)
            self.staff.dispatch(pick.pick_num, part=True)
            return
        self.staff.dispatch(pick.pick_num)
        if kind in (K.SHIPPED_NOT_INVOICED, K.INVOICED_LATE, K.MOVED_BY_LOCK, K.REJECTED_BY_LOCK):
            self._keep(kind, pick.pick_num, spot, -units)
        elif kind is K.EDITED_ORDER:
            (line,) = pick.lines
            self.erp.change_pick(pick.pick_num, [evolve(line, bk_qty=units + 1)])
            self.erp.quirks.invoiced_as_changed.add(pick.pick_num)
            self._keep(kind, pick.pick_num, spot, 1)

    def rearrange(self) -> None:
        """What moves without an order, what is booked by hand, and goods that come back, on the last day."""
        if self._waiting:
            what = f"orders have not come to the warehouse: {', '.join(self.orders_to_come)}"
            raise NotDone(what, record="month's end")
        self._comes_back(K.RETURN_NOT_CREDITED)
        for kind in (K.MOVED_BETWEEN, K.OTHER_OWNER, K.HELD, K.HELD_WRITTEN_OFF, K.BY_HAND, K.COST_CHANGED):
            self.plant(kind)
        self._open_packs()
        self._lose()
        self._road = self._send()

    def _comes_back(self, kind: PlantedKind) -> None:
        pick, spot, units = self._orders[kind]
        self.staff.take_back(pick.pick_num, line="1", units=units)
        value = units * pick.lines[0].price if kind is K.RETURN_NOT_CREDITED else None
        self._keep(kind, self._return_of(pick), spot, units, value=value)

    def _open_packs(self) -> None:
        pack, spot = self._pack
        code, building = pack.article.warehouse_code, spot.building
        gone = self.warehouse.convert(
            code, 1, spot.article.warehouse_code, PACK, warehouse=building, account=seasons.ACCOUNT
        )
        self._keep(K.PACK_OPENED, gone[0].document, pack, -1)
        self._keep(K.PACK_OPENED, gone[0].document, spot, PACK)

    def _lose(self) -> None:
        """Units are gone where they cost what they do; at the other location they cost more."""
        spot, units = self._lost, self._units(self._lost, None)
        other = evolve(spot, location=seasons.LOCATIONS[self._other(spot)])
        there = int(self.erp.on_hand().get((spot.key, other.location), 0))
        self.erp.change_cost(spot.key, self._cost(spot) + _DEARER, self._today(), other.location)
        self._keep(K.COST_CHANGED, "", other, there, value=there * _DEARER)
        self.warehouse.lose(spot.article.warehouse_code, units, warehouse=spot.building, account=seasons.ACCOUNT)
        self._keep(K.LOST, "", spot, -units)

    def _send(self) -> OnTheRoad:
        spot = self._spot(None)
        units = self._units(spot, None)
        code, building = spot.article.warehouse_code, spot.building
        road = self.warehouse.send_to(self._other(spot), code, units, warehouse=building, account=seasons.ACCOUNT)
        self._keep(K.IN_TRANSIT, road.number, spot, -units)
        return road

    def amend(self) -> None:
        """A dispatch is booked once more, and another one, which is invoiced, is taken back."""
        pick, spot, units = self._orders[K.POSTED_TWICE]
        self.erp.book_again(pick.pick_num)
        self._keep(K.POSTED_TWICE, pick.pick_num, spot, units)
        pick, spot, units = self._orders[K.DISPATCH_UNDONE]
        (order,) = self.warehouse.goods_outs.find("reference", pick.pick_num)
        (shipment,) = self.warehouse.shipments.find("goods_out.id", order.id)
        self.warehouse.undispatch(shipment.id)
        self._keep(K.DISPATCH_UNDONE, pick.pick_num, spot, units)

    def work_late(self) -> None:
        """The last hours of the month: goods leave, come, come back and are written off."""
        for kind in (K.DISPATCH_NOT_TOLD, K.REST_NOT_TOLD):
            pick, spot, units = self._orders[kind]
            left = units - (kind is K.REST_NOT_TOLD)
            self.staff.pick(pick.pick_num, line="1", units=left)
            self.staff.dispatch(pick.pick_num)
            self._keep(kind, pick.pick_num, spot, -left)
        spot, number, come = self._production
        self.staff.receive(number, announce=True)
        self._keep(K.RECEIPT_NOT_TOLD, number, spot, come)
        spot, number, gone = self._written_off(None)
        self._keep(K.ADJUSTMENT_NOT_TOLD, number, spot, -gone)
        self._comes_back(K.RETURN_NOT_TOLD)

    # The next month ---------------------------------------------------------------------------------------------

    def work_on_the_first(self) -> None:
        """What was on its way comes; goods leave, whose day the books will take for midnight in UTC."""
        self.warehouse.arrive(self._road)
        pick, spot, units = self._orders[K.UTC_DATE]
        self.staff.dispatch(pick.pick_num)
        before = self._today() - dt.timedelta(days=1)
        self._keep(K.UTC_DATE, pick.pick_num, spot, units, booked=before)

    # Each night -------------------------------------------------------------------------------------------------

    def invoice(self) -> int:
        """The invoice job, which has not come to some picks; returns how many were invoiced."""
        kept = {self._orders[kind][0].pick_num for kind in _NOT_INVOICED_WITH_OTHERS if kind in self._orders}
        return self.erp.run_invoicing(self.erp.picks.keys() - kept)

    def invoice_moved(self) -> None:
        """The invoices that the books put on another day: run late, misread, or refused where a day is closed."""
        for kind, name, value in _PUT_ELSEWHERE:
            if kind in (K.MOVED_BY_LOCK, K.REJECTED_BY_LOCK) and self.erp.closed_through is None:
                continue
            with self._quirk(name, value):
                self._invoice(self._orders[kind][0])

    def credit(self) -> None:
        """Credit memos for everything that came back, but for what is planted."""
        picks = {self._orders[kind][0].pick_num for kind in (K.RETURN_NOT_CREDITED, K.RETURN_NOT_TOLD)}
        for back in self.warehouse.truth():
            if back.kind == "return" and back.source not in self._credited and back.reference not in picks:
                self._credited.add(back.source)
                sku = key_of(self.items[back.product])
                self.erp.credit(back.reference, sku, back.quantity, self._today())


_PUT_ELSEWHERE: tuple[tuple[PlantedKind, str, object], ...] = (
    (K.INVOICED_LATE, "invoices_dated_when_run", True),
    (K.UTC_DATE, "utc_dates", True),
    (K.MOVED_BY_LOCK, "lock", PeriodLock.FIRST_OPEN_DAY),
    (K.REJECTED_BY_LOCK, "lock", PeriodLock.REJECT),
)
