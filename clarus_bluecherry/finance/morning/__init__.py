"""The morning: what finance and operations look at first, as one value of frozen records.

`_morning` is the whole. Its parts: what left yesterday and where its cost stands (`_dispatched`), how long
each flow takes (`_lag`), what only the books tell (`_books`), lists of codes that halt, of what is oversold
and of orders that were edited (`_lists`), what became of exceptions since yesterday (`_since`); `_told` adds
up, and says what is not known. All of it is pure: `flows.morning` asks the ledger, the close and both
systems.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.finance.morning._books import (
        BooksFigures,
        DocumentOff,
        OnTheRoad,
        OpenCogs,
        PlaceOff,
        ReceivedOff,
        SourceRead,
        books_figures,
    )
    from clarus_bluecherry.finance.morning._dispatched import (
        Dispatched,
        DispatchedLine,
        DispatchPart,
        dispatched_by_books,
        dispatched_by_ledger,
    )
    from clarus_bluecherry.finance.morning._lag import FlowLag, flow_name, lags_of
    from clarus_bluecherry.finance.morning._lists import (
        EditedOrder,
        HaltedCode,
        Oversold,
        edited_orders,
        halted_codes,
        oversold,
    )
    from clarus_bluecherry.finance.morning._morning import Morning
    from clarus_bluecherry.finance.morning._since import SinceYesterday, since_yesterday
    from clarus_bluecherry.finance.morning._told import ImpactSum, NotKnown, impact_of, impact_of_items

__all__ = [
    "BooksFigures",
    "DispatchPart",
    "Dispatched",
    "DispatchedLine",
    "DocumentOff",
    "EditedOrder",
    "FlowLag",
    "HaltedCode",
    "ImpactSum",
    "Morning",
    "NotKnown",
    "OnTheRoad",
    "OpenCogs",
    "Oversold",
    "PlaceOff",
    "ReceivedOff",
    "SinceYesterday",
    "SourceRead",
    "books_figures",
    "dispatched_by_books",
    "dispatched_by_ledger",
    "edited_orders",
    "flow_name",
    "halted_codes",
    "impact_of",
    "impact_of_items",
    "lags_of",
    "oversold",
    "since_yesterday",
]

__getattr__ = lazy(
    __name__,
    homes("""
    _books: BooksFigures DocumentOff OnTheRoad OpenCogs ReceivedOff PlaceOff SourceRead books_figures
    _dispatched: DispatchPart Dispatched DispatchedLine dispatched_by_books dispatched_by_ledger
    _lag: FlowLag flow_name lags_of
    _lists: EditedOrder HaltedCode Oversold edited_orders halted_codes oversold
    _morning: Morning
    _since: SinceYesterday since_yesterday
    _told: ImpactSum NotKnown impact_of impact_of_items
    """),
)
