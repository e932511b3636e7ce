"""Machines beside a running sandbox: folders with a site file each, one ledger, and processes that work there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from pathlib import Path

from attrs import frozen
from test_cli import run

from clarus_bluecherry.ledger import State
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.sandbox import Sandbox
from clarus_bluecherry.sandbox.site_file import site_file

PATIENCE = 120
SENT_BY_THE_SANDBOX = Counter({State.POSTED: 72, State.PARKED: 1})
"""What becomes of the season's picks: one has a product that only a person can tell."""


@frozen
class Machine:
    """A folder with a site file, and what its processes are told of the sandbox."""

    folder: Path
    place: str
    environment: dict[str, str]

    def popen(self, *words: str) -> subprocess.Popen[str]:
        """A command of ours under way."""
        return subprocess.Popen(
            [sys.executable, "-m", "clarus_bluecherry.cli", *words],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def runs(self, *words: str) -> tuple[int, str, str]:
        """A command's exit code, and what it said."""
        process = self.popen(*words)
        said, complained = process.communicate(timeout=PATIENCE)
        return process.returncode, said, complained

    def runs_here(self, *words: str) -> tuple[int, str, str]:
        """The same in the tests' own process, where the logging is not ours: a process takes two seconds."""
        with chdir(self.folder):
            done = run(*words, **self.environment)
        return done.returncode, done.stdout, done.stderr

    @contextmanager
    def working(self, *words: str) -> Iterator[subprocess.Popen[str]]:
        """A worker under way; ended hard, if it still is."""
        process = self.popen("worker", "--site", "site.toml", *words)
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    def change(self, setting: str, value: object) -> None:
        """Write a setting that the site file has already."""
        site = self.folder / "site.toml"
        text, times = re.subn(
            rf"(?m)^{setting} = .*$", f"{setting} = {json.dumps(value)}", site.read_text("utf-8")
        )
        assert times, setting
        site.with_suffix(".new").write_text(text, "utf-8")
        site.with_suffix(".new").replace(site)


def machine(sandbox: Sandbox, folder: Path, place: str | Path, *, lease: str = "5 min") -> Machine:
    """A machine whose ledger is at `place`."""
    folder.mkdir()
    environment = dict(sandbox.environment)
    made = Machine(folder, str(place), {**os.environ, **environment})
    text = site_file(environment) + f'\n[delivery]\nlease = "{lease}"\nlatest_effect = "0 s"\n'
    (folder / "site.toml").write_text(text, "utf-8")
    made.change("path", str(place).replace(":@", "@"))  # an empty password is one too
    return made


def until(happened: Callable[[], object], *processes: subprocess.Popen[str]) -> None:
    """Wait for it, as long as none of the processes ends."""
    end = time.monotonic() + PATIENCE
    while not happened():
        for process in processes:
            assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.1)


def states(ledger: Ledger, kind: str = "goods_out") -> Counter[State]:
    """How many postings of a kind stand where."""
    return Counter(posting.state for posting in ledger.in_state(*State, kind=kind))


def each_once(sandbox: Sandbox) -> bool:
    """Whether the warehouse has no order twice."""
    return max(Counter(order.reference for order in sandbox.warehouse.goods_outs).values()) == 1
