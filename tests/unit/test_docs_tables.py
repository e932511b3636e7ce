"""Tables of the documentation that repeat what stands in the code say the same."""

import re
from pathlib import Path

from clarus_bluecherry import errors
from clarus_bluecherry.environment import VARIABLES
from clarus_bluecherry.errors import ClarusBluecherryError, Retry
from clarus_bluecherry.sandbox import clarus_filters

DOCS = Path(__file__).parents[2] / "docs"
SAID = {"pointless": Retry.POINTLESS, "safe": Retry.SAFE, "ask first": Retry.ASK_FIRST}


def rows(page: str) -> list[list[str]]:
    lines = (DOCS / page).read_text("utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if line.startswith("| `")]


def names(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)


def test_the_page_of_errors_has_every_error_that_is_raised_and_says_what_it_says_itself() -> None:
    told = {name: SAID[row[-1]] for row in rows("errors.md") for name in names(row[0])}
    kinds = {name: kind for name, kind in vars(errors).items() if isinstance(kind, type)}
    raised = {name: kind.retry for name, kind in kinds.items() if issubclass(kind, ClarusBluecherryError)}
    roots = {"ClarusBluecherryError", "SkuError", "WireError", "AnswerError", "LedgerError"}
    assert told == {name: retry for name, retry in raised.items() if name not in roots}


def test_the_page_of_connections_has_every_variable_and_where_it_comes_from() -> None:
    told = {names(row[0])[0]: row[1] for row in rows("connections.md") if row[0].strip("`").isupper()}
    assert told == {name: variable.comes_from for name, variable in VARIABLES.items()}


def test_the_page_of_filters_has_every_operator_of_the_warehouse() -> None:
    told = {name for row in rows("filters.md") for name in names(row[1])}
    assert told == set(re.findall(r"(\w+): (?!Enum)", " ".join(clarus_filters.INPUTS)))
