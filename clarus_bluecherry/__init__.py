"""Make a Clarus WMS warehouse and a CGS Blue Cherry ERP agree, to the unit and to the penny.

The names below load on first use, so that importing the package costs nothing.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import lazy
from clarus_bluecherry._version import __version__

if TYPE_CHECKING:
    from clarus_bluecherry.bluecherry.client import AsyncBlueCherry, BlueCherry
    from clarus_bluecherry.clarus._client import AsyncClarus, Clarus
    from clarus_bluecherry.ledger.store import Ledger

__all__ = ["AsyncBlueCherry", "AsyncClarus", "BlueCherry", "Clarus", "Ledger", "__version__"]

__getattr__ = lazy(
    __name__,
    {
        "AsyncBlueCherry": "bluecherry.client",
        "AsyncClarus": "clarus._client",
        "BlueCherry": "bluecherry.client",
        "Clarus": "clarus._client",
        "Ledger": "ledger.store",
    },
)
