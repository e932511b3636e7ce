"""The same season in cases and dozens over each way to Blue Cherry: the same stock in both books, to the each."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from decimal import Decimal

import pytest
from attrs import evolve
from files_world import every_template
from flows_world import BLACK, NAVY, PROFILE, loop

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.edi import X12Codec
from clarus_bluecherry.bluecherry.files import Codecs, FilesProfile, FileTransport
from clarus_bluecherry.bluecherry.sheets import template
from clarus_bluecherry.bluecherry.sheets.codec import SheetCodec
from clarus_bluecherry.exchange import Folder, NameTemplate
from clarus_bluecherry.model import Sku, UnitFactors, Units
from clarus_bluecherry.sandbox.bluecherry_files import FileSide
from clarus_bluecherry.sandbox.bluecherry_sheets import NAMES, SheetSpeech
from clarus_bluecherry.sandbox.bluecherry_x12 import PROFILE as PARTNERS
from clarus_bluecherry.sandbox.bluecherry_x12 import X12Speech
from clarus_bluecherry.sandbox.erp import Pick, PickLine, ProductionLine, ProductionOrder

NAVY_SKU = Sku(NAVY.style, NAVY.color_code, size=NAVY.size_desc)
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


def ask(here):
    """A dozen and two pieces of one SKU, a case of another, and two dozen and five to come."""
    asked = ((BLACK, 1, "DZ"), (NAVY, 1, "CA"), (BLACK, 2, ""))
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
    expected = ((BLACK, 2, "DZ"), (NAVY, 5, "EA"))
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
        meet()
        here.turn()
        assert [line.order_quantity for line in here.goods_out().lines] == [12, 6, 2]
        (receipt,) = here.warehouse.goods_in_receipts
        assert [line.expected_quantity for line in receipt.lines] == [24, 5]
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
        assert stock(here) == {"BLK": 20 - 12 - 2 + 24, "NVY": 20 - 6 + 5}
        assert here.reconcile().differing == ()


def stock(here):
    """The book's stock, by colour."""
    return {key[1]: units for (key, place), units in here.erp.on_hand().items() if place == "NJ"}
