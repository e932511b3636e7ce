"""Lists as queries: the text, the filters, and answers of every kind."""

import datetime as dt
import json
from decimal import Decimal

import pytest

from clarus_bluecherry.clarus import (
    any_of,
    between,
    calls,
    eq,
    filled,
    gt,
    gteq,
    ilike,
    like,
    lt,
    lteq,
    since,
    until,
)
from clarus_bluecherry.errors import InvalidRecord, QueryFailed, Retry, UnreadableAnswer
from clarus_bluecherry.http import Answer

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def body_of(call):
    return json.loads(call.body)


def page(*rows, **more):
    edges = [{"cursor": str(place), "node": row} for place, row in enumerate(rows)]
    connection = {"pageInfo": {"hasNextPage": False, "endCursor": None}, "edges": edges, **more}
    return Answer(200, body=json.dumps({"data": {"accounts": {"all": connection}}}).encode())


def test_only_arguments_that_are_used_are_declared_and_passed():
    body = body_of(calls.stock_unit_types.list().page(50))
    assert body["query"] == (
        "query($first: Int) { stock_unit_types { all(first: $first) { "
        "pageInfo { hasNextPage endCursor } edges { cursor node { id code name description } } } } }"
    )
    assert body["variables"] == {"first": 50}


def test_filter_cursor_and_archive_are_passed_as_variables():
    listing = calls.transactions.list(subtype=any_of(["PICK"]), include_archived=True)
    body = body_of(listing.page(10, "MQ"))
    head = "query($filter: TransactionFilterType, $first: Int, $after: String, $include_archived: Boolean)"
    assert body["query"].startswith(head)
    assert (
        "all(filter: $filter, first: $first, after: $after, include_archived: $include_archived)" in body["query"]
    )
    assert body["variables"] == {
        "filter": {"subtype": {"in": ["PICK"]}},
        "first": 10,
        "after": "MQ",
        "include_archived": True,
    }


def test_lists_are_posted_to_graphql_without_the_fragment_of_the_docs():
    call = calls.goods_outs.list().page(10)
    assert (call.method, call.path, call.name) == ("POST", "/graphql", "goods_outs.all")


def test_extra_fields_join_the_query():
    call = calls.goods_outs.list(extra_fields=["string1", "customer { id code }"]).page(10)
    assert "carrier { id code } string1 customer { id code } }" in body_of(call)["query"]


@pytest.mark.parametrize("text", ["", "id }", "a } b {", "customer { id", "x(first: 1)", "{ id }"])
def test_what_selects_no_field_is_refused(text):
    with pytest.raises(InvalidRecord):
        calls.goods_outs.list(extra_fields=[text])


@pytest.mark.parametrize(
    ("operators", "wire"),
    [
        (eq("0012"), {"eq": "0012"}),
        (eq(True), {"eq": True}),
        (like("SO-"), {"like": "SO-"}),
        (ilike("so-"), {"ilike": "so-"}),
        (until(NOON), {"to": "2026-03-01T12:00:00Z"}),
        (
            {**since(NOON), **until(NOON)},
            {"from": "2026-03-01T12:00:00Z", "to": "2026-03-01T12:00:00Z"},
        ),
        (between(1, 2), {"between": [1, 2]}),
        (gt(Decimal("0.5")), {"gt": 0.5}),
        (gteq("7"), {"gteq": "7"}),
        (lt(1), {"lt": 1}),
        (lteq(1), {"lteq": 1}),
        (filled(), {"filled": True}),
        (filled(False), {"filled": False}),
    ],
)
def test_filters_on_the_wire(operators, wire):
    assert body_of(calls.tasks.list(priority=operators).page(10))["variables"]["filter"] == {"priority": wire}


def test_an_empty_choice_is_refused_before_it_is_sent():
    with pytest.raises(InvalidRecord) as caught:
        calls.packages.list(shipment_id=any_of([]))
    assert caught.value.field == "shipment_id"


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(InvalidRecord):
        since(NOON.replace(tzinfo=None))


def test_a_narrowed_list_keeps_its_other_conditions():
    listing = calls.products.list(code="A", account_id="1").narrowed({"code": eq("B")})
    assert listing.where == {"code": {"eq": "B"}, "account_id": {"eq": "1"}}


def test_errors_in_a_200_answer_are_a_failure_that_keeps_what_came():
    body = {"data": {"accounts": None}, "errors": [{"message": "Field 'colour' doesn't exist"}, "odd"]}
    with pytest.raises(QueryFailed, match="Field 'colour' doesn't exist; odd; part of the data came") as caught:
        calls.accounts.list().page(10).result(Answer(200, body=json.dumps(body).encode()))
    assert json.loads(caught.value.partial) == {"accounts": None}
    assert caught.value.retry is Retry.POINTLESS
    assert caught.value.record == "list of accounts"


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"[]",
        b'{"data": null}',
        b"{}",
        b'{"data": {"accounts": null}}',
        b'{"data": {"accounts": {"all": {"edges": []}}}}',
        b'{"data": {"accounts": {"all": {"pageInfo": {"hasNextPage": false}, "edges": null}}}}',
        b'{"data": {"accounts": {"all": {"pageInfo": {}, "edges": []}}}}',
    ],
)
def test_an_answer_that_is_no_page_is_never_taken_for_an_empty_list(body):
    with pytest.raises(UnreadableAnswer) as caught:
        calls.accounts.list().page(10).result(Answer(200, body=body))
    assert caught.value.retry is Retry.SAFE


def test_a_row_of_another_shape_is_named_by_its_id_and_field_and_not_quoted():
    found = (
        calls.accounts.list().page(10).result(page({"id": "1", "code": "A"}, {"id": "2", "code": {"secret": 1}}))
    )
    assert [node.code for node in found.nodes] == ["A"]
    (row,) = found.unread
    assert (row.problem.record, row.problem.field) == ("accounts 2", "code")
    assert row.problem.retry is Retry.POINTLESS
    assert "secret" not in str(row.problem)


def test_balances_are_told_apart_by_product_account_and_warehouse():
    listing = calls.stock_balances.list()
    node = listing.model.model_validate({"product": {"id": 1}, "account": {"id": "2"}, "warehouse": {"id": 3}})
    assert listing.key(node) == ("1", "2", "3")
    with pytest.raises(InvalidRecord) as caught:
        listing.key(listing.model.model_validate({"product": {"id": 1}, "account": {"id": "2"}}))
    assert caught.value.field == "warehouse.id"


def test_any_query_of_your_own_can_be_sent():
    call = calls.query("{ sites { all(first: 1) { edges { node { id } } } } }", {"x": 1}, record="sites")
    assert body_of(call)["variables"] == {"x": 1}
    assert call.result(Answer(200, body=b'{"data": {"sites": {}}}')) == {"sites": {}}
