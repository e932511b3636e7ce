"""Pick tickets: what a warehouse is asked to send.

Law of this module: as in `reading`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import ConfigDict, Field

from clarus_bluecherry._wire import WireRecord
from clarus_bluecherry.bluecherry.messages.columns import Amount, Code, Cost, Key, Row, SkuColumns


class PickLine(SkuColumns):
    """One size of a pick ticket. `bk_qty` is the quantity to pick; zero means the line was removed (H).

    `uom` is the unit of the quantity where a site tells one: REST is not seen to, a sheet may (L).
    """

    line_seq: Key
    bk_qty: Amount = None
    uom: Code = ""
    price: Cost = None
    location: Code = ""
    notes: Code = Field(default="", repr=False)


class PickAddress(Row):
    """An address of a pick ticket: `BT` bill-to or `ST` ship-to (H).

    `phone` and `code`, the party's own, are told by X12 alone (L).
    """

    addr_type: Code = ""
    name: Code = Field(default="", repr=False)
    addr1: Code = Field(default="", repr=False)
    addr2: Code = Field(default="", repr=False)
    city: Code = Field(default="", repr=False)
    state: Code = Field(default="", repr=False)
    zipcode: Code = Field(default="", repr=False)
    country: Code = ""
    email: Code = Field(default="", repr=False)
    phone: Code = Field(default="", repr=False)
    contact: Code = Field(default="", repr=False)
    code: Code = ""


class PickEcho(WireRecord):
    """Columns of a pick ticket that its ship confirm sends back as they were (H). Absent columns stay absent."""

    model_config = ConfigDict(hide_input_in_errors=True, extra="ignore", frozen=True, coerce_numbers_to_str=True)

    altpo: Code = ""
    appoint_num: Annotated[Code, Field(max_length=20)] = ""
    bill_num: Code = ""
    bill_optn: Code = ""
    center_code: Code = ""
    consol_num: Code = ""
    inv_num: Code = ""
    load_id: Code = ""
    mani_num: Code = ""
    notes: Code = Field(default="", repr=False)
    ord_status: Code = ""
    pre_inv: Code = ""
    pro_num: Code = ""
    rrc: Code = ""
    vicsmbol: Code = ""
    disc_amt: Cost = None
    tax_amt: Cost = None
    frgt_amt: Cost = None
    insu_amt: Cost = None
    misc_amt: Cost = None
    ord_volume: Cost = None
    weight: Cost = None


class PickTicket(Row):
    """An open pick ticket: the unit of work for a warehouse.

    `pick_date` and `end_date` bound the ship window; `last_mod` moves whenever the ticket changes, in a time zone
    CGS does not publish.
    """

    pkey: Code = ""
    pick_num: Key
    ord_num: Code = ""
    po_num: Code = ""
    pick_date: Code = ""
    end_date: Code = ""
    last_mod: Code = ""
    ord_status: Code = ""
    customer: Code = ""
    division: Code = ""
    location: Code = ""
    shipper: Code = ""
    curr_code: Code = ""
    edi_doc_num: Code = ""
    inv_num: Code = ""
    notes: Code = Field(default="", repr=False)
    addresses: tuple[PickAddress, ...] = ()
    lines: tuple[PickLine, ...] = ()

    @property
    def units(self) -> Decimal | None:
        """Units to pick, of all lines together; None where a line does not say how many."""
        told = [line.bk_qty for line in self.lines if line.bk_qty is not None]
        return sum(told, Decimal(0)) if len(told) == len(self.lines) else None

    @property
    def echo(self) -> PickEcho:
        """What the ship confirm of this ticket sends back. Raises `ValueError` when a column is unusable."""
        return PickEcho.model_validate(dict(self))
