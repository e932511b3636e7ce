"""Clarus by file over its SFTP server: one account to upload imports, another to download confirmations."""

import pytest
from clarus_files_world import by_file
from sftp_world import SftpWorld

from clarus_bluecherry.errors import NotSent
from clarus_bluecherry.flows import collect_orders, deliver
from clarus_bluecherry.ledger import State


def account(server, name, folder):
    return f"""
[clarus.files.{name}]
host = "127.0.0.1"
port = {server.port}
user = "erp"
host_keys = ["{server.fingerprint}"]
{folder}
settle = 0
timeout = 5
"""


@pytest.fixture
def server(tmp_path):
    with SftpWorld(tmp_path / "server") as world:
        yield world


@pytest.fixture
def here(tmp_path, server):
    more = account(server, "upload", 'outgoing = "out"') + account(server, "download", 'incoming = "in"')
    with by_file(tmp_path, root=server.root, more=more) as world:
        yield world


def test_an_order_goes_up_and_its_dispatch_comes_down(here, server):
    here.release()
    here.issue()
    here.work()
    names = sorted(path.name.partition("-")[0] for path in (server.root / "out").iterdir())
    assert names == ["ORDERS_1001", "PRE_RECEIPTS_C55"]
    here.side.meet()
    assert here.side.failed == []
    here.ship()
    (receipt,) = here.warehouse.goods_in_receipts
    here.warehouse.receive(receipt.lines[0].id, 12)
    here.turn()
    assert here.states("goods_out") == here.states("pre_receipt") == [State.POSTED]
    assert sorted(one.entity for one in here.erp.staged) == ["OrderShipment", "ProductionReceiptAdvice"]
    assert sorted(path.name.partition("-")[2] for path in (server.root / "taken").iterdir()) == [
        "DISPATCHED_000001.csv",
        "RECEIVED_000002.csv",
    ]


def test_a_server_that_is_away_keeps_nothing_from_leaving_later(here, server):
    here.release()
    server.denied.add("open")
    collect_orders(here.site)
    delivered = deliver(here.site)
    assert here.states("goods_out") == [State.ACCEPTED]
    assert "the server does not permit it" in delivered.stopped["clarus"]
    assert list((server.root / "out").iterdir()) == []
    server.denied.clear()
    here.work()
    assert len(list((server.root / "out").iterdir())) == 1


def test_what_lies_here_is_taken_while_the_server_is_away(here, server):
    header = "Receipt,Line,Product,Received,Received At,Warehouse,Type\r\n"
    row = "C99,3,1234_blk_m,2,2026-11-01 09:00:00,WH-NJ,standard\r\n"
    (here.root / "in" / "RECEIVED_1.csv").write_text(header + row, "utf-8")
    server.cut_after = 0
    (server.root / "in" / "RECEIVED_2.csv").write_text(header, "utf-8")
    with pytest.raises(NotSent):
        here.work()
    assert len(here.postings("production_receipt_advice")) == 1


def test_a_file_there_that_may_not_be_fetched_is_told_and_stops_no_other(here, server):
    header = "Receipt,Line,Product,Received,Received At,Warehouse,Type\r\n"
    row = "C99,3,1234_blk_m,2,2026-11-01 09:00:00,WH-NJ,standard\r\n"
    server.names.append("RECEIVED_\u202e.csv")
    (server.root / "in" / "RECEIVED_1.csv").write_text(header + row, "utf-8")
    here.work()
    assert len(here.postings("production_receipt_advice")) == 1
    assert any("cannot be seen" in reason for _, reason in here.unread())
