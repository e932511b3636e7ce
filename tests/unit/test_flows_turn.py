"""One turn of the loop: walls between its steps, its deadline, and what it hands back."""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from attrs import evolve
from flows_world import BLACK, Loop, bluecherry_through, clarus_through, loop

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.clarus._client import Clarus
from clarus_bluecherry.clarus.webhooks import Receiver
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows import Collected, TurnStep, turn, webhooks
from clarus_bluecherry.flows.webhooks import LedgerInbox
from clarus_bluecherry.ledger import InboxState, State

STEPS = [step for step in TurnStep if step is not TurnStep.ALERTS]
"""Those of a site that tells nobody."""

TOKEN = "t" * 43
NOBODY = "http://127.0.0.1:9"
ONE_BLACK = ((BLACK, 1),)


class Slow(httpx.HTTPTransport):
    """Blue Cherry's answers take a while, and what it was asked for is counted."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds, self.asked = seconds, list[float]()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(time.monotonic())
        time.sleep(self.seconds)
        return super().handle_request(request)


@contextmanager
def slow_bluecherry(here: Loop, seconds: float) -> Iterator[Slow]:
    transport = Slow(seconds)
    before = here.site
    with BlueCherry(bluecherry_through(here.bluecherry_url, transport)) as client:
        here.site = evolve(before, bluecherry=client)
        yield transport
    here.site = before


def away() -> BlueCherry:
    """A Blue Cherry that cannot be reached."""
    return BlueCherry(bluecherry_through(NOBODY, httpx.HTTPTransport()))


def shipped(here: Loop, *numbers: str) -> None:
    """Orders that are in the warehouse, and have left there since the last turn."""
    for number in numbers:
        here.release(number, lines=ONE_BLACK)
    assert turn(here.site).is_whole
    for number in numbers:
        here.ship(number)
    here.later(minutes=5)


# Whole turns -------------------------------------------------------------------------------------------------


def test_a_turn_brings_orders_out_and_the_next_one_movements_back() -> None:
    with loop() as here:
        here.release("1001")
        first = turn(here.site)
        assert first.is_whole
        assert str(first.done[TurnStep.ORDERS]) == "1 new"
        assert str(first.delivered) == "1 posted"
        here.ship("1001")
        here.later(minutes=5)
        second = turn(here.site)
        assert str(second.done[TurnStep.MOVEMENTS]) == "1 new, 4 known"
        assert here.states("order_shipment") == [State.ACCEPTED]
        assert list(second.done) == STEPS


def test_a_turn_tells_each_step_as_it_ends_in_words_for_people() -> None:
    with loop() as here:
        here.release("1001")
        heard: list[str] = []
        turned = turn(here.site, on_progress=lambda step, found: heard.append(f"{step.label}: {found}"))
        assert heard[3] == "orders from Blue Cherry: 1 new"
        assert str(turned) == "; ".join(heard)
        assert turned.moved
        assert not turn(here.site).moved


def test_only_the_steps_that_are_asked_for_are_taken() -> None:
    with loop() as here:
        here.release("1001")
        turned = turn(here.site, steps=(TurnStep.INBOX, TurnStep.DELIVER))
        assert list(turned.done) == [TurnStep.INBOX, TurnStep.DELIVER]
        assert here.postings("goods_out") == []


def test_accepted_postings_are_asked_about_only_where_something_is_read() -> None:
    with loop() as here:
        shipped(here, "1001")
        turn(here.site)
        here.erp.process_staging()
        here.erp.run_invoicing()
        turn(here.site, steps=(TurnStep.INBOX, TurnStep.DELIVER))
        assert here.states("order_shipment") == [State.ACCEPTED]
        turn(here.site)
        assert here.states("order_shipment") == [State.POSTED]


def test_no_more_than_the_limit_is_sent() -> None:
    with loop() as here:
        for number in ("1001", "1002", "1003"):
            here.release(number, ONE_BLACK)
        turn(here.site, limit=2)
        assert sorted(here.states("goods_out")) == [State.PENDING, State.POSTED, State.POSTED]


# Walls between steps -----------------------------------------------------------------------------------------


def test_a_blue_cherry_that_is_away_stops_nothing_of_the_warehouse() -> None:
    with loop() as here:
        shipped(here, "1001")
        with away() as nobody:
            turned = turn(evolve(here.site, bluecherry=nobody))
        assert not turned.is_whole
        assert set(turned.stopped) == {"orders", "bluecherry"}
        assert str(turned).count("bluecherry stopped: ") == 1
        assert here.states("order_shipment") == [State.RETRYING]
        here.later(hours=1)
        assert turn(here.site).is_whole
        assert here.states("order_shipment") == [State.ACCEPTED]


def test_a_clarus_that_is_away_stops_nothing_of_blue_cherry() -> None:
    with loop() as here:
        shipped(here, "1001")
        turn(here.site, steps=(TurnStep.MOVEMENTS,))
        with Clarus(here.warehouse.subdomain, sender=clarus_through(NOBODY, httpx.HTTPTransport())) as nobody:
            turned = turn(evolve(here.site, clarus=nobody))
        assert "movements" in turned.stopped
        assert here.states("order_shipment") == [State.ACCEPTED]


@pytest.mark.parametrize("step", [TurnStep.INBOX, TurnStep.ORDERS, TurnStep.MOVEMENTS, TurnStep.REPROCESS])
def test_whatever_a_step_raises_the_others_end_as_they_would(
    step: TurnStep, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {
        TurnStep.INBOX: "process_inbox",
        TurnStep.ORDERS: "collect_orders",
        TurnStep.MOVEMENTS: "collect_movements",
        TurnStep.REPROCESS: "reprocess",
    }

    def defect(site: object) -> None:
        raise ZeroDivisionError("of Jane Doe, 1 Main St")

    with loop() as here:
        here.release("1001", ONE_BLACK)
        turn(here.site)
        here.ship("1001")
        here.release("1002", ONE_BLACK)
        monkeypatch.setattr(sys.modules["clarus_bluecherry.flows.turn"], names[step], defect)
        turned = turn(here.site)
        assert list(turned.stopped) == [step]
        assert "ZeroDivisionError" in turned.stopped[step]
        assert "Jane" not in str(turned)
        assert set(turned.done) == set(STEPS) - {step}
        monkeypatch.undo()
        turn(here.site)
        assert here.states("goods_out") == [State.POSTED, State.POSTED]
        assert here.states("order_shipment") == [State.ACCEPTED]


def test_a_hook_that_raises_is_told_and_stops_nothing() -> None:
    def hook(step: TurnStep, found: object) -> None:
        raise RuntimeError

    with loop() as here:
        here.release("1001")
        turned = turn(here.site, on_progress=hook)
        assert list(turned.done) == STEPS
        assert set(turned.stopped) == set(STEPS)
        assert here.states("goods_out") == [State.POSTED]


def test_an_interruption_ends_the_turn() -> None:
    def hook(step: TurnStep, found: object) -> None:
        raise KeyboardInterrupt

    with loop() as here, pytest.raises(KeyboardInterrupt):
        turn(here.site, on_progress=hook)


# The deadline ------------------------------------------------------------------------------------------------


def test_after_the_deadline_nothing_more_is_sent_and_nothing_is_held() -> None:
    numbers = [str(1001 + number) for number in range(12)]
    with loop() as here:
        shipped(here, *numbers)
        turn(here.site, steps=(TurnStep.MOVEMENTS,))
        with slow_bluecherry(here, 0.4) as there:
            began = time.monotonic()
            turned = turn(here.site, steps=(TurnStep.DELIVER,), deadline=dt.timedelta(seconds=1.5))
            took = time.monotonic() - began
        assert 1.5 <= took < 4
        assert max(there.asked) - began < 1.5
        assert turned.stopped == {"deliver": "its time was up; the next turn goes on"}
        states = here.states("order_shipment")
        assert 1 <= states.count(State.ACCEPTED) <= 5
        assert states.count(State.PENDING) == 12 - states.count(State.ACCEPTED)
        assert turned.delivered is not None
        assert turned.delivered.counts[State.ACCEPTED] == states.count(State.ACCEPTED)


def test_a_turn_whose_time_was_up_before_it_began_does_nothing() -> None:
    with loop() as here:
        here.release("1001")
        for deadline in (dt.timedelta(0), here.time - dt.timedelta(hours=1)):
            turned = turn(here.site, deadline=deadline)
            assert turned.done == {}
            assert set(turned.stopped) == set(STEPS)
        assert here.postings("goods_out") == []


def test_a_deadline_is_an_instant_of_the_sites_clock_too() -> None:
    with loop() as here:
        here.release("1001")
        assert turn(here.site, deadline=here.time + dt.timedelta(minutes=5)).is_whole
        with pytest.raises(InvalidRecord, match="no time zone"):
            turn(here.site, deadline=here.time.replace(tzinfo=None))


def test_a_reading_that_takes_too_long_leaves_time_to_send_and_goes_on_at_the_next_turn() -> None:
    with loop() as here:
        shipped(here, "1001")
        turn(here.site, steps=(TurnStep.MOVEMENTS,))
        here.release("1002", ONE_BLACK)
        with slow_bluecherry(here, 1.2):
            turned = turn(here.site, deadline=dt.timedelta(seconds=1.5))
        assert "orders" in turned.stopped
        assert "movements" in turned.stopped
        assert here.states("order_shipment") == [State.ACCEPTED]
        turn(here.site)
        assert here.states("goods_out") == [State.POSTED, State.POSTED]


def test_looks_that_were_taken_and_not_begun_are_handed_back() -> None:
    with loop() as here:
        receiver = Receiver(inbox=LedgerInbox(here.site.ledger, clock=lambda: here.time), token=TOKEN)
        for event in ("goods_out.completed", "stock.received"):
            receiver.receive("POST", f"/{TOKEN}/{event}", {}, b'{"data": {"id": 1, "reference": "1001"}}')
        looked: list[bool] = []

        def once() -> bool:
            looked.append(True)
            return len(looked) > 2

        turn(evolve(here.site, time_is_up=once), steps=(TurnStep.INBOX,))
        looks = here.notices()
        assert len(looks) == 2
        assert all(look.due == here.time for look in looks if look.state is InboxState.WAITING)
        assert InboxState.WAITING in [look.state for look in looks]
        here.later(minutes=2)
        turn(here.site)
        assert here.notice_states() == [InboxState.DONE, InboxState.DONE]


def test_notices_that_come_while_it_looks_do_not_keep_a_turn_from_sending(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with loop() as here:
        shipped(here, "1001")
        receiver = Receiver(inbox=LedgerInbox(here.site.ledger, clock=lambda: here.time), token=TOKEN)
        looking, came = webhooks.collect_dispatches, list[int]()

        def another(*given: object) -> Collected:
            came.append(len(came))
            assert len(came) < 5, "it looks for ever"
            body = f'{{"data": {{"id": {len(came)}, "reference": "1001"}}}}'.encode()
            receiver.receive("POST", f"/{TOKEN}/goods_out.completed", {}, body)
            return looking(*given)  # type: ignore[arg-type]

        monkeypatch.setattr(webhooks, "collect_dispatches", another)
        receiver.receive("POST", f"/{TOKEN}/goods_out.completed", {}, b'{"data": {"id": 9, "reference": "1001"}}')
        turn(here.site)
        assert here.states("order_shipment") == [State.ACCEPTED]
        assert len(came) == 1
