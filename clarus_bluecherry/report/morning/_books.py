"""The sections of a morning that finance asks for: the books beside the warehouse, COGS, receipts, returns.

Law of this module: figures are the close's, as they are; each opens the table of its documents.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from clarus_bluecherry.finance.close import CauseTotal, CloseTotals, UncreditedReturn
from clarus_bluecherry.finance.morning import (
    BooksFigures,
    Dispatched,
    DispatchedLine,
    DispatchPart,
    DocumentOff,
    ImpactSum,
    Morning,
    NotKnown,
    OpenCogs,
    PlaceOff,
    ReceivedOff,
    impact_of,
)
from clarus_bluecherry.model import Money
from clarus_bluecherry.report import words
from clarus_bluecherry.report.close import cause_name, line_words, words_of
from clarus_bluecherry.report.closing import money_text
from clarus_bluecherry.report.morning._parts import (
    AT_COST,
    EACHES,
    count_figure,
    currency_of,
    detail,
    document_column,
    item_columns,
    sum_figures,
    units_column,
    units_figure,
    unknown,
    value_column,
    value_figures,
)
from clarus_bluecherry.report.pages import (
    CellKind,
    ChartKind,
    PageBlock,
    PageCell,
    PageChart,
    PageColumn,
    PageFigure,
    PageFigures,
    PageOpening,
    PageSection,
    PageTable,
    Tone,
)

STANDS = {
    DispatchPart.RIGHT_PERIOD: "in the books, right period",
    DispatchPart.OTHER_PERIOD: "in the books, another period",
    DispatchPart.AWAITING_INVOICE: "awaiting invoice",
    DispatchPart.REFUSED: "refused by Blue Cherry",
    DispatchPart.NOT_TOLD: "not told to Blue Cherry",
    DispatchPart.IN_DOUBT: "in doubt",
    DispatchPart.OTHERWISE: "booked otherwise, or settled by hand",
}
"""Where the cost of what left stands, in words."""
_MORE_THERE = "+ the warehouse has more than the books"
_NOT_IN_IT, _NOT_OF_IT = "Not in the books", "In the books, and not of it"
_CLOSE = "The close: the warehouse's stock and movements beside Blue Cherry's stock ledger."


def finance_sections(morning: Morning) -> Iterator[PageSection]:
    """Everything that the books tell, in the order in which finance asks."""
    yield _variance(morning)
    yield _dispatched(morning)
    yield _cogs(morning)
    yield _receipts(morning)
    yield _returns(morning)


def finance_details(morning: Morning) -> Iterator[PageTable]:
    """The documents that those sections open."""
    books = morning.books
    yield _causes_table(books if isinstance(books, NotKnown) else books.documents)
    yield _unexplained_table(books if isinstance(books, NotKnown) else books.unexplained)
    yield _unpriced_table(books if isinstance(books, NotKnown) else books.without_cost)
    yield _dispatched_table(morning.dispatched)
    yield _cogs_table(books)
    yield _received_table(books if isinstance(books, NotKnown) else books.received)
    yield _uncredited_table(books)


# Variance ----------------------------------------------------------------------------------------------------


def _variance(morning: Morning) -> PageSection:
    books = morning.books
    if isinstance(books, NotKnown):
        figures = [unknown("unexplained_net", "Unexplained, net", books, CellKind.UNITS, EACHES)]
        return PageSection(
            name="books",
            title="The books beside the warehouse",
            blocks=[PageFigures(figures=figures), _variance_table((), books, "")],
        )
    table = _variance_table(books.totals.by_cause, None, books.currency)
    said = [f"{row[0]}: {money_text(value)}" for row in table.rows if isinstance(value := row[-1], Money)]
    chart = PageChart(of="variance", kind=ChartKind.BARS, label="what", value="value", says=words.picture(said))
    blocks: list[PageBlock] = [PageFigures(figures=[*_totals(books)])]
    blocks += [chart] if any(row[-1] is not None for row in table.rows) else []
    return PageSection(
        name="books",
        title="The books beside the warehouse",
        blocks=[*blocks, table],
        note=f"As of the end of {words.day(books.as_of)}, period {books.period.name}.",
    )


def _totals(books: BooksFigures) -> Iterator[PageFigure]:
    totals, opens = books.totals, PageOpening(table="unexplained")
    tone = Tone.BAD if totals.unexplained_gross else Tone.GOOD
    for name, title, units, sign, sums in (
        (
            "unexplained_net",
            "Unexplained, net",
            totals.unexplained,
            _MORE_THERE,
            "units" if totals.unexplained_places else "",
        ),
        ("unexplained_gross", "Unexplained, either way", totals.unexplained_gross, "", ""),
    ):
        yield PageFigure(
            name=name,
            title=title,
            value=units,
            kind=CellKind.UNITS,
            unit=EACHES,
            sign=sign,
            opens=opens,
            sums=sums,
            tone=tone,
        )
    places = totals.unexplained_places
    yield count_figure("unexplained_places", "Unexplained, places", places, "places", opens=opens)
    worth = impact_of((each.units, each.value, None) for each in books.unexplained)
    yield from value_figures(
        "unexplained", "Unexplained", worth, books.currency, sign=_MORE_THERE, opens=opens, tone=tone
    )
    yield count_figure(
        "without_cost_places",
        "Places that differ, without a cost",
        totals.without_cost_places,
        "places",
        opens=PageOpening(table="without_cost"),
        note=_without_cost(totals),
    )


def _without_cost(totals: CloseTotals) -> str:
    units = words.units(totals.without_cost_units)
    return f"{units} units, of which nobody knows the value" if totals.without_cost_places else ""


def _variance_table(causes: Sequence[CauseTotal], why: NotKnown | None, currency: str) -> PageTable:
    columns = (
        PageColumn(name="what", title="What differs", opens="causes", by=("what",)),
        PageColumn(name="moved", title="What moved", is_wide_only=True),
        PageColumn(name="stands", title="Where it stands", is_wide_only=True),
        PageColumn(name="places", title="Places", kind=CellKind.COUNT, is_wide_only=True),
        PageColumn(name="documents", title="Documents", kind=CellKind.COUNT, is_wide_only=True),
        units_column(_MORE_THERE),
        value_column(_MORE_THERE, note=AT_COST),
    )

    def row(cause: CauseTotal) -> Sequence[PageCell]:
        moved, stands = line_words(cause.moved), words_of(cause.status)
        counts = cause.places, cause.documents, cause.units
        return cause_name(cause.moved, cause.status), moved, stands, *counts, _money(cause.value, currency)

    told = why or sorted(causes, key=lambda each: -abs(each.value or Decimal(0)))
    return detail(
        "variance",
        "Variance by what moved and where it stands",
        columns,
        told,
        row,
        source=_CLOSE,
        group_by=("stands", "moved"),
        is_detail=False,
    )


def _causes_table(told: Sequence[DocumentOff] | NotKnown) -> PageTable:
    columns = (
        PageColumn(name="what", title="What differs"),
        document_column(),
        *item_columns(),
        units_column(_MORE_THERE),
        value_column(_MORE_THERE, note=AT_COST),
    )

    def row(each: DocumentOff) -> Sequence[PageCell]:
        what = cause_name(each.moved, each.status)
        return what, each.document, each.item, each.location, each.units, each.value

    title = "Documents by which the warehouse and the books differ"
    return detail("causes", title, columns, told, row, source=_CLOSE, group_by=("what", "location"))


def _unexplained_table(told: Sequence[PlaceOff] | NotKnown) -> PageTable:
    columns = (*item_columns(), units_column(_MORE_THERE), value_column(_MORE_THERE))

    def row(each: PlaceOff) -> Sequence[PageCell]:
        return each.item, each.location, each.units, each.value

    return detail("unexplained", "Places that no document explains", columns, told, row, source=_CLOSE)


def _unpriced_table(told: Sequence[PlaceOff] | NotKnown) -> PageTable:
    columns = (*item_columns(), units_column(_MORE_THERE))

    def row(each: PlaceOff) -> Sequence[PageCell]:
        return each.item, each.location, each.units

    title = "Places that differ, without a cost"
    return detail("without_cost", title, columns, told, row, source=_CLOSE)


# Dispatched --------------------------------------------------------------------------------------------------


def _dispatched(morning: Morning) -> PageSection:
    told, title = morning.dispatched, f"Dispatched on {morning.day}, and its cost of goods sold"
    if isinstance(told, NotKnown):
        figures = sum_figures("dispatched", "Dispatched", told, morning.currency)
        return PageSection(name="dispatched", title=title, blocks=[PageFigures(figures=[*figures])])
    whole, currency = PageOpening(table="dispatched"), _currency_of_day(morning, told)
    units = [units_figure("dispatched", "Dispatched", told.whole, opens=whole)]
    value = [*value_figures("dispatched", "Its COGS", told.whole, currency, opens=whole)]
    for part, part_words in STANDS.items():
        total, name = told.of(part), f"dispatched_{part.value}"
        opens = PageOpening(table="dispatched", where={"stands": part_words})
        tone = Tone.PLAIN if part is DispatchPart.RIGHT_PERIOD or not total.count else Tone.WARNING
        title_of = part_words[0].upper() + part_words[1:]
        units.append(units_figure(name, title_of, total, opens=opens, tone=tone))
        value += value_figures(name, title_of, total, currency, opens=opens, tone=tone)
    return PageSection(
        name="dispatched",
        title=title,
        blocks=[
            PageFigures(figures=units, parts_of="dispatched_units"),
            PageFigures(figures=value, parts_of="dispatched_value"),
        ],
        note=_by_whom(told),
    )


def _currency_of_day(morning: Morning, told: Dispatched) -> str:
    value = told.whole.value
    return currency_of(morning) or ("" if value is None else value.currency)


def _by_whom(told: Dispatched) -> str:
    if told.is_by_books:
        return "Where it stands is what Blue Cherry's own stock ledger has."
    return (
        "Where it stands is what Blue Cherry answered to each message; its stock ledger was not read. What the "
        "ledger has not read yet is not in it."
    )


def _of_day(told: Dispatched) -> str:
    by = "Blue Cherry's stock ledger" if told.is_by_books else "the answers to the messages"
    return f"The warehouse's dispatches of {told.day}, and {by}."


def _dispatched_table(told: Dispatched | NotKnown) -> PageTable:
    columns = (
        PageColumn(name="document", title="Order", kind=CellKind.CODE, story="order"),
        *item_columns(),
        PageColumn(name="stands", title="Where it stands"),
        units_column(),
        value_column(note="at what an each cost there on that day"),
    )

    def row(line: DispatchedLine) -> Sequence[PageCell]:
        place = line.item, line.location
        return line.document, *place, STANDS[line.part], line.units, line.value

    lines = told if isinstance(told, NotKnown) else sorted(told.lines, key=_largest_first)
    source = "" if isinstance(told, NotKnown) else _of_day(told)
    return detail("dispatched", "What left", columns, lines, row, source=source, group_by=("stands", "location"))


def _largest_first(line: DispatchedLine) -> tuple[bool, Decimal, str, str]:
    value = Decimal(0) if line.value is None else -line.value.amount
    return line.part is DispatchPart.RIGHT_PERIOD, value, line.document, line.item


# COGS --------------------------------------------------------------------------------------------------------


def _cogs(morning: Morning) -> PageSection:
    books, title = morning.books, "COGS of open periods that is not in the books"
    if isinstance(books, NotKnown):
        figures = [*sum_figures("cogs_missing", "COGS not in the books", books, morning.currency)]
        return PageSection(name="cogs", title=title, blocks=[PageFigures(figures=figures)])
    figures = [
        figure for place, each in enumerate(reversed(books.cogs)) for figure in _cogs_figures(each, books, place)
    ]
    return PageSection(name="cogs", title=title, blocks=[PageFigures(figures=figures)])


def _cogs_figures(each: OpenCogs, books: BooksFigures, place: int) -> Iterator[PageFigure]:
    later = f"_{place + 1}" if place else ""
    for name, title, documents in (
        ("cogs_missing", _NOT_IN_IT, each.proof.not_in_it),
        ("cogs_too_much", _NOT_OF_IT, each.proof.does_not_belong),
    ):
        total = _worth(((one.units, one.value) for one in documents), books.currency)
        opens = PageOpening(table="cogs", where={"period": each.period.name, "what": title})
        tone = Tone.BAD if total.count else Tone.GOOD
        named = f"{each.period.name}: {title[0].lower()}{title[1:]}"
        yield from sum_figures(name + later, named, total, books.currency, opens=opens, tone=tone)


def _worth(told: Iterator[tuple[Decimal, Decimal | None]], currency: str) -> ImpactSum:
    return impact_of((units, _money(value, currency), None) for units, value in told)


def _money(value: Decimal | None, currency: str) -> Money | None:
    return None if value is None or not currency else Money(value, currency)


def _cogs_table(books: BooksFigures | NotKnown) -> PageTable:
    columns = (
        PageColumn(name="period", title="Period"),
        PageColumn(name="what", title="What"),
        PageColumn(name="document", title="Order", kind=CellKind.CODE, story="order"),
        *item_columns(),
        units_column(is_added=False),
        value_column(is_added=False),
    )
    told = books if isinstance(books, NotKnown) else [*_off(books)]
    title = "Documents whose cost is not in its period"
    return detail("cogs", title, columns, told, tuple, source=_CLOSE, group_by=("what", "period"))


def _off(books: BooksFigures) -> Iterator[Sequence[PageCell]]:
    """A row for each document by which the COGS of an open period is off."""
    for each in reversed(books.cogs):
        for what, documents in (
            (_NOT_IN_IT, each.proof.not_in_it),
            (_NOT_OF_IT, each.proof.does_not_belong),
        ):
            for one in documents:
                place, value = (one.item, one.location), _money(one.value, books.currency)
                yield each.period.name, what, one.document, *place, one.units, value


# Receipts and returns ----------------------------------------------------------------------------------------

_RECEIVED = {
    "not posted": ("received_open", "Received, not in the books"),
    "over": ("received_over", "Received over what was ordered"),
    "short": ("received_short", "Received short of what was ordered"),
}


def _receipts(morning: Morning) -> PageSection:
    books = morning.books
    figures: list[PageFigure] = []
    for what, (name, title) in _RECEIVED.items():
        total = books if isinstance(books, NotKnown) else books.received_as(what)
        bad = isinstance(total, ImpactSum) and total.count
        opens = PageOpening(table="received", where={"what": what})
        sign = "+ came, - did not come" if what != "not posted" else ""
        tone = Tone.WARNING if bad else Tone.PLAIN
        figures += sum_figures(name, title, total, currency_of(morning), sign=sign, opens=opens, tone=tone)
    return PageSection(name="receipts", title="Receipts", blocks=[PageFigures(figures=figures)])


def _received_table(told: Sequence[ReceivedOff] | NotKnown) -> PageTable:
    columns = (
        PageColumn(name="what", title="What"),
        document_column("Purchase order"),
        PageColumn(name="line", title="Line", kind=CellKind.CODE),
        *item_columns(),
        units_column("+ came, - did not come", is_added=False),
        value_column("+ came, - did not come", note=AT_COST, is_added=False),
    )

    def row(each: ReceivedOff) -> Sequence[PageCell]:
        place = each.item, each.location
        return each.what, each.document, each.line, *place, each.units, each.value

    title = "Lines of purchase orders that are off"
    return detail("received", title, columns, told, row, source=_CLOSE, group_by=("what", "document"))


def _returns(morning: Morning) -> PageSection:
    books, opens = morning.books, PageOpening(table="uncredited")
    title = "Restocked, not credited"
    if isinstance(books, NotKnown):
        figures = [
            unknown("uncredited_units", f"{title}, units", books, CellKind.UNITS, EACHES),
            unknown("uncredited_value", "Credit due", books, CellKind.MONEY, morning.currency),
        ]
        return PageSection(name="returns", title="Returns", blocks=[PageFigures(figures=figures)])
    told = [(each.restocked - each.credited, each) for each in books.uncredited]
    due = _worth(((units, each.value) for units, each in told), books.currency)
    off = _worth(((each.restocked - each.in_books, each.understated) for _, each in told), books.currency)
    tone = Tone.WARNING if told else Tone.GOOD
    figures = [units_figure("uncredited", title, due, opens=opens, tone=tone)]
    figures += value_figures("uncredited", "Credit due to customers", due, books.currency, opens=opens, tone=tone)
    figures += value_figures(
        "understated", "Stock understated by it", off, books.currency, opens=opens, value_of="understated"
    )
    return PageSection(name="returns", title="Returns", blocks=[PageFigures(figures=figures)])


def _uncredited_table(books: BooksFigures | NotKnown) -> PageTable:
    columns = (
        document_column("Return"),
        *item_columns(),
        units_column(),
        value_column(title="Credit due", note="at its price"),
        value_column(title="Stock understated", name="understated", note=AT_COST),
    )
    currency = "" if isinstance(books, NotKnown) else books.currency

    def row(each: UncreditedReturn) -> Sequence[PageCell]:
        place, units = (each.item, each.location), each.restocked - each.credited
        due, off = _money(each.value, currency), _money(each.understated, currency)
        return each.document, *place, units, due, off

    told = books if isinstance(books, NotKnown) else books.uncredited
    return detail("uncredited", "Returns on the shelf without a credit", columns, told, row, source=_CLOSE)
