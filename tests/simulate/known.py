"""Faults that the simulation finds in the code as it is: each with its shortest schedule.

Law of this module: the list only shrinks. Whoever mends one deletes its entry; a test sees to it that each entry
still breaks what it says, and that nothing else does.
"""

from __future__ import annotations

from attrs import frozen

from .search import causes_of, schedule_of


@frozen
class Known:
    """A kind of fault in a world, and the schedule that shows it. `why` it happens, and who mends it."""

    world: str
    kind: str
    causes: frozenset[str]
    schedule: str
    why: str


def _known(world: str, kind: str, schedule: str, why: str) -> Known:
    return Known(world, kind, causes_of(schedule_of(schedule)), schedule, why)


KNOWN: tuple[Known, ...] = ()


def is_known(world: str, kind: str, causes: frozenset[str]) -> bool:
    """Whether it is one of these, perhaps with something unusual besides."""
    return any(one.world == world and one.kind == kind and one.causes <= causes for one in KNOWN)
