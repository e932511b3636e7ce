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
from pydantic import BaseModel

from clarus_bluecherry.bluecherry.kinds import Kind, RestPost, kind_named
from clarus_bluecherry.bluecherry.messages.delivery import DeliveryStatus
from clarus_bluecherry.bluecherry.rest_names import (
    Dates,
    Envelopes,
    Named,
    Query,
    Refusals,
    above_zero,
    filled,
    not_negative,
    one_of,
)
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.model import ShipmentPart

__all__ = [
    "PER_CUBIC_METRE",
    "PER_KILOGRAM",
    "Dates",
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
    >>> profile = RestProfile(probes={"order_shipment": by_ticket})
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
    by_range: bool = True
    """Whether many are asked about at once, by a range of control numbers: `gt` and `and` are seen in filters (H),
    `lt` and their use on this column are our reading (L). What such a list does not show is asked about alone, so
    a site that understands it otherwise costs a request, and no wrong answer."""


def _answerable(profile: object, attribute: Named, value: Mapping[str, Probe | None]) -> None:
    for name, probe in value.items():
        rest = _sent(name, attribute).rest
        if probe is not None and probe.reference and isinstance(rest, RestPost) and rest.same_reference:
            what = "every receipt on a line has the same reference: they can only be told by control number"
            raise ConfigurationError(what, record="RestProfile", field=attribute.name)


def _sent(name: str, attribute: Named) -> Kind[BaseModel]:
    kind = _known(name, attribute)
    if not kind.is_sent:
        raise ConfigurationError(f"a {kind.title} is read", record="RestProfile", field=attribute.name)
    return kind


def _known(name: str, attribute: Named) -> Kind[BaseModel]:
    try:
        return kind_named(name)
    except ConfigurationError as error:
        raise ConfigurationError(error.what, record="RestProfile", field=attribute.name) from None


def _of_kinds(profile: object, attribute: Named, value: Mapping[str, str]) -> None:
    for name, entity in value.items():
        kind = _known(name, attribute)
        if isinstance(kind.rest, str) or not entity.strip():
            what = f"{name} has no entity: {kind.rest}" if isinstance(kind.rest, str) else f"{name} is empty"
            raise ConfigurationError(what, record="RestProfile", field=attribute.name)


def _beside_the_key(profile: RestProfile, attribute: Named, value: Mapping[str, str]) -> None:
    if profile.key_header.casefold() in map(str.casefold, value):
        what = f"{profile.key_header} is the subscription key's, which is no part of a profile"
        raise ConfigurationError(what, record="RestProfile", field=attribute.name)


@frozen(kw_only=True)
class RestProfile:
    """One site's REST API. The defaults are what running integrations show; most sites set `our_id` and `vnd_id`.

    >>> profile = RestProfile(our_id="WAREHOUSE", vnd_id="CGS", zone=ZoneInfo("Europe/London"))
    >>> profile.path("pick")
    '/api/pick'
    """

    key_header: str = field(default="Ocp-Apim-Subscription-Key", validator=filled)
    """The header that carries the subscription key (H)."""
    headers: Mapping[str, str] = field(factory=dict, validator=_beside_the_key, repr=False)
    """Headers beside it, for a gateway of the site's own. `Ocp-Apim-Trace` was seen, for debugging only (H)."""
    prefix: str = "/api"
    """What stands before every entity (H)."""
    entities: Mapping[str, str] = field(factory=dict, validator=_of_kinds)
    """Kind → the last part of its path, where this site has another than its module in `kinds` says (H)."""
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
    cmpl_code_partial: str = ""
    cmpl_code_last: str = ""
    """Sent instead with a part of an order whose balance follows, and with its last part. Which codes say so is
    not published: empty sends `cmpl_code` (L)."""
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

    most_messages: int = field(default=1, validator=above_zero)
    """How many messages of a kind leave in one POST. Its body is an array (H), but only arrays of one record were
    seen: what is answered to several is not published. 1: each by itself (L)."""
    whole_arrays: bool = False
    """Whether an array that is refused is refused whole. If so its messages are sent again at once, each by
    itself; if not, each is in doubt and asked about first (L)."""

    required: Mapping[str, frozenset[str]] = field(factory=dict, repr=False)
    """Part of a body → columns that are always sent, empty if need be, in place of those that its kind names (H).
    All others are left out when empty."""
    filled: Mapping[str, frozenset[str]] = field(factory=dict, repr=False)
    """Part of a body → columns that are refused when empty, in place of those that its kind names (L)."""
    probes: Mapping[str, Probe | None] = field(factory=dict, validator=_answerable, repr=False)
    """Kind → how to ask what became of one, in place of `Probe()`; None: this site cannot be asked (L)."""

    @property
    def per_kilogram(self) -> Decimal:
        """How many of the site's units of weight are one kilogram."""
        return PER_KILOGRAM[self.weight_uom]

    @property
    def per_cubic_metre(self) -> Decimal:
        """How many of the site's units of volume are one cubic metre."""
        return PER_CUBIC_METRE[self.volume_uom]

    def cmpl_code_of(self, part: ShipmentPart) -> str:
        """The code that is sent with a `part` of an order."""
        own = {ShipmentPart.PARTIAL: self.cmpl_code_partial, ShipmentPart.LAST: self.cmpl_code_last}
        return own.get(part, "") or self.cmpl_code

    def probe_of(self, kind: str) -> Probe | None:
        """How to ask what became of a message; None where this site cannot be asked."""
        return self.probes.get(kind, Probe())

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
            raise ConfigurationError(f"{since} has no time zone: an instant needs one", field="since")
        begin = (since - self.overlap).astimezone(self.zone)
        soon = (since - self.overlap + dt.timedelta(hours=1)).astimezone(self.zone)
        put_back = max(_offset(begin) - _offset(soon), dt.timedelta(0))
        return (begin.replace(tzinfo=None) - put_back).strftime(self.dates.filter)


def _offset(moment: dt.datetime) -> dt.timedelta:
    return moment.utcoffset() or dt.timedelta(0)
