"""Availability, pure: what channels may sell now, why, and what of it changed.

What both systems said is in `_told`, what a site decides in `_policy`. `_evidence` takes what counts at a moment,
`_documents` nets each document against Blue Cherry's reading, and `_sums` adds them up; `_figures` makes the
figures of every channel, with `explain`, and `_changes` says which of them are new.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.finance.availability._changes import (
        FigureChange,
        PublishedFigure,
        changes,
        published,
    )
    from clarus_bluecherry.finance.availability._figures import (
        SellableFigure,
        SellableStock,
        StockSum,
        WhyNot,
        sellable,
    )
    from clarus_bluecherry.finance.availability._policy import SafetyBuffer, SalesChannel, SellingPolicy
    from clarus_bluecherry.finance.availability._sums import SumTerm
    from clarus_bluecherry.finance.availability._told import (
        AvailabilityInput,
        BookLine,
        BookReading,
        BookTerm,
        FloorReading,
        FloorStock,
        IncomingLine,
        MoveKind,
        ReadingTells,
        StockMove,
    )

__all__ = [
    "AvailabilityInput",
    "BookLine",
    "BookReading",
    "BookTerm",
    "FigureChange",
    "FloorReading",
    "FloorStock",
    "IncomingLine",
    "MoveKind",
    "PublishedFigure",
    "ReadingTells",
    "SafetyBuffer",
    "SalesChannel",
    "SellableFigure",
    "SellableStock",
    "SellingPolicy",
    "StockMove",
    "StockSum",
    "SumTerm",
    "WhyNot",
    "changes",
    "published",
    "sellable",
]

__getattr__ = lazy(
    __name__,
    homes("""
    _changes: FigureChange PublishedFigure changes published
    _figures: SellableFigure SellableStock StockSum WhyNot sellable
    _policy: SafetyBuffer SalesChannel SellingPolicy
    _sums: SumTerm
    _told: AvailabilityInput BookLine BookReading BookTerm FloorReading FloorStock IncomingLine MoveKind
    _told: ReadingTells StockMove
    """),
)
