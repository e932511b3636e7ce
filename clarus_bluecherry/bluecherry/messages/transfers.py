"""Transfer orders: stock that is to move from one location to another.

Law of this module: as in `reading`. No source of its columns is public; its lines are those of a pick ticket (L).
"""

from __future__ import annotations

from clarus_bluecherry.bluecherry.messages.columns import Code, Key, Row
from clarus_bluecherry.bluecherry.messages.picks import PickLine


class TransferOrder(Row):
    """An order to move stock: `from_location` gives, on `ship_date`; `to_location` takes, on `due_date`."""

    transfer_num: Key
    from_location: Code = ""
    to_location: Code = ""
    ship_date: Code = ""
    due_date: Code = ""
    last_mod: Code = ""
    lines: tuple[PickLine, ...] = ()
