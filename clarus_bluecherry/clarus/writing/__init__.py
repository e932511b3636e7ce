"""Clarus's records as they are written: the attributes of every resource that this library writes.

Law of this package: writes are strict. Lengths, required fields and enums are checked before a byte leaves; a
field that was not set is not sent, a field that was set to None is sent as null and clears it. `…Changes` is what
a PATCH may carry, `…Attributes` adds what a create must have (`= Field()`: to a type checker, a field that is only
declared again keeps the default it had). Personal fields do not show in a repr.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.clarus.writing.base import (
        AddressAttributes,
        AddressLine,
        Attributes,
        Code20,
        Code30,
        Code50,
        CountryCode,
        Days,
        Dimension,
        DispatchStrategy,
        Document,
        FlagSlots,
        IntegerSlots,
        Length,
        Measure,
        MomentSlots,
        Name50,
        Name100,
        PackStrategy,
        PositiveQuantity,
        Postcode,
        Referenced,
        Slots,
        StockConfiguration,
        TextSlots,
        Volume,
        Weight,
    )
    from clarus_bluecherry.clarus.writing.goods_in import (
        GoodsInLineAttributes,
        GoodsInLineChanges,
        GoodsInReceiptAttributes,
        GoodsInReceiptChanges,
        PreReceipt,
    )
    from clarus_bluecherry.clarus.writing.goods_out import (
        GoodsOutAttributes,
        GoodsOutChanges,
        GoodsOutLineAttributes,
        GoodsOutLineChanges,
        GoodsOutOrder,
    )
    from clarus_bluecherry.clarus.writing.kinds import (
        OrderTypeAttributes,
        OrderTypeChanges,
        ReasonCodeAttributes,
        ReasonCodeChanges,
        ReasonType,
    )
    from clarus_bluecherry.clarus.writing.parties import (
        AccountAttributes,
        AccountChanges,
        AccountWarehouseAttributes,
        AccountWarehouseChanges,
        CollectionAddressAttributes,
        CollectionAddressChanges,
        CustomerAddress,
        CustomerAttributes,
        CustomerChanges,
        DeliveryAddressAttributes,
        DeliveryAddressChanges,
        SavedAddressChanges,
        SiteAttributes,
        SiteChanges,
        SupplierAttributes,
        SupplierChanges,
        WarehouseAttributes,
        WarehouseChanges,
    )
    from clarus_bluecherry.clarus.writing.pick_lists import ConsolidatedPickList, PickListChanges
    from clarus_bluecherry.clarus.writing.products import (
        AlternativeCodeAttributes,
        AlternativeCodeChanges,
        AlternativeCodeTypeAttributes,
        AlternativeCodeTypeChanges,
        MaterialAttributes,
        MaterialChanges,
        ProductAttributes,
        ProductChanges,
        ProductStorageUnitAttributes,
        ProductStorageUnitChanges,
        StockUnitTypeAttributes,
        StockUnitTypeChanges,
        StorageUnitDimensions,
        StorageUnitTypeAttributes,
        StorageUnitTypeChanges,
    )
    from clarus_bluecherry.clarus.writing.setup import (
        ActionAttributes,
        ActionChanges,
        AutomationAttributes,
        AutomationChanges,
        Comparison,
        ConditionAttributes,
        ConditionChanges,
        ConditionCode,
        Destination,
        ExternalEntityAttributes,
        ExternalEntityChanges,
        FtpUserAttributes,
        FtpUserChanges,
        ImportTemplateAttributes,
        ImportTemplateChanges,
        IntegrationAttributes,
        IntegrationChanges,
        MappingAttributes,
        MappingChanges,
        MappingGroupAttributes,
        MappingGroupChanges,
        MappingGroupFieldAttributes,
        ParameterAttributes,
        ParameterChange,
        ParameterCode,
        ProductMappingAttributes,
        ProductMappingChanges,
        TemplateType,
        WatchedResource,
    )
    from clarus_bluecherry.clarus.writing.stock import (
        Received,
        ReceivedToPutaway,
        StockChanges,
        StockCheckAttempt,
        StockCheckAttributes,
        StockDimensions,
        TaskChanges,
        TaskType,
    )
    from clarus_bluecherry.clarus.writing.transport import (
        CarrierAttributes,
        CarrierChanges,
        CarrierServiceAttributes,
        CarrierServiceChanges,
        LoadAttributes,
        LoadChanges,
        LoadDropAttributes,
        LoadDropChanges,
        PackageAttributes,
        PackageChanges,
        PackageDimensions,
        ParcelAttributes,
        ShipmentAttributes,
        ShipmentChanges,
    )

__all__ = [
    "AccountAttributes",
    "AccountChanges",
    "AccountWarehouseAttributes",
    "AccountWarehouseChanges",
    "ActionAttributes",
    "ActionChanges",
    "AddressAttributes",
    "AddressLine",
    "AlternativeCodeAttributes",
    "AlternativeCodeChanges",
    "AlternativeCodeTypeAttributes",
    "AlternativeCodeTypeChanges",
    "Attributes",
    "AutomationAttributes",
    "AutomationChanges",
    "CarrierAttributes",
    "CarrierChanges",
    "CarrierServiceAttributes",
    "CarrierServiceChanges",
    "Code20",
    "Code30",
    "Code50",
    "CollectionAddressAttributes",
    "CollectionAddressChanges",
    "Comparison",
    "ConditionAttributes",
    "ConditionChanges",
    "ConditionCode",
    "ConsolidatedPickList",
    "CountryCode",
    "CustomerAddress",
    "CustomerAttributes",
    "CustomerChanges",
    "Days",
    "DeliveryAddressAttributes",
    "DeliveryAddressChanges",
    "Destination",
    "Dimension",
    "DispatchStrategy",
    "Document",
    "ExternalEntityAttributes",
    "ExternalEntityChanges",
    "FlagSlots",
    "FtpUserAttributes",
    "FtpUserChanges",
    "GoodsInLineAttributes",
    "GoodsInLineChanges",
    "GoodsInReceiptAttributes",
    "GoodsInReceiptChanges",
    "GoodsOutAttributes",
    "GoodsOutChanges",
    "GoodsOutLineAttributes",
    "GoodsOutLineChanges",
    "GoodsOutOrder",
    "ImportTemplateAttributes",
    "ImportTemplateChanges",
    "IntegerSlots",
    "IntegrationAttributes",
    "IntegrationChanges",
    "Length",
    "LoadAttributes",
    "LoadChanges",
    "LoadDropAttributes",
    "LoadDropChanges",
    "MappingAttributes",
    "MappingChanges",
    "MappingGroupAttributes",
    "MappingGroupChanges",
    "MappingGroupFieldAttributes",
    "MaterialAttributes",
    "MaterialChanges",
    "Measure",
    "MomentSlots",
    "Name50",
    "Name100",
    "OrderTypeAttributes",
    "OrderTypeChanges",
    "PackStrategy",
    "PackageAttributes",
    "PackageChanges",
    "PackageDimensions",
    "ParameterAttributes",
    "ParameterChange",
    "ParameterCode",
    "ParcelAttributes",
    "PickListChanges",
    "PositiveQuantity",
    "Postcode",
    "PreReceipt",
    "ProductAttributes",
    "ProductChanges",
    "ProductMappingAttributes",
    "ProductMappingChanges",
    "ProductStorageUnitAttributes",
    "ProductStorageUnitChanges",
    "ReasonCodeAttributes",
    "ReasonCodeChanges",
    "ReasonType",
    "Received",
    "ReceivedToPutaway",
    "Referenced",
    "SavedAddressChanges",
    "ShipmentAttributes",
    "ShipmentChanges",
    "SiteAttributes",
    "SiteChanges",
    "Slots",
    "StockChanges",
    "StockCheckAttempt",
    "StockCheckAttributes",
    "StockConfiguration",
    "StockDimensions",
    "StockUnitTypeAttributes",
    "StockUnitTypeChanges",
    "StorageUnitDimensions",
    "StorageUnitTypeAttributes",
    "StorageUnitTypeChanges",
    "SupplierAttributes",
    "SupplierChanges",
    "TaskChanges",
    "TaskType",
    "TemplateType",
    "TextSlots",
    "Volume",
    "WarehouseAttributes",
    "WarehouseChanges",
    "WatchedResource",
    "Weight",
]

__getattr__ = lazy(
    __name__,
    homes("""
    base: AddressAttributes AddressLine Attributes Code20 Code30 Code50 CountryCode Days Dimension
        DispatchStrategy Document FlagSlots IntegerSlots Length Measure MomentSlots Name50 Name100
        PackStrategy PositiveQuantity Postcode Referenced Slots StockConfiguration TextSlots Volume Weight
    goods_in: GoodsInLineAttributes GoodsInLineChanges GoodsInReceiptAttributes GoodsInReceiptChanges PreReceipt
    goods_out: GoodsOutAttributes GoodsOutChanges GoodsOutLineAttributes GoodsOutLineChanges GoodsOutOrder
    kinds: OrderTypeAttributes OrderTypeChanges ReasonCodeAttributes ReasonCodeChanges ReasonType
    parties: AccountAttributes AccountChanges AccountWarehouseAttributes AccountWarehouseChanges
        CollectionAddressAttributes CollectionAddressChanges CustomerAddress CustomerAttributes
        CustomerChanges DeliveryAddressAttributes DeliveryAddressChanges SavedAddressChanges SiteAttributes
        SiteChanges SupplierAttributes SupplierChanges WarehouseAttributes WarehouseChanges
    pick_lists: ConsolidatedPickList PickListChanges
    products: AlternativeCodeAttributes AlternativeCodeChanges AlternativeCodeTypeAttributes
        AlternativeCodeTypeChanges MaterialAttributes MaterialChanges ProductAttributes ProductChanges
        ProductStorageUnitAttributes ProductStorageUnitChanges StockUnitTypeAttributes StockUnitTypeChanges
        StorageUnitDimensions StorageUnitTypeAttributes StorageUnitTypeChanges
    setup: ActionAttributes ActionChanges AutomationAttributes AutomationChanges Comparison
        ConditionAttributes ConditionChanges ConditionCode Destination ExternalEntityAttributes
        ExternalEntityChanges FtpUserAttributes FtpUserChanges ImportTemplateAttributes ImportTemplateChanges
        IntegrationAttributes IntegrationChanges MappingAttributes MappingChanges MappingGroupAttributes
        MappingGroupChanges MappingGroupFieldAttributes ParameterAttributes ParameterChange ParameterCode
        ProductMappingAttributes ProductMappingChanges TemplateType WatchedResource
    stock: Received ReceivedToPutaway StockChanges StockCheckAttempt StockCheckAttributes StockDimensions
        TaskChanges TaskType
    transport: CarrierAttributes CarrierChanges CarrierServiceAttributes CarrierServiceChanges LoadAttributes
        LoadChanges LoadDropAttributes LoadDropChanges PackageAttributes PackageChanges PackageDimensions
        ParcelAttributes ShipmentAttributes ShipmentChanges
    """),
)
