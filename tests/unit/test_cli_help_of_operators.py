"""The help of every command by which somebody acts has an example to copy, and says what its exit codes mean."""

from __future__ import annotations

import pytest
from test_cli import run

COMMANDS = [
    *(("exceptions", each) for each in ("ack", "assign", "resolve", "history", "trend")),
    *(("ledger", each) for each in ("retry", "cancel", "settle", "edit", "leave")),
    ("availability",),
    ("availability", "explain"),
    ("drift",),
    ("exceptions",),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_it_has_an_example_and_exit_codes(command: tuple[str, ...]) -> None:
    shown = " ".join(run(*command, "--help").stdout.split())
    assert f"clarus-bluecherry {' '.join(command)} " in shown.partition("Example")[2]
    assert "Exit codes: 0 " in shown
