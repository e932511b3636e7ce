"""Two workers leave the same document at one instant: both come out right, and there is one file."""

import datetime as dt
import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from exchange_world import Place
from test_exchange_intent import NUMBER, leave, outcome, seen

from clarus_bluecherry.exchange import Folder, SentOutcome
from clarus_bluecherry.exchange.leaving import Leaving

NAME = f"945_{NUMBER}_20260302.csv"
WORKERS, DOCUMENTS = 3, 25


@pytest.fixture
def place(tmp_path):
    made = Place(tmp_path / "exchange")
    yield made
    made.close()


@pytest.mark.parametrize("step", ["leave", "put"])
def test_the_one_that_is_overtaken_between_its_intent_and_its_effect_comes_out_right(place, monkeypatch, step):
    first, second = place.open(), place.open()
    has_looked, is_through, shown = threading.Event(), threading.Event(), Leaving._show

    def slowly():
        has_looked.set()
        assert is_through.wait(10)
        return b"shipped"

    def in_pieces():
        yield slowly()

    def other():
        if step == "leave":
            return leave(second, slowly)
        return second.put(NAME, in_pieces())

    with ThreadPoolExecutor(1) as pool:
        started = []

        def show(leaving, intended):
            if not started:
                started.append(pool.submit(other))
                assert has_looked.wait(10)
            shown(leaving, intended)
            is_through.set()

        monkeypatch.setattr(Leaving, "_show", show)
        try:
            if step == "leave":
                assert leave(first) == NAME
            else:
                first.put(NAME, b"shipped")
        finally:
            is_through.set()
        assert started[0].result(10) in (NAME, None)
    assert seen(place) == {NAME: b"shipped"}
    assert step == "put" or outcome(first) is SentOutcome.SENT


def _worker(root, start, said):
    try:
        with Folder(root, settle=dt.timedelta(0)) as folder:
            start.wait(60)
            names = [folder.leave(f"{n:09}", f"{n:09}.csv", b"shipped") for n in range(DOCUMENTS)]
        said.put(names)
    except Exception as error:  # noqa: BLE001 - the test shows it
        said.put(repr(error))


def test_processes_that_leave_the_same_documents_at_once_leave_each_once(tmp_path):
    root, spawned = tmp_path / "exchange", multiprocessing.get_context("spawn")
    Folder(root).close()
    start, said = spawned.Barrier(WORKERS), spawned.Queue()
    workers = [spawned.Process(target=_worker, args=(root, start, said)) for _ in range(WORKERS)]
    for each in workers:
        each.start()
    told = [said.get(timeout=90) for _ in workers]
    for each in workers:
        each.join(30)
    names = [f"{n:09}.csv" for n in range(DOCUMENTS)]
    assert told == [names] * WORKERS
    assert sorted(path.name for path in (root / "out").iterdir()) == names
