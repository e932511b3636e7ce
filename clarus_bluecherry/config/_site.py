"""The whole site file as one typed value.

Law of this module: everything that differs between sites is in it, and no secret is.
"""

from __future__ import annotations

from pydantic import Field

from clarus_bluecherry.config._alerts import AlertsSection
from clarus_bluecherry.config._bluecherry import BlueCherrySection
from clarus_bluecherry.config._clarus import ClarusSection
from clarus_bluecherry.config._flows import DeliverySection, ExceptionsSection, FeedsSection, ProductsSection
from clarus_bluecherry.config._ledger import LedgerSection
from clarus_bluecherry.config._section import Section
from clarus_bluecherry.config._sku import SkuSection
from clarus_bluecherry.config._units import UnitsSection
from clarus_bluecherry.sku import Recipe, SkuRule, Stage, stages_named


class SiteFile(Section):
    """A whole site file."""

    clarus: ClarusSection
    bluecherry: BlueCherrySection
    ledger: LedgerSection
    sku: SkuSection = Field(default_factory=SkuSection)
    feeds: FeedsSection = Field(default_factory=FeedsSection)
    delivery: DeliverySection = Field(default_factory=DeliverySection)
    products: ProductsSection = Field(default_factory=ProductsSection)
    units: UnitsSection = Field(default_factory=UnitsSection)
    exceptions: ExceptionsSection = Field(default_factory=ExceptionsSection)
    alerts: AlertsSection = Field(default_factory=AlertsSection)

    @property
    def recipe(self) -> Recipe:
        """The SKU recipe that `[sku]` describes."""
        return self.sku.recipe

    @property
    def stages(self) -> tuple[Stage | SkuRule, ...]:
        """The ways of matching that `[sku]` names. Raises `ConfigurationError` for a rule that is none."""
        return stages_named(self.sku.match)
