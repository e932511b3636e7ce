"""Many threads that bring something, and one at a time that writes for all of them.

Law of this module: whoever brought something is answered only when it is written, and hears of its own trouble
alone. Whoever finds nobody writing writes what all have brought; the others wait, and one of them is next. So
there is no thread to start, to end or to lose, and the group grows by itself where writing is slow.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from attrs import define

from clarus_bluecherry.errors import LedgerError, Retry
from clarus_bluecherry.flows.wall import ledger_is_gone

Given = TypeVar("Given")
Answer = TypeVar("Answer")


@define(eq=False)
class _Brought(Generic[Given, Answer]):
    what: Given
    answers: Sequence[Answer] = ()
    error: Exception | None = None
    is_done: bool = False


class WriteGroup(Generic[Given, Answer]):
    """Takes from threads what `write` writes for many at once, all of it or nothing, in one answer for each.

    >>> group = WriteGroup(lambda words: [word.upper() for word in words])
    >>> group.give("kept")
    'KEPT'
    """

    def __init__(self, write: Callable[[Sequence[Given]], Sequence[Answer]]) -> None:
        self._write = write
        self._changed = threading.Condition()
        self._waiting: list[_Brought[Given, Answer]] = []
        self._is_writing = False

    def give(self, what: Given) -> Answer:
        """Wait until `what` is written, and return its answer. Raises what went wrong with it."""
        mine: _Brought[Given, Answer] = _Brought(what)
        with self._changed:
            self._waiting.append(mine)
            self._changed.wait_for(lambda: mine.is_done or not self._is_writing)
            group, self._waiting = ([], self._waiting) if mine.is_done else (self._waiting, [])
            self._is_writing = self._is_writing or bool(group)
        if group:
            self._answer(group)
        if mine.error is not None:
            raise mine.error
        return mine.answers[0]

    def _answer(self, group: Sequence[_Brought[Given, Answer]]) -> None:
        try:
            self._write_for(group)
        finally:
            with self._changed:
                for each in group:
                    each.is_done = True
                    each.error = each.error or (None if each.answers else _stopped())
                self._is_writing = False
                self._changed.notify_all()

    def _write_for(self, group: Sequence[_Brought[Given, Answer]]) -> None:
        """All at once; where one of them stops the others, each by itself."""
        try:
            answers = self._write([each.what for each in group])
        except Exception as error:  # noqa: BLE001 - whatever it is, it is raised again where it belongs
            if len(group) == 1 or ledger_is_gone(error):
                for each in group:
                    each.error = error
                return
            for each in group:
                self._write_for([each])
        else:
            for each, answer in zip(group, answers, strict=True):
                each.answers = (answer,)


def _stopped() -> LedgerError:
    return LedgerError("the thread that wrote was stopped", retry=Retry.SAFE)
