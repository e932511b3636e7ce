"""What one Blue Cherry site's REST API is like: every name, code and format that CGS does not publish.

Law of this module: nothing here is a certainty. Each setting says what its default rests on (H = seen in code that
runs against Blue Cherry, M = one credible source, L = our reading: ask CGS before you rely on it), and no other
module of the REST transport spells out what is said here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Protocol
from zoneinfo import ZoneInfo

from attrs import field, frozen

from clarus_bluecherry.bluecherry.messages import AdjustmentKind, Posting
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord

KINDS = ("order_shipment", "production_receipt_advice", "inventory_adjustment", "stock_position")
"""The kinds of message that can be sent."""

PER_KILOGRAM: Mapping[str, Decimal] = {"LB": Decimal("2.2046226218"), "KG": Decimal(1)}
"""Weight units we can write: how many of them are one kilogram."""
PER_CUBIC_METRE: Mapping[str, Decimal] = {"CF": Decimal("35.3146667215"), "CR": Decimal(1)}
"""Volume units we can write (X12's codes: cubic feet, cubic metres): how many of them are one cubic metre."""


class _Named(Protocol):
    @property
    def name(self) -> str: ...


def _filled(record: object, attribute: _Named, value: str) -> None:
    if not value.strip():
        raise ConfigurationError("a value is required", record=type(record).__name__, field=attribute.name)


def _above_zero(record: object, attribute: _Named, value: int) -> None:
    if value < 1:
        raise ConfigurationError(f"{value} is not above zero", record=type(record).__name__, field=attribute.name)


def _not_negative(record: object, attribute: _Named, value: dt.timedelta) -> None:
    if value < dt.timedelta(0):
        raise ConfigurationError(f"{value} is negative", record=type(record).__name__, field=attribute.name)


def _one_of(*words: str) -> Callable[[object, _Named, str], None]:
    def check(record: object, attribute: _Named, value: str) -> None:
        if value not in words:
            what = f"{value!r} is none of {', '.join(words)}"
            raise ConfigurationError(what, record=type(record).__name__, field=attribute.name)

    return check


@frozen(kw_only=True)
class Entities:
    """The last part of each path, as Blue Cherry spells it (H)."""

    picks: str = field(default="pick", validator=_filled)
    styles: str = field(default="style", validator=_filled)
    locations: str = field(default="Location", validator=_filled)
    carriers: str = field(default="Shipper", validator=_filled)
    production_orders: str = field(default="productionOrderByStage", validator=_filled)
    order_shipment: str = field(default="OrderShipment", validator=_filled)
    production_receipt_advice: str = field(default="ProductionReceiptAdvice", validator=_filled)
    physical_inventory: str = field(default="PhysicalInventoryTM", validator=_filled)

    def of(self, kind: str) -> str:
        """The entity that messages of `kind` are posted to. Raises `InvalidRecord` for a kind there is not."""
        if kind not in KINDS:
            raise InvalidRecord(f"{kind!r} is not a kind of message", field="kind")
        if kind == "order_shipment":
            return self.order_shipment
        return self.production_receipt_advice if kind == "production_receipt_advice" else self.physical_inventory


@frozen(kw_only=True)
class Query:
    """How reads are asked for: parameter names (H) and page sizes.

    25 rows for documents and 500 for small masters are what a running integration uses (H). A comment says that a
    page holds at most 200 (M), so `page_cap` decides which page is the last: one shorter than that and than asked.
    `location_type` keeps the read of locations to warehouses (H); empty reads all. `stage` is the stage of
    production orders to read: a running integration asks for 3 (H), what 3 means is not published.
    """

    filter: str = field(default="$filter", validator=_filled)
    page: str = field(default="_pgno", validator=_filled)
    page_size: str = field(default="_pgsize", validator=_filled)
    include: str = field(default="_include", validator=_filled)
    documents_per_page: int = field(default=25, validator=_above_zero)
    masters_per_page: int = field(default=500, validator=_above_zero)
    page_cap: int = field(default=200, validator=_above_zero)
    location_type: str = "W"
    stage: str = "3"


@frozen(kw_only=True)
class Dates:
    """Formats (`strftime`) of the dates in bodies and filters: each message has its own (H)."""

    shipment: str = field(default="%m/%d/%Y", validator=_filled)
    """`ship_date` of OrderShipment."""
    receipt: str = field(default="%m/%d/%Y", validator=_filled)
    """`receipt_date` of ProductionReceiptAdvice."""
    inventory: str = field(default="%Y-%m-%d", validator=_filled)
    """`receipt_date` of PhysicalInventoryTM."""
    filter: str = field(default="%Y-%m-%d %H:%M:%S", validator=_filled)
    """Instants in `$filter`."""


@frozen
class Pix:
    """A stock-interface transaction type and code; they look like Manhattan's PIX codes (M-L)."""

    type: str = field(validator=_filled)
    code: str = field(validator=_filled)


def _adjustment_codes() -> Mapping[AdjustmentKind, Pix]:
    return {
        AdjustmentKind.ADJUSTMENT: Pix("300", "01"),
        AdjustmentKind.COUNT: Pix("300", "02"),
        AdjustmentKind.RETURN: Pix("300", "03"),
    }


def _every_adjustment(record: object, attribute: _Named, value: Mapping[AdjustmentKind, Pix]) -> None:
    missing = [kind.value for kind in AdjustmentKind if kind not in value]
    if missing:
        raise ConfigurationError(f"no code for {', '.join(missing)}", record="PixCodes", field=attribute.name)


@frozen(kw_only=True)
class PixCodes:
    """What stock movements are called.

    Seen: receipts 100/01 with `adj_type` A (H for the type; the source is itself unsure of the code) and stock
    positions 605/00 (H), both with `size_adj` A. Our reading (L): `subtract` takes units away, of a receipt too,
    and adjustments by difference travel as 300/01, counts as 300/02, returns to stock as 300/03. A site that takes
    a 300 for an absolute count would set its stock to the difference: try it on a test company first.
    """

    receipt: Pix = Pix("100", "01")
    stock_position: Pix = Pix("605", "00")
    adjustments: Mapping[AdjustmentKind, Pix] = field(factory=_adjustment_codes, validator=_every_adjustment)
    adj_type: str = "A"
    add: str = field(default="A", validator=_filled)
    subtract: str = field(default="S", validator=_filled)


def _status_words() -> Mapping[str, Posting]:
    return {word.value: word for word in (Posting.POSTED, Posting.STAGED, Posting.REJECTED)}


@frozen(kw_only=True)
class Probe:
    """How a site is asked what became of a message: GET the entity, filtered by the control number (L).

    `status` is the column whose word says it; `words` (lower case) gives each word its meaning. No row means that
    the message never arrived; a word that is not listed means that a person must look.
    """

    control_number: str = field(default="isa_num", validator=_filled)
    status: str = field(default="status", validator=_filled)
    words: Mapping[str, Posting] = field(factory=_status_words)


def _probes() -> Mapping[str, Probe | None]:
    return {kind: Probe() for kind in KINDS}


REQUIRED: Mapping[str, frozenset[str]] = {
    part: frozenset(columns.split())
    for part, columns in {
        "header": "carton cmpl_code load_id location ord_num pick_num po_num our_id our_qual vnd_id vnd_qual "
        "scac_code ship_date shipfrom shipper trans_type isa_num volume_uom weight_uom",
        "pickDetail": "color_code line_seq location pick_num size_desc size_qty style upc",
        "cartonHeader": "carton_num carton_wgt ctn_volume pick_num volume_uom weight_uom",
        "cartonDetail": "carton_num color_code dimension line_seq pick_num ship_qty shipqty_uom size_desc style "
        "total_qty upc",
        "ProductionReceiptAdvice": "adj_type color_code dimension isa_num location pix_type pix_code prod_num "
        "prod_line receipt_date shipment_num size_adj size_desc size_qty style upc_num vnd_id vnd_qual",
        "PhysicalInventoryTM": "adj_num isa_num location pix_type pix_code size_adj size_desc size_qty style "
        "upc_num",
    }.items()
}
"""The columns that a running integration marks as required, by record of a body (H)."""

FILLED: Mapping[str, frozenset[str]] = {
    part: frozenset(columns.split())
    for part, columns in {
        "header": "location pick_num our_id our_qual vnd_id vnd_qual ship_date isa_num",
        "pickDetail": "line_seq pick_num style",
        "cartonHeader": "carton_num pick_num",
        "cartonDetail": "carton_num line_seq pick_num style",
        "ProductionReceiptAdvice": "isa_num location prod_num prod_line receipt_date style vnd_id vnd_qual",
        "PhysicalInventoryTM": "adj_num isa_num location style",
    }.items()
}
"""The required columns that mean nothing when empty (L)."""


@frozen(kw_only=True)
class RestProfile:
    """One site's REST API. The defaults are what running integrations show; most sites set `our_id` and `vnd_id`.

    >>> profile = RestProfile(our_id="WAREHOUSE", vnd_id="CGS", zone=ZoneInfo("Europe/London"))
    >>> profile.path(profile.entities.picks)
    '/api/pick'
    """

    key_header: str = field(default="Ocp-Apim-Subscription-Key", validator=_filled)
    """The header that carries the subscription key (H)."""
    prefix: str = "/api"
    """What stands before every entity (H)."""
    entities: Entities = Entities()
    query: Query = Query()
    dates: Dates = Dates()
    pix: PixCodes = field(factory=PixCodes)

    zone: dt.tzinfo = field(factory=lambda: ZoneInfo("America/New_York"))
    """The zone of `last_mod` and of every date without one. Not published: the vendor's home is our guess (L)."""
    overlap: dt.timedelta = field(default=dt.timedelta(minutes=15), validator=_not_negative)
    """How far before the asked instant a delta read begins, against clocks that differ and late commits (L)."""

    our_id: str = ""
    our_qual: str = "ZZ"
    vnd_id: str = ""
    vnd_qual: str = "ZZ"
    """The trading-partner ids, agreed with CGS, and their qualifiers (`ZZ`: H). There are no default ids."""

    cmpl_code: str = "N"
    """Sent with every shipment; seen hard-coded (H)."""
    trans_type: str = field(default="M", validator=_one_of("A", "M", "R"))
    """Air, motor or rail (H for the codes). Motor is our default (L)."""
    ship_from: str = ""
    """`shipfrom` of a shipment; empty sends the message's location (L)."""
    weight_uom: str = field(default="LB", validator=_one_of(*PER_KILOGRAM))
    volume_uom: str = field(default="CF", validator=_one_of(*PER_CUBIC_METRE))
    """Units of cartons: messages hold kilograms and cubic metres, which are converted. `EA` was rejected (H)."""
    quantity_uom: str = field(default="EA", validator=_filled)
    """`shipqty_uom` of a carton's line (L)."""
    tracking: str = r"(?=.*[0-9])[A-Za-z0-9 -]{6,40}"
    """What a tracking number looks like; other text is left out: sending it did harm (H; the pattern is L)."""
    send_division: bool = False
    """Whether lines name the division. Off: a running integration had to take it out (H)."""
    reason_column: str = ""
    """The column of PhysicalInventoryTM for an adjustment's reason. None is documented: empty sends none (L)."""

    required: Mapping[str, frozenset[str]] = field(factory=lambda: dict(REQUIRED), repr=False)
    """Columns that are always sent, empty if need be; all others are left out when empty."""
    filled: Mapping[str, frozenset[str]] = field(factory=lambda: dict(FILLED), repr=False)
    """Columns that are refused when empty, before anything is sent."""
    probes: Mapping[str, Probe | None] = field(factory=_probes, repr=False)
    """How to ask what became of each kind of message; None, or absent: this site cannot be asked."""

    def path(self, entity: str) -> str:
        """The path of `entity`, under the base URL."""
        return f"/{self.prefix.strip('/')}/{entity}" if self.prefix.strip("/") else f"/{entity}"

    def moment(self, since: dt.datetime) -> str:
        """The wall-clock text from which a delta read begins: `since` less the overlap, in the site's zone.

        Where the clock is put back within the hour, the text is put back too, so that no later change can carry an
        earlier wall-clock time than the one asked for.

        >>> RestProfile().moment(dt.datetime(2026, 1, 5, 12, 0, tzinfo=dt.UTC))
        '2026-01-05 06:45:00'
        """
        if since.utcoffset() is None:
            raise ConfigurationError(f"{since} has no time zone: an instant needs one", field="changed_since")
        begin = (since - self.overlap).astimezone(self.zone)
        soon = (since - self.overlap + dt.timedelta(hours=1)).astimezone(self.zone)
        put_back = max(_offset(begin) - _offset(soon), dt.timedelta(0))
        return (begin.replace(tzinfo=None) - put_back).strftime(self.dates.filter)


def _offset(moment: dt.datetime) -> dt.timedelta:
    return moment.utcoffset() or dt.timedelta(0)
