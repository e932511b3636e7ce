"""The first hour of a reader: the README's own commands, in a folder with a `.venv` and nothing else.

Only the installation is not done again: both programs of `.venv/bin` lead to the environment that runs the tests.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clarus_bluecherry.sandbox import Door, NotDone
from clarus_bluecherry.sandbox.season import Season, make_season

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
PROGRAMS = {"python": "", "clarus-bluecherry": "-m clarus_bluecherry.cli"}
READY = "Ctrl-C to stop"


def block(language: str, marker: str = "") -> str:
    """The README's one block of `language`, behind the comment `marker` if it is given."""
    found = re.findall(
        rf"{marker and f'<!-- {marker} -->'}\n```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE
    )
    (text,) = found
    return str(text)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder but for the virtual environment, and the README's block saved as the README says."""
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name, arguments in PROGRAMS.items():
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n')
        program.chmod(0o755)
    (tmp_path / "quickstart.py").write_text(block("python"), "utf-8")
    return tmp_path


def shell(text: str, folder: Path, *, code: int = 0) -> list[str]:
    """What the commands print, which all succeed and complain of nothing; the last one exits with `code`."""
    done = subprocess.run(
        ["sh", "-euc", text], cwd=folder, env=clean(), capture_output=True, text=True, check=False, timeout=120
    )
    assert (done.returncode, complaints(done.stderr, folder)) == (code, [])
    return done.stdout.splitlines()


def complaints(said: str, folder: Path) -> list[str]:
    """What was said beside the answers, but for where in `folder` a new ledger was made, and what to type next."""
    made = f"a new, empty ledger was made: {folder.resolve() / 'ledger.sqlite'}"
    notes = ("Next", "Keys are whole with --json")
    return [line for line in said.splitlines() if line != made and not line.startswith(notes)]


def clean() -> dict[str, str]:
    """The environment of a terminal to which nothing of ours was given."""
    ours = ("CLARUS_", "BLUECHERRY_", "SANDBOX_", "OUR_ID", "CGS_ID")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


@contextmanager
def running(command: str, folder: Path) -> Iterator[Path]:
    """A sandbox in a terminal of its own, until Ctrl-C; what it printed stands in sandbox.env."""
    terminal = subprocess.Popen(
        ["sh", "-c", command], cwd=folder, env=clean(), stdout=subprocess.DEVNULL, start_new_session=True
    )
    printed = folder / "sandbox.env"
    try:
        until = time.monotonic() + 60
        while not (printed.exists() and READY in printed.read_text()):
            assert terminal.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
        yield printed
    finally:
        os.killpg(terminal.pid, signal.SIGINT)
        terminal.wait(timeout=30)


def door(printed: Path) -> Door:
    found = re.search(r"^export SANDBOX_DOOR=(.*)$", printed.read_text(), re.MULTILINE)
    assert found
    return Door(found[1])


def told(lines: list[str]) -> dict[str, str]:
    """What the quickstart said, by pick."""
    return {line[:6]: line[6:].lstrip(": ") for line in lines if re.match(r"\d{6}[: ]", line)}


def test_the_commands_of_the_readme_take_every_pick_out_and_back(folder: Path) -> None:
    with running(block("sh", "sandbox"), folder) as printed:
        first, rest = block("sh", "quickstart").strip().rsplit("\n", 1)
        early, late = told(shell(first, folder)), told(shell(f". ./sandbox.env\n{rest}", folder, code=1))
        assert early["500101"] == "confirmed as 100001"
        assert late.keys() == {str(number) for number in range(500102, 500174)}
        assert all(late[pick] == "the warehouse has it: PENDING" for pick in ("500102", "500103"))
        waiting = {pick: words for pick, words in late.items() if words.startswith("waits")}
        assert list(waiting) == ["500117"]
        assert "the warehouse has no product for CT2210 NVY M" in waiting["500117"]
        assert "'TRENCH NAVY MED'" in waiting["500117"]

        here, sent = door(printed), sorted(late.keys() - waiting.keys())
        shipped = [pick for pick in sent if ships(here, pick)]
        assert len(shipped) > 60
        again = ". ./sandbox.env\n.venv/bin/python quickstart.py {}"
        confirmed = told(shell(again.format(" ".join(late)), folder, code=1))
        assert {pick for pick, words in confirmed.items() if words.startswith("confirmed as 1")} == set(shipped)
        once_more = told(shell(again.format(" ".join(shipped[:3])), folder))
        assert set(once_more.values()) == {"confirmed already: staged in Blue Cherry"}
        here.do("invoice")
        books = here.do("books").facts
    assert each_once(books, ["500101", *shipped])
    assert shipped_by_the_warehouse(books, make_season(1)) == booked_by_blue_cherry(books)


def ships(here: Door, pick: str) -> bool:
    """Have the warehouse ship a pick; there may be nothing left of its products."""
    try:
        return bool(here.do("dispatch", pick=pick).facts)
    except NotDone:
        return False


def each_once(books, picks: list[str]) -> bool:
    numbers = [(row["entity"], row["number"], row["standing"]) for row in books["staged"]]
    return sorted(numbers) == [("OrderShipment", pick.zfill(9), "posted") for pick in picks]


def shipped_by_the_warehouse(books, season: Season) -> Counter[tuple[str, str]]:
    """Units per pick and SKU, the SKU being what the season knows of the product code."""
    skus = {
        one.warehouse_code: " ".join(filter(None, (one.style, one.color, one.label, one.dimension, one.size)))
        for one in season.articles
    }
    units: Counter[tuple[str, str]] = Counter()
    for row in books["warehouse"]:
        units[row["reference"], skus[row["product"]]] += row["quantity"]
    return units


def booked_by_blue_cherry(books) -> Counter[tuple[str, str]]:
    units: Counter[tuple[str, str]] = Counter()
    for row in books["booked"]:
        units[row["reference"], row["sku"]] += row["quantity"]
    return units


def test_what_the_sandbox_says_to_type_next_does_what_it_says(folder: Path) -> None:
    with running(".venv/bin/clarus-bluecherry sandbox --seed 3 > sandbox.env", folder) as printed:
        text = printed.read_text()
        commands = [line.removeprefix("#   ") for line in text.splitlines() if line.startswith("#   ")]
        said = shell("\n".join([text, *commands]), folder)
    (pick,) = {number for command in commands for number in re.findall(r"\d{6}", command)}
    assert len(set(re.findall(r"\b500\d{3}\b", re.search("# Open picks.*", text)[0]))) == 5
    assert re.fullmatch(rf"{pick}: sent out as \d+", said[0])
    assert said[1].startswith(f"dispatched pick {pick}: ")
    assert said[2] == f"{pick}: confirmed as 100001"
    assert said[3] == "worked 1 message off, invoiced 1 shipment"


def test_a_command_without_a_running_sandbox_says_how_to_start_one(folder: Path) -> None:
    command = "{}.venv/bin/clarus-bluecherry sandbox dispatch 500101"
    for given in ("", "SANDBOX_DOOR=http://127.0.0.1:9/gone ", "SANDBOX_DOOR=https://example.com/door "):
        done = subprocess.run(
            ["sh", "-c", command.format(given)],
            cwd=folder,
            env=clean(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (2, "")
        assert "Start one with `clarus-bluecherry sandbox`" in done.stderr
        assert "Traceback" not in done.stderr
