"""What must hold for every master and every damage: no SKU is ever taken for another."""

import datetime as dt
import random
import re

from how_many import examples
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from clarus_bluecherry.model import Product, Sku
from clarus_bluecherry.sku import (
    DEFAULT_STAGES,
    Ambiguous,
    Crosswalk,
    Decision,
    Matched,
    Origin,
    Part,
    Recipe,
    Stage,
    WarehouseProduct,
    decisions_from_csv,
    fold,
    gtin14,
    is_gtin,
)
from clarus_bluecherry.sku.codes._barcode import gtins14
from clarus_bluecherry.sku.codes._near_duplicates import could_become, skeleton
from clarus_bluecherry.sku.codes._text import key, segments

# A master full of near-twins: few values, so that zeros, separators and lost parts collide all the time.
STYLES = ("1234", "01234", "001234", "12340", "123", "0123", "1", "01", "0", "A1", "0A1", "А1")
COLORS = ("", "BLK", "1", "01", "0", "00", "10", "A-B")
SIZES = ("", "M", "1", "10", "100", "105", "10.5", "10-5", "010", "30/32", "30-32", "O/S", "XS-S", "XS", "0", "00")


@st.composite
def masters(draw, most: int = 12) -> list[Sku]:
    """SKUs of one or two articles in a few colours and sizes, so that nearly every SKU has a twin."""
    styles = draw(st.lists(st.sampled_from(STYLES), min_size=1, max_size=4, unique=True))
    colors = draw(st.lists(st.sampled_from(COLORS), min_size=1, max_size=2, unique=True))
    sizes = draw(st.lists(st.sampled_from(SIZES), min_size=1, max_size=3, unique=True))
    label = draw(st.sampled_from(["", "", "S"]))
    every = [Sku(style, color, size=size, label=label) for style in styles for color in colors for size in sizes]
    return draw(st.permutations(every))[:most]


def _with_zeros_lost(text: str, dice: random.Random) -> str:
    return "-".join(part[dice.randint(0, len(part) - len(part.lstrip("0"))) :] for part in text.split("-"))


def _without_style_zeros(text: str, dice: random.Random) -> str:
    return text.lstrip("0") or text


def _with_other_separators(text: str, dice: random.Random) -> str:
    return "".join(dice.choice("-_/. –\u00a0") if one in "-/." else one for one in text)


def _with_separators_lost(text: str, dice: random.Random) -> str:
    return "".join(one for one in text if one not in "-_/. " or dice.random() < 0.5)


def _in_other_letters(text: str, dice: random.Random) -> str:
    look_alikes = {"A": "А", "B": "Β", "K": "К", "O": "О", "S": "Ѕ", "M": "М", "1": "１"}
    return "".join(look_alikes.get(one, one) if dice.random() < 0.5 else one for one in text)


def _with_invisible_characters(text: str, dice: random.Random) -> str:
    place = dice.randint(0, len(text))
    return f" {text[:place]}\u200b{text[place:]}\ufeff  "


def _with_a_decimal_added(text: str, dice: random.Random) -> str:
    return f"{text}.{'0' * dice.randint(1, 2)}"


def _with_thousands_told_apart(text: str, dice: random.Random) -> str:
    return f"{int(text):,}".replace(",", dice.choice(",. ")) if text.isascii() and text.isdigit() else text


def _in_lower_case(text: str, dice: random.Random) -> str:
    return text.lower()


DAMAGES = (
    _with_zeros_lost,
    _without_style_zeros,
    _with_other_separators,
    _with_separators_lost,
    _in_other_letters,
    _with_invisible_characters,
    _with_a_decimal_added,
    _with_thousands_told_apart,
    _in_lower_case,
)


MARKS = (_with_a_decimal_added, _with_thousands_told_apart)
FOLDED = (_with_other_separators, _in_other_letters, _with_invisible_characters, _in_lower_case)
"""What changes how a code is written and not which SKU it spells."""


class SilentRule:
    """A rule of a site that never says anything: with it nothing is told at a glance."""

    name = "silent"

    def reading(self, code: str) -> str | None:
        return None


def damaged(code: str, damages: tuple, dice: random.Random) -> str:
    """The code after all damages; a spreadsheet's come last: its point, once it is a dash, marks nothing."""
    for damage in sorted(damages, key=MARKS.__contains__):
        code = damage(code, dice)
    return code if code.strip() else "?"


def gtin13(number: int) -> str:
    body = f"50{number:010d}"
    return next(body + check for check in "0123456789" if is_gtin(body + check))


class Site:
    """Both masters, with the truth that only the test knows."""

    def __init__(self, master, stocked, damages, seed, labelled, recipe):
        dice = random.Random(seed)
        self.recipe = recipe
        self.dice = dice
        barcodes = {sku: gtin13(number) if number in labelled else "" for number, sku in enumerate(master)}
        self.products = [Product(sku=sku, ean=barcodes[sku]) for sku in master]
        self.origins: dict[str, set[Sku]] = {}
        self.warehouse = []
        for sku, harm in zip(stocked, damages, strict=False):
            code = damaged(recipe.code(sku), harm, dice)
            self.origins.setdefault(code, set()).add(sku)
            barcode = barcodes[sku] if dice.random() < 0.7 else ""
            self.warehouse.append(WarehouseProduct(code, barcode, str(len(self.warehouse))))

    def build(self, **settings) -> Crosswalk:
        return Crosswalk.build(self.products, self.warehouse, self.recipe, **settings)


RECIPES = (
    Recipe(),
    Recipe(separator="_"),
    Recipe(parts=(Part("style", pad_to=5), Part("color"), Part("label"), Part("size", case="keep"))),
)


@st.composite
def sites(draw) -> Site:
    master = draw(masters())
    stocked = draw(st.lists(st.sampled_from(master), unique=True))
    harm = st.lists(st.sampled_from(DAMAGES), max_size=3).map(tuple)
    damages = draw(st.lists(harm, min_size=len(stocked), max_size=len(stocked)))
    labelled = draw(st.sets(st.integers(0, 13)))
    return Site(master, stocked, damages, draw(st.integers(0, 9999)), labelled, draw(st.sampled_from(RECIPES)))


@settings(max_examples=examples(600), deadline=None)
@given(sites())
def test_no_product_is_ever_paired_with_a_sku_it_did_not_come_from(site):
    for pair in site.build().pairs:
        assert site.origins[pair.code] == {pair.sku}


@settings(max_examples=examples(600), deadline=None)
@given(sites(), st.lists(st.sampled_from(DAMAGES), max_size=3).map(tuple))
def test_no_code_from_a_message_is_ever_matched_to_a_sku_it_did_not_come_from(site, damages):
    crosswalk = site.build()
    for product in site.products:
        code = damaged(site.recipe.code(product.sku), damages, site.dice)
        match = crosswalk.match(code, product.ean if site.dice.random() < 0.5 else "")
        if isinstance(match, Matched) and code not in site.origins:
            assert match.sku == product.sku


def damage_parts_them(one: str, other: str) -> bool:
    """Whether one key is the other without some separators, and without zeros in front of what holds more than
    zeros; a part of nothing but zeros keeps both its separators."""

    def left_of(true: str) -> str:
        pattern, was_zeros = "", True
        for part in true.split("-"):
            rest = part.lstrip("0")
            joint = "-" if was_zeros or not rest else "-?"
            pattern += joint + (f"0{{0,{len(part) - len(rest)}}}{re.escape(rest)}" if rest else part)
            was_zeros = not rest
        return pattern[1:]

    return bool(re.fullmatch(left_of(one), other) or re.fullmatch(left_of(other), one))


@settings(max_examples=examples(600), deadline=None)
@given(sites(), masters(), st.lists(st.sampled_from(FOLDED), max_size=2).map(tuple))
def test_a_code_of_a_sku_outside_the_master_is_matched_only_where_damage_alone_parts_them(site, others, harmless):
    """A SKU that the master does not hold looks like damage of one that it does, at most in what nobody means by
    it: zeros in front of a part that holds more than zeros, and separators."""
    master = {product.sku for product in site.products}
    strangers = [sku for sku in others if sku not in master]
    codes = {damaged(site.recipe.code(sku), harmless, site.dice): sku for sku in strangers}
    listed = [WarehouseProduct(code, id=f"+{code}") for code in codes if site.dice.random() < 0.5]
    site.warehouse += [row for row in listed if row.code not in site.origins]
    crosswalk = site.build()
    for code in codes:
        match = crosswalk.match(code)
        if isinstance(match, Matched) and code not in site.origins and match.origin is not Origin.BARCODE:
            assert damage_parts_them(site.recipe.folded(match.sku), key(code)), (code, str(match.sku))


CHOICES = (DEFAULT_STAGES, (Stage.BARCODE, Stage.EXACT), (Stage.FOLDED, Stage.EXACT), (Stage.LOOSE,))


@settings(max_examples=examples(400), deadline=None)
@given(sites(), st.lists(st.sampled_from(DAMAGES), max_size=3).map(tuple), st.sampled_from(CHOICES), st.booleans())
def test_codes_asked_at_once_and_those_told_at_a_glance_are_what_the_judge_says(site, damages, stages, is_decided):
    decisions = [Decision(code="ALIAS", sku=site.products[0].sku)] if is_decided else []
    glance = site.build(stages=stages, decisions=decisions)
    judge = site.build(stages=(*stages, SilentRule()), decisions=decisions)
    codes = [damaged(site.recipe.code(product.sku), damages, site.dice) for product in site.products]
    codes += [f"{code}-Q" for code in codes] + [f"00{code}" for code in codes] + ["", "-", "alias", "0", "00"]
    codes += [row.code for row in site.warehouse] * 2
    answers = [glance.match(code) for code in codes]
    assert answers == [judge.match(code) for code in codes]
    assert glance.match_all(iter(codes)) == answers


@settings(max_examples=examples(200), deadline=None)
@given(sites(), st.randoms())
def test_the_order_of_the_input_does_not_matter(site, dice):
    before = site.build()
    dice.shuffle(site.products)
    dice.shuffle(site.warehouse)
    after = site.build()
    assert (before.pairs, before.outcomes, before.findings) == (after.pairs, after.outcomes, after.findings)


@settings(max_examples=examples(200), deadline=None)
@given(sites())
def test_a_sku_leaves_under_the_code_it_came_in_under(site):
    crosswalk = site.build()
    for product in site.products:
        code = crosswalk.code_of(product.sku)
        if code is not None:
            assert crosswalk.sku(code) == product.sku


@settings(max_examples=examples(200), deadline=None)
@given(masters(), st.sampled_from(RECIPES))
def test_an_undamaged_warehouse_is_paired_wholly_but_for_reported_collisions(master, recipe):
    products = [Product(sku=sku) for sku in master]
    warehouse = [WarehouseProduct(recipe.code(sku), id=sku.key) for sku in master]
    crosswalk = Crosswalk.build(products, warehouse, recipe)
    keys = [recipe.folded(sku) for sku in master]
    reported = {sku for finding in crosswalk.findings for sku in finding.skus}
    assert reported == {sku for sku in master if keys.count(recipe.folded(sku)) > 1}
    if not reported:
        assert all(crosswalk.code_of(sku) == recipe.code(sku) for sku in master)


@given(st.text(max_size=30))
@example("ŉ½ﬁ\u00b4ΐß")
def test_folding_twice_changes_nothing_more(text):
    once = fold(text)
    assert fold(once.text).text == once.text
    assert fold(once.text).rules == ()
    assert (once.text == text) == (once.rules == ())
    assert key(key(text)) == key(text) == "-".join(segments(once.text))


@given(st.from_regex(r"[0-9]{1,6}", fullmatch=True), st.from_regex(r"[0-9]{1,6}", fullmatch=True))
def test_folding_never_makes_two_numbers_equal(one, other):
    assume(one != other)
    assert key(one) != key(other)


@given(st.text("0123A-", max_size=8).map(key), st.randoms())
def test_whatever_lost_zeros_and_separators_is_recognised_as_kin(true, dice):
    assume(true)
    seen = key(_with_separators_lost(_with_zeros_lost(true, dice), dice))
    assert could_become(true, seen)
    assert skeleton(true) == skeleton(seen)


@given(st.text("01-", max_size=6).map(key), st.text("01-", max_size=6).map(key))
def test_damage_never_adds_a_character(true, seen):
    if could_become(true, seen):
        assert len(seen) <= len(true)
        assert len(segments(seen)) <= len(segments(true))


@given(st.integers(1, 10**11 - 1).map(lambda number: f"{number:011d}"))
def test_a_upc_is_the_ean_with_a_zero_in_front_and_has_one_check_digit(body):
    upcs = [body + check for check in "0123456789" if is_gtin(body + check)]
    assert len(upcs) == 1
    assert gtin14(upcs[0]) == gtin14("0" + upcs[0]) == "00" + upcs[0]


@given(st.integers(10**12, 10**13 - 1).map(str), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_makes_a_barcode_invalid(body, place, step):
    code = next(body[:12] + check for check in "0123456789" if is_gtin(body[:12] + check))
    wrong = code[:place] + str((int(code[place]) + step) % 10) + code[place + 1 :]
    assert not is_gtin(wrong)


_PART = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="|"), max_size=8)
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_DECISIONS = st.builds(
    Decision,
    code=_TEXT.filter(str.strip),
    sku=st.builds(Sku, _PART.filter(str.strip), _PART, size=_PART, label=_PART, dimension=_PART, division=_PART),
    since=st.none() | st.datetimes(timezones=st.just(dt.UTC)),
    note=_TEXT,
)


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(_DECISIONS, unique_by=lambda decision: decision.code, max_size=5), sites())
def test_what_a_person_decided_comes_back_from_the_sheet_as_it_was(decisions, site):
    crosswalk = site.build(decisions=decisions)
    assert sorted(decisions_from_csv(crosswalk.to_csv()), key=str) == sorted(decisions, key=str)


@settings(max_examples=examples(100), deadline=None)
@given(sites())
def test_what_a_person_decides_stands_and_settles_what_was_ambiguous(site):
    open_codes = [outcome for outcome in site.build().outcomes if isinstance(outcome, Ambiguous)]
    decisions = [Decision(code=one.code, sku=one.candidates[0].sku) for one in open_codes if one.candidates]
    crosswalk = site.build(decisions=decisions)
    for decision in decisions:
        match = crosswalk.match(decision.code)
        assert isinstance(match, Matched)
        assert (match.sku, match.origin) == (decision.sku, Origin.PERSON)


def test_the_generator_reaches_every_kind_of_answer():
    """The properties above would hold for a crosswalk that never answers: this one must."""
    master = [Sku("01234", "BLK", size="M"), Sku("1234", "BLK", size="M"), Sku("A1", "BLK", size="10.5")]
    site = Site(master, master[::2], [(_without_style_zeros,), (_in_lower_case,)], 1, set(), Recipe())
    kinds = {type(outcome) for outcome in site.build().outcomes}
    assert kinds == {Matched, Ambiguous}


DIGITS = st.sampled_from([8, 12, 13, 14]).flatmap(
    lambda width: st.text("0123456789", min_size=width, max_size=width)
)
ODDITIES = st.sampled_from(["", " ", "0" * 13, " 036000291452", "+3600029145", "1234567", "٣٣٣٣٣٣٣٣٣٣٣٣"])


@given(st.lists(DIGITS.map(lambda digits: digits[:-1] + str(sum(map(int, digits)) % 10)) | DIGITS | ODDITIES))
def test_the_barcodes_of_a_list_are_those_of_each(texts):
    known = ["036000291452", "5012345678900", "96385074"]
    mixed = [*known, *texts, *known]
    assert gtins14(mixed) == [gtin14(text) for text in mixed]
    assert gtins14(mixed * 100) == gtins14(mixed) * 100
