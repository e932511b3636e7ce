"""Halves: a SKU and a product that nothing ties, and that may be one article which a spreadsheet parted.

Law of this module: it ties nothing. What is linked here is damaged on both sides and waits for a person, so that
neither half is called missing and no article is created a second time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from attrs import define, field, frozen

from clarus_bluecherry.sku.audit._audited import Case
from clarus_bluecherry.sku.codes._barcode import gtin14, mended
from clarus_bluecherry.sku.codes._rewritten import number_key, rewritten

_MOST = 50
"""So many other halves are kept for a row; a junk barcode may stand on thousands."""


@frozen
class Group:
    """Rows of Blue Cherry (`left`) and of Clarus that may be each other; `is_ours`: the former are damaged."""

    left: Sequence[int]
    right: Sequence[int]
    what: str
    is_ours: bool = False

    @property
    def why(self) -> str:
        """Why, and where the damage is."""
        return f"in Blue Cherry: {self.what}" if self.is_ours else self.what


@define
class _Linked:
    """What one row may be, and why; `is_ours`: Blue Cherry's half is damaged."""

    others: dict[int, None] = field(factory=dict)
    whys: dict[str, None] = field(factory=dict)
    is_ours: bool = False

    @property
    def why(self) -> str:
        return "; ".join(sorted(self.whys))


class Halves:
    """The links found so far. `left` and `right` are the rows that stand in one. What is said of them does not
    depend on the order of the lists.

    >>> halves = Halves([Group([0], [1], "made into a date: 12-OCT", is_ours=True)])
    >>> [(case.left, case.right, case.paired, case.near) for case in halves.cases(["12-OCT"], ["9", "10-12"])]
    [(0, 1, False, ('10-12',))]
    """

    def __init__(self, groups: Iterable[Group]) -> None:
        self.left: dict[int, _Linked] = {}
        self.right: dict[int, _Linked] = {}
        for group in groups:
            _link(self.left, group.left, group.right, group)
            _link(self.right, group.right, group.left, group)

    def cases(self, codes: Sequence[str], listed: Sequence[str]) -> Iterator[Case]:
        """Two halves that only have each other stand together, all others each for itself."""
        for row, linked in self.left.items():
            other = self._only(row)
            is_meant = other is not None and not linked.is_ours
            near = [codes[row]] if is_meant else [listed[one] for one in linked.others]
            yield Case(row, other, False, linked.why, tuple(sorted(near)))
        paired = set(map(self._only, self.left))
        for row, linked in self.right.items():
            if row not in paired:
                yield Case(None, row, False, linked.why, tuple(sorted(codes[one] for one in linked.others)))

    def _only(self, row: int) -> int | None:
        """The one product that may be this SKU, if it may be no other SKU."""
        other, *further = self.left[row].others
        return other if not further and len(self.right[other].others) == 1 else None


def _link(links: dict[int, _Linked], rows: Sequence[int], others: Sequence[int], group: Group) -> None:
    for row in rows if others else ():
        linked = links.setdefault(row, _Linked())
        linked.others.update(dict.fromkeys(islice(others, _MOST)))
        linked.whys[group.why] = None
        linked.is_ours = linked.is_ours or group.is_ours


def by_numbers(left: Mapping[int, str], right: Mapping[int, str]) -> Iterator[Group]:
    """Codes of which one is what a spreadsheet writes for the number in the other.

    >>> [group.why for group in by_numbers({0: "90.750"}, {5: "90.75", 6: "90.8"})]
    ['zeros behind the point lost: 90.75']
    """
    for ours, theirs, what in _rewritten(left, right):
        yield Group(ours, theirs, what)
    for theirs, ours, what in _rewritten(right, left):
        yield Group(ours, theirs, what, is_ours=True)


def _rewritten(true: Mapping[int, str], seen: Mapping[int, str]) -> Iterator[tuple[list[int], list[int], str]]:
    """Each row whose text a spreadsheet makes of others, with these before it."""
    made: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for row, code in true.items():
        for damage, text in rewritten(code):
            made[number_key(text)][row] = damage
    found: defaultdict[str, list[int]] = defaultdict(list)
    for row, code in seen.items() if made else ():
        if (text := number_key(code)) in made:
            found[text].append(row)
    for text, rows in found.items():
        before, what = list(made[text]), min(made[text].values())
        for row in rows:
            yield before, [row], f"{what}: {seen[row]}"


def by_barcodes(left: Iterable[tuple[int, str]], right: Iterable[tuple[int, str]]) -> Iterator[Group]:
    """Rows whose barcodes agree once they are mended: see `mended`.

    >>> [group.why for group in by_barcodes([(0, "036000291452")], [(5, "36000291452")])]
    ["the barcodes agree once mended: '036000291452' here, '36000291452' in Clarus"]
    """
    ours, theirs = _holders(left), _holders(right)
    for gtin in sorted(ours.keys() & theirs.keys()):
        one, other = (min(holders[gtin].values()) for holders in (ours, theirs))
        why = f"the barcodes agree once mended: {one!r} here, {other!r} in Clarus"
        yield Group(list(ours[gtin]), list(theirs[gtin]), why)


def _holders(rows: Iterable[tuple[int, str]]) -> Mapping[str, Mapping[int, str]]:
    """The rows that may hold each GTIN, with the barcode as it is written."""
    held: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for row, text in rows:
        for gtin in (gtin14(text), *mended(text)):
            if gtin:
                held[gtin].setdefault(row, text.strip())
    return held
