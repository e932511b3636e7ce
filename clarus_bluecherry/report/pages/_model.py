"""A page as a value: what is said, before anybody writes it as HTML, as a workbook, as JSON or as CSV.

Law of this module: a figure stands in a page once, as the value that finance gave, with what it is counted in,
what its sign means, and where its documents are; what is not known is None and says why. Words are those of
finance and operations. Whoever writes a page adds nothing to it and leaves nothing out without saying so.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from zoneinfo import ZoneInfo

from attrs import evolve, field, frozen

from clarus_bluecherry.model import Money
from clarus_bluecherry.model._values import filled
from clarus_bluecherry.report import words

PAGE_SCHEMA = "1.0"
"""The version of the shape of a page's JSON and CSV: its first number changes when a reader would break."""

PageCell = str | int | Decimal | Money | dt.date | dt.timedelta | None
"""What a figure or a cell holds: a text, a number (yes and no among them), an amount with its currency, a day, an
instant with its zone (a `datetime` is a `date`), a span of time; None is what is not known."""


class CellKind(enum.StrEnum):
    """What a value is, and so how it is written, sorted and added up."""

    TEXT = "text"
    CODE = "code"
    """A number of a document, a SKU, a location: in type of one width, never added up."""
    COUNT = "count"
    UNITS = "units"
    MONEY = "money"
    """In its column's or figure's currency, unless it is a `Money`."""
    SHARE = "share"
    """A part of one: 0.25 is 25 %."""
    DAY = "day"
    INSTANT = "instant"
    """In the books' zone."""
    SPAN = "span"
    YES_NO = "yes_no"


class Tone(enum.StrEnum):
    """How a figure or a text is meant; never told by colour alone."""

    PLAIN = "plain"
    GOOD = "good"
    BAD = "bad"
    WARNING = "warning"


@frozen(kw_only=True)
class PageOpening:
    """Where the documents of a figure are: the rows of a table in which each column named has the value named.

    `where` maps names of columns of `table` to what their cell is; without any it is the whole table.
    """

    table: str
    where: Mapping[str, PageCell] = MappingProxyType({})


@frozen(kw_only=True)
class PageFigure:
    """One number that somebody opens the page for.

    `name` is its key for programs, `title` what people call it. `unit` is what it is counted in (`eaches`, a
    currency, `places`), `sign` what plus means where it may be either, such as `+ the warehouse has more`.
    `why_not` says why it is not known, and what to do to know it. `as_of` and `known_until` are those of the page
    where they are None. `sums` names the column of the table it opens whose sum, over the rows that it opens, it
    is: a workbook has it as a formula then, and a page in which it is another number is refused.
    """

    name: str = field(validator=filled)
    title: str = field(validator=filled)
    value: PageCell
    kind: CellKind
    unit: str = ""
    sign: str = ""
    note: str = ""
    tone: Tone = Tone.PLAIN
    opens: PageOpening | None = None
    sums: str = ""
    why_not: str = ""
    as_of: dt.date | None = None
    known_until: dt.date | None = None


@frozen(kw_only=True)
class PageFigures:
    """Figures that are read together. `parts_of` names the one of them that the others add up to, if one does."""

    figures: Sequence[PageFigure]
    parts_of: str = ""


@frozen(kw_only=True)
class PageColumn:
    """A column of a table.

    `is_added` says that its sum stands under it (of `COUNT`, `UNITS` and `MONEY`; of amounts in several currencies
    one sum for each). `opens` names the table that its cells open, at the rows whose columns `by` have what this
    row's columns of the same names have; the table must have these columns. `story` says that a cell names an
    `order` or a `sku`, whose story the live view can tell; a SKU is given by its key, and a page shows it in
    words. `is_wide_only` columns are not on a narrow screen, but
    in what a row unfolds, and in every file.
    """

    name: str = field(validator=filled)
    title: str = field(validator=filled)
    kind: CellKind = CellKind.TEXT
    unit: str = ""
    sign: str = ""
    note: str = ""
    is_added: bool = False
    opens: str = ""
    by: Sequence[str] = ()
    story: str = ""
    is_wide_only: bool = False


@frozen(kw_only=True)
class PageTable:
    """A table: all its rows, in the order in which they matter; a row has a cell for each column.

    `name` is its key for programs, and unique in its page. `is_detail` tables are what others open: they stand at
    the end, folded. `group_by` names columns that a reader may group by, the first one is usual. `sheets_by` names
    the column of a class: a workbook has a sheet for each of its values besides that of all rows. `source` says
    where the rows come from, for the note of the sheet.
    """

    name: str = field(validator=filled)
    title: str = field(validator=filled)
    columns: Sequence[PageColumn]
    rows: Sequence[Sequence[PageCell]]
    note: str = ""
    source: str = ""
    empty: str = "None."
    is_detail: bool = False
    group_by: Sequence[str] = ()
    sheets_by: str = ""

    def column(self, name: str) -> PageColumn:
        """The column of that name; `KeyError` where there is none."""
        return self.columns[self.place(name)]

    def has(self, name: str) -> bool:
        """Whether it has a column of that name."""
        return any(column.name == name for column in self.columns)

    def place(self, name: str) -> int:
        """At which place a column stands; `KeyError` where there is none."""
        for place, column in enumerate(self.columns):
            if column.name == name:
                return place
        raise KeyError(name)

    def rows_at(self, where: Mapping[str, PageCell] = MappingProxyType({})) -> Iterator[Sequence[PageCell]]:
        """The rows in which each column named has the value named; all of them where none is named."""
        asked = [(self.place(name), value) for name, value in where.items()]
        return (row for row in self.rows if all(row[place] == value for place, value in asked))


class ChartKind(enum.StrEnum):
    """How a chart is drawn."""

    BARS = "bars"
    WATERFALL = "waterfall"
    """Each row adds to what stands before it; a row whose column `total` is true is what it comes to there."""


@frozen(kw_only=True)
class PageChart:
    """A picture of a table that stands before or after it, so that it can say nothing else.

    `label` and `value` name columns of the table `of`; of a waterfall, `total` names its column of yes and no.
    `says` is what the picture shows, in a sentence, for who does not see it.
    """

    of: str
    kind: ChartKind
    label: str
    value: str
    says: str
    total: str = ""


@frozen(kw_only=True)
class PageText:
    """Sentences, a paragraph each."""

    paragraphs: Sequence[str]
    tone: Tone = Tone.PLAIN


@frozen(kw_only=True)
class PageCode:
    """Text that is typed or run as it stands: a recipe, a query, a command."""

    text: str
    language: str = ""


@frozen(kw_only=True)
class NextStep:
    """Something that somebody has to do: what is wrong, whose it is, what to do next, and what it is worth.

    `units` (eaches) and `value` are signed as the books will change; None is what nobody knows, and a value that
    is a number is in a currency that nobody told. `document` is what it is about, `due` (a day, or an aware
    instant) by when.
    """

    what: str = field(validator=filled)
    owner: str = field(validator=filled)
    action: str = field(validator=filled)
    units: Decimal | None = None
    value: Money | Decimal | None = None
    document: str = ""
    since: dt.datetime | None = None
    due: dt.date | None = None
    identity: str = ""
    opens: PageOpening | None = None


@frozen(kw_only=True)
class PageSteps:
    """What to do, the largest impact first; `more` says what stands behind the last one, and where."""

    steps: Sequence[NextStep]
    more: str = ""
    empty: str = "Nothing waits for anybody."


PageBlock = PageFigures | PageTable | PageChart | PageText | PageCode | PageSteps


@frozen(kw_only=True)
class PageSection:
    """A part of a page under its heading. `name` is its key, and where a link goes."""

    name: str = field(validator=filled)
    title: str = field(validator=filled)
    blocks: Sequence[PageBlock]
    note: str = ""


@frozen(kw_only=True)
class PageHead:
    """Of when a page is, by what was known until when, in which zone and currency, and when it was made.

    `as_of` is a day (its end, in the books' zone) or an aware instant; `known_until` likewise, None is all that
    was known when it was made. `currency` is that of amounts which say none; `facts` are further pairs for the
    head: the site, the period and its state, the files that were compared.
    """

    as_of: dt.date
    zone: ZoneInfo
    known_until: dt.date | None = None
    currency: str = ""
    made_at: dt.datetime | None = None
    facts: Mapping[str, str] = MappingProxyType({})


def _skus_in_words(sections: Sequence[PageSection]) -> Sequence[PageSection]:
    """The sections, in which columns of SKUs, and what leads to their rows, say each as people do.

    Two that would look the same in the page keep their keys.
    """
    tables = {each.name: each for part in sections for each in part.blocks if isinstance(each, PageTable)}
    columns = {name: _of_skus(table) for name, table in tables.items()}
    given = {
        cell
        for name, places in columns.items()
        for row in tables[name].rows
        for place in places.values()
        if isinstance(cell := row[place], str)
    }
    shown = _Shown(columns, words.items(given))
    return [evolve(part, blocks=[shown.block(each) for each in part.blocks]) for part in sections]


def _of_skus(table: PageTable) -> Mapping[str, int]:
    return {column.name: place for place, column in enumerate(table.columns) if column.story == "sku"}


@frozen
class _Shown:
    """How SKUs are shown: by table the columns that hold some, and by key the words."""

    columns: Mapping[str, Mapping[str, int]]
    words: Mapping[str, str]

    def block(self, block: PageBlock) -> PageBlock:
        if isinstance(block, PageTable) and (places := set(self.columns[block.name].values())):
            return evolve(block, rows=[self._row(row, places) for row in block.rows])
        if isinstance(block, PageFigures):
            return evolve(block, figures=[evolve(each, opens=self._opening(each.opens)) for each in block.figures])
        if isinstance(block, PageSteps):
            return evolve(block, steps=[evolve(each, opens=self._opening(each.opens)) for each in block.steps])
        return block

    def _row(self, row: Sequence[PageCell], places: Collection[int]) -> Sequence[PageCell]:
        return tuple(self._cell(cell) if place in places else cell for place, cell in enumerate(row))

    def _cell(self, cell: PageCell) -> PageCell:
        return self.words.get(cell, cell) if isinstance(cell, str) else cell

    def _opening(self, opens: PageOpening | None) -> PageOpening | None:
        columns = {} if opens is None else self.columns.get(opens.table, {})
        if opens is None or not columns.keys() & opens.where.keys():
            return opens
        where = {name: self._cell(cell) if name in columns else cell for name, cell in opens.where.items()}
        return evolve(opens, where=where)


@frozen(kw_only=True)
class ReportPage:
    """A page: what it is, of when, its verdict in a sentence that says what to do first, and its sections.

    In a column whose `story` is `sku`, builders put the key of a SKU, or an unmatched code; the page has the words
    of the SKU (`42965 GRY TLL 4`), and its key only where two things of the page would look the same.
    """

    name: str = field(validator=filled)
    title: str = field(validator=filled)
    verdict: str = field(validator=filled)
    tone: Tone
    head: PageHead
    sections: Sequence[PageSection] = field(converter=_skus_in_words)

    def __attrs_post_init__(self) -> None:
        """Refuse a page in which something leads nowhere: that is a mistake of who made it (`ValueError`)."""
        tables = {table.name: table for table in self.tables}
        names = [*(each.name for each in self.tables), *(each.name for each in self.figures)]
        for name, count in Counter(names).items():
            if count > 1:
                raise ValueError(f"{name!r} is the name of {count} tables or figures of {self.name!r}")
        for name, columns in self._led_to():
            missing = [each for each in columns if name not in tables or not tables[name].has(each)]
            if name not in tables or missing:
                raise ValueError(f"{self.name!r} leads to table {name!r}, columns {missing}: there is none")
        for figure in self.figures:
            self._refuse_what_does_not_foot(figure)

    def _refuse_what_does_not_foot(self, figure: PageFigure) -> None:
        if figure.sums and figure.value is not None:
            opens = figure.opens or PageOpening(table="")
            currency = self.currency_of(figure.value, figure.kind, figure.unit)
            told = figure.value.amount if isinstance(figure.value, Money) else figure.value
            found = self.sums(opens.table, figure.sums, opens.where).get(currency, Decimal(0))
            if told != found:
                raise ValueError(f"{figure.name!r} is {told}, and its rows in {opens.table!r} come to {found}")

    def currency_of(self, cell: PageCell, kind: CellKind, unit: str = "") -> str:
        """In which currency a figure or a cell is: its own, else that of its figure or column, else the page's;
        none where it is no amount.
        """
        if isinstance(cell, Money):
            return cell.currency
        return unit or self.head.currency if kind is CellKind.MONEY else ""

    def sums(
        self, table: str, column: str, where: Mapping[str, PageCell] = MappingProxyType({})
    ) -> Mapping[str, Decimal]:
        """What a column comes to over the rows in which the columns named have the values named, by currency
        (empty for what is no amount). What is not known is not in it.
        """
        return self.sums_of(self.table(table), column, where)

    def sums_of(
        self, table: PageTable, column: str, where: Mapping[str, PageCell] = MappingProxyType({})
    ) -> Mapping[str, Decimal]:
        """`sums` of a table that is at hand, such as one of some of a table's rows."""
        added, place = table.column(column), table.place(column)
        totals: dict[str, Decimal] = {}
        for row in table.rows_at(where):
            cell = row[place]
            if isinstance(cell, int | Decimal | Money):
                currency = self.currency_of(cell, added.kind, added.unit)
                amount = cell.amount if isinstance(cell, Money) else cell
                totals[currency] = totals.get(currency, Decimal(0)) + amount
        return totals

    def _led_to(self) -> Iterator[tuple[str, Sequence[str]]]:
        """Each table that something leads to, and the columns by which."""
        for block in self._blocks():
            if isinstance(block, PageFigures | PageSteps):
                told = block.figures if isinstance(block, PageFigures) else block.steps
                for each in told:
                    if each.opens is not None:
                        yield each.opens.table, list(each.opens.where)
                    if isinstance(each, PageFigure) and each.sums:
                        yield each.opens.table if each.opens else "", [each.sums]
            elif isinstance(block, PageTable):
                yield block.name, [*block.group_by, *([block.sheets_by] if block.sheets_by else [])]
                yield from ((column.opens, column.by) for column in block.columns if column.opens)
            elif isinstance(block, PageChart):
                yield block.of, [block.label, block.value, *([block.total] if block.total else [])]

    @property
    def tables(self) -> Iterator[PageTable]:
        """Every table, in the order of the page."""
        return (block for block in self._blocks() if isinstance(block, PageTable))

    @property
    def figures(self) -> Iterator[PageFigure]:
        """Every figure, in the order of the page."""
        for block in self._blocks():
            if isinstance(block, PageFigures):
                yield from block.figures

    @property
    def steps(self) -> Iterator[PageSteps]:
        """What to do, in the order of the page."""
        return (block for block in self._blocks() if isinstance(block, PageSteps))

    def table(self, name: str) -> PageTable:
        """The table of that name; `KeyError` where there is none."""
        return {table.name: table for table in self.tables}[name]

    def figure(self, name: str) -> PageFigure:
        """The figure of that name; `KeyError` where there is none."""
        return {figure.name: figure for figure in self.figures}[name]

    def _blocks(self) -> Iterator[PageBlock]:
        return (block for section in self.sections for block in section.blocks)
