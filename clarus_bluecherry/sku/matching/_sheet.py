"""The crosswalk as a sheet that a person reviews, corrects and gives back.

Law of this module: what a person wrote comes back as it was, or is refused; a spreadsheet that ate a zero or made
a date of a size is noticed, and nothing on the sheet runs as a formula. Lines by rule are information: the next
build makes them anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from clarus_bluecherry.errors import ClarusBluecherryError, InvalidRecord
from clarus_bluecherry.model import Sku
from clarus_bluecherry.model._values import SKU_PARTS
from clarus_bluecherry.sku.matching._decision import Decision, Pair
from clarus_bluecherry.sku.matching._outcome import Ambiguous, Match, Matched, Origin, Unknown
from clarus_bluecherry.sku.matching._warehouse import WarehouseProduct
from clarus_bluecherry.tables import (
    Source,
    code_of,
    csv_texts,
    escaped,
    read_whole,
    unescaped,
)

COLUMNS = (
    *("clarus_code", "clarus_id", *SKU_PARTS, "clarus_barcode", "bluecherry_barcodes"),
    *("origin", "rules", "since", "note", "check"),
)
"""`bluecherry_barcodes` are the SKU's valid ones, as 14 digits. `check` repeats the code, and its SKU if it has
one, in a form that no spreadsheet takes for a number or a date."""

_NEEDED = ("clarus_code", *SKU_PARTS, "origin")
_SEPARATOR = "; "


def sheet_of(
    pairs: Iterable[Pair],
    outcomes: Iterable[Match],
    products: Callable[[str], Sequence[WarehouseProduct]],
    gtins: Callable[[Sku], Sequence[str]],
) -> str:
    """Every pair, and every listed code without one, by code.

    To decide, a person fills in the parts of the SKU and writes `person` as the origin; who corrects a SKU that is
    there clears `check` as well. `products` finds those of a code, `gtins` the barcodes of a SKU.
    """
    return "".join(csv_texts(_sheet_lines(pairs, outcomes, products, gtins), name="crosswalk sheet"))


def _sheet_lines(
    pairs: Iterable[Pair],
    outcomes: Iterable[Match],
    products: Callable[[str], Sequence[WarehouseProduct]],
    gtins: Callable[[Sku], Sequence[str]],
) -> Iterator[Sequence[str]]:
    yield COLUMNS
    paired = {pair.code: pair for pair in pairs}
    for outcome in outcomes:
        listed = products(outcome.code)
        product = listed[0] if listed else None
        if isinstance(outcome, Matched):
            pair = paired[outcome.code]
            found, barcodes, rules = pair.origin.value, gtins(pair.sku), pair.rules
            yield sheet_line(pair.code, pair.sku, product, barcodes, found, rules, pair.since, pair.note)
        else:
            yield sheet_line(outcome.code, None, product, rules=_proposal(outcome))


def sheet_line(
    code: str,
    sku: Sku | None,
    product: WarehouseProduct | None = None,
    barcodes: Iterable[str] = (),
    origin: str = "",
    rules: Iterable[str] = (),
    since: dt.datetime | None = None,
    note: str = "",
) -> list[str]:
    """The cells under `COLUMNS` of a code that is `sku`, or that is open."""
    cells = (
        *(code, product.id if product else ""),
        *(getattr(sku, part) if sku else "" for part in SKU_PARTS),
        *(product.barcode if product else "", _SEPARATOR.join(barcodes)),
        *(origin, _SEPARATOR.join(rules), since.isoformat() if since else "", note, _check(code, sku)),
    )
    return list(map(escaped, cells))


def _proposal(outcome: Ambiguous | Unknown) -> Iterable[str]:
    if isinstance(outcome, Ambiguous):
        return [f"ambiguous: {outcome.reason}", *map(str, outcome.candidates)]
    return ["unknown", *map(str, outcome.nearest)]


def _check(code: str, sku: Sku | None) -> str:
    return f"{code} is {sku.key}" if sku else f"{code} is not decided"


# The way back ------------------------------------------------------------------------------------------------


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """The lines whose origin is `person`, as decisions for the next `Crosswalk.build`.

    The sheet at `path` is CSV of any delimiter and encoding, or a workbook. Raises `InvalidRecord`, naming the
    file and the line, when it is no such sheet or not there, a line or a further sheet cannot be obeyed (half of
    what people decided is not what they decided), a SKU was filled in without an origin, or `check` no longer
    agrees.
    """
    return _decisions_in(path, path.name)


def decisions_from_csv(text: str) -> tuple[Decision, ...]:
    """The decisions in the text of a sheet; see `read_decisions`."""
    return _decisions_in(text.encode(), "crosswalk sheet")


def _decisions_in(source: Source, name: str) -> tuple[Decision, ...]:
    lines = read_whole(source, COLUMNS, _NEEDED, name=name, give=_GIVE_THE_SHEET, mend=_MEND)
    return tuple(_decisions(lines))


_GIVE_THE_SHEET = "Give the crosswalk sheet that the audit wrote, with its header."


def _decisions(lines: Iterable[tuple[str, Mapping[str, str]]]) -> Iterator[Decision]:
    for record, row in lines:
        origin = row["origin"].strip().lower()
        if not origin and row["style"].strip():
            raise InvalidRecord(
                "a SKU is filled in, but not by whom: write person", record=record, field="origin", action=_MEND
            )
        if origin == Origin.PERSON:
            yield _decision({name: unescaped(row.get(name, "")) for name in COLUMNS}, record)


_MEND = "Correct the line in the sheet and give it again."


def _decision(row: Mapping[str, str], record: str) -> Decision:
    try:
        code = code_of(row["clarus_code"])
        sku = Sku(**{part: code_of(row[part]) for part in SKU_PARTS})
        since = dt.datetime.fromisoformat(row["since"]) if row["since"] else None
        decision = Decision(code=code, sku=sku, since=since, note=row["note"])
    except ClarusBluecherryError as error:
        raise InvalidRecord(error.what, record=record, field=error.field, action=_MEND) from error
    except ValueError as error:
        what = f"{row['since']!r} is not an ISO 8601 instant"
        raise InvalidRecord(what, record=record, field="since", action=_MEND) from error
    check = row["check"]
    if check not in ("", _check(decision.code, sku), _check(decision.code, None)):
        what = f"the line says {_check(decision.code, sku)!r}, its check says {check!r}"
        raise InvalidRecord(
            f"{what}; if the change is meant, clear the check", record=record, field="check", action=_MEND
        )
    return decision
