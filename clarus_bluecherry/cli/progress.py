"""What long work is doing, for a person who waits for it.

Law of this module: only a person sees it, on standard error where that is a terminal: not with `--quiet`, not
with `--json`, and nothing of it is left when the answer is printed. It counts what is known to be so many, and
else says only the step; it never guesses how long.
"""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterable, Iterator, Sized
from typing import TypeVar

from clarus_bluecherry.cli.door import complain, is_for_a_program, is_quiet, paint

T = TypeVar("T")
_SELDOM = 0.1
"""Seconds between two counts that are shown."""


def step(what: str) -> None:
    """Say what is being done now."""
    if not is_seen():
        return
    if os.environ.get("TERM") in ("dumb", "unknown"):
        complain(f"{what} ...")
    else:
        paint(_on_one_line(f"{what} ..."))


def counted(items: Iterable[T], what: str) -> Iterator[T]:
    """`items`, and of each that it is being worked on: how many there are is told where that is known."""
    total = f" of {len(items):,}" if isinstance(items, Sized) else ""
    shown = -_SELDOM
    for number, item in enumerate(items, 1):
        now = time.monotonic()
        if now - shown >= _SELDOM:
            step(f"{what}: {number:,}{total}")
            shown = now
        yield item


def is_seen() -> bool:
    """Whether somebody waits who sees it."""
    return sys.stderr.isatty() and not is_quiet() and not is_for_a_program()


def _on_one_line(text: str) -> str:
    """As much of it as a line has room for: it is wiped off as one."""
    room = shutil.get_terminal_size().columns - 1
    return text if len(text) <= room else f"{text[: max(room - 3, 0)]}..."
