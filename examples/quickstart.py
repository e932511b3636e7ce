"""Orders out, dispatches back, without a ledger: the shortest way round.

Run it with the numbers of pick tickets, and again once the warehouse has shipped them: each takes its next step,
and one that cannot says why; the exit code is 1 when any waits. For a loop that survives crashes and closed
periods, use `clarus_bluecherry.flows`.
"""

import sys
from zoneinfo import ZoneInfo

from clarus_bluecherry import BlueCherry, Clarus
from clarus_bluecherry.bluecherry.messages import DeliveryStatus
from clarus_bluecherry.environment import at_once
from clarus_bluecherry.errors import ClarusBluecherryError, InvalidRecord
from clarus_bluecherry.mapping import ErpTerms, WarehouseIds, WarehouseTerms, bluecherry, clarus
from clarus_bluecherry.sku import Crosswalk, Recipe, WarehouseProduct

try:
    names = "CLARUS_ACCOUNT", "CLARUS_WAREHOUSES"  # the second holds pairs: Clarus's code=Blue Cherry's
    erp, wms, (owner, pairs) = at_once(BlueCherry.from_environment, Clarus.from_environment, *names)
    zone = ZoneInfo("America/New_York")
    account, locations = wms.ids.account(owner), dict(pair.split("=") for pair in pairs.split())
    warehouses = {location: warehouse for warehouse, location in locations.items()}

    picks = {pick.pick_num: pick for pick in erp.picks() if not isinstance(pick, InvalidRecord)}
    styles = (style for style in erp.styles() if not isinstance(style, InvalidRecord))
    master = [product for style in styles for product in bluecherry.products(style)]
    listed = [WarehouseProduct(each.code, each.barcode or "", each.id) for each in wms.products.list()]
    skus = Crosswalk.build(master, listed, Recipe())
except ClarusBluecherryError as error:
    sys.exit(f"Not begun: {error}")


def step(number: str) -> str:
    """Send the pick out, or confirm what the warehouse has shipped of it; say which."""
    if (told := erp.probe("order_shipment", number)) is not DeliveryStatus.ABSENT:
        return f"confirmed already: {told} in Blue Cherry"
    if number not in picks:
        raise InvalidRecord("it is not an open pick", record=f"Pick {number}", action="Correct its number.")
    order = bluecherry.sales_order(picks[number], zone=zone)
    found = wms.goods_outs.list(reference=number, account_id=account).first()
    if found is None:
        warehouse = wms.ids.warehouse(warehouses.get(order.location, order.location))
        products = skus.product_ids(line.item for line in order.lines)
        ids = WarehouseIds(account=account, warehouse=warehouse, products=products)
        return f"sent out as {wms.goods_outs.create.of(clarus.goods_out(order, ids)).id}"
    if found.status != "COMPLETED":
        return f"the warehouse has it: {found.status}"
    lines = wms.goods_out_lines.list(goods_out_id=found.id).all()
    terms = WarehouseTerms(zone=zone, locations=locations, sku_of=skus.sku)
    shipped = clarus.dispatch(found, lines, [], [], terms)
    date = shipped.occurred_at.astimezone(zone).date()
    confirm = bluecherry.order_shipment(shipped, order, date, ErpTerms(zone=zone), pick=picks[number])
    return f"confirmed as {erp.send(confirm, control_number=number).pkey}"


waiting = 0
with erp, wms:
    for number in sys.argv[1:] or sys.exit(f"Which picks? Open are: {' '.join(picks)}"):
        try:
            print(f"{number}: {step(number)}")
        except ClarusBluecherryError as error:
            print(f"{number} waits. {error}")
            waiting += 1
sys.exit(waiting > 0)
