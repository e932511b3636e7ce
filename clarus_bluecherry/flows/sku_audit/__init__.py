"""What the go-live audit reads: both lists, from files or from the systems themselves."""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.flows.sku_audit._reading import (
        Read,
        read_master,
        read_products,
        without_needless_divisions,
    )
    from clarus_bluecherry.flows.sku_audit._site import (
        barcodes_to_correct,
        master_of,
        products_of,
        products_to_create,
    )

__all__ = [
    "Read",
    "barcodes_to_correct",
    "master_of",
    "products_of",
    "products_to_create",
    "read_master",
    "read_products",
    "without_needless_divisions",
]

__getattr__ = lazy(
    __name__,
    homes("""
    _reading: Read read_master read_products without_needless_divisions
    _site: barcodes_to_correct master_of products_of products_to_create
    """),
)
