"""The close, pure: what a period's books should say, what they say, and every document between.

It is made of entries (`_entries`, with all that comes along in `_input`) and asked at a moment (`_moments`). What
there was on each side is `_stock`; which line is about which document, `_documents`; the documents of each place
are netted in `_matters` and what is left is named in `_causes`. Value is `_costs`. Beside the places stand the
roll-forward (`_roll`), the proof of COGS (`_cogs`) and the lists (`_lists`). `_judge` puts it together; `_explain`
takes any figure of it apart again, and `_parting` says from when on both sides differ.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.finance.close._bridge import (
        BridgeStep,
        CloseDifference,
        Materiality,
        MaterialityResult,
        ValueBridge,
        agreement,
        close_differences,
        held_against,
        value_bridge,
    )
    from clarus_bluecherry.finance.close._causes import (
        CauseStatus,
        CloseCause,
    )
    from clarus_bluecherry.finance.close._cogs import (
        CogsDocument,
        CogsProof,
    )
    from clarus_bluecherry.finance.close._costs import (
        UnitCost,
        ValueChange,
    )
    from clarus_bluecherry.finance.close._documents import DocumentKind
    from clarus_bluecherry.finance.close._entries import (
        CostRow,
        CreditMemo,
        EntrySide,
        ExpectedLine,
        ItemState,
        LeftOut,
        LocationKind,
        Moved,
        OpenItem,
        OrderVersion,
        Position,
        PostingStep,
        Reading,
        ReadingRun,
        StockEntry,
        StockItem,
        StockLocation,
        Trouble,
    )
    from clarus_bluecherry.finance.close._explain import (
        DocumentAtPlace,
        DocumentExplained,
        Explainer,
        FigureExplained,
        FigurePart,
        PlaceExplained,
        StockFigure,
        explain,
        first_parting,
    )
    from clarus_bluecherry.finance.close._input import (
        CloseInput,
    )
    from clarus_bluecherry.finance.close._judge import (
        CauseTotal,
        Close,
        CloseLine,
        CloseTotals,
        StockTotals,
        close_books,
    )
    from clarus_bluecherry.finance.close._listing import (
        AgeBand,
        AgeTotal,
        CloseListing,
        ListedEntry,
        OpenDifference,
        RollPart,
        ageing,
        listing,
    )
    from clarus_bluecherry.finance.close._lists import (
        CutOffLine,
        CutOffVerdict,
        ReceivedLine,
        UncreditedReturn,
    )
    from clarus_bluecherry.finance.close._moments import (
        Known,
        Moment,
        end_of,
        known,
        moment,
    )
    from clarus_bluecherry.finance.close._parting import (
        CountedEntry,
        FirstParting,
    )
    from clarus_bluecherry.finance.close._roll import (
        RollForward,
        RollLine,
    )

__all__ = [
    "AgeBand",
    "AgeTotal",
    "BridgeStep",
    "CauseStatus",
    "CauseTotal",
    "Close",
    "CloseCause",
    "CloseDifference",
    "CloseInput",
    "CloseLine",
    "CloseListing",
    "CloseTotals",
    "CogsDocument",
    "CogsProof",
    "CostRow",
    "CountedEntry",
    "CreditMemo",
    "CutOffLine",
    "CutOffVerdict",
    "DocumentAtPlace",
    "DocumentExplained",
    "DocumentKind",
    "EntrySide",
    "ExpectedLine",
    "Explainer",
    "FigureExplained",
    "FigurePart",
    "FirstParting",
    "ItemState",
    "Known",
    "LeftOut",
    "ListedEntry",
    "LocationKind",
    "Materiality",
    "MaterialityResult",
    "Moment",
    "Moved",
    "OpenDifference",
    "OpenItem",
    "OrderVersion",
    "PlaceExplained",
    "Position",
    "PostingStep",
    "Reading",
    "ReadingRun",
    "ReceivedLine",
    "RollForward",
    "RollLine",
    "RollPart",
    "StockEntry",
    "StockFigure",
    "StockItem",
    "StockLocation",
    "StockTotals",
    "Trouble",
    "UncreditedReturn",
    "UnitCost",
    "ValueBridge",
    "ValueChange",
    "ageing",
    "agreement",
    "close_books",
    "close_differences",
    "end_of",
    "explain",
    "first_parting",
    "held_against",
    "known",
    "listing",
    "moment",
    "value_bridge",
]

__getattr__ = lazy(
    __name__,
    homes("""
    _bridge: BridgeStep CloseDifference Materiality MaterialityResult ValueBridge close_differences agreement
    held_against value_bridge
    _causes: CauseStatus CloseCause
    _cogs: CogsDocument CogsProof
    _costs: UnitCost ValueChange
    _documents: DocumentKind
    _entries: CostRow CreditMemo EntrySide ExpectedLine ItemState LeftOut LocationKind Moved OpenItem OrderVersion
    Position PostingStep Reading ReadingRun StockEntry StockItem StockLocation Trouble
    _explain: DocumentAtPlace DocumentExplained Explainer FigureExplained FigurePart PlaceExplained StockFigure
    explain first_parting
    _input: CloseInput
    _judge: CauseTotal Close CloseLine CloseTotals StockTotals close_books
    _listing: AgeBand AgeTotal CloseListing ListedEntry OpenDifference RollPart ageing listing
    _lists: CutOffLine CutOffVerdict ReceivedLine UncreditedReturn
    _moments: Known Moment end_of known moment
    _parting: CountedEntry FirstParting
    _roll: RollForward RollLine
    """),
)
