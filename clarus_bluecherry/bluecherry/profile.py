"""What one Blue Cherry site's REST API is like: every name, code and format that CGS does not publish.

Law of this module: nothing here is a certainty. Each setting says what its default rests on (H = seen in code that
runs against Blue Cherry, M = one credible source, L = our reading: ask CGS before you rely on it), and no other
module of the REST transport spells out what is said here or, for names alone, in `rest_names`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from zoneinfo import ZoneInfo

from attrs import field, frozen

from clarus_bluecherry.bluecherry.messages import DeliveryStatus
from clarus_bluecherry.bluecherry.rest_names import (
    KINDS,
    Dates,
    Entities,
    Envelopes,
    Named,
    Query,
    Refusals,
    filled,
    not_negative,
    one_of,
)
from clarus_bluecherry.errors import ConfigurationError

__all__ = [
    "FILLED",
    "KINDS",
    "PER_CUBIC_METRE",
    "PER_KILOGRAM",
    "REQUIRED",
    "Dates",
    "Entities",
    "Envelopes",
    "Pix",
    "PixCodes",
    "Probe",
    "Query",
    "Refusals",
    "RestProfile",
]

PER_KILOGRAM: Mapping[str, Decimal] = {"LB": Decimal("2.2046226218"), "KG": Decimal(1)}
"""Weight units we can write: how many of them are one kilogram."""
PER_CUBIC_METRE: Mapping[str, Decimal] = {"CF": Decimal("35.3146667215"), "CR": Decimal(1)}
"""Volume units we can write (X12's codes: cubic feet, cubic metres): how many of them are one cubic metre."""


@frozen
class Pix:
    """A stock-interface transaction type and code; they look like Manhattan's PIX codes (M-L)."""

    type: str = field(validator=filled)
    code: str = field(validator=filled)


@frozen(kw_only=True)
class PixCodes:
    """What stock movements are called.

    Seen: receipts 100/01 with `adj_type` A (H for the type; the source is itself unsure of the code) and stock
    positions 605/00 (H), both with `size_adj` A. Our reading (L): `subtract` takes units away, of a receipt too,
    and adjustments by difference travel as 300/01, counts as 300/02, returns to stock as 300/03. A site that takes
    a 300 for an absolute count would set its stock to the difference: try it on a test company first.
    """

    receipt: Pix = Pix("100", "01")
    adjustment: Pix = Pix("300", "01")
    count: Pix = Pix("300", "02")
    return_to_stock: Pix = Pix("300", "03")
    stock_position: Pix = Pix("605", "00")
    adj_type: str = "A"
    add: str = field(default="A", validator=filled)
    subtract: str = field(default="S", validator=filled)


def _status_words() -> Mapping[str, DeliveryStatus]:
    return {word.value: word for word in (DeliveryStatus.POSTED, DeliveryStatus.STAGED, DeliveryStatus.REJECTED)}


@frozen(kw_only=True)
class Probe:
    """How a site is asked what became of a message: GET an entity, filtered by one column (L).

    Asked by default for the control number, where the message was posted. A site that keeps no control numbers can
    be asked by business reference, at another entity, and told by a column that is filled once the message is in
    the books. Where nothing is invoiced before it leaves, for example, the ticket has an invoice number then (M);
    that it is no longer among the open ones says nothing:

    >>> by_ticket = Probe(entity="pick", reference="pick_num", posted="inv_num", absent=DeliveryStatus.UNKNOWN)
    >>> profile = RestProfile(probes={**RestProfile().probes, "order_shipment": by_ticket})
    """

    entity: str = ""
    """Where to ask; empty: where messages of the kind are posted."""
    control_number: str = field(default="isa_num", validator=filled)
    """The column that holds the number the message travelled under."""
    reference: str = ""
    """The column that holds the message's own reference. When it is named, that is what is asked for."""
    status: str = field(default="status", validator=filled)
    """The column whose word says what became of the message."""
    words: Mapping[str, DeliveryStatus] = field(factory=_status_words)
    """What each word (lower case) means. One that is not listed means that a person must look."""
    posted: str = ""
    """A column that is filled, and not zero, once the message is in the books, whatever the word. None: empty."""
    absent: DeliveryStatus = DeliveryStatus.ABSENT
    """What no row means: by default, that the message never arrived."""


def _probes() -> Mapping[str, Probe | None]:
    return {kind: Probe() for kind in KINDS}


def _answerable(profile: object, attribute: Named, value: Mapping[str, Probe | None]) -> None:
    for kind, probe in value.items():
        if kind not in KINDS:
            what = f"{kind!r} is none of {', '.join(KINDS)}"
        elif kind == "production_receipt_advice" and probe is not None and probe.reference:
            what = "every receipt on a line has the same reference: they can only be told by control number"
        else:
            continue
        raise ConfigurationError(what, record="RestProfile", field=attribute.name)


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


def _beside_the_key(profile: RestProfile, attribute: Named, value: Mapping[str, str]) -> None:
    if profile.key_header.casefold() in map(str.casefold, value):
        what = f"{profile.key_header} is the subscription key's, which is no part of a profile"
        raise ConfigurationError(what, record="RestProfile", field=attribute.name)


@frozen(kw_only=True)
class RestProfile:
    """One site's REST API. The defaults are what running integrations show; most sites set `our_id` and `vnd_id`.

    >>> profile = RestProfile(our_id="WAREHOUSE", vnd_id="CGS", zone=ZoneInfo("Europe/London"))
    >>> profile.path(profile.entities.picks)
    '/api/pick'
    """

    key_header: str = field(default="Ocp-Apim-Subscription-Key", validator=filled)
    """The header that carries the subscription key (H)."""
    headers: Mapping[str, str] = field(factory=dict, validator=_beside_the_key, repr=False)
    """Headers beside it, for a gateway of the site's own. `Ocp-Apim-Trace` was seen, for debugging only (H)."""
    prefix: str = "/api"
    """What stands before every entity (H)."""
    entities: Entities = field(factory=Entities)
    query: Query = field(factory=Query)
    dates: Dates = field(factory=Dates)
    envelopes: Envelopes = field(factory=Envelopes)
    refusals: Refusals = field(factory=Refusals)
    pix: PixCodes = field(factory=PixCodes)

    zone: dt.tzinfo = field(factory=lambda: ZoneInfo("America/New_York"))
    """The zone of `last_mod` and of every date without one. Not published: the vendor's home is our guess (L)."""
    overlap: dt.timedelta = field(default=dt.timedelta(minutes=15), validator=not_negative)
    """How far before the asked instant a delta read begins, against clocks that differ and late commits (L)."""

    our_id: str = ""
    our_qual: str = "ZZ"
    vnd_id: str = ""
    vnd_qual: str = "ZZ"
    """The trading-partner ids, agreed with CGS, and their qualifiers (`ZZ`: H). There are no default ids."""

    cmpl_code: str = "N"
    """Sent with every shipment; seen hard-coded (H)."""
    trans_type: str = field(default="M", validator=one_of("A", "M", "R"))
    """Air, motor or rail (H for the codes). Motor is our default (L)."""
    ship_from: str = ""
    """`shipfrom` of a shipment; empty sends the message's location (L)."""
    weight_uom: str = field(default="LB", validator=one_of(*PER_KILOGRAM))
    volume_uom: str = field(default="CF", validator=one_of(*PER_CUBIC_METRE))
    """Units of cartons: messages hold kilograms and cubic metres, which are converted. `EA` was rejected (H)."""
    quantity_uom: str = field(default="EA", validator=filled)
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
    probes: Mapping[str, Probe | None] = field(factory=_probes, validator=_answerable, repr=False)
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
