"""`[bluecherry]`: the way to Blue Cherry, and the codes that this site writes.

Law of this module: nothing here is sent or opened; what CGS does not publish has a default and can be set.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from clarus_bluecherry.bluecherry.edi.profile import Parts, Reasons, References, ReportingCodes
from clarus_bluecherry.bluecherry.files import OVERLAP
from clarus_bluecherry.bluecherry.inventory_report import ReportColumns
from clarus_bluecherry.bluecherry.kinds import kind_named
from clarus_bluecherry.bluecherry.locations import PSEUDO_LOCATIONS
from clarus_bluecherry.bluecherry.messages import DeliveryStatus
from clarus_bluecherry.bluecherry.profile import RestProfile
from clarus_bluecherry.bluecherry.sheets.layout import Dialect
from clarus_bluecherry.config._folder import FolderSection, SftpSection
from clarus_bluecherry.config._http import HTTP
from clarus_bluecherry.config._section import NO_PASSWORD, OR_NOTHING, OpenText, Section, Span, Zone
from clarus_bluecherry.config._tables import AsTable
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.http._settings import Settings
from clarus_bluecherry.model._units import EACHES
from clarus_bluecherry.x12 import Delimiters

REST = AsTable(
    RestProfile(),
    without=("our_id", "vnd_id", "zone"),  # they are `own_id`, `partner_id` and `zone` of `[bluecherry]`
    written={"headers": OpenText},
)
"""`[bluecherry.rest]`: see `bluecherry.RestProfile`."""


class CarrierSection(Section):
    """`[bluecherry.carriers.<Clarus carrier code>]`."""

    shipper: str = Field(default="", max_length=3)
    scac: str = Field(default="", max_length=4)


class SheetSection(Section):
    """`[bluecherry.sheets.<kind of message>]`: its columns, header → field, and the names of its files.

    Without `columns` every field of the message stands under its own name. `names` are glob patterns of the files
    that come; what we send needs none. `dialect` is how they are written, see `bluecherry.sheets.Dialect`.
    """

    columns: Mapping[str, str] = Field(default_factory=dict)
    names: tuple[str, ...] = ()
    dialect: Annotated[Dialect, AsTable(Dialect())] = Field(default_factory=Dialect)


def _a_kind(name: str) -> str:
    try:
        kind = kind_named(name)
    except ConfigurationError as error:
        raise ValueError(error.what) from None
    if kind.is_sent:
        raise ValueError(f"{name} is sent, not read")
    return name


KindName = Annotated[str, AfterValidator(_a_kind)]
"""The name of a kind of message that is read."""


def _delimiters() -> Delimiters:
    return Delimiters(line_end="\n")


class X12Section(Section):
    """`[bluecherry.x12]`: whom we exchange X12 with; see `bluecherry.edi.X12Profile` for what it leaves open.

    `own_id` and `partner_id` of `[bluecherry]` are the interchange's identifiers, `own_group` and `partner_group`
    those of its groups where they differ. `names` are glob patterns of the files that come. `sets` is the set that
    a kind is sent as, where it has several: a return to stock goes as a 947, which is an adjustment, so that the
    books may show found stock and no return; `return_to_stock = "180"` sends a return. `marks` is the qualifier of
    the reference by which a kind's documents are known from others in the same set. `unit` is the unit of measure
    that means the item's each, `also_each` are further codes that the partner means it by. A test interchange is
    taken only where `is_test` is set, one from or for other identifiers than these only where they stand in
    `also_from` (further ones of the partner) or `also_for` (further ones of ours). `charset` is that of what
    comes; empty, it is detected. A set of another release than 004010 is taken only where `also_releases` names
    it, for its body cannot be checked. `answers_ta1` says whether who asks for a TA1 gets one. `demands` are what
    is asked for beyond the standard before anything is sent: CGS's guides, or nothing (false).
    """

    own_qualifier: str = "ZZ"
    partner_qualifier: str = "ZZ"
    own_group: str = ""
    partner_group: str = ""
    is_test: bool = False
    wants_acknowledgement: bool = False
    names: tuple[str, ...] = ("*.x12", "*.edi")
    delimiters: Annotated[Delimiters, AsTable(_delimiters())] = Field(default_factory=_delimiters)
    parts: Annotated[Parts, AsTable(Parts())] = Field(default_factory=Parts)
    references: Annotated[References, AsTable(References())] = Field(default_factory=References)
    reasons: Annotated[Reasons, AsTable(Reasons())] = Field(default_factory=Reasons)
    reporting: Annotated[ReportingCodes, AsTable(ReportingCodes())] = Field(default_factory=ReportingCodes)
    unit: str = "EA"
    also_each: frozenset[str] = frozenset()
    charset: str = ""
    also_from: frozenset[str] = frozenset()
    also_for: frozenset[str] = frozenset()
    also_releases: frozenset[str] = frozenset()
    answers_ta1: bool = True
    sets: Mapping[str, str] = Field(default_factory=dict)
    marks: Mapping[str, str] = Field(default_factory=dict)
    cost: str = "UCP"
    transport_mode: str = "M"
    demands: Annotated[Literal["cgs"] | None, OR_NOTHING] = "cgs"


class FilesSection(FolderSection):
    """`[bluecherry.files]`: the folder that X12 and sheets travel through.

    `names` is how the files we leave are named; `acknowledged_means` what an acknowledgement says of a message,
    `words` what the status words of an extract say; `settle` how long a file must not have changed before it is
    taken; `overlap` how far before the asked instant a read begins; `snapshot_loss` which share of what the one
    before said a snapshot may lack without being held. `folders`, `lease`, `retry_after`, `attempts`, `ignored`,
    `journal` and `group` (whether the partner comes in by the folders' group) are those of `exchange.Folder`. What
    has arrived is kept in `store`, by default a folder of that name under `root`.
    """

    names: str = "{kind}_{control_number}.csv"
    acknowledged_means: Literal["staged", "posted"] = "staged"
    words: Mapping[str, DeliveryStatus] | None = None
    overlap: Span = OVERLAP
    snapshot_loss: Decimal = Field(default=Decimal("0.05"), ge=0, le=1)
    sftp: Annotated[SftpSection | None, OR_NOTHING] = None


class InventoryReportSection(Section):
    """`[bluecherry.inventory_report]`: how the exported inventory report is written.

    See `bluecherry.read_inventory_report`; without a `decimal_mark`, a report that is not cut by commas has to be
    clear without one. Stock at `pseudo_locations` is none.
    """

    columns: Annotated[ReportColumns, AsTable(ReportColumns())] = Field(default_factory=ReportColumns)
    pseudo_locations: frozenset[str] = PSEUDO_LOCATIONS
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    decimal_mark: Literal[".", ","] | None = None
    empty_is_zero: bool = False
    last_line_end: bool = True


class BlueCherrySection(Section):
    """`[bluecherry]`: the way to Blue Cherry, and the codes this site writes.

    `transport` is `rest`, `x12` (with `sheets` for what X12 does not tell), `csv`, or the name that a plug-in
    registers; `options` are the plug-in's own. `kinds` are the kinds of messages that Blue Cherry tells here;
    without it all usual ones.
    """

    transport: str = Field(default="rest", min_length=1)
    kinds: Annotated[tuple[KindName, ...] | None, OR_NOTHING] = None
    options: Mapping[str, object] = Field(default_factory=dict)
    rest: Annotated[RestProfile, REST] = Field(default_factory=RestProfile)
    http: Annotated[Settings, HTTP] = Field(default_factory=Settings)
    files: FilesSection = Field(default_factory=FilesSection, validate_default=True)
    sheets: Mapping[str, SheetSection] = Field(default_factory=dict)
    x12: X12Section = Field(default_factory=X12Section)
    inventory_report: InventoryReportSection = Field(default_factory=InventoryReportSection)
    base_url: Annotated[str, NO_PASSWORD] = ""
    zone: Zone
    currency: str = Field(min_length=3, max_length=3)
    partner_id: str = ""
    own_id: str = ""
    company_prefix: str = Field(default="0000000", pattern=r"^\d{7,10}$")
    """The GS1 prefix of carton numbers that the warehouse did not give itself."""
    carriers: Mapping[str, CarrierSection] = Field(default_factory=dict)
    reasons: Mapping[str, str] = Field(default_factory=dict)
    """Warehouse reason code → Blue Cherry reason code."""
    count_reasons: frozenset[str] = frozenset()
    """Warehouse reason codes that mark the outcome of a stock count."""
    eaches: frozenset[str] = EACHES
    """Words for units in which a quantity counts pieces; one in any other unit is refused."""
    withdrawn_statuses: frozenset[str] = frozenset()
    """Words of `ord_status` that say that a pick ticket is withdrawn, beside its lines being zero."""
