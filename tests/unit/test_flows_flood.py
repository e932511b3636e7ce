"""A flood of notices: each turn does its share of them and sends what is due all the same."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from attrs import evolve
from flows_world import BLACK, CODES, Loop, clarus_through, loop

from clarus_bluecherry.clarus._client import Clarus
from clarus_bluecherry.clarus.webhooks import Receiver
from clarus_bluecherry.flows import TurnStep, turn, webhooks
from clarus_bluecherry.flows.webhooks import LedgerInbox
from clarus_bluecherry.ledger import InboxState, State

TOKEN = "t" * 32
A_SECOND = 20
"""Notices."""


class Telling(httpx.HTTPTransport):
    """Every request to the warehouse takes a second, in which more notices come in."""

    def __init__(self, tell: Flood) -> None:
        super().__init__()
        self._flood = tell
        self.asked = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        assert self.asked < 500, "it looks for ever"
        self._flood.tell(A_SECOND)
        self._flood.here.later(seconds=1)
        return super().handle_request(request)


class Flood:
    """Notices of the warehouse, of many orders and of stock."""

    def __init__(self, here: Loop) -> None:
        self.here = here
        self._came = 0
        self._receiver = Receiver(
            inbox=LedgerInbox(here.site.ledger, clock=lambda: here.time), token=TOKEN, max_body=1000
        )

    def tell(self, count: int, *, order: str = "") -> None:
        with self.here.site.ledger.transaction():
            for _ in range(count):
                self._came += 1
                event = "stock.received" if self._came % 2 and not order else "goods_out.completed"
                named = order or str(2000 + self._came)
                body = f'{{"data": {{"id": {self._came}, "reference": "{named}"}}}}'.encode()
                assert self._receiver.receive("POST", f"/{TOKEN}/{event}", {}, body).status == 202


@pytest.fixture
def here() -> Iterator[Loop]:
    with loop() as here:
        yield here


def test_at_twenty_notices_a_second_a_posting_leaves_in_every_turn(here: Loop) -> None:
    flood = Flood(here)
    flood.tell(2000)
    transport = Telling(flood)
    with Clarus(here.warehouse.subdomain, sender=clarus_through(here.clarus_url, transport)) as clarus:
        site = evolve(here.site, clarus=clarus)
        for number in range(1, 4):
            here.warehouse.adjust(CODES[BLACK], number, "FOUND")
            turned = turn(site, limit=1)
            assert turned.is_whole, turned
            assert here.states("inventory_adjustment") == [State.ACCEPTED] * number
    assert here.waiting(), "there are still some, and nothing waited for them"


def test_a_turn_looks_after_its_share_and_the_next_ones_after_the_rest(
    here: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "_AT_ONCE", 10)
    flood = Flood(here)
    for number in range(30):
        flood.tell(1, order=str(2000 + number))
    left = []
    while here.waiting():
        turn(here.site, steps=(TurnStep.INBOX,))
        left.append(len(here.waiting()))
    assert left == [20, 10, 0]


def test_one_look_does_for_all_that_was_told_of_one_order(here: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "_AT_ONCE", 10)
    looked: list[list[str]] = []
    looking = webhooks.collect_dispatches
    monkeypatch.setattr(
        webhooks,
        "collect_dispatches",
        lambda site, named: looked.append(sorted(named)) or looking(site, named),  # type: ignore[func-returns-value]
    )
    flood = Flood(here)
    flood.tell(500, order="2001")
    flood.tell(1, order="2002")
    turn(here.site, steps=(TurnStep.INBOX,))
    assert looked == [["2001"]]
    assert here.notice_states().count(InboxState.DONE) == 500
    turn(here.site, steps=(TurnStep.INBOX,))
    assert looked == [["2001"], ["2002"]]
    assert here.waiting() == []
