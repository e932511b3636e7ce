"""Two whole lists, taken apart into what is settled at a glance and what needs the matcher.

Law of this module: a row is set apart only when no other row of either list could be meant by its text or its
barcode; everything else stays together in `unresolved`, closed under both kinds of link, so that a crosswalk of
the unresolved rows alone says of each just what one of both lists would say. Rows are numbers and lists
are columns, because it sees millions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from itertools import chain, compress
from typing import cast

from attrs import define, frozen

from clarus_bluecherry.sku.audit._rows import Pairs, duplicates
from clarus_bluecherry.sku.codes._near_duplicates import (
    are_near_duplicates,
    changes_a_zero_part,
    parts_without_zeros,
    skeletons,
)

_NO_ROW = -1
_FEW = 20
"""So many keys with one skeleton are compared each with each."""


@frozen(kw_only=True)
class Partition:
    """Rows of the left and the right list by number, each in one place.

    `plain`: twins that only have each other. `by_text`: pairs that only have each other, near duplicates by
    their keys. `by_barcode`: pairs that only share a barcode. `left` and `right`: rows that nothing on the other
    side is like.
    `shared_left` and `shared_right`: the barcodes that several rows of a list hold, with all those rows.
    """

    plain: Pairs
    by_text: Pairs
    by_barcode: Pairs
    left: list[int]
    right: list[int]
    unresolved_left: list[int]
    unresolved_right: list[int]
    shared_left: Mapping[str, Sequence[int]]
    shared_right: Mapping[str, Sequence[int]]


@define(slots=False, eq=False)
class Side:
    """One list as columns: the folded code of each row, and its valid barcodes, empty where there is none."""

    keys: Sequence[str]
    barcodes: Sequence[Sequence[str]] = ()

    @cached_property
    def row_of(self) -> Mapping[str, int]:
        """The last row with each key."""
        return dict(zip(self.keys, range(len(self.keys)), strict=True))

    @cached_property
    def shared(self) -> dict[str, list[int]]:
        """The barcodes that several rows hold, with all those rows.

        >>> Side([], [["1", "2", "1"], ["", "", "2"]]).shared
        {'1': [0, 2], '2': [1, 2]}
        """
        held = self.holding(duplicates(list(filter(None, chain.from_iterable(self.barcodes)))))
        return {gtin: sorted(rows) for gtin, rows in sorted(held.items()) if len(rows) > 1}

    def holding(self, gtins: Collection[str]) -> Mapping[str, set[int]]:
        """The rows that hold each of `gtins`."""
        rows: defaultdict[str, set[int]] = defaultdict(set)
        for column in self.barcodes if gtins else ():
            for row in [row for row, gtin in enumerate(column) if gtin in gtins]:
                rows[column[row]].add(row)
        return rows

    def only(self, rows: Sequence[int]) -> Side:
        """Some of the rows, numbered anew."""
        columns = (self.keys, *self.barcodes)
        keys, *barcodes = ([column[row] for row in rows] for column in columns)
        return Side(keys, barcodes)


def duplicates_by_twins(keys: Sequence[str], twins: Sequence[int | None]) -> list[int]:
    """The rows whose key comes more than once, where a row of the other list with that key may be known."""
    several = duplicates([twin for twin in twins if twin is not None])
    lost = [row for row, twin in enumerate(twins) if twin is None]
    again = duplicates([keys[row] for row in lost])
    found = [row for row in lost if keys[row] in again]
    return found + [row for row, twin in enumerate(twins) if twin in several] if several else found


def partition(
    left: Side,
    right: Side,
    apart: Iterable[str] = (),
    twins: Sequence[int | None] | None = None,
    is_open: Callable[[int], bool] = lambda _: False,
) -> Partition:
    """Take both lists apart. `apart` are keys whose near duplicates are all to be judged, whatever they look like.

    `twins` are, for each right row, a left row that has its key, if somebody knows it already. `is_open` says of a
    right row whether its text may be read as other keys than its own with the same skeleton.

    >>> sides = Side(["01-A", "02-B"]), Side(["01-A", "2-B", "9-C"])
    >>> found = partition(*sides)
    >>> list(found.plain), list(found.by_text), found.right
    ([(0, 0)], [(1, 1)], [2])
    """
    apart = ("", *apart)
    plain = _plain(left, right, apart, twins or list(map(left.row_of.get, right.keys)))
    ours, theirs = _others(len(left.keys), plain.left), _others(len(right.keys), plain.right)
    whole = {right.keys[row] for row in theirs if is_open(row)}
    found = _Groups(left.only(ours), right.only(theirs), apart, whole).partition()
    return Partition(
        plain=plain,
        by_text=found.by_text.renumbered(ours, theirs),
        by_barcode=found.by_barcode.renumbered(ours, theirs),
        left=[ours[row] for row in found.left],
        right=[theirs[row] for row in found.right],
        unresolved_left=[ours[row] for row in found.unresolved_left],
        unresolved_right=[theirs[row] for row in found.unresolved_right],
        shared_left=left.shared,
        shared_right={gtin: [theirs[row] for row in rows] for gtin, rows in found.shared_right.items()},
    )


def _plain(left: Side, right: Side, apart: Sequence[str], twins: Sequence[int | None]) -> Pairs:
    """The pairs of one key whose skeleton no other row has, and whose barcodes are on no other row.

    Nearly all rows of two lists that agree are such pairs, so this walks through whole columns and little else.
    """
    several = duplicates([twin for twin in twins if twin is not None])
    lost = [key for key, twin in zip(right.keys, twins, strict=True) if twin is None]
    names = skeletons(left.keys)
    crowded = duplicates(names).union(skeletons(lost), skeletons(apart), map(names.__getitem__, several))
    firsts = left.barcodes[0] if left.barcodes else [""] * len(names)
    strangers = {
        row: gtin
        for column in right.barcodes
        for row, (gtin, twin) in enumerate(zip(column, twins, strict=True))
        if gtin and (twin is None or gtin != firsts[twin])
    }
    elsewhere = left.shared.keys() | strangers.values()
    is_alone = [name not in crowded for name in names]
    for column in filter(any, left.barcodes):
        is_alone = [alone and gtin not in elsewhere for alone, gtin in zip(is_alone, column, strict=True)]
    is_plain = [twin is not None and is_alone[twin] and row not in strangers for row, twin in enumerate(twins)]
    return Pairs(compress(cast(Sequence[int], twins), is_plain), compress(range(len(twins)), is_plain))


def _others(count: int, rows: Iterable[int]) -> list[int]:
    """The numbers of all rows but `rows`."""
    is_other = bytearray(b"\1") * count
    for row in rows:
        is_other[row] = False
    return list(compress(range(count), is_other))


class _Groups:
    """The rows of both lists by group, as numbers: rows of different groups are never near duplicates."""

    def __init__(self, left: Side, right: Side, apart: Sequence[str], whole: Set[str]) -> None:
        self.left, self.right = left, right
        groups = _groups(left.keys, right.keys, apart, whole)
        self.ours, self.theirs = groups.left, groups.right
        self.unresolved = bytearray(groups.count)
        self.row_of, self.other_of = self._rows(self.ours), self._rows(self.theirs)
        for group in groups.apart:
            self.unresolved[group] = True
        for group in groups.of_several:
            row, other = self.row_of[group], self.other_of[group]
            if row == _NO_ROW or other == _NO_ROW:
                continue
            ours, theirs = left.keys[row], right.keys[other]
            if not are_near_duplicates(ours, theirs) or changes_a_zero_part(ours, theirs):
                self.unresolved[group] = True

    def partition(self) -> Partition:
        links = self._links()
        bridges = self._bridges(links)
        unresolved, row_of, other_of = self.unresolved, self.row_of, self.other_of
        bridged = set(bridges.values())
        by_text = [row for row, one in enumerate(self.theirs) if row_of[one] != _NO_ROW and not unresolved[one]]
        return Partition(
            plain=Pairs(),
            by_text=Pairs((row_of[self.theirs[row]] for row in by_text), by_text),
            by_barcode=Pairs(sorted(bridges), (bridges[row] for row in sorted(bridges))),
            left=[
                row
                for row, one in enumerate(self.ours)
                if other_of[one] == _NO_ROW and not unresolved[one] and row not in bridges
            ],
            right=[
                row
                for row, one in enumerate(self.theirs)
                if row_of[one] == _NO_ROW and not unresolved[one] and row not in bridged
            ],
            unresolved_left=[row for row, one in enumerate(self.ours) if unresolved[one]],
            unresolved_right=[row for row, one in enumerate(self.theirs) if unresolved[one]],
            shared_left=self.left.shared,
            shared_right=self.right.shared,
        )

    def _rows(self, groups: Sequence[int]) -> list[int]:
        """The row of each group; a group that several rows of one list are in is unresolved."""
        rows = [_NO_ROW] * len(self.unresolved)
        for row, one in enumerate(groups):
            if rows[one] != _NO_ROW:
                self.unresolved[one] = True
            rows[one] = row
        return rows

    def _links(self) -> Iterator[tuple[int, int]]:
        """The rows of two groups that a barcode of their own ties. One that several hold leaves all unresolved."""
        several = self.left.shared.keys() | self.right.shared.keys()
        mine, others = self.left.holding(several), self.right.holding(several)
        for gtin in mine.keys() & others.keys():
            for group in (*map(self.ours.__getitem__, mine[gtin]), *map(self.theirs.__getitem__, others[gtin])):
                self.unresolved[group] = True
        holder = {gtin: row for column in self.left.barcodes for row, gtin in enumerate(column) if gtin}
        row_of, theirs = self.row_of, self.theirs
        return (
            (holder[gtin], row)
            for column in self.right.barcodes
            for row, gtin in enumerate(column)
            if gtin in holder and holder[gtin] != row_of[theirs[row]]
        )

    def _bridges(self, links: Iterable[tuple[int, int]]) -> dict[int, int]:
        """The pairs of lone rows that only a barcode ties; every other link leaves its groups unresolved."""
        ours, theirs, unresolved = self.ours, self.theirs, self.unresolved
        others: dict[int, set[int]] = {}
        for row, other in links:
            others.setdefault(row, set()).add(other)
        bridges: dict[int, int] = {}
        for row, ends in others.items():
            end = min(ends)
            alone = self.other_of[ours[row]] == _NO_ROW and self.row_of[theirs[end]] == _NO_ROW
            if len(ends) == 1 and alone and not unresolved[ours[row]] and not unresolved[theirs[end]]:
                bridges[row] = end
            else:
                for group in (ours[row], *(theirs[one] for one in ends)):
                    unresolved[group] = True
        for row, end in list(bridges.items()):
            if unresolved[ours[row]] or unresolved[theirs[end]]:
                unresolved[ours[row]] = unresolved[theirs[end]] = True
                del bridges[row]
        return bridges


@frozen
class _Grouped:
    """The number of the group of each row: groups with several keys, and those to be judged, by their numbers."""

    left: Sequence[int]
    right: Sequence[int]
    count: int
    of_several: Sequence[int]
    apart: Sequence[int]


def _groups(left: Sequence[str], right: Sequence[str], apart: Sequence[str], whole: Set[str]) -> _Grouped:
    """The groups; a block of keys with one skeleton stays whole where one of its keys is in `whole`."""
    keys = list(dict.fromkeys(chain(left, right, apart)))
    names = skeletons(keys)
    several = duplicates(names)
    blocks: defaultdict[str, list[str]] = defaultdict(list)
    for key, name in zip(keys, names, strict=True):
        if name in several:
            blocks[name].append(key)
    group_of = dict(zip(keys, range(len(keys)), strict=True))
    of_several = []
    for block in blocks.values():
        for group in _components(block) if whole.isdisjoint(block) else [block]:
            if len(group) > 1:
                of_several.append(group_of[group[0]])
                group_of.update(dict.fromkeys(group, group_of[group[0]]))
    return _Grouped(
        left=list(map(group_of.__getitem__, left)),
        right=list(map(group_of.__getitem__, right)),
        count=len(keys),
        of_several=of_several,
        apart=list(map(group_of.__getitem__, apart)),
    )


def _components(block: Sequence[str]) -> Iterable[Sequence[str]]:
    """The connected components of a block, so that keys of two groups are never near duplicates."""
    parts = [parts_without_zeros(key) for key in block]
    if len(set(map(len, parts))) == 1:
        groups: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
        for key, one in zip(block, parts, strict=True):
            groups[one].append(key)
        return groups.values()
    return _components_one_by_one(block) if len(block) <= _FEW else [block]


def _components_one_by_one(block: Iterable[str]) -> list[list[str]]:
    groups: list[list[str]] = []
    for key in block:
        near = [group for group in groups if any(are_near_duplicates(key, one) for one in group)]
        groups = [group for group in groups if group not in near]
        groups.append([*chain.from_iterable(near), key])
    return groups
