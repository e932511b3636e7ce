"""What Blue Cherry tells a warehouse beside orders and styles: its places, its carriers and its book stock.

Law of this module: what is read is kept. No column is required but the one that names the record and the quantity
to move, because none is not zero; dates stay the text that they came as, because their time zone is not published.
"""

from __future__ import annotations

from clarus_bluecherry.bluecherry.messages.columns import Amount, Code, Cost, Key, Row, SkuColumns


class Location(Row):
    """A place stock can be; `loc_type` `W` is a warehouse."""

    pkey: Code = ""
    location: Key
    loc_name: Code = ""
    loc_type: Code = ""


class Carrier(Row):
    """A carrier; `shipper` is its code (at most 3 characters)."""

    pkey: Code = ""
    shipper: Key
    ship_name: Code = ""


class OnHand(SkuColumns):
    """Book stock of a SKU at a location: a line of the exported inventory report (H for its headers, of one user).

    `total_qoh` falls when a shipment is invoiced, not when it is picked; `uom` is its unit. `loc_std_cost` is per
    unit in `loc_curr`.
    """

    div: Code = ""
    season: Code = ""
    location: Code = ""
    total_qoh: Amount = None
    uom: Code = ""
    loc_std_cost: Cost = None
    loc_curr: Code = ""
