"""The small values every record is made of: SKUs, quantities, money, instants, addresses.

Law of this module: a value that exists is valid. Codes are text and never numbers, quantities and amounts are
finite Decimals, instants carry a time zone.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Protocol, TypeVar, cast

from attrs import field, frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.model._currencies import amount_text

T = TypeVar("T")

SKU_PARTS = ("division", "style", "color", "label", "dimension", "size")
_SKU_KEY_SEPARATOR = "|"


class NamedField(Protocol):
    """What a validator is told of the field it checks: its name."""

    @property
    def name(self) -> str:
        """As the record spells it."""
        ...


def decimal(value: Decimal | int | str) -> Decimal:
    """Return `value` as a finite Decimal. Floats are refused: they have already lost the truth.

    >>> decimal("24.0")
    Decimal('24.0')
    """
    if type(value) is Decimal and value.is_finite():
        return value
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise InvalidRecord(f"{type(value).__name__} is not a Decimal, an int or decimal text")
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise InvalidRecord(f"{value!r} is not a number") from None
    if not number.is_finite():
        raise InvalidRecord(f"{value!r} is not a finite number")
    return number


def exact(value: Decimal | int | str) -> Decimal:
    """Attrs converter: `decimal` where that is possible; what is not is left for `finite` to refuse by name."""
    try:
        return decimal(value)
    except InvalidRecord:
        return cast(Decimal, value)


def finite(record: object, attribute: NamedField, value: Decimal) -> None:
    """Attrs validator: a finite Decimal."""
    try:
        decimal(value)
    except InvalidRecord as error:
        raise InvalidRecord(error.what, record=type(record).__name__, field=attribute.name) from None


def not_negative(record: object, attribute: NamedField, value: Decimal) -> None:
    """Attrs validator: zero or more."""
    finite(record, attribute, value)
    if value < 0:
        raise InvalidRecord(f"{value} is negative", record=type(record).__name__, field=attribute.name)


def positive(record: object, attribute: NamedField, value: Decimal) -> None:
    """Attrs validator: more than zero."""
    finite(record, attribute, value)
    if value <= 0:
        raise InvalidRecord(f"{value} is not above zero", record=type(record).__name__, field=attribute.name)


def not_zero(record: object, attribute: NamedField, value: Decimal) -> None:
    """Attrs validator: a movement moves something, in or out."""
    finite(record, attribute, value)
    if value == 0:
        raise InvalidRecord("the quantity is zero", record=type(record).__name__, field=attribute.name)


def text(record: object, attribute: NamedField, value: str) -> None:
    """Attrs validator: text, possibly empty. A code that arrives as a number has lost its zeros: refuse it."""
    if not isinstance(value, str):
        raise InvalidRecord(not_text(value), record=type(record).__name__, field=attribute.name)


def not_text(value: object) -> str:
    """What is wrong with a `value` that should be text. It is not quoted: it may be a person's phone number."""
    return f"{type(value).__name__} is not text: leading zeros would be lost"


def filled(record: object, attribute: NamedField, value: str) -> None:
    """Attrs validator: text with at least one visible character."""
    text(record, attribute, value)
    if not value.strip():
        raise InvalidRecord("a value is required", record=type(record).__name__, field=attribute.name)


def pinned(value: dt.datetime) -> dt.datetime:
    """Attrs converter: the same instant at the offset it had, without its zone's rules.

    In an hour that a named zone repeats, Python holds no two zones' readings of one instant equal; an instant
    must equal itself after a trip through text.
    """
    offset = value.utcoffset() if isinstance(value, dt.datetime) else None
    return value if offset is None else value.replace(tzinfo=dt.timezone(offset), fold=0)


def aware(record: object, attribute: NamedField, value: dt.datetime) -> None:
    """Attrs validator: a datetime that knows its time zone."""
    if not isinstance(value, dt.datetime):
        what = f"{type(value).__name__} is not a datetime"
    elif value.utcoffset() is None:
        what = f"{value} has no time zone: an instant needs one"
    else:
        return
    raise InvalidRecord(what, record=type(record).__name__, field=attribute.name)


def day(record: object, attribute: NamedField, value: dt.date) -> None:
    """Attrs validator: a date. A datetime is none: it says a time too."""
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        what = f"{type(value).__name__} is not a date"
        raise InvalidRecord(what, record=type(record).__name__, field=attribute.name)


def one(*kinds: type[T]) -> Callable[[object, NamedField, T], None]:
    """Attrs validator: an instance of one of `kinds`."""
    names = " or ".join(kind.__name__ for kind in kinds)

    def check(record: object, attribute: NamedField, value: T) -> None:
        if not isinstance(value, kinds):
            what = f"{type(value).__name__} is not {names}"
            raise InvalidRecord(what, record=type(record).__name__, field=attribute.name)

    return check


def many(kind: type[T]) -> Callable[[object, NamedField, tuple[T, ...]], None]:
    """Attrs validator: a tuple of instances of `kind`, possibly empty."""
    member_check = one(kind)

    def check(record: object, attribute: NamedField, value: tuple[T, ...]) -> None:
        if not isinstance(value, tuple):
            what = f"{type(value).__name__} is not a tuple of {kind.__name__}"
            raise InvalidRecord(what, record=type(record).__name__, field=attribute.name)
        for member in value:
            member_check(record, attribute, member)

    return check


def _sku_part(record: object, attribute: NamedField, value: str) -> None:
    text(record, attribute, value)
    if value.isalnum() or not value:
        return
    if _SKU_KEY_SEPARATOR in value or any(ord(character) < 32 for character in value):
        raise InvalidRecord(
            f"{value!r} holds a control character or {_SKU_KEY_SEPARATOR!r}",
            record="Sku",
            field=attribute.name,
        )


def _sku_style(record: object, attribute: NamedField, value: str) -> None:
    _sku_part(record, attribute, value)
    if not value.strip():
        raise InvalidRecord("a SKU needs a style", record="Sku", field=attribute.name)


@frozen(order=True, cache_hash=True)
class Sku:
    """One sellable article, in the parts Blue Cherry keys it by: style, colour, label, dimension and size.

    Parts are kept exactly as Blue Cherry writes them; a size such as `10.5` or `30/32` is one part. `division`
    is filled only at sites where the same style number exists in two divisions.

    >>> Sku("01234", "BLK", size="30/32").key
    '|01234|BLK|||30/32'
    """

    style: str = field(validator=_sku_style)
    color: str = field(default="", validator=_sku_part)
    label: str = field(default="", validator=_sku_part, kw_only=True)
    dimension: str = field(default="", validator=_sku_part, kw_only=True)
    size: str = field(default="", validator=_sku_part, kw_only=True)
    division: str = field(default="", validator=_sku_part, kw_only=True)

    @property
    def key(self) -> str:
        """The parts as one text that no other SKU shares: division, style, colour, label, dimension, size."""
        parts = self.division, self.style, self.color, self.label, self.dimension, self.size
        return _SKU_KEY_SEPARATOR.join(parts)

    @classmethod
    def from_key(cls, key: str) -> Sku:
        """The SKU whose `key` this is."""
        parts = key.split(_SKU_KEY_SEPARATOR)
        if len(parts) != len(SKU_PARTS):
            raise InvalidRecord(f"{key!r} is not a SKU key", record="Sku")
        division, style, color, label, dimension, size = parts
        return cls(style, color, label=label, dimension=dimension, size=size, division=division)

    def __str__(self) -> str:
        return " ".join(getattr(self, part) for part in SKU_PARTS if getattr(self, part))


@frozen(order=True)
class UnmatchedCode:
    """A product code that has not (yet) been tied to a SKU, as the source wrote it."""

    code: str = field(validator=text)
    barcode: str = field(default="", validator=text)

    def __str__(self) -> str:
        return f"unmatched code {self.code!r}"


Item = Sku | UnmatchedCode
"""What a line is about: a SKU, or the code that could not be tied to one."""

an_item: Callable[[object, NamedField, Item], None] = one(Sku, UnmatchedCode)


def item_key(item: Item) -> str:
    """What a close and a page are given of an item: the key of a SKU, or an unmatched code."""
    return item.key if isinstance(item, Sku) else item.code


@frozen(order=True)
class Money:
    """An amount with its currency (ISO 4217). Positive is a debit to stock unless the field says otherwise."""

    amount: Decimal = field(converter=exact, validator=finite)
    currency: str = field(validator=filled)

    def __str__(self) -> str:
        """The amount with the decimals of its currency, or with more where it has more: nothing is rounded."""
        return f"{amount_text(self.amount, self.currency)} {self.currency}"


@frozen
class Address:
    """A postal address with its contact. Personal: only the country shows in a repr.

    `lines` are street lines without the town; `country` is ISO 3166 alpha-2; `contact` is who is to be asked
    there, `name` for whom the parcel is.
    """

    name: str = field(default="", validator=text, repr=False)
    lines: tuple[str, ...] = field(default=(), validator=many(str), repr=False)
    city: str = field(default="", validator=text, repr=False)
    region: str = field(default="", validator=text, repr=False)
    postcode: str = field(default="", validator=text, repr=False)
    country: str = field(default="", validator=text)
    phone: str = field(default="", validator=text, repr=False)
    email: str = field(default="", validator=text, repr=False)
    contact: str = field(default="", validator=text, repr=False)


class ShipmentPart(enum.StrEnum):
    """How what left stands to its order."""

    WHOLE = "whole"
    """The order left in one go; what is missing is short."""
    PARTIAL = "partial"
    """A part of it; the balance follows."""
    LAST = "last"
    """Parts left before, and nothing follows: what is missing from all of them together is short."""
