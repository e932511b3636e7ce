"""Lists of what sets a tenant up: automations, integrations, mappings, files.

Law of this module: a query asks for the fields of its node model, which are those that the vendor shows, because
one unknown field fails the whole query.
"""

from __future__ import annotations

from clarus_bluecherry.clarus import reading
from clarus_bluecherry.clarus.calls.listings.described import ListOf

# Set-up -----------------------------------------------------------------------------------------------------

automations = ListOf(
    root="automations",
    filter_type="AutomationFilterType",
    model=reading.AutomationNode,
    filters="name resource_name event enabled integration_id created_at",
)
"""Automations, webhooks among them."""

integrations = ListOf(
    root="integrations",
    filter_type="IntegrationFilterType",
    model=reading.IntegrationNode,
    filters="name integration_provider integration_type enabled status",
)
"""Other systems that the tenant is joined to."""

external_entities = ListOf(
    root="external_entities",
    filter_type="ExternalEntityFilterType",
    model=reading.ExternalEntityNode,
    filters="entity_type code description integration_id integration_name external_system_reference1 created_at",
)
"""Records of other systems."""

mapping_groups = ListOf(
    root="mapping_groups",
    filter_type="MappingGroupFilterType",
    model=reading.MappingGroupNode,
    filters="name description operation_type integration_id created_at",
)
"""Groups of mappings."""

mappings = ListOf(
    root="mappings",
    filter_type="MappingFilterType",
    model=reading.MappingNode,
    filters="id mapping_group_id mapping_group_name created_at",
)
"""Mappings that belong to no integration."""

integration_product_mappings = ListOf(
    root="integration_product_mappings",
    filter_type="IntegrationProductMappingFilterType",
    model=reading.ProductMappingNode,
    filters="mapping_group_id product_id product_code integration_product_id integration_product_code created_at",
)
"""Products and what they are in other systems."""

import_templates = ListOf(
    root="import_templates",
    filter_type="ImportTemplateFilterType",
    model=reading.ImportTemplateNode,
    filters=(
        "template_type file_regexp account_id account_code ftp_user_id ftp_user_name mapping_group_id created_at"
    ),
)
"""Which importer reads which files."""

documents = ListOf(
    root="documents",
    filter_type="DocumentFilterType",
    model=reading.DocumentNode,
    filters="file_name category status file_type",
)
"""Files that Clarus made or was given."""
