"""Blue Cherry's vocabulary, independent of how a message travels: REST, X12 or a file.

Law of this package: field names are Blue Cherry's own column names where one is known; reads are tolerant (unknown
columns are kept, codes are text even where the API sends numbers, `Decimal` quantities); writes are strict
(required fields and known lengths are checked before a byte leaves). By which ways each travels, and how sure
that is, stands in `bluecherry.kinds`.

Confidence: H = seen in code or vendor documents that run against Blue Cherry, M = one credible source, L = our
reading: ask CGS before you rely on it.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy
from clarus_bluecherry.bluecherry.locations import PSEUDO_LOCATIONS

if TYPE_CHECKING:
    from clarus_bluecherry.bluecherry.messages.columns import Row, SkuColumns
    from clarus_bluecherry.bluecherry.messages.delivery import DeliveryStatus
    from clarus_bluecherry.bluecherry.messages.movements import (
        ON_HAND,
        OPEN_TO_SELL,
        OPEN_TO_SELL_WITH_WIP,
        RecType,
        StockKey,
        StockMovement,
        on_hand,
        open_to_sell,
    )
    from clarus_bluecherry.bluecherry.messages.picks import PickAddress, PickEcho, PickLine, PickTicket
    from clarus_bluecherry.bluecherry.messages.production import ProductionLine, ProductionOrder
    from clarus_bluecherry.bluecherry.messages.reading import Carrier, Location, OnHand
    from clarus_bluecherry.bluecherry.messages.sent import Message, SkuSent
    from clarus_bluecherry.bluecherry.messages.status import (
        Acceptance,
        Acknowledgement,
        AcknowledgementStatus,
        InterfaceStatus,
        PeriodStatus,
        ShipmentStatus,
        ToldError,
    )
    from clarus_bluecherry.bluecherry.messages.styles import Style, StyleSku
    from clarus_bluecherry.bluecherry.messages.transfers import TransferOrder
    from clarus_bluecherry.bluecherry.messages.writing import (
        AdjustmentKind,
        InventoryAdjustment,
        OrderShipment,
        Outbound,
        ProductionReceiptAdvice,
        ReturnAdvice,
        ShipmentCarton,
        ShipmentCartonLine,
        ShipmentLine,
        StockPositionAdvice,
    )

__all__ = [
    "ON_HAND",
    "OPEN_TO_SELL",
    "OPEN_TO_SELL_WITH_WIP",
    "PSEUDO_LOCATIONS",
    "Acceptance",
    "Acknowledgement",
    "AcknowledgementStatus",
    "AdjustmentKind",
    "Carrier",
    "DeliveryStatus",
    "InterfaceStatus",
    "InventoryAdjustment",
    "Location",
    "Message",
    "OnHand",
    "OrderShipment",
    "Outbound",
    "PeriodStatus",
    "PickAddress",
    "PickEcho",
    "PickLine",
    "PickTicket",
    "ProductionLine",
    "ProductionOrder",
    "ProductionReceiptAdvice",
    "RecType",
    "ReturnAdvice",
    "Row",
    "ShipmentCarton",
    "ShipmentCartonLine",
    "ShipmentLine",
    "ShipmentStatus",
    "SkuColumns",
    "SkuSent",
    "StockKey",
    "StockMovement",
    "StockPositionAdvice",
    "Style",
    "StyleSku",
    "ToldError",
    "TransferOrder",
    "on_hand",
    "open_to_sell",
]

__getattr__ = lazy(
    __name__,
    homes("""
    columns: Row SkuColumns
    movements: ON_HAND OPEN_TO_SELL OPEN_TO_SELL_WITH_WIP RecType StockKey StockMovement on_hand open_to_sell
    picks: PickAddress PickEcho PickLine PickTicket
    delivery: DeliveryStatus
    production: ProductionLine ProductionOrder
    reading: Carrier Location OnHand
    sent: Message SkuSent
    status: Acceptance Acknowledgement AcknowledgementStatus InterfaceStatus PeriodStatus
        ShipmentStatus ToldError
    styles: Style StyleSku
    transfers: TransferOrder
    writing: AdjustmentKind InventoryAdjustment OrderShipment Outbound ProductionReceiptAdvice ReturnAdvice
        ShipmentCarton ShipmentCartonLine ShipmentLine StockPositionAdvice
    """),
)
