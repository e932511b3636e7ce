"""A person at the keyboard is asked before many are decided about, after what would happen was told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from test_cli_ledger_acts import BY_ADA, path, state

from clarus_bluecherry.ledger import State

pty = pytest.importorskip("pty", reason="this system has no terminals of that kind")
__all__ = ["path"]


@pytest.mark.parametrize(("answer", "code", "stands"), [("y", 0, State.CANCELLED), ("n", 2, State.PARKED)])
def test_what_is_confirmed_is_done_and_what_is_not_is_not(
    path: Path,
    answer: str,
    code: int,
    stands: State,
) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "clarus_bluecherry.cli", "ledger", "cancel", str(path), "--state", "parked"]
    done = subprocess.Popen(
        [*command, *BY_ADA], stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    os.write(ours, f"{answer}\n".encode())
    told, _ = done.communicate(timeout=120)
    os.close(ours)
    os.close(theirs)
    assert done.returncode == code, told
    assert "would be" in told
    assert state(path, "3") is stands
