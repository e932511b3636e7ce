"""Clarus's own records, as its API writes and reads them: every name of `reading` and `writing` in one place.

Law of this module: it adds nothing. Reads are tolerant and writes are strict; field names, limits and required
fields are those of the vendor's OpenAPI file, and a test holds the two together. A record loads when it is used.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

# fmt: off
# ruff: noqa: I001 - names stand by the line, as in the table below
if TYPE_CHECKING:
    from clarus_bluecherry._wire import Quantity
    from clarus_bluecherry.clarus._reading.answers import (
        CountResult, DocumentLink, Saved, StockCheckResult, StockCheckTask,
    )
    from clarus_bluecherry.clarus._reading.node import (
        UNDOCUMENTED, AddressNode, AnyNode, CodedNode, CodedReference, Id, NamedNode, NamedReference, Node,
        NumberedReference, NodePart, Reference, StatusReference, TitledReference, bare_date, instant,
    )
    from clarus_bluecherry.clarus._reading.orders import (
        GoodsInReceiptNode, GoodsOutLineNode, GoodsOutNode, OrderTypeNode, PickListNode, PickProcessingRequestNode,
        ReasonCodeNode,
    )
    from clarus_bluecherry.clarus._reading.parties import (
        AccountNode, AccountWarehouseNode, CustomerNode, LocationNode, SiteNode, SupplierAddressNode, SupplierNode,
        WarehouseNode,
    )
    from clarus_bluecherry.clarus._reading.products import (
        AccountProductNode, AlternativeCodeTypeNode, MaterialNode, ProductNode, ProductStorageUnitNode,
        StockUnitTypeNode, StorageUnitTypeNode, UnitDimensions,
    )
    from clarus_bluecherry.clarus._reading.setup import (
        AutomationNode, DocumentNode, ExternalEntityNode, ImportTemplateNode, IntegrationNode, MappingFieldNode,
        MappingGroupFieldNode, MappingGroupNode, MappingNode, ProductMappingNode,
    )
    from clarus_bluecherry.clarus._reading.stock import (
        ReceiptLineReference, ReceiptReference, StockBalanceNode, StockNode, StorageUnitNode, TaskNode,
        TransactionNode,
    )
    from clarus_bluecherry.clarus._reading.transport import (
        CarrierNode, CarrierServiceNode, LoadNode, PackageNode, ShipmentNode,
    )
    from clarus_bluecherry.clarus._writing.base import (
        AddressAttributes, Attributes, Dimension, DispatchStrategy, FlagSlots, IntegerSlots, Length, MomentSlots,
        PackStrategy, Referenced, Slots, StockConfiguration, TextSlots, Volume, Weight,
    )
    from clarus_bluecherry.clarus._writing.goods_in import (
        GoodsInLineAttributes, GoodsInLineChanges, GoodsInReceiptAttributes, GoodsInReceiptChanges, PreReceipt,
        PreReceiptUpdate,
    )
    from clarus_bluecherry.clarus._writing.goods_out import (
        GoodsOutAttributes, GoodsOutChanges, GoodsOutLineAttributes, GoodsOutLineChanges,
        GoodsOutOrder, GoodsOutUpdate,
    )
    from clarus_bluecherry.clarus._writing.kinds import (
        OrderTypeAttributes, OrderTypeChanges, ReasonCodeAttributes, ReasonCodeChanges, ReasonType,
    )
    from clarus_bluecherry.clarus._writing.parties import (
        AccountAttributes, AccountChanges, AccountWarehouseAttributes, AccountWarehouseChanges,
        CollectionAddressAttributes, CollectionAddressChanges, CustomerAddress, CustomerAttributes,
        CustomerChanges, DeliveryAddressAttributes, DeliveryAddressChanges, NewWarehouse, SavedAddressChanges,
        SiteAttributes, SiteChanges, SupplierAttributes, SupplierChanges, WarehouseAttributes, WarehouseChanges,
        WarehouseUpdate,
    )
    from clarus_bluecherry.clarus._writing.pick_lists import ConsolidatedPickList, PickListChanges
    from clarus_bluecherry.clarus._writing.products import (
        AlternativeCodeAttributes, AlternativeCodeChanges, AlternativeCodeTypeAttributes,
        AlternativeCodeTypeChanges, MaterialAttributes, MaterialChanges, ProductAttributes, ProductChanges,
        ProductStorageUnitAttributes, ProductStorageUnitChanges, StockUnitTypeAttributes, StockUnitTypeChanges,
        StorageUnitDimensions, StorageUnitTypeAttributes, StorageUnitTypeChanges,
    )
    from clarus_bluecherry.clarus._writing.setup import (
        ActionAttributes, ActionChanges, AutomationAttributes, AutomationChanges, AutomationUpdate, Comparison,
        ConditionAttributes, ConditionChanges, ConditionCode, Destination, ExternalEntityAttributes,
        ExternalEntityChanges, FtpUserAttributes, FtpUserChanges, ImportTemplateAttributes, ImportTemplateChanges,
        IntegrationAttributes, IntegrationChanges, MappingAttributes, MappingChanges, MappingGroupAttributes,
        MappingGroupChanges, MappingGroupFieldAttributes, NewAutomation, ParameterAttributes, ParameterChange,
        ParameterCode, ProductMappingAttributes, ProductMappingChanges, TemplateType, WatchedResource,
    )
    from clarus_bluecherry.clarus._writing.stock import (
        Received, ReceivedToPutaway, StockChanges, StockCheckAttempt, StockCheckAttributes, StockDimensions,
        TaskChanges, TaskType,
    )
    from clarus_bluecherry.clarus._writing.transport import (
        CarrierAttributes, CarrierChanges, CarrierServiceAttributes, CarrierServiceChanges, LoadAttributes,
        LoadChanges, LoadDropAttributes, LoadDropChanges, NewShipment, PackageAttributes, PackageChanges,
        PackageDimensions, ParcelAttributes, ShipmentAttributes, ShipmentChanges, ShipmentUpdate,
    )

__all__ = [
    "UNDOCUMENTED", "AccountAttributes", "AccountChanges", "AccountNode", "AccountProductNode",
    "AccountWarehouseAttributes", "AccountWarehouseChanges", "AccountWarehouseNode", "ActionAttributes",
    "ActionChanges", "AddressAttributes", "AddressNode", "AlternativeCodeAttributes", "AlternativeCodeChanges",
    "AlternativeCodeTypeAttributes", "AlternativeCodeTypeChanges", "AlternativeCodeTypeNode", "AnyNode",
    "Attributes", "AutomationAttributes", "AutomationChanges", "AutomationNode", "AutomationUpdate",
    "CarrierAttributes", "CarrierChanges", "CarrierNode", "CarrierServiceAttributes", "CarrierServiceChanges",
    "CarrierServiceNode", "CodedNode", "CodedReference", "CollectionAddressAttributes",
    "CollectionAddressChanges", "Comparison", "ConditionAttributes", "ConditionChanges", "ConditionCode",
    "ConsolidatedPickList", "CountResult", "CustomerAddress", "CustomerAttributes", "CustomerChanges",
    "CustomerNode", "DeliveryAddressAttributes", "DeliveryAddressChanges", "Destination", "Dimension",
    "DispatchStrategy", "DocumentLink", "DocumentNode", "ExternalEntityAttributes", "ExternalEntityChanges",
    "ExternalEntityNode", "FlagSlots", "FtpUserAttributes", "FtpUserChanges", "GoodsInLineAttributes",
    "GoodsInLineChanges", "GoodsInReceiptAttributes", "GoodsInReceiptChanges", "GoodsInReceiptNode",
    "GoodsOutAttributes", "GoodsOutChanges", "GoodsOutLineAttributes", "GoodsOutLineChanges", "GoodsOutLineNode",
    "GoodsOutNode", "GoodsOutOrder", "GoodsOutUpdate", "Id", "ImportTemplateAttributes", "ImportTemplateChanges",
    "ImportTemplateNode", "IntegerSlots", "IntegrationAttributes", "IntegrationChanges", "IntegrationNode",
    "Length", "LoadAttributes", "LoadChanges", "LoadDropAttributes", "LoadDropChanges", "LoadNode",
    "LocationNode", "MappingAttributes", "MappingChanges", "MappingFieldNode", "MappingGroupAttributes",
    "MappingGroupChanges", "MappingGroupFieldAttributes", "MappingGroupFieldNode", "MappingGroupNode",
    "MappingNode", "MaterialAttributes", "MaterialChanges", "MaterialNode", "MomentSlots", "NamedNode",
    "NamedReference", "NewAutomation", "NewShipment", "NewWarehouse", "Node", "NodePart", "NumberedReference",
    "OrderTypeAttributes", "OrderTypeChanges", "OrderTypeNode", "PackStrategy", "PackageAttributes",
    "PackageChanges", "PackageDimensions", "PackageNode", "ParameterAttributes", "ParameterChange",
    "ParameterCode", "ParcelAttributes", "PickListChanges", "PickListNode", "PickProcessingRequestNode",
    "PreReceipt", "PreReceiptUpdate", "ProductAttributes", "ProductChanges", "ProductMappingAttributes",
    "ProductMappingChanges", "ProductMappingNode", "ProductNode", "ProductStorageUnitAttributes",
    "ProductStorageUnitChanges", "ProductStorageUnitNode", "Quantity", "ReasonCodeAttributes",
    "ReasonCodeChanges", "ReasonCodeNode", "ReasonType", "ReceiptLineReference", "ReceiptReference", "Received",
    "ReceivedToPutaway", "Reference", "Referenced", "Saved", "SavedAddressChanges", "ShipmentAttributes",
    "ShipmentChanges", "ShipmentNode", "ShipmentUpdate", "SiteAttributes", "SiteChanges", "SiteNode", "Slots",
    "StatusReference", "StockBalanceNode", "StockChanges", "StockCheckAttempt", "StockCheckAttributes",
    "StockCheckResult", "StockCheckTask", "StockConfiguration", "StockDimensions", "StockNode",
    "StockUnitTypeAttributes", "StockUnitTypeChanges", "StockUnitTypeNode", "StorageUnitDimensions",
    "StorageUnitNode", "StorageUnitTypeAttributes", "StorageUnitTypeChanges", "StorageUnitTypeNode",
    "SupplierAddressNode", "SupplierAttributes", "SupplierChanges", "SupplierNode", "TaskChanges", "TaskNode",
    "TaskType", "TemplateType", "TextSlots", "TitledReference", "TransactionNode", "UnitDimensions", "Volume",
    "WarehouseAttributes", "WarehouseChanges", "WarehouseNode", "WarehouseUpdate", "WatchedResource", "Weight",
    "bare_date", "instant",
]
# fmt: on

_HOMES = homes("""
    _reading.answers: CountResult DocumentLink Saved StockCheckResult StockCheckTask
    _reading.node: UNDOCUMENTED AddressNode AnyNode CodedNode CodedReference Id NamedNode NamedReference Node
        NumberedReference NodePart Reference StatusReference TitledReference bare_date instant
    _reading.orders: GoodsInReceiptNode GoodsOutLineNode GoodsOutNode OrderTypeNode PickListNode
        PickProcessingRequestNode ReasonCodeNode
    _reading.parties: AccountNode AccountWarehouseNode CustomerNode LocationNode SiteNode SupplierAddressNode
        SupplierNode WarehouseNode
    _reading.products: AccountProductNode AlternativeCodeTypeNode MaterialNode ProductNode
        ProductStorageUnitNode StockUnitTypeNode StorageUnitTypeNode UnitDimensions
    _reading.setup: AutomationNode DocumentNode ExternalEntityNode ImportTemplateNode IntegrationNode
        MappingFieldNode MappingGroupFieldNode MappingGroupNode MappingNode ProductMappingNode
    _reading.stock: ReceiptLineReference ReceiptReference StockBalanceNode StockNode StorageUnitNode TaskNode
        TransactionNode
    _reading.transport: CarrierNode CarrierServiceNode LoadNode PackageNode ShipmentNode
    _writing.base: AddressAttributes Attributes Dimension DispatchStrategy FlagSlots IntegerSlots Length
        MomentSlots PackStrategy Referenced Slots StockConfiguration TextSlots Volume Weight
    _writing.goods_in: GoodsInLineAttributes GoodsInLineChanges GoodsInReceiptAttributes GoodsInReceiptChanges
        PreReceipt PreReceiptUpdate
    _writing.goods_out: GoodsOutAttributes GoodsOutChanges GoodsOutLineAttributes
        GoodsOutLineChanges GoodsOutOrder GoodsOutUpdate
    _writing.kinds: OrderTypeAttributes OrderTypeChanges ReasonCodeAttributes ReasonCodeChanges ReasonType
    _writing.parties: AccountAttributes AccountChanges AccountWarehouseAttributes AccountWarehouseChanges
        CollectionAddressAttributes CollectionAddressChanges CustomerAddress CustomerAttributes CustomerChanges
        DeliveryAddressAttributes DeliveryAddressChanges NewWarehouse SavedAddressChanges SiteAttributes
        SiteChanges SupplierAttributes SupplierChanges WarehouseAttributes WarehouseChanges WarehouseUpdate
    _writing.pick_lists: ConsolidatedPickList PickListChanges
    _writing.products: AlternativeCodeAttributes AlternativeCodeChanges AlternativeCodeTypeAttributes
        AlternativeCodeTypeChanges MaterialAttributes MaterialChanges ProductAttributes ProductChanges
        ProductStorageUnitAttributes ProductStorageUnitChanges StockUnitTypeAttributes StockUnitTypeChanges
        StorageUnitDimensions StorageUnitTypeAttributes StorageUnitTypeChanges
    _writing.setup: ActionAttributes ActionChanges AutomationAttributes AutomationChanges AutomationUpdate
        Comparison ConditionAttributes ConditionChanges ConditionCode Destination ExternalEntityAttributes
        ExternalEntityChanges FtpUserAttributes FtpUserChanges ImportTemplateAttributes ImportTemplateChanges
        IntegrationAttributes IntegrationChanges MappingAttributes MappingChanges MappingGroupAttributes
        MappingGroupChanges MappingGroupFieldAttributes NewAutomation ParameterAttributes ParameterChange
        ParameterCode ProductMappingAttributes ProductMappingChanges TemplateType WatchedResource
    _writing.stock: Received ReceivedToPutaway StockChanges StockCheckAttempt StockCheckAttributes
        StockDimensions TaskChanges TaskType
    _writing.transport: CarrierAttributes CarrierChanges CarrierServiceAttributes CarrierServiceChanges
        LoadAttributes LoadChanges LoadDropAttributes LoadDropChanges NewShipment PackageAttributes
        PackageChanges PackageDimensions ParcelAttributes ShipmentAttributes ShipmentChanges ShipmentUpdate
""")

__getattr__ = lazy(
    __name__,
    {
        "Quantity": "clarus_bluecherry._wire",
        **{name: f"clarus_bluecherry.clarus.{home}" for name, home in _HOMES.items()},
    },
)
