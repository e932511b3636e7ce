"""Calls for products and for the accounts that may hold them.

Law of this module: nothing is sent. A product is checked against the vendor's limits before its call exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from clarus_bluecherry.clarus.envelopes import (
    RecordId,
    change,
    checked,
    create,
    delete,
    delete_many,
    document,
    flat,
    rest_path,
    whole,
)
from clarus_bluecherry.clarus.reading import Saved
from clarus_bluecherry.clarus.writing import ProductAttributes, ProductChanges
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.http._call import Call


def create_product(product: ProductAttributes | Mapping[str, object]) -> Call[Saved]:
    """Create a product. Codes are described as unique: a second one is refused (`product_code_exists`)."""
    record = _named(product)
    attributes = checked(ProductAttributes, product, record)
    return create("products.create", rest_path("products"), document("products", attributes.wire()), record=record)


def update_product(product_id: RecordId, changes: ProductChanges | Mapping[str, object]) -> Call[Saved]:
    """Set fields of a product. The schema wants `description` and `stock_unit_type_id` on every PATCH, the
    guides send neither (which holds is not published, confidence low): send them along when in doubt.
    """
    record = f"product id {product_id}"
    body = document("products", checked(ProductChanges, changes, record).wire())
    return change("products.update", rest_path("products", product_id), body, record=record, repeatable=True)


def delete_product(product_id: RecordId) -> Call[Saved]:
    """Delete a product. Refused while it has stock."""
    return delete("products.delete", rest_path("products", product_id), record=f"product id {product_id}")


def delete_products(product_ids: Iterable[RecordId]) -> Call[Saved]:
    """Delete several products. Refused for those that have stock."""
    return delete_many("products.delete_all", rest_path("products"), product_ids, noun="product")


def prioritise_product_storage_unit(storage_unit_id: RecordId, priority: int) -> Call[Saved]:
    """Say how a product is packed first of all: priority 0 is the default."""
    record = f"product storage unit id {storage_unit_id}"
    if priority < 0:
        raise InvalidRecord("the priority is below 0", record=record, field="priority")
    path = rest_path("product_storage_units", storage_unit_id, "priority")
    return change("product_storage_units.priority", path, flat(priority=priority), record=record, repeatable=True)


def assign_account_product(product_id: RecordId, account_id: RecordId) -> Call[Saved]:
    """Let an account hold a product. The answer's id is that of the assignment."""
    return create(
        "account_products.create",
        rest_path("products", product_id, "account_products"),
        document("account_products", {"account_id": whole(account_id, "account_id")}),
        record=f"product id {product_id}",
    )


def unassign_account_product(product_id: RecordId, assignment_id: RecordId) -> Call[Saved]:
    """Take the assignment back."""
    path = rest_path("products", product_id, "account_products", assignment_id)
    return delete("account_products.delete", path, record=f"product id {product_id}")


def _named(product: ProductAttributes | Mapping[str, object]) -> str:
    code = product.get("code") if isinstance(product, Mapping) else product.code
    return f"product {code}" if code else "product without a code"
