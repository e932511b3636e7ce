"""What the command line shows in a terminal of 80 columns, and that its help calls a flag a flag."""

import json
from pathlib import Path

import pytest
from flows_world import BLACK, loop
from test_cli import run

COMMANDS = [("bundle",), ("demo",), ("ledger", "show"), ("x12", "show"), ("sandbox", "receive"), ("sku", "audit")]


def listed(path: str, columns: str) -> tuple[str, str]:
    """The list, and what is said beside it."""
    done = run("ledger", "show", path, "--state", "posted", COLUMNS=columns)
    return done.stdout, done.stderr


def test_a_posting_takes_few_lines_in_a_narrow_terminal_and_its_key_is_whole_elsewhere(tmp_path: Path) -> None:
    path = str(tmp_path / "ledger.sqlite")
    with loop(ledger=path) as here:
        here.release("1001", ((BLACK, 2),))
        here.turn()
        key = here.postings("goods_out")[0].key
    narrow, beside = listed(path, "80")
    [row] = [line for line in narrow.splitlines() if key[:12] in line]
    assert "pick" in row
    assert "--json" in beside
    assert len(narrow.splitlines()) <= 9
    wide, beside = listed(path, "200")
    assert key in wide
    assert "--json" not in beside
    told = json.loads(run("ledger", "show", path, "--state", "posted", "--json", COLUMNS="80").stdout)
    assert told[0]["key"] == key


def test_a_day_and_a_state_are_whole_and_a_reason_is_shown_as_it_was_typed(tmp_path: Path) -> None:
    path = str(tmp_path / "ledger.sqlite")
    with loop(ledger=path) as here:
        here.release("1001", ((BLACK, 2),))
        here.turn()
        here.ship("1001")
        here.turn()
        key = here.postings("order_shipment")[0].key
    shown = run("ledger", "show", path, "--key", "1001", COLUMNS="80").stdout
    assert "2026-03-02" in shown
    assert "accepted" in shown
    assert "dispatch" in shown, "no word of what it is is cut"
    assert (
        run("ledger", "settle", path, key, "--document", "S1", "--why", "see [/42]", "--who", "Ada").returncode
        == 0
    )
    assert "see [/42]" in run("ledger", "show", path, "--key", key).stdout


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_flag_is_shown_without_a_value(command: tuple[str, ...]) -> None:
    shown = run(*command, "--help").stdout
    flags = [line for line in shown.splitlines() if "<bool>" in line]
    assert [line for line in flags if "--help" not in line] == []
