"""`close.toml`: what a folder's files are called, how they are written, and what its close takes for granted.

Law of this module: a word that is not known is refused by name. Everything has a default; what a default could
make wrong without anybody noticing is said in the close's exceptions.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import field, fields, frozen
from cattrs import Converter
from cattrs.errors import BaseValidationError

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.finance import FiscalYears, ListedPeriods, Period, PostingCalendar, fiscal_years
from clarus_bluecherry.finance.close import StockLocation

SETTINGS_NAME = "close.toml"


@frozen(kw_only=True)
class CloseSettings:
    """How a folder is read.

    `zone` is the books' (an IANA name), `clarus_zone` and `bluecherry_zone` those of instants without an offset in
    the files of either side (default: the books'). `cut_off` (HH:MM) is when a day of the books ends: from noon on
    what comes later is the next day's. `warehouses` are Clarus's codes and Blue Cherry's for them; `kinds` what a
    location is; `subtypes` what a transaction is (`received`, `dispatched`, ... with `+` or `-` behind it where
    the quantity does not say which way; `none`); `rec_types` which record type of Blue Cherry's another word is,
    or its sign; `units` the eaches of a unit; `accounts` the division of an account. `numbers` is a pattern
    (regular expression, or its one group): what of a transaction's description is the number of a transfer or
    conversion, where no column tells it. `clarus_dates` and
    `bluecherry_dates` are patterns as `strptime` takes them, where days are not ISO. `signed_ledger` says
    whether Blue Cherry's lines have their sign already (an invoice is negative); else the ledger itself tells.
    `fiscal_year`, how its years end, `section` and `cut_off` are those of a site's `[ledger]`; periods that a file
    lists go before `fiscal_year`, and `listed` are those alone.
    """

    zone: str = ""
    as_of: str = ""
    known_until: str = ""
    currency: str = ""
    basis: str = ""
    account: str = ""
    division: tuple[str, ...] = ()
    clarus_zone: str = ""
    bluecherry_zone: str = ""
    clarus_dates: str = ""
    bluecherry_dates: str = ""
    decimal_mark: str = ""
    signed_ledger: bool | None = None
    fiscal_year: str = "months"
    year_ends_in: int = 1
    year_ends_on: str = "nearest"
    year_named_by_end: bool = False
    section: str = ""
    cut_off: str = "00:00"
    numbers: str = ""
    files: Mapping[str, str | tuple[str, ...]] = field(factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(factory=dict)
    taken_at: Mapping[str, str] = field(factory=dict)
    warehouses: Mapping[str, str] = field(factory=dict)
    kinds: Mapping[str, str] = field(factory=dict)
    subtypes: Mapping[str, str] = field(factory=dict)
    rec_types: Mapping[str, str] = field(factory=dict)
    units: Mapping[str, str] = field(factory=dict)
    accounts: Mapping[str, str] = field(factory=dict)

    @property
    def books(self) -> ZoneInfo:
        """The zone of the books."""
        return named_zone(self.zone or "UTC", "zone")

    def zone_of(self, *, is_warehouse: bool) -> ZoneInfo:
        """The zone of instants without an offset."""
        name = "clarus_zone" if is_warehouse else "bluecherry_zone"
        return named_zone(getattr(self, name) or self.zone or "UTC", name)

    def dates_of(self, is_warehouse: bool) -> str:
        """How the files of a side write days, where that is told."""
        return self.clarus_dates if is_warehouse else self.bluecherry_dates

    def years(self, told: Iterable[Period], others: FiscalYears | None = None) -> FiscalYears:
        """How the books' days are divided: as is `told`, else as in `others`, by default as `fiscal_year` says."""
        listed = tuple(dict.fromkeys(told))
        if others is None and self.fiscal_year == "listed":
            return ListedPeriods(listed)
        others = others or fiscal_years(
            self.fiscal_year,
            ends_in=self.year_ends_in,
            ends_on=self.year_ends_on,
            named_by_end=self.year_named_by_end,
        )
        return ListedPeriods(listed, others) if listed else others

    def calendar(self, places: Iterable[StockLocation]) -> PostingCalendar:
        """Whose day it is where, and when it ends."""
        try:
            ends = dt.time.fromisoformat(self.cut_off)
        except ValueError:
            raise ConfigurationError(f"{self.cut_off!r} is no time of day", field="cut_off") from None
        zones = {each.location: named_zone(each.zone, "zone") for each in places if each.zone}
        return PostingCalendar(self.books, cut_off=ends, zones=zones)


def named_zone(name: str, option: str) -> ZoneInfo:
    """The zone of an IANA name. Raises `ConfigurationError` for what is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigurationError(f"{name!r} is no time zone", field=option) from None


def load_settings(folder: Path) -> CloseSettings:
    """The settings of a folder; the defaults where it has none."""
    path = folder / SETTINGS_NAME
    if not path.exists():
        return CloseSettings()
    try:
        told = tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigurationError(f"cannot be read ({error})", record=SETTINGS_NAME) from None
    known = [each.name for each in fields(CloseSettings)]
    for name in told:
        if name not in known:
            what = f"{name!r} is none of {', '.join(known)}"
            raise ConfigurationError(what, record=SETTINGS_NAME, field=name)
    return _structured(told)


def _structured(told: Mapping[str, object]) -> CloseSettings:
    converter = Converter()
    converter.register_structure_hook(str, lambda value, _: _as_text(value))
    converter.register_structure_hook(str | tuple[str, ...], lambda value, _: _as_names(value))
    try:
        return converter.structure(told, CloseSettings)
    except (BaseValidationError, TypeError, ValueError) as error:
        raise ConfigurationError(_reason(error), record=SETTINGS_NAME) from None


def _reason(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"a value is not what it should be: {error}"


def _as_text(value: object) -> str:
    if isinstance(value, bool | Mapping | list):
        raise TypeError(f"{value!r} is no text")
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def _as_names(value: object) -> str | tuple[str, ...]:
    return tuple(map(_as_text, value)) if isinstance(value, list) else _as_text(value)
