"""One run of the command line: its words are read, its command is called, and what stops it is told.

Law of this module: what cannot be understood is told with the nearest that can, and with what to type for help.
"""

from __future__ import annotations

import difflib
import re
import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from clarus_bluecherry.cli.app import app
from clarus_bluecherry.cli.door import complain
from clarus_bluecherry.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    import click

_NAME = "clarus-bluecherry"
_USAGE = typer.BadParameter.__bases__[0]
_TOLD = _USAGE.__bases__[0]
"""What typer raises where words cannot be understood, and any error that it tells."""


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
    for _, command in walk(root):
        if command is not root:
            command.params += [option for option in common if option not in command.params]
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
    what = error.format_message().rstrip()  # type: ignore[attr-defined]
    yield f"Error: {what}{'' if what.endswith(('.', '?')) else '.'}"
    near = [] if "Did you mean" in what else _near(what, context, root)
    if near:
        yield f"Did you mean: {' or '.join(near)}?"
    yield f"Help: {context.command_path if context else _NAME} --help"


def _near(what: str, context: click.Context | None, root: click.Command) -> list[str]:
    """Commands that are called much like the one that there is not, where it was typed, else anywhere."""
    typed = re.match(r"No such command '(.+)'", what)
    if typed is None or context is None:
        return []
    here = context.command_path.split()[1:]
    named = {shlex.join([_NAME, *words]): words for words, _ in walk(root) if words}
    beside = {whole: words[-1] for whole, words in named.items() if list(words[:-1]) == here}
    for names in (beside, {whole: words[-1] for whole, words in named.items()}):
        close = difflib.get_close_matches(typed[1], names.values(), n=3, cutoff=0.6)
        found = [whole for whole, name in names.items() if name in close]
        if found:
            return found[:3]
    return []
