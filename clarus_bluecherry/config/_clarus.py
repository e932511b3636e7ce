"""`[clarus]`: which tenant, and how it differs from the vendor's words.

Law of this module: nothing here names Blue Cherry but the locations that warehouses are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from clarus_bluecherry.clarus._tenant import BASE_URL, TOKEN_URL
from clarus_bluecherry.config._http import HTTP
from clarus_bluecherry.config._section import NO_PASSWORD, OpenText, Section, Zone
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


class ClarusSection(Section):
    """`[clarus]`: which tenant, which stock owner, and what the tenant's words mean."""

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
