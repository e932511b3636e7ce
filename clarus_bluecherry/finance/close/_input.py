"""What a close is made of: everything that both systems wrote down, from whatever source.

Law of this module: the order in which it is given does not matter, and what is given twice counts once. What could
not be read, and what is not there at all, comes along: a close says what it does not know.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

from attrs import field, frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance.calendar import Period
from clarus_bluecherry.finance.close._entries import (
    CostRow,
    CreditMemo,
    ExpectedLine,
    ItemState,
    LeftOut,
    LocationKind,
    OpenItem,
    OrderVersion,
    PostingStep,
    Reading,
    StockEntry,
    StockItem,
    StockLocation,
    Trouble,
)
from clarus_bluecherry.finance.close._moments import Known
from clarus_bluecherry.finance.period_events import PeriodHistory
from clarus_bluecherry.finance.periods import FiscalYears, Months
from clarus_bluecherry.model import PeriodState


@frozen(kw_only=True)
class CloseInput:
    """All that a close looks at.

    `zone` is the time zone of the books; `currency` theirs; `basis` the kind of cost that they go by. `names` are
    further tellings that several names are one document's. `section` is the part of the books that stock is in,
    where they close part by part. `problems` are rows that could not be read, `missing` says which source is not
    there and what cannot be told without it.
    """

    zone: ZoneInfo
    entries: Sequence[StockEntry] = ()
    readings: Sequence[Reading] = ()
    items: Mapping[str, StockItem] = field(factory=dict)
    locations: Mapping[str, StockLocation] = field(factory=dict)
    costs: Sequence[CostRow] = ()
    postings: Sequence[PostingStep] = ()
    orders: Sequence[OrderVersion] = ()
    expected: Sequence[ExpectedLine] = ()
    credits: Sequence[CreditMemo] = ()
    open_items: Sequence[OpenItem] = ()
    names: Sequence[Sequence[str]] = ()
    years: FiscalYears = field(factory=Months)
    history: PeriodHistory = field(factory=PeriodHistory)
    section: str = ""
    currency: str = ""
    basis: str = ""
    left_out: Sequence[LeftOut] = ()
    uncounted: frozenset[tuple[str, str, str]] = frozenset()
    """Item, location and document of the books' lines whose unit nobody knows."""
    problems: Sequence[InvalidRecord] = ()
    troubles: Sequence[Trouble] = ()
    missing: Sequence[str] = ()

    def state_of(self, item: str) -> ItemState:
        """Whether an item is a SKU of the master; without a master nobody can say that it is none."""
        return self.items[item].state if item in self.items else ItemState.KNOWN

    def state_at(self, period: Period, at: dt.datetime | None) -> PeriodState:
        """What a period was for stock at an instant (None: by all that was said)."""
        return self.history.state(period.name, at, self.section)

    def compares(self, location: str) -> bool:
        """Whether stock at a location is Clarus's to hold."""
        return self.kind_of(location) is LocationKind.WAREHOUSE

    def kind_of(self, location: str) -> LocationKind:
        """What a location is; one that nobody tells of is a warehouse."""
        told = self.locations.get(location)
        return LocationKind.WAREHOUSE if told is None else told.kind

    def tellings(self, known: Known | None = None) -> Iterable[Sequence[str]]:
        """Every telling that names are one document's; of settlements by hand those that were `known`."""
        yield from self.names
        yield from (order.names for order in self.orders)
        yield from (line.names for line in self.expected)
        yield from ((memo.memo, *memo.names) for memo in self.credits)
        yield from ((step.document, *step.names) for step in self.postings)
        settled = (step for step in self.postings if step.settled_with)
        yield from ((step.document, step.settled_with) for step in settled if not known or known.has(step.said_at))


def once(entries: Iterable[StockEntry]) -> tuple[list[StockEntry], list[Trouble]]:
    """Each entry once, in an order of its own, and those that two tellings contradict each other about."""
    told: tuple[dict[str, StockEntry], dict[str, StockEntry]] = {}, {}
    again: dict[tuple[bool, str], list[StockEntry]] = {}
    for entry in entries:
        first = told[entry.is_physical].setdefault(entry.entry_id, entry)
        if first is not entry:
            ways = again.setdefault((entry.is_physical, entry.entry_id), [first])
            if entry not in ways:
                ways.append(entry)
    troubles: list[Trouble] = []
    for (is_physical, entry_id), ways in sorted(again.items(), key=lambda each: each[0]):
        if len(ways) > 1:
            last = told[is_physical][entry_id] = max(ways, key=_last)
            troubles.append(_contradicted(last, len(ways)))
    return [side[entry_id] for side in told for entry_id in sorted(side)], troubles


def _last(entry: StockEntry) -> tuple[str, str]:
    told = entry.recorded_at or entry.entered_at or entry.occurred_at
    return "" if told is None else told.astimezone(ZoneInfo("UTC")).isoformat(), repr(entry)


def _contradicted(entry: StockEntry, ways: int) -> Trouble:
    return Trouble(
        kind="told_in_several_ways",
        what=f"the {entry.side} entry {entry.entry_id} is told in {ways} ways; the last one counts",
        item=entry.item,
        location=entry.location,
        document=entry.document,
        units=entry.qty,
    )
