"""Both systems as local servers, with faults on demand: for the demo and for your own tests.

The names below load on first use. The servers need the extra `sandbox`; each application is built by the function
of its own module, such as `clarus_app.clarus_app(warehouse)`. `Sandbox` is all of it at once, with people who do
what they are told; `Door` tells them from another process.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import lazy

if TYPE_CHECKING:
    from clarus_bluecherry.sandbox.clarus_app import Tokens
    from clarus_bluecherry.sandbox.door import Door
    from clarus_bluecherry.sandbox.erp import Erp
    from clarus_bluecherry.sandbox.faults import Fault, Faults, FaultyApp, Rates
    from clarus_bluecherry.sandbox.planting import Planted, PlantedKind, Planter, SetClock
    from clarus_bluecherry.sandbox.running import Sandbox
    from clarus_bluecherry.sandbox.server import LocalServer
    from clarus_bluecherry.sandbox.told import Done, NotDone
    from clarus_bluecherry.sandbox.warehouse import Warehouse
    from clarus_bluecherry.sandbox.webhook_sender import WebhookSender

__all__ = [
    "Done",
    "Door",
    "Erp",
    "Fault",
    "Faults",
    "FaultyApp",
    "LocalServer",
    "NotDone",
    "Planted",
    "PlantedKind",
    "Planter",
    "Rates",
    "Sandbox",
    "SetClock",
    "Tokens",
    "Warehouse",
    "WebhookSender",
]

__getattr__ = lazy(
    __name__,
    {
        "Done": "told",
        "Door": "door",
        "Erp": "erp",
        "Fault": "faults",
        "Faults": "faults",
        "FaultyApp": "faults",
        "LocalServer": "server",
        "NotDone": "told",
        "Planted": "planting",
        "PlantedKind": "planting",
        "Planter": "planting",
        "Rates": "faults",
        "Sandbox": "running",
        "SetClock": "planting",
        "Tokens": "clarus_app",
        "Warehouse": "warehouse",
        "WebhookSender": "webhook_sender",
    },
)
