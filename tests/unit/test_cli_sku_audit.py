"""`sku audit`: what it prints and writes, and the exit codes that scripts rely on."""

from __future__ import annotations

import json

import pytest
import typer
from flows_world import loop
from test_cli import SECRETS, SITE
from typer.testing import CliRunner

from clarus_bluecherry.cli.sku_audit import EXAMPLES, sku_audit
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
    app.command(epilog=EXAMPLES)(sku_audit)
    done = CliRunner().invoke(app, arguments, env={"COLUMNS": "200", **environment})
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


def test_findings_exit_with_3_and_are_told_by_class(files):
    done = run(*files(*APART))
    assert done.exit_code == 3
    assert [
        line for line in done.stdout.splitlines() if "missing in Blue Cherry" in line and "receipts, stock" in line
    ]
    assert "reading bluecherry.csv" in done.stderr


def test_json_is_one_document_and_progress_stays_out_of_it(files):
    told = json.loads(run(*files(*APART), "--json").stdout)
    assert (told["is_clean"], told["classes"]["damaged"]["products"]) == (False, 1)


def test_a_line_that_cannot_be_read_is_a_finding(files):
    blue_cherry, clarus = CLEAN
    done = run(*files(blue_cherry + ",BLK,L\n", clarus), "--json")
    assert done.exit_code == 3
    assert json.loads(done.stdout)["not_read"][0]["where"] == "bluecherry.csv, line 3"


def test_everything_is_written_where_it_is_asked_for(files, tmp_path):
    out = tmp_path / "new" / "out"
    told = json.loads(run(*files(*APART), "--json", "--out", str(out)).stdout)
    assert set(told["written"]) == {path.name for path in out.iterdir()}
    assert {"audit.html", "audit.xlsx", "crosswalk.csv", "damaged.csv", "clarus-products-to-create.csv"} <= set(
        told["written"]
    )


def test_a_barcode_that_would_cost_a_description_is_told_and_not_written(files, tmp_path):
    lists = files("Style,UPC\n01234,036000291452\n", "Code,Barcode\n01234,\n")
    done = run(*lists, "--out", str(tmp_path / "out"))
    assert "not in clarus-barcodes-to-correct.csv: product 01234, field Description" in done.stderr


def test_the_reviewed_crosswalk_settles_what_was_open(files, tmp_path):
    lists = files(*APART)
    out = tmp_path / "out"
    run(*lists, "--out", str(out))
    reviewed = out / "crosswalk.csv"
    lines = reviewed.read_text("utf-8-sig").splitlines()
    (open_line,) = [line for line in lines if line.startswith("01234-BLK-,")]
    decided = "01234-BLK-,,01234,BLK,,,M,,person,,,,"
    reviewed.write_text("\n".join(decided if line == open_line else line for line in lines), "utf-8")
    told = json.loads(run(*lists, "--crosswalk", str(reviewed), "--json").stdout)["classes"]
    assert (told["settled by a person"]["products"], told["damaged"]["products"]) == (1, 0)


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


def test_the_decisions_of_the_site_count(site_file, tmp_path):
    sheet = tmp_path / "decisions.csv"
    sheet.write_text(
        "clarus_code,division,style,color,label,dimension,size,origin\nLEGACY-9,,07777,RED,,,O/S,person\n", "utf-8"
    )
    with loop() as here:
        told = json.loads(run(*site_file(here, f'[sku]\ndecisions = "{sheet}"\n'), "--json", **SECRETS).stdout)
    assert told["classes"]["settled by a person"]["products"] == 1
