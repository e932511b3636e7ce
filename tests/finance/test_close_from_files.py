"""How `close --from` reads exports: zones, signs, units, codes and shapes are settled when an entry is made."""

import csv

import pytest
from close_world import OPENING, SETTINGS, STOCK, causes, closed, kinds, written
from typer.testing import CliRunner

from clarus_bluecherry.cli.app import app
from clarus_bluecherry.errors import ConfigurationError

TRANSACTIONS = "Id,Subtype,Quantity,Created At,Product,Warehouse,Reference\n"
LEDGER = "pkey,rec_type,sku,location,size_qty,move_date,entered_at,reference\n"


def test_the_template_can_be_closed_as_it_stands_and_tells_every_column(tmp_path):
    done = CliRunner().invoke(app, ["close", "--template", str(tmp_path)])
    assert done.exit_code == 0
    document = closed(tmp_path)
    assert "bad_row" not in kinds(document)
    about = (tmp_path / "README.md").read_text("utf-8")
    for path in tmp_path.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for column in next(csv.reader(file)):
                assert f"| {column} |" in about, (path.name, column)


def test_the_entries_that_were_made_are_written(tmp_path):
    folder = written(
        tmp_path / "in",
        stock=STOCK,
        opening=OPENING,
        transactions=TRANSACTIONS + "1,DISP,10,2026-10-30T15:00:00Z,A,NJ,P1\n",
        stock_ledger=LEDGER + "7,IN,A,NJ,10,2026-10-30,,P1\n",
    )
    assert causes(closed(folder, "--out", str(tmp_path / "out"))) == []
    with (tmp_path / "out" / "csv" / "entries.csv").open(encoding="utf-8", newline="") as file:
        book, physical = sorted(csv.DictReader(file), key=lambda row: row["side"])
    assert (book["units"], book["document"], book["booked_date"]) == ("-10", "P1", "2026-10-30")
    assert (physical["units"], physical["class"], physical["own_date"]) == ("-10", "dispatched", "2026-10-30")
    assert physical["row"].endswith("line 2")


@pytest.mark.parametrize(
    ("settings", "at", "is_october"),
    [
        (SETTINGS, "2026-11-01T03:59:00Z", True),
        (SETTINGS, "2026-11-01T04:00:00Z", False),
        (SETTINGS + 'cut_off = "17:00"\n', "2026-10-31T20:59:00Z", True),
        (SETTINGS + 'cut_off = "17:00"\n', "2026-10-31T21:00:00Z", False),
        (SETTINGS + 'clarus_zone = "Europe/London"\n', "2026-11-01 03:30", True),
        (SETTINGS + 'clarus_zone = "Europe/London"\n', "01/11/2026 04:30", False),
        (SETTINGS, "2026-10-31", True),
        (SETTINGS, "01/11/2026", False),
    ],
)
def test_the_day_of_an_event_is_its_own_in_the_zone_of_the_books(tmp_path, settings, at, is_october):
    folder = written(
        tmp_path / "in",
        settings=settings,
        stock=STOCK,
        opening=OPENING,
        transactions=TRANSACTIONS + f"1,DISP,10,{at},A,NJ,P1\n",
    )
    told = [("A", "NJ", "dispatched", "not_told", "P1", "-10")] if is_october else []
    assert causes(closed(folder)) == told


def test_a_location_may_have_a_day_of_its_own(tmp_path):
    folder = written(
        tmp_path / "in",
        stock=STOCK,
        opening=OPENING,
        locations="Location,Kind,Zone\nNJ,warehouse,America/Los_Angeles\n",
        transactions=TRANSACTIONS + "1,DISP,10,2026-11-01T06:30:00Z,A,NJ,P1\n",
    )
    assert causes(closed(folder)) == [("A", "NJ", "dispatched", "not_told", "P1", "-10")]


def test_a_ledger_that_signs_its_lines_is_read_with_their_signs(tmp_path):
    files = {"stock": STOCK, "opening": OPENING}
    moved = TRANSACTIONS + "1,DISP,7,2026-10-30T15:00:00Z,A,NJ,P1\n2,DISP,3,2026-10-30T15:00:00Z,A,NJ,P2\n"
    lines = LEDGER + "7,IN,A,NJ,-7,10/30/2026,,P1\n8,IN,A,NJ,-3,10/30/2026,,P2\n"
    document = closed(written(tmp_path / "in", transactions=moved, stock_ledger=lines, **files))
    assert causes(document) == []
    assert kinds(document) == ["assumed"]
    told = SETTINGS + "signed_ledger = true\n"
    assert kinds(closed(written(tmp_path / "in", settings=told, **files))) == []


def test_without_an_opening_the_book_goes_back_from_the_inventory_report(tmp_path):
    folder = written(
        tmp_path / "in",
        stock=STOCK,
        inventory_report="Style,Location,Total QOH,Loc Std Cost,Exported At\nA,NJ,85,2.00,2026-11-04T12:00:00Z\n",
        transactions=TRANSACTIONS + "1,DISP,10,2026-10-30T15:00:00Z,A,NJ,P1\n",
        stock_ledger=LEDGER + "7,IN,A,NJ,10,2026-11-02,2026-11-02T09:00:00Z,P1\n",
    )
    document = closed(folder)
    (line,) = document["lines"]
    # 85 on 4 November, and the invoice of 2 November back: 95; the warehouse has 90
    assert (line["physical"], line["book"], line["unit_cost"]) == ("90", "95", "2")
    assert causes(document) == [
        ("A", "NJ", "dispatched", "posted_in_another_period", "P1", "-10"),
        ("A", "NJ", "", "unexplained", "", "5"),
    ]


def test_a_report_that_says_otherwise_than_the_ledger_is_told(tmp_path):
    folder = written(
        tmp_path / "in",
        stock=STOCK.replace("90", "100"),
        opening=OPENING,
        inventory_report="Style,Location,Total QOH,Exported At\nA,NJ,98,2026-11-04T12:00:00Z\n",
    )
    (differs,) = [each for each in closed(folder)["exceptions"] if each["kind"] == "report_differs"]
    assert (differs["item"], differs["units"]) == ("A", "-2")


MASTER = "Clarus Code,Division,Style,Color Code,Size,Units Per Case\n"
MASTER += "01-S-BLK-M,01,S,BLK,M,12\n02-S-BLK-M,02,S,BLK,M,6\n"
PARTS = "pkey,rec_type,division,style,color_code,size_desc,location,size_qty,uom,move_date,reference\n"


def test_divisions_are_never_merged(tmp_path):
    folder = written(
        tmp_path / "in",
        sku_master=MASTER,
        stock="Product,Warehouse,Quantity,Exported At\n01-S-BLK-M,NJ,5,2026-11-04\n02-S-BLK-M,NJ,5,2026-11-04\n",
        opening="Division,Style,Color Code,Size,Location,Quantity\n01,S,BLK,M,NJ,5\n02,S,BLK,M,NJ,5\n",
        stock_ledger=PARTS + "1,SA,01,S,BLK,M,NJ,2,EA,2026-10-05,H1\n2,SA,02,S,BLK,M,NJ,-2,EA,2026-10-05,H2\n",
    )
    assert causes(closed(folder)) == [
        ("01-S-BLK-M", "NJ", "adjusted", "booked_by_hand", "H1", "-2"),
        ("02-S-BLK-M", "NJ", "adjusted", "booked_by_hand", "H2", "2"),
    ]


def test_what_another_division_has_is_counted_and_shown(tmp_path):
    folder = written(
        tmp_path / "in",
        settings=SETTINGS + 'division = ["01"]\n',
        sku_master=MASTER,
        stock="Product,Warehouse,Quantity,Exported At\n01-S-BLK-M,NJ,5,2026-11-04\n02-S-BLK-M,NJ,7,2026-11-04\n",
        inventory_report="Division,Style,Color Code,Size,Location,Total QOH,Exported At\n"
        "01,S,BLK,M,NJ,5,2026-11-04\n02,S,BLK,M,NJ,9,2026-11-04\n",
        opening="Division,Style,Color Code,Size,Location,Quantity\n01,S,BLK,M,NJ,5\n02,S,BLK,M,NJ,11\n",
        stock_ledger=PARTS + "1,SA,02,S,BLK,M,NJ,-2,EA,2026-10-05,H1\n",
    )
    document = closed(folder)
    assert document["lines"] == []
    aside = [
        tuple(each[key] for key in ("what", "side", "location", "rows", "units"))
        for each in document["out_of_scope"]
    ]
    assert sorted(aside) == [
        ("another division's movements", "book", "", 1, "-2"),
        ("another division's opening", "book", "NJ", 1, "11"),
        ("another division's stock", "book", "NJ", 1, "9"),
        ("another division's stock", "physical", "NJ", 1, "7"),
    ]


def test_units_count_by_their_factor_and_one_that_nobody_knows_is_named(tmp_path):
    moved = "Id,Subtype,Quantity,UOM,Created At,Product,Warehouse,Goods In Reference\n"
    folder = written(
        tmp_path / "in",
        sku_master=MASTER,
        stock="Product,Warehouse,Quantity,Exported At\n01-S-BLK-M,NJ,36,2026-11-04\n02-S-BLK-M,NJ,24,2026-11-04\n",
        transactions=moved + "1,RCV,3,CS,2026-10-05,01-S-BLK-M,NJ,C1\n2,RCV,24,EA,2026-10-05,02-S-BLK-M,NJ,C2\n",
        stock_ledger=PARTS + "1,R1,01,S,BLK,M,NJ,36,EA,2026-10-05,C1\n2,R1,02,S,BLK,M,NJ,2,PALLET,2026-10-05,C2\n",
    )
    document = closed(folder)
    assert causes(document) == [("02-S-BLK-M", "NJ", "received", "unit_of_measure", "C2", "24")]
    (problem,) = [each["what"] for each in document["exceptions"] if each["kind"] == "bad_row"]
    assert "'PALLET'" in problem


def test_a_pack_that_its_own_row_alone_tells_of_is_opened_by_what_is_in_it(tmp_path):
    folder = written(
        tmp_path / "in",
        stock="Product,Warehouse,Quantity\nPACK,NJ,8\nA,NJ,104\nB,NJ,102\n",
        opening="SKU,Location,Quantity,As Of\nPACK,NJ,10,2026-09-30\nA,NJ,100,2026-09-30\nB,NJ,100,2026-09-30\n",
        prepacks="Pack,Component,Quantity\nPACK,A,2\nPACK,B,1\n",
        transactions=TRANSACTIONS + "1,CONV,2,2026-10-30T15:00:00Z,PACK,NJ,K1\n",
    )
    assert causes(closed(folder)) == [
        ("A", "NJ", "converted", "pack_opened", "K1", "4"),
        ("B", "NJ", "converted", "pack_opened", "K1", "2"),
        ("PACK", "NJ", "converted", "pack_opened", "K1", "-2"),
    ]


def test_a_transfer_told_in_one_row_is_on_its_way_until_it_arrives(tmp_path):
    moved = "Id,Subtype,Quantity,Created At,Product,Warehouse,To Warehouse,Arrived At,Reference\n"
    files = {
        "stock": "Product,Warehouse,Quantity,Exported At\nA,NJ,90,2026-11-04\nA,LA,10,2026-11-04\n",
        "opening": OPENING,
        "stock_ledger": LEDGER + "1,SA,A,NJ,-10,2026-10-31,,T1\n2,SA,A,LA,10,2026-10-31,,T1\n",
    }
    late = written(tmp_path / "late", transactions=moved + "1,TRAN,10,2026-10-30,A,NJ,LA,2026-11-02,T1\n", **files)
    assert causes(closed(late)) == [("A", "LA", "transferred", "in_transit", "T1", "-10")]
    there = written(
        tmp_path / "there", transactions=moved + "1,TRAN,10,2026-10-30,A,NJ,LA,2026-10-31,T1\n", **files
    )
    assert causes(closed(there)) == []


def test_a_move_of_one_leg_has_left_the_warehouse_and_one_of_both_has_not(tmp_path):
    moved = "Id,Subtype,Quantity,Created At,Product,Account,Warehouse,From,To,Document\n"
    files = {
        "settings": SETTINGS + 'account = "OURS"\n',
        "stock": "Product,Warehouse,Quantity,Exported At\nA,NJ,87,2026-11-04\nA,LA,9,2026-11-04\n",
        "opening": OPENING,
    }
    rows = (
        "1,TRAN,50,2026-10-05,A,OURS,NJ,BIN1,BIN2,\n"
        "2,TRAN,9,2026-10-05,A,OURS,NJ,BIN1,,T1\n3,TRAN,9,2026-10-06,A,OURS,LA,,BIN1,T1\n"
        "4,TRAN,3,2026-10-05,A,OURS,NJ,BIN1,,T2\n"
        "5,TRAN,1,2026-10-05,A,OURS,NJ,BIN1,,T3\n6,TRAN,1,2026-10-05,A,THEIRS,NJ,,BIN1,T3\n"
    )
    assert causes(closed(written(tmp_path / "in", transactions=moved + rows, **files))) == [
        ("A", "LA", "transferred", "not_told", "T1", "9"),
        ("A", "NJ", "transferred", "in_transit", "T2", "-3"),
        ("A", "NJ", "transferred", "not_told", "T1", "-9"),
        ("A", "NJ", "account_transferred", "not_told", "T3", "-1"),
    ]


def test_a_pack_may_be_told_by_its_parts(tmp_path):
    folder = written(
        tmp_path / "in",
        sku_master="Product Code,Style,Color Code,Dimension,Size\nPACK,S,BLK,PK6,M\nA,S,BLK,,M\n",
        stock="Product,Warehouse,Quantity\nPACK,NJ,8\nA,NJ,112\n",
        opening="SKU,Location,Quantity,As Of\nPACK,NJ,10,2026-09-30\nA,NJ,100,2026-09-30\n",
        prepacks="pack_style,pack_color_code,pack_dimension,pack_size_desc,style,color_code,dimension,"
        "size_desc,units\nS,BLK,PK6,M,S,BLK,,M,6\n",
        transactions=TRANSACTIONS + "1,CONV,2,2026-10-30T15:00:00Z,PACK,NJ,K1\n",
    )
    assert [each[4:] for each in causes(closed(folder))] == [("K1", "12"), ("K1", "-2")]


def test_a_movement_that_nobody_knows_is_named_and_not_taken_for_nothing(tmp_path):
    files = {"stock": STOCK, "opening": OPENING, "transactions": TRANSACTIONS + "1,VANISH,10,2026-10-30,A,NJ,V1\n"}
    document = closed(written(tmp_path / "in", **files))
    (problem,) = [each["what"] for each in document["exceptions"] if each["kind"] == "bad_row"]
    assert "'VANISH'" in problem
    known = SETTINGS + '[subtypes]\nVANISH = "adjusted -"\n'
    assert causes(closed(written(tmp_path / "in", settings=known, **files))) == [
        ("A", "NJ", "adjusted", "not_told", "V1", "-10")
    ]


def test_what_no_folder_can_be_closed_with_is_refused_by_name(tmp_path):
    def refused(**files):
        done = CliRunner().invoke(app, ["close", "--from", str(written(tmp_path / "in", **files)), "--json"])
        assert isinstance(done.exception, ConfigurationError)
        return str(done.exception)

    assert "'zome'" in refused(settings='zome = "UTC"\n')
    assert "'stocks'" in refused(settings=SETTINGS + '[columns.stocks]\nquantity = "Q"\n')
    assert "'Menge'" in refused(settings=SETTINGS + '[columns.stock]\nquantity = "Menge"\n', stock=STOCK)
    assert "'created_at'" in refused(transactions="Product,Subtype,Quantity\nA,DISP,1\n")


def test_columns_and_files_go_by_the_names_that_the_settings_give(tmp_path):
    settings = (
        SETTINGS + '[files]\nstock = "LAGER.csv"\n[columns.stock]\nproduct_code = "Artikel"\nquantity = "Menge"\n'
    )
    folder = written(tmp_path / "in", settings=settings, opening=OPENING)
    (folder / "LAGER.csv").write_text("Artikel;Warehouse;Menge\nA;NJ;93\n", "utf-8")
    document = closed(folder)
    assert causes(document) == [("A", "NJ", "", "unexplained", "", "-7")]
    assert kinds(document) == ["assumed", "cost_missing"]


def test_two_currencies_are_never_added(tmp_path):
    folder = written(
        tmp_path / "in",
        settings=SETTINGS + 'currency = "USD"\n',
        stock="Product,Warehouse,Quantity,Exported At\nA,NJ,9,2026-11-04\nB,NJ,9,2026-11-04\nC,NJ,9,2026-11-04\n",
        opening="SKU,Location,Quantity,As Of\nA,NJ,10,2026-09-30\nB,NJ,10,2026-09-30\nC,NJ,10,2026-09-30\n",
        costs="SKU,Cost,Currency,Rate\nA,2.00,USD,\nB,3.00,EUR,\nC,4.00,EUR,1.10\n",
    )
    document = closed(folder)
    assert [(line["value"], line["currency"]) for line in document["lines"]] == [
        ("-2", "USD"),
        ("-3", "EUR"),
        ("-4.4", "USD"),
    ]
    assert document["totals"]["value"]["net"] == "-6.4"
    assert document["totals"]["value"]["other_currencies"] == {"EUR": "-3"}


def test_a_cost_of_a_style_and_colour_is_that_of_each_of_its_sizes(tmp_path):
    folder = written(
        tmp_path / "in",
        sku_master="Clarus Code,Style,Color Code,Size\nS-BLK-M,S,BLK,M\nS-BLK-L,S,BLK,L\nS-RED-M,S,RED,M\n",
        stock="Product,Warehouse,Quantity\nS-BLK-M,NJ,1\nS-BLK-L,NJ,1\nS-RED-M,NJ,1\n",
        stock_ledger=LEDGER,
        costs="Style,Color Code,Size,Location,Std Cost\nS,BLK,,NJ,4.00\nS,BLK,L,NJ,5.00\n",
    )
    costs = {line["item"]: line["unit_cost"] for line in closed(folder)["lines"]}
    assert costs == {"S-BLK-L": "5", "S-BLK-M": "4", "S-RED-M": None}


def test_a_master_whose_codes_are_the_same_on_both_sides_needs_one_column(tmp_path):
    folder = written(
        tmp_path / "in",
        sku_master="SKU\nA\n",
        stock="Product,Warehouse,Quantity\nA,NJ,1\nB,NJ,2\n",
        stock_ledger=LEDGER,
    )
    assert causes(closed(folder)) == [
        ("A", "NJ", "", "unexplained", "", "1"),
        ("B", "NJ", "opening", "unmapped_sku", "B", "2"),
    ]


def test_a_location_of_goods_on_their_way_is_no_arrival(tmp_path):
    moved = TRANSACTIONS + "1,TRANOUT,10,2026-10-30,A,NJ,T1\n2,TRANIN,10,2026-10-30,A,TRN,T1\n"
    folder = written(
        tmp_path / "in",
        stock=STOCK,
        opening=OPENING,
        locations="Location,Kind\nNJ,W\nLA,W\nTRN,in transit\n",
        transactions=moved,
    )
    assert causes(closed(folder)) == [("A", "NJ", "transferred", "in_transit", "T1", "-10")]


def test_a_code_of_two_skus_is_neither_even_where_it_is_called_as_one_of_them(tmp_path):
    folder = written(
        tmp_path / "in",
        sku_master="Clarus Code,SKU\nA,A\nA,B\n",
        stock="Product,Warehouse,Quantity\nA,NJ,90\n",
        opening=OPENING,
    )
    assert causes(closed(folder)) == [
        ("A", "NJ", "", "unexplained", "", "-100"),
        ("A (code)", "NJ", "opening", "conflicting_sku", "A (code)", "90"),
    ]


def test_a_prepack_that_the_master_lacks_is_known_by_what_is_in_it(tmp_path):
    folder = written(
        tmp_path / "in",
        sku_master="SKU\nA\n",
        prepacks="Pack,Component,Quantity\nPACK,A,2\n",
        stock="Product,Warehouse,Quantity\nPACK,NJ,8\nA,NJ,104\n",
        opening="SKU,Location,Quantity\nPACK,NJ,10\nA,NJ,100\n",
        transactions=TRANSACTIONS + "1,CONV,2,2026-10-30T15:00:00Z,PACK,NJ,K1\n",
    )
    assert causes(closed(folder)) == [
        ("A", "NJ", "converted", "pack_opened", "K1", "4"),
        ("PACK", "NJ", "converted", "pack_opened", "K1", "-2"),
    ]
