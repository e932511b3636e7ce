"""How one site lays out one kind of message in a file: its columns, and how it writes numbers and dates.

Law of this module: no column name, order or format is assumed, because CGS publishes none (exports exist, H; every
import layout is a site's own, L). A layout is checked when it is made, so that a wrong one never meets data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from attrs import evolve, field, frozen

from clarus_bluecherry.bluecherry.kinds import kind_named
from clarus_bluecherry.bluecherry.sheets.shapes import Shape
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.tables import CsvDialect


@frozen(kw_only=True)
class Dialect(CsvDialect):
    """How a site writes its files, beside what every `CsvDialect` says.

    `dates` and `moments` are `strftime` formats of dates and of instants without a zone, `empty` the word for a
    value that is not there. `decimal_comma` writes `1234,50`; thousands are never separated. `last_line_end` says
    that the last line ends as the others do, so that a file in which it does not was cut. The defaults are one
    integrator's convention (L): comma, UTF-8, a header line, dates as MM/DD/YYYY, nothing for nothing.
    """

    last_line_end: bool = True
    header: bool = True
    dates: str = "%m/%d/%Y"
    moments: str = "%Y-%m-%d %H:%M:%S"
    decimal_comma: bool = False
    empty: str = ""

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if self.decimal_comma and self.delimiter == "," and self.quoting == "none":
            what = "numbers with a decimal comma cannot stand unquoted between commas"
            raise ConfigurationError(what, record="Dialect", field="decimal_comma")


@frozen
class Column:
    """A column: its header in the file, and the field of the message that it holds, or nothing (`""`)."""

    header: str
    field: str


def _tuple(columns: Iterable[Column]) -> tuple[Column, ...]:
    return tuple(columns)


@frozen
class SheetLayout:
    """The columns of one kind of message, in the order in which they are written, and the dialect.

    Fields are named as in the message; those of its lines with the line's name before them: `pick_num`,
    `line.line_seq`, `ship_to.city`. `fields(kind)` lists them. Raises `ConfigurationError` for a field that the
    message does not have, a header that is there twice, or a key without a column.

    >>> layout = SheetLayout("carrier", [Column("Code", "shipper"), Column("Name", "ship_name")])
    >>> [column.header for column in layout.columns]
    ['Code', 'Name']
    """

    kind: str
    columns: tuple[Column, ...] = field(converter=_tuple)
    dialect: Dialect = Dialect()

    def __attrs_post_init__(self) -> None:
        known = set(self.shape.fields)
        for column in self.columns:
            if column.field and column.field not in known:
                what = f"a {self.kind} has no such field"
                raise ConfigurationError(what, record=f"layout of {self.kind}", field=column.field)
        self._refuse_twice("header", [column.header for column in self.columns])
        self._refuse_twice("field", [column.field for column in self.columns if column.field])
        for name in self.shape.key[:1]:
            if name not in {column.field for column in self.columns}:
                raise ConfigurationError("has no column", record=f"layout of {self.kind}", field=name)

    def _refuse_twice(self, what: str, names: list[str]) -> None:
        twice = [name for name, times in Counter(names).items() if times > 1]
        if twice:
            raise ConfigurationError(f"the {what} is there twice", record=f"layout of {self.kind}", field=twice[0])

    @property
    def shape(self) -> Shape:
        """How messages of this kind become lines."""
        return kind_named(self.kind).shape

    def spoken(self, dialect: Dialect) -> SheetLayout:
        """The same columns in another dialect."""
        return evolve(self, dialect=dialect)


def fields(kind: str) -> tuple[str, ...]:
    """Every field that a column of this kind of message may hold."""
    return kind_named(kind).shape.fields


def template(kind: str, dialect: Dialect | None = None) -> SheetLayout:
    """A layout with every field of the message under its own name: what a site's own layout is cut from."""
    return SheetLayout(kind, tuple(Column(name, name) for name in fields(kind)), dialect or Dialect())
