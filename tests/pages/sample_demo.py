"""A closing as the demo's: a thousand movements went round, what differs has its cause, and three things wait."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from clarus_bluecherry.finance import Cause, InFlight, reconcile
from clarus_bluecherry.finance.close import close_books
from clarus_bluecherry.finance.exceptions import ExceptionClass, ExceptionEvidence, ExceptionItem
from clarus_bluecherry.flows.close_files import read_folder, write_template
from clarus_bluecherry.model import Item, Money, Plain, Sku, StockPosition, SystemOfRecord, UnmatchedCode
from clarus_bluecherry.report import Check, Closing
from clarus_bluecherry.report.close import close_json
from clarus_bluecherry.report.closing_page import closing_page
from clarus_bluecherry.report.pages import ReportPage

ZONE = ZoneInfo("America/New_York")
NOW = dt.datetime(2026, 2, 4, 1, 30, tzinfo=dt.UTC)
HOSTILE = "<script>alert(1)</script> =1+1 \x1b[2J"
DRESS, COAT, SCARF = Sku("01234", "BLK", size="M"), Sku("07777", "RED", size="L"), Sku("00999", "TAN", size="O/S")


def page() -> ReportPage:
    return closing_page(closing())


def closing() -> Closing:
    book = [_held(SystemOfRecord.ERP, item, count, cost) for item, count, cost in _BOOK]
    physical = [_held(SystemOfRecord.WAREHOUSE, item, count) for item, count in _PHYSICAL]
    flight = [
        _flight(DRESS, -1_480, Cause.SHIPPED_NOT_INVOICED),
        _flight(COAT, 310, Cause.NOT_YET_POSTED),
        _flight(_NO_SKU, 12, Cause.UNMAPPED_SKU),
    ]
    return Closing(
        title="A month between Clarus and Blue Cherry, seed 1",
        as_of=NOW,
        reconciliation=reconcile(physical, book, flight),
        exceptions=tuple(_wait(*each) for each in _WAITS),
        postings=(
            ("bluecherry", "order_shipment", "posted", 1_204),
            ("bluecherry", "order_shipment", "accepted", 17),
            ("clarus", "goods_out", "posted", 1_221),
            ("inbox", "unread", "waiting", 1),
        ),
        checks=(
            Check("nothing was lost", True, "1,436 movements"),
            Check("nothing was posted twice", True, "1,221 messages"),
        ),
        story=("2026-01-28: 53 picks released", "the worker was killed after 3 messages, the last one unanswered"),
        closes=(_close(),),
        zone=ZONE,
        proof="1,436 movements went round while 74 faults struck: each was told to Blue Cherry once.",
    )


_BOOK = ((DRESS, 12_400, "18.50"), (COAT, 2_300, "41.25"), (SCARF, 5, None))
_NO_SKU = UnmatchedCode(HOSTILE)
_PHYSICAL: tuple[tuple[Item, int], ...] = (
    (DRESS, 10_914),
    (COAT, 2_610),
    (SCARF, 9),
    (_NO_SKU, 12),
)
_WAITS = (
    (ExceptionClass.DISPATCH_NOT_POSTED, "order 900001", "-1480", "-27380.00"),
    (ExceptionClass.RECEIPT_UNPOSTED, "receipt PO7/1", "310", "12787.50"),
    (ExceptionClass.SKU_HALTED, "adjustment 77", "12", None),
)


def _held(keeper: SystemOfRecord, item: Item, count: int, cost: str | None = None) -> StockPosition:
    worth = None if cost is None else Money(Decimal(cost), "USD")
    return StockPosition(keeper=keeper, item=item, location="NJ", quantity=count, as_of=NOW, unit_cost=worth)


def _flight(item: Item, count: int, cause: Cause) -> InFlight:
    return InFlight(item=item, location="NJ", quantity=Decimal(count), cause=cause, posting_key=f"posting {count}")


def _wait(kind: ExceptionClass, subject: str, units: str, value: str | None) -> ExceptionItem:
    return ExceptionItem(
        kind=kind,
        subject=subject,
        what=subject,
        since=NOW - dt.timedelta(hours=31),
        units=Decimal(units),
        value=None if value is None else Money(Decimal(value), "USD"),
        evidence=(ExceptionEvidence(source="ledger", came_back=HOSTILE),),
    )


def _close() -> Plain:
    """The close of the example that `close --template` writes."""
    with TemporaryDirectory() as folder:
        write_template(Path(folder))
        read = read_folder(Path(folder))
    return close_json(close_books(read.given, read.as_of, read.known))
