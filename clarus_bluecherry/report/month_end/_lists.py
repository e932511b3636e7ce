"""What is open: by its age, receipts against their orders, returns without a credit, and what was left out.

Law of this module: a list is finance's; what has no cost or no price has no value, and is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from clarus_bluecherry.finance.close import LocationKind, ReceivedLine, Trouble, ageing
from clarus_bluecherry.report import words
from clarus_bluecherry.report.close import side_words
from clarus_bluecherry.report.month_end import _columns as of
from clarus_bluecherry.report.month_end._columns import CAUSES, opened
from clarus_bluecherry.report.month_end._view import MonthView, known
from clarus_bluecherry.report.pages import PageCell, PageFigure, PageFigures, PageSection, PageTable, Tone

NOTHING = Decimal(0)
_LEFT_OUT: Mapping[str, str] = {
    LocationKind.PSEUDO: "no place, such as POE or FOB",
    LocationKind.FOREIGN: "a building that Clarus does not run",
}
"""What is not compared, in words, where its name says less."""


def ageing_section(view: MonthView) -> PageSection:
    """What is open, by how old it is at the moment."""
    carried = [each for each in view.listed.differences if each.carried]
    return PageSection(
        name="open_items",
        title="Open items by age",
        note=(
            "A day's age is counted to the moment, from the first day on which either side has the document. What "
            "an earlier close left open is at least as old as the period's opening. Since when there is something "
            'that nobody explains is not known: "explain --item" says from when on both sides differ.'
        ),
        blocks=[
            PageFigures(
                figures=[
                    of.of_units(
                        "carried",
                        "Carried from an earlier close, still open",
                        sum((each.units for each in carried), NOTHING),
                        note=words.counted(len(carried), "item"),
                        opens=opened(CAUSES, {"is_carried": True}),
                        sums="units",
                    )
                ]
            ),
            PageTable(
                name="ageing",
                title="Open items by age",
                columns=[
                    of.text("age_band", "Age"),
                    of.count("items", "Items", opens=CAUSES, by=("age_band",), is_added=True),
                    of.units("units", "Units, net", opens=CAUSES, by=("age_band",)),
                    of.units("gross", "Units, gross", sign=""),
                    of.money("value", "Value, net", opens=CAUSES, by=("age_band",)),
                    of.units("unvalued", "Units without value", sign=""),
                ],
                rows=[
                    (
                        each.band.value,
                        each.differences,
                        each.units,
                        each.gross,
                        known(each.value, each.unvalued),
                        each.unvalued,
                    )
                    for each in ageing(view.listed.differences, view.currency)
                ],
                source="The causes of each place, with the days of their entries.",
            ),
        ],
    )


# GR/IR ----------------------------------------------------------------------------------------------------------

_FINDINGS = {
    "not_booked": "received, not booked",
    "over": "more than ordered",
    "short": "less than ordered",
    "reversed": "taken back",
    "booked_more": "booked, not received",
}
_AGREES = "agrees"


def received_section(view: MonthView) -> PageSection:
    """Receipts against their orders, and against the books."""
    rows = [row for line in view.close.received for row in _received(line)]
    return PageSection(
        name="gr_ir",
        title="Goods received, not booked (GR/IR)",
        note="By line of each purchase order; one with two findings stands there twice. Values are at cost.",
        blocks=[
            PageFigures(figures=[_finding(title, key, rows, view.currency) for key, title in _FINDINGS.items()]),
            PageTable(
                name="gr_ir",
                title="Lines of purchase orders",
                columns=[
                    of.text("finding", "Finding"),
                    of.document(),
                    of.code("line", "Line"),
                    of.item(),
                    of.location(),
                    of.units("ordered", "Ordered", sign="", is_added=False),
                    of.units("received", "Received", sign="", is_added=False),
                    of.units("booked", "Booked", sign="", is_added=False),
                    of.units("units", "Finding, units", sign="", is_added=False),
                    of.money("value", "Finding, value", sign="", is_added=False),
                    of.yes_no("is_closed", "Order closed", is_wide_only=True),
                ],
                rows=sorted(rows, key=_by_finding),
                source="The purchase orders, what the warehouse received, and the stock ledger.",
                empty="No purchase order was read, and nothing was received.",
                group_by=("finding",),
            ),
        ],
    )


def _received(line: ReceivedLine) -> Iterator[Sequence[PageCell]]:
    for finding in line.verdicts or (_AGREES,):
        units = _units_of(finding, line)
        value = None if line.unit_cost is None or units is None else units * line.unit_cost
        where = line.document, line.line, line.item, line.location, line.expected, line.received, line.booked
        yield _FINDINGS.get(finding, finding), *where, units, value, line.is_closed


def _units_of(finding: str, line: ReceivedLine) -> Decimal | None:
    """How many units a finding is about, positive."""
    if finding in ("not_booked", "booked_more"):
        return abs(line.open)
    if finding == "reversed":
        return line.taken_back
    if finding == _AGREES:
        return NOTHING
    return None if line.expected is None else abs(line.received - line.expected)


_UNITS, _VALUE = -3, -2


def _by_finding(row: Sequence[PageCell]) -> tuple[bool, Decimal, str]:
    value = row[_VALUE]
    return row[0] == _AGREES, -value if isinstance(value, Decimal) else NOTHING, str(row[1])


def _finding(title: str, key: str, rows: Iterable[Sequence[PageCell]], currency: str) -> PageFigure:
    mine = [row for row in rows if row[0] == title]
    values = [row[_VALUE] for row in mine]
    known = [value for value in values if isinstance(value, Decimal)]
    units = sum((units for row in mine if isinstance(units := row[_UNITS], Decimal)), NOTHING)
    without = len(values) - len(known)
    told = f"{words.units(units)} units on {words.counted(len(mine), 'line')}"
    is_known = bool(known) or not mine
    return of.of_money(
        f"gr_ir_{key}",
        title.capitalize(),
        sum(known, NOTHING) if is_known else None,
        currency,
        sign="",
        note=told + (f", {without:,} of them without a cost" if without else ""),
        tone=Tone.WARNING if mine and key in ("not_booked", "booked_more") else Tone.PLAIN,
        opens=opened("gr_ir", {"finding": title}),
        sums="value",
        why_not="" if is_known else "Nobody says what an each costs there.",
    )


# Returns --------------------------------------------------------------------------------------------------------


def returns_section(view: MonthView) -> PageSection:
    """Returns on the shelf that no credit was written for."""
    told, currency = view.close.uncredited, view.currency
    due, under = [each.value for each in told], [each.understated for each in told]
    where = opened("returns_not_credited")
    return PageSection(
        name="returns",
        title="Returned to stock, not credited",
        note=(
            "The customer is owed a credit, at the price; where the books do not have the goods either, the "
            "asset is understated, at cost."
        ),
        blocks=[
            PageFigures(
                figures=[
                    of.of_units(
                        "returned_uncredited",
                        "Units to credit",
                        sum((each.restocked - each.credited for each in told), NOTHING),
                        sign="",
                        opens=where,
                        sums="to_credit",
                    ),
                    _known_sum("credit_due", "Credit due, at the price", due, currency, "value", "a price"),
                    _known_sum(
                        "asset_understated", "Asset understated, at cost", under, currency, "understated", "a cost"
                    ),
                ]
            ),
            PageTable(
                name="returns_not_credited",
                title="Returns without a credit",
                columns=[
                    of.document(),
                    of.item(),
                    of.location(),
                    of.units("restocked", "Restocked", sign=""),
                    of.units("credited", "Credited", sign=""),
                    of.units("to_credit", "To credit", sign=""),
                    of.units("in_books", "In the books", sign=""),
                    of.money("price", "Price", sign="", is_added=False),
                    of.money("value", "Credit due", sign="+ owed to the customer"),
                    of.money("understated", "Asset understated", sign="+ the books have too little"),
                ],
                rows=[
                    (
                        each.document,
                        each.item,
                        each.location,
                        each.restocked,
                        each.credited,
                        each.restocked - each.credited,
                        each.in_books,
                        each.price,
                        each.value,
                        each.understated,
                    )
                    for each in sorted(told, key=lambda each: -(each.value or NOTHING))
                ],
                source="The warehouse's returns, Blue Cherry's credits and the prices of its orders.",
                empty="Every return that was restocked has its credit.",
            ),
        ],
    )


def _known_sum(
    name: str, title: str, values: Sequence[Decimal | None], currency: str, column: str, what: str
) -> PageFigure:
    """The sum of what is known; not known where there is something and nothing of it is."""
    known = [value for value in values if value is not None]
    without = len(values) - len(known)
    is_known = bool(known) or not values
    return of.of_money(
        name,
        title,
        sum(known, NOTHING) if is_known else None,
        currency,
        sign="",
        note=f"{without:,} of {words.counted(len(values), 'return')} without {what}." if without else "",
        tone=Tone.WARNING if without else Tone.PLAIN,
        opens=opened("returns_not_credited"),
        sums=column,
        why_not="" if is_known else f"None of them has {what}.",
    )


# What was left out ----------------------------------------------------------------------------------------------

_OPEN_TROUBLES = "told_by_the_close"


def left_out_section(view: MonthView) -> PageSection:
    """What is counted and not compared, what could not be read, and what has no value."""
    close, stock = view.close, view.totals.stock
    figures = [
        of.of_units(
            "left_out_units",
            "Out of scope",
            sum((each.units for each in close.left_out), NOTHING),
            sign="",
            note=words.counted(sum(each.rows for each in close.left_out), "row"),
            opens=opened("left_out"),
            sums="units",
        ),
        of.of_count(
            "unread_rows",
            "Rows that could not be read",
            len(close.given.problems),
            "rows",
            note="The figures are incomplete until they are mended." if close.given.problems else "",
            tone=Tone.BAD if close.given.problems else Tone.GOOD,
            opens=opened(_OPEN_TROUBLES, {"kind": _kind("bad_row")}),
        ),
        of.of_count(
            "missing_sources",
            "Sources that are not there",
            len(close.given.missing),
            "sources",
            opens=opened(_OPEN_TROUBLES, {"kind": _kind("missing_source")}),
        ),
        of.of_count(
            "places_without_cost",
            "Places without a value",
            stock.unvalued_places,
            "places",
            note=f"{words.units(stock.unvalued_units)} units." if stock.unvalued_places else "",
            tone=Tone.WARNING if stock.unvalued_places else Tone.GOOD,
            opens=opened(_OPEN_TROUBLES, {"kind": _kind("cost_missing")}),
        ),
    ]
    return PageSection(
        name="left_out",
        title="What was left out, and what to know about it",
        blocks=[
            PageFigures(figures=figures),
            PageTable(
                name="left_out",
                title="Counted, and not compared",
                columns=[
                    of.text("what", "What"),
                    of.text("side", "Side"),
                    of.location(),
                    of.count("rows", "Rows", is_added=True),
                    of.units("units", "Units", sign=""),
                ],
                rows=[
                    (
                        _LEFT_OUT.get(each.what, _kind(each.what)),
                        side_words(each.side),
                        each.location,
                        each.rows,
                        each.units,
                    )
                    for each in close.left_out
                ],
                source="Locations, accounts and divisions that Clarus does not hold for these books.",
                empty="Nothing: every row is compared.",
            ),
            PageTable(
                name=_OPEN_TROUBLES,
                title="Said about the sources",
                columns=[
                    of.text("kind", "Kind"),
                    of.text("what", "What"),
                    of.code("document", "Document"),
                    of.item(),
                    of.location(),
                    of.units("units", "Units", is_added=False),
                ],
                rows=[_told(each) for each in close.exceptions],
                source="What was read, what was missing, and what does not meet.",
                empty="Nothing.",
                group_by=("kind",),
            ),
        ],
    )


def _kind(kind: str) -> str:
    return kind.replace("_", " ")


def _told(each: Trouble) -> Sequence[PageCell]:
    return _kind(each.kind), each.what, each.document, each.item, each.location, of.or_none(each.units)
