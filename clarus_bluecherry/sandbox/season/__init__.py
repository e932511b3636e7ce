"""An apparel season for both systems of the sandbox, made from a seed, and the people who work through it."""

from clarus_bluecherry.sandbox.season.making import make_season
from clarus_bluecherry.sandbox.season.operator import DayLog, Operator
from clarus_bluecherry.sandbox.season.plan import (
    ACCOUNT,
    CARRIERS,
    LOCATIONS,
    Article,
    Damage,
    Day,
    Opening,
    PickPlan,
    ProductionPlan,
    Season,
    Stray,
    clean_code,
    damaged,
)
from clarus_bluecherry.sandbox.season.stocking import stock_warehouse

__all__ = [
    "ACCOUNT",
    "CARRIERS",
    "LOCATIONS",
    "Article",
    "Damage",
    "Day",
    "DayLog",
    "Opening",
    "Operator",
    "PickPlan",
    "ProductionPlan",
    "Season",
    "Stray",
    "clean_code",
    "damaged",
    "make_season",
    "stock_warehouse",
]
