"""What somebody who closes a folder for the first time is told to do next."""

import json

import pytest
from test_cli import run

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.flows.close_files import read_folder, write_template


def said(*arguments):
    done = run(*arguments)
    return " ".join((done.stdout + done.stderr).split())


def test_a_template_says_what_to_do_with_it_and_what_to_type_then(tmp_path):
    told = said("close", "--template", str(tmp_path / "exports"))
    assert "delete those that you have not" in told
    assert "then: clarus-bluecherry close --from" in told


def test_a_close_says_how_to_look_closer(tmp_path):
    write_template(tmp_path)
    told = said("close", "--from", str(tmp_path))
    assert "clarus-bluecherry position --differing" in told
    assert "clarus-bluecherry explain --item or --document" in told


@pytest.mark.parametrize(("years", "period"), [("4-4-5", "2026-P09"), ("months", "2026-10")])
def test_what_is_no_moment_is_told_a_period_of_the_books_own_calendar(tmp_path, years, period):
    write_template(tmp_path)
    (tmp_path / "periods.csv").unlink()
    settings = tmp_path / "close.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('fiscal_year = "months"', f'fiscal_year = "{years}"'), encoding="utf-8")
    for moment in ({"as_of": "october"}, {"known_until": "october"}):
        with pytest.raises(ConfigurationError) as caught:
            read_folder(tmp_path, **moment)
        assert f"a period, such as {period}" in str(caught.value)


def test_without_a_file_of_locations_the_settings_are_named_that_tie_warehouses(tmp_path):
    write_template(tmp_path)
    (tmp_path / "locations.csv").unlink()
    document = json.loads(run("close", "--from", str(tmp_path), "--json").stdout)
    (missing,) = [each for each in document["exceptions"] if each["what"].startswith("locations:")]
    assert "but where `[warehouses]` says another" in missing["what"]


def closed(folder, tied=""):
    """A folder of two warehouses, of which the books call none as Clarus does."""
    files = {
        "close.toml": f'zone = "UTC"\n[warehouses]\n{tied}',
        "clarus_stock.csv": "product_code,warehouse,quantity\nA,WH1,5\nA,WH2,7\n",
        "stock_ledger.csv": "entry_id,rec_type,sku,location,quantity,move_date\n"
        "1,R1,A,NJ,5,2026-10-05\n2,R1,A,LA,7,2026-10-05\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    document = json.loads(run("close", "--from", str(folder), "--as-of", "2026-10-31", "--json").stdout)
    return [each["what"] for each in document["exceptions"] if each["kind"] == "untied_warehouse"]


def test_a_warehouse_that_no_location_of_the_books_stands_for_is_told_with_the_line_that_ties_it(tmp_path):
    assert closed(tmp_path, 'WH1 = "NJ"\n') == [
        'the books have no location WH2: write WH2 = "LA" under [warehouses] of close.toml, '
        "or name it in a file of locations"
    ]
    assert len(closed(tmp_path)) == 2
    assert closed(tmp_path, 'WH1 = "NJ"\nWH2 = "LA"\n') == []
