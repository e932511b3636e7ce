"""Business steps for an iPaaS Python step: the vendors' own JSON in, the vendors' own JSON out.

Law of this package: a step is what the typed road says, nothing more (record, mapping, call), and it is pure: no
network, no state, no clock. What comes out holds only what `json.dumps` takes. A field that is missing where goods
or an address would be lost is refused by name, and so is a known field under another spelling.

Every step takes `settings`: a plain dict (see `StepSettings` for its keys), or what `settings` made of one.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.mapping.plain.agreed import StepSettings
    from clarus_bluecherry.mapping.plain.back import (
        goods_out_to_order_shipment,
        stock_to_positions,
        transaction_to_advice,
    )
    from clarus_bluecherry.mapping.plain.checking import StepSettingsOrDict, settings
    from clarus_bluecherry.mapping.plain.dates import accounting_date
    from clarus_bluecherry.mapping.plain.out import (
        pick_to_goods_out,
        production_order_to_pre_receipt,
        style_to_products,
    )

__all__ = [
    "StepSettings",
    "StepSettingsOrDict",
    "accounting_date",
    "goods_out_to_order_shipment",
    "pick_to_goods_out",
    "production_order_to_pre_receipt",
    "settings",
    "stock_to_positions",
    "style_to_products",
    "transaction_to_advice",
]

__getattr__ = lazy(
    __name__,
    homes("""
    agreed: StepSettings
    back: goods_out_to_order_shipment stock_to_positions transaction_to_advice
    checking: StepSettingsOrDict settings
    dates: accounting_date
    out: pick_to_goods_out production_order_to_pre_receipt style_to_products
    """),
)
