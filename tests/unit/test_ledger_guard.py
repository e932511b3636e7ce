"""What is being sent is guarded by a lock that dies with its worker, and fenced by the number of its lease."""

import datetime as dt
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from ledger_databases import NOON, Clock, a_fact, a_place, a_posting

from clarus_bluecherry.errors import ConfigurationError, IllegalTransition, LedgerError
from clarus_bluecherry.ledger import Ledger, State, guard

WORKER = Path(__file__).with_name("guard_worker.py")
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(params=["sqlite", "postgres"])
def place(request, tmp_path):
    return a_place(request.param, tmp_path)


def kept(ledger, *names):
    for name in names:
        fact = a_fact(name)
        ledger.record(fact)
        ledger.post(a_posting(fact))


def soon(check):
    """Whether `check` comes true within some seconds: a server learns of a death a moment later."""
    last = time.monotonic() + 10
    while not (found := check()) and time.monotonic() < last:
        time.sleep(0.05)
    return found


@contextmanager
def holding(place):
    """A process that holds the one posting that is due."""
    command = [sys.executable, str(WORKER), "hold", str(place)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline().strip()
            yield process
        finally:
            process.kill()


def test_a_worker_that_is_paused_past_its_lease_keeps_what_it_sends_until_it_dies(place):
    with Ledger.open(place) as ledger:
        kept(ledger, "1")
        with holding(place) as process:
            process.send_signal(signal.SIGSTOP)
            assert soon(lambda: ledger.expired())
            assert ledger.recover() == 0
            assert ledger.claim("bluecherry", worker="other") == []
            process.send_signal(signal.SIGKILL)
            process.wait()
            assert soon(ledger.recover) == 1
        (lost,) = ledger.in_state(State.IN_DOUBT)
        assert lost.reason_code == "lease_expired"


def test_a_worker_that_has_ended_leaves_nothing_behind(place, tmp_path):
    clock = Clock()
    with Ledger.open(place, now=clock) as ledger:
        kept(ledger, "1", "2")
        before = sorted(path.name for path in tmp_path.iterdir())
        with Ledger.open(place, now=clock) as other, other.guarded() as worker:
            assert len(other.claim("bluecherry", worker=worker, lease=MINUTE)) == 2
            clock.pass_(minutes=2)
            assert ledger.recover() == 0
        assert ledger.recover() == 2
        assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == before


def test_a_guard_whose_session_was_cut_is_taken_again(tmp_path):
    place = a_place("postgres", tmp_path)
    clock = Clock()
    with Ledger.open(place, now=clock) as ledger, Ledger.open(place, now=clock) as other:
        kept(ledger, "1")
        with ledger.guarded() as worker:
            with other._database.write() as connection:
                cut = "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_locks WHERE locktype = 'advisory'"
                assert connection.scalar(sa.text(cut)) >= 1
            assert len(ledger.claim("bluecherry", worker=worker, lease=MINUTE)) == 1
            clock.pass_(minutes=2)
            assert other.recover() == 0
        assert other.recover() == 1


def test_a_file_that_a_dead_worker_left_is_cleared_away(tmp_path):
    place = a_place("sqlite", tmp_path)
    with Ledger.open(place) as ledger:
        kept(ledger, "1")
        with holding(place):
            pass
        assert soon(ledger.recover) == 1
        assert [path for path in tmp_path.rglob("*") if path.is_file() and "-worker-" in path.name] == []


def test_a_ledger_in_memory_needs_no_guard():
    clock = Clock()
    with Ledger.open(":memory:", now=clock) as ledger, ledger.guarded() as worker:
        kept(ledger, "1")
        assert len(ledger.claim("bluecherry", worker=worker, lease=MINUTE)) == 1
        clock.pass_(minutes=2)
        assert ledger.recover() == 1


def test_where_files_cannot_be_locked_a_worker_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(guard, "fcntl", None)
    with (
        Ledger.open(tmp_path / "ledger.sqlite") as ledger,
        pytest.raises(ConfigurationError, match="PostgreSQL"),
        ledger.guarded(),
    ):
        pass


# The fence


def test_a_worker_that_lost_a_posting_and_got_it_back_cannot_settle_it_with_the_answer_from_before(place):
    clock = Clock()
    with Ledger.open(place, now=clock) as ledger:
        kept(ledger, "1")
        (first,) = ledger.claim("bluecherry", worker="w", lease=MINUTE)
        clock.pass_(minutes=2)
        assert ledger.recover() == 1
        ledger.advance(first.key, State.RETRYING, note="not there", actor="Jo")
        (second,) = ledger.claim("bluecherry", worker="w", lease=MINUTE)
        assert second.lease_number == first.lease_number + 1
        with pytest.raises(IllegalTransition, match="somebody else"):
            ledger.advance(first.key, State.POSTED, worker="w", lease=first.lease_number)
        assert ledger.release(first.key, worker="w", lease=first.lease_number) is False
        assert ledger.posting(first.key).state is State.SENDING
        settled = ledger.advance(second.key, State.POSTED, worker="w", lease=second.lease_number)
        assert settled.state is State.POSTED


# The end of what may leave


def test_nothing_may_leave_after_a_while_before_the_lease_ends(place):
    clock = Clock()
    with Ledger.open(place, now=clock) as ledger:
        kept(ledger, "1")
        (taken,) = ledger.claim("bluecherry", worker="w", lease=10 * MINUTE)
        assert NOON < taken.not_after < NOON + 10 * MINUTE
        assert ledger.posting(taken.key).not_after == taken.not_after


def test_what_came_back_left_no_later_than_it_came_back(place):
    clock = Clock()
    with Ledger.open(place, now=clock) as ledger:
        kept(ledger, "1")
        (taken,) = ledger.claim("bluecherry", worker="w", lease=10 * MINUTE)
        back = clock.pass_(minutes=1)
        doubtful = ledger.advance(taken.key, State.IN_DOUBT, worker="w", lease=taken.lease_number, reason="500")
        assert doubtful.not_after == back


# Clocks


def test_leases_are_the_databases_where_two_machines_are_an_hour_apart(tmp_path):
    place = a_place("postgres", tmp_path)
    with Ledger.open(place) as ledger:
        kept(ledger, "1", "2")
        (taken,) = ledger.claim("bluecherry", worker="w", limit=1)
        wait = ledger.now() + 30 * MINUTE
        (other,) = ledger.in_state(State.PENDING)
        ledger.claim("bluecherry", worker="w2")
        ledger.advance(other.key, State.RETRYING, worker="w2", next_attempt_at=wait)
        said = subprocess.run(
            [sys.executable, str(WORKER), "ahead", str(place)], capture_output=True, text=True, check=True
        )
        assert said.stdout.split() == ["0", "0"]
        assert ledger.posting(taken.key).state is State.SENDING


def test_the_clock_of_a_ledger_is_its_databases_or_the_one_it_was_given(place):
    with Ledger.open(place) as ledger:
        assert abs(ledger.now() - dt.datetime.now(dt.UTC)) < MINUTE
        assert ledger.now() <= ledger.now()
    with Ledger.open(place, now=Clock()) as ledger:
        assert ledger.now() == NOON


def test_a_guard_whose_file_somebody_removed_is_taken_again(tmp_path):
    clock = Clock()
    with Ledger.open(tmp_path / "ledger.sqlite", now=clock) as ledger, ledger.guarded() as worker:
        kept(ledger, "1")
        (path,) = tmp_path.glob("*-worker-*")
        path.unlink()
        assert len(ledger.claim("bluecherry", worker=worker, lease=MINUTE)) == 1
        clock.pass_(minutes=2)
        assert ledger.recover() == 0


def test_a_guard_that_cannot_be_taken_is_not_held(tmp_path):
    place = a_place("postgres", tmp_path)
    with Ledger.open(place) as ledger, Ledger.open(place) as other, other.guarded() as worker:
        second = guard.guard_of(ledger._database, worker)
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(guard._WANTED, "lock_timeout", "50ms")
            for _ in range(2):
                with pytest.raises(LedgerError):
                    second.keep()


def test_what_a_person_decides_about_a_posting_that_is_being_sent_does_not_end_its_sending(place):
    with Ledger.open(place, now=Clock()) as ledger:
        kept(ledger, "1")
        (taken,) = ledger.claim("bluecherry", worker="w", lease=10 * MINUTE)
        doubtful = ledger.advance(taken.key, State.IN_DOUBT, note="it hangs", actor="Jo")
        assert doubtful.not_after == taken.not_after
