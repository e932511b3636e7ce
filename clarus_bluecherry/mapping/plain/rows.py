"""Blue Cherry's rows as wire records, and what is refused before that.

Law of this module: no column is lost in silence. A known one under another spelling is told; a number, a quantity,
a part of a SKU or of an address that is missing is refused by its own name, because absent is neither zero nor
empty. What is null is absent. A kind is loaded by the step that reads it: a first step costs what it loads.
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
    from clarus_bluecherry.bluecherry.kinds.pick_ticket import ADDRESSES, LINES, from_row

    reader = _Reader("pick ticket", row, "pick_num", agreed)
    address, line = reader.child(ADDRESSES), reader.child(LINES)
    reader.header(_pick_columns() | {address, line}, needed=("pick_num",))
    lines = reader.children(reader.row, line)
    reader.rows(lines, messages.PickLine.model_fields, keys=_KEY, filled=("line_seq", "bk_qty"))
    addresses = list(reader.children(reader.row, address))
    reader.rows(addresses, _PICK_ADDRESS, filled=("addr_type",))
    if ship_to:
        _refuse_half_an_address(addresses, address, reader)
    (ticket,) = reader.read(from_row, {"lines": line, "addresses": address})
    return ticket


def _pick_columns() -> set[str]:
    return {*messages.PickTicket.model_fields, *messages.PickEcho.model_fields} - {"addresses", "lines"}


def _refuse_half_an_address(addresses: Iterable[tuple[str, Row]], child: str, reader: _Reader) -> None:
    wanted = reader.agreed.address_parts
    ship_to = [(place, row) for place, row in addresses if str(row["addr_type"]).strip().upper() == "ST"]
    if len(ship_to) > 1 or (wanted and not ship_to):
        what = f"{len(ship_to) or 'none'} of its addresses is the ship-to (addr_type ST)"
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
    from clarus_bluecherry.bluecherry.kinds.production_order import ADDRESSES, LINES, from_row

    reader = _Reader("production order", row, "prod_num", agreed)
    address, line = reader.child(ADDRESSES), reader.child(LINES)
    known = messages.ProductionOrder.model_fields.keys() - {"lines"}
    reader.header(known | {address, line}, needed=("prod_num",))
    lines = reader.children(reader.row, line)
    reader.rows(lines, messages.ProductionLine.model_fields, keys=_KEY, filled=("prod_line", "prod_qty"))
    reader.rows(reader.children(reader.row, address), _PRODUCTION_ADDRESS)
    (order,) = reader.read(from_row, {"lines": line})
    return order


def styles(row: object, agreed: StepSettings) -> tuple[messages.Style, ...]:
    """A row of `GET /api/style`: a record for each of its details."""
    from clarus_bluecherry.bluecherry.kinds.style import DETAILS, SKUS, from_row

    reader = _Reader("style", row, "style", agreed)
    part, sku = reader.child(DETAILS), reader.child(SKUS)
    skus_rows = agreed.profile.envelopes.style_rows
    known = messages.Style.model_fields.keys() - {"skus"}
    reader.header(known | {part}, needed=("style",))
    details = list(reader.children(reader.row, part))
    reader.rows(details, known | {sku})
    for place, detail in details:
        told = reader.children(detail, sku, rows=skus_rows)
        skus = [(f"{place}{inside}", columns) for inside, columns in told]
        reader.rows(skus, messages.StyleSku.model_fields, keys=("color_code", "size_desc"))
    found = reader.read(from_row, {"skus": sku}, rows=skus_rows)
    if not all(each.skus for each in found):
        raise reader.refused("it has no SKU", part)
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

    def child(self, name: str) -> str:
        """What the site calls a child collection."""
        return self.agreed.profile.envelopes.child(name)

    def children(self, row: Row, child: str, *, rows: str = "") -> Iterator[tuple[str, Row]]:
        """The rows of a child collection that can be looked at, each with its place; the rest is for `read`."""
        collection, rows_key = row.get(child), rows or self.agreed.profile.envelopes.rows
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

    def read(self, parse: Parse[T], places: Mapping[str, str], *, rows: str = "") -> tuple[T, ...]:
        """The records of the row. `places` are the children whose rows a record calls otherwise."""
        rows = rows or self.agreed.profile.envelopes.rows
        with explained(self.record, {name: f"{child}.{rows}" for name, child in places.items()}):
            return parse(cast(rest_rows.Columns, dict(self.row)), self.agreed.profile.envelopes)
