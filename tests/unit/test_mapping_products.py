"""Blue Cherry's products beside the warehouse's: created, changed field by field, left alone, or refused."""

from __future__ import annotations

import datetime as dt
from typing import get_args

import pytest
from attrs import evolve

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.config import ProductsSection
from clarus_bluecherry.config._flows import ProductFieldName
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.mapping.products import (
    OWNED,
    ChangedProduct,
    NewProduct,
    ProductField,
    ProductLists,
    ProductRefusal,
    ProductTerms,
    RefusedProduct,
    SameProduct,
)
from clarus_bluecherry.model import Product, Sku
from clarus_bluecherry.sku import Crosswalk, Decision, Part, Recipe, WarehouseProduct

UPC, OTHER = "036000291452", "012345678905"
PLAIN = ProductTerms(description="{name}")
SKU = Sku("01234", "BLK", size="M")
DRESS = Product(sku=SKU, description="Summer dress", upc=UPC)
JEANS = Product(sku=Sku("0777", "IND", size="30/32"), description="Jeans")


def node(code="01234-BLK-M", **fields):
    told = {"id": "501", "code": code, "barcode": UPC, "description": "Summer dress"} | fields
    return wire.ProductNode.model_validate({name: value for name, value in told.items() if value is not ...})


def lists(*nodes, master=(DRESS,), owned=OWNED, decisions=(), recipe=None, terms=None, **told):
    listed = [WarehouseProduct(each.code, barcode=each.barcode or "", id=each.id) for each in nodes]
    crosswalk = Crosswalk.build(master, listed, recipe or Recipe(), decisions)
    return ProductLists(nodes, crosswalk, terms or evolve(PLAIN, owned=owned), **told)


def decided(code, sku):
    return Decision(code=code, sku=sku, since=dt.datetime(2026, 3, 2, tzinfo=dt.UTC))


def changes(outcome):
    assert isinstance(outcome, ChangedProduct)
    return {each.field.value: (each.old, each.new) for each in outcome.changes}


# There already -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"barcode": "0" + UPC},
        {"description": "  Summer   dress "},
        {"long_description": "the warehouse's own", "units_per_case": 12, "commodity_code": "6204"},
    ],
    ids=["as told", "the UPC as an EAN", "other blanks", "what the warehouse owns"],
)
def test_a_product_that_says_the_same_is_left_alone(fields):
    assert lists(node(**fields)).compare(DRESS) == SameProduct(product=DRESS, code="01234-BLK-M")


def test_what_differs_is_told_field_by_field():
    outcome = lists(node(description="dress", barcode=None)).compare(DRESS)
    assert changes(outcome) == {"description": ("dress", "Summer dress"), "barcode": ("", UPC)}
    assert outcome.id == "501"


def test_what_blue_cherry_does_not_tell_is_never_blanked():
    bare = Product(sku=SKU, description="  ")
    there = node(external_system_reference1=SKU.key, string2="blue")
    assert lists(there, master=[bare], owned=ProductField).compare(bare).__class__ is ChangedProduct
    told = changes(lists(there, master=[bare], owned=ProductField).compare(bare))
    assert told == {"string2": ("blue", "BLK")}


def test_what_the_warehouse_owns_is_never_written():
    there = node(description="as the warehouse calls it", barcode=None)
    assert changes(lists(there, owned={ProductField.BARCODE}).compare(DRESS)) == {"barcode": ("", UPC)}
    assert isinstance(lists(there, owned={ProductField.REFERENCE}).compare(DRESS), SameProduct)


@pytest.mark.parametrize("value", [..., {"no": "text"}], ids=["not shown", "no text"])
def test_what_the_list_does_not_show_is_not_known_to_differ(value):
    assert isinstance(lists(node(description=value)).compare(DRESS), SameProduct)
    assert isinstance(lists(node(external_system_reference1=value)).compare(DRESS), SameProduct)


def test_a_reference_that_the_list_shows_is_compared():
    assert changes(lists(node(external_system_reference1=None)).compare(DRESS)) == {
        "external_system_reference1": ("", SKU.key)
    }


def test_a_long_description_is_told_once():
    long = Product(sku=SKU, description="x" * 140 + " " + "y" * 40, upc=UPC)
    outcome = lists(node(description="x"), master=[long]).compare(long)
    (change,) = outcome.changes
    assert len(change.new) == 150
    assert isinstance(lists(node(description=change.new), master=[long]).compare(long), SameProduct)


def test_a_damaged_code_that_the_crosswalk_ties_is_the_same_product():
    assert changes(lists(node("1234_blk_m", description="x")).compare(DRESS)) == {
        "description": ("x", "Summer dress")
    }


def test_a_product_that_has_gone_since_the_crosswalk_was_learnt_waits_for_the_next_turn():
    crosswalk = Crosswalk.build([DRESS], [WarehouseProduct("01234-BLK-M", id="501")], Recipe())
    outcome = ProductLists([], crosswalk, PLAIN).compare(DRESS)
    assert isinstance(outcome, RefusedProduct)
    assert (outcome.why, outcome.why.passes, outcome.is_new) == (ProductRefusal.NOT_LEARNT, True, False)


# Barcodes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("master", "others", "why"),
    [
        ([Product(sku=SKU, description="Summer dress", upc="036000291453")], (), "check digit"),
        ([DRESS, Product(sku=JEANS.sku, upc=UPC)], (), "0777 IND 30/32 has it too"),
        ([DRESS, JEANS], (node("0777-IND-30/32", id="502", barcode="0" + UPC),), "'0777-IND-30/32' carries it"),
    ],
    ids=["invalid", "of two SKUs", "on another product"],
)
def test_a_barcode_that_may_mean_something_else_is_not_sent_and_is_told(master, others, why):
    decisions = [decided("01234-BLK-M", SKU), decided("0777-IND-30/32", JEANS.sku)]
    there = lists(node(barcode=OTHER), *others, master=master, decisions=decisions).compare(master[0])
    assert isinstance(there, SameProduct)
    assert why in there.remark
    new = lists(*others, master=master, decisions=decisions[1:]).compare(master[0])
    assert isinstance(new, NewProduct)
    assert why in new.remark
    assert "barcode" not in new.fields


def test_the_ean_is_sent_where_the_upc_is_no_good():
    both = Product(sku=SKU, description="Summer dress", upc="036000291453", ean="4006381333931")
    assert changes(lists(node(barcode=None), master=[both]).compare(both)) == {"barcode": ("", "4006381333931")}


def test_any_barcode_of_the_sku_will_do():
    both = Product(sku=SKU, description="Summer dress", upc=UPC, ean="4006381333931")
    assert isinstance(lists(node(barcode="4006381333931"), master=[both]).compare(both), SameProduct)


# Not there ---------------------------------------------------------------------------------------------------


def test_a_new_product_has_what_blue_cherry_owns_and_nothing_else():
    outcome = lists(node("0777-IND-30/32", barcode=None), master=[DRESS, JEANS]).compare(DRESS)
    assert outcome == NewProduct(
        product=DRESS,
        code="01234-BLK-M",
        fields={"description": "Summer dress", "barcode": UPC, "external_system_reference1": SKU.key},
    )


def test_a_new_product_always_has_a_description():
    bare = Product(sku=SKU)
    assert lists(master=[bare], owned=()).compare(bare).fields == {"description": "01234 BLK M"}


@pytest.mark.parametrize(
    ("there", "master", "decisions"),
    [
        ("1234_BLK_M", [DRESS, Product(sku=Sku("1234", "BLK", size="M"))], []),
        ("01234-BLK-M", [DRESS, JEANS], [decided("01234-BLK-M", JEANS.sku)]),
        ("01234_blk_m", [DRESS, JEANS], [decided("01234_blk_m", JEANS.sku)]),
    ],
    ids=["a near duplicate", "the code is another's", "its spelling is another's"],
)
def test_what_may_be_there_already_waits_for_a_person_with_its_candidates(there, master, decisions):
    outcome = lists(node(there, barcode=None), master=master, decisions=decisions).compare(DRESS)
    assert isinstance(outcome, RefusedProduct)
    assert (outcome.why, outcome.candidates) == (ProductRefusal.AMBIGUOUS, (there,))
    assert outcome.is_new
    assert not outcome.why.passes


def test_a_near_duplicate_that_no_way_of_matching_may_tie_is_still_in_the_way():
    there = node("1234-BLK-M", barcode=None)
    crosswalk = Crosswalk.build([DRESS], [WarehouseProduct(there.code, id="501")], Recipe(), stages=())
    outcome = ProductLists([there], crosswalk, PLAIN).compare(DRESS)
    assert isinstance(outcome, RefusedProduct)
    assert outcome.candidates == ("1234-BLK-M",)


def test_a_product_that_carries_the_barcode_of_the_sku_may_be_it():
    there = node("LEGACY-9")
    crosswalk = Crosswalk.build([DRESS], [WarehouseProduct(there.code, UPC, "501")], Recipe(), stages=())
    outcome = ProductLists([there], crosswalk, PLAIN).compare(DRESS)
    assert isinstance(outcome, RefusedProduct)
    assert outcome.candidates == ("LEGACY-9",)


def test_a_near_duplicate_that_a_person_has_told_apart_is_not_in_the_way():
    twin = Product(sku=Sku("1234", "BLK", size="M"))
    apart = [decided("1234-BLK-M", twin.sku)]
    outcome = lists(node("1234-BLK-M", barcode=None), master=[DRESS, twin], decisions=apart).compare(DRESS)
    assert isinstance(outcome, NewProduct)


@pytest.mark.parametrize("other", ["01234-BLK-M", "01234_BLK_M"], ids=["the same code", "spelled alike"])
def test_two_skus_of_one_code_are_not_created(other):
    twin = Product(sku=Sku(other))
    outcome = lists(master=[DRESS, twin]).compare(DRESS)
    assert isinstance(outcome, RefusedProduct)
    assert (outcome.why, outcome.candidates) == (ProductRefusal.AMBIGUOUS, (other,))


@pytest.mark.parametrize(
    ("recipe", "sku"),
    [
        (Recipe(max_length=10), SKU),
        (Recipe(parts=(Part("style"), Part("label", needed=True))), Sku("01234")),
    ],
    ids=["too long", "a part is missing"],
)
def test_a_code_that_may_not_be_written_is_refused(recipe, sku):
    product = Product(sku=sku)
    outcome = lists(master=[product], recipe=recipe).compare(product)
    assert isinstance(outcome, RefusedProduct)
    assert outcome.why is ProductRefusal.INVALID


def test_nothing_is_created_beside_products_that_nobody_knows_unless_the_site_says_so():
    stranger = node("TRENCH NAVY MED", barcode=None)
    outcome = lists(stranger).compare(DRESS)
    assert isinstance(outcome, RefusedProduct)
    assert (outcome.why, outcome.candidates) == (ProductRefusal.UNTIED, ("TRENCH NAVY MED",))
    assert isinstance(lists(stranger, terms=evolve(PLAIN, beside_untied=True)).compare(DRESS), NewProduct)


def test_nothing_is_absent_from_a_list_that_cannot_be_read_whole():
    outcome = lists(is_whole=False).compare(DRESS)
    assert isinstance(outcome, RefusedProduct)
    assert outcome.why is ProductRefusal.UNREADABLE_LIST
    assert isinstance(lists(node(description="x"), is_whole=False).compare(DRESS), ChangedProduct)


def test_a_code_that_came_up_since_the_crosswalk_was_learnt_is_not_created_again():
    outcome = ProductLists([node()], Crosswalk.build([DRESS], [], Recipe()), PLAIN).compare(DRESS)
    assert isinstance(outcome, RefusedProduct)
    assert outcome.why is ProductRefusal.NOT_LEARNT


# Terms -------------------------------------------------------------------------------------------------------


def test_nothing_is_allowed_unless_a_site_says_so():
    terms = ProductTerms()
    assert (terms.create, terms.update, terms.beside_untied) == (False, False, False)


@pytest.mark.parametrize(
    ("template", "product", "description"),
    [
        ("{name} {color} {dimension} {size}", JEANS, "Jeans IND 30/32"),
        ("{style}: {name}", JEANS, "0777: Jeans"),
        ("{name} {size}", Product(sku=SKU, description=" "), ""),
    ],
    ids=["parts that are empty leave no blanks", "in another order", "no name, no description"],
)
def test_a_description_is_the_name_and_parts_of_the_sku(template, product, description):
    assert ProductTerms(description=template).described(product).description == description


@pytest.mark.parametrize(
    "template",
    ["", "{color}", "{name} {weight}", "{name.__class__}", "{name!r}", "{name:>9}", "{name", "{name} {}"],
)
def test_a_description_of_anything_else_is_refused(template):
    with pytest.raises(ConfigurationError, match="ProductTerms, field description"):
        ProductTerms(description=template)


def test_a_description_names_the_article_and_the_fact_stays_what_was_said():
    outcome = lists(terms=ProductTerms()).compare(DRESS)
    assert outcome.fields["description"] == "Summer dress BLK M"
    assert outcome.product is DRESS


def test_fields_are_named_as_clarus_names_them():
    assert {each.value for each in ProductField} <= wire.ProductChanges.model_fields.keys()
    assert ProductTerms(owned=["barcode"]).owned == {ProductField.BARCODE}
    with pytest.raises(ValueError, match="weight"):
        ProductTerms(owned=["weight"])


def test_the_site_file_names_the_same_fields_and_defaults():
    assert ProductTerms(**dict(ProductsSection())) == ProductTerms()
    assert set(get_args(ProductFieldName)) == {each.value for each in ProductField}
