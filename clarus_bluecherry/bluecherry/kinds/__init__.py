"""The kinds of messages that Blue Cherry and a warehouse exchange: one module for each.

`pick_ticket.PICK_TICKET` is what `BlueCherry.read` is given; the module holds how it travels by each way. To add a
kind, add a module: docs/contributing.md.
"""

from clarus_bluecherry.bluecherry.kinds._kind import (
    FileHolds,
    Kind,
    RestPost,
    RestRead,
    Said,
    SheetLines,
    X12Set,
    every_kind,
    kind_named,
    kind_of,
)

__all__ = [
    "FileHolds",
    "Kind",
    "RestPost",
    "RestRead",
    "Said",
    "SheetLines",
    "X12Set",
    "every_kind",
    "kind_named",
    "kind_of",
]
