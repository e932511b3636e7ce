"""What the warehouse's transactions mean for stock.

Law of this module: what a vendor leaves open is a default that a site can change, with what it rests on.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping


class Effect(enum.Enum):
    """What a warehouse transaction means for stock on hand."""

    RECEIVE = "receive"
    UNRECEIVE = "unreceive"
    ADJUST_UP = "adjust up"
    ADJUST_DOWN = "adjust down"
    HOLD = "hold"
    RELEASE = "release"
    DISPATCH = "dispatch"
    """Units leave. Dispatches are told by their order; these say which of them left on which day."""
    UNDISPATCH = "undispatch"
    """A dispatch is taken back; like the dispatch itself it is told by the order, this says when to look."""
    NONE = "none"
    """Stock only moves within the warehouse."""


SUBTYPES: Mapping[str, Effect] = {
    "RCV": Effect.RECEIVE,
    "UNRCV": Effect.UNRECEIVE,
    "POSADJ": Effect.ADJUST_UP,
    "NEGADJ": Effect.ADJUST_DOWN,
    "HOLD": Effect.HOLD,
    "OFFHOLD": Effect.RELEASE,
    "PICK": Effect.NONE,
    "PWAY": Effect.NONE,
    "TRAN": Effect.NONE,
    "REPLEN": Effect.NONE,
    "LOAD": Effect.NONE,
    "DISP": Effect.DISPATCH,
    "UNDISP": Effect.UNDISPATCH,
    "CONV": Effect.NONE,
    "ATTRUP": Effect.NONE,
}
"""Clarus's transaction subtypes. `RCV`, `PICK`, `TRAN`, `ATTRUP` are documented and `UNRCV` appears in a vendor
draft; the codes for adjustments, holds and dispatch are not published: these defaults are ours, to be checked
against the tenant (introspection lists them)."""
