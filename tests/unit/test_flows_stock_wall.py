"""A stock record that cannot be ends nothing: it is told and kept, and every other one is compared."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from flows_world import Loop, loop

from clarus_bluecherry.errors import UnreadRows
from clarus_bluecherry.flows.reconcile import physical_stock


@pytest.fixture
def here() -> Iterator[Loop]:
    with loop() as here:
        yield here


def test_less_than_nothing_is_told_and_kept_and_the_others_are_compared(here: Loop) -> None:
    bad, good = list(here.warehouse.stocks)[:2]
    bad.quantity = Decimal(-3)
    found = here.reconcile()
    assert len(found.unread) == 1
    assert str(bad.id) in found.unread[0]
    assert any("NVY" in str(each) for each in physical_stock(here.site, unread=lambda row: None))
    (kept,) = here.for_people()
    assert "quantity" in kept.reason
    assert good.quantity == 20


def test_who_wants_all_there_is_is_told_that_there_is_a_hole(here: Loop) -> None:
    next(iter(here.warehouse.stocks)).quantity = Decimal(-3)
    with pytest.raises(UnreadRows, match="less than nothing"):
        physical_stock(here.site)
