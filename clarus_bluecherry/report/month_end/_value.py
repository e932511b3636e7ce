"""The top of the page: what nobody explains, the bridge of values, why both differ, and what matters of it.

Law of this module: every part adds up to its whole, and each opens the rows that it is made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from clarus_bluecherry.finance.close import BridgeStep, CloseDifference, MaterialityResult, ValueBridge
from clarus_bluecherry.report import words
from clarus_bluecherry.report.close import UNEXPLAINED, cause_name, line_words, words_of
from clarus_bluecherry.report.month_end import _columns as of
from clarus_bluecherry.report.month_end._columns import CAUSES, DIFFERENCES, ROLL_PARTS, opened
from clarus_bluecherry.report.month_end._view import NO_COST, MonthView, cause_code, class_cell
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


def difference_section(view: MonthView) -> PageSection:
    """What both sides differ by, and what of it nobody explains."""
    totals, where = view.totals, opened(CAUSES)
    value, beside, why_not = view.value, _costless(view), _why_not(view)
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
                        value,
                        view.currency,
                        note=beside,
                        why_not=why_not,
                        opens=where,
                        sums="value",
                    ),
                    of.of_money(
                        "difference_value_gross",
                        "Value of the difference, gross",
                        totals.gross_value if view.is_valued else None,
                        view.currency,
                        sign="",
                        note=f"{_GROSS} {beside}".rstrip(),
                        why_not=why_not,
                        opens=where,
                    ),
                    *_other_currencies(view),
                ]
            ),
        ],
    )


_GROSS = "Whichever way, place by place."


def _costless(view: MonthView) -> str:
    """Which units are in no value of the difference."""
    if not view.unvalued:
        return ""
    units, places = words.units(view.unvalued_units), words.counted(len(view.unvalued), "place")
    return f"{units} units at {places} have no value in the books' currency, and are not in it."


def _why_not(view: MonthView) -> str:
    return "" if view.is_valued else NO_COST


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
        why_not="" if is_known else NO_COST,
    )
    yield of.of_count(
        "unexplained_without_cost",
        "Unexplained, without cost",
        len(without),
        "places",
        note=NO_COST if without else "",
        opens=where,
    )


def _other_currencies(view: MonthView) -> Iterable[PageFigure]:
    for currency, value in view.totals.other_currencies.items():
        note = "Nobody tells a rate, so it is added to nothing."
        name, title = f"difference_value_{currency}", f"Also, in {currency}"
        yield of.of_money(name, title, value, currency, note=note, opens=opened(CAUSES), sums="value")


def _not_valued(step: BridgeStep | None) -> str:
    if step is None or not step.unvalued:
        return ""
    return f"{words.units(step.unvalued)} units more have no value in the books' currency."


# The bridge -----------------------------------------------------------------------------------------------------


def bridge_section(view: MonthView) -> PageSection:
    """From what the books have at cost to what the warehouse has at cost."""
    bridge, stock = view.bridge, view.totals.stock
    beside = (
        f"{words.counted(stock.unvalued_places, 'place')} with {words.units(stock.unvalued_units)} units have no "
        "value in the books' currency, and are not in the bridge."
        if stock.unvalued_places
        else "Every place with stock has a value."
    )
    beside = " ".join([beside, *_not_in_it(bridge)])
    return PageSection(
        name="bridge",
        title="From the value of the books to the value of the warehouse",
        note="Stock at what an each costs at the moment, in the books' currency.",
        blocks=[
            PageFigures(
                figures=[
                    of.of_money(
                        "book_value",
                        "Books at cost",
                        view.book_value,
                        view.currency,
                        sign="",
                        opens=_stock("books"),
                        why_not="" if view.book_value is not None else NO_COST,
                    ),
                    of.of_money(
                        "physical_value",
                        "Warehouse at cost",
                        view.physical_value,
                        view.currency,
                        sign="",
                        opens=_stock("warehouse"),
                        why_not="" if view.physical_value is not None else NO_COST,
                    ),
                    of.proven(
                        "bridge_adds_up",
                        "The bridge adds up",
                        holds=bridge.adds_up,
                        note=" ".join(
                            [
                                "Books, every class and status, unexplained: warehouse. To the last digit.",
                                *_not_in_it(bridge),
                            ]
                        ),
                    ),
                ]
            ),
            PageChart(
                of="bridge",
                kind=ChartKind.WATERFALL,
                label="step",
                value="value",
                total="is_total",
                says=" ".join(_bridge_says(view)),
            ),
            PageTable(
                name="bridge",
                title="The bridge",
                columns=[
                    of.text("step", "Step"),
                    of.money("value", "Value", is_added=False, opens=CAUSES, by=("class", "status")),
                    of.money("so_far", "So far", sign="", is_added=False),
                    of.units("unvalued", "Units without value", sign="", note=_UNVALUED),
                    of.yes_no("is_total", "A total", is_wide_only=True),
                    of.text("class", "Class", is_wide_only=True),
                    of.text("status", "Status", is_wide_only=True),
                ],
                rows=list(_bridged(view)),
                note=beside,
                source="The close's lines, at the cost of their location and day.",
                is_detail=True,
            ),
            PageFigures(parts_of="difference_at_cost", figures=list(_divided(view))),
        ],
    )


def _bridge_says(view: MonthView) -> Iterable[str]:
    """What the picture of the bridge shows, and what it does not."""
    biggest = next((each for each in view.bridge.steps if each.is_valued), None)
    step = (
        ""
        if biggest is None
        else f"; the largest step is {cause_name(biggest.moved, biggest.status)}, {view.money(biggest.value)}"
    )
    books, warehouse = view.money(view.book_value), view.money(view.physical_value)
    yield f"Books at cost: {books}; warehouse at cost: {warehouse}{step}."
    yield from _not_in_it(view.bridge)


def _divided(view: MonthView) -> Iterable[PageFigure]:
    """The difference in value, and what it is made of; of what has no cost nothing is known."""
    change, whole = view.totals.change, view.totals.value
    told = (
        ("difference_at_cost", "The difference in value", whole, _costless(view)),
        ("change_quantity", "Quantity", change.quantity, _QUANTITY),
        ("change_revaluation", "Revaluation", change.revaluation, "What their cost has changed since."),
        ("change_exchange", "Exchange", change.currency, "What their rate has changed since."),
        (
            "change_undivided",
            "Not divided",
            whole - change.quantity - change.revaluation - change.currency,
            "Of costs whose rate at the opening nobody tells.",
        ),
    )
    for name, title, value, note in told:
        is_whole = name == "difference_at_cost"
        yield of.of_money(
            name,
            title,
            value if view.is_valued else None,
            view.currency,
            note=note,
            opens=opened(CAUSES) if is_whole else None,
            sums="value" if is_whole else "",
            why_not=_why_not(view),
        )


_QUANTITY = "The units that differ, at what an each cost at the opening."
_UNVALUED = "Whichever way: they are in no value of the bridge."


def _not_in_it(bridge: ValueBridge) -> Iterable[str]:
    """Which units of its steps the bridge leaves out."""
    units = sum((each.unvalued for each in bridge.steps), Decimal(0))
    return (
        [f"{words.units(units)} units that differ have no value, and the bridge leaves them out."] if units else []
    )


def _bridged(view: MonthView) -> Iterable[Sequence[PageCell]]:
    nothing, so_far, is_known = Decimal(0), view.bridge.start, view.book_value is not None
    yield "Books at cost", view.book_value, view.book_value, nothing, True, "", ""
    for each in view.bridge.steps:
        so_far += each.value
        where = class_cell(each.moved), words_of(each.status)
        value = each.value if each.is_valued else None
        yield _step_words(each), value, so_far if is_known else None, each.unvalued, False, *where
    yield "Warehouse at cost", view.physical_value, view.physical_value, nothing, True, "", ""


def _step_words(step: BridgeStep) -> str:
    """A step as the picture names it: with the units that it has no value for."""
    name = cause_name(step.moved, step.status)
    return f"{name} ({words.units(step.unvalued)} units without a value)" if step.unvalued else name


def _stock(side: str) -> PageOpening:
    """What a side's stock at the moment is made of."""
    return opened(ROLL_PARTS, {"side": side, "line": line_words("closing")})


# Class by status ------------------------------------------------------------------------------------------------


def variance_section(view: MonthView) -> PageSection:
    """Every class × status, in units and in value."""
    by = ("class", "status")
    rows = [
        (
            words_of(each.status),
            class_cell(each.moved),
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
                    of.text("status", "Where it stands"),
                    of.text("class", "What moved", is_wide_only=True),
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
    matters = sum((each.value for each in found.above if each.value is not None), Decimal(0))
    is_known = bool(found.above or not found.unknown)
    figures = [
        _threshold(view),
        of.of_count("material", "Differences that matter", len(found.above), "documents", opens=above),
        of.of_money(
            "material_value",
            "What matters, net",
            matters if is_known else None,
            currency,
            opens=above,
            sums="value",
            why_not="" if is_known else NO_COST,
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
        is_lost = view.materiality.share is not None and view.book_value is None
        note = "A share of what the books are worth, which is not known: everything matters." if is_lost else ""
        return of.of_money("threshold", "Threshold", view.material.threshold, view.currency, sign="", note=note)
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
            of.text("status", "Where it stands"),
            of.text("class", "What moved", is_wide_only=True),
            of.code("document", "Document", opens=CAUSES, by=by),
            of.code("item", "SKU", story="sku", is_wide_only=True),
            of.location(),
            of.units("units", "Units"),
            of.units("gross", "Units, gross", sign="", is_added=False, is_wide_only=True),
            of.money("value", "Value"),
            of.count("places", "Places", is_wide_only=True),
            of.text("material", "Matters"),
        ],
        rows=[
            (
                words_of(each.status),
                class_cell(each.moved),
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
