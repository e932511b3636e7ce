"""A day that was told without a time: how it is kept, read from older ledgers, and refused where it is none."""

from __future__ import annotations

import datetime as dt
import json
from zoneinfo import ZoneInfo

import pytest

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.clarus.files._exports import ExportLayout, Row, read_export
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.finance import PostingCalendar, PostingDate, WhenClosed
from clarus_bluecherry.mapping import WarehouseTerms, clarus, clarus_files
from clarus_bluecherry.model import Adjustment, Dispatch, Receipt, ReturnToStock, Sku, from_plain, to_plain

LONDON, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")
AUCKLAND = ZoneInfo("Pacific/Auckland")
DAY = dt.date(2026, 11, 1)
MIDNIGHT = dt.datetime(2026, 11, 1, tzinfo=LONDON)
MOVED = {"id": "7", "occurred_at": MIDNIGHT, "location": "NJ", "item": Sku("01234"), "quantity": 1}
RECORDS = (
    Dispatch(id="7", occurred_at=MIDNIGHT, order_reference="1001", location="NJ", lines=(), own_date=DAY),
    Receipt(order_reference="C55", line_number="3", own_date=DAY, **MOVED),
    Adjustment(own_date=DAY, **MOVED),
    ReturnToStock(own_date=DAY, **MOVED),
)


@pytest.mark.parametrize("record", RECORDS)
def test_it_survives_json_and_its_absence_in_what_was_written_before(record: Dispatch) -> None:
    plain = json.loads(json.dumps(to_plain(record)))
    assert plain["own_date"] == "2026-11-01"
    assert from_plain(plain) == record
    del plain["own_date"]
    older = from_plain(plain)
    assert isinstance(older, type(record))
    assert older.own_date is None


@pytest.mark.parametrize("text", ["2026-11-01T00:00:00", "yesterday", "2026-02-30", 20261101])
def test_what_is_no_date_is_refused_by_name(text: object) -> None:
    plain = {**to_plain(RECORDS[2]), "own_date": text}
    with pytest.raises(InvalidRecord, match="Adjustment 7, field own_date"):
        from_plain(plain)
    with pytest.raises(InvalidRecord, match="not a date"):
        Adjustment(own_date=MIDNIGHT, **MOVED)


def dispatched(left: str | None) -> Dispatch:
    order = wire.GoodsOutNode(
        id="8",
        reference="1001",
        goods_out_status={"code": "COMPLETED"},
        actual_date_of_dispatch=left,
        warehouse={"code": "WH1"},
    )
    line = wire.GoodsOutLineNode(
        id="9", alt_line_number="1", order_quantity=1, dispatch_quantity=1, product={"code": "A"}
    )
    return clarus.dispatch(order, [line], [], [], WarehouseTerms(zone=LONDON))


@pytest.mark.parametrize(
    ("left", "own"),
    [
        ("2026-11-01", DAY),
        ("20261101", DAY),
        ("2026-11-01T00:00", None),
        ("2026-11-01T00:00:00Z", None),
        ("2026-11-01T00:00:00.000+00:00", None),
    ],
)
def test_only_what_says_no_time_has_a_day_of_its_own(left: str, own: dt.date | None) -> None:
    dispatch = dispatched(left)
    assert (dispatch.own_date, dispatch.occurred_at) == (own, MIDNIGHT)


@pytest.mark.parametrize("left", [None, "", "1 November", "2026-02-30"])
def test_no_date_at_all_is_refused_by_name(left: str | None) -> None:
    with pytest.raises(InvalidRecord, match="goods out 1001, field actual_date_of_dispatch"):
        dispatched(left)


def exported(kind: str, moments: str, when: str) -> list[object]:
    columns = {
        "dispatched": {"order_reference": "Doc", "product_code": "Product", "dispatched": "Qty"},
        "received": {"receipt_reference": "Doc", "product_code": "Product", "received": "Qty"},
    }[kind]
    columns = {**columns, "warehouse_code": "Building", "line_number": "Line", f"{kind}_at": "When"}
    layout = ExportLayout(kind=kind, columns=columns, moments=moments)
    file = f"Doc,Product,Qty,Building,Line,When\nA1,01234-BLK-M,2,WH1,3,{when}\n"
    rows = [row for row in read_export(layout, file.encode()) if isinstance(row, Row)]
    read = clarus_files.dispatches if kind == "dispatched" else clarus_files.receipts
    return list(read(rows, WarehouseTerms(zone=LONDON)))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["dispatched", "received"])
def test_an_export_that_writes_no_time_tells_days_and_one_that_does_tells_instants(kind: str) -> None:
    (day,) = exported(kind, "%d/%m/%Y", "01/11/2026")
    (instant,) = exported(kind, "%d/%m/%Y %H:%M", "01/11/2026 00:00")
    assert isinstance(day, Dispatch | Receipt)
    assert isinstance(instant, Dispatch | Receipt)
    assert (day.own_date, day.occurred_at) == (DAY, MIDNIGHT)
    assert (instant.own_date, instant.occurred_at) == (None, MIDNIGHT)


# The calendar ------------------------------------------------------------------------------------------------


def test_a_day_that_was_told_is_closed_or_open_as_any_other() -> None:
    calendar = PostingCalendar(NEW_YORK, closed_through=dt.date(2026, 10, 31))
    assert calendar.posting_date(MIDNIGHT, DAY) == PostingDate(DAY)
    assert calendar.posting_date(MIDNIGHT) == PostingDate(DAY, moved_from=dt.date(2026, 10, 31))
    assert calendar.posting_date(MIDNIGHT, dt.date(2026, 10, 30)) == PostingDate(DAY, dt.date(2026, 10, 30))


def test_a_refusal_is_a_word_to_whoever_decides_and_an_error_to_whoever_insists() -> None:
    calendar = PostingCalendar(NEW_YORK, closed_through=DAY, when_closed=WhenClosed.REFUSE)
    assert calendar.decided(DAY) == PostingDate(
        DAY, refusal="2026-11-01 lies in a period closed through 2026-11-01"
    )
    with pytest.raises(InvalidRecord, match="closed through 2026-11-01"):
        calendar.posting_date(MIDNIGHT, DAY)


@pytest.mark.parametrize(
    ("calendar", "instant"),
    [
        (PostingCalendar(AUCKLAND), dt.datetime.max.replace(tzinfo=dt.UTC)),
        (PostingCalendar(NEW_YORK), dt.datetime.min.replace(tzinfo=dt.UTC)),
        (PostingCalendar(ZoneInfo("UTC"), cut_off=dt.time(17)), dt.datetime.max.replace(tzinfo=dt.UTC)),
    ],
)
def test_an_instant_at_the_end_of_time_has_no_day(calendar: PostingCalendar, instant: dt.datetime) -> None:
    with pytest.raises(InvalidRecord, match="is no day in"):
        calendar.posting_date(instant)


def test_a_calendar_leaves_a_day_open() -> None:
    with pytest.raises(ConfigurationError, match="no day is open"):
        PostingCalendar(NEW_YORK, closed_through=dt.date.max)
