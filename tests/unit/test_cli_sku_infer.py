"""`sku infer`: the recipe is printed as the site file takes it, and is called certain only when it is."""

import json
import tomllib
from itertools import product
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clarus_bluecherry.cli.app import app
from clarus_bluecherry.config import SkuSection
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.model import Sku
from clarus_bluecherry.report.sku_recipe import recipe_toml
from clarus_bluecherry.sku import Part, Recipe, Text

SKUS = [
    Sku(f"{n:05}", color, size=size) for n, color, size in product(range(7, 12), ("BLK", "001"), ("S", "M", "L"))
]
RECIPE = Recipe(parts=(Text("AC"), Part("color"), Part("style", before="_"), Part("size")), separator=".")


@pytest.fixture
def files(tmp_path):
    def write(skus, codes):
        lines = ["Style,Color,Size", *(f"{sku.style},{sku.color},{sku.size}" for sku in skus)]
        (tmp_path / "styles.csv").write_text("\n".join(lines), "utf-8")
        (tmp_path / "products.csv").write_text("\n".join(["Item No", *codes]), "utf-8")
        return [
            str(tmp_path / "products.csv"),
            "--map",
            "code=Item No",
            "--blue-cherry",
            str(tmp_path / "styles.csv"),
        ]

    return write


def run(*arguments):
    done = CliRunner().invoke(app, ["sku", "infer", *arguments], env={"COLUMNS": "200"})
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def recipe_of(toml):
    return SkuSection.model_validate(tomllib.loads(toml)["sku"]).recipe


def test_a_certain_recipe_is_printed_as_the_site_file_takes_it(files):
    done = run(*files(SKUS, map(RECIPE.spelling, SKUS)))
    assert done.exit_code == 0
    assert [recipe_of(done.stdout).code(sku) for sku in SKUS] == [RECIPE.code(sku) for sku in SKUS]
    assert "the order is 'AC', color, style, size" in done.stderr
    assert "of 30 codes the recipe writes 30" in done.stderr


def test_a_recipe_that_is_not_certain_is_printed_with_its_doubts(files):
    done = run(*files(SKUS, [*map(RECIPE.spelling, SKUS[:9]), "WHO-KNOWS"]))
    assert done.exit_code == 1
    assert "not certain: only 9 codes are explained: too few to be sure" in done.stderr
    assert "no SKU's: 'WHO-KNOWS'" in done.stderr
    assert recipe_of(done.stdout).code(SKUS[0]) == RECIPE.code(SKUS[0])


def test_recipes_that_explain_the_codes_as_well_are_printed_as_comments(files):
    skus = [Sku(str(style), "X", size="X") for style in range(100, 130)]
    done = run(*files(skus, map(Recipe().spelling, skus)))
    assert done.exit_code == 1
    assert "# explains the codes as well:" in done.stdout
    assert '#   { name = "color" },' in done.stdout
    assert len(recipe_of(done.stdout).parts) == 3


def test_json_is_one_document(files):
    told = json.loads(run(*files(SKUS, map(RECIPE.spelling, SKUS)), "--json").stdout)
    assert (told["is_certain"], told["exact"], told["doubts"], told["rivals"]) == (True, 30, [], [])
    assert recipe_of(told["toml"]).code(SKUS[0]) == RECIPE.code(SKUS[0])
    assert told["evidence"][0] == {"what": "the order is 'AC', color, style, size", "agree": 30, "of": 30}


def test_a_word_is_printed_with_the_recipe_and_its_evidence(files):
    recipe = Recipe(parts=(Part("style"), Part("color"), Part("size", words={"L": "GRANDE"})))
    done = run(*files(SKUS, map(recipe.spelling, SKUS)))
    assert done.exit_code == 0
    assert "the size 'L' is written 'GRANDE'" in done.stderr
    assert recipe_of(done.stdout) == recipe


def test_an_empty_list_is_said_to_be_empty(files):
    done = run(*files(SKUS, []))
    assert (done.exit_code, done.stdout) == (1, "")
    assert "not certain: there are no codes" in done.stderr


def test_a_line_that_cannot_be_read_is_told_and_stops_no_other(files):
    arguments = files(SKUS, map(RECIPE.spelling, SKUS))
    with Path(arguments[-1]).open("a", encoding="utf-8") as file:
        file.write("\n,BLK,S\n0|1,BLK,S\n")
    done = run(*arguments)
    assert done.exit_code == 0
    assert "not read: styles.csv, line 32, field Style: a value is required" in done.stderr
    assert done.stderr.count("not read") == 2


def test_without_blue_cherrys_list_only_the_shapes_are_told(files):
    arguments = files(SKUS, [*map(RECIPE.spelling, SKUS), "[x]"])[:3]
    done = run(*arguments)
    assert done.exit_code == 1
    assert "which part stands where is told only by Blue Cherry's list" in done.stderr
    assert "AA.AAA_99999.A" in done.stdout
    assert "[x]" in done.stdout
    told = json.loads(run(*arguments, "--json").stdout)
    assert told["shapes"][0] == {"pattern": "AA.999_99999.A", "codes": 15, "example": "AC.001_00007.L"}


def test_a_column_that_is_missing_is_named(files):
    arguments = files(SKUS, [])
    arguments[2] = "code=Nope"
    with pytest.raises(ConfigurationError, match="there is no column 'Nope'"):
        run(*arguments)


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(),
        RECIPE,
        Recipe(separator="", max_length=30, readable=True),
        Recipe(parts=(Part("style", case="lower"), Part("size", case="keep"))),
        Recipe(
            parts=(
                Part("style", pad_to=5, pad_with="X", case="keep", strip_zeros=True, fold=True, needed=True),
                Part("size", inside="", words={"O/S": "OS", 'a"b\\': "\x7fé"}, absent="NA", allowed="A-Z"),
            )
        ),
    ],
    ids=range(5),
)
def test_what_is_written_is_read_back_as_the_same_recipe(recipe):
    assert recipe_of(recipe_toml(recipe)) == recipe
