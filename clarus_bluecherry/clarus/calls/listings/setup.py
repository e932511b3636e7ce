"""Lists of what sets a tenant up: automations, integrations, mappings, files.

Law of this module: a default query asks only for fields that the vendor shows, because one unknown field fails the
whole query.
"""

from __future__ import annotations

from clarus_bluecherry.clarus import reading
from clarus_bluecherry.clarus.calls.listings.described import ListOf

# Set-up -----------------------------------------------------------------------------------------------------

automations = ListOf(
    root="automations",
    filter_type="AutomationFilterType",
    model=reading.AutomationNode,
    fields="id name resource_name event enabled integration_id created_at",
    filters="name resource_name event enabled integration_id created_at",
)
"""Automations, webhooks among them."""

integrations = ListOf(
    root="integrations",
    filter_type="IntegrationFilterType",
    model=reading.IntegrationNode,
    fields="id name integration_provider integration_type status enabled created_at",
    filters="name integration_provider integration_type enabled status",
)
"""Other systems that the tenant is joined to."""

external_entities = ListOf(
    root="external_entities",
    filter_type="ExternalEntityFilterType",
    model=reading.ExternalEntityNode,
    fields="id code description entity_type external_system_reference1 integration { id name }",
    filters="entity_type code description integration_id integration_name external_system_reference1 created_at",
)
"""Records of other systems."""

mapping_groups = ListOf(
    root="mapping_groups",
    filter_type="MappingGroupFilterType",
    model=reading.MappingGroupNode,
    fields=(
        "id name description operation_type integration { id } mapping_group_fields { id field_name field_type }"
    ),
    filters="name description operation_type integration_id created_at",
)
"""Groups of mappings."""

mappings = ListOf(
    root="mappings",
    filter_type="MappingFilterType",
    model=reading.MappingNode,
    fields="id mapping_group_id mapping_fields { id code value }",
    filters="id mapping_group_id mapping_group_name created_at",
)
"""Mappings that belong to no integration."""

integration_product_mappings = ListOf(
    root="integration_product_mappings",
    filter_type="IntegrationProductMappingFilterType",
    model=reading.ProductMappingNode,
    fields="id product { id code } integration_product { id code } mapping_fields mapping_group_id",
    filters="mapping_group_id product_id product_code integration_product_id integration_product_code created_at",
)
"""Products and what they are in other systems."""

import_templates = ListOf(
    root="import_templates",
    filter_type="ImportTemplateFilterType",
    model=reading.ImportTemplateNode,
    fields="id file_regexp template_type account { id code } ftp_user { id name } mapping_group { id }",
    filters=(
        "template_type file_regexp account_id account_code ftp_user_id ftp_user_name mapping_group_id created_at"
    ),
)
"""Which importer reads which files."""

documents = ListOf(
    root="documents",
    filter_type="DocumentFilterType",
    model=reading.DocumentNode,
    fields="id file_name file_type category status created_at updated_at",
    filters="file_name category status file_type",
)
"""Files that Clarus made or was given."""
