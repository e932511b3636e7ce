"""Two whole lists, taken apart into what can be judged at a glance and what needs a judge.

Law of this module: a row is set apart only when no other row of either list could be meant by its text or its
barcode; everything else stays together in `tangled`, closed under both kinds of link, so that a judge who sees
only the tangled rows says of each just what it would say with both lists before it. Rows are numbers and lists are
columns, because it sees millions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain

from attrs import frozen

from clarus_bluecherry.sku.audit_rows import repeated
from clarus_bluecherry.sku.damage import kin, parts_without_zeros, skeleton, skeletons

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
    def shared(self) -> dict[str, list[int]]:
        """The barcodes that several rows hold, with all those rows.

        >>> Side([], [["1", "2", "1"], ["", "", "2"]]).shared
        {'1': [0, 2], '2': [1, 2]}
        """
        held = self.holding(repeated(list(filter(None, chain.from_iterable(self.barcodes)))))
        return {gtin: sorted(rows) for gtin, rows in sorted(held.items()) if len(rows) > 1}

    def holding(self, gtins: Collection[str]) -> Mapping[str, set[int]]:
        """The rows that hold each of `gtins`."""
        rows: defaultdict[str, set[int]] = defaultdict(set)
        for column in self.barcodes if gtins else ():
            for row in [row for row, gtin in enumerate(column) if gtin in gtins]:
                rows[column[row]].add(row)
        return rows


def partition(
    left: Side, right: Side, apart: Iterable[str] = (), twins: Sequence[int | None] | None = None
) -> Partition:
    """Take both lists apart. `apart` are keys whose whole kin is to be judged whatever it looks like.

    `twins` are, for each right row, a left row with the same key where one is known: such rows cost less.

    >>> sides = Side(["01-A", "02-B"]), Side(["01-A", "2-B", "9-C"])
    >>> partition(*sides).by_text, partition(*sides).right
    ([(0, 0), (1, 1)], [2])
    """
    return _Groups(left, right, ("", *apart), twins or [None] * len(right.keys)).partition()


class _Groups:
    """The rows of both lists by group, as numbers: rows of different groups are never kin."""

    def __init__(self, left: Side, right: Side, apart: Iterable[str], twins: Sequence[int | None]) -> None:
        self.left, self.right = left, right
        groups = _groups(left.keys, right.keys, apart, twins)
        self.ours, self.theirs = groups.left, groups.right
        self.tangled = bytearray(groups.count)
        self.row_of, self.other_of = self._rows(self.ours), self._rows(self.theirs)
        for group in groups.apart:
            self.tangled[group] = True
        for group in groups.of_several:
            row, other = self.row_of[group], self.other_of[group]
            if row != _NO_ROW and other != _NO_ROW and not kin(left.keys[row], right.keys[other]):
                self.tangled[group] = True

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

    def _links(self) -> list[tuple[int, int]]:
        """The rows of two groups that a barcode of their own ties; one that several hold tangles them all."""
        several = self.left.shared.keys() | self.right.shared.keys()
        mine, others = self.left.holding(several), self.right.holding(several)
        for gtin in mine.keys() & others.keys():
            for group in (*map(self.ours.__getitem__, mine[gtin]), *map(self.theirs.__getitem__, others[gtin])):
                self.tangled[group] = True
        strangers = list(self._strangers())
        holders = self.left.holding({gtin for _, gtin in strangers} - several)
        return [
            (holder, row)
            for row, gtin in strangers
            for holder in holders.get(gtin, ())
            if holder != self.row_of[self.theirs[row]]
        ]

    def _strangers(self) -> Iterator[tuple[int, str]]:
        """The right rows with a barcode other than the first one of the left row in their group."""
        row_of, theirs = self.row_of, self.theirs
        firsts = [*self.left.barcodes[0], ""] if self.left.barcodes else [""]  # _NO_ROW finds the empty one
        for column in self.right.barcodes:
            for row, gtin in enumerate(column):
                if gtin and gtin != firsts[row_of[theirs[row]]]:
                    yield row, gtin

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


@frozen
class _Grouped:
    """The number of the group of each row: groups with several keys, and those to be judged, by their numbers."""

    left: Sequence[int]
    right: Sequence[int]
    count: int
    of_several: Sequence[int]
    apart: Sequence[int]


def _groups(
    left: Sequence[str], right: Sequence[str], apart: Iterable[str], twins: Sequence[int | None]
) -> _Grouped:
    """A group is numbered by a row of its own: of the left list, or of the right one, which is counted on."""
    names, count = skeletons(left), len(left)
    numbers = _rows(names)
    ours = list(map(numbers.__getitem__, names))
    theirs = [_NO_ROW if twin is None else ours[twin] for twin in twins]
    families: defaultdict[int, set[str]] = defaultdict(set)
    for row in [row for row, number in enumerate(ours) if row != number]:
        families[ours[row]].add(left[row])
    for row in [row for row, twin in enumerate(twins) if twin is None]:
        theirs[row] = numbers.setdefault(skeleton(right[row]), count + row)
        families[theirs[row]].add(right[row])
    for key in apart:
        if (number := numbers.get(skeleton(key))) is not None:
            families[number].add(key)
    for number in families:
        if number < count:
            families[number].add(left[number])
    group_of, of_several = _told_apart(families, count + len(right))
    return _Grouped(
        left=[group_of.get(key, number) for key, number in zip(left, ours, strict=True)],
        right=[group_of.get(key, number) for key, number in zip(right, theirs, strict=True)],
        count=count + len(right) + len(group_of),
        of_several=of_several,
        apart=[group_of.get(key, number) for key in apart if (number := numbers.get(skeleton(key))) is not None],
    )


def _told_apart(families: Mapping[int, Collection[str]], count: int) -> tuple[Mapping[str, int], Sequence[int]]:
    """The groups, numbered from `count` on, of keys with one skeleton; and those that have several keys.

    Their parts tell them apart, if they do: see `damage.parts_without_zeros`.
    """
    group_of: dict[str, int] = {}
    of_several = []
    for keys in families.values():
        if len(keys) == 1:
            continue
        parts = {key: parts_without_zeros(key) for key in keys}
        if None in parts.values() or len({len(one or ()) for one in parts.values()}) > 1:
            parts = dict.fromkeys(keys)
        groups: dict[tuple[str, ...] | None, list[str]] = {}
        for key, one in parts.items():
            groups.setdefault(one, []).append(key)
        for group in groups.values():
            number = count + len(group_of)
            group_of.update(dict.fromkeys(group, number))
            if len(group) > 1:
                of_several.append(number)
    return group_of, of_several


def _rows(names: Sequence[str]) -> dict[str, int]:
    return dict(zip(names, range(len(names)), strict=True))
