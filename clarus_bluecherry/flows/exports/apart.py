"""Entries whose number is not theirs alone.

Law of this module: a number that rows of several SKUs, places or lines share is their document's; each row has its
own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from attrs import evolve

from clarus_bluecherry.finance.close import EntrySide, StockEntry


def told_apart(entries: Sequence[StockEntry]) -> list[StockEntry]:
    """The entries, each under a number of its own."""
    about: defaultdict[tuple[EntrySide, str], set[tuple[str, ...]]] = defaultdict(set)
    for entry in entries:
        about[entry.side, entry.entry_id].add(_about(entry))
    return [
        evolve(entry, entry_id="/".join((entry.entry_id, *_about(entry))))
        if len(about[entry.side, entry.entry_id]) > 1
        else entry
        for entry in entries
    ]


def _about(entry: StockEntry) -> tuple[str, ...]:
    return entry.item, entry.location, entry.line
