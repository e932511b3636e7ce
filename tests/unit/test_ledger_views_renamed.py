"""A ledger whose views had other names for their columns has today's after an upgrade."""

from __future__ import annotations

from pathlib import Path

import pytest
from ledger_databases import a_place

from clarus_bluecherry.ledger import schema
from clarus_bluecherry.ledger.database import Database
from clarus_bluecherry.ledger.upgrade import _run_steps, upgrade


@pytest.mark.parametrize("system", ["sqlite", "postgresql"])
def test_the_day_that_a_posting_would_have_had_is_called_as_in_its_table(system: str, tmp_path: Path) -> None:
    place = a_place(system, tmp_path)
    database = Database.connect(place)
    with database.write() as connection:
        _run_steps(connection, 0, to="0004")
        connection.exec_driver_sql("CREATE VIEW posting_list AS SELECT moved_from AS own_date FROM postings")
        connection.exec_driver_sql("INSERT INTO meta VALUES ('schema_version', '4')")
    database.close()
    assert upgrade(place) == (4, schema.SCHEMA_VERSION)
    database = Database.connect(place)
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT moved_from FROM posting_list").all() == []
    database.close()
