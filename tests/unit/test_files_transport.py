"""Blue Cherry through a folder of files: read as any transport, sent once, acknowledged or not."""

import asyncio
import datetime as dt
from pathlib import Path

import pytest
from files_world import kept

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.files import ControlNumber, FilesProfile, FileTransport, Reply, Told
from clarus_bluecherry.bluecherry.kinds.period_status import PERIOD_STATUS
from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
from clarus_bluecherry.bluecherry.kinds.production_order import PRODUCTION_ORDER
from clarus_bluecherry.bluecherry.kinds.shipment_status import SHIPMENT_STATUS
from clarus_bluecherry.bluecherry.kinds.style import STYLE
from clarus_bluecherry.bluecherry.messages import DeliveryStatus
from clarus_bluecherry.bluecherry.sheets import Column, SheetLayout, template, write_sheet
from clarus_bluecherry.bluecherry.sheets.codec import SheetCodec
from clarus_bluecherry.bluecherry.transport import NotCarried
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord, NotSent
from clarus_bluecherry.exchange import Folder, NameTemplate, SentOutcome

MORNING = dt.datetime(2026, 3, 2, 14, tzinfo=dt.UTC)
ARTICLE = {"style": "01234", "color_code": "BLK", "size_desc": "M"}
NAMES = {
    "pick_ticket": ["PICK*.csv"],
    "production_order": ["PO*.csv"],
    "style": ["STYLE*.csv"],
    "interface_status": ["STATUS*.csv"],
    "shipment_status": ["INV*.csv"],
}
LAYOUTS = {kind: template(kind) for kind in (*NAMES, "order_shipment")}
SHIPMENT = messages.OrderShipment(
    pick_num="1001",
    location="NJ",
    ship_date=dt.date(2026, 3, 2),
    lines=[{**ARTICLE, "line_seq": "1", "size_qty": 5, "total_qty": 5}],
)


def pick(number, units=5):
    return messages.PickTicket(pick_num=number, lines=[{**ARTICLE, "line_seq": "1", "bk_qty": units}])


class There:
    """A folder exchange, its transport, a clock that stands still, and the partner on the other side."""

    def __init__(self, root: Path, codec=None, **profile):
        self.now = MORNING
        self.root = root
        self.codec = codec or SheetCodec(LAYOUTS, NAMES)
        self.profile = FilesProfile(names=NameTemplate("{kind}_{control_number}.csv"), **profile)
        self.transport = self.open()

    def open(self):
        folder = Folder(self.root, settle=dt.timedelta(0), now=lambda: self.now, on_incident=lambda incident: None)
        return FileTransport(folder, self.codec, self.profile, store=self.root / "store", now=lambda: self.now)

    def drop(self, name, content):
        (self.root / "in" / name).write_bytes(content)

    def drop_picks(self, name, *picks):
        self.drop(name, write_sheet(LAYOUTS["pick_ticket"], picks))

    def left(self):
        return {path.name: path.read_bytes() for path in (self.root / "out").iterdir()}

    def quarantined(self):
        return [path.read_text("utf-8") for path in (self.root / "quarantine").glob("*.reason.txt")]


@pytest.fixture
def there(tmp_path):
    there = There(tmp_path)
    yield there
    there.transport.close()


# Reading -------------------------------------------------------------------------------------------------------


def test_what_has_come_is_read_and_reading_takes_nothing_away(there):
    there.drop_picks("PICK1.csv", pick("1001"), pick("1002"))
    assert [each.pick_num for each in kept(there.transport, PICK_TICKET)] == ["1001", "1002"]
    assert [each.pick_num for each in kept(there.transport, PICK_TICKET)] == ["1001", "1002"]
    assert kept(there.transport, PRODUCTION_ORDER) == []


def test_a_reader_asks_for_what_came_since_an_instant_and_gets_a_little_more(there):
    there.drop_picks("PICK1.csv", pick("1001"))
    kept(there.transport, PICK_TICKET)
    there.now += dt.timedelta(hours=1)
    there.drop_picks("PICK2.csv", pick("1002"))
    assert [each.pick_num for each in kept(there.transport, PICK_TICKET, there.now)] == ["1002"]
    assert [each.pick_num for each in kept(there.transport, PICK_TICKET, MORNING + dt.timedelta(minutes=14))] == [
        "1001",
        "1002",
    ]


def test_the_same_file_twice_is_one(there):
    there.drop_picks("PICK1.csv", pick("1001"))
    kept(there.transport, PICK_TICKET)
    there.drop_picks("PICK1_again.csv", pick("1001"))
    assert len(kept(there.transport, PICK_TICKET)) == 1


def test_another_process_reads_the_same(there):
    there.drop_picks("PICK1.csv", pick("1001"))
    kept(there.transport, PICK_TICKET)
    second = there.open()
    assert [each.pick_num for each in kept(second, PICK_TICKET)] == ["1001"]
    second.close()


def test_a_bad_document_comes_as_its_error_between_the_good_ones(there):
    layout = LAYOUTS["pick_ticket"]
    content = write_sheet(layout, [pick("1001"), pick("1002"), pick("1003")])
    lines = content.split(b"\r\n")
    lines[2] = lines[2].replace(b",5,", b",many,")
    there.drop("PICK1.csv", b"\r\n".join(lines))
    first, bad, third = kept(there.transport, PICK_TICKET)
    assert (first.pick_num, third.pick_num) == ("1001", "1003")
    assert isinstance(bad, InvalidRecord)
    assert "1002" in bad.record


@pytest.mark.parametrize("content", [b"wrong,columns\r\n", b"\xff\xfe", b""])
def test_a_file_that_cannot_be_read_at_all_is_quarantined_with_the_reason(there, content):
    there.drop("PICK1.csv", content)
    there.drop_picks("PICK2.csv", pick("1002"))
    assert [each.pick_num for each in kept(there.transport, PICK_TICKET)] == ["1002"]
    assert len(there.quarantined()) == 1


def test_a_file_whose_kind_nobody_laid_out_waits(there):
    there.drop("NOTES.txt", b"hello")
    assert kept(there.transport, PICK_TICKET) == []
    assert (there.root / "in" / "NOTES.txt").exists()


def test_of_a_master_the_newest_file_counts(there):
    old, new = (messages.Style(style=style, skus=[{**ARTICLE, "style": style}]) for style in ("01234", "05678"))
    there.drop("STYLE1.csv", write_sheet(LAYOUTS["style"], [old]))
    assert [each.style for each in kept(there.transport, STYLE)] == ["01234"]
    there.now += dt.timedelta(days=1)
    there.drop("STYLE2.csv", write_sheet(LAYOUTS["style"], [old, new]))
    there.drop_picks("PICK1.csv", pick("1001"))
    assert [each.style for each in kept(there.transport, STYLE)] == ["01234", "05678"]
    assert [each.style for each in kept(there.transport, STYLE, there.now + dt.timedelta(days=9))] == [
        "01234",
        "05678",
    ]


# Sending -------------------------------------------------------------------------------------------------------


def test_a_message_is_left_once_under_its_control_number(there):
    assert there.transport.probe("order_shipment", "000000001", "1001") is DeliveryStatus.ABSENT
    for _ in range(2):
        assert there.transport.send(SHIPMENT, "000000001").control_number == "000000001"
        there.now += dt.timedelta(minutes=1)
    assert there.left() == {"order_shipment_000000001.csv": write_sheet(LAYOUTS["order_shipment"], [SHIPMENT])}
    assert there.transport.probe("order_shipment", "000000001", "1001") is DeliveryStatus.STAGED


def test_a_message_that_was_left_by_a_worker_that_died_is_not_left_again(there):
    (there.root / "out" / "order_shipment_000000001.csv").write_bytes(b"as it was an hour ago")
    there.transport.send(SHIPMENT, "000000001")
    assert there.left() == {"order_shipment_000000001.csv": b"as it was an hour ago"}
    assert there.transport.probe("order_shipment", "000000001", "1001") is DeliveryStatus.STAGED


def test_a_message_whose_kind_nobody_laid_out_is_refused_before_anything_is_left(there):
    position = messages.StockPositionAdvice(
        adj_num="9", location="NJ", count_date=dt.date(2026, 3, 2), article=ARTICLE, size_qty=1
    )
    with pytest.raises(ConfigurationError) as caught:
        there.transport.send(position, "000000001")
    assert caught.value.field == "stock_position"
    assert there.left() == {}


def test_ping_says_how_much_waits(there):
    there.transport.send(SHIPMENT, "000000001")
    assert there.transport.ping() == "1 files wait for Blue Cherry"


# Codecs that answer --------------------------------------------------------------------------------------------


def _got(number):
    return b"got " + number.encode()


class Telling:
    """A codec whose files say, line by line, what became of what; each file is answered."""

    patterns = ("*.ack",)

    def reads(self, kind):
        return False

    def encode(self, message, control_number, at):
        return f"{control_number} at {at}".encode()

    def decode(self, name, content):
        number, *lines = content.read().decode().split()
        yield ControlNumber(number)
        for line in lines:
            sent, _, word = line.partition("=")
            yield Told(sent, SentOutcome(word))

    def answer(self, name, content, outcomes):
        number = content.read().split()[0].decode()
        return [Reply("997", number, _got(number), "got", _got)]


@pytest.fixture
def telling(tmp_path):
    there = There(tmp_path, Telling())
    yield there
    there.transport.close()


@pytest.mark.parametrize(("word", "posting"), [("acknowledged", "staged"), ("rejected", "rejected")])
def test_an_acknowledgement_says_what_became_of_a_message(telling, word, posting):
    telling.transport.send(SHIPMENT, "000000001")
    telling.drop("1.ack", f"77 000000001={word} 000000999=acknowledged".encode())
    assert telling.transport.probe("order_shipment", "000000001", "1001") == posting
    assert telling.left()["997_77.csv"] == b"got 77"


def test_a_site_may_know_that_acknowledged_is_posted(tmp_path):
    there = There(tmp_path, Telling(), acknowledged_means=DeliveryStatus.POSTED)
    there.transport.send(SHIPMENT, "000000001")
    there.drop("1.ack", b"77 000000001=acknowledged")
    assert there.transport.probe("order_shipment", "000000001", "1001") is DeliveryStatus.POSTED
    there.transport.close()


def test_the_same_control_number_in_another_file_is_quarantined(telling):
    telling.transport.send(SHIPMENT, "000000001")
    telling.drop("1.ack", b"77 000000001=acknowledged")
    telling.transport.probe("order_shipment", "000000001", "1001")
    telling.drop("2.ack", b"77 000000001=rejected")
    assert telling.transport.probe("order_shipment", "000000001", "1001") is DeliveryStatus.STAGED
    (reason,) = telling.quarantined()
    assert "control number 77" in reason


# Extracts ------------------------------------------------------------------------------------------------------


def status_file(**words):
    rows = [messages.InterfaceStatus(isa_num=number.strip("n"), status=word) for number, word in words.items()]
    return write_sheet(LAYOUTS["interface_status"], rows)


def test_an_extract_of_the_interface_says_what_became_of_a_message_and_the_latest_word_stands(there):
    there.transport.send(SHIPMENT, "000000001")
    there.drop("STATUS1.csv", status_file(n1="Staged", n000000002="posted"))
    assert there.transport.probe("order_shipment", "000000001", "1001") is DeliveryStatus.STAGED
    there.now += dt.timedelta(hours=1)
    there.drop("STATUS2.csv", status_file(n000000001="REJECTED"))
    assert there.transport.probe("order_shipment", "000000001", "1001") is DeliveryStatus.REJECTED
    there.now += dt.timedelta(hours=1)
    there.drop("STATUS3.csv", status_file(n000000001="on hold"))
    assert there.transport.probe("order_shipment", "000000001", "1001") is DeliveryStatus.UNKNOWN


class Interrupted(SheetCodec):
    """Reads STATUS1.csv so slowly that something else happens meanwhile, once."""

    def __init__(self, meanwhile):
        super().__init__(LAYOUTS, NAMES)
        self.meanwhile = meanwhile

    def decode(self, name, content):
        if name == "STATUS1.csv":
            act, self.meanwhile = self.meanwhile, lambda: None
            act()
        yield from super().decode(name, content)


@pytest.mark.parametrize("stands_still", [dt.timedelta(), dt.timedelta(minutes=10), dt.timedelta(hours=1)])
def test_the_latest_word_stands_where_two_workers_take_what_came(there, stands_still):
    def meanwhile():
        there.now += stands_still
        said(there.transport)

    def said(worker):
        return worker.probe("order_shipment", "000000001", "1001")

    there.codec = Interrupted(meanwhile)
    slow = there.open()
    slow.send(SHIPMENT, "000000001")
    there.drop("STATUS1.csv", status_file(n000000001="staged"))
    there.drop("STATUS2.csv", status_file(n000000001="posted"))
    workers = slow, there.transport, there.open()
    assert [said(worker) for worker in workers] == [DeliveryStatus.POSTED] * 3
    assert there.quarantined() == []
    assert not list((there.root / "work").iterdir())
    for worker in workers[::2]:
        worker.close()


def test_a_worker_that_fails_over_a_file_lets_others_take_what_came(there):
    def fail():
        raise NotSent("the disk is full", record="store")

    there.codec = Interrupted(fail)
    broken = there.open()
    there.drop("STATUS1.csv", status_file(n000000001="staged"))
    there.drop_picks("PICK1.csv", pick("1001"))
    with pytest.raises(NotSent):
        broken.probe("order_shipment", "000000001")
    assert [each.pick_num for each in kept(there.transport, PICK_TICKET)] == ["1001"]
    broken.close()


def test_an_invoiced_pick_is_posted_whatever_else_is_said(there):
    there.transport.send(SHIPMENT, "000000001")
    invoiced = messages.ShipmentStatus(pick_num="1001", inv_num="INV1", inv_date="2026-03-03")
    there.drop("INV1.csv", write_sheet(LAYOUTS["shipment_status"], [invoiced]))
    assert there.transport.probe("order_shipment", "000000001", "1001") is DeliveryStatus.POSTED
    assert there.transport.probe("inventory_adjustment", "000000001", "1001") is DeliveryStatus.STAGED
    assert [each.pick_num for each in kept(there.transport, SHIPMENT_STATUS)] == ["1001"]


def test_a_report_that_the_site_has_not_set_up_is_refused(there):
    with pytest.raises(NotCarried) as caught:
        there.transport.read(PERIOD_STATUS)
    assert caught.value.record == "period status"


# The client ----------------------------------------------------------------------------------------------------


def test_asyncio_uses_the_client_in_a_thread(there):
    there.drop_picks("PICK1.csv", pick("1001"))
    erp = BlueCherry(there.transport)

    async def asked():
        picks = await asyncio.to_thread(lambda: list(erp.picks()))
        await asyncio.to_thread(erp.send, SHIPMENT, "000000002")
        return picks, await asyncio.to_thread(erp.probe, "order_shipment", "000000002")

    assert asyncio.run(asked()) == (list(erp.picks()), DeliveryStatus.STAGED)


@pytest.mark.parametrize(
    ("layouts", "names"),
    [({}, {"pick_ticket": ["*.csv"]}), ({"style": SheetLayout("carrier", [Column("A", "shipper")])}, {})],
)
def test_a_kind_that_is_not_laid_out_is_refused_at_once(layouts, names):
    with pytest.raises(ConfigurationError):
        SheetCodec(layouts, names)
