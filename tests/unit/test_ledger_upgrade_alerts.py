"""A ledger of version 6, with the exceptions that it keeps, tells people of them from then on."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from ledger_databases import NOON, Clock
from test_alerts_told import AT_ONCE, found, site
from test_ledger_upgrade import an_old_one

from clarus_bluecherry.flows import open_exceptions
from clarus_bluecherry.flows.alerts import tell_alerts
from clarus_bluecherry.ledger import State, schema
from clarus_bluecherry.ledger.database import Database
from clarus_bluecherry.ledger.upgrade import _run_steps, upgrade

_KEPT = """
INSERT INTO exceptions (identity, kind, subject, what, owner, state, since, currency, period, item, opened_at,
    seen_at, times, assigned_to, acknowledged_by, why, ended_by, healed_by)
VALUES ('parked:order 1', 'parked', 'order 1', 'pick 1', 'operations', 'open', :noon, '', '', :item, :noon,
    :noon, 2, 'Kim', '', '', '', '')
"""


def test_it_keeps_its_exceptions_and_tells_of_them(tmp_path: Path) -> None:
    place = an_old_one("sqlite", tmp_path)
    database = Database.connect(place)
    with database.write() as connection:
        _run_steps(connection, 1, to="0006")
        connection.execute(sa.text("UPDATE meta SET value = '6' WHERE name = 'schema_version'"))
        noon = NOON.isoformat(timespec="microseconds")
        plain = '{"kind": "parked", "subject": "order 1", "what": "pick 1", "since": "2026-03-02T12:00:00Z"}'
        connection.execute(sa.text(_KEPT), {"noon": noon, "item": plain})
        before = connection.execute(sa.text("SELECT count(*) FROM postings")).scalar_one()
    database.close()
    assert upgrade(place) == (6, schema.SCHEMA_VERSION)
    with site(place, Clock()) as (here, channel):
        assert len([*here.ledger.in_state(*State)]) == before
        (kept,) = open_exceptions(here.ledger)
        assert (kept.identity, kept.times, kept.assigned_to) == ("parked:order 1", 2, "Kim")
        found(here, "order 1", "order 2")
        tell_alerts(here, every=AT_ONCE)
        assert channel.told == [["parked:order 1", "parked:order 2"]]
