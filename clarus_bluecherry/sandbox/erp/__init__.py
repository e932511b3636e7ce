"""The sandbox's Blue Cherry: product master, pick tickets, production orders, an interface and its books."""

from clarus_bluecherry.sandbox.erp.erp import Erp
from clarus_bluecherry.sandbox.erp.records import (
    Article,
    BookEntry,
    Pick,
    PickLine,
    ProductionLine,
    ProductionOrder,
    SkuKey,
    Staged,
    Standing,
)

__all__ = [
    "Article",
    "BookEntry",
    "Erp",
    "Pick",
    "PickLine",
    "ProductionLine",
    "ProductionOrder",
    "SkuKey",
    "Staged",
    "Standing",
]
