"""`[clarus]`: which tenant, and how it differs from the vendor's words.

Law of this module: nothing here names Blue Cherry but the locations that warehouses are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from clarus_bluecherry.config._section import Section, Zone
from clarus_bluecherry.model._units import EACHES


class ClarusSection(Section):
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
