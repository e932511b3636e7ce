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
    assert "Next: clarus-bluecherry close --from" in told


def test_a_close_says_how_to_look_closer(tmp_path):
    write_template(tmp_path)
    told = said("close", "--from", str(tmp_path))
    assert f"clarus-bluecherry position --from {tmp_path} --differing" in told
    assert f"clarus-bluecherry close --from {tmp_path} --out month-end" in told


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
