"""Two whole lists, taken apart into what can be judged at a glance and what needs a judge.

Law of this module: a row is set apart only when no other row of either list could be meant by its text or its
barcode; everything else stays together in `tangled`, closed under both kinds of link, so that a judge who sees
only the tangled rows says of each just what it would say with both lists before it. Rows are numbers and lists are
columns, because it sees millions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain

from attrs import frozen

from clarus_bluecherry.sku.damage import kin, parts_without_zeros, skeleton

_NO_ROW = -1


@frozen(kw_only=True)
class Partition:
    """Rows of the left and the right list by number, each in one place.

    `by_text`: pairs that only have each other, their keys are kin. `by_barcode`: pairs that only share a barcode.
    `left` and `right`: rows that nothing on the other side is like.
    """

    by_text: list[tuple[int, int]]
    by_barcode: list[tuple[int, int]]
    left: list[int]
    right: list[int]
    tangled_left: list[int]
    tangled_right: list[int]


@frozen(slots=False)
class Side:
    """One list as columns: the folded code of each row, and its valid barcodes, empty where there is none."""

    keys: Sequence[str]
    barcodes: Sequence[Sequence[str]] = ()

    @cached_property
    def holder(self) -> dict[str, int]:
        """The row that holds each barcode: the last, where several do."""
        rows: dict[str, int] = {}
        for column in self.barcodes:
            if not rows:
                rows = _rows(column)
            elif any(column):
                rows |= _rows(column)
        rows.pop("", None)
        return rows

    @cached_property
    def shared(self) -> dict[str, list[int]]:
        """The barcodes that several rows hold, with all those rows.

        >>> Side([], [["1", "2", "1"], ["", "", "2"]]).shared
        {'1': [0, 2], '2': [1, 2]}
        """
        if len(self.holder) == sum(len(column) - column.count("") for column in self.barcodes):
            return {}
        rows_of: dict[str, set[int]] = {}
        for column in self.barcodes:
            for row, holder in enumerate(map(self.holder.get, column)):
                if holder is not None and holder != row:
                    rows_of.setdefault(column[row], {holder}).add(row)
        return {gtin: sorted(rows) for gtin, rows in sorted(rows_of.items())}


def partition(left: Side, right: Side, apart: Iterable[str] = ()) -> Partition:
    """Take both lists apart. `apart` are keys whose whole kin is to be judged whatever it looks like.

    >>> sides = Side(["01-A", "02-B"]), Side(["01-A", "2-B", "9-C"])
    >>> partition(*sides).by_text, partition(*sides).right
    ([(0, 0), (1, 1)], [2])
    """
    return _Groups(left, right, ("", *apart)).partition()


class _Groups:
    """The rows of both lists by group, as numbers: rows of different groups are never kin."""

    def __init__(self, left: Side, right: Side, apart: Iterable[str]) -> None:
        self.left, self.right = left, right
        keys = list(dict.fromkeys(chain(left.keys, right.keys, apart)))
        number = dict(zip(keys, range(len(keys)), strict=True))
        group = _group_numbers(keys)
        self.ours = [group[one] for one in map(number.__getitem__, left.keys)]
        self.theirs = [group[one] for one in map(number.__getitem__, right.keys)]
        self.tangled = bytearray(len(keys))
        self.row_of, self.other_of = self._rows(self.ours), self._rows(self.theirs)
        for key in apart:
            self.tangled[group[number[key]]] = True
        for one, other in self._in_company(group):
            if not kin(left.keys[one], right.keys[other]):
                self.tangled[self.ours[one]] = True

    def partition(self) -> Partition:
        links = self._links()
        bridges = self._bridges(links)
        tangled, row_of, other_of = self.tangled, self.row_of, self.other_of
        bridged = set(bridges.values())
        return Partition(
            by_text=[
                (row_of[one], row)
                for row, one in enumerate(self.theirs)
                if row_of[one] != _NO_ROW and not tangled[one]
            ],
            by_barcode=sorted(bridges.items()),
            left=[
                row
                for row, one in enumerate(self.ours)
                if other_of[one] == _NO_ROW and not tangled[one] and row not in bridges
            ],
            right=[
                row
                for row, one in enumerate(self.theirs)
                if row_of[one] == _NO_ROW and not tangled[one] and row not in bridged
            ],
            tangled_left=[row for row, one in enumerate(self.ours) if tangled[one]],
            tangled_right=[row for row, one in enumerate(self.theirs) if tangled[one]],
        )

    def _rows(self, groups: Sequence[int]) -> list[int]:
        """The row of each group; a group that several rows of one list are in is tangled."""
        rows = [_NO_ROW] * len(self.tangled)
        for row, one in enumerate(groups):
            if rows[one] != _NO_ROW:
                self.tangled[one] = True
            rows[one] = row
        return rows

    def _in_company(self, group: Sequence[int]) -> Iterable[tuple[int, int]]:
        """The rows that meet in a group although their keys differ."""
        for one in {mine for number, mine in enumerate(group) if mine != number}:
            row, other = self.row_of[one], self.other_of[one]
            if row != _NO_ROW and other != _NO_ROW:
                yield row, other

    def _links(self) -> list[tuple[int, int]]:
        """The rows of two groups that a barcode of their own ties; one that several hold tangles them all."""
        held, seen = self.left.holder, self.right.holder
        for gtin in self.left.shared.keys() | self.right.shared.keys():
            if gtin in held and gtin in seen:
                for row in self.left.shared.get(gtin, (held[gtin],)):
                    self.tangled[self.ours[row]] = True
                for row in self.right.shared.get(gtin, (seen[gtin],)):
                    self.tangled[self.theirs[row]] = True
        row_of, theirs = self.row_of, self.theirs
        return [
            (holder, row)
            for column in self.right.barcodes
            for row, holder in enumerate(map(held.get, column))
            if holder is not None and holder != row_of[theirs[row]]
        ]

    def _bridges(self, links: Iterable[tuple[int, int]]) -> dict[int, int]:
        """The pairs of lone rows that only a barcode ties; every other link tangles both its groups."""
        ours, theirs, tangled = self.ours, self.theirs, self.tangled
        others: dict[int, set[int]] = {}
        for row, other in links:
            others.setdefault(row, set()).add(other)
        bridges: dict[int, int] = {}
        for row, ends in others.items():
            end = min(ends)
            alone = self.other_of[ours[row]] == _NO_ROW and self.row_of[theirs[end]] == _NO_ROW
            if len(ends) == 1 and alone and not tangled[ours[row]] and not tangled[theirs[end]]:
                bridges[row] = end
            else:
                for group in (ours[row], *(theirs[one] for one in ends)):
                    tangled[group] = True
        for row, end in list(bridges.items()):
            if tangled[ours[row]] or tangled[theirs[end]]:
                tangled[ours[row]] = tangled[theirs[end]] = True
                del bridges[row]
        return bridges


def _group_numbers(keys: Sequence[str]) -> list[int]:
    """For each key the number of the first key of its group."""
    numbers = list(range(len(keys)))
    names = list(map(skeleton, keys))
    last = dict(zip(names, numbers, strict=True))
    if len(last) == len(names):
        return numbers
    families: dict[str, list[int]] = {}
    for number, same in enumerate(map(last.__getitem__, names)):
        if same != number:
            families.setdefault(names[number], [same]).append(number)
    for family in families.values():
        for group in _told_apart({number: keys[number] for number in family}):
            for number in group:
                numbers[number] = min(group)
    return numbers


def _told_apart(family: Mapping[int, str]) -> Iterable[Sequence[int]]:
    """The groups of keys with one skeleton, by their parts if they tell: see `damage.parts_without_zeros`."""
    parts = {number: parts_without_zeros(key) for number, key in family.items()}
    if None in parts.values() or len({len(one or ()) for one in parts.values()}) > 1:
        return [list(family)]
    groups: dict[tuple[str, ...] | None, list[int]] = {}
    for number, one in parts.items():
        groups.setdefault(one, []).append(number)
    return groups.values()


def _rows(names: Sequence[str]) -> dict[str, int]:
    return dict(zip(names, range(len(names)), strict=True))
