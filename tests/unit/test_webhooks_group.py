"""Many notices at once: one thread writes for all, each is answered when it is durable and hears of its own."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from attrs import evolve
from ledger_databases import a_place

from clarus_bluecherry.clarus.webhooks import CallOutcome, Receiver, WebhookNotice, asgi_app, read_notice
from clarus_bluecherry.errors import LedgerError, Retry
from clarus_bluecherry.flows.group import WriteGroup
from clarus_bluecherry.flows.webhooks import LedgerInbox
from clarus_bluecherry.ledger import Ledger

TOKEN = "t" * 32
PATH = f"/hooks/{TOKEN}/goods_out.completed"
MANY = 24


def notice(number: int) -> WebhookNotice:
    return read_notice(PATH, {}, b'{"data": {"id": %d, "reference": "%d"}}' % (number, number))


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def together(act: Callable[[int], object], count: int = MANY) -> list[object]:
    """What `act` gives or raises in as many threads, all at once."""
    begin = threading.Barrier(count)

    def one(number: int) -> object:
        begin.wait(30)
        try:
            return act(number)
        except Exception as error:  # noqa: BLE001 - each hears of its own
            return error

    with ThreadPoolExecutor(count) as threads:
        return [*threads.map(one, range(count))]


@pytest.fixture(params=["sqlite", "postgres"])
def place(request, tmp_path):
    return a_place(request.param, tmp_path)


class HeldUp:
    """Stops the first who writes until everybody else has brought something."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._transaction = Ledger.transaction
        self.begun, self.may_go_on, self.transactions = threading.Event(), threading.Event(), 0
        patch.setattr(Ledger, "transaction", lambda ledger: self._held(ledger))

    def _held(self, ledger: Ledger):
        if not ledger.in_transaction:
            self.transactions += 1
        if not self.begun.is_set():
            self.begun.set()
            self.may_go_on.wait(30)
        return self._transaction(ledger)


def first_and_then(held: HeldUp, inbox: LedgerInbox, others: list[WebhookNotice]) -> list[object]:
    """One who writes and is held up, and `others` who come meanwhile."""

    def bring(number: int) -> CallOutcome:
        if number == 0:
            return inbox.keep(notice(0))
        held.begun.wait(30)
        threading.Timer(0.5, held.may_go_on.set).start()
        return inbox.keep(others[number - 1])

    return together(bring, len(others) + 1)


def test_what_came_while_somebody_wrote_is_written_in_one_transaction(place, monkeypatch) -> None:
    with Ledger.open(place) as ledger:
        held = HeldUp(monkeypatch)
        inbox = LedgerInbox(ledger, clock=now)
        outcomes = first_and_then(held, inbox, [notice(number) for number in range(1, MANY)])
        assert outcomes == [CallOutcome.KEPT] * MANY
        assert held.transactions == 2
        assert len(ledger.inbox()) == MANY


def test_an_answer_is_given_when_everybody_else_can_see_the_notice(place) -> None:
    with Ledger.open(place) as ledger, Ledger.open(place) as another:
        inbox = LedgerInbox(ledger, clock=now)

        def bring(number: int) -> bool:
            inbox.keep(notice(number))
            return any(item.record.subject_id == str(number) for item in another.inbox())

        assert together(bring) == [True] * MANY


def test_known_ones_and_unreadable_ones_among_the_others_are_told_apart(place, monkeypatch) -> None:
    with Ledger.open(place) as ledger:
        held, inbox = HeldUp(monkeypatch), LedgerInbox(ledger, clock=now)
        broken = read_notice(PATH, {}, b"<html>")
        outcomes = first_and_then(held, inbox, [notice(0), notice(1), notice(1), broken, broken, notice(2)])
        assert outcomes[:2] == [CallOutcome.KEPT, CallOutcome.KNOWN]
        assert sorted(outcomes[2:4]) == [CallOutcome.KEPT, CallOutcome.KNOWN]
        assert sorted(outcomes[4:6]) == [CallOutcome.FOR_PERSON, CallOutcome.KNOWN]
        assert outcomes[6] is CallOutcome.KEPT


def test_one_that_cannot_be_kept_stops_no_other_of_its_group(place, monkeypatch) -> None:
    with Ledger.open(place) as ledger:
        held, inbox = HeldUp(monkeypatch), LedgerInbox(ledger, clock=now)
        strange = evolve(notice(1), event="of which nobody has heard")
        outcomes = first_and_then(held, inbox, [notice(2), strange, notice(3)])
        assert isinstance(outcomes[2], Exception)
        assert [outcomes[0], outcomes[1], outcomes[3]] == [CallOutcome.KEPT] * 3
        assert len(ledger.inbox()) == 3


def test_when_the_database_fails_all_hear_of_it_and_it_is_asked_once(tmp_path: Path, monkeypatch) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        held, inbox = HeldUp(monkeypatch), LedgerInbox(ledger, clock=now)
        tried: list[object] = []

        def gone(*words: object) -> None:
            tried.append(words)
            raise sa.exc.OperationalError("", {}, OSError("no room"))

        monkeypatch.setattr(ledger._database, "add", gone)
        outcomes = first_and_then(held, inbox, [notice(1), notice(2), notice(3)])
        assert all(isinstance(error, LedgerError) and error.retry is Retry.SAFE for error in outcomes)
        assert len(tried) == 2
        monkeypatch.undo()
        assert inbox.keep(notice(1)) is CallOutcome.KEPT


def test_whoever_is_stopped_while_writing_leaves_nobody_waiting() -> None:
    begun, written = threading.Event(), []

    def write(words):
        if "stop" in words:
            begun.set()
            threading.Event().wait(0.3)
            raise SystemExit
        written.extend(words)
        return words

    group: WriteGroup[str, str] = WriteGroup(write)

    def bring(number: int) -> str:
        if number == 0:
            try:
                return group.give("stop")
            except SystemExit:
                return "stopped"
        begun.wait(30)
        return group.give(str(number))

    assert together(bring, 4) == ["stopped", "1", "2", "3"]
    assert sorted(written) == ["1", "2", "3"]


class Slow:
    """An inbox that keeps nothing before it may."""

    def __init__(self) -> None:
        self.may = threading.Event()

    def keep(self, notice: WebhookNotice) -> CallOutcome:
        self.may.wait(30)
        return CallOutcome.KEPT


async def _call(app) -> tuple[int, dict[bytes, bytes]]:
    sent: list = []

    async def receive():
        return {"type": "http.request", "body": b'{"data": {"id": 1}}'}

    async def send(message):
        sent.append(message)

    await app({"type": "http", "method": "POST", "path": PATH, "headers": []}, receive, send)
    return sent[0]["status"], dict(sent[0]["headers"])


def test_calls_beyond_those_that_may_wait_are_told_at_once_when_to_come_again() -> None:
    async def story() -> tuple[list[tuple[int, dict[bytes, bytes]]], list[int]]:
        inbox = Slow()
        app = asgi_app(Receiver(inbox=inbox, token=TOKEN), most_waiting=40)
        waiting = [asyncio.create_task(_call(app)) for _ in range(40)]
        await asyncio.sleep(0.1)
        gone = waiting.pop()
        refused = [await asyncio.wait_for(_call(app), 5) for _ in range(3)]
        gone.cancel()
        await asyncio.sleep(0.1)
        waiting.append(asyncio.create_task(_call(app)))
        await asyncio.sleep(0.1)
        inbox.may.set()
        return refused, [status for status, _ in await asyncio.gather(*waiting)]

    refused, kept = asyncio.run(story())
    assert [status for status, _ in refused] == [503] * 3
    assert all(headers[b"retry-after"] == b"5" for _, headers in refused)
    assert kept == [202] * 40
