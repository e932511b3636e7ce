"""One order out, one dispatch back, without a ledger: the shortest way round.

Run it with a pick ticket's number, and again once the warehouse has shipped it. For a loop that survives crashes and
closed periods, use `clarus_bluecherry.flows` and the ledger.
"""

import os
import sys
from zoneinfo import ZoneInfo

from clarus_bluecherry import BlueCherry, Clarus
from clarus_bluecherry.bluecherry import RestProfile
from clarus_bluecherry.clarus import calls
from clarus_bluecherry.mapping import ErpTerms, WarehouseIds, WarehouseTerms, bluecherry, clarus
from clarus_bluecherry.sku import Recipe

ENV, ZONE, RECIPE = os.environ, ZoneInfo("America/New_York"), Recipe()


def main(pick_num: str, control_number: str = "1") -> str:
    wms = Clarus.with_credentials(
        ENV["CLARUS_SUBDOMAIN"], ENV["CLARUS_CLIENT_ID"], ENV["CLARUS_CLIENT_SECRET"], base_url=ENV["CLARUS_URL"]
    )
    profile = RestProfile(our_id=ENV["OUR_ID"], vnd_id=ENV["BLUECHERRY_ID"])
    erp = BlueCherry.rest(ENV["BLUECHERRY_URL"], subscription_key=ENV["BLUECHERRY_KEY"], profile=profile)
    with wms, erp:
        pick = erp.transport.pick(pick_num)
        order = bluecherry.sales_order(pick, zone=ZONE)
        codes = {RECIPE.code(line.item): line.item for line in order.lines}
        found = wms.first(calls.goods_outs(where={"reference": calls.eq(order.reference)}))
        if found is None:
            ids = WarehouseIds(
                account=int(wms.ids.account(ENV["CLARUS_ACCOUNT"])),
                warehouse=int(wms.ids.warehouse(order.location)),
                products={sku.key: int(wms.ids.product(code)) for code, sku in codes.items()},
            )
            return f"sent out as {wms.send(calls.create_goods_out(clarus.goods_out(order, ids))).id}"
        if found.status != "COMPLETED":
            return f"the warehouse has it: {found.status}"
        lines = wms.all(calls.goods_out_lines(where={"goods_out_id": calls.eq(found.id)}))
        dispatch = clarus.dispatch(found, lines, [], [], WarehouseTerms(zone=ZONE, sku_of=codes.__getitem__))
        date = dispatch.occurred_at.astimezone(ZONE).date()
        shipment = bluecherry.order_shipment(dispatch, order, date, ErpTerms(zone=ZONE), pick=pick)
        return f"ship confirm accepted as {erp.send(shipment, control_number).pkey}"


if __name__ == "__main__":
    print(main(*sys.argv[1:]))
