"""What channels may sell, as programs read it: one JSON document of a versioned shape, rows for CSV, JSON lines.

Law of this module: figures are finance's, as they are; quantities are text, what is not known is null. A key is
never renamed under the same version; a new one may come.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.finance.availability import (
    FigureChange,
    PublishedFigure,
    SellableFigure,
    SellableStock,
    StockSum,
    SumTerm,
    WhyNot,
)
from clarus_bluecherry.report.closing import plain_number

AVAILABILITY_SCHEMA = "1.0"
"""The version of the shape: its first number changes when a reader would break."""

_ROW = ("channel", "item", "available", "preorder", "sellable", "why", "as_of")


def availability_json(stock: SellableStock, notes: Sequence[str] = ()) -> Mapping[str, object]:
    """The whole snapshot as the content of one JSON document."""
    return {
        "schema": AVAILABILITY_SCHEMA,
        "as_of": stock.as_of.isoformat(),
        "known_until": None if stock.known_until is None else stock.known_until.isoformat(),
        "figures": [_figure(each) for each in stock.figures],
        "notes": list(notes),
    }


def changes_json(changes: Iterable[FigureChange], as_of: dt.datetime) -> Mapping[str, object]:
    """What changed, as the content of one JSON document: what a webhook is told."""
    return {
        "schema": AVAILABILITY_SCHEMA,
        "as_of": as_of.isoformat(),
        "changes": [_change(each) for each in changes],
    }


def sum_json(told: StockSum) -> Mapping[str, object]:
    """How one figure came about."""
    return {
        "schema": AVAILABILITY_SCHEMA,
        **_figure(told.figure),
        "sum": [_term(each) for each in told.open_terms],
        "floor": [_term(each) for each in told.free_terms],
        "share": plain_number(told.share),
        "incoming": [_term(each) for each in told.incoming_terms],
    }


def figure_rows(stock: SellableStock) -> Iterator[Sequence[str]]:
    """A header and a row for each figure, with its age and by what its reading tells what it has."""
    yield (*_ROW, "tells", "age_seconds")
    for each in stock.figures:
        told = PublishedFigure(each.available, each.preorder, each.why)
        tells = "" if each.tells is None else each.tells.value
        age = "" if each.age is None else str(int(each.age.total_seconds()))
        yield (*_cells(each.channel, each.item, told, stock.as_of), tells, age)


def change_rows(changes: Iterable[FigureChange], as_of: dt.datetime) -> Iterator[Sequence[str]]:
    """A header and a row for each change, as it is now."""
    yield _ROW
    for each in changes:
        yield _cells(each.channel, each.item, each.now, as_of)


def change_lines(changes: Iterable[FigureChange], as_of: dt.datetime) -> Iterator[str]:
    """A JSON document on a line for each change."""
    for each in changes:
        yield json.dumps({"as_of": as_of.isoformat(), **_change(each)})


def published_in(document: object, record: str) -> dict[tuple[str, str], PublishedFigure]:
    """What a snapshot of ours told the channels. Raises `ConfigurationError` for another document."""
    try:
        figures = document["figures"]  # type: ignore[index]
        return {(each["channel"], each["item"]): _published(each) for each in figures}
    except (KeyError, TypeError, ValueError, ArithmeticError):
        what = "it is no snapshot of what may be sold"
        action = "Name an availability.json that `availability --out` wrote."
        raise ConfigurationError(what, record=record, action=action) from None


def _published(told: Mapping[str, str]) -> PublishedFigure:
    why = told["why"]
    return PublishedFigure(Decimal(told["available"]), Decimal(told["preorder"]), WhyNot(why) if why else None)


def _figure(each: SellableFigure) -> Mapping[str, object]:
    return {
        "channel": each.channel,
        "item": each.item,
        "available": plain_number(each.available),
        "preorder": plain_number(each.preorder),
        "why": None if each.why is None else each.why.value,
        "detail": each.detail or None,
        "books": _number(each.books),
        "open": _number(each.open),
        "free": _number(each.free),
        "buffer": plain_number(each.buffer),
        "tells": None if each.tells is None else each.tells.value,
        "age_seconds": None if each.age is None else int(each.age.total_seconds()),
    }


def _change(each: FigureChange) -> Mapping[str, object]:
    return {
        "channel": each.channel,
        "item": each.item,
        "available": plain_number(each.now.available),
        "preorder": plain_number(each.now.preorder),
        "why": None if each.now.why is None else each.now.why.value,
        "was": None if each.was is None else plain_number(each.was.available),
    }


def _term(each: SumTerm) -> Mapping[str, object]:
    return {"what": each.what, "document": each.document or None, "qty": plain_number(each.qty)}


def _number(number: Decimal | None) -> str | None:
    return None if number is None else plain_number(number)


def _cells(channel: str, item: str, told: PublishedFigure, as_of: dt.datetime) -> Sequence[str]:
    is_sellable = "yes" if told.why is None else "no"
    why = "" if told.why is None else told.why.value
    numbers = plain_number(told.available), plain_number(told.preorder)
    return channel, item, *numbers, is_sellable, why, as_of.isoformat()
