"""Who is left alone, and how often is asked: breakers, quiet windows, ever rarer questions, whose clock counts."""

import datetime as dt
import threading

import pytest
from attrs import evolve
from flows_world import loop
from ledger_databases import a_place
from wall_world import wall

from clarus_bluecherry.bluecherry.messages import DeliveryStatus as Said
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord, NotSent
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.movements_back import collect_movements
from clarus_bluecherry.flows.quiet import QuietWindow
from clarus_bluecherry.flows.targets import ErpTarget
from clarus_bluecherry.ledger import State
from clarus_bluecherry.sandbox.faults import Fault


def down(here):
    def refuse():
        raise NotSent("connection refused")

    here.books.pinging = refuse
    here.books.sending = dict.fromkeys(map(str, range(9)), refuse)


def up(here):
    here.books.pinging = lambda: None
    here.books.sending.clear()


def failing(here, times):
    """So many runs, a minute apart, none of which reaches the system."""
    found = None
    for _ in range(times):
        found = here.deliver()
        here.later(minutes=1)
    return found


def test_after_three_failures_in_a_row_it_is_left_alone_for_a_while():
    with wall(5) as here:
        down(here)
        failing(here, 2)
        third = here.deliver()
        assert "connection refused" in third.stopped["bluecherry"]
        sent, pings = len(here.books.sent), here.books.pings
        here.later(seconds=20)
        fourth = here.deliver()
        assert "3 times in a row" in fourth.stopped["bluecherry"]
        assert (len(here.books.sent), here.books.pings) == (sent, pings)


def test_when_the_while_is_over_one_harmless_question_tries_it_and_the_pause_grows():
    with wall(5) as here:
        down(here)
        failing(here, 3)
        sent = len(here.books.sent)
        pauses = []
        for _ in range(4):
            pings, since = here.books.pings, here.time
            while here.books.pings == pings:
                here.later(seconds=10)
                here.deliver()
            pauses.append(here.time - since)
        assert len(here.books.sent) == sent
        assert pauses == sorted(pauses)
        assert pauses[-1] > 3 * pauses[0]
        for _ in range(60):
            here.later(minutes=31)
            here.deliver()
        assert here.books.pings <= pings + 62


def test_once_it_answers_everything_goes_on_at_once_and_the_count_begins_anew():
    with wall(5) as here:
        down(here)
        failing(here, 3)
        up(here)
        here.later(hours=1)
        assert here.deliver().stopped == {}
        assert here.states() == [State.ACCEPTED] * 5
        here.happen(5)
        down(here)
        failing(here, 2)
        up(here)
        assert here.deliver().stopped == {}


def test_all_workers_of_a_ledger_leave_it_alone_and_one_of_them_tries_it(tmp_path):
    with wall(5, ledger=str(tmp_path / "l.sqlite")) as here:
        down(here)
        failing(here, 3)
        here.later(hours=1)
        found = []

        def meanwhile():
            here.books.pinging = lambda: None
            found.append(here.deliver())

        here.books.pinging = meanwhile
        here.books.sending.clear()
        assert here.deliver().stopped == {}
        assert "left alone until" in found[0].stopped["bluecherry"]
        assert here.states() == [State.ACCEPTED] * 5


def test_failures_of_single_records_open_nothing():
    with wall(9) as here:

        def refuse():
            raise InvalidRecord("no")

        here.books.sending = dict.fromkeys(map(str, range(8)), refuse)
        assert here.deliver().stopped == {}
        assert here.posting(8).state is State.ACCEPTED


# Quiet windows


def quiet(here, *windows):
    here.site = evolve(here.site, quiet={"bluecherry": windows})


@pytest.mark.parametrize("window", ["08:00-10:00", "22:00-10:00"])
def test_in_a_quiet_window_nothing_is_sent_and_nothing_asked(window):
    with wall(2) as here:  # it is 9 o'clock in New York
        quiet(here, window)
        found = here.deliver()
        assert found.stopped == {"bluecherry": "it is left alone from 08:00 to 10:00".replace("08", window[:2])}
        assert (here.books.sent, here.books.asked, here.books.pings) == ([], [], 0)
        here.later(hours=1)
        assert here.deliver().stopped == {}
        assert here.states() == [State.ACCEPTED] * 2


def test_what_is_left_with_us_is_not_brought_in_a_quiet_window(monkeypatch):
    brought = []
    monkeypatch.setattr(ErpTarget, "finish", lambda target: brought.append(target))
    with wall(1) as here:
        quiet(here, "08:00-10:00")
        here.deliver()
        assert brought == []
        here.later(hours=1)
        here.deliver()
        assert len(brought) == 1


def test_a_window_that_begins_during_the_run_ends_it_for_that_system():
    with wall(3) as here:
        quiet(here, "09:01-10:00")
        here.books.sending["0"] = lambda: here.later(minutes=1)
        found = here.deliver(confirm=False)
        assert "09:01 to 10:00" in found.stopped["bluecherry"]
        assert here.books.sent == ["0"]
        assert here.states() == [State.ACCEPTED, State.PENDING, State.PENDING]


@pytest.mark.parametrize("text", ["", "8-10", "08:00", "08:00-08:00", "25:00-26:00", "08:00 - 10:00 UTC"])
def test_a_window_that_is_none_is_refused(text):
    with pytest.raises(ConfigurationError, match="22:00-23:30"):
        QuietWindow.of(text)


# Asking more rarely


def test_what_stays_accepted_is_asked_about_more_rarely_with_age():
    with wall(1) as here:
        here.deliver(confirm=False)
        asked = {}
        spans = {"hour": (30, {"minutes": 2}), "day": (92, {"minutes": 15}), "weeks": (240, {"hours": 2})}
        for name, (turns, step) in spans.items():
            before = len(here.books.asked)
            for _ in range(turns):
                here.later(**step)
                here.deliver()
            asked[name] = len(here.books.asked) - before
        assert asked["hour"] < 25
        assert asked["day"] < 20
        assert 19 <= asked["weeks"] < 30
        here.books.means = Said.POSTED
        here.later(days=1)
        here.deliver()
        assert here.states() == [State.POSTED]


def test_a_turn_asks_about_so_many_and_the_next_goes_on_with_those_that_have_waited_longest():
    with wall(9) as here:
        here.site = evolve(here.site, most_questions=4)
        here.deliver(confirm=False)
        for _ in range(3):
            here.later(minutes=1)
            here.deliver()
        assert {here.books.asked.count(str(number)) for number in range(9)} == {1, 2}
        assert len(here.books.asked) == 12


# Whose clock


def test_what_rests_is_due_by_the_databases_clock_whatever_a_machine_believes(tmp_path):
    with loop(ledger=a_place("postgres", tmp_path), own_clock=True) as here:
        here.warehouse.adjust("1234_blk_m", 1, "FOUND")
        collect_movements(here.site)
        here.bluecherry_faults.next(Fault.TOO_MANY_WITHOUT_RETRY_AFTER, path_contains="PhysicalInventoryTM")
        ahead = evolve(here.site, clock=lambda: here.time + dt.timedelta(hours=1))
        deliver(here.site)
        deliver(ahead)
        (waits,) = here.postings("inventory_adjustment")
        assert (waits.state, here.erp.staged) == (State.RETRYING, [])
        assert abs(waits.next_attempt_at - here.site.ledger.now()) < dt.timedelta(minutes=2)


# The budget


def budget(here, count):
    here.site = evolve(here.site, messages_per_minute={"bluecherry": count})


def test_all_workers_together_send_no_more_in_a_minute_than_the_site_allows(tmp_path):
    with wall(9, ledger=str(tmp_path / "l.sqlite")) as here:
        budget(here, 4)
        here.deliver(limit=3)
        found = []
        other = threading.Thread(target=lambda: found.append(here.deliver()))
        other.start()
        other.join()
        assert len(here.books.sent) == 4
        assert found[0].stopped == {"bluecherry": "its 4 messages of this minute are sent"}
        here.deliver()
        assert len(here.books.sent) == 4
        here.later(minutes=1)
        here.deliver()
        assert len(here.books.sent) == 8
        here.later(minutes=1)
        assert here.deliver().stopped == {}
        assert here.states() == [State.ACCEPTED] * 9


def test_what_is_not_sent_costs_nothing_and_questions_are_asked_all_the_same():
    with wall(2) as here:
        budget(here, 2)
        here.deliver()
        for _ in range(3):
            assert here.deliver().stopped.keys() <= {"bluecherry"}
        here.books.means = Said.POSTED
        here.later(minutes=1)
        for _ in range(3):
            here.deliver()
        here.happen(2, 3)
        here.deliver()
        assert sorted(here.counts().items()) == [("posted", 4)]


def test_on_a_server_the_budget_is_one_for_all(tmp_path):
    with wall(9, ledger=a_place("postgres", tmp_path)) as here:
        budget(here, 5)
        workers = [threading.Thread(target=here.deliver) for _ in range(3)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert len(here.books.sent) == 5


def test_before_books_are_compared_everything_accepted_is_asked_about():
    with loop() as here:
        here.warehouse.adjust("1234_blk_m", 5, "FOUND")
        here.turn()
        for _ in range(3):
            here.later(days=10)
            here.turn()
        here.erp.process_staging()
        here.turn()
        assert here.states("inventory_adjustment") == [State.ACCEPTED]  # its next question is not due
        found = here.reconcile()
        assert here.states("inventory_adjustment") == [State.POSTED]
        assert found.differing == ()
