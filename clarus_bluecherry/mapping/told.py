"""What a source has to have told before it counts: how much, and of which unit.

Law of this module: a quantity that is missing is missing, never zero; one in another unit than the item's each
counts by a factor with a source, or is refused by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal

from attrs import field, frozen
from pydantic import BaseModel

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.model import Sku, ToldQuantity, Units
from clarus_bluecherry.model._units import EACHES, capitals, is_each

_LONGEST_WORD = 20


def quantity(value: Decimal | None, field: str) -> Decimal:
    """`value`, which is told. Raises `InvalidRecord` naming `field` when it is not."""
    if value is None:
        raise InvalidRecord("the quantity is missing, and missing is not zero", field=field)
    return value


@frozen
class Counting:
    """How a site's quantities are counted: `eaches` are words for a piece (in capitals), `units` knows others."""

    eaches: frozenset[str] = EACHES
    units: Units = field(factory=Units)

    def of(
        self, amount: Decimal, record: BaseModel, columns: Collection[str], sku: Callable[[], Sku]
    ) -> tuple[Decimal, ToldQuantity | None]:
        """`amount` of what `sku` tells in eaches, and what was told where that is in another unit.

        `record` tells the unit in one of `columns`, as for `in_eaches`. Raises `InvalidRecord` naming the column
        and the unit where nobody says how many eaches it is, where that is contradicted, or is no whole number.
        """
        words = _units_of(record, columns)
        other = next((name for name, word in words.items() if not is_each(word, self.eaches)), None)
        if other is None:
            return amount, None
        try:
            told = self._told(amount, list(words.values()), words[other], sku)
            eaches = told.eaches
        except InvalidRecord as error:
            raise InvalidRecord(error.what, field=other, action=error.action) from None
        return eaches, told

    def _told(self, amount: Decimal, words: Collection[str], unit: str, sku: Callable[[], Sku]) -> ToldQuantity:
        if len(capitals(words)) > 1:
            raise InvalidRecord(f"two units are told: {' and '.join(map(_quoted, words))}")
        told = self.units.told(amount, unit, sku()) if self.units.knows(unit) else None
        if told is None:
            raise _without_factor(unit)
        return told


def in_eaches(record: BaseModel, columns: Collection[str], eaches: Collection[str]) -> None:
    """Require that `record`, where one of its `columns` tells a unit, tells a word of `eaches` (in capitals).

    Columns are compared without regard to case, and those that we do not name count too: a site may send more than
    the vendor publishes. Raises `InvalidRecord` naming the column and the unit.
    """
    for name, word in _units_of(record, columns).items():
        if not is_each(word, eaches):
            raise _without_factor(word, name)


def _without_factor(word: str, field: str = "") -> InvalidRecord:
    what = f"the unit is {_quoted(word)}, which is not known to mean the each; no factor is known"
    action = (
        "Add the word to `eaches` if it means one piece, or to the site's units how many it means; else let the"
        " quantity be told in pieces."
    )
    return InvalidRecord(what, field=field, action=action)


def _units_of(record: BaseModel, columns: Collection[str]) -> dict[str, str]:
    """The units that are told, by their columns."""
    told = {name: _word(value) for name, value in record if name.casefold() in columns}
    return {name: word for name, word in told.items() if word.strip()}


def _quoted(word: str) -> str:
    return repr(word[:_LONGEST_WORD])


def _word(value: object) -> str:
    """A unit is told as a word, or as a record that has a code."""
    if isinstance(value, Mapping):
        value = value.get("code") or value.get("name")
    return "" if value is None else str(value)
