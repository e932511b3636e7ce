"""An order that leaves in parts, told by exports: each is marked, where the site says that orders may."""

import pytest
from clarus_files_world import by_file
from flows_world import BLACK as LOOSE
from prepack_world import PACK
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


def packed(tmp_path, *components, **told):
    """The same by file, with a pack of `components` that Blue Cherry orders and the warehouse keeps in pieces."""
    header = "pack_style,pack_color,pack_size,style,color,size,pieces"
    (tmp_path / "packs.csv").write_text("\n".join((header, *components)) + "\n", "utf-8")
    return by_file(tmp_path, more='[units]\nprepacks = "packs.csv"\n', **told)


def pieces(black, navy, at=MONDAY):
    return line("1001", "1", BLACK, black, at=at), line("1001", "1", NAVY, navy, at=at)


TWO_BLACK, ONE_NAVY = "PACKA,BLK,PPK,01234,BLK,M,2", "PACKA,BLK,PPK,01234,NVY,30/32,1"


@pytest.mark.parametrize("turned", [False, True])
def test_packs_in_parts_close_with_the_last_pack(tmp_path, turned):
    components = (TWO_BLACK, ONE_NAVY)[:: -1 if turned else 1]
    with packed(tmp_path, *components, **IN_PARTS) as here:
        here.erp.add_article(PACK)
        here.release(lines=((PACK, 3),))
        here.turn()
        drop(here, "DISPATCHED_1.csv", *pieces(2, 1))
        here.work()
        drop(here, "DISPATCHED_2.csv", *pieces(4, 2, at=TUESDAY))
        here.work()
        assert parts(here) == [(ShipmentPart.PARTIAL, {"1": 1}), (ShipmentPart.LAST, {"1": 2})]


@pytest.mark.parametrize("turned", [False, True])
def test_more_packs_than_were_sent_wait_for_a_person(tmp_path, turned):
    components = (TWO_BLACK, ONE_NAVY)[:: -1 if turned else 1]
    with packed(tmp_path, *components, **IN_PARTS) as here:
        here.erp.add_article(PACK)
        here.release(lines=((PACK, 3),))
        here.turn()
        drop(here, "DISPATCHED_1.csv", *pieces(4, 2))
        here.work()
        drop(here, "DISPATCHED_2.csv", *pieces(4, 2, at=TUESDAY))
        here.work()
        assert parts(here) == [(ShipmentPart.PARTIAL, {"1": 2})]
        assert "more of line 1 has left by now than was ordered" in here.unread()[-1][1]


def test_an_export_that_lacks_the_row_of_a_component_is_no_dispatch(tmp_path):
    with packed(tmp_path, TWO_BLACK, ONE_NAVY) as here:
        here.erp.add_article(PACK)
        here.release(lines=((PACK, 3), (LOOSE, 1)))
        here.turn()
        drop(here, "DISPATCHED_1.csv", pieces(0, 3)[0], line("1001", "2", BLACK, 1, at=MONDAY))
        here.work()
        assert parts(here) == []
        drop(here, "DISPATCHED_2.csv", *pieces(0, 0), line("1001", "2", BLACK, 1, at=MONDAY))
        here.work()
        assert parts(here) == [(ShipmentPart.WHOLE, {"2": 1, "1": 0})]
