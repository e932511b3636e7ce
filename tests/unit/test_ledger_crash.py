"""What a ledger still knows after its process was killed; and two processes that work on one at once."""

import datetime as dt
import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from ledger_databases import NOON, Clock, a_fact, a_place, a_posting

from clarus_bluecherry.ledger import Ledger, State
from clarus_bluecherry.ledger.states import FIRST, may_follow

WORKER = Path(__file__).with_name("ledger_worker.py")
AN_HOUR_LATER = Clock(NOON + dt.timedelta(hours=1))


@pytest.fixture(params=["sqlite", "postgres"])
def place(request, tmp_path):
    return a_place(request.param, tmp_path)


def start(task, place, name):
    return subprocess.Popen(
        [sys.executable, str(WORKER), task, str(place), str(name)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def killed_after(answers, place, seed):
    """What a worker was told before SIGKILL hit it, somewhere after its `answers`th answer."""
    with start("work", place, seed) as process:
        heard = [process.stdout.readline().split() for _ in range(answers)]
        process.send_signal(signal.SIGKILL)
        heard += [line.split() for line in process.stdout if line.endswith("\n")]
    assert process.returncode == -signal.SIGKILL
    return heard


@pytest.mark.parametrize("seed", range(4))
def test_what_a_killed_process_was_told_is_true_when_the_ledger_is_opened_again(place, seed):
    heard = killed_after(random.Random(seed).randint(20, 120), place, seed)
    with Ledger.open(place, now=AN_HOUR_LATER) as ledger:
        kept = [key for word, key in heard if word == "kept"]
        facts = ledger.facts()
        assert [fact.key for fact in facts][: len(kept)] == kept
        # The one transaction that was under way is there whole or not at all.
        assert len(kept) <= len(facts) <= len(kept) + 1
        assert sum(ledger.counts().values()) == len(facts)
        assert ledger.watermark("feed") == facts[-1].occurred_at

        for word, key in heard:
            if word in State.__members__:
                assert State[word] in [step.after for step in ledger.history(key)]
        numbers = [posting.control_number for posting in ledger.in_state(*State) if posting.control_number]
        assert max(Counter(numbers).values(), default=1) == 1


@pytest.mark.parametrize("seed", range(4))
def test_what_was_being_sent_when_the_process_was_killed_is_in_doubt(place, seed):
    killed_after(random.Random(seed).randint(20, 120), place, seed)
    with Ledger.open(place, now=AN_HOUR_LATER) as ledger:
        sending = {posting.key for posting in ledger.in_state(State.SENDING)}
        assert ledger.recover() == len(sending)
        assert ledger.in_state(State.SENDING) == []
        assert sending <= {posting.key for posting in ledger.in_state(State.IN_DOUBT)}
        for posting in ledger.in_state(*State):
            history = ledger.history(posting.key)
            assert history[0].after in FIRST
            assert history[-1].after is posting.state
            assert all(may_follow(step.before, step.after) for step in history[1:])


def test_two_processes_that_claim_at_once_never_share_a_posting(place):
    with Ledger.open(place, now=lambda: NOON) as ledger:
        for number in range(60):
            fact = a_fact(str(number))
            ledger.record(fact)
            ledger.post(a_posting(fact))
        keys = [posting.key for posting in ledger.in_state(State.PENDING)]

    workers = [start("drain", place, name) for name in ("w1", "w2")]
    for worker in workers:
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    said = [line.split() for worker in workers for line in worker.communicate()[0].splitlines()]

    assert sorted(key for word, key in said if word == "took") == sorted(keys)
    numbers = [number for word, number in said if word == "number"]
    assert len(set(numbers)) == len(numbers) >= 20


def test_processes_that_open_a_new_ledger_at_once_do_not_trip_over_each_other(place):
    workers = [start("drain", place, f"w{number}") for number in range(4)]
    for worker in workers:
        worker.communicate("go\n")
    assert [worker.returncode for worker in workers] == [0, 0, 0, 0]
