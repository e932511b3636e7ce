"""Disagreements of both systems that are made on purpose, with a record of each."""

from clarus_bluecherry.sandbox.planting.beside import MonthEnd
from clarus_bluecherry.sandbox.planting.planted import Planted, PlantedKind, SetClock
from clarus_bluecherry.sandbox.planting.planter import Planter

__all__ = ["MonthEnd", "Planted", "PlantedKind", "Planter", "SetClock"]
