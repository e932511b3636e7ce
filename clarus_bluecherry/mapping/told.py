"""What a source has to have told before it counts: how much, and of which unit.

Law of this module: a quantity that is missing is missing, never zero; one in another unit than the item's each is
refused by its name, because no factor is known.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

from pydantic import BaseModel

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.model._units import is_each

_LONGEST_WORD = 20


def quantity(value: Decimal | None, field: str) -> Decimal:
    """`value`, which is told. Raises `InvalidRecord` naming `field` when it is not."""
    if value is None:
        raise InvalidRecord("the quantity is missing, and missing is not zero", field=field)
    return value


def in_eaches(record: BaseModel, columns: Collection[str], eaches: Collection[str]) -> None:
    """Require that `record`, where one of its `columns` tells a unit, tells a word of `eaches` (in capitals).

    Columns are compared without regard to case, and those that we do not name count too: a site may send more than
    the vendor publishes. Raises `InvalidRecord` naming the column and the unit.
    """
    for name, value in record:
        word = _word(value) if name.casefold() in columns else ""
        if not is_each(word, eaches):
            what = f"the unit is {word[:_LONGEST_WORD]!r}, which is not known to mean the each; no factor is known"
            action = "Add the word to `eaches` if it means one piece; else let the quantity be told in pieces."
            raise InvalidRecord(what, field=name, action=action)


def _word(value: object) -> str:
    """A unit is told as a word, or as a record that has a code."""
    if isinstance(value, Mapping):
        value = value.get("code") or value.get("name")
    return "" if value is None else str(value)
