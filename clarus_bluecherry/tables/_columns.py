"""Which column is which, by its header.

Law of this module: the header is the line that names the columns asked for; a column that is missing or there
twice stops everything, with the line that is most like a header.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from attrs import field, frozen

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.tables._lines import TableLine, quoted

_MARKS = re.compile(r"[^\w#]+|_")
_SHOWN_CELLS = 20


@frozen
class WantedColumns:
    """What is looked for: for each field the headers it may stand under, best first, and the field needed."""

    headers: Mapping[str, Sequence[str]]
    needed: str
    named: Mapping[str, str] = field(factory=dict)
    """Headers that somebody named; an empty one says that there is no such column."""

    def __attrs_post_init__(self) -> None:
        for name in self.named:
            if name not in self.headers:
                what = f"{name!r} is none of {', '.join(self.headers)}"
                raise ConfigurationError(what, record="columns", field=name)
        if not self.named.get(self.needed, self.needed):
            raise ConfigurationError("this column cannot be left out", record="columns", field=self.needed)

    def found_in(self, cells: Sequence[str]) -> dict[str, int]:
        """Where each field stands under the header `cells`; empty when that is not the header."""
        places = self.seen_in(cells)
        return {} if self.missing_from(places) else places

    def seen_in(self, cells: Sequence[str]) -> dict[str, int]:
        """Where each field would stand if `cells` were the header."""
        texts = [folded(cell) for cell in cells]
        places: dict[str, int] = {}
        for name, aliases in self.headers.items():
            wanted = [self.named[name]] if name in self.named else aliases
            place = next((texts.index(text) for header in wanted if (text := folded(header)) in texts), None)
            if place is not None:
                places[name] = place
        return places

    def missing_from(self, places: Mapping[str, int]) -> dict[str, str]:
        """The fields that have to be there and are not, each with the header it was looked for under."""
        asked = {self.needed: self.headers[self.needed][0], **self.named}
        return {name: header for name, header in asked.items() if header and name not in places}


@lru_cache(maxsize=4096)
def folded(header: str) -> str:
    """A header as headers compare: without case, spaces and punctuation, but for `#`.

    >>> folded("Color #"), folded("color_code "), folded("Dm/Pk")
    ('color#', 'colorcode', 'dmpk')
    """
    return _MARKS.sub("", header.casefold())


def header_in(top: Sequence[TableLine], columns: WantedColumns) -> tuple[TableLine, Mapping[str, int]]:
    """The line that is the header, and where the fields stand; no fields when none is."""
    found = [(line, columns.found_in(line.cells)) for line in top]
    return max(found, key=lambda one: len(one[1]), default=(TableLine(1, 1, []), {}))


def refuse_twice(name: str, header: TableLine, places: Mapping[str, int]) -> None:
    """Raise `ConfigurationError` for a column that is used and there more than once."""
    texts = [folded(cell) for cell in header.cells]
    for place in places.values():
        if texts.count(texts[place]) > 1:
            what = f"the column {header.cells[place]!r} is there {texts.count(texts[place])} times"
            raise ConfigurationError(what, record=name, field=header.cells[place])


def no_header(name: str, top: Sequence[TableLine], columns: WantedColumns) -> ConfigurationError:
    """Shows the line that is most like a header."""
    likely = max(top, key=lambda line: len(columns.seen_in(line.cells)), default=TableLine(1, 1, []))
    texts = [quoted(cell.strip()) for cell in likely.cells if cell.strip()]
    more = len(texts) - _SHOWN_CELLS
    seen = ", ".join(texts[:_SHOWN_CELLS]) + (f" and {more} more" if more > 0 else "")
    missing, header = next(iter(columns.missing_from(columns.seen_in(likely.cells)).items()))
    where = "the first line" if likely.first == 1 else likely.place
    return ConfigurationError(
        f"there is no column {quoted(header)}; {where} has {seen or 'nothing'}",
        record=name,
        field=missing,
        action="Say which column it is, with --map or columns=.",
    )
