"""What the bodies of POSTs are made of, whatever they tell.

Law of this module: pure functions. Column names are Blue Cherry's; columns marked as required are always there,
the others only when they hold something, and one that must not be empty is refused before a byte leaves.
Quantities are JSON numbers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from attrs import frozen

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.http._call import Json

if TYPE_CHECKING:
    from clarus_bluecherry.bluecherry.messages.sent import Message, SkuSent
    from clarus_bluecherry.bluecherry.profile import Pix, RestProfile

Body = dict[str, Json]

_OF_THE_SITE = frozenset({"our_id", "our_qual", "vnd_id", "vnd_qual", "pix_type", "pix_code", "adj_type"})
_CONTROL_DIGITS = 9
_CONTROL_NUMBER = re.compile(rf"[0-9]{{1,{_CONTROL_DIGITS}}}", re.ASCII)
_HUNDREDTH = Decimal("0.01")


@frozen
class BodyPart:
    """A record of a body: its name, the columns that a running integration marks as required (H), and those of
    them that mean nothing when empty (L).
    """

    name: str
    required: frozenset[str]
    filled: frozenset[str]

    @classmethod
    def of(cls, name: str, *, required: str, filled: str) -> BodyPart:
        """A part whose columns are written with blanks between them."""
        return cls(name, frozenset(required.split()), frozenset(filled.split()))

    def fitted(self, columns: Mapping[str, Json], record: str, profile: RestProfile) -> Body:
        """`columns` without the empty ones that may be left out, as the site has it or as it is here.

        Raises `InvalidRecord` or `ConfigurationError` for one that must be filled and is empty.
        """
        required = profile.required.get(self.name, self.required)
        for column in sorted(profile.filled.get(self.name, self.filled)):
            if columns.get(column) in ("", None):
                raise self._empty(column, record)
        return {name: value for name, value in columns.items() if name in required or value not in ("", None)}

    def _empty(self, column: str, record: str) -> ConfigurationError | InvalidRecord:
        what = f"{self.name} cannot be sent without {column}"
        if column in _OF_THE_SITE:
            action = "Set it in the site's REST profile."
            return ConfigurationError(what, record=record, field=column, action=action)
        return InvalidRecord(what, record=record, field=column)


def name_of(message: Message) -> str:
    """What errors call the message: its kind and its reference."""
    return f"{message.kind.replace('_', ' ')} {message.reference}"


def is_control_number(text: str) -> bool:
    """Whether a message may travel under it."""
    return bool(_CONTROL_NUMBER.fullmatch(text))


def padded(control_number: str) -> str:
    """The control number as it travels: nine digits.

    >>> padded("42")
    '000000042'
    """
    if not is_control_number(control_number):
        what = f"the control number {control_number!r} is not 1 to {_CONTROL_DIGITS} digits"
        raise InvalidRecord(
            what, field="control_number", action="Number messages from a counter that stays in it."
        )
    return control_number.zfill(_CONTROL_DIGITS)


def article(told: SkuSent, upc: str, profile: RestProfile) -> Body:
    """A SKU's columns. `upc` is the column's name: messages do not agree on it."""
    return {
        "style": told.style,
        "color_code": told.color_code,
        "lbl_code": told.lbl_code,
        "dimension": told.dimension,
        "size_desc": told.size_desc,
        upc: told.upc,
        "ean": told.ean,
        "division": told.division if profile.send_division else "",
    }


def partners(profile: RestProfile) -> Body:
    """Whom the message is for."""
    return {"vnd_id": profile.vnd_id, "vnd_qual": profile.vnd_qual if profile.vnd_id else ""}


def change(quantity: Decimal, pix: Pix, profile: RestProfile) -> Body:
    """A change of stock: the sign stands in `size_adj` and the magnitude in `size_qty`."""
    return {
        "pix_type": pix.type,
        "pix_code": pix.code,
        "size_adj": profile.pix.subtract if quantity < 0 else profile.pix.add,
        "size_qty": abs(quantity),
    }


def converted(amount: Decimal, per_unit: Decimal) -> Decimal:
    """An amount in another unit, to the hundredth."""
    return (amount * per_unit).quantize(_HUNDREDTH)
