"""A worker that is paused past its lease, or killed, while its message may be on its way: one effect, no more."""

import json
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from flows_world import loop
from ledger_databases import a_place

from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.movements_back import collect_movements
from clarus_bluecherry.ledger import State

WORKER = Path(__file__).with_name("deliver_worker.py")


@pytest.fixture(params=["sqlite", "postgres"])
def here(request, tmp_path):
    place = str(a_place(request.param, tmp_path))
    with loop(ledger=place) as here:
        here.place = place
        here.warehouse.adjust("1234_blk_m", 5, "FOUND")
        collect_movements(here.site)
        yield here


@contextmanager
def sending(here, when, lease, together=1):
    """A process that has claimed the posting, up to the moment before (or after) its message leaves."""
    job = {
        "ledger": here.place,
        "subdomain": here.warehouse.subdomain,
        "clarus": here.clarus_url,
        "bluecherry": here.bluecherry_url,
        "when": when,
        "lease": lease,
        "together": together,
    }
    command = [sys.executable, str(WORKER), json.dumps(job)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "here\n"
            yield process
        finally:
            process.kill()


def state(here):
    (one,) = here.states("inventory_adjustment")
    return one


def turns(here, count):
    for _ in range(count):
        here.later(hours=1)
        deliver(here.site)


def soon(here, wanted):
    """Deliver until the posting stands where it should: a server learns of a death a moment later."""
    last = time.monotonic() + 15
    while state(here) is not wanted and time.monotonic() < last:
        turns(here, 1)
        time.sleep(0.05)
    assert state(here) is wanted


def test_a_worker_that_is_paused_past_its_lease_is_not_doubled_when_it_wakes_up(here):
    with sending(here, "before", lease=60) as process:
        process.send_signal(signal.SIGSTOP)
        turns(here, 3)
        assert (here.erp.staged, state(here)) == ([], State.SENDING)
        process.send_signal(signal.SIGCONT)
        said = process.communicate(timeout=30)[0]
    assert "1 accepted" in said
    turns(here, 2)
    assert len(here.erp.staged) == 1
    assert state(here) is State.ACCEPTED


def test_one_that_wakes_up_when_nothing_may_leave_any_more_sends_nothing(here):
    with sending(here, "before", lease=1) as process:
        process.send_signal(signal.SIGSTOP)
        turns(here, 2)
        time.sleep(1)
        assert (here.erp.staged, state(here)) == ([], State.SENDING)
        process.send_signal(signal.SIGCONT)
        said = process.communicate(timeout=30)[0]
    assert "1 retrying" in said
    assert here.erp.staged == []
    soon(here, State.ACCEPTED)
    assert len(here.erp.staged) == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_a_killed_worker_was_sending_has_one_effect(here, when):
    with sending(here, when, lease=60) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
    soon(here, State.ACCEPTED)
    turns(here, 2)
    assert len(here.erp.staged) == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_a_killed_worker_was_sending_together_is_asked_about_and_has_one_effect_each(here, when):
    for _ in range(2):
        here.later(seconds=1)
        here.warehouse.adjust("1234_blk_m", 5, "FOUND")
    collect_movements(here.site)
    with sending(here, when, lease=60, together=3) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert here.states("inventory_adjustment") == [State.SENDING] * 3
    assert len(here.erp.staged) == (3 if when == "after" else 0)
    last = time.monotonic() + 15
    while set(here.states("inventory_adjustment")) != {State.ACCEPTED} and time.monotonic() < last:
        turns(here, 1)
    for posting in here.postings("inventory_adjustment"):
        assert State.IN_DOUBT in [step.after for step in here.site.ledger.history(posting.key)]
    turns(here, 2)
    assert here.states("inventory_adjustment") == [State.ACCEPTED] * 3
    assert len({one.isa_num for one in here.erp.staged}) == len(here.erp.staged) == 3
