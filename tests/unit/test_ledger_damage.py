"""A row of which any column is damaged is named with its key and the column, and stops no other row."""

import datetime as dt

import pytest
import sqlalchemy as sa
from ledger_databases import NOON, Clock, a_fact
from test_ledger_wall import damage, posted, taken

from clarus_bluecherry.errors import LedgerError
from clarus_bluecherry.finance.exceptions import ExceptionTerms, ledger_exceptions
from clarus_bluecherry.ledger import Ledger, State
from clarus_bluecherry.model import Adjustment, Unread

FACTS = ["occurred_at", "recorded_at"]
POSTINGS = [
    "occurred_at",
    "created_at",
    "updated_at",
    "next_attempt_at",
    "accounting_date",
    "moved_from",
    "attempts",
]
WRONG = ["yesterday", "2026-03-02T12:00:00", "2026-13-45"]


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def ledger(tmp_path, clock):
    with Ledger.open(tmp_path / "ledger.sqlite", now=clock) as ledger:
        yield ledger


@pytest.mark.parametrize("column", FACTS)
@pytest.mark.parametrize("text", WRONG)
def test_a_fact_with_a_damaged_column_is_unread_under_its_key_and_names_it(ledger, column, text):
    for number in range(3):
        posted(ledger, str(number))
    damage(ledger, "facts", "clarus:adjustment:1", **{column: text})
    found = {fact.source_id: fact.record for fact in ledger.facts()}
    assert [type(found[number]) for number in "012"] == [Adjustment, Unread, Adjustment]
    assert column in found["1"].problem
    assert "own row" in found["1"].problem
    assert text not in found["1"].problem
    assert ledger.fact("clarus:adjustment:1").key == "clarus:adjustment:1"
    assert {fact.source_id for _, fact in ledger.open_postings()} == {"0", "1", "2"}


def test_an_instant_that_utc_cannot_hold_stops_no_other(ledger):
    keys = [posted(ledger, str(number)) for number in range(2)]
    damage(ledger, "postings", keys[0], updated_at="0001-01-01T00:00:00+14:00")
    assert {posting.key for posting, _ in ledger.open_postings()} == set(keys)


@pytest.mark.parametrize("column", ["source", "kind", "source_id", "version"])
def test_a_fact_whose_columns_are_not_those_of_its_key_is_unread(ledger, column):
    posted(ledger, "1")
    damage(ledger, "facts", "clarus:adjustment:1", **{column: b"\x01"})
    fact = ledger.fact("clarus:adjustment:1")
    assert (fact.source, fact.kind, fact.source_id, type(fact.record)) == ("clarus", "adjustment", "1", Unread)


@pytest.mark.parametrize("column", POSTINGS)
def test_a_posting_with_a_damaged_column_is_listed_says_so_and_hides_no_other(ledger, column):
    keys = [posted(ledger, str(number)) for number in range(3)]
    damage(ledger, "postings", keys[1], **{column: "yesterday"})
    found = {posting.key: posting for posting, _ in ledger.open_postings()}
    assert set(found) == set(keys)
    assert found[keys[1]].reason_code == "damaged_row"
    assert column in found[keys[1]].reason
    assert [found[key].reason_code for key in (keys[0], keys[2])] == ["", ""]
    assert {posting.key for posting in ledger.in_state(State.PENDING)} == set(keys)


@pytest.mark.parametrize("column", ["occurred_at", "accounting_date", "attempts"])
def test_a_damaged_posting_is_not_sent_but_parked_and_takes_nobodys_place(ledger, clock, column):
    keys = [
        posted(ledger, str(number), occurred_at=NOON + number * dt.timedelta(minutes=1)) for number in range(3)
    ]
    damage(ledger, "postings", keys[0], **{column: "1 March"})
    assert taken(ledger, limit=2) == keys[1:]
    parked = ledger.posting(keys[0])
    assert (parked.state, parked.reason_code) == (State.PARKED, "damaged_row")
    assert column in ledger.history(keys[0])[-1].note
    (waits,) = [
        item for item in ledger_exceptions(ledger, ExceptionTerms(now=clock.at)) if keys[0] in item.postings
    ]
    assert column in waits.reason
    assert "backup" in waits.action


def test_what_is_restored_is_as_it_was(ledger):
    key = posted(ledger)
    damage(ledger, "postings", key, occurred_at="yesterday")
    assert taken(ledger) == []
    damage(ledger, "postings", key, occurred_at=NOON.isoformat(timespec="microseconds"))
    back = ledger.posting(key)
    assert (back.state, back.reason, back.reason_code, back.occurred_at) == (State.PARKED, "", "", NOON)


def test_a_person_may_cancel_it_and_nothing_else_of_the_row_is_written(ledger):
    key = posted(ledger)
    damage(ledger, "postings", key, occurred_at="yesterday")
    assert ledger.cancel(key, "booked by hand", "Kim").state is State.CANCELLED
    with ledger._database.read() as connection:
        kept = connection.execute(sa.text("SELECT occurred_at, reason FROM postings")).one()
    assert tuple(kept) == ("yesterday", "booked by hand")


def test_a_damaged_step_is_named(ledger):
    key = posted(ledger)
    with ledger._database.write() as connection:
        connection.execute(sa.text("UPDATE steps SET at = 'x'"))
    with pytest.raises(LedgerError, match="at") as caught:
        ledger.history(key)
    assert key in caught.value.record
    assert (caught.value.field, "backup" in caught.value.action) == ("at", True)


def test_a_damaged_watermark_is_named(ledger):
    ledger.set_watermark("picks", NOON)
    assert ledger.watermark("picks") == NOON
    with ledger._database.write() as connection:
        connection.execute(sa.text("UPDATE watermarks SET instant = 'x'"))
    with pytest.raises(LedgerError, match="picks"):
        ledger.watermark("picks")


def test_a_fact_that_comes_again_stands_beside_its_damaged_row(ledger):
    posted(ledger, "1")
    damage(ledger, "facts", "clarus:adjustment:1", recorded_at="x")
    with pytest.raises(LedgerError, match="different content"):
        ledger.record(a_fact("1"))
