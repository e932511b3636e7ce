"""The sandbox's Blue Cherry: product master, pick tickets, production orders, an interface and its books."""

from clarus_bluecherry.sandbox.erp.erp import Erp
from clarus_bluecherry.sandbox.erp.quirks import PeriodLock, Quirks
from clarus_bluecherry.sandbox.erp.records import (
    Article,
    BookEntry,
    Pick,
    PickLine,
    ProductionLine,
    ProductionOrder,
    RecType,
    SkuKey,
    Staged,
    Standing,
)

__all__ = [
    "Article",
    "BookEntry",
    "Erp",
    "PeriodLock",
    "Pick",
    "PickLine",
    "ProductionLine",
    "ProductionOrder",
    "Quirks",
    "RecType",
    "SkuKey",
    "Staged",
    "Standing",
]
