"""The tables that figures of the page open: causes, what a roll-forward is made of, and every entry.

Law of this module: a cause has its document, a document its entries, an entry the file and the row that it was
read from; each under the words by which the tables above name it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from clarus_bluecherry.finance.close import EntrySide, ListedEntry, OpenDifference, RollPart
from clarus_bluecherry.report.close import line_words, side_words, words_of
from clarus_bluecherry.report.month_end import _columns as of
from clarus_bluecherry.report.month_end._columns import CAUSES, ENTRIES, ROLL_PARTS
from clarus_bluecherry.report.month_end._view import MonthView, cause_code, class_cell
from clarus_bluecherry.report.pages import PageCell, PageSection, PageTable
from clarus_bluecherry.report.steps import exceptions_table


def details_section(view: MonthView) -> PageSection:
    """Everything that is opened from above."""
    return PageSection(
        name="details",
        title="Details",
        blocks=[
            exceptions_table(view.exceptions, view.close.as_of.instant, currency=view.currency),
            _causes(view),
            _roll_parts(view),
            _entries(view),
        ],
    )


def _causes(view: MonthView) -> PageTable:
    return PageTable(
        name=CAUSES,
        title="Causes, place by place",
        columns=[
            of.item(),
            of.location(),
            of.text("class", "What moved"),
            of.text("status", "Where it stands"),
            of.document(),
            of.units("units", "Units"),
            of.money("value", "Value"),
            of.day("own_date", "Own date"),
            of.day("asked_date", "Asked date"),
            of.day("booked_date", "Booked date"),
            of.text("age_band", "Age"),
            of.units("physical", "Warehouse has", sign="", is_added=False, is_wide_only=True),
            of.units("book", "Books have", sign="", is_added=False, is_wide_only=True),
            of.units("variance", "Differs by", is_added=False, is_wide_only=True),
            of.day("since", "Since", is_wide_only=True),
            of.yes_no("is_carried", "Carried", is_wide_only=True),
            of.code("code", "For the command explain", is_wide_only=True),
        ],
        rows=[_cause(each, view.currency) for each in sorted(view.listed.differences, key=_by_value)],
        note="At each place the causes and what is unexplained add up to what it differs by.",
        source="Both sides' entries, netted by document at each place.",
        empty="Both sides agree everywhere.",
        is_detail=True,
        group_by=("status", "class", "location", "age_band"),
        sheets_by="class",
    )


def _by_value(each: OpenDifference) -> tuple[bool, Decimal, Decimal, str, str]:
    value = Decimal(0) if each.value is None else -abs(each.value)
    return each.value is not None, value, -abs(each.units), each.line.item, each.line.location


def _cause(each: OpenDifference, currency: str) -> Sequence[PageCell]:
    line = each.line
    return (
        line.item,
        line.location,
        class_cell(each.moved),
        words_of(each.status),
        each.document,
        each.units,
        of.amount(each.value, line.currency, currency),
        of.or_none(each.own_date),
        of.or_none(each.asked_date),
        of.or_none(each.booked_date),
        each.band.value if each.units else "cancels out",
        line.physical,
        line.book,
        line.variance,
        each.since,
        bool(each.carried),
        cause_code(each.moved, each.status),
    )


def _roll_parts(view: MonthView) -> PageTable:
    return PageTable(
        name=ROLL_PARTS,
        title="Roll-forward by document",
        columns=[
            of.text("side", "Side"),
            of.text("line", "Line"),
            of.code("document", "Document", opens=ENTRIES, by=("side", "document", "location")),
            of.code("item", "SKU", story="sku"),
            of.location(),
            of.units("units", "Units", sign="+ came in", is_added=False),
            of.money("value", "Value", sign="+ came in", is_added=False),
        ],
        rows=[_rolled(each) for each in sorted(view.listed.roll_parts, key=_by_worth)],
        note="Stock of the opening and the closing is told by location, another cost or rate by SKU.",
        source="Both sides' entries of the period, beside what was read at the opening.",
        is_detail=True,
    )


def _by_worth(each: RollPart) -> tuple[bool, Decimal, Decimal, bool, str, str]:
    value = Decimal(0) if each.value is None else -abs(each.value)
    is_book = each.side is EntrySide.BOOK
    return each.value is not None, value, -abs(each.units), is_book, each.line, each.document


def _rolled(each: RollPart) -> Sequence[PageCell]:
    where = each.document, each.item, each.location
    return side_words(each.side), line_words(each.line), *where, each.units, each.value


def _entries(view: MonthView) -> PageTable:
    differing = {each.document for each in view.listed.differences}
    return PageTable(
        name=ENTRIES,
        title="Entries of both sides",
        columns=[
            of.text("side", "Side"),
            of.code("document", "Document", story="order"),
            of.item(),
            of.location(),
            of.text("class", "What moved"),
            of.units("units", "Units", sign="+ came in", is_added=False),
            of.day("own_date", "Own date"),
            of.day("asked_date", "Asked date"),
            of.day("booked_date", "Booked date"),
            of.text("stands", "Moment"),
            of.code("source", "Read from"),
            of.code("row", "Row"),
            of.instant("happened", "Happened", is_wide_only=True),
            of.instant("recorded", "Recorded or entered", is_wide_only=True),
            of.code("own_name", "As its system calls it", is_wide_only=True),
            of.code("line", "Line", is_wide_only=True),
            of.text("unit", "Told in", is_wide_only=True),
            of.yes_no("in_period", "In the roll-forward", is_wide_only=True),
        ],
        rows=[
            _entry(each) for each in sorted(view.listed.entries, key=lambda each: each.document not in differing)
        ],
        note=(
            "Each row of an export that counts, in eaches; those of documents that differ first. The moment: "
            '"before" it or "after" it; nothing where a row counts at no place: settled before the beginning, out '
            "of scope, or not known yet."
        ),
        source="The exports of both systems, or the ledger of a site; each row says which.",
        is_detail=True,
    )


def _entry(each: ListedEntry) -> Sequence[PageCell]:
    entry = each.entry
    return (
        side_words(entry.side),
        each.document,
        entry.item,
        entry.location,
        line_words(each.moved),
        entry.qty,
        of.or_none(entry.own_date),
        of.or_none(each.asked_date),
        of.or_none(entry.booked_date),
        each.stands,
        entry.source,
        entry.row,
        of.or_none(entry.occurred_at),
        of.or_none(entry.recorded_at or entry.entered_at),
        entry.document,
        entry.line,
        entry.unit,
        each.in_period,
    )
