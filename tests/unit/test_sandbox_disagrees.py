"""Both systems of the sandbox disagree where they are told to, as the planted record says, and nowhere else.

The judge reads the exported files alone: the warehouse's stock on one side, Blue Cherry's opening and its stock
ledger on the other, by Blue Cherry's own formula.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from clarus_bluecherry.bluecherry.inventory_report import read_inventory_report
from clarus_bluecherry.bluecherry.messages import ON_HAND, StockMovement
from clarus_bluecherry.bluecherry.profile import RestProfile
from clarus_bluecherry.bluecherry.sheets import read_sheet, template
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.model import Sku
from clarus_bluecherry.sandbox import Erp, NotDone, PlantedKind, Planter
from clarus_bluecherry.sandbox.bluecherry_files import FileSide
from clarus_bluecherry.sandbox.bluecherry_sheets import SheetSpeech
from clarus_bluecherry.sandbox.erp import PeriodLock, RecType
from clarus_bluecherry.sandbox.season import ACCOUNT, LOCATIONS

Places = dict[tuple[str, str], Decimal]
Rows = list[dict[str, str]]
OWN = dt.date(2026, 10, 5)


def key_of(row: Mapping[str, str]) -> str:
    parts = {"label": row["lbl_code"], "dimension": row["dimension"], "size": row["size_desc"]}
    return Sku(row["style"], row["color_code"], **parts).key


class Exports:
    """What stands in the files."""

    def __init__(self, planter: Planter, folder: Path) -> None:
        self.files = planter.staff.write_exports(folder)
        self.items = planter.items

    def rows(self, name: str) -> Rows:
        with self.files[name].open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def ledger(self) -> list[StockMovement]:
        found = []
        for each in read_sheet(template("stock_movement"), self.files["stock_ledger"].read_bytes()):
            assert isinstance(each, StockMovement)
            found.append(each)
        return found

    def physical(self) -> Places:
        found: Places = defaultdict(Decimal)
        for row in self.rows("clarus_stock"):
            if row["account"] == ACCOUNT and row["product_code"] in self.items:
                place = self.items[row["product_code"]], LOCATIONS[row["warehouse"]]
                found[place] += Decimal(row["quantity"])
        return found

    def book(self, until: dt.date | None = None) -> Places:
        found: Places = defaultdict(Decimal)
        for row in self.rows("opening_positions"):
            found[key_of(row), row["location"]] += Decimal(row["units"])
        for each in self.ledger():
            if until is None or booked(each) <= until:
                assert each.size_qty is not None
                place = key_of(each.model_dump()), each.location
                found[place] += ON_HAND[each.rec_type] * each.size_qty
        return found

    def differences(self, until: dt.date | None = None) -> Places:
        physical, book = self.physical(), self.book(until)
        found = {place: physical[place] - book[place] for place in {*book, *physical}}
        return {place: units for place, units in found.items() if units}


def booked(each: StockMovement) -> dt.date:
    return dt.datetime.strptime(each.move_date, "%Y-%m-%d").date()  # noqa: DTZ007


def of_document(exports: Exports, document: str) -> list[StockMovement]:
    return [each for each in exports.ledger() if each.reference == document]


DATES_ONLY = {PlantedKind.INVOICED_LATE, PlantedKind.MOVED_BY_LOCK, PlantedKind.UTC_DATE}


@pytest.mark.parametrize("kind", PlantedKind)
def test_each_disagreement_shows_in_both_exports_as_it_was_planted_and_nothing_else_changes(
    kind: PlantedKind, tmp_path: Path
) -> None:
    planter = Planter.of_season(seed=4)
    planter.sell()
    planter.take_back()
    assert Exports(planter, tmp_path / "before").differences() == {}
    planted = planter.plant(kind)
    expected = {(one.item, one.location): one.variance for one in planted if one.variance}
    found = Exports(planter, tmp_path / "after").differences()
    assert found == ({} if kind in DATES_ONLY else expected)


def test_a_month_of_work_agrees_but_for_what_was_planted(tmp_path: Path) -> None:
    planter = Planter.of_season(seed=11)
    planted = planter.month(trades=40)
    exports = Exports(planter, tmp_path)
    lasting = [one for one in planted if one.variance and one.kind not in DATES_ONLY]
    assert exports.differences() == {(one.item, one.location): one.variance for one in lasting}
    days = {booked(each) for each in exports.ledger()}
    assert min(days) <= OWN
    assert max(days) > dt.date(2026, 10, 25)
    assert {each.rec_type for each in exports.ledger()} == {"SA", "RT", "R1", "IN"}
    own = {one.document: one.own_date for one in planted if one.kind is PlantedKind.POSTED_TWICE}
    assert [booked(each) for document in own for each in of_document(exports, document)] == [*own.values()] * 2


@pytest.mark.parametrize("seed", range(6))
def test_all_of_them_together_are_each_at_a_place_of_their_own(seed: int, tmp_path: Path) -> None:
    planter = Planter.of_season(seed)
    planted = planter.all()
    assert {one.kind for one in planted} == set(PlantedKind)
    places = Counter((one.item, one.location) for one in planted)
    assert set(places.values()) == {1}
    exports = Exports(planter, tmp_path)
    lasting = [one for one in planted if one.variance and one.kind not in DATES_ONLY]
    assert exports.differences() == {(one.item, one.location): one.variance for one in lasting}
    assert {one.document for one in planted if not one.document} == {""}
    named = {one.document for one in planted if one.document}
    everywhere = "\n".join(path.read_text("utf-8") for path in exports.files.values())
    assert all(document in everywhere for document in named)


def test_the_same_seed_plants_the_same_and_another_one_something_else(tmp_path: Path) -> None:
    one, same, other = (Planter.of_season(2), Planter.of_season(2), Planter.of_season(3))
    assert one.all() == same.all()
    assert one.planted != other.all()
    written = [one.staff.write_exports(tmp_path / "a"), same.staff.write_exports(tmp_path / "b")]
    one_content, same_content = ([path.read_bytes() for path in files.values()] for files in written)
    assert one_content == same_content


def test_the_inventory_report_is_the_stock_ledger(tmp_path: Path) -> None:
    planter = Planter.of_season(5)
    planter.all()
    exports = Exports(planter, tmp_path)
    report = read_inventory_report(exports.files["inventory_report"])
    assert report.bad == ()
    reported = {(key_of(row.model_dump()), row.location): row.total_qoh for row in report.rows}
    assert reported == exports.book()


def test_an_exchange_of_files_gets_the_reports_where_the_books_leave_them(tmp_path: Path) -> None:
    planter = Planter.of_season(5)
    planter.posted_twice(units=2)
    side = FileSide(planter.erp, tmp_path, SheetSpeech(), RestProfile(our_id="WAREHOUSE", vnd_id="BRAND"))
    side.meet()
    reports = ("STOCK_MOVEMENT", "SHIPMENT_STATUS", "PERIOD_STATUS")
    left = sorted(path.name for path in (tmp_path / "in").iterdir() if path.name.startswith(reports))
    assert left == []
    planter.erp.quirks.leaves_reports = True
    side.meet()
    left = sorted(path.name.rpartition("_")[0] for path in (tmp_path / "in").iterdir())
    assert set(reports) <= set(left)
    (movements,) = (tmp_path / "in").glob("STOCK_MOVEMENT_*.csv")
    assert len(list(read_sheet(template("stock_movement"), movements.read_bytes()))) == 2


# One by one


@pytest.fixture
def planter() -> Planter:
    return Planter.of_season(seed=7)


def test_an_invoice_job_that_runs_later_dates_the_invoice_when_it_runs(planter: Planter, tmp_path: Path) -> None:
    planted = planter.invoiced_late(units=2, days=27)
    assert (planted.own_date, planted.booked_date) == (OWN, dt.date(2026, 11, 1))
    exports = Exports(planter, tmp_path)
    (line,) = of_document(exports, planted.document)
    assert (line.rec_type, line.size_qty, booked(line)) == ("IN", 2, dt.date(2026, 11, 1))
    assert line.entered_at == "2026-11-01 09:00:00"  # in New York, where the clocks went back that night
    assert exports.differences(dt.date(2026, 10, 31)) == {(planted.item, planted.location): -2}
    assert exports.rows("invoices")[0]["inv_date"] == "2026-11-01"
    assert exports.rows("postings")[0]["asked_date"] == "10/05/2026"


def test_a_closed_day_is_refused_or_moved_by_choice(planter: Planter, tmp_path: Path) -> None:
    moved, refused = planter.moved_by_lock(units=1), planter.rejected_by_lock(units=1)
    exports = Exports(planter, tmp_path)
    (line,) = of_document(exports, moved.document)
    assert booked(line) == moved.booked_date == dt.date(2026, 10, 6)
    assert of_document(exports, refused.document) == []
    assert [(row["reference"], row["standing"], row["error"]) for row in exports.rows("postings")] == [
        (moved.document, "posted", ""),
        (refused.document, "rejected", "the period of 2026-10-05 is closed"),
    ]
    assert [row["reopened"] for row in exports.rows("closings")] == ["no", "yes", "no", "yes"]


def test_a_closed_month_is_told_closed(planter: Planter, tmp_path: Path) -> None:
    assert planter.clock is not None
    planter.clock.move(days=30)
    planter.erp.close_books(dt.date(2026, 10, 31))
    rows = Exports(planter, tmp_path).rows("periods")
    assert [(row["period"], row["state"], row["since"]) for row in rows] == [
        ("2026-10", "closed", "2026-11-04 09:00:00"),
        ("2026-11", "open", ""),
    ]


def test_a_utc_day_is_booked_a_day_early(planter: Planter, tmp_path: Path) -> None:
    planted = planter.utc_date(units=3)
    exports = Exports(planter, tmp_path)
    (line,) = of_document(exports, planted.document)
    assert booked(line) == planted.booked_date == dt.date(2026, 10, 4)
    assert planted.units == 3  # at the end of 4 October the books have less than there was
    assert exports.differences() == {}


def test_a_document_can_be_booked_days_off(planter: Planter, tmp_path: Path) -> None:
    planter.erp.quirks.days_off["900001"] = 2
    pick = planter.sell(units=1)
    (line,) = of_document(Exports(planter, tmp_path), pick)
    assert (pick, booked(line)) == ("900001", dt.date(2026, 10, 7))


def test_what_is_booked_twice_stands_twice_and_what_is_booked_by_hand_was_never_told(
    planter: Planter, tmp_path: Path
) -> None:
    twice, hand = planter.posted_twice(units=4), planter.by_hand(units=6)
    exports = Exports(planter, tmp_path)
    assert [each.size_qty for each in of_document(exports, twice.document)] == [4, 4]
    (line,) = of_document(exports, hand.document)
    assert (line.rec_type, line.size_qty, hand.units) == ("SA", 6, -6)
    assert hand.document not in {row["reference"] for row in exports.rows("postings")}


def test_an_edited_pick_has_two_versions_and_its_invoice_the_newer(planter: Planter, tmp_path: Path) -> None:
    planted = planter.edited_order(units=3)
    exports = Exports(planter, tmp_path)
    assert [(row["version"], row["bk_qty"]) for row in exports.rows("orders")] == [("1", "3"), ("2", "4")]
    assert [row["units"] for row in exports.rows("invoices")] == ["4"]
    dispatched = [row["quantity"] for row in exports.rows("clarus_transactions") if row["subtype"] == "DISP"]
    assert (dispatched, planted.variance) == (["3"], 1)


def test_a_changed_cost_holds_from_its_day_on_and_leaves_what_is_booked(planter: Planter, tmp_path: Path) -> None:
    planted, *_ = planter.cost_changed()
    rows = [row for row in Exports(planter, tmp_path).rows("costs") if key_of(row) == planted.item]
    before, after = (Decimal(row["amount"]) for row in rows)
    assert [row["effective_from"] for row in rows] == ["", "2026-10-05"]
    assert after - before == Decimal("1.25")
    assert planted.value == planted.units * Decimal("1.25")
    one = Sku.from_key(planted.item)
    sku = (one.style, one.color, one.label, one.dimension, one.size)
    assert planter.erp.cost_on(sku, dt.date(2026, 10, 4)) == before
    assert planter.erp.cost_on(sku, dt.date(2026, 10, 5)) == after


def test_a_return_is_credited_or_not(planter: Planter, tmp_path: Path) -> None:
    memo, planted = planter.take_back(units=2), planter.return_not_credited(units=3)
    exports = Exports(planter, tmp_path)
    (credit,) = exports.rows("credits")
    assert (credit["memo_num"], credit["units"]) == (memo, "2")
    returned = [(each.reference, each.size_qty) for each in exports.ledger() if each.rec_type == "RT"]
    assert returned[1] == (planted.document, 3)
    price = next(row["price"] for row in exports.rows("invoices") if row["pick_num"] != credit["reference"])
    assert planted.value == 3 * Decimal(price)


def test_the_floor_shows_each_movement_as_the_warehouse_writes_it(planter: Planter, tmp_path: Path) -> None:
    road, pack, owner, hold = (
        planter.in_transit(units=2),
        planter.pack_opened(packs=1)[0],
        planter.other_owner(units=2),
        planter.held(units=2),
    )
    undone = planter.dispatch_undone(units=2)
    exports = Exports(planter, tmp_path)
    moves = exports.rows("clarus_transactions")

    def shown(document: str) -> list[tuple[str, str, bool, bool]]:
        return [
            (row["subtype"], row["quantity"], bool(row["location_from"]), bool(row["location_to"]))
            for row in moves
            if document in (row["goods_out"], row["id"])
        ]

    assert shown(road.document) == [("TRAN", "2", True, False)]
    assert shown(pack.document) == [("CONV", "1", True, False), ("CONV", "6", False, True)]
    assert shown(owner.document) == [("TRAN", "2", True, False), ("TRAN", "2", False, True)]
    assert [row["account"] for row in moves if row["goods_out"] == owner.document] == [ACCOUNT, "CONSIGNED"]
    assert shown(hold.document) == [("HOLD", "2", True, True)]
    assert [move[0] for move in shown(undone.document)] == ["PICK", "DISP", "UNDISP"]
    assert exports.rows("prepacks")[0]["units"] == "6"


def test_a_loss_leaves_no_document_anywhere(planter: Planter, tmp_path: Path) -> None:
    planted = planter.lost(units=4)
    exports = Exports(planter, tmp_path)
    assert exports.rows("clarus_transactions") == []
    assert exports.ledger() == []
    assert exports.differences() == {(planted.item, planted.location): -4}


def test_the_ledger_has_the_value_of_each_line_at_the_cost_of_its_day(planter: Planter, tmp_path: Path) -> None:
    planted = planter.posted_twice(units=2)
    first, second = of_document(Exports(planter, tmp_path), planted.document)
    assert first.value == second.value == planted.value
    assert first.currency == "USD"


def test_purchase_orders_are_read_by_the_houses_own_reader(planter: Planter, tmp_path: Path) -> None:
    planted = planter.receipt_not_told(units=3)
    content = Exports(planter, tmp_path).files["purchase_orders"].read_bytes()
    (order,) = read_sheet(template("production_order"), content)
    assert not isinstance(order, InvalidRecord)
    assert order.prod_num == planted.document  # type: ignore[attr-defined]


def test_books_without_quirks_take_a_closed_day_as_before() -> None:
    planter = Planter.of_season(seed=1)
    assert planter.erp.quirks.lock is PeriodLock.NONE
    planter.erp.close_books(dt.date(2026, 12, 31))
    pick = planter.sell(units=1)
    assert [one.date for one in planter.erp.truth() if one.reference == pick] == ["10/05/2026"]


def test_a_lock_refuses_what_is_told_of_receipts_and_adjustments_too() -> None:
    planter = Planter.of_season(seed=1)
    planter.erp.close_books(dt.date(2026, 10, 31))
    planter.erp.quirks.lock = PeriodLock.REJECT
    body = {"pix_code": "01", "adj_num": "A1", "size_adj": "S", "size_qty": 1, "receipt_date": "2026-10-05"}
    stock = planter.staff.season.opening[0]
    one, location = stock.article, stock.location
    sku = {
        "style": one.style,
        "color_code": one.color,
        "lbl_code": one.label,
        "dimension": one.dimension,
        "size_desc": one.size,
    }
    staged = planter.erp.stage("PhysicalInventoryTM", "000000001", {**body, **sku, "location": location})
    planter.erp.process_staging()
    assert staged.error == "the period of 2026-10-05 is closed"
    planter.erp.reopen_books()
    again = planter.erp.stage("PhysicalInventoryTM", "000000002", {**body, **sku, "location": location})
    planter.erp.process_staging()
    assert again.standing == "posted"


def test_a_clock_that_cannot_be_moved_and_a_season_without_room_are_said() -> None:
    planter = Planter.of_season(seed=1)
    with pytest.raises(NotDone, match="no place is left where 100002 units lie"):
        planter.lost(units=100_000)
    with pytest.raises(NotDone, match="cannot be moved"):
        Planter(planter.staff).invoiced_late()


def test_a_line_that_was_taken_off_a_pick_is_not_invoiced_where_the_invoice_follows_the_pick() -> None:
    planter = Planter.of_season(seed=1)
    planted = planter.shipped_not_invoiced(units=2)
    planter.erp.change_pick(planted.document, [])
    planter.erp.quirks.invoiced_as_changed.add(planted.document)
    assert planter.erp.run_invoicing() == 1
    assert planter.erp.invoices == []
    assert planter.disagreement(planted.item, planted.location) == -2


def test_a_line_that_was_taken_off_a_pick_is_invoiced_as_it_left() -> None:
    planter = Planter.of_season(seed=1)
    planted = planter.shipped_not_invoiced(units=2)
    planter.erp.change_pick(planted.document, [])
    assert planter.staff.invoice().facts["invoiced"] == 1
    assert [line.units for line in planter.erp.invoices] == [2]
    assert planter.disagreement(planted.item, planted.location) == 0


def test_by_hand_is_any_kind_of_movement() -> None:
    erp = Erp()
    erp.book_by_hand(RecType.RT, ("S", "", "", "", ""), "01", Decimal(-2), dt.date(2026, 10, 1), "JE1")
    (entry,) = erp.truth()
    assert (entry.rec_type, entry.quantity, entry.value, entry.isa_num) == (RecType.RT, -2, None, "")
