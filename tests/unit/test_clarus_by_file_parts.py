"""An order that leaves in parts, told by exports: each is marked, where the site says that orders may."""

import pytest
from clarus_files_world import by_file
from test_clarus_by_file import drop, line, shipped, told

from clarus_bluecherry.model import ShipmentPart

BLACK, NAVY = "1234_blk_m", "01234-NVY-30/32"
IN_PARTS = {'names = ["DISPATCHED_*.csv"]': 'names = ["DISPATCHED_*.csv"]\nin_parts = true\nevery_line = false'}
MONDAY, TUESDAY, WEDNESDAY = "2026-11-02 09:00:00", "2026-11-03 09:00:00", "2026-11-04 09:00:00"


@pytest.fixture
def here(tmp_path):
    with by_file(tmp_path) as world:
        world.open(**IN_PARTS)
        world.release()  # 5 black on line 1, 2 navy on line 2
        world.turn()
        yield world


def parts(here):
    found = [here.site.ledger.fact(each.fact_key).record for each in here.postings("order_shipment")]
    return [(each.part, {one.number: int(one.shipped) for one in each.lines}) for each in found]


def test_the_last_part_closes_and_the_same_again_is_nothing(here):
    drop(here, "DISPATCHED_1.csv", line("1001", "1", BLACK, 3, at=MONDAY))
    here.work()
    assert parts(here) == [(ShipmentPart.PARTIAL, {"1": 3})]
    both = line("1001", "1", BLACK, 2, at=TUESDAY), line("1001", "2", NAVY, 2, at=TUESDAY)
    drop(here, "DISPATCHED_2.csv", line("1001", "1", BLACK, 3, at=MONDAY), *both)
    here.work()
    here.work()
    assert parts(here) == [(ShipmentPart.PARTIAL, {"1": 3}), (ShipmentPart.LAST, {"1": 2, "2": 2})]
    assert len(told(here, "OrderShipment")) == 2
    assert here.unread()[1:] == []


def test_all_at_one_instant_is_whole(here):
    drop(here, "DISPATCHED_1.csv", *(line("1001", n, sku, q) for n, sku, q in (("1", BLACK, 5), ("2", NAVY, 2))))
    here.work()
    assert [part for part, _ in parts(here)] == [ShipmentPart.WHOLE]
    assert shipped(here) == {("1001", "1"): 5, ("1001", "2"): 2}


def test_more_than_was_sent_waits_for_a_person(here):
    drop(here, "DISPATCHED_1.csv", line("1001", "1", BLACK, 5, at=MONDAY))
    here.work()
    drop(here, "DISPATCHED_2.csv", line("1001", "1", BLACK, 5, at=WEDNESDAY))
    here.work()
    assert parts(here) == [(ShipmentPart.PARTIAL, {"1": 5})]
    assert "more of line 1 has left by now than was ordered" in here.unread()[-1][1]
