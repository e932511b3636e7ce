"""Other systems that the tenant is joined to, and what records are called there.

Law of this module: what belongs to a group lives under its group's id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.clarus._envelopes import action, rest_path
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
from clarus_bluecherry.clarus._resources._lists import Flag, ListOptions, Moment, RecordRef, Text, asked
from clarus_bluecherry.clarus._resources._records import Records
from clarus_bluecherry.http._call import Call

if TYPE_CHECKING:
    from clarus_bluecherry.clarus._graphql import Listing
    from clarus_bluecherry.clarus._reading.answers import Saved


class IntegrationFilters(ListOptions, total=False):
    """Filters of integrations."""

    name: Text
    integration_provider: Text
    integration_type: Text
    enabled: Flag
    status: Text


class Integrations(Deletable[D_co]):
    """Other systems that the tenant is joined to."""

    _records = Records("integrations", "integration", named_by="name")

    @listing
    def list(self, **filters: Unpack[IntegrationFilters]) -> Listing[wire.IntegrationNode]:
        """Other systems that the tenant is joined to."""
        return asked("integrations", "IntegrationFilterType", wire.IntegrationNode, filters)

    @creates(wire.IntegrationAttributes)
    def create(self, integration: wire.IntegrationAttributes) -> Call[Saved]:
        """Create an integration. Not repeatable: look for it first, and after a lost answer."""
        return self._records.create(integration)

    @updates(wire.IntegrationChanges)
    def update(self, record_id: RecordId, changes: wire.IntegrationChanges) -> Call[Saved]:
        """Set fields of an integration: only those given are sent, None clears one."""
        return self._records.update(changes, record_id)

    @operation
    def synchronize(self, integration_id: RecordId) -> Call[Saved]:
        """Have an integration fetch and send what it is set up for, in the background."""
        path = rest_path("integrations", integration_id, "synchronize")
        return action("integrations.synchronize", path, record=self._records.at(integration_id))


class ExternalEntityFilters(ListOptions, total=False):
    """Filters of external entities."""

    entity_type: Text
    code: Text
    description: Text
    integration_id: RecordRef
    integration_name: Text
    external_system_reference1: Text
    created_at: Moment


class ExternalEntities(Deletable[D_co]):
    """Records of other systems."""

    _records = Records("external_entities", "external entity")

    @listing
    def list(self, **filters: Unpack[ExternalEntityFilters]) -> Listing[wire.ExternalEntityNode]:
        """Records of other systems."""
        return asked("external_entities", "ExternalEntityFilterType", wire.ExternalEntityNode, filters)

    @creates(wire.ExternalEntityAttributes)
    def create(self, external_entity: wire.ExternalEntityAttributes) -> Call[Saved]:
        """Create an external entity. Not repeatable: look for it first, and after a lost answer."""
        return self._records.create(external_entity)

    @updates(wire.ExternalEntityChanges)
    def update(self, record_id: RecordId, changes: wire.ExternalEntityChanges) -> Call[Saved]:
        """Set fields of an external entity: only those given are sent, None clears one."""
        return self._records.update(changes, record_id)


class MappingGroupFilters(ListOptions, total=False):
    """Filters of mapping groups."""

    name: Text
    description: Text
    operation_type: Text
    integration_id: RecordRef
    created_at: Moment


class MappingGroups(Deletable[D_co]):
    """Groups of mappings."""

    _records = Records("mapping_groups", "mapping group", named_by="name")

    @listing
    def list(self, **filters: Unpack[MappingGroupFilters]) -> Listing[wire.MappingGroupNode]:
        """Groups of mappings."""
        return asked("mapping_groups", "MappingGroupFilterType", wire.MappingGroupNode, filters)

    @creates(wire.MappingGroupAttributes)
    def create(self, mapping_group: wire.MappingGroupAttributes) -> Call[Saved]:
        """Create a mapping group. Not repeatable: look for it first, and after a lost answer."""
        return self._records.create(mapping_group)

    @updates(wire.MappingGroupChanges)
    def update(self, record_id: RecordId, changes: wire.MappingGroupChanges) -> Call[Saved]:
        """Set fields of a mapping group: only those given are sent, None clears one."""
        return self._records.update(changes, record_id)


class MappingGroupFields(Resource[D_co]):
    """Fields of mapping groups. Each lives under its group, and can only be added."""

    _records = Records(
        "mapping_group_fields",
        "mapping group field",
        parents="mapping_groups",
        step="mapping_group_fields",
    )

    @creates_under(wire.MappingGroupFieldAttributes)
    def create(self, parent_id: RecordId, field: wire.MappingGroupFieldAttributes) -> Call[Saved]:
        """Create a mapping group field under its parent. Not repeatable: look for it first."""
        return self._records.create(field, parent_id)


class MappingFilters(ListOptions, total=False):
    """Filters of mappings."""

    id: RecordRef
    mapping_group_id: RecordRef
    mapping_group_name: Text
    created_at: Moment


class Mappings(Deletable[D_co]):
    """Mappings that belong to no integration."""

    _records = Records("mappings", "mapping", named_by="mapping_group_id")

    @listing
    def list(self, **filters: Unpack[MappingFilters]) -> Listing[wire.MappingNode]:
        """Mappings that belong to no integration."""
        return asked("mappings", "MappingFilterType", wire.MappingNode, filters)

    @creates(wire.MappingAttributes)
    def create(self, mapping: wire.MappingAttributes) -> Call[Saved]:
        """Create a mapping. Not repeatable: look for it first, and after a lost answer."""
        return self._records.create(mapping)

    @updates(wire.MappingChanges)
    def update(self, record_id: RecordId, changes: wire.MappingChanges) -> Call[Saved]:
        """Set fields of a mapping: only those given are sent, None clears one."""
        return self._records.update(changes, record_id)


class IntegrationProductMappingFilters(ListOptions, total=False):
    """Filters of integration product mappings."""

    mapping_group_id: RecordRef
    product_id: RecordRef
    product_code: Text
    integration_product_id: RecordRef
    integration_product_code: Text
    created_at: Moment


class IntegrationProductMappings(Resource[D_co]):
    """Products and what they are in other systems. Each lives under its group."""

    _records = Records(
        "integration_product_mappings",
        "product mapping",
        parents="integration_product_mapping_groups",
        step="mappings",
    )

    @listing
    def list(self, **filters: Unpack[IntegrationProductMappingFilters]) -> Listing[wire.ProductMappingNode]:
        """Products and what they are in other systems."""
        kind = "IntegrationProductMappingFilterType"
        return asked("integration_product_mappings", kind, wire.ProductMappingNode, filters)

    @creates_under(wire.ProductMappingAttributes)
    def create(self, parent_id: RecordId, mapping: wire.ProductMappingAttributes) -> Call[Saved]:
        """Create a product mapping under its parent. Not repeatable: look for it first."""
        return self._records.create(mapping, parent_id)

    @updates_under(wire.ProductMappingChanges)
    def update(self, parent_id: RecordId, record_id: RecordId, changes: wire.ProductMappingChanges) -> Call[Saved]:
        """Set fields of a product mapping: only those given are sent, None clears one."""
        return self._records.update(changes, parent_id, record_id)

    @operation
    def delete(self, parent_id: RecordId, record_id: RecordId) -> Call[Saved]:
        """Delete a product mapping."""
        return self._records.delete(parent_id, record_id)
