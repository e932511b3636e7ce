"""Accounts, and the warehouses and products that they have.

Law of this module: an account owns stock; who receives it is a customer, and the two are never the same id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.clarus._envelopes import create, delete, document, rest_path
from clarus_bluecherry.clarus._ids import RecordId, whole
from clarus_bluecherry.clarus._resources._doors import (
    D_co,
    Deletable,
    Resource,
    creates,
    listing,
    operation,
    updates,
)
from clarus_bluecherry.clarus._resources._lists import Flag, ListOptions, Moment, RecordRef, Text, asked
from clarus_bluecherry.clarus._resources._records import Records
from clarus_bluecherry.http._call import Call

if TYPE_CHECKING:
    from clarus_bluecherry.clarus._graphql import Listing
    from clarus_bluecherry.clarus._reading.answers import Saved


class AccountFilters(ListOptions, total=False):
    """Filters of accounts."""

    code: Text
    name: Text
    warehouse_id: RecordRef
    is_short_pickable: Flag


class Accounts(Deletable[D_co]):
    """Stock owners."""

    _records = Records("accounts", "account")

    @listing
    def list(self, **filters: Unpack[AccountFilters]) -> Listing[wire.AccountNode]:
        """Stock owners."""
        return asked("accounts", "AccountFilterType", wire.AccountNode, filters)

    @creates(wire.AccountAttributes)
    def create(self, account: wire.AccountAttributes) -> Call[Saved]:
        """Create an account. Not repeatable: look for it first, and after a lost answer."""
        return self._records.create(account)

    @updates(wire.AccountChanges)
    def update(self, record_id: RecordId, changes: wire.AccountChanges) -> Call[Saved]:
        """Set fields of an account: only those given are sent, None clears one."""
        return self._records.update(changes, record_id)


class AccountWarehouseFilters(ListOptions, total=False):
    """Filters of account warehouses."""

    account_id: RecordRef
    warehouse_id: RecordRef


class AccountWarehouses(Deletable[D_co]):
    """Which accounts keep stock in which warehouses."""

    _records = Records("account_warehouses", "account warehouse", named_by="account_id")

    @listing
    def list(self, **filters: Unpack[AccountWarehouseFilters]) -> Listing[wire.AccountWarehouseNode]:
        """The links of accounts to warehouses."""
        return asked("account_warehouses", "AccountWarehouseFilterType", wire.AccountWarehouseNode, filters)

    @creates(wire.AccountWarehouseAttributes)
    def create(self, account_warehouse: wire.AccountWarehouseAttributes) -> Call[Saved]:
        """Create an account warehouse. Not repeatable: look for it first, and after a lost answer."""
        return self._records.create(account_warehouse)

    @updates(wire.AccountWarehouseChanges)
    def update(self, record_id: RecordId, changes: wire.AccountWarehouseChanges) -> Call[Saved]:
        """Set fields of an account warehouse: only those given are sent, None clears one."""
        return self._records.update(changes, record_id)


class AccountProductFilters(ListOptions, total=False):
    """Filters of account products."""

    account_id: RecordRef
    product_id: RecordRef
    created_at: Moment


class AccountProducts(Resource[D_co]):
    """Which account may hold which product."""

    @listing
    def list(self, **filters: Unpack[AccountProductFilters]) -> Listing[wire.AccountProductNode]:
        """The assignments of products to accounts."""
        return asked("account_products", "AccountProductFilterType", wire.AccountProductNode, filters)

    @operation
    def assign(self, product_id: RecordId, account_id: RecordId) -> Call[Saved]:
        """Let an account hold a product. The answer's id is that of the assignment."""
        return create(
            "account_products.create",
            rest_path("products", product_id, "account_products"),
            document("account_products", {"account_id": whole(account_id, "account_id")}),
            record=f"product id {product_id}",
        )

    @operation
    def unassign(self, product_id: RecordId, assignment_id: RecordId) -> Call[Saved]:
        """Take the assignment back."""
        path = rest_path("products", product_id, "account_products", assignment_id)
        return delete("account_products.delete", path, record=f"product id {product_id}")
