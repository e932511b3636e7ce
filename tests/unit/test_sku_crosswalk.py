"""The crosswalk in cases of the field: who is paired with whom, who is not, and why."""

import datetime as dt

import pytest

from clarus_bluecherry.errors import AmbiguousSku, ConfigurationError, InvalidRecord, UnknownSku
from clarus_bluecherry.model import Product, Sku, UnmatchedCode
from clarus_bluecherry.sku import (
    Ambiguous,
    Catalogue,
    Crosswalk,
    Decision,
    Doubt,
    FindingKind,
    Matched,
    Origin,
    Recipe,
    Stage,
    Unknown,
    WarehouseProduct,
    decisions_from_csv,
    explain,
)

PADDED = Sku("01234", "BLK", size="M")
BARE = Sku("1234", "BLK", size="M")
RED = Sku("00777", "RED", size="30/32")
UPC, EAN, OTHER = "036000291452", "5012345678900", "4006381333931"
MONDAY = dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC)


def crosswalk(master, warehouse, **settings) -> Crosswalk:
    """`master`: SKUs, or (SKU, barcode). `warehouse`: codes, or (code, barcode)."""
    products = [Product(sku=one) if isinstance(one, Sku) else Product(sku=one[0], upc=one[1]) for one in master]
    listed = [WarehouseProduct(one) if isinstance(one, str) else WarehouseProduct(*one) for one in warehouse]
    return Crosswalk.build(products, listed, Recipe(), **settings)


def kinds(walk) -> set[FindingKind]:
    return {finding.kind for finding in walk.findings}


# What is matched ------------------------------------------------------------------------------------------------


def test_the_very_code_is_matched_exactly():
    match = crosswalk([RED], ["00777-RED-30/32"]).match("00777-RED-30/32")
    assert match == Matched(RED, "00777-RED-30/32", ("it is the code of this SKU",), Origin.EXACT)


def test_another_spelling_is_matched_and_every_step_explained():
    match = crosswalk([RED], ["00777–red_30/32 "]).match("00777–red_30/32 ")
    assert explain(match).splitlines() == [
        "'00777–red_30/32 ' is 00777 RED 30/32, by rule:",
        "- dash folded: – → -",
        "- case folded: 00777-red_30/32  → 00777-RED_30/32 ",
        "- spaces trimmed",
        "- separators read: 00777-RED_30/32 → 00777-RED-30/32",
        "- this spells the code 00777-RED-30/32",
    ]


def test_lost_zeros_are_matched_where_nothing_else_is_like_the_code():
    match = crosswalk([RED, PADDED], ["777-RED-30/32"]).match("777-RED-30/32")
    assert match == Matched(
        RED,
        "777-RED-30/32",
        ("leading zeros lost: 00777 → 777", "nothing else is like the code 00777-RED-30/32"),
        Origin.RULE,
    )


def test_zeros_that_a_system_padded_are_matched_as_well():
    assert crosswalk([BARE], ["00001234-BLK-M"]).sku("00001234-BLK-M") == BARE


def test_a_barcode_ties_what_no_text_could():
    match = crosswalk([(RED, UPC)], [("OLD-STOCK-17", "0" + UPC)]).match("OLD-STOCK-17")
    assert isinstance(match, Matched)
    assert (match.sku, match.origin) == (RED, Origin.BARCODE)
    assert match.rules == (f"barcode 00{UPC} is the barcode of 00777 RED 30/32",)


def test_twins_that_differ_by_a_zero_each_find_their_own_product():
    walk = crosswalk([PADDED, BARE], ["01234-BLK-M", "1234-BLK-M"])
    assert (walk.sku("01234-BLK-M"), walk.sku("1234-BLK-M")) == (PADDED, BARE)


def test_three_twins_find_their_own_products_too():
    triple = Sku("001234", "BLK", size="M")
    walk = crosswalk([PADDED, BARE, triple], ["01234-BLK-M", "1234-blk-m", "001234-BLK-M"])
    assert [walk.code_of(sku) for sku in (triple, PADDED, BARE)] == ["001234-BLK-M", "01234-BLK-M", "1234-blk-m"]


@pytest.mark.parametrize("size", ["10.5", "30/32", "XS-S", "O/S"])
def test_a_size_that_holds_a_separator_is_one_part(size):
    sku = Sku("01234", "BLK", size=size)
    code = f"01234-BLK-{size}"
    assert crosswalk([sku, Sku("01234", "BLK", size="10")], [code]).sku(code) == sku


# What is refused ------------------------------------------------------------------------------------------------


def test_a_code_with_lost_zeros_is_refused_while_a_twin_could_be_meant():
    walk = crosswalk([PADDED, BARE], ["1234-BLK-M"])
    match = walk.match("1234-BLK-M")
    assert isinstance(match, Ambiguous)
    assert [candidate.sku for candidate in match.candidates] == [BARE, PADDED]
    assert [candidate.why for candidate in match.candidates] == [
        "has this code",
        "has this code but for zeros or separators",
    ]
    assert match.reason == "01234 BLK M would look the same with zeros or separators lost"
    assert walk.sku("1234-BLK-M") == UnmatchedCode("1234-BLK-M")


def test_a_lost_zero_is_refused_even_when_the_twin_is_already_paired():
    walk = crosswalk([PADDED, Sku("001234", "BLK", size="M")], ["01234-BLK-M", "001234-BLK-M", "1234-BLK-M"])
    assert isinstance(walk.match("1234-BLK-M"), Ambiguous)


@pytest.mark.parametrize(
    ("size", "code"),
    [
        ("0", "1234-BLK-00"),
        ("00", "1234-BLK-0"),
        ("0", "1234-BLK"),
        ("", "1234-BLK-0"),
        ("00", "1234BLK0"),
        ("00", "1234BLK00"),
    ],
)
def test_a_part_of_nothing_but_zeros_is_never_taken_for_another(size, code):
    sku = Sku("1234", "BLK", size=size)
    for walk in (crosswalk([sku], [code]), crosswalk([sku], [])):
        match = walk.match(code)
        assert isinstance(match, Ambiguous)
        assert [candidate.sku for candidate in match.candidates] == [sku]
        assert match.doubt is Doubt.COLLISION
        assert "nothing but zeros" in match.reason
    assert crosswalk([(sku, UPC)], [(code, UPC)]).sku(code) == sku
    assert crosswalk([sku], [code], decisions=[Decision(code=code, sku=sku)]).sku(code) == sku


def test_a_part_of_zeros_between_others_is_not_left_out():
    assert crosswalk([BARE], ["1234-BLK-0-M"]).pairs == ()


def test_the_neighbours_of_a_part_of_zeros_may_lose_theirs():
    sku = Sku("01234", "BLK", size="00")
    assert crosswalk([sku], ["1234_BLK_00"]).sku("1234_BLK_00") == sku
    assert crosswalk([sku], ["1234BLK-00"]).sku("1234BLK-00") == sku


@pytest.mark.parametrize(
    ("sku", "code", "what"),
    [
        (Sku("01234", "BLK", size="M"), "01234-BLK-M.0", "a trailing .0: 01234-BLK-M.0"),
        (Sku("1234", "BLK", size="M"), "1234.0-BLK-M", "a trailing .0: 1234.0-BLK-M"),
        (Sku("1000234"), "1000234.00", "a trailing .0: 1000234.00"),
        (Sku("1000234"), "1.000.234", "thousands separators: 1.000.234"),
        (Sku("1000234"), "1 000 234", "thousands separators: 1 000 234"),
        (Sku("MAR12"), "MAR-12", "made into a date: MAR-12"),
    ],
)
def test_a_code_with_a_spreadsheets_marks_is_damaged_and_not_tied(sku, code, what):
    match = crosswalk([sku], [code]).match(code)
    assert isinstance(match, Ambiguous)
    assert (match.doubt, match.reason) == (Doubt.DAMAGED, f"{what}; it may be {sku}")
    assert [candidate.sku for candidate in match.candidates] == [sku]


def test_a_lost_zero_is_refused_where_a_spreadsheets_mark_leads_to_another_sku():
    for master in ([Sku("01234"), Sku("01234", "0")], [Sku("01234"), Sku("1234", "0")]):
        for code in ("1234.0", "1234_0.0"):
            assert crosswalk(master, [code]).pairs == ()
            assert not isinstance(crosswalk(master, []).match(code), Matched)
    walk = crosswalk([Sku("01234"), Sku("1234", "0")], ["1234-0"])
    assert walk.sku("1234_0") == Sku("1234", "0")
    assert isinstance(walk.match("1234.0"), Ambiguous)


def test_a_mark_that_leads_to_another_code_is_not_read_as_a_separator():
    match = crosswalk([Sku("12340")], ["1234.0"]).match("1234.0")
    assert isinstance(match, Ambiguous)
    assert (match.doubt, match.reason) == (Doubt.DAMAGED, "a trailing .0: 1234.0; it may be 12340")
    for sku, code in ((Sku("12340"), "1234-0"), (Sku("1234", size="0"), "12340")):
        assert isinstance(crosswalk([sku], [code]).match(code), Ambiguous)


def test_what_a_spreadsheet_may_have_written_is_known_only_when_it_is_written_just_so():
    walk = crosswalk(
        [(RED, UPC)],
        [("A1M.00", UPC), ("OLD-STOCK-17", "")],
        decisions=[Decision(code="OLD-STOCK-17", sku=PADDED)],
    )
    assert walk.sku("A1M.00") == RED
    assert isinstance(walk.match("a1m.00"), Unknown)
    assert crosswalk([(RED, UPC)], [("'01A", UPC)]).sku("'01a") == RED
    assert walk.sku("old-stock-17") == PADDED


def test_a_part_that_looks_like_a_spreadsheets_is_a_part_where_the_master_has_it():
    for size in ("10.0", "10.5", "1.000"):
        sku = Sku("01234", "BLK", size=size)
        for code in (f"01234-BLK-{size}", f"01234_blk_{size}", f"1234-BLK-{size}"):
            assert crosswalk([sku], [code]).sku(code) == sku


def test_a_spelling_with_a_spreadsheets_marks_is_refused_while_another_sku_may_be_meant():
    short, long = Sku("1234"), Sku("1234", size="0")
    match = crosswalk([short, long], ["1234.0"]).match("1234.0")
    assert isinstance(match, Ambiguous)
    assert match.reason == "a trailing .0: 1234.0; it may be 1234 as well"
    assert (
        crosswalk([short, long], ["X", "1234.0"], decisions=[Decision(code="X", sku=short)]).sku("1234.0") == long
    )


def test_two_products_that_could_have_lost_the_same_zeros_are_both_refused():
    walk = crosswalk([PADDED], ["1234-BLK-M", "1234_blk_M"])
    assert {type(outcome) for outcome in walk.outcomes} == {Ambiguous}


def test_a_product_beside_a_near_twin_on_the_shelf_is_not_matched_loosely():
    walk = crosswalk([PADDED], ["1234-BLK-M", "001234-BLK-M"])
    assert walk.pairs == ()


def test_two_spellings_of_one_sku_are_both_refused_and_the_exact_one_stands():
    assert crosswalk([RED], ["00777-red-30/32", "00777_RED_30/32"]).pairs == ()
    walk = crosswalk([RED], ["00777-RED-30/32", "00777_RED_30/32"])
    assert walk.code_of(RED) == "00777-RED-30/32"
    second = walk.match("00777_RED_30/32")
    assert isinstance(second, Ambiguous)
    assert second.reason == "00777 RED 30/32 is already the product '00777-RED-30/32'"


def test_an_exact_twin_is_refused_while_another_product_spells_the_same_sku():
    walk = crosswalk([PADDED, BARE], ["01234-BLK-M", "1234-BLK-M", "1234-blk-m"])
    assert walk.code_of(PADDED) == "01234-BLK-M"
    assert walk.code_of(BARE) is None


def test_a_barcode_and_a_code_that_point_to_different_skus_are_a_finding_and_no_match():
    walk = crosswalk([(RED, UPC), PADDED], [("01234-BLK-M", UPC)])
    match = walk.match("01234-BLK-M")
    assert isinstance(match, Ambiguous)
    assert {candidate.sku for candidate in match.candidates} == {RED, PADDED}
    assert kinds(walk) == {FindingKind.BARCODE_AGAINST_CODE}


def test_a_barcode_on_one_product_and_the_code_on_another_settle_nothing():
    walk = crosswalk([(RED, UPC)], [("OLD-STOCK-17", UPC), "00777-RED-30/32"])
    assert walk.pairs == ()
    assert kinds(walk) == {FindingKind.BARCODE_AGAINST_CODE}


def test_a_barcode_that_two_skus_share_is_a_finding_and_settles_nothing():
    walk = crosswalk([(RED, UPC), (PADDED, UPC)], [("00777-RED-30/32", UPC), "01234-BLK-M"])
    match = walk.match("00777-RED-30/32")
    assert isinstance(match, Ambiguous)
    assert {candidate.sku for candidate in match.candidates} == {RED, PADDED}
    assert FindingKind.BARCODE_SHARED_BY_SKUS in kinds(walk)


def test_a_barcode_that_two_products_share_settles_nothing():
    walk = crosswalk([(RED, UPC)], [("00777-RED-30/32", UPC), ("OLD-STOCK-17", UPC)])
    assert walk.pairs == ()
    assert FindingKind.BARCODE_SHARED_BY_PRODUCTS in kinds(walk)


def test_products_with_the_two_barcodes_of_one_sku_are_both_refused():
    products = [Product(sku=RED, upc=UPC, ean=EAN)]
    walk = Crosswalk.build(products, [WarehouseProduct("A", UPC), WarehouseProduct("B", EAN)], Recipe())
    assert walk.pairs == ()


def test_a_code_that_two_products_have_is_refused_and_the_barcode_tells_them_apart():
    walk = crosswalk([(RED, UPC), (PADDED, EAN)], [("X", UPC), ("X", EAN)])
    assert walk.pairs == ()
    assert FindingKind.CODE_SHARED_BY_PRODUCTS in kinds(walk)
    assert (walk.sku("X", UPC), walk.sku("X", EAN)) == (RED, PADDED)


def test_two_skus_with_one_code_are_a_finding_and_their_code_is_ambiguous():
    one, other = Sku("01234", "XS", size="S"), Sku("01234", size="XS-S")
    walk = crosswalk([one, other], ["01234-XS-S"])
    assert kinds(walk) == {FindingKind.CODE_SHARED_BY_SKUS}
    match = walk.match("01234-XS-S")
    assert isinstance(match, Ambiguous)
    assert {candidate.sku for candidate in match.candidates} == {one, other}


def test_a_lost_zero_is_refused_when_the_barcodes_differ_and_a_full_code_only_reports_it():
    loose = crosswalk([(RED, UPC)], [("777-RED-30/32", OTHER)])
    assert loose.pairs == ()
    full = crosswalk([(RED, UPC)], [("00777-RED-30/32", OTHER)])
    assert full.code_of(RED) == "00777-RED-30/32"
    assert kinds(loose) == kinds(full) == {FindingKind.BARCODE_DIFFERS}


def test_an_invalid_barcode_is_a_finding_and_no_evidence():
    walk = crosswalk([(RED, "123")], [("OLD-STOCK-17", "123")])
    assert walk.pairs == ()
    assert kinds(walk) == {FindingKind.BARCODE_INVALID}


def test_a_code_too_long_for_clarus_is_a_finding_of_the_master():
    catalogue = Catalogue([Product(sku=Sku("S" * 51))], Recipe())
    assert [finding.kind for finding in catalogue.findings] == [FindingKind.CODE_TOO_LONG]


def test_a_shared_code_is_not_settled_by_elimination():
    one, other = Sku("01234", "XS", size="S"), Sku("01234", size="XS-S")
    for paired in (one, other):
        decision = Decision(code="OLD-STOCK-17", sku=paired)
        walk = crosswalk([one, other], ["01234-XS-S", "OLD-STOCK-17"], decisions=[decision])
        assert walk.code_of(paired) == "OLD-STOCK-17"
        assert isinstance(walk.match("01234-XS-S"), Ambiguous)


def test_an_unknown_code_comes_with_its_nearest():
    match = crosswalk([RED, PADDED], []).match("00778-RED-30/32")
    assert isinstance(match, Unknown)
    assert match.nearest[0].sku == RED
    assert "00778" in explain(match)


def test_an_empty_master_knows_nothing():
    walk = crosswalk([], ["X"])
    assert walk.match("X") == Unknown("X", ())
    assert explain(walk.match("")) == "'' is unknown. Nothing is near."


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("12-Mar", "it looks like a date that a spreadsheet made: 12-Mar may be MAR-12"),
        ("13-Mar", "it looks like a date that a spreadsheet made: 13-Mar"),
        ("8.41234E+11", "it looks like a number that a spreadsheet rounded: 8.41234E+11 may be 841234000017"),
        ("'00777-RED-30/32", "it has quotes of a spreadsheet or a feed: '00777-RED-30/32 may be 00777-RED-30/32"),
        ("OO777-RED-30/32", "O and 0, or I and 1, look swapped: OO777-RED-30/32 may be 00777-RED-30/32"),
        ("777-RED-3", "it looks cut off: 777-RED-3 may be 00777-RED-30/32"),
        ("#N/A", "it is a placeholder"),
    ],
)
def test_an_unknown_code_is_told_with_what_seems_to_have_happened_to_it(code, said):
    master = [RED, Sku("MAR", size="12"), Sku("841234000017")]
    for walk in (crosswalk(master, [code]), crosswalk(master, [])):
        match = walk.match(code)
        assert isinstance(match, Unknown)
        assert match.sign == said
        assert explain(match).startswith(f"{code!r} is unknown; {said}. ")
        if " may be " in said:
            assert said.endswith(match.nearest[0].code)
            assert match.nearest[0].why.startswith("may be it: ")


def test_an_ambiguous_code_is_told_with_its_marks():
    match = crosswalk([Sku("1000234"), Sku("1000", "234")], []).match("1.000.234")
    assert isinstance(match, Ambiguous)
    assert explain(match).splitlines()[0] == (
        "'1.000.234' is ambiguous: 1000 234, 1000234 differ only by zeros or separators; it looks like a number "
        "with thousands separators: 1.000.234 may be 1000-234 or 1000234."
    )


@pytest.mark.parametrize(
    ("sku", "code", "step"),
    [
        (RED, "00777-RED-30-32", "separators read: 00777-RED-30-32 → 00777-RED-30/32"),
        (Sku("01235", "RED", size="O/S"), "01235redos", "separators lost: 01235-RED-O/S → 01235REDOS"),
        (
            Sku("01235", "RED", size="O/S"),
            "1235redos",
            "leading zeros and separators lost: 01235-RED-O/S → 1235REDOS",
        ),
        (Sku("1234BLK"), "1234-blk", "separators added: 1234BLK → 1234-BLK"),
        (RED, "00777\tred\x00-30/32\n", r"invisible character removed: \x00"),
    ],
)
def test_a_step_shows_both_codes_as_they_are_written(sku, code, step):
    match = crosswalk([sku], [code]).match(code)
    assert isinstance(match, Matched)
    assert step in match.rules
    assert all(line.isprintable() for line in explain(match).splitlines())


def test_what_cannot_be_seen_is_shown_as_an_escape_and_a_long_code_is_shortened():
    walk = crosswalk([RED], [])
    assert (
        explain(walk.match("00777\t\x00RED"))
        .splitlines()[0]
        .startswith(r"'00777\t\x00RED' is unknown; it holds a")
    )
    assert len(explain(walk.match("7" * 100_000))) < 1000
    assert "(100,002 characters)" in explain(walk.match("7" * 100_000))
    assert all(line.isprintable() for line in explain(walk.match("'00777\t\x00RED")).splitlines())


def test_nothing_is_near_an_empty_code():
    assert explain(crosswalk([RED, PADDED], []).match("")) == "'' is unknown. Nothing is near."
    assert explain(crosswalk([RED, PADDED], []).match("ZZZ")) == "'ZZZ' is unknown. Nothing is near."


def test_a_site_may_leave_out_a_stage():
    strict = crosswalk([RED], ["777-RED-30/32"], stages=(Stage.BARCODE, Stage.EXACT))
    assert strict.pairs == ()
    with pytest.raises(ConfigurationError):
        crosswalk([], [], stages=(Stage.EXACT, Stage.EXACT))


# Codes from messages --------------------------------------------------------------------------------------------


def test_a_code_that_is_not_listed_is_judged_by_the_same_rules():
    walk = crosswalk([PADDED, BARE, RED], [])
    assert walk.sku("01234-BLK-M") == PADDED
    assert walk.sku("777 red 30/32") == RED
    assert isinstance(walk.match("1234-BLK-M"), Ambiguous)


def test_another_spelling_of_a_listed_code_is_refused_where_a_spreadsheet_may_have_made_it_of_a_shorter_one():
    walk = crosswalk([Sku("1234"), Sku("1234", size="0")], ["1234-0", "1234"])
    assert walk.sku("1234_0") == Sku("1234", size="0")
    assert isinstance(walk.match("1234.0"), Ambiguous)


def test_a_code_that_is_not_listed_does_not_lean_on_its_twins_product():
    walk = crosswalk([PADDED, BARE], ["01234-BLK-M"])
    assert walk.code_of(PADDED) == "01234-BLK-M"
    assert isinstance(walk.match("1234-BLK-M"), Ambiguous)


def test_another_spelling_of_a_listed_code_means_the_same():
    walk = crosswalk(
        [RED], ["777-RED-30/32", "OLD-STOCK-17"], decisions=[Decision(code="OLD-STOCK-17", sku=PADDED)]
    )
    assert walk.sku("777_red_30/32") == RED
    assert walk.sku(" old-stock-17") == PADDED


def test_a_spelling_that_contradicts_a_persons_decision_is_refused():
    walk = crosswalk([RED, PADDED], ["00777-RED-30/32"], decisions=[Decision(code="00777-RED-30/32", sku=PADDED)])
    assert walk.sku("00777-RED-30/32") == PADDED
    assert isinstance(walk.match("00777-red-30/32"), Ambiguous)


def test_a_barcode_in_the_message_that_contradicts_the_crosswalk_is_refused():
    walk = crosswalk([(RED, UPC), (PADDED, EAN)], ["00777-RED-30/32"])
    assert walk.sku("00777-RED-30/32", UPC) == RED
    assert walk.sku("00777-RED-30/32", OTHER) == RED
    assert isinstance(walk.match("00777-RED-30/32", EAN), Ambiguous)


def test_a_barcode_in_the_message_settles_a_lost_zero():
    walk = crosswalk([(RED, UPC)], ["00777-RED-30/32"])
    assert isinstance(walk.match("777-RED-30/32"), Ambiguous)
    assert walk.sku("777-RED-30/32", UPC) == RED
    assert walk.sku("", UPC) == RED


def test_a_barcode_in_the_message_does_not_overrule_the_products_own():
    walk = crosswalk([(RED, UPC), (PADDED, EAN)], [("01234-BLK-M", UPC)])
    assert isinstance(walk.match("01234-BLK-M"), Ambiguous)
    assert isinstance(walk.match("01234-BLK-M", EAN), Ambiguous)


# Persons --------------------------------------------------------------------------------------------------------


def test_a_person_beats_every_rule_and_the_loser_waits():
    walk = crosswalk([RED], ["00777-RED-30/32", "X"], decisions=[Decision(code="X", sku=RED, since=MONDAY)])
    assert walk.code_of(RED) == "X"
    assert isinstance(walk.match("00777-RED-30/32"), Ambiguous)


def test_a_persons_decision_stands_and_a_barcode_that_contradicts_it_is_a_finding():
    decisions = [Decision(code="X", sku=PADDED), Decision(code="Y", sku=BARE), Decision(code="Z", sku=BARE)]
    master = [(RED, UPC), (PADDED, EAN), BARE]
    walk = crosswalk(master, [("X", UPC), ("Y", UPC), ("Z", OTHER)], decisions=decisions)
    assert (walk.sku("X"), walk.sku("Y"), walk.sku("Z")) == (PADDED, BARE, BARE)
    told = [one for one in walk.findings if one.kind is FindingKind.BARCODE_AGAINST_DECISION]
    assert [(one.codes, one.skus) for one in told] == [(("X",), (PADDED, RED)), (("Y",), (BARE, RED))]
    assert told[0].what == (f"'X' carries the barcode 00{UPC} of 00777 RED 30/32, its SKU 01234 BLK M has 0{EAN}")
    agreed = crosswalk(master, [("X", UPC)], decisions=[Decision(code="X", sku=RED)])
    assert agreed.findings == ()


def test_two_products_of_one_sku_by_decision_both_come_in_and_the_newest_goes_out():
    decisions = [
        Decision(code="A", sku=RED, since=MONDAY),
        Decision(code="B", sku=RED, since=MONDAY.replace(day=6)),
    ]
    walk = crosswalk([RED], ["A", "B"], decisions=decisions)
    assert (walk.sku("A"), walk.sku("B"), walk.code_of(RED)) == (RED, RED, "B")


def test_the_newest_decision_on_a_code_stands_and_equal_ones_cancel():
    newer = Decision(code="A", sku=PADDED, since=MONDAY)
    assert crosswalk([RED, PADDED], ["A"], decisions=[newer, Decision(code="A", sku=RED)]).sku("A") == PADDED
    walk = crosswalk([RED, PADDED], ["A"], decisions=[newer, Decision(code="A", sku=RED, since=MONDAY)])
    assert kinds(walk) == {FindingKind.DECISIONS_DISAGREE}
    assert isinstance(walk.match("A"), Unknown)


def test_an_alias_that_the_warehouse_does_not_list_leaves_the_sku_its_product():
    walk = crosswalk([RED], ["00777-RED-30/32"], decisions=[Decision(code="ALIAS", sku=RED)])
    assert (walk.sku("ALIAS"), walk.code_of(RED)) == (RED, "00777-RED-30/32")


def test_a_decision_for_a_sku_outside_the_master_stands_and_is_reported():
    walk = crosswalk([], ["A"], decisions=[Decision(code="A", sku=RED)])
    assert walk.sku("A") == RED
    assert kinds(walk) == {FindingKind.DECISION_FOR_UNKNOWN_SKU}


# The way out ----------------------------------------------------------------------------------------------------


def test_the_way_out_names_the_warehouses_own_product():
    walk = Crosswalk.build(
        [Product(sku=RED)], [WarehouseProduct("777-red-30/32", id="41")], Recipe(), since=MONDAY
    )
    assert walk.product_of(RED) == WarehouseProduct("777-red-30/32", id="41")
    assert walk.require_code(RED) == "777-red-30/32"
    assert walk.pairs[0].since == MONDAY


def test_the_way_out_is_refused_with_what_could_be_meant():
    walk = crosswalk([PADDED, BARE, RED], ["1234-BLK-M"])
    with pytest.raises(UnknownSku, match="no product for 00777 RED"):
        walk.require_code(RED)
    with pytest.raises(AmbiguousSku) as caught:
        walk.require_code(PADDED)
    assert caught.value.candidates == ("1234-BLK-M",)


def test_a_sku_without_a_product_is_refused_with_the_nearest_codes_that_are_still_open():
    walk = crosswalk([RED, PADDED], ["00777-RED-30-33", "00777-BLU-30/32", "X", "01234-BLK-M"])
    with pytest.raises(UnknownSku) as caught:
        walk.require_code(RED)
    assert caught.value.candidates[:2] == ("00777-RED-30-33", "00777-BLU-30/32")
    assert "01234-BLK-M" not in caught.value.candidates
    with pytest.raises(UnknownSku) as caught:
        crosswalk([RED], []).require_code(RED)
    assert caught.value.candidates == ()


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ConfigurationError):
        crosswalk([], [], since=dt.datetime(2026, 1, 5))  # noqa: DTZ001


# The sheet ------------------------------------------------------------------------------------------------------


def test_the_sheet_shows_pairs_and_open_codes_for_review():
    walk = crosswalk([(RED, UPC), PADDED, BARE], ["00777-RED-30/32", "1234-BLK-M", "X"], since=MONDAY)
    head, pair, doubtful, unknown = walk.to_csv().splitlines()
    assert head == (
        "clarus_code,clarus_id,division,style,color,label,dimension,size,clarus_barcode,bluecherry_barcodes,"
        "origin,rules,since,note,check"
    )
    assert pair == (
        "00777-RED-30/32,,,00777,RED,,,30/32,,00036000291452,exact,it is the code of this SKU,"
        "2026-01-05T09:00:00+00:00,,00777-RED-30/32 is |00777|RED|||30/32"
    )
    assert doubtful.startswith("1234-BLK-M,,,,,,,,,,,ambiguous: 01234 BLK M would look the same")
    assert unknown.startswith("X,,,,,,,,,,,unknown")


def test_a_person_decides_in_the_sheet_and_the_next_build_obeys():
    sheet = "clarus_code;division;style;color;label;dimension;size;origin\n1234-BLK-M;;01234;BLK;;;M;Person\n"
    walk = crosswalk([PADDED, BARE], ["1234-BLK-M"], decisions=decisions_from_csv("\ufeff" + sheet))
    assert walk.sku("1234-BLK-M") == PADDED


def test_a_zero_that_a_spreadsheet_ate_is_noticed():
    walk = crosswalk([PADDED], ["X"], decisions=[Decision(code="X", sku=PADDED)])
    with pytest.raises(InvalidRecord, match="clear the check") as caught:
        decisions_from_csv(walk.to_csv().replace(",01234,", ",1234,"))
    assert caught.value.record == "crosswalk sheet, line 2"


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("X,,,01234,BLK,,,M,,,,,,,", "origin"),
        ("X,,,,BLK,,,M,,,person,,,,", "style"),
        (",,,01234,BLK,,,M,,,person,,,,", "code"),
        ("X,,,01234,BLK,,,M,,,person,,yesterday,,", "since"),
        ("X,,,01234,BLK,,,M,,,person,,2026-01-05T09:00:00,,", "since"),
    ],
)
def test_a_line_that_cannot_be_obeyed_is_refused_by_number(line, field):
    head = crosswalk([], []).to_csv().strip()
    with pytest.raises(InvalidRecord) as caught:
        decisions_from_csv(f"{head}\n{line}\n")
    assert (caught.value.record, caught.value.field) == ("crosswalk sheet, line 2", field)


def test_a_sheet_without_its_columns_is_refused():
    with pytest.raises(InvalidRecord, match="clarus_code"):
        decisions_from_csv("code,sku\n")
