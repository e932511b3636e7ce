"""Personal values stand in one table of the ledger, and are read back in their places."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from attrs import evolve
from flows_world import MORNING, loop
from ledger_databases import NOON, Clock, a_fact, a_place
from test_ledger_upgrade import an_old_one

from clarus_bluecherry.errors import LedgerError
from clarus_bluecherry.flows import PERSONAL
from clarus_bluecherry.ledger import Fact, InboxItem, Ledger, Posting, Pruned, State
from clarus_bluecherry.ledger.database import Database
from clarus_bluecherry.ledger.upgrade import upgrade
from clarus_bluecherry.model import Address, Notification, OrderLine, SalesOrder, Sku, Unread

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
            return {name: repr([*map(tuple, found)]) for name, found in rows.items()}  # a Row's own repr is cut
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
    with Ledger.open(place, now=Clock(), personal=PERSONAL) as ledger:
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


def test_a_number_in_what_nobody_could_read_is_kept_as_it_was_before(ledger: Ledger) -> None:
    """Exact numbers become text, as everywhere in the ledger."""
    raw = {"rows": [{"quantity": Decimal("2.50"), "name": "Jane"}]}
    unread = Unread(id="pick ticket 1001", kind="pick_ticket", occurred_at=NOON, problem="odd")
    ledger.hear(
        InboxItem(
            source="bluecherry",
            kind="unread",
            source_id="pick ticket 1001",
            occurred_at=NOON,
            record=unread,
            raw=raw,
        )
    )
    assert [item.raw for item in ledger.inbox()] == [{"rows": [{"quantity": "2.50", "name": "Jane"}]}]


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


# Erasing -----------------------------------------------------------------------------------------------------


def delivered(ledger: Ledger, *facts: Fact) -> list[str]:
    """Each recorded, and its message posted; their keys."""
    for fact in facts:
        ledger.record(fact)
        ledger.post(a_message(fact))
        sent(ledger, a_message(fact))
    return [a_message(fact).key for fact in facts]


def test_an_order_is_erased_in_all_its_versions_and_everything_else_stands(
    place: str | Path, ledger: Ledger
) -> None:
    first, second = an_order(), an_order(name="Joan Roe", version="b")
    other = an_order("1002", name="Joan Other")
    keys = delivered(ledger, first, second, other)
    found = ledger.holding(order="1001")
    assert [(str(held.document), held.is_open) for held in found] == [("pick ticket 1001", False)]
    assert ledger.erase(found, actor="privacy desk") == sum(held.values for held in found)
    assert "Joan Roe" not in "".join(stands(place).values())
    for fact in (first, second):
        kept = ledger.fact(fact.key)
        assert kept is not None
        assert isinstance(kept.record, SalesOrder)
        assert kept.record.ship_to == Address(
            name="[erased]",
            lines=("[erased]",),
            city="[erased]",
            postcode="[erased]",
            country="US",
            phone="[erased]",
            email="[erased]",
        )
        assert kept.record.lines[0].quantity == 2
        assert (kept.raw or {})["last_mod"] == "2026-03-02"
    message = ledger.posting(keys[0])
    assert message is not None
    assert message.state is State.POSTED
    assert message.payload == {
        "reference": "1001",
        "address": {"name": "[erased]", "address_1": "[erased]", "country_code": "US"},
    }
    last = ledger.history(keys[0])[-1]
    assert (last.note, last.actor, last.after) == ("personal data erased", "privacy desk", State.POSTED)
    assert ledger.holding(order="1001") == []
    assert ledger.posting(keys[2]).payload == a_message(other).payload  # type: ignore[union-attr]


def test_a_person_is_found_by_any_text_that_names_it(place: str | Path, ledger: Ledger) -> None:
    delivered(ledger, an_order(), an_order(name="Joan Roe", version="b"), an_order("1002", name="Mary"))
    assert [held.document.id for held in ledger.holding(person="joan ROE")] == ["1001"]
    assert [held.document.id for held in ledger.holding(person="jane@example.com")] == ["1001", "1002"]
    assert ledger.holding(person="nobody of that name") == []
    ledger.erase(ledger.holding(person="Joan Roe"), actor="me")
    assert "Joan" not in stands(place)["personal"]
    assert "Mary" in stands(place)["personal"]


def test_what_is_still_to_be_sent_is_not_erased(ledger: Ledger) -> None:
    fact = an_order()
    ledger.record(fact)
    ledger.post(a_message(fact))
    found = ledger.holding(order="1001")
    assert [held.is_open for held in found] == [True]
    assert ledger.erase(found, actor="me") == 0
    [taken] = ledger.claim("clarus", worker="w")
    assert taken.payload == a_message(fact).payload


def test_the_same_word_after_erasing_is_still_the_same(ledger: Ledger) -> None:
    fact = an_order()
    delivered(ledger, fact)
    ledger.erase(ledger.holding(order="1001"), actor="me")
    assert not ledger.record(fact), "the source says what it said: no new fact, and no contradiction"
    assert "Jane" not in str(ledger.fact(fact.key))


def test_nothing_of_it_is_left_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with Ledger.open(path, now=Clock(), personal=PERSONAL) as ledger:
        delivered(ledger, *(an_order(str(number), name=f"Jane Doe {number}") for number in range(30)))
        ledger.erase(ledger.holding(person="Jane Doe 7"), actor="me")
        left = b"".join(each.read_bytes() for each in tmp_path.iterdir())
        assert b"Jane Doe 7" not in left
        assert b"Jane Doe 8" in left


@pytest.mark.parametrize("ask", [{}, {"order": "1001", "person": "Jane"}, {"person": "J"}, {"order": " "}])
def test_a_question_for_everybody_is_refused(ledger: Ledger, ask: dict[str, str]) -> None:
    with pytest.raises(LedgerError, match="an order or a person"):
        ledger.holding(**ask)


def test_what_nobody_could_read_and_notices_go_with_their_order(ledger: Ledger) -> None:
    def kept(source: str, kind: str, source_id: str, raw: dict[str, object], record: object) -> None:
        keep, make = (ledger.record, Fact) if kind == "pick_ticket_line" else (ledger.hear, InboxItem)
        keep(make(source=source, kind=kind, source_id=source_id, occurred_at=NOON, record=record, raw=raw))  # type: ignore[operator]

    unread = Unread(id="pick ticket 1001", kind="pick_ticket", occurred_at=NOON, problem="odd")
    kept("bluecherry", "unread", "pick ticket 1001", {"name": "Jane"}, unread)
    kept("bluecherry", "pick_ticket_line", "1001/3", {"notes": "Jane"}, an_order("1001/3").record)
    kept("bluecherry", "unread", "pick ticket 11001", {"name": "Jane"}, unread)
    for number, body in (("a", '{"reference": "1001"}'), ("b", '{"reference":"11001"}'), ("c", '{"id": "1001"}')):
        notice = Notification(id=number, occurred_at=NOON, resource="goods_out", event="dispatched")
        kept("clarus", "notification", number, {"body": body}, notice)
    found = ledger.holding(order="1001")
    assert [str(held.document) for held in found] == [
        "pick ticket line 1001/3",
        "unread pick ticket 1001",
        "notification a",
    ]
    ledger.erase(found, actor="privacy desk")
    assert ledger.holding(order="1001") == []
    [item] = ledger.unread_of("pick ticket 1001")
    assert ledger.inbox_history(item.key)[-1].actor == "privacy desk"


# Pruning -----------------------------------------------------------------------------------------------------


def test_what_is_old_and_closed_loses_its_persons_and_raw_records(place: str | Path) -> None:
    clock = Clock()
    with Ledger.open(place, now=clock, personal=PERSONAL) as ledger:
        [old] = delivered(ledger, an_order())
        ledger.record(an_order("1002"))
        ledger.post(a_message(an_order("1002"), state=State.PARKED))
        [awaited] = delivered(ledger, an_order("1003"))
        ledger.close_orders("goods_out", ["1001"], "dispatched")
        ledger.record(a_fact(raw={"id": "77", "subtype": "adjustment"}))
        notice = Notification(id="n", occurred_at=NOON, resource="goods_out", event="dispatched")
        heard, waiting = (
            InboxItem(
                source="clarus",
                kind="notification",
                source_id=name,
                occurred_at=NOON,
                record=notice,
                raw={"body": "x"},
            )
            for name in ("heard", "waiting")
        )
        ledger.hear_many([heard, waiting])
        ledger.done([heard.key], actor="me")
        clock.pass_(days=401)
        delivered(ledger, an_order("1004"))
        before = clock.at - dt.timedelta(days=400)
        dry = ledger.prune(before, actor="me", awaited=("goods_out",), dry=True)
        assert ledger.inbox_item(heard.key), "nothing was done"
        assert ledger.prune(before, actor="me", awaited=("goods_out",)) == dry
        assert (dry.documents, dry.raw_records, dry.notices) == (1, 2, 1)
        assert ledger.prune(before, actor="me", awaited=("goods_out",)) == Pruned(0, 0, 0)
        kept = ledger.fact(an_order().key)
        assert kept is not None
        assert kept.raw == {"last_mod": "2026-03-02"}
        assert isinstance(kept.record, SalesOrder)
        assert kept.record.ship_to.name == "[erased]"
        assert ledger.fact(a_fact().key).raw is None  # type: ignore[union-attr]
        assert ledger.inbox_item(heard.key) is None
        assert ledger.inbox_item(waiting.key).raw == {"body": "x"}  # type: ignore[union-attr]
        for number in ("1002", "1003", "1004"):
            assert ledger.fact(an_order(number).key) == evolve(
                an_order(number),
                recorded_at=ledger.fact(an_order(number).key).recorded_at,  # type: ignore[union-attr]
            )
        assert ledger.posting(old).state is State.POSTED  # type: ignore[union-attr]
        assert ledger.posting(awaited) is not None


def test_an_erased_order_that_comes_again_is_no_new_version(tmp_path: Path) -> None:
    """Its document is open at the source for years: each read would send it to the warehouse once more."""
    with loop(ledger=str(tmp_path / "ledger.sqlite")) as here:
        here.release("1001")
        here.turn()
        here.ship("1001")
        here.turn()
        here.turn()
        ledger = here.site.ledger
        assert ledger.erase(ledger.holding(order="1001"), actor="me") > 0
        facts = {fact.key for fact in ledger.facts()}
        here.site.ledger.set_watermark("bluecherry.picks", MORNING)
        here.turn()
        here.turn()
        assert {fact.key for fact in ledger.facts()} == facts
        assert len(here.warehouse.goods_outs) == 1
