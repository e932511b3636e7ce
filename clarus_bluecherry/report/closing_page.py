"""A closing as a page: what was proven, what waits and for whom, why both sides differ, and what was checked.

Law of this module: a figure of the page is a figure of the closing. It says in words of finance and operations
what is so; what was only partly known is said beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import cast

from clarus_bluecherry.finance import Cause, Reconciliation, ReconciliationLine, Total
from clarus_bluecherry.ledger.states import State
from clarus_bluecherry.model import Money, Plain
from clarus_bluecherry.model._values import item_key
from clarus_bluecherry.report.close import cause_told, close_title
from clarus_bluecherry.report.closing import Closing, known_values, money_text, total_text
from clarus_bluecherry.report.pages import (
    CellKind,
    ChartKind,
    PageBlock,
    PageCell,
    PageChart,
    PageColumn,
    PageFigure,
    PageFigures,
    PageHead,
    PageOpening,
    PageSection,
    PageTable,
    PageText,
    ReportPage,
    Tone,
)
from clarus_bluecherry.report.steps import EXCEPTIONS, exceptions_table, first_said, steps_of
from clarus_bluecherry.report.stories import SYSTEMS, message_words, state_words, system_words
from clarus_bluecherry.report.words import counted, money, picture, unit_count
from clarus_bluecherry.x12._findings import printable

MORE_THERE = "+ the warehouse has more"
_MEANS: Mapping[Cause, str] = {
    Cause.SHIPPED_NOT_INVOICED: "It left, and Blue Cherry was told; its stock falls when the invoice posts.",
    Cause.NOT_YET_POSTED: "It moved in the warehouse; its message is on its way, in doubt, or was refused.",
    Cause.DISPATCH_UNDONE: "It is back on the shelf after Blue Cherry was told that it left: void it there.",
    Cause.UNMAPPED_SKU: "It moved, or lies there, under a code that is tied to no SKU.",
    Cause.UNEXPLAINED: "Nothing says why: lost, found, miscounted, or booked by hand.",
}


def closing_page(closing: Closing) -> ReportPage:
    """The page of a closing, as of its instant in the books' zone."""
    now = closing.as_of.astimezone(closing.zone)
    sections = [
        PageSection(
            name="first",
            title="What to do first",
            blocks=[steps_of(closing.exceptions, None, closing.as_of, opens=EXCEPTIONS)],
        ),
        PageSection(name="causes", title="Why the warehouse and the books differ", blocks=_causes(closing)),
        *(_close_section(close, number) for number, close in enumerate(closing.closes, 1)),
        *([_story(closing)] if closing.story else []),
        PageSection(name="checked", title="What was checked", blocks=[_checks(closing)]),
        PageSection(name="details", title="In detail", blocks=list(_details(closing))),
    ]
    return ReportPage(
        name="closing",
        title=closing.title,
        verdict=closing_verdict(closing),
        tone=Tone.BAD if not closing.holds else Tone.WARNING if closing.exceptions else Tone.GOOD,
        head=PageHead(as_of=now, zone=closing.zone, currency=_currency(closing), made_at=now),
        sections=sections,
    )


def closing_verdict(closing: Closing) -> str:
    """What was proven, or what is not as it should be; how much both sides differ by; what to do first."""
    return " ".join(filter(None, (_proven(closing), _difference(closing), first_step(closing))))


def _proven(closing: Closing) -> str:
    wrong = [check.name for check in closing.checks if not check.holds]
    if wrong:
        return f"Not so: {'; '.join(wrong)}."
    return closing.proof


def _difference(closing: Closing) -> str:
    found = closing.reconciliation
    if not found.differing:
        return "The warehouse and the books agree at every place, to the unit."
    way = "more" if found.variance.units > 0 else "less"
    amount = unit_count(abs(found.variance.units))
    worth = ", ".join(money_text(Money(abs(each.amount), each.currency)) for each in known_values(found.variance))
    said = f"The warehouse has {amount} {way} than the books{f', worth {worth}' if worth else ''}"
    open_units = _unexplained(found)
    if not open_units:
        return f"{said}; every difference has a cause."
    places = counted(len(found.unexplained), "place")
    return f"{said}; without a cause are {unit_count(open_units)} at {places}."


def _unexplained(found: Reconciliation) -> Decimal:
    """Units without a cause, whichever way: a surplus here does not excuse a shortage there."""
    return sum((abs(line.causes[Cause.UNEXPLAINED]) for line in found.unexplained), Decimal(0))


def first_step(closing: Closing) -> str:
    """How much waits, what to do first, and for whom."""
    steps = steps_of(closing.exceptions, None, closing.as_of)
    if not steps.steps:
        return "Nothing waits for anybody."
    waits = counted(len(closing.exceptions), "thing waits", "things wait")
    return f"{waits} for somebody. {first_said(steps, acts=True)}"


def _currency(closing: Closing) -> str:
    """The one in which all its values are; none where there are several."""
    found = {value.currency for total in closing.reconciliation.totals.values() for value in total.values}
    return found.pop() if len(found) == 1 else ""


# Why both differ ---------------------------------------------------------------------------------------------


def _causes(closing: Closing) -> Sequence[PageBlock]:
    found, table = closing.reconciliation, _cause_table(closing)
    blocks: list[PageBlock] = [_figures(closing)]
    if found.unread:
        told = [f"Incomplete, because stock could not be read: {printable(each)}" for each in found.unread]
        blocks.append(PageText(paragraphs=told, tone=Tone.BAD))
    if _currency(closing):
        told = [
            f"{cause.value}: {total_text(found.totals[cause])}" for cause in Cause if found.totals[cause].units
        ]
        says = picture(told)
        blocks.append(PageChart(of="causes", kind=ChartKind.BARS, label="cause", value="value", says=says))
    return [*blocks, table]


def _figures(closing: Closing) -> PageFigures:
    found = closing.reconciliation
    without_cost = sum((abs(line.variance) for line in found.without_cost), Decimal(0))
    return PageFigures(
        figures=[
            PageFigure(
                name="difference",
                title="Difference",
                value=found.variance.units,
                kind=CellKind.UNITS,
                unit="eaches",
                sign=MORE_THERE,
                opens=PageOpening(table="places"),
                sums="difference",
            ),
            *_worth(known_values(found.variance), without_cost),
            PageFigure(
                name="differing",
                title="Places that differ",
                value=len(found.differing),
                kind=CellKind.COUNT,
                unit=f"of {len(found.lines) + found.agreeing:,} places",
                opens=PageOpening(table="places"),
            ),
            PageFigure(
                name="unexplained",
                title="Without a cause",
                value=found.unexplained_units,
                kind=CellKind.UNITS,
                unit="eaches",
                sign=MORE_THERE,
                note=f"{unit_count(_unexplained(found))}, whichever way." if found.unexplained else "",
                tone=Tone.BAD if found.unexplained else Tone.GOOD,
                opens=PageOpening(table="because", where={"cause": Cause.UNEXPLAINED.value}),
                sums="units",
            ),
            PageFigure(
                name="without_cost",
                title="Not valued: without a cost",
                value=without_cost,
                kind=CellKind.UNITS,
                unit="eaches, whichever way",
                opens=PageOpening(table="places", where={"value": None}),
            ),
        ]
    )


def _worth(values: Sequence[Money], without_cost: Decimal) -> Iterator[PageFigure]:
    """The value of the difference in each currency; not known where nothing of it has a cost."""
    title, note, opens = "Value of the difference", "At Blue Cherry's cost.", PageOpening(table="places")
    for value in values:
        yield PageFigure(
            name=f"value_{value.currency.lower()}",
            title=title if len(values) == 1 else f"{title}, in {value.currency}",
            value=value,
            kind=CellKind.MONEY,
            unit=value.currency,
            sign=MORE_THERE,
            note=note,
            opens=opens,
        )
    if without_cost and not values:
        why_not = "Nothing that differs has a cost in Blue Cherry."
        yield PageFigure(name="value", title=title, value=None, kind=CellKind.MONEY, opens=opens, why_not=why_not)


def _cause_table(closing: Closing) -> PageTable:
    totals = closing.reconciliation.totals
    return PageTable(
        name="causes",
        title="By cause",
        columns=(
            PageColumn(name="cause", title="Cause", opens="because", by=("cause",)),
            PageColumn(
                name="units", title="Units", kind=CellKind.UNITS, unit="eaches", sign=MORE_THERE, is_added=True
            ),
            PageColumn(name="value", title="Value", kind=CellKind.MONEY, sign=MORE_THERE, is_added=True),
            PageColumn(
                name="without_cost",
                title="Not valued",
                kind=CellKind.UNITS,
                unit="eaches",
                note="Units without a cost, whichever way they differ.",
                is_added=True,
            ),
            PageColumn(name="means", title="What it means"),
        ),
        rows=[row for cause in Cause for row in _cause_rows(cause, totals[cause])],
        source="Both systems' stock as it is, and what the ledger knows of each movement.",
    )


def _cause_rows(cause: Cause, total: Total) -> Iterator[Sequence[PageCell]]:
    """A row for each currency: the units stand in the first one."""
    values: Sequence[PageCell] = known_values(total) or [None if total.without_cost else Decimal(0)]
    yield (cause.value, total.units, values[0], total.without_cost, _MEANS[cause])
    yield from ((cause.value, Decimal(0), value, Decimal(0), _MEANS[cause]) for value in values[1:])


# A close of the month ----------------------------------------------------------------------------------------


def _close_section(close: Plain, number: int) -> PageSection:
    """What the close of a month found, by cause, and the places of each."""
    name, totals = f"close_{number}", cast("Plain", close["totals"])
    causes = sorted(_cause_totals(close), key=_worth_most)
    unit = str(cast("Plain", totals["value"])["currency"] or "")
    amounts = (
        PageColumn(
            name="units", title="Units", kind=CellKind.UNITS, unit="eaches", sign=MORE_THERE, is_added=True
        ),
        PageColumn(name="value", title="Value", kind=CellKind.MONEY, unit=unit, sign=MORE_THERE, is_added=True),
    )
    by_cause = PageTable(
        name=name,
        title="By cause",
        columns=(
            PageColumn(name="cause", title="Cause", opens=f"{name}_places", by=("cause",)),
            *amounts,
            PageColumn(name="places", title="Places", kind=CellKind.COUNT),
        ),
        rows=causes,
        source="The exports of both systems, and the ledger's postings.",
    )
    places = PageTable(
        name=f"{name}_places",
        title=f"{close_title(close)}: place by place",
        columns=(
            PageColumn(name="cause", title="Cause"),
            PageColumn(name="sku", title="SKU", kind=CellKind.CODE, story="sku"),
            PageColumn(name="location", title="Location", kind=CellKind.CODE),
            PageColumn(name="document", title="Document", kind=CellKind.CODE, story="order"),
            *amounts,
        ),
        rows=list(_close_rows(close)),
        is_detail=True,
        group_by=("cause", "location"),
        source="The exports of both systems, and the ledger's postings.",
    )
    says = picture([f"{row[0]}: {_amount(row[2], unit)}" for row in by_cause.rows])
    chart = PageChart(of=name, kind=ChartKind.BARS, label="cause", value="value", says=says)
    return PageSection(name=f"month_{number}", title=close_title(close), blocks=[chart, by_cause, places])


def _cause_totals(close: Plain) -> Iterator[tuple[str, Decimal, Decimal | None, int]]:
    """What each cause comes to, as finance says, and what is unexplained."""
    totals = cast("Plain", close["totals"])
    for cause in cast("Sequence[Plain]", totals["causes"]):
        units_of, places = Decimal(str(cause["units"])), cast(int, cause["places"])
        yield cause_told(cause), units_of, _number(cause["value"]), places
    open_lines = [line for line in cast("Sequence[Plain]", close["lines"]) if line["unexplained"] != "0"]
    if open_lines:
        values = [_number(line["unexplained_value"]) for line in open_lines]
        known = [value for value in values if value is not None]
        rest = Decimal(str(cast("Plain", totals["unexplained"])["units"]))
        yield _UNEXPLAINED, rest, sum(known, Decimal(0)) if len(known) == len(values) else None, len(open_lines)


def _worth_most(total: tuple[str, Decimal, Decimal | None, int]) -> Decimal:
    return -abs(total[2] or Decimal(0))


_UNEXPLAINED = Cause.UNEXPLAINED.value


def _amount(value: PageCell, currency: str) -> str:
    return f"{money(value, currency)} {currency}".rstrip() if isinstance(value, Decimal) else "not known"


def _close_rows(close: Plain) -> Iterator[Sequence[PageCell]]:
    """A row for each cause of each place, and one for what is unexplained there."""
    for line in cast("Sequence[Plain]", close["lines"]):
        place = printable(str(line["item"])), printable(str(line["location"]))
        for cause in cast("Sequence[Plain]", line["causes"]):
            amounts = Decimal(str(cause["units"])), _number(cause["value"])
            yield cause_told(cause), *place, printable(str(cause["document"])), *amounts
        if line["unexplained"] != "0":
            rest = Decimal(str(line["unexplained"])), _number(line["unexplained_value"])
            yield _UNEXPLAINED, *place, "", *rest


def _number(text: object) -> Decimal | None:
    return None if text is None else Decimal(str(text))


# The rest ----------------------------------------------------------------------------------------------------


def _story(closing: Closing) -> PageSection:
    text = PageText(paragraphs=[printable(line) for line in closing.story])
    return PageSection(name="story", title="What happened", blocks=[text])


def _checks(closing: Closing) -> PageTable:
    return PageTable(
        name="checks",
        title="What was checked",
        columns=(
            PageColumn(name="check", title="It must be so that"),
            PageColumn(name="holds", title="It is so", kind=CellKind.YES_NO),
            PageColumn(name="detail", title="How much, or what is not"),
        ),
        rows=[(check.name, check.holds, printable(check.detail)) for check in closing.checks],
        empty="Nothing was.",
    )


def _details(closing: Closing) -> Iterator[PageTable]:
    yield _places(closing)
    yield _because(closing)
    yield exceptions_table(closing.exceptions, closing.as_of)
    yield PageTable(
        name="messages",
        title="Messages, counted",
        columns=(
            PageColumn(name="to", title="To"),
            PageColumn(name="kind", title="Kind"),
            PageColumn(name="state", title="State"),
            PageColumn(name="count", title="Messages", kind=CellKind.COUNT, is_added=True),
        ),
        rows=[
            (system_words(to), message_words(kind), _standing(to, state), count)
            for to, kind, state, count in closing.postings
        ],
        is_detail=True,
        group_by=("to", "state"),
        source="The ledger.",
    )


def _standing(to: str, state: str) -> str:
    return state_words(State(state), to) if to in SYSTEMS else state


def _places(closing: Closing) -> PageTable:
    amount = CellKind.UNITS
    return PageTable(
        name="places",
        title="Where both differ",
        columns=(
            *_PLACE,
            PageColumn(name="warehouse", title="Warehouse", kind=amount, unit="eaches", is_added=True),
            PageColumn(name="books", title="Books", kind=amount, unit="eaches", is_added=True),
            PageColumn(
                name="difference",
                title="Difference",
                kind=amount,
                unit="eaches",
                sign=MORE_THERE,
                is_added=True,
                opens="because",
                by=("sku", "location"),
            ),
            PageColumn(name="value", title="Value", kind=CellKind.MONEY, sign=MORE_THERE, is_added=True),
        ),
        rows=[
            (*_place(line), line.physical, line.book, line.variance, line.value)
            for line in sorted(closing.reconciliation.differing, key=_largest)
        ],
        empty="Nowhere.",
        is_detail=True,
        source="Both systems' stock as it is.",
    )


_PLACE = (
    PageColumn(name="sku", title="SKU", kind=CellKind.CODE, story="sku"),
    PageColumn(name="location", title="Location", kind=CellKind.CODE),
)


def _place(line: ReconciliationLine) -> tuple[str, str]:
    return printable(item_key(line.item)), printable(line.location)


def _largest(line: ReconciliationLine) -> tuple[bool, Decimal, Decimal, str, str]:
    worth = Decimal(0) if line.value is None else abs(line.value.amount)
    return (line.value is None, -worth, -abs(line.variance), *_place(line))


def _because(closing: Closing) -> PageTable:
    return PageTable(
        name="because",
        title="Each difference and its cause",
        columns=(
            PageColumn(name="cause", title="Cause"),
            *_PLACE,
            PageColumn(
                name="units", title="Units", kind=CellKind.UNITS, unit="eaches", sign=MORE_THERE, is_added=True
            ),
            PageColumn(name="value", title="Value", kind=CellKind.MONEY, sign=MORE_THERE, is_added=True),
        ),
        rows=[
            (cause.value, *_place(line), line.causes[cause], line.values.get(cause))
            for cause in Cause
            for line in sorted(closing.reconciliation.differing, key=_largest)
            if line.causes[cause]
        ],
        is_detail=True,
        group_by=("cause",),
        source="Both systems' stock as it is, and what the ledger knows of each movement.",
    )
