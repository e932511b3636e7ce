"""The command line of a chaos run: makes the facts, kills the workers, waits for calm, and counts."""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa
from attrs import asdict, define, field
from ledger_databases import a_place
from simulate.network import LATEST_EFFECT
from simulate.verdict import Books, Fault, faults
from simulate.world import patience

from clarus_bluecherry.cli.demo.worker import Job
from clarus_bluecherry.ledger.states import State
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.sandbox.bluecherry_app import SUBSCRIPTION_KEY
from clarus_bluecherry.sandbox.clarus_app import CLIENT_ID, CLIENT_SECRET

from .clock import FastClock
from .systems import People, Systems, systems

_ROOT = Path(__file__).parents[2]
_MOVING = frozenset({State.PENDING, State.SENDING, State.RETRYING, State.IN_DOUBT, State.ACCEPTED})
_SHEET = "clarus_code,division,style,color,label,dimension,size,origin\r\n"
_CALM_LOOKS = 3


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
    per_second: float = 20.0
    late: float = 0.0
    pauses: int = 0
    skew: float = 0.0
    patience: float = 600.0
    struck: Counter[str] = field(factory=Counter)
    _names: Counter[str] = field(factory=Counter)
    _folder: Path = Path()

    def make(self) -> list[Fault]:
        """Make the run; what does not hold in the end."""
        with tempfile.TemporaryDirectory(prefix="chaos-") as name:
            folder, clock = Path(name), FastClock(time.time(), self.speed)
            place = str(a_place("sqlite" if self.database == "sqlite" else "postgres", folder))
            latest = LATEST_EFFECT.total_seconds() / self.speed / 2
            with systems(clock, self.seed, late=self.late, latest=latest) as there:
                self._write_job(folder, place, there, clock)
                with Ledger.open(place, now=clock) as ledger, self._crew(folder) as crew:
                    while not any(self._is_ready(name) for name in crew):
                        time.sleep(0.1)
                    people = People(there, self.facts, self.per_second)
                    people.start()
                    self._kill(crew, people, place)
                    left = self._calm(crew, people, ledger)
                    people.is_ending = True
                    people.join()
                    self._stop(folder, crew)
                    there.erp.process_staging()
                    self.struck["requests that failed"] = sum(sum(each.injected.values()) for each in there.faults)
                    self._told(there, ledger, clock)
                    found = faults(Books(there.erp, there.warehouse, ledger.in_state(*State)))
                return [*found, *([Fault("unrest", left)] if left else [])]

    # Workers -------------------------------------------------------------------------------------------------

    def _write_job(self, folder: Path, place: str, there: Systems, clock: FastClock) -> None:
        (folder / "decisions.csv").write_text(_SHEET, "utf-8")
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
            decisions=str(folder / "decisions.csv"),
            go_live=clock().isoformat(),
            now=clock().isoformat(),
        )
        clocks = {
            f"w{number}": {"began": clock.began, "speed": clock.speed, "off_by": self.skew * 60 * (number % 2)}
            for number in range(self.workers)
        }
        site = {name: value.total_seconds() for name, value in patience(LATEST_EFFECT / 2).items()}
        told = {"job": asdict(job), "clocks": clocks, "seed": self.seed, "site": site}
        (folder / "job.json").write_text(json.dumps(told), "utf-8")

    @contextmanager
    def _crew(self, folder: Path) -> Iterator[Crew]:
        self._folder = folder
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

    def _kill(self, crew: Crew, people: People, place: str) -> None:
        """Kill at random moments, and at those that matter, while the facts are made."""
        dice, done, paused = random.Random(self.seed), 0, 0
        while done < self.kills or people.made < self.facts:
            self._hire_again(crew)
            time.sleep(dice.uniform(0.1, 0.4))
            if done < self.kills and people.made >= self.facts * done / max(1, self.kills):
                ready = [name for name in sorted(crew) if self._is_ready(name)]
                if not ready:
                    continue
                name = dice.choice(ready)
                if paused < self.pauses and dice.random() < 0.5:
                    self._pause(crew[name])
                    paused += 1
                self._strike(crew[name], dice, place)
                done += 1
        self._hire_again(crew)

    def _strike(self, worker: subprocess.Popen[bytes], dice: random.Random, place: str) -> None:
        how = dice.choice(("SIGKILL", "killed at a moment that matters", "killed at a moment that matters", "cut"))
        if how == "cut" and not place.startswith("postgresql"):
            how = "SIGKILL"
        self.struck[how] += 1
        if how == "cut":
            _cut(place)
            return
        with suppress(ProcessLookupError):
            worker.send_signal(signal.SIGKILL if how == "SIGKILL" else signal.SIGUSR1)

    def _pause(self, worker: subprocess.Popen[bytes]) -> None:
        """Longer than a lease and the rest of what is in doubt."""
        self.struck["paused past its lease"] += 1
        with suppress(ProcessLookupError):
            worker.send_signal(signal.SIGSTOP)
            time.sleep(60 * 12 / self.speed)
            worker.send_signal(signal.SIGCONT)

    def _hire_again(self, crew: Crew) -> None:
        for name, worker in crew.items():
            if worker.poll() is not None:
                self.struck["workers that were replaced"] += 1
                crew[name] = self._hired(name)

    # The end -------------------------------------------------------------------------------------------------

    def _calm(self, crew: Crew, people: People, ledger: Ledger) -> str:
        """Wait until all that was done is in the ledger and nothing moves there; what is left when that fails."""
        until, calm, left = time.monotonic() + self.patience, 0, ""
        while time.monotonic() < until and calm < _CALM_LOOKS:
            self._hire_again(crew)
            time.sleep(1)
            counts = ledger.counts()
            moving = {" ".join(key): count for key, count in counts.items() if key[2] in _MOVING}
            missing = people.calls_for() - sum(counts.values())
            left = ", ".join(
                f"{count} {what}" for what, count in {**moving, "not read": missing}.items() if count > 0
            )
            calm = 0 if left else calm + 1
        return left if calm < _CALM_LOOKS else ""

    def _stop(self, folder: Path, crew: Crew) -> None:
        (folder / "stop").touch()
        for worker in crew.values():
            try:
                worker.wait(30)
            except subprocess.TimeoutExpired:
                worker.kill()

    def _told(self, there: Systems, ledger: Ledger, clock: FastClock) -> None:
        states: Counter[str] = Counter()
        for (_, _, state), count in ledger.counts().items():
            states[state.value] += count
        seconds = time.time() - clock.began
        print(f"{self.facts} facts, {len(there.erp.staged)} messages in Blue Cherry, ", end="")
        print(
            f"{len(list(there.warehouse.goods_outs))} orders in the warehouse, {seconds:.0f} s on {self.database}"
        )
        print("postings: " + ", ".join(f"{count} {state}" for state, count in sorted(states.items())))
        print("struck: " + ", ".join(f"{count} {what}" for what, count in sorted(self.struck.items())))


def _cut(place: str) -> None:
    """Cut every connection of PostgreSQL but this one, wherever it stands."""
    engine = sa.create_engine(sa.make_url(place).set(drivername="postgresql+psycopg"))
    others = "backend_type = 'client backend' AND pid <> pg_backend_pid()"
    with engine.connect() as connection:
        connection.execute(sa.text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))
    engine.dispose()


def main() -> int:
    """Make one run; 1 when something was lost, doubled or owned by nobody."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--facts", type=int, default=60)
    parser.add_argument("--kills", type=int, default=6)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--speed", type=float, default=60.0, help="minutes of leases and rests in a real minute")
    parser.add_argument("--per-second", type=float, default=20.0, help="facts made in a real second")
    parser.add_argument("--late", type=float, default=0.0, help="share of writes that take effect late, 0 to 1")
    parser.add_argument("--pauses", type=int, default=0, help="workers stopped for longer than their lease")
    parser.add_argument("--skew", type=float, default=0.0, help="minutes that every other worker's clock is ahead")
    parser.add_argument("--patience", type=float, default=600.0, help="seconds to wait for calm in the end")
    found = Run(**vars(parser.parse_args())).make()
    kinds = Counter(fault.kind for fault in found)
    print(
        "lost {lost}, doubled {doubled}, anything else {rest}".format(
            lost=kinds.pop("lost", 0), doubled=kinds.pop("doubled", 0), rest=sum(kinds.values())
        )
    )
    for fault in found[:20]:
        print(f"    {fault}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
