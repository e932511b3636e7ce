"""The page of the ledger's tables names every table and column, and none that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa

from clarus_bluecherry.ledger.schema import VIEWS, metadata

_PAGE = (Path(__file__).parents[2] / "docs" / "ledger.md").read_text("utf-8")


def _told() -> dict[str, set[str]]:
    """By table, the columns that the page has a row for."""
    told: dict[str, set[str]] = {}
    for title, text in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", _PAGE, re.M | re.S):
        for row in re.findall(r"^\| (`.+?) \|", text, re.M):
            named = re.findall(r"`(\w+)`", row)
            if "," in title and "table" in text:
                continue
            told.setdefault(title, set()).update(named)
        for table, columns in re.findall(r"^\| `(\w+)` \| (`.+?) \|", text, re.M) if "," in title else ():
            told.setdefault(table, set()).update(re.findall(r"`(\w+)`", columns))
    return told


@pytest.mark.parametrize("table", sorted(metadata.tables))
def test_each_column_has_a_row(table: str) -> None:
    assert _told()[table] == set(metadata.tables[table].columns.keys())


def test_no_table_is_told_that_is_not_there() -> None:
    assert set(_told()) == set(metadata.tables)


@pytest.mark.parametrize("view", sorted(VIEWS))
def test_each_view_is_told_with_its_columns(view: str) -> None:
    [told] = re.findall(rf"^- `{view}`: .*? Its columns: (.+?)\.$", _PAGE, re.M)
    made = sa.create_engine("sqlite://")
    metadata.create_all(made)
    with made.begin() as connection:
        connection.exec_driver_sql(f"CREATE VIEW {view} AS {VIEWS[view]}")
        columns = connection.exec_driver_sql(f"SELECT * FROM {view}").keys()
    assert re.findall(r"`(\w+)`", told) == list(columns)
