"""`exceptions` keeps what it finds: acknowledged it rests, healed it is cleared, and the list says both."""

from __future__ import annotations

import json

import sqlalchemy as sa
from attrs import evolve
from flows_world import SHIP_TO, loop
from test_cli import SECRETS, SITE, run
from test_cli_exceptions import SECRET

from clarus_bluecherry.flows import collect_orders, deliver, exception_history, open_exceptions
from clarus_bluecherry.ledger.store import Ledger

_TABLES = ("exceptions", "exception_steps")
LIMITS = '\n[exceptions]\nwithin = "1 h"\n'


def test_what_is_found_is_kept_rests_while_acknowledged_and_is_cleared_by_what_heals_it(tmp_path):
    path, place = tmp_path / "site.toml", tmp_path / "ledger.sqlite"

    def listed(*options):
        done = run("exceptions", "--site", str(path), "--json", *options, **SECRETS)
        return done.returncode, json.loads(done.stdout)

    with loop() as here:
        text = SITE.format(clarus=here.clarus_url, bluecherry=here.bluecherry_url, ledger=place)
        path.write_text(text + LIMITS, "utf-8")
        with Ledger.open(place, now=lambda: here.time) as ledger:
            site = evolve(here.site, ledger=ledger)
            here.release("1001")
            collect_orders(site)
            deliver(site)
            lines = here.erp.picks["1001"].lines
            address = here.erp.picks["1001"].ship_to
            here.later(minutes=5)
            here.erp.picks["1001"].ship_to = {**SHIP_TO, **SECRET}
            here.erp.change_pick("1001", [evolve(line, bk_qty=1) for line in lines])
            collect_orders(site)
            code, found = listed("--as-of", "2026-03-04T12:00:00Z")
            assert (code, [each["standing"] for each in found["exceptions"]]) == (3, [None])
            assert open_exceptions(ledger) == [], "what would be at another time is only told"
            code, found = listed()
            assert code == 3
            drifted = next(each for each in found["exceptions"] if each["class"] == "order_drifted")
            assert drifted["standing"]["state"] == "open"
            said = ("--site", str(path), "--who", "Ada", "--why", "we called them", "--json")
            for each in found["exceptions"]:
                assert run("exceptions", "ack", each["identity"], *said).returncode == 0
            code, found = listed()
            assert (code, found["breaches"]) == (1, 0)
            assert {each["standing"]["acknowledged_by"] for each in found["exceptions"]} == {"Ada"}
            here.later(minutes=5)
            here.erp.picks["1001"].ship_to = address
            here.erp.change_pick("1001", lines)
            collect_orders(site)
            listed()
            last = exception_history(ledger, drifted["identity"])[-1]
            assert last.event.value == "cleared"
    with sa.create_engine(f"sqlite:///{place}").connect() as connection:
        kept = [row for name in _TABLES for row in connection.exec_driver_sql(f"SELECT * FROM {name}")]
    connection.engine.dispose()
    assert len(kept) > 5
    assert not any(value in str(kept) for value in (*SECRET.values(), *address.values()) if len(value) > 2)
