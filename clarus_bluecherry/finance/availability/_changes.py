"""What changed since the last feed.

Law of this module: a channel is told what it does not know yet, and nothing else; its age is no news. A figure
that is no longer there is news too: it is not sellable now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from operator import attrgetter

from attrs import frozen

from clarus_bluecherry.finance.availability._documents import NONE
from clarus_bluecherry.finance.availability._figures import SellableFigure, WhyNot


@frozen
class PublishedFigure:
    """What a channel was told of an item."""

    available: Decimal
    preorder: Decimal
    why: WhyNot | None


@frozen
class FigureChange:
    """What a channel has to be told of an item; `was` is what it was told last, None for the first time."""

    channel: str
    item: str
    now: PublishedFigure
    was: PublishedFigure | None


FigureKey = tuple[str, str]
"""Channel and item."""


def published(figures: Iterable[SellableFigure]) -> dict[FigureKey, PublishedFigure]:
    """What a channel that was told these figures knows, by channel and item."""
    return {
        (each.channel, each.item): PublishedFigure(each.available, each.preorder, each.why) for each in figures
    }


def changes(before: Mapping[FigureKey, PublishedFigure], after: Iterable[SellableFigure]) -> list[FigureChange]:
    """What the channels have to be told now, who know `before`; by channel, then by item."""
    now = published(after)
    found = [FigureChange(*key, told, was) for key, told in now.items() if (was := before.get(key)) != told]
    found += [FigureChange(*key, _GONE, was) for key, was in before.items() if key not in now and was != _GONE]
    return sorted(found, key=attrgetter("channel", "item"))


_GONE = PublishedFigure(NONE, NONE, WhyNot.NO_LONGER_TOLD)
