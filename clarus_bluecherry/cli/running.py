"""One run of the command line: its words are read, its command is called, and what stops it is told.

Law of this module: what cannot be understood is told with the nearest that can, and with what to type for help.
"""

from __future__ import annotations

import difflib
import re
import shlex
import shutil
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, cast

import typer

from clarus_bluecherry.cli.app import app
from clarus_bluecherry.cli.door import complain
from clarus_bluecherry.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    import click

_NAME = "clarus-bluecherry"
_BOXES_FIT = 72
"""Columns of a terminal: in fewer, the boxes of a help would cut the names of options."""
_LACKS = re.compile("^Missing option|does not exist|is needed")
_HAD_BY = {
    "--from": "To have an example of every file: clarus-bluecherry close --template exports",
    "--site": "To have one: docs/settings.md; of a running sandbox: clarus-bluecherry sandbox site > site.toml",
}
"""What a person who has nothing yet is told, by the option that asks for it."""
_THEIRS = (
    ("Value error, ", ""),
    ("Input should be a valid integer, unable to parse string as an integer", "it is no whole number"),
    ("Input should be ", "it should be "),
    (": dir '", ": folder '"),
    ("' is a directory", "' is a folder"),
)
_TOLD = cast("type[Exception]", typer.BadParameter.__bases__[0].__bases__[0])
"""Any error that typer tells; only some versions of it have a public name for it."""


def run() -> int:
    """Run the command of `sys.argv`; its exit code."""
    command = tree()
    try:
        code = command.main(prog_name=_NAME, standalone_mode=False)
    except typer.Abort as abort:
        if isinstance(abort.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from abort
        complain("Nothing was done: nobody confirmed it.")
        return ExitCode.FAILED
    except _TOLD as error:
        for line in _told(error, command):
            complain(line)
        return ExitCode.FAILED
    if code == ExitCode.INTERRUPTED:  # typer makes one of Ctrl-C
        raise KeyboardInterrupt
    return code if isinstance(code, int) else ExitCode.WELL


def tree() -> click.Group:
    """All commands, each with the options of every command."""
    root: click.Group = typer.main.get_command(app)  # type: ignore[assignment]
    common = [option for option in root.params if option.name == "quiet"]
    is_narrow = shutil.get_terminal_size().columns < _BOXES_FIT
    for _, command in walk(root):
        if command is not root:
            command.params += [option for option in common if option not in command.params]
        if is_narrow:
            command.rich_markup_mode = None  # type: ignore[attr-defined]
    return root


def walk(command: click.Command, *words: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command below, with the words by which it is called."""
    yield words, command
    for name, each in getattr(command, "commands", {}).items():
        yield from walk(each, *words, name)


def _told(error: Exception, root: click.Command) -> Iterator[str]:
    if type(error).__name__ == "NoArgsIsHelpError":  # the help was shown
        return
    context: click.Context | None = getattr(error, "ctx", None)
    what = _in_plain_words(error.format_message().partition(". Did you mean")[0].rstrip())  # type: ignore[attr-defined]
    yield f"Error: {what}{'' if what.endswith(('.', '?')) else '.'}"
    typed = re.match(r"No such command '(.+?)'", what)
    near = _near(typed[1], context.command_path.split()[1:], root) if typed and context else []
    if near:
        yield f"Did you mean: {' or '.join(near)}?"
    yield from (told for option, told in _HAD_BY.items() if _LACKS.search(what) and option in what)
    yield f"Help: {context.command_path if context else _NAME} --help"


def _in_plain_words(what: str) -> str:
    """What typer, or pydantic below it, says of a value, without their own words for it."""
    for theirs, ours in _THEIRS:
        what = what.replace(theirs, ours)
    return what


def _near(typed: str, here: list[str], root: click.Command) -> list[str]:
    """The commands that are called so anywhere, else those that are called much like it, here before elsewhere; an
    option of all of them where its dashes are forgotten.
    """
    if f"--{typed}" in ("--help", *(each for option in root.params for each in option.opts)):
        return [f"{_NAME} --{typed}"]
    anywhere = {shlex.join([_NAME, *words]): words for words, _ in walk(root) if words}
    beside = {whole: words for whole, words in anywhere.items() if list(words[:-1]) == here}
    same = [whole for whole, words in anywhere.items() if words[-1] == typed]
    return (same or _alike(typed, beside) or _alike(typed, anywhere))[:3]


def _alike(typed: str, commands: Mapping[str, tuple[str, ...]]) -> list[str]:
    close = difflib.get_close_matches(typed, {words[-1] for words in commands.values()}, cutoff=0.7)
    return [whole for whole, words in commands.items() if words[-1] in close]
