"""The page on Blue Cherry has a row for each kind of message: how it travels each way and how sure we are of it.

After a change of a kind run this file and put what it prints into docs/bluecherry.md, under "Messages".
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from clarus_bluecherry.bluecherry.kinds import Kind, every_kind

PAGE = Path(__file__).parents[2] / "docs" / "bluecherry.md"
Way = tuple[str, str]
"""What carries a kind, and how sure we are of it."""


def table() -> Iterator[str]:
    """The lines of the table."""
    yield "| kind | what it stands for | direction | REST | X12 | CSV, Excel |"
    yield "|---|---|---|---|---|---|"
    for kind in every_kind():
        direction = "to Blue Cherry" if kind.is_sent else "from Blue Cherry"
        told = (f"`{kind}`", kind.stands_for, direction, rest(kind), x12(kind), sheet(kind))
        yield f"| {' | '.join(told)} |"


def rest(kind: Kind[BaseModel]) -> str:
    """Its entity, or why there is none."""
    return kind.rest if isinstance(kind.rest, str) else f"`{kind.rest.entity}` ({kind.rest.sure})"


def x12(kind: Kind[BaseModel]) -> str:
    """Its sets, the first being the one that is written, or why there are none."""
    sets = ", ".join(f"{each.id} ({each.sure})" for each in kind.sets.values())
    return kind.x12 if isinstance(kind.x12, str) else sets


def sheet(kind: Kind[BaseModel]) -> str:
    """Whether it has columns, or why not."""
    return kind.sheet if isinstance(kind.sheet, str) else f"yes ({kind.sheet.sure})"


def test_the_page_has_every_kind_with_each_way_and_its_letter() -> None:
    section = PAGE.read_text("utf-8").partition("## Messages")[2].partition("\n## ")[0]
    assert [line for line in section.splitlines() if line.startswith("|")] == list(table())


def test_no_kind_is_silent_about_a_way() -> None:
    for row in list(table())[2:]:
        assert all(cell.strip() for cell in row.strip("|").split("|")), row


def test_the_reference_shows_every_kind() -> None:
    page = (PAGE.parent / "reference" / "bluecherry.md").read_text("utf-8").splitlines()
    package = "clarus_bluecherry.bluecherry.kinds"
    missing = [kind.name for kind in every_kind() if f"::: {package}.{kind}" not in page]
    assert missing == []


if __name__ == "__main__":
    print("\n".join(table()))
