"""The DAGs in a real Airflow, by the page's commands; skipped aloud where Airflow is not."""

from __future__ import annotations

from pathlib import Path

from scheduler_world import check, check_failing, needs, reading

needs("airflow")


def test_a_turn_sends_the_orders_out_and_what_waits_for_a_person_fails_the_morning(tmp_path: Path) -> None:
    with reading("airflow", "airflow", "-m airflow", tmp_path) as (sandbox, reader):
        check(sandbox, reader, tmp_path)


def test_a_turn_that_ends_early_fails(tmp_path: Path) -> None:
    with reading("airflow", "airflow", "-m airflow", tmp_path) as (_, reader):
        check_failing(reader, tmp_path, "airflow_dag.py")
