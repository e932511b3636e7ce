"""What a newcomer looks for first stands on the pages."""

from __future__ import annotations

import ast

import pytest
from docs_world import ROOT, blocks

DOCS = ROOT / "docs"


def imported(block: str) -> set[str]:
    nodes = (each for each in ast.walk(ast.parse(block)) if isinstance(each, ast.Import | ast.ImportFrom))
    return {(name.asname or name.name).split(".")[0] for node in nodes for name in node.names}


@pytest.mark.parametrize("page", ["connections.md", "ipaas.md"])
def test_a_block_that_is_pasted_alone_imports_what_it_uses(page: str) -> None:
    known: set[str] = set()
    for block in blocks(DOCS / page, "python"):
        known |= imported(block)
        used = {node.id for node in ast.walk(ast.parse(block)) if isinstance(node, ast.Name)}
        defined = {node.name for node in ast.walk(ast.parse(block)) if isinstance(node, ast.FunctionDef)}
        assert (used & (known | {"Operators"})) - imported(block) - defined == set(), block


def test_whoever_is_new_is_sent_to_getting_started() -> None:
    (row,) = (line for line in (DOCS / "index.md").read_text("utf-8").splitlines() if "new here" in line)
    assert "(getting-started.md)" in row


@pytest.mark.parametrize("page", ["clarus.md", "connections.md"])
def test_to_wait_no_longer_than_so_long_is_a_deadline(page: str) -> None:
    text = (DOCS / page).read_text("utf-8")
    assert "with_options(deadline=5)" in text
    assert text.index("with_options(deadline=5)") < text.index("timeout=5")
