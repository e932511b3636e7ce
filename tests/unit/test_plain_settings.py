"""The settings of the plain steps: one dict, checked once, every error told at once."""

import datetime as dt
import re
from pathlib import Path

import attrs
import pytest
from plain_world import SETTINGS, a_goods_out, a_pick, the_lines

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.mapping import plain

PAGE = Path(__file__).parents[2] / "docs" / "ipaas.md"

WRONG = {
    "zone": ("Mars/Olympus", "no time zone"),
    "erp_zone": (5, "not text"),
    "account_id": ("ACME", "whole number"),
    "warehouses": ({"A": {"location": "X"}, "B": {"location": "X"}}, "two warehouses"),
    "products": ({"a": 1.5}, "products.a"),
    "stock_unit_type_id": (True, "whole number"),
    "carriers": ({"UPS": {"shipper": "UPSX"}, "DHL": {"scac": "TOOLONG"}}, "carriers.UPS.shipper"),
    "recipe": ({"parts": ["style", "colour"]}, "recipe.parts.1"),
    "skus": ({"x": {"color_code": "BLK"}}, "needs a style"),
    "address_parts": (["town"], "address_parts.0"),
    "all_lines": ("no", "neither true nor false"),
    "other_columns": ("prod_num", "not a list"),
    "our_id": (7, "not text"),
    "profile": ({"trans_type": "X", "weight_uom": "EA"}, "profile.weight_uom"),
    "company_prefix": ("12", "7 to 10 digits"),
    "reasons": ([], "not a dict"),
    "count_reasons": ("CYCLE", "not a list"),
    "subtypes": ({"FOUND": "up"}, "subtypes.FOUND"),
    "eaches": ("EA", "not a list"),
    "closed_through": ("31/10/2026", "2026-10-31"),
    "cut_off": ("25:00", "17:00"),
    "when_closed": ("maybe", "move, refuse"),
}


@pytest.mark.parametrize("key", WRONG)
def test_a_wrong_value_is_told_with_its_key(key):
    value, told = WRONG[key]
    with pytest.raises(ConfigurationError, match=f"{key}.*{re.escape(told)}|{re.escape(told)}"):
        plain.settings({key: value})


def test_everything_that_is_wrong_is_told_at_once():
    with pytest.raises(ConfigurationError) as caught:
        plain.settings({"acount_id": 1} | {key: value for key, (value, _) in WRONG.items()})
    told = str(caught.value)
    assert [key for key, (_, words) in WRONG.items() if key not in told or words not in told] == []
    assert "acount_id: there is no such key: did you mean account_id?" in told
    assert all(place in told for place in ("carriers.DHL.scac", "profile.trans_type"))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"Account_Id": 1}, "did you mean account_id?"),
        ({"carriers": {"UPS": {"shiper": "UPS"}}}, "carriers.UPS.shiper.*did you mean shipper?"),
        ({"profile": {"trans_typ": "A"}}, "profile.trans_typ.*did you mean trans_type?"),
        ({"profile": {"our_id": "A"}}, "beside the profile"),
        ({"skus": {"x": {"style": "1", "colorCode": "BLK"}}}, "colorCode.*did you mean color_code?"),
        ({"recipe": {"seperator": "_"}}, "did you mean separator?"),
        ({"nonsense": 1}, "there is no such key"),
    ],
)
def test_an_unknown_key_names_the_nearest_known_one(given, told):
    with pytest.raises(ConfigurationError, match=told):
        plain.settings(given)


@pytest.mark.parametrize("given", [None, [], "zone", 7, {("a", "b"): 1}])
def test_settings_are_a_dict_of_plain_data(given):
    with pytest.raises(ConfigurationError, match=r"not a dict|plain data"):
        plain.settings(given)


def test_what_a_step_needs_and_does_not_have_is_named_at_once():
    with pytest.raises(ConfigurationError, match="needs account_id, warehouses, products, erp_zone"):
        plain.pick_to_goods_out(a_pick(), {})
    with pytest.raises(ConfigurationError, match="needs our_id, vnd_id, erp_zone, warehouse_zone, books_zone"):
        plain.goods_out_to_order_shipment(a_goods_out(), the_lines(), a_pick(), {})


def test_checked_settings_and_their_dict_are_the_same_to_a_step():
    checked = plain.settings(SETTINGS)
    assert plain.settings(checked) is checked
    assert plain.settings(dict(SETTINGS)) is checked, "what was checked is not checked again"
    assert plain.pick_to_goods_out(a_pick(), checked) == plain.pick_to_goods_out(a_pick(), SETTINGS)


def test_settings_that_changed_in_place_are_checked_again():
    given = {**SETTINGS, "account_id": 1}
    plain.pick_to_goods_out(a_pick(), given)
    given["account_id"] = 9
    assert plain.pick_to_goods_out(a_pick(), given)["data"]["attributes"]["account_id"] == 9


def test_a_set_is_a_list():
    assert plain.settings({"return_types": {"rma", "return"}}).return_types == {"rma", "return"}


def test_settings_may_come_from_a_toml_file():
    assert plain.settings({"closed_through": dt.date(2026, 10, 31)}).closed_through == dt.date(2026, 10, 31)


def test_a_part_of_the_required_columns_leaves_the_others_as_they_are():
    agreed = {**SETTINGS, "profile": {"required": {"pickDetail": ["style", "lot"]}}}
    (record,) = plain.goods_out_to_order_shipment(a_goods_out(), the_lines(), a_pick(), agreed)
    assert record["header"]["load_id"] == "L5"
    assert record["header"]["vnd_qual"] == "ZZ"


def test_the_recipe_of_a_site_writes_and_reads_its_codes():
    recipe = {"separator": "_", "parts": [{"text": "AC"}, {"name": "style", "pad_to": 6}, "color", "size"]}
    agreed = {
        **SETTINGS,
        "recipe": recipe,
        "skus": {},
        "products": {"AC_001234_BLK_M": 1, "AC_000777_IND_30/32": 2},
    }
    lines = plain.pick_to_goods_out(a_pick(), agreed)["data"]["attributes"]["lines_changes"]
    assert [line["attributes"]["product_id"] for line in lines] == [1, 2]
    words = {"parts": ["style", {"name": "size", "words": {"M": "MEDIUM", "30/32": "30"}}]}
    agreed = {**agreed, "recipe": words, "products": {"01234-MEDIUM": 5, "0777-30": 6}}
    lines = plain.pick_to_goods_out(a_pick(), agreed)["data"]["attributes"]["lines_changes"]
    assert [line["attributes"]["product_id"] for line in lines] == [5, 6]


def test_every_key_is_on_the_page():
    page = PAGE.read_text("utf-8")
    assert [name for name in attrs.fields_dict(plain.StepSettings) if f"`{name}`" not in page] == []
