"""Both systems as local servers, with faults on demand: for the demo and for your own tests.

The names below load on first use. The servers need the extra `sandbox`; each application is built by the function
of its own module, such as `clarus_app.clarus_app(warehouse)`.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import lazy

if TYPE_CHECKING:
    from clarus_bluecherry.sandbox.clarus_app import Tokens
    from clarus_bluecherry.sandbox.erp import Erp
    from clarus_bluecherry.sandbox.faults import Fault, Faults, FaultyApp, Rates
    from clarus_bluecherry.sandbox.server import LocalServer
    from clarus_bluecherry.sandbox.warehouse import Warehouse
    from clarus_bluecherry.sandbox.webhook_sender import WebhookSender

__all__ = [
    "Erp",
    "Fault",
    "Faults",
    "FaultyApp",
    "LocalServer",
    "Rates",
    "Tokens",
    "Warehouse",
    "WebhookSender",
]

__getattr__ = lazy(
    __name__,
    {
        "Erp": "erp",
        "Fault": "faults",
        "Faults": "faults",
        "FaultyApp": "faults",
        "LocalServer": "server",
        "Rates": "faults",
        "Tokens": "clarus_app",
        "Warehouse": "warehouse",
        "WebhookSender": "webhook_sender",
    },
)
