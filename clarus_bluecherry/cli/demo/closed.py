"""The close of the demo's month, held against what both systems did: dates, documents, units and pennies.

Law of this module: a close is right when it says everything that is true and nothing else. What is compared comes
from `truth`, which asks nothing of the library.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from attrs import frozen

from clarus_bluecherry.cli.demo.truth import Due, MonthTruth
from clarus_bluecherry.finance.close import Close, close_books, known
from clarus_bluecherry.flows.close_files import read_folder
from clarus_bluecherry.model import Money
from clarus_bluecherry.report import Check, money_text, plain_number

_SHOWN = 4
_LATE = "booked_into_a_closed_period"
_USUAL = frozenset({"missing_source", "unread_file", "unread_columns", "negative_on_hand", "cost_missing", _LATE})
"""Exceptions that such a month has: what no close needs, what is sold before it is booked in, a product that is no
SKU.
"""
NONE = Decimal(0)


@frozen
class NamedCause:
    """A cause as a close names it; what is unexplained has no class and no document."""

    item: str
    location: str
    document: str
    units: Decimal
    value: Decimal | None
    moved: str
    status: str

    def __str__(self) -> str:
        where = " ".join(filter(None, (self.document, self.item, self.location)))
        return f"{where}: {plain_number(self.units)} {self.status}"


def closes_of(folder: Path, truths: Sequence[MonthTruth]) -> list[Close]:
    """Close the exports in `folder` as of each truth's moment, by what was known until its other one."""
    read = read_folder(folder, as_of=truths[0].as_of.isoformat())
    zone, years = read.given.zone, read.given.years
    untils = ("" if one.known_until is None else one.known_until.isoformat() for one in truths)
    return [close_books(read.given, read.as_of, known(until, zone, years)) for until in untils]


def close_checks(close: Close, truth: MonthTruth) -> tuple[Check, ...]:
    """Everything that must hold of a close of the month."""
    by = "all that is known now" if truth.known_until is None else f"what was known on {truth.known_until}"
    said = list(said_by(close))
    missing = [one for one in truth.planted if not any(_is(each, one) for each in said)]
    lost, extra = _apart(said, truth.causes)
    strays = [each for each in said if each.status == "unexplained" and _place(each) not in _unexplained(truth)]
    return tuple(
        Check(f"{name}, by {by}", not wrong, "; ".join(wrong[:_SHOWN]) or detail)
        for name, wrong, detail in (
            (
                "every planted disagreement is named, with its document, units and value",
                [f"{one.document or one.item} {plain_number(one.units)}" for one in missing],
                f"{len(truth.planted)} planted",
            ),
            (
                "what the close names is what both systems did, and nothing else",
                [*(f"not named: {one}" for one in lost), *(f"named: {each}" for each in extra)],
                f"{len(said)} causes at {len(close.lines)} places",
            ),
            ("nothing but what was lost is unexplained", list(map(str, strays)), "1 place"),
            ("roll-forwards foot, and costs changed what they changed", list(_rolled(close, truth)), ""),
            ("COGS is proven, and is both systems' own", list(_cogs(close, truth)), _cogs_told(close)),
            ("returns without a credit memo are those that have none", list(_uncredited(close, truth)), ""),
            ("everything was read, and what was entered after the close is listed", list(_rest(close, truth)), ""),
        )
    )


def said_by(close: Close) -> Iterator[NamedCause]:
    """Every cause, and what is unexplained."""
    for line in close.lines:
        place = line.item, line.location
        for each in line.causes:
            yield NamedCause(*place, each.document, each.units, each.value, each.moved.value, each.status.value)
        if line.unexplained:
            yield NamedCause(*place, "", line.unexplained, line.unexplained_value, "", "unexplained")


def _place(one: NamedCause | Due) -> tuple[str, str]:
    return one.item, one.location


def _figures(one: NamedCause | Due) -> tuple[str, str, str, Decimal, Decimal | None]:
    return one.item, one.location, one.document, one.units, one.value


def _is(said: NamedCause, due: Due) -> bool:
    words = said.moved in due.moved and said.status in due.statuses
    return words and _figures(said) == _figures(due)


def _apart(said: Sequence[NamedCause], due: Sequence[Due]) -> tuple[list[str], list[NamedCause]]:
    """What should be named and is not, and what is named and should not be; each counts once."""
    left = list(said)
    lost = []
    for one in due:
        found = next((each for each in left if _is(each, one)), None)
        if found is None:
            words = " or ".join(sorted(one.statuses))
            lost.append(f"{one.document} {one.item} {one.location}: {plain_number(one.units)} {words}")
        else:
            left.remove(found)
    return lost, left


def _unexplained(truth: MonthTruth) -> set[tuple[str, str]]:
    return {_place(one) for one in truth.causes if "unexplained" in one.statuses}


def _rolled(close: Close, truth: MonthTruth) -> Iterator[str]:
    yield from (f"the {roll.side} side does not foot" for roll in close.roll_forward if not roll.foots)
    (book,) = (roll for roll in close.roll_forward if roll.side.value == "book")
    revalued = sum((line.value for line in book.lines if line.name == "revalued"), NONE)
    if revalued != truth.revalued:
        yield f"costs changed the books by {plain_number(truth.revalued)}, the close says {plain_number(revalued)}"


def _cogs(close: Close, truth: MonthTruth) -> Iterator[str]:
    proof = close.cogs
    if not proof.holds:
        yield "the lists are not the difference"
    told = (proof.true_units, proof.true_value), (proof.booked_units, proof.booked_value)
    for name, ours, theirs in zip(("true", "booked"), told, (truth.true_cogs, truth.booked_cogs), strict=True):
        if ours != theirs:
            yield f"{name} COGS is {plain_number(theirs[1])}, the close says {plain_number(ours[1])}"


def _cogs_told(close: Close) -> str:
    currency = close.given.currency
    true, booked = (Money(each, currency) for each in (close.cogs.true_value, close.cogs.booked_value))
    return f"true {money_text(true)}, booked {money_text(booked)}"


def _uncredited(close: Close, truth: MonthTruth) -> Iterator[str]:
    told = Counter((each.document, each.item, each.location) for each in close.uncredited)
    due = Counter(truth.uncredited)
    yield from (" ".join(each) for each in sorted({*(told - due), *(due - told)}))


def _rest(close: Close, truth: MonthTruth) -> Iterator[str]:
    late = Counter((each.item, each.document) for each in close.exceptions if each.kind == _LATE)
    due = Counter(truth.too_late)
    yield from (f"{_LATE}: {' '.join(each)}" for each in sorted({*(late - due), *(due - late)}))
    for each in close.exceptions:
        if each.kind not in _USUAL:
            yield f"{each.kind}: {each.what}"
