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


_LATE = "absent is believed although the request may still take effect"
_LONG = "a worker that stood still past its lease sends all the same, after another one has"
_REPLICA = "absent is believed of a replica that lags behind"


def _known(world: str, kind: str, schedule: str, why: str) -> Known:
    return Known(world, kind, causes_of(schedule_of(schedule)), schedule, why)


KNOWN: tuple[Known, ...] = (
    _known("adjustment", "doubled", "A:POST PhysicalInventoryTM:1=late", _LATE),
    _known("two adjustments", "doubled", "A:POST PhysicalInventoryTM:1=late", _LATE),
    _known("order", "doubled", "A:POST goods_outs:1=late", _LATE),
    _known("new order", "doubled", "A:POST goods_outs:1=late", _LATE),
    _known("shipped", "doubled", "A:POST OrderShipment:1=late", _LATE),
    _known("edited", "doubled", "A:POST OrderShipment:1=late", _LATE),
    _known("parcels later", "doubled", "A:POST OrderShipment:1=late", _LATE),
    _known("changed back", "doubled", "A:POST goods_outs:1=late", _LATE),
    _known("busy day", "doubled", "A:POST goods_outs:1=late", _LATE),
    _known("adjustment", "doubled", "A:POST PhysicalInventoryTM:1=long", _LONG),
    _known("two adjustments", "doubled", "A:POST PhysicalInventoryTM:1=long", _LONG),
    _known("order", "doubled", "A:POST goods_outs:1=long", _LONG),
    _known(
        "adjustment",
        "doubled",
        "A:POST PhysicalInventoryTM:1=lost; A:GET PhysicalInventoryTM:1=replica",
        _REPLICA,
    ),
    _known("new order", "network in a transaction", "", "Clarus is asked while an order is kept"),
    _known("changed back", "network in a transaction", "", "Clarus is asked while an order is kept"),
    _known("busy day", "network in a transaction", "", "Clarus is asked while an order is kept"),
    _known("edited", "differs", "", "a dispatch that was told is not read again"),
    _known("parcels later", "untracked", "", "parcels that are seen after the dispatch was told are not"),
    _known("seen late", "lost", "", "a transaction that is seen later than the overlap is never read"),
)


def is_known(world: str, kind: str, causes: frozenset[str]) -> bool:
    """Whether it is one of these, perhaps with something unusual besides."""
    return any(one.world == world and one.kind == kind and one.causes <= causes for one in KNOWN)
