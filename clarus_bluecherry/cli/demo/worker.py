"""A worker of the demo's site, opened by what it is told; also runnable as processes, of which one can be killed.

Law of this module: a worker knows the two systems by their URLs only, and everything it knows of yesterday is in
the ledger.
"""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from attrs import asdict, evolve, frozen

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.edi import X12Codec
from clarus_bluecherry.bluecherry.files import Codec, Codecs, FilesProfile, FileTransport
from clarus_bluecherry.bluecherry.kinds import every_kind
from clarus_bluecherry.bluecherry.sheets import template
from clarus_bluecherry.bluecherry.sheets.codec import SheetCodec
from clarus_bluecherry.clarus._client import Clarus
from clarus_bluecherry.clarus.files import ORDERS, PRE_RECEIPTS, ClarusFiles, ImportFiles
from clarus_bluecherry.clarus.webhooks import AsgiApp, Receiver, asgi_app
from clarus_bluecherry.cli.demo.world import PROFILE, ZONE
from clarus_bluecherry.errors import LedgerError
from clarus_bluecherry.exchange import Folder, NameTemplate, SharedJournal
from clarus_bluecherry.finance import PostingCalendar
from clarus_bluecherry.flows.crosswalk import learn_crosswalk
from clarus_bluecherry.flows.names import GOODS_OUT, PRE_RECEIPT
from clarus_bluecherry.flows.personal import PERSONAL
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.turn import Turned, turn
from clarus_bluecherry.flows.webhooks import LedgerInbox
from clarus_bluecherry.http import Retries, Settings
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.mapping import CarrierCodes, ErpTerms, WarehouseTerms
from clarus_bluecherry.sandbox.bluecherry_sheets import NAMES
from clarus_bluecherry.sandbox.bluecherry_x12 import PROFILE as PARTNERS
from clarus_bluecherry.sandbox.clarus_files import EXPORTS
from clarus_bluecherry.sku import Recipe, decisions_from_csv

Clock = Callable[[], dt.datetime]

_PATIENCE = Settings(max_retries=Retries(attempts=6, first_wait=0.01, longest_wait=0.05))


@frozen(kw_only=True)
class Job:
    """What a worker is told: where both systems are, where its ledger is, and what time it is there.

    `decisions` is the file in which an operator ties codes by hand. `way` is how Blue Cherry is reached; by files,
    they lie in the folder `exchange`. With a `warehouse_exchange` the warehouse is reached by the files there, and
    asked over its API for what they do not tell. `closed_through` is the last closed day of the books, empty for
    none.
    """

    clarus_url: str
    bluecherry_url: str
    subdomain: str
    account: str
    client_id: str
    client_secret: str
    subscription_key: str
    warehouses: dict[str, str]
    carriers: dict[str, tuple[str, str]]
    count_reasons: tuple[str, ...]
    ledger: str
    decisions: str
    go_live: str
    now: str
    way: str = "rest"
    exchange: str = ""
    warehouse_exchange: str = ""
    closed_through: str = ""

    def at(self, now: dt.datetime) -> Job:
        """The same job at another time."""
        return evolve(self, now=now.isoformat())


@contextmanager
def site_of(job: Job, *, clock: Clock | None = None) -> Iterator[Site]:
    """The site that `job` describes, with its crosswalk learnt, open for the length of the block.

    Without a `clock` the time stands still at the job's `now`.
    """
    now = dt.datetime.fromisoformat(job.now)
    clock = clock or (lambda: now)
    with (
        Clarus.with_credentials(
            job.subdomain, job.client_id, job.client_secret, base_url=job.clarus_url, settings=_PATIENCE
        ) as clarus,
        _bluecherry(job, clock) as bluecherry,
        _files(job, clock) as files,
        Ledger.open(job.ledger, now=clock, personal=PERSONAL) as ledger,
    ):
        site = Site(
            clarus=clarus,
            bluecherry=bluecherry,
            ledger=ledger,
            account=job.account,
            warehouses=job.warehouses,
            erp_zone=ZONE,
            currency="USD",
            warehouse_terms=WarehouseTerms(zone=ZONE, locations=job.warehouses),
            erp_terms=ErpTerms(
                zone=ZONE,
                carriers={code: CarrierCodes(*codes) for code, codes in job.carriers.items()},
                count_reasons=frozenset(job.count_reasons),
                company_prefix="0812345",
            ),
            calendar=_calendar(job),
            go_live=dt.datetime.fromisoformat(job.go_live),
            latest_effect=dt.timedelta(0),
            files=files,
            clock=clock,
        )
        yield learn_crosswalk(site, Recipe(), decisions_from_csv(Path(job.decisions).read_text("utf-8")))


def _calendar(job: Job) -> PostingCalendar:
    return PostingCalendar(
        ZONE, closed_through=dt.date.fromisoformat(job.closed_through) if job.closed_through else None
    )


def _bluecherry(job: Job, clock: Clock) -> BlueCherry:
    if job.way == "rest":
        return BlueCherry.rest(
            job.bluecherry_url, subscription_key=job.subscription_key, profile=PROFILE, settings=_PATIENCE
        )
    root = Path(job.exchange)
    folder = _folder(job, root, "bluecherry_files", clock)
    profile = FilesProfile(names=NameTemplate(f"{{kind}}_{{control_number}}.{job.way}"))
    return BlueCherry(FileTransport(folder, _codec(job, clock), profile, store=root / "store", now=clock))


def _folder(job: Job, root: Path, name: str, clock: Clock) -> Folder:
    """An exchange's folder, with its journal where the ledger is."""
    journal = SharedJournal(job.ledger, name) if "://" in job.ledger else None
    return Folder(root, settle=dt.timedelta(0), journal=journal, now=clock)


@contextmanager
def _files(job: Job, clock: Clock) -> Iterator[ClarusFiles | None]:
    if not job.warehouse_exchange:
        yield None
        return
    root = Path(job.warehouse_exchange)
    with _folder(job, root, "clarus_files", clock) as folder:
        yield ClarusFiles(
            folder=folder,
            store=root / "store",
            imports={
                GOODS_OUT: ImportFiles(template=ORDERS, names=NameTemplate("ORDERS_{control_number}.csv")),
                PRE_RECEIPT: ImportFiles(
                    template=PRE_RECEIPTS, names=NameTemplate("PRE_RECEIPTS_{control_number}.csv")
                ),
            },
            exports=EXPORTS,
            now=clock,
            zone=ZONE,
        )


def _codec(job: Job, clock: Clock) -> Codec:
    kinds = [kind.name for kind in every_kind() if not isinstance(kind.sheet, str)]
    sheets = SheetCodec({kind: template(kind) for kind in kinds}, NAMES)
    return Codecs(X12Codec(PARTNERS, now=clock), sheets) if job.way == "x12" else sheets


@contextmanager
def receiver_of(job: Job, *, token: str, clock: Clock) -> Iterator[AsgiApp]:
    """The receiver of the site's webhooks, which keeps them in the ledger of `job`."""
    with Ledger.open(job.ledger, now=clock, personal=PERSONAL) as ledger:
        inbox = LedgerInbox(ledger, clock=clock)
        yield asgi_app(Receiver(inbox=inbox, token=token, subdomains=[job.subdomain]))


Say = Callable[[str], None]
"""Hears what happens, a line at a time."""


def silent(line: str) -> None:
    """Say nothing."""


class Crew:
    """Workers of one job, each a process of its own, which take turns at the same time."""

    def __init__(self, job: Job, path: Path, size: int) -> None:
        write(job, path)
        command = [sys.executable, "-m", __name__, str(path), "crew"]
        self._workers = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(size)
        ]

    def close(self) -> None:
        """Tell them that there is no other turn, and wait for their end."""
        for worker in self._workers:
            if worker.stdin:
                worker.stdin.close()
        for worker in self._workers:
            worker.wait()
            if worker.stdout:
                worker.stdout.close()

    def turn(self, now: dt.datetime) -> list[int]:
        """Let each take a turn at `now`, all at once; how many messages each moved on."""
        for worker in self._workers:
            assert worker.stdin is not None
            worker.stdin.write(f"{now.isoformat()}\n")
            worker.stdin.flush()
        return [self._heard(worker) for worker in self._workers]

    @staticmethod
    def _heard(worker: subprocess.Popen[str]) -> int:
        assert worker.stdout is not None
        said = worker.stdout.readline()
        if not said.strip():
            raise LedgerError(f"a worker ended with {worker.wait()}", record="demo")
        return int(said)


def main(path: str, how: str = "") -> None:
    """Make one turn of the job in the file `path`; of a crew, one at each instant that standard input says."""
    job = _read(Path(path))
    if how != "crew":
        with site_of(job) as site:
            turn(site)
        return
    moment = [dt.datetime.fromisoformat(job.now)]
    with site_of(job, clock=lambda: moment[0]) as site:
        for line in sys.stdin:
            moment[0] = dt.datetime.fromisoformat(line.strip())
            print(moved(turn(site)), flush=True)  # noqa: T201 - this is the answer


def moved(turned: Turned) -> int:
    """How many messages a turn moved on."""
    return turned.delivered.counts.total() if turned.delivered else 0


def write(job: Job, path: Path) -> None:
    """Put `job` where another process can read it: it holds credentials, and a database's."""
    path.touch(0o600)
    path.write_text(json.dumps(asdict(job)), "utf-8")


def _read(path: Path) -> Job:
    return Job(**json.loads(path.read_text("utf-8")))


if __name__ == "__main__":
    main(*sys.argv[1:])
