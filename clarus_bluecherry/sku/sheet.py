"""The crosswalk as a sheet that a person reviews, corrects and gives back.

Law of this module: what a person wrote comes back as it was, or is refused; a spreadsheet that ate a zero or made
a date of a size is noticed. Lines by rule are information: the next build makes them anew.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Mapping

from clarus_bluecherry.errors import ClarusBluecherryError, InvalidRecord
from clarus_bluecherry.model import Sku
from clarus_bluecherry.model.values import SKU_PARTS
from clarus_bluecherry.sku.decision import Decision, Pair
from clarus_bluecherry.sku.outcome import Ambiguous, Match, Matched, Origin, Unknown

COLUMNS = ("clarus_code", *SKU_PARTS, "barcode", "origin", "rules", "since", "note", "check")
"""`check` repeats code and SKU in a form that no spreadsheet takes for a number or a date."""

_NEEDED = frozenset(COLUMNS) - {"barcode", "rules", "since", "note", "check"}
_RULE_SEPARATOR = "; "


def sheet_of(pairs: Iterable[Pair], outcomes: Iterable[Match]) -> str:
    """Every pair, and every listed code without one, by code.

    To decide, a person fills in or corrects the parts of the SKU, writes `person` as the origin and clears
    `check`.
    """
    sheet = io.StringIO(newline="")
    writer = csv.DictWriter(sheet, COLUMNS)
    writer.writeheader()
    paired = {pair.code: pair for pair in pairs}
    for outcome in outcomes:
        writer.writerow(_row(paired[outcome.code]) if isinstance(outcome, Matched) else _open_row(outcome))
    return sheet.getvalue()


def decisions_from_csv(text: str) -> tuple[Decision, ...]:
    """The lines whose origin is `person`, as decisions for the next `Crosswalk.build`.

    Commas, semicolons and tabs are understood as a spreadsheet writes them. Raises `InvalidRecord` naming the
    line when a column is missing, a SKU was filled in without an origin, or `check` no longer agrees.
    """
    text = text.removeprefix("\ufeff")
    head = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), restval="")
    missing = _NEEDED.difference(reader.fieldnames or ())
    if missing:
        raise InvalidRecord(f"the columns {', '.join(sorted(missing))} are missing", record="crosswalk sheet")
    return tuple(_decisions(reader))


def _row(pair: Pair) -> dict[str, str]:
    return {
        "clarus_code": pair.code,
        **{part: getattr(pair.sku, part) for part in SKU_PARTS},
        "barcode": pair.product.barcode if pair.product else "",
        "origin": pair.origin,
        "rules": _RULE_SEPARATOR.join(pair.rules),
        "since": pair.since.isoformat() if pair.since else "",
        "note": pair.note,
        "check": _check(pair.code, pair.sku),
    }


def _open_row(outcome: Ambiguous | Unknown) -> dict[str, str]:
    if isinstance(outcome, Ambiguous):
        reason, candidates = f"ambiguous: {outcome.reason}", outcome.candidates
    else:
        reason, candidates = "unknown", outcome.nearest
    return {"clarus_code": outcome.code, "rules": _RULE_SEPARATOR.join([reason, *map(str, candidates)])}


def _check(code: str, sku: Sku) -> str:
    return f"{code} is {sku.key}"


def _decisions(rows: Iterable[Mapping[str, str]]) -> Iterable[Decision]:
    for number, row in enumerate(rows, start=2):
        record = f"crosswalk sheet line {number}"
        origin = row["origin"].strip().lower()
        if not origin and row["style"].strip():
            raise InvalidRecord("a SKU is filled in, but not by whom: write person", record=record, field="origin")
        if origin == Origin.PERSON:
            yield _decision(row, record)


def _decision(row: Mapping[str, str], record: str) -> Decision:
    try:
        sku = Sku(**{part: row[part] for part in SKU_PARTS})
        since = dt.datetime.fromisoformat(row["since"]) if row.get("since") else None
        decision = Decision(code=row["clarus_code"], sku=sku, since=since, note=row.get("note", ""))
    except ClarusBluecherryError as error:
        raise InvalidRecord(error.what, record=record, field=error.field) from error
    except ValueError as error:
        raise InvalidRecord(
            f"{row['since']!r} is not an ISO 8601 instant", record=record, field="since"
        ) from error
    check = row.get("check", "")
    if check and check != _check(decision.code, sku):
        what = f"the line says {_check(decision.code, sku)!r}, its check says {check!r}"
        raise InvalidRecord(f"{what}; if the change is meant, clear the check", record=record, field="check")
    return decision
