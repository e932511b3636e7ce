"""What a season is made of, as plain data that neither system owns.

Law of this module: an article carries both its names, Blue Cherry's columns and the warehouse's product code, and
what was done to the code on its way, so that any outcome can be checked against where it came from. Quantities are
units, costs are US dollars.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum

from attrs import field, frozen

ACCOUNT = "BRAND"
"""The stock owner in the warehouse."""

LOCATIONS: Mapping[str, str] = {"NJ1": "01", "LA1": "02"}
"""The warehouse's buildings and what Blue Cherry calls them."""

CARRIERS: Mapping[str, tuple[str, str]] = {
    "UPS": ("UPS", "UPSN"),
    "FEDEX": ("FDX", "FDEG"),
    "SAIA": ("SAI", "SAIA"),
}
"""The warehouse's carriers, with Blue Cherry's shipper code and the SCAC."""


class Damage(Enum):
    """What happens to a product code between a merchandiser's sheet and a warehouse."""

    LOST_ZEROS = "leading zeros lost"
    UNDERSCORES = "underscores for dashes"
    SPACES = "spaces for dashes"
    EN_DASHES = "en dashes for hyphens"
    NO_BREAK_SPACES = "no-break spaces for dashes"
    LOWER_CASE = "lower case"
    TRAILING_SPACES = "trailing spaces"
    RENAMED = "written in words"


_DOES: Mapping[Damage, Callable[[str], str]] = {
    Damage.LOST_ZEROS: lambda code: code.lstrip("0"),
    Damage.UNDERSCORES: lambda code: code.replace("-", "_"),
    Damage.SPACES: lambda code: code.replace("-", " "),
    Damage.EN_DASHES: lambda code: code.replace("-", "–"),
    Damage.NO_BREAK_SPACES: lambda code: code.replace("-", "\u00a0"),
    Damage.LOWER_CASE: str.lower,
    Damage.TRAILING_SPACES: lambda code: f"{code}  ",
}

SEPARATORS_CHANGED = (Damage.UNDERSCORES, Damage.SPACES, Damage.EN_DASHES, Damage.NO_BREAK_SPACES)
"""The damages that exclude each other."""


def damaged(code: str, damage: tuple[Damage, ...]) -> str:
    """`code` after `damage`, one after the other. A code that is written in words is no function of the old one.

    >>> damaged("01234-BLK-M", (Damage.LOST_ZEROS, Damage.UNDERSCORES))
    '1234_BLK_M'
    """
    for one in damage:
        code = _DOES[one](code)
    return code


@frozen(kw_only=True)
class Article:
    """One SKU: Blue Cherry's columns, and its product in the warehouse.

    `damage` tells how `warehouse_code` came from `clean_code`; `warehouse_barcode` is empty where the warehouse
    has none.
    """

    style: str
    color: str
    label: str = ""
    dimension: str = ""
    size: str
    upc: str = ""
    ean: str = ""
    name: str = ""
    division: str = ""
    season: str = ""
    std_cost: Decimal
    warehouse_code: str
    warehouse_barcode: str = ""
    damage: tuple[Damage, ...] = ()

    @property
    def clean_code(self) -> str:
        """The product code as it was meant: the parts that are there, joined by hyphens."""
        return clean_code(self.style, self.color, self.label, self.dimension, self.size)


def clean_code(*parts: str) -> str:
    """The product code of these parts.

    >>> clean_code("01234", "BLK", "", "", "30/32")
    '01234-BLK-30/32'
    """
    return "-".join(filter(None, parts))


@frozen(kw_only=True)
class Opening:
    """Units of an article that both systems hold at a Blue Cherry location before the first day."""

    article: Article
    location: str
    units: int


@frozen(kw_only=True)
class PickPlan:
    """A pick ticket to release. `lines` are number, article, units and price; `removed` lines have no units left.

    `ship_to` holds the address in Blue Cherry's columns.
    """

    number: str
    order_number: str
    po_number: str
    customer: str
    location: str
    shipper: str
    ship_to: Mapping[str, str] = field(repr=False)
    lines: tuple[tuple[str, Article, int, Decimal], ...]
    removed: tuple[tuple[str, Article], ...] = ()


@frozen(kw_only=True)
class ProductionPlan:
    """A production order to issue; `lines` are number, article, units and cost. An article may come twice."""

    number: str
    vendor: str
    location: str
    due: dt.date
    lines: tuple[tuple[str, Article, int, Decimal], ...]


@frozen(kw_only=True)
class Day:
    """A working day: what Blue Cherry releases in the morning."""

    date: dt.date
    picks: tuple[PickPlan, ...]
    production: tuple[ProductionPlan, ...]


@frozen(kw_only=True)
class Stray:
    """A product of the warehouse that Blue Cherry has never heard of."""

    code: str
    warehouse: str
    units: int


@frozen(kw_only=True)
class Season:
    """A season: the articles, the stock both systems begin with, and what is ordered day by day.

    `twins` are pairs of articles that differ only by a leading zero of the style. `undecidable` are the articles
    whose warehouse code no rule can read: a person has to say what they are.
    """

    seed: int
    articles: tuple[Article, ...] = field(repr=False)
    opening: tuple[Opening, ...] = field(repr=False)
    days: tuple[Day, ...] = field(repr=False)
    twins: tuple[tuple[Article, Article], ...] = field(repr=False)
    undecidable: tuple[Article, ...]
    stray: Stray
