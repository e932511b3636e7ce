"""People of both systems who make them disagree, and say exactly how.

Law of this module: each planted disagreement is the only thing that happens at its place (a SKU at a location);
what it leaves behind is what its `Planted` says, and nothing anywhere else. What chance decides, the seed decides.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from random import Random
from typing import cast

from attrs import define, evolve, frozen

import clarus_bluecherry.sandbox.season as seasons
from clarus_bluecherry.model import Sku
from clarus_bluecherry.sandbox.erp import Article as BookArticle
from clarus_bluecherry.sandbox.erp import (
    Erp,
    PeriodLock,
    Pick,
    PickLine,
    ProductionLine,
    ProductionOrder,
    RecType,
    SkuKey,
    Standing,
)
from clarus_bluecherry.sandbox.loading import stock_erp
from clarus_bluecherry.sandbox.season.stocking import DAMAGED, HELD
from clarus_bluecherry.sandbox.staff import Staff
from clarus_bluecherry.sandbox.told import NotDone
from clarus_bluecherry.sandbox.warehouse import Warehouse

BEGIN = dt.datetime(2026, 10, 5, 14, tzinfo=dt.UTC)
OTHER_OWNER = "CONSIGNED"
_PACK = 6
_PRICE = Decimal(2)


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


@frozen
class _Spot:
    """A place where both systems agree so far."""

    article: seasons.Article
    location: str
    units: int

    @property
    def building(self) -> str:
        """The warehouse's code of the location."""
        return next(code for code, location in seasons.LOCATIONS.items() if location == self.location)

    @property
    def key(self) -> SkuKey:
        """The SKU in Blue Cherry."""
        one = self.article
        return (one.style, one.color, one.label, one.dimension, one.size)


def item_of(key: SkuKey) -> str:
    """The key of a SKU, as the library writes it."""
    style, color, label, dimension, size = key
    return Sku(style, color, label=label, dimension=dimension, size=size).key


class Planter:
    """Plants disagreements between the systems of a `staff`, each at a place of its own.

    `clock` is that of both systems where it can be moved; without one what needs time to pass is refused. Picks,
    orders and messages are made as the plantings need them: nobody else has to tell Blue Cherry anything.
    Raises `NotDone` when no place is left.

    >>> planter = Planter.of_season(seed=3)
    >>> planted = planter.posted_twice(units=2)
    >>> planted.kind, int(planted.variance), planter.disagreement(planted.item, planted.location) == planted.units
    (<PlantedKind.POSTED_TWICE: 'posted twice'>, 2, True)
    """

    def __init__(self, staff: Staff, seed: int = 0, *, clock: SetClock | None = None) -> None:
        self.staff = staff
        self.warehouse: Warehouse = staff.warehouse
        self.erp: Erp = staff.erp
        self.clock = clock
        self.planted: list[Planted] = []
        self._random = Random(seed)
        self._spots = self._shuffled()
        self._next = 0

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

    def plant(self, kind: PlantedKind) -> tuple[Planted, ...]:
        """One of a kind, with units as chance has it."""
        before = len(self.planted)
        self._plantings()[kind]()
        return tuple(self.planted[before:])

    def disagreement(self, item: str, location: str) -> Decimal:
        """Physical less book at a place now, by both systems' own books."""
        code = next(code for code, each in self.items.items() if each == item)
        building = next(code for code, place in seasons.LOCATIONS.items() if place == location)
        book = self.erp.on_hand().get((_key_of(item), location), Decimal(0))
        return self.warehouse.on_hand(code, warehouse=building, account=seasons.ACCOUNT) - book

    @property
    def items(self) -> Mapping[str, str]:
        """What each product code of the warehouse is: the key of its SKU. Nobody else is told this."""
        return {spot.article.warehouse_code: item_of(spot.key) for spot in self._all_spots()}

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
        spot = self._spot(units)
        come = self._units(spot, units)
        number = self._number("C9")
        article = self.erp.articles[spot.key]
        line = ProductionLine(prod_line="1", article=article, prod_qty=come, cost=article.std_cost)
        self.erp.issue(
            ProductionOrder(
                prod_num=number,
                vendor="MILL",
                location=spot.location,
                due_date=self._today(),
                lines=(line,),
                last_mod=self.erp.clock(),
            )
        )
        self.staff.receive(number, announce=True)
        return self._keep(PlantedKind.RECEIPT_NOT_TOLD, number, spot, come)

    def adjustment_not_told(self, units: int | None = None) -> Planted:
        """Units are written off, and nobody tells Blue Cherry."""
        spot = self._spot(units)
        lost = self._units(spot, units)
        (moved,) = self.warehouse.adjust(
            spot.article.warehouse_code, -lost, DAMAGED, warehouse=spot.building, account=seasons.ACCOUNT
        )
        return self._keep(PlantedKind.ADJUSTMENT_NOT_TOLD, str(moved.id), spot, -lost)

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
        booked = self.erp.quirks.day(self._today(), "", self.erp.zone) - dt.timedelta(days=1)
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

    def cost_changed(self, units: int | None = None) -> Planted:
        """The standard cost of a SKU changes: what lies there is worth something else."""
        spot = self._spot(units)
        before = self._cost(spot)
        self.erp.change_cost(spot.key, before + Decimal("1.25"), self._today())
        there = int(self.erp.on_hand()[spot.key, spot.location])
        return self._keep(PlantedKind.COST_CHANGED, "", spot, there, value=there * Decimal("1.25"))

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
            _PACK,
            warehouse=spot.building,
            account=seasons.ACCOUNT,
        )[0]
        opened = self._keep(PlantedKind.PACK_OPENED, gone.document, pack, -number)
        return opened, self._keep(PlantedKind.PACK_OPENED, gone.document, spot, number * _PACK)

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

    def lost(self, units: int | None = None) -> Planted:
        """Units are gone, and no document tells of it."""
        spot = self._spot(units)
        gone = self._units(spot, units)
        self.warehouse.lose(spot.article.warehouse_code, gone, warehouse=spot.building, account=seasons.ACCOUNT)
        return self._keep(PlantedKind.LOST, "", spot, -gone)

    # Places ----------------------------------------------------------------------------------------------------

    def _plantings(self) -> Mapping[PlantedKind, Callable[[], object]]:
        return {kind: getattr(self, kind.name.lower()) for kind in PlantedKind}

    def _all_spots(self) -> list[_Spot]:
        stocked = [_Spot(one.article, one.location, one.units) for one in self.staff.season.opening]
        return [*stocked, *self._packs_made]

    def _shuffled(self) -> list[_Spot]:
        self._packs_made: list[_Spot] = []
        season = self.staff.season
        unclear = {id(one) for pair in season.twins for one in pair} | {id(one) for one in season.undecidable}
        seen: set[SkuKey] = set()
        found = []
        for spot in self._all_spots():
            if id(spot.article) not in unclear and spot.key not in seen:
                seen.add(spot.key)
                found.append(spot)
        self._random.shuffle(found)
        return found

    def _spot(self, units: int | None) -> _Spot:
        """A SKU of which nothing was planted yet, in a building where enough of it lies."""
        wanted = (units or 4) + 2
        for spot in self._spots:
            if spot.units >= wanted:
                self._spots.remove(spot)
                return spot
        what = f"no place is left where {wanted} units lie"
        raise NotDone(what, field="units", action="Take fewer units, or a season of a larger scale.")

    def _units(self, spot: _Spot, units: int | None) -> int:
        return units or self._random.randint(1, 4)

    def _other(self, spot: _Spot) -> str:
        return next(code for code in seasons.LOCATIONS if code != spot.building)

    def _with_packs(self, spot: _Spot, packs: int) -> _Spot:
        """A pack of six of a SKU, in both systems, and so many of it at its place."""
        single = self.erp.articles[spot.key]
        pack = evolve(single, dimension=f"PK{_PACK}", upc="", ean="", std_cost=_PACK * single.std_cost)
        self._stock_pack(pack, spot, packs)
        article = evolve(
            spot.article,
            dimension=pack.dimension,
            warehouse_code=f"{spot.article.clean_code}-{pack.dimension}",
            std_cost=pack.std_cost,
        )
        made = _Spot(article, spot.location, packs)
        self.warehouse.add_product(article.warehouse_code)
        self.warehouse.open_stock(article.warehouse_code, packs, warehouse=spot.building, account=seasons.ACCOUNT)
        self._packs_made.append(made)
        return made

    def _stock_pack(self, pack: BookArticle, spot: _Spot, packs: int) -> None:
        self.erp.add_article(pack)
        self.erp.packs[pack.key] = (spot.key, _PACK)
        self.erp.open_stock(pack, spot.location, packs)

    # Steps -----------------------------------------------------------------------------------------------------

    def _shipped(self, units: int | None) -> tuple[Pick, _Spot, int]:
        spot = self._spot(units)
        left = self._units(spot, units)
        pick = self._ordered(spot, left)
        self.staff.dispatch(pick.pick_num)
        return pick, spot, left

    def _ordered(self, spot: _Spot, units: int) -> Pick:
        """A pick of one line, released in Blue Cherry and known to the warehouse."""
        number = self._number("9")
        article = self.erp.articles[spot.key]
        pick = Pick(
            pick_num=number,
            ord_num=f"SO{number}",
            po_num=f"PO{number}",
            customer="SHOP",
            location=spot.location,
            shipper="UPS",
            pick_date=self._today(),
            ship_to={},
            lines=(PickLine(line_seq="1", article=article, bk_qty=units, price=_PRICE * article.std_cost),),
            last_mod=self.erp.clock(),
        )
        self.erp.release(pick)
        self.warehouse.create_goods_out(self._goods_out(pick, spot))
        return pick

    def _goods_out(self, pick: Pick, spot: _Spot) -> dict[str, object]:
        product = self.warehouse.coded(self.warehouse.products, spot.article.warehouse_code, "product")
        line = {"product_id": product.id, "order_quantity": pick.lines[0].bk_qty, "alt_line_number": "1"}
        return {
            "goods_out_type": "sales_order",
            "account_id": self.warehouse.owner(seasons.ACCOUNT).id,
            "warehouse_id": self.warehouse.building(spot.building).id,
            "reference": pick.pick_num,
            "external_system_reference1": pick.ord_num,
            "expected_date_of_dispatch": self.warehouse.clock().isoformat(),
            "lines_changes": [{"type": "ADD", "attributes": line}],
        }

    def _told(self, pick: Pick, units: int | None = None) -> Pick:
        """Blue Cherry is told what left, and has worked it off."""
        (line,) = pick.lines
        left = line.bk_qty if units is None else units
        header = {"pick_num": pick.pick_num, "ord_num": pick.ord_num, "ship_date": f"{self._today():%m/%d/%Y}"}
        detail = {"line_seq": "1", "size_qty": left, "location": pick.location, **_columns(line.article.key)}
        self._stage("OrderShipment", {"header": header, "pickDetail": [detail]})
        return pick

    def _invoice(self, pick: Pick) -> None:
        self.erp.run_invoicing([pick.pick_num])

    def _returned(self, units: int | None) -> tuple[_Spot, Pick, int]:
        pick, spot, left = self._shipped(units)
        self._invoice(self._told(pick))
        self.staff.take_back(pick.pick_num, line="1", units=left)
        return spot, pick, left

    def _return_of(self, pick: Pick) -> str:
        found = [
            one.reference or ""
            for one in self.warehouse.goods_in_receipts
            if one.external_system_reference1 == pick.pick_num
        ]
        return found[-1]

    def _tell_return(self, spot: _Spot, pick: Pick, units: int) -> None:
        body = {
            "adj_num": self._return_of(pick),
            "pix_code": "03",
            "size_adj": "A",
            "size_qty": units,
            "location": spot.location,
            "receipt_date": f"{self._today():%m/%d/%Y}",
            **_columns(spot.key),
        }
        self._stage("PhysicalInventoryTM", body)

    def _stage(self, entity: str, body: Mapping[str, object]) -> None:
        staged = self.erp.stage(entity, self._number("8", 8), body)
        self.erp.process_staging()
        assert staged.standing is not Standing.REJECTED, staged.error

    def _locked(self, lock: PeriodLock, units: int | None) -> tuple[Pick, _Spot, int]:
        """Goods leave, Blue Cherry is told, and the day is closed before the invoice is booked."""
        pick, spot, left = self._shipped(units)
        self._told(pick)
        before = self.erp.closed_through
        self.erp.close_books(self._today())
        with self._quirk("lock", lock):
            self._invoice(pick)
        self.erp.reopen_books(before)
        return pick, spot, left

    @contextmanager
    def _quirk(self, name: str, value: object) -> Iterator[None]:
        before = getattr(self.erp.quirks, name)
        setattr(self.erp.quirks, name, value)
        try:
            yield
        finally:
            setattr(self.erp.quirks, name, before)

    def _movable(self) -> SetClock:
        if self.clock is None:
            raise NotDone("the clock of these systems cannot be moved", action="Plant with Planter.of_season.")
        return self.clock

    def _number(self, prefix: str, digits: int = 5) -> str:
        self._next += 1
        return f"{prefix}{self._next:0{digits}}"

    def _today(self) -> dt.date:
        return self.erp.clock().astimezone(self.erp.zone).date()

    def _cost(self, spot: _Spot) -> Decimal:
        return cast(Decimal, self.erp.cost_on(spot.key, self._today()))

    def _keep(
        self,
        kind: PlantedKind,
        document: str,
        spot: _Spot,
        units: int,
        *,
        value: Decimal | None = None,
        own: dt.date | None = None,
        booked: dt.date | None = None,
    ) -> Planted:
        planted = Planted(
            kind=kind,
            document=document,
            item=item_of(spot.key),
            location=spot.location,
            units=Decimal(units),
            value=units * self._cost(spot) if value is None else value,
            own_date=own or self._today(),
            booked_date=booked,
        )
        self.planted.append(planted)
        return planted


def _columns(key: SkuKey) -> dict[str, object]:
    style, color, label, dimension, size = key
    return {
        "style": style,
        "color_code": color,
        "lbl_code": label,
        "dimension": dimension,
        "size_desc": size,
    }


def _key_of(item: str) -> SkuKey:
    one = Sku.from_key(item)
    return (one.style, one.color, one.label, one.dimension, one.size)
