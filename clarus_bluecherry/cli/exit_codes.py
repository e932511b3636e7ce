"""The exit codes of every command, in one table.

Law of this module: a code has one meaning, whichever command ends with it; a command's help says what it means
there, and names no other code.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended. `means` is what that says, whichever command it was."""

    means: str

    WELL = (0, "it was done, and all is well")
    FOUND = (
        1,
        "it was done, and something was found that a person should see: a difference, a line that could not be "
        "read, a snapshot that is held, a recipe that is not certain, a part of [a turn](worker.md) that ended "
        "early",
    )
    FAILED = (
        2,
        "it could not be done, or nobody confirmed it: an option, a file, a setting or a system; or a defect of "
        "ours, told with its traceback. The reason is on stderr",
    )
    OVER_LIMIT = (
        3,
        "it was done, and what was found is over a limit that the site set: [`exceptions`](exceptions.md)",
    )
    INTERRUPTED = (130, "Ctrl-C ended it before it was done")
    CUT_OFF = (141, "whoever read its output stopped reading, as `| head` does; nothing is said of what was found")

    def __new__(cls, code: int, means: str) -> ExitCode:
        """A code with its meaning."""
        made = int.__new__(cls, code)
        made._value_ = code
        made.means = means
        return made

    @classmethod
    def of(cls, found: object) -> ExitCode:
        """`FOUND` where there is something to see, else `WELL`.

        >>> ExitCode.of([]), ExitCode.of(["a difference"])
        (<ExitCode.WELL: 0>, <ExitCode.FOUND: 1>)
        """
        return cls.FOUND if found else cls.WELL


def codes_told(well: str = "", found: str = "", failed: str = "", over_limit: str = "") -> str:
    """What a command's own codes mean, for its help; it has no code of which nothing is told, but 0 and 2.

    >>> codes_told(found="an order drifted")
    'Exit codes: 0 it is done; 1 an order drifted; 2 it could not be done.'
    """
    told = {
        ExitCode.WELL: well or "it is done",
        ExitCode.FOUND: found,
        ExitCode.FAILED: failed or "it could not be done",
        ExitCode.OVER_LIMIT: over_limit,
    }
    return f"Exit codes: {'; '.join(f'{code:d} {means}' for code, means in told.items() if means)}."


def rows() -> Iterator[str]:
    """The table of all codes, as docs/errors.md has it."""
    yield "| exit code | name | means |"
    yield "|---|---|---|"
    for code in ExitCode:
        yield f"| {code:d} | {code.name.lower().replace('_', ' ')} | {code.means} |"
