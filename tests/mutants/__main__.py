"""Runs each mutant's test against a copy of the package with the mutant in it; 1 if one survives or is gone."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .planted import MUTANTS, Mutant

ROOT = Path(__file__).parents[2]
_WHAT_IS_NEEDED = ("clarus_bluecherry", "tests", "docs", "examples")
_FILES = ("pyproject.toml", "README.md", "CHANGELOG.md")
_LONGEST = 300
KILLED, SURVIVED, GONE = "killed", "SURVIVED", "ITS TEXT IS NOT THERE"


def main() -> int:
    """All mutants, or the one that is named; 1 unless each was killed by a test that is green without it."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--only", help="a part of the names of those to run")
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    mutants = [one for one in MUTANTS if not asked.only or asked.only in one.name]
    tests = sorted({test for one in mutants for test in one.tests})
    with tempfile.TemporaryDirectory(prefix="month-") as folder:
        os.environ.setdefault(
            "DEMO_MONTH", f"{folder}/month"
        )  # the demo is played once, and closed by each mutant
        green, said = run_tests(None, *tests)
        if not green:
            print(f"red without any mutant:\n{said}")
            return 1
        with ThreadPoolExecutor(asked.jobs) as pool:
            verdicts = list(pool.map(_told, mutants))
    print(f"{verdicts.count(KILLED)} of {len(mutants)} mutants killed")
    return 0 if verdicts == [KILLED] * len(mutants) else 1


def _told(mutant: Mutant) -> str:
    began = time.monotonic()
    verdict = verdict_on(mutant)
    print(
        f"{mutant.name:<40} {verdict:<10} {time.monotonic() - began:4.1f} s  {', '.join(mutant.tests)}", flush=True
    )
    return verdict


def verdict_on(mutant: Mutant) -> str:
    """Whether each of the mutant's tests saw it."""
    source = (ROOT / "clarus_bluecherry" / mutant.module).read_text("utf-8")
    if source.count(mutant.old) != 1:
        return GONE
    return SURVIVED if any(run_tests(mutant, test)[0] for test in mutant.tests) else KILLED


def run_tests(mutant: Mutant | None, *tests: str) -> tuple[bool, str]:
    """Whether the tests are green on a copy with the mutant in it, and what pytest said."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as folder:
        copy = Path(folder)
        for name in _WHAT_IS_NEEDED:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, copy / name)
        for name in _FILES:
            shutil.copy(ROOT / name, copy / name)
        if mutant is not None:
            _plant(mutant, copy / "clarus_bluecherry" / mutant.module)
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
        environment = {**os.environ, "PYTHONPATH": folder, "CI": "true"}
        ran = subprocess.run(
            [*command, *map(path_of, tests)],
            cwd=copy,
            env=environment,
            capture_output=True,
            text=True,
            timeout=_LONGEST,
            check=False,
        )
    if ran.returncode not in {0, 1}:
        raise RuntimeError(f"{mutant}: pytest ended with {ran.returncode}:\n{ran.stdout[-2000:]}{ran.stderr}")
    return ran.returncode == 0, ran.stdout[-3000:]


def path_of(test: str) -> str:
    """A test stands in `tests/unit` unless it says where."""
    return f"tests/{test}" if "/" in test.partition("::")[0] else f"tests/unit/{test}"


def _plant(mutant: Mutant, file: Path) -> None:
    file.write_text(file.read_text("utf-8").replace(mutant.old, mutant.new), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
