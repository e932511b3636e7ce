"""Names each open pick of Blue Cherry that the warehouse does not have: exit code 1; 2: it could not finish."""

import sys

from clarus_bluecherry import BlueCherry, Clarus
from clarus_bluecherry.environment import at_once
from clarus_bluecherry.errors import ClarusBluecherryError, InvalidRecord

found = 0
try:
    erp, wms, (owner,) = at_once(BlueCherry.from_environment, Clarus.from_environment, "CLARUS_ACCOUNT")
    with erp, wms:
        account = wms.ids.account(owner)
        for pick in erp.picks():
            if isinstance(pick, InvalidRecord):
                line = f"cannot be read. {pick}"
            else:
                ours = wms.goods_outs.list(reference=pick.pick_num, account_id=account)
                orders = {order.status for order in ours}
                if orders - {"CANCELLED"}:
                    continue
                line = f"{pick.pick_num} for {pick.location}: {'cancelled there' if orders else 'not sent'}"
            print(line)
            found += 1
except ClarusBluecherryError as error:
    print(f"Not finished: {error}", file=sys.stderr)
    sys.exit(2)
print(f"{found} in all." if found else "The warehouse has them all.")
sys.exit(1 if found else 0)
