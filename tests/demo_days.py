"""A demo of fewer days: those around the end of the month. `DEMO_DAYS` says how many."""

from __future__ import annotations

import os

import pytest
from attrs import evolve

import clarus_bluecherry.sandbox.season as seasons

DAYS = int(os.environ.get("DEMO_DAYS", "2"))


def shorten(patch: pytest.MonkeyPatch, days: int) -> None:
    """Let every season have `days` working days at most, half of them before the month's end."""
    whole = seasons.make_season

    def some_days(seed: int, scale: str) -> seasons.Season:
        season = whole(seed, scale)
        first = next(place for place, day in enumerate(season.days) if day.date.month != season.days[0].date.month)
        return evolve(season, days=season.days[max(0, first - (days + 1) // 2) : first + days // 2])

    patch.setattr(seasons, "make_season", some_days)
