"""What may be sold where a row cannot be read, a number is used twice, or a word has an edge: never too much."""

import json

import pytest
from test_cli import run
from test_cli_availability import FILES, exports, figures

from clarus_bluecherry.flows.close_files import read_folder

__all__ = ["exports"]
REPORT = """Style,Color #,Size,Location,Total QOH,Total Pick,Total Open,UOM
02,RED,S,NJ,8,1,2,EA
01,BLK,M,NJ,90,5,20,EA
"""


def appended(folder, name, row):
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write(row + "\n")


def by_report(folder):
    """Blue Cherry's figures are those of its report: its ledger tells no promise."""
    ledger = [
        each for each in FILES["stock_ledger.csv"].splitlines(True) if ",OP," not in each and ",PK," not in each
    ]
    (folder / "stock_ledger.csv").write_text("".join(ledger), "utf-8")
    (folder / "inventory_report.csv").write_text(REPORT, "utf-8")
    at = FILES["close.toml"].replace("stock_ledger =", "inventory_report =")
    (folder / "close.toml").write_text(at.strip(), "utf-8")


def test_a_ledger_that_is_no_reading_lets_no_sku_go_that_another_row_closed(exports):
    by_report(exports)
    appended(exports, "channel_orders.csv", "1009,1,web,02-RED-S,many,2026-11-02T14:45:00Z,")
    _, found = figures(exports)
    assert found["web", "02-RED-S"]["tells"] == "nothing"
    assert found["web", "02-RED-S"]["why"] == "refused"
    assert found["web", "01-BLK-M"]["why"] is None


def test_a_ledger_that_is_no_reading_closes_no_sku(exports):
    by_report(exports)
    appended(exports, "stock_ledger.csv", "9,R1,02-RED-S,NJ,many,2026-10-01,PO3")
    assert figures(exports)[1]["web", "02-RED-S"]["why"] is None


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("transactions.csv", "7,DISP,02-RED-S,WH1,many,2026-11-02T14:57:00Z,P9,,"),
        ("transactions.csv", "7,NEGADJ,02-RED-S,WH1,1,soon,,,A9"),
        ("stock.csv", "02-RED-S,WH1,many,held"),
    ],
)
def test_a_sku_of_any_row_that_cannot_be_read_is_not_sold(exports, name, row):
    appended(exports, name, row)
    done, found = figures(exports)
    assert done.returncode == 1
    assert found["web", "02-RED-S"]["why"] == "refused"
    assert found["web", "01-BLK-M"]["why"] is None


def test_an_order_and_a_pick_ticket_of_one_number_are_two(exports):
    """A pick ticket of order 7000 is called 5001, as another order is: what both take is taken."""
    (exports / "orders.csv").write_text("order,pick\n5001,3000\n7000,5001\n", "utf-8")
    before = figures(exports)[1]["web", "02-RED-S"]
    appended(exports, "stock_ledger.csv", "9,OP,02-RED-S,NJ,2,2026-11-01,5001")
    appended(exports, "channel_orders.csv", "7000,1,web,02-RED-S,3,2026-11-02T14:45:00Z,")
    after = figures(exports)[1]["web", "02-RED-S"]
    assert int(before["open"]) - int(after["open"]) == 5


def test_no_hours_to_catch_up_are_none(exports):
    """What went before a figure is in it, then, and is not taken off again."""
    by_report(exports)
    (exports / "availability.toml").write_text('catch_up = "0"\n', "utf-8")
    report = 'inventory_report = "2026-11-02T14:52:00Z"'
    told = (exports / "close.toml").read_text("utf-8").replace('inventory_report = "2026-11-02T14:00:00Z"', report)
    (exports / "close.toml").write_text(told, "utf-8")
    one = figures(exports)[1]["all", "01-BLK-M"]
    assert (one["books"], one["open"]) == ("65", "59")  # 6 are held


def test_what_is_due_today_is_so_by_the_books_own_day(exports):
    """At nine in the evening of New York it is tomorrow in Greenwich."""
    (exports / "availability.toml").write_text("incoming_days = 1\n[channels.web]\npreorders = true\n", "utf-8")
    for at in ("2026-11-21T02:00:00Z", "2026-11-20T21:00:00-05:00"):
        close = FILES["close.toml"].strip().replace("2026-11-02", "2026-11-20")
        (exports / "close.toml").write_text(close.replace("T14:", "T23:"), "utf-8")
        done = run("availability", "--from", str(exports), "--as-of", at, "--json")
        told = {each["item"]: each["preorder"] for each in json.loads(done.stdout)["figures"]}
        assert told["02-RED-S"] == "40"


def test_stock_is_as_old_as_its_oldest_row(exports):
    """What left one warehouse after it was read is not on its floor, though another one was read later."""
    settings = [each for each in FILES["close.toml"].splitlines(True) if not each.startswith("stock =")]
    (exports / "close.toml").write_text("".join(settings).strip(), "utf-8")
    head, *rows = FILES["stock.csv"].splitlines()
    moments = ["2026-11-02T14:55:00Z", *["2026-11-02T14:30:00Z"] * (len(rows) - 1)]
    told = [f"{row},{moment}" for row, moment in zip(rows, moments, strict=True)]
    (exports / "stock.csv").write_text("\n".join([f"{head},taken_at", *told]) + "\n", "utf-8")
    appended(exports, "transactions.csv", "7,HOLD,02-RED-S,WH1,3,2026-11-02T14:40:00Z,,,H2")
    assert figures(exports)[1]["web", "02-RED-S"]["open"] == "5"  # 8 less 3 that are held


def test_a_report_is_as_old_as_its_oldest_row(exports):
    by_report(exports)
    told = (exports / "close.toml").read_text("utf-8").replace('inventory_report = "2026-11-02T14:00:00Z"', "")
    (exports / "close.toml").write_text(told, "utf-8")
    head, one, other = REPORT.splitlines()
    report = [f"{head},As Of", f"{one},2026-11-02T14:00:00Z", f"{other},2026-10-20T14:00:00Z"]
    (exports / "inventory_report.csv").write_text("\n".join(report) + "\n", "utf-8")
    assert figures(exports)[1]["web", "02-RED-S"]["why"] == "reading_too_old"


def test_a_line_that_two_exports_tell_in_two_ways_comes_once_the_lesser_and_the_later(exports):
    (exports / "availability.toml").write_text("incoming_days = 30\n[channels.web]\npreorders = true\n", "utf-8")
    head = FILES["purchase_orders.csv"].splitlines()[0]
    newer = f"{head}\nPO12,1,02-RED-S,NJ,25,2026-11-25\n"
    (exports / "purchase_orders_2.csv").write_text(newer, "utf-8")
    assert figures(exports)[1]["web", "02-RED-S"]["preorder"] == "25"
    (exports / "purchase_orders_2.csv").write_text(newer.replace("2026-11-25", "2027-01-25"), "utf-8")
    assert figures(exports)[1]["web", "02-RED-S"]["preorder"] == "0"
    closed = newer.replace("due\n", "due,status\n").replace("25\n", "25,closed\n")
    (exports / "purchase_orders_2.csv").write_text(closed, "utf-8")
    assert figures(exports)[1]["web", "02-RED-S"]["preorder"] == "0"


@pytest.mark.parametrize("word", ["Closed", "Canceled", "Cancelled", "done"])
def test_a_purchase_order_is_over_by_the_same_words_for_the_close(exports, word):
    (exports / "purchase_orders.csv").write_text(
        f"order,line,sku,location,quantity,due,status\nPO12,1,02-RED-S,NJ,40,2026-11-20,{word}\n", "utf-8"
    )
    read = read_folder(exports)
    assert [each.is_closed for each in read.given.expected] == [True]


def test_a_word_that_availability_alone_knows_is_no_row_that_cannot_be_read(exports):
    moves = FILES["availability.toml"] + '[moves]\nXALLOC = "allocated"\n'
    (exports / "availability.toml").write_text(moves, "utf-8")
    appended(exports, "transactions.csv", "7,XALLOC,02-RED-S,WH1,3,2026-11-02T14:50:00Z,P77,,")
    done, found = figures(exports)
    assert (done.returncode, found["web", "02-RED-S"]["open"]) == (0, "5")
