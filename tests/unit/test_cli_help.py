"""The help of every command and group: what it says, and examples that the real parser takes."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from unittest import mock

import pytest
from cli_tree import COMMANDS, TREE, one_tree  # noqa: F401 - a fixture of all tests here
from test_cli import run

from clarus_bluecherry.cli import running
from clarus_bluecherry.cli.exit_codes import ExitCode

BUILT = running.tree
ENDING = re.compile(
    r"(?:Exit codes: 0 (?P<codes>.*?)\.\n\n)?(?:.*\n\n)?Examples:\n\n(?P<examples>(?:- `[^`]+`(?:\n\n)?)+)"
)


def examples(words: tuple[str, ...]) -> list[str]:
    found = ENDING.fullmatch(COMMANDS[words].epilog or "")
    assert found, f"the help of {' '.join(words)} ends as the others do"
    return re.findall(r"- `([^`]+)`", found["examples"])


def typed(line: str) -> list[str]:
    """The words of a command line, as a shell hands them over, without what it keeps for itself."""
    words = shlex.split(line, comments=True)
    for sign in "<>|":
        words = words[: words.index(sign)] if sign in words else words
    return [word.replace("*", "1") for word in words]


FOLDERS = ("exports", "out")


@pytest.fixture
def _files_are_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file and folder that an example names: whether it is there is not what is asked."""
    monkeypatch.chdir(tmp_path)
    for name in FOLDERS:
        Path(name).mkdir()
    for word in (word for words in COMMANDS for line in examples(words) for word in typed(line)):
        if re.fullmatch(r"[\w/]+\.(csv|xlsx|toml|x12|json|zip)", word):
            Path(word).parent.mkdir(exist_ok=True)
            Path(word).touch()


@pytest.mark.usefixtures("_files_are_there")
def test_each_example_is_a_command_line_that_parses() -> None:
    for words in COMMANDS:
        its_examples_parse(words)


def its_examples_parse(words: tuple[str, ...]) -> None:
    lines = examples(words)
    assert any(line.startswith(" ".join(("clarus-bluecherry", *words))) for line in lines)
    for line in lines:
        program, *rest = typed(line)
        assert program == "clarus-bluecherry"
        command, context = TREE, None
        while True:
            context = command.make_context(program, list(rest), parent=context)
            rest = [*getattr(context, "_protected_args", ()), *context.args]
            if not rest or not getattr(command, "commands", None):
                break
            _, command, rest = command.resolve_command(context, rest)
        assert rest == [], f"{line}: nothing is left over"


def test_the_help_says_what_it_is_for_and_what_its_codes_mean() -> None:
    for words in COMMANDS:
        its_help_says_all(words)


def its_help_says_all(words: tuple[str, ...]) -> None:
    command = COMMANDS[words]
    assert (command.help or "").strip(), words
    is_group = bool(getattr(command, "commands", None)) and command.no_args_is_help
    told = ENDING.fullmatch(command.epilog or "")
    assert told, words
    if not is_group:
        numbers = {int(each) for each in re.findall(r"(?:^|; )(\d+) ", f"0 {told['codes']}")}
        assert {0, 2} <= numbers <= set(ExitCode), words
    for each in command.params:
        assert getattr(each, "help", None), f"{each.name} says what it is"
        assert each.help.rstrip().endswith((".", ")")), f"{each.name}: a sentence"


def test_help_is_asked_for_with_a_short_option_too_and_is_whole_in_a_narrow_terminal() -> None:
    for columns in ("200", "40"):
        with mock.patch.object(running, "tree", BUILT):
            shown = run("close", "-h", COLUMNS=columns)
        assert shown.returncode == ExitCode.WELL
        assert "…" not in shown.stdout
    assert "clarus-bluecherry close --from exports --out closed.xlsx" in run("close", "--help").stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("clsoe",), "Did you mean: clarus-bluecherry close?"),
        (("ack", "x"), "Did you mean: clarus-bluecherry exceptions ack?"),
        (("audit",), "Did you mean: clarus-bluecherry sku audit?"),
        (("ledger", "shwo"), "Did you mean: clarus-bluecherry ledger show?"),
        (("close", "--form", "x"), "--from"),
        (("sandbox", "dispath"), "Did you mean: clarus-bluecherry sandbox dispatch?"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else "",
)
def test_what_is_not_there_is_told_with_the_nearest_that_is(words: tuple[str, ...], told: str) -> None:
    refused = run(*words)
    assert refused.returncode == ExitCode.FAILED
    assert told in refused.stderr
    assert "Help: clarus-bluecherry" in refused.stderr
