"""Blue Cherry as the public sources describe it, in memory: what is released, what is staged, what is booked.

Law of this module: taking a record into the interface changes nothing; `process_staging` books receipts,
adjustments and counts, and `run_invoicing` relieves stock of what was shipped. QOH = SA + RT + R1 - IN. Its books
say what they were told, unless `quirks` say otherwise; what people do in them by hand has no control number.
"""

from __future__ import annotations

import bisect
import datetime as dt
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import cast
from zoneinfo import ZoneInfo

from attrs import evolve

from clarus_bluecherry.sandbox.erp.quirks import (
    BooksClosed,
    CostChange,
    CreditLine,
    InvoiceLine,
    PeriodLock,
    PickVersion,
    Quirks,
)
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
OPENING = "opening"
"""What stock of before the beginning refers to."""


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
        self.quirks = Quirks()
        self.invoices: list[InvoiceLine] = []
        self.credits: list[CreditLine] = []
        self.costs: defaultdict[SkuKey, list[CostChange]] = defaultdict(list)
        self.versions: defaultdict[str, list[PickVersion]] = defaultdict(list)
        self.closings: list[BooksClosed] = []
        self.packs: dict[SkuKey, tuple[SkuKey, int]] = {}
        """What is in a pack: a SKU, and how many of it."""
        self._by_number: defaultdict[tuple[str, str], list[Staged]] = defaultdict(list)
        self._numbers: defaultdict[str, list[str]] = defaultdict(list)
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
        self._cost(article.key, None, article.std_cost)

    def open_stock(self, article: Article, location: str, units: int) -> None:
        """Stock that is there from the beginning."""
        self._enter(RecType.SA, article.key, location, Decimal(units), date="", reference=OPENING)

    def release(self, pick: Pick) -> None:
        """Release a pick ticket to the warehouse."""
        with self.lock:
            pick.last_mod = self.clock()
            self.picks[pick.pick_num] = pick
            self._said(pick)

    def change_pick(self, pick_num: str, lines: Iterable[PickLine]) -> None:
        """Other lines for a pick ticket: `last_mod` moves."""
        with self.lock:
            self.picks[pick_num].lines = tuple(lines)
            self.picks[pick_num].last_mod = self.clock()
            self._said(self.picks[pick_num])

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
                staged_at=self.clock(),
            )
            self.staged.append(staged)
            same = self._by_number[entity, isa_num]
            if not same:
                bisect.insort(self._numbers[entity], isa_num)
            same.append(staged)
            return staged

    def close_books(self, through: dt.date) -> None:
        """Close every day up to and with `through`.

        What is told under a closed day later is taken all the same (how the vendor locks a period is not known),
        and so a date that should have been moved shows; unless `quirks.lock` says otherwise.
        """
        with self.lock:
            self.closed_through = through
            self.closings.append(BooksClosed(through=through, at=self.clock()))

    def reopen_books(self, through: dt.date | None = None) -> None:
        """Open what was closed again, but for the days up to and with `through`."""
        with self.lock:
            self.closed_through = through
            self.closings.append(BooksClosed(through=through, at=self.clock(), reopened=True))

    def staged_in(self, entity: str) -> list[Staged]:
        """Every record of an entity that came."""
        with self.lock:
            return [staged for staged in self.staged if staged.entity == entity]

    def staged_as(self, entity: str, isa_num: str) -> list[Staged]:
        """Every record that came under a control number."""
        with self.lock:
            return list(self._by_number[entity, isa_num])

    def staged_between(self, entity: str, first: str, last: str) -> list[Staged]:
        """Every record that came under a control number from `first` to `last`, compared as text."""
        with self.lock:
            numbers = self._numbers[entity]
            within = numbers[bisect.bisect_left(numbers, first) : bisect.bisect_right(numbers, last)]
            found = [one for number in within for one in self._by_number[entity, number]]
            return sorted(found, key=lambda one: int(one.pkey))

    def process_staging(self) -> int:
        """Work off the interface; returns how many records were worked. Shipments wait for their invoice."""
        with self.lock:
            waiting = [one for one in self.staged if not one.worked and not self._leaves_lying(one)]
            for staged in waiting:
                staged.worked = True
                try:
                    self._work(staged)
                except Refused as error:
                    staged.standing, staged.error = Standing.REJECTED, str(error)
            return len(waiting)

    def run_invoicing(self, picks: Collection[str] | None = None) -> int:
        """Invoice what was shipped, of these picks or of all: stock falls now. Returns how many were invoiced."""
        with self.lock:
            due = [
                one
                for one in self.staged
                if one.entity == "OrderShipment" and one.worked and one.standing is Standing.STAGED
                if not self._leaves_lying(one)
                if picks is None or self._pick_of(one).pick_num in picks
            ]
            for staged in due:
                try:
                    self._invoice(staged)
                except Refused as error:
                    staged.standing, staged.error = Standing.REJECTED, str(error)
            return sum(one.standing is Standing.POSTED for one in due)

    def _leaves_lying(self, staged: Staged) -> bool:
        return staged.reference in self.quirks.leaves_lying | self.quirks.shows_late

    def _work(self, staged: Staged) -> None:
        if staged.reference in self.quirks.refuses:
            raise Refused(self.quirks.refuses[staged.reference])
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
        header = cast(Body, staged.body["header"])
        if self.quirks.invoices_dated_when_run:
            header = {**header, "ship_date": f"{self._today():%m/%d/%Y}"}
        self._booked_on(header, pick.pick_num)
        pick.inv_num = pick.inv_num or f"INV{pick.pick_num}"
        for detail in _rows(staged.body, "pickDetail"):
            shipped = self._invoiced(pick, detail)
            if shipped:
                self._book_staged(staged, RecType.IN, detail, -shipped, header, reference=pick.pick_num)
                self._add_to_invoice(pick, detail, shipped)
        staged.standing = Standing.POSTED

    def _invoiced(self, pick: Pick, detail: Body) -> Decimal:
        """The units that the invoice has: those that left, or those that the ticket says now."""
        now = {line.line_seq: line.bk_qty for line in pick.lines}
        is_changed = pick.pick_num in self.quirks.invoiced_as_changed
        return Decimal(now.get(_text(detail, "line_seq"), 0)) if is_changed else _number(detail, "size_qty")

    def _add_to_invoice(self, pick: Pick, detail: Body, units: Decimal) -> None:
        said = [line for version in self.versions[pick.pick_num] for line in version.lines]
        prices = {line.line_seq: line.price for line in said}
        entry, line = self._book[-1], _text(detail, "line_seq")
        self.invoices.append(
            InvoiceLine(
                inv_num=pick.inv_num,
                inv_date=day_of(entry.date) or self._today(),
                entered_at=self.clock(),
                pick_num=pick.pick_num,
                ord_num=pick.ord_num,
                line_seq=line,
                sku=entry.sku,
                location=entry.location,
                units=units,
                price=prices[line],
            )
        )

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

    # What people do by hand ----------------------------------------------------------------------------------

    def book_by_hand(
        self, kind: RecType, sku: SkuKey, location: str, quantity: Decimal, date: dt.date, reference: str
    ) -> None:
        """A movement that nobody told: `quantity` is signed, plus adds. A closed day takes it as well."""
        self._enter(kind, sku, location, quantity, date=f"{date:%m/%d/%Y}", reference=reference)

    def book_again(self, reference: str) -> list[BookEntry]:
        """Book all movements of a document once more, as they stand."""
        with self.lock:
            again = [evolve(one, entered_at=self.clock()) for one in self._book if one.reference == reference]
            self._book.extend(again)
            return again

    def change_cost(self, sku: SkuKey, amount: Decimal, effective_from: dt.date, location: str = "") -> None:
        """Another standard cost from a day on, at a location or everywhere; what is booked stays as it was."""
        with self.lock:
            if not location:
                self.articles[sku] = evolve(self.articles[sku], std_cost=amount)
            self._cost(sku, effective_from, amount, location)

    def credit(self, pick_num: str, sku: SkuKey, units: Decimal, date: dt.date) -> CreditLine:
        """A credit memo for what came back of a pick, at the price of its line."""
        with self.lock:
            pick = self.picks[pick_num]
            line = CreditLine(
                memo_num=f"CM{len(self.credits) + 1:05}",
                memo_date=date,
                entered_at=self.clock(),
                reference=pick_num,
                sku=sku,
                location=pick.location,
                units=units,
                price=next(each.price for each in pick.lines if each.article.key == sku),
            )
            self.credits.append(line)
            return line

    # The books -----------------------------------------------------------------------------------------------

    def cost_on(self, sku: SkuKey, day: dt.date | None, location: str = "") -> Decimal | None:
        """What one unit costs on a day: by the newest change that holds then, of the last one that was entered.

        Where the location has a cost of its own by then, that is it.
        """
        holding = [
            one
            for one in self.costs[sku]
            if one.location in ("", location)
            and (one.effective_from is None or (day is not None and one.effective_from <= day))
        ]
        found = max(
            holding,
            key=lambda one: (one.location, one.effective_from or dt.date.min, one.entered_at),
            default=None,
        )
        return found.amount if found else None

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
        date = self._booked_on(dated, reference)
        self._enter(kind, key, location, quantity, date=date, reference=reference, isa_num=staged.isa_num)

    def _booked_on(self, dated: Body, reference: str) -> str:
        """The day that a record is booked on, written as it was told. Refused where its period is locked."""
        told = _text(dated, "ship_date") or _text(dated, "receipt_date")
        day = day_of(told)
        if day is None:
            return told
        booked = self.quirks.day(day, reference, self.zone)
        if self.quirks.lock is not PeriodLock.NONE and self.closed_through and booked <= self.closed_through:
            if self.quirks.lock is PeriodLock.REJECT:
                raise Refused(f"the period of {booked} is closed")
            booked = self.closed_through + dt.timedelta(days=1)
        return told if booked == day else f"{booked:%m/%d/%Y}"

    def _today(self) -> dt.date:
        return self.clock().astimezone(self.zone).date()

    def _cost(self, sku: SkuKey, since: dt.date | None, amount: Decimal, location: str = "") -> None:
        change = CostChange(
            sku=sku, effective_from=since, amount=amount, entered_at=self.clock(), location=location
        )
        self.costs[sku].append(change)

    def _said(self, pick: Pick) -> None:
        said = self.versions[pick.pick_num]
        said.append(
            PickVersion(pick_num=pick.pick_num, version=len(said) + 1, said_at=pick.last_mod, lines=pick.lines)
        )

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
        cost = self.cost_on(sku, day_of(date), location)
        entry = BookEntry(
            rec_type=kind,
            sku=sku,
            location=location,
            quantity=quantity,
            date=date,
            reference=reference,
            isa_num=isa_num,
            entered_at=self.clock(),
            value=None if cost is None else quantity * cost,
        )
        with self.lock:
            self._book.append(entry)


def day_of(written: str) -> dt.date | None:
    """The day that a date in a message names (MM/DD/YYYY or ISO), or None for one that is not there."""
    try:
        if "/" in written:
            return dt.datetime.strptime(written, "%m/%d/%Y").date()  # noqa: DTZ007 - a day has no zone
        return dt.date.fromisoformat(written[:10])
    except ValueError:
        return None


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
