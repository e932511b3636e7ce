"""One table of exit codes for every command: `cli.exit_codes`, as docs/errors.md shows it."""

from __future__ import annotations

import ast
import errno
import io
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

import pytest
import typer
from cli_tree import COMMANDS, one_tree  # noqa: F401 - a fixture of all tests here
from test_cli import run

import clarus_bluecherry.cli
from clarus_bluecherry.cli import main
from clarus_bluecherry.cli.door import ReaderLeftError
from clarus_bluecherry.cli.exit_codes import ExitCode, codes_told, rows
from clarus_bluecherry.errors import ConfigurationError

DOCS = Path(__file__).parents[2] / "docs"
HERE = Path(clarus_bluecherry.cli.__file__).parent
CALLED = {words: each for words, each in COMMANDS.items() if not getattr(each, "no_args_is_help", False)}


def end(words: tuple[str, ...], problem: BaseException) -> subprocess.CompletedProcess[str]:
    """What comes of a command in which `problem` arises."""
    with mock.patch.multiple(COMMANDS[words], params=[], callback=mock.Mock(side_effect=problem)):
        return run(*words)


def test_the_table_is_the_one_in_the_docs() -> None:
    text = (DOCS / "errors.md").read_text("utf-8")
    assert "\n".join(rows()) in text


def test_each_command_refuses_what_it_does_not_know() -> None:
    for words, command in COMMANDS.items():
        refused = run(*words, "--nothing-of-the-kind")
        assert (refused.returncode, refused.stdout) == (ExitCode.FAILED, ""), words
        if not command.context_settings.get("ignore_unknown_options"):
            assert "No such option: --nothing-of-the-kind" in refused.stderr
        assert f"Help: {' '.join(('clarus-bluecherry', *words))} --help" in refused.stderr


def test_however_a_command_ends_its_code_says_it() -> None:
    for words in CALLED:
        however_it_ends(words)


def however_it_ends(words: tuple[str, ...]) -> None:
    refused = end(words, ConfigurationError("there is no such thing", action="Look for it."))
    assert (refused.returncode, "Look for it." in refused.stderr) == (ExitCode.FAILED, True)
    defect = end(words, ZeroDivisionError("a defect"))
    assert (defect.returncode, "ZeroDivisionError: a defect" in defect.stderr) == (ExitCode.FAILED, True)
    stopped = end(words, KeyboardInterrupt())
    assert (stopped.returncode, stopped.stderr.strip()) == (ExitCode.INTERRUPTED, "Interrupted.")
    cut = end(words, ReaderLeftError())
    assert (cut.returncode, cut.stdout, cut.stderr) == (ExitCode.CUT_OFF, "", "")


@pytest.mark.parametrize("code", ExitCode)
def test_what_a_command_says_is_its_code(code: ExitCode) -> None:
    assert end(("close",), typer.Exit(code)).returncode == code


def test_ctrl_c_and_no_answer_at_a_question_are_told_apart() -> None:
    left = typer.Abort()
    assert end(("ledger", "retry"), left).returncode == ExitCode.FAILED
    left.__context__ = KeyboardInterrupt()
    assert end(("ledger", "retry"), left).returncode == ExitCode.INTERRUPTED


class Closed(io.StringIO):
    """What nobody reads any more."""

    def write(self, text: str) -> int:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")


@pytest.mark.parametrize("words", [("config", "schema"), ("--help",)], ids=" ".join)
def test_a_reader_that_stops_ends_it_quietly(words: tuple[str, ...]) -> None:
    complained = io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["clarus-bluecherry", *words]),
        redirect_stdout(Closed()),
        redirect_stderr(complained),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    assert (ended.value.code, complained.getvalue()) == (ExitCode.CUT_OFF, "")


def test_a_process_whose_reader_stops_says_nothing() -> None:
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
        if isinstance(node, ast.Call | ast.Return) and any(map(_is_number, _ended_with(node)))
    ]
    assert found == []


def _ended_with(node: ast.Call | ast.Return) -> Sequence[ast.expr | None]:
    """What a command ends with, where `node` may end one."""
    if isinstance(node, ast.Call):
        return node.args if ast.unparse(node.func) in ("typer.Exit", "sys.exit") else ()
    value = node.value
    is_code = isinstance(value, ast.IfExp) and all(map(_is_number, (value.body, value.orelse)))
    return (value,) if is_code else ()


def _is_number(node: ast.expr | None) -> bool:
    if isinstance(node, ast.IfExp):
        return _is_number(node.body) or _is_number(node.orelse)
    return isinstance(node, ast.Constant) and type(node.value) is int


def test_a_command_that_has_no_such_code_does_not_name_it() -> None:
    assert "3" not in codes_told(found="an order drifted")
    assert "1" not in codes_told()
