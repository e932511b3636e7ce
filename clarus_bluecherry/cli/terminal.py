"""Tables and paragraphs for a person at a terminal, through `cli.door`.

Law of this module: markup, emoji names and control characters in a text are shown as they are typed; nothing is
cut off, however narrow the terminal is: a cell is folded, and where the columns cannot stand side by side, each
row becomes lines of its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from typing import Any

import rich.table
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.table import Column
from rich.text import Text

from clarus_bluecherry.cli.door import inert

_NARROWEST = 6
"""Signs of a word that stay together in a column."""


class InertConsole(Console):
    """A console that takes every text as it is."""

    def render_str(self, text: str, **how: Any) -> Text:
        """The text, inert. Both what is measured and what is shown comes from here."""
        return super().render_str(inert(text), **how)


def screen(*, stderr: bool = False, quiet: bool = False) -> Console:
    """The console of this command: on standard output, or on standard error; one that is `quiet` shows nothing."""
    return InertConsole(stderr=stderr, quiet=quiet, markup=False, emoji=False, highlight=False)


class FoldedTable(rich.table.Table):
    """A table that cuts nothing off."""

    def __init__(self, *headers: Column | str, **how: Any) -> None:
        columns = [Column(header, overflow="fold") if isinstance(header, str) else header for header in headers]
        super().__init__(*columns, **how)

    def add_column(self, header: RenderableType = "", footer: RenderableType = "", **how: Any) -> None:
        """Add a column whose cells are folded, unless they are to be otherwise."""
        super().add_column(header, footer, **{"overflow": "fold", **how})

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self._least(console, options) <= options.max_width:
            yield from super().__rich_console__(console, options)
        else:
            yield from self._as_lines()

    def _least(self, console: Console, options: ConsoleOptions) -> int:
        """In how many columns of the terminal it can stand without a sign being lost."""
        return sum(self._least_of(column, console, options) + 3 for column in self.columns) + 1

    def _least_of(self, column: Column, console: Console, options: ConsoleOptions) -> int:
        if column.width is not None:
            return column.width
        wide = options.update(max_width=1000)
        cells = [Measurement.get(console, wide, cell) for cell in (column.header, *column.cells)]
        if column.no_wrap:
            return max((each.maximum for each in cells), default=0)
        return max((min(each.minimum, _NARROWEST) for each in cells), default=0)

    def _as_lines(self) -> Iterable[RenderableType]:
        if self.title:
            yield self.title
        for row in zip_longest(*(column.cells for column in self.columns), fillvalue=""):
            for column, cell in zip(self.columns, row, strict=True):
                if cell:
                    yield Text(f"{' '.join(str(column.header).split())}: {inert(str(cell))}", overflow="fold")
            yield ""
