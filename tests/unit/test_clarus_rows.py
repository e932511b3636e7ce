"""A row of a list is read alone: whatever is wrong with it, the others arrive, and it is told with what came."""

import base64
import datetime as dt
import json
import pickle
import re
from decimal import Decimal

import httpx
import pytest
from attrs import evolve
from clarus_world import Face, Tenant

from clarus_bluecherry.clarus import calls, wire
from clarus_bluecherry.clarus._graphql import UnreadRow
from clarus_bluecherry.errors import InvalidRecord, UnreadableAnswer, UnreadRows, WireError
from clarus_bluecherry.http import Answer

GOOD = {
    "id": "7",
    "subtype": "POSADJ",
    "quantity": 3,
    "created_at": "2026-03-02T12:00:00Z",
    "category": "adjustment",
    "product": {"id": "3", "code": "SKU-1"},
}


def stock(number, **changes):
    return {"id": str(number), "quantity": number, "product": {"id": "1", "code": f"SKU-{number}"}, **changes}


class Raw:
    """A server that gives the `edges` it was told, in pages by position, as raw text of JSON."""

    def __init__(self, *edges, more=None, root="stocks"):
        self.edges, self.more, self.root = edges, more, root
        self.reads = 0

    def __call__(self, request):
        self.reads += 1
        asked = json.loads(request.content)["variables"]
        start = int(base64.b64decode(asked["after"])) if asked.get("after") else 0
        shown = self.edges[start : start + asked["first"]]
        more = start + len(shown) < len(self.edges) if self.more is None else self.more
        page = f'{{"pageInfo": {{"hasNextPage": {json.dumps(more)}, "endCursor": null}}, "edges": [%s]}}'
        text = f'{{"data": {{"{self.root}": {{"all": {page % ", ".join(shown)}}}}}}}'
        return httpx.Response(200, content=text.encode("utf-8", "surrogatepass"))


def edge(place, node):
    cursor = base64.b64encode(str(place).encode()).decode()
    return json.dumps({"cursor": cursor, "node": node})


def rows(count, **odd):
    """`count` stock rows; `at_5={...}` changes the fifth."""
    return [edge(n, stock(n, **odd.get(f"at_{n}", {}))) for n in range(1, count + 1)]


@pytest.fixture(params=["sync", "async"])
def read(request):
    """Read all stock: the ids that came, the rows that were told."""
    faces = []

    def reading(server, page_size=10, **options):
        faces.append(face := Face(request.param, server, page_size=page_size))
        told = []
        nodes = face.wait(face.client.all(calls.stocks.list(), unread=told.append, **options))
        return [int(node.id) for node in nodes], told

    reading.faces = faces
    reading.kind = request.param
    yield reading
    for face in faces:
        face.close()


# Rows ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [1, 5, 6, 10, 15, 16, 41])
def test_the_other_rows_arrive_wherever_the_bad_one_stands_and_it_is_told_once(read, place):
    server = Raw(*rows(41, **{f"at_{place}": {"quantity": "many"}}))
    found, told = read(server)
    assert found == [n for n in range(1, 42) if n != place]
    (row,) = told
    assert (row.root, row.id, row.raw["quantity"]) == ("stocks", str(place), "many")
    assert (row.problem.record, row.problem.field) == (f"stocks {place}", "quantity")
    assert "many" not in str(row.problem) + repr(row)


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_whoever_does_not_take_the_bad_rows_is_told_of_them_once_the_others_have_come(kind):
    face = Face(kind, Raw(*rows(41, at_3={"id": None}, at_20={"quantity": []})), page_size=10)
    came, listing = [], calls.stocks.list()

    async def over_async():
        async for node in face.client.iterate(listing):
            came.append(node)  # noqa: PERF401 - what came before the error counts

    def over():
        for node in face.client.iterate(listing):
            came.append(node)  # noqa: PERF402

    with pytest.raises(UnreadRows, match=r"2 of its rows cannot be read.*stocks 20, field quantity") as caught:
        face.runner.run(over_async()) if face.runner else over()
    assert len(came) == 39
    assert isinstance(caught.value, WireError)
    assert [problem.field for problem in pickle.loads(pickle.dumps(caught.value)).problems] == ["id", "quantity"]
    with pytest.raises(UnreadRows):
        face.wait(face.client.all(calls.stocks.list()))
    face.close()


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_the_first_row_is_never_said_to_be_missing_when_it_cannot_be_read(kind):
    bad, none = Face(kind, Raw(*rows(2, at_1={"quantity": None}))), Face(kind, Raw())
    with pytest.raises(UnreadRows):
        bad.first(calls.stocks.list())
    assert none.first(calls.stocks.list()) is None
    bad.close()
    none.close()


@pytest.mark.parametrize(
    "odd",
    [
        "null",
        "7",
        '"text"',
        "[]",
        "{}",
        '{"cursor": "Mw=="}',
        '{"cursor": "Mw==", "node": null}',
        '{"cursor": "Mw==", "node": []}',
        '{"node": {"id": null, "quantity": 1}}',
        edge(3, {"id": "3", "quantity": 1, "product": "[" * 80}),
        edge(3, {"id": "3"}),
        edge(3, {"id": "3\0", "quantity": 1}),
        edge(3, {"id": "9" * 5000, "quantity": 1}),
        edge(3, {"id": "", "quantity": 1}),
        edge(3, {"id": {"a": 1}, "quantity": True}),
    ],
)
def test_whatever_stands_in_a_rows_place_the_others_arrive(read, odd):
    listed = rows(25)
    listed[2] = odd if "[[" not in odd else odd.replace('"' + "[" * 80 + '"', "[" * 80 + "]" * 80)
    found, told = read(Raw(*listed))
    assert found == [n for n in range(1, 26) if n != 3]
    assert len(told) == 1
    assert isinstance(told[0], UnreadRow)
    assert told[0].problem.record


@pytest.mark.parametrize("cursor", [None, {}, [], "x" * 5000, ""])
@pytest.mark.parametrize("place", [5, 10])
def test_a_row_without_a_place_in_the_list_is_read_and_so_is_what_follows_it(read, cursor, place):
    listed = rows(25)
    listed[place - 1] = json.dumps({"cursor": cursor, "node": stock(place)})
    found, told = read(Raw(*listed))
    assert (sorted(found), told) == (list(range(1, 26)), [])


def test_a_list_without_any_cursor_ends_typed(read):
    listed = [json.dumps({"cursor": None, "node": stock(n)}) for n in range(1, 26)]
    with pytest.raises(WireError, match="no cursors"):
        read(Raw(*listed))


def test_two_rows_of_one_identity_that_differ_are_not_one(read):
    listed = [*rows(3), edge(4, stock(2, quantity=99)), edge(5, stock(3))]
    found, told = read(Raw(*listed))
    assert found == [1, 2, 3]
    assert [row.raw["quantity"] for row in told] == [99]


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_code_that_cannot_be_told_is_not_said_to_be_absent(kind):
    tenant = Tenant(products=[{"id": None, "code": "A"}, {"id": "2", "code": "B"}, {"id": "3", "code": "C"}])
    face = Face(kind, tenant)
    with pytest.raises(InvalidRecord, match=r"cannot be read: .*products with code A, field id"):
        face.id_of("product", "A")
    face.wait(face.client.ids.prime("product", ["A", "B", "C"]))
    asked = len(tenant.requests)
    assert (face.id_of("product", "B"), face.id_of("product", "C")) == ("2", "3")
    assert len(tenant.requests) == asked
    with pytest.raises(InvalidRecord, match="cannot be read"):
        face.id_of("product", "A")
    face.close()


# Fields ----------------------------------------------------------------------------------------------------------

NASTY = [None, "", "abc", "NaN", -1, True, {"a": 1}, [], "x" * 5000, "2026-02-30", Decimal("1E+400"), 1.5, 10**400]


@pytest.mark.parametrize("nasty", NASTY, ids=lambda value: repr(value)[:20])
@pytest.mark.parametrize(
    "field", ["category", "product", "account", "completing_user", "goods_in_receipt", "colour"]
)
def test_a_field_that_nobody_needs_never_refuses_its_row(field, nasty):
    node = wire.TransactionNode.model_validate({**GOOD, field: nasty})
    assert (node.id, node.subtype, node.quantity) == ("7", "POSADJ", 3)
    node.model_dump(mode="json")


@pytest.mark.parametrize("nasty", [None, "", {"a": 1}, [], True])
def test_so_it_is_inside_a_record_that_another_one_names(nasty):
    node = wire.TransactionNode.model_validate({**GOOD, "product": {"id": nasty, "code": "SKU-1", "name": nasty}})
    assert (node.product.id, node.product.code) == ("", "SKU-1")


def test_what_came_in_the_place_of_an_absent_field_can_still_be_seen_but_is_not_shown():
    node = wire.TransactionNode.model_validate({**GOOD, "category": {"secret": 1}, "account": None})
    assert (node.category, node.account) == (None, None)
    assert node.model_extra == {"category": {"secret": 1}}
    assert node.model_dump(mode="json")["category"] == {"secret": 1}
    assert "secret" not in repr(node)
    assert wire.TransactionNode.model_validate(node.model_dump(mode="json")).model_extra == node.model_extra


@pytest.mark.parametrize(
    ("field", "nasty"),
    [
        *(
            ("quantity", nasty)
            for nasty in (None, "", "abc", "NaN", "1_000", "٣", True, [], "1E+999999999", "1e16")
        ),
        ("quantity", Decimal("0.1234567890123")),
        *(("created_at", nasty) for nasty in (None, "", 5, "5", True, "2026-02-30", "2026-01-01T00:00:00")),
        *(("created_at", f"{year}-12-31T23:59:59-12:00") for year in ("0000", "0001", "9999", "99999")),
        *(("subtype", nasty) for nasty in (None, "", {}, True)),
        *(("id", nasty) for nasty in (None, "", " ", {}, True, "7\n", "7\0")),
    ],
)
def test_a_field_that_is_needed_refuses_its_row_by_name(field, nasty):
    with pytest.raises(ValueError, match=field):
        wire.TransactionNode.model_validate({**GOOD, field: nasty})


@pytest.mark.parametrize(
    "text", ["1E+999999999", "-1E+999999999", "1e400", "NaN", "Infinity", "9" * 5000, "1e-400"]
)
def test_a_number_that_is_none_costs_its_own_row_only(read, text):
    listed = rows(3)
    listed[1] = re.sub(r'"quantity": 2', f'"quantity": {text}', listed[1])
    found, told = read(Raw(*listed))
    assert (found, [row.id for row in told]) == ([1, 3], ["2"])
    assert len(str(told[0].raw["quantity"])) <= len(text)


def test_half_a_character_is_replaced_and_whole_ones_stay(read):
    listed = rows(3, at_2={"status": "half \ud800 whole 👗"}, at_3={"status": "whole 👗"})
    face = Face(read.kind, Raw(*listed))
    read.faces.append(face)
    assert [node.status for node in face.all(calls.stocks.list())] == [None, "half � whole 👗", "whole 👗"]
    raw = b'{"data": {"x": "\xed\xa0\x80"}}'
    assert "\ud800" not in calls.query("{ x }").result(Answer(200, body=raw))["x"]


# Ends ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 1, 2, 5, 9, 10, 11, 20, 41])
def test_a_list_whose_server_always_says_that_more_follows_ends(read, count):
    server = Raw(*rows(count), more=True)
    assert read(server) == (list(range(1, count + 1)), [])
    assert server.reads <= count // 5 + 6


def test_forty_one_rows_in_pages_of_ten_take_no_more_than_one_page_beyond_the_last(read):
    server = Raw(*rows(41), more=True)
    read(server)
    assert server.reads == 6


@pytest.mark.parametrize("more", ["null", '"yes"', "1", "{}"])
def test_a_server_that_does_not_say_whether_more_follows_is_not_believed_to_have_ended(more):
    page = f'{{"pageInfo": {{"hasNextPage": {more}}}, "edges": []}}'
    body = f'{{"data": {{"stocks": {{"all": {page}}}}}}}'.encode()
    with pytest.raises(UnreadableAnswer):
        calls.stocks.list().page(10).result(Answer(200, body=body))


def test_a_page_knows_when_it_was_served():
    body = b'{"data": {"stocks": {"all": {"pageInfo": {"hasNextPage": false}, "edges": []}}}}'
    headers = {"Date": "Mon, 02 Mar 2026 14:00:00 GMT"}
    page = calls.stocks.list().page(10).result(Answer(200, headers=headers, body=body))
    assert page.served_at == dt.datetime(2026, 3, 2, 14, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "date",
    ["", "soon", "Mon, 02 Mar 9999 14:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "Mon, 99 Mar 2026 14:00"],
)
def test_a_date_that_tells_nothing_is_none(date):
    assert Answer(200, headers={"Date": date}).served_at is None
    assert Answer(200).served_at is None


def test_a_key_of_ones_own_that_fails_costs_one_row():
    def key(node):
        if node.id == "2":
            raise ZeroDivisionError
        return node.id

    face = Face("sync", Raw(*rows(3)))
    told = []
    listing = evolve(calls.stocks.list(), key=key)
    assert [node.id for node in face.client.all(listing, unread=told.append)] == ["1", "3"]
    assert "ZeroDivisionError" in told[0].problem.what
    assert isinstance(told[0].problem, InvalidRecord)
    face.close()
