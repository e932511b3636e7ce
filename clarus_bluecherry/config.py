"""One typed site file (TOML) says everything that differs between sites; secrets come from the environment.

Law of this module: a wrong or unknown setting stops the start with its name and what was expected; a secret in
the file is refused; nothing here opens a connection.
"""

from __future__ import annotations

import datetime as dt
import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.finance import PostingCalendar, WhenClosed
from clarus_bluecherry.model._units import EACHES
from clarus_bluecherry.sku import (
    DEFAULT_STAGES,
    PRODUCT_CODE_LENGTH,
    Part,
    Recipe,
    SkuRule,
    Stage,
    Text,
    stages_named,
)
from clarus_bluecherry.sku.matching._rules import refuse_unknown


def _zone(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"{value!r} is no time zone; write for example Europe/London") from error


Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]


class _Section(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True, extra="forbid", frozen=True, arbitrary_types_allowed=True)


class ClarusSection(_Section):
    """`[clarus]`: which tenant, which stock owner, and what the tenant's words mean."""

    subdomain: str = Field(min_length=1)
    account: str = Field(min_length=1)
    zone: Zone
    base_url: str = "https://clarus-api.com"
    rest_prefix: str = "/api"
    warehouses: Mapping[str, str] = Field(min_length=1)
    """Clarus warehouse code → Blue Cherry location code."""
    subtypes: Mapping[str, str] = Field(default_factory=dict)
    """Transaction subtype → effect on stock, beyond the defaults."""
    return_types: frozenset[str] = frozenset({"return"})
    eaches: frozenset[str] = EACHES
    """Words for units in which a quantity counts pieces, beside Clarus's own `unit`."""
    page_size: int = Field(default=100, ge=1)
    delete_verb: Literal["DESTROY", "REMOVE"] = "DESTROY"
    extra_fields: Mapping[str, tuple[str, ...]] | None = None
    """List → fields that this tenant's records show beyond the vendor's examples, in place of our own reading."""


class CarrierSection(_Section):
    """`[bluecherry.carriers.<Clarus carrier code>]`."""

    shipper: str = Field(default="", max_length=3)
    scac: str = Field(default="", max_length=4)


class DialectSection(_Section):
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


class SheetSection(_Section):
    """`[bluecherry.sheets.<kind of message>]`: its columns, header → field, and the names of its files.

    Without `columns` every field of the message stands under its own name. `names` are glob patterns of the files
    that come; what we send needs none.
    """

    columns: Mapping[str, str] = Field(default_factory=dict)
    names: tuple[str, ...] = ()
    dialect: DialectSection = Field(default_factory=DialectSection)


class SftpSection(_Section):
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


class X12Section(_Section):
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


class FilesSection(_Section):
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


class InventoryReportSection(_Section):
    """`[bluecherry.inventory_report]`: how the exported inventory report is written.

    See `bluecherry.read_inventory_report`; without a `decimal_mark`, a report that is not cut by commas has to be
    clear without one.
    """

    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    decimal_mark: Literal[".", ","] | None = None
    empty_is_zero: bool = False
    last_line_end: bool = True


class BlueCherrySection(_Section):
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


def _time_of_day(value: object) -> object:
    """A bare number would be taken for seconds after midnight."""
    if isinstance(value, str | dt.time):
        return value
    raise ValueError("not a time of day; write for example 17:00:00")


TimeOfDay = Annotated[dt.time, BeforeValidator(_time_of_day)]


class LedgerSection(_Section):
    """`[ledger]`: where the ledger is, whose calendar it keeps, and which periods are closed.

    `cut_off` and `when_closed` are those of `finance.PostingCalendar`.
    """

    path: str = "ledger.sqlite"
    zone: Zone
    begin: dt.date
    """The go-live: what the warehouse did before this day is not brought to the ERP."""
    closed_through: dt.date | None = None
    cut_off: TimeOfDay = dt.time(0)
    when_closed: Literal["move", "refuse"] = "move"

    @model_validator(mode="after")
    def _calendar_can_be_kept(self) -> LedgerSection:
        _ = self.calendar
        return self

    @property
    def calendar(self) -> PostingCalendar:
        """The calendar that this section describes."""
        with _in_setting("ledger"):
            return PostingCalendar(
                self.zone,
                closed_through=self.closed_through,
                cut_off=self.cut_off,
                when_closed=WhenClosed(self.when_closed),
            )


class PartSection(_Section):
    """One entry of `[sku].parts`: the part called `name` (see `sku.Part`), or a `text` that is in every code."""

    name: str = ""
    text: str = ""
    pad_to: int = 0
    pad_with: str = "0"
    case: Literal["upper", "lower", "keep"] = "upper"
    strip_zeros: bool = False
    fold: bool = False
    allowed: str = ""
    inside: str | None = None
    words: Mapping[str, str] = Field(default_factory=dict)
    absent: str = ""
    needed: bool = False
    before: str | None = None

    @property
    def part(self) -> Part | Text:
        """What the recipe calls it. Raises `ConfigurationError` naming the setting of this entry."""
        if bool(self.name) == bool(self.text):
            raise ConfigurationError("write either the name of a part, or a text", field="name")
        if self.name:
            return Part(**self.model_dump(exclude={"text"}))
        others = self.model_fields_set - {"text", "before"}
        if others:
            raise ConfigurationError("a text has no other setting than before", field=min(others))
        return Text(self.text, before=self.before)


class SkuSection(_Section):
    """`[sku]`: how a product code is built from Blue Cherry's parts, and where people's decisions are kept.

    `match` are the ways of tying a code to a SKU, in their order: ours (`sku.Stage`) and the names of rules that
    other packages register. `unmatched` says what waits when a line of a pick ticket has no product: the whole
    `document`, or the `line`.
    """

    separator: str = "-"
    parts: tuple[PartSection, ...] = ()
    max_length: int = PRODUCT_CODE_LENGTH
    readable: bool = False
    match: tuple[str, ...] = tuple(stage.value for stage in DEFAULT_STAGES)
    decisions: Path | None = None
    unmatched: Literal["document", "line"] = "document"

    @field_validator("match")
    @classmethod
    def _named_once(cls, match: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(match)) < len(match):
            raise ValueError("a way of matching is named twice")
        with _in_setting("sku"):
            refuse_unknown(match, field="match")
        return match

    @model_validator(mode="after")
    def _recipe_can_be_made(self) -> SkuSection:
        _ = self.recipe
        return self

    @property
    def recipe(self) -> Recipe:
        """The recipe that this section describes."""
        parts = []
        for number, entry in enumerate(self.parts):
            with _in_setting(f"sku.parts.{number}"):
                parts.append(entry.part)
        with _in_setting("sku"):
            return Recipe(
                parts=tuple(parts) or Recipe().parts,
                separator=self.separator,
                max_length=self.max_length,
                readable=self.readable,
            )


@contextmanager
def _in_setting(place: str) -> Iterator[None]:
    """Say of a setting at fault where in the site file it stands."""
    try:
        yield
    except ConfigurationError as error:
        raise ConfigurationError(
            error.what, record="site file", field=f"{place}.{error.field}", action=error.action
        ) from None


class SiteFile(_Section):
    """A whole site file."""

    clarus: ClarusSection
    bluecherry: BlueCherrySection
    ledger: LedgerSection
    sku: SkuSection = Field(default_factory=SkuSection)

    @property
    def recipe(self) -> Recipe:
        """The SKU recipe that `[sku]` describes."""
        return self.sku.recipe

    @property
    def stages(self) -> tuple[Stage | SkuRule, ...]:
        """The ways of matching that `[sku]` names. Raises `ConfigurationError` for a rule that is none."""
        return stages_named(self.sku.match)


class Secrets(_Section):
    """Credentials, from the environment only. Never shown in a repr."""

    clarus_token: SecretStr | None = None
    clarus_client_id: SecretStr | None = None
    clarus_client_secret: SecretStr | None = None
    clarus_webhook_token: SecretStr | None = None
    bluecherry_subscription_key: SecretStr | None = None
    bluecherry_sftp_password: SecretStr | None = None
    bluecherry_sftp_passphrase: SecretStr | None = None

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Secrets:
        """Read `CLARUS_TOKEN`, or `CLARUS_CLIENT_ID` with `CLARUS_CLIENT_SECRET`, `CLARUS_WEBHOOK_TOKEN`,
        `BLUECHERRY_SUBSCRIPTION_KEY`, and `BLUECHERRY_SFTP_PASSWORD` or `BLUECHERRY_SFTP_PASSPHRASE`. What is not
        set is missed only by who needs it.
        """
        source = os.environ if environ is None else environ
        found = {name: source[name.upper()] for name in cls.model_fields if source.get(name.upper())}
        return cls.model_validate(found)


def load_site(path: Path | str) -> SiteFile:
    """Read and check the site file at `path`. Raises `ConfigurationError` naming the setting at fault."""
    try:
        data = tomllib.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise ConfigurationError(f"cannot be read ({error.strerror})", record=f"site file {path}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"is not TOML: {error}", record=f"site file {path}") from error
    try:
        return SiteFile.model_validate(data)
    except ValidationError as error:
        raise _explained(error, f"site file {path}") from None


def _explained(error: ValidationError, record: str) -> ConfigurationError:
    """What is wrong first. An unknown name comes before the value that is missing because of it."""
    found = error.errors(include_url=False, include_input=False, include_context=False)
    unknown = [each for each in found if each["type"] == "extra_forbidden"]
    first = (unknown or found)[0]
    place = tuple(str(step) for step in first["loc"])
    what = _unknown(place) if unknown else first["msg"]
    return ConfigurationError(what, record=record, field=".".join(place))


def _unknown(place: Sequence[str]) -> str:
    """What to say of a setting that is none: which known one comes near, or which there are."""
    known = _names(SiteFile, place[:-1])
    near = get_close_matches(place[-1].casefold(), known, n=1, cutoff=0.5)
    return "there is no such setting: " + (f"is {near[0]} meant?" if near else f"known are {', '.join(known)}")


def _names(section: type[BaseModel], place: Sequence[str]) -> list[str]:
    """The settings at `place`; a step that is no setting is an entry of a table or a list."""
    for number, step in enumerate(place, start=1):
        setting = section.model_fields.get(step)
        inner = None if setting is None else _section_in(setting.annotation)
        if inner is not None:
            return _names(inner, place[number:])
    return sorted(section.model_fields)


def _section_in(annotation: object) -> type[BaseModel] | None:
    """The section that a setting's type is, or holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_section_in, get_args(annotation))), None)
