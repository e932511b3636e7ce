"""The flows in a real Prefect, by the page's commands; skipped aloud where Prefect is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from scheduler_world import check, check_failing, needs, reading

needs("prefect")


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A Prefect that tells nobody, keeps its things here, and waits for its server on a slow machine."""
    monkeypatch.setenv("DO_NOT_TRACK", "1")
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect-home"))
    monkeypatch.setenv("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "240")


def test_a_turn_sends_the_orders_out_and_what_waits_for_a_person_fails_the_morning(tmp_path: Path) -> None:
    with reading("prefect", "python", "", tmp_path) as (sandbox, reader):
        check(sandbox, reader, tmp_path)


def test_a_turn_that_ends_early_fails(tmp_path: Path) -> None:
    with reading("prefect", "python", "", tmp_path) as (_, reader):
        check_failing(reader, tmp_path, "prefect_flow.py")
