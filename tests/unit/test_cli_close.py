"""The commands of the close on the month worked by hand: what they print, what they write, their exit codes."""

import csv
import json
import shutil
from pathlib import Path
from unittest import mock

import pytest
from test_cli import run

from clarus_bluecherry.errors import MissingExtra
from clarus_bluecherry.sandbox import Planter
from clarus_bluecherry.tables import CsvDialect, ExcelDate, ExcelNumber, TableLimits, open_workbook, read_lines

MONTH = Path(__file__).parents[1] / "finance" / "month_end"
FORMULA, STEERING = "=CMD('calc')!A0", "\x1b[2J"


def asked(command, *options, source=MONTH):
    done = run(command, "--from", str(source), "--json", *options)
    assert done.stdout, done.stderr
    return json.loads(done.stdout), done.returncode


def sheets(path):
    found = open_workbook(path.read_bytes(), path.name, TableLimits())
    return {
        sheet.title: [
            line.cells
            for line in read_lines(path.read_bytes(), CsvDialect(), name=path.name, sheet=sheet.title).lines
        ]
        for sheet in found
    }


# position --------------------------------------------------------------------------------------------------------


def test_position_shows_every_place_with_stock_and_why_those_differ_that_do():
    document, code = asked("position")
    places = {(each["item"], each["location"]): each for each in document["positions"]}
    assert code == 1  # 7 pieces are unexplained
    assert document["as_of"] == "2026-10-31"
    agreeing = places["01042-BLK-M", "LA"]
    assert (agreeing["physical"], agreeing["book"], agreeing["variance"]) == ("50", "50", "0")
    assert len([each for each in places.values() if each["variance"] != "0"]) == 30
    assert sum(float(each["variance"]) for each in places.values()) == 123
    assert ("POE" in {place for _, place in places}) is False


def test_what_is_shown_says_in_which_currency_its_values_are():
    done = run("close", "--from", str(MONTH))
    assert "(America/New_York; values in USD)" in done.stdout


def test_position_of_one_place_is_what_it_was_by_what_was_known_then():
    options = "--item", "01009-BLK-M", "--location", "NJ"
    document, code = asked("position", *options)
    (place,), (cause,) = document["positions"], document["causes"]
    assert (place["physical"], place["book"], place["value"], code) == ("92", "84", "40", 0)
    assert (cause["class"], cause["status"], cause["document"], cause["units"]) == (
        "dispatched",
        "posted_twice",
        "P1009",
        "8",
    )
    document, _ = asked("position", *options, "--known-until", "2026-11-01")
    (place,) = document["positions"]
    assert (place["book"], place["variance"], document["causes"]) == ("92", "0", [])


def test_reconcile_of_exports_is_the_places_that_differ():
    differing, code = asked("position", "--differing", "--as-of", "2026-10", "--known-until", "2026-11-03")
    snapshot, same = asked("reconcile", "--as-of", "2026-10", "--known-until", "2026-11-03")
    assert (snapshot, same) == (differing, code)
    assert len(snapshot["positions"]) == 30


def test_reconcile_with_a_report_is_of_now_and_takes_no_moment(tmp_path):
    site, report = tmp_path / "site.toml", tmp_path / "report.csv"
    site.touch()
    report.touch()
    for more in (["--site", str(site), "--as-of", "2026-10-31"], ["--from", str(MONTH)]):
        done = run("reconcile", "--inventory-report", str(report), *more)
        assert (done.returncode, "--inventory-report" in done.stderr) == (2, True)
    assert run("reconcile").returncode == 2


# rollforward -----------------------------------------------------------------------------------------------------


def test_a_roll_forward_of_one_item_foots_and_says_what_became_dearer():
    document, code = asked("rollforward", "--item", "01030-BLK-M")
    lines = {(each["side"], each["class"]): (each["units"], each["value"]) for each in document["lines"]}
    # 100 in NJ and 50 in LA at 4.00; 10 were sold in NJ, and the other 90 cost 4.50 since the 15th
    assert lines["book", "opening"] == ("150", "600")
    assert lines["book", "dispatched"] == ("-10", "-40")
    assert lines["book", "revalued"] == ("0", "45")
    assert lines["book", "closing"] == ("140", "605")
    assert (document["foots"], code) == (True, 0)


def test_the_roll_forward_of_everything_is_the_close_s():
    document, _ = asked("rollforward", "--known-until", "2026-11-01")
    closed, _ = asked("close", "--known-until", "2026-11-01")
    for side in ("physical", "book"):
        mine = [
            (each["class"], each["units"], each["value"]) for each in document["lines"] if each["side"] == side
        ]
        told = closed["rollforward"][side]["lines"]
        assert mine == [(each["class"], each["units"], each["value"]) for each in told]


# explain ---------------------------------------------------------------------------------------------------------


def test_a_place_is_explained_down_to_the_lines_of_the_files():
    document, code = asked("explain", "--item", "01002-BLK-M", "--location", "NJ")
    (parted,), (by,) = document["first_parting"], document["parted_by"]
    assert (parted["day"], parted["before"], parted["difference"], code) == ("2026-10-31", "100", "-3", 0)
    assert (by["side"], by["document"], by["row"]) == ("physical", "P1002", "clarus_transactions.csv, line 3")
    rows = {(each["side"], each["stands"]): each["row"] for each in document["entries"]}
    assert rows["book", "after"] == "bluecherry_stock_ledger.csv, line 2"
    assert [(each["state"], each["asked_date"]) for each in document["postings"]] == [
        ("accepted", "2026-10-31"),
        ("posted", "2026-10-31"),
    ]
    readings = {each["side"]: (each["source"], each["units"]) for each in document["readings"]}
    assert readings == {"physical": ("clarus_stock.csv", "97"), "book": ("opening_positions.csv", "100")}


def test_the_entries_of_a_place_and_what_was_read_add_up_to_both_figures():
    document, _ = asked("explain", "--item", "01023-BLK-M", "--location", "NJ")
    for reading in document["readings"]:
        adds = sum(float(each["adds"]) for each in document["entries"] if each["side"] == reading["side"])
        assert float(reading["read"]) + adds == float(reading["units"])
    assert {each["document"] for each in document["documents"]} == {"P1023", "P1024", "HAND-2"}


def test_what_nobody_explains_exits_with_1_and_was_there_from_the_beginning():
    document, code = asked("explain", "--item", "01021-BLK-M")
    assert code == 1
    (parted,) = document["first_parting"]
    assert (parted["day"], parted["before"], parted["difference"]) == (None, None, "-7")
    assert {each["location"] for each in document["positions"]} == {"LA", "NJ"}


def test_a_document_is_explained_at_all_its_places():
    document, code = asked("explain", "--document", "T14")
    gaps = {(each["location"], each["moved"], each["booked"], each["gap"]) for each in document["documents"]}
    assert gaps == {("LA", "0", "10", "-10"), ("NJ", "-10", "-10", "0")}
    assert len(document["entries"]) == 4
    assert code == 0
    invoice, _ = asked("explain", "--document", "P1009")
    assert [(each["list"], each["value"]) for each in invoice["cogs"]] == [("does not belong", "40")]


def test_totals_are_explained_by_their_documents():
    late, _ = asked("explain", "--status", "posted in another period")
    assert late["units"] == "-1"
    assert {each["document"]: each["units"] for each in late["parts"]} == {
        "P1002": "-3",
        "P1003": "4",
        "P1024": "-2",
    }
    line, _ = asked("explain", "--line", "returned")
    closed, _ = asked("close")
    (returned,) = [each for each in closed["rollforward"]["book"]["lines"] if each["class"] == "returned"]
    assert (line["units"], line["value"]) == (returned["units"], returned["value"])
    assert sum(float(each["adds"]) for each in line["entries"]) == float(returned["units"])


@pytest.mark.parametrize(
    "options",
    [
        ["--document", "P9999"],
        ["--item", "01002-BLK-M", "--location", "XX"],
        ["--item", "NONE"],
        ["--status", "lost"],
        ["--status", "held", "--class", "counted"],
        ["--line", "lost"],
        [],
        ["--document", "P1002", "--status", "held"],
    ],
    ids="-".join,
)
def test_what_nobody_has_heard_of_exits_with_2(options):
    done = run("explain", "--from", str(MONTH), *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


# period ----------------------------------------------------------------------------------------------------------


def test_periods_are_what_they_were_by_what_was_known():
    def states(*options):
        document, code = asked("period", *options)
        assert code == 0
        return document, {each["period"]: each["state"] for each in document["periods"]}

    document, then = states("--as-of", "2026-11-02", "--known-until", "2026-11-02")
    assert then == {"2026-09": "closed", "2026-10": "closing", "2026-11": "open"}
    assert document["period"]["name"] == "2026-11"
    assert [each["period"] for each in document["periods"] if each["is_asked"]] == ["2026-11"]
    assert len(document["events"]) == 5
    earlier, before = states("--known-until", "2026-10-31")
    assert before["2026-10"] == "open"
    assert len(earlier["events"]) == 4  # that October is closing was said a moment later


# --out -----------------------------------------------------------------------------------------------------------


def test_a_folder_holds_the_document_and_a_table_each(tmp_path):
    run("close", "--from", str(MONTH), "--out", str(tmp_path / "closed"))
    assert {each.name for each in (tmp_path / "closed").iterdir()} == {
        "month-end.html",
        "month-end.json",
        "month-end.xlsx",
        "close.json",
        "csv",
    }
    run("position", "--from", str(MONTH), "--out", str(tmp_path / "here"))
    assert {each.name for each in (tmp_path / "here").iterdir()} == {
        "position.json",
        "positions.csv",
        "causes.csv",
    }
    document, _ = asked("position")
    assert json.loads((tmp_path / "here" / "position.json").read_text("utf-8")) == document


def test_a_path_that_ends_in_json_or_csv_is_one_file(tmp_path):
    document, _ = asked("close", "--out", str(tmp_path / "october.json"))
    assert json.loads((tmp_path / "october.json").read_text("utf-8")) == document
    document, _ = asked("position", "--out", str(tmp_path / "positions.csv"))
    rows = list(csv.DictReader((tmp_path / "positions.csv").read_text("utf-8").splitlines()))
    (twice,) = [row for row in rows if (row["item"], row["location"]) == ("01009-BLK-M", "NJ")]
    assert (twice["physical"], twice["book"]) == ("92", "84")
    assert len(rows) == len(document["positions"])


def test_a_workbook_has_a_sheet_for_each_list_with_numbers_and_dates(tmp_path):
    path = tmp_path / "october.xlsx"
    asked("close", "--out", str(path))
    book = sheets(path)
    assert {"Summary", "The bridge", "Roll-forward by document", "Lines of purchase orders"} <= {*book}
    header, *lines = _plain(book["Causes, place by place"])
    (twice,) = [line for line in lines if line[:2] == ["01009-BLK-M", "NJ"]]
    figures = [twice[header.index(name)] for name in ("Warehouse has", "Books have", "Value")]
    assert figures == ["92", "84", "40"]
    assert all(isinstance(each, ExcelNumber) for each in figures)
    header, *entries = _plain(book["Entries of both sides"])
    (entry,) = [each for each in entries if each[:2] == ["warehouse", "P1002"]]
    own, at = (entry[header.index(name)] for name in ("Own date", "Happened"))
    assert isinstance(own, ExcelDate)
    assert (own, at) == ("2026-10-31", "2026-10-31T22:00:00")


def _plain(rows):
    """Rows under titles without the units that stand in brackets behind them."""
    header, *others = rows
    return [[str(title).partition(" (")[0] for title in header], *others]


def test_a_workbook_without_its_package_names_the_extra(tmp_path):
    missing = MissingExtra("writing Excel workbooks needs the package xlsxwriter", extra="excel")
    with mock.patch("clarus_bluecherry.cli.close.need", side_effect=missing):
        done = run("close", "--from", str(MONTH), "--out", str(tmp_path / "october.xlsx"))
    assert done.returncode == 2
    assert "pip install" in done.stderr
    assert "excel" in done.stderr


def test_a_path_that_cannot_be_written_is_refused_before_anything_is_read(tmp_path):
    (tmp_path / "file").touch()
    for out in (tmp_path / "file", tmp_path / "file" / "october.xlsx"):
        done = run("position", "--from", str(MONTH), "--out", str(out))
        assert (done.returncode, done.stdout) == (2, "")
        assert "--out" in done.stderr


# What data holds -------------------------------------------------------------------------------------------------


@pytest.fixture
def hostile(tmp_path):
    folder = shutil.copytree(MONTH, tmp_path / "exports")
    path = folder / "bluecherry_stock_ledger.csv"
    row = path.read_text("utf-8").splitlines()[1].split(",")
    row[0], row[6], row[-2] = "799999", f"ODD{STEERING}", FORMULA
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(row)
    return folder


@pytest.mark.parametrize(
    "command",
    [["close"], ["position"], ["explain", "--document", FORMULA], ["explain", "--status", "unmapped_sku"]],
    ids=lambda command: "-".join(command[:2]),
)
def test_nothing_that_data_holds_steers_a_terminal_or_is_run_by_a_spreadsheet(hostile, tmp_path, command):
    shown = run(*command, "--from", str(hostile), "--out", str(tmp_path / "out"), "--as-of", "2026-11-03")
    assert STEERING not in shown.stdout
    told = [
        cell
        for path in (tmp_path / "out").rglob("*.csv")
        for row in csv.reader(path.read_text("utf-8").splitlines())
        for cell in row
    ]
    assert any(FORMULA in cell for cell in told)
    assert not any(cell.startswith("=") or "\x1b" in cell for cell in told)
    run(*command, "--from", str(hostile), "--out", str(tmp_path / "out.xlsx"), "--as-of", "2026-11-03")
    cells = [cell for rows in sheets(tmp_path / "out.xlsx").values() for row in rows for cell in row]
    assert FORMULA in cells  # a text, which no sheet runs
    assert not any("\x1b" in cell for cell in cells)


def test_every_command_shows_an_example_and_its_exit_codes():
    for command in ("close", "position", "rollforward", "explain", "period"):
        said = run(command, "--help").stdout
        assert f"clarus-bluecherry {command} --from" in " ".join(said.split())
        assert "Exit codes" in " ".join(said.split())
        for option in ("--from", "--as-of", "--known-until", "--json", "--out"):
            assert option in said


# A month of the sandbox's ----------------------------------------------------------------------------------------


def test_what_was_planted_is_explained_by_its_document(tmp_path):
    planter = Planter.of_season(seed=5)
    planted = planter.posted_twice(units=2)
    folder = planter.write_month_end(tmp_path / "month")
    day = ["--as-of", planted.own_date.isoformat()]
    document, _ = asked("explain", "--item", planted.item, "--location", planted.location, *day, source=folder)
    (parted,) = document["first_parting"]
    assert (parted["day"], parted["difference"]) == (planted.own_date.isoformat(), str(planted.variance))
    assert {each["document"] for each in document["parted_by"]} == {planted.document}
    whole, _ = asked("explain", "--status", "posted_twice", *day, source=folder)
    assert [(each["document"], each["units"]) for each in whole["parts"]] == [
        (planted.document, str(planted.variance))
    ]


def test_the_screen_tells_no_zero_where_nobody_says_what_an_each_costs(tmp_path):
    month = shutil.copytree(MONTH, tmp_path / "month", ignore=shutil.ignore_patterns("costs.csv"))
    done = run("close", "--from", str(month))
    assert "0.00" not in done.stdout
    assert "COGS: true not known, booked not known; 9 not in it" in done.stdout
    (whole,) = [line for line in done.stdout.splitlines() if "│ all " in line]
    assert "not known" in whole


def test_the_screen_says_in_which_currency_cogs_is():
    figures = next(line for line in run("close", "--from", str(MONTH)).stdout.splitlines() if "COGS" in line)
    assert figures.count("USD") == 2
