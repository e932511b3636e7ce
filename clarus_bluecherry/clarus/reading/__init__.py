"""Clarus's records as its lists and answers return them.

Law of this package: reads are tolerant. Fields that the vendor adds later are kept in `model_extra`, enum values
are plain text, ids are text whether the API sends numbers or text, quantities are Decimals. Which fields a node
shows is the vendor's published example, unless a docstring says that it is our reading. A repr shows declared
fields only, and none that hold an address: what a tenant adds may be personal.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.clarus.reading.answers import (
        CountResult,
        DocumentLink,
        Saved,
        StockCheckResult,
        StockCheckTask,
    )
    from clarus_bluecherry.clarus.reading.node import (
        EXACT,
        UNDOCUMENTED,
        AddressNode,
        AnyNode,
        CodedNode,
        CodedReference,
        Id,
        NamedNode,
        NamedReference,
        Node,
        NumberedReference,
        Part,
        Quantity,
        Reference,
        StatusReference,
        TitledReference,
        bare_date,
        instant,
    )
    from clarus_bluecherry.clarus.reading.orders import (
        GoodsInReceiptNode,
        GoodsOutLineNode,
        GoodsOutNode,
        OrderTypeNode,
        PickListNode,
        PickProcessingRequestNode,
        ReasonCodeNode,
    )
    from clarus_bluecherry.clarus.reading.parties import (
        AccountNode,
        AccountWarehouseNode,
        CustomerNode,
        LocationNode,
        SiteNode,
        SupplierAddressNode,
        SupplierNode,
        WarehouseNode,
    )
    from clarus_bluecherry.clarus.reading.products import (
        AccountProductNode,
        AlternativeCodeTypeNode,
        MaterialNode,
        ProductNode,
        ProductStorageUnitNode,
        StockUnitTypeNode,
        StorageUnitTypeNode,
        UnitDimensions,
    )
    from clarus_bluecherry.clarus.reading.setup import (
        AutomationNode,
        DocumentNode,
        ExternalEntityNode,
        ImportTemplateNode,
        IntegrationNode,
        MappingFieldNode,
        MappingGroupFieldNode,
        MappingGroupNode,
        MappingNode,
        ProductMappingNode,
    )
    from clarus_bluecherry.clarus.reading.stock import (
        ReceiptLineReference,
        ReceiptReference,
        StockBalanceNode,
        StockNode,
        StorageUnitNode,
        TaskNode,
        TransactionNode,
    )
    from clarus_bluecherry.clarus.reading.transport import (
        CarrierNode,
        CarrierServiceNode,
        LoadNode,
        PackageNode,
        ShipmentNode,
    )

__all__ = [
    "EXACT",
    "UNDOCUMENTED",
    "AccountNode",
    "AccountProductNode",
    "AccountWarehouseNode",
    "AddressNode",
    "AlternativeCodeTypeNode",
    "AnyNode",
    "AutomationNode",
    "CarrierNode",
    "CarrierServiceNode",
    "CodedNode",
    "CodedReference",
    "CountResult",
    "CustomerNode",
    "DocumentLink",
    "DocumentNode",
    "ExternalEntityNode",
    "GoodsInReceiptNode",
    "GoodsOutLineNode",
    "GoodsOutNode",
    "Id",
    "ImportTemplateNode",
    "IntegrationNode",
    "LoadNode",
    "LocationNode",
    "MappingFieldNode",
    "MappingGroupFieldNode",
    "MappingGroupNode",
    "MappingNode",
    "MaterialNode",
    "NamedNode",
    "NamedReference",
    "Node",
    "NumberedReference",
    "OrderTypeNode",
    "PackageNode",
    "Part",
    "PickListNode",
    "PickProcessingRequestNode",
    "ProductMappingNode",
    "ProductNode",
    "ProductStorageUnitNode",
    "Quantity",
    "ReasonCodeNode",
    "ReceiptLineReference",
    "ReceiptReference",
    "Reference",
    "Saved",
    "ShipmentNode",
    "SiteNode",
    "StatusReference",
    "StockBalanceNode",
    "StockCheckResult",
    "StockCheckTask",
    "StockNode",
    "StockUnitTypeNode",
    "StorageUnitNode",
    "StorageUnitTypeNode",
    "SupplierAddressNode",
    "SupplierNode",
    "TaskNode",
    "TitledReference",
    "TransactionNode",
    "UnitDimensions",
    "WarehouseNode",
    "bare_date",
    "instant",
]

__getattr__ = lazy(
    __name__,
    homes("""
    answers: CountResult DocumentLink Saved StockCheckResult StockCheckTask
    node: EXACT UNDOCUMENTED AddressNode AnyNode CodedNode CodedReference Id NamedNode NamedReference Node
        NumberedReference Part Quantity Reference StatusReference TitledReference bare_date instant
    orders: GoodsInReceiptNode GoodsOutLineNode GoodsOutNode OrderTypeNode PickListNode
        PickProcessingRequestNode ReasonCodeNode
    parties: AccountNode AccountWarehouseNode CustomerNode LocationNode SiteNode SupplierAddressNode SupplierNode
        WarehouseNode
    products: AccountProductNode AlternativeCodeTypeNode MaterialNode ProductNode ProductStorageUnitNode
        StockUnitTypeNode StorageUnitTypeNode UnitDimensions
    setup: AutomationNode DocumentNode ExternalEntityNode ImportTemplateNode IntegrationNode MappingFieldNode
        MappingGroupFieldNode MappingGroupNode MappingNode ProductMappingNode
    stock: ReceiptLineReference ReceiptReference StockBalanceNode StockNode StorageUnitNode TaskNode
        TransactionNode
    transport: CarrierNode CarrierServiceNode LoadNode PackageNode ShipmentNode
    """),
)
