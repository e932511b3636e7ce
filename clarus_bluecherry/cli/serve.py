"""`sandbox`: both systems as local servers, until interrupted, and what to type beside them.

Law of this module: what it prints can be given to a shell as it stands: variables, and comments for people. The
commands among them are those of the very environment that runs it.
"""

from __future__ import annotations

import json
import shlex
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from clarus_bluecherry.cli.door import tell
from clarus_bluecherry.sandbox.running import Sandbox

_QUICKSTART = "quickstart.py"


def run(*, seed: int, scale: str, clarus_port: int, bluecherry_port: int, as_json: bool) -> None:
    """Serve a season whose orders are all released; print how to reach it, and what to type next."""
    with Sandbox(seed, scale, clarus_port=clarus_port, bluecherry_port=bluecherry_port) as sandbox:
        interrupted = _interruption()
        text = json.dumps(dict(sandbox.environment)) if as_json else "\n".join(_shown(sandbox))
        tell(text)
        sys.stdout.flush()
        interrupted.wait()


def _shown(sandbox: Sandbox) -> Iterator[str]:
    for name, value in sandbox.environment.items():
        yield f"export {name}={shlex.quote(value)}"
    picks = sandbox.easy_picks()
    python, command, quickstart = _commands()
    yield f"# Open picks: {', '.join(picks)} and more; all of them: {command} sandbox picks"
    save = "" if Path(quickstart).exists() else f" save the README's Quickstart as {quickstart},"
    yield f"# Next, in another terminal in this folder: paste the lines above there,{save} and type"
    yield f"#   {python} {quickstart} {picks[0]}"
    yield f"#   {command} sandbox dispatch {picks[0]}"
    yield f"#   {python} {quickstart} {picks[0]}"
    yield f"#   {command} sandbox invoice"
    yield "# That sends the pick out, has the warehouse ship it, confirms it to Blue Cherry, and has it invoiced."
    codes = " and ".join(repr(article.warehouse_code) for article in sandbox.season.undecidable)
    yield f"# Picks that hold {codes} wait on purpose: only a person can say what those are."
    yield "# Running; Ctrl-C to stop."


def _commands() -> tuple[str, str, str]:
    """The interpreter, our command and the example, as they are typed in this folder."""
    python = Path(sys.executable)
    command = python.with_name("clarus-bluecherry")
    example = Path("examples") / _QUICKSTART
    return (
        _typed(python),
        _typed(command) if command.exists() else f"{_typed(python)} -m clarus_bluecherry.cli",
        str(example) if example.exists() else _QUICKSTART,
    )


def _typed(program: Path) -> str:
    here = Path.cwd()
    return shlex.quote(str(program.relative_to(here) if program.is_relative_to(here) else program))


def _interruption() -> threading.Event:
    """Set when the process is asked to stop: listened for before anybody knows that it runs."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop
