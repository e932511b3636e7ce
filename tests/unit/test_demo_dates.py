"""The demo's verdict compares dates: what is told under another day than it was done on fails, and only that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import cast

import pytest
from attrs import evolve

from clarus_bluecherry.cli.demo import verdict
from clarus_bluecherry.cli.demo.show import play
from clarus_bluecherry.cli.demo.story import Story
from clarus_bluecherry.cli.demo.world import PROFILE, World
from clarus_bluecherry.finance import PostingCalendar
from clarus_bluecherry.mapping import bluecherry
from clarus_bluecherry.sandbox.erp import Staged
from tests.demo_days import DAYS, shorten

DATES = "every date is the warehouse's own day"
DAY = dt.timedelta(days=1)


@pytest.fixture
def there(story: Story) -> World:
    return story.world


def test_what_was_done_is_told_under_its_day_and_what_was_closed_is_moved(there: World) -> None:
    wrong, moved = verdict.dates(there)
    assert wrong == []
    assert moved > 0


def shifted(one: Staged, days: int) -> Staged:
    """The same message under another date."""
    header = "header" in one.body
    columns = dict(cast("Mapping[str, object]", one.body["header"] if header else one.body))
    column, shape = ("ship_date", PROFILE.dates.shipment) if header else ("receipt_date", PROFILE.dates.inventory)
    if one.entity == "ProductionReceiptAdvice":
        shape = PROFILE.dates.receipt
    before = dt.datetime.strptime(str(columns[column]), shape)  # noqa: DTZ007 - a date
    columns[column] = (before + days * DAY).strftime(shape)
    return evolve(one, body={**one.body, "header": columns} if header else columns)


@pytest.mark.parametrize("entity", ["OrderShipment", "ProductionReceiptAdvice", "PhysicalInventoryTM"])
@pytest.mark.parametrize("days", [-40, -1, 1, 40])
def test_one_message_under_another_date_is_named(there: World, entity: str, days: int) -> None:
    honest = list(there.erp.staged)
    place = next(place for place, one in enumerate(honest) if one.entity == entity)
    there.erp.staged[place] = shifted(honest[place], days)
    try:
        wrong, _ = verdict.dates(there)
    finally:
        there.erp.staged[:] = honest
    assert wrong
    assert all("told under" in line for line in wrong)


def test_what_is_told_under_a_closed_day_is_named(there: World) -> None:
    honest = list(there.erp.staged)
    first, last = honest[0], there.season.days[-1].date
    there.erp.staged[0] = evolve(first, closed_through=last)
    try:
        wrong, _ = verdict.dates(there)
    finally:
        there.erp.staged[:] = honest
    assert wrong


def in_utc(
    calendar: PostingCalendar, occurred_at: dt.datetime, told: dt.date | None = None, location: str = ""
) -> dt.date:
    """The day of the event in another zone than the books'."""
    return occurred_at.astimezone(dt.UTC).date()


def forty_days_late(write: Callable[..., object]) -> Callable[..., object]:
    """The same mapping, which shifts the accounting date."""

    def late(movement: object, date: dt.date, *others: object) -> object:
        return write(movement, date + 40 * DAY, *others)

    return late


def zone_mistaken(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(PostingCalendar, "own_date", in_utc)


def date_shifted(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(bluecherry, "inventory_adjustment", forty_days_late(bluecherry.inventory_adjustment))


@pytest.mark.parametrize("mutate", [zone_mistaken, date_shifted])
def test_a_library_that_shifts_dates_makes_the_demo_fail(
    mutate: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    shorten(monkeypatch, DAYS)
    mutate(monkeypatch)
    closing = play(seed=1, scale="small")
    assert DATES in [check.name for check in closing.checks if not check.holds]
