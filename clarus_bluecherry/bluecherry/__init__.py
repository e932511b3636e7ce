"""Everything that knows Blue Cherry, the ERP.

`messages` is its vocabulary and `profile` what a site sets. The names below load on first use, so that neither
needs the HTTP library.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import lazy

if TYPE_CHECKING:
    from clarus_bluecherry.bluecherry import calls
    from clarus_bluecherry.bluecherry.client import AsyncBlueCherry, BlueCherry
    from clarus_bluecherry.bluecherry.inventory_report import Report, ReportColumns, read_inventory_report
    from clarus_bluecherry.bluecherry.profile import Probe, RestProfile
    from clarus_bluecherry.bluecherry.rest import AsyncRestTransport, RestTransport, subscription
    from clarus_bluecherry.bluecherry.transport import AsyncReading, AsyncTransport, Reading, Transport

__all__ = [
    "AsyncBlueCherry",
    "AsyncReading",
    "AsyncRestTransport",
    "AsyncTransport",
    "BlueCherry",
    "Probe",
    "Reading",
    "Report",
    "ReportColumns",
    "RestProfile",
    "RestTransport",
    "Transport",
    "calls",
    "read_inventory_report",
    "subscription",
]

__getattr__ = lazy(
    __name__,
    {
        "AsyncBlueCherry": "client",
        "AsyncReading": "transport",
        "AsyncRestTransport": "rest",
        "AsyncTransport": "transport",
        "BlueCherry": "client",
        "Probe": "profile",
        "Reading": "transport",
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
