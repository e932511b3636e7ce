"""One table of exit codes for every command: `cli.exit_codes`, as docs/errors.md shows it."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
import typer
from test_cli import run

import clarus_bluecherry.cli
from clarus_bluecherry.cli import running
from clarus_bluecherry.cli.exit_codes import ExitCode, codes_told, rows
from clarus_bluecherry.errors import ConfigurationError

DOCS = Path(__file__).parents[2] / "docs"
HERE = Path(clarus_bluecherry.cli.__file__).parent
TREE = running.tree()
COMMANDS = {words: command for words, command in running.walk(TREE)}
CALLED = {words: each for words, each in COMMANDS.items() if not getattr(each, "no_args_is_help", False)}


@pytest.fixture(autouse=True)
def _one_tree() -> Iterator[None]:
    """The tree is the same each time; only this test needs it a hundred times."""
    with mock.patch.object(running, "tree", lambda: TREE):
        yield


def end(words: tuple[str, ...], problem: BaseException) -> subprocess.CompletedProcess[str]:
    """What comes of a command in which `problem` arises."""
    with mock.patch.multiple(COMMANDS[words], params=[], callback=mock.Mock(side_effect=problem)):
        return run(*words)


def test_the_table_is_the_one_in_the_docs() -> None:
    text = (DOCS / "errors.md").read_text("utf-8")
    assert "\n".join(rows()) in text


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_each_command_explains_itself_and_refuses_what_it_does_not_know(words: tuple[str, ...]) -> None:
    for asked in ("--help", "-h"):
        shown = run(*words, asked)
        assert shown.returncode == ExitCode.WELL
    told = re.findall(r"Exit codes: (.*?)\.(?:  |$|\s*\n)", " ".join(shown.stdout.split()) + "  ")
    assert told or words in ((),), "it tells its codes"
    refused = run(*words, "--nothing-of-the-kind")
    assert (refused.returncode, refused.stdout) == (ExitCode.FAILED, "")
    assert "No such option: --nothing-of-the-kind" in refused.stderr
    assert f"clarus-bluecherry {' '.join(words)}".rstrip() in refused.stderr


@pytest.mark.parametrize("words", CALLED, ids=" ".join)
def test_however_a_command_ends_its_code_says_it(words: tuple[str, ...]) -> None:
    for code in ExitCode:
        assert end(words, typer.Exit(code)).returncode == code
    refused = end(words, ConfigurationError("there is no such thing", action="Look for it."))
    assert (refused.returncode, "Look for it." in refused.stderr) == (ExitCode.FAILED, True)
    defect = end(words, ZeroDivisionError("a defect"))
    assert (defect.returncode, "ZeroDivisionError: a defect" in defect.stderr) == (ExitCode.FAILED, True)
    stopped = end(words, KeyboardInterrupt())
    assert (stopped.returncode, stopped.stderr.strip()) == (ExitCode.INTERRUPTED, "Interrupted.")
    cut = end(words, BrokenPipeError())
    assert (cut.returncode, cut.stdout, cut.stderr) == (ExitCode.CUT_OFF, "", "")


def test_ctrl_c_and_no_answer_at_a_question_are_told_apart() -> None:
    left = typer.Abort()
    assert end(("ledger", "retry"), left).returncode == ExitCode.FAILED
    left.__context__ = KeyboardInterrupt()
    assert end(("ledger", "retry"), left).returncode == ExitCode.INTERRUPTED


def test_a_reader_that_stops_ends_it_quietly() -> None:
    words = [sys.executable, "-m", "clarus_bluecherry.cli", "config", "schema"]
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(words, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (ExitCode.CUT_OFF, b"")


def test_no_command_ends_with_a_bare_number() -> None:
    found = [
        f"{path.name}:{node.lineno}"
        for path in HERE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if _is_bare_exit(node)
    ]
    assert found == []


def _is_bare_exit(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and ast.unparse(node.func) in ("typer.Exit", "sys.exit"):
        return any(isinstance(each, ast.Constant) for arg in node.args for each in ast.walk(arg))
    if isinstance(node, ast.FunctionDef) and node.name in ("run", "once", "for_good", "show", "check"):
        returned = [each.value for each in ast.walk(node) if isinstance(each, ast.Return) and each.value]
        return any(isinstance(each, ast.Constant) and isinstance(each.value, int) for each in returned)
    return False


def test_a_command_that_has_no_such_code_does_not_name_it() -> None:
    assert "3" not in codes_told(found="an order drifted")
    assert "1" not in codes_told()
