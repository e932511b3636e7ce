"""For tests of what you build on this library: records to work with, two systems to drive, contracts to keep.

`records`, `messages` and `nodes` make canonical records, Blue Cherry's messages and Clarus's nodes; `scenarios`
plays what happens in a warehouse on a running sandbox; the contracts are test classes for a transport, a SKU rule
or a ledger home of your own. Its pytest plug-in gives the fixtures (see `plugin`). Needs the extra `testing`.

The names below load on first use.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import lazy

if TYPE_CHECKING:
    from clarus_bluecherry.testing.contracts.ledger_home import LedgerHomeContract
    from clarus_bluecherry.testing.contracts.sku_rule import SkuRuleContract
    from clarus_bluecherry.testing.contracts.transport import OtherSide, TransportContract

__all__ = ["LedgerHomeContract", "OtherSide", "SkuRuleContract", "TransportContract"]

__getattr__ = lazy(
    __name__,
    {
        "LedgerHomeContract": "contracts.ledger_home",
        "OtherSide": "contracts.transport",
        "SkuRuleContract": "contracts.sku_rule",
        "TransportContract": "contracts.transport",
    },
)
