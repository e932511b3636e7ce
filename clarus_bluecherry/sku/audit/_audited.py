"""What an audit found: every SKU of Blue Cherry and every product of Clarus, each in exactly one class.

Law of this module: the rows are kept as they came and the classes as row numbers; words are made when a line is
read, because most of a million lines never are.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import overload

from attrs import Factory, field, frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.model import Sku
from clarus_bluecherry.sku.audit._rows import NOTHING, ColumnarRows, MasterRow, Pairs, ProductRow
from clarus_bluecherry.sku.codes._nearest import Nearest, likeness
from clarus_bluecherry.sku.codes._spelling import spelling_rules
from clarus_bluecherry.sku.codes._text import key
from clarus_bluecherry.sku.matching._catalogue import NEAREST
from clarus_bluecherry.sku.matching._outcome import Deferred, SkuFinding, evaluated


class AuditClass(enum.StrEnum):
    """What an audit says of a SKU or a product. The values are stable and meant for reports."""

    IDENTICAL = "identical"
    NORMALISED = "same after normalising"
    BARCODE = "same by barcode only"
    DECIDED = "settled by a person"
    CONFLICT = "conflict"
    COLLISION = "collision"
    DUPLICATE = "duplicate"
    DAMAGED = "damaged"
    MALFORMED = "malformed"
    MISSING_IN_CLARUS = "missing in Clarus"
    MISSING_IN_BLUE_CHERRY = "missing in Blue Cherry"


AGREED = (AuditClass.IDENTICAL, AuditClass.NORMALISED, AuditClass.BARCODE, AuditClass.DECIDED)
"""The classes in which nothing stops: the crosswalk ties them."""


@frozen
class Case:
    """Rows that belong together, by number: a SKU, a product, or both; with what the crosswalk said."""

    left: int | None
    right: int | None
    paired: bool = False
    why: str = ""
    near: Deferred[tuple[str, ...]] = ()

    @property
    def halts(self) -> tuple[str, ...]:
        """What would stop: the orders of a SKU without a product, what comes in of a product without a SKU."""
        if self.paired:
            return ()
        orders = ("orders",) if self.left is not None else ()
        return orders if self.right is None else (*orders, "receipts", "stock")


@frozen
class Cases(Sequence[Case]):
    """The cases of one class: pairs that need no words, kept as row numbers, and the others."""

    pairs: Pairs = Factory(Pairs)
    others: list[Case] = Factory(list)

    def __len__(self) -> int:
        return len(self.pairs) + len(self.others)

    @overload
    def __getitem__(self, place: int) -> Case: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Case]: ...
    def __getitem__(self, place: int | slice) -> Case | Sequence[Case]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        place %= len(self)
        return Case(*self.pairs[place], True) if place < len(self.pairs) else self.others[place - len(self.pairs)]

    @property
    def halts(self) -> tuple[str, ...]:
        """What the cases would stop, taken together."""
        return tuple(sorted({halt for case in self.others for halt in case.halts}))

    @property
    def left(self) -> list[int]:
        """The rows of Blue Cherry's list."""
        return self.pairs.left + [one.left for one in self.others if one.left is not None]

    @property
    def right(self) -> list[int]:
        """The rows of Clarus's list."""
        return self.pairs.right + [one.right for one in self.others if one.right is not None]


@frozen(kw_only=True)
class Entry:
    """One line of the audit: a SKU, a product, or a pair of them.

    `code` is the SKU's code by the recipe, or Clarus's own where there is no SKU. `on_hand` are Blue Cherry's
    units and `value` is their cost; `in_warehouse` are Clarus's. `near` are codes of the other side that may be
    meant. `halts` says what would stop, `fix` what a person should do.
    """

    kind: AuditClass
    code: str
    sku: Sku | None
    product: ProductRow | None
    paired: bool
    why: str
    near: tuple[str, ...]
    on_hand: Decimal
    in_warehouse: Decimal
    value: Decimal
    halts: tuple[str, ...]
    fix: str


@frozen(kw_only=True)
class Tally:
    """How much is in a class: SKUs, products, units on both sides, and the value of Blue Cherry's at cost."""

    skus: int
    products: int
    on_hand: Decimal
    in_warehouse: Decimal
    value: Decimal


_FIXES = {
    AuditClass.IDENTICAL: "nothing to do",
    AuditClass.NORMALISED: "nothing to do: the crosswalk ties them",
    AuditClass.BARCODE: "confirm the pair in the crosswalk, or give the product the code of the SKU",
    AuditClass.DECIDED: "nothing to do",
    AuditClass.CONFLICT: "find out which is right, the code or the barcode, and correct the other; or decide it",
    AuditClass.COLLISION: "tell the SKUs apart: by a barcode, by a further part in the recipe, or by a person",
    AuditClass.DUPLICATE: "keep one product for the SKU and close the others, or decide under which goods leave",
    AuditClass.DAMAGED: "write code or barcode as text, at its full length, and load it again; or decide the pair",
    AuditClass.MALFORMED: "correct or remove it at its source",
    AuditClass.MISSING_IN_CLARUS: "create the product in Clarus: it is in the correction file",
    AuditClass.MISSING_IN_BLUE_CHERRY: "create the SKU in Blue Cherry, or close the product in Clarus",
}


def _sku_of(row: MasterRow) -> Sku | None:
    try:
        return row.sku
    except InvalidRecord:
        return None


def _fix(kind: AuditClass, near: Sequence[str]) -> str:
    near_by = f"; it may be {', '.join(near[:NEAREST])}" if near and kind not in AGREED else ""
    return _FIXES[kind] + near_by


@frozen(kw_only=True)
class Audit:
    """What `audit` found; `findings` tell what is wrong with the data itself, whatever becomes of it."""

    master: ColumnarRows[MasterRow]
    products: ColumnarRows[ProductRow]
    codes: Sequence[str] = field(repr=False)
    values: Sequence[Decimal] = field(repr=False)
    cases: Mapping[AuditClass, Cases] = field(repr=False)
    findings: Sequence[SkuFinding] = field(repr=False)

    @property
    def is_clean(self) -> bool:
        """Whether there are rows on both sides, all agree, and nothing is wrong with the data."""
        disagreeing = any(cases for kind, cases in self.cases.items() if kind not in AGREED)
        return bool(self.master and self.products and not self.findings and not disagreeing)

    @cached_property
    def tallies(self) -> Mapping[AuditClass, Tally]:
        """How much is in each class, every class named."""
        return {kind: self._tally(self.cases[kind]) for kind in AuditClass}

    def entries(self, *kinds: AuditClass) -> Iterator[Entry]:
        """The lines of the classes named, or of all, in the order of the classes and of the lists."""
        for kind in kinds or tuple(AuditClass):
            for case in self.cases[kind]:
                yield self._entry(kind, case)

    def _tally(self, cases: Cases) -> Tally:
        left, right = cases.left, cases.right
        return Tally(
            skus=len(left),
            products=len(right),
            on_hand=sum(map(self.master.numbers("on_hand").__getitem__, left), NOTHING),
            in_warehouse=sum(map(self.products.numbers("on_hand").__getitem__, right), NOTHING),
            value=sum(map(self.values.__getitem__, left), NOTHING),
        )

    def _entry(self, kind: AuditClass, case: Case) -> Entry:
        row = self.master[case.left] if case.left is not None else None
        product = self.products[case.right] if case.right is not None else None
        code = self.codes[case.left] if case.left is not None else ""
        near = evaluated(case.near)
        if kind is AuditClass.MISSING_IN_BLUE_CHERRY and product:
            near = self._nearest_code(product.code)
        return Entry(
            kind=kind,
            code=code or (product.code if product else ""),
            sku=_sku_of(row) if row else None,
            product=product,
            paired=case.paired,
            why=case.why or self._why(kind, code, product),
            near=near,
            on_hand=row.on_hand if row else NOTHING,
            in_warehouse=product.on_hand if product else NOTHING,
            value=row.value if row else NOTHING,
            halts=case.halts,
            fix=_fix(kind, near),
        )

    def _why(self, kind: AuditClass, code: str, product: ProductRow | None) -> str:
        if kind is AuditClass.IDENTICAL:
            return "it is the code of this SKU"
        if kind is AuditClass.MISSING_IN_CLARUS:
            return f"Clarus has no product {code}"
        if kind is AuditClass.MISSING_IN_BLUE_CHERRY and product:
            return "nothing ties it to a SKU"
        if kind is AuditClass.BARCODE and product:
            return f"both carry the barcode {product.barcode.strip()}"
        return "; ".join(spelling_rules(code, product.code)) if code and product else ""

    def _nearest_code(self, code: str) -> tuple[str, ...]:
        """The codes without a product that look most like `code`."""
        around = self._nearest.around(key(code), neighbours=4)
        return tuple(sorted(around, key=lambda one: (-likeness(one, key(code)), one))[:NEAREST])

    @cached_property
    def _nearest(self) -> Nearest:
        return Nearest({key(self.codes[row]) for row in self.cases[AuditClass.MISSING_IN_CLARUS].left})
