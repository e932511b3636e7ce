"""An argument that cannot be right is refused before anything is sent, by its name and with what is right."""

import datetime as dt

import httpx
import pytest
from clarus_world import Face
from clarus_world import Tenant as World

from clarus_bluecherry import Clarus
from clarus_bluecherry.clarus import Listing, calls, wire
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord, NotFound, QueryFailed, Retry
from clarus_bluecherry.http import Answer
from clarus_bluecherry.sandbox import Sandbox

# Lists -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", [{"code": "X"}, {"code": None}, {"code": ["X"]}, {"code": 7}])
def test_a_condition_without_an_operator_is_refused(where):
    with pytest.raises(InvalidRecord, match=r"field code: .*\{'eq': \.\.\.\}") as refused:
        calls.products.list(where=where)
    assert refused.value.record == "list of products"


@pytest.mark.parametrize("where", ["code", [("code", "X")]])
def test_conditions_that_are_no_mapping_are_refused(where):
    with pytest.raises(InvalidRecord, match="field where: "):
        calls.products.list(where=where)
    with pytest.raises(InvalidRecord, match="field where: "):
        Listing(root="products", filter_type="F", model=wire.ProductNode, where=where)


@pytest.mark.parametrize("size", ["many", 0, 1, -5, 2.5, True])
def test_a_page_size_is_a_whole_number_from_two_on(size):
    with pytest.raises(ConfigurationError, match=r"field page_size: .*two"):
        calls.products.list(page_size=size)
    for kind in ("sync", "async"):
        face = Face(kind, World(products=[]), page_size=size)
        with pytest.raises(ConfigurationError, match=r"field page_size: .*two"):
            face.all(calls.products.list())
        face.close()


def test_a_day_is_no_instant_and_is_told_so():
    with pytest.raises(InvalidRecord, match=r"a date is no instant: .*time zone.*since.*until") as refused:
        calls.transactions.list(created_at=dt.date(2026, 3, 1))
    assert "any_of" not in str(refused.value)


def test_what_a_server_says_of_a_wrong_filter_says_once_what_to_do():
    with (
        Sandbox(1, "small") as sandbox,
        Clarus.from_environment(sandbox.environment) as clarus,
        pytest.raises(QueryFailed, match="'BRAND' is not a number") as refused,
    ):
        clarus.goods_outs.list(account_id="BRAND").first()
    assert str(refused.value).lower().count(Retry.POINTLESS.value) == 1


# Ids ---------------------------------------------------------------------------------------------------------

NO_IDS = [None, "", "7/../8", "SO 7", True, 7.0, ["7"]]


@pytest.mark.parametrize("wrong", NO_IDS)
@pytest.mark.parametrize(
    ("argument", "ask"),
    [
        ("goods_out_id", lambda rooms, id_: rooms.goods_outs.cancel(id_)),
        ("goods_out_id", lambda rooms, id_: rooms.goods_outs.cancel(goods_out_id=id_)),
        ("record_id", lambda rooms, id_: rooms.goods_outs.delete(id_)),
        ("record_id", lambda rooms, id_: rooms.goods_outs.update(id_, reference="SO-7")),
        ("record_id", lambda rooms, id_: rooms.product_materials.delete(7, id_)),
        ("parent_id", lambda rooms, id_: rooms.product_materials.update(id_, 7, quantity=1)),
        ("stock_id", lambda rooms, id_: rooms.stocks.negative_adjustment(id_, 1)),
    ],
)
def test_what_is_no_id_is_refused_by_its_name_and_nothing_is_sent(argument, ask, wrong):
    with pytest.raises(InvalidRecord, match=f"field {argument}: .*no id") as refused:
        ask(calls, wrong)
    assert ".id" in refused.value.action


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_an_id_that_is_not_there_says_where_ids_come_from(kind):
    world = World()
    world.answer = httpx.Response(404, json={"errors": [{"details": "not found"}]})
    face = Face(kind, world)
    with pytest.raises(NotFound, match=r"list\(reference=\.\.\.\)\.first\(\)\.id") as missing:
        face.send(calls.goods_outs.cancel("500104"))
    face.close()
    assert "reference" in missing.value.action


def test_a_path_that_is_not_there_says_nothing_of_ids():
    call = calls.suppliers.create(code="MILL", name="The Mill")
    with pytest.raises(NotFound, match="base URL and prefix") as missing:
        call.result(Answer(404, body=b"{}"))
    assert ".id" not in missing.value.action
