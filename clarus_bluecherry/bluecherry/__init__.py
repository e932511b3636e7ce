"""Everything that knows Blue Cherry, the ERP.

`messages` is its vocabulary and `profile` what a site sets. The names below load on first use, so that neither
needs the HTTP library.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import lazy

if TYPE_CHECKING:
    from clarus_bluecherry.bluecherry import calls, kinds
    from clarus_bluecherry.bluecherry.client import AsyncBlueCherry, BlueCherry
    from clarus_bluecherry.bluecherry.inventory_report import Report, ReportColumns, read_inventory_report
    from clarus_bluecherry.bluecherry.profile import Probe, RestProfile
    from clarus_bluecherry.bluecherry.rest import AsyncRestTransport, RestTransport, subscription
    from clarus_bluecherry.bluecherry.transport import (
        KEPT,
        AsyncTransport,
        Delivery,
        NotCarried,
        Settlement,
        Transport,
    )

__all__ = [
    "KEPT",
    "AsyncBlueCherry",
    "AsyncRestTransport",
    "AsyncTransport",
    "BlueCherry",
    "Delivery",
    "NotCarried",
    "Probe",
    "Report",
    "ReportColumns",
    "RestProfile",
    "RestTransport",
    "Settlement",
    "Transport",
    "calls",
    "kinds",
    "read_inventory_report",
    "subscription",
]

__getattr__ = lazy(
    __name__,
    {
        "AsyncBlueCherry": "client",
        "AsyncRestTransport": "rest",
        "AsyncTransport": "transport",
        "BlueCherry": "client",
        "Probe": "profile",
        "Delivery": "transport",
        "KEPT": "transport",
        "NotCarried": "transport",
        "Settlement": "transport",
        "kinds": ".",
        "Report": "inventory_report",
        "ReportColumns": "inventory_report",
        "RestProfile": "profile",
        "RestTransport": "rest",
        "Transport": "transport",
        "calls": ".",
        "read_inventory_report": "inventory_report",
        "subscription": "rest",
    },
)
