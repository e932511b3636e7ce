import datetime as dt
import subprocess
import sys
import threading
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from ledger_databases import NOON, Clock, a_fact, a_place, a_posting

from clarus_bluecherry.errors import (
    ConfigurationError,
    FactChanged,
    IllegalTransition,
    InvalidRecord,
    LedgerError,
    Retry,
)
from clarus_bluecherry.ledger import Ledger, State
from clarus_bluecherry.ledger.states import NEXT
from clarus_bluecherry.model import Sku, UnmatchedCode

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(params=["sqlite", "postgres"])
def place(request, tmp_path):
    return a_place(request.param, tmp_path)


@pytest.fixture
def ledger(place, clock):
    with Ledger.open(place, now=clock) as ledger:
        yield ledger


def posted(ledger, source_id="77", **changes):
    """A recorded fact with its posting; returns the posting's key."""
    fact = a_fact(source_id, occurred_at=changes.pop("occurred_at", NOON))
    ledger.record(fact)
    posting = a_posting(fact, **changes)
    assert ledger.post(posting)
    return posting.key


def sent(ledger, source_id="77", **changes):
    key = posted(ledger, source_id, **changes)
    assert [taken.key for taken in ledger.claim("bluecherry", worker="w1", lease=MINUTE)] == [key]
    return key


# Facts


def test_the_same_fact_twice_is_one_row(ledger):
    assert ledger.record(a_fact()) is True
    assert ledger.record(a_fact()) is False
    assert [fact.key for fact in ledger.facts()] == ["clarus:adjustment:77"]
    assert ledger.knows("clarus:adjustment:77")
    assert not ledger.knows("clarus:adjustment:78")


def test_a_fact_that_changed_under_its_key_is_refused_and_the_first_one_stands(ledger):
    ledger.record(a_fact(quantity="-2"))
    with pytest.raises(FactChanged, match="clarus:adjustment:77"):
        ledger.record(a_fact(quantity="-3"))
    assert ledger.fact("clarus:adjustment:77").record.quantity == Decimal(-2)


def test_a_code_that_was_tied_to_a_sku_meanwhile_is_not_a_change(ledger):
    ledger.record(a_fact(item=UnmatchedCode("O1234-BLK")))
    assert ledger.record(a_fact(item=Sku("01234", "BLK"))) is False
    with pytest.raises(FactChanged):
        ledger.record(a_fact(item=UnmatchedCode("another code")))


def test_the_same_fact_written_another_way_is_not_a_change(ledger):
    ledger.record(a_fact(quantity="-2"))
    elsewhere = NOON.astimezone(ZoneInfo("Asia/Hong_Kong"))
    assert ledger.record(a_fact(quantity="-2.00", occurred_at=elsewhere)) is False


def test_the_same_raw_record_read_with_another_crosswalk_is_the_same_fact(ledger):
    ledger.record(a_fact(item=Sku("A"), raw={"id": 77, "code": "A1"}))
    assert ledger.record(a_fact(item=Sku("B"), raw={"code": "A1", "id": 77})) is False
    with pytest.raises(FactChanged):
        ledger.record(a_fact(item=Sku("B"), raw={"id": 77, "code": "B1"}))


def test_a_fact_comes_back_as_it_went_in_but_for_the_time_it_was_stored(ledger, clock):
    told = dt.datetime(2026, 3, 1, 23, 59, 59, 999999, tzinfo=ZoneInfo("America/New_York"))
    fact = a_fact(occurred_at=told, version="2", raw={"weight": Decimal("0.10"), "lines": (1, None, True)})
    clock.pass_(hours=3)
    ledger.record(fact)
    stored = ledger.fact(fact.key)
    assert stored.record == fact.record
    assert stored.occurred_at == told
    assert stored.occurred_at.utcoffset() == dt.timedelta(0)
    assert stored.recorded_at == clock.at
    assert stored.raw == {"weight": "0.10", "lines": [1, None, True]}


def test_facts_can_be_asked_for_by_kind_source_and_time(ledger):
    ledger.record(a_fact("1", occurred_at=NOON - MINUTE))
    ledger.record(a_fact("2", kind="receipt"))
    ledger.record(a_fact("3", source="bluecherry"))
    assert [fact.source_id for fact in ledger.facts()] == ["1", "3", "2"]
    assert [fact.source_id for fact in ledger.facts(kind="adjustment", source="clarus")] == ["1"]
    assert [fact.source_id for fact in ledger.facts(since=NOON)] == ["3", "2"]


def test_no_quantity_is_stored_as_a_float(tmp_path):
    place = tmp_path / "ledger.sqlite"
    with Ledger.open(place) as ledger:
        fact = a_fact(quantity="0.1", raw={"measured": 0.1})
        ledger.record(fact)
        ledger.post(a_posting(fact, payload={"quantity": Decimal("0.10"), "date": dt.date(2026, 3, 2)}))
        assert ledger.posting(a_posting(fact).key).payload == {"quantity": "0.10", "date": "2026-03-02"}
        assert ledger.fact(fact.key).raw == {"measured": "0.1"}


def test_what_is_not_plain_data_is_refused_by_name(ledger):
    fact = a_fact(raw={"handle": object()})
    with pytest.raises(InvalidRecord, match="object is not plain data"):
        ledger.record(fact)


# Postings


def test_the_same_posting_twice_is_one_row_and_the_first_stays(ledger):
    fact = a_fact()
    ledger.record(fact)
    assert ledger.post(a_posting(fact, reference="first")) is True
    assert ledger.post(a_posting(fact, reference="second")) is False
    assert [posting.reference for posting in ledger.in_state(State.PENDING)] == ["first"]


def test_a_posting_comes_back_as_it_went_in(ledger, clock):
    fact = a_fact()
    ledger.record(fact)
    posting = a_posting(
        fact,
        state=State.PARKED,
        accounting_date=dt.date(2026, 3, 2),
        moved_from=dt.date(2026, 2, 28),
        record_name="adjustment 77",
        payload={"adj_num": "77"},
        reference="77",
        control_number="000000001",
        reason="no SKU",
        reason_code="unknown_sku",
        detail={"candidates": ["A", "B"]},
        created_at=clock.at,
        updated_at=clock.at,
    )
    ledger.post(posting)
    assert ledger.posting(posting.key) == posting


def test_a_posting_without_its_fact_is_refused(ledger):
    with pytest.raises(LedgerError, match="its fact is not recorded"):
        ledger.post(a_posting(a_fact()))


@pytest.mark.parametrize("state", [state for state in State if state not in {State.PENDING, State.PARKED}])
def test_a_posting_begins_pending_or_parked(tmp_path, state):
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        ledger.record(a_fact())
        with pytest.raises(IllegalTransition):
            ledger.post(a_posting(a_fact(), state=state))


def test_every_step_is_in_the_history_with_who_took_it_and_why(ledger, clock):
    key = posted(ledger, state=State.PARKED, reason="the code is tied to no SKU")
    clock.pass_(minutes=1)
    ledger.advance(key, State.PENDING, note="tied", actor="Jo")
    clock.pass_(minutes=1)
    ledger.claim("bluecherry", worker="w1")
    ledger.advance(key, State.POSTED, worker="w1", external_id="ERP-1")
    assert [(step.before, step.after, step.note, step.actor) for step in ledger.history(key)] == [
        (None, State.PARKED, "the code is tied to no SKU", ""),
        (State.PARKED, State.PENDING, "tied", "Jo"),
        (State.PENDING, State.SENDING, "", "w1"),
        (State.SENDING, State.POSTED, "", "w1"),
    ]
    assert [step.at - NOON for step in ledger.history(key)] == [0 * MINUTE, MINUTE, 2 * MINUTE, 2 * MINUTE]
    assert ledger.posting(key).external_id == "ERP-1"


@pytest.mark.parametrize("after", sorted(set(State) - NEXT[State.PENDING] - {State.PENDING}))
def test_a_step_outside_the_table_is_refused_and_leaves_no_trace(ledger, after):
    key = posted(ledger)
    with pytest.raises(IllegalTransition):
        ledger.advance(key, after, note="because")
    assert ledger.posting(key).state is State.PENDING
    assert len(ledger.history(key)) == 1


def test_only_a_claim_takes_a_posting_to_send(ledger):
    with pytest.raises(IllegalTransition, match="lease"):
        ledger.advance(posted(ledger), State.SENDING)


def test_a_step_changes_only_what_may_change(ledger):
    with pytest.raises(LedgerError, match="cannot change state, target"):
        ledger.advance(posted(ledger), State.PARKED, target="elsewhere", state=State.POSTED)


def test_a_step_of_an_unknown_posting_is_refused(ledger):
    with pytest.raises(LedgerError, match="no such posting"):
        ledger.advance("bluecherry:x:y", State.PARKED)
    assert ledger.posting("bluecherry:x:y") is None


def test_a_posting_that_goes_on_leaves_its_reason_behind_but_the_history_keeps_it(ledger):
    key = sent(ledger)
    ledger.advance(key, State.REJECTED, reason="no such style", reason_code="http_422", detail={"field": "style"})
    assert ledger.posting(key).detail == {"field": "style"}
    mended = ledger.advance(key, State.PENDING, actor="Jo")
    assert (mended.reason, mended.reason_code, mended.detail) == ("", "", {})
    assert ledger.history(key)[2].note == "no such style"


def test_a_cancellation_needs_a_reason_and_a_name(ledger):
    key = posted(ledger)
    with pytest.raises(LedgerError, match="needs a reason"):
        ledger.cancel(key, " ", "Jo")
    with pytest.raises(LedgerError, match="needs a name"):
        ledger.cancel(key, "booked by hand", "")
    with pytest.raises(LedgerError, match="needs a reason"):
        ledger.advance(key, State.CANCELLED)
    cancelled = ledger.cancel(key, "booked by hand", "Jo")
    assert (cancelled.state, cancelled.reason) == (State.CANCELLED, "booked by hand")
    assert ledger.history(key)[-1].actor == "Jo"


def test_a_cancellation_may_say_with_which_document_it_was_settled(ledger):
    key = posted(ledger, state=State.PARKED, detail={"field": "style"})
    ledger.cancel(key, "booked by hand", "Jo", settled_with="JE-7")
    assert ledger.posting(key).detail == {"field": "style", "settled_with": "JE-7"}


# Claims


def test_the_oldest_occurrence_is_taken_first_and_nothing_twice(ledger):
    keys = [posted(ledger, str(number), occurred_at=NOON - number * MINUTE) for number in range(5)]
    first = ledger.claim("bluecherry", worker="w1", limit=2)
    second = ledger.claim("bluecherry", worker="w2", limit=9)
    assert [posting.key for posting in first + second] == list(reversed(keys))
    assert {posting.state for posting in first} == {State.SENDING}
    assert {posting.attempts for posting in first} == {1}
    assert ledger.claim("bluecherry", worker="w3") == []


def test_a_worker_takes_only_what_is_meant_for_its_target(ledger):
    posted(ledger, "1", target="clarus")
    posted(ledger, "2", state=State.PARKED)
    assert ledger.claim("bluecherry", worker="w1") == []


def test_what_is_retrying_is_taken_when_its_time_has_come(ledger, clock):
    key = sent(ledger)
    ledger.advance(key, State.RETRYING, next_attempt_at=clock.at + MINUTE, reason="connection refused")
    assert ledger.claim("bluecherry", worker="w1") == []
    clock.pass_(minutes=1)
    [again] = ledger.claim("bluecherry", worker="w1")
    assert (again.key, again.attempts, again.reason) == (key, 2, "connection refused")


def test_a_posting_whose_worker_stopped_is_in_doubt(ledger, clock):
    key = sent(ledger)
    assert ledger.recover() == 0
    clock.pass_(minutes=1)
    assert [posting.key for posting in ledger.expired()] == [key]
    assert ledger.recover() == 1
    assert ledger.posting(key).state is State.IN_DOUBT
    assert ledger.history(key)[-1].note == "the worker stopped while sending"
    assert ledger.recover() == 0


def test_a_worker_that_lost_its_lease_is_refused(ledger, clock):
    key = sent(ledger)
    clock.pass_(minutes=1)
    ledger.recover()
    ledger.advance(key, State.RETRYING, note="not there", actor="Jo")
    ledger.claim("bluecherry", worker="w2")
    with pytest.raises(IllegalTransition, match="somebody else"):
        ledger.advance(key, State.RETRYING, worker="w1")
    assert ledger.advance(key, State.POSTED, worker="w2").state is State.POSTED


def test_a_worker_with_a_long_batch_keeps_what_it_renews_in_time(ledger, clock):
    key = sent(ledger)
    clock.pass_(seconds=50)
    assert ledger.renew(key, worker="w1", lease=MINUTE) is True
    assert ledger.renew(key, worker="w2", lease=MINUTE) is False
    clock.pass_(seconds=50)
    assert ledger.recover() == 0
    clock.pass_(seconds=10)
    assert ledger.recover() == 1
    assert ledger.renew(key, worker="w1", lease=MINUTE) is False


def test_many_threads_share_the_work_without_sharing_a_posting(ledger):
    keys = {posted(ledger, str(number)) for number in range(40)}
    taken = []

    def work(name):
        while found := ledger.claim("bluecherry", worker=name, limit=3):
            taken.extend(posting.key for posting in found)

    threads = [threading.Thread(target=work, args=(f"w{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == sorted(keys)


# Transactions


def test_what_is_grouped_takes_effect_together_or_not_at_all(ledger):
    def read_a_page(*, fail):
        with ledger.transaction():
            posted(ledger)
            ledger.set_watermark("clarus.movements", NOON)
            ledger.link("clarus", "goods_out", "1001", "55")
            if fail:
                raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        read_a_page(fail=True)
    assert (ledger.facts(), ledger.watermark("clarus.movements"), ledger.counts()) == ([], None, {})
    assert ledger.linked("clarus", "goods_out", "1001") is None
    read_a_page(fail=False)
    assert ledger.watermark("clarus.movements") == NOON
    assert ledger.counts() == {("bluecherry", "inventory_adjustment", State.PENDING): 1}


def test_a_refusal_inside_a_group_undoes_only_itself_when_it_is_caught(ledger):
    with ledger.transaction():
        key = posted(ledger)
        with pytest.raises(IllegalTransition):
            ledger.advance(key, State.POSTED)
        with pytest.raises(FactChanged):
            ledger.record(a_fact(quantity="9"))
    assert ledger.posting(key).state is State.PENDING


def test_a_record_that_cannot_be_stored_is_refused_by_name_inside_a_group_too(ledger):
    with ledger.transaction():
        with pytest.raises(InvalidRecord, match="not plain data"):
            ledger.record(a_fact("1", raw={"handle": object()}))
        ledger.record(a_fact("2"))
    assert [fact.source_id for fact in ledger.facts()] == ["2"]


def test_other_connections_do_not_see_what_is_not_committed(place, ledger):
    with Ledger.open(place) as other, ledger.transaction():
        posted(ledger)
        assert other.facts() == []
    assert len(ledger.facts()) == 1


# Questions


def test_postings_are_counted_and_found_by_state(ledger):
    pending = posted(ledger, "1")
    parked = posted(ledger, "2", state=State.PARKED)
    elsewhere = posted(ledger, "3", target="clarus", kind="goods_out")
    assert ledger.counts() == {
        ("bluecherry", "inventory_adjustment", State.PENDING): 1,
        ("bluecherry", "inventory_adjustment", State.PARKED): 1,
        ("clarus", "goods_out", State.PENDING): 1,
    }
    found = ledger.in_state(State.PENDING, State.PARKED)
    assert [posting.key for posting in found] == sorted([pending, parked, elsewhere])
    assert [posting.key for posting in ledger.in_state(State.PENDING, target="clarus")] == [elsewhere]
    assert ledger.in_state(State.PENDING, kind="nothing") == []
    assert len(ledger.in_state(State.PENDING, limit=1)) == 1


def test_a_fact_knows_what_it_called_for(ledger):
    key = posted(ledger, "1")
    posted(ledger, "2")
    other = a_posting(a_fact("1"), target="clarus")
    ledger.post(other)
    assert [posting.key for posting in ledger.postings_of("clarus:adjustment:1")] == [key, other.key]
    assert ledger.postings_of("clarus:adjustment:9") == []


def test_open_postings_come_with_their_facts(ledger):
    first, second, done = (posted(ledger, number) for number in "123")
    ledger.cancel(done, "booked by hand", "Jo")
    pairs = ledger.open_postings(target="bluecherry")
    assert [(posting.key, fact.source_id) for posting, fact in pairs] == [(first, "1"), (second, "2")]
    assert ledger.open_postings(target="clarus") == []
    assert len(ledger.open_postings()) == 2


# Feeds, numbers and names


def test_a_watermark_keeps_its_microseconds_and_its_instant(ledger):
    instant = dt.datetime(2026, 10, 25, 1, 30, 0, 1, tzinfo=ZoneInfo("Europe/London"), fold=1)
    assert ledger.watermark("feed") is None
    ledger.set_watermark("feed", NOON)
    ledger.set_watermark("feed", instant)
    assert ledger.watermark("feed") == instant.astimezone(dt.UTC)
    with pytest.raises(InvalidRecord, match="no time zone"):
        ledger.set_watermark("feed", dt.datetime(2026, 3, 2))  # noqa: DTZ001


def test_control_numbers_run_on_across_openings_and_series_are_apart(place, clock):
    with Ledger.open(place, now=clock) as ledger:
        assert ledger.next_control_number("isa") == "000000001"
        assert ledger.next_control_number("isa") == "000000002"
    with Ledger.open(place, now=clock) as ledger:
        assert ledger.next_control_number("isa") == "000000003"
        assert ledger.next_control_number("gs", digits=4) == "0001"


def test_a_series_that_has_run_out_says_so_instead_of_repeating(ledger):
    numbers = [ledger.next_control_number("st", digits=1) for _ in range(9)]
    assert len(set(numbers)) == 9
    for _ in range(2):
        with pytest.raises(LedgerError, match="used every number"):
            ledger.next_control_number("st", digits=1)


def test_the_other_systems_id_is_remembered_and_the_latest_counts(ledger):
    assert ledger.linked("clarus", "goods_out", "1001") is None
    ledger.link("clarus", "goods_out", "1001", "55")
    ledger.link("clarus", "goods_out", "1001", "56")
    assert ledger.linked("clarus", "goods_out", "1001") == "56"
    assert ledger.linked("bluecherry", "goods_out", "1001") is None


# Opening


def test_a_ledger_keeps_what_it_was_told_when_opened_again(place, clock):
    with Ledger.open(place, now=clock) as ledger:
        key = sent(ledger)
    with Ledger.open(place, now=clock) as ledger:
        assert ledger.posting(key).state is State.SENDING


def test_hostile_text_is_stored_and_never_breaks_the_ledger(ledger):
    key = sent(ledger)
    ledger.advance(
        key, State.REJECTED, reason="bad \0 byte \ud800 '); DROP TABLE facts;--", detail={"x": "\0\ud800"}
    )
    assert ledger.posting(key).reason == "bad � byte ? '); DROP TABLE facts;--"
    assert ledger.posting(key).detail == {"x": "\0\ud800"}


def test_a_ledger_of_a_newer_library_is_refused(tmp_path):
    place = tmp_path / "ledger.sqlite"
    Ledger.open(place).close()
    engine = sa.create_engine(f"sqlite:///{place}")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE meta SET value = '99'")
    engine.dispose()
    with pytest.raises(LedgerError, match="version 99"):
        Ledger.open(place)


def test_a_file_that_cannot_be_opened_is_a_ledger_error(tmp_path):
    with pytest.raises(LedgerError, match="the database failed") as caught:
        Ledger.open(tmp_path / "no such folder" / "ledger.sqlite")
    assert caught.value.retry is Retry.SAFE


@pytest.mark.parametrize("place", ["mysql://host/db", "no such thing://x", "nosuchdb://x"])
def test_only_sqlite_and_postgresql_are_taken(place):
    with pytest.raises(ConfigurationError):
        Ledger.open(place)


def test_sqlite_runs_in_the_mode_that_survives_a_power_cut(tmp_path):
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger, ledger._database.write() as connection:
        read = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert read == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_password_is_not_in_the_repr():
    from clarus_bluecherry.ledger.database import Database

    database = Database(sa.create_engine("postgresql+psycopg://jo:s3cret@host/db"))
    assert "s3cret" not in repr(Ledger(database, now=Clock()))


def test_the_light_names_do_not_load_sqlalchemy():
    code = "import sys, clarus_bluecherry.ledger, clarus_bluecherry.finance; sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_missing_extra_names_the_command_that_installs_it():
    code = (
        "import sys; sys.modules['sqlalchemy'] = None\n"
        "try:\n    from clarus_bluecherry.ledger import Ledger\n"
        "except ImportError as error:\n    print(error)"
    )
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert 'pip install "clarus-bluecherry[ledger]"' in said
