"""Every call and every list, as actually sent, against the vendor's own OpenAPI file."""

import datetime as dt
import inspect
import json
import re
import typing
from decimal import Decimal
from pathlib import Path

import graphql
import httpx
import jsonschema
import pytest

from clarus_bluecherry.clarus import Clarus, calls, wire
from clarus_bluecherry.http.auth import StaticToken
from clarus_bluecherry.http.call import Answer, Call
from clarus_bluecherry.http.sender import Sender

SPEC = Path(__file__).parents[2].parent / "shared" / "reference" / "clarus-openapi.json"
NOON = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)

pytestmark = pytest.mark.skipif(not SPEC.exists(), reason=f"the vendor's OpenAPI file is not at {SPEC}")


@pytest.fixture(scope="module")
def spec():
    return json.loads(SPEC.read_text("utf-8"))


# Every call ------------------------------------------------------------------------------------------------------

ADDRESS = wire.AddressAttributes(
    name="A. Buyer", address_1="1 High Street", address_3="Leeds", postcode="LS1 1AA", country_code="GB"
)
ORDER = wire.GoodsOutOrder(
    header=wire.GoodsOutAttributes(
        account_id="1", reference="SO-1", expected_date_of_dispatch=NOON, warehouse_id=2, carrier_id=None
    ),
    lines=(
        wire.GoodsOutLineAttributes(product_id=3, order_quantity=Decimal("2.5"), alt_line_number="1"),
        wire.GoodsOutLineAttributes(product_id=4, order_quantity=Decimal(1), alt_line_number="2"),
    ),
    address=ADDRESS,
)
RECEIPT = wire.PreReceipt(
    header=wire.GoodsInReceiptAttributes(
        account_id=1, warehouse_id=2, reference="PO-1", expected_date_of_arrival=NOON
    ),
    lines=(wire.GoodsInLineAttributes(product_id=3, expected_quantity=Decimal(10), alt_line_number="1"),),
)
PRODUCT = wire.ProductAttributes(code="SKU-1", description="A shirt", stock_unit_type_id=1, barcode="0501")

SAMPLES = {
    "create_product": lambda: calls.create_product(PRODUCT),
    "update_product": lambda: calls.update_product(7, {"barcode": "0502", "commodity_code": None}),
    "delete_product": lambda: calls.delete_product(7),
    "assign_account_product": lambda: calls.assign_account_product("7", "3"),
    "unassign_account_product": lambda: calls.unassign_account_product(7, 9),
    "create_goods_out": lambda: calls.create_goods_out(ORDER),
    "update_goods_out": lambda: calls.update_goods_out(
        7,
        {"priority": 3, "delivery_notes": None},
        lines=[
            calls.added({"product_id": 5, "order_quantity": 1}),
            calls.updated(61, {"order_quantity": "4"}),
            calls.removed("62"),
        ],
        address=ADDRESS,
    ),
    "delete_goods_out": lambda: calls.delete_goods_out(7),
    "cancel_goods_out": lambda: calls.cancel_goods_out(7),
    "process_picks": lambda: calls.process_picks(["7", 8]),
    "short_order_lines": lambda: calls.short_order_lines([7], "no more stock", 5),
    "create_goods_in_receipt": lambda: calls.create_goods_in_receipt(RECEIPT),
    "update_goods_in_receipt": lambda: calls.update_goods_in_receipt(
        7, {"notes": "late"}, lines=[calls.updated(61, {"expected_quantity": 4}), calls.removed(62)]
    ),
    "delete_goods_in_receipt": lambda: calls.delete_goods_in_receipt(7),
    "receive_goods_in_receipt": lambda: calls.receive_goods_in_receipt(7),
    "revert_goods_in_receipt": lambda: calls.revert_goods_in_receipt(7),
    "hold_stocks": lambda: calls.hold_stocks([1, "2"], "quality check", 4),
    "offhold_stocks": lambda: calls.offhold_stocks([1], "checked"),
    "move_stock": lambda: calls.move_stock(7, Decimal("2.5"), "12", 4),
    "transfer_stock": lambda: calls.transfer_stock(7, 3, 2),
    "negative_adjustment": lambda: calls.negative_adjustment(7, Decimal(1), 4),
    "update_stock": lambda: calls.update_stock(
        7, wire.StockChanges(string1="LOT", unit_dimensions=wire.StockDimensions(weight=Decimal("15.5")))
    ),
    "create_webhook": lambda: calls.create_webhook(
        "goods_out", "completed", "https://erp.example/hooks/goods_out.completed", "ERP"
    ),
    "update_automation": lambda: calls.update_automation(7, {"enabled": False}),
    "delete_automation": lambda: calls.delete_automation(7),
    "rest": lambda: calls.rest("POST", "/api/loads", json={"data": {"type": "loads", "attributes": {}}}),
    "upload": lambda: calls.upload("/api/documents/7/upload", b"a,b\n", filename="a.csv", media_type="text/csv"),
    "query": lambda: calls.query("{ __schema { queryType { name } } }"),
}


def returning(kind):
    """The public functions of `calls` whose answer is a `kind`."""
    functions = {name: getattr(calls, name) for name in calls.__all__ if inspect.isfunction(getattr(calls, name))}
    return {
        name: function
        for name, function in functions.items()
        if typing.get_origin(typing.get_type_hints(function)["return"]) is kind
    }


LISTINGS = returning(calls.Listing)


def test_every_function_that_makes_a_call_is_sampled_here():
    assert returning(Call).keys() == SAMPLES.keys()
    assert len(LISTINGS) >= 22


class Wire:
    """A real client over a transport that keeps the request and answers kindly."""

    def __init__(self):
        self.requests = []
        sender = Sender(
            "https://clarus-api.com", auth=StaticToken("t0k3n"), transport=httpx.MockTransport(self.take)
        )
        self.client = Clarus("acme", sender=sender)

    def take(self, request):
        self.requests.append(request)
        if request.url.path != "/graphql":
            body = {"data": {"id": 1, "type": "t", "attributes": {}}, "process_references": ["a"]}
            return httpx.Response(200, json=body)
        root = re.search(r"\{ (\w+) \{ all", json.loads(request.content)["query"])
        page = {"all": {"pageInfo": {"hasNextPage": False, "endCursor": None}, "edges": []}}
        return httpx.Response(200, json={"data": {root[1] if root else "any": page}})

    def sent(self, call):
        self.client.send(call)
        return self.requests[-1]


@pytest.fixture
def through():
    wired = Wire()
    yield wired
    wired.client.close()


@pytest.mark.parametrize("name", SAMPLES)
def test_a_call_is_an_operation_of_the_file_with_its_headers_and_a_valid_body(name, spec, through):
    request = through.sent(SAMPLES[name]())
    operation = operation_of(spec, request)
    media = request.headers["content-type"]
    assert request.headers["authorization"] == "Bearer t0k3n"
    assert request.headers["x-clarus-subdomain"] == "acme"
    if name == "upload":
        assert media == "text/csv"
        assert request.headers["content-disposition"] == 'attachment; filename="a.csv"'
        return
    assert media == "application/json"
    declared = operation.get("requestBody")
    assert bool(request.content) == (declared is not None)
    if declared:
        schema = declared["content"]["application/json"]["schema"]
        validate(spec, schema, json.loads(request.content), method=request.method, strict=name != "query")


@pytest.mark.parametrize("name", LISTINGS)
def test_a_list_is_asked_for_as_the_file_shows_it(name, spec, through):
    operation = list_operation(spec, name)
    shown = operation["requestBody"]["content"]["application/json"]["example"]
    listing = LISTINGS[name](shown["variables"]["filter"])
    request = through.sent(listing.page(first=10, after="MQ"))
    body = json.loads(request.content)
    assert (request.method, str(request.url)) == ("POST", "https://clarus-api.com/graphql")
    assert request.headers["x-clarus-subdomain"] == "acme"
    assert request.headers["content-type"] == "application/json"
    assert body["variables"] == {"filter": shown["variables"]["filter"], "first": 10, "after": "MQ"}
    validate(spec, operation["requestBody"]["content"]["application/json"]["schema"], body, strict=False)
    ours, theirs = selection(body["query"]), selection(shown["query"])
    assert ours.pop("filter_type") == theirs.pop("filter_type")
    assert ours == theirs


@pytest.mark.parametrize("name", calls.INFERRED_FIELDS)
def test_inferred_fields_are_known_to_the_node_and_not_shown_by_the_vendor(name, spec):
    shown = selection(list_operation(spec, name)["requestBody"]["content"]["application/json"]["example"]["query"])
    listing = LISTINGS[name](extra_fields=calls.INFERRED_FIELDS[name])
    asked = selection(json.loads(listing.page(first=2).body)["query"])
    further = asked["fields"] - shown["fields"]
    assert further
    assert not {field for field in further if field.split(".")[0] not in listing.model.model_fields}


# Every attribute that can be written -----------------------------------------------------------------------------


def lines_of(component):
    return lambda spec: spec["components"]["schemas"][component]["properties"]["attributes"]


def component(name):
    return lambda spec: spec["components"]["schemas"][name]


WRITTEN = {
    wire.ProductAttributes: component("ProductAttributes"),
    wire.GoodsOutAttributes: component("GoodsOutAttributes"),
    wire.GoodsInReceiptAttributes: component("GoodsInReceiptAttributes"),
    wire.GoodsOutLineChanges: lines_of("GoodsOutLineChange"),
    wire.GoodsInLineChanges: lines_of("GoodsInReceiptLineChange"),
    wire.AddressAttributes: component("Address"),
    wire.StockDimensions: component("StockDimensions"),
    wire.StockChanges: lambda spec: spec["components"]["schemas"]["StockUpdateRequest"]["properties"]["data"][
        "properties"
    ]["attributes"],
    wire.AutomationAttributes: component("AutomationAttributes"),
}


@pytest.mark.parametrize("model", WRITTEN, ids=lambda model: model.__name__)
def test_a_written_record_has_the_vendors_attributes_requirements_and_limits(model, spec):
    theirs = WRITTEN[model](spec)
    declared = {name: schema for name, schema in theirs["properties"].items() if not name.endswith("_changes")}
    writable = {name for name, schema in declared.items() if not schema.get("readOnly")}
    ours = model.model_json_schema()
    assert set(ours["properties"]) == writable
    defaults = {name for name, field in model.model_fields.items() if field.default is not None}
    assert set(theirs.get("required", ())) <= set(ours.get("required", ())) | defaults
    for name in sorted(writable):
        assert limits(ours, ours["properties"][name]) == limits(spec, declared[name]), name


@pytest.mark.parametrize("model", WRITTEN, ids=lambda model: model.__name__)
def test_a_record_with_every_attribute_set_is_valid_and_arrives_whole(model, spec):
    record = model.model_validate({name: value_for(model, name) for name in model.model_fields})
    sent = json.loads(calls.rest("POST", "/api/x", json=record.wire()).body)
    assert sent.keys() == model.model_fields.keys()
    validate(spec, WRITTEN[model](spec), sent)


@pytest.mark.parametrize("model", WRITTEN, ids=lambda model: model.__name__)
def test_only_what_the_vendor_calls_nullable_can_be_cleared(model, spec):
    partial = next(base for base in (*model.__mro__,) if base.__name__.endswith("Changes") or base is model)
    declared = WRITTEN[model](spec)["properties"]
    patched = wire.AutomationChanges if model is wire.AutomationAttributes else partial
    for name in patched.model_fields:
        try:
            model.model_validate({**required_of(model), name: None})
            clears = True
        except ValueError:
            clears = False
        assert clears == bool(declared[name].get("nullable")), name


# Every example answer --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTINGS)
def test_the_example_row_of_a_list_is_read_without_loss(name, spec):
    operation = list_operation(spec, name)
    example = operation["responses"]["200"]["content"]["application/json"]["example"]
    listing = LISTINGS[name]()
    connection = example["data"][listing.root]["all"]
    connection["pageInfo"] = {"hasNextPage": False, "endCursor": "MQ"}
    rows = [edge["node"] for edge in connection["edges"]]
    for edge in connection["edges"]:
        edge["cursor"] = "MQ"
    page = listing.page(first=10).result(Answer(200, body=json.dumps(example).encode()))
    assert rows
    for node, row in zip(page.nodes, rows, strict=True):
        assert_survives(node, row)
        assert listing.key(node)


@pytest.mark.parametrize("name", [name for name in SAMPLES if name not in ("rest", "upload", "query")])
def test_the_example_answer_of_an_operation_is_read_without_loss(name, spec, through):
    call = SAMPLES[name]()
    example = example_answer(spec, operation_of(spec, through.sent(call)))
    if example is None:
        answer = call.result(Answer(204)) if not name.startswith(("create", "assign", "process")) else None
        assert answer is None or answer.id == ""
        return
    value = call.result(Answer(200, body=json.dumps(example).encode()))
    if name == "process_picks":
        assert list(value) == example["process_references"]
        return
    flat = example.get("data", example)
    assert value.id == str(flat["id"])
    attributes = flat.get("attributes", {key: each for key, each in flat.items() if key != "id"})
    assert plain(value.attributes) == plain(attributes)


# Helpers ---------------------------------------------------------------------------------------------------------


def operation_of(spec, request):
    path, method = request.url.path, request.method.lower()
    if path == "/graphql":
        return spec["paths"]["/graphql#ListProducts"]["post"]
    fitting = [
        template
        for template, operations in spec["paths"].items()
        if method in operations and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path)
    ]
    assert fitting, f"{request.method} {path} is not in the vendor's file"
    return spec["paths"][min(fitting, key=lambda template: template.count("{"))][method]


def list_operation(spec, name):
    wanted = "#List" + name.title().replace("_", "")
    return spec["paths"][f"/graphql{wanted}"]["post"]


def selection(text):
    """Root, filter type and the dotted node fields of a list query."""
    definition = graphql.parse(text).definitions[0]
    root = definition.selection_set.selections[0]
    edges = next(
        each for each in root.selection_set.selections[0].selection_set.selections if each.name.value == "edges"
    )
    node = next(each for each in edges.selection_set.selections if each.name.value == "node")
    types = {each.variable.name.value: each.type.name.value for each in definition.variable_definitions}
    return {"root": root.name.value, "filter_type": types.get("filter"), "fields": set(dotted(node))}


def dotted(field, prefix=""):
    for each in field.selection_set.selections:
        name = prefix + each.name.value
        if each.selection_set:
            yield from dotted(each, f"{name}.")
        else:
            yield name


def resolved(spec, schema):
    while "$ref" in schema:
        found = spec
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        schema = found
    return schema


def translated(spec, schema, strict):
    """An OpenAPI 3.0 schema as JSON Schema: references in place, `nullable` said the other way."""
    schema = resolved(spec, schema)
    new = {key: value for key, value in schema.items() if key not in ("nullable", "example", "readOnly")}
    if new.get("exclusiveMinimum") is True:
        new["exclusiveMinimum"] = new.pop("minimum")
    if "properties" in new:
        new["properties"] = {key: translated(spec, each, strict) for key, each in new["properties"].items()}
        new.setdefault("additionalProperties", not strict)
    if "items" in new:
        new["items"] = translated(spec, new["items"], strict)
    for joint in ("allOf", "oneOf", "anyOf"):
        if joint in new:
            new[joint] = [translated(spec, each, strict) for each in new[joint]]
    return {"anyOf": [new, {"type": "null"}]} if schema.get("nullable") else new


FORMATS = jsonschema.FormatChecker(formats=("email",))


@FORMATS.checks("date-time", raises=ValueError)
def _is_instant(value):
    return not isinstance(value, str) or dt.datetime.fromisoformat(value).tzinfo is not None


def validate(spec, schema, body, method="POST", strict=True):
    """Validate as the file says, unknown attributes refused; PATCH attributes are optional, as in the guides."""
    translation = translated(spec, schema, strict)
    if method == "PATCH":
        attributes = translation["properties"]["data"]["properties"]["attributes"]
        attributes.pop("required", None)
    jsonschema.Draft202012Validator(translation, format_checker=FORMATS).validate(body)


def parts(root, schema):
    """A schema and all that it joins."""
    schema = resolved(root, schema)
    yield schema
    for each in (*schema.get("allOf", ()), *schema.get("anyOf", ())):
        yield from parts(root, each)


def limits(root, schema):
    """What a schema refuses, in either dialect."""
    found = {}
    for each in parts(root, schema):
        exclusive = each.get("exclusiveMinimum")
        if exclusive is True:
            found["above"] = each["minimum"]
        elif exclusive is not None:
            found["above"] = exclusive
        elif "minimum" in each:
            found["least"] = each["minimum"]
        for key, name in (("maxLength", "longest"), ("maximum", "most")):
            if key in each:
                found[name] = each[key]
        if "enum" in each:
            found["enum"] = sorted(value for value in each["enum"] if value is not None)
    return found


def value_for(model, name):
    """Some value that the field takes."""
    schema = model.model_json_schema()
    declared = schema["properties"][name]
    found = limits(schema, declared)
    if "enum" in found:
        return found["enum"][0]
    kinds = {each.get("format") or each.get("type") for each in parts(schema, declared)}
    samples = {"date-time": NOON, "boolean": True, "integer": 1, "number": "1.5", "object": {"weight": "1.5"}}
    text = "a@example.com" if name == "email_address" else "GB"
    return next((value for kind, value in samples.items() if kind in kinds), text)


def required_of(model):
    return {name: value_for(model, name) for name, field in model.model_fields.items() if field.is_required()}


def example_answer(spec, operation):
    content = operation["responses"].get("200", {}).get("content", {}).get("application/json", {})
    return content.get("example") or resolved(spec, content.get("schema", {})).get("example")


def assert_survives(node, row):
    """Every value of the vendor's row is on the node, as a declared field."""
    assert not node.model_extra
    for name, value in row.items():
        ours = getattr(node, name)
        if isinstance(value, dict):
            assert_survives(ours, value)
        elif isinstance(ours, dt.datetime):
            assert ours == dt.datetime.fromisoformat(value)
        else:
            assert ours == (Decimal(str(value)) if isinstance(ours, Decimal) else value), name


def plain(value):
    return json.loads(json.dumps(value, default=float))
