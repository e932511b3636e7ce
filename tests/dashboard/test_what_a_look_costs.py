"""A look at a ledger reads what is open and what happened of late: no table that grows is read from end to end."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from live_world import TERMS, Clock, planted

from clarus_bluecherry.dashboard import watch
from clarus_bluecherry.dashboard._pages import FOR_SOMEBODY, MOST_SHOWN
from clarus_bluecherry.ledger.store import Ledger

_END_TO_END = re.compile(r"SCAN (?:postings|steps|facts|inbox|exceptions|exception_steps|alerts)(?! USING)")


def test_no_table_that_grows_is_read_from_end_to_end(tmp_path: Path) -> None:
    place = tmp_path / "ledger.sqlite"
    planted(place)
    asked: dict[str, object] = {}

    def hear(connection: object, cursor: object, sql: str, parameters: object, *_: object) -> None:
        asked[sql] = parameters

    sa.event.listen(sa.Engine, "before_cursor_execute", hear)
    try:
        with Ledger.open_to_read(place, now=Clock()) as ledger:
            asked.clear()
            watch(ledger, TERMS)
            ledger.messages_waiting(*FOR_SOMEBODY, limit=MOST_SHOWN)
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", hear)
    assert len(asked) >= 12
    with closing(sqlite3.connect(place)) as file:
        for sql, parameters in asked.items():
            plan = [row[3] for row in file.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)]
            assert not [step for step in plan if _END_TO_END.match(step)], (sql, plan)
