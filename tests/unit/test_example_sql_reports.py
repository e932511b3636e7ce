"""The example transport is found by its entry point, reads the stock ledger, and can write nothing."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import ClassVar

import pytest

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.plugins import GROUP, open_plugin
from clarus_bluecherry.bluecherry.transport import NotCarried
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.testing import TransportContract

EXAMPLE = Path(__file__).parents[2] / "examples" / "sql_reports.py"
COLUMNS = "rec_type, style, color AS color_code, size AS size_desc, location, qty AS size_qty"
QUERY = f"SELECT {COLUMNS} FROM stock_ledger"


@pytest.fixture
def database(tmp_path):
    path = tmp_path / "copy.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE stock_ledger (rec_type, style, color, size, location, qty)")
        rows = [
            ("R1", "01234", "BLK", "M", "NJ", 20),
            ("IN", "01234", "BLK", "M", "NJ", 3),
            ("R1", "01234", "BLK", "M", "POE", 500),
            ("R1", "01234", "BLK", "M", "NJ", "many"),
        ]
        connection.executemany("INSERT INTO stock_ledger VALUES (?, ?, ?, ?, ?, ?)", rows)
    connection.close()
    return path


@pytest.fixture
def erp(database, tmp_path, monkeypatch):
    metadata = tmp_path / "sql_reports-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: sql_reports\nVersion: 1.0\n", "utf-8")
    (metadata / "entry_points.txt").write_text(f"[{GROUP}]\nsql = sql_reports:open_transport\n", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.syspath_prepend(str(EXAMPLE.parent))
    with BlueCherry(open_plugin("sql", {"database": str(database), "movements": QUERY})) as erp:
        yield erp
    sys.modules.pop("sql_reports", None)


class TestSqlReports(TransportContract):
    """What every transport promises, the kinds that nobody knows yet included."""

    stands: ClassVar = {"stock_movement": ["01234"] * 3}

    @pytest.fixture
    def transport(self, database, monkeypatch):
        monkeypatch.syspath_prepend(str(EXAMPLE.parent))
        import sql_reports

        movements = f"{QUERY} WHERE qty != 'many'"
        return sql_reports.open_transport({"database": str(database), "movements": movements})


def test_it_is_under_a_hundred_lines():
    assert len(EXAMPLE.read_text("utf-8").splitlines()) < 100


def test_the_ledger_is_read_and_summed_by_the_vendors_formula_and_a_bad_row_is_named(erp):
    *good, bad = erp.stock_movements()
    assert list(messages.on_hand(good).values()) == [17]
    assert isinstance(bad, InvalidRecord)
    assert bad.record == "stock movement, row 4"
    assert erp.ping().startswith("SQLite 3")


def test_it_writes_nothing_and_says_so(erp, database):
    reads = (erp.picks, erp.styles, erp.locations, erp.shipment_statuses, erp.periods)
    for read in reads:
        with pytest.raises(NotCarried, match="only reads"):
            list(read())
    for write in (lambda: erp.probe("order_shipment", "1"), lambda: erp.send(None, "1")):
        with pytest.raises(NotCarried, match="only reads"):
            write()
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        erp.transport._connection.execute("DELETE FROM stock_ledger")


@pytest.mark.parametrize("options", [{}, {"database": "x"}, {"database": 5, "movements": "SELECT 1"}])
def test_a_missing_option_is_named(options, monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLE.parent))
    import sql_reports

    with pytest.raises(ConfigurationError) as caught:
        sql_reports.open_transport(options)
    assert caught.value.field.startswith("bluecherry.options.")


def test_it_runs_as_a_script(database):
    done = subprocess.run(
        [sys.executable, "-W", "error", str(EXAMPLE)],
        env={**os.environ, "DATABASE": str(database), "MOVEMENTS": f"{QUERY} WHERE qty != 'many'"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, "01234 BLK M NJ 17\n"), done.stderr
