"""What sets a tenant up, as lists return it: automations, integrations, mappings, documents, import templates.

Law of this module: a node declares the fields of the vendor's published example.
"""

from __future__ import annotations

from pydantic import Field

from clarus_bluecherry.clarus._reading.node import (
    CodedNode,
    CodedReference,
    Id,
    Node,
    NodePart,
    Open,
    Reference,
    TitledReference,
)


class AutomationNode(Node):
    """A rule that fires on an event of a resource; webhooks are rules with a webhook action."""

    id: Id
    name: str | None = None
    resource_name: str | None = None
    event: str | None = None
    enabled: bool | None = None
    integration_id: str | None = None
    created_at: str | None = None


class IntegrationNode(Node):
    """Another system that the tenant is joined to."""

    id: Id
    name: str | None = None
    integration_provider: str | None = None
    integration_type: str | None = None
    status: str | None = None
    enabled: bool | None = None
    created_at: str | None = None


class ExternalEntityNode(CodedNode):
    """A record of another system. `external_system_reference1` is its id over there."""

    description: str | None = None
    entity_type: str | None = None
    external_system_reference1: str | None = None
    integration: TitledReference | None = None


class MappingGroupFieldNode(NodePart):
    """A field that a mapping group's mappings may test."""

    id: Id = ""
    field_name: str | None = None
    field_type: str | None = None


class MappingGroupNode(Node):
    """A group of mappings of one kind."""

    id: Id
    name: str | None = None
    description: str | None = None
    operation_type: str | None = None
    integration: Reference | None = None
    mapping_group_fields: tuple[MappingGroupFieldNode, ...] = ()


class MappingFieldNode(NodePart):
    """A field of a mapping with its value."""

    id: Id = ""
    code: str | None = None
    value: str | None = None


class MappingNode(Node):
    """A mapping of a group."""

    id: Id
    mapping_group_id: Id | None = None
    mapping_fields: tuple[MappingFieldNode, ...] = ()


class ProductMappingNode(Node):
    """A product and the external entity that it is in another system."""

    id: Id
    product: CodedReference | None = None
    integration_product: CodedReference | None = None
    mapping_fields: tuple[dict[str, Open], ...] | None = None
    mapping_group_id: Id | None = None


class ImportTemplateNode(Node):
    """Which importer reads the files of an SFTP user whose name matches `file_regexp`."""

    id: Id
    file_regexp: str | None = None
    template_type: str | None = None
    account: CodedReference | None = None
    ftp_user: TitledReference | None = None
    mapping_group: Reference | None = None


class DocumentNode(Node):
    """A file that Clarus made or was given. Download it with `documents.download`."""

    id: Id
    file_name: str | None = Field(default=None, repr=False)
    file_type: str | None = None
    category: str | None = None
    status: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
