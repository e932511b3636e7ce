"""A reader's folder for the page on schedulers: its commands, beside a running sandbox."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from examples_world import EXAMPLES

from clarus_bluecherry.ledger import State
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.sandbox import Sandbox
from clarus_bluecherry.sandbox.site_file import site_file

PAGE = (EXAMPLES.parent / "docs" / "schedulers.md").read_text("utf-8")


class Reader:
    """Whoever types the page's commands for one scheduler; all but the first one, which installs it."""

    def __init__(self, scheduler: str, folder: Path, environment: Mapping[str, str]) -> None:
        (block,) = re.findall(rf"^```console\n(python3.11 -m venv .{scheduler} .*?)^```$", PAGE, re.S | re.M)
        _, *self.commands = str(block).splitlines()
        self._folder, self._environment = folder, environment

    def types(self, command: str, **environment: str) -> tuple[int, str]:
        """The exit code of a command after all that the page exports, and all that was said."""
        exports = [line.partition("export ")[2] for line in self.commands if "export " in line]
        done = subprocess.run(
            ["sh", "-euc", "\n".join([*(f"export {each}" for each in exports), command])],
            cwd=self._folder,
            env={**self._environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=600,
        )
        return done.returncode, done.stdout


@contextmanager
def reading(scheduler: str, program: str, runs: str, folder: Path) -> Iterator[tuple[Sandbox, Reader]]:
    """A sandbox and its reader, in a folder whose environment's `program` is this Python that `runs` something."""
    path = folder / f".{scheduler}" / "bin" / program
    path.parent.mkdir(parents=True)
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" {runs} "$@"\n')
    path.chmod(0o755)
    shutil.copytree(EXAMPLES, folder / "examples")
    with Sandbox(seed=1) as sandbox:
        (folder / "site.toml").write_text(site_file(sandbox.environment), "utf-8")
        yield sandbox, Reader(scheduler, folder, {**os.environ, **sandbox.environment})


def check(sandbox: Sandbox, reader: Reader, folder: Path) -> None:
    """The page's commands do what it says: all goes out but one pick, for which the morning's job fails."""
    *before, turn, waiting = reader.commands
    for command in before:
        code, said = reader.types(command)
        assert code == 0, said
    code, said = reader.types(turn)
    assert code == 0, said
    assert re.search(r"orders from Blue Cherry: \d+ new, 1 parked", said)
    assert re.search(r"sent and asked about: \d+ posted", said)
    with Ledger.open(folder / "ledger.sqlite") as ledger:
        (parked,) = ledger.in_state(State.PARKED)
    assert sandbox.warehouse.goods_outs.find("reference", parked.reference) == []
    code, said = reader.types(waiting)
    assert code != 0
    assert f"{parked.record_name}: parked, unknown_sku" in said
    assert "1 wait for a person" in said


def check_failing(reader: Reader, folder: Path, example: str) -> None:
    """A turn that ends early fails, with the library's own words."""
    path = folder / "examples" / example
    path.write_text(path.read_text("utf-8").replace("retries=2", "retries=0"), "utf-8")  # each after a minute
    *before, turn, _ = reader.commands
    for command in before:
        reader.types(command)
    code, said = reader.types(turn, CLARUS_CLIENT_SECRET="another")
    assert code != 0
    assert "was refused with 401" in said


def needs(scheduler: str) -> None:
    """Skip aloud where the scheduler is not."""
    pytest.importorskip(scheduler, reason=f"no {scheduler} here: `.ci/schedulers {scheduler}` tries it")
