"""A site whose API spells everything differently: each name is a setting, and a wrong one is an error."""

import datetime as dt
from decimal import Decimal

import pytest
from attrs import evolve, fields
from bluecherry_world import KEY, SITE, Face, Site, documents, masters

from clarus_bluecherry.bluecherry import RestProfile
from clarus_bluecherry.bluecherry.messages import SkuSent, StockPositionAdvice
from clarus_bluecherry.bluecherry.profile import Dates, Envelopes, Query, Refusals
from clarus_bluecherry.errors import BadRequest, ConfigurationError, Retry, Unprocessable

NAMES = Envelopes(
    data="result",
    header="docs",
    rows="items",
    style_rows="grid",
    version="release",
    pkey="id",
    children={
        "pickaddress": "addresses_",
        "pickdetail": "sizes",
        "styledetail": "detail",
        "stylecolorsizes": "skus_",
        "productionorderaddressbystage": "parties",
        "productionorderdetailbystage": "plines",
    },
)
COUNT = StockPositionAdvice(
    adj_num="C1", location="NJ", count_date="2026-01-31", article=SkuSent(style="01234"), size_qty=4
)


@pytest.fixture(params=["sync", "async"])
def erp(request):
    faces = []

    def build(*answers, profile=SITE):
        site = Site(*answers)
        faces.append(Face(request.param, site, profile))
        return faces[-1], site

    yield build
    for face in faces:
        face.close()


def items(*rows):
    return {"items": list(rows)}


def test_every_envelope_has_the_sites_own_names(erp):
    pick = {
        "pick_num": "P1",
        "addresses_": items({"addr_type": "ST"}),
        "sizes": items({"line_seq": 1, "bk_qty": 3}),
    }
    style = {"style": "01234", "detail": items({"season": "SP25", "skus_": {"grid": [{"size_desc": "M"}]}})}
    order = {
        "prod_num": "5001",
        "parties": items({"addr_type": "VN", "name": "Mill"}),
        "plines": items({"prod_line": 1, "prod_qty": 2}),
    }
    face, _ = erp(
        *({"result": {"docs": [row]}} for row in (pick, style, order)),
        {"result": [{"shipper": "UPS"}]},
        {"release": "7"},
        {"id": "K9"},
        {"result": [{"isa_num": 7, "status": "posted"}]},
        profile=evolve(SITE, envelopes=NAMES),
    )
    (ticket,), (master,), (expected,) = face.read("picks"), face.read("styles"), face.read("production_orders")
    assert (ticket.addresses[0].addr_type, ticket.lines[0].bk_qty) == ("ST", Decimal(3))
    assert (master.season, master.skus[0].size_desc) == ("SP25", "M")
    assert (expected.vendor, expected.lines[0].prod_line) == ("Mill", "1")
    assert face.read("carriers")[0].shipper == "UPS"
    assert (face.ping(), face.send(COUNT).pkey, face.probe("stock_position")) == ("7", "K9", "posted")


def test_the_columns_that_reads_filter_by_are_the_sites_own(erp):
    query = Query(stage_column="stg", location_type_column="kind", stage="5", location_type="D")
    face, site = erp(documents(), masters(), profile=evolve(SITE, query=query))
    face.read("production_orders")
    face.read("locations")
    assert [query["$filter"] for query in site.queries] == ["stg eq '5'", "kind eq 'D'"]


def test_what_moves_when_a_record_changes_is_a_setting(erp):
    face, site = erp(documents(), profile=evolve(SITE, query=Query(changed="mod_stamp")))
    face.read("styles", dt.datetime(2026, 1, 5, 12, tzinfo=SITE.zone))
    assert site.queries[0]["$filter"] == "mod_stamp gt '2026-01-05 11:45:00'"


def test_further_headers_go_with_every_request_beside_the_key(erp):
    profile = evolve(SITE, key_header="X-Key", headers={"X-Tenant": "acme"})
    face, site = erp(documents(), {"pkey": 1}, {"data": []}, profile=profile)
    face.pick("P1")
    face.send(COUNT)
    face.probe("stock_position")
    sent = [(request.headers["X-Key"], request.headers["X-Tenant"]) for request in site.requests]
    assert sent == [(KEY, "acme")] * 3
    assert "acme" not in repr(profile)


def test_the_subscription_key_is_no_part_of_a_profile():
    with pytest.raises(ConfigurationError) as caught:
        RestProfile(headers={"ocp-apim-subscription-key": KEY})
    assert caught.value.field == "headers"
    assert KEY not in str(caught.value)


# Refusals

ELSEWHERE = evolve(
    SITE, refusals=Refusals(words=("fault.reasons.1.text", "fault.text", "note"), always=frozenset({"fault"}))
)


@pytest.mark.parametrize(
    "body",
    [
        {"fault": {"reasons": [{}, {"text": "no such column"}]}},
        {"fault": {"reasons": [{"text": "another"}], "text": "no such column"}},
        {"fault": {"reasons": "many", "text": "no such column"}},
        {"note": "no such column"},
    ],
)
def test_a_refusal_keeps_its_words_where_the_profile_says(erp, body):
    face, _ = erp((400, body), body, profile=ELSEWHERE)
    with pytest.raises(BadRequest, match="no such column"):
        face.read("picks")
    with pytest.raises(Unprocessable, match="no such column"):
        face.read("picks")


def test_what_means_a_refusal_beside_an_answer_is_told_from_what_does_not(erp):
    face, _ = erp({"pkey": 1, "note": "thanks"}, {"pkey": 1, "fault": {"text": "line 2"}}, profile=ELSEWHERE)
    assert face.send(COUNT).pkey == "1"
    with pytest.raises(Unprocessable, match="line 2") as caught:
        face.send(COUNT)
    assert caught.value.retry is Retry.ASK_FIRST


@pytest.mark.parametrize("group", [Query, Dates, Envelopes])
def test_a_name_that_is_empty_is_refused_by_its_setting(group):
    may_be_empty = {"location_type", "stage"}
    for setting in fields(group):
        if setting.type == "str" and setting.name not in may_be_empty:
            with pytest.raises(ConfigurationError) as caught:
                group(**{setting.name: " "})
            assert (caught.value.record, caught.value.field) == (group.__name__, setting.name)


@pytest.mark.parametrize(
    ("entities", "why"),
    [
        ({"pick_tickets": "pick"}, "did you mean pick_ticket"),
        ({"style": " "}, "style is empty"),
        ({"period_status": "period"}, "period_status has no entity: "),
    ],
)
def test_an_entity_is_the_name_of_a_kind_that_has_one(entities, why):
    with pytest.raises(ConfigurationError, match=why) as caught:
        RestProfile(entities=entities)
    assert (caught.value.record, caught.value.field) == ("RestProfile", "entities")
