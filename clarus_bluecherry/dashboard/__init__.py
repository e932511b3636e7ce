"""The live view: what a ledger says now, as pages for people and as figures for a monitor.

Law of this room: it looks and never acts. The ledger is opened so that nothing can be written, neither system is
asked, and no secret of theirs is known here. Who may look is settled before anything is looked at.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.dashboard._access import AccessTerms
    from clarus_bluecherry.dashboard._app import DashboardTerms, dashboard_app
    from clarus_bluecherry.dashboard._metrics import metrics_text
    from clarus_bluecherry.dashboard._server import DashboardServer
    from clarus_bluecherry.dashboard._watched import Watched, WatchTerms, watch

__all__ = [
    "AccessTerms",
    "DashboardServer",
    "DashboardTerms",
    "WatchTerms",
    "Watched",
    "dashboard_app",
    "metrics_text",
    "watch",
]

__getattr__ = lazy(
    __name__,
    homes("""
    _access: AccessTerms
    _app: DashboardTerms dashboard_app
    _metrics: metrics_text
    _server: DashboardServer
    _watched: Watched WatchTerms watch
    """),
)
