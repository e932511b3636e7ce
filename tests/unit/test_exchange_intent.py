"""Intent before effect: what is left is journalled first, left once, and never said to be absent without proof."""

import datetime as dt
import errno
import hashlib
import os
import sqlite3
import threading
from contextlib import closing, suppress
from pathlib import Path

import pytest
from exchange_world import NOON, Place

from clarus_bluecherry.errors import (
    Conflict,
    InvalidRecord,
    LedgerError,
    NotSent,
    OutcomeUnknown,
    Retry,
)
from clarus_bluecherry.exchange import Journal, NameTemplate, SentOutcome

NUMBER = "000000123"
NAMES = NameTemplate("{kind}_{control_number}_{date:%Y%m%d}.csv")
DAY = dt.timedelta(days=1)


@pytest.fixture
def place(tmp_path):
    made = Place(tmp_path / "exchange")
    yield made
    made.close()


@pytest.fixture
def folder(place):
    return place.open()


def leave(folder, content=b"shipped", number=NUMBER, **options):
    return folder.leave(number, NAMES.fill(kind="945", control_number=number, at=folder.now()), content, **options)


def outcome(folder, number=NUMBER):
    return folder.outcome(number, NAMES.pattern(kind="945", control_number=number))


def seen(place):
    return {path.name: path.read_bytes() for path in place.paths("out") if not path.name.startswith(".")}


def journal(place, query):
    with closing(sqlite3.connect(place.root / "journal.sqlite")) as database:
        return database.execute(query).fetchall()


class Failing:
    """A step of the disk that fails as it is told, before or after it was done, `times` times."""

    def __init__(self, monkeypatch, step, number, *, done, times=1):
        self.real, self.number, self.done, self.times = getattr(Path, step), number, done, times
        monkeypatch.setattr(Path, step, lambda path, target: self(path, target))

    def __call__(self, path, target):
        if not self.times:
            return self.real(path, target)
        self.times -= 1
        if self.done:
            self.real(path, target)
        raise OSError(self.number, os.strerror(self.number))


# Once, under one name ------------------------------------------------------------------------------------------


def test_a_document_is_left_once_under_the_name_it_was_given_first(place, folder):
    assert outcome(folder) is None
    assert leave(folder) == f"945_{NUMBER}_20260302.csv"
    place.time += DAY
    assert leave(folder, b"another word") == f"945_{NUMBER}_20260302.csv"
    assert seen(place) == {f"945_{NUMBER}_20260302.csv": b"shipped"}
    place.paths("out")[0].unlink()
    assert leave(folder) == f"945_{NUMBER}_20260302.csv"
    assert seen(place) == {}
    assert outcome(folder) is SentOutcome.SENT


def test_content_is_made_only_when_it_is_needed(folder):
    asked = []

    def made():
        asked.append(1)
        return b"shipped"

    leave(folder, made)
    leave(folder, made)
    assert len(asked) == 1


def test_what_cannot_be_written_is_not_intended(place, folder):
    def refused():
        raise InvalidRecord("no such article")

    with pytest.raises(InvalidRecord):
        leave(folder, refused)
    with pytest.raises(InvalidRecord):
        folder.leave(NUMBER, "../a.csv", b"")
    assert outcome(folder) is None
    assert journal(place, "SELECT * FROM placed") == journal(place, "SELECT * FROM sent") == []
    assert place.paths("out") == []


def test_number_name_and_digest_are_in_the_journal_before_the_file_can_be_seen(place, folder, monkeypatch):
    rows = "SELECT control_number, name, digest, state FROM sent JOIN placed USING (name)"
    before, real = [], Path.replace

    def replace(path, target):
        before.extend(journal(place, rows))
        return real(path, target)

    monkeypatch.setattr(Path, "replace", replace)
    leave(folder)
    row = (NUMBER, f"945_{NUMBER}_20260302.csv", hashlib.sha256(b"shipped").hexdigest())
    assert before == [(*row, "intended")]
    assert journal(place, rows) == [(*row, "left")]


def insisting(folder, content, number):
    """Another worker may have taken back what was intended: that is safe to repeat."""
    while True:
        with suppress(NotSent):
            return leave(folder, content, number)


def test_several_workers_at_once_leave_one_file(place):
    folders, start, names = [place.open() for _ in range(4)], threading.Barrier(4, timeout=60), []

    def work(folder, mine):
        for attempt in range(20):
            start.wait()
            names.append(insisting(folder, mine, f"{attempt:09}"))

    workers = [threading.Thread(target=work, args=(folder, bytes([each]))) for each, folder in enumerate(folders)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(names) == 80
    assert {path.name for path in place.paths("out")} == set(names)
    assert len(set(names)) == 20


def test_an_answer_is_left_once_and_waits_for_no_word(place, folder):
    for _ in range(2):
        name = folder.leave("997 000000012", f"997_12_{place.time:%d}.csv", b"accepted", tracked=False)
        place.time += DAY
    assert name == "997_12_02.csv"
    assert list(seen(place)) == ["997_12_02.csv"]
    assert folder.journal.overdue(place.time + DAY) == []


def test_a_document_of_the_partners_number_is_another_one(place, folder):
    folder.leave(f"997 {NUMBER}", "997.csv", b"accepted", tracked=False)
    assert outcome(folder) is None
    leave(folder)
    assert len(seen(place)) == 2


# Proof ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.ENOENT, errno.ETIMEDOUT])
def test_a_rename_that_failed_and_was_done_is_found_in_the_folder(place, folder, monkeypatch, number):
    Failing(monkeypatch, "replace", number, done=True)
    assert leave(folder) == f"945_{NUMBER}_20260302.csv"
    assert outcome(folder) is SentOutcome.SENT
    assert len(seen(place)) == 1


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE, errno.ENOENT, errno.ENOSPC])
def test_a_rename_that_failed_and_was_not_done_is_absent_and_cannot_be_done_later(
    place, folder, monkeypatch, number
):
    late = []
    real = Path.replace

    def replace(path, target):
        if not late:
            late.append((path, target))
            raise OSError(number, os.strerror(number))
        return real(path, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(NotSent) as failed:
        leave(folder)
    assert failed.value.retry is Retry.SAFE
    assert outcome(folder) is None
    with pytest.raises(FileNotFoundError):  # what a server does when it comes to it after all
        real(*late[0])
    assert place.paths("out") == []
    place.time += DAY
    assert leave(folder, b"a new word") == f"945_{NUMBER}_20260302.csv"
    assert seen(place) == {f"945_{NUMBER}_20260302.csv": b"a new word"}


def test_a_rename_of_which_nothing_is_known_is_unknown_until_the_partner_answers(place, folder, monkeypatch):
    real = Path.replace

    def replace(path, target):
        real(path, target).unlink()  # the partner is quick
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replace)
        with pytest.raises(OutcomeUnknown) as failed:
            leave(folder)
    assert failed.value.retry is Retry.ASK_FIRST
    assert str(place.root) not in str(failed.value)
    for _ in range(2):
        assert outcome(folder) is folder.journal.outcome(NUMBER) is SentOutcome.UNKNOWN
        with pytest.raises(OutcomeUnknown):
            leave(folder)
    assert seen(place) == {}
    assert [(one.control_number, one.outcome) for one in folder.journal.overdue(NOON + DAY)] == [
        (NUMBER, SentOutcome.UNKNOWN)
    ]
    folder.journal.acknowledge(NUMBER, SentOutcome.ACKNOWLEDGED, NOON)
    assert outcome(folder) is SentOutcome.ACKNOWLEDGED
    leave(folder)
    assert seen(place) == {}


@pytest.mark.parametrize(("there", "said"), [(True, SentOutcome.SENT), (False, None)])
def test_a_person_who_has_asked_the_partner_decides(place, folder, monkeypatch, there, said):
    real = Path.replace
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", lambda path, target: _fails(real(path, target).unlink()))
        with pytest.raises(OutcomeUnknown):
            leave(folder)
    name = f"945_{NUMBER}_20260302.csv"
    folder.decide(name, there=there)
    assert outcome(folder) is said
    with pytest.raises(InvalidRecord, match="not in doubt"):
        folder.decide(name, there=there)
    leave(folder)
    assert list(seen(place)) == ([] if there else [name])


def _fails(_):
    raise OSError(errno.EIO, "Input/output error")


def test_a_disk_that_says_nothing_proves_nothing(place, folder, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", _killed)
        with pytest.raises(KeyboardInterrupt):
            leave(folder)
    hidden = place.root / "unmounted"
    with monkeypatch.context() as patch:
        Failing(patch, "rename", errno.EIO, done=False)
        assert outcome(folder) is SentOutcome.UNKNOWN
    (place.root / "out").rename(hidden)
    (place.root / "out").mkdir()  # the mount point without its share
    assert outcome(folder) is SentOutcome.UNKNOWN
    (place.root / "out").rmdir()
    hidden.rename(place.root / "out")
    assert outcome(folder) is None


def test_what_was_taken_back_while_the_disk_said_nothing_is_absent_later(place, folder, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", _killed)
        with pytest.raises(KeyboardInterrupt):
            leave(folder)
    with monkeypatch.context() as patch:
        Failing(patch, "rename", errno.EIO, done=True)
        assert outcome(folder) is SentOutcome.UNKNOWN
    assert outcome(folder) is None
    assert place.paths("out") == []


def _killed(path, target):
    raise KeyboardInterrupt


def test_asking_about_what_a_dead_worker_intended_shows_nothing_and_leaves_nothing_behind(
    place, folder, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", _killed)
        with pytest.raises(KeyboardInterrupt):
            leave(folder)
    assert seen(place) == {}
    assert folder.journal.outcome(NUMBER) is SentOutcome.UNKNOWN
    assert outcome(folder) is folder.journal.outcome(NUMBER) is None
    assert place.paths("out") == []
    assert folder.journal.overdue(NOON + DAY) == []


def test_what_is_said_to_be_absent_while_it_is_being_left_is_not_left(place, folder, monkeypatch):
    other, said, real = place.open(), [], Journal.placed
    calls = iter(range(100))

    def asked_before_the_third(journal):
        if journal is folder.journal and next(calls) == 2:  # known? intended! shown
            said.append(outcome(other))
        return real(journal)

    monkeypatch.setattr(Journal, "placed", asked_before_the_third)
    with pytest.raises(NotSent) as failed:
        leave(folder)
    assert (said, failed.value.retry) == ([None], Retry.SAFE)
    assert seen(place) == {}
    leave(folder)
    assert len(seen(place)) == 1


def test_put_keeps_the_same_promise(place, folder, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", _killed)
        with pytest.raises(KeyboardInterrupt):
            folder.put("a.edi", b"one")
    folder.put("a.edi", b"two")
    assert seen(place) == {"a.edi": b"two"}
    real = Path.replace
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", lambda path, target: _fails(real(path, target).unlink()))
        with pytest.raises(OutcomeUnknown):
            folder.put("b.edi", b"one")
    with pytest.raises(OutcomeUnknown):
        folder.put("b.edi", b"one")
    assert seen(place) == {"a.edi": b"two"}
    with pytest.raises(Conflict):
        folder.put("a.edi", b"three")


def test_a_full_journal_shows_nothing(place, folder):
    with closing(sqlite3.connect(place.root / "journal.sqlite")) as database:
        database.execute("CREATE TRIGGER full BEFORE INSERT ON placed BEGIN SELECT RAISE(ABORT, 'full'); END")
        with pytest.raises(LedgerError) as failed:
            leave(folder)
        assert failed.value.retry is Retry.SAFE
        assert place.paths("out") == []
        assert outcome(folder) is None
        database.execute("DROP TRIGGER full")
    leave(folder)
    assert len(seen(place)) == 1


def test_a_disk_that_fills_up_loses_and_doubles_nothing(place, folder, monkeypatch):
    real = os.fsync
    full = [True]

    def fsync(descriptor):
        if full[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    numbers = [f"{number:09}" for number in range(6)]
    for number in numbers:
        with pytest.raises(NotSent):
            leave(folder, number=number)
    assert place.paths("out") == []
    full[0] = False
    for number in numbers * 2:
        leave(folder, number=number)
    assert len(seen(place)) == 6


# Journals of before --------------------------------------------------------------------------------------------

OF_0_3_0 = """
CREATE TABLE control_keys (key TEXT PRIMARY KEY, owner TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE taken (digest TEXT PRIMARY KEY, name TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE placed (name TEXT PRIMARY KEY, digest TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE leases (
    ticket TEXT PRIMARY KEY, holder TEXT NOT NULL, until TEXT NOT NULL, attempts INTEGER NOT NULL,
    digest TEXT, verdict TEXT, reason TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE TABLE seen (
    place TEXT NOT NULL, name TEXT NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL,
    since TEXT NOT NULL, fetched INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (place, name)
) WITHOUT ROWID;
CREATE TABLE sent (
    control_number TEXT PRIMARY KEY, name TEXT NOT NULL, at TEXT NOT NULL, outcome TEXT NOT NULL, outcome_at TEXT
) WITHOUT ROWID;
INSERT INTO control_keys VALUES ('ISA 7', 'file a');
INSERT INTO placed VALUES ('945_000000123_20260301.csv', 'd1', '2026-03-01T12:00:00.000000+00:00');
INSERT INTO placed VALUES ('945_000000124_20260301.csv', 'd2', '2026-03-01T12:00:00.000000+00:00');
INSERT INTO sent VALUES
    ('000000123', '945_000000123_20260301.csv', '2026-03-01T12:00:00.000000+00:00', 'sent', NULL),
    ('000000125', '945_000000125_20260301.csv', '2026-03-01T12:00:00.000000+00:00', 'rejected',
     '2026-03-01T13:00:00.000000+00:00'),
    ('000000126', 'by hand.csv', '2026-03-01T12:00:00.000000+00:00', 'sent', NULL);
PRAGMA user_version = 1;
"""


def test_a_journal_of_0_3_0_goes_on_with_all_that_it_holds(place):
    place.root.mkdir()
    with closing(sqlite3.connect(place.root / "journal.sqlite")) as database:
        database.executescript(OF_0_3_0)
    for _ in range(2):  # upgraded once
        folder = place.open()
        assert not folder.journal.take("ISA 7", by="file b")
        assert outcome(folder) is SentOutcome.SENT
        assert outcome(folder, "000000124") is SentOutcome.SENT  # left, and its worker died before noting it
        assert outcome(folder, "000000125") is SentOutcome.REJECTED
        assert outcome(folder, "000000126") is SentOutcome.SENT
        assert outcome(folder, "000000127") is None
        for number in ("000000123", "000000124", "000000125", "000000126"):
            leave(folder, number=number)
        assert seen(place) == {}
        late = {one.control_number for one in folder.journal.overdue(NOON + DAY)}
        assert late == {NUMBER, "000000124", "000000126"}
    leave(folder, number="000000127")
    assert list(seen(place)) == ["945_000000127_20260302.csv"]


def test_a_file_that_lies_there_when_the_journal_was_lost_is_not_left_again(place, folder):
    leave(folder)
    folder.close()
    for path in place.root.glob("journal.sqlite*"):
        path.unlink()
    folder = place.open()
    assert leave(folder, b"of another time") == f"945_{NUMBER}_20260302.csv"
    assert seen(place) == {f"945_{NUMBER}_20260302.csv": b"shipped"}
    assert outcome(folder) is SentOutcome.SENT


def test_a_name_that_another_document_has_is_told_and_not_taken_for_ours(place, folder):
    folder.leave("997 000000012", "000000012.edi", b"accepted", tracked=False)
    with pytest.raises(Conflict, match="another document") as refused:
        folder.leave("000000012", "000000012.edi", b"shipped")
    assert refused.value.retry is Retry.POINTLESS
    assert folder.outcome("000000012") is None
    folder.leave("000000013", "000000013.edi", b"shipped")
    with pytest.raises(Conflict, match="another document"):
        folder.leave("997 000000013", "000000013.edi", b"accepted", tracked=False)
    assert seen(place) == {"000000012.edi": b"accepted", "000000013.edi": b"shipped"}


def test_what_is_sent_again_is_overdue_by_its_last_attempt(place, folder, monkeypatch):
    with monkeypatch.context() as patch:
        Failing(patch, "replace", errno.EIO, done=False)
        with pytest.raises(NotSent):
            leave(folder)
    place.time += DAY
    leave(folder)
    assert folder.journal.overdue(NOON + DAY) == []
    assert [one.at for one in folder.journal.overdue(NOON + 2 * DAY)] == [NOON + DAY]


@pytest.mark.parametrize(("quick", "problem"), [(False, None), (True, OutcomeUnknown)])
def test_a_full_disk_does_not_make_absent_what_a_dead_worker_showed(place, folder, monkeypatch, quick, problem):
    with monkeypatch.context() as patch:
        patch.setattr("clarus_bluecherry.exchange.disk.flush_folder", lambda path: _killed(path, path))
        with pytest.raises(KeyboardInterrupt):
            leave(folder)
    assert len(seen(place)) == 1
    if quick:
        place.paths("out")[0].unlink()
    monkeypatch.setattr("clarus_bluecherry.exchange.leaving.write", _fails_to_write)
    for step in (leave, lambda folder: folder.put(f"945_{NUMBER}_20260302.csv", b"shipped")):
        if problem is None:
            step(folder)
            break
        with pytest.raises(problem):
            step(folder)


def _fails_to_write(*_):
    raise OSError(errno.ENOSPC, "No space left on device")
