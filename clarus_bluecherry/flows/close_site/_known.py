"""What a site knows beside its movements: whose stock, which code is which SKU, which location is which building.

Law of this module: what the site says goes before what a folder says of the same. A SKU is what the crosswalk
ties, never a likeness; a location that no building of the site stands for is not Clarus's to hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from zoneinfo import ZoneInfo

from attrs import evolve

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows.close_site._lines import SKU_CELLS, SiteLine, SiteLines, cells_of, number
from clarus_bluecherry.flows.exports.bluecherry import PSEUDO
from clarus_bluecherry.flows.exports.kinds_bluecherry import PERIODS
from clarus_bluecherry.flows.exports.kinds_finance import LOCATIONS, PREPACKS, SKU_MASTER, UNITS
from clarus_bluecherry.flows.exports.rows import FileRows
from clarus_bluecherry.flows.exports.settings import CloseSettings
from clarus_bluecherry.flows.periods import with_shown_periods
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.mapping import SUBTYPES, Effect
from clarus_bluecherry.model import Sku
from clarus_bluecherry.sku import Ambiguous, Match, Matched

_CROSSWALK, _SITE = "crosswalk", "site"
_MEANS: Mapping[Effect, str] = {
    Effect.RECEIVE: "received +",
    Effect.UNRECEIVE: "received -",
    Effect.ADJUST_UP: "adjusted +",
    Effect.ADJUST_DOWN: "adjusted -",
    Effect.HOLD: "held",
    Effect.RELEASE: "held",
    Effect.DISPATCH: "dispatched -",
    Effect.UNDISPATCH: "undispatched +",
    Effect.NONE: "none",
}
"""What a transaction does to stock, in the words of a close."""


def settings_of(site: Site, told: CloseSettings) -> CloseSettings:
    """How a close of `site` reads: as its folder says, and before that as the site itself does."""
    own = {
        code: _MEANS[one] for code, one in site.warehouse_terms.subtypes.items() if SUBTYPES.get(code) is not one
    }
    return evolve(
        told,
        zone=site.calendar.zone.key,
        cut_off=f"{site.calendar.cut_off:%H:%M:%S}",
        currency=told.currency or site.currency,
        account=site.account,
        section=told.section or site.section,
        bluecherry_zone=told.bluecherry_zone or _name_of(site.erp_zone),
        warehouses={**told.warehouses, **site.warehouses},
        subtypes={**own, **told.subtypes},
        units={**_units(site), **told.units},
    )


def _name_of(zone: object) -> str:
    return zone.key if isinstance(zone, ZoneInfo) else ""


def _units(site: Site) -> dict[str, str]:
    """The eaches of the units that hold for every SKU."""
    units = site.erp_terms.units
    words = {word for source in units.sources for word in source.general}
    return {word: number(eaches) for word in sorted(words) if (eaches := units.general(word)) is not None}


# SKUs --------------------------------------------------------------------------------------------------------


def sku_master(site: Site, settings: CloseSettings, seen: Iterable[str]) -> FileRows:
    """The site's SKUs with the codes that they are tied to, those too of which `seen` are other spellings.

    A code that may be several stands for each of them.
    """
    if site.crosswalk is None:
        return FileRows(SKU_MASTER)
    lines = SiteLines(
        lines=_pairs(site, seen), source=_CROSSWALK, columns=("product_code", "sku", "upc", *SKU_CELLS)
    )
    return lines.as_file(SKU_MASTER, settings)


def _pairs(site: Site, seen: Iterable[str]) -> Iterator[SiteLine]:
    assert site.crosswalk is not None, "asked before"
    outcomes = {each.code: each for each in site.crosswalk.outcomes}
    outcomes |= {code: site.crosswalk.match(code) for code in {*seen} - outcomes.keys() - {""}}
    tied: set[Sku] = set()
    for code, outcome in sorted(outcomes.items()):
        for sku in _skus_of(outcome):
            tied.add(sku)
            yield _pair(site, code, sku)
    yield from (_pair(site, "", sku) for sku in site.master if sku not in tied)


def _skus_of(outcome: Match) -> Iterable[Sku]:
    """What a code is: its SKU, or each that it may be."""
    if isinstance(outcome, Matched):
        return (outcome.sku,)
    return dict.fromkeys(each.sku for each in outcome.candidates) if isinstance(outcome, Ambiguous) else ()


def _pair(site: Site, code: str, sku: Sku) -> SiteLine:
    product = site.master.get(sku)
    upc = "" if product is None else next(iter(product.barcodes), "")
    cells = {**cells_of(sku), "sku": sku.key, "product_code": code, "upc": upc}
    return SiteLine(f"{_CROSSWALK}, {code or sku}", _CROSSWALK, cells)


def prepacks(site: Site, settings: CloseSettings) -> FileRows:
    """What is in one of each of the site's prepacks."""
    packs = site.erp_terms.units.prepacks
    if not packs:
        return FileRows(PREPACKS)
    columns = (*(f"pack_{name}" for name in SKU_CELLS), *SKU_CELLS, "quantity")
    lines = (
        SiteLine(
            f"{pack.source}, {sku}",
            _SITE,
            {
                **{f"pack_{name}": text for name, text in cells_of(sku).items()},
                **cells_of(part.item),
                "quantity": number(part.eaches),
            },
        )
        for sku, pack in packs.items()
        for part in pack.parts
    )
    return SiteLines(lines=lines, source=_SITE, columns=columns).as_file(PREPACKS, settings)


def units(site: Site, settings: CloseSettings) -> FileRows:
    """How many eaches a unit of one SKU is. What the site's sources contradict each other about is a problem."""
    known = site.erp_terms.units
    asked = dict.fromkeys(each for source in known.sources for each in source.by_sku)
    lines: list[SiteLine] = []
    problems: list[InvalidRecord] = []
    for sku, unit in asked:
        try:
            told = known.told(Decimal(1), unit, sku)
        except InvalidRecord as error:
            problems.append(error)
            continue
        if told is not None:
            cells = {**cells_of(sku), "unit": unit, "eaches": number(told.factor)}
            lines.append(SiteLine(f"{told.source}, {unit} of {sku}", _SITE, cells))
    if not asked:
        return FileRows(UNITS)
    columns = ("unit", "eaches", *SKU_CELLS)
    made = SiteLines(lines=lines, source=_SITE, columns=columns, problems=tuple(problems))
    return made.as_file(UNITS, settings)


def periods(site: Site, settings: CloseSettings) -> FileRows:
    """What was said of each period, and when: by the site itself, and by Blue Cherry as the ledger saw it."""
    events = with_shown_periods(site).periods.events
    if not events:
        return FileRows(PERIODS)
    columns = ("period", "first_day", "last_day", "state", "at", "section")
    lines = (
        SiteLine(
            f"{event.by or _SITE}, {event.period.name}",
            _SITE,
            {
                "period": event.period.name,
                "first_day": event.period.first_day.isoformat(),
                "last_day": event.period.last_day.isoformat(),
                "state": event.state.value,
                "at": event.at.isoformat(),
                "section": event.section,
            },
        )
        for event in events
    )
    return SiteLines(lines=lines, source=_SITE, columns=columns).as_file(PERIODS, settings)


# Locations ---------------------------------------------------------------------------------------------------


def locations(site: Site, settings: CloseSettings, told: FileRows, seen: Iterable[str]) -> FileRows:
    """The site's locations. Those of `seen` that are none are foreign, unless a folder's list (`told`) says what
    they are.
    """
    own = {
        location: {"location": location, "warehouse": code, "kind": "warehouse", "zone": _zone(site, location)}
        for code, location in site.warehouses.items()
    }
    others = {*seen} - own.keys() - {"", *PSEUDO}
    foreign = {location: {"location": location, "kind": "foreign"} for location in sorted(others)}
    lines = (SiteLine(f"{_SITE}, {name}", _SITE, cells) for name, cells in {**foreign, **own}.items())
    made = SiteLines(lines=lines, source=_SITE, columns=("location", "warehouse", "kind", "zone"))
    file = made.as_file(LOCATIONS, settings)
    rows = (row for row in told.rows if row.text("location") not in own)
    return evolve(file, rows=(*file.rows, *rows), problems=told.problems, names=(*file.names, *told.names))


def _zone(site: Site, location: str) -> str:
    zone = site.calendar.zones.get(location)
    return "" if zone is None else zone.key
