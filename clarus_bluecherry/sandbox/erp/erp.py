"""Blue Cherry as the public sources describe it, in memory: what is released, what is staged, what is booked.

Law of this module: taking a record into the interface changes nothing; `process_staging` books receipts,
adjustments and counts, and `run_invoicing` relieves stock of what was shipped. QOH = SA + RT + R1 - IN.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import cast
from zoneinfo import ZoneInfo

from attrs import evolve

from clarus_bluecherry.sandbox.erp.records import (
    Article,
    BookEntry,
    Pick,
    PickLine,
    ProductionLine,
    ProductionOrder,
    RecType,
    SkuKey,
    Staged,
    Standing,
)

Body = Mapping[str, object]

_ADJUSTMENTS = {"01": RecType.SA, "02": RecType.SA, "03": RecType.RT}
_COUNT_TYPE = "605"


class Refused(Exception):
    """A staged record cannot be booked; the text says why."""


def utc_now() -> dt.datetime:
    """The present instant."""
    return dt.datetime.now(dt.UTC)


class Erp:
    """One company's Blue Cherry. May be shared by threads.

    `clock` gives the present instant, `zone` is the zone of its dates (default: US/Eastern). A control number
    that comes twice takes effect twice: whether the vendor refuses it is not known, and so a double post shows.
    """

    def __init__(self, *, clock: Callable[[], dt.datetime] = utc_now, zone: dt.tzinfo | None = None) -> None:
        self.clock = clock
        self.zone = zone or ZoneInfo("America/New_York")
        self.lock = threading.RLock()
        self.articles: dict[SkuKey, Article] = {}
        self.locations: dict[str, str] = {"POE": "P", "FOB": "P"}
        self.shippers: dict[str, str] = {}
        self.picks: dict[str, Pick] = {}
        self.production: dict[str, ProductionOrder] = {}
        self.staged: list[Staged] = []
        self.others: defaultdict[str, list[dict[str, object]]] = defaultdict(list)
        """Rows of kinds that it keeps no records of, by the kind's name: put there what it is to tell."""
        self.closed_through: dt.date | None = None
        self.takes_in_part = False
        """Whether the sound records of an array that is refused are taken all the same: nobody says."""
        self._by_number: defaultdict[tuple[str, str], list[Staged]] = defaultdict(list)
        self._book: list[BookEntry] = []

    # Masters and orders --------------------------------------------------------------------------------------

    def add_location(self, code: str) -> None:
        """A warehouse."""
        self.locations[code] = "W"

    def add_shipper(self, code: str, name: str = "") -> None:
        """A carrier."""
        self.shippers[code] = name or code

    def add_article(self, article: Article) -> None:
        """A SKU of the item master."""
        self.articles[article.key] = article

    def open_stock(self, article: Article, location: str, units: int) -> None:
        """Stock that is there from the beginning."""
        self._enter(RecType.SA, article.key, location, Decimal(units), date="", reference="opening")

    def release(self, pick: Pick) -> None:
        """Release a pick ticket to the warehouse."""
        with self.lock:
            pick.last_mod = self.clock()
            self.picks[pick.pick_num] = pick

    def change_pick(self, pick_num: str, lines: Iterable[PickLine]) -> None:
        """Other lines for a pick ticket: `last_mod` moves."""
        with self.lock:
            self.picks[pick_num].lines = tuple(lines)
            self.picks[pick_num].last_mod = self.clock()

    def withdraw_pick(self, pick_num: str) -> None:
        """Take a pick ticket back: each of its lines has quantity zero from now on."""
        lines = self.picks[pick_num].lines
        self.change_pick(pick_num, [evolve(line, bk_qty=0) for line in lines])

    def issue(self, order: ProductionOrder) -> None:
        """Issue a production order, to be received."""
        with self.lock:
            self.production[order.prod_num] = order

    def change_production(self, prod_num: str, lines: Iterable[ProductionLine]) -> None:
        """Other lines for a production order: `last_mod` moves."""
        with self.lock:
            order = self.production[prod_num]
            self.production[prod_num] = evolve(order, lines=tuple(lines), last_mod=self.clock())

    def withdraw_production(self, prod_num: str) -> None:
        """Take a production order back: each of its lines has quantity zero from now on."""
        lines = self.production[prod_num].lines
        self.change_production(prod_num, [evolve(line, prod_qty=0) for line in lines])

    # The interface -------------------------------------------------------------------------------------------

    def stage(self, entity: str, isa_num: str, body: Body) -> Staged:
        """Take a record into the interface."""
        with self.lock:
            staged = Staged(
                pkey=str(100001 + len(self.staged)),
                isa_num=isa_num,
                entity=entity,
                body=body,
                closed_through=self.closed_through,
            )
            self.staged.append(staged)
            self._by_number[entity, isa_num].append(staged)
            return staged

    def close_books(self, through: dt.date) -> None:
        """Close every day up to and with `through`.

        What is told under a closed day later is taken all the same (how the vendor locks a period is not known),
        and so a date that should have been moved shows.
        """
        with self.lock:
            self.closed_through = through

    def staged_in(self, entity: str) -> list[Staged]:
        """Every record of an entity that came."""
        with self.lock:
            return [staged for staged in self.staged if staged.entity == entity]

    def staged_as(self, entity: str, isa_num: str) -> list[Staged]:
        """Every record that came under a control number."""
        with self.lock:
            return list(self._by_number[entity, isa_num])

    def process_staging(self) -> int:
        """Work off the interface; returns how many records were worked. Shipments wait for their invoice."""
        with self.lock:
            waiting = [one for one in self.staged if not one.worked]
            for staged in waiting:
                staged.worked = True
                try:
                    self._work(staged)
                except Refused as error:
                    staged.standing, staged.error = Standing.REJECTED, str(error)
            return len(waiting)

    def run_invoicing(self) -> int:
        """Invoice what was shipped: stock falls now. Returns how many shipments were invoiced."""
        with self.lock:
            due = [
                one
                for one in self.staged
                if one.entity == "OrderShipment" and one.worked and one.standing is Standing.STAGED
            ]
            for staged in due:
                self._invoice(staged)
            return len(due)

    def _work(self, staged: Staged) -> None:
        if staged.entity == "OrderShipment":
            self._ship(staged)
            return
        if staged.entity == "ProductionReceiptAdvice":
            self._receive(staged)
        elif staged.body.get("pix_type") == _COUNT_TYPE:
            self._set_to_count(staged)
        else:
            self._adjust(staged)
        staged.standing = Standing.POSTED

    def _ship(self, staged: Staged) -> None:
        pick = self._pick_of(staged)
        known = {line.line_seq: line.article.key for line in pick.lines}
        for detail in _rows(staged.body, "pickDetail"):
            if known.get(_text(detail, "line_seq")) != _sku(detail):
                raise Refused(f"line {_text(detail, 'line_seq')} of pick {pick.pick_num} is another article")
            self._place(detail)
            _number(detail, "size_qty")
        pick.shipped = True
        pick.last_mod = self.clock()

    def _invoice(self, staged: Staged) -> None:
        pick = self._pick_of(staged)
        pick.inv_num = pick.inv_num or f"INV{pick.pick_num}"
        header = cast(Body, staged.body["header"])
        for detail in _rows(staged.body, "pickDetail"):
            shipped = _number(detail, "size_qty")
            if shipped:
                self._book_staged(staged, RecType.IN, detail, -shipped, header, reference=pick.pick_num)
        staged.standing = Standing.POSTED

    def _pick_of(self, staged: Staged) -> Pick:
        number = _text(cast(Body, staged.body["header"]), "pick_num")
        if number not in self.picks:
            raise Refused(f"there is no pick {number}")
        return self.picks[number]

    def _receive(self, staged: Staged) -> None:
        body = staged.body
        order = self.production.get(_text(body, "prod_num"))
        lines = {line.prod_line: line for line in order.lines} if order else {}
        line = lines.get(_text(body, "prod_line"))
        if order is None or line is None or line.article.key != _sku(body):
            raise Refused(f"there is no line {_text(body, 'prod_line')} of this article")
        reference = f"{order.prod_num}/{line.prod_line}"
        self._book_staged(staged, RecType.R1, body, _signed(body), body, reference=reference)

    def _adjust(self, staged: Staged) -> None:
        body = staged.body
        kind = _ADJUSTMENTS.get(_text(body, "pix_code"))
        if kind is None:
            raise Refused(f"there is no pix code {_text(body, 'pix_code')!r}")
        self._book_staged(staged, kind, body, _signed(body), body, reference=_text(body, "adj_num"))

    def _set_to_count(self, staged: Staged) -> None:
        body = staged.body
        known = self.on_hand().get((_sku(body), _text(body, "location")), Decimal(0))
        difference = _number(body, "size_qty") - known
        if difference:
            self._book_staged(staged, RecType.SA, body, difference, body, reference=_text(body, "adj_num"))

    # The books -----------------------------------------------------------------------------------------------

    def on_hand(self) -> dict[tuple[SkuKey, str], Decimal]:
        """Quantity on hand per article and location."""
        with self.lock:
            total: defaultdict[tuple[SkuKey, str], Decimal] = defaultdict(Decimal)
            for entry in self._book:
                total[entry.sku, entry.location] += entry.quantity
            return dict(total)

    def truth(self) -> list[BookEntry]:
        """The movement book, for a check from outside."""
        with self.lock:
            return list(self._book)

    def _book_staged(
        self, staged: Staged, kind: RecType, article: Body, quantity: Decimal, dated: Body, *, reference: str
    ) -> None:
        key, location = self._place(article)
        date = _text(dated, "ship_date") or _text(dated, "receipt_date")
        self._enter(kind, key, location, quantity, date=date, reference=reference, isa_num=staged.isa_num)

    def _place(self, columns: Body) -> tuple[SkuKey, str]:
        """The article and the warehouse that a record names, both known."""
        key, location = _sku(columns), _text(columns, "location")
        if key not in self.articles:
            raise Refused(f"there is no article {' '.join(filter(None, key))}")
        if self.locations.get(location) != "W":
            raise Refused(f"there is no warehouse {location!r}")
        return key, location

    def _enter(
        self,
        kind: RecType,
        sku: SkuKey,
        location: str,
        quantity: Decimal,
        *,
        date: str,
        reference: str,
        isa_num: str = "",
    ) -> None:
        entry = BookEntry(
            rec_type=kind,
            sku=sku,
            location=location,
            quantity=quantity,
            date=date,
            reference=reference,
            isa_num=isa_num,
        )
        with self.lock:
            self._book.append(entry)


def _sku(columns: Body) -> SkuKey:
    return (
        _text(columns, "style"),
        _text(columns, "color_code"),
        _text(columns, "lbl_code"),
        _text(columns, "dimension"),
        _text(columns, "size_desc"),
    )


def _text(columns: Body, name: str) -> str:
    return str(columns.get(name) or "")


def _number(columns: Body, name: str) -> Decimal:
    text = str(columns.get(name) or 0)
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number < 0:
        raise Refused(f"{name} {text!r} is not a quantity")
    return number


def _signed(columns: Body) -> Decimal:
    """`size_adj` says whether the size's quantity is added or subtracted."""
    sign = {"A": 1, "S": -1}.get(_text(columns, "size_adj"))
    if sign is None:
        raise Refused(f"size_adj {_text(columns, 'size_adj')!r} is neither A nor S")
    return sign * _number(columns, "size_qty")


def _rows(body: Body, name: str) -> list[Body]:
    return [row for row in cast("list[Body]", body.get(name) or []) if isinstance(row, Mapping)]
