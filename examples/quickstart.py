"""One order out, one dispatch back, without a ledger: the shortest way round.

Run it with a pick ticket's number, and again once the warehouse has shipped it. For a loop that survives crashes
and closed periods, use `clarus_bluecherry.flows` and the ledger.
"""

import sys
from os import environ as env
from zoneinfo import ZoneInfo

from clarus_bluecherry import BlueCherry, Clarus
from clarus_bluecherry.bluecherry import RestProfile
from clarus_bluecherry.clarus import calls
from clarus_bluecherry.mapping import ErpTerms, WarehouseIds, WarehouseTerms, bluecherry, clarus
from clarus_bluecherry.sku import Recipe

zone, recipe, who = ZoneInfo("America/New_York"), Recipe(), RestProfile(our_id=env["OUR_ID"], vnd_id=env["CGS_ID"])
erp = BlueCherry.rest(env["BLUECHERRY_URL"], subscription_key=env["BLUECHERRY_SUBSCRIPTION_KEY"], profile=who)
login = env["CLARUS_SUBDOMAIN"], env["CLARUS_CLIENT_ID"], env["CLARUS_CLIENT_SECRET"]
wms = Clarus.with_credentials(*login, base_url=env.get("CLARUS_URL", "https://clarus-api.com"))

pick = erp.transport.pick(sys.argv[1])
order = bluecherry.sales_order(pick, zone=zone)
skus = {recipe.code(line.item): line.item for line in order.lines}
found = wms.first(calls.goods_outs(where={"reference": calls.eq(order.reference)}))
if found is None:
    products = {sku.key: wms.ids.product(code) for code, sku in skus.items()}
    account, warehouse = wms.ids.account(env["CLARUS_ACCOUNT"]), wms.ids.warehouse(order.location)
    ids = WarehouseIds(account=account, warehouse=warehouse, products=products)
    print("sent out as", wms.send(calls.create_goods_out(clarus.goods_out(order, ids))).id)
elif found.status == "COMPLETED":
    lines = wms.all(calls.goods_out_lines(where={"goods_out_id": calls.eq(found.id)}))
    shipped = clarus.dispatch(found, lines, [], [], WarehouseTerms(zone=zone, sku_of=skus.__getitem__))
    date = shipped.occurred_at.astimezone(zone).date()
    confirm = bluecherry.order_shipment(shipped, order, date, ErpTerms(zone=zone), pick=pick)
    print("confirmed as", erp.send(confirm, control_number="1").pkey)
else:
    print("the warehouse has it:", found.status)
