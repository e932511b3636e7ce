"""A page as one HTML document that needs nothing else: no network, no font, no picture, and no script to be read.

Law of this module: every text is escaped, and no text of data acts; the only script and style that a browser runs
are ours, by their digests. A figure on the page is the one of the `ReportPage`. `templates/` has how it looks.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from attrs import frozen

from clarus_bluecherry._lazy import need
from clarus_bluecherry.model import Money
from clarus_bluecherry.model._currencies import currency_decimals
from clarus_bluecherry.report import words
from clarus_bluecherry.report.closing import money_text
from clarus_bluecherry.report.pages._cells import NUMBERS, CellWords, inert, sort_key, sum_texts
from clarus_bluecherry.report.pages._chart import DrawnChart, drawn
from clarus_bluecherry.report.pages._model import (
    CellKind,
    PageBlock,
    PageCell,
    PageChart,
    PageColumn,
    PageFigure,
    PageFigures,
    PageOpening,
    PageSection,
    PageSteps,
    PageTable,
    ReportPage,
    Tone,
)

if TYPE_CHECKING:
    from jinja2 import Environment

FIRST_ROWS = 50
"""How many rows of a table are there without script, and on paper."""

MOST_ROWS = 20_000
"""How many rows a page has of a table that others open and that adds nothing up; its other files have all."""

_ROOM = (("long", 36), ("middling", 14))
"""How much room a column is given whose texts have more letters than that."""
_TEXTS = frozenset({CellKind.TEXT, CellKind.CODE})

_TEMPLATES = Path(__file__).parent / "templates"
_MARKS = {Tone.PLAIN: "", Tone.GOOD: "✓ In order", Tone.BAD: "✕ Not in order", Tone.WARNING: "! Take care"}


@frozen(kw_only=True)
class LiveLinks:
    """What a page that a server gives has beside one that is a file.

    `stories` has the address of a story by the `story` of its column, `{}` where its name goes:
    `{"order": "/orders/{}"}`. `pages` has the addresses of other pages by their titles. After `refresh` the page
    is loaded again, unless its reader stops that. The policy comes by header then: see `page_policy`.
    """

    stories: Mapping[str, str] = MappingProxyType({})
    pages: Mapping[str, str] = MappingProxyType({})
    refresh: dt.timedelta | None = None


def page_policy() -> str:
    """The `Content-Security-Policy` of every page, as a server's header has it: our one script, our one style."""
    return f"{_policy()}; frame-ancestors 'none'"


def page_html(page: ReportPage, *, live: LiveLinks | None = None) -> str:
    """The page as a complete HTML document; with `live`, as a server gives it.

    Raises `MissingExtra` where jinja2 is not installed.
    """
    return _Writer(page, live).written()


@cache
def _own(name: str) -> str:
    return (_TEMPLATES / name).read_text("utf-8")


def _policy() -> str:
    def digest(name: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(_own(name).encode()).digest()).decode()}'"

    ours = f"script-src {digest('page.js')}; style-src {digest('page.css')}"
    return f"default-src 'none'; {ours}; base-uri 'none'; form-action 'none'"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined)
    environment.filters.update(
        anchor=_anchor,
        counted=_counted,
        details_last=_details_last,
        eaches=_eaches,
        has_less=_has_less,
        nothing_in_it=_nothing_in_it,
        has_notes=lambda table: any(column.sign or column.note for column in table.columns),
        has_sums=lambda table: any(column.is_added for column in table.columns),
        inert=inert,
        left_behind=_left_behind,
        inert_lines=_inert_lines,
        is_instant=lambda moment: isinstance(moment, dt.datetime),
        kind=lambda block: type(block).__name__,
        slug=_slug,
        table_anchor=_table_anchor,
        unknown_alike=_unknown_alike,
        whole_first=_whole_first,
        worth=_worth,
    )
    return environment


class _Writer:
    """One page under way to HTML: `to` in the templates."""

    def __init__(self, page: ReportPage, live: LiveLinks | None) -> None:
        need("jinja2", extra="pages", purpose="an HTML page")
        self._page = page
        self._live = live
        self._words = CellWords(page)
        self._tables = {table.name: table for table in page.tables}

    def written(self) -> str:
        """The document."""
        from markupsafe import Markup

        template = _environment().get_template("page.html")
        return template.render(
            to=self,
            page=self._page,
            live=self._live,
            policy="" if self._live else _policy(),
            style=Markup(_own("page.css")),
            script=Markup(_own("page.js")),
            words=self._words,
            marks=_MARKS,
        )

    def unit(self, figure: PageFigure) -> str:
        """What a figure is counted in, one of it as one; of an amount, its own currency."""
        currency = self._page.currency_of(figure.value, figure.kind, figure.unit)
        is_one = isinstance(figure.value, int | Decimal) and abs(figure.value) == 1
        return currency or (_singular(figure.unit) if is_one else figure.unit)

    def is_over(self, due: dt.date) -> bool:
        """Whether that day, or that instant, has passed as of the page."""
        as_of = self._page.head.as_of
        if isinstance(as_of, dt.datetime):
            return due < (as_of if isinstance(due, dt.datetime) else as_of.astimezone(self._page.head.zone).date())
        return (
            due.astimezone(self._page.head.zone).date() <= as_of if isinstance(due, dt.datetime) else due < as_of
        )

    def drawn(self, chart: PageChart) -> DrawnChart:
        """A chart, as it is drawn."""
        return drawn(chart, self._tables[chart.of], self._words)

    def query(self, opens: PageOpening) -> str:
        """Which rows of its table an opening shows: what script writes into the address."""
        table = self._tables[opens.table]
        return _query({name: self._cell(value, table.column(name)) for name, value in opens.where.items()})

    def sums(self, table: PageTable) -> Sequence[Sequence[str]]:
        """What stands under each column."""
        return [sum_texts(self._page, table, column) if column.is_added else () for column in table.columns]

    def classes(self, table: PageTable) -> Sequence[str]:
        """How each column is set; one with longer texts is given room."""
        first = table.rows[:FIRST_ROWS]
        longest = [max((len(str(row[place])) for row in first), default=0) for place in range(len(table.columns))]
        return [_classes(*each) for each in zip(table.columns, longest, strict=True)]

    def first_rows(self, table: PageTable) -> Sequence[Sequence[str]]:
        """The cells of the first rows, as HTML."""
        from markupsafe import Markup

        classes = self.classes(table)
        return [
            [
                Markup('<td class="{}">{}</td>').format(classes[place], self._linked(table, row, place))
                for place in range(len(row))
            ]
            for row in table.rows[:FIRST_ROWS]
        ]

    def _linked(self, table: PageTable, row: Sequence[PageCell], place: int) -> str:
        from markupsafe import Markup

        column, text = table.columns[place], self._cell(row[place], table.columns[place])
        if row[place] is None:
            return Markup('<span class="unknown">{}</span>').format(text)
        by = {name: self._cell(row[table.place(name)], table.column(name)) for name in column.by}
        if column.opens and _leads(text, by):
            link = Markup('<a href="#{}" data-opens="{}">{}</a>')
            return link.format(_table_anchor(column.opens), _query(by), text)
        address = self._story(column) if text else ""
        return (
            Markup('<a href="{}">{}</a>').format(address.replace("{}", quote(text, safe="")), text)
            if address
            else text
        )

    def _story(self, column: PageColumn) -> str:
        return self._live.stories.get(column.story, "") if self._live else ""

    def _cell(self, value: PageCell, column: PageColumn) -> str:
        return self._words.text(value, column.kind, column.unit)

    def data(self, table: PageTable) -> str:
        """All of a table for our script, in which nothing ends the element that it stands in."""
        from markupsafe import Markup

        columns = [self._column(*each) for each in zip(table.columns, self.classes(table), strict=True)]
        rows = [
            [self._datum(value, column) for value, column in zip(row, table.columns, strict=True)]
            for row in table.rows[: _most(table)]
        ]
        told = {
            "columns": columns,
            "rows": rows,
            "groups": list(table.group_by),
            "decimals": {inert(code): currency_decimals(code) for code in sorted(set(self._currencies(table)))},
            "page": self._page.name,
        }
        text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        return Markup(text.translate(_INERT_JSON))

    def _currencies(self, table: PageTable) -> Iterator[str]:
        yield from (cell.currency for row in table.rows for cell in row if isinstance(cell, Money))
        yield from filter(
            None, (self._page.currency_of(None, column.kind, column.unit) for column in table.columns)
        )

    def _column(self, column: PageColumn, classes: str) -> Mapping[str, object]:
        return {
            "name": column.name,
            "title": inert(column.title),
            "unit": inert(self._words.unit_of(column)),
            "currency": inert(self._page.currency_of(None, column.kind, column.unit)),
            "amounts": column.kind is CellKind.MONEY,
            "classes": classes,
            "is": "share" if column.kind is CellKind.SHARE else "number" if column.kind in NUMBERS else "text",
            "added": column.is_added,
            "opens": _table_anchor(column.opens) if column.opens else "",
            "by": list(column.by),
            "story": self._story(column),
        }

    def _datum(self, value: PageCell, column: PageColumn) -> object:
        if value is None:
            return None
        text, key = self._cell(value, column), sort_key(value, column.kind)
        return text if key is None else [text, key]


def _most(table: PageTable) -> int:
    """How many rows of a table are in the page: all that a sum of the page is of, and all that are not opened."""
    is_whole = not table.is_detail or any(column.is_added for column in table.columns)
    return len(table.rows) if is_whole else min(MOST_ROWS, len(table.rows))


def _left_behind(table: PageTable) -> str:
    """What is said of a table of which not all rows are there."""
    most = _most(table)
    if most == len(table.rows):
        return ""
    return f"Here are the first {most:,} of {_counted(table)}, in the order in which they matter"


def _leads(text: str, by: Mapping[str, str]) -> bool:
    """Whether a cell of a column that opens a table does so: not where it is empty, or all that it goes by is."""
    return bool(text) and (not by or any(by.values()))


_INERT_JSON = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def _query(where: Mapping[str, str]) -> str:
    return urlencode({f"is.{name}": text for name, text in where.items()})


def _anchor(section: PageSection) -> str:
    return f"section-{_slug(section.name)}"


def _table_anchor(name: str) -> str:
    return f"table-{_slug(name)}"


def _slug(name: str) -> str:
    """The name where an address has it: what is no letter, digit or dash of ASCII has its number."""
    return re.sub(r"[^A-Za-z0-9_-]", lambda found: f".{ord(found[0]):x}", name)


def _classes(column: PageColumn, longest: int) -> str:
    told = (
        "number" if column.kind in NUMBERS else "code" if column.kind is CellKind.CODE else "",
        "wide" if column.is_wide_only else "",
        "day" if column.kind in (CellKind.DAY, CellKind.INSTANT) else "",
        *([next((name for name, letters in _ROOM if longest > letters), "")] if column.kind in _TEXTS else []),
    )
    return " ".join(filter(None, told))


def _counted(table: PageTable) -> str:
    return words.counted(len(table.rows), "row")


def _details_last(blocks: Sequence[PageBlock]) -> Sequence[PageBlock]:
    return sorted(blocks, key=lambda block: isinstance(block, PageTable) and block.is_detail)


def _whole_first(figures: PageFigures) -> Sequence[PageFigure]:
    return sorted(figures.figures, key=lambda figure: figure.name != figures.parts_of)


def _unknown_alike(figures: PageFigures) -> bool:
    """Whether none of several is known, and all for one reason, so that it is said once."""
    reasons = {(figure.why_not, figure.note, figure.tone) for figure in figures.figures}
    return len(figures.figures) > 1 and len(reasons) == 1 and all(each.value is None for each in figures.figures)


def _nothing_in_it(figures: PageFigures) -> bool:
    """Whether a sum and all its parts are nothing, so that the parts need one line and no cards."""
    return bool(figures.parts_of) and all(_amount(each.value) == 0 for each in figures.figures)


def _has_less(steps: PageSteps) -> bool:
    """Whether a step of these makes the books less."""
    return any((_amount(each.value) or each.units or 0) < 0 for each in steps.steps)


def _amount(value: PageCell) -> Decimal | None:
    if isinstance(value, Money):
        return value.amount
    return Decimal(value) if isinstance(value, int | Decimal) else None


def _singular(unit: str) -> str:
    """What one of them is called, where the unit is one word.

    >>> _singular("places"), _singular("eaches"), _singular("of 710 places")
    ('place', 'each', 'of 710 places')
    """
    is_word = unit.isalpha() and unit.endswith("s")
    return unit.removesuffix("es" if unit.endswith("ches") else "s") if is_word else unit


def _worth(value: Money | Decimal | None) -> str:
    return "value not known" if value is None else inert(money_text(value))


def _eaches(units: Decimal | None) -> str:
    return "units not known" if units is None else f"{words.units(units)} eaches"


def _inert_lines(text: str) -> str:
    return "\n".join(inert(line) for line in text.split("\n"))
