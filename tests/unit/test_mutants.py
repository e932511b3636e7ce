"""The planted mutants still fit the code: their texts stand there once, and their tests exist."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from mutants.__main__ import SURVIVED, TIMED_OUT, is_red, path_of, verdict_on
from mutants.planted import MUTANTS, Mutant

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name.replace(" ", "_"))
def test_a_mutant_can_be_planted_and_its_test_is_there(mutant: Mutant) -> None:
    source = (ROOT / "clarus_bluecherry" / mutant.module).read_text("utf-8")
    assert source.count(mutant.old) == 1, "move the mutant's text to where its law stands now"
    ast.parse(source.replace(mutant.old, mutant.new))
    for test in mutant.tests:
        file, _, name = path_of(test).partition("::")
        assert f"def {name.partition('[')[0]}(" in (ROOT / file).read_text("utf-8")


def test_names_are_unique() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)


# The command's own verdict ------------------------------------------------------------------------------------

_TWICE = Mutant(
    "a mutant of nothing but a name",
    "flows/names.py",
    "BLUECHERRY = ",
    "BLUECHERRY = BLUECHERRY_ = ",
    "test_mutants.py::test_names_are_unique",
)


def test_only_a_test_that_failed_is_red() -> None:
    said = (
        "F.\nFAILED tests/unit/test_a.py::test_ab[1] - no\nERROR tests/unit/test_a.py::test_c\n1 failed, 1 passed"
    )
    red = [
        test
        for test in ("test_a", "test_ab", "test_ab[1]", "test_ab[2]", "test_c")
        if is_red(f"test_a.py::{test}", said)
    ]
    assert red == ["test_ab", "test_ab[1]", "test_c"]


def test_a_mutant_survives_where_one_of_its_tests_is_green_and_proves_nothing_where_it_takes_too_long() -> None:
    assert verdict_on(_TWICE, 300) == SURVIVED
    assert verdict_on(_TWICE, 0.001) == TIMED_OUT
