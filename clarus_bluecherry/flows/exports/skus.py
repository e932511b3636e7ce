"""Which SKU a row is about: by the master, and never by a guess.

Law of this module: a code is a SKU where the master says so, exactly. One that it does not have is unmapped, and
one that it has for two SKUs is conflicting; both stay the text that they are, and are somebody's work.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from attrs import define, evolve, field

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance.close import ItemState, StockItem
from clarus_bluecherry.flows.exports.rows import CloseRow, FileRows

PARTS = ("style", "color_code", "lbl_code", "dimension", "size_desc")
"""Of a SKU, beside its division."""
_Identity = tuple[str, ...]


@define
class SkuBook:
    """The master: every name of a SKU, and what is known of it."""

    has_master: bool
    items: dict[str, StockItem] = field(factory=dict)
    _names: defaultdict[tuple[str, _Identity], set[str]] = field(factory=lambda: defaultdict(set))
    _divisions: Mapping[str, str] = field(factory=dict)
    _parts: dict[str, _Identity] = field(factory=dict)

    def tie(self, item: str, row: CloseRow) -> None:
        """Everything that a row of the master calls `item`."""
        division = row.text("division")
        for name in _codes(row):
            self._names[name].add(item)
        parts = tuple(row.text(name) for name in PARTS)
        if parts[0]:
            self._parts[item] = (division, *parts)
            self._names["parts", (division, *parts)].add(item)
            self._names["parts", ("", *parts)].add(item)

    def item_of(self, row: CloseRow, *, account: str = "") -> str:
        """The SKU that a row is about, or its code where it is none. Raises `InvalidRecord` where it names
        nothing.
        """
        division = row.text("division") or self._divisions.get(account, "")
        parts = tuple(row.text(name) for name in PARTS)
        asked = [name for name in _codes(row) if name[1][0]]
        if parts[0]:
            asked = [("parts", (division, *parts)), ("parts", ("", *parts)), *asked]
        if not asked:
            raise row.refused("it names no SKU", "sku")
        for name in asked:
            found = self._of(self._names.get(name, set()), division)
            if len(found) == 1:
                return next(iter(found))
            if found:
                return self._unclear(_text(row), ItemState.CONFLICTING)
        return self._unclear(_text(row), ItemState.UNMAPPED if self.has_master else ItemState.KNOWN)

    def items_of(self, row: CloseRow) -> list[str]:
        """Every SKU that a row is about: one, or all of the style (and colour) that it tells alone."""
        told = tuple(row.text(name) for name in ("division", *PARTS))
        is_one = row.text("sku") or row.text("product_code") or not told[1]
        if is_one or self._names.get(("parts", told)):
            return [self.item_of(row)]
        like = [
            item for item, own in self._parts.items() if all(a in ("", b) for a, b in zip(told, own, strict=True))
        ]
        return sorted(like) or [self.item_of(row)]

    def of_code(self, code: str) -> str:
        """The SKU of a code that stands alone."""
        for kind in ("sku", "product_code"):
            found = self._names.get((kind, (code,)), set())
            if len(found) == 1:
                return next(iter(found))
        return code

    def _of(self, found: Iterable[str], division: str) -> set[str]:
        """Those that are not of another division than the one that is told."""
        return {item for item in found if not division or self.items[item].division in ("", division)}

    def _unclear(self, code: str, state: ItemState) -> str:
        """A code that is no SKU, kept apart from a SKU that is called as it is."""
        known = self.items.get(code)
        name = f"{code} (code)" if known is not None and known.state is not state else code
        self.items.setdefault(name, StockItem(item=name, state=state))
        return name

    def add_factor(self, item: str, factor: Decimal) -> None:
        """So many eaches are in some unit of an item."""
        known = self.items.get(item) or StockItem(item=item)
        self.items[item] = evolve(known, factors=known.factors | {factor})

    def add_part(self, pack: str, component: str, eaches: Decimal) -> None:
        """So many of a component are in one of a pack."""
        if pack not in self.items:
            self._names["sku", (pack,)].add(pack)
            self._names["product_code", (pack,)].add(pack)
        known = self.items.get(pack) or StockItem(item=pack)
        self.items[pack] = evolve(known, parts={**known.parts, component: eaches})


def _is_like(told: _Identity, own: _Identity) -> bool:
    """Whether a SKU has all the parts that are told."""
    return all(part in ("", has) for part, has in zip(told, own, strict=True))


def _codes(row: CloseRow) -> list[tuple[str, _Identity]]:
    """The codes of a row; Clarus's product code may be the SKU's own text, and the other way round."""
    told = (("sku", row.text("sku")), ("product_code", row.text("product_code")))
    named = [(kind, (text,)) for kind, text in told if text]
    crossed = [({"sku": "product_code", "product_code": "sku"}[kind], text) for kind, text in named]
    upc = row.text("upc") or row.text("barcode")
    own: list[tuple[str, _Identity]] = [*named]
    if "sku" not in row.headers or "product_code" not in row.headers:
        own += crossed
    return [*own, ("upc", (upc,))] if upc else own


def _text(row: CloseRow) -> str:
    parts = [row.text(name) for name in ("division", *PARTS) if row.text(name)]
    return row.text("sku") or row.text("product_code") or "-".join(parts) or row.text("upc")


def sku_book(master: FileRows, accounts: Mapping[str, str], problems: list[InvalidRecord]) -> SkuBook:
    """The master as a book of names. A SKU is called by its text, else by Clarus's code, else by its parts."""
    book = SkuBook(has_master=master.is_there, divisions=accounts)
    rows: defaultdict[_Identity, list[CloseRow]] = defaultdict(list)
    for row, identity in master.made(lambda row: (row, _identity(row)), problems):
        rows[identity].append(row)
    ways = {identity: _ways(identity, mine) for identity, mine in rows.items()}
    taken = Counter(way for each in ways.values() for way in each)
    for identity, mine in sorted(rows.items()):
        item = next((way for way in ways[identity] if taken[way] == 1), ways[identity][-1])
        book.items.setdefault(item, StockItem(item=item, division=identity[0]))
        for row in mine:
            book.tie(item, row)
            factor = row.number("eaches")
            if factor is not None and factor > 0:
                book.add_factor(item, factor)
    return book


def _identity(row: CloseRow) -> _Identity:
    """What makes it this SKU: its parts, else its text, else Clarus's code; with its division."""
    parts = tuple(row.text(name) for name in PARTS)
    own = parts if parts[0] else (row.text("sku") or row.text("product_code"),)
    if not own[0]:
        raise row.refused("it names no SKU", "sku")
    return row.text("division"), *own


def _ways(identity: _Identity, rows: Sequence[CloseRow]) -> list[str]:
    """What a SKU may be called, best first: its own text, Clarus's code, those with its division, its parts."""
    told = [sorted({row.text(column) for row in rows} - {""}) for column in ("sku", "product_code")]
    names = [each[0] for each in told if each] or ["-".join(filter(None, identity[1:]))]
    return [*dict.fromkeys([names[0], f"{identity[0]}/{names[0]}", "-".join(filter(None, identity))])]
