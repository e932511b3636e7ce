"""A command takes a SKU as its pages show it, and refuses a name that two have."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from test_cli import run

MONTH = Path(__file__).parents[1] / "finance" / "month_end"
SIZE, LABEL = "|01002|BLK|||M", "|01002|BLK|M||"


def month(folder: Path, **codes: str) -> Path:
    """The month worked by hand, in which some articles have the keys of SKUs."""
    shutil.copytree(MONTH, folder)
    for path in folder.glob("*.csv"):
        text = path.read_text("utf-8")
        for style, key in codes.items():
            text = text.replace(f"{style[1:]}-BLK-M", key)
        path.write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize(
    "command",
    [
        ("position",),
        ("rollforward",),
        ("explain",),
        ("explain", "--line", "closing", "--side", "book"),
    ],
)
def test_an_item_is_found_by_its_words_as_by_its_key(command, tmp_path):
    folder = str(month(tmp_path / "month", _01002=SIZE))
    by_words, by_key = (
        run(*command, "--from", folder, "--json", "--item", item) for item in ("01002 BLK M", SIZE)
    )
    assert json.loads(by_words.stdout) == json.loads(by_key.stdout)
    assert by_words.returncode == by_key.returncode
    assert SIZE in by_words.stdout


@pytest.mark.parametrize("command", ["position", "rollforward", "explain"])
def test_words_that_two_skus_have_are_refused_with_both_keys(command, tmp_path):
    folder = month(tmp_path / "month", _01002=SIZE, _01003=LABEL)
    done = run(command, "--from", str(folder), "--item", "01002 BLK M")
    told = " ".join(done.stderr.split())
    assert done.returncode == 2
    assert SIZE in told
    assert LABEL in told
    assert run(command, "--from", str(folder), "--item", LABEL).returncode in (0, 1)


@pytest.mark.parametrize("command", ["position", "explain"])
def test_a_screen_says_the_words_and_files_the_key(command, tmp_path):
    asked = command, "--from", str(month(tmp_path / "month", _01002=SIZE)), "--item", SIZE
    screen, document = run(*asked), run(*asked, "--json")
    assert "01002 BLK M" in screen.stdout
    assert SIZE not in screen.stdout
    assert "01002 BLK M" not in document.stdout


def test_a_screen_says_the_keys_where_two_have_the_same_words(tmp_path):
    folder = str(month(tmp_path / "month", _01002=SIZE, _01003=LABEL))
    screen = run("position", "--from", folder, "--differing")
    assert SIZE in screen.stdout
    assert LABEL in screen.stdout
    assert "01002 BLK M" not in screen.stdout


def test_the_close_says_the_words(tmp_path):
    keys = {f"_{style:05d}": f"|{style:05d}|BLK|||M" for style in range(1001, 1043)}
    screen = run("close", "--from", str(month(tmp_path / "month", **keys)))
    assert "BLK M" in screen.stdout
    assert "|BLK|" not in screen.stdout


def test_what_may_be_sold_of_a_sku_is_explained_by_its_words(tmp_path):
    folder = str(month(tmp_path / "month", _01002=SIZE))
    asked = "availability", "explain", "--from", folder, "--as-of", "2026-11-04T11:00:00+00:00", "--json"
    by_words, by_key = (run(*asked, item) for item in ("01002 BLK M", SIZE))
    assert json.loads(by_words.stdout) == json.loads(by_key.stdout)
