"""What must hold for every plain step: it says what the typed road says, and no field is lost in silence."""

import copy
import datetime as dt
import json
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from how_many import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.append(str(Path(__file__).parents[1] / "unit"))

import plain_world as world

from clarus_bluecherry.bluecherry import RestProfile
from clarus_bluecherry.bluecherry import calls as erp_calls
from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
from clarus_bluecherry.bluecherry.kinds.production_order import PRODUCTION_ORDER
from clarus_bluecherry.clarus import calls, wire
from clarus_bluecherry.errors import ClarusBluecherryError
from clarus_bluecherry.finance import PostingCalendar
from clarus_bluecherry.mapping import (
    CarrierCodes,
    ErpTerms,
    WarehouseIds,
    WarehouseTerms,
    bluecherry,
    clarus,
    plain,
)
from clarus_bluecherry.sku import Recipe

NEW_YORK, LONDON = ZoneInfo("America/New_York"), ZoneInfo("Europe/London")
PROFILE = RestProfile(our_id="WAREHOUSE", vnd_id="CGS")
RECIPE = Recipe()

# The typed road ----------------------------------------------------------------------------------------------

texts = st.text(st.characters(codec="latin-1", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
parts = st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789./", min_size=1, max_size=6)
quantities = st.one_of(
    st.integers(1, 5000),
    st.integers(1, 5000).map(float),
    st.integers(1, 5000).map(str),
    st.decimals("0.1", "900", places=2).map(float),
)
moments = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2026, 12, 31)).map(  # noqa: DTZ001 - as the vendor
    lambda moment: moment.replace(microsecond=0)
)
articles = st.builds(
    lambda style, color, label, dimension, size, upc: {
        "style": style,
        "color_code": color,
        "lbl_code": label,
        "dimension": dimension,
        "size_desc": f"{size:<6}",
        "upc": upc,
    },
    parts,
    parts,
    st.none() | parts,
    st.none() | parts,
    parts,
    st.none() | st.from_regex("[0-9]{12}", fullmatch=True),
)


def sku_of(row):
    return bluecherry.sku(wire_line(row))


def wire_line(row):
    from clarus_bluecherry.bluecherry.messages import StyleSku

    return StyleSku.model_validate(row)


@st.composite
def picks(draw):
    found = draw(st.lists(articles, min_size=1, max_size=5, unique_by=lambda row: RECIPE.code(sku_of(row))))
    address = {name: draw(texts) for name in ("name", "addr1", "city", "country")} | {
        "zipcode": draw(st.from_regex("[A-Z0-9]{3,8}", fullmatch=True)),
        "country": draw(st.sampled_from(["US", "GB", "DE"])),
        "addr2": draw(st.none() | texts),
        "state": draw(st.just("") | texts),
        "email": draw(st.none() | st.just("jo@example.com")),
    }
    lines = [
        {"line_seq": 10 * number, **row, "bk_qty": draw(quantities), "price": 9.99, "location": "NJ"}
        for number, row in enumerate(found, start=1)
    ]
    return world.a_pick(
        pick_num=draw(st.from_regex("[0-9]{4,7}", fullmatch=True)),
        pick_date=draw(moments).isoformat(sep=" "),
        notes=draw(st.just("") | texts),
        shipper=draw(st.sampled_from(["UPS", "DHL", ""])),
        pickaddress={"rows": [{"addr_type": "ST", **address}]},
        pickdetail={"rows": [*lines, {**lines[0], "line_seq": 990, "bk_qty": 0}]},
    )


def agreed_for(pick):
    codes = [RECIPE.code(sku_of(line)) for line in pick["pickdetail"]["rows"]]
    products = {code: number for number, code in enumerate(dict.fromkeys(codes), start=500)}
    return {**world.SETTINGS, "products": products, "skus": {}}


def ticket_of(pick):
    (ticket,) = PICK_TICKET.rest.records(pick, PROFILE.envelopes)
    return ticket


def sent(call):
    """What the client would put on the wire."""
    return json.loads(call.body)


@given(pick=picks())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_goods_out_is_the_one_that_the_client_would_send(pick):
    agreed = agreed_for(pick)
    order = bluecherry.sales_order(ticket_of(pick), zone=NEW_YORK)
    ids = WarehouseIds(
        account=1,
        warehouse=2,
        products={line.item.key: agreed["products"][RECIPE.code(line.item)] for line in order.lines},
        carrier=4 if order.carrier == "UPS" else None,
    )
    call = calls.goods_outs.create.of(clarus.goods_out(order, ids))
    made = plain.pick_to_goods_out(pick, agreed)
    assert made == sent(call) == call.json
    assert json.loads(json.dumps(made, allow_nan=False)) == made


@given(quantities=st.lists(quantities, min_size=1, max_size=4), due=st.none() | moments)
@settings(max_examples=30, deadline=None)
def test_a_pre_receipt_is_the_one_that_the_client_would_send(quantities, due):
    line = world.a_production_order()["productionorderdetailbystage"]["rows"][0]
    rows = [{**line, "prod_line": number, "prod_qty": each} for number, each in enumerate(quantities)]
    row = world.a_production_order(due_date=due and due.isoformat(), productionorderdetailbystage={"rows": rows})
    (read,) = PRODUCTION_ORDER.rest.records(row, PROFILE.envelopes)
    order = bluecherry.purchase_order(read, zone=NEW_YORK)
    ids = WarehouseIds(account=1, warehouse=2, products={order.lines[0].item.key: 501})
    call = calls.goods_in_receipts.create.of(clarus.pre_receipt(order, ids))
    assert plain.production_order_to_pre_receipt(row, world.SETTINGS) == sent(call)


@st.composite
def dispatches(draw):
    pick = draw(picks())
    lines = [
        world.a_line(
            each["line_seq"],
            RECIPE.code(sku_of(each)),
            float(each["bk_qty"]),
            draw(st.integers(0, 5000).map(float) | st.decimals("0", "900", places=2).map(float)),
        )
        for each in pick["pickdetail"]["rows"][:-1]
    ]
    order = world.a_goods_out(
        reference=pick["pick_num"],
        actual_date_of_dispatch=draw(moments).isoformat() + draw(st.sampled_from(["Z", "+01:00", "-05:00"])),
    )
    return pick, order, lines, [world.a_package(4000 + number) for number in range(draw(st.integers(0, 2)))]


@given(case=dispatches())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_ship_confirm_is_the_one_that_the_client_would_send(case):
    pick, order, lines, packages = case
    ticket = ticket_of(pick)
    ordered = bluecherry.sales_order(ticket, zone=NEW_YORK)
    skus = {RECIPE.code(line.item): line.item for line in ordered.lines}
    barcodes = {bluecherry.sku(line): line.upc or line.ean for line in ticket.lines}
    dispatch = clarus.dispatch(
        wire.GoodsOutNode.model_validate(order),
        [wire.GoodsOutLineNode.model_validate(line) for line in lines],
        [wire.ShipmentNode.model_validate(world.a_shipment())],
        [wire.PackageNode.model_validate(each) for each in packages],
        WarehouseTerms(zone=LONDON, sku_of=skus.__getitem__, locations={"WHS01": "NJ"}),
    )
    terms = ErpTerms(
        zone=NEW_YORK,
        barcode_of=lambda sku: barcodes.get(sku, ""),
        carriers={"UPS-GROUND": CarrierCodes("UPS", "UPSN")},
        reasons={"DMG": "D1"},
        count_reasons=frozenset({"CYCLE"}),
        company_prefix="0812345",
    )
    date = PostingCalendar(NEW_YORK).posting_date(dispatch.occurred_at).date
    message = bluecherry.order_shipment(dispatch, ordered, date, terms, pick=ticket)
    made = plain.goods_out_to_order_shipment(
        order, lines, pick, agreed_for(pick), shipments=[world.a_shipment()], packages=packages
    )
    call = erp_calls.post(PROFILE, message, "100007001")
    assert made == sent(call) == call.json
    assert json.loads(json.dumps(made, allow_nan=False)) == made


# No single field ---------------------------------------------------------------------------------------------


def places(value, path=()):
    """Every field of a JSON document, by its path."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in members:
        if isinstance(name, str):
            yield (*path, name)
        yield from places(each, (*path, name))


def changed(document, path, change):
    found = copy.deepcopy(document)
    holder = found
    for step in path[:-1]:
        holder = holder[step]
    change(holder, path[-1])
    return found


def removed(holder, name):
    del holder[name]


def nulled(holder, name):
    holder[name] = None


def misspelt(spell):
    def change(holder, name):
        holder[spell(name)] = holder.pop(name)

    return change


def camel(name):
    first, *rest = name.split("_")
    return first + "".join(each.title() for each in rest) if rest else name.title()


SPELLINGS = {
    "camel": camel,
    "upper": str.upper,
    "dashes": lambda name: f"-{name}".replace("_", "-"),
    "glued": lambda name: name.replace("_", "") if "_" in name else f"{name}_",
    "last letter lost": lambda name: name[:-1],
    "letter doubled": lambda name: name[0] + name,
    "swapped": lambda name: name[:-2] + name[-1] + name[-2] if name[-1] != name[-2] else f"{name}x",
}

GOODS_OUT = plain.pick_to_goods_out(world.a_pick(), world.SETTINGS)
SHIPMENT_GIVEN = {
    "order": world.a_goods_out(),
    "lines": world.the_lines(),
    "pick": world.a_pick(),
    "shipments": [world.a_shipment()],
    "packages": [world.a_package()],
}


def confirmed(given):
    return plain.goods_out_to_order_shipment(
        given["order"],
        given["lines"],
        given["pick"],
        world.SETTINGS,
        shipments=given["shipments"],
        packages=given["packages"],
    )


def goods_of_order(body):
    attributes = body["data"]["attributes"]
    return [
        {key: line["attributes"][key] for key in ("product_id", "order_quantity", "alt_line_number")}
        for line in attributes["lines_changes"]
    ]


def address_of(body):
    return body["data"]["relationships"]["address"]["data"]["attributes"]


def goods_of_confirm(body):
    (record,) = body
    sizes = ("line_seq", "style", "color_code", "size_desc", "size_qty")
    packed = ("line_seq", "style", "color_code", "size_desc", "ship_qty")
    return (
        record["header"]["pick_num"],
        record["header"]["ship_date"],
        [[line[key] for key in sizes] for line in record["pickDetail"]],
        [
            (carton.get("track_no"), [[line[key] for key in packed] for line in carton["cartonDetail"]])
            for carton in record["cartonHeader"]
        ],
    )


MAY_BE_EMPTY = {"addr2": "address_2", "state": "address_4", "contact": "address_5", "email": "email_address"}
"""Parts of an address that a good one may lack: removed or null, they are absent."""


def outcome(make):
    """What a step makes, or None when it refuses in words that name record and field."""
    try:
        return make()
    except ClarusBluecherryError as error:
        return None if error.record else error


@pytest.mark.parametrize("change", [removed, nulled])
def test_no_field_of_a_pick_is_missing_in_silence(change):
    silent = []
    for path in places(world.a_pick()):
        row = changed(world.a_pick(), path, change)
        body = outcome(lambda row=row: plain.pick_to_goods_out(row, world.SETTINGS))
        if body is None:
            continue
        wanted = dict(address_of(GOODS_OUT))
        if path[:3] == ("pickaddress", "rows", 1):
            wanted.pop(MAY_BE_EMPTY.get(path[-1], ""), None)
        if goods_of_order(body) != goods_of_order(GOODS_OUT) or address_of(body) != wanted:
            silent.append(path)
    assert silent == []


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_field_of_a_pick_is_misspelt_in_silence(spelling):
    """Whatever is misspelt changes nothing, or is refused."""
    silent = []
    for path in places(world.a_pick()):
        row = changed(world.a_pick(), path, misspelt(SPELLINGS[spelling]))
        body = outcome(lambda row=row: plain.pick_to_goods_out(row, world.SETTINGS))
        if body is not None and body != GOODS_OUT:
            silent.append(path)
    assert silent == []


@pytest.mark.parametrize("change", [removed, nulled])
def test_no_field_of_a_dispatch_is_missing_in_silence(change):
    whole = goods_of_confirm(confirmed(SHIPMENT_GIVEN))
    silent = []
    for path in places(SHIPMENT_GIVEN):
        if len(path) == 1:
            continue
        given = changed(SHIPMENT_GIVEN, path, change)
        body = outcome(lambda given=given: confirmed(given))
        if body is not None and goods_of_confirm(body) != whole and path[-1] != "tracking_number":
            silent.append(path)
    assert silent == []


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_field_of_a_dispatch_is_misspelt_in_silence(spelling):
    whole = confirmed(SHIPMENT_GIVEN)
    silent = []
    for path in places(SHIPMENT_GIVEN):
        if len(path) == 1:
            continue
        given = changed(SHIPMENT_GIVEN, path, misspelt(SPELLINGS[spelling]))
        body = outcome(lambda given=given: confirmed(given))
        if body is not None and body != whole:
            silent.append(path)
    assert silent == []


@pytest.mark.parametrize("change", [removed, nulled, *map(misspelt, SPELLINGS.values())])
@pytest.mark.parametrize("subtype", ["RCV", "NEGADJ"])
@pytest.mark.parametrize("kind", ["standard", "return"])
def test_no_field_of_a_transaction_is_lost_in_silence(change, subtype, kind):
    moved = world.a_transaction(subtype)
    moved["goods_in_receipt"]["receipt_type"] = kind
    (whole,) = plain.transaction_to_advice(moved, world.SETTINGS)
    silent = []
    for path in places(moved):
        row = changed(moved, path, change)
        made = outcome(lambda row=row: plain.transaction_to_advice(row, world.SETTINGS))
        if made is not None and made != [whole]:
            silent.append(path)
    assert silent == []


@pytest.mark.parametrize("change", [removed, nulled, *map(misspelt, SPELLINGS.values())])
def test_no_field_of_a_production_order_is_lost_in_silence(change):
    whole = plain.production_order_to_pre_receipt(world.a_production_order(), world.SETTINGS)
    silent = []
    for path in places(world.a_production_order()):
        row = changed(world.a_production_order(), path, change)
        made = outcome(lambda row=row: plain.production_order_to_pre_receipt(row, world.SETTINGS))
        if made is None:
            continue
        lines = [each["attributes"] for each in made["data"]["attributes"]["lines_changes"]]
        if lines != [each["attributes"] for each in whole["data"]["attributes"]["lines_changes"]]:
            silent.append(path)
    assert silent == []


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_field_of_a_style_or_of_stock_is_misspelt_in_silence(spelling):
    def counted(stock):
        return plain.stock_to_positions([stock], world.SETTINGS, as_of="2026-04-01T02:30:00Z", control_number="1")

    silent = []
    for whole, make in ((world.a_style(), plain.style_to_products), (world.a_stock(), None)):
        step = counted if make is None else lambda row: plain.style_to_products(row, world.SETTINGS)
        for path in places(whole):
            row = changed(whole, path, misspelt(SPELLINGS[spelling]))
            made = outcome(lambda row=row, step=step: step(row))
            if made is not None and made != step(whole):
                silent.append(path)
    assert silent == []


@pytest.mark.parametrize(
    ("change", "may_be_empty"),
    [(removed, {"lbl_code", "dimension"}), (nulled, {"color_code", "lbl_code", "dimension", "size_desc"})],
)
def test_no_sku_of_a_style_is_missing_in_silence(change, may_be_empty):
    """Null is how Blue Cherry writes a part that is empty; a recipe may say which part never is (`needed`)."""

    def codes(made):
        bodies = [*made["create"], *made["update"].values()]
        return [body["data"]["attributes"]["code"] for body in bodies]

    whole = codes(plain.style_to_products(world.a_style(), world.SETTINGS))
    silent = []
    for path in places(world.a_style()):
        row = changed(world.a_style(), path, change)
        made = outcome(lambda row=row: plain.style_to_products(row, world.SETTINGS))
        if made is not None and codes(made) != whole and path[-1] not in may_be_empty:
            silent.append(path)
    assert silent == []
    strict = {**world.SETTINGS, "recipe": {"parts": ["style", {"name": "size", "needed": True}]}, "skus": {}}
    with pytest.raises(ClarusBluecherryError, match="its size is empty"):
        plain.style_to_products(one_sku(size_desc=None), strict)


def one_sku(**changes):
    row = world.a_style()
    detail = row["styledetail"]["rows"][0]
    detail["stylecolorsizes"] = {"rows-i": [{**world.article(), **changes}]}
    return {**row, "styledetail": {"rows": [detail]}}


# Whatever comes ----------------------------------------------------------------------------------------------

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(
        ["1E+999999", "\ud800", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "0001-01-01"]
    ),
    lambda inside: st.lists(inside, max_size=2) | st.dictionaries(st.text(max_size=5), inside, max_size=2),
    max_leaves=5,
)
STEPS = {
    "pick": (world.a_pick(), lambda row: plain.pick_to_goods_out(row, world.SETTINGS)),
    "production order": (
        world.a_production_order(),
        lambda row: plain.production_order_to_pre_receipt(row, world.SETTINGS),
    ),
    "style": (world.a_style(), lambda row: plain.style_to_products(row, world.SETTINGS)),
    "dispatch": (SHIPMENT_GIVEN, confirmed),
    "transaction": (world.a_transaction(), lambda row: plain.transaction_to_advice(row, world.SETTINGS)),
    "stock": (
        world.a_stock(),
        lambda row: plain.stock_to_positions(
            [row], world.SETTINGS, as_of="2026-04-01T02:30:00Z", control_number="1"
        ),
    ),
}


@pytest.mark.parametrize("name", STEPS)
@given(data=st.data())
@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_a_system_sends_is_mapped_or_refused_in_our_own_words(name, data):
    whole, step = STEPS[name]
    path = data.draw(st.sampled_from(list(places(whole))))
    value = data.draw(anything)

    def put(holder, field):
        holder[field] = value

    made = outcome(lambda: step(changed(whole, path, put)))
    assert not isinstance(made, ClarusBluecherryError), "an error names its record"
    assert json.loads(json.dumps(made, allow_nan=False)) == made


@given(given=anything)
@settings(max_examples=50, deadline=None)
def test_what_is_no_record_is_refused(given):
    for _, step in STEPS.values():
        if step is confirmed:
            continue
        with pytest.raises(ClarusBluecherryError):
            step(given)
    with pytest.raises(ClarusBluecherryError):
        plain.goods_out_to_order_shipment(given, given, given, world.SETTINGS)


@given(given=anything)
def test_settings_are_checked_or_refused_in_our_own_words(given):
    for value in (given, {"zone": given}, {"skus": {"x": given}}, {"recipe": given}, {"profile": given}):
        made = outcome(lambda value=value: plain.settings(value))
        assert made is None or isinstance(made, plain.StepSettings)
