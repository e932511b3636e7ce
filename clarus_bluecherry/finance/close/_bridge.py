"""From what the books are worth to what the warehouse is worth, by why they differ; and how well both agree.

Law of this module: a bridge adds up, to the last digit: what the books have at cost, each class × status, what
nobody explains, what the warehouse has at cost. All of it is in the books' currency; units that have no value in
it are counted beside it, never put at zero in silence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_DOWN, Decimal, InvalidOperation

from attrs import field, frozen

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.finance.close._causes import CauseStatus
from clarus_bluecherry.finance.close._entries import NONE, Moved
from clarus_bluecherry.finance.close._judge import Close
from clarus_bluecherry.model._currencies import currency_decimals


@frozen(kw_only=True)
class BridgeStep:
    """What a class × status does to the value, physical less book; without both it is what nobody explains.

    `value` is that of the units which have one in the books' currency; `unvalued` are the others, whichever way.
    """

    moved: Moved | None
    status: CauseStatus | None
    units: Decimal
    value: Decimal
    unvalued: Decimal
    places: int
    documents: int

    @property
    def is_valued(self) -> bool:
        """Whether anything of it has a value."""
        return bool(self.value or not self.unvalued)


@frozen(kw_only=True)
class ValueBridge:
    """From the books at cost (`start`) to the warehouse at cost (`end`), by `steps`, the largest value first."""

    start: Decimal
    steps: tuple[BridgeStep, ...]
    end: Decimal

    @property
    def adds_up(self) -> bool:
        """Whether the steps are the whole difference."""
        return self.start + sum((each.value for each in self.steps), NONE) == self.end


@frozen(kw_only=True)
class CloseDifference:
    """One document that makes both sides differ in one way, over all its places; without one, a place that nobody
    explains (`item` and `location`, which of a document at several places are empty).

    `gross` are the units whichever way, `units` the net of them. `value` (in the books' currency) is None where
    any of its units has none.
    """

    moved: Moved | None
    status: CauseStatus | None
    document: str
    item: str
    location: str
    units: Decimal
    gross: Decimal
    value: Decimal | None
    places: int


_Part = tuple[Moved | None, CauseStatus | None, str, str, str, Decimal, Decimal | None]
"""Class, status, document, item, location, units, and the value in the books' currency."""


def value_bridge(close: Close) -> ValueBridge:
    """The bridge of a close. What differs in no units is no step."""
    found: defaultdict[tuple[Moved | None, CauseStatus | None], list[_Part]] = defaultdict(list)
    for part in _parts(close):
        found[part[0], part[1]].append(part)
    steps = [_step(moved, status, parts) for (moved, status), parts in found.items()]
    steps.sort(key=lambda each: (-abs(each.value), -abs(each.units), each.status or "", each.moved or ""))
    stock = close.totals.stock
    return ValueBridge(start=stock.book_value, steps=tuple(steps), end=stock.physical_value)


def close_differences(close: Close) -> tuple[CloseDifference, ...]:
    """Every difference by its document, the largest first: those without a value (one may be the largest), then
    by value whichever way it goes.
    """
    found: defaultdict[tuple[str, str, str, str], list[_Part]] = defaultdict(list)
    for part in _parts(close):
        moved, status, document, item, location, _, _ = part
        where = ("", "") if status else (item, location)
        found[moved or "", status or "", document, "\0".join(where)].append(part)
    return tuple(sorted(map(_difference, found.values()), key=_by_impact))


def _parts(close: Close) -> Iterator[_Part]:
    for line in close.lines:
        is_own = line.currency == close.totals.currency
        for each in line.causes:
            value = each.value if is_own else None
            yield each.moved, each.status, each.document, line.item, line.location, each.units, value
        if line.unexplained:
            value = line.unexplained_value if is_own else None
            yield None, None, "", line.item, line.location, line.unexplained, value


def _step(moved: Moved | None, status: CauseStatus | None, parts: Sequence[_Part]) -> BridgeStep:
    return BridgeStep(
        moved=moved,
        status=status,
        units=sum((units for *_, units, _ in parts), NONE),
        value=sum((value for *_, value in parts if value is not None), NONE),
        unvalued=sum((abs(units) for *_, units, value in parts if value is None), NONE),
        places=len({(item, location) for _, _, _, item, location, _, _ in parts}),
        documents=len({document for _, _, document, *_ in parts if document}),
    )


def _difference(parts: Sequence[_Part]) -> CloseDifference:
    moved, status, document, *_ = parts[0]
    places = sorted({(item, location) for _, _, _, item, location, _, _ in parts})
    values = [value for *_, value in parts if value is not None]
    is_known = all(value is not None or not units for *_, units, value in parts)
    item, location = places[0] if len(places) == 1 else ("", "")
    return CloseDifference(
        moved=moved,
        status=status,
        document=document,
        item=item,
        location=location,
        units=sum((units for *_, units, _ in parts), NONE),
        gross=sum((abs(units) for *_, units, _ in parts), NONE),
        value=sum(values, NONE) if is_known else None,
        places=len(places),
    )


def _by_impact(each: CloseDifference) -> tuple[bool, Decimal, Decimal, str, str, str]:
    value = NONE if each.value is None else -abs(each.value)
    return each.value is not None, value, -abs(each.units), each.status or "", each.document, each.item


_PRECISION = Decimal("0.000001")


def agreement(off: Decimal, of: Decimal) -> Decimal | None:
    """Which share agrees where `off` of `of` do not, whichever way: 1 is everything, to six decimals. Below zero
    where more is off than there is; None of nothing.

    >>> agreement(Decimal(-3), Decimal(12)), agreement(Decimal(1), Decimal(0))
    (Decimal('0.750000'), None)
    """
    return (1 - abs(off) / abs(of)).quantize(_PRECISION) if of else None


# How much matters -----------------------------------------------------------------------------------------------


@frozen(kw_only=True)
class Materiality:
    """From which value on a difference matters: a `share` of what the books are worth (0.005 is half of one per
    cent), an `amount` in their currency, or the lesser of both. By default nothing is set, and everything matters.
    """

    share: Decimal | None = field(default=None)
    amount: Decimal | None = field(default=None)

    @classmethod
    def of(cls, words: Iterable[str]) -> Materiality:
        """What somebody typed: an amount (`10000`), a share of what the books are worth (`0.5%`), or one of each.

        Raises `ConfigurationError` for anything else.

        >>> Materiality.of(["10,000", "0.5%"])
        Materiality(share=Decimal('0.005'), amount=Decimal('10000'))
        """
        told: dict[str, Decimal] = {}
        for word in words:
            name = "share" if word.strip().endswith("%") else "amount"
            try:
                number = Decimal(word.strip().removesuffix("%").replace(",", ""))
            except InvalidOperation:
                number = None
            if number is None or name in told:
                what = f"{word!r} is no amount and no share, or is told beside another one"
                raise ConfigurationError(what, field="materiality", action="Write 10000, 0.5%, or one of each.")
            told[name] = number / 100 if name == "share" else number
        return cls(**told)

    @share.validator
    @amount.validator
    def _is_not_negative(self, attribute: object, value: Decimal | None) -> None:
        if value is not None and not (value.is_finite() and value >= 0):
            raise ConfigurationError(f"{value} is no threshold: it is not negative", field="materiality")

    def threshold(self, book_value: Decimal, currency: str = "") -> Decimal | None:
        """The least value that matters, of books that are worth so much in `currency`; None where nothing is set.

        A share comes to an amount of that currency: what is finer than its decimals is cut off, so that more
        matters, and never less.
        """
        told = [self.amount, None if self.share is None else _cut(abs(book_value) * self.share, currency)]
        return min((each for each in told if each is not None), default=None)


def _cut(amount: Decimal, currency: str) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-currency_decimals(currency)), ROUND_DOWN)


@frozen(kw_only=True)
class MaterialityResult:
    """What is at the threshold or `above` it, what is `below`, and what has no value and so may be either."""

    threshold: Decimal | None
    above: tuple[CloseDifference, ...]
    below: tuple[CloseDifference, ...]
    unknown: tuple[CloseDifference, ...]

    @property
    def below_net(self) -> Decimal:
        """What is below comes to, signs and all."""
        return sum((each.value for each in self.below if each.value is not None), NONE)

    @property
    def below_gross(self) -> Decimal:
        """What is below comes to, whichever way: many small ones may matter together."""
        return sum((abs(each.value) for each in self.below if each.value is not None), NONE)


def held_against(differences: Iterable[CloseDifference], threshold: Decimal | None) -> MaterialityResult:
    """Hold differences against a threshold. Without one nothing is below it."""
    told = [each for each in differences if each.gross]
    known = [(each, abs(each.value)) for each in told if each.value is not None]
    return MaterialityResult(
        threshold=threshold,
        above=tuple(each for each, value in known if threshold is None or value >= threshold),
        below=tuple(each for each, value in known if threshold is not None and value < threshold),
        unknown=tuple(each for each in told if each.value is None),
    )
