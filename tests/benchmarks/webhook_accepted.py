"""How long from a movement's webhook until Blue Cherry has accepted the movement, while other notices keep coming.

Notices come at fixed instants, `rate` a second; with some of them units are found in the warehouse just before.
The receiver, the warehouse and Blue Cherry are in this process, the worker is the command line's in one of its
own: it is woken by NOTIFY on PostgreSQL, and on SQLite by its glance at the file. `accepted` is from the call of
the webhook to Blue Cherry's having the message; `kept` is until the webhook's durable answer. A notice that the
receiver has no room for (503) is counted; what it told of is found by the next look all the same. With `--answer`
both systems are as far away as real ones.

python tests/benchmarks/webhook_accepted.py --rates 20 200 --seconds 15 --systems sqlite postgresql
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field

from clarus_bluecherry.clarus.webhooks import Receiver, asgi_app
from clarus_bluecherry.flows.webhooks import LedgerInbox
from clarus_bluecherry.ledger import Ledger
from clarus_bluecherry.sandbox import Rates, Sandbox

sys.path.insert(0, str(Path(__file__).parents[1] / "unit"))
from ledger_databases import a_place
from webhook_latency import PATH, TOKEN, body
from worker_world import Machine, machine, until

FIRST = 1000
"""Units of the first movement; each next one has one more, so that its message can be told."""


@define
class Watch:
    """When movements were told of, by their units, and how long each took to be accepted."""

    told: dict[int, float] = field(factory=dict)
    accepted: dict[int, float] = field(factory=dict)
    kept: list[float] = field(factory=list)
    refused: int = 0

    def staged(self, message: object) -> None:
        """Blue Cherry has a message."""
        now = time.perf_counter()
        for units in self.told.keys() - self.accepted.keys():
            if _has(message, units):
                self.accepted[units] = now - self.told[units]


def _has(message: object, units: int) -> bool:
    if isinstance(message, dict):
        return any(_has(each, units) for each in message.values())
    if isinstance(message, list | tuple):
        return any(_has(each, units) for each in message)
    return str(message).partition(".")[0] == str(units)


async def notices(sandbox: Sandbox, ledger: Ledger, watch: Watch, rate: int, seconds: float, each: float) -> None:
    """Call the receiver at fixed instants; every `each` seconds units are found just before."""
    app = asgi_app(Receiver(inbox=LedgerInbox(ledger, clock=lambda: dt.datetime.now(dt.UTC)), token=TOKEN))
    product = next(iter(sandbox.warehouse.products)).code
    begun, every = time.perf_counter() + 0.2, max(1, round(rate * each))

    async def call(number: int, due: float) -> None:
        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": body(number)}

        async def send(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start" and message["status"] != 202:
                watch.refused += 1

        path = PATH.replace("goods_out.completed", "stock.received")
        await app({"type": "http", "method": "POST", "path": path, "headers": []}, receive, send)
        watch.kept.append(time.perf_counter() - due)

    async def one(place: int) -> None:
        due = begun + place / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        if place % every == 0:
            units = FIRST + len(watch.told)
            sandbox.adjust(product, units)
            watch.told[units] = time.perf_counter()
        await call(int(time.time() * 1e6) * 1000 + place, due)

    await asyncio.gather(*(one(place) for place in range(int(rate * seconds))))


@contextmanager
def working(here: Machine) -> Iterator[None]:
    """A worker of the command line, in a process of its own, that has read and sent what was there before."""
    command = [sys.executable, "-m", "clarus_bluecherry.cli", "worker", "--site", "site.toml", "--json"]
    told = here.folder / "turns.json"
    with (
        told.open("w") as turns,
        subprocess.Popen(command, cwd=here.folder, env=here.environment, stdout=turns) as worker,
    ):
        try:
            until(lambda: told.stat().st_size, worker)
            yield
        finally:
            worker.terminate()


def measured(system: str, rate: int, seconds: float, each: float, answer: float) -> Watch:
    watch = Watch()
    with (
        tempfile.TemporaryDirectory() as folder,
        Sandbox(seed=1) as sandbox,
        pytest.MonkeyPatch.context() as patch,
    ):
        stage = sandbox.erp.stage

        def noted(entity: str, isa_num: str, message: Any) -> object:
            staged = stage(entity, isa_num, message)
            watch.staged(message)
            return staged

        patch.setattr(sandbox.erp, "stage", noted)
        here = machine(sandbox, Path(folder, "here"), a_place(system, Path(folder)))
        with Ledger.open(here.place) as ledger, working(here):
            for faults in sandbox.faults.values():
                faults.rates, faults.slow_by = Rates(slow=1.0 if answer else 0.0), answer
            asyncio.run(notices(sandbox, ledger, watch, rate, seconds, each))
            end = time.monotonic() + 30
            while len(watch.accepted) < len(watch.told) and time.monotonic() < end:
                time.sleep(0.1)
    return watch


def told(name: str, took: list[float]) -> str:
    took = sorted(took) or [float("nan")]
    at = {share: took[min(len(took) - 1, int(len(took) * share / 100))] * 1000 for share in (50, 95, 99)}
    return f"{name:9}" + "".join(f"  p{share} {value:7.0f} ms" for share, value in at.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rates", type=int, nargs="+", default=[20, 200])
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--each", type=float, default=0.5, help="seconds from one movement to the next")
    parser.add_argument("--answer", type=float, default=0.0, help="seconds after which both systems answer")
    parser.add_argument("--systems", nargs="+", default=["sqlite", "postgresql"])
    asked = parser.parse_args()
    for system in asked.systems:
        for rate in asked.rates:
            try:
                found = measured(system, rate, asked.seconds, asked.each, asked.answer)
            except pytest.skip.Exception as reason:
                print(f"{system}: SKIPPED: {reason}")
                break
            missing = len(found.told) - len(found.accepted)
            print(
                f"{system}, {rate} notices a second, {found.refused} refused;"
                f" {len(found.told)} movements, {missing} never accepted"
            )
            print(f"  {told('kept', found.kept)}\n  {told('accepted', [*found.accepted.values()])}", flush=True)


if __name__ == "__main__":
    main()
