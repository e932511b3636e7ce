"""Introspection: a tenant says what it has; what does not fit and what has changed is told in words."""

import asyncio
import json

import graphql
import httpx
import pytest
import test_cli
from attrs import evolve
from clarus_world import Face, Tenant
from sandbox_world import CLIENT_ID, CLIENT_SECRET, brand_warehouse

from clarus_bluecherry.clarus import UNDOCUMENTED_FIELDS, AsyncClarus, Clarus, any_of, calls, eq, like
from clarus_bluecherry.clarus._rooms import Rooms
from clarus_bluecherry.clarus.introspection import Change, TenantSchema, diff, introspect
from clarus_bluecherry.errors import InvalidRecord, QueryFailed, UnreadableAnswer
from clarus_bluecherry.mapping import SUBTYPES
from clarus_bluecherry.sandbox import LocalServer
from clarus_bluecherry.sandbox.clarus_app import clarus_app
from clarus_bluecherry.sandbox.clarus_schema import schema as sandbox_schema


def told(sdl, **roots):
    """What a tenant with this schema answers, read. `roots` are list roots: name → node type."""
    lists = "".join(
        f"type {node}Edge {{ cursor: String! node: {node} }}"
        f"type {node}Connection {{ edges: [{node}Edge!] }}"
        f"type {node}List {{ all(filter: {node}Filter, first: Int): {node}Connection aggregation: Int }}"
        for node in roots.values()
    )
    query = "".join(f"{root}: {node}List! " for root, node in roots.items())
    built = graphql.build_schema(f"{sdl} {lists} type Query {{ {query} version: String }}")
    return read(built)


def read(built):
    call = introspect()
    result = graphql.graphql_sync(built, call.json["query"])
    tenant = Tenant()
    tenant._listed = lambda body: httpx.Response(200, json={"data": result.data})
    face = Face("sync", tenant)
    try:
        return face.send(call)
    finally:
        face.close()


SMALL = """
    enum Subtype { RCV PICK }
    input StringInput { eq: String in: [String!] }
    input SubtypeInput { eq: Subtype in: [Subtype!] }
    input MoveFilter { subtype: SubtypeInput code: StringInput }
    type Place { id: ID! code: String }
    type Unreached { id: ID! }
    type Move { id: ID! subtype: Subtype place: Place! parts: [Place!]! old: String @deprecated }
"""


@pytest.fixture(scope="module")
def sandbox():
    return read(sandbox_schema())


@pytest.fixture(scope="module")
def small():
    return told(SMALL, moves="Move")


@pytest.fixture(scope="module")
def url():
    with LocalServer(clarus_app(brand_warehouse())) as server:
        yield server.url


def test_a_tenant_is_asked_over_http_by_either_client(url, sandbox):
    with Clarus.with_credentials("sandbox", CLIENT_ID, CLIENT_SECRET, base_url=url) as clarus:
        assert clarus.send(introspect()) == sandbox

    async def asked():
        async with AsyncClarus.with_credentials("sandbox", CLIENT_ID, CLIENT_SECRET, base_url=url) as clarus:
            return await clarus.send(introspect())

    assert asyncio.run(asked()) == sandbox


def test_lists_fields_filters_operators_and_vocabularies_are_read(small):
    assert list(small.lists) == ["moves"]
    assert small.lists["moves"].arguments == {"filter": "MoveFilter", "first": "Int"}
    assert small.fields("moves") == {
        "id": "ID!",
        "subtype": "Subtype",
        "place": "Place!",
        "parts": "[Place!]!",
        "old": "String",
    }
    assert small.operators("moves", "code") == {"eq": "String", "in": "[String!]"}
    assert small.choices("moves", "subtype") == ("RCV", "PICK")
    assert small.choices("moves", "code") == ()


def test_only_what_the_lists_are_made_of_is_kept(small):
    assert set(small.objects) == {"Move", "Place"}
    assert set(small.inputs) == {"SubtypeInput", "StringInput"}


def test_the_vocabulary_of_transactions_can_be_held_against_ours(sandbox):
    subtypes = sandbox.choices("transactions", "subtype")
    assert "UNRCV" in subtypes
    assert not set(subtypes) - set(SUBTYPES)


def test_what_is_not_there_is_named(small):
    with pytest.raises(InvalidRecord, match="list orders"):
        small.fields("orders")
    with pytest.raises(InvalidRecord, match="field reason"):
        small.operators("moves", "reason")


def test_a_schema_survives_its_file(sandbox):
    text = sandbox.to_json()
    assert TenantSchema.from_json(text) == sandbox
    assert TenantSchema.from_json(text).to_json() == text


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"format": 2, "lists": {}}'])
def test_a_damaged_file_is_refused_with_what_to_do(text):
    with pytest.raises(InvalidRecord, match="introspect again"):
        TenantSchema.from_json(text)


def listings():
    rooms = (getattr(calls, name) for name in Rooms.__annotations__)
    return [room.list() for room in rooms if hasattr(room, "list")]


def test_every_listing_of_this_library_fits_the_sandbox(sandbox):
    simpler = {"locations"}  # the sandbox's have no aisles and slots
    asked = [listing for listing in listings() if listing.root in sandbox.lists.keys() - simpler]
    assert len(asked) > 15
    assert {listing.root: sandbox.usable(listing).missing for listing in asked} == {
        listing.root: () for listing in asked
    }
    inferred = {root: fields for root, fields in UNDOCUMENTED_FIELDS.items() if root in sandbox.lists}
    assert sandbox.extra_fields() == inferred


def test_what_would_fail_the_query_is_named_and_left_out(sandbox):
    listing = calls.transactions.list(
        subtype=any_of(["RCV", "LOAD"]),
        where={"batch": eq("1")},
        created_at=like("2026"),
        extra_fields=["warehouse { id colour }", "mood", "reason_code", "quantity { unit }"],
        include_archived=True,
    )
    found = sandbox.usable(evolve(listing, arguments={**listing.arguments, "order": ("String", "id")}))
    assert found.missing == (
        "field warehouse.colour",
        "field mood",
        "field reason_code, which is an object there",
        "field quantity, which is not an object there",
        "argument order",
        "filter batch",
        "value LOAD of filter subtype",
        "operator like of filter created_at",
    )
    assert found.extra_fields == ("warehouse { id }",)
    assert found.fields == listing.fields
    assert "description" in found.unasked
    assert "quantity" not in found.unasked


def test_a_listing_of_another_filter_type_or_of_no_list_at_all_does_not_fit(sandbox):
    listing = evolve(calls.accounts.list(code="A"), filter_type="AccountsFilter")
    assert sandbox.usable(listing).missing == ("filter type AccountsFilter, which is AccountFilterType there",)
    assert sandbox.usable(calls.tasks.list()).missing == ("list tasks",)


def test_the_fields_of_a_poorer_tenant_can_be_given_to_its_client():
    poor = told("input PackageFilter { id: ID } type Package { id: ID! code: String }", packages="Package")
    assert poor.extra_fields() == {"packages": ()}
    assert poor.extra_fields({"packages": ["code", "weight"], "orders": ["code"]}) == {"packages": ("code",)}


def test_a_schema_does_not_differ_from_itself(sandbox):
    assert diff(sandbox, sandbox) == ()


def test_what_was_added_removed_and_changed_is_told_in_words(small):
    later = told(
        SMALL.replace("RCV PICK", "RCV UNDISP")
        .replace("old: String @deprecated", "note: String")
        .replace("type Place { id: ID! code: String }", "type Place { id: ID! code: String! }"),
        moves="Move",
    )
    assert [str(change) for change in diff(small, later)] == [
        "added: Move: field note (String)",
        "removed: Move: field old",
        "changed: Place: field code, from String to String!",
        "removed: Subtype: value PICK",
        "added: Subtype: value UNDISP",
    ]
    assert diff(later, small)[0] == Change(kind="removed", what="Move: field note")


def test_a_list_that_came_is_told_with_its_filters(small):
    more = told(SMALL + "input PlaceFilter { code: StringInput }", moves="Move", places="Place")
    assert [str(change) for change in diff(small, more)] == [
        "added: list places (Place)",
        "added: list places: argument filter (PlaceFilter)",
        "added: list places: argument first (Int)",
        "added: list places: filter code (StringInput)",
    ]


def test_a_tenant_that_refuses_introspection_and_one_without_lists_are_errors():
    tenant = Tenant()
    face = Face("sync", tenant)
    tenant._listed = lambda body: httpx.Response(200, json={"errors": [{"message": "introspection is disabled"}]})
    with pytest.raises(QueryFailed, match="introspection is disabled"):
        face.send(introspect())
    face.close()
    with pytest.raises(UnreadableAnswer):
        read(graphql.build_schema("type Query { version: String }"))


# The command -------------------------------------------------------------------------------------------------

SITE = """
[clarus]
subdomain = "sandbox"
account = "BRAND"
zone = "Europe/London"
base_url = "{url}"
warehouses = {{ LON1 = "LON" }}

[bluecherry]
base_url = "http://127.0.0.1:9"
zone = "America/New_York"
currency = "USD"

[ledger]
path = "{ledger}"
zone = "Europe/London"
go_live = 2026-03-01
"""


@pytest.fixture
def run(url, tmp_path):
    site = tmp_path / "site.toml"
    site.write_text(SITE.format(url=url, ledger=tmp_path / "ledger.sqlite"), "utf-8")
    secrets = {
        "CLARUS_CLIENT_ID": CLIENT_ID,
        "CLARUS_CLIENT_SECRET": CLIENT_SECRET,
    }

    def run(*options):
        return test_cli.run("clarus", "introspect", "--site", str(site), *options, **secrets)

    return run


def test_the_command_keeps_the_schema_and_finds_no_difference_until_there_is_one(run, tmp_path, sandbox):
    cache = tmp_path / "schema.json"
    kept = run("--cache", str(cache))
    assert (kept.returncode, TenantSchema.from_json(cache.read_text("utf-8"))) == (0, sandbox), kept.stderr
    assert "goods_outs" in kept.stdout
    assert "without a meaning in the site file: none" in kept.stdout
    assert run("--cache", str(cache), "--diff").returncode == 0
    cache.write_text(evolve(sandbox, enums={**sandbox.enums, "SubtypeTypeEnum": ("RCV",)}).to_json(), "utf-8")
    before = cache.read_bytes()
    differs = run("--cache", str(cache), "--diff", "--json")
    assert differs.returncode == 1
    assert {"kind": "added", "what": "SubtypeTypeEnum: value UNRCV"} in json.loads(differs.stdout)["changes"]
    assert cache.read_bytes() == before
    assert not (tmp_path / "ledger.sqlite").exists()


def test_the_command_prints_one_json_document(run, sandbox):
    done = run("--json")
    found = json.loads(done.stdout)
    assert TenantSchema.from_json(json.dumps(found["schema"])) == sandbox
    assert (found["unknown_subtypes"], found["lacking_fields"]) == ([], [])


def test_the_command_says_what_it_needs_to_compare(run, tmp_path):
    for options in (["--diff"], ["--diff", "--cache", str(tmp_path / "none.json")]):
        done = run(*options)
        assert (done.returncode, done.stdout) == (2, "")
        assert "--" in done.stderr
