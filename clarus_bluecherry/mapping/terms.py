"""What two sites must agree on before records can be mapped: names, zones and vocabularies, as plain values.

Law of this module: nothing a vendor leaves open is hidden in a mapping; it stands here as a setting with a
default and the confidence that default rests on.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping

from attrs import field, frozen

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.mapping.effects import SUBTYPES, Effect
from clarus_bluecherry.model import Item, Sku, Units, UnmatchedCode
from clarus_bluecherry.model._units import EACHES, capitals


def _upper_keys(subtypes: Mapping[str, Effect]) -> Mapping[str, Effect]:
    return {subtype.upper(): effect for subtype, effect in subtypes.items()}


def _lower(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word.strip().lower() for word in words)


@frozen(kw_only=True)
class WarehouseTerms:
    """How to read and write Clarus.

    `zone` is the tenant's time zone: a date without a time begins there (the day it names stays that day in the
    books, whatever their zone); `locations` turns a Clarus warehouse code
    into the ERP's location code (same code when absent); `sku_of` ties a product code to a SKU; `return_types`
    are the receipt types that mark a return (the word is not published: a tenant's setting); `eaches` are the
    words for units in which a quantity counts pieces, beside Clarus's own `unit`. Subtypes, receipt types and
    units are compared without case, receipt types without the blanks around them too.
    """

    zone: dt.tzinfo
    sku_of: Callable[[str], Item] = UnmatchedCode
    locations: Mapping[str, str] = field(factory=dict)
    subtypes: Mapping[str, Effect] = field(factory=lambda: dict(SUBTYPES), converter=_upper_keys)
    return_types: frozenset[str] = field(default=frozenset({"return"}), converter=_lower)
    eaches: frozenset[str] = field(default=EACHES, converter=capitals)

    def location_of(self, warehouse: str) -> str:
        """The ERP location that a Clarus warehouse code stands for."""
        return self.locations.get(warehouse, warehouse)

    def is_return(self, receipt_type: str | None) -> bool:
        """Whether receipts of `receipt_type` are customers' returns."""
        return (receipt_type or "").strip().lower() in self.return_types

    def undispatches(self, subtype: str) -> bool:
        """Whether a transaction of `subtype` says that a dispatch is taken back."""
        return self.subtypes.get(subtype.upper()) is Effect.UNDISPATCH

    def effect_of(self, subtype: str) -> Effect:
        """What `subtype` does to stock. An unknown one is an error: silence could hide a movement."""
        try:
            return self.subtypes[subtype.upper()]
        except KeyError:
            raise InvalidRecord(
                f"the transaction subtype {subtype!r} is not in the vocabulary",
                field="subtype",
                action="Add the subtype and what it does to stock to the site file; the line is read again.",
            ) from None


@frozen
class CarrierCodes:
    """A carrier as Blue Cherry names it: `shipper` (at most 3 characters) and `scac` (at most 4)."""

    shipper: str = ""
    scac: str = ""


def _gs1_prefix(terms: object, attribute: object, value: str) -> None:
    if not re.fullmatch("[0-9]{7,10}", value):
        raise ConfigurationError(f"{value!r} is not 7 to 10 digits", record="ErpTerms", field="company_prefix")


@frozen(kw_only=True)
class ErpTerms:
    """How to write to Blue Cherry.

    `barcode_of` gives the UPC the ERP holds for a SKU (empty where it has none); `carriers` turns a Clarus
    carrier code into Blue Cherry's; `reasons` turns a warehouse reason code into the ERP's (same code when
    absent); an adjustment whose warehouse reason is in `count_reasons` came from a stock count.
    `company_prefix` is the GS1 prefix, 7 to 10 digits, for carton numbers that the warehouse did not number
    itself; `eaches` are the words for units in which Blue Cherry's quantities count pieces, and `units` says how
    many pieces other units are. `tells_division` says whether messages name the division of a SKU.
    """

    zone: dt.tzinfo
    barcode_of: Callable[[Sku], str] = lambda sku: ""
    carriers: Mapping[str, CarrierCodes] = field(factory=dict)
    reasons: Mapping[str, str] = field(factory=dict)
    count_reasons: frozenset[str] = frozenset()
    company_prefix: str = field(default="0000000", validator=_gs1_prefix)
    eaches: frozenset[str] = field(default=EACHES, converter=capitals)
    units: Units = field(factory=Units)
    tells_division: bool = True

    def carrier_of(self, shipper: str) -> str:
        """The Clarus carrier code for Blue Cherry's shipper code, or empty when the site names none."""
        return next((code for code, named in self.carriers.items() if shipper and named.shipper == shipper), "")

    def reason_of(self, reason: str) -> str:
        """The ERP's reason code for a warehouse reason code."""
        return self.reasons.get(reason, reason)
