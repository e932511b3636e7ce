"""Products, their parts, their packing and their other codes.

Law of this module: a product is checked against the vendor's limits before its call exists.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Unpack

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.clarus._envelopes import change, flat, rest_path
from clarus_bluecherry.clarus._ids import RecordId
from clarus_bluecherry.clarus._resources._doors import (
    D_co,
    Deletable,
    Resource,
    creates,
    creates_under,
    listing,
    operation,
    updates,
    updates_under,
)
from clarus_bluecherry.clarus._resources._lists import Flag, ListOptions, Number, RecordRef, Text, asked
from clarus_bluecherry.clarus._resources._records import Records
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.http._call import Call

if TYPE_CHECKING:
    from clarus_bluecherry.clarus._graphql import Listing
    from clarus_bluecherry.clarus._reading.answers import Saved


class ProductFilters(ListOptions, total=False):
    """Filters of products."""

    code: Text
    barcode: Text
    all_codes: Text
    description: Text
    account_id: RecordRef
    product_type: Text


class Products(Deletable[D_co]):
    """Products. One that has stock cannot be deleted."""

    _records = Records("products", "product")

    @listing
    def list(self, **filters: Unpack[ProductFilters]) -> Listing[wire.ProductNode]:
        """Products. `all_codes` matches code and barcodes exactly: only for a value of unknown kind."""
        return asked("products", "ProductsFilterType", wire.ProductNode, filters)

    @creates(wire.ProductAttributes)
    def create(self, product: wire.ProductAttributes) -> Call[Saved]:
        """Create a product; the value has its id. Not repeatable: look for it first, and after a lost answer.

        Codes are described as unique: a second one is refused (`product_code_exists`).
        """
        return self._records.create(product)

    @updates(wire.ProductChanges)
    def update(self, record_id: RecordId, changes: wire.ProductChanges) -> Call[Saved]:
        """Set fields of a product: only those given are sent, None clears one.

        The schema wants `description` and `stock_unit_type_id` on every PATCH, the guides send neither (which
        holds is not published, confidence low): send them along when in doubt.
        """
        return self._records.update(changes, record_id)

    @operation
    def delete_all(self, record_ids: Iterable[RecordId]) -> Call[Saved]:
        """Delete several products in one call."""
        return self._records.delete_all(record_ids)


class ProductMaterialFilters(ListOptions, total=False):
    """Filters of product materials."""

    parent_product_id: RecordRef
    child_product_id: RecordRef
    parent_product_code: Text
    child_product_code: Text
    quantity: Number


class ProductMaterials(Resource[D_co]):
    """Parts of kits: so many of one product in another. They live under the product that they make."""

    _records = Records("product_materials", "material", parents="products", step="materials")

    @listing
    def list(self, **filters: Unpack[ProductMaterialFilters]) -> Listing[wire.MaterialNode]:
        """Parts of kits."""
        return asked("product_materials", "ProductMaterialFilterType", wire.MaterialNode, filters)

    @creates_under(wire.MaterialAttributes)
    def create(self, parent_id: RecordId, material: wire.MaterialAttributes) -> Call[Saved]:
        """Create a material under its parent. Not repeatable: look for it first."""
        return self._records.create(material, parent_id)

    @updates_under(wire.MaterialChanges)
    def update(self, parent_id: RecordId, record_id: RecordId, changes: wire.MaterialChanges) -> Call[Saved]:
        """Set fields of a material: only those given are sent, None clears one."""
        return self._records.update(changes, parent_id, record_id)

    @operation
    def delete(self, parent_id: RecordId, record_id: RecordId) -> Call[Saved]:
        """Delete a material."""
        return self._records.delete(parent_id, record_id)


class ProductStorageUnitFilters(ListOptions, total=False):
    """Filters of product storage units."""

    product_id: RecordRef
    product_code: Text
    storage_unit_type_id: RecordRef
    storage_unit_type_code: Text
    priority: Number
    total: Number


class ProductStorageUnits(Deletable[D_co]):
    """How products are packed."""

    _records = Records("product_storage_units", "product storage unit", named_by="product_id")

    @listing
    def list(self, **filters: Unpack[ProductStorageUnitFilters]) -> Listing[wire.ProductStorageUnitNode]:
        """How products are packed."""
        return asked("product_storage_units", "ProductStorageUnitFilterType", wire.ProductStorageUnitNode, filters)

    @creates(wire.ProductStorageUnitAttributes)
    def create(self, product_storage_unit: wire.ProductStorageUnitAttributes) -> Call[Saved]:
        """Create a product storage unit. Not repeatable: look for it first, and after a lost answer."""
        return self._records.create(product_storage_unit)

    @updates(wire.ProductStorageUnitChanges)
    def update(self, record_id: RecordId, changes: wire.ProductStorageUnitChanges) -> Call[Saved]:
        """Set fields of a product storage unit: only those given are sent, None clears one."""
        return self._records.update(changes, record_id)

    @operation
    def prioritise(self, storage_unit_id: RecordId, priority: int) -> Call[Saved]:
        """Say how a product is packed first of all: priority 0 is the default."""
        record = self._records.at(storage_unit_id)
        if priority < 0:
            raise InvalidRecord("the priority is below 0", record=record, field="priority")
        path = rest_path("product_storage_units", storage_unit_id, "priority")
        body = flat(priority=priority)
        return change("product_storage_units.priority", path, body, record=record, repeatable=True)


class AlternativeCodes(Deletable[D_co]):
    """Other codes of products, suppliers, carriers and warehouses. No list of them is published: keep the id."""

    _records = Records("alternative_codes", "alternative code")

    @creates(wire.AlternativeCodeAttributes)
    def create(self, alternative_code: wire.AlternativeCodeAttributes) -> Call[Saved]:
        """Create an alternative code. Not repeatable: look for it first, and after a lost answer."""
        return self._records.create(alternative_code)

    @updates(wire.AlternativeCodeChanges)
    def update(self, record_id: RecordId, changes: wire.AlternativeCodeChanges) -> Call[Saved]:
        """Set fields of an alternative code: only those given are sent, None clears one."""
        return self._records.update(changes, record_id)


class AlternativeCodeTypeFilters(ListOptions, total=False):
    """Filters of alternative code types."""

    code: Text
    name: Text
    description: Text
    system_type: Flag


class AlternativeCodeTypes(Deletable[D_co]):
    """Kinds of alternative code."""

    _records = Records("alternative_code_types", "alternative code type")

    @listing
    def list(self, **filters: Unpack[AlternativeCodeTypeFilters]) -> Listing[wire.AlternativeCodeTypeNode]:
        """Kinds of alternative code. The codes themselves have no published list."""
        kind = "AlternativeCodeTypeFilterType"
        return asked("alternative_code_types", kind, wire.AlternativeCodeTypeNode, filters)

    @creates(wire.AlternativeCodeTypeAttributes)
    def create(self, alternative_code_type: wire.AlternativeCodeTypeAttributes) -> Call[Saved]:
        """Create an alternative code type. Not repeatable: look for it first, and after a lost answer."""
        return self._records.create(alternative_code_type)

    @updates(wire.AlternativeCodeTypeChanges)
    def update(self, record_id: RecordId, changes: wire.AlternativeCodeTypeChanges) -> Call[Saved]:
        """Set fields of an alternative code type: only those given are sent, None clears one."""
        return self._records.update(changes, record_id)
