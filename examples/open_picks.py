"""Which open picks of Blue Cherry does the warehouse not have? It only reads. Exit code 1 when it names one."""

import sys
from collections.abc import Iterator

from clarus_bluecherry import BlueCherry, Clarus
from clarus_bluecherry.clarus import calls
from clarus_bluecherry.environment import needed
from clarus_bluecherry.errors import ClarusBluecherryError, InvalidRecord


def missing() -> Iterator[str]:
    """A line for each open pick that has no order in the warehouse, or only a cancelled one."""
    with BlueCherry.from_environment() as erp, Clarus.from_environment() as wms:
        account = calls.eq(wms.ids.account(*needed("CLARUS_ACCOUNT")))
        for pick in erp.picks():
            if isinstance(pick, InvalidRecord):
                yield f"cannot be read. {pick}"
                continue
            ours = {"reference": calls.eq(pick.pick_num), "account_id": account}
            orders = {order.status for order in wms.iterate(calls.goods_outs(where=ours))}
            if not orders - {"CANCELLED"}:
                yield f"{pick.pick_num} for {pick.location}: {'cancelled there' if orders else 'not sent'}"


try:
    found = list(missing())
except ClarusBluecherryError as error:
    sys.exit(f"Not finished: {error}")
print("\n".join(found) or "The warehouse has every open pick.")
sys.exit(1 if found else 0)
