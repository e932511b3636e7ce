"""Runs each mutant's tests against a copy of the package with the mutant in it; 1 if one survives or is gone.

First they run without any: that must be green, plays the demo's month for those that close it, and measures how
long a mutant may take on this machine, as busy as it is.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from .planted import MUTANTS, Mutant

ROOT = Path(__file__).parents[2]
_WHAT_IS_NEEDED = ("clarus_bluecherry", "tests", "docs", "examples")
_FILES = ("pyproject.toml", "README.md", "CHANGELOG.md")
_LONGEST = 3600
"""Seconds for all tests without any mutant."""
_LEAST, _TIMES = 300, 2
"""A mutant may take so many seconds, or so many times as long as all tests took without any."""
KILLED, SURVIVED, GONE, TIMED_OUT = "killed", "SURVIVED", "ITS TEXT IS NOT THERE", "TIMED OUT"


class Ran(NamedTuple):
    """What pytest said of some tests."""

    is_green: bool
    said: str


def main() -> int:
    """All mutants, or the one that is named; 1 unless each was killed by a test that is green without it."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--only", help="a part of the names of those to run")
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    mutants = [one for one in MUTANTS if not asked.only or asked.only in one.name]
    tests = sorted({test for one in mutants for test in one.tests})
    with tempfile.TemporaryDirectory(prefix="month-") as folder:
        os.environ.setdefault("DEMO_MONTH", f"{folder}/month")
        began = time.monotonic()
        ran = run_tests(None, tests, _LONGEST)
        took = time.monotonic() - began
        if not ran.is_green:
            print(f"red without any mutant:\n{ran.said[-3000:]}")
            return 1
        print(f"{len(tests)} tests are green without any mutant: {took:.1f} s", flush=True)
        limit = max(_LEAST, _TIMES * took)
        with ThreadPoolExecutor(asked.jobs) as pool:
            verdicts = list(pool.map(lambda mutant: _told(mutant, limit), mutants))
    print(f"{verdicts.count(KILLED)} of {len(mutants)} mutants killed")
    return 0 if verdicts == [KILLED] * len(mutants) else 1


def _told(mutant: Mutant, limit: float) -> str:
    began = time.monotonic()
    verdict = verdict_on(mutant, limit)
    print(
        f"{mutant.name:<40} {verdict:<10} {time.monotonic() - began:4.1f} s  {', '.join(mutant.tests)}", flush=True
    )
    return verdict


def verdict_on(mutant: Mutant, limit: float) -> str:
    """Whether each of the mutant's tests saw it. What takes too long is no proof of either."""
    source = (ROOT / "clarus_bluecherry" / mutant.module).read_text("utf-8")
    if source.count(mutant.old) != 1:
        return GONE
    try:
        said = run_tests(mutant, mutant.tests, limit).said
    except subprocess.TimeoutExpired:
        return TIMED_OUT
    return KILLED if all(is_red(test, said) for test in mutant.tests) else SURVIVED


def is_red(test: str, said: str) -> bool:
    """Whether pytest's summary has the test, or one of its parameters, as failed."""
    names = [f"{word} {path_of(test)}" for word in ("FAILED", "ERROR")]
    starts = tuple(f"{name}{sign}" for name in names for sign in " [")
    return any(line in names or line.startswith(starts) for line in said.splitlines())


def run_tests(mutant: Mutant | None, tests: Sequence[str], limit: float) -> Ran:
    """Run the tests on a copy with the mutant in it, for `limit` seconds at most."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        copy = Path(folder)
        for name in _WHAT_IS_NEEDED:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, copy / name)
        for name in _FILES:
            shutil.copy(ROOT / name, copy / name)
        if mutant is not None:
            _plant(mutant, copy / "clarus_bluecherry" / mutant.module)
        command = [sys.executable, "-m", "pytest", "-q", "-rfE", "-p", "no:cacheprovider"]
        environment = {**os.environ, "PYTHONPATH": folder, "CI": "true"}
        ran = subprocess.run(
            [*command, *map(path_of, tests)],
            cwd=copy,
            env=environment,
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )
    if ran.returncode not in {0, 1}:
        raise RuntimeError(f"{mutant}: pytest ended with {ran.returncode}:\n{ran.stdout[-2000:]}{ran.stderr}")
    return Ran(ran.returncode == 0, ran.stdout)


def path_of(test: str) -> str:
    """A test stands in `tests/unit` unless it says where."""
    return f"tests/{test}" if "/" in test.partition("::")[0] else f"tests/unit/{test}"


def _plant(mutant: Mutant, file: Path) -> None:
    file.write_text(file.read_text("utf-8").replace(mutant.old, mutant.new), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
