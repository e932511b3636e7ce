"""A sheet that comes back byte for byte: what it says anew goes out, and what it only repeats changes nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attrs import evolve
from flows_world import Loop, loop

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.files import FilesProfile, FileTransport
from clarus_bluecherry.bluecherry.sheets import Column, SheetLayout
from clarus_bluecherry.bluecherry.sheets.codec import SheetCodec
from clarus_bluecherry.exchange import Folder, NameTemplate
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.orders_out import collect_orders

FIELDS = ("pick_num", "location", "ship_to.name", "pick_date", "line.line_seq", "line.style", "line.color_code")
COLUMNS = [Column(field, field) for field in (*FIELDS, "line.size_desc", "line.bk_qty")]
"""A site whose sheets do not say when a ticket changed."""


@contextmanager
def by_sheets(here: Loop, root: Path) -> Iterator[None]:
    codec = SheetCodec({"pick_ticket": SheetLayout("pick_ticket", COLUMNS)}, {"pick_ticket": ["PICK*.csv"]})
    folder = Folder(root, settle=here.site.clock() - here.site.clock(), now=here.site.clock)
    names = FilesProfile(names=NameTemplate("{kind}_{control_number}.csv"))
    transport = FileTransport(folder, codec, names, store=root / "store", now=here.site.clock)
    with BlueCherry(transport) as client:
        here.site = evolve(here.site, bluecherry=client, kinds=frozenset({"pick_ticket"}))
        yield


def ticket(number: str, units: int) -> str:
    return f"{number},NJ,Jane Doe,03/09/2026,1,01234,BLK,M,{units}\r\n"


def test_five_then_seven_then_five_is_five_though_the_third_file_is_the_first(tmp_path: Path) -> None:
    first = ticket("1001", 5) + ticket("1002", 3)
    with loop() as here, by_sheets(here, tmp_path):
        for number, lines in enumerate((first, ticket("1001", 7), first), start=1):
            here.later(minutes=1)
            content = ",".join(column.header for column in COLUMNS) + "\r\n" + lines
            (tmp_path / "in" / f"PICK{number}.csv").write_bytes(content.encode())
            collect_orders(here.site)
        deliver(here.site)
        sent = {order.reference: int(order.lines[0].order_quantity) for order in here.warehouse.goods_outs}
        assert sent == {"1001": 5, "1002": 3}
        assert here.for_people() == []
        facts = [fact.source_id for fact in here.site.ledger.facts(kind="pick_ticket")]
        assert (facts.count("1001"), facts.count("1002")) == (3, 1)
