"""The ground that is planted on: places where both systems agree, and the steps that both take together.

Law of this module: a place is used once, and is of a SKU that no order of the season has. A step does in each
system what its people and a connector would do, in the numbers of that system, and leaves both in agreement unless
it is left half done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from random import Random
from typing import cast

from attrs import evolve, frozen

import clarus_bluecherry.sandbox.season as seasons
from clarus_bluecherry.sandbox.erp import Article as BookArticle
from clarus_bluecherry.sandbox.erp import (
    Erp,
    PeriodLock,
    Pick,
    PickLine,
    ProductionLine,
    ProductionOrder,
    SkuKey,
    Standing,
)
from clarus_bluecherry.sandbox.planting.planted import Planted, PlantedKind, SetClock, item_of, key_of
from clarus_bluecherry.sandbox.season.stocking import DAMAGED
from clarus_bluecherry.sandbox.staff import Staff
from clarus_bluecherry.sandbox.told import NotDone
from clarus_bluecherry.sandbox.warehouse import Warehouse

PACK = 6
"""How many pieces are in a pack."""
_PRICE = Decimal(2)


@frozen
class Spot:
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
        return _key(self.article)


class Ground:
    """Both systems of a `staff`, with the places that are left. `clock` is theirs where it can be moved."""

    def __init__(self, staff: Staff, seed: int = 0, *, clock: SetClock | None = None) -> None:
        self.staff = staff
        self.warehouse: Warehouse = staff.warehouse
        self.erp: Erp = staff.erp
        self.clock = clock
        self.planted: list[Planted] = []
        self._random = Random(seed)
        self.sisters: dict[str, SkuKey] = {}
        """Products of another division that has SKUs of the same parts, by their codes in the warehouse."""
        self._packs_made: list[Spot] = []
        self._spots = self._shuffled()
        self._codes = frozenset(spot.article.warehouse_code for spot in self._spots)
        self._next = 0

    def disagreement(self, item: str, location: str) -> Decimal:
        """Physical less book at a place now, by both systems' own books."""
        code = next(code for code, each in self.items.items() if each == item)
        building = next(code for code, place in seasons.LOCATIONS.items() if place == location)
        book = self.erp.on_hand().get((key_of(item), location), Decimal(0))
        return self.warehouse.on_hand(code, warehouse=building, account=seasons.ACCOUNT) - book

    @property
    def items(self) -> Mapping[str, str]:
        """What each product code of the warehouse is: the key of its SKU. Nobody else is told this."""
        made = (spot.article for spot in self._packs_made)
        return {one.warehouse_code: item_of(_key(one)) for one in (*self.staff.season.articles, *made)}

    @property
    def codes(self) -> frozenset[str]:
        """The warehouse's codes of what may be planted on: whoever works beside this leaves them alone."""
        return self._codes

    # Places ----------------------------------------------------------------------------------------------------

    def _all_spots(self) -> list[Spot]:
        stocked = [Spot(one.article, one.location, one.units) for one in self.staff.season.opening]
        return [*stocked, *self._packs_made]

    def _shuffled(self) -> list[Spot]:
        season = self.staff.season
        unclear = [one for pair in season.twins for one in pair] + [*season.undecidable]
        taken = {_key(one) for one in (*unclear, *_ordered(season))}
        seen: set[SkuKey] = set()
        found = []
        for spot in self._all_spots():
            if spot.key not in taken and spot.key not in seen:
                seen.add(spot.key)
                found.append(spot)
        self._random.shuffle(found)
        return found

    def _spot(self, units: int | None) -> Spot:
        """A SKU of which nothing was planted yet, in a building where enough of it lies."""
        wanted = (units or 4) + 2
        for spot in self._spots:
            if spot.units >= wanted:
                self._spots.remove(spot)
                return spot
        what = f"no place is left where {wanted} units lie"
        raise NotDone(what, field="units", action="Take fewer units, or a season of a larger scale.")

    def _units(self, spot: Spot, units: int | None) -> int:
        return units or self._random.randint(1, 4)

    def _other(self, spot: Spot) -> str:
        return next(code for code in seasons.LOCATIONS if code != spot.building)

    def _with_packs(self, spot: Spot, packs: int) -> Spot:
        """A pack of six of a SKU, in both systems, and so many of it at its place."""
        single = self.erp.articles[spot.key]
        pack = evolve(single, dimension=f"PK{PACK}", upc="", ean="", std_cost=PACK * single.std_cost)
        self._stock_pack(pack, spot, packs)
        article = evolve(spot.article, dimension=pack.dimension, std_cost=pack.std_cost)
        article = evolve(article, warehouse_code=article.clean_code)
        made = Spot(article, spot.location, packs)
        self.warehouse.add_product(article.warehouse_code)
        self.warehouse.open_stock(article.warehouse_code, packs, warehouse=spot.building, account=seasons.ACCOUNT)
        self._packs_made.append(made)
        return made

    def _stock_pack(self, pack: BookArticle, spot: Spot, packs: int) -> None:
        self.erp.add_article(pack)
        self.erp.packs[pack.key] = (spot.key, PACK)
        self.erp.open_stock(pack, spot.location, packs)

    # Steps -----------------------------------------------------------------------------------------------------

    def _shipped(self, units: int | None) -> tuple[Pick, Spot, int]:
        spot = self._spot(units)
        left = self._units(spot, units)
        pick = self._ordered(spot, left)
        self.staff.dispatch(pick.pick_num)
        return pick, spot, left

    def _ordered(self, spot: Spot, units: int) -> Pick:
        """A pick of one line, released in Blue Cherry and known to the warehouse."""
        pick = self._released(spot, units)
        self.warehouse.create_goods_out(self._goods_out(pick, spot))
        return pick

    def _released(self, spot: Spot, units: int) -> Pick:
        """A pick of one line, released in Blue Cherry for a customer of the season's."""
        number = self._number("9")
        like = self.staff.season.days[0].picks[0]
        article = self.erp.articles[spot.key]
        pick = Pick(
            pick_num=number,
            ord_num=f"SO{number}",
            po_num=f"PO{number}",
            customer=like.customer,
            location=spot.location,
            shipper="UPS",
            pick_date=self._today(),
            ship_to=like.ship_to,
            lines=(PickLine(line_seq="1", article=article, bk_qty=units, price=_PRICE * article.std_cost),),
            last_mod=self.erp.clock(),
        )
        self.erp.release(pick)
        return pick

    def _goods_out(self, pick: Pick, spot: Spot) -> dict[str, object]:
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

    def _returned(self, units: int | None) -> tuple[Spot, Pick, int]:
        pick, spot, left = self._shipped(units)
        self._invoice(self._told(pick))
        self.staff.take_back(pick.pick_num, line="1", units=left)
        return spot, pick, left

    def _received(self, units: int | None) -> tuple[Spot, str, int]:
        """A production order of one line, issued and received whole."""
        spot, number, come = self._issued(units)
        self.staff.receive(number, announce=True)
        return spot, number, come

    def _issued(self, units: int | None) -> tuple[Spot, str, int]:
        """A production order of one line."""
        spot = self._spot(units)
        come, number = self._units(spot, units), self._number("C9")
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
        return spot, number, come

    def _written_off(self, units: int | None) -> tuple[Spot, str, int]:
        """Units that the warehouse writes off, and the number of its transaction."""
        spot = self._spot(units)
        gone = self._units(spot, units)
        (moved,) = self.warehouse.adjust(
            spot.article.warehouse_code, -gone, DAMAGED, warehouse=spot.building, account=seasons.ACCOUNT
        )
        return spot, str(moved.id), gone

    def _return_of(self, pick: Pick) -> str:
        found = [
            one.reference or ""
            for one in self.warehouse.goods_in_receipts
            if one.external_system_reference1 == pick.pick_num
        ]
        return found[-1]

    def _tell_return(self, spot: Spot, pick: Pick, units: int) -> None:
        body = {"adj_num": self._return_of(pick), "pix_code": "03", "size_adj": "A"}
        self._stage("PhysicalInventoryTM", {**body, **self._moved(spot, units)})

    def _moved(self, spot: Spot, units: int) -> dict[str, object]:
        day = f"{self._today():%m/%d/%Y}"
        return {"size_qty": units, "location": spot.location, "receipt_date": day, **_columns(spot.key)}

    def _stage(self, entity: str, body: Mapping[str, object]) -> None:
        staged = self.erp.stage(entity, self._number("8", 8), body)
        self.erp.process_staging()
        assert staged.standing is not Standing.REJECTED, staged.error

    def _locked(self, lock: PeriodLock, units: int | None) -> tuple[Pick, Spot, int]:
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

    def _cost(self, spot: Spot) -> Decimal:
        return cast(Decimal, self.erp.cost_on(spot.key, self._today(), spot.location))

    def _keep(
        self,
        kind: PlantedKind,
        document: str,
        spot: Spot,
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


def _key(article: seasons.Article) -> SkuKey:
    return (article.style, article.color, article.label, article.dimension, article.size)


def _ordered(season: seasons.Season) -> Iterator[seasons.Article]:
    """Every article that a pick or a production order of the season has."""
    for day in season.days:
        for lines in (*(pick.lines for pick in day.picks), *(order.lines for order in day.production)):
            yield from (article for _, article, _, _ in lines)
        yield from (article for pick in day.picks for _, article in pick.removed)


def _columns(key: SkuKey) -> dict[str, object]:
    style, color, label, dimension, size = key
    return {
        "style": style,
        "color_code": color,
        "lbl_code": label,
        "dimension": dimension,
        "size_desc": size,
    }
