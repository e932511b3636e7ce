"""Pick sheets through the folder into the ledger: what is not whole is on the list, and nothing short goes out."""

import datetime as dt

import pytest
from attrs import evolve
from flows_world import loop

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.files import FilesProfile, FileTransport
from clarus_bluecherry.bluecherry.sheets import Column, SheetLayout
from clarus_bluecherry.bluecherry.sheets.codec import SheetCodec
from clarus_bluecherry.exchange import Folder, NameTemplate
from clarus_bluecherry.flows.orders_out import collect_orders
from clarus_bluecherry.model import SalesOrder

COLUMNS = {
    "Pick": "pick_num",
    "Name": "ship_to.name",
    "Loc": "location",
    "Date": "pick_date",
    "Seq": "line.line_seq",
    "Style": "line.style",
    "Color": "line.color_code",
    "Size": "line.size_desc",
    "Qty": "line.bk_qty",
}
PICKS = SheetLayout("pick_ticket", [Column(header, field) for header, field in COLUMNS.items()])
GOOD = "{},Lee,NJ,03/02/2026,{},01234,BLK,M,{}"


def sheet(*lines):
    return "".join(f"{line}\r\n" for line in (",".join(COLUMNS), *lines)).encode()


class There:
    """A site whose picks come as sheets."""

    def __init__(self, here, root):
        self._root, self.ledger = root, here.site.ledger
        folder = Folder(root, settle=dt.timedelta(0), now=lambda: here.time, on_incident=lambda incident: None)
        codec = SheetCodec({"pick_ticket": PICKS}, {"pick_ticket": ["PICK*.csv"]})
        profile = FilesProfile(names=NameTemplate("{kind}_{control_number}.csv"))
        self._transport = FileTransport(folder, codec, profile, store=root / "store", now=lambda: here.time)
        self.site = evolve(here.site, bluecherry=BlueCherry(self._transport), kinds=frozenset({"pick_ticket"}))

    def leave(self, name, *lines):
        (self._root / "in" / name).write_bytes(sheet(*lines))
        collect_orders(self.site)

    def orders(self):
        facts = self.ledger.facts(kind="pick_ticket", source="bluecherry")
        orders = [fact.record for fact in facts if isinstance(fact.record, SalesOrder)]
        return {order.reference: [int(line.quantity) for line in order.lines] for order in orders}

    def unread(self):
        return [posting.reason for posting in self.ledger.inbox(kind="unread")]


@pytest.fixture
def there(tmp_path):
    with loop() as here:
        there = There(here, tmp_path)
        yield there
        there.site.bluecherry.close()


def test_a_pick_with_a_line_out_of_shape_is_on_the_list_by_file_and_line_and_the_others_go(there):
    shifted = "P1,Smith, Jones,NJ,03/02/2026,2,01234,BLK,M,7"
    there.leave("PICK1.csv", GOOD.format("P1", 1, 5), shifted, GOOD.format("P2", 1, 3))
    assert there.orders() == {"P2": [3]}
    (reason,) = there.unread()
    assert reason == "pick ticket P1, line 3 of 'PICK1.csv': there are 10 cells under 9 headers"
    there.leave("PICK2.csv", GOOD.format("P1", 1, 5), shifted, GOOD.format("P3", 1, 3))
    assert [reason.partition(" of ")[2].partition(":")[0] for reason in there.unread()] == [
        "'PICK1.csv'",
        "'PICK2.csv'",
    ]


def test_a_blank_behind_the_pick_number_is_one_order_of_two_lines(there):
    there.leave("PICK1.csv", GOOD.format("P1", 1, 5), GOOD.format("P1 ", 2, 7))
    assert (there.orders(), there.unread()) == ({"P1": [5, 7]}, [])


def test_an_empty_quantity_is_no_removed_line(there):
    there.leave("PICK1.csv", GOOD.format("P1", 1, 5), GOOD.format("P1", 2, ""), GOOD.format("P2", 1, 1))
    assert there.orders() == {"P2": [1]}
    assert there.unread() == ["pick P1, line 2, field bk_qty: the quantity is missing, and missing is not zero"]
