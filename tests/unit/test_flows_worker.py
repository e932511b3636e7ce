"""What a worker knows by itself: which product is which SKU, learnt anew when a person decides."""

from __future__ import annotations

import datetime as dt
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from attrs import define, field
from ledger_databases import a_place, postgres
from waiting_guard import caught
from worker_world import PATIENCE, machine, states

from clarus_bluecherry.clarus.webhooks import Receiver
from clarus_bluecherry.config import Secrets
from clarus_bluecherry.flows import Turned, TurnStep
from clarus_bluecherry.flows.webhooks import LedgerInbox
from clarus_bluecherry.flows.worker import LEARNING, WORKER, Pace, Stop, Worker
from clarus_bluecherry.ledger import State
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.sandbox import Sandbox

STEADY = Pace(every=dt.timedelta(seconds=1), is_steady=True)
HEADERS = "clarus_code,division,style,color,label,dimension,size,origin\n"


@define
class Working:
    """A worker in a thread, and the turns that it has taken."""

    turns: list[Turned] = field(factory=list)

    def until(self, happened: Callable[[Turned], object]) -> Turned:
        """The next turn of which this is so."""
        seen, end = len(self.turns), time.monotonic() + PATIENCE
        while True:
            for turned in self.turns[seen:]:
                seen += 1
                if happened(turned):
                    return turned
            assert time.monotonic() < end, self.turns
            time.sleep(0.05)


@contextmanager
def working(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    sandbox: Sandbox,
    pace: Pace = STEADY,
    on_progress: Callable[[TurnStep, object], None] = lambda step, outcome: None,
) -> Iterator[Working]:
    for name, value in sandbox.environment.items():
        monkeypatch.setenv(name, value)
    here, stop = Working(), Stop()
    worker = Worker(
        folder / "site.toml",
        Secrets.from_environment(),
        pace=pace,
        stop=stop,
        on_turn=here.turns.append,
        on_progress=on_progress,
    )
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield here
    finally:
        stop.set()
        thread.join(PATIENCE)
        stop.close()
    assert caught == []


def test_what_a_person_decides_is_obeyed_and_what_was_learnt_stands_while_lists_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sandbox(seed=1) as sandbox:
        machine(sandbox, tmp_path / "here", tmp_path / "ledger.sqlite")
        folder, decisions = tmp_path / "here", tmp_path / "here" / "decisions.csv"
        decisions.write_text(HEADERS, "utf-8")
        with (folder / "site.toml").open("a", encoding="utf-8") as site:
            site.write('\n[sku]\ndecisions = "decisions.csv"\n')
        with Ledger.open(tmp_path / "ledger.sqlite") as ledger, working(folder, monkeypatch, sandbox) as here:
            here.until(lambda turned: turned.moved)
            assert states(ledger)[State.PARKED] == 1
            second = here.until(lambda turned: turned.is_whole)
            assert TurnStep.PRODUCTS not in second.done  # it was not learnt anew

            decisions.write_text(HEADERS + "a line that nobody can obey\n", "utf-8")
            without = here.until(lambda turned: LEARNING in turned.stopped)
            assert list(without.stopped) == [LEARNING]
            assert str(without.done[TurnStep.ORDERS]) == "81 known"

            decided = [(each.warehouse_code, each) for each in sandbox.season.undecidable]
            rows = [
                f"{code},,{one.style},{one.color},{one.label},{one.dimension},{one.size},person\n"
                for code, one in decided
            ]
            decisions.write_text(HEADERS + "".join(rows), "utf-8")
            os.utime(decisions)
            here.until(lambda turned: turned.moved and turned.is_whole)
            assert states(ledger) == {State.POSTED: 73}


def test_a_database_that_drops_every_connection_ends_no_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = postgres()
    engine = sa.create_engine(place.replace("postgresql://", "postgresql+psycopg://"))
    with Sandbox(seed=1) as sandbox:
        machine(sandbox, tmp_path / "here", place)
        pace = Pace(every=dt.timedelta(seconds=2))
        with working(tmp_path / "here", monkeypatch, sandbox, pace) as here:
            here.until(lambda turned: turned.moved)
            with engine.begin() as connection:
                others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                connection.execute(sa.text(f"{others} AND datname = current_database()"))
            here.until(lambda turned: WORKER in turned.stopped)
            sandbox.dispatch("500101")
            here.until(lambda turned: turned.moved and turned.is_whole)
        with Ledger.open(place) as ledger:
            assert states(ledger, "order_shipment") == {State.ACCEPTED: 1}
    engine.dispose()


@pytest.mark.parametrize("system", ["sqlite", "postgresql"])
def test_a_notice_that_comes_while_a_worker_reads_waits_for_one_step_and_no_other_worker_reads(
    system: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = a_place(system, tmp_path)
    marks: list[dt.datetime | None] = []
    with Sandbox(seed=1) as sandbox, Ledger.open(place) as ledger:
        receiver = Receiver(inbox=LedgerInbox(ledger, clock=lambda: dt.datetime.now(dt.UTC)), token="t" * 32)

        def on_progress(step: TurnStep, outcome: object) -> None:
            marks.append(ledger.watermark("worker.read"))
            if step is TurnStep.ORDERS and not here.turns:
                sandbox.adjust(next(iter(sandbox.warehouse.products)).code, 7)
                receiver.receive("POST", f"/hooks/{'t' * 32}/stock.received", {}, b'{"data": {"id": 1}}')

        machine(sandbox, tmp_path / "here", place)
        pace = Pace(every=dt.timedelta(hours=1))
        with working(tmp_path / "here", monkeypatch, sandbox, pace, on_progress) as here:
            whole = here.until(lambda turned: TurnStep.MOVEMENTS in turned.done)
        told = here.turns[0]
    assert whole.is_whole
    assert told.done.keys() == {TurnStep.INBOX, TurnStep.DELIVER}
    assert str(told.done[TurnStep.INBOX]) == "1 new"
    assert told.delivered is not None
    assert told.delivered.counts[State.ACCEPTED] == 1
    assert len(set(marks)) >= len(whole.done), "at each step who asks whether to read sees that somebody does"
