"""One typed site file (TOML) says everything that differs between sites; secrets come from the environment.

Law of this room: a wrong or unknown setting stops the start with its name and what was expected; a secret in the
file is refused; nothing here opens a connection.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.config._alerts import AlertChannelSection, AlertRuleSection, AlertsSection
    from clarus_bluecherry.config._bluecherry import (
        BlueCherrySection,
        CarrierSection,
        FilesSection,
        InventoryReportSection,
        SheetSection,
        X12Section,
    )
    from clarus_bluecherry.config._clarus import (
        ClarusFilesSection,
        ClarusSection,
        ExportSection,
        IdsSection,
        ImportSection,
        OAuthSection,
    )
    from clarus_bluecherry.config._explain import ExplainedSetting, explain
    from clarus_bluecherry.config._flows import (
        DeliverySection,
        EscalationSection,
        ExceptionsSection,
        FeedsSection,
        ProductsSection,
    )
    from clarus_bluecherry.config._folder import SftpSection
    from clarus_bluecherry.config._ledger import LedgerSection
    from clarus_bluecherry.config._reading import load_site
    from clarus_bluecherry.config._schema import schema
    from clarus_bluecherry.config._secrets import Secrets, secret_named
    from clarus_bluecherry.config._site import SiteFile
    from clarus_bluecherry.config._sku import PartSection, SkuSection
    from clarus_bluecherry.config._units import UnitsSection

__all__ = [
    "AlertChannelSection",
    "AlertRuleSection",
    "AlertsSection",
    "BlueCherrySection",
    "CarrierSection",
    "ClarusFilesSection",
    "ClarusSection",
    "DeliverySection",
    "EscalationSection",
    "ExceptionsSection",
    "ExplainedSetting",
    "ExportSection",
    "FeedsSection",
    "FilesSection",
    "IdsSection",
    "ImportSection",
    "InventoryReportSection",
    "LedgerSection",
    "OAuthSection",
    "PartSection",
    "ProductsSection",
    "Secrets",
    "SftpSection",
    "SheetSection",
    "SiteFile",
    "SkuSection",
    "UnitsSection",
    "X12Section",
    "explain",
    "load_site",
    "schema",
    "secret_named",
]

__getattr__ = lazy(
    __name__,
    homes("""
    _alerts: AlertChannelSection AlertRuleSection AlertsSection
    _bluecherry: BlueCherrySection CarrierSection FilesSection InventoryReportSection SheetSection X12Section
    _clarus: ClarusFilesSection ClarusSection ExportSection IdsSection ImportSection OAuthSection
    _explain: ExplainedSetting explain
    _flows: DeliverySection EscalationSection ExceptionsSection FeedsSection ProductsSection
    _folder: SftpSection
    _ledger: LedgerSection
    _reading: load_site
    _schema: schema
    _secrets: Secrets secret_named
    _site: SiteFile
    _sku: PartSection SkuSection
    _units: UnitsSection
    """),
)
