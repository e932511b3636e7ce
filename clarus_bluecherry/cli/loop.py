"""What `sync` and `worker` do: turns of the loop, told as they come, until they are told to stop.

Law of this module: an operator can stop it with one signal and lose nothing, and end it with a second one. With
`--json` each turn is one document on one line of standard output; without it people read what each came to.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from clarus_bluecherry.cli.door import complain, note, say_next, tell
from clarus_bluecherry.cli.exit_codes import ExitCode
from clarus_bluecherry.config import Secrets
from clarus_bluecherry.flows.alerts import AlertsTold
from clarus_bluecherry.flows.delivered import Delivered
from clarus_bluecherry.flows.ingest import Collected
from clarus_bluecherry.flows.site import utc_now
from clarus_bluecherry.flows.turn import StepOutcome, Turned, TurnStep
from clarus_bluecherry.flows.worker import Pace, Stop, Worker
from clarus_bluecherry.model._plain import told


def once(site: Path, secrets: Secrets, *, pace: Pace, as_json: bool) -> int:
    """Take one turn and tell what it came to; 1 when a part of it ended early."""

    def say(step: TurnStep, outcome: StepOutcome) -> None:
        if not as_json:
            _tell_now(f"{step.label}: {outcome}")

    with _stopping() as stop:
        turned = Worker(site, secrets, pace=pace, stop=stop, on_progress=say).once()
    if as_json:
        _tell_now(_document(turned))
    for name, reason in turned.stopped.items():
        complain(f"{name} stopped: {reason}")
    if turned.stopped:
        say_next("exceptions", "--site", str(site), why="what waits for whom")
    return ExitCode.of(not turned.is_whole)


def for_good(site: Path, secrets: Secrets, *, pace: Pace, as_json: bool) -> int:
    """Take turns until a signal; 0 then."""
    with _stopping() as stop:
        heard = _documents() if as_json else _lines()
        Worker(site, secrets, pace=pace, stop=stop, on_turn=heard).run()
        if not as_json:
            note("stopped: what was not begun is handed back")
    return ExitCode.WELL


def _documents() -> Callable[[Turned], None]:
    return lambda turned: _tell_now(_document(turned))


def _lines() -> Callable[[Turned], None]:
    """Tell a turn that moved something, and troubles once for as long as they are the same."""
    before: dict[str, str] | None = None

    def tell(turned: Turned) -> None:
        nonlocal before
        if turned.moved or before != turned.stopped:
            complain(f"{utc_now():%Y-%m-%d %H:%M:%S}Z {turned}")
        before = dict(turned.stopped)

    return tell


def _tell_now(text: str) -> None:
    tell(text)
    sys.stdout.flush()


def _document(turned: Turned) -> str:
    delivered = turned.delivered
    return json.dumps(
        told(
            {
                "at": utc_now(),
                "steps": {step.value: _counted(outcome) for step, outcome in turned.done.items()},
                "failures": [] if delivered is None else delivered.failures,
                "stopped": dict(turned.stopped),
            }
        )
    )


def _counted(outcome: StepOutcome) -> object:
    if isinstance(outcome, AlertsTold):
        return {"messages": outcome.messages, "exceptions": outcome.exceptions, "waiting": outcome.waiting}
    if isinstance(outcome, Collected | Delivered):
        return {each.value: count for each, count in outcome.counts.items()}
    return outcome


@contextmanager
def _stopping() -> Iterator[Stop]:
    """Set by the first signal to stop; a second one ends the process at once."""
    stop, numbers = Stop(), (signal.SIGINT, signal.SIGTERM)

    def first(number: int, frame: FrameType | None) -> None:
        for each in numbers:
            signal.signal(each, signal.SIG_DFL)
        stop.set()

    before = [signal.signal(each, first) for each in numbers]
    try:
        yield stop
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
        stop.close()
