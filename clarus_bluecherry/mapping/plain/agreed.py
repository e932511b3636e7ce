"""What a site has agreed on: the keys of the settings, and what the steps make of them.

Law of this module: what no source says has no default here. A key that only some steps need is asked for by those,
by name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, NewType, cast
from zoneinfo import ZoneInfo

from attrs import evolve, field, frozen

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.bluecherry.profile import RestProfile
from clarus_bluecherry.errors import AmbiguousSku, ConfigurationError, UnknownSku
from clarus_bluecherry.finance.calendar import PostingCalendar, WhenClosed
from clarus_bluecherry.mapping import bluecherry
from clarus_bluecherry.mapping.effects import SUBTYPES, Effect
from clarus_bluecherry.model import Item, Sku, UnitFactors, Units
from clarus_bluecherry.model._units import EACHES, capitals, is_each
from clarus_bluecherry.model._values import NamedField
from clarus_bluecherry.sku import Recipe

if TYPE_CHECKING:
    from clarus_bluecherry.mapping.terms import ErpTerms, WarehouseTerms

RECORD = "settings"

Id = NewType("Id", int)
"""A Clarus id: a whole number, or its digits as text."""
ShipperCode = NewType("ShipperCode", str)
Scac = NewType("Scac", str)
CompanyPrefix = NewType("CompanyPrefix", str)
AddressPart = NewType("AddressPart", str)

ADDRESS_PARTS = ("name", "addr1", "addr2", "city", "state", "zipcode", "country", "email", "contact")


def _told_apart(record: object, attribute: NamedField, warehouses: Mapping[str, AgreedWarehouse]) -> None:
    places = [each.location or code for code, each in warehouses.items()]
    twice = sorted({place for place in places if places.count(place) > 1})
    if twice:
        raise ConfigurationError(f"two warehouses are the location {twice[0]!r}", field=attribute.name)


def _one_code_each(record: object, attribute: NamedField, skus: Mapping[str, messages.StyleSku]) -> None:
    codes: dict[Sku, str] = {}
    for code, columns in skus.items():
        earlier = codes.setdefault(bluecherry.sku(columns), code)
        if earlier != code:
            raise ConfigurationError(f"{earlier!r} and {code!r} are the same SKU", field=attribute.name)


@frozen(kw_only=True)
class AgreedWarehouse:
    """A Clarus warehouse: its `id`, needed to send orders there, and the Blue Cherry `location` that it is."""

    id: Id | None = None
    location: str = ""


@frozen(kw_only=True)
class AgreedCarrier:
    """A Clarus carrier: its `id`, and what Blue Cherry calls it (`shipper` up to 3 characters, `scac` up to 4)."""

    id: Id | None = None
    shipper: ShipperCode = ShipperCode("")
    scac: Scac = Scac("")


@frozen(kw_only=True)
class StepSettings:
    """The keys of the settings, with their defaults. Which step needs which is in docs/ipaas.md."""

    zone: ZoneInfo | None = None
    """The time zone of everything that has none of its own below (`Europe/London`)."""
    erp_zone: ZoneInfo | None = None
    """The zone of Blue Cherry's dates without one (not published); default `zone`."""
    warehouse_zone: ZoneInfo | None = None
    """The Clarus tenant's zone, for instants without one; default `zone`."""
    books_zone: ZoneInfo | None = None
    """The zone of the books: accounting dates are dates there; default `zone`."""

    account_id: Id | None = None
    """The stock owner's id in Clarus."""
    warehouses: Mapping[str, AgreedWarehouse] = field(factory=dict, validator=_told_apart)
    """Clarus warehouse code → its id and Blue Cherry's location (default: the same code)."""
    products: Mapping[str, Id] = field(factory=dict)
    """Clarus product code → its id."""
    stock_unit_type_id: Id | None = None
    """The Clarus unit that new products are counted in."""
    carriers: Mapping[str, AgreedCarrier] = field(factory=dict)
    """Clarus carrier code → its id and Blue Cherry's codes. A carrier that is not here is left out."""

    recipe: Recipe = field(factory=Recipe)
    """How a SKU is written as a product code (`separator`, `parts`, …: docs/sku-recipe.md)."""
    skus: Mapping[str, messages.StyleSku] = field(factory=dict, validator=_one_code_each)
    """Clarus product code → the SKU in Blue Cherry's columns, where the recipe does not say it."""

    address_parts: tuple[AddressPart, ...] = tuple(
        AddressPart(part) for part in ("name", "addr1", "city", "zipcode", "country")
    )
    """The columns of a ship-to address that must be filled. An empty list lets picks go without an address."""
    all_lines: bool = True
    """Whether each line of the pick must be among the lines of its goods out (a short one with quantity 0)."""
    other_columns: frozenset[str] = frozenset()
    """Columns of the site's own whose names look like misspelt ones."""

    our_id: str = ""
    our_qual: str = "ZZ"
    vnd_id: str = ""
    vnd_qual: str = "ZZ"
    """The trading-partner ids agreed with CGS, and their qualifiers."""
    profile: RestProfile = field(factory=RestProfile)
    """What else Blue Cherry's REST API is like: `RestProfile`'s settings for bodies (`pix`, `trans_type`, …)."""
    company_prefix: CompanyPrefix = CompanyPrefix("0000000")
    """The GS1 prefix, 7 to 10 digits, of cartons that the warehouse did not number itself."""
    reasons: Mapping[str, str] = field(factory=dict)
    """Warehouse reason code → Blue Cherry's; default the same code."""
    count_reasons: frozenset[str] = frozenset()
    """Warehouse reason codes that mark the outcome of a stock count."""

    subtypes: Mapping[str, Effect] = field(factory=dict)
    """Transaction subtype → what it does to stock, beyond the defaults of `mapping.SUBTYPES`."""
    return_types: frozenset[str] = frozenset({"return"})
    """The receipt types that mark a customer's return."""
    eaches: frozenset[str] = field(default=EACHES, converter=capitals)
    """Words for units in which a quantity counts pieces, in both systems."""
    factors: Mapping[str, Decimal] = field(factory=dict)
    """How many pieces another unit of Blue Cherry is; a quantity in any that is not here is refused."""

    closed_through: dt.date | None = None
    """The last day of the last closed period."""
    cut_off: dt.time = dt.time(0)
    """The local time at which a day of the books ends (see `finance.PostingCalendar`)."""
    when_closed: WhenClosed = WhenClosed.REFUSE
    """`refuse` what falls in a closed period, or `move` it to the first open day."""

    def need(self, *names: str) -> None:
        """Raise `ConfigurationError` naming every one of `names` that is not set."""
        missing = [name for name in names if not self._has(name)]
        if missing:
            zones = "; `zone` sets every zone at once" if any(name.endswith("_zone") for name in missing) else ""
            what = f"this step needs {', '.join(missing)}{zones}"
            raise ConfigurationError(what, record=RECORD, field=missing[0])

    def _has(self, name: str) -> bool:
        return bool(getattr(self, name)) or (name.endswith("_zone") and self.zone is not None)

    def zone_of(self, name: str) -> ZoneInfo:
        """The zone that `name` (`erp_zone`, …) says, or the common one."""
        self.need(name)
        return cast(ZoneInfo, getattr(self, name) or self.zone)

    @factors.validator
    def _several_pieces(self, attribute: NamedField, factors: Mapping[str, Decimal]) -> None:
        one = next((unit for unit in factors if is_each(unit, self.eaches)), None)
        if one is not None:
            what = f"{one!r} means one piece already: it cannot be several"
            raise ConfigurationError(what, record=RECORD, field=attribute.name)

    @cached_property
    def units(self) -> Units:
        """How many pieces the units of Blue Cherry are."""
        return Units((UnitFactors(source="settings", general=self.factors),))

    @property
    def calendar(self) -> PostingCalendar:
        """The calendar of the books."""
        return PostingCalendar(
            self.zone_of("books_zone"),
            closed_through=self.closed_through,
            cut_off=self.cut_off,
            when_closed=self.when_closed,
        )

    @property
    def rest(self) -> RestProfile:
        """The profile with the partners' ids."""
        ids = {name: getattr(self, name) for name in ("our_id", "our_qual", "vnd_id", "vnd_qual")}
        return evolve(self.profile, **ids)

    def warehouse_id(self, location: str) -> Id:
        """The id of the Clarus warehouse that is Blue Cherry's `location`."""
        for code, each in self.warehouses.items():
            if location == (each.location or code) and each.id is not None:
                return each.id
        what = f"no warehouse with an id is the location {location!r}"
        raise ConfigurationError(what, record=RECORD, field="warehouses")

    def carrier_id(self, shipper: str) -> Id | None:
        """The id of the Clarus carrier for Blue Cherry's `shipper`, where the settings name one."""
        return next((each.id for each in self.carriers.values() if shipper and each.shipper == shipper), None)

    def code_of(self, sku: Sku) -> str:
        """The product code of `sku`: as `skus` says, or by the recipe."""
        return self._codes.get(sku) or self.recipe.code(sku)

    @cached_property
    def _codes(self) -> Mapping[Sku, str]:
        return {bluecherry.sku(columns): code for code, columns in self.skus.items()}

    def sku_of(self, code: str) -> Item:
        """The SKU of a product code: as `skus` says, or as the only reading of the recipe.

        Raises `UnknownSku` or `AmbiguousSku`.
        """
        if code in self.skus:
            return bluecherry.sku(self.skus[code])
        read = self.recipe.readings(code)
        if len(read) == 1:
            return read[0]
        kind = AmbiguousSku if read else UnknownSku
        what = f"the recipe reads it in {len(read)} ways" if read else "the recipe writes no such code"
        names = tuple(map(str, read))
        raise kind(what, code=code, candidates=names, record=f"product code {code!r}", field="product.code")

    def barcode_of(self, sku: Sku) -> str:
        """The barcode that `skus` has for `sku`, or nothing."""
        code = self._codes.get(sku, "")
        return (self.skus[code].upc or self.skus[code].ean) if code else ""

    def erp_terms(self, barcode_of: Callable[[Sku], str]) -> ErpTerms:
        """How to write to Blue Cherry."""
        from clarus_bluecherry.mapping.terms import CarrierCodes, ErpTerms  # 3 ms that a step out does not pay

        return ErpTerms(
            zone=self.zone_of("books_zone"),
            barcode_of=barcode_of,
            carriers={code: CarrierCodes(each.shipper, each.scac) for code, each in self.carriers.items()},
            reasons=self.reasons,
            count_reasons=self.count_reasons,
            company_prefix=self.company_prefix,
            eaches=self.eaches,
            units=self.units,
        )

    def warehouse_terms(self, sku_of: Callable[[str], Item]) -> WarehouseTerms:
        """How to read Clarus."""
        from clarus_bluecherry.mapping.terms import WarehouseTerms  # as above

        return WarehouseTerms(
            zone=self.zone_of("warehouse_zone"),
            sku_of=sku_of,
            locations={code: each.location or code for code, each in self.warehouses.items()},
            subtypes={**SUBTYPES, **self.subtypes},
            return_types=self.return_types,
            eaches=self.eaches,
        )
