"""`[clarus]`: which tenant, how it is reached, and how it differs from the vendor's words.

Law of this module: nothing here names Blue Cherry but the locations that warehouses are.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from clarus_bluecherry.clarus._tenant import BASE_URL, TOKEN_URL
from clarus_bluecherry.config._beside import BESIDE
from clarus_bluecherry.config._folder import FolderSection, SftpSection
from clarus_bluecherry.config._http import HTTP
from clarus_bluecherry.config._section import NO_PASSWORD, OR_NOTHING, OpenText, Section, Span, Zone
from clarus_bluecherry.http._settings import Settings
from clarus_bluecherry.model._units import EACHES


class OAuthSection(Section):
    """`[clarus.oauth]`: how tokens are bought with client credentials; see `http.ClientCredentials`."""

    token_url: str = TOKEN_URL
    style: Literal["body", "basic"] = "body"
    scope: str = ""
    audience: str = ""
    extra: OpenText = Field(default_factory=dict)
    headers: OpenText = Field(default_factory=dict)
    early: float = Field(default=60.0, ge=0)
    lifetime: float = Field(default=3600.0, gt=0)


class IdsSection(Section):
    """`[clarus.ids]`: how many seconds the ids of codes are kept, and that a code is unknown; see `IdCache`."""

    keep: float = Field(default=3600.0, ge=0)
    keep_absent: float = Field(default=60.0, ge=0)


class ImportSection(Section):
    """`[clarus.files.orders]`, `[clarus.files.pre_receipts]`: one kind of import file.

    `names` is how its files are named, which has to fit the regular expression of the tenant's import template;
    `header` the first line of the tenant's own template, where it is not the vendor's; `more` are columns that say
    the same in every file, such as `order_type_code`.
    """

    names: str
    header: str = ""
    more: Mapping[str, str] = Field(default_factory=dict)


class OrdersSection(ImportSection):
    """`[clarus.files.orders]`."""

    names: str = "ORDERS_{control_number}.csv"


class PreReceiptsSection(ImportSection):
    """`[clarus.files.pre_receipts]`."""

    names: str = "PRE_RECEIPTS_{control_number}.csv"


class ExportSection(Section):
    """`[clarus.files.dispatched]`, `[clarus.files.received]`: how a confirmation export looks.

    `names` are glob patterns of its files; the rest is as in `clarus.files.ExportLayout`, field → header.
    """

    names: tuple[str, ...] = Field(min_length=1)
    columns: Mapping[str, str] = Field(min_length=1)
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    encoding: str = "utf-8-sig"
    moments: str = "%Y-%m-%d %H:%M:%S"
    decimal_comma: bool = False
    last_line_end: bool = True
    every_line: bool = True
    in_parts: bool = False


class ClarusFilesSection(FolderSection):
    """`[clarus.files]`: the folder that import files leave through and confirmation exports come in.

    Without `dispatched` or `received` the API tells those, where there is one. `since` is the first day that
    exports tell, in `clarus.zone`, where the API told what was before. `silence` is how long after a document was
    due, or left, nothing may be heard of it (false: for ever); `taken_means` what it says that its file was taken.
    `products` is the tenant's list of products, where there is no API to read them. `upload` and `download` are
    the two accounts of the tenant's SFTP server; without them the folder itself is what both sides see.
    """

    root: Annotated[Path, BESIDE] = Field(default=Path("clarus_exchange"), validate_default=True)
    orders: OrdersSection = Field(default_factory=OrdersSection)
    pre_receipts: PreReceiptsSection = Field(default_factory=PreReceiptsSection)
    dispatched: Annotated[ExportSection | None, OR_NOTHING] = None
    received: Annotated[ExportSection | None, OR_NOTHING] = None
    since: Annotated[dt.date | None, OR_NOTHING] = None
    silence: Annotated[Span | None, OR_NOTHING] = dt.timedelta(days=7)
    taken_means: Literal["accepted", "posted"] = "accepted"
    products: Annotated[Path | None, OR_NOTHING, BESIDE] = None
    upload: Annotated[SftpSection | None, OR_NOTHING] = None
    download: Annotated[SftpSection | None, OR_NOTHING] = None


class ClarusSection(Section):
    """`[clarus]`: which tenant, which stock owner, and what the tenant's words mean.

    `transport` is `api`, or `files` for a tenant that is fed by import files and answers with exports; credentials
    for its API may be there as well.
    """

    transport: Literal["api", "files"] = "api"
    files: ClarusFilesSection = Field(default_factory=ClarusFilesSection, validate_default=True)

    subdomain: str = Field(min_length=1)
    """The tenant's name at Clarus."""
    account: str = Field(min_length=1)
    """The stock owner's code."""
    zone: Zone
    """For dates without a time."""
    base_url: Annotated[str, NO_PASSWORD] = BASE_URL
    rest_prefix: str = "/api"
    warehouses: Mapping[str, str] = Field(min_length=1)
    """Clarus warehouse code → Blue Cherry location code."""
    subtypes: Mapping[str, str] = Field(default_factory=dict)
    """Transaction subtype → effect on stock, beyond the defaults."""
    return_types: frozenset[str] = frozenset({"return"})
    """Receipt types that mark a return."""
    eaches: frozenset[str] = EACHES
    """Words for units in which a quantity counts pieces, beside Clarus's own `unit`."""
    page_size: int = Field(default=100, ge=1)
    delete_verb: Literal["DESTROY", "REMOVE"] = "DESTROY"
    """What a line that goes is called."""
    extra_fields: Mapping[str, tuple[str, ...]] | None = None
    """List → fields that this tenant's records show beyond the vendor's examples, in place of our own reading."""
    tenant_header_on_token: bool = True
    """Whether the request for a token names the tenant, too."""
    token_scheme: str = Field(default="Bearer", min_length=1)
    """The word before a token that `CLARUS_TOKEN` brings."""
    ids: IdsSection = Field(default_factory=IdsSection)
    oauth: OAuthSection = Field(default_factory=OAuthSection)
    http: Annotated[Settings, HTTP] = Field(default_factory=Settings)
    """How the tenant is asked; see `http.Settings`."""
