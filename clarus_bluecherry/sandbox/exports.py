"""What people export from both systems at a month's end, as files in a folder.

Law of this module: each file says only what its own system knows, in that system's codes, zone and signs; nothing
is matched, mapped or put right. Blue Cherry's files have the columns that the library reads by default, where it
has such; quantities of the warehouse are magnitudes, and the places say which way.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from pydantic import BaseModel

from clarus_bluecherry.bluecherry.kinds import kind_named
from clarus_bluecherry.bluecherry.sheets import template, write_sheet
from clarus_bluecherry.sandbox.bluecherry_files import told
from clarus_bluecherry.sandbox.erp import Erp, Staged
from clarus_bluecherry.sandbox.erp.columns import inventory_report, moment_of
from clarus_bluecherry.sandbox.erp.erp import OPENING
from clarus_bluecherry.sandbox.erp.quirks import CreditLine, InvoiceLine
from clarus_bluecherry.sandbox.reports import periods, stock_ledger
from clarus_bluecherry.sandbox.warehouse import Transaction, Warehouse
from clarus_bluecherry.sandbox.warehouse.payloads import zulu
from clarus_bluecherry.tables import csv_bytes

Cells = Sequence[object]

_DOZEN = 12

_SKU = ("style", "color_code", "lbl_code", "dimension", "size_desc")
HEADERS: Mapping[str, tuple[str, ...]] = {
    "clarus_products": ("id", "code", "barcode", "description"),
    "clarus_stock": ("account", "warehouse", "location", "product_code", "status", "quantity"),
    "clarus_transactions": (
        *("id", "created_at", "subtype", "category", "quantity", "product_code", "account", "warehouse"),
        *("location_from", "location_to", "goods_out", "goods_in_receipt", "receipt_type", "order_reference"),
        *("line_number", "reason_code", "description"),
    ),
    "orders": ("pick_num", "ord_num", "version", "said_at", "line_seq", *_SKU, "location", "bk_qty", "price"),
    "invoices": (
        *("inv_num", "inv_date", "entered_at", "pick_num", "ord_num", "line_seq", *_SKU, "location"),
        *("units", "price", "currency"),
    ),
    "credits": (
        *("memo_num", "memo_date", "entered_at", "reference", *_SKU, "location"),
        *("units", "price", "currency"),
    ),
    "closings": ("at", "closed_through", "reopened"),
    "costs": ("division", *_SKU, "location", "effective_from", "basis", "amount", "currency", "entered_at"),
    "skus": ("division", *_SKU, "upc", "ean", "style_name", "season", "std_cost", "uom"),
    "prepacks": (*(f"pack_{name}" for name in _SKU), *_SKU, "units"),
    "opening_positions": ("division", *_SKU, "location", "units", "uom", "value", "currency", "as_of"),
    "postings": (
        *("isa_num", "entity", "reference", "said_at", "asked_date", *_SKU, "location", "units"),
        *("standing", "error"),
    ),
}
"""The columns of the files that are not of one of the library's kinds."""


def write_exports(folder: Path, warehouse: Warehouse, erp: Erp) -> dict[str, Path]:
    """Write every export into `folder`, which is made; returns the files by what they hold.

    Those of the warehouse are `clarus_…`; instants there are UTC, and Blue Cherry's are of its own zone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with warehouse.lock, erp.lock:
        files = {**_own(warehouse, erp), **_kinds(erp), "inventory_report": inventory_report(erp).encode()}
    found = {}
    for name, content in files.items():
        found[name] = folder / f"{name}.csv"
        found[name].write_bytes(content)
    return found


def _own(warehouse: Warehouse, erp: Erp) -> dict[str, bytes]:
    rows: dict[str, Iterable[Cells]] = {
        "clarus_products": ((one.id, one.code, one.barcode, one.description) for one in warehouse.products),
        "clarus_stock": (
            (one.account.code, one.warehouse.code, one.location.code, one.product.code, one.status, one.quantity)
            for one in warehouse.stocks
        ),
        "clarus_transactions": (_transaction(one) for one in warehouse.transactions),
        "orders": _orders(erp),
        "invoices": (_invoice(erp, one) for one in erp.invoices),
        "credits": (_credit(erp, one) for one in erp.credits),
        "closings": ((moment_of(erp, one.at), one.through, one.reopened) for one in erp.closings),
        "costs": (
            (
                erp.articles[sku].division,
                *one.sku,
                one.location,
                one.effective_from,
                "standard",
                one.amount,
                "USD",
                moment_of(erp, one.entered_at),
            )
            for sku in erp.articles
            for one in erp.costs[sku]
        ),
        "skus": (
            (one.division, *one.key, one.upc, one.ean, one.style_name, one.season, one.std_cost, "EA")
            for one in erp.articles.values()
        ),
        "prepacks": ((*pack, *part, units) for pack, (part, units) in erp.packs.items()),
        "opening_positions": _opening(erp),
        "postings": (row for one in erp.staged for row in _posting(erp, one)),
    }
    return {
        name: csv_bytes([HEADERS[name], *([_text(cell) for cell in row] for row in found)])
        for name, found in rows.items()
    }


def _kinds(erp: Erp) -> dict[str, bytes]:
    """The files of kinds that the library reads, in its own columns."""
    documents: dict[str, tuple[str, Iterable[BaseModel]]] = {
        "stock_ledger": ("stock_movement", stock_ledger(erp)),
        "purchase_orders": ("production_order", told(erp, kind_named("production_order"))),
        "periods": ("period_status", periods(erp)),
    }
    return {name: write_sheet(template(kind), found) for name, (kind, found) in documents.items()}


def _transaction(one: Transaction) -> Cells:
    receipt, line = one.goods_in_receipt, one.goods_in_receipt_line
    return (
        one.id,
        zulu(one.created_at),
        one.subtype,
        one.category,
        one.quantity,
        one.product.code,
        one.account.code,
        one.warehouse.code,
        one.location_from.code if one.location_from else "",
        one.location_to.code if one.location_to else "",
        one.goods_out.reference if one.goods_out else one.document,
        receipt.reference if receipt else "",
        receipt.receipt_type if receipt else "",
        (receipt.external_system_reference1 or "") if receipt else "",
        line.alt_line_number if line else _order_line(one),
        one.reason_code.code if one.reason_code else "",
        one.description,
    )


def _invoice(erp: Erp, one: InvoiceLine) -> Cells:
    dated = (one.inv_num, one.inv_date, moment_of(erp, one.entered_at))
    return (*dated, one.pick_num, one.ord_num, one.line_seq, *one.sku, one.location, one.units, one.price, "USD")


def _credit(erp: Erp, one: CreditLine) -> Cells:
    dated = (one.memo_num, one.memo_date, moment_of(erp, one.entered_at))
    return (*dated, one.reference, *one.sku, one.location, one.units, one.price, "USD")


def _order_line(one: Transaction) -> str:
    """The line of the order, where only one is of this product."""
    lines = one.goods_out.lines if one.goods_out else []
    numbers = [each.alt_line_number for each in lines if each.product is one.product]
    return (numbers[0] or "") if len(numbers) == 1 else ""


def _orders(erp: Erp) -> Iterable[Cells]:
    for number, versions in erp.versions.items():
        pick = erp.picks[number]
        for said in versions:
            for line in said.lines:
                yield (
                    *(number, pick.ord_num, said.version, moment_of(erp, said.said_at), line.line_seq),
                    *(*line.article.key, pick.location, line.bk_qty, line.price),
                )


def _opening(erp: Erp) -> Iterable[Cells]:
    """What the books held at the end of the day before they began."""
    opened = [one for one in erp.truth() if one.reference == OPENING]
    began = min((one.entered_at for one in opened if one.entered_at), default=erp.clock())
    as_of = began.astimezone(erp.zone).date() - dt.timedelta(days=1)
    for one in opened:
        in_dozens = (one.sku, one.location) in erp.quirks.opened_in_dozens
        units = (one.quantity / _DOZEN, "DZ") if in_dozens else (one.quantity, "EA")
        yield (erp.articles[one.sku].division, *one.sku, one.location, *units, one.value, "USD", as_of)


def _posting(erp: Erp, staged: Staged) -> Iterator[Cells]:
    """The lines of a message as they came into the interface, and where it stands there now."""
    header = staged.body.get("header")
    dated = header if isinstance(header, Mapping) else staged.body
    asked = str(dated.get("ship_date") or dated.get("receipt_date") or "")
    said_at = moment_of(erp, staged.staged_at) if staged.staged_at else ""
    lines = staged.body.get("pickDetail")
    for line in lines if isinstance(lines, list) else [staged.body]:
        told = tuple(line.get(name, "") for name in (*_SKU, "location", "size_qty"))
        yield (
            *(staged.isa_num, staged.entity, staged.reference, said_at, asked, *told),
            *(staged.standing.value, staged.error),
        )


def _text(cell: object) -> str:
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}" if cell else "0"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return "" if cell is None else str(cell)
