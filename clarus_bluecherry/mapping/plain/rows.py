"""Blue Cherry's rows as wire records, and what is refused before that.

Law of this module: no column is lost in silence. A known one under another spelling is told; a number, a quantity,
a part of a SKU or of an address that is missing is refused by its own name, because absent is neither zero nor
empty. What is null is absent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar, cast

from clarus_bluecherry.bluecherry import messages, rest_rows
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.mapping.plain.agreed import ADDRESS_PARTS, StepSettings
from clarus_bluecherry.mapping.plain.given import a_dict, explained, is_blank, named
from clarus_bluecherry.mapping.plain.spelling import ACTION, Row, refuse_misspelt

if TYPE_CHECKING:
    from clarus_bluecherry.bluecherry.rest_names import Envelopes

T = TypeVar("T")
Parse = Callable[[rest_rows.Columns, "Envelopes"], tuple[T, ...]]

_KEY = ("style", "color_code", "size_desc")
"""What a row must have to name a SKU; label and dimension may be left out. An empty one may be null."""

_PICK_ADDRESS = {"addr_type", *ADDRESS_PARTS}
_PRODUCTION_ADDRESS = {"addr_type", "name"}
_VENDORS_OWN = frozenset(
    {
        "fkey",
        "department",
        "division",
        "ord_type",
        "stage_num",
        "prod_type",
        "terms_ship",
        "eod_actual_frgt",
        "org_color",
        "lot",
        "total_qty",
        "total_cost",
        "pick_num",
        "vas_serial_no",
        "gar_wgt",
        "third_party_item",
        "style_desc",
    }
)
"""Columns that the vendor has and no step needs."""
_LINE_OF_AN_ADDRESS = re.compile(r"addr(?:ess)?[ _]?(?:line)?[ _]?\d+", re.IGNORECASE).fullmatch
_ASK = "Ask Blue Cherry with _include=all, so that the row has its addresses."


def pick(row: object, agreed: StepSettings, *, ship_to: bool) -> messages.PickTicket:
    """A row of `GET /api/pick`. `ship_to`: whether its delivery address is needed."""
    at = agreed.profile.envelopes
    reader = _Reader("pick ticket", row, "pick_num", agreed)
    reader.header(_pick_columns() | {at.pick_addresses, at.pick_lines}, needed=("pick_num",))
    lines = reader.children(reader.row, at.pick_lines, at.rows)
    reader.rows(lines, messages.PickLine.model_fields, keys=_KEY, filled=("line_seq", "bk_qty"))
    addresses = list(reader.children(reader.row, at.pick_addresses, at.rows))
    reader.rows(addresses, _PICK_ADDRESS, filled=("addr_type",))
    if ship_to:
        _refuse_half_an_address(addresses, reader)
    (ticket,) = reader.read(
        rest_rows.pick_ticket,
        {"lines": f"{at.pick_lines}.{at.rows}", "addresses": f"{at.pick_addresses}.{at.rows}"},
    )
    return ticket


def _pick_columns() -> set[str]:
    return {*messages.PickTicket.model_fields, *messages.PickEcho.model_fields} - {"addresses", "lines"}


def _refuse_half_an_address(addresses: Iterable[tuple[str, Row]], reader: _Reader) -> None:
    wanted = reader.agreed.address_parts
    ship_to = [(place, row) for place, row in addresses if str(row["addr_type"]).strip().upper() == "ST"]
    if len(ship_to) > 1 or (wanted and not ship_to):
        what = f"{len(ship_to) or 'none'} of its addresses is the ship-to (addr_type ST)"
        child = reader.agreed.profile.envelopes.pick_addresses
        raise reader.refused(what, child, None if child in reader.row else _ASK)
    for place, row in ship_to:
        _refuse_a_part_under_another_name(place, row, reader)
        for part in wanted:
            if is_blank(row.get(part)):
                raise reader.refused(
                    "the ship-to address lacks it",
                    f"{place}{part}",
                    action="Complete the address, or take the column out of `address_parts` in the settings.",
                )


def _refuse_a_part_under_another_name(place: str, row: Row, reader: _Reader) -> None:
    """An address that lacks a column of Blue Cherry's and holds one that is none: that could be the part."""
    missing = [part for part in ADDRESS_PARTS if part not in row]
    known = _PICK_ADDRESS | _pick_columns() | _VENDORS_OWN | reader.agreed.other_columns
    unknown = [name for name, value in row.items() if name not in known and not is_blank(value)]
    for name in filter(_LINE_OF_AN_ADDRESS, unknown):
        raise reader.refused("no such line of an address reaches the warehouse", f"{place}{name}", ACTION)
    if missing and unknown:
        raise reader.refused(
            f"no such column is known, and the address lacks {', '.join(missing)}", f"{place}{unknown[0]}", ACTION
        )


def production_order(row: object, agreed: StepSettings) -> messages.ProductionOrder:
    """A row of `GET /api/productionOrderByStage`."""
    at = agreed.profile.envelopes
    reader = _Reader("production order", row, "prod_num", agreed)
    known = messages.ProductionOrder.model_fields.keys() - {"lines"}
    reader.header(known | {at.production_addresses, at.production_lines}, needed=("prod_num",))
    lines = reader.children(reader.row, at.production_lines, at.rows)
    reader.rows(lines, messages.ProductionLine.model_fields, keys=_KEY, filled=("prod_line", "prod_qty"))
    reader.rows(reader.children(reader.row, at.production_addresses, at.rows), _PRODUCTION_ADDRESS)
    (order,) = reader.read(rest_rows.production_order, {"lines": f"{at.production_lines}.{at.rows}"})
    return order


def styles(row: object, agreed: StepSettings) -> tuple[messages.Style, ...]:
    """A row of `GET /api/style`: a record for each of its details."""
    at = agreed.profile.envelopes
    reader = _Reader("style", row, "style", agreed)
    known = messages.Style.model_fields.keys() - {"skus"}
    reader.header(known | {at.style_details}, needed=("style",))
    details = list(reader.children(reader.row, at.style_details, at.rows))
    reader.rows(details, known | {at.style_skus})
    for place, detail in details:
        skus = [
            (f"{place}{inside}", columns)
            for inside, columns in reader.children(detail, at.style_skus, at.style_rows)
        ]
        reader.rows(skus, messages.StyleSku.model_fields, keys=("color_code", "size_desc"))
    found = reader.read(rest_rows.styles, {"skus": f"{at.style_skus}.{at.style_rows}"})
    empty = next((style for style in found if not style.skus), None)
    if empty is not None:
        raise reader.refused("it has no SKU", at.style_details)
    return found


class _Reader:
    """One row of Blue Cherry, by the number that a person knows it by."""

    def __init__(self, kind: str, row: object, number: str, agreed: StepSettings) -> None:
        self.row = a_dict(row, kind)
        self.record = named(kind, self.row, number)
        self.agreed = agreed
        at = agreed.profile.envelopes
        if number not in self.row and at.data in self.row:
            action = f"Give the step one row of its {at.data}.{at.header} at a time."
            raise InvalidRecord("it is a whole answer, and no row of one", record=self.record, action=action)

    def refused(self, what: str, field: str, action: str | None = None) -> InvalidRecord:
        """The error that says where."""
        return InvalidRecord(what, record=self.record, field=field, action=action)

    def header(self, known: Collection[str], *, needed: Collection[str]) -> None:
        """Check the row's own columns."""
        self.rows([("", self.row)], known, filled=needed)

    def children(self, row: Row, child: str, rows_key: str) -> Iterator[tuple[str, Row]]:
        """The rows of a child collection that can be looked at, each with its place; the rest is for `read`."""
        collection = row.get(child)
        if isinstance(collection, Mapping):
            refuse_misspelt(collection, {rows_key}, (), record=self.record, place=f"{child}.")
            found = collection.get(rows_key)
            for number, each in enumerate(found if isinstance(found, list) else ()):
                if isinstance(each, Mapping):
                    yield f"{child}.{rows_key}.{number}.", each

    def rows(
        self,
        rows: Iterable[tuple[str, Row]],
        known: Collection[str],
        *,
        keys: Collection[str] = (),
        filled: Collection[str] = (),
    ) -> None:
        """Refuse what is misspelt, `keys` that are not there and `filled` that are empty."""
        own = self.agreed.other_columns | _VENDORS_OWN
        for place, row in rows:
            refuse_misspelt(row, known, own, record=self.record, place=place)
            for name in (*keys, *filled):
                if name not in row or (name in filled and is_blank(row[name])):
                    raise self.refused("it is missing", f"{place}{name}")

    def read(self, parse: Parse[T], places: Mapping[str, str]) -> tuple[T, ...]:
        """The records of the row. `places` are the vendor's names of what a record calls otherwise."""
        with explained(self.record, places):
            return parse(cast(rest_rows.Columns, dict(self.row)), self.agreed.profile.envelopes)
