"""The close as programs read it, one JSON document of a documented, versioned shape; what people call its parts.

Law of this module: figures are finance's, as they are; quantities and amounts are text, what is not known is null.
A key is never renamed under the same version; a new one may come.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import cast

from clarus_bluecherry.finance.close import (
    CauseStatus,
    Close,
    CloseInput,
    CloseLine,
    CloseTotals,
    CogsDocument,
    CogsProof,
    CutOffLine,
    EntrySide,
    Known,
    LeftOut,
    Moment,
    Moved,
    Reading,
    ReceivedLine,
    RollForward,
    Trouble,
    UncreditedReturn,
)
from clarus_bluecherry.model import Money, Plain
from clarus_bluecherry.report import words
from clarus_bluecherry.report.closing import NOT_KNOWN, money_text, plain_number

CLOSE_SCHEMA = "1.0"
"""The version of the shape: its first number changes when a reader would break."""

CLOSE_COLUMNS = ("Item", "Location", "Because", "Document", "Units", "Value")
NUMBERS = ("Units", "Value")

Shown = Mapping[str, object]


def close_json(close: Close) -> Shown:
    """The close as the content of one JSON document."""
    return {
        **close_head(close.given, close.as_of, close.known),
        "lines": [_line(line) for line in close.lines],
        "totals": _totals(close.totals),
        "rollforward": {each.side.value: _roll(each) for each in close.roll_forward},
        "cogs": _cogs(close.cogs),
        "cut_off": [_cut_off(each) for each in close.cut_off],
        "gr_ir": [_received(each) for each in close.received],
        "returns_not_credited": [_uncredited(each) for each in close.uncredited],
        "out_of_scope": [_left_out(each) for each in close.left_out],
        "exceptions": [_trouble(each) for each in close.exceptions],
        "readings": [_reading(each) for each in close.readings],
    }


def close_head(given: CloseInput, as_of: Moment, known: Known) -> Shown:
    """What every document about a close begins with: its version, its moments, the zone and the period."""
    period = given.years.of(as_of.last_day)
    return {
        "schema": CLOSE_SCHEMA,
        "as_of": _moment(as_of),
        "known_until": _day(known.last_day or known.until),
        "zone": given.zone.key,
        "period": {
            "name": period.name,
            "first_day": period.first_day.isoformat(),
            "last_day": period.last_day.isoformat(),
            "state": given.state_at(period, known.until).value,
        },
        "currency": given.currency or None,
    }


def _moment(moment: Moment) -> str:
    """A day as that day, an instant with its offset."""
    return moment.last_day.isoformat() if moment.is_day else moment.instant.isoformat()


def _number(value: Decimal | None) -> str | None:
    return None if value is None else plain_number(value)


def _day(value: dt.date | dt.datetime | None) -> str | None:
    return None if value is None else value.isoformat()


def _line(line: CloseLine) -> Shown:
    return {
        "item": line.item,
        "location": line.location,
        "physical": _number(line.physical),
        "book": _number(line.book),
        "variance": _number(line.variance),
        "causes": [
            {
                "class": cause.moved.value,
                "status": cause.status.value,
                "document": cause.document,
                "units": _number(cause.units),
                "value": _number(cause.value),
            }
            for cause in line.causes
        ],
        "unexplained": _number(line.unexplained),
        "unexplained_value": _number(line.unexplained_value),
        "unit_cost": _number(line.unit_cost),
        "value": _number(line.value),
        "currency": line.currency or None,
    }


def _totals(totals: CloseTotals) -> Shown:
    return {
        "places": totals.places,
        "differing": totals.differing,
        "units": {"net": _number(totals.net), "gross": _number(totals.gross)},
        "value": {
            "currency": totals.currency or None,
            "net": _number(totals.value),
            "gross": _number(totals.gross_value),
            "quantity": _number(totals.change.quantity),
            "revaluation": _number(totals.change.revaluation),
            "exchange": _number(totals.change.currency),
            "other_currencies": {each: _number(value) for each, value in totals.other_currencies.items()},
        },
        "unexplained": {
            "units": _number(totals.unexplained),
            "gross": _number(totals.unexplained_gross),
            "places": totals.unexplained_places,
        },
        "stock": {
            "physical": {"units": _number(totals.stock.physical), "value": _number(totals.stock.physical_value)},
            "book": {"units": _number(totals.stock.book), "value": _number(totals.stock.book_value)},
            "without_value": {
                "places": totals.stock.unvalued_places,
                "units": _number(totals.stock.unvalued_units),
            },
        },
        "without_cost": {"places": totals.without_cost_places, "units": _number(totals.without_cost_units)},
        "causes": [
            {
                "class": each.moved.value,
                "status": each.status.value,
                "units": _number(each.units),
                "value": _number(each.value),
                "places": each.places,
                "documents": each.documents,
            }
            for each in totals.by_cause
        ],
    }


def _roll(roll: RollForward) -> Shown:
    return {
        "from": _moment(roll.opening),
        "to": _moment(roll.closing),
        "lines": [
            {"class": each.name, "units": _number(each.units), "value": _number(each.value)} for each in roll.lines
        ],
        "foots": roll.foots,
        "units_without_cost": _number(roll.without_cost),
    }


def _cogs(proof: CogsProof) -> Shown:
    return {
        "true": {"units": _number(proof.true_units), "value": _number(proof.true_value)},
        "booked": {"units": _number(proof.booked_units), "value": _number(proof.booked_value)},
        "not_in_it": [_cogs_document(each) for each in proof.not_in_it],
        "does_not_belong": [_cogs_document(each) for each in proof.does_not_belong],
        "holds": proof.holds,
        "units_without_cost": _number(proof.without_cost),
    }


def _cogs_document(each: CogsDocument) -> Shown:
    return {
        "document": each.document,
        "item": each.item,
        "location": each.location,
        "units": _number(each.units),
        "value": _number(each.value),
    }


def _cut_off(line: CutOffLine) -> Shown:
    return {
        "document": line.document,
        "item": line.item,
        "location": line.location,
        "class": line.moved.value,
        "units": _number(line.units),
        "side_of_the_moment": "before" if line.is_before else "after",
        "event": _day(line.occurred_at),
        "own": _day(line.own_date),
        "asked": _day(line.asked_date),
        "booked": _day(line.booked_date),
        "verdict": line.verdict.value,
    }


def _received(line: ReceivedLine) -> Shown:
    return {
        "document": line.document,
        "line": line.line,
        "item": line.item,
        "location": line.location,
        "ordered": _number(line.expected),
        "received": _number(line.received),
        "booked": _number(line.booked),
        "open": _number(line.open),
        "taken_back": _number(line.taken_back),
        "unit_cost": _number(line.unit_cost),
        "verdicts": list(line.verdicts),
    }


def _uncredited(line: UncreditedReturn) -> Shown:
    return {
        "document": line.document,
        "item": line.item,
        "location": line.location,
        "restocked": _number(line.restocked),
        "credited": _number(line.credited),
        "in_books": _number(line.in_books),
        "price": _number(line.price),
        "value": _number(line.value),
        "asset_understated": _number(line.understated),
    }


def _left_out(each: LeftOut) -> Shown:
    return {
        "what": each.what,
        "side": each.side.value,
        "location": each.location,
        "rows": each.rows,
        "units": _number(each.units),
    }


def _trouble(each: Trouble) -> Shown:
    return {
        "kind": each.kind,
        "what": each.what,
        "item": each.item or None,
        "location": each.location or None,
        "document": each.document or None,
        "units": _number(each.units),
        "value": _number(each.value),
    }


def _reading(reading: Reading) -> Shown:
    return {
        "side": reading.side.value,
        "kind": "opening" if reading.is_opening else "reading",
        "source": reading.source,
        "taken_at": _day(reading.taken_at),
        "as_of": _day(reading.as_of),
        "rows": reading.rows,
        "positions": len(reading.positions),
        "total": _number(reading.total),
        "digest": reading.digest,
        "parameters": dict(reading.parameters),
        "run": None
        if reading.run is None
        else {
            "number": reading.run.number,
            "first_taken": reading.run.first_taken.isoformat(),
            "last_taken": reading.run.last_taken.isoformat(),
        },
    }


_STATUS_WORDS: Mapping[CauseStatus, str] = {
    CauseStatus.SHIPPED_NOT_INVOICED: "shipped, not invoiced",
    CauseStatus.ACCEPTED: "accepted, not booked yet",
    CauseStatus.RETRYING: "being sent again",
    CauseStatus.REJECTED: "refused by Blue Cherry",
    CauseStatus.PARKED: "waiting for a person",
    CauseStatus.IN_DOUBT: "sent, and not known whether it was taken",
    CauseStatus.CANCELLED: "cancelled, and not settled",
    CauseStatus.NOT_TOLD: "Blue Cherry not told",
    CauseStatus.POSTED_NOT_FOUND: "said to be posted, not found in the books",
    CauseStatus.OTHER_PERIOD: "booked in another period",
    CauseStatus.OTHER_DAY: "booked on another day",
    CauseStatus.POSTED_TWICE: "booked twice",
    CauseStatus.EDITED_ORDER: "order edited after its release",
    CauseStatus.UNDONE_DISPATCH: "dispatch undone",
    CauseStatus.RESTOCKED: "restocked, not in the books",
    CauseStatus.PACK_OPENED: "pack opened or made",
    CauseStatus.HELD: "on hold",
    CauseStatus.UNMAPPED: "code that is no SKU",
    CauseStatus.CONFLICTING: "code that may be two SKUs",
    CauseStatus.UNIT: "counted in another unit",
    CauseStatus.QUANTITY: "another quantity, and nobody says why",
    CauseStatus.ANOTHER_SKU: "booked as another SKU",
}
_LINE_WORDS: Mapping[str, str] = {
    Moved.OPENING: "opening stock",
    Moved.REOWNED: "moved between accounts",
    Moved.CONVERTED: "packs opened or made",
    Moved.REVALUED: "revaluation",
    "currency": "exchange",
    "closing": "closing stock",
}
UNEXPLAINED = "unexplained"
"""What no document tells of: no cause, and therefore none of `CauseStatus`."""


def words_of(status: CauseStatus | None) -> str:
    """A status as people say it; none is what nobody explains.

    >>> words_of(CauseStatus.PARKED), words_of(CauseStatus.IN_TRANSIT)
    ('waiting for a person', 'in transit')
    """
    return UNEXPLAINED if status is None else _STATUS_WORDS.get(status, status.value.replace("_", " "))


def line_words(name: str) -> str:
    """A class of movement, or a line of the roll-forward, as people say it.

    >>> line_words("dispatched"), line_words(Moved.REVALUED)
    ('dispatched', 'revaluation')
    """
    return _LINE_WORDS.get(name, str(name).replace("_", " "))


def cause_name(moved: Moved | None, status: CauseStatus | None) -> str:
    """A class × status in one text, as people say it."""
    return words_of(status) if moved is None else f"{words_of(status)} ({line_words(moved)})"


def cause_told(cause: Plain) -> str:
    """The same of a cause in the document of a close."""
    return cause_name(Moved(str(cause["class"])), CauseStatus(str(cause["status"])))


def side_words(side: EntrySide) -> str:
    """Whose an entry is, as people say it."""
    return "warehouse" if side is EntrySide.PHYSICAL else "books"


# As a table of the screen -------------------------------------------------------------------------------------


def close_title(close: Plain) -> str:
    """As of when, and by what was known until when."""
    until = close["known_until"]
    return f"The close as of {close['as_of']}, by " + (
        "all that is known" if until is None else f"what was known {until}"
    )


def close_table(close: Plain) -> Iterator[Sequence[str]]:
    """Each cause of each place of a close, and what is unexplained, under `CLOSE_COLUMNS`."""
    lines = cast("Sequence[Plain]", close["lines"])
    said = words.items(str(line["item"]) for line in lines)
    for line in lines:
        place, currency = (said[str(line["item"])], str(line["location"])), line["currency"]
        for cause in cast("Sequence[Plain]", line["causes"]):
            figures = _units_text(cause["units"]), _amount_text(cause["value"], currency)
            yield (*place, cause_told(cause), str(cause["document"]), *figures)
        if line["unexplained"] != "0":
            figures = _units_text(line["unexplained"]), _amount_text(line["unexplained_value"], currency)
            yield (*place, UNEXPLAINED, "", *figures)


def _units_text(value: object) -> str:
    return f"{Decimal(str(value)):,f}"


def _amount_text(value: object, currency: object) -> str:
    if value is None:
        return NOT_KNOWN
    amount = Decimal(str(value))
    return money_text(Money(amount, str(currency)) if currency else amount)
