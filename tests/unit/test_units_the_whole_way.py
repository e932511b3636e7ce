"""The same season in cases, dozens and prepacks over each way to Blue Cherry: both books alike, to the each."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from decimal import Decimal

import pytest
from attrs import evolve
from files_world import every_template
from flows_world import BLACK, NAVY, PROFILE, loop
from prepack_world import NAVY_SKU, PACK, packed_loop

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.edi import X12Codec
from clarus_bluecherry.bluecherry.files import Codecs, FilesProfile, FileTransport
from clarus_bluecherry.bluecherry.sheets import template
from clarus_bluecherry.bluecherry.sheets.codec import SheetCodec
from clarus_bluecherry.exchange import Folder, NameTemplate
from clarus_bluecherry.model import UnitFactors, Units
from clarus_bluecherry.sandbox.bluecherry_files import FileSide
from clarus_bluecherry.sandbox.bluecherry_sheets import NAMES, SheetSpeech
from clarus_bluecherry.sandbox.bluecherry_x12 import PROFILE as PARTNERS
from clarus_bluecherry.sandbox.bluecherry_x12 import X12Speech
from clarus_bluecherry.sandbox.erp import Pick, PickLine, ProductionLine, ProductionOrder

UNITS = Units((UnitFactors(source="[units]", general={"DZ": 12}, by_sku={(NAVY_SKU, "CA"): [6]}),))
PRICE = Decimal("19.90")


@contextmanager
def by_files(here, root, speech, codec, pattern):
    side = FileSide(here.erp, root, speech, PROFILE)
    folder = Folder(root, settle=dt.timedelta(0), now=lambda: here.time)
    profile = FilesProfile(names=NameTemplate(pattern))
    with BlueCherry(FileTransport(folder, codec, profile, store=root / "store", now=lambda: here.time)) as client:
        here.site = evolve(here.site, bluecherry=client)
        yield side.meet


def by_csv(here, root):
    return by_files(here, root, SheetSpeech(), SheetCodec(every_template(), NAMES), "{kind}_{control_number}.csv")


def by_x12(here, root):
    sheets = SheetCodec({kind: template(kind) for kind in NAMES}, NAMES)
    ours = X12Codec(evolve(PARTNERS, units=UNITS), now=lambda: here.time)
    speech = X12Speech(lambda: here.time)
    return by_files(here, root, speech, Codecs(ours, sheets), "{kind}_{control_number}.x12")


@contextmanager
def by_rest(here, root):
    yield lambda: None


WAYS = {"rest": by_rest, "x12": by_x12, "csv": by_csv}


ASKED = ((BLACK, 1, "DZ"), (NAVY, 1, "CA"), (BLACK, 2, ""))
EXPECTED = ((BLACK, 2, "DZ"), (NAVY, 5, "EA"))


def ask(here, asked=ASKED, expected=EXPECTED):
    """A dozen and two pieces of one SKU, a case of another, and two dozen and five to come."""
    lines = [
        PickLine(line_seq=str(number), article=article, bk_qty=quantity, price=PRICE, uom=unit)
        for number, (article, quantity, unit) in enumerate(asked, 1)
    ]
    here.erp.release(
        Pick(
            pick_num="1001",
            ord_num="SO1001",
            po_num="PO-9",
            customer="NORDST",
            location="NJ",
            shipper="UPS",
            pick_date=here.time.date(),
            ship_to={"name": "Jane Doe", "addr1": "1 Main St", "city": "Newark", "country": "US"},
            lines=tuple(lines),
            last_mod=here.time,
        )
    )
    here.erp.issue(
        ProductionOrder(
            prod_num="C55",
            vendor="MILL",
            location="NJ",
            due_date=here.time.date(),
            lines=tuple(
                ProductionLine(prod_line=str(number), article=article, prod_qty=units, cost=PRICE, uom=unit)
                for number, (article, units, unit) in enumerate(expected, 3)
            ),
            last_mod=here.time,
        )
    )


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_season_in_cases_and_dozens_gives_both_books_the_same_stock_to_the_each(way, tmp_path):
    with loop() as here, way(here, tmp_path) as meet:
        here.site = here.site.with_units(UNITS)
        ask(here)
        play(here, meet, out=[12, 6, 2], back=[24, 5])
        assert stock(here) == {"BLK": 20 - 12 - 2 + 24, "NVY": 20 - 6 + 5}
        assert here.reconcile().differing == ()


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_a_season_with_prepacks_gives_both_books_the_same_stock_to_the_each(way, tmp_path):
    with packed_loop(UNITS) as here, way(here, tmp_path) as meet:
        assert here.reconcile().differing == ()
        ask(here, (*ASKED, (PACK, 3, "")), (*EXPECTED, (PACK, 5, "EA")))
        play(here, meet, out=[12, 6, 2, 6, 3], back=[24, 5, 10, 5])
        packs = {(key[0], key[1]): units for (key, place), units in here.erp.on_hand().items() if place == "NJ"}
        assert packs["PACKA", "BLK"] == 4 - 3 + 5
        assert packs["01234", "BLK"] == 20 - 12 - 2 + 24
        assert here.reconcile().differing == ()
        assert here.for_people() == []


def play(here, meet, *, out, back):
    """What was asked for leaves and comes in whole, and both systems hear of it."""
    meet()
    here.turn()
    assert [line.order_quantity for line in here.goods_out().lines] == out
    (receipt,) = here.warehouse.goods_in_receipts
    assert [line.expected_quantity for line in receipt.lines] == back
    here.ship()
    here.warehouse.begin_receiving(receipt.id)
    for line in receipt.lines:
        here.warehouse.receive(line.id, line.expected_quantity)
    for _ in range(3):
        here.turn()
        meet()
        here.erp.process_staging()
    here.erp.run_invoicing()
    meet()
    here.turn()


def stock(here):
    """The book's stock, by colour."""
    return {key[1]: units for (key, place), units in here.erp.on_hand().items() if place == "NJ"}
