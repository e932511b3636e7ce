"""What sets a tenant up, as written: automations, integrations and their mappings, the file channel's users.

Law of this module: `…Changes` is what a PATCH may carry, `…Attributes` adds what a create must have. A password,
an integration's configuration and an automation's parameters never show in a repr.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, InstanceOf, JsonValue

from clarus_bluecherry.clarus._writing.base import Attributes, Name50, RecordNumber, Referenced, Several, TextSlots
from clarus_bluecherry.clarus._writing.lines import LineChange

WatchedResource = Literal[
    "goods_out",
    "goods_in",
    "goods_out_pick_list",
    "invoice",
    "load_drop",
    "stock_balance",
    "stock",
    "putaway_task",
    "failure_event_log",
    "ftp_file",
    "ftp_import",
    "daily_schedule",
    "weekly_schedule",
    "monthly_schedule",
    "one_time_schedule",
]


class AutomationChanges(Attributes):
    """What can be changed on an automation's header."""

    resource_name: WatchedResource | None = None
    event: Annotated[str, Field(min_length=1)] | None = None
    name: str | None = None
    enabled: bool | None = None


class AutomationAttributes(AutomationChanges):
    """An automation: on which event of which resource it fires."""

    resource_name: WatchedResource = Field()
    event: Annotated[str, Field(min_length=1)] = Field()
    enabled: bool = True


ConditionCode = Literal[
    "account_id",
    "product_group_id",
    "warehouse_id",
    "customer_id",
    "integration_id",
    "category",
    "sub_category",
    "order_status",
    "filename",
    "time_of_the_day",
    "days_of_the_week",
    "days_of_the_month",
    "date",
    "order_type_id",
    "carrier_id",
    "target_account_id",
    "source_account_id",
    "goods_in_receipt_kind_id",
    "import_configuration_id",
    "original_delivery_address_id",
    "country_code",
    "total_value",
    "postcode",
    "total_weight_in_grams",
    "lines_total_count",
    "lines_total_items_ordered",
    "lines_total_unit_weight_ordered",
]
Comparison = Literal[
    "eq",
    "neq",
    "in",
    "notin",
    "matches",
    "greater_than",
    "greater_than_eq",
    "less_than",
    "less_than_eq",
    "starts_with",
]
Destination = Literal[
    "api", "ftp", "email", "webhook", "maxoptra", "brightpearl", "file_import", "ai", "process_picks"
]
ParameterCode = Literal[
    "hold_notes",
    "webhook_method",
    "webhook_url",
    "reason_code_id",
    "template",
    "document_category",
    "file_name",
    "ftp_user_id",
    "integration_id",
    "mapping_group_id",
    "import_configuration_id",
    "report_query_id",
    "query_variables",
    "printer_id",
    "pick_type",
    "pack_strategy",
    "dispatch_strategy",
    "carrier_id",
    "carrier_service_id",
    "email_recipient",
    "email_subject",
    "email_body",
    "prompt",
    "dispatch_note_template_id",
    "invoice_template_id",
    "load_drop_manifest_template_id",
    "picking_note_template_id",
    "pre_receipt_template_id",
    "putaway_note_template_id",
    "account_id",
    "customer_id",
    "order_type_id",
    "warehouse_id",
    "expected_date_of_dispatch",
]


class ConditionChanges(Attributes):
    """What can be changed on a condition. `source_path` leads into the event, as in `data.account_id`."""

    never_null = frozenset({"condition_code", "source_path", "operator", "value"})

    condition_code: ConditionCode | None = None
    source_path: str | None = None
    operator: Comparison | None = None
    value: str | int | Decimal | None = None


class ConditionAttributes(ConditionChanges):
    """A condition of an automation; all of them must hold. The schema requires nothing; half a condition tests
    nothing (our reading, confidence high).
    """

    condition_code: ConditionCode = Field()
    operator: Comparison = Field()


class ParameterAttributes(Attributes):
    """A parameter of an automation's action. The value is always text."""

    never_null = frozenset({"parameter_code", "value"})

    parameter_code: ParameterCode | None = None
    value: str | None = Field(default=None, repr=False)
    operator: Literal["eq", "neq", "greater_than", "greater_than_eq", "less_than", "less_than_eq"] | None = None


class ParameterChange(Attributes):
    """A change to one parameter of an action: `UPDATE` and `DESTROY` name its id."""

    type: Literal["ADD", "UPDATE", "DESTROY"]
    id: int | None = None
    attributes: ParameterAttributes | None = None


class ActionChanges(Attributes):
    """What can be changed on an automation's action."""

    never_null = frozenset({"destination_type", "destination_code", "parameters_changes"})

    destination_type: Destination | None = None
    destination_code: str | None = None
    parameters_changes: Several[ParameterChange] | None = None


class ActionAttributes(ActionChanges):
    """What an automation does. Which `destination_code` a webhook takes is not published."""

    destination_type: Destination = Field()


class NewAutomation(AutomationAttributes):
    """An automation to create: when its event happens and all conditions hold, its actions are taken."""

    beside = frozenset({"actions", "conditions"})

    actions: Several[ActionAttributes]
    conditions: Several[ConditionAttributes] = ()


class AutomationUpdate(AutomationChanges):
    """What one PATCH of an automation carries: fields, and changes of its conditions and actions."""

    beside = frozenset({"actions", "conditions"})

    conditions: Several[InstanceOf[LineChange]] = ()
    actions: Several[InstanceOf[LineChange]] = ()


# Integrations and mappings -----------------------------------------------------------------------------------


class IntegrationChanges(TextSlots):
    """What can be changed on an integration. Lists say `enabled` for `is_active`."""

    never_null = frozenset({"name"})

    name: str | None = None
    is_active: bool | None = None
    configuration: dict[str, JsonValue] | None = Field(default=None, repr=False)


class IntegrationAttributes(IntegrationChanges, Referenced):
    """An integration to create. Its id on an order lets automations tell who sent it."""

    name: str = Field()
    integration_type: Literal["ecommerce", "carrier", "marketplace", "erp", "accounting", "custom"]
    provider: (
        Literal[
            "shopify",
            "woocommerce",
            "magento",
            "bigcommerce",
            "amazon",
            "ebay",
            "brightpearl",
            "xero",
            "quickbooks",
            "dhl",
            "dpd",
            "fedex",
            "ups",
            "royal_mail",
            "custom",
        ]
        | None
    ) = None
    account_id: RecordNumber | None = None
    warehouse_id: RecordNumber | None = None


class ExternalEntityChanges(Referenced):
    """What can be changed on a record of another system."""

    never_null = frozenset({"entity_type", "code", "external_system_reference1"})

    entity_type: Literal["carrier", "product", "shipping_rate", "warehouse"] | None = None
    code: str | None = None
    description: str | None = None
    integration_id: RecordNumber | None = None


class ExternalEntityAttributes(ExternalEntityChanges):
    """A record of another system to create; its first reference is its id over there."""

    entity_type: Literal["carrier", "product", "shipping_rate", "warehouse"] = Field()
    code: str = Field()
    external_system_reference1: str = Field()


class MappingGroupChanges(Attributes):
    """What can be changed on a mapping group."""

    never_null = frozenset({"name", "description"})

    name: Name50 | None = None
    description: Annotated[str, Field(max_length=150)] | None = None


class MappingGroupAttributes(MappingGroupChanges):
    """A mapping group to create. Groups that an integration made itself are the only ones it uses."""

    name: Name50 = Field()
    description: Annotated[str, Field(max_length=150)] = Field()
    operation_type: Literal[
        "stock_hold",
        "stock_release",
        "integration_carrier",
        "integration_shipping_rate",
        "integration_warehouse",
        "integration_product",
        "ftp",
    ]
    integration_id: RecordNumber | None = None


class MappingGroupFieldAttributes(Attributes):
    """A field that a mapping group's mappings may test."""

    field_name: Annotated[str, Field(max_length=50, pattern=r"^[a-zA-Z0-9_]*$")]
    field_type: Literal["string"] = "string"


class MappingChanges(Attributes):
    """What can be changed on a mapping: what it matches, and what it then says."""

    mapping_fields: dict[str, JsonValue] | None = None
    operation_type_fields: dict[str, JsonValue] | None = None


class MappingAttributes(MappingChanges):
    """A mapping to create. Mappings of integrations have a path of their own and are refused here."""

    mapping_group_id: RecordNumber


class ProductMappingChanges(Attributes):
    """What can be changed on the mapping of a product to an external entity."""

    never_null = frozenset({"product_id", "integration_product_id"})

    product_id: RecordNumber | None = None
    integration_product_id: RecordNumber | None = None
    mapping_fields: Several[dict[str, JsonValue]] | None = None


class ProductMappingAttributes(ProductMappingChanges):
    """A product and the external entity (of type product) that it is in another system."""

    product_id: RecordNumber = Field()
    integration_product_id: RecordNumber = Field()


# Files -------------------------------------------------------------------------------------------------------

TemplateType = Literal[
    "AccessDeltaPreReceipt",
    "AccessDeltaWmsOrders",
    "AccessDeltaWmsStocks",
    "ClarusWmsStocks",
    "DatafileOrder",
    "DatafileOrderHeader",
    "DatafilePreReceipt",
    "DatafilePreReceiptHeader",
    "DatafileUplift",
    "DatafileUpliftHeader",
    "EdiOrder",
    "GoodsOut",
    "ExpectNobiaOrder",
    "StandardLocations",
    "StandardOrder",
    "StandardPreReceipt",
    "StandardProducts",
    "StandardProductBomImport",
    "StandardStockAttributesUpdate",
    "WalkersPreReceipt",
    "SapOrder",
    "WstransportOrder",
    "AccessDeltaWmsSalesOrders",
    "AccessDeltaWmsProducts",
    "DhlSiteTransferAsn",
    "StandardProductAccountAssignment",
    "StandardUpdateOrderHeader",
    "DhlSalesOrder",
    "HazardousPhrasesProductAssignment",
    "StandardAddress",
    "TradacomsOrder9",
]


class ImportTemplateChanges(Attributes):
    """What can be changed on an import template."""

    never_null = frozenset({"file_regexp", "template_type", "ftp_user_id"})

    file_regexp: str | None = None
    template_type: TemplateType | None = None
    ftp_user_id: RecordNumber | None = None
    account_id: RecordNumber | None = None
    mapping_group_id: RecordNumber | None = None
    user_id: RecordNumber | None = None


class ImportTemplateAttributes(ImportTemplateChanges):
    """Which importer reads the files of an SFTP user whose name matches `file_regexp`."""

    file_regexp: str = Field()
    ftp_user_id: RecordNumber = Field()


class FtpUserChanges(Attributes):
    """What can be changed on an SFTP user. A password that is left out, or blank, stays as it is."""

    never_null = frozenset({"direction", "name", "username", "password", "password_confirmation", "active"})

    direction: Literal["download", "upload"] | None = None
    name: str | None = None
    username: Annotated[str, Field(min_length=6)] | None = None
    password: str | None = Field(default=None, repr=False)
    password_confirmation: str | None = Field(default=None, repr=False)
    description: str | None = None
    active: bool | None = None


class FtpUserAttributes(FtpUserChanges):
    """An SFTP user to create. An upload user comes with a default set of import templates."""

    direction: Literal["download", "upload"] = Field()
    name: str = Field()
    username: Annotated[str, Field(min_length=6)] = Field()
    password: str = Field(repr=False)
