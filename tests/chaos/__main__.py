"""The command line of a chaos run: makes the facts, kills the workers, waits for calm, and counts."""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from attrs import asdict, define, field
from simulate.network import LATEST_EFFECT
from simulate.verdict import Books, Fault, faults
from simulate.world import patience

from clarus_bluecherry.cli.demo.worker import Job
from clarus_bluecherry.errors import LedgerError
from clarus_bluecherry.ledger.records import UNREAD
from clarus_bluecherry.ledger.states import InboxState, State
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.sandbox.bluecherry_app import SUBSCRIPTION_KEY
from clarus_bluecherry.sandbox.clarus_app import CLIENT_ID, CLIENT_SECRET

from .clock import FastClock
from .people import People
from .places import Place, full, place_of, small_disk, why_no_small_disk
from .systems import Systems, Weather, systems

_ROOT = Path(__file__).parents[2]
_MOVING = frozenset({State.PENDING, State.SENDING, State.RETRYING, State.IN_DOUBT, State.ACCEPTED})
_SHEET = "clarus_code,division,style,color,label,dimension,size,origin\r\n"
_CALM_LOOKS, _CALM_TURNS = 3, 3
"""Looks without any change, and whole turns of each worker: the first one may have begun before the last change,
and in the second one another worker may have been reading.
"""
_DISK = 512
"""Megabytes of the disk that is full now and then."""
_FULL_FOR = (0.5, 2.0)
"""Seconds."""
_TOLD_EVERY = 30.0
_STRUCK_BY = 0.9
"""The share of all facts in Blue Cherry by which everything has struck: what strikes has to meet work."""


Crew = dict[str, subprocess.Popen[bytes]]


@define(kw_only=True)
class Run:
    """What was asked for, and what happened."""

    facts: int
    kills: int
    workers: int
    database: str
    seed: int = 1
    speed: float = 60.0
    per_second: float = 0.0
    ahead: int = 2000
    late: float = 0.0
    drips: float = 0.0
    pauses: int = 0
    stops: int = 0
    full_disks: int = 0
    skew: float = 0.0
    overlap: float = 15.0
    together: int = 1
    patience: float = 600.0
    struck: Counter[str] = field(factory=Counter)
    _names: Counter[str] = field(factory=Counter)
    _folder: Path = Path()
    _told_at: float = field(factory=time.monotonic)

    def make(self) -> list[Fault]:
        """Make the run; what does not hold in the end."""
        clock = FastClock(time.time(), self.speed)
        latest = LATEST_EFFECT.total_seconds() / self.speed / 2
        weather = Weather(late=self.late, latest=latest, drips=self.drips, dripping=2 * latest)
        with ExitStack() as open_:
            self._folder = Path(open_.enter_context(tempfile.TemporaryDirectory(prefix="chaos-")))
            disk = self._folder / "disk"
            disk.mkdir()
            open_.enter_context(small_disk(disk, _DISK if self.full_disks else 0))
            place = open_.enter_context(place_of(self.database, disk))
            there = open_.enter_context(systems(clock, self.seed, weather))
            self.struck = there.struck
            self._write_job(place.address, there, clock)
            ledger = open_.enter_context(Ledger.open(place.address, now=clock))
            crew = open_.enter_context(self._crew())
            while not any(self._is_ready(name) for name in crew):
                time.sleep(0.1)
            people = People(there, self.facts, per_second=self.per_second, ahead=self.ahead, seed=self.seed)
            people.start()
            self._strike_all(crew, people, place)
            left = self._calm(crew, people, ledger)
            people.is_ending = True
            people.join()
            self._stop(crew)
            there.erp.process_staging()
            self.struck["requests that failed"] = sum(sum(each.injected.values()) for each in there.faults)
            self._told(there, people, ledger, clock)
            self._told_what_it_took(place)
            found = faults(Books.of(there.erp, there.warehouse, ledger))
        return [*found, *([Fault("unrest", left)] if left else [])]

    # Workers -------------------------------------------------------------------------------------------------

    def _write_job(self, place: str, there: Systems, clock: FastClock) -> None:
        (self._folder / "decisions.csv").write_text(_SHEET, "utf-8")
        job = Job(
            clarus_url=there.clarus_url,
            bluecherry_url=there.bluecherry_url,
            subdomain=there.warehouse.subdomain,
            account="BRAND",
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            subscription_key=SUBSCRIPTION_KEY,
            warehouses={"WH-NJ": "NJ"},
            carriers={"UPSGRND": ("UPS", "UPSN")},
            count_reasons=("COUNT",),
            ledger=place,
            decisions=str(self._folder / "decisions.csv"),
            go_live=clock().isoformat(),
            now=clock().isoformat(),
        )
        clocks = {
            f"w{number}": {"began": clock.began, "speed": clock.speed, "off_by": self.skew * 60 * (number % 2)}
            for number in range(self.workers)
        }
        site = {name: value.total_seconds() for name, value in patience(LATEST_EFFECT / 2).items()}
        site["feed_overlap"] = self.overlap * 60
        told = {"job": asdict(job), "clocks": clocks, "seed": self.seed, "site": site, "together": self.together}
        (self._folder / "job.json").write_text(json.dumps(told), "utf-8")

    @contextmanager
    def _crew(self) -> Iterator[Crew]:
        crew = {f"w{number}": self._hired(f"w{number}") for number in range(self.workers)}
        try:
            yield crew
        finally:
            for each in crew.values():
                each.kill()
                each.wait()

    def _hired(self, name: str) -> subprocess.Popen[bytes]:
        self._names[name] += 1
        command = [sys.executable, "-m", "tests.chaos.worker", str(self._folder / "job.json")]
        environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
        with (self._folder / "workers.log").open("ab") as log:
            return subprocess.Popen(
                [*command, f"{name}.{self._names[name]}"], cwd=_ROOT, env=environment, stderr=log, stdout=log
            )

    def _is_ready(self, name: str) -> bool:
        """Whether the worker that goes by this name now has come so far as to work."""
        return (self._folder / f"ready.{name}.{self._names[name]}").exists()

    def _hire_again(self, crew: Crew) -> None:
        for name, worker in crew.items():
            if worker.poll() is not None:
                self.struck["workers that were replaced"] += 1
                crew[name] = self._hired(name)

    # Strikes -------------------------------------------------------------------------------------------------

    def _strike_all(self, crew: Crew, people: People, place: Place) -> None:
        """Strike at random moments, and at those that matter, while the facts are made."""
        dice = random.Random(self.seed)
        blows = (
            ["kill"] * self.kills + ["pause"] * self.pauses + ["stop"] * self.stops + ["full"] * self.full_disks
        )
        dice.shuffle(blows)
        done = 0
        while done < len(blows) or people.made < self.facts:
            self._hire_again(crew)
            self._say(people, done, crew)
            time.sleep(dice.uniform(0.1, 0.4))
            if done < len(blows) and people.settled >= _STRUCK_BY * self.facts * done / len(blows):
                done += self._strike(blows[done], crew, dice, place)
        self._hire_again(crew)

    def _strike(self, blow: str, crew: Crew, dice: random.Random, place: Place) -> bool:
        """Whether there was anybody to strike."""
        ready = [name for name in sorted(crew) if self._is_ready(name) and crew[name].poll() is None]
        if not ready:
            return False
        worker = crew[dice.choice(ready)]
        if blow == "pause":
            self._pause(worker)
        elif blow == "stop":
            how = dice.choice((signal.SIGQUIT, signal.SIGKILL))
            self.struck[f"PostgreSQL stopped by {how.name}"] += place.stop_hard(how)
        elif blow == "full":
            self.struck["full disks"] += 1
            with full(self._folder / "disk"):
                time.sleep(dice.uniform(*_FULL_FOR))
            place.start()  # a server that could not write its log has ended
        else:
            self._kill(worker, dice, place)
        return True

    def _kill(self, worker: subprocess.Popen[bytes], dice: random.Random, place: Place) -> None:
        how = dice.choice(("SIGKILL", "killed at a moment that matters", "killed at a moment that matters", "cut"))
        if how == "cut" and place.cut():
            self.struck["all connections cut"] += 1
            return
        how = "SIGKILL" if how == "cut" else how
        self.struck[how] += 1
        with suppress(ProcessLookupError):
            worker.send_signal(signal.SIGKILL if how == "SIGKILL" else signal.SIGUSR1)

    def _pause(self, worker: subprocess.Popen[bytes]) -> None:
        """Longer than a lease and the rest of what is in doubt."""
        self.struck["paused past its lease"] += 1
        with suppress(ProcessLookupError):
            worker.send_signal(signal.SIGSTOP)
            time.sleep(60 * 12 / self.speed)
            worker.send_signal(signal.SIGCONT)

    def _say(self, people: People, struck: int, crew: Crew) -> None:
        """How far it is, now and then."""
        if time.monotonic() < self._told_at:
            return
        self._told_at = time.monotonic() + _TOLD_EVERY
        memory = max((_megabytes(worker.pid) for worker in crew.values()), default=0)
        print(
            f"{time.strftime('%H:%M:%S')} {people.made} made, {people.told} messages in Blue Cherry, {struck}"
            f" strikes, workers up to {memory} MB, this process {_megabytes(os.getpid())} MB",
            flush=True,
        )

    # The end -------------------------------------------------------------------------------------------------

    def _calm(self, crew: Crew, people: People, ledger: Ledger) -> str:
        """Wait until all that was done is in the ledger and nothing moves there; what is left when that fails."""
        until, calm, left = time.monotonic() + self.patience, 0, "the ledger cannot be asked"
        before: Mapping[tuple[str, str, State], int] = {}
        since: Mapping[str, int] = {}
        while time.monotonic() < until:
            self._hire_again(crew)
            self._say(people, 0, crew)
            time.sleep(1)
            with suppress(LedgerError):
                turns, counts = self._turns(crew), ledger.counts()
                moving = {" ".join(key): count for key, count in counts.items() if key[2] in _MOVING}
                unread = ledger.inbox_counts().get((UNREAD, InboxState.WAITING), 0)
                missing = people.calls_for() - sum(counts.values()) - unread
                waiting = {**moving, "not read": missing, "not changed": people.changes_to_come}
                left = ", ".join(f"{count} {what}" for what, count in waiting.items() if count > 0)
                calm += 1
                if left or counts != before:
                    before, since, calm = counts, turns, 0
                rested = all(taken >= since.get(name, 0) + _CALM_TURNS for name, taken in turns.items())
                if calm >= _CALM_LOOKS and rested:
                    return ""
        return left or "it does not stand still"

    def _turns(self, crew: Crew) -> Mapping[str, int]:
        """How many whole turns each worker has taken, by the name that it goes by now."""
        files = [self._folder / f"turns.{name}.{self._names[name]}" for name in crew]
        return {file.name: file.stat().st_size if file.exists() else 0 for file in files}

    def _stop(self, crew: Crew) -> None:
        (self._folder / "stop").touch()
        for worker in crew.values():
            try:
                worker.wait(30)
            except subprocess.TimeoutExpired:
                worker.kill()

    def _told(self, there: Systems, people: People, ledger: Ledger, clock: FastClock) -> None:
        states: Counter[str] = Counter()
        for (_, _, state), count in ledger.counts().items():
            states[state.value] += count
        seconds = time.time() - clock.began
        print(f"{self.facts} facts, {len(there.erp.staged)} messages in Blue Cherry, ", end="")
        print(f"{len(there.warehouse.goods_outs)} orders in the warehouse, {seconds:.0f} s on {self.database}")
        for what, counted in (("postings", states), ("struck", self.struck), ("among them", people.odd)):
            print(f"{what}: " + ", ".join(f"{count} {one}" for one, count in sorted(counted.items()) if count))

    def _told_what_it_took(self, place: Place) -> None:
        ours, workers = (
            sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        took = {"workers": workers, "PostgreSQL": place.spent(), "both systems and their people": ours}
        print("CPU a fact: " + ", ".join(f"{1000 * each / self.facts:.1f} ms {who}" for who, each in took.items()))


def _megabytes(pid: int) -> int:
    """Resident memory of a process; 0 when it has gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 2**20
    except (OSError, IndexError):
        return 0


def main() -> int:
    """Make one run; 1 when something was lost, doubled or owned by nobody."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--facts", type=int, default=60)
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--speed", type=float, default=60.0, help="minutes of leases and rests in a real minute")
    parser.add_argument("--per-second", type=float, default=0.0, help="facts a real second; 0: as fast as it goes")
    parser.add_argument("--ahead", type=int, default=2000, help="facts that may wait for Blue Cherry, most")
    parser.add_argument("--overlap", type=float, default=15.0, help="minutes that a feed is read again")
    parser.add_argument("--together", type=int, default=1, help="messages that leave in one request, most")
    parser.add_argument("--late", type=float, default=0.0, help="share of writes that take effect late, 0 to 1")
    parser.add_argument("--drips", type=float, default=0.0, help="share of answers that drip, 0 to 1")
    parser.add_argument("--pauses", type=int, default=0, help="workers stopped for longer than their lease")
    parser.add_argument("--stops", type=int, default=0, help="times that PostgreSQL is stopped hard")
    parser.add_argument("--full-disks", type=int, default=0, help="times that the ledger's disk is full")
    parser.add_argument("--skew", type=float, default=0.0, help="minutes that every other worker's clock is ahead")
    parser.add_argument("--patience", type=float, default=600.0, help="seconds to wait for calm in the end")
    parser.add_argument("--everything", action="store_true", help="some of each fault that is off by default")
    asked = vars(parser.parse_args())
    logging.getLogger("uvicorn.error").disabled = True  # that an answer was cut off is no news here
    if asked.pop("everything"):
        asked |= {name: value for name, value in _some(asked).items() if not asked[name]}
    found = Run(**asked).make()
    kinds = Counter(fault.kind for fault in found)
    print(
        "lost {lost}, doubled {doubled}, anything else {rest}".format(
            lost=kinds.pop("lost", 0), doubled=kinds.pop("doubled", 0), rest=sum(kinds.values())
        )
    )
    for fault in found[:20]:
        print(f"    {fault}")
    return 1 if found else 0


def _some(asked: Mapping[str, object]) -> dict[str, float]:
    stops, why_not = 3 if asked["database"] == "postgresql" else 0, why_no_small_disk()
    if why_not:
        print(f"SKIPPED full disks: {why_not}")
    full_disks = 0 if why_not else 3
    return {"late": 0.05, "drips": 0.02, "pauses": 2, "stops": stops, "full_disks": full_disks, "skew": 60.0}


if __name__ == "__main__":
    sys.exit(main())
