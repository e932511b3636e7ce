"""What an exchange remembers of documents and control numbers."""

import datetime as dt
import sqlite3

import pytest

from clarus_bluecherry.errors import ConfigurationError, Conflict, InvalidRecord, LedgerError, Retry
from clarus_bluecherry.exchange import Journal, SentDocument, SentOutcome

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.sqlite"


@pytest.fixture
def journal(path):
    with Journal(path, now=lambda: NOON) as opened:
        yield opened


def test_a_key_belongs_to_whoever_took_it_first_even_after_a_restart(path):
    with Journal(path) as journal:
        assert [journal.take("ISA 7", by=who) for who in ("a", "a", "b")] == [True, True, False]
    with Journal(path) as journal:
        assert [journal.take("ISA 7", by=who) for who in ("b", "a")] == [False, True]


def test_what_is_sent_is_overdue_until_it_is_acknowledged(journal):
    journal.sent("1", "945_1.edi", NOON)
    journal.sent("2", "945_2.edi", NOON - HOUR)
    journal.sent("3", "945_3.edi", NOON + HOUR)
    assert journal.overdue(NOON + HOUR) == [
        SentDocument("2", "945_2.edi", NOON - HOUR),
        SentDocument("1", "945_1.edi", NOON),
    ]
    journal.acknowledge("2", SentOutcome.ACKNOWLEDGED, NOON)
    journal.acknowledge("1", SentOutcome.REJECTED, NOON)
    assert journal.overdue(NOON + HOUR) == []
    assert [journal.outcome(number) for number in ("1", "2", "3", "4")] == [
        SentOutcome.REJECTED,
        SentOutcome.ACKNOWLEDGED,
        SentOutcome.SENT,
        None,
    ]


def test_saying_the_same_again_changes_nothing_and_the_opposite_is_a_conflict(journal):
    for _ in range(2):
        journal.sent("1", "945_1.edi", NOON)
        journal.acknowledge("1", SentOutcome.REJECTED, NOON)
    with pytest.raises(Conflict, match="rejected before, and now acknowledged"):
        journal.acknowledge("1", SentOutcome.ACKNOWLEDGED, NOON)
    with pytest.raises(Conflict, match=r"945_1\.edi"):
        journal.sent("1", "945_9.edi", NOON)
    assert journal.outcome("1") is SentOutcome.REJECTED


def test_an_acknowledgement_of_nothing_is_refused(journal):
    with pytest.raises(InvalidRecord, match="nothing was sent"):
        journal.acknowledge("9", SentOutcome.REJECTED, NOON)
    with pytest.raises(InvalidRecord, match="accepts or rejects"):
        journal.acknowledge("9", SentOutcome.SENT, NOON)


def test_an_instant_without_a_time_zone_is_refused(journal):
    with pytest.raises(InvalidRecord, match="time zone"):
        journal.sent("1", "945_1.edi", NOON.replace(tzinfo=None))
    assert journal.outcome("1") is None


def test_instants_come_back_in_utc_whatever_zone_they_had(journal):
    journal.sent("1", "a", NOON.astimezone(dt.timezone(-HOUR * 5)))
    (sent,) = journal.overdue(NOON + HOUR)
    assert (sent.at, sent.at.tzinfo) == (NOON, dt.UTC)


def test_a_file_that_is_no_journal_or_a_newer_one_is_told(path):
    path.write_bytes(b"something else" * 100)
    with pytest.raises(LedgerError) as failed:
        Journal(path)
    assert failed.value.retry is Retry.SAFE
    path.unlink()
    newer = sqlite3.connect(path)
    newer.execute("PRAGMA user_version = 99")
    newer.close()
    with pytest.raises(ConfigurationError, match="version 99"):
        Journal(path)
