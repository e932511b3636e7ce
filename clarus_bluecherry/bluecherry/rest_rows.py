"""A row of each entity as its records: pure functions of its columns and of the site's names for children.

Law of this module: as in `rest_answers`. It knows no answer and no profile, so that whoever holds a row needs
neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.http._call import Json, within

if TYPE_CHECKING:
    from clarus_bluecherry.bluecherry.rest_names import Envelopes

Columns = dict[str, Json]

DEEPEST = 50


def pick_ticket(row: Columns, at: Envelopes) -> tuple[messages.PickTicket, ...]:
    """A row of `picks`."""
    header = _without(row, at.pick_addresses, at.pick_lines)
    addresses, lines = _children(row, at.pick_addresses, at.rows), _children(row, at.pick_lines, at.rows)
    return (messages.PickTicket.model_validate(header | {"addresses": addresses, "lines": lines}),)


def styles(row: Columns, at: Envelopes) -> tuple[messages.Style, ...]:
    """One record for each detail row: each has a division, a season, a cost and SKUs of its own."""
    header = _without(row, at.style_details)
    details = _children(row, at.style_details, at.rows)
    if not details:
        return (messages.Style.model_validate(header),)
    return tuple(_style(header, detail, at) for detail in details)


def _style(header: Columns, detail: Columns, at: Envelopes) -> messages.Style:
    """The header's own key and time of change stand; the detail's key is kept beside them."""
    skus = _children(detail, at.style_skus, at.style_rows)
    kept = {name: header[name] for name in ("pkey", "last_mod") if name in header}
    own = _without(detail, at.style_skus) | {"detail_pkey": detail.get("pkey")}
    return messages.Style.model_validate(header | own | kept | {"skus": skus})


def production_order(row: Columns, at: Envelopes) -> tuple[messages.ProductionOrder, ...]:
    """The vendor is the header's, or the name at the `VN` address (L)."""
    addresses = _children(row, at.production_addresses, at.rows)
    vendor = row.get("vendor") or next(
        (each.get("name") for each in addresses if each.get("addr_type") == "VN"), ""
    )
    header = _without(row, at.production_addresses, at.production_lines)
    lines = _children(row, at.production_lines, at.rows)
    return (messages.ProductionOrder.model_validate(header | {"vendor": vendor, "lines": lines}),)


def location(row: Columns, _: Envelopes) -> tuple[messages.Location, ...]:
    """A row of `locations`."""
    return (messages.Location.model_validate(row),)


def carrier(row: Columns, _: Envelopes) -> tuple[messages.Carrier, ...]:
    """A row of `carriers`."""
    return (messages.Carrier.model_validate(row),)


# Children ----------------------------------------------------------------------------------------------------


def columns(row: Json) -> Columns:
    """The columns of a row. Raises `InvalidRecord` when it is no object, or nested beyond reason."""
    if not isinstance(row, dict):
        raise InvalidRecord("the row is not an object")
    if not within(row, DEEPEST):
        raise InvalidRecord(f"the row is nested more than {DEEPEST} deep")
    return row


def _children(row: Columns, child: str, rows_key: str) -> list[Columns]:
    """The rows of a child collection. An empty one may be null; one that is not there was not sent to us."""
    if child not in row:
        raise InvalidRecord("the child collection is missing: ask for it with _include=all", field=child)
    collection = row[child]
    found = collection.get(rows_key, "") if isinstance(collection, dict) else collection
    if found is None:
        return []
    if not isinstance(collection, dict) or not isinstance(found, list):
        raise InvalidRecord(f"the child collection holds no list under {rows_key!r}", field=child)
    return [columns(each) for each in found]


def _without(row: Columns, *children: str) -> Columns:
    return {name: value for name, value in row.items() if name not in children}
