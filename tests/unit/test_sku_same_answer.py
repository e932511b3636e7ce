"""The same lists get the same answer, in every process and in whatever order they come."""

import os
import subprocess
import sys
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest

from clarus_bluecherry.model import Product, Sku
from clarus_bluecherry.sku import (
    Ambiguous,
    Crosswalk,
    MasterRow,
    Part,
    ProductRow,
    Recipe,
    Unknown,
    WarehouseProduct,
    audit,
    explain,
    infer,
    is_gtin,
)
from clarus_bluecherry.sku.codes._shape import shapes

HERE = Path(__file__)
SEEDS = ("0", "1", "2", "3", "4", "5", "6", "7")

RECIPE = Recipe(parts=(Part("style"), Part("color"), Part("size", before="/")))
TWINS = [Sku(f"{n:05}", color, size=size) for n in range(1, 21) for color in ("BLK", "RED") for size in "SML"]
SIZES = [
    Sku(style, color, size=size)
    for style, color, size in product(("1234", "01234", "12340", "0A1"), ("", "BLK", "01"), ("", "0", "00", "O/S"))
]
DAMAGED = (
    *("00001-BLK/S ", "1-BLK/S", "00010_BLK/S", "10-BLK-S", "1-RED-L", "000002-RED/M", "nonsense", "1E5-BLK"),
    *("1234-O/S", "1234OS", "1234-BLK-0S", "01234_blk–00", "1234-0", "1.234", "12-Mar", "１２３４-BLK", "0AI-BLK"),
    *("12340-01", "1234-001", "001234", "01234-BL", "ОА1-BLK-O/S", "1234-BLK-?", "'1234-01'", "1234.0"),
)
BARCODES = [gtin for n in range(99) for check in range(10) if is_gtin(gtin := f"50{n:010d}{check}")]


def an_inference():
    for skus in (TWINS, SIZES, [*TWINS, *SIZES]):
        codes = [RECIPE.spelling(sku) for sku in skus]
        yield repr(found := infer([*codes, *DAMAGED], skus))
        yield found.otherwise_written, found.unexplained


def shapes_of_codes():
    yield shapes(DAMAGED)


def labelled():
    return [
        Product(sku=sku, upc=BARCODES[n % 60], ean=BARCODES[n // 2] if n % 3 == 0 else "")
        for n, sku in enumerate((*TWINS[:9], *SIZES))
    ]


def a_crosswalk():
    products = [
        WarehouseProduct(code, BARCODES[n] if n % 4 == 0 else "", str(n)) for n, code in enumerate(DAMAGED)
    ]
    crosswalk = Crosswalk.build(labelled(), products[::2], RECIPE)
    for match in (*crosswalk.outcomes, *crosswalk.match_all(DAMAGED)):
        yield explain(match)
        yield match.candidates if isinstance(match, Ambiguous) else ""
        yield (match.nearest, match.sign) if isinstance(match, Unknown) else ""
    yield from (*crosswalk.catalogue.findings, crosswalk.to_csv())


def an_audit():
    master = [
        MasterRow(sku.style, sku.color, size=sku.size, upc=BARCODES[place], on_hand=Decimal(1))
        for n, sku in enumerate((*TWINS[:9], *SIZES))
        for place in (n, n + 40 if n % 2 else n, n + 41 if n % 3 else n)
    ]
    master += [MasterRow("99", "BLK", upc=f"no barcode {n}") for n in range(6)]
    products = [ProductRow(code, BARCODES[n] if n % 4 else "") for n, code in enumerate(DAMAGED)]
    found = audit(master, products, RECIPE)
    yield from (*found.entries(), *found.findings, found.tallies)


ANSWERS = {"infer": an_inference, "shapes": shapes_of_codes, "crosswalk": a_crosswalk, "audit": an_audit}


def answer(seed):
    paths = os.pathsep.join([str(HERE.parent), str(HERE.parents[2])])
    run = [sys.executable, str(HERE)]
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": paths}
    return subprocess.run(run, env=environment, capture_output=True, text=True, check=True).stdout


@pytest.fixture(scope="module")
def answers():
    return {seed: answer(seed).split("\f") for seed in SEEDS}


@pytest.mark.parametrize("name", ANSWERS)
def test_the_hash_seed_does_not_change_an_answer(answers, name):
    place = list(ANSWERS).index(name)
    told = {seed: lines[place] for seed, lines in answers.items()}
    assert all(told.values())
    assert set(told.values()) == {told["0"]}


TOLD = [RECIPE.spelling(sku) for sku in TWINS]


@pytest.mark.parametrize(
    ("code", "meant"),
    [("00001-BLK/S ", "00001-BLK/S"), ("00010_BLK/S", "00010-BLK/S"), ("10-BLK-S", "00010-BLK/S")],
)
def test_a_code_that_is_written_otherwise_means_the_one_sku_that_it_can_be(code, meant):
    assert infer([*TOLD, code], TWINS).otherwise_written == ((code, meant),)


@pytest.mark.parametrize("code", ["00100-BLK/S", "10000-BLK/S", "000-BLK/S", "00021-BLK/S", "1-BLK/0S0"])
def test_zeros_that_no_part_lost_in_front_make_another_code(code):
    found = infer([*TOLD, code], TWINS)
    assert (found.otherwise, found.otherwise_written, found.unexplained) == (0, (), (code,))


@pytest.mark.parametrize(
    ("code", "several"),
    [
        ("1-BLK-S", ("01", "001")),
        ("01_BLK-S", ("01", "001")),
        ("0001-BLK-S", ("01", "001")),
    ],
)
def test_a_code_that_could_be_several_skus_is_said_to_mean_none(code, several):
    skus = [*TWINS, *(Sku(style, "BLK", size="S") for style in several)]
    found = infer([*map(RECIPE.spelling, skus), code], skus)
    assert (found.otherwise, found.otherwise_written, found.unexplained) == (1, (), ())


@pytest.mark.parametrize("code", ["00001-BLK/00", "00001-BLK", "1-BLK-0.0", "00001-BLK/0.0"])
def test_a_part_of_nothing_but_zeros_is_a_size_of_its_own(code):
    skus = [*TWINS, Sku("00001", "BLK", size="0")]
    assert infer([*map(RECIPE.spelling, skus), code], skus).otherwise_written == ()


def test_two_skus_that_are_written_alike_are_not_told_apart():
    skus = [*TWINS, Sku("00001", "BLK", size="X/S"), Sku("00001", "BLK", size="X-S")]
    assert infer([*map(RECIPE.spelling, skus), "1-BLK-X-S"], skus).otherwise_written == ()


if __name__ == "__main__":
    sys.stdout.write("\f".join("\n".join(map(str, make())) for make in ANSWERS.values()))


def test_a_code_of_two_skus_is_not_said_to_be_meant():
    skus = [Sku("1234", "1"), Sku("1234", "1", size="1"), Sku("1234"), Sku("1234", size="1")]
    found = infer([*map(Recipe().spelling, skus), "１２３４-１"], skus)
    assert found.recipe is not None
    assert found.otherwise_written == ()
