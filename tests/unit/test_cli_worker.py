"""`sync`, and `worker` as real processes: exit codes, several machines on one ledger, and what ends them."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest
from attrs import evolve
from ledger_databases import a_place, postgres
from worker_world import PATIENCE, Machine, each_once, machine, states, until
from worker_world import SENT_BY_THE_SANDBOX as SENT

from clarus_bluecherry.clarus.webhooks import WebhookNotice
from clarus_bluecherry.flows import LedgerInbox, utc_now
from clarus_bluecherry.ledger import State
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.sandbox import Sandbox

ONCE = ("sync", "--site", "site.toml", "--once")
NOBODY = "http://127.0.0.1:9"


def notice(reference: str) -> WebhookNotice:
    body = json.dumps({"data": {"id": 1, "reference": reference}}).encode()
    return WebhookNotice(resource="goods_out", event="completed", id="1", reference=reference, body=body)


# sync --once -------------------------------------------------------------------------------------------------


def test_a_turn_says_what_each_step_came_to_and_the_next_brings_the_dispatch_back(tmp_path: Path) -> None:
    with Sandbox(seed=1) as sandbox:
        here = machine(sandbox, tmp_path / "here", tmp_path / "ledger.sqlite")
        code, said, complained = here.runs(*ONCE)
        assert (code, complained.count("\n")) == (0, 1), complained  # where the new ledger was made
        assert said.splitlines() == [
            "notices of the warehouse: nothing",
            "periods of the books: nothing",
            "products of Blue Cherry: nothing",
            "orders from Blue Cherry: 80 new, 1 parked",
            "movements of the warehouse: nothing",
            "waited and may go on: 0",
            "sent and asked about: 80 posted",
        ]
        sandbox.dispatch("500101")
        code, said, complained = here.runs(*ONCE, "--json")
        document = json.loads(said)
        assert (code, complained) == (0, "")
        assert document["steps"]["deliver"] == {"accepted": 1}
        assert document["steps"]["movements"]["new"] == 1
        assert (document["failures"], document["stopped"]) == ([], {})
        assert said.count("\n") == 1


def test_a_system_that_is_away_is_named_and_the_exit_code_is_1(tmp_path: Path) -> None:
    with Sandbox(seed=1) as sandbox:
        here = machine(sandbox, tmp_path / "here", tmp_path / "ledger.sqlite")
        here.runs_here(*ONCE, "--limit", "0")
        there = evolve(here, environment={**here.environment, "CLARUS_CLIENT_SECRET": "another"})
        code, said, complained = there.runs_here(*ONCE)
        assert code == 1
        assert "sent and asked about: " in said
        assert "was refused with 401" in complained
        assert "Traceback" not in complained
        with Ledger.open(here.place) as ledger:

            def all_is_sent() -> bool:
                assert here.runs_here(*ONCE)[0] == 0
                return states(ledger) == SENT

            until(all_is_sent)  # the one that was refused rests for some seconds


def test_what_could_not_be_done_at_all_is_2(tmp_path: Path) -> None:
    with Sandbox(seed=1) as sandbox:
        here = machine(sandbox, tmp_path / "here", tmp_path / "ledger.sqlite")
        for words, told in (
            (ONCE[:-1], "--once or --watch"),
            ((*ONCE, "--watch"), "--once or --watch"),
            ((*ONCE, "--deadline", "soon"), "no length of time"),
            (("worker", "--site", "site.toml", "--every", "0"), "no length of time"),
        ):
            code, said, complained = here.runs_here(*words)
            assert (code, said) == (2, ""), complained
            assert told in " ".join(complained.split())
        here.change("zone", "Nowhere")
        for words in (ONCE, ("worker", "--site", "site.toml")):
            code, said, complained = here.runs_here(*words)
            assert (code, said) == (2, "")
            assert "zone" in complained
            assert "Traceback" not in complained
        assert not (tmp_path / "ledger.sqlite").exists()


def test_a_deadline_ends_a_turn_in_time_and_the_next_one_goes_on(tmp_path: Path) -> None:
    with Sandbox(seed=1) as sandbox:
        here = machine(sandbox, tmp_path / "here", tmp_path / "ledger.sqlite")
        here.runs_here(*ONCE, "--limit", "0")
        sandbox.faults["clarus"].on_write_applied = lambda method, path: time.sleep(0.5)
        began = time.monotonic()
        code, said, complained = here.runs_here(*ONCE, "--deadline", "8s")
        assert time.monotonic() - began < 40
        assert code == 1, said
        assert "deliver stopped: its time was up" in complained
        with Ledger.open(here.place) as ledger:
            before = states(ledger)
            assert before[State.PENDING] > 0
            assert before.keys() <= {State.PENDING, State.POSTED, State.PARKED}
        sandbox.faults["clarus"].on_write_applied = None
        assert here.runs_here(*ONCE)[0] == 0
        assert each_once(sandbox)


# Workers -----------------------------------------------------------------------------------------------------


def test_two_workers_on_two_machines_share_one_ledger_and_are_woken_by_what_is_kept(tmp_path: Path) -> None:
    place = postgres()
    with Sandbox(seed=1) as sandbox, Ledger.open(place) as ledger:
        one, two = (machine(sandbox, tmp_path / name, place) for name in ("one", "two"))
        with one.working("--every", "1h") as first, two.working("--every", "1h", "--json") as second:
            until(lambda: states(ledger) == SENT, first, second)
            assert each_once(sandbox)
            until(lambda: ledger.watermark("worker.read"), first, second)
            time.sleep(8)  # both rest now, for longer and longer: nobody reads for a while
            sandbox.dispatch("500101")
            LedgerInbox(ledger, clock=utc_now).keep(notice("500101"))
            began = time.monotonic()
            until(lambda: states(ledger, "order_shipment") == {State.ACCEPTED: 1}, first, second)
            assert time.monotonic() - began < 30
            assert [row.entity for row in sandbox.erp.staged] == ["OrderShipment"]
            for worker in (first, second):
                worker.send_signal(signal.SIGTERM)
            said = [worker.communicate(timeout=PATIENCE) for worker in (first, second)]
        assert [first.returncode, second.returncode] == [0, 0]
        assert said[0][0] == ""
        documents = [json.loads(line) for line in said[1][0].splitlines()]
        assert all(document.keys() == {"at", "steps", "failures", "stopped"} for document in documents)
        assert "what was not begun is handed back" in said[0][1]
        assert ledger.in_state(State.SENDING) == []


@pytest.mark.parametrize("system", ["sqlite", "postgres"])
def test_a_signal_to_stop_lets_what_is_under_way_come_to_its_end(system: str, tmp_path: Path) -> None:
    place = a_place(system, tmp_path)
    with Sandbox(seed=1) as sandbox, Ledger.open(place) as ledger:
        here, applied = machine(sandbox, tmp_path / "here", place), list[str]()

        with here.working() as worker:

            def strike(method: str, path: str) -> None:
                applied.append(path)
                if len(applied) == 3:
                    worker.send_signal(signal.SIGTERM)
                    time.sleep(1)

            sandbox.faults["clarus"].on_write_applied = strike
            _, complained = worker.communicate(timeout=PATIENCE)
        assert worker.returncode == 0, complained
        assert "Traceback" not in complained
        assert len(applied) == 3
        found = states(ledger) + states(ledger, "pre_receipt")
        assert (found[State.POSTED], found[State.PENDING], found[State.SENDING]) == (3, 77, 0)


def test_a_second_signal_ends_it_at_once(tmp_path: Path) -> None:
    with Sandbox(seed=1) as sandbox:
        here = machine(sandbox, tmp_path / "here", tmp_path / "ledger.sqlite")
        hangs, let_go = threading.Event(), threading.Event()

        def strike(method: str, path: str) -> None:
            hangs.set()
            let_go.wait(60)

        sandbox.faults["clarus"].on_write_applied = strike
        with here.working() as worker:
            until(hangs.is_set, worker)
            worker.send_signal(signal.SIGTERM)
            with pytest.raises(subprocess.TimeoutExpired):
                worker.wait(2)
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(20) == -signal.SIGTERM
        let_go.set()


def test_another_worker_goes_on_where_one_was_killed(tmp_path: Path) -> None:
    place = postgres()
    with Sandbox(seed=1) as sandbox, Ledger.open(place) as ledger:
        one, two = (machine(sandbox, tmp_path / name, place, lease="3 s") for name in ("one", "two"))
        applied: list[str] = []
        with one.working() as first:

            def strike(method: str, path: str) -> None:
                applied.append(path)
                if len(applied) == 3:
                    first.kill()

            sandbox.faults["clarus"].on_write_applied = strike
            first.communicate(timeout=PATIENCE)
        assert first.returncode == -signal.SIGKILL
        with two.working() as second:
            until(lambda: states(ledger) == SENT, second)
            second.send_signal(signal.SIGTERM)
            second.communicate(timeout=PATIENCE)
        assert each_once(sandbox)
        assert len(sandbox.warehouse.goods_outs) == 72


def test_a_turn_that_fails_ends_no_worker_and_the_site_file_is_read_anew(tmp_path: Path) -> None:
    with Sandbox(seed=1) as sandbox:
        here = machine(sandbox, tmp_path / "here", tmp_path / "ledger.sqlite")
        there = sandbox.environment["BLUECHERRY_URL"]
        site = (here.folder / "site.toml").read_text("utf-8")
        (here.folder / "site.toml").write_text(site.replace(there, NOBODY), "utf-8")
        with here.working("--every", "2s") as worker:
            complained = worker.stderr
            assert complained is not None
            lines = [complained.readline(), complained.readline()]
            assert "a new, empty ledger was made" in lines[0]
            assert "crosswalk stopped" in lines[1]
            (here.folder / "site.toml").write_text(site, "utf-8")
            with Ledger.open(here.place) as ledger:
                until(lambda: states(ledger) == SENT, worker)
            here.change("zone", "Nowhere")
            assert worker.wait(PATIENCE) == 2
            rest = complained.read()
            assert "zone" in rest
            assert "Traceback" not in rest


def test_a_watch_takes_turns_until_it_is_told_to_stop(tmp_path: Path) -> None:
    with Sandbox(seed=1) as sandbox:
        here: Machine = machine(sandbox, tmp_path / "here", tmp_path / "ledger.sqlite")
        watching = here.popen("sync", "--site", "site.toml", "--watch", "--every", "1s", "--json")
        try:
            assert watching.stdout is not None
            documents = [json.loads(watching.stdout.readline()) for _ in range(3)]
            watching.send_signal(signal.SIGINT)
            watching.communicate(timeout=PATIENCE)
        finally:
            watching.kill()
        assert watching.returncode == 0
        assert documents[0]["steps"]["deliver"] == {"posted": 80}
        assert documents[2]["steps"]["orders"] == {"known": 81}
