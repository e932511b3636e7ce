"""Every call and every list, as actually sent, against the vendor's own OpenAPI file."""

import datetime as dt
import json
import re
from decimal import Decimal

import httpx
import pytest
from clarus_samples import FILTERS, GENERIC, LISTINGS, RESOURCES, SAMPLES, calls_that_can_be_made, whole
from clarus_spec import (
    SPEC,
    attributes_of,
    body_schema,
    documented_filters,
    example,
    example_answer,
    limits,
    list_example,
    list_names,
    list_operation,
    load,
    node_text,
    operation_of,
    operations,
    place_of,
    resolved,
    selection,
    validate,
)

from clarus_bluecherry.clarus import UNDOCUMENTED_FIELDS, Clarus, calls, wire
from clarus_bluecherry.http import Answer, Sender, StaticToken

pytestmark = pytest.mark.skipif(not SPEC.exists(), reason=f"the vendor's OpenAPI file is not at {SPEC}")

PUBLISHED = [name for name in LISTINGS if name != "sites"]
"""The list of sites is in the vendor's guides only."""


@pytest.fixture(scope="module")
def spec():
    return load()


# Every call ------------------------------------------------------------------------------------------------------


def test_every_function_that_makes_a_call_is_sampled():
    assert calls_that_can_be_made() == SAMPLES.keys() | GENERIC.keys()
    assert len(SAMPLES) >= 140
    assert len(LISTINGS) >= 39


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
        if request.url.path == "/graphql":
            root = re.search(r"\{ (\w+) \{ all", json.loads(request.content)["query"])
            page = {"all": {"pageInfo": {"hasNextPage": False, "endCursor": None}, "edges": []}}
            return httpx.Response(200, json={"data": {root[1] if root else "any": page}})
        known = {"process_references": ["a"], "stock_check_id": 1, "attempt_result": "success", "url": "u"}
        if "stock_checks" in request.url.path or "download" in request.url.path:
            return httpx.Response(200, json={**known, "status": "passed"})
        return httpx.Response(200, json={"data": {"id": 1, "type": "t", "attributes": {}}, **known})

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
    assert request.headers["authorization"] == "Bearer t0k3n"
    assert request.headers["x-clarus-subdomain"] == "acme"
    if ".upload" in name:
        assert "application/octet-stream" in operation["requestBody"]["content"]
        assert request.headers["content-disposition"].startswith('attachment; filename="')
        return
    assert request.headers["content-type"] == "application/json"
    schema = body_schema(operation)
    assert bool(request.content) == (schema is not None)
    if schema:
        validate(spec, schema, json.loads(request.content), method=request.method)
    wanted = {each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"}
    assert set(request.url.params) == wanted


@pytest.mark.parametrize("name", SAMPLES)
def test_the_documented_answer_of_an_operation_is_read_without_loss(name, spec, through):
    call = SAMPLES[name]()
    operation = operation_of(spec, through.sent(call))
    shown = example_answer(spec, operation)
    if shown is None:
        value = call.result(Answer(204 if "204" in operation["responses"] else 200))
        assert value == wire.Saved()
        return
    body = json.dumps(shown).encode()
    value = call.result(Answer(200, body=body))
    if isinstance(value, bytes):
        assert value == body
    elif isinstance(value, tuple):
        assert list(value) == shown["process_references"]
    elif isinstance(value, wire.Saved):
        flat = shown.get("data", shown)
        attributes = flat.get("attributes", {key: each for key, each in flat.items() if key not in ("id", "type")})
        assert value.id == str(flat.get("id", ""))
        assert plain(value.attributes) == plain(attributes)
        assert {*flat} <= {"id", "type", *attributes, *value.model_dump()}
    else:
        assert_survives(value, shown)


@pytest.mark.parametrize("path", ["/graphql#ListProducts"])
def test_a_query_of_your_own_goes_where_lists_go(path, spec, through):
    request = through.sent(GENERIC["query"]())
    validate(spec, body_schema(spec["paths"][path]["post"]), json.loads(request.content), strict=False)


# Every other operation, by the generic calls ---------------------------------------------------------------------


def test_every_operation_of_the_file_is_reachable_by_a_generic_call(spec, through):
    reached = set()
    for path, method, operation in operations(spec):
        request = through.sent(generic_call(spec, path, method, operation))
        schema = body_schema(operation)
        if schema:
            validate(spec, schema, json.loads(request.content), method=request.method, strict=False)
        reached.add((*place_of(spec, request.method, request.url.path)[:1], method))
    assert len(reached) == len(list(operations(spec))) == 270


def generic_call(spec, path, method, operation):
    """The generic call of the operation's own style, with the documented example."""
    filled = re.sub(r"\{\w+\}", "7", path)
    query = tuple((each["name"], "1,2") for each in operation.get("parameters", ()) if each["in"] == "query")
    if "application/octet-stream" in operation.get("requestBody", {}).get("content", {}):
        return calls.upload(filled, b"a,b\n", filename="a.csv")
    schema = body_schema(operation)
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    body = content.get("example") or (example(spec, schema) if schema else None)
    data = body.get("data") if isinstance(body, dict) else None
    if data and "type" in data:
        kind, attributes = data["type"], data.get("attributes", {})
        return calls.jsonapi(
            method.upper(), filled, kind, attributes, relationships=data.get("relationships"), repeatable=False
        )
    return calls.rest(method.upper(), filled, json=body, query=query)


def test_every_list_of_the_file_is_reachable_by_the_generic_listing(spec, through):
    for root, operation in list_names(spec).items():
        shown = list_example(operation)
        theirs = selection(shown["query"])
        listing = calls.listing(
            root,
            node_text(shown["query"]),
            filter_type=theirs["filter_type"] or "",
            where=shown.get("variables", {}).get("filter"),
        )
        request = through.sent(listing.page(first=10))
        assert selection(json.loads(request.content)["query"]) == theirs
    assert len(list_names(spec)) == 70


@pytest.mark.parametrize("name", ["documents", "products", "mapping_groups"])
def test_rows_of_a_generic_listing_keep_every_field(name, spec):
    operation = list_operation(spec, name)
    listing = calls.listing(name, node_text(list_example(operation)["query"]))
    page, rows = page_of(listing, operation)
    for node, row in zip(page.nodes, rows, strict=True):
        assert plain({"id": node.id, **node.model_extra}) == plain(row)


# Every list ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_list_is_asked_for_as_the_file_shows_it(name, spec, through):
    operation = list_operation(spec, name)
    shown = list_example(operation)
    listing = LISTINGS[name](where=shown["variables"]["filter"])
    request = through.sent(listing.page(first=10, after="MQ"))
    body = json.loads(request.content)
    assert (request.method, str(request.url)) == ("POST", "https://clarus-api.com/graphql")
    assert request.headers["x-clarus-subdomain"] == "acme"
    assert request.headers["content-type"] == "application/json"
    assert body["variables"] == {"filter": shown["variables"]["filter"], "first": 10, "after": "MQ"}
    validate(spec, body_schema(operation), body, strict=False)
    assert selection(body["query"]) == selection(shown["query"])


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_list_takes_the_documented_filters(name, spec):
    assert set(FILTERS[name]) == documented_filters(list_operation(spec, name)).keys()


def test_the_operators_of_filters_are_those_of_the_file(spec):
    documented = set()
    for name in PUBLISHED:
        documented.update(*documented_filters(list_operation(spec, name)).values())
    ours = {"eq", "in", "like", "ilike", "from", "to", "between", "gt", "gteq", "lt", "lteq", "filled"}
    assert documented <= ours


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_example_row_of_a_list_is_read_without_loss(name, spec):
    listing = LISTINGS[name]()
    page, rows = page_of(listing, list_operation(spec, name))
    assert rows
    for node, row in zip(page.nodes, rows, strict=True):
        assert_survives(node, row)
        assert listing.key(node)


@pytest.mark.parametrize("name", UNDOCUMENTED_FIELDS)
def test_inferred_fields_are_known_to_the_node_and_not_shown_by_the_vendor(name, spec):
    shown = selection(list_example(list_operation(spec, name))["query"])
    listing = LISTINGS[name](extra_fields=UNDOCUMENTED_FIELDS[name])
    asked = selection(json.loads(listing.page(first=2).body)["query"])
    further = asked["fields"] - shown["fields"]
    assert further
    assert not {field for field in further if field.split(".")[0] not in listing.model.model_fields}


# Every attribute that can be written -----------------------------------------------------------------------------


def component(name):
    return lambda spec: spec["components"]["schemas"][name]


def lines_of(name):
    return lambda spec: spec["components"]["schemas"][name]["properties"]["attributes"]


def taken_by(path, method="post", *inside):
    """The schema of an operation's attributes, or of one of them, within which the steps of `inside` lead."""

    def find(spec):
        found = attributes_of(spec, path, method)
        for step in inside:
            found = resolved(spec, found["items"] if step == "[]" else found["properties"][step])
        return found

    return find


def creates(room):
    call = SAMPLES[f"{room}.create"]()
    return lambda spec: attributes_of(spec, place_of(spec, call.method, call.path)[0], "post")


def patches(room):
    call = SAMPLES[f"{room}.update"]()
    return lambda spec: attributes_of(spec, place_of(spec, call.method, call.path)[0], "patch")


ROWS = ("attributes",)
ACTION = ("actions_changes", "[]", *ROWS)
WRITTEN = {
    wire.ProductAttributes: component("ProductAttributes"),
    wire.GoodsOutAttributes: component("GoodsOutAttributes"),
    wire.GoodsInReceiptAttributes: component("GoodsInReceiptAttributes"),
    wire.GoodsOutLineChanges: lines_of("GoodsOutLineChange"),
    wire.GoodsInLineChanges: lines_of("GoodsInReceiptLineChange"),
    wire.AddressAttributes: component("Address"),
    wire.StockDimensions: component("StockDimensions"),
    wire.StockChanges: taken_by("/api/stocks/{id}", "patch"),
    wire.AutomationAttributes: component("AutomationAttributes"),
    wire.ConditionChanges: taken_by("/api/automations", "post", "conditions_changes", "[]", *ROWS),
    wire.ActionChanges: taken_by("/api/automations", "post", *ACTION),
    wire.ParameterAttributes: taken_by("/api/automations", "post", *ACTION, "parameters_changes", "[]", *ROWS),
    wire.CustomerAddress: taken_by("/api/customers", "post", "address"),
    wire.SavedAddressChanges: taken_by("/api/suppliers", "post", "address"),
    wire.ParcelAttributes: taken_by("/api/shipments", "post", "packages", "[]"),
    wire.PackageDimensions: taken_by("/api/packages", "post", "dimensions"),
    wire.StorageUnitDimensions: taken_by("/api/storage_unit_types", "post", "dimensions"),
    wire.PickListChanges: taken_by("/api/goods_out_pick_lists/{id}", "patch"),
    wire.ConsolidatedPickList: lambda spec: spec["components"]["schemas"]["ConsolidatedPickRequest"]["properties"][
        "goods_out_pick_list_attributes"
    ],
    wire.MappingGroupFieldAttributes: taken_by("/api/mapping_groups/{mapping_group_id}/mapping_group_fields"),
    wire.StockCheckAttributes: taken_by("/api/stock_checks"),
    wire.StockCheckAttempt: taken_by("/api/stock_checks/{id}/record_attempt"),
    wire.Received: taken_by("/api/receive_tasks/{id}/receive"),
    wire.ReceivedToPutaway: taken_by("/api/receive_tasks/{id}/receive_to_putaway_location"),
    wire.TaskChanges: taken_by("/api/tasks/{id}", "patch"),
    **{attributes: creates(room) for room, (attributes, _, _) in RESOURCES.items()},
}
PATCHED = {changes: patches(room) for room, (_, changes, _) in RESOURCES.items()}


def declared_by(model, spec):
    """The vendor's writable attributes of `model`, without the child rows that calls add as changes."""
    theirs = WRITTEN[model](spec)
    children = () if model is wire.ActionChanges else ("lines_changes", "conditions_changes", "actions_changes")
    return {
        name: schema
        for name, schema in theirs["properties"].items()
        if name not in children and not schema.get("readOnly")
    }


@pytest.mark.parametrize("model", WRITTEN, ids=lambda model: model.__name__)
def test_a_written_record_has_the_vendors_attributes_requirements_and_limits(model, spec):
    declared = declared_by(model, spec)
    ours = model.model_json_schema()
    assert set(ours["properties"]) == declared.keys()
    defaults = {name for name, field in model.model_fields.items() if field.default is not None}
    assert set(WRITTEN[model](spec).get("required", ())) <= set(ours.get("required", ())) | defaults
    for name, schema in sorted(declared.items()):
        assert limits(ours, ours["properties"][name]) == limits(spec, schema), name


@pytest.mark.parametrize("model", PATCHED, ids=lambda model: model.__name__)
def test_a_change_has_the_attributes_of_the_patch_and_requires_none(model, spec):
    theirs = PATCHED[model](spec)
    writable = {name for name, each in theirs["properties"].items() if not each.get("readOnly")}
    assert set(model.model_fields) == writable
    assert not model().wire()


@pytest.mark.parametrize("model", WRITTEN, ids=lambda model: model.__name__)
def test_a_record_with_every_attribute_set_is_valid_and_arrives_whole(model, spec):
    record = model.model_validate(whole(model))
    sent = json.loads(calls.rest("POST", "/api/x", json=record.wire()).body)
    assert sent.keys() == model.model_fields.keys()
    validate(spec, WRITTEN[model](spec), sent)


@pytest.mark.parametrize("model", WRITTEN, ids=lambda model: model.__name__)
def test_only_what_the_vendor_calls_nullable_can_be_cleared(model, spec):
    """In the create and in the PATCH, where the file has both."""
    declared = declared_by(model, spec)
    changed = next((base for base in model.__mro__ if base.__name__.endswith("Changes")), model)
    patched = PATCHED[changed](spec)["properties"] if changed in PATCHED else {}
    required = {name: value for name, value in whole(model).items() if model.model_fields[name].is_required()}
    for name in changed.model_fields.keys() & declared.keys():
        tried = changed if changed in PATCHED else model
        base = {} if tried is changed and tried is not model else required
        try:
            tried.model_validate({**base, name: None})
            clears = True
        except ValueError:
            clears = False
        said = [each for each in (declared[name], patched.get(name)) if each]
        assert clears == all(schema.get("nullable") for schema in said), name


# Helpers ---------------------------------------------------------------------------------------------------------


def page_of(listing, operation):
    """The example page of a list, with the cursors that the example leaves out, and its rows."""
    answer = json.loads(json.dumps(operation["responses"]["200"]["content"]["application/json"]["example"]))
    connection = answer["data"][listing.root]["all"]
    connection["pageInfo"] = {"hasNextPage": False, "endCursor": "MQ"}
    rows = [edge["node"] for edge in connection["edges"]]
    for edge in connection["edges"]:
        edge["cursor"] = "MQ"
    return listing.page(first=10).result(Answer(200, body=json.dumps(answer).encode())), rows


def assert_survives(node, row):
    """Every value of the vendor's row is on the node, as a declared field."""
    assert not node.model_extra
    for name, value in row.items():
        assert_same(getattr(node, name), value)


def assert_same(ours, value):
    match value:
        case dict() if isinstance(ours, wire.NodePart):
            assert_survives(ours, value)
        case list():
            for each, theirs in zip(ours, value, strict=True):
                assert_same(each, theirs)
        case _ if isinstance(ours, dt.datetime):
            assert ours == dt.datetime.fromisoformat(value)
        case _ if isinstance(ours, Decimal):
            assert ours == Decimal(str(value))
        case int() if isinstance(ours, str):
            assert ours == str(value)
        case _:
            assert ours == value


def plain(value):
    return json.loads(json.dumps(value, default=float))
