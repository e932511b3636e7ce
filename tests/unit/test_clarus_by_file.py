"""Clarus by file as a site's choice: from the site file to both systems' books, whatever happens to a file."""

from decimal import Decimal

import pytest
from clarus_files_world import by_file
from flows_world import BLACK, NAVY, ODD
from prepack_world import PACK

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.flows import collect_orders, physical_stock
from clarus_bluecherry.ledger import State
from clarus_bluecherry.sandbox.clarus_files import FileFault


@pytest.fixture
def here(tmp_path):
    with by_file(tmp_path) as world:
        yield world


def told(here, entity):
    """What Blue Cherry's interface holds of one entity."""
    return [one.body for one in here.erp.staged if one.entity == entity]


def shipped(here):
    """Units by pick and line, as Blue Cherry was told."""
    return {
        (row["pick_num"], row["line_seq"]): Decimal(str(row["size_qty"]))
        for body in told(here, "OrderShipment")
        for row in body["pickDetail"]
    }


# Out -------------------------------------------------------------------------------------------------------------


def test_an_order_leaves_in_one_import_file_and_its_dispatch_comes_back_from_an_export(here):
    here.release()
    here.work()
    (name,) = here.out()
    assert name.startswith("ORDERS_1001-")
    assert here.states("goods_out") == [State.ACCEPTED]
    here.side.meet()
    assert here.side.failed == []
    assert [str(line.order_quantity) for line in here.goods_out().lines] == ["5", "2"]
    here.ship(short=1)
    here.turn()
    assert here.states("goods_out") == [State.POSTED]
    assert shipped(here) == {("1001", "1"): 4, ("1001", "2"): 2}
    here.turn()
    assert len(told(here, "OrderShipment")) == 1
    assert here.unread() == [UNTOLD]


UNTOLD = (
    "untold adjustments and counts",
    "nothing tells it to us: the warehouse is reached by file, and its API is not set up. Set CLARUS_TOKEN, or"
    " post them in Blue Cherry by hand; no export tells them",
)


def test_a_pre_receipt_leaves_by_file_and_what_was_received_and_returned_comes_back(here):
    here.release()
    here.issue()
    here.turn()
    here.ship()
    (receipt,) = here.warehouse.goods_in_receipts
    here.warehouse.receive(receipt.lines[0].id, 7)
    here.turn()
    here.warehouse.receive(receipt.lines[0].id, 5)
    here.warehouse.complete_receipt(receipt.id)
    here.warehouse.take_return("1001", "1234_blk_m", 1)
    here.turn()
    here.turn()
    assert here.states("pre_receipt") == [State.POSTED]
    quantities = [body["size_qty"] for body in told(here, "ProductionReceiptAdvice")]
    assert sorted(map(str, quantities)) == ["5", "7"]
    (back,) = here.postings("return_to_stock")
    assert back.state is State.ACCEPTED


def test_a_prepack_leaves_in_its_components_by_file_and_comes_back_in_packs(tmp_path):
    sheet = "pack_style,pack_color,pack_size,style,color,size,pieces\nPACKA,BLK,PPK,01234,BLK,M,2\n"
    (tmp_path / "packs.csv").write_text(sheet + "PACKA,BLK,PPK,01234,NVY,30/32,1\n", "utf-8")
    with by_file(tmp_path, more='[units]\nprepacks = "packs.csv"\n') as here:
        here.erp.add_article(PACK)
        here.release(lines=((PACK, 3), (BLACK, 1)))
        here.issue(article=PACK, units=2)
        here.turn()
        assert here.side.failed == []
        order = here.goods_out()
        assert [int(line.order_quantity) for line in order.lines] == [6, 3, 1]
        here.ship()
        (receipt,) = here.warehouse.goods_in_receipts
        for line in receipt.lines:
            here.warehouse.receive(line.id, line.expected_quantity)
        here.warehouse.complete_receipt(receipt.id)
        for _ in range(3):
            here.turn()
        assert shipped(here) == {("1001", "1"): 3, ("1001", "2"): 1}
        (received,) = told(here, "ProductionReceiptAdvice")
        assert (received["style"], Decimal(str(received["size_qty"]))) == ("PACKA", 2)
        assert here.unread() == [UNTOLD]


def test_what_was_left_is_not_left_again_and_says_what_became_of_it(here):
    here.release()
    here.work()
    (posting,) = here.postings("goods_out")
    assert here.site.ledger.history(posting.key)[-1].note == "its import file was left"
    here.work()
    assert len(here.out()) == 1
    (left,) = here.site.files.folder.left()
    left.unlink()  # the warehouse took it, and made nothing of it
    here.work()
    assert here.out() == []
    assert here.states("goods_out") == [State.ACCEPTED]


def test_an_order_that_nobody_confirms_is_in_doubt_once_it_takes_too_long_and_done_when_it_left_after_all(here):
    here.release()
    here.turn()
    here.ahead += here.site.files.silence
    here.work()
    assert here.states("goods_out") == [State.ACCEPTED]
    here.ahead *= 2
    here.work()
    (posting,) = here.postings("goods_out")
    assert posting.state is State.IN_DOUBT
    assert posting.reason == (
        "its import file was taken, and no confirmation has come: look for it in Clarus's system log"
    )
    here.ship()
    here.turn()
    (posting,) = here.postings("goods_out")
    assert posting.state is State.POSTED


def test_a_site_may_say_that_a_file_that_was_taken_is_done(tmp_path):
    with by_file(tmp_path, products='products = "products.csv"\ntaken_means = "posted"') as here:
        here.release()
        here.work()
        assert here.states("goods_out") == [State.ACCEPTED]
        here.side.meet()
        here.work()
        assert here.states("goods_out") == [State.POSTED]


def test_what_no_import_can_say_waits_for_a_person(tmp_path):
    line = 'decisions = "decisions.csv"'
    with by_file(tmp_path, **{line: f'{line}\nunmatched = "line"'}) as here:
        here.release(lines=((BLACK, 5), (ODD, 1)))
        here.work()
        (late,) = here.postings("goods_out_line")
        assert late.state is State.PARKED
        assert late.reason.startswith("field lines: no import adds a line to an order: add it in Clarus")
        here.release(lines=((BLACK, 9),))
        here.work()
        changed = here.postings("goods_out")[-1]
        assert (changed.state, changed.reason_code) == (State.PARKED, "changed_after_sent")


# Back ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [FileFault.CUT, FileFault.TWICE, FileFault.LATE])
def test_an_export_that_is_cut_comes_twice_or_late_tells_everything_once(here, fault):
    here.release("1001")
    here.release("1002")
    here.issue()
    here.turn()
    here.ship("1001", short=2)
    here.side.faults.script.append(fault)
    here.turn()
    here.ship("1002")
    here.warehouse.receive(here.warehouse.goods_in_receipts.find("reference", "C55")[0].lines[0].id, 12)
    here.turn()
    here.turn()
    assert here.side.faults.injected == [fault]
    assert shipped(here) == {("1001", "1"): 3, ("1001", "2"): 2, ("1002", "1"): 5, ("1002", "2"): 2}
    assert len(told(here, "OrderShipment")) == 2
    assert len(told(here, "ProductionReceiptAdvice")) == 1
    waiting = [name for name, _ in here.unread() if name != UNTOLD[0]]
    assert [name.rpartition(" ")[0] for name in waiting] == ["dispatched row"] * (fault is FileFault.CUT)


def test_an_order_of_which_a_file_tells_only_a_part_is_no_dispatch_until_all_of_it_comes(here):
    here.release()
    here.turn()
    drop(here, "DISPATCHED_1.csv", line("1001", "1", "1234_blk_m", 5))
    here.work()
    assert here.unread()[-1] == (
        "dispatch 1001",
        "field line_number: the export tells nothing of its line 2, so it is not all there: it is read when all of"
        " it comes (every_line = false where exports leave out lines of which nothing left)",
    )
    assert told(here, "OrderShipment") == []
    drop(here, "DISPATCHED_2.csv", line("1001", "1", "1234_blk_m", 5), line("1001", "2", "01234-NVY-30/32", 2))
    here.work()
    assert len(told(here, "OrderShipment")) == 1
    assert here.unread() == [UNTOLD]


def test_an_order_that_leaves_again_waits_for_a_person(here):
    here.release()
    here.turn()
    rows = ("1001", "1", "1234_blk_m", 5), ("1001", "2", "01234-NVY-30/32", 2)
    drop(here, "DISPATCHED_1.csv", *(line(*row) for row in rows))
    here.work()
    drop(here, "DISPATCHED_2.csv", *(line(*row, at="2026-11-02 09:00:00") for row in rows))
    here.work()
    name, reason = here.unread()[-1]
    assert name == "dispatch 1001"
    assert "the order left at 2026-11-01T09:00:00+00:00, and now the export says it left at 2026-11-02" in reason
    assert len(told(here, "OrderShipment")) == 1


def test_one_file_that_cannot_be_read_stops_no_other_and_is_read_when_the_site_says_how(here):
    here.release()
    here.turn()
    (here.root / "in" / "DISPATCHED_0.csv").write_bytes(b"\xff\xfe\x00 no text of any kind")
    drop(
        here,
        "DISPATCHED_1.csv",
        "1001;1;1234_blk_m;5;5;2026-11-01 09:00:00;WH-NJ;UPSGRND;;",
        "1001;2;01234-NVY-30/32;2;2;2026-11-01 09:00:00;WH-NJ;UPSGRND;;",
        header="Order;Line;Product;Ordered;Dispatched;Dispatched At;Warehouse;Carrier;Carton;Tracking",
    )
    drop(here, "RECEIVED_1.csv", "C99,3,1234_blk_m,2,2026-11-01 09:00:00,WH-NJ,standard", header=RECEIVED)
    here.work()
    assert [name for name, _ in here.unread()] == [UNTOLD[0], "export DISPATCHED_0.csv", "export DISPATCHED_1.csv"]
    assert len(here.postings("production_receipt_advice")) == 1
    quarantined = sorted(path.name.rpartition("-")[2] for path in (here.root / "quarantine").iterdir())
    assert quarantined[::2] == ["DISPATCHED_0.csv", "DISPATCHED_1.csv"]
    before = 'names = ["DISPATCHED_*.csv"]'
    here.open(products='products = "products.csv"', **{before: before + '\ndelimiter = ";"'})
    here.work()
    assert shipped(here) == {("1001", "1"): 5, ("1001", "2"): 2}
    assert [name for name, _ in here.unread()] == [UNTOLD[0], "export DISPATCHED_0.csv"]


def test_a_row_that_cannot_be_read_is_told_once_however_often_it_comes(here):
    bad = "C99,3,1234_blk_m,many,2026-11-01 09:00:00,WH-NJ,standard"
    good = "C99,4,01234-NVY-30/32,2,2026-11-01 09:00:00,WH-NJ,standard"
    drop(here, "RECEIVED_1.csv", bad, good, header=RECEIVED)
    here.work()
    drop(here, "RECEIVED_2.csv", good, bad, header=RECEIVED)
    here.work()
    assert [name.rpartition(" ")[0] for name, _ in here.unread()] == ["untold adjustments and", "received row"]
    assert len(here.postings("production_receipt_advice")) == 1


def test_what_belongs_to_another_owner_of_stock_is_none_of_ours(here):
    before = 'receipt_type = "Type"'
    here.open(products='products = "products.csv"', **{before: f'{before}, account_code = "Owner"'})
    row = "C99,{},1234_blk_m,2,2026-11-01 09:00:00,WH-NJ,standard,{}"
    drop(here, "RECEIVED_1.csv", row.format(3, "BRAND"), row.format(4, "OTHER"), header=f"{RECEIVED},Owner")
    here.work()
    assert [each.reference for each in here.postings("production_receipt_advice")] == ["C99/3"]


def test_a_file_is_archived_after_its_facts_are_kept(here, monkeypatch):
    here.release()
    here.turn()
    here.ship()
    here.side.meet()
    arrival = "clarus_bluecherry.exchange.arrival.Arrival.done"
    with monkeypatch.context() as dying:
        dying.setattr(arrival, lambda self: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            here.work()
    assert len(here.postings("order_shipment")) == 1
    assert list((here.root / "archive").iterdir()) == []
    here.work()
    assert len(here.postings("order_shipment")) == 1
    assert len(told(here, "OrderShipment")) == 1


def test_what_happened_before_go_live_or_was_told_in_another_way_is_not_taken(here):
    here.open(products='products = "products.csv"\nsince = 2026-11-05')
    rows = [f"C99,{n},1234_blk_m,2,2026-{at} 09:00:00,WH-NJ,standard" for n, at in enumerate(("11-04", "11-05"))]
    drop(here, "RECEIVED_1.csv", *rows, header=RECEIVED)
    here.work()
    assert [each.reference for each in here.postings("production_receipt_advice")] == ["C99/1"]


DISPATCHED = "Order,Line,Product,Ordered,Dispatched,Dispatched At,Warehouse,Carrier,Carton,Tracking"
RECEIVED = "Receipt,Line,Product,Received,Received At,Warehouse,Type"


def line(order, number, product, units, at="2026-11-01 09:00:00"):
    return f"{order},{number},{product},{units},{units},{at},WH-NJ,UPSGRND,,"


def drop(
    here,
    name,
    *lines,
    header="Order,Line,Product,Ordered,Dispatched,Dispatched At,Warehouse,Carrier,Carton,Tracking",
):
    (here.root / "in" / name).write_text("".join(f"{each}\r\n" for each in (header, *lines)), "utf-8")


def test_what_was_written_for_the_api_is_written_anew_when_the_site_changes_over(tmp_path):
    with by_file(tmp_path, api=True, **{'transport = "files"': ""}) as here:
        here.release()
        collect_orders(here.site)
        assert here.states("goods_out") == [State.PENDING]
        here.open()
        here.work()
        here.work()
        assert [name.partition("-")[0] for name in here.out()] == ["ORDERS_1001"]


# Beside the API, and without it ----------------------------------------------------------------------------------


def test_with_an_api_beside_it_tells_what_no_export_does_and_nothing_twice(tmp_path):
    with by_file(tmp_path, api=True) as here:
        here.release()
        here.issue()
        here.turn()
        assert here.states("goods_out") == here.states("pre_receipt") == [State.POSTED]
        here.ship()
        (receipt,) = here.warehouse.goods_in_receipts
        here.warehouse.receive(receipt.lines[0].id, 12)
        here.warehouse.adjust("1234_blk_m", 2, "FOUND")
        here.turn()
        here.turn()
        kinds = sorted(one.entity for one in here.erp.staged)
        assert kinds == ["OrderShipment", "PhysicalInventoryTM", "ProductionReceiptAdvice"]
        assert here.unread() == []
        assert sum(each.quantity for each in physical_stock(here.site)) > 0


def test_without_an_api_stock_is_unknown_and_never_nothing(here):
    with pytest.raises(ConfigurationError, match="reaches the warehouse by file only"):
        physical_stock(here.site)
    here.work()
    here.work()
    assert here.unread() == [UNTOLD]


def test_when_an_api_is_there_after_all_nobody_need_look(here, tmp_path):
    here.work()
    assert here.unread() == [UNTOLD]
    here.stack.close()
    with by_file(tmp_path, api=True) as again:
        again.work()
        assert again.unread() == []


def test_without_an_api_or_a_list_products_are_called_what_the_recipe_writes(tmp_path):
    with by_file(tmp_path, products="") as here:
        here.release(lines=((NAVY, 2),))
        here.turn()
        assert [line.product.code for line in here.goods_out().lines] == ["01234-NVY-30/32"]


# The site file ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        (
            'line_number = "Line", product_code = "Product", ordered',
            'product_code = "Product", ordered',
            "line_number has no column",
        ),
        ("settle = 0", 'settle = 0\norders = { names = "ORDERS.csv" }', "control_number} is missing"),
        ("settle = 0", 'settle = 0\norders = { more = { product_code = "X" } }', "no such column in its header"),
        ("settle = 0", 'settle = 0\norders = { header = "order_reference" }', "the column is missing"),
    ],
    ids=["column", "names", "more", "header"],
)
def test_a_setting_that_cannot_work_is_told_before_anything_leaves(here, before, after, problem):
    with pytest.raises(ConfigurationError, match=problem) as caught:
        here.open(products='products = "products.csv"', **{before: after})
    assert caught.value.field.startswith("clarus.files.")
