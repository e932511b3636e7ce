"""docs/command-line.md has every command as the program has it: `python tests/unit/test_cli_docs.py` writes it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from clarus_bluecherry.cli import running

PAGE = Path(__file__).parents[2] / "docs" / "command-line.md"
BEGIN, END = "<!-- commands -->\n", "<!-- end of commands -->\n"


def rows() -> Iterator[str]:
    """A row for each command that does something, in the order in which `--help` has them."""
    yield "| command | what it does |"
    yield "|---|---|"
    for words, command in running.walk(running.tree()):
        if words and not (getattr(command, "commands", None) and command.no_args_is_help):
            yield f"| `{' '.join(words)}` | {_first_sentence(command.help or '')} |"


def _first_sentence(text: str) -> str:
    whole = " ".join(text.split("\n\n")[0].split())
    return re.split(r"(?<=[.])\s", whole)[0].replace("|", "\\|")


def written(page: str) -> str:
    """The page with the table as it is now."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    table = "\n".join(rows())
    return f"{before}{BEGIN}\n{table}\n\n{END}{after}"


def test_the_page_has_every_command() -> None:
    page = PAGE.read_text("utf-8")
    assert written(page) == page, "python tests/unit/test_cli_docs.py writes it"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")
