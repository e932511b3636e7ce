"""The sandbox's warehouse: a Clarus tenant in memory, with its documents, its stock and its people."""

from clarus_bluecherry.sandbox.warehouse.documents import Delivery, Effect, GoodsOut, GoodsOutStatus, Transaction
from clarus_bluecherry.sandbox.warehouse.stockwork import Warehouse
from clarus_bluecherry.sandbox.warehouse.tables import Refused

__all__ = ["Delivery", "Effect", "GoodsOut", "GoodsOutStatus", "Refused", "Transaction", "Warehouse"]
