"""Quiet windows: times of day in which a system is left alone, such as its backup or its billing run.

Law of this module: a window is told in local time, in the zone of the books; it may go past midnight.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping

from attrs import frozen

from clarus_bluecherry.errors import ConfigurationError

_WRITTEN = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")


@frozen
class QuietWindow:
    """From `begins` up to `ends`, each day.

    >>> night = QuietWindow.of("22:00-06:00")
    >>> dt.time(23) in night, dt.time(6) in night
    (True, False)
    """

    begins: dt.time
    ends: dt.time

    @classmethod
    def of(cls, text: str) -> QuietWindow:
        """The window that is written so: `22:00-23:30`. Raises `ConfigurationError` for anything else."""
        found = _WRITTEN.fullmatch(text)
        begins, _, ends = text.partition("-")
        if found is None or begins == ends:
            what = f"{text!r} is no window of time; write for example 22:00-23:30"
            raise ConfigurationError(what, record="site", field="delivery.quiet")
        return cls(dt.time.fromisoformat(begins), dt.time.fromisoformat(ends))

    def __contains__(self, moment: dt.time) -> bool:
        if self.begins < self.ends:
            return self.begins <= moment < self.ends
        return moment >= self.begins or moment < self.ends

    def __str__(self) -> str:
        return f"{self.begins:%H:%M}-{self.ends:%H:%M}"


QuietWindows = Mapping[str, tuple[QuietWindow, ...]]


def quiet_windows(told: Mapping[str, Iterable[str | QuietWindow]]) -> QuietWindows:
    """The windows of each system, as they are or as they are written. Raises `ConfigurationError`."""
    return {
        system: tuple(each if isinstance(each, QuietWindow) else QuietWindow.of(each) for each in windows)
        for system, windows in told.items()
    }
