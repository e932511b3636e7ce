"""How one site's REST API spells things: paths, parameters, dates, and where an answer keeps what.

Law of this module: it holds names and their defaults, each with what it rests on (H, M or L, as in `profile`), and
no other module of the REST transport spells them out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Protocol

from attrs import field, frozen

from clarus_bluecherry.errors import ConfigurationError


class Named(Protocol):
    """What a validator is told of the setting it checks."""

    @property
    def name(self) -> str:
        """The setting's name."""
        ...


def filled(record: object, attribute: Named, value: str) -> None:
    """A setting that cannot be empty."""
    if not value.strip():
        raise ConfigurationError("a value is required", record=type(record).__name__, field=attribute.name)


def above_zero(record: object, attribute: Named, value: int) -> None:
    """A count of something."""
    if value < 1:
        raise ConfigurationError(f"{value} is not above zero", record=type(record).__name__, field=attribute.name)


def not_negative(record: object, attribute: Named, value: dt.timedelta) -> None:
    """A span of time that is at least nothing."""
    if value < dt.timedelta(0):
        raise ConfigurationError(f"{value} is negative", record=type(record).__name__, field=attribute.name)


def one_of(*words: str) -> Callable[[object, Named, str], None]:
    """A setting that is one of `words`."""

    def check(record: object, attribute: Named, value: str) -> None:
        if value not in words:
            what = f"{value!r} is none of {', '.join(words)}"
            raise ConfigurationError(what, record=type(record).__name__, field=attribute.name)

    return check


def _name(default: str) -> str:
    given: str = field(default=default, validator=filled)
    return given


@frozen(kw_only=True)
class Query:
    """How reads are asked for: parameter and column names (H), and page sizes.

    25 rows for documents and 500 for small masters are what a running integration uses (H). A comment says that a
    page holds at most 200 (M), so `page_cap` decides which page is the last: one shorter than that and than asked.
    `location_type` keeps the read of locations to warehouses (H); empty reads all. `stage` is the stage of
    production orders to read: a running integration asks for 3 (H), what 3 means is not published.
    """

    filter: str = _name("$filter")
    page: str = _name("_pgno")
    page_size: str = _name("_pgsize")
    include: str = _name("_include")
    changed: str = _name("last_mod")
    """The column that moves whenever a record changes."""
    stage_column: str = _name("stage_num")
    location_type_column: str = _name("loc_type")

    documents_per_page: int = field(default=25, validator=above_zero)
    masters_per_page: int = field(default=500, validator=above_zero)
    page_cap: int = field(default=200, validator=above_zero)
    location_type: str = "W"
    stage: str = "3"


@frozen(kw_only=True)
class Dates:
    """Formats (`strftime`) of the dates in bodies and filters: each message has its own (H)."""

    shipment: str = _name("%m/%d/%Y")
    """`ship_date` of OrderShipment."""
    receipt: str = _name("%m/%d/%Y")
    """`receipt_date` of ProductionReceiptAdvice."""
    inventory: str = _name("%Y-%m-%d")
    """`receipt_date` of PhysicalInventoryTM."""
    filter: str = _name("%Y-%m-%d %H:%M:%S")
    """Instants in `$filter`."""


@frozen(kw_only=True)
class Envelopes:
    """Where an answer keeps what (H). There are three shapes of list.

    Masters stand under `data`; documents under `header` inside it, their children under `rows` of each child; the
    SKUs of a style under `style_rows` of theirs. An accepted POST answers with `pkey`.
    """

    data: str = _name("data")
    header: str = _name("header")
    rows: str = _name("rows")
    style_rows: str = _name("rows-i")
    version: str = _name("version")
    pkey: str = _name("pkey")
    children: Mapping[str, str] = field(factory=dict)
    """Child collection, by the name that running integrations show → its name here, where that differs."""

    def child(self, name: str) -> str:
        """What this site calls a child collection."""
        return self.children.get(name, name)


@frozen(kw_only=True)
class Refusals:
    """Where a refusal keeps its words: four shapes are seen (H); `errors` that is text itself is read too (L).

    `words` are places, tried in this order: members and, by number, entries of lists, with dots between. An answer
    of 200 is a refusal, too, when a member named in `always` holds something, or when what was asked for is not
    there and the first member of any place holds something.
    """

    words: tuple[str, ...] = (
        "errors",
        "errors.0.errorMessage",
        "errors.0.message",
        "message.0.message",
        "message",
    )
    always: frozenset[str] = frozenset({"errors"})
