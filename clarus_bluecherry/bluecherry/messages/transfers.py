"""Transfer orders: stock that is to move from one location to another.

Law of this module: as in `reading`. No source of its columns is public: the names are ours (L).
"""

from __future__ import annotations

from clarus_bluecherry.bluecherry.messages.columns import Amount, Code, Key, Row, SkuColumns


class TransferLine(SkuColumns):
    """One SKU to move. Quantity zero means that the line was removed, as on a pick ticket; none is not zero."""

    line_seq: Key
    transfer_qty: Amount = None
    uom: Code = ""


class TransferOrder(Row):
    """An order to move stock: `from_location` gives, on `ship_date`; `to_location` takes, on `due_date`."""

    transfer_num: Key
    from_location: Code = ""
    to_location: Code = ""
    ship_date: Code = ""
    due_date: Code = ""
    last_mod: Code = ""
    lines: tuple[TransferLine, ...] = ()
