"""The month-end page, put together: its verdict, what to do first, and its sections from top to bottom.

Law of this module: pure. The verdict says by how much both sides differ, what of it nobody explains, and what to
do first; it is good only where nothing is.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from clarus_bluecherry.finance.close import Close, Materiality
from clarus_bluecherry.report import words
from clarus_bluecherry.report.close import side_words
from clarus_bluecherry.report.month_end._details import details_section
from clarus_bluecherry.report.month_end._evidence import evidence_section
from clarus_bluecherry.report.month_end._lists import (
    ageing_section,
    left_out_section,
    received_section,
    returns_section,
)
from clarus_bluecherry.report.month_end._proofs import (
    accuracy_section,
    cogs_section,
    cut_off_section,
    roll_section,
)
from clarus_bluecherry.report.month_end._value import (
    bridge_section,
    difference_section,
    material_section,
    unknown_text,
    variance_section,
)
from clarus_bluecherry.report.month_end._view import MonthView
from clarus_bluecherry.report.pages import PageHead, PageSection, PageSteps, ReportPage, Tone
from clarus_bluecherry.report.steps import EXCEPTIONS, first_said, steps_of

NAME = "month-end"
"""What the page's files are called."""
_NO_THRESHOLD = Materiality()


def month_end_page(
    close: Close, *, materiality: Materiality = _NO_THRESHOLD, source: str = "--from exports"
) -> ReportPage:
    """The page that finance closes a period with, of a close.

    `materiality` is from which value on a difference matters; by default no threshold is set. `source` is how the
    commands on the page are told where the close came from. Quantities are eaches, plus is what the warehouse has
    more; values are in the books' currency; instants in the books' zone.

    It works the close out a second time, down to its entries. Nothing is asked of any system.
    """
    view = MonthView(close, materiality, source)
    return ReportPage(
        name=NAME,
        title=f"Month end {close.period.name}",
        verdict=_verdict(view),
        tone=_tone(view),
        head=_head(view),
        sections=[
            PageSection(
                name="first",
                title="What to do first",
                blocks=[_steps(view), *unknown_text(view.material)],
            ),
            difference_section(view),
            bridge_section(view),
            variance_section(view),
            material_section(view),
            roll_section(view),
            cogs_section(view),
            cut_off_section(view),
            ageing_section(view),
            received_section(view),
            returns_section(view),
            accuracy_section(view),
            left_out_section(view),
            evidence_section(view),
            details_section(view),
        ],
    )


def _head(view: MonthView) -> PageHead:
    close = view.close
    moment = close.as_of
    period = close.period
    state = close.given.state_at(period, close.known.until)
    return PageHead(
        as_of=moment.last_day if moment.is_day else moment.instant,
        zone=close.given.zone,
        known_until=close.known.last_day or close.known.until,
        currency=view.currency,
        facts={
            "Period": f"{period.name} ({period.first_day} to {period.last_day}), {state.value}",
            "Sources": ", ".join(dict.fromkeys(each.source for each in close.readings if each.source)) or "none",
        },
    )


def month_steps(close: Close) -> PageSteps:
    """What to do first about a close, the largest impact first: what its page begins with."""
    return _steps(MonthView(close, _NO_THRESHOLD, ""))


def month_verdict(close: Close) -> str:
    """The verdict of a close: by how much both sides differ, what nobody explains, what to do first."""
    return _verdict(MonthView(close, _NO_THRESHOLD, ""))


def _steps(view: MonthView) -> PageSteps:
    return steps_of(view.exceptions, None, view.close.as_of.instant, currency=view.currency, opens=EXCEPTIONS)


def _verdict(view: MonthView) -> str:
    return " ".join(filter(None, _sentences(view, _steps(view))))


def _sentences(view: MonthView, steps: PageSteps) -> Iterator[str]:
    totals, close = view.totals, view.close
    places = words.counted(totals.places, "place")
    if not totals.differing:
        yield f"The warehouse and the books agree at every place ({places})."
    else:
        yield (
            f"{totals.differing:,} of {places} {'differs' if totals.differing == 1 else 'differ'}: "
            f"{_more(totals.net)} ({words.units(totals.gross)} gross), {_in_value(view)}."
        )
    if totals.unexplained_places:
        where = words.counted(totals.unexplained_places, "place")
        yield f"No document explains {words.unit_count(totals.unexplained_gross)} at {where}."
    elif totals.differing:
        yield "Every unit of it is explained by a document."
    yield from _wrong(view)
    if close.given.problems:
        told = words.counted(len(close.given.problems), "row")
        yield f"{told} could not be read, so the figures are incomplete."
    yield first_said(steps)


def _in_value(view: MonthView) -> str:
    """What the difference is worth, and for how many units nobody knows."""
    totals = view.totals
    if not view.is_valued:
        return "its value is not known"
    without = f", without {words.units(view.unvalued_units)} units of no known value"
    worth = f"{view.money(totals.value)} ({view.money(totals.gross_value)} gross)"
    return f"{worth}{without if view.unvalued else ''}"


def _more(net: Decimal) -> str:
    """What the warehouse has more, or less, than the books."""
    if not net:
        return "no units net"
    return f"the warehouse has {words.units(abs(net))} units {'more' if net > 0 else 'less'} than the books"


def _wrong(view: MonthView) -> Iterator[str]:
    close = view.close
    for each in close.roll_forward:
        if not each.foots:
            yield f"The roll-forward of the {side_words(each.side)} does not foot."
    if not close.cogs.holds:
        yield "The proof of the cost of goods sold does not hold."


def _tone(view: MonthView) -> Tone:
    close = view.close
    if close.unexplained or close.given.problems or any(_wrong(view)):
        return Tone.BAD
    return Tone.WARNING if view.totals.differing or view.exceptions else Tone.GOOD
