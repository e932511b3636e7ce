"""One exchange of several machines: a folder that all of them see, and one journal in a PostgreSQL database.

Each machine is a process of its own here, and sees the folder at a place of its own.
"""

import datetime as dt
import random
import signal
import time
from collections import Counter

import pytest
import sqlalchemy as sa
from exchange_world import NOON, NOTHING
from ledger_databases import postgres
from test_exchange_processes import go, killed_after, start

from clarus_bluecherry.config import FilesSection
from clarus_bluecherry.errors import ConfigurationError, Conflict, LedgerError
from clarus_bluecherry.exchange import Folder, Journal, SentOutcome, SharedJournal
from clarus_bluecherry.exchange.journal import FileVerdict, KnownContent
from clarus_bluecherry.exchange.placed import Placed
from clarus_bluecherry.flows.opening_files import folder_of

NUMBER, NAME = "000000123", "bluecherry_files"
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def url():
    return postgres()


@pytest.fixture
def machines(tmp_path):
    """Two places at which one folder is mounted."""
    (tmp_path / "share").mkdir()
    places = [tmp_path / "one", tmp_path / "two"]
    for place in places:
        place.symlink_to("share", target_is_directory=True)
    return places


def opened(root, url, **settings):
    return Folder(root, settle=NOTHING, journal=SharedJournal(url, NAME), **settings)


def left(root):
    return [path.name for path in (root / "out").iterdir() if not path.name.startswith(".")]


def query(url, text):
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        found = connection.exec_driver_sql(text)
        rows = found.fetchall() if found.returns_rows else []
    engine.dispose()
    return rows


def test_of_files_that_two_machines_take_at_once_each_has_one_taker(machines, url):
    names = [f"{number}.edi" for number in range(30)]
    with opened(machines[0], url) as folder:
        for name in names:
            folder.drop(name, name.encode())
    workers = [start("take", root, url) for root in machines * 2]
    for worker in workers:
        go(worker)
    said = [line.split() for worker in workers for line in worker.communicate(timeout=120)[0].splitlines()]
    assert [worker.returncode for worker in workers] == [0] * 4
    for word in ("took", "done"):
        assert Counter(name for said_word, name in said if said_word == word) == Counter(names)


def test_what_a_machine_held_when_it_died_the_other_takes(machines, url):
    names = {f"{number}.edi" for number in range(10)}
    with opened(machines[0], url) as folder:
        for name in names:
            folder.drop(name, name.encode() * 50_000)
    worker = start("take", machines[0], url)
    go(worker)
    done = {name for word, name in killed_after(worker, random.Random(1).randint(3, 12)) if word == "done"}
    later = dt.datetime.now(dt.UTC) + HOUR + dt.timedelta(minutes=1)
    with opened(machines[1], url, now=lambda: later) as folder:
        taken = []
        for arrival in folder.arrivals():
            arrival.done()
            taken.append(arrival.name)
    assert not done & set(taken)
    assert len(names - done - set(taken)) <= 1  # what was being finished may be done although nobody was told
    assert len(list((machines[0] / "archive").iterdir())) == len(names)


@pytest.mark.parametrize(("death", "said"), [("die_intended", None), ("die_shown", SentOutcome.SENT)])
def test_what_a_machine_was_leaving_when_it_died_the_other_resolves(machines, url, death, said):
    worker = start(death, machines[0], url)
    worker.communicate(timeout=60)
    assert worker.returncode == -signal.SIGKILL
    seen = left(machines[1])
    with opened(machines[1], url) as folder:
        assert folder.outcome(NUMBER) is said
        name = folder.leave(NUMBER, "945_of_the_other.edi", b"ISA*00*")
    assert left(machines[0]) == [name] == (seen or [name])


def test_of_machines_that_leave_one_document_at_once_there_is_one_file(machines, url):
    workers = [start("leave", root, url) for root in machines * 2]
    said = {worker.communicate(timeout=60)[0] for worker in workers}
    assert [worker.returncode for worker in workers] == [0] * 4
    (name,) = left(machines[0])
    assert said == {f"left {name}\n"}


def test_what_the_partner_fetched_before_it_was_noted_is_unknown_to_the_other_and_never_left_again(machines, url):
    worker = start("die_shown", machines[0], url)
    worker.communicate(timeout=60)
    (name,) = left(machines[0])
    (machines[0] / "out" / name).unlink()
    with opened(machines[1], url) as folder:
        assert folder.outcome(NUMBER) is SentOutcome.UNKNOWN
        folder.journal.acknowledge(NUMBER, SentOutcome.ACKNOWLEDGED, NOON)
        assert folder.leave(NUMBER, "another.edi", b"ISA*00*") == name
    assert left(machines[1]) == []


def test_a_journal_on_the_server_answers_as_one_in_a_file(url):
    with Journal(SharedJournal(url, NAME), now=lambda: NOON) as journal:
        assert [journal.take("ISA 7", by="A"), journal.take("ISA 7", by="B")] == [True, False]
        journal.sent(NUMBER, "a.edi", NOON)
        with pytest.raises(Conflict):
            journal.sent(NUMBER, "b.edi", NOON)
        assert [each.name for each in journal.overdue(before=NOON + HOUR)] == ["a.edi"]
        journal.acknowledge(NUMBER, SentOutcome.REJECTED, NOON)
        assert journal.outcome(NUMBER) is SentOutcome.REJECTED
        lease = journal.lease("t", HOUR)
        assert journal.lease("t", HOUR) is None
        assert journal.standing(lease, "d" * 64) is KnownContent.NEW
        journal.decide(lease, FileVerdict.DONE, name="a", digest="d" * 64)
        assert not journal.extend(lease, HOUR)
        journal.forget("t")
        again = journal.lease("t", HOUR)
        assert journal.standing(again, "d" * 64) is KnownContent.TAKEN


def test_two_exchanges_of_one_ledger_know_nothing_of_each_other(url):
    with Journal(SharedJournal(url, NAME)) as one, Journal(SharedJournal(url, "clarus_files")) as other:
        assert one.take("ISA 7", by="A")
        assert other.take("ISA 7", by="B")


def test_leases_go_by_the_server_s_clock_whatever_a_machine_s_says(url, monkeypatch):
    class Fast(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return super().now(tz) + 2 * HOUR

    with Journal(SharedJournal(url, NAME)) as journal, Journal(SharedJournal(url, NAME)) as other:
        assert journal.lease("t", HOUR)
        monkeypatch.setattr("clarus_bluecherry.exchange.server.dt.datetime", Fast)
        assert other.lease("t", HOUR) is None


def test_a_session_that_the_server_cut_is_made_anew(url):
    with Journal(SharedJournal(url, NAME)) as journal:
        journal.take("ISA 7", by="A")
        pids = "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query = 'COMMIT'"
        query(url, f"SELECT pg_terminate_backend(pid) FROM ({pids}) AS found")
        assert not journal.take("ISA 7", by="B")


def test_who_waits_too_long_is_told_and_goes_on_later(url, monkeypatch):
    with Journal(SharedJournal(url, NAME)) as one, Journal(SharedJournal(url, NAME)) as other:
        with one.alone(), monkeypatch.context() as soon:  # what is to succeed has all its time
            soon.setattr("clarus_bluecherry.exchange.server._WAIT", "200ms")
            with pytest.raises(LedgerError, match="for too long"):
                other.take("ISA 7", by="B")
        assert other.take("ISA 7", by="B")


def stands_still(journal):
    """Note that a file was left, and stand still before that counts."""
    with journal.placed() as files:
        files.keep(Placed("a.edi", "d" * 64).left())
        time.sleep(1)


def test_who_stands_still_inside_a_transaction_is_cut_off_and_changes_nothing(url, monkeypatch):
    with Journal(SharedJournal(url, NAME)) as one, Journal(SharedJournal(url, NAME)) as other:
        with monkeypatch.context() as soon:
            soon.setattr("clarus_bluecherry.exchange.server._WAIT", "200ms")
            with pytest.raises(LedgerError, match="journal of the exchange failed"):
                stands_still(one)
        with other.placed() as files:
            assert files.of("a.edi") is None
        assert one.take("ISA 7", by="A")


def test_a_machine_without_the_shared_folder_is_refused_and_leaves_nothing(machines, url, tmp_path):
    opened(machines[0], url).close()
    with pytest.raises(ConfigurationError, match="is not there") as refused:
        opened(tmp_path / "not mounted", url)
    token = (machines[0] / "exchange-id").read_text().strip()
    assert token in refused.value.action
    (tmp_path / "not mounted" / "exchange-id").write_text(f"{token}\n")
    opened(tmp_path / "not mounted", url).close()
    (tmp_path / "not mounted" / "exchange-id").write_text("another\n")
    with pytest.raises(ConfigurationError, match="about another folder"):
        opened(tmp_path / "not mounted", url)


def test_what_the_journal_in_a_file_knew_the_shared_one_knows(machines, url):
    with Folder(machines[0], settle=NOTHING) as folder:
        folder.leave(NUMBER, "945_1.edi", b"ISA*00*")
        folder.drop("940_1.edi", b"ISA*00*1")
        for arrival in folder.arrivals():
            assert arrival.take("ISA 1")
            arrival.done()
    for path in (machines[0] / "out").glob("[!.]*"):
        path.unlink()
    with opened(machines[0], url) as folder:
        assert folder.leave(NUMBER, "945_2.edi", b"ISA*00*") == "945_1.edi"
        assert not folder.journal.take("ISA 1", by="another")
        folder.drop("940_2.edi", b"ISA*00*1")
        assert list(folder.arrivals()) == []
    assert left(machines[0]) == []
    assert sorted(path.name for path in machines[0].glob("journal*")) == ["journal.sqlite.moved"]


def test_a_journal_of_a_later_version_is_refused(url):
    Journal(SharedJournal(url, NAME)).close()
    ((schema,),) = query(url, "SELECT current_schema()")
    query(url, f"UPDATE {schema}_{NAME}.version SET number = 99")
    with pytest.raises(ConfigurationError, match="version 99"):
        Journal(SharedJournal(url, NAME))


def test_a_server_that_is_away_is_told_without_its_address():
    with pytest.raises(LedgerError, match="journal of the exchange failed") as failed:
        Journal(SharedJournal("postgresql://me:secret@127.0.0.1:1/ledger", NAME))
    assert "secret" not in str(failed.value)
    assert "secret" not in repr(SharedJournal("postgresql://me:secret@127.0.0.1:1/ledger", NAME))


def test_a_site_whose_ledger_is_a_file_is_told_by_the_setting(tmp_path):
    section = FilesSection(root=tmp_path, journal_in_ledger=True)
    with pytest.raises(ConfigurationError, match=r"bluecherry\.files\.journal_in_ledger"):
        folder_of(section, "bluecherry.files", str(tmp_path / "ledger.sqlite"))


def test_a_site_file_has_its_journal_in_the_ledger_s_database(tmp_path, url):
    section = FilesSection(root=tmp_path, journal_in_ledger=True)
    with folder_of(section, "bluecherry.files", url.replace("postgresql://", "postgresql+psycopg://")) as folder:
        folder.put("a.edi", b"ISA")
    assert not (tmp_path / "journal.sqlite").exists()
    ((schema,),) = query(url, "SELECT current_schema()")
    assert query(url, f"SELECT name, state FROM {schema}_{NAME}.placed") == [("a.edi", "left")]
