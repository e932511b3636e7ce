"""What must hold: both roll-forwards foot, COGS is proven, movements stand in their period, and how much agrees.

Law of this module: a proof is said to hold, or not to; both of its lists are there, each line with its document.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal

from clarus_bluecherry.finance.close import (
    CogsDocument,
    CutOffLine,
    CutOffVerdict,
    EntrySide,
    Moved,
    RollForward,
    agreement,
)
from clarus_bluecherry.report import words
from clarus_bluecherry.report.close import line_words, side_words
from clarus_bluecherry.report.month_end import _columns as of
from clarus_bluecherry.report.month_end._columns import CAUSES, ENTRIES, ROLL_PARTS, opened
from clarus_bluecherry.report.month_end._view import NO_COST, MonthView, known
from clarus_bluecherry.report.pages import (
    PageCell,
    PageFigure,
    PageFigures,
    PageOpening,
    PageSection,
    PageTable,
    Tone,
)

_IN = "+ came in"


def roll_section(view: MonthView) -> PageSection:
    """How each side came from the opening of the period to the moment, in units and in value."""
    rolls, without = view.close.roll_forward, _unvalued(view)
    by = ("side", "line")
    rows = [
        (
            side_words(roll.side),
            line_words(line.name),
            line.units,
            known(line.value, without[roll.side, line.name]),
        )
        for roll in rolls
        for line in roll.lines
    ]
    figures: list[PageFigure] = []
    for roll in rolls:
        side, closing = side_words(roll.side), roll.lines[-1]
        stock = opened(ROLL_PARTS, {"side": side, "line": line_words(closing.name)})
        figures += [
            of.proven(
                f"{roll.side.value}_foots",
                f"The {side} side foots",
                holds=roll.foots,
                note="Opening and every line come to the closing, in units and in value.",
                opens=opened("roll_forward", {"side": side}),
            ),
            of.of_units(
                f"{roll.side.value}_closing",
                f"Closing stock, {side}",
                closing.units,
                sign="",
                opens=stock,
                sums="units",
            ),
            of.of_money(
                f"{roll.side.value}_closing_value",
                f"Closing value, {side}",
                known(closing.value, roll.without_cost),
                view.currency,
                sign="",
                note=_left_out(view, roll),
                why_not="" if closing.value or not roll.without_cost else NO_COST,
                opens=stock,
                sums="value",
            ),
        ]
    opening = rolls[0].opening
    return PageSection(
        name="roll_forward",
        title="Roll-forward",
        note=(
            f"From the end of {opening.last_day} to the moment. What the same units became worth by another cost "
            "or another rate stands on lines of its own: revaluation and exchange."
        ),
        blocks=[
            PageFigures(figures=figures),
            PageTable(
                name="roll_forward",
                title="Roll-forward of both sides",
                columns=[
                    of.text("side", "Side"),
                    of.text("line", "Line"),
                    of.units("units", "Units", sign=_IN, is_added=False, opens=ROLL_PARTS, by=by),
                    of.money("value", "Value", sign=_IN, is_added=False, opens=ROLL_PARTS, by=by),
                ],
                rows=rows,
                note="Each line opens its documents, and each document its entries.",
                source="The stock ledger and the warehouse's transactions, beside what was read at the opening.",
                group_by=("side",),
            ),
        ],
    )


def _left_out(view: MonthView, roll: RollForward) -> str:
    """What of its closing stock a side's roll-forward has no value for, and what all of it is worth."""
    if not roll.without_cost:
        return ""
    is_books = roll.side is EntrySide.BOOK
    worth = view.book_value if is_books else view.physical_value
    told = f"{words.units(roll.without_cost)} units of it have no cost from the opening on, and are left out."
    return told if worth == roll.lines[-1].value else f"{told} At the costs of the moment: {view.money(worth)}."


def _unvalued(view: MonthView) -> Counter[tuple[EntrySide, str]]:
    """How many documents of a line of a side have units and no value."""
    return Counter((each.side, each.line) for each in view.listed.roll_parts if each.value is None and each.units)


# COGS -----------------------------------------------------------------------------------------------------------

_NOT_IN_IT, _STRANGER = "not in the books", "does not belong there"
_COGS = "cogs"


def cogs_section(view: MonthView) -> PageSection:
    """What goods sold cost, what the books say, and every document between."""
    proof, currency = view.close.cogs, view.currency
    true, booked = view.cogs_true, view.cogs_booked
    both = ((_NOT_IN_IT, proof.not_in_it), (_STRANGER, proof.does_not_belong))
    difference = None if true is None or booked is None else true - booked
    figures = [
        of.of_money(
            "cogs_true",
            "True cost of goods sold",
            true,
            currency,
            sign="",
            note=_TRUE,
            opens=_left("warehouse"),
            why_not=_why_not(true),
        ),
        of.of_money(
            "cogs_booked",
            "Booked",
            booked,
            currency,
            sign="",
            note=_BOOKED,
            opens=_left("books"),
            why_not=_why_not(booked),
        ),
        of.of_money(
            "cogs_difference",
            "True less booked",
            difference,
            currency,
            sign="+ the books have too little cost",
            opens=opened(_COGS),
            why_not=_why_not(difference),
        ),
        *(_cogs_figure(name, title, listed, currency) for name, (title, listed) in zip(_LISTS, both, strict=True)),
        of.proven(
            "cogs_holds",
            "The proof holds",
            holds=proof.holds,
            note="True less booked is what is not in the books less what does not belong there.",
        ),
        of.of_units("cogs_true_units", "Sold", proof.true_units, sign="", opens=_left("warehouse")),
        of.of_units("cogs_booked_units", "Booked as sold", proof.booked_units, sign="", opens=_left("books")),
        of.of_units(
            "cogs_without_cost",
            "Without a cost",
            proof.without_cost,
            sign="",
            note="Units sold or booked whose cost nobody tells: in no value here.",
            tone=Tone.WARNING if proof.without_cost else Tone.PLAIN,
        ),
    ]
    return PageSection(
        name="cogs",
        title="Proof of the cost of goods sold",
        blocks=[
            PageFigures(figures=figures),
            PageTable(
                name=_COGS,
                title="COGS: the documents between",
                columns=[
                    of.text("list", "List"),
                    of.document(),
                    of.item(),
                    of.location(),
                    of.units("units", "Units", sign="", is_added=False),
                    of.money("value", "Cost", sign="", is_added=False),
                ],
                rows=[
                    (title, each.document, each.item, each.location, each.units, each.value)
                    for title, listed in both
                    for each in sorted(listed, key=_by_cost)
                ],
                note="Both lists are positive: what the books miss, and what is too much in them.",
                source="What left by its own day, and what was invoiced by its booked day, within the period.",
                empty="What left and what was invoiced are the same documents.",
                group_by=("list",),
            ),
        ],
    )


_LISTS = ("cogs_not_in_it", "cogs_does_not_belong")
_TRUE = "What left by its own day, at what it cost then."
_BOOKED = "What was invoiced by its booked day."


def _left(side: str) -> PageOpening:
    """What a side has as dispatched in the period; what was taken back stands on a line of its own."""
    return opened(ROLL_PARTS, {"side": side, "line": line_words(Moved.DISPATCHED)})


def _cogs_figure(name: str, title: str, listed: Sequence[CogsDocument], currency: str) -> PageFigure:
    value = sum((each.value for each in listed if each.value is not None), Decimal(0))
    without = sum(1 for each in listed if each.value is None)
    is_known = not listed or without < len(listed)
    return of.of_money(
        name,
        title.capitalize(),
        value if is_known else None,
        currency,
        sign="",
        note=words.counted(len(listed), "document line") + (f", {without:,} without a cost" if without else ""),
        opens=opened(_COGS, {"list": title}),
        sums="value",
        why_not="" if is_known else NO_COST,
    )


def _why_not(value: Decimal | None) -> str:
    return "" if value is not None else NO_COST


def _by_cost(each: CogsDocument) -> tuple[bool, Decimal, str, str]:
    return each.value is not None, -(each.value or Decimal(0)), each.document, each.item


# Cut-off --------------------------------------------------------------------------------------------------------

_CUT_OFF = "cut_off"
_VERDICTS = {
    CutOffVerdict.RIGHT: "right period",
    CutOffVerdict.WRONG_PERIOD: "wrong period",
    CutOffVerdict.NOT_BOOKED: "not booked",
}


def cut_off_section(view: MonthView) -> PageSection:
    """The last movements before the moment and the first after it, each with its three dates."""
    lines = view.close.cut_off
    found = Counter(line.verdict for line in lines)
    tones = {CutOffVerdict.RIGHT: Tone.GOOD, CutOffVerdict.WRONG_PERIOD: Tone.BAD}
    figures = [
        of.of_count(
            f"cut_off_{verdict.value}",
            title.capitalize(),
            found[verdict],
            "movements",
            tone=tones.get(verdict, Tone.WARNING) if found[verdict] else Tone.PLAIN,
            opens=opened(_CUT_OFF, {"verdict": title}),
        )
        for verdict, title in _VERDICTS.items()
    ]
    return PageSection(
        name="cut_off",
        title="Cut-off test",
        note=(
            f"The last {sum(1 for line in lines if line.is_before)} movements before the moment and the first "
            f"{sum(1 for line in lines if not line.is_before)} after it: when it happened, the day that is its "
            "own, the day that Blue Cherry was asked to book it under, and the day that the books have."
        ),
        blocks=[
            PageFigures(figures=figures),
            PageTable(
                name=_CUT_OFF,
                title="Movements around the moment",
                columns=[
                    of.text("verdict", "Verdict"),
                    of.document(),
                    of.item(),
                    of.location(),
                    of.text("class", "What moved"),
                    of.units("units", "Units", sign=_IN, is_added=False),
                    of.text("stands", "Moment"),
                    of.instant("event", "Happened"),
                    of.day("own", "Own date"),
                    of.day("asked", "Asked date"),
                    of.day("booked", "Booked date"),
                ],
                rows=[_tested(line) for line in sorted(lines, key=lambda line: line.verdict is _RIGHT)],
                source="The warehouse's transactions, what was told to Blue Cherry, and its stock ledger.",
                group_by=("verdict", "stands"),
            ),
        ],
    )


_RIGHT = CutOffVerdict.RIGHT


def _tested(line: CutOffLine) -> Sequence[PageCell]:
    return (
        _VERDICTS[line.verdict],
        line.document,
        line.item,
        line.location,
        line_words(line.moved),
        line.units,
        "before" if line.is_before else "after",
        line.occurred_at,
        line.own_date,
        of.or_none(line.asked_date),
        of.or_none(line.booked_date),
    )


# Accuracy -------------------------------------------------------------------------------------------------------


def accuracy_section(view: MonthView) -> PageSection:
    """How much of the stock both sides agree about."""
    return PageSection(
        name="accuracy",
        title="Accuracy of the stock",
        note=(
            "Of places: those at which both sides have the same units, of all that are compared. Of units and of "
            "value: one less the difference as a share of what the warehouse has; net lets places cancel out, "
            "gross does not, and falls below zero where more differs than there is. Value is that of places with "
            "a cost in the books' currency."
        ),
        blocks=[PageFigures(figures=list(_shares(view)))],
    )


def _shares(view: MonthView) -> Iterable[PageFigure]:
    totals, stock = view.totals, view.totals.stock
    nothing = "There is nothing to compare."
    where = opened(CAUSES)
    for name, title, off, whole in (
        ("accuracy_places", "Places that agree", Decimal(totals.differing), Decimal(totals.places)),
        ("accuracy_units_net", "Units that agree, net", totals.net, stock.physical),
        ("accuracy_units_gross", "Units that agree, gross", totals.gross, stock.physical),
        ("accuracy_value_net", "Value that agrees, net", totals.value, stock.physical_value),
        ("accuracy_value_gross", "Value that agrees, gross", totals.gross_value, stock.physical_value),
    ):
        share = agreement(off, whole)
        yield of.of_share(name, title, share, note="", opens=where, why_not="" if share is not None else nothing)
    counts = [
        each.entry.qty
        for each in view.listed.entries
        if each.in_period and each.entry.side is EntrySide.PHYSICAL and each.moved is Moved.COUNTED
    ]
    share = agreement(sum(map(abs, counts), Decimal(0)), stock.physical) if counts else None
    yield of.of_share(
        "accuracy_counts",
        "Count accuracy",
        share,
        note="One less the units that counts of the period changed, whichever way, as a share of what there is.",
        opens=opened(ENTRIES, {"side": "warehouse", "class": line_words(Moved.COUNTED), "in_period": True}),
        why_not="" if share is not None else "No count changed anything: one that agrees leaves no entry.",
    )
