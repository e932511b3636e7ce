"""Two whole lists, taken apart into what can be judged at a glance and what needs a judge.

Law of this module: a row is set apart only when no other row of either list could be meant by its text or its
barcode; everything else stays together in `tangled`, closed under both kinds of link, so that a judge who sees
only the tangled rows says of each just what it would say with both lists before it. Rows are numbers and lists are
columns, because it sees millions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from attrs import frozen

from clarus_bluecherry.sku.damage import kin, parts_without_zeros, skeleton

_GROUP = "\0"
"""In front of the name of a group, so that none is taken for a key."""


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
            rows |= _rows(column)
        rows.pop("", None)
        return rows

    @cached_property
    def shared(self) -> dict[str, list[int]]:
        """The barcodes that several rows hold, with all those rows.

        >>> Side([], [["1", "2", "1"], ["", "", "2"]]).shared
        {'1': [0, 2], '2': [1, 2]}
        """
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
    distinct = dict.fromkeys(left.keys) | dict.fromkeys(right.keys) | dict.fromkeys(("", *apart))
    groups = _groups(distinct)
    ours, theirs = [groups.get(key, key) for key in left.keys], [groups.get(key, key) for key in right.keys]
    row_of, other_of = _rows(ours), _rows(theirs)
    tangled = _crowded(ours, row_of) | _crowded(theirs, other_of) | {groups.get(key, key) for key in ("", *apart)}
    for name in set(groups.values()) & row_of.keys() & other_of.keys():
        if not kin(left.keys[row_of[name]], right.keys[other_of[name]]):
            tangled.add(name)
    partners = list(map(row_of.get, theirs))
    bridges = _bridges(
        _links(left, right, partners, ours, theirs, tangled), ours, theirs, row_of, other_of, tangled
    )
    bridged = set(bridges.values())
    return Partition(
        by_text=[
            (partner, row)
            for row, (name, partner) in enumerate(zip(theirs, partners, strict=True))
            if partner is not None and name not in tangled
        ],
        by_barcode=sorted(bridges.items()),
        left=[
            row
            for row, name in enumerate(ours)
            if name not in other_of and name not in tangled and row not in bridges
        ],
        right=[
            row
            for row, (name, partner) in enumerate(zip(theirs, partners, strict=True))
            if partner is None and name not in tangled and row not in bridged
        ],
        tangled_left=[row for row, name in enumerate(ours) if name in tangled],
        tangled_right=[row for row, name in enumerate(theirs) if name in tangled],
    )


def _groups(keys: Iterable[str]) -> dict[str, str]:
    """The name of the group of every key that has company; keys of different groups are never kin."""
    names = [skeleton(key) for key in keys]
    first = dict(zip(names, keys, strict=True))
    if len(first) == len(names):
        return {}
    several = {name for name, key in zip(names, keys, strict=True) if first[name] != key}
    families: dict[str, list[str]] = {name: [] for name in several}
    for name, key in zip(names, keys, strict=True):
        if name in several:
            families[name].append(key)
    return {key: group for name, family in families.items() for key, group in _told_apart(name, family)}


def _told_apart(name: str, family: Sequence[str]) -> Iterable[tuple[str, str]]:
    """A group for each key of a family, by its parts if they tell: see `damage.parts_without_zeros`."""
    parts = [parts_without_zeros(key) for key in family]
    tell = None not in parts and len({len(one or ()) for one in parts}) == 1
    for key, one in zip(family, parts, strict=True):
        yield key, _GROUP + ("-".join(one) if tell and one else name)


def _rows(names: Sequence[str]) -> dict[str, int]:
    return dict(zip(names, range(len(names)), strict=True))


def _crowded(names: Sequence[str], row_of: Mapping[str, int]) -> set[str]:
    """The names that several rows have."""
    if len(row_of) == len(names):
        return set()
    return {names[row] for row, last in enumerate(map(row_of.get, names)) if last != row}


def _links(
    left: Side,
    right: Side,
    partners: Sequence[int | None],
    ours: Sequence[str],
    theirs: Sequence[str],
    tangled: set[str],
) -> list[tuple[int, int]]:
    """The rows of two groups that a barcode of their own ties; one that several hold tangles them all."""
    held, seen = left.holder, right.holder
    for gtin in left.shared.keys() | right.shared.keys():
        if gtin in held and gtin in seen:
            tangled.update(ours[row] for row in left.shared.get(gtin, (held[gtin],)))
            tangled.update(theirs[row] for row in right.shared.get(gtin, (seen[gtin],)))
    return [
        (holder, row)
        for column in right.barcodes
        for row, holder in enumerate(map(held.get, column))
        if holder is not None and holder != partners[row]
    ]


def _bridges(
    links: Sequence[tuple[int, int]],
    ours: Sequence[str],
    theirs: Sequence[str],
    row_of: Mapping[str, int],
    other_of: Mapping[str, int],
    tangled: set[str],
) -> dict[int, int]:
    """The pairs of lone rows that only a barcode ties; every other link tangles both its groups."""
    others: dict[int, set[int]] = {}
    for row, other in links:
        others.setdefault(row, set()).add(other)
    bridges: dict[int, int] = {}
    for row, ends in others.items():
        end = min(ends)
        alone = len(ends) == 1 and ours[row] not in other_of and theirs[end] not in row_of
        if alone and tangled.isdisjoint((ours[row], theirs[end])):
            bridges[row] = end
        else:
            tangled.update((ours[row], *(theirs[one] for one in ends)))
    for row, end in list(bridges.items()):
        if ours[row] in tangled or theirs[end] in tangled:
            tangled.update((ours[row], theirs[end]))
            del bridges[row]
    return bridges
