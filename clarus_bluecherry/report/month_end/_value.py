"""The top of the page: what nobody explains, the bridge of values, why both differ, and what matters of it.

Law of this module: every part adds up to its whole, and each opens the rows that it is made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from clarus_bluecherry.finance.close import BridgeStep, CloseDifference, MaterialityResult
from clarus_bluecherry.report import words
from clarus_bluecherry.report.close import UNEXPLAINED, cause_name, line_words, words_of
from clarus_bluecherry.report.month_end import _columns as of
from clarus_bluecherry.report.month_end._columns import CAUSES, DIFFERENCES, ROLL_PARTS, opened
from clarus_bluecherry.report.month_end._view import MonthView, cause_code, class_cell
from clarus_bluecherry.report.pages import (
    CellKind,
    ChartKind,
    PageCell,
    PageChart,
    PageFigure,
    PageFigures,
    PageOpening,
    PageSection,
    PageTable,
    PageText,
    Tone,
)

_NO_COST = "Nobody says what an each costs there: add its cost, and close again."


def difference_section(view: MonthView) -> PageSection:
    """What both sides differ by, and what of it nobody explains."""
    totals, where = view.totals, opened(CAUSES)
    return PageSection(
        name="difference",
        title="What differs, and what nobody explains",
        note="Physical less book. Net adds up both ways, gross counts each place whichever way it goes.",
        blocks=[
            PageFigures(figures=list(_unexplained(view))),
            PageFigures(
                figures=[
                    of.of_units("difference_net", "Difference, net", totals.net, opens=where, sums="units"),
                    of.of_units(
                        "difference_gross", "Difference, gross", totals.gross, sign="", note=_GROSS, opens=where
                    ),
                    of.of_count("places_differing", "Places that differ", totals.differing, "places", opens=where),
                    of.of_count("places_compared", "Places compared", totals.places, "places"),
                    of.of_money(
                        "difference_value",
                        "Value of the difference, net",
                        totals.value,
                        view.currency,
                        opens=where,
                        sums="value",
                    ),
                    of.of_money(
                        "difference_value_gross",
                        "Value of the difference, gross",
                        totals.gross_value,
                        view.currency,
                        sign="",
                        note=_GROSS,
                        opens=where,
                    ),
                    *_other_currencies(view),
                ]
            ),
        ],
    )


_GROSS = "Whichever way, place by place."


def _unexplained(view: MonthView) -> Iterable[PageFigure]:
    totals = view.totals
    where = opened(CAUSES, {"status": UNEXPLAINED})
    tone = Tone.BAD if totals.unexplained_places else Tone.GOOD
    step = next((each for each in view.bridge.steps if each.status is None), None)
    is_known = step is None or step.is_valued
    without = [line for line in view.close.unexplained if line.unexplained_value is None]
    yield of.of_units(
        "unexplained_net", "Unexplained, net", totals.unexplained, tone=tone, opens=where, sums="units"
    )
    yield of.of_units(
        "unexplained_gross",
        "Unexplained, gross",
        totals.unexplained_gross,
        sign="",
        note=_GROSS,
        tone=tone,
        opens=where,
    )
    yield of.of_count(
        "unexplained_places", "Places unexplained", totals.unexplained_places, "places", tone=tone, opens=where
    )
    yield of.of_money(
        "unexplained_value",
        "Unexplained, at cost",
        (step.value if step else Decimal(0)) if is_known else None,
        view.currency,
        tone=tone,
        opens=where,
        sums="value",
        note=_not_valued(step),
        why_not="" if is_known else _NO_COST,
    )
    yield of.of_count(
        "unexplained_without_cost",
        "Unexplained, without cost",
        len(without),
        "places",
        note=_NO_COST if without else "",
        opens=where,
    )


def _other_currencies(view: MonthView) -> Iterable[PageFigure]:
    for currency, value in view.totals.other_currencies.items():
        note = "Nobody tells a rate, so it is added to nothing."
        yield of.of_money(f"difference_value_{currency}", f"Also, in {currency}", value, currency, note=note)


def _not_valued(step: BridgeStep | None) -> str:
    if step is None or not step.unvalued:
        return ""
    return f"{words.units(step.unvalued)} units more have no value in the books' currency."


# The bridge -----------------------------------------------------------------------------------------------------


def bridge_section(view: MonthView) -> PageSection:
    """From what the books have at cost to what the warehouse has at cost."""
    bridge, stock = view.bridge, view.totals.stock
    change = view.totals.change
    rest = view.totals.value - change.quantity - change.revaluation - change.currency
    beside = (
        f"{words.counted(stock.unvalued_places, 'place')} with {words.units(stock.unvalued_units)} units have no "
        "value in the books' currency, and are not in the bridge."
        if stock.unvalued_places
        else "Every place with stock has a value."
    )
    biggest = bridge.steps[0] if bridge.steps else None
    return PageSection(
        name="bridge",
        title="From the value of the books to the value of the warehouse",
        note="Stock at what an each costs at the moment, in the books' currency.",
        blocks=[
            PageFigures(
                figures=[
                    of.of_money(
                        "book_value", "Books at cost", bridge.start, view.currency, sign="", opens=_stock("books")
                    ),
                    of.of_money(
                        "physical_value",
                        "Warehouse at cost",
                        bridge.end,
                        view.currency,
                        sign="",
                        opens=_stock("warehouse"),
                    ),
                    of.proven(
                        "bridge_adds_up",
                        "The bridge adds up",
                        holds=bridge.adds_up,
                        note="Books, every class and status, unexplained: warehouse. To the last digit.",
                    ),
                ]
            ),
            PageChart(
                of="bridge",
                kind=ChartKind.WATERFALL,
                label="step",
                value="value",
                total="is_total",
                says=(
                    f"The books have {view.money(bridge.start)}, the warehouse {view.money(bridge.end)}"
                    + (
                        f"; the largest step is {cause_name(biggest.moved, biggest.status)}, "
                        f"{view.money(biggest.value)}."
                        if biggest
                        else "."
                    )
                ),
            ),
            PageTable(
                name="bridge",
                title="The bridge",
                columns=[
                    of.text("step", "Step"),
                    of.money("value", "Value", is_added=False, opens=CAUSES, by=("class", "status")),
                    of.money("so_far", "So far", sign="", is_added=False),
                    of.yes_no("is_total", "A total", is_wide_only=True),
                    of.text("class", "Class", is_wide_only=True),
                    of.text("status", "Status", is_wide_only=True),
                ],
                rows=list(_bridged(view)),
                note=beside,
                source="The close's lines, at the cost of their location and day.",
                is_detail=True,
            ),
            PageFigures(
                parts_of="difference_at_cost",
                figures=[
                    of.of_money(
                        "difference_at_cost",
                        "The difference in value",
                        view.totals.value,
                        view.currency,
                        opens=opened(CAUSES),
                        sums="value",
                    ),
                    of.of_money(
                        "change_quantity",
                        "Quantity",
                        change.quantity,
                        view.currency,
                        note="The units that differ, at what an each cost at the opening.",
                    ),
                    of.of_money(
                        "change_revaluation",
                        "Revaluation",
                        change.revaluation,
                        view.currency,
                        note="What their cost has changed since.",
                    ),
                    of.of_money(
                        "change_exchange",
                        "Exchange",
                        change.currency,
                        view.currency,
                        note="What their rate has changed since.",
                    ),
                    of.of_money(
                        "change_undivided",
                        "Not divided",
                        rest,
                        view.currency,
                        note="Of costs whose rate at the opening nobody tells.",
                    ),
                ],
            ),
        ],
    )


def _bridged(view: MonthView) -> Iterable[Sequence[PageCell]]:
    so_far = view.bridge.start
    yield "Books at cost", so_far, so_far, True, "", ""
    for each in view.bridge.steps:
        so_far += each.value
        where = class_cell(each.moved), words_of(each.status)
        yield cause_name(each.moved, each.status), each.value, so_far, False, *where
    yield "Warehouse at cost", view.bridge.end, view.bridge.end, True, "", ""


def _stock(side: str) -> PageOpening:
    """What a side's stock at the moment is made of."""
    return opened(ROLL_PARTS, {"side": side, "line": line_words("closing")})


# Class by status ------------------------------------------------------------------------------------------------


def variance_section(view: MonthView) -> PageSection:
    """Every class × status, in units and in value."""
    by = ("class", "status")
    rows = [
        (
            class_cell(each.moved),
            words_of(each.status),
            each.units,
            each.value if each.is_valued else None,
            each.places,
            each.documents,
            each.unvalued,
            cause_code(each.moved, each.status),
        )
        for each in view.bridge.steps
    ]
    return PageSection(
        name="variance",
        title="Why they differ: what moved, and where it stands",
        blocks=[
            PageTable(
                name="variance",
                title="Difference by class and status",
                columns=[
                    of.text("class", "What moved"),
                    of.text("status", "Where it stands"),
                    of.units("units", "Units", opens=CAUSES, by=by),
                    of.money("value", "Value", opens=CAUSES, by=by),
                    of.count("places", "Places"),
                    of.count("documents", "Documents"),
                    of.units("unvalued", "Units without value", sign=""),
                    of.code("code", "For the command explain", is_wide_only=True),
                ],
                rows=rows,
                note="A place may have several causes, so places do not add up to those that differ.",
                source="The causes of each place.",
                empty="Both sides agree everywhere.",
            )
        ],
    )


# What matters ---------------------------------------------------------------------------------------------------


def material_section(view: MonthView) -> PageSection:
    """Every difference by its document, the largest first, and which of them matter."""
    found, currency = view.material, view.currency
    above, below = (opened(DIFFERENCES, {"material": word}) for word in (_ABOVE, _BELOW))
    figures = [
        _threshold(view),
        of.of_count("material", "Differences that matter", len(found.above), "documents", opens=above),
        of.of_money(
            "material_value",
            "What matters, net",
            sum((each.value for each in found.above if each.value is not None), Decimal(0)),
            currency,
            opens=above,
            sums="value",
        ),
        of.of_count(
            "of_unknown_value",
            "Of unknown value",
            len(found.unknown),
            "documents",
            note="Each may matter: they stand first." if found.unknown else "",
            tone=Tone.WARNING if found.unknown else Tone.PLAIN,
            opens=opened(DIFFERENCES, {"material": _UNKNOWN}),
        ),
    ]
    if found.threshold is not None:
        figures += [
            of.of_count("immaterial", "Below the threshold", len(found.below), "documents", opens=below),
            of.of_money("immaterial_net", "Below, net", found.below_net, currency, opens=below, sums="value"),
            of.of_money(
                "immaterial_gross",
                "Below, gross",
                found.below_gross,
                currency,
                sign="",
                note="Many small ones may matter together.",
                opens=below,
                tone=Tone.WARNING if found.below_gross >= found.threshold else Tone.PLAIN,
            ),
        ]
    return PageSection(
        name="materiality",
        title="What matters: every difference by its document",
        note=(
            "A difference is a document over all its places, or a place that nobody explains. The threshold is a "
            "share of what the books are worth, an amount, or the lesser of both."
        ),
        blocks=[PageFigures(figures=figures), _differences(view)],
    )


def _threshold(view: MonthView) -> PageFigure:
    """From which value on a difference matters; by default none is set."""
    if view.material.threshold is not None:
        return of.of_money("threshold", "Threshold", view.material.threshold, view.currency, sign="")
    return PageFigure(
        name="threshold",
        title="Threshold",
        value="No threshold set",
        kind=CellKind.TEXT,
        note="Every difference with a value is listed as one that matters. Set one with --materiality.",
    )


_ABOVE, _BELOW, _UNKNOWN = "matters", "below the threshold", "value not known"


def _differences(view: MonthView) -> PageTable:
    told: list[tuple[str, CloseDifference]] = [
        *((_UNKNOWN, each) for each in view.material.unknown),
        *((_ABOVE, each) for each in view.material.above),
        *((_BELOW, each) for each in view.material.below),
    ]
    by = ("class", "status", "document")
    return PageTable(
        name=DIFFERENCES,
        title="Differences, the largest first",
        columns=[
            of.text("class", "What moved"),
            of.text("status", "Where it stands"),
            of.code("document", "Document", opens=CAUSES, by=by),
            of.code("item", "SKU", story="sku"),
            of.location(),
            of.units("units", "Units"),
            of.units("gross", "Units, gross", sign="", is_added=False),
            of.money("value", "Value"),
            of.count("places", "Places"),
            of.text("material", "Matters"),
        ],
        rows=[
            (
                class_cell(each.moved),
                words_of(each.status),
                each.document,
                each.item,
                each.location,
                each.units,
                each.gross,
                each.value,
                each.places,
                material,
            )
            for material, each in told
        ],
        note="SKU and location are told where a document differs at one place only.",
        source="The causes of each place, added up by document.",
        empty="Both sides agree everywhere.",
        group_by=("material", "status", "class"),
    )


def unknown_text(found: MaterialityResult) -> Sequence[PageText]:
    """That some differences have no known value, where that is so."""
    if not found.unknown:
        return ()
    units = sum((each.gross for each in found.unknown), Decimal(0))
    told = (
        f"{words.counted(len(found.unknown), 'difference has', 'differences have')} no known value "
        f"({words.unit_count(units)}): {'it' if len(found.unknown) == 1 else 'each'} may be larger than any other."
    )
    return (PageText(paragraphs=[told], tone=Tone.WARNING),)
