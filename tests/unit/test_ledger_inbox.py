"""The inbox keeps what was heard until it is done, on both databases, and nobody does the same twice at once."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from ledger_databases import NOON, Clock, a_place

from clarus_bluecherry.errors import IllegalTransition, LedgerError
from clarus_bluecherry.ledger import InboxItem, InboxState, Ledger
from clarus_bluecherry.ledger.database import Database
from clarus_bluecherry.ledger.upgrade import _run_steps, upgrade
from clarus_bluecherry.model import Notification, Unread

_SYSTEMS = ["sqlite", "postgresql"]
LEASE = dt.timedelta(minutes=5)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=_SYSTEMS)
def ledger(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    with Ledger.open(a_place(request.param, tmp_path), now=clock) as book:
        yield book


def a_notice(name: str, *, subject: str = "", due: dt.datetime | None = NOON) -> InboxItem:
    told = Notification(id=name, occurred_at=NOON, resource="goods_out", event="completed")
    return InboxItem(
        source="clarus",
        kind="notification",
        source_id=name,
        occurred_at=NOON,
        record=told,
        raw={"body": f"to Jane of {name}"},
        record_name=f"webhook {name}",
        subject=subject,
        due=due,
    )


def an_unread(number: str, version: str = "1") -> InboxItem:
    name = f"pick ticket {number}"
    told = Unread(id=number, kind="pick_ticket", occurred_at=NOON, problem="no quantity")
    return InboxItem(
        source="bluecherry",
        kind="unread",
        source_id=name,
        version=version,
        occurred_at=NOON,
        record=told,
        raw={"qty": ""},
        record_name=name,
        reason="no quantity",
        reason_code="unread",
    )


def names(items: list[InboxItem]) -> list[str]:
    return [item.source_id for item in items]


def test_what_was_heard_is_kept_once_and_comes_back_whole(ledger: Ledger) -> None:
    one = a_notice("1")
    assert ledger.hear_many([one, a_notice("2"), one]) == [True, True, False]
    assert not ledger.hear(one)
    kept = ledger.inbox_item(one.key)
    assert kept is not None
    assert (kept.record, kept.raw, kept.state, kept.due) == (one.record, one.raw, InboxState.WAITING, NOON)
    assert [(step.before, step.after) for step in ledger.inbox_history(one.key)] == [(None, InboxState.WAITING)]


def test_what_is_taken_is_somebody_elses_until_the_lease_is_over(ledger: Ledger, clock: Clock) -> None:
    later = a_notice("later")
    ledger.hear_many([a_notice("1"), a_notice("2"), later, an_unread("1001")])
    ledger.waits_for({later.key: NOON + LEASE}, "not yet")
    assert names(ledger.take(worker="a", lease=LEASE, limit=1)) == ["1"]
    assert names(ledger.take(worker="b", lease=LEASE, limit=9)) == ["2"]
    clock.pass_(minutes=5)
    again = ledger.take(worker="b", lease=LEASE, limit=9)
    assert sorted(names(again)) == ["1", "2", "later"]
    assert max(item.attempts for item in again) == 2


def test_it_is_due_by_the_ledgers_clock_whatever_the_receivers_says(ledger: Ledger) -> None:
    ledger.hear_many([a_notice("fast", due=NOON + 9 * LEASE), a_notice("slow", due=NOON - 9 * LEASE)])
    assert [item.due for item in ledger.take(worker="a", lease=LEASE, limit=9)] == [NOON, NOON]


def test_two_workers_at_once_take_different_ones(tmp_path: Path) -> None:
    place = a_place("postgresql", tmp_path)
    with Ledger.open(place, now=Clock()) as one, Ledger.open(place, now=Clock()) as other:
        one.hear_many([a_notice("1"), a_notice("2")])
        with one.transaction():
            first = names(one.take(worker="a", lease=LEASE, limit=1))
            second = names(other.take(worker="b", lease=LEASE, limit=9))
        assert (first, second) == (["1"], ["2"])


def test_what_a_worker_has_lost_waits_for_what_the_other_says(ledger: Ledger, clock: Clock) -> None:
    ledger.hear_many([a_notice("1"), a_notice("2")])
    taken = [item.key for item in ledger.take(worker="slow", lease=LEASE, limit=9)]
    clock.pass_(minutes=5)
    ledger.take(worker="other", lease=LEASE, limit=1)
    ledger.waits_for(dict.fromkeys(taken), "it failed", worker="slow")
    assert [item.reason for item in ledger.inbox()] == ["", "it failed"]
    assert ledger.done(taken, actor="slow") == 2, "who has looked has looked"
    assert ledger.done(taken, actor="slow") == 0


def test_what_was_not_begun_is_due_at_once_and_was_no_attempt(ledger: Ledger) -> None:
    ledger.hear(a_notice("1"))
    [taken] = ledger.take(worker="a", lease=LEASE, limit=9)
    ledger.hand_back([taken.key], worker="somebody else")
    assert ledger.take(worker="b", lease=LEASE, limit=9) == []
    ledger.hand_back([taken.key], worker="a")
    assert [item.attempts for item in ledger.take(worker="b", lease=LEASE, limit=9)] == [1]


def test_one_look_does_for_all_that_was_heard_before_it(ledger: Ledger, clock: Clock) -> None:
    ledger.hear_many([a_notice("1", subject="pick 1"), a_notice("2", subject="pick 1"), a_notice("3", subject="")])
    [first] = ledger.take(worker="a", lease=LEASE, limit=1)
    began = clock.pass_(seconds=1)
    clock.pass_(seconds=1)
    ledger.hear(a_notice("4", subject="pick 1"))
    ledger.done([first.key], actor="a")
    assert ledger.done_about(["pick 1", ""], before=began, actor="a") == 1
    assert sorted(names(ledger.inbox())) == ["3", "4"]


def test_what_failed_waits_for_its_time_and_what_is_a_persons_has_none(ledger: Ledger, clock: Clock) -> None:
    ledger.hear_many([a_notice("1"), a_notice("2")])
    one, two = ledger.take(worker="a", lease=LEASE, limit=9)
    ledger.waits_for({one.key: NOON + 2 * LEASE, two.key: None}, "gone", code="http_404", worker="a")
    assert [(item.reason, item.reason_code) for item in ledger.inbox()] == [("gone", "http_404")] * 2
    clock.pass_(minutes=9)
    assert ledger.take(worker="b", lease=LEASE, limit=9) == []
    clock.pass_(hours=9)
    assert names(ledger.take(worker="b", lease=LEASE, limit=9)) == ["1"]
    assert len(ledger.inbox_history(one.key)) == 1, "to wait on is no step"


def test_a_person_leaves_it_with_a_reason_and_that_is_final(ledger: Ledger) -> None:
    item = an_unread("1001")
    ledger.hear(item)
    with pytest.raises(LedgerError, match="a reason and a name"):
        ledger.leave(item.key, "", "Ann")
    with pytest.raises(LedgerError, match="no such thing"):
        ledger.leave("clarus:unread:none", "a file that was cut", "Ann")
    assert ledger.leave(item.key, "a file that was cut", "Ann").state is InboxState.LEFT
    with pytest.raises(IllegalTransition, match="left"):
        ledger.leave(item.key, "again", "Ann")
    assert ledger.done([item.key], actor="ingest") == 0
    last = ledger.inbox_history(item.key)[-1]
    assert (last.before, last.after, last.note, last.actor) == (
        InboxState.WAITING,
        InboxState.LEFT,
        "a file that was cut",
        "Ann",
    )


def test_unread_records_are_found_by_name_and_read_once_in_each_way(ledger: Ledger) -> None:
    one, again, other = an_unread("1001"), an_unread("1001", "2"), an_unread("1002")
    ledger.hear_many([one, again, other, a_notice("1")])
    assert [item.version for item in ledger.unread_of("pick ticket 1001")] == ["1", "2"]
    ledger.tried([one.key], "this way")
    ledger.done([other.key], actor="ingest")
    assert [item.key for item in ledger.to_read("this way", limit=9)] == [again.key]
    assert len(ledger.to_read("another way", limit=9)) == 2
    assert ledger.inbox_counts() == {
        ("notification", InboxState.WAITING): 1,
        ("unread", InboxState.WAITING): 2,
        ("unread", InboxState.DONE): 1,
    }


def test_what_was_heard_of_a_person_stands_in_the_table_of_personal_data(tmp_path: Path) -> None:
    place = a_place("sqlite", tmp_path)
    with Ledger.open(place) as ledger:
        ledger.hear(a_notice("1"))
    database = Database.connect(place)
    with database.read() as connection:
        told = connection.exec_driver_sql("SELECT record || raw FROM inbox").scalar_one()
        held = connection.exec_driver_sql("SELECT fields FROM personal").scalar_one()
    database.close()
    assert "Jane" not in told
    assert "Jane" in held


def test_a_damaged_row_stops_no_other_and_waits_for_a_person(tmp_path: Path) -> None:
    place = a_place("sqlite", tmp_path)
    with Ledger.open(place) as ledger:
        ledger.hear_many([an_unread("1001"), an_unread("1002"), an_unread("1003")])
    database = Database.connect(place)
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE inbox SET record = 'rubbish' WHERE source_id = 'pick ticket 1001'")
        connection.exec_driver_sql("UPDATE inbox SET heard_at = 'rubbish' WHERE source_id = 'pick ticket 1002'")
    database.close()
    with Ledger.open(place) as ledger:
        found = {item.source_id: item.reason_code for item in ledger.inbox()}
    assert found == {
        "pick ticket 1001": "damaged_row",
        "pick ticket 1002": "damaged_row",
        "pick ticket 1003": "unread",
    }


# From version 3 ----------------------------------------------------------------------------------------------

_ROWS = (
    ("n1", "notification", "look", "reader", "retrying", ("pending", "sending", "retrying"), "w"),
    ("n2", "notification", "look", "reader", "posted", ("pending", "sending", "posted"), "w"),
    ("n3", "notification", "look", "reader", "parked", ("parked",), ""),
    ("n4", "notification", "", "", "", (), ""),
    ("u1", "unread", "unread", "nobody", "parked", ("parked",), ""),
    ("u2", "unread", "unread", "nobody", "cancelled", ("parked", "cancelled"), "ingest"),
    ("u3", "unread", "unread", "nobody", "cancelled", ("parked", "cancelled"), "Ann"),
    ("d1", "dispatch", "order_shipment", "bluecherry", "posted", ("pending", "posted"), "w"),
)


def an_older_one(system: str, folder: Path) -> str | Path:
    """A ledger of version 3 with looks and unread rows among its postings."""
    place = a_place(system, folder)
    with closing(Database.connect(place)) as database, database.write() as target:
        _run_steps(target, 0, to="0003")
        run = target.exec_driver_sql
        run("INSERT INTO meta (name, value) VALUES ('schema_version', '3')")
        at = NOON.isoformat()
        for name, kind, message, to, state, steps, actor in _ROWS:
            kept = (Unread if kind == "unread" else Notification).__name__
            record = {"id": name, "occurred_at": at, "record": kept}
            more = {"kind": "pick_ticket", "problem": "none"}
            record |= more if kind == "unread" else {"resource": "goods_out", "event": "completed"}
            key = f"clarus:{kind}:{name}"
            _insert(
                run,
                system,
                "facts",
                key=key,
                source="clarus",
                kind=kind,
                source_id=name,
                version="",
                occurred_at=at,
                record=json.dumps(record),
                raw="{}",
                recorded_at=at,
            )
            _insert(
                run,
                system,
                "personal",
                owner=key,
                part="raw",
                fields=json.dumps({"": {"body": f"Jane {name}"}}),
                salt="s",
                erased_by="",
            )
            if not message:
                continue
            posting = f"{to}:{message}:{key}"
            _insert(
                run,
                system,
                "postings",
                key=posting,
                fact_key=key,
                target=to,
                kind=message,
                state=state,
                occurred_at=at,
                record_name=f"what {name}",
                reference="",
                control_number="",
                external_id="",
                attempts=2,
                reason=f"why {name}",
                reason_code="",
                detail="{}",
                created_at=at,
                updated_at=at,
                lease_number=0,
            )
            for before, after in zip((None, *steps), steps, strict=False):
                told = {"before": before, "after": after, "note": "so", "actor": actor if before else ""}
                _insert(run, system, "steps", posting_key=posting, at=at, **told)
    return place


def _insert(run: object, system: str, table: str, **values: object) -> None:
    mark = "?" if system == "sqlite" else "%s"
    marks = ", ".join(mark for _ in values)
    assert callable(run)
    run(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))


@pytest.mark.parametrize("system", _SYSTEMS)
def test_what_stood_among_the_postings_moves_into_it_with_its_history(system: str, tmp_path: Path) -> None:
    place = an_older_one(system, tmp_path)
    assert upgrade(place)[0] == 3
    with Ledger.open(place, now=Clock()) as ledger:
        found = {item.source_id: item for item in ledger.inbox(*InboxState)}
        assert {name: (item.state, item.due) for name, item in found.items()} == {
            "n1": (InboxState.WAITING, NOON),
            "n2": (InboxState.DONE, None),
            "n3": (InboxState.WAITING, None),
            "n4": (InboxState.DONE, None),
            "u1": (InboxState.WAITING, None),
            "u2": (InboxState.DONE, None),
            "u3": (InboxState.LEFT, None),
        }
        assert all(item.raw == {"body": f"Jane {name}"} for name, item in found.items())
        assert (found["u1"].record_name, found["u1"].reason) == ("what u1", "why u1")
        history = [(step.before, step.after, step.actor) for step in ledger.inbox_history(found["u3"].key)]
        assert history == [(None, InboxState.WAITING, ""), (InboxState.WAITING, InboxState.LEFT, "Ann")]
        assert len(ledger.inbox_history(found["n1"].key)) == 3
        assert list(ledger.counts()) == [("bluecherry", "order_shipment", "posted")]
        assert [fact.kind for fact in ledger.facts()] == ["dispatch"]
        assert names(ledger.take(worker="w", lease=LEASE, limit=9)) == ["n1"]
        assert len(ledger.history("bluecherry:order_shipment:clarus:dispatch:d1")) == 2


@pytest.mark.parametrize("system", _SYSTEMS)
def test_people_read_it_as_a_view(system: str, tmp_path: Path) -> None:
    place = a_place(system, tmp_path)
    with Ledger.open(place) as ledger:
        ledger.hear(an_unread("1001"))
    with closing(Database.connect(place)) as database, database.read() as connection:
        listed = "SELECT record_name, inbox_state, reason FROM inbox_list JOIN inbox_history USING (inbox_key)"
        assert connection.exec_driver_sql(listed).one() == ("pick ticket 1001", "waiting", "no quantity")
