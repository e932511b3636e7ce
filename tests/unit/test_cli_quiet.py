"""What a command says beside its answer: progress, notes, the next command; and when it says none of it."""

from __future__ import annotations

import io
import json
import re
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

import pytest
from cli_tree import one_tree  # noqa: F401 - a fixture of all tests here
from test_cli import run
from typer.testing import CliRunner

from clarus_bluecherry.cli import main
from clarus_bluecherry.cli.app import app
from clarus_bluecherry.cli.progress import counted

STEERING = re.compile("\x1b\\[[0-9;?]*[A-Za-z]|\r")


class Terminal(io.StringIO):
    """A terminal, as far as a command asks."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def lists(tmp_path: Path) -> list[str]:
    """Two lists of one SKU each, which do not agree."""
    ours, theirs = tmp_path / "bluecherry.csv", tmp_path / "clarus.csv"
    ours.write_text("Style,Color,Size,QOH\n01234,BLK,M,5\n", "utf-8")
    theirs.write_text("Code,Qty\n99999-RED-L,4\n", "utf-8")
    return ["sku", "audit", "--blue-cherry", str(ours), "--clarus", str(theirs)]


def at_a_terminal(*words: str, is_answer_too: bool = False, **environment: str) -> tuple[str, str]:
    """What a command writes to its answer and to a terminal beside it."""
    said, complained = Terminal() if is_answer_too else io.StringIO(), Terminal()
    with (
        mock.patch.dict("os.environ", {"COLUMNS": "100", "TERM": "xterm", **environment}),
        mock.patch.object(sys, "argv", ["clarus-bluecherry", *words]),
        redirect_stdout(said),
        redirect_stderr(complained),
        pytest.raises(SystemExit),
    ):
        main()
    return said.getvalue(), complained.getvalue()


def left(written: str) -> str:
    """What stands in the terminal when all is written: a line that is wiped off is gone."""
    return re.sub("[^\n\r]*\r\x1b\\[2K", "", written)


def test_a_person_sees_what_long_work_is_doing_and_nothing_of_it_is_left(lists: list[str]) -> None:
    said, beside = at_a_terminal(*lists)
    assert "comparing 1 line of Blue Cherry with 1 of Clarus" in beside
    assert "reading bluecherry.csv" in beside
    assert "comparing" not in left(beside)
    assert "reading" not in left(beside)
    assert not STEERING.search(left(beside))
    assert said == run(*lists, COLUMNS="100").stdout


def test_who_waits_for_the_page_of_a_month_sees_how_far_its_file_is(tmp_path: Path) -> None:
    month = Path(__file__).parents[1] / "finance" / "month_end"
    _, beside = at_a_terminal(
        "close", "--from", str(month), "--as-of", "2026-10-31", "--out", str(tmp_path / "causes.csv")
    )
    assert "laying out the page" in beside
    assert re.search(r"causes\.csv: 1 of \d+ \.\.\.", beside)
    assert "causes.csv: " not in left(beside)


@pytest.mark.parametrize("asked", [["--quiet"], ["-q"], ["--json"]], ids=" ".join)
def test_it_is_silent_where_nobody_waits_for_it(lists: list[str], asked: list[str]) -> None:
    said, beside = at_a_terminal(*lists, *asked)
    assert "comparing" not in beside
    assert not STEERING.search(beside)
    assert said


def test_it_is_silent_when_it_is_piped_and_plain_where_lines_cannot_be_wiped_off(lists: list[str]) -> None:
    assert "comparing" not in run(*lists).stderr
    _, beside = at_a_terminal(*lists, TERM="dumb")
    assert "comparing 1 line of Blue Cherry with 1 of Clarus ...\n" in beside
    assert "\x1b" not in beside


@pytest.mark.parametrize("variable", ["NO_COLOR", ""])
def test_without_colours_nothing_is_coloured(lists: list[str], variable: str) -> None:
    said, beside = at_a_terminal(*lists, is_answer_too=True, **({variable: "1"} if variable else {}))
    colours = re.findall("\x1b\\[[0-9;]*m", said + beside)
    assert [each for each in colours if re.search(r"\[(?:[0-9;]*;)?(?:3|4|9|10)[0-7]", each)] == []


def test_quiet_says_only_what_was_asked_wherever_it_stands(lists: list[str]) -> None:
    loud = run(*lists)
    for words in (("--quiet", *lists), (*lists, "--quiet"), ("sku", "-q", *lists[1:])):
        quiet = run(*words)
        assert (quiet.returncode, quiet.stdout) == (loud.returncode, loud.stdout)
        assert quiet.stderr == ""
    assert "Next" in loud.stderr


def test_quiet_still_tells_what_went_wrong() -> None:
    for words in (("close", "--from", "/nowhere", "-q"), ("config", "explain", "-q")):
        assert run(*words).stderr.startswith("Error: ")


def test_with_json_there_is_nothing_but_the_document(lists: list[str]) -> None:
    done = run(*lists, "--json")
    json.loads(done.stdout)
    assert "Next" not in done.stderr


def test_what_is_known_to_be_so_many_is_counted() -> None:
    told = Terminal()
    with mock.patch("clarus_bluecherry.cli.progress.step", side_effect=told.write):
        assert list(counted(["a", "b"], "reading")) == ["a", "b"]
        assert list(counted(iter("ab"), "asking")) == ["a", "b"]
    assert told.getvalue() == "reading: 1 of 2asking: 1"


def test_what_one_command_was_asked_for_is_not_asked_of_the_next(lists: list[str]) -> None:
    """A program that calls the commands itself has no process for each."""
    runner, words = CliRunner(), lists
    for asked in ("--json", "--quiet"):
        runner.invoke(app, [asked, *words] if asked == "--quiet" else [*words, asked])
        assert "Next" in runner.invoke(app, words).stderr
