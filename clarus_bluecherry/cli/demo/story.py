"""What happens in the demo: day by day, until everything that can be settled is settled.

Law of this module: the library gets no help. It reads both systems over HTTP, is killed once, and learns only from
its ledger and from the decisions an operator writes into a file.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from attrs import define, evolve, field

import clarus_bluecherry.sandbox.season as seasons
from clarus_bluecherry.cli.demo import worker
from clarus_bluecherry.cli.demo.verdict import to_be_looked_at
from clarus_bluecherry.cli.demo.worker import Job
from clarus_bluecherry.cli.demo.world import ZONE, World
from clarus_bluecherry.errors import LedgerError
from clarus_bluecherry.flows.turn import turn
from clarus_bluecherry.ledger import State
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.sandbox.bluecherry_app import SUBSCRIPTION_KEY
from clarus_bluecherry.sandbox.clarus_app import CLIENT_ID, CLIENT_SECRET
from clarus_bluecherry.sandbox.loading import release_day
from clarus_bluecherry.sandbox.season.stocking import COUNTED
from clarus_bluecherry.tables import csv_texts

_DEATH_AFTER_WRITES = 3
_LIVES = 5
_MOST_TURNS = 20
_GLANCE_SECONDS = 0.001
_UNSETTLED = (State.PENDING, State.SENDING, State.RETRYING, State.IN_DOUBT)

_SHEET = ("clarus_code", "division", "style", "color", "label", "dimension", "size", "origin")

Turns = Callable[[], list[int]]
"""Lets each worker take a turn, all at once; how many messages each moved on."""


@define
class Story:
    """The demo as it is told: `lines` is what happened; `say` hears how far it has come.

    `workers` is how many take turns: one in this process, several each in its own. `folder` is for what they are
    told.
    """

    world: World
    job: Job
    say: worker.Say
    folder: Path
    workers: int = 1
    lines: list[str] = field(factory=list)
    moved: Counter[int] = field(factory=Counter)
    _crew: worker.Crew | None = field(default=None, init=False)
    _told: tuple[Job, str] | None = field(default=None, init=False)
    _died: bool = field(default=False, init=False)

    def play(self) -> None:
        """Live through the whole season, then settle."""
        try:
            self._play()
        finally:
            self._send_home()

    def _play(self) -> None:
        days, month_end = self.world.season.days, self.world.month_end
        ended = [day for day in days if day.date <= month_end][-1]
        for number, day in enumerate(days):
            self.say(f"day {number + 1} of {len(days)}, {day.date}")
            with self._at_work() as turns:
                self._morning(turns, day)
                self._noon(turns, kill=number > 0 and not self._died)
                self._night(turns, is_last=number == len(days) - 1)
            if day is ended:
                self._end_month()
            elif day is days[days.index(ended) + 1]:
                self._close_books()
                self._decide()
        if not self._died:
            raise LedgerError("no day had enough messages for a worker to die in", record="demo")
        self.say("settling what is still on its way")
        self._settle()

    @contextmanager
    def _at_work(self) -> Iterator[Turns]:
        """The workers: what lets each take a turn, and says how many messages each moved on.

        One starts afresh each day; of several each does when it is told something else than before.
        """
        if self.workers == 1:
            with worker.site_of(self.job, clock=self.world.clock) as site:
                yield lambda: [worker.moved(turn(site))]
        else:
            yield lambda: self._told_crew().turn(self.world.clock.now)

    def _told_crew(self) -> worker.Crew:
        told = self.job, Path(self.job.decisions).read_text("utf-8")
        if self._crew is None or told != self._told:
            self._send_home()
            job = self.job.at(self.world.clock.now)
            self._crew, self._told = worker.Crew(job, self.folder / "crew.json", self.workers), told
        return self._crew

    def _send_home(self) -> None:
        if self._crew is not None:
            self._crew.close()
            self._crew = None

    def _morning(self, turns: Turns, day: seasons.Day) -> None:
        self.world.clock.begin(day.date, 8)
        release_day(day, self.world.erp)
        if day is self.world.season.days[0]:
            self.world.month.release()
        self.world.meet()
        self._turn(turns)
        self.world.clock.begin(day.date, 10)
        log = self.world.operator.work_day()
        if not self._is_next_month():
            self.world.month.ship()
        self.world.webhooks.flush()
        self._tell(f"{day.date}: {len(day.picks)} picks released; the warehouse {log}")

    def _noon(self, turns: Turns, *, kill: bool) -> None:
        self.world.clock.move(hours=2)
        for _ in range(_LIVES if kill else 0):
            self._die_while_sending()
            self.world.clock.move(minutes=10)
            if self._died:
                break
        self._turn(turns)

    def _night(self, turns: Turns, *, is_last: bool) -> None:
        self.world.clock.move(hours=8)
        log = self.world.operator.work_late()
        self._tell(f"eight in the evening, and tomorrow in UTC: the warehouse {log}")
        self._turn(turns)
        self.world.erp.process_staging()
        if not is_last:
            self._tell(f"night: {self.world.month.invoice()} shipments invoiced")
        if self._is_next_month():
            self.world.month.invoice_moved()
        self.world.month.credit()
        self.world.meet()
        self._turn(turns)

    def _turn(self, turns: Turns) -> None:
        self.moved.update(dict(enumerate(turns(), start=1)))
        self.world.meet()

    def _die_while_sending(self) -> None:
        """Run a worker of its own process and kill it when Blue Cherry has taken a message unanswered.

        A fault may end its turn before that; then the next one is killed.
        """
        path = self.folder / "job.json"
        worker.write(self.job.at(self.world.clock.now), path)
        victim = subprocess.Popen([sys.executable, "-m", worker.__name__, str(path)])
        status = self._killed_by_files(victim) if self.job.exchange else self._killed_by_calls(victim)
        if status not in (0, -signal.SIGKILL):
            raise LedgerError(f"the worker was to be killed and ended with {status}", record="demo")
        self._died = status != 0
        if self._died:
            self._tell(f"the worker was killed after {_DEATH_AFTER_WRITES} messages, the last one unanswered")

    def _killed_by_calls(self, victim: subprocess.Popen[bytes]) -> int:
        applied: list[str] = []

        def strike(method: str, request_path: str) -> None:
            applied.append(request_path)
            if len(applied) == _DEATH_AFTER_WRITES:
                os.kill(victim.pid, signal.SIGKILL)

        self.world.bluecherry_faults.on_write_applied = strike
        status = victim.wait()
        self.world.bluecherry_faults.on_write_applied = None
        return status

    def _killed_by_files(self, victim: subprocess.Popen[bytes]) -> int:
        out = Path(self.job.exchange) / "out"
        while victim.poll() is None:
            if len(list(out.glob("[!.]*"))) >= _DEATH_AFTER_WRITES:
                os.kill(victim.pid, signal.SIGKILL)
                break
            time.sleep(_GLANCE_SECONDS)
        return victim.wait()

    def _is_next_month(self) -> bool:
        return self.world.clock.now.astimezone(ZONE).date() > self.world.month_end

    def _end_month(self) -> None:
        """The month's last day: work that no order asks for, and what is done after the worker's last turn."""
        month, last = self.world.month, self.world.month_end
        self.say(f"the end of the month, {last}")
        self.world.clock.begin(last, 6)
        if month.orders_to_come:
            self._settle(minutes=10)
        self.world.clock.begin(last, 10)
        month.ship()
        month.rearrange()
        self.world.webhooks.flush()
        self._settle(minutes=15, invoices=True)
        month.credit()
        month.amend()
        self.world.clock.begin(last, 20)
        month.work_late()
        self._tell(f"{last}: {len(month.planted)} disagreements stand in both systems at the end of the month")
        self.world.clock.begin(last + dt.timedelta(days=1), 12)
        month.work_on_the_first()
        self.world.webhooks.flush()

    def _close_books(self) -> None:
        """Finance closes the month, of which not everything has been told yet."""
        last = self.world.month_end
        self.world.clock.move(hours=1)
        self.world.erp.close_books(last)
        self.job = evolve(self.job, closed_through=last.isoformat())
        self.world.month.invoice_moved()
        self._tell(f"finance closed the books through {last}")

    def _decide(self) -> None:
        """An operator looks at the parked codes and writes down what they are."""
        undecided = self.world.season.undecidable
        with Path(self.job.decisions).open("a", encoding="utf-8", newline="") as sheet:
            for one in undecided:
                parts = (one.style, one.color, one.label, one.dimension, one.size)
                sheet.writelines(csv_texts([(one.warehouse_code, "", *parts, "person")]))
        codes = ", ".join(repr(article.warehouse_code) for article in undecided)
        self._tell(f"an operator tied {len(undecided)} codes by hand: {codes}")

    def _settle(self, minutes: int = 40, *, invoices: bool = False) -> None:
        """Take turns until nothing is on its way any more, so many minutes apart, and one for what that led to."""
        with self._at_work() as turns, Ledger.open(self.job.ledger, now=self.world.clock) as ledger:
            for _ in range(_MOST_TURNS):
                self._round(turns, minutes, invoices=invoices)
                if not ledger.in_state(*_UNSETTLED) and not to_be_looked_at(ledger):
                    break
            self._round(turns, minutes, invoices=invoices)

    def _round(self, turns: Turns, minutes: int, *, invoices: bool) -> None:
        """A turn so many minutes later, and what Blue Cherry makes of it."""
        self.world.clock.move(minutes=minutes)
        self._turn(turns)
        self.world.erp.process_staging()
        if invoices:
            self.world.month.invoice()
        self.world.meet()

    def _tell(self, line: str) -> None:
        self.lines.append(line)


def job_for(world: World, folder: Path, way: str = "rest", ledger: str = "") -> Job:
    """The job of a worker in `world`, with an empty sheet of decisions in `folder`, and a fresh ledger.

    That is in `folder`, too, unless `ledger` is the address of an empty one.
    """
    decisions = folder / "decisions.csv"
    decisions.write_text(",".join(_SHEET) + "\r\n", "utf-8")
    return Job(
        clarus_url=world.clarus_url,
        bluecherry_url=world.bluecherry_url,
        subdomain=world.warehouse.subdomain,
        account=seasons.ACCOUNT,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        subscription_key=SUBSCRIPTION_KEY,
        warehouses=dict(seasons.LOCATIONS),
        carriers=dict(seasons.CARRIERS),
        count_reasons=(COUNTED,),
        ledger=ledger or str(folder / "ledger.sqlite"),
        decisions=str(decisions),
        go_live=world.clock.now.isoformat(),
        now=world.clock.now.isoformat(),
        way=way,
        exchange=str(world.partner.root) if world.partner else "",
        warehouse_exchange=str(world.warehouse_side.root) if world.warehouse_side else "",
    )
