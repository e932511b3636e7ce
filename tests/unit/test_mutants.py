"""The planted mutants still fit the code: their texts stand there once, and their tests exist."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from mutants.__main__ import path_of
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
