"""What stopped a reader in the first hour: a sentence, a key, a command, a variable, a sum."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
import test_cli
from flows_world import BLACK, loop

from clarus_bluecherry import BlueCherry, Clarus
from clarus_bluecherry.bluecherry.messages import PickTicket
from clarus_bluecherry.environment import at_once, needed
from clarus_bluecherry.errors import ConfigurationError


def run(*arguments: str, module: str = "clarus_bluecherry") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", module, *arguments], capture_output=True, text=True, check=False
    )


def test_a_question_is_not_followed_by_a_full_stop() -> None:
    assert str(ConfigurationError("did you mean zone?")).startswith("did you mean zone? Retrying will not help. ")


def test_the_package_runs_as_a_program() -> None:
    assert run("--version").stdout == run("--version", module="clarus_bluecherry.cli").stdout != ""


# ledger show --key -------------------------------------------------------------------------------------------


def shown(path: str, key: str) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = json.loads(test_cli.run("ledger", "show", path, "--key", key, "--json").stdout)
    return rows


def test_a_posting_is_found_by_what_a_person_calls_it(tmp_path: Path) -> None:
    path = str(tmp_path / "ledger.sqlite")
    with loop(ledger=path) as here:
        here.release("1001", ((BLACK, 2),))
        here.release("10012", ((BLACK, 1),))
        here.turn()
        here.ship("1001")
        here.turn()
        keys = {posting.key for posting in (*here.postings("goods_out"), *here.postings("order_shipment"))}
    for name in ("1001", "pick 1001", "PICK 1001"):
        rows = shown(path, name)
        assert {row["what"] for row in rows} >= {"pick 1001"}
        assert not any("10012" in row["what"] for row in rows)
        assert {row["key"] for row in rows} < keys
    kinds = [row["what"] for row in shown(path, "1001")]
    assert len(kinds) == 2  # it went out, and its shipment was confirmed
    history = shown(path, rows[0]["key"])
    assert [row["after"] for row in history] == ["pending", "sending", "posted"]
    for nothing in ("100", "%", "1_01"):
        done = test_cli.run("ledger", "show", path, "--key", nothing)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("posting: there is none with this key or name in the ledger")


# Variables of both systems -----------------------------------------------------------------------------------

GIVEN = {
    "CLARUS_TOKEN": "t0ken-Value",
    "BLUECHERRY_SUBSCRIPTION_KEY": "k3y-Value",
    "OUR_ID": "WAREHOUSE",
    "CGS_ID": "BRAND",
}
WHOLE = {**GIVEN, "CLARUS_SUBDOMAIN": "acme", "BLUECHERRY_URL": "https://erp.example", "CLARUS_ACCOUNT": "BRAND"}


def all_of(environ: dict[str, str]) -> tuple[BlueCherry, Clarus, tuple[str, ...]]:
    return at_once(
        lambda: BlueCherry.from_environment(environ),
        lambda: Clarus.from_environment(environ),
        "CLARUS_ACCOUNT",
        environ=environ,
    )


def test_what_both_clients_and_a_script_lack_is_told_in_one_round() -> None:
    with pytest.raises(ConfigurationError) as caught:
        all_of(GIVEN)
    told = str(caught.value)
    for name in ("BLUECHERRY_URL", "CLARUS_SUBDOMAIN", "CLARUS_ACCOUNT"):
        assert told.count(f"{name} is not set") == 1
    assert told.startswith("environment: ")
    assert "Value" not in told


def test_what_was_asked_for_at_once_comes_in_its_order() -> None:
    erp, wms, (account,) = all_of(WHOLE)
    with erp, wms:
        assert (type(erp), type(wms), account) == (BlueCherry, Clarus, "BRAND")


def test_another_mistake_is_told_by_itself() -> None:
    with pytest.raises(ConfigurationError, match="field settings"):
        at_once(lambda: needed("OUR_ID", environ={}), lambda: Clarus.from_environment(WHOLE, settings={}))


def test_the_quickstart_tells_everything_that_is_missing_in_one_round() -> None:
    examples = Path(__file__).parents[2] / "examples"
    ours = ("CLARUS_", "BLUECHERRY_", "OUR_ID", "CGS_ID")
    bare = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    for example in ("quickstart", "open_picks"):
        done = subprocess.run(
            [sys.executable, str(examples / f"{example}.py")],
            env=bare,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode != 0
        for name in ("BLUECHERRY_URL", "OUR_ID", "CLARUS_SUBDOMAIN", "CLARUS_ACCOUNT"):
            assert f"{name} is not set" in done.stderr, example


# Units of a pick ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantities", "units"), [((2, "1.5", 0), Decimal("3.5")), ((), Decimal(0)), ((2, None), None)]
)
def test_a_pick_says_how_many_units_it_asks_for_unless_a_line_does_not(quantities, units) -> None:
    lines = [{"line_seq": number, "style": "01234", "bk_qty": each} for number, each in enumerate(quantities)]
    assert PickTicket.model_validate({"pick_num": "1001", "lines": lines}).units == units


def test_one_reader_and_a_script_are_told_in_one_round_too() -> None:
    wms, (account,) = at_once(lambda: Clarus.from_environment(WHOLE), "CLARUS_ACCOUNT", environ=WHOLE)
    with wms:
        assert account == "BRAND"
    with pytest.raises(ConfigurationError, match=r"CLARUS_SUBDOMAIN is not set.*CLARUS_ACCOUNT is not set"):
        at_once(lambda: Clarus.from_environment(GIVEN), "CLARUS_ACCOUNT", environ=GIVEN)
