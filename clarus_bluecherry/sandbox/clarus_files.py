"""The warehouse's end of a file exchange: it imports what is left for it, and drops exports of what it did.

Law of this module: it works when somebody lets it, once at each `meet`. An import makes what the API would have
made, each document by itself; what fails stands in its own log and is told to nobody. An export says again what
the one before it said, because nobody publishes where exports begin.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from random import Random
from typing import TypeVar

from attrs import define, field

from clarus_bluecherry.clarus.files import ExportFiles, ExportLayout
from clarus_bluecherry.errors import ClarusBluecherryError
from clarus_bluecherry.sandbox.warehouse import GoodsOut, GoodsOutStatus, Refused, Transaction, Warehouse
from clarus_bluecherry.sandbox.warehouse.records import Coded
from clarus_bluecherry.sandbox.warehouse.tables import Table
from clarus_bluecherry.tables import CsvDialect, TableLine, csv_bytes, read_lines

Row = Mapping[str, str]
C = TypeVar("C", bound=Coded)

EXPORTS: Mapping[str, ExportFiles] = {
    "dispatched": ExportFiles(
        layout=ExportLayout(
            kind="dispatched",
            columns={
                "order_reference": "Order",
                "line_number": "Line",
                "product_code": "Product",
                "ordered": "Ordered",
                "dispatched": "Dispatched",
                "dispatched_at": "Dispatched At",
                "warehouse_code": "Warehouse",
                "carrier_code": "Carrier",
                "carton_number": "Carton",
                "tracking": "Tracking",
            },
        ),
        names=("DISPATCHED_*.csv",),
    ),
    "received": ExportFiles(
        layout=ExportLayout(
            kind="received",
            columns={
                "receipt_reference": "Receipt",
                "line_number": "Line",
                "product_code": "Product",
                "received": "Received",
                "received_at": "Received At",
                "warehouse_code": "Warehouse",
                "receipt_type": "Type",
            },
        ),
        names=("RECEIVED_*.csv",),
    ),
}
"""How its exports look, in columns of its own: nobody publishes Clarus's."""

_IMPORTS = (("order", r"^ORDERS_.*\.csv$"), ("pre-receipt", r"^PRE_RECEIPTS_.*\.csv$"))
_SIGNS = {"RCV": 1, "UNRCV": -1}


class FileFault(enum.Enum):
    """One way for a file to go wrong."""

    REFUSED = "import refused, and imported again later"
    CUT = "export cut off"
    TWICE = "export left twice"
    LATE = "export left after the next one"


@define(kw_only=True)
class FileFaults:
    """What goes wrong with files: what is scripted, and each of the rest with the chance `share`."""

    seed: int = 0
    share: float = 0.0
    script: deque[FileFault] = field(factory=deque)
    injected: list[FileFault] = field(factory=list)
    _random: Random = field(init=False)

    @_random.default
    def _seeded(self) -> Random:
        return Random(self.seed)

    def strike(self, *possible: FileFault) -> FileFault | None:
        """The fault that strikes now, of those that are possible."""
        if self.script and self.script[0] in possible:
            fault = self.script.popleft()
        elif self._random.random() < self.share:
            fault = self._random.choice(possible)
        else:
            return None
        self.injected.append(fault)
        return fault


@define
class WarehouseFileSide:
    """The warehouse on the other side of the exchange in `root`, with the exchange's default folders.

    `failed` is its log of failed imports.
    """

    warehouse: Warehouse
    root: Path
    faults: FileFaults = field(factory=FileFaults)
    failed: list[str] = field(init=False, factory=list)
    _again: list[Path] = field(init=False, factory=list)
    _held: list[tuple[str, bytes]] = field(init=False, factory=list)
    _told: dict[str, list[list[Sequence[str]]]] = field(init=False, factory=dict)
    _seen: set[int] = field(init=False, factory=set)
    _written: int = field(init=False, default=0)

    def __attrs_post_init__(self) -> None:
        for name in ("in", "out", "imported"):
            (self.root / name).mkdir(parents=True, exist_ok=True)

    def meet(self) -> None:
        """Import what lies there, then export what has happened."""
        self._import_files()
        for kind, rows in (("dispatched", self._dispatched()), ("received", self._received())):
            self._export(kind, list(rows))

    # Imports -------------------------------------------------------------------------------------------------

    def _import_files(self) -> None:
        again, self._again = self._again, []
        for path in again:
            self._import(path)
        for path in sorted((self.root / "out").iterdir()):
            if not path.name.startswith("."):
                taken = path.rename(self.root / "imported" / path.name)
                if self.faults.strike(FileFault.REFUSED):
                    self.failed.append(f"{path.name}: an unknown code")
                    self._again.append(taken)
                else:
                    self._import(taken)

    def _import(self, path: Path) -> None:
        makers: dict[str, Callable[[list[Row]], object]] = {"order": self._order, "pre-receipt": self._pre_receipt}
        kind = next((kind for kind, named in _IMPORTS if re.search(named, path.name)), "")
        if not kind:
            self.failed.append(f"{path.name}: no import template takes it")
            return
        for reference, rows in _documents(path.read_bytes(), kind).items():
            try:
                makers[kind](rows)
            except (ClarusBluecherryError, InvalidOperation) as error:
                self.failed.append(f"{path.name}: {kind} {reference}: {error}")

    def _order(self, rows: list[Row]) -> GoodsOut:
        head, found = rows[0], self.warehouse
        self._refuse_second(found.goods_outs.find("reference", head["order_reference"]), head["order_reference"])
        address = {f"address_{number}": head[f"address{number}"] for number in range(1, 6)}
        return found.create_goods_out(
            {
                "goods_out_type": "sales_order",
                "reference": head["order_reference"],
                "account_id": self._id(found.accounts, head["account_code"]),
                "warehouse_id": self._id(found.warehouses, head["warehouse_code"]),
                "customer_id": self._id(found.customers, head["customer_code"]),
                "carrier_id": self._id(found.carriers, head["carrier_code"]),
                "expected_date_of_dispatch": self._midnight(head["expected_date_of_dispatch"]),
                **{name: head[name] or None for name in head if name.startswith("external_system_reference")},
                "lines_changes": [self._line(row, "order_quantity", row["quantity"]) for row in rows],
            },
            {name: text for name, text in address.items() if text},
        )

    def _pre_receipt(self, rows: list[Row]) -> object:
        head, found = rows[0], self.warehouse
        reference = head["receipt_reference"]
        self._refuse_second(found.goods_in_receipts.find("reference", reference), reference)
        return found.create_receipt(
            {
                "reference": reference,
                "account_id": self._id(found.accounts, head["account_code"]),
                "warehouse_id": self._id(found.warehouses, head["warehouse_code"]),
                "expected_date_of_arrival": self._midnight(head["expected_date_of_receipt"]),
                "external_system_reference1": head["external_system_reference1"] or None,
                "lines_changes": [self._line(row, "expected_quantity", row["item_quantity"]) for row in rows],
            }
        )

    def _line(self, row: Row, quantity: str, units: str) -> dict[str, object]:
        names = ("alt_line_number", "alt_line_reference", "alt_product_code")
        texts = {name: row[name] for name in names if row.get(name)}
        product = self._id(self.warehouse.products, row["product_code"])
        return {"type": "ADD", "attributes": {"product_id": product, quantity: Decimal(units), **texts}}

    def _id(self, table: Table[C], code: str) -> int | None:
        """The id of what has this code, or nothing where none is given. A code that is not there is refused."""
        return self.warehouse.coded(table, code, "code").id if code else None

    def _midnight(self, day: str) -> dt.datetime:
        return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), self.warehouse.zone)

    @staticmethod
    def _refuse_second(there: Sequence[object], reference: str) -> None:
        if there:
            raise Refused(f"the reference {reference} is there already", field="allow_duplicate")

    # Exports -------------------------------------------------------------------------------------------------

    def _dispatched(self) -> Iterator[Sequence[str]]:
        for order in self.warehouse.goods_outs:
            if order.status is GoodsOutStatus.COMPLETED and order.id not in self._seen:
                self._seen.add(order.id)
                yield from self._dispatch(order)

    def _dispatch(self, order: GoodsOut) -> Iterator[Sequence[str]]:
        shipments = self.warehouse.shipments.find("goods_out.id", order.id)
        parcels = [parcel for shipment in shipments for parcel in shipment.packages]
        carton = (
            parcels[0] if len(parcels) == 1 else None
        )  # which units are in which of several, nobody wrote down
        for line in order.lines:
            yield (
                order.reference,
                line.alt_line_number or "",
                line.product.code,
                _number(line.order_quantity),
                _number(line.dispatch_quantity),
                self._moment(order.actual_date_of_dispatch),
                order.warehouse.code,
                order.carrier.code if order.carrier else "",
                carton.storage_unit.reference if carton else "",
                carton.tracking_number if carton else "",
            )

    def _received(self) -> Iterator[Sequence[str]]:
        for moved in self.warehouse.transactions:
            if moved.subtype in _SIGNS and moved.id not in self._seen:
                self._seen.add(moved.id)
                yield self._receipt(moved)

    def _receipt(self, moved: Transaction) -> Sequence[str]:
        receipt, line = moved.goods_in_receipt, moved.goods_in_receipt_line
        assert receipt is not None, "what is received belongs to a receipt"
        assert line is not None, "and to a line of it"
        return (
            receipt.external_system_reference1 or receipt.reference or "",
            line.alt_line_number or "",
            moved.product.code,
            _number(_SIGNS[moved.subtype] * moved.quantity),
            self._moment(moved.created_at),
            moved.warehouse.code,
            receipt.receipt_type,
        )

    def _moment(self, instant: dt.datetime | None) -> str:
        return "" if instant is None else f"{instant.astimezone(self.warehouse.zone):%Y-%m-%d %H:%M:%S}"

    def _export(self, kind: str, rows: list[Sequence[str]]) -> None:
        """Drop an export of these rows and of those before. A late one comes when nothing is held any more."""
        before = self._told.setdefault(kind, [])
        if not rows and not (before and before[-1]):
            self._drop_held()
            return
        content = csv_bytes([[*EXPORTS[kind].layout.columns.values()], *(before[-1] if before else ()), *rows])
        before[:] = [rows]
        self._written += 1
        self._leave(EXPORTS[kind].names[0].replace("*", f"{self._written:06}"), content)

    def _leave(self, name: str, content: bytes) -> None:
        match self.faults.strike(FileFault.CUT, FileFault.TWICE, FileFault.LATE):
            case FileFault.CUT:
                self._drop(name, content[:-5])
                self._held.append((f"{name.removesuffix('.csv')}-whole.csv", content))
            case FileFault.TWICE:
                self._drop(name, content)
                self._drop(f"{name.removesuffix('.csv')}-again.csv", content)
            case FileFault.LATE:
                self._held.append((name, content))
            case _:
                self._drop(name, content)
                self._drop_held()

    def _drop_held(self) -> None:
        held, self._held = self._held, []
        for name, content in held:
            self._drop(name, content)

    def _drop(self, name: str, content: bytes) -> None:
        temporary = self.root / "in" / f".{name}.tmp"
        temporary.write_bytes(content)
        temporary.rename(self.root / "in" / name)


def _documents(content: bytes, kind: str) -> dict[str, list[Row]]:
    """The rows of each document, by its reference."""
    reference = "order_reference" if kind == "order" else "receipt_reference"
    lines: Iterator[TableLine] = read_lines(content, CsvDialect(), name=kind).lines
    header = next(lines, TableLine(0, 0, [])).cells
    found: dict[str, list[Row]] = {}
    for line in lines:
        row = dict(zip(header, line.cells, strict=True))
        found.setdefault(row[reference], []).append(row)
    return found


def _number(value: Decimal) -> str:
    return f"{value.normalize():f}"
