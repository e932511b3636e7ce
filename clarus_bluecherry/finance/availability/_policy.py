"""What a site decides: which channels sell what, how much stays back, and from which age on nothing is sold.

Law of this module: every word has a default that is said here, and each default sells too little rather than too
much.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from attrs import field, frozen

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.model._values import NamedField, exact, filled, not_negative

_ONE, _HUNDRED = Decimal(1), Decimal(100)


def _part(record: object, attribute: NamedField, value: Decimal) -> None:
    not_negative(record, attribute, value)
    if value > 1:
        raise ConfigurationError(f"{value} is more than all of it", field=attribute.name)


def _names(values: Iterable[str]) -> frozenset[str]:
    return frozenset(values)


def _span(_: object, attribute: NamedField, value: dt.timedelta | None) -> None:
    if value is not None and (not isinstance(value, dt.timedelta) or value < dt.timedelta()):
        raise ConfigurationError("it is no length of time", field=attribute.name)


def _days(_: object, attribute: NamedField, value: int) -> None:
    if value < 0:
        raise ConfigurationError(f"{value} is negative", field=attribute.name)


@frozen(kw_only=True)
class SafetyBuffer:
    """What stays back: so many eaches, or so many percent of what could be sold, whichever is more."""

    units: Decimal = field(default=Decimal(0), converter=exact, validator=not_negative)
    percent: Decimal = field(default=Decimal(0), converter=exact, validator=not_negative)

    def of(self, qty: Decimal) -> Decimal:
        """What stays back of `qty`; of a part of an each all of it."""
        if not self.percent or qty <= 0:
            return self.units
        return max(self.units, (qty * self.percent / _HUNDRED).to_integral_value(ROUND_CEILING))


NO_BUFFER = SafetyBuffer()


@frozen(kw_only=True)
class SalesChannel:
    """Who sells. `locations` are those it sells from (none told: from every one); `share` is the part of what is
    left, from 0 to 1, that it may sell (channels that sell the same stock between two feeds need shares or a
    buffer); `preorders` whether it may sell what is still to come.
    """

    name: str = field(validator=filled)
    locations: frozenset[str] = field(default=frozenset(), converter=_names)
    share: Decimal = field(default=_ONE, converter=exact, validator=_part)
    preorders: bool = False

    def part(self, qty: Decimal) -> Decimal:
        """Its part of what is left, in whole eaches."""
        return (qty * self.share).to_integral_value(ROUND_FLOOR)


@frozen(kw_only=True)
class SellingPolicy:
    """How a site sells.

    `buffers` are by class of SKU and channel, an empty word being every one: the most exact counts, and the class
    goes before the channel. `classes` tells the class of an item. `book_max_age` and `floor_max_age` are the ages
    from which on nothing is sold, of Blue Cherry's reading (36 hours) and of Clarus's stock (4 hours); None:
    never. `catch_up` is for readings that tell no documents: how long before one something may have gone without
    being in it (24 hours). `incoming_days` is how far ahead what comes may be sold as pre-order (0: not at all),
    by the days of `zone`, and `incoming_share` which part of it. `stopped` are items that nobody sells.
    """

    channels: tuple[SalesChannel, ...] = (SalesChannel(name="all"),)
    buffers: Mapping[tuple[str, str], SafetyBuffer] = field(factory=dict)
    classes: Mapping[str, str] = field(factory=dict)
    book_max_age: dt.timedelta | None = field(default=dt.timedelta(hours=36), validator=_span)
    floor_max_age: dt.timedelta | None = field(default=dt.timedelta(hours=4), validator=_span)
    catch_up: dt.timedelta = field(default=dt.timedelta(hours=24), validator=_span)
    incoming_days: int = field(default=0, validator=_days)
    incoming_share: Decimal = field(default=_ONE, converter=exact, validator=_part)
    zone: dt.tzinfo = dt.UTC
    stopped: frozenset[str] = field(default=frozenset(), converter=_names)

    def __attrs_post_init__(self) -> None:
        names = [each.name for each in self.channels]
        if not names or len(set(names)) < len(names):
            raise ConfigurationError("a channel is named twice, or there is none", field="channels")

    def buffer(self, item: str, channel: str) -> SafetyBuffer:
        """What stays back of an item in a channel."""
        if not self.buffers:
            return NO_BUFFER
        of_class = self.classes.get(item, "")
        for key in ((of_class, channel), (of_class, ""), ("", channel), ("", "")):
            found = self.buffers.get(key)
            if found is not None:
                return found
        return NO_BUFFER
