"""`sku audit`: what it prints and writes, and the exit codes that scripts rely on."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re

import pytest
import typer
from flows_world import loop
from test_cli import SECRETS, SITE
from typer.testing import CliRunner

from clarus_bluecherry.cli.door import ask_for
from clarus_bluecherry.cli.sku_audit import AUDIT_HELP, sku_audit
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord

CLEAN = "Style,Color #,Size\n01234,BLK,M\n", "Code\n01234-BLK-M\n"
APART = "Style,Color #,Size\n01234,BLK,M\n", "Code,Description\n01234-BLK-,Dress\nWHO-KNOWS,\n"


@pytest.fixture
def files(tmp_path):
    def write(blue_cherry, clarus):
        paths = []
        for name, text in (("bluecherry.csv", blue_cherry), ("clarus.csv", clarus)):
            (tmp_path / name).write_text(text, "utf-8")
            paths.append(str(tmp_path / name))
        return ["--blue-cherry", paths[0], "--clarus", paths[1]]

    return write


@pytest.fixture
def site_file(tmp_path):
    def write(here, more=""):
        path = tmp_path / "site.toml"
        text = SITE.format(
            clarus=here.clarus_url, bluecherry=here.bluecherry_url, ledger=tmp_path / "ledger.sqlite"
        )
        path.write_text(text + more, "utf-8")
        return ["--site", str(path)]

    return write


def run(*arguments, **environment):
    app = typer.Typer()
    app.command(epilog=AUDIT_HELP)(sku_audit)
    done = CliRunner().invoke(app, arguments, env={"COLUMNS": "200", **environment})
    ask_for(quiet=False, document=False)  # no run of `main` ends it here
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def test_lists_that_agree_exit_with_0(files):
    done = run(*files(*CLEAN))
    assert (done.exit_code, done.stdout.endswith("Clean.\n")) == (0, True)


def test_it_explains_itself_with_examples():
    assert "sku audit --site site.toml --crosswalk" in run("--help").stdout


def test_the_columns_that_were_found_are_told(files):
    assert "columns: style = 'Style', color = 'Color #', size = 'Size'" in run(*files(*CLEAN)).stderr


def test_findings_exit_with_1_and_are_told_by_class(files):
    done = run(*files(*APART))
    assert done.exit_code == 1
    assert "missing in Blue Cherry" in done.stdout
    assert "Halted receipts, by class: damaged, missing in Blue Cherry" in done.stdout
    assert "Not clean: 1 of 1 SKU and 2 of 2 products are halted." in done.stdout
    assert "bluecherry.csv, columns: " in done.stderr


def test_on_80_columns_no_line_of_the_table_is_broken(files):
    units, cost = "1234567", "987.654"
    lists = files(f"Style,QOH,Cost\n01234,{units},{cost}\n", "Code,Qty\n01234,1234567\nWHO-KNOWS,7654321\n")
    lines = run(*lists, COLUMNS="80").stdout.splitlines()
    assert [line for line in lines if line.lstrip().startswith("identical") and "1,219,325,035.818" in line]
    assert [line for line in lines if "missing in Blue Cherry" in line and "7,654,321" in line]
    assert [line for line in lines if line.lstrip().startswith("total") and "8,888,888" in line]
    assert max(map(len, lines)) <= 80


def test_two_lists_without_a_line_are_not_clean(files):
    done = run(*files("Style,Color #,Size\n", "Code\n"))
    assert done.exit_code == 1
    assert "Nothing was compared: the lists are empty (Blue Cherry, Clarus)." in done.stdout
    assert not [line for line in done.stdout.splitlines() if line == "Clean."]


def test_one_of_a_thing_is_told_as_one(files):
    blue_cherry, clarus = CLEAN
    done = run(*files(blue_cherry + ",BLK,L\n01235,BLK,M\n", clarus + "01235-BLK-M\n"))
    assert "1 line not read" in done.stdout


@pytest.mark.parametrize("place", ["file", "file/below", "/proc/nowhere"])
def test_a_place_that_cannot_be_written_to_stops_before_anything_is_read(files, tmp_path, place):
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(ConfigurationError) as caught:
        run(*files("no style here", "Code\n"), "--out", str(tmp_path / place))
    assert caught.value.field == "--out"


def test_a_file_that_cannot_be_written_over_is_named(files, tmp_path):
    (tmp_path / "out" / "sku-audit.html").mkdir(parents=True)
    with pytest.raises(ConfigurationError, match=r"sku-audit\.html cannot be written") as caught:
        run(*files(*APART), "--out", str(tmp_path / "out"))
    assert caught.value.field == "--out"


MISSING = "Style,Description\n01234,Dress\n", "Code\n99999\n"


def imported(folder):
    with (folder / "clarus-products-to-create.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_account_of_new_products_is_named(files, tmp_path):
    done = run(*files(*MISSING), "--out", str(tmp_path / "out"), "--account", "BRAND")
    assert [row["Account Code"] for row in imported(tmp_path / "out")] == ["BRAND"]
    assert "Account Code" not in done.stdout


def test_without_an_account_it_is_said_that_the_column_is_to_be_filled_in(files, tmp_path):
    lists = files(*MISSING)
    done = run(*lists, "--out", str(tmp_path / "out"))
    said = "clarus-products-to-create.csv: the column Account Code is empty; fill it in or give --account"
    assert said in " ".join(done.stdout.split())
    (note,) = json.loads(run(*lists, "--out", str(tmp_path / "out"), "--json").stdout)["notes"]
    assert note.startswith(said)


def test_the_files_say_when_and_of_what_they_were_made(files, tmp_path):
    run(*files(*APART), "--out", str(tmp_path / "out"))
    page = (tmp_path / "out" / "sku-audit.html").read_text("utf-8")
    assert f"{dt.datetime.now(dt.UTC):%Y}" in page
    assert "UTC" in page
    assert "bluecherry.csv" in page
    assert "clarus.csv" in page


def test_a_code_that_is_a_formula_is_harmless_to_read_and_exact_to_import(files, tmp_path):
    out = tmp_path / "out"
    run(*files("Style,Description\n@1+2,Dress\n", "Code\n@SUM\n"), "--out", str(out))
    assert [row["Code"] for row in imported(out)] == ["@1+2"]
    assert "'@1+2" in (out / "missing-in-clarus.csv").read_text("utf-8-sig")
    assert (out / "crosswalk.csv").read_text("utf-8-sig").splitlines()[1].startswith("'@SUM,")


def test_it_ends_with_the_page_to_open_and_what_to_do_first(files, tmp_path):
    out = tmp_path / "out"
    lists = files("Style,Description,QOH,Cost\n01234,Dress,5,2\n", "Code\n99999\n")
    assert run(*lists, "--out", str(out)).stdout.splitlines()[-1] == (
        f"Open {out / 'sku-audit.html'}. First, for operations: Missing in Clarus: 1 SKU with 5 units in Blue "
        "Cherry, worth 10.00 at cost. Load clarus-products-to-create.csv into Clarus, with its import of products."
    )
    assert run(*lists).stdout.splitlines()[-1].startswith("First, for operations: Missing in Clarus")


WORTH = "Style,Color #,Size,Total QOH,Loc Std Cost\n01234,BLK,M,1200,4.5\n", "Code\nWHO-KNOWS\n"


def worth_of_steps(text):
    return re.findall(r'<p class="worth"><span class="value">(.*?)</span>', text)


@pytest.mark.parametrize(("more", "worth"), [((), "5,400.00"), (("--currency", "JPY"), "5,400 JPY")])
def test_a_step_says_what_it_is_worth_in_the_currency_that_is_told(files, tmp_path, more, worth):
    out = tmp_path / "audit"
    run(*files(*WORTH), *more, "--out", str(out))
    assert worth_of_steps((out / "sku-audit.html").read_text("utf-8")) == [worth, "value not known"]


def test_a_value_that_nobody_told_is_no_zero(files, tmp_path):
    master, products = WORTH
    run(*files(master.replace("4.5", ""), products), "--out", str(tmp_path / "audit"))
    text = (tmp_path / "audit" / "sku-audit.html").read_text("utf-8")
    assert worth_of_steps(text) == ["value not known", "value not known"]


@pytest.mark.parametrize(("more", "is_said"), [((), True), (("--include-identical",), False)])
def test_the_page_says_that_identical_lines_are_not_listed(files, tmp_path, more, is_said):
    run(*files(*WORTH), *more, "--out", str(tmp_path / "audit"))
    text = (tmp_path / "audit" / "sku-audit.html").read_text("utf-8")
    assert ("Identical lines are counted;" in text) is is_said


def test_a_currency_is_a_code(files):
    with pytest.raises(ConfigurationError, match="--currency"):
        run(*files(*WORTH), "--currency", "dollars")


def test_json_is_one_document_and_progress_stays_out_of_it(files):
    told = json.loads(run(*files(*APART), "--json").stdout)
    assert (told["is_clean"], told["classes"]["damaged"]["products"]) == (False, 1)


def test_a_line_that_cannot_be_read_is_a_finding(files):
    blue_cherry, clarus = CLEAN
    done = run(*files(blue_cherry + ",BLK,L\n", clarus), "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["not_read"][0]["where"] == "bluecherry.csv, line 3"


def test_everything_is_written_where_it_is_asked_for(files, tmp_path):
    out = tmp_path / "new" / "out"
    told = json.loads(run(*files(*APART), "--json", "--out", str(out)).stdout)
    assert set(told["written"]) == {path.name for path in out.iterdir()}
    assert {
        "sku-audit.html",
        "sku-audit.xlsx",
        "crosswalk.csv",
        "damaged.csv",
        "clarus-products-to-create.csv",
    } <= set(told["written"])


def test_a_barcode_that_would_cost_a_description_is_told_and_not_written(files, tmp_path):
    lists = files("Style,UPC\n01234,036000291452\n", "Code,Barcode\n01234,\n")
    done = run(*lists, "--out", str(tmp_path / "out"), "--json")
    (note,) = json.loads(done.stdout)["notes"]
    assert note.startswith(
        "1 product left out of clarus-barcodes-to-correct.csv, such as product 01234, field Desc"
    )
    assert "01234" in (tmp_path / "out" / "not-in-clarus-barcodes-to-correct.csv").read_text("utf-8-sig")


def test_the_reviewed_crosswalk_settles_what_was_open(files, tmp_path):
    lists = files(*APART)
    out = tmp_path / "out"
    run(*lists, "--out", str(out))
    reviewed = out / "crosswalk.csv"
    lines = reviewed.read_text("utf-8-sig").splitlines()
    (open_line,) = [line for line in lines if line.startswith("01234-BLK-,")]
    decided = "01234-BLK-,,,01234,BLK,,,M,,,person,,,,"
    reviewed.write_text("\n".join(decided if line == open_line else line for line in lines), "utf-8")
    told = json.loads(run(*lists, "--crosswalk", str(reviewed), "--json").stdout)["classes"]
    assert (told["settled by a person"]["products"], told["damaged"]["products"]) == (1, 0)


@pytest.mark.parametrize("text", ["clarus_code\n", "what\n", "clarus_code,style"])
def test_a_crosswalk_that_cannot_be_read_is_named(files, tmp_path, text):
    sheet = tmp_path / "reviewed.csv"
    sheet.write_text(text, "utf-8")
    with pytest.raises(InvalidRecord, match=r"reviewed\.csv"):
        run(*files(*CLEAN), "--crosswalk", str(sheet))


def test_a_crosswalk_that_excel_saved_is_taken(files, tmp_path):
    sheet = tmp_path / "reviewed.csv"
    header = "clarus_code;division;style;color;label;dimension;size;origin;note\n"
    sheet.write_text(header + "01234-BLK-;;01234;BLK;;;M;person;très bien\n", "cp1252")
    told = json.loads(run(*files(*APART), "--crosswalk", str(sheet), "--json").stdout)["classes"]
    assert told["settled by a person"]["products"] == 1


def test_a_decision_that_cannot_be_followed_is_a_finding(files, tmp_path):
    sheet = tmp_path / "reviewed.csv"
    header = "clarus_code,division,style,color,label,dimension,size,origin\n"
    sheet.write_text(header + "1234-BLK-M,,01234,BLK,,,M,person\n", "utf-8")
    done = run(*files(*CLEAN), "--crosswalk", str(sheet), "--json")
    assert json.loads(done.stdout)["findings"] == {"a person decided for a code that Clarus does not list": 1}
    assert done.exit_code == 1


def test_columns_are_named_for_both_lists(files):
    lists = files("Artikel,Menge\n01234,3\n", "Ware,Menge\n01234,4\n")
    names = ["style=Artikel", "on_hand=Menge", "code=Ware", "in_warehouse=Menge"]
    done = run(*lists, *(word for name in names for word in ("--map", name)), "--json")
    identical = json.loads(done.stdout)["classes"]["identical"]
    assert (done.exit_code, identical["on_hand"], identical["in_warehouse"]) == (0, "3", "4")


@pytest.mark.parametrize(
    ("options", "names"),
    [(["--map", "style"], "not NAME=COLUMN"), (["--map", "sise=Size"], "'sise' is none of")],
)
def test_a_wrong_map_stops_with_its_name(files, options, names):
    with pytest.raises(ConfigurationError, match=names):
        run(*files(*CLEAN), *options)


def test_a_list_that_is_no_table_stops(files):
    with pytest.raises(InvalidRecord, match="no Excel workbook"):
        run(*files(CLEAN[0], "PK\x03\x04"))


def test_without_files_and_without_a_site_it_says_what_it_needs():
    with pytest.raises(ConfigurationError, match="name both files, or the site file"):
        run()


def test_without_files_both_systems_are_asked(site_file):
    with loop() as here:
        told = json.loads(run(*site_file(here), "--json", **SECRETS).stdout)["classes"]
    assert {
        name: (one["skus"], one["products"]) for name, one in told.items() if one["skus"] or one["products"]
    } == {
        "identical": (1, 1),
        "same after normalising": (1, 1),
        "missing in Clarus": (1, 0),
        "missing in Blue Cherry": (0, 1),
    }
    assert (told["identical"]["on_hand"], told["identical"]["in_warehouse"]) == ("0", "20")


def test_a_file_takes_the_place_of_its_system(site_file, tmp_path):
    path = tmp_path / "clarus.csv"
    path.write_text("Code\n01234-BLK-M\n01234-NVY-30/32\n07777-RED-O/S\n", "utf-8")
    with loop() as here:
        done = run(*site_file(here), "--clarus", str(path), "--json", **SECRETS)
    assert json.loads(done.stdout)["classes"]["identical"]["skus"] == 3


def test_decisions_of_the_site_that_are_not_there_are_said_to_be_not_there(site_file, tmp_path, files):
    with loop() as here:
        options = site_file(here, f'[sku]\ndecisions = "{tmp_path / "gone.csv"}"\n')
    with pytest.raises(InvalidRecord, match=r"gone\.csv: cannot be read \(No such file"):
        run(*options, *files(*CLEAN))


def test_the_site_brings_its_account_and_its_currency(site_file, tmp_path, files):
    with loop() as here:
        run(*site_file(here), *files(*MISSING), "--out", str(tmp_path / "out"))
    assert [row["Account Code"] for row in imported(tmp_path / "out")] == ["BRAND"]
    page = (tmp_path / "out" / "sku-audit.html").read_text("utf-8")
    assert "USD" in page
    assert "America/New_York" in page


def test_the_decisions_of_the_site_count(site_file, tmp_path):
    sheet = tmp_path / "decisions.csv"
    sheet.write_text(
        "clarus_code,division,style,color,label,dimension,size,origin\nLEGACY-9,,07777,RED,,,O/S,person\n", "utf-8"
    )
    with loop() as here:
        told = json.loads(run(*site_file(here, f'[sku]\ndecisions = "{sheet}"\n'), "--json", **SECRETS).stdout)
    assert told["classes"]["settled by a person"]["products"] == 1
