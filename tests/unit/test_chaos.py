"""Chaos in small: processes are killed, servers fail, and in the end all books are the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from flows_world import Loop, loop
from simulate.verdict import Books, faults

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_nothing_is_lost_and_nothing_doubled_whatever_strikes(database: str) -> None:
    """One pause past a lease is twelve seconds in which nobody works; `.ci/full` makes more of them."""
    command = [sys.executable, "-m", "tests.chaos", "--facts", "60", "--kills", "4", "--workers", "2"]
    command += ["--pauses", "1", "--everything", "--database", database]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert "lost 0, doubled 0, anything else 0" in ran.stdout, ran.stdout + ran.stderr
    assert ran.returncode == 0


def _kinds(here: Loop) -> set[str]:
    books = Books.of(here.erp, here.warehouse, here.site.ledger)
    return {fault.kind for fault in faults(books)}


def test_the_verdict_sees_what_is_lost_doubled_and_untrue() -> None:
    with loop() as here:
        here.warehouse.adjust("1234_blk_m", 2, "FOUND")
        assert _kinds(here) == {"lost"}
        here.turn()
        assert _kinds(here) == set()
        (message,) = here.erp.staged
        here.erp.stage(message.entity, message.isa_num, message.body)
        assert _kinds(here) == {"doubled"}
        here.erp.staged.clear()
        assert _kinds(here) == {"lost", "untrue"}
