"""`[bluecherry]`: the way to Blue Cherry, and the codes that this site writes.

Law of this module: nothing here is sent or opened; what CGS does not publish has a default and can be set.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field

from clarus_bluecherry.config._section import Section, Zone
from clarus_bluecherry.model._units import EACHES


class CarrierSection(Section):
    """`[bluecherry.carriers.<Clarus carrier code>]`."""

    shipper: str = Field(default="", max_length=3)
    scac: str = Field(default="", max_length=4)


class DialectSection(Section):
    """How a site writes its sheets; see `bluecherry.sheets.Dialect`."""

    delimiter: str = ","
    quote: str = '"'
    quoting: Literal["minimal", "all", "none"] = "minimal"
    encoding: str = "utf-8"
    line_end: str = "\r\n"
    last_line_end: bool = True
    header: bool = True
    dates: str = "%m/%d/%Y"
    moments: str = "%Y-%m-%d %H:%M:%S"
    decimal_comma: bool = False
    empty: str = ""


class SheetSection(Section):
    """`[bluecherry.sheets.<kind of message>]`: its columns, header → field, and the names of its files.

    Without `columns` every field of the message stands under its own name. `names` are glob patterns of the files
    that come; what we send needs none.
    """

    columns: Mapping[str, str] = Field(default_factory=dict)
    names: tuple[str, ...] = ()
    dialect: DialectSection = Field(default_factory=DialectSection)


class SftpSection(Section):
    """`[bluecherry.files.sftp]`: the server the folder is continued on; see `bluecherry.exchange.SftpSettings`."""

    host: str = Field(min_length=1)
    user: str = Field(min_length=1)
    port: int = 22
    key_file: Path | None = None
    known_hosts: Path | None = None
    host_keys: tuple[str, ...] = ()
    incoming: str = "incoming"
    outgoing: str = "outgoing"
    taken: str | None = "taken"
    settle: float = Field(default=30.0, ge=0)


class X12Section(Section):
    """`[bluecherry.x12]`: whom we exchange X12 with; see `bluecherry.edi.X12Profile` for what it leaves open.

    `own_id` and `partner_id` of `[bluecherry]` are the interchange's identifiers. `names` are glob patterns of the
    files that come. `returns` is the set that a return to stock is sent as. `unit` is the unit of measure that
    means the item's each, `also_each` are further codes that the partner means it by. A test interchange is taken
    only where `is_test` is set.
    """

    own_qualifier: str = "ZZ"
    partner_qualifier: str = "ZZ"
    is_test: bool = False
    names: tuple[str, ...] = ("*.x12", "*.edi")
    unit: str = "EA"
    also_each: frozenset[str] = frozenset()
    returns: Literal["947", "180"] = "947"


class FilesSection(Section):
    """`[bluecherry.files]`: the folder that X12 and sheets travel through.

    `names` is how the files we leave are named; `acknowledged_means` what an acknowledgement says of a message;
    `settle` how many seconds a file must not have changed before it is taken; `snapshot_loss` which share of what
    the one before said a snapshot may lack without being held.
    """

    root: Path = Path("exchange")
    names: str = "{kind}_{control_number}.csv"
    acknowledged_means: Literal["staged", "posted"] = "staged"
    settle: float = Field(default=10.0, ge=0)
    snapshot_loss: float = Field(default=0.05, ge=0, le=1)
    sftp: SftpSection | None = None


class InventoryReportSection(Section):
    """`[bluecherry.inventory_report]`: how the exported inventory report is written.

    See `bluecherry.read_inventory_report`; without a `decimal_mark`, a report that is not cut by commas has to be
    clear without one.
    """

    delimiter: str = Field(default=",", min_length=1, max_length=1)
    decimal_mark: Literal[".", ","] | None = None
    empty_is_zero: bool = False
    last_line_end: bool = True


class BlueCherrySection(Section):
    """`[bluecherry]`: the way to Blue Cherry, and the codes this site writes.

    `transport` is `rest`, `x12` (with `sheets` for what X12 does not tell), `csv`, or the name that a plug-in
    registers; `options` are the plug-in's own.
    """

    transport: str = Field(default="rest", min_length=1)
    options: Mapping[str, object] = Field(default_factory=dict)
    files: FilesSection = Field(default_factory=FilesSection)
    sheets: Mapping[str, SheetSection] = Field(default_factory=dict)
    x12: X12Section = Field(default_factory=X12Section)
    inventory_report: InventoryReportSection = Field(default_factory=InventoryReportSection)
    base_url: str = ""
    zone: Zone
    currency: str = Field(min_length=3, max_length=3)
    partner_id: str = ""
    own_id: str = ""
    company_prefix: str = Field(default="0000000", pattern=r"^\d{7,10}$")
    carriers: Mapping[str, CarrierSection] = Field(default_factory=dict)
    reasons: Mapping[str, str] = Field(default_factory=dict)
    """Warehouse reason code → Blue Cherry reason code."""
    count_reasons: frozenset[str] = frozenset()
    """Warehouse reason codes that mark the outcome of a stock count."""
    eaches: frozenset[str] = EACHES
    """Words for units in which a quantity counts pieces; one in any other unit is refused."""
    withdrawn_statuses: frozenset[str] = frozenset()
    """Words of `ord_status` that say that a pick ticket is withdrawn, beside its lines being zero."""
