"""The people of both systems, who do one thing when they are told to: pick, dispatch, receive, count, invoice.

Law of this module: they do only what such people can do, through the two systems' own methods; what was done is
told in a sentence and as plain data, and what cannot be done says why and what to do first.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from itertools import islice
from pathlib import Path
from typing import TypeVar

from clarus_bluecherry.sandbox.erp import Erp, Pick, PickLine, ProductionOrder, SkuKey
from clarus_bluecherry.sandbox.erp.columns import inventory_report
from clarus_bluecherry.sandbox.faults import Fault, Faults
from clarus_bluecherry.sandbox.season import ACCOUNT, LOCATIONS, Article, Season
from clarus_bluecherry.sandbox.season.stocking import COUNTED, DAMAGED, FOUND, HELD, RELEASED
from clarus_bluecherry.sandbox.told import Done, NotDone
from clarus_bluecherry.sandbox.warehouse import Effect, GoodsOut, GoodsOutStatus, Refused, Transaction, Warehouse
from clarus_bluecherry.sandbox.warehouse.documents import GoodsInReceipt, GoodsOutLine, ReceiptLine

Line = TypeVar("Line", GoodsOutLine, ReceiptLine)
Choice = TypeVar("Choice")

Units = int | str | Decimal
"""So many units, as a person writes a number."""
LineNumber = int | str
"""A line, by Blue Cherry's number of it; an empty text is none."""

_TO_ALLOCATE = {GoodsOutStatus.PENDING, GoodsOutStatus.PART_ALLOCATED}
_TO_PICK = {GoodsOutStatus.ALLOCATED, GoodsOutStatus.PART_ALLOCATED}
_DONE_WITH = {GoodsOutStatus.COMPLETED, GoodsOutStatus.CANCELLED}
_BUILDINGS = {location: code for code, location in LOCATIONS.items()}
VERBS = (
    *("picks", "pick", "dispatch", "short", "take_back", "orders", "receive"),
    *("adjust", "count", "hold", "release", "invoice", "books", "inventory", "fault", "webhook"),
)
"""What the people can be told to do: the methods of `Staff` under the same names."""


class Staff:
    """Everybody in the warehouse and in the office, told what to do one thing at a time.

    Pick tickets and production orders are named by Blue Cherry's numbers, lines by Blue Cherry's line numbers,
    products and buildings by the warehouse's codes. Units are units, never packs: a number or its text. What
    cannot be done raises `NotDone`, or the warehouse's own `Refused`.
    """

    def __init__(self, season: Season, warehouse: Warehouse, erp: Erp) -> None:
        self.season = season
        self.warehouse = warehouse
        self.erp = erp
        self.faults: Mapping[str, Faults] = {"clarus": Faults(), "bluecherry": Faults()}
        self._codes = {_key(one): one.warehouse_code for one in season.articles}
        self._undecidable = {one.warehouse_code for one in season.undecidable}

    # Orders out ----------------------------------------------------------------------------------------------

    def picks(self) -> Done:
        """The open pick tickets: released in Blue Cherry, and their shipment not yet worked off there."""
        found = self._open_picks()
        said = "\n".join(pick.pick_num for pick in found) or "no pick is open"
        return Done(said, {"picks": [self._shown(pick) for pick in found]})

    def easy_picks(self, how_many: int = 5) -> tuple[str, ...]:
        """The first open pick tickets that need nobody's decision and whose stock suffices, by number."""
        easy = (pick.pick_num for pick in self._open_picks() if self._is_easy(pick))
        return tuple(islice(easy, how_many))

    def pick(self, pick: str, *, line: LineNumber = "", units: Units | None = None) -> Done:
        """Bring to the goods-out bay what is allocated to an order, or `units` of one `line` of it."""
        line, number = str(line), None if units is None else _number(units)
        _refuse_units_alone(line, number)
        with self.warehouse.lock:
            order = self._order(pick)
            self._allocate(order)
            self.warehouse.pick(order.id, self._wanted(order.lines, line, number))
        return self._told("picked", order, lambda one: one.pick_quantity)

    def dispatch(self, pick: str, *, parcels: int = 1, part: bool = False) -> Done:
        """Send an order off in `parcels`: what was picked before, else all that is in stock.

        The rest is short; of a `part` it is to follow.
        """
        with self.warehouse.lock:
            order = self._order(pick)
            self._allocate(order)
            if order.status in _TO_PICK:
                self.warehouse.pick(order.id)
            self.warehouse.dispatch(order.id, parcels=parcels, part=part)
        return self._told("dispatched", order, lambda one: one.dispatch_quantity)

    def short(self, pick: str) -> Done:
        """Give up what is not picked of an order. With nothing picked it is completed, and nothing left."""
        order = self._order(pick)
        self.warehouse.short(order.id)
        return self._told("shorted", order, lambda one: one.pick_quantity)

    def take_back(self, pick: str, *, line: LineNumber = "", units: Units = 1) -> Done:
        """Take `units` of a dispatched `line` back into stock, by default one of the first that left."""
        number = _positive(_number(units))
        with self.warehouse.lock:
            order = self._goods_out(pick)
            left = [one for one in order.lines if one.dispatch_quantity]
            if not left:
                raise NotDone("nothing of it has left", record=f"pick {pick}", action="Dispatch it first.")
            returned = self._named(left, str(line))
            self._refuse_more_than_left(order, returned, number)
            moved = self.warehouse.take_return(
                order.reference,
                returned.product.code,
                number,
                account=order.account.code,
                warehouse=order.warehouse.code,
                line=returned.alt_line_number or "",
            )
        return self._moved("took back", [moved], pick=pick, line=returned.alt_line_number)

    # Goods in ------------------------------------------------------------------------------------------------

    def orders(self) -> Done:
        """The production orders to receive, and how their pre-receipts stand in the warehouse."""
        said = "\n".join(self.erp.production) or "no production order is open"
        return Done(said, {"orders": [self._shown_order(one) for one in self.erp.production.values()]})

    def receive(
        self, order: str, *, line: LineNumber = "", units: Units | None = None, announce: bool = False
    ) -> Done:
        """Receive a pre-receipt whole and complete it, or `units` of one `line` and leave it in part.

        With `announce` the people write the pre-receipt themselves when nobody has sent it.
        """
        line, number = str(line), None if units is None else _number(units)
        _refuse_units_alone(line, number)
        with self.warehouse.lock:
            receipt = self._receipt(order) or (self._announced(order, line) if announce else None)
            if receipt is None:
                what = "the warehouse has no pre-receipt of this number"
                action = "Send it to the warehouse first, or let its people write it: --announce."
                raise NotDone(what, record=f"production order {order}", action=action)
            moved = self._received(receipt, line, number)
        return self._moved("received", moved, order=order, status=receipt.status)

    # Stock ---------------------------------------------------------------------------------------------------

    def adjust(self, product: str, units: Units, *, reason: str = "", warehouse: str = "") -> Done:
        """Find units of a product (plus) or write them off (minus)."""
        number = _number(units)
        reason = reason or (FOUND if number > 0 else DAMAGED)
        _positive(abs(number))
        moved = self.warehouse.adjust(product, number, reason, warehouse=warehouse)
        return self._moved("found" if number > 0 else "wrote off", moved, reason=reason)

    def count(self, product: str, counted: Units, *, warehouse: str = "") -> Done:
        """Count what lies available of a product: the difference, if there is one, becomes an adjustment."""
        number = _number(counted, "counted")
        if number < 0:
            raise NotDone(f"{number} units cannot be counted", field="counted")
        moved = self.warehouse.count(product, number, COUNTED, warehouse=warehouse)
        return self._moved("counted a difference of", moved, reason=COUNTED) if moved else _as_counted(product)

    def hold(self, product: str, units: Units, *, warehouse: str = "") -> Done:
        """Put free units of a product on hold."""
        return self._moved(
            "held", self.warehouse.hold(product, _positive(_number(units)), HELD, warehouse=warehouse)
        )

    def release(self, product: str, units: Units, *, warehouse: str = "") -> Done:
        """Make held units of a product available again."""
        moved = self.warehouse.release(product, _positive(_number(units)), RELEASED, warehouse=warehouse)
        return self._moved("released", moved)

    # Blue Cherry's jobs, and everybody's books ---------------------------------------------------------------

    def invoice(self) -> Done:
        """Run Blue Cherry's interface and billing jobs: what was staged is booked, what was shipped invoiced."""
        with self.erp.lock:
            worked, invoiced = self.erp.process_staging(), self.erp.run_invoicing()
            refused = [one.error for one in self.erp.staged if one.error]
        said = f"worked {_counted(worked, 'message')} off, invoiced {_counted(invoiced, 'shipment')}"
        said += "".join(f"\nrejected: {error}" for error in refused)
        return Done(said, {"worked": worked, "invoiced": invoiced, "rejected": refused})

    def books(self) -> Done:
        """What both systems themselves wrote down since the beginning; opening stock is left out."""
        did = [_effect(one) for one in self.warehouse.truth() if one.kind != "opening"]
        with self.erp.lock:
            told: list[dict[str, object]] = [
                {"entity": one.entity, "number": one.isa_num, "standing": one.standing.value, "error": one.error}
                for one in self.erp.staged
            ]
            booked: list[dict[str, object]] = [
                {
                    "kind": one.rec_type.value,
                    "sku": " ".join(filter(None, one.sku)),
                    "location": one.location,
                    "quantity": one.quantity,
                    "date": one.date,
                    "reference": one.reference,
                }
                for one in self.erp.truth()
                if one.isa_num
            ]
        parts = {"the warehouse did": did, "Blue Cherry was told": told, "Blue Cherry booked": booked}
        said = "\n".join(_listed(heading, rows) for heading, rows in parts.items())
        return Done(said, {"warehouse": did, "staged": told, "booked": booked})

    def inventory(self) -> Done:
        """Export Blue Cherry's inventory report: what is said is the file."""
        with self.erp.lock:
            headers, *lines = inventory_report(self.erp).splitlines()
        return Done("\n".join((headers, *lines)), {"lines": len(lines)})

    def write_exports(self, folder: Path) -> Mapping[str, Path]:
        """Export what a month's end needs of both systems into `folder`, as each of them writes it (CSV)."""
        from clarus_bluecherry.sandbox.exports import write_exports

        return write_exports(folder, self.warehouse, self.erp)

    # What goes wrong, and who is told ------------------------------------------------------------------------

    def fault(self, fault: str, *, system: str = "clarus", times: int = 1, path: str = "") -> Done:
        """Let the next `times` requests to a `system` go wrong, those whose path holds `path`.

        `fault` is a name of `Fault` in lower case with hyphens; a fault after the effect waits for a write.
        """
        kind = _one_of(fault, {one.name.lower().replace("_", "-"): one for one in Fault}, "fault")
        _one_of(system, self.faults, "system").next(kind, path_contains=path, times=times)
        said = f"{system}: {kind.value}, {_counted(times, 'time')}"
        return Done(said, {"system": system, "fault": fault, "times": times, "path": path})

    def webhook(self, url: str, *, event: str = "goods_out.completed") -> Done:
        """Tell `url` from now on whenever `event` (resource, point, event) happens in the warehouse."""
        resource, _, what = event.partition(".")
        row = self.warehouse.add_webhook(resource, what, url)
        return Done(f"{event} is told to {url}", {"automation": row.id, "event": event, "url": url})

    # Orders --------------------------------------------------------------------------------------------------

    def _open_picks(self) -> list[Pick]:
        with self.erp.lock:
            return [pick for pick in self.erp.picks.values() if not pick.shipped]

    def _shown(self, pick: Pick) -> dict[str, object]:
        order = next(iter(self.warehouse.goods_outs.find("reference", pick.pick_num)), None)
        return {
            "pick": pick.pick_num,
            "location": pick.location,
            "lines": sum(line.bk_qty > 0 for line in pick.lines),
            "units": sum(line.bk_qty for line in pick.lines),
            "warehouse": order.goods_out_status.code if order else "not sent",
        }

    def _is_easy(self, pick: Pick) -> bool:
        return all(self._lies_ready(line, _BUILDINGS[pick.location]) for line in pick.lines)

    def _lies_ready(self, line: PickLine, building: str) -> bool:
        code = self._codes[line.article.key]
        return code not in self._undecidable and self.warehouse.on_hand(code, warehouse=building) >= line.bk_qty

    def _goods_out(self, pick: str) -> GoodsOut:
        found = self.warehouse.goods_outs.find("reference", pick)
        if found:
            return found[0]
        if pick not in self.erp.picks:
            open_ones = ", ".join(self.easy_picks()) or "none"
            what = "Blue Cherry has released no pick of this number"
            raise NotDone(what, record=f"pick {pick}", action=f"Name one of the open ones, such as {open_ones}.")
        what = "it is not in the warehouse: nobody has sent it out"
        raise NotDone(what, record=f"pick {pick}", action=f"Send it out first: python quickstart.py {pick}")

    def _order(self, pick: str) -> GoodsOut:
        """The order of a pick ticket, which still wants something done."""
        order = self._goods_out(pick)
        if order.status in _DONE_WITH:
            what = f"the warehouse is done with it: {order.goods_out_status.code}"
            raise NotDone(what, record=f"pick {pick}", action="Take another pick.")
        return order

    def _allocate(self, order: GoodsOut) -> None:
        if order.status not in _TO_ALLOCATE:
            return
        try:
            self.warehouse.process_picks([order.id])
        except Refused as error:  # not one unit more is to be had
            if not any(line.reserved for line in order.lines):
                raise self._nothing_there(order) from error

    def _nothing_there(self, order: GoodsOut) -> NotDone:
        product, pick = shlex.quote(order.lines[0].product.code), order.reference
        find = f"clarus-bluecherry sandbox adjust {product} 10 --warehouse {order.warehouse.code}"
        action = f"Find some: {find}; or give it up: clarus-bluecherry sandbox short {pick}"
        return NotDone("not one unit of it lies free", record=f"pick {pick}", action=action)

    def _wanted(self, lines: list[GoodsOutLine], line: str, units: Decimal | None) -> dict[int, Decimal]:
        if line:
            one = self._named(lines, line)
            return {one.id: one.reserved if units is None else _positive(units)}
        return {one.id: one.reserved for one in lines}

    def _named(self, lines: Iterable[Line], number: str) -> Line:
        """The line that Blue Cherry calls `number`, or the first one."""
        found = {one.alt_line_number or "": one for one in lines}
        return _one_of(number, found, "line") if number else next(iter(found.values()))

    def _refuse_more_than_left(self, order: GoodsOut, line: GoodsOutLine, units: Decimal) -> None:
        back = sum(
            one.quantity
            for one in self.warehouse.truth()
            if (one.kind, one.reference, one.line) == ("return", order.reference, line.alt_line_number)
        )
        if units > line.dispatch_quantity - back:
            what = f"{line.dispatch_quantity} units of the line left and {back} are back: {units} more cannot be"
            raise NotDone(what, record=f"pick {order.reference}, line {line.alt_line_number}")

    def _told(self, did: str, order: GoodsOut, quantity: Callable[[GoodsOutLine], Decimal]) -> Done:
        lines = [
            {
                "line": line.alt_line_number,
                "product": line.product.code,
                "ordered": line.order_quantity,
                did: quantity(line),
            }
            for line in order.lines
        ]
        ordered = sum(line.order_quantity for line in order.lines)
        done, status = sum(map(quantity, order.lines)), order.goods_out_status.code
        said = f"{did} pick {order.reference}: {done} of {ordered} units, the order is {status} in the warehouse"
        return Done(said, {"pick": order.reference, "id": order.id, "status": status, "lines": lines})

    # Receipts ------------------------------------------------------------------------------------------------

    def _receipt(self, order: str) -> GoodsInReceipt | None:
        return next(iter(self.warehouse.goods_in_receipts.find("reference", order)), None)

    def _shown_order(self, order: ProductionOrder) -> dict[str, object]:
        receipt = self._receipt(order.prod_num)
        return {
            "order": order.prod_num,
            "location": order.location,
            "lines": len(order.lines),
            "units": sum(line.prod_qty for line in order.lines),
            "warehouse": receipt.status if receipt else "not sent",
        }

    def _announced(self, number: str, line: str) -> GoodsInReceipt:
        """The pre-receipt of a production order that has this `line`, written by the warehouse's own people."""
        order = self.erp.production.get(number)
        if order is None:
            some = ", ".join(list(self.erp.production)[:5]) or "none"
            what = "Blue Cherry has issued no production order of this number"
            raise NotDone(what, record=f"production order {number}", action=f"Name an issued one, such as {some}.")
        if line:
            _one_of(line, {one.prod_line: one for one in order.lines}, "line")
        return self.warehouse.create_receipt(
            {
                "account_id": self.warehouse.owner(ACCOUNT).id,
                "warehouse_id": self.warehouse.building(_BUILDINGS[order.location]).id,
                "reference": number,
                "external_system_reference1": number,
                "lines_changes": self._announced_lines(order),
            }
        )

    def _announced_lines(self, order: ProductionOrder) -> list[dict[str, object]]:
        products = self.warehouse.products
        return [
            {
                "type": "ADD",
                "attributes": {
                    "product_id": self.warehouse.coded(products, self._codes[line.article.key], "product").id,
                    "expected_quantity": line.prod_qty,
                    "alt_line_number": line.prod_line,
                    "alt_line_reference": order.prod_num,
                },
            }
            for line in order.lines
        ]

    def _received(self, receipt: GoodsInReceipt, line: str, units: Decimal | None) -> list[Transaction]:
        if line:
            one = self._named(receipt.lines, line)
            return [self.warehouse.receive(one.id, _positive(_outstanding(one) if units is None else units))]
        if receipt.status == "completed":
            raise NotDone("it was received already", record=f"production order {receipt.reference}")
        moved = [
            self.warehouse.receive(one.id, _outstanding(one)) for one in receipt.lines if _outstanding(one) > 0
        ]
        self.warehouse.complete_receipt(receipt.id)
        return moved

    def _moved(self, did: str, moved: list[Transaction], **more: object) -> Done:
        rows = [
            {
                "id": one.id,
                "subtype": one.subtype,
                "product": one.product.code,
                "warehouse": one.warehouse.code,
                "quantity": one.quantity,
            }
            for one in moved
        ]
        products = list(dict.fromkeys(repr(one.product.code) for one in moved))
        units = sum(one.quantity for one in moved)
        what = products[0] if len(products) == 1 else f"{len(products)} products"
        where = f" of {what} in {moved[0].warehouse.code}" if moved else ""
        return Done(f"{did} {_counted(units, 'unit')}{where}", {**more, "transactions": rows})


def _key(article: Article) -> SkuKey:
    return (article.style, article.color, article.label, article.dimension, article.size)


def _outstanding(line: ReceiptLine) -> Decimal:
    return line.expected_quantity - line.quantity_received


def _as_counted(product: str) -> Done:
    return Done(f"counted {product!r}: as expected", {"transactions": []})


def _refuse_units_alone(line: str, units: Decimal | None) -> None:
    if units is not None and not line:
        raise NotDone("units of which line?", field="line", action="Name the line too.")


def _number(units: Units, field: str = "units") -> Decimal:
    try:
        number = Decimal(units)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise NotDone(f"{str(units)!r} is no number of units", field=field)
    return number


def _positive(units: Decimal) -> Decimal:
    if units <= 0:
        raise NotDone(f"{units} units cannot be moved", field="units")
    return units


def _one_of(name: str, choices: Mapping[str, Choice], field: str) -> Choice:
    if name not in choices:
        raise NotDone(f"{name!r} is none of {', '.join(choices)}", field=field)
    return choices[name]


def _effect(one: Effect) -> dict[str, object]:
    return {
        "kind": one.kind,
        "product": one.product,
        "warehouse": one.warehouse,
        "quantity": one.quantity,
        "reference": one.reference,
        "line": one.line,
        "reason": one.reason,
    }


def _listed(heading: str, rows: list[dict[str, object]]) -> str:
    lines = ("  ".join(str(value) for value in row.values() if value != "") for row in rows)
    return "\n".join([f"{heading}:", *(f"  {line}" for line in lines)] if rows else [f"{heading}: nothing"])


def _counted(number: Decimal | int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
