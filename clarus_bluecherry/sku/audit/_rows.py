"""The two lists of an audit: one row for each SKU of Blue Cherry and each product of Clarus.

Law of this module: rows are kept as columns, because there are millions; an article that stands in several rows (a
season, a warehouse, a location) is one row with the sum of its stock.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import compress
from operator import not_
from typing import NamedTuple, TypeVar, cast, overload

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.model import Product, Sku
from clarus_bluecherry.model._values import SKU_PARTS
from clarus_bluecherry.sku.matching._warehouse import WarehouseProduct

NOTHING = Decimal(0)


class MasterRow(NamedTuple):
    """One SKU of Blue Cherry: its parts, its barcodes, the units on hand and the cost of one unit.

    `lines` are those of the list that the row is the sum of, where it is the sum of several: their costs and
    barcodes may differ.
    """

    style: str
    color: str = ""
    label: str = ""
    dimension: str = ""
    size: str = ""
    division: str = ""
    upc: str = ""
    ean: str = ""
    on_hand: Decimal = NOTHING
    cost: Decimal = NOTHING
    lines: tuple[MasterRow, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """What makes it another SKU: every part, the division too."""
        return self[:6]

    @property
    def sku(self) -> Sku:
        """The SKU. Raises `InvalidRecord` when the style is empty."""
        style, color, label, dimension, size, division = self[:6]
        return Sku(style, color, label=label, dimension=dimension, size=size, division=division)

    @property
    def product(self) -> Product:
        """The row as a record of the product master."""
        return Product(sku=self.sku, upc=self.upc, ean=self.ean)

    @property
    def value(self) -> Decimal:
        """The units on hand at cost, those of each line at its own."""
        return sum((line.value for line in self.lines), NOTHING) if self.lines else self.on_hand * self.cost


class ProductRow(NamedTuple):
    """One product of Clarus: its code, the unit's barcode, Clarus's own id and the units on hand."""

    code: str
    barcode: str = ""
    id: str = ""
    on_hand: Decimal = NOTHING

    @property
    def product(self) -> WarehouseProduct:
        """The row as the warehouse lists it."""
        return WarehouseProduct(self.code, self.barcode, self.id)


R = TypeVar("R", MasterRow, ProductRow)
T = TypeVar("T")
H = TypeVar("H", bound=Hashable)


class ColumnarRows(Sequence[R]):
    """The rows of a list as columns; a row is made when it is looked at.

    >>> rows = ColumnarRows(ProductRow, [ProductRow("01234-BLK"), ProductRow("01235-RED")])
    >>> rows.texts("code"), rows[1].code
    (['01234-BLK', '01235-RED'], '01235-RED')
    """

    def __init__(self, kind: type[R], rows: Iterable[R] = ()) -> None:
        self._kind: type[R] = kind
        self._columns: list[list[object]] = [[] for _ in kind._fields]
        self.extend(rows)

    @classmethod
    def of(cls, kind: type[R], rows: Iterable[R]) -> ColumnarRows[R]:
        """`rows` themselves, if they are kept as columns already."""
        return rows if isinstance(rows, ColumnarRows) else cls(kind, rows)

    def extend(self, rows: Iterable[R]) -> None:
        """Add rows."""
        self.extend_columns(rows._columns if isinstance(rows, ColumnarRows) else zip(*rows, strict=True))

    def extend_columns(self, columns: Iterable[Iterable[object]]) -> None:
        """Add rows that come as columns, in the order of the fields; the last may be left to their defaults."""
        given = list(columns)
        for known, column in zip(self._columns, given, strict=False):
            known += column
        for known, name in zip(self._columns[len(given) :], self._kind._fields[len(given) :], strict=True):
            known += [self._kind._field_defaults.get(name)] * (len(self) - len(known))

    def texts(self, name: str) -> list[str]:
        """The column of a field that holds text."""
        return cast(list[str], self._columns[self._kind._fields.index(name)])

    def numbers(self, name: str) -> list[Decimal]:
        """The column of a field that holds numbers."""
        return cast(list[Decimal], self._columns[self._kind._fields.index(name)])

    def column(self, name: str) -> Sequence[object]:
        """The column of any field."""
        return self._columns[self._kind._fields.index(name)]

    def with_texts(self, name: str, texts: list[str]) -> ColumnarRows[R]:
        """The same rows with another column."""
        rows = ColumnarRows(self._kind)
        rows._columns = list(self._columns)
        rows._columns[self._kind._fields.index(name)] = cast(list[object], texts)
        return rows

    def replaced(self, others: Mapping[int, R]) -> ColumnarRows[R]:
        """The rows with others at some places."""
        rows = ColumnarRows(self._kind)
        rows._columns = [list(column) for column in self._columns]
        for place, row in others.items():
            for column, value in zip(rows._columns, row, strict=True):
                column[place] = value
        return rows

    def without(self, places: Sequence[int]) -> ColumnarRows[R]:
        """The rows but for those at `places`, which are sorted and few."""
        rows = ColumnarRows(self._kind)
        rows._columns = [without(places, column) for column in self._columns]
        return rows

    def __len__(self) -> int:
        return len(self._columns[0])

    @overload
    def __getitem__(self, place: int) -> R: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[R]: ...
    def __getitem__(self, place: int | slice) -> R | Sequence[R]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        row: R = self._kind._make([column[place] for column in self._columns])
        return row

    def __iter__(self) -> Iterator[R]:
        return map(self._kind._make, zip(*self._columns, strict=True))

    def __reduce__(self) -> tuple[object, ...]:
        return _unpacked, (self._kind, list(map(_packed, self._columns)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)


def _packed(column: list[object]) -> object:
    """A column of text as one text, which goes to another process in a third of the time."""
    if not (column and isinstance(column[0], str)):
        return column
    text = "\n".join(cast(list[str], column))
    return text if text.count("\n") == len(column) - 1 else column


def _unpacked(kind: type[R], columns: Sequence[list[object] | str]) -> ColumnarRows[R]:
    rows = ColumnarRows(kind)
    rows._columns = [cast(list[object], one.split("\n")) if isinstance(one, str) else one for one in columns]
    return rows


class Pairs(Sequence[tuple[int, int]]):
    """Rows of both lists that belong together, by number, kept as two columns.

    >>> list(Pairs([0, 1], [5, 3]))
    [(0, 5), (1, 3)]
    """

    def __init__(self, left: Iterable[int] = (), right: Iterable[int] = ()) -> None:
        self.left, self.right = list(left), list(right)

    def add(self, left: int, right: int) -> None:
        """Add a pair."""
        self.left.append(left)
        self.right.append(right)

    def split(self, is_one: Sequence[bool]) -> tuple[Pairs, Pairs]:
        """Those for which `is_one` says so, and the others."""
        is_other = list(map(not_, is_one))
        one, other = (Pairs(compress(self.left, by), compress(self.right, by)) for by in (is_one, is_other))
        return one, other

    def renumbered(self, left: Sequence[int], right: Sequence[int]) -> Pairs:
        """The same pairs, where the rows are numbers of other rows."""
        return Pairs(map(left.__getitem__, self.left), map(right.__getitem__, self.right))

    def __len__(self) -> int:
        return len(self.left)

    @overload
    def __getitem__(self, place: int) -> tuple[int, int]: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[tuple[int, int]]: ...
    def __getitem__(self, place: int | slice) -> tuple[int, int] | Sequence[tuple[int, int]]:
        if isinstance(place, slice):
            return Pairs(self.left[place], self.right[place])
        return self.left[place], self.right[place]

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return zip(self.left, self.right, strict=True)


def places_of_duplicates(items: Sequence[Hashable]) -> list[int]:
    """The places of the items that come more than once."""
    several = duplicates(items)
    return [place for place, item in enumerate(items) if item in several] if several else []


def duplicates(items: Sequence[H]) -> set[H]:
    """The items that come more than once."""
    if len(set(items)) == len(items):
        return set()
    seen: set[H] = set()
    known, add = seen.__contains__, seen.add
    return {item for item in items if known(item) or add(item)}


def without(places: Iterable[int], items: Sequence[T]) -> list[T]:
    """The items but for those at `places`, which are sorted and few."""
    kept: list[T] = []
    start = 0
    for place in places:
        kept += items[start:place]
        start = place + 1
    kept += items[start:]
    return kept


def invalid_rows(rows: ColumnarRows[MasterRow]) -> list[int]:
    """The places of the rows that make no SKU: without a style, or with a character that no part may hold."""
    refused = {name: {text for text in set(rows.texts(name)) if not _is_part(text)} for name in SKU_PARTS}
    refused["style"] |= {text for text in set(rows.texts("style")) if not text.strip()}
    found = {
        place
        for name, texts in refused.items()
        if texts
        for place, text in enumerate(rows.texts(name))
        if text in texts
    }
    return sorted(found)


def _is_part(text: str) -> bool:
    if text.isalnum():
        return True
    try:
        Sku("1", text)
    except InvalidRecord:
        return False
    return True
