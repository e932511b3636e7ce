"""Personal values stand in one table of the ledger, and are read back in their places."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from flows_world import loop
from ledger_databases import NOON, Clock, a_fact, a_place
from test_ledger_upgrade import an_old_one

from clarus_bluecherry.ledger import Fact, Ledger, Posting, State
from clarus_bluecherry.ledger.database import Database
from clarus_bluecherry.ledger.upgrade import upgrade
from clarus_bluecherry.model import Address, OrderLine, SalesOrder, Sku

_SYSTEMS = ["sqlite", "postgresql"]
_WORDS = ("Jane", "Main St", "Newark", "07102", "555-0100", "jane@", "ring twice")


def an_order(number: str = "1001", *, name: str = "Jane Doe", version: str = "") -> Fact:
    line = OrderLine(number="1", item=Sku("01234", "BLK"), quantity="2", note="ring twice")
    record = SalesOrder(
        reference=number,
        location="NJ",
        requested_dispatch=NOON,
        ship_to=Address(
            name=name,
            lines=("1 Main St",),
            city="Newark",
            postcode="07102",
            country="US",
            phone="555-0100",
            email="jane@example.com",
        ),
        lines=(line,),
    )
    raw = {"pick_num": number, "addresses": [{"addr_type": "ST", "name": name}], "last_mod": "2026-03-02"}
    return Fact(
        source="bluecherry",
        kind="pick_ticket",
        source_id=number,
        version=version,
        occurred_at=NOON,
        record=record,
        raw=raw,
    )


def a_message(fact: Fact, name: str = "Jane Doe", **more: object) -> Posting:
    return Posting(
        fact_key=fact.key,
        target="clarus",
        kind="goods_out",
        occurred_at=NOON,
        reference=fact.source_id,
        record_name=f"pick {fact.source_id}",
        payload={
            "reference": fact.source_id,
            "address": {"name": name, "address_1": "1 Main St", "country_code": "US"},
        },
        **more,
    )


def stands(place: str | Path) -> dict[str, str]:
    """Everything in each table, as text."""
    database = Database.connect(place)
    try:
        with database.read() as connection:
            tables = sa.inspect(connection).get_table_names()
            rows = {name: connection.exec_driver_sql(f"SELECT * FROM {name}").all() for name in tables}
            return {name: repr(found) for name, found in rows.items()}
    finally:
        database.close()


def leaks(place: str | Path) -> set[str]:
    """Tables other than the one for them that hold personal values."""
    return {name for name, text in stands(place).items() if name != "personal" and any(w in text for w in _WORDS)}


def sent(ledger: Ledger, posting: Posting) -> Posting:
    [taken] = ledger.claim("clarus", worker="w")
    return ledger.advance(taken.key, State.POSTED, worker="w")


@pytest.fixture(params=_SYSTEMS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    return a_place(request.param, tmp_path)


@pytest.fixture
def ledger(place: str | Path) -> Iterator[Ledger]:
    with Ledger.open(place, now=Clock()) as ledger:
        yield ledger


def test_they_stand_in_one_table_and_are_read_back_in_their_places(place: str | Path, ledger: Ledger) -> None:
    fact = an_order()
    posting = a_message(fact)
    assert ledger.record(fact)
    assert not ledger.record(fact), "the same again is known"
    ledger.post(posting)
    assert leaks(place) == set()
    assert "Jane Doe" in stands(place)["personal"]
    kept, [message] = ledger.fact(fact.key), ledger.postings_of(fact.key)
    assert kept is not None
    assert (kept.record, kept.raw) == (fact.record, fact.raw)
    assert message.payload == posting.payload
    [(taken, its_fact)] = ledger.open_postings()
    assert (taken.payload, its_fact.record) == (posting.payload, fact.record)
    [taken] = ledger.claim("clarus", worker="w")
    assert taken.payload == posting.payload


def test_a_fact_without_any_has_no_row_there(place: str | Path, ledger: Ledger) -> None:
    ledger.record(a_fact())
    assert stands(place)["personal"] == "[]"


def test_another_message_takes_the_place_of_the_first_ones_values(place: str | Path, ledger: Ledger) -> None:
    fact = an_order()
    ledger.record(fact)
    posting = a_message(fact, state=State.PARKED)
    ledger.post(posting)
    changed = {"address": {"name": "Joan Roe"}}
    ledger.advance(posting.key, State.PARKED, payload=changed)
    assert ledger.postings_of(fact.key)[0].payload == changed
    ledger.advance(posting.key, State.PENDING, payload={"reference": "1001"})
    assert ledger.postings_of(fact.key)[0].payload == {"reference": "1001"}
    assert "Joan" not in "".join(stands(place).values())
    assert leaks(place) == set()


def test_digests_of_what_is_personal_cannot_be_guessed(place: str | Path, ledger: Ledger) -> None:
    digests = []
    for number in ("1001", "1002"):
        fact = an_order(number)
        ledger.record(fact)
        ledger.post(a_message(fact, state=State.PARKED))
        posting = ledger.postings_of(fact.key)[0]
        ledger.advance(posting.key, State.PENDING, payload={"address": {"name": "Joan Roe"}})
        [changes] = [step.changes for step in ledger.history(posting.key) if step.changes]
        digests.append(changes["payload"][1])  # type: ignore[index]
    assert len(set(digests)) == 2, "the same message of two orders has two names"


def test_a_refusal_that_quotes_the_person_is_kept_without(place: str | Path, ledger: Ledger) -> None:
    fact = an_order()
    ledger.record(fact)
    ledger.post(a_message(fact))
    [taken] = ledger.claim("clarus", worker="w")
    ledger.advance(
        taken.key,
        State.REJECTED,
        worker="w",
        reason="422: Jane Doe, 1 Main St is no address",
        detail={"said": "Jane Doe is unknown"},
    )
    ledger.advance(taken.key, State.REJECTED, reason="Jane Doe again")
    assert leaks(place) == set()
    assert ledger.postings_of(fact.key)[0].reason == "[personal] again"
    assert "[personal], [personal] is no address" in ledger.history(taken.key)[-1].note


@pytest.mark.parametrize("system", _SYSTEMS)
def test_an_upgraded_ledger_has_them_in_one_table_too(system: str, tmp_path: Path) -> None:
    old = an_old_one(system, tmp_path)
    assert {"facts", "postings"} <= leaks(old)
    upgrade(old)
    assert leaks(old) == set()
    assert "Jane Doe" in stands(old)["personal"]
    with Ledger.open(old) as ledger:
        orders = [fact for fact in ledger.facts(kind="pick_ticket") if isinstance(fact.record, SalesOrder)]
        assert {fact.record.ship_to.name for fact in orders if isinstance(fact.record, SalesOrder)} == {"Jane Doe"}
        assert all("Jane Doe" in str(fact.raw) for fact in orders)
        assert "Jane Doe" in str([posting.payload for posting in ledger.in_state(*State, kind="goods_out")])
    if system == "sqlite":
        assert isinstance(old, Path)
        with closing(sqlite3.connect(old)) as file, file:
            file.execute("PRAGMA secure_delete = ON")
            file.execute("DELETE FROM personal")
        left = b"".join(path.read_bytes() for path in tmp_path.glob("old.sqlite*"))
        assert b"Main St" not in left, "nor in pages that are free"


def test_a_whole_season_leaves_them_in_one_table(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with loop(ledger=str(path)) as here:
        for number in ("1001", "1002"):
            here.release(number)
        here.issue()
        here.turn()
        here.ship("1001")
        for _ in range(3):
            here.turn()
        assert State.POSTED in here.states("goods_out")
        assert leaks(path) == set()
