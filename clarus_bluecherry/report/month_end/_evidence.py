"""What proves the page: what was read, what was said of periods, and the commands that say it again.

Law of this module: no name of a person. Who closed a period stands in the books, and `period` tells it.
"""

from __future__ import annotations

import datetime as dt
import itertools
import shlex
from collections.abc import Iterator, Sequence

from clarus_bluecherry.finance.close import Moment, Reading
from clarus_bluecherry.report.close import side_words
from clarus_bluecherry.report.closing import plain_number
from clarus_bluecherry.report.month_end import _columns as of
from clarus_bluecherry.report.month_end._view import MonthView
from clarus_bluecherry.report.pages import PageCell, PageCode, PageSection, PageTable, PageText


def evidence_section(view: MonthView) -> PageSection:
    """Readings, period events and commands."""
    return PageSection(
        name="evidence",
        title="Evidence",
        blocks=[
            PageTable(
                name="readings",
                title="What was read",
                columns=[
                    of.text("side", "Side"),
                    of.text("kind", "Kind"),
                    of.code("source", "Source"),
                    of.instant("taken", "Taken"),
                    of.day("as_of", "As of"),
                    of.count("rows", "Rows"),
                    of.units("total", "Control total", sign="", is_added=False),
                    of.code("digest", "Digest (SHA-256)", is_wide_only=True),
                    of.text("parameters", "Asked with", is_wide_only=True),
                    of.code("run", "Run", is_wide_only=True),
                ],
                rows=[_reading(each) for each in view.close.readings],
                note='"sha256sum" of a file gives its digest.',
                empty="No reading of stock.",
            ),
            PageTable(
                name="period_events",
                title="What was said of the periods",
                columns=[
                    of.text("period", "Period"),
                    of.text("state", "State"),
                    of.instant("at", "Since"),
                    of.text("section", "Section"),
                    of.yes_no("is_opened_again", "Opened again"),
                ],
                rows=list(_events(view)),
                note=f"As it was known. The period of this close is {view.close.period.name}.",
                source="The periods of the books.",
                empty="Nobody spoke of a period: every one is open.",
            ),
            PageText(paragraphs=["The same question has the same answer whenever it is asked:"]),
            PageCode(text="\n".join(_commands(view)), language="sh"),
        ],
    )


def _reading(each: Reading) -> Sequence[PageCell]:
    return (
        side_words(each.side),
        "opening" if each.is_opening else "reading",
        each.source,
        of.or_none(each.taken_at),
        of.or_none(each.as_of),
        each.rows,
        each.total,
        each.digest,
        ", ".join(f"{name}={value}" for name, value in each.parameters.items()),
        "" if each.run is None else each.run.number,
    )


def _events(view: MonthView) -> Iterator[Sequence[PageCell]]:
    said = [each for each in view.close.given.history.events if view.close.known.has(each.at)]
    again = set(map(id, view.close.given.history.reopened()))
    for each in said:
        since = each.at if each.at.year > dt.MINYEAR else "always"
        yield each.period.name, each.state.value, since, each.section, id(each) in again


def _commands(view: MonthView) -> Iterator[str]:
    asked = _asked(view)
    yield f"clarus-bluecherry close {asked}{_materiality(view)} --out month-end"
    yield f"clarus-bluecherry position --differing {asked}"
    yield f"clarus-bluecherry rollforward {asked}"
    steps = (each for each in view.bridge.steps if each.status is not None)
    for each in itertools.islice(steps, 1):
        yield f"clarus-bluecherry explain {asked} --status {each.status}"


def _asked(view: MonthView) -> str:
    close = view.close
    until = close.known.last_day or close.known.until
    known = f" --known-until {until.isoformat()}" if until is not None else ""
    return f"{view.source} --as-of {shlex.quote(_moment(close.as_of))}{known}"


def _moment(moment: Moment) -> str:
    return (moment.last_day if moment.is_day else moment.instant).isoformat()


def _materiality(view: MonthView) -> str:
    told = view.materiality
    words = [plain_number(told.amount)] if told.amount is not None else []
    words += [f"{plain_number(told.share * 100)}%"] if told.share is not None else []
    return "".join(f" --materiality {word}" for word in words)
