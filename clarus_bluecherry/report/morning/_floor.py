"""The sections of a morning that operations and integration ask for: orders, stock, flows, sources.

Law of this module: what an exception tells opens the exceptions; what is not old enough for their list is counted
beside them, and said to be.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from attrs import Factory, field, frozen

from clarus_bluecherry.finance.exceptions import ExceptionClass, ExceptionStep
from clarus_bluecherry.finance.morning import (
    EditedOrder,
    FlowLag,
    HaltedCode,
    ImpactSum,
    Morning,
    NotKnown,
    Oversold,
    SinceYesterday,
    SourceRead,
    impact_of,
    impact_of_items,
)
from clarus_bluecherry.ledger.reasons import Owner
from clarus_bluecherry.report.morning._parts import (
    AT_COST,
    EACHES,
    count_figure,
    currency_of,
    detail,
    sum_figures,
    units_column,
    value_column,
)
from clarus_bluecherry.report.pages import (
    CellKind,
    PageBlock,
    PageCell,
    PageColumn,
    PageFigure,
    PageFigures,
    PageOpening,
    PageSection,
    PageTable,
    Tone,
)
from clarus_bluecherry.report.steps import WILL_CHANGE, class_words, exceptions_table
from clarus_bluecherry.x12._findings import printable

_C = ExceptionClass
_FLOOR = "floor"
_TOO_MUCH = "+ too much invoiced"
_OVERSOLD = (
    "What is promised beyond what is there: open orders beyond Blue Cherry's stock brought up to now, or beyond "
    "what the floor could give, whichever lacks more."
)
_LAG = (
    "From when something happened in one system until the other one had booked or accepted it, of what happened "
    "in the last 7 days. What is still open is in no percentile."
)
_SILENT, _UNREAD = "silent", "could not be read"
_LAG_SOURCE = "The messages of the last 7 days."
STANDING_STILL = (
    _C.STUCK_PICKED,
    _C.STUCK_ALLOCATED,
    _C.NEGATIVE_ON_HAND,
    _C.HELD_TOO_LONG,
    _C.RETURN_DISPOSITION_OPEN,
)
"""What stands still on the floor, or is less than nothing there."""


def operations_sections(morning: Morning) -> Iterator[PageSection]:
    """Orders and stock, in the order in which operations ask."""
    yield _oversold(morning)
    yield _halted(morning)
    yield _edited(morning)
    yield _floor(morning)


def integration_sections(morning: Morning) -> Iterator[PageSection]:
    """Flows and sources."""
    yield _lags(morning)
    yield _sources(morning)


def floor_details(morning: Morning) -> Iterator[PageTable]:
    """The documents that those sections open."""
    yield _oversold_table(morning)
    yield _halted_table(morning)
    yield _edited_table(morning)
    items = morning.of(*STANDING_STILL, below=True)
    title = "Picks that stand still, holds, and what is less than nothing"
    yield exceptions_table(
        items,
        morning.as_of,
        morning.standings,
        morning.policy,
        currency=currency_of(morning),
        name=_FLOOR,
        title=title,
    )
    yield _road_table(morning)


# Orders ------------------------------------------------------------------------------------------------------


def _oversold(morning: Morning) -> PageSection:
    told, opens = morning.oversold, PageOpening(table="oversold")
    total = told if isinstance(told, NotKnown) else impact_of((each.units, each.value, None) for each in told)
    tone, title = _bad(total), "Promised and not there"
    figures = [
        count_figure("oversold_skus", "Oversold SKUs", _count(told), "SKUs", opens=opens),
        *sum_figures("oversold", title, total, morning.currency, opens=opens, tone=tone),
    ]
    return PageSection(name="oversold", title="Oversold", blocks=[PageFigures(figures=figures)], note=_OVERSOLD)


def _count(told: Sequence[object] | NotKnown) -> int | NotKnown:
    return told if isinstance(told, NotKnown) else len(told)


def _bad(total: ImpactSum | NotKnown) -> Tone:
    return Tone.BAD if isinstance(total, ImpactSum) and total.count else Tone.PLAIN


def _oversold_table(morning: Morning) -> PageTable:
    columns = (
        PageColumn(name="sku", title="SKU", kind=CellKind.CODE, story="sku"),
        units_column(title="Not there"),
        value_column(note="at cost"),
        PageColumn(name="open", title="Open to sell now", kind=CellKind.UNITS, unit=EACHES),
        PageColumn(name="free", title="Free on the floor", kind=CellKind.UNITS, unit=EACHES),
    )

    def row(each: Oversold) -> Sequence[PageCell]:
        return each.item, each.units, each.value, each.open, each.free

    source = "Availability: Blue Cherry's open to sell brought up to now, and the warehouse's floor."
    return detail("oversold", "Oversold SKUs", columns, morning.oversold, row, source=source)


def _halted(morning: Morning) -> PageSection:
    told, opens = morning.halted, PageOpening(table="halted")
    total = told if isinstance(told, NotKnown) else sum((each.units for each in told), Decimal(0))
    figures = [
        count_figure("halted_codes", "Codes that halt", _count(told), "codes", opens=opens),
        count_figure(
            "halted_messages",
            "Messages that wait for them",
            told if isinstance(told, NotKnown) else sum(each.messages for each in told),
            "messages",
            opens=opens,
        ),
    ]
    if not isinstance(total, NotKnown):
        figures.append(
            PageFigure(
                name="halted_units",
                title="Units in them",
                value=total,
                kind=CellKind.UNITS,
                unit=EACHES,
                opens=opens,
                sums="units" if total else "",
            )
        )
    note = "A code that is tied to no SKU, or to several: everything that moves under it waits."
    return PageSection(name="halted", title="Halted", blocks=[PageFigures(figures=figures)], note=note)


def _halted_table(morning: Morning) -> PageTable:
    columns = (
        PageColumn(name="code", title="Code", kind=CellKind.CODE),
        PageColumn(name="messages", title="Messages", kind=CellKind.COUNT, is_added=True),
        units_column(),
        PageColumn(name="oldest", title="Oldest", kind=CellKind.INSTANT),
        PageColumn(name="candidates", title="It may be"),
        PageColumn(name="documents", title="Documents", is_wide_only=True),
    )

    def row(each: HaltedCode) -> Sequence[PageCell]:
        may_be, documents = "; ".join(each.candidates), "; ".join(each.documents)
        code = printable(each.code)
        return code, each.messages, each.units, each.oldest, printable(may_be), printable(documents)

    source = "The messages that wait for a SKU."
    return detail("halted", "Codes that halt", columns, morning.halted, row, source=source)


def _edited(morning: Morning) -> PageSection:
    told, opens = morning.edited, PageOpening(table="edited")
    total = told if isinstance(told, NotKnown) else impact_of((each.units, each.revenue, None) for each in told)
    figures = [
        count_figure("edited_orders", "Edited after release", _count(told), "orders", opens=opens),
        *sum_figures(
            "edited",
            "Their invoices will be off by",
            total,
            morning.currency,
            sign=_TOO_MUCH,
            opens=opens,
            value_of="revenue",
            tone=_bad(total),
        ),
    ]
    title = "Orders edited after their release"
    note = "The value is revenue, at the order's prices."
    return PageSection(name="edited", title=title, blocks=[PageFigures(figures=figures)], note=note)


def _edited_table(morning: Morning) -> PageTable:
    columns = (
        PageColumn(name="order", title="Order", kind=CellKind.CODE, story="order"),
        PageColumn(name="status", title="In the warehouse"),
        PageColumn(name="what", title="What was edited"),
        PageColumn(name="action", title="What to do"),
        units_column(_TOO_MUCH),
        value_column(_TOO_MUCH, title="Revenue", name="revenue"),
        value_column(_TOO_MUCH, title="Cost", name="cost", note="at the item master's cost"),
        PageColumn(name="refused", title="Will be refused because", is_wide_only=True),
    )

    def row(each: EditedOrder) -> Sequence[PageCell]:
        what = ", ".join(each.what)
        off = each.units, each.revenue, each.cost
        return each.reference, each.status, what, each.action, *off, printable(each.refused)

    source = "Each order as the warehouse has it, beside what Blue Cherry says of it now."
    return detail("edited", "Orders edited after their release", columns, morning.edited, row, source=source)


_LEAVES = "- the books will have less once it has left"

# The floor ---------------------------------------------------------------------------------------------------


def _floor(morning: Morning) -> PageSection:
    figures: list[PageFigure] = []
    for kind, name, title in (
        (_C.STUCK_PICKED, "stuck_picked", "Picked, and not left"),
        (_C.STUCK_ALLOCATED, "stuck_allocated", "Allocated, and not picked"),
        (_C.NEGATIVE_ON_HAND, "negative", "Less than nothing on hand"),
        (_C.HELD_TOO_LONG, "held", "On hold"),
        (_C.RETURN_DISPOSITION_OPEN, "undecided", "Returns nobody decided about"),
    ):
        figures += _class_figures(morning, kind, name, title)
    return PageSection(
        name="floor",
        title="On the floor",
        blocks=[PageFigures(figures=figures), PageFigures(figures=[*_road(morning)])],
        note=_below(morning),
    )


def _below(morning: Morning) -> str:
    if isinstance(morning.waiting_below, NotKnown):
        return f"Only what is on the list of exceptions: {morning.waiting_below}"
    return "With what is not old enough for the list of exceptions."


def _class_figures(morning: Morning, kind: ExceptionClass, name: str, title: str) -> Iterator[PageFigure]:
    """How many of a class there are, and what they come to; not known where nobody looked for it."""
    if kind in morning.not_looked_for:
        yield count_figure(name, title, _unseen(morning, kind), "places")
        return
    total = impact_of_items(morning.of(kind, below=True))
    opens = PageOpening(table=_FLOOR, where={"class": class_words(kind)})
    unit = "orders" if kind in (_C.STUCK_PICKED, _C.STUCK_ALLOCATED) else "places"
    oldest = "" if total.oldest is None else f"the oldest since {_local(total.oldest, morning):%Y-%m-%d %H:%M %Z}"
    yield count_figure(name, title, total.count, unit, opens=opens, note=oldest)
    if total.count:
        sign = _LEAVES if unit == "orders" else WILL_CHANGE
        yield from sum_figures(name, title, total, morning.currency, sign=sign, opens=opens)


def _unseen(morning: Morning, kind: ExceptionClass) -> NotKnown:
    if morning.unread:
        return NotKnown(f"{printable('; '.join(morning.unread))}.", "Run it again once that can be read.")
    return NotKnown("nobody looked for it.", "With Blue Cherry's exports in FOLDER, add: --books FOLDER")


def _local(instant: dt.datetime, morning: Morning) -> dt.datetime:
    return instant.astimezone(morning.zone)


def _road(morning: Morning) -> Iterator[PageFigure]:
    books, opens = morning.books, PageOpening(table="road")
    if isinstance(books, NotKnown):
        yield from sum_figures("road", "On the road between warehouses", books, morning.currency)
        return
    total = impact_of((each.units, each.value, None) for each in books.on_the_road)
    yield from sum_figures("road", "On the road between warehouses", total, books.currency, opens=opens)
    days = [each.since for each in books.on_the_road if each.since is not None]
    if days:
        yield PageFigure(
            name="road_oldest",
            title="On the road since",
            value=min(days),
            kind=CellKind.DAY,
            opens=opens,
        )


def _road_table(morning: Morning) -> PageTable:
    books = morning.books
    columns = (
        PageColumn(name="document", title="Transfer", kind=CellKind.CODE),
        PageColumn(name="sku", title="SKU", kind=CellKind.CODE, story="sku"),
        PageColumn(name="location", title="Location", kind=CellKind.CODE),
        units_column(),
        value_column(note=AT_COST),
        PageColumn(name="since", title="Left on", kind=CellKind.DAY),
    )
    told = books if isinstance(books, NotKnown) else books.on_the_road
    return detail(
        "road",
        "On the road between warehouses",
        columns,
        told,
        lambda each: (
            each.document,
            each.item,
            each.location,
            each.units,
            each.value,
            each.since,
        ),
        source="The close: transfers that left one warehouse and have not come to the other.",
    )


# Flows and sources -------------------------------------------------------------------------------------------


def _lags(morning: Morning) -> PageSection:
    columns = (
        PageColumn(name="flow", title="Flow"),
        PageColumn(name="through", title="Through", kind=CellKind.COUNT, is_added=True),
        PageColumn(name="p50", title="Half within", kind=CellKind.SPAN),
        PageColumn(name="p95", title="95 of 100 within", kind=CellKind.SPAN),
        PageColumn(name="open", title="Open", kind=CellKind.COUNT, is_added=True),
        PageColumn(name="oldest", title="Oldest open since", kind=CellKind.INSTANT),
        PageColumn(name="document", title="Oldest document"),
    )

    def row(lag: FlowLag) -> Sequence[PageCell]:
        took = (lag.p50, lag.p95) if lag.through else ("", "")
        oldest = lag.oldest_open if lag.open else ""
        return lag.flow, lag.through, *took, lag.open, oldest, printable(lag.oldest_document)

    title, told = "How long each flow takes", morning.lags
    table = detail("lags", title, columns, told, row, source=_LAG_SOURCE, note=_LAG, is_detail=False)
    return PageSection(name="lags", title="Lag by flow", blocks=[table])


def _sources(morning: Morning) -> PageSection:
    heard = morning.sources
    figures = [
        count_figure(
            "silent_feeds",
            "Silent feeds",
            heard if isinstance(heard, NotKnown) else sum(each.state == _SILENT for each in heard),
            "feeds",
            opens=PageOpening(table="sources", where={"state": _SILENT}),
        ),
        count_figure(
            "unread_sources",
            "Sources that could not be read",
            len(morning.unread),
            "sources",
            opens=PageOpening(table="sources", where={"state": _UNREAD}),
        ),
    ]
    columns = (
        PageColumn(name="source", title="Source"),
        PageColumn(name="told_at", title="Told last", kind=CellKind.INSTANT),
        PageColumn(name="age", title="Age", kind=CellKind.SPAN),
        PageColumn(name="rows", title="Rows", kind=CellKind.COUNT),
        PageColumn(name="total", title="Control total", kind=CellKind.UNITS, unit=EACHES),
        PageColumn(name="state", title="State"),
    )
    books = morning.books
    told = heard if isinstance(heard, NotKnown) else [*heard]
    if isinstance(told, list):
        told += [] if isinstance(books, NotKnown) else books.sources
        told += [SourceRead(name=line, told_at=None, state=_UNREAD) for line in morning.unread]

    def row(each: SourceRead) -> Sequence[PageCell]:
        rows = "" if each.rows is None else each.rows
        total = "" if each.total is None else each.total
        return printable(each.name), each.told_at, _age(each.told_at, morning), rows, total, each.state

    table = detail("sources", "Sources", columns, told, row, source="What was read.", is_detail=False)
    missing = [] if isinstance(books, NotKnown) else [*books.missing]
    note = f"Not there: {printable('; '.join(missing))}." if missing else ""
    return PageSection(name="sources", title="Sources", blocks=[PageFigures(figures=figures), table], note=note)


def _age(told_at: dt.date | None, morning: Morning) -> dt.timedelta | None:
    if told_at is None:
        return None
    if not isinstance(told_at, dt.datetime):
        told_at = dt.datetime.combine(told_at + dt.timedelta(days=1), dt.time(), morning.zone)
    return max(morning.as_of - told_at, dt.timedelta(0))


# Since yesterday ---------------------------------------------------------------------------------------------


def changes_section(morning: Morning, owner: Owner | None) -> PageSection:
    """What became of exceptions since yesterday; of those that are an owner's, where one is named."""
    told = morning.since_yesterday
    if isinstance(told, NotKnown):
        figures = [count_figure("new", "New", told, "exceptions")]
        return PageSection(name="since", title="Since yesterday", blocks=[PageFigures(figures=figures)])
    rows = [*_changes(told, _Whose(morning, owner))]
    figures = [
        count_figure(
            name,
            title,
            sum(1 for row in rows if row[1] == event),
            "exceptions",
            opens=PageOpening(table="changes", where={"event": event}),
            is_bad=is_bad,
        )
        for name, title, event, is_bad in (
            ("new", "New", "new", True),
            ("cleared", "Cleared", "cleared", False),
            ("changed", "Changed", "changed", False),
            ("overdue", "Overdue", "overdue", True),
        )
    ]
    columns = (
        PageColumn(name="at", title="When", kind=CellKind.INSTANT),
        PageColumn(name="event", title="What happened"),
        PageColumn(name="class", title="Class"),
        PageColumn(name="about", title="About", kind=CellKind.CODE),
        PageColumn(name="note", title="Why"),
        PageColumn(name="identity", title="Identity", kind=CellKind.CODE, is_wide_only=True),
    )
    table = PageTable(
        name="changes",
        title="Since yesterday, exception by exception",
        columns=columns,
        rows=rows,
        source="The history of exceptions, as each look kept it.",
        group_by=("event", "class"),
        is_detail=True,
    )
    since = f"Since {_local(told.since, morning):%Y-%m-%d %H:%M}."
    blocks: list[PageBlock] = [PageFigures(figures=figures), table]
    return PageSection(name="since", title="Since yesterday", blocks=blocks, note=since)


@frozen
class _Whose:
    """Whose exceptions are told: an owner's, or everybody's."""

    morning: Morning
    owner: Owner | None
    _owners: Mapping[str, Owner] = field(
        init=False,
        default=Factory(lambda it: {item.identity: item.owner for item in it.morning.items}, takes_self=True),
    )

    def has(self, identity: str) -> bool:
        """Whether an exception is told; one that is over is the owner's of its class."""
        kind = ExceptionClass.of(identity.partition(":")[0])
        return self.owner in (None, self._owners.get(identity, None if kind is None else kind.owner))


def _changes(told: SinceYesterday, whose: _Whose) -> Iterator[tuple[PageCell, ...]]:
    for event, steps in (("new", told.new), ("cleared", told.cleared), ("changed", told.changed)):
        yield from (_change(event, step) for step in steps if whose.has(step.identity))
    for breach in told.overdue:
        item = breach.item
        if whose.owner in (None, item.owner):
            about = class_words(item.kind), item.subject
            yield item.since, "overdue", *about, printable(breach.why), item.identity


def _change(event: str, step: ExceptionStep) -> tuple[PageCell, ...]:
    code, _, subject = step.identity.partition(":")
    kind = ExceptionClass.of(code)
    note = step.note or ("" if event == "new" else step.event.value)
    words = code if kind is None else class_words(kind)
    return step.at, event, words, printable(subject), printable(note), printable(step.identity)
