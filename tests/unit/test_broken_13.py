"""Kinds, settling, products, files and transfers, as they were broken once and are no longer."""

import datetime as dt
from itertools import chain

import pytest
from attrs import evolve
from clarus_files_world import by_file
from edi_world import ORDER, PICK, PROFILE, RECEIPT
from files_world import kept
from flows_world import BLACK, loop
from test_clarus_by_file import drop, line, shipped
from test_files_settled import NOON, There
from test_flows_products import GREEN, product, turn, world
from test_transfer_order import world as transfers

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.edi.documents import body_of
from clarus_bluecherry.bluecherry.files import FileTransport
from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
from clarus_bluecherry.bluecherry.messages import DeliveryStatus, PickTicket, Style
from clarus_bluecherry.bluecherry.sheets import template, write_sheet
from clarus_bluecherry.bluecherry.sheets.codec import SheetCodec
from clarus_bluecherry.bluecherry.transport import KEPT, Delivery
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.flows.orders_out import collect_orders
from clarus_bluecherry.ledger import State
from clarus_bluecherry.x12 import Envelope, Partners, Segment, write

UNDATED = PICK.model_copy(update={"pick_num": "1002", "pick_date": ""})


@pytest.fixture
def there(tmp_path):
    there = There(tmp_path)
    yield there
    for transport, _ in there.workers:
        transport.close()


# Settling ----------------------------------------------------------------------------------------------------


def test_what_was_refused_is_refused_again_when_its_reader_died_before_it_could_say_so(there):
    with loop() as here:
        first = there.open()
        there.drop(UNDATED)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(FileTransport, "_settle", died)
            with pytest.raises(KeyboardInterrupt):
                collect_orders(evolve(here.site, bluecherry=BlueCherry(first)))
        there.die(first)
        there.now += dt.timedelta(hours=1)
        collect_orders(evolve(here.site, bluecherry=BlueCherry(there.open())))
        assert there.verdicts == ["AK5*R*5", "AK9*R*1*1*0"]


def died(*given):
    raise KeyboardInterrupt


def test_what_was_refused_stays_refused_while_its_file_waits_for_another(there):
    with loop() as here:
        worker = there.open()
        there.drop(UNDATED, ORDER)
        site = evolve(here.site, bluecherry=BlueCherry(worker), kinds=frozenset({"pick_ticket"}))
        for _ in range(2):
            collect_orders(site)
        assert there.verdicts == []
        collect_orders(evolve(site, kinds=None))
        assert sorted(there.verdicts) == sorted(["AK5*R*5", "AK9*R*1*1*0", "AK5*A", "AK9*A*1*1*1"])


# Names in the site file -------------------------------------------------------------------------------------


def sheets(*names):
    return SheetCodec({"pick_ticket": template("pick_ticket")}, {"pick_ticket": names})


def dropped(there, name, *picks):
    (there.root / "in" / name).write_bytes(write_sheet(template("pick_ticket"), picks))


def test_a_file_whose_name_the_site_no_longer_names_stops_no_reading(there):
    first = there.open(codec=sheets("PICK*.csv"))
    dropped(there, "PICK1.csv", PICK)
    (delivery,) = first.read(PICK_TICKET)
    delivery.settle(KEPT)
    second = there.open(codec=sheets("NEW*.csv"))
    dropped(there, "NEW1.csv", PICK.model_copy(update={"pick_num": "1003"}))
    assert [each.pick_num for each in kept(second, PICK_TICKET)] == ["1003"]
    assert second.probe("order_shipment", "000000001") is DeliveryStatus.ABSENT


# A transport that yields rubbish ------------------------------------------------------------------------------

SEVENTH = PickTicket.model_validate(
    {"pick_num": "7", "pick_date": "2026-03-02", "last_mod": "2026-03-02 08:00:00"}
)
RUBBISH = {
    "nothing": None,
    "a dict": {"pick_num": "7"},
    "a bare record": SEVENTH,
    "a delivery of a dict": Delivery(entry={"pick_num": "7"}),
    "a delivery of another kind": Delivery(entry=Style.model_validate({"style": "01234"})),
    "a delivery of nothing": Delivery(entry=None),
    "a delivery of another error": Delivery(entry=ValueError("Jane Doe")),
    "a naive mark": Delivery(entry=SEVENTH, mark=dt.datetime(2026, 3, 2)),  # noqa: DTZ001
    "a mark of text": Delivery(entry=SEVENTH, mark="2026-03-02"),
    "a naive time of the server": Delivery(entry=SEVENTH, served_at=dt.datetime(2026, 3, 2)),  # noqa: DTZ001
}


class Plugin:
    """Picks by way of the sandbox, behind one thing that is none."""

    def __init__(self, inner, first):
        self.inner, self.first = inner, first

    def __getattr__(self, name):
        return getattr(self.inner, name)

    def read(self, kind, since=None):
        return chain([self.first] if kind is PICK_TICKET else [], self.inner.read(kind, since))


@pytest.mark.parametrize("rubbish", RUBBISH)
def test_rubbish_of_a_transport_is_told_once_and_stops_no_record(rubbish):
    with loop() as here:
        here.site = evolve(here.site, bluecherry=Plugin(here.site.bluecherry, RUBBISH[rubbish]))
        for number in ("1", "2"):
            here.release(number, ((BLACK, 1),))
            here.turn()
        assert [order.reference for order in here.warehouse.goods_outs] == ["1", "2"]
        (told,) = here.for_people()
        assert "the transport hands over a" in told.reason
        assert "Jane" not in told.reason


def test_a_transport_that_hands_over_nothing_at_all_is_told_so():
    class Wrong(Plugin):
        def read(self, kind, since=None):
            return None

    with loop() as here, pytest.raises(ConfigurationError, match="hands over a NoneType") as caught:
        collect_orders(evolve(here.site, bluecherry=Wrong(here.site.bluecherry, None)))
    assert "Correct the transport" in caught.value.action


# Products ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("control", ["\0", "\x07", "\x1b[31m", "\x7f", "\x9b"], ids=repr)
def test_a_name_with_control_characters_is_told_without_them(control):
    with world(evolve(GREEN, style_name=f"Rain{control}coat")) as here:
        for _ in range(2):
            turn(here)
        assert product(here).description == f"Rain {control[1:]}coat"
        assert here.states("product") == [State.POSTED]


# Clarus by file ----------------------------------------------------------------------------------------------


def test_a_dispatch_whose_rows_come_again_in_another_order_is_the_same(tmp_path):
    with by_file(tmp_path) as here:
        here.release()
        here.turn()
        rows = [line("1001", "1", "1234_blk_m", 5), line("1001", "2", "01234-NVY-30/32", 2)]
        cartons = [f"{row[:-1]}{number}," for number, row in enumerate(rows, start=1)]
        drop(here, "DISPATCHED_1.csv", *cartons)
        here.work()
        drop(here, "DISPATCHED_2.csv", *cartons[::-1])
        here.work()
        assert shipped(here) == {("1001", "1"): 5, ("1001", "2"): 2}
        assert [name for name, _ in here.unread()] == ["untold adjustments and counts"]
        drop(here, "DISPATCHED_3.csv", cartons[1].replace(",2,2,", ",2,1,"), cartons[0])
        here.work()
        assert here.unread()[-1][0].startswith("dispatch (changed) 1001@")


# Transfer orders ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("giver", "taker"), [("NJ", ""), ("", "PA"), ("NJ", " "), ("NJ", "NJ ")])
def test_a_transfer_to_or_from_nowhere_waits_for_a_person(tmp_path, giver, taker):
    with transfers(tmp_path, "rest") as story:
        story.tell("10", giver, taker)
        assert (story.sent, story.expected) == ({}, {})
        assert all("it does not say from where to where" in reason for reason in story.waiting.values())
        assert set(story.waiting) == {"transfer out TRF-10", "transfer in TRF-10"}


@pytest.mark.parametrize("at_once", [True, False], ids=["in one turn", "in two turns"])
def test_a_pick_that_has_the_number_of_a_transfer_takes_nothing_from_it(tmp_path, at_once):
    with transfers(tmp_path, "rest") as story:
        story.here.release("TRF-10", lines=((BLACK, 1),))
        if not at_once:
            story.turn()
        story.tell("10", "NJ", "PA")
        story.turn()
        assert story.sent == {"TRF-10": ("WH-NJ", [1])}
        assert story.expected == {"TRF-10": ("WH-PA", [5, 2])}
        (reason,) = story.waiting.values()
        assert reason == "a pick ticket has the number 'TRF-10' already"


# X12 that is not for us --------------------------------------------------------------------------------------

OTHERS = Partners(sender="OTHERCO", receiver="WAREHOUSE"), Partners(sender="BRAND", receiver="ELSEWHERE")


def from_partner(there, name, set_id, body, partners=None):
    envelope = Envelope(partners=partners or PROFILE.partners.swapped(), control_number="000000055", at=NOON)
    (there.root / "in" / name).write_bytes(b"".join(write(envelope, set_id, [body])))


def word_on(group, number):
    return [Segment("AK1", (group, number)), Segment("AK9", ("R", "1", "1", "0"))]


@pytest.mark.parametrize("partners", OTHERS, ids=["from another", "for another"])
def test_an_order_that_another_sent_or_is_for_another_moves_no_goods(there, partners):
    worker = there.open()
    body = body_of(PICK_TICKET, PICK, "55", PROFILE)[1]
    from_partner(there, "other.x12", "940", body, partners)
    assert kept(worker, PICK_TICKET) == []
    assert (there.answers, there.files("quarantine")[:1]) == ([], ["other.x12"])
    assert "is not for this site" in there.incidents[0].detail


@pytest.mark.parametrize("partners", OTHERS, ids=["from another", "for another"])
def test_a_word_of_another_says_nothing_of_ours(there, partners):
    worker = there.open()
    worker.send(RECEIPT, "000000012")
    from_partner(there, "other.x12", "997", word_on("RE", "12"), partners)
    assert worker.probe("production_receipt_advice", "000000012") is DeliveryStatus.STAGED


def test_a_word_on_a_group_that_was_never_sent_is_told_and_says_nothing_of_ours(there):
    worker = there.open()
    worker.send(RECEIPT, "000000012")
    from_partner(there, "other.x12", "997", word_on("PO", "12"))
    assert worker.probe("production_receipt_advice", "000000012") is DeliveryStatus.STAGED
    (told,) = kept(worker, PICK_TICKET)
    assert "is about a group 'PO'" in told.what


# A newer word that nobody can read ---------------------------------------------------------------------------


def told_pick(number, units, changed):
    line = {"line_seq": 1, "style": "01234", "color_code": "BLK", "size_desc": "M", "bk_qty": units}
    head = {"pick_num": number, "pick_date": "2026-03-02", "last_mod": changed, "location": "NJ"}
    ship_to = {"addr_type": "ST", "name": "Store 12", "addr1": "1 Main St", "city": "Newark", "country": "US"}
    return PickTicket.model_validate({**head, "customer": "NORDST", "addresses": [ship_to], "lines": [line]})


def pick_file(there, name, units, changed, spoilt=b"77777"):
    content = write_sheet(template("pick_ticket"), [told_pick("1", units, changed)])
    (there / "exchange" / "in" / name).write_bytes(content.replace(spoilt, b"many"))


def test_a_newer_file_that_cannot_be_read_stops_the_older_word_and_its_correction_settles_it(tmp_path):
    with transfers(tmp_path, "csv", kinds=["pick_ticket"]) as story:
        pick_file(tmp_path, "PICK_1.csv", 5, "2026-03-02 08:00:00")
        collect_orders(story.here.site)
        pick_file(tmp_path, "PICK_2.csv", 77777, "2026-03-02 09:00:00")
        for _ in range(2):
            story.turn()
        assert story.sent == {}
        ((name, reason),) = story.waiting.items()
        assert name == "pick ticket 1"
        assert "line 2 of 'PICK_2.csv', field line.bk_qty: 'many' is not a number" in reason
        pick_file(tmp_path, "PICK_3.csv", 4, "2026-03-02 10:00:00")
        story.turn()
        assert (story.sent, story.waiting) == ({"1": ("WH-NJ", [4])}, {})


def test_a_newer_row_that_cannot_be_read_stops_the_older_word_and_its_correction_settles_it():
    with loop() as here:
        here.release("1", ((BLACK, 5),))
        collect_orders(here.site)
        pick = here.erp.picks["1"]
        for units, sent in (("many", []), (4, [4])):
            here.later(hours=1)
            changed = evolve(pick.lines[0], bk_qty=units)
            here.erp.release(evolve(pick, last_mod=here.time, lines=(changed,)))
            here.turn()
            assert [int(line.order_quantity) for one in here.warehouse.goods_outs for line in one.lines] == sent
        assert here.for_people() == []


def test_an_older_row_that_cannot_be_read_stops_nothing():
    with loop() as here:
        here.release("1", ((BLACK, 5),))
        collect_orders(here.site)
        pick = here.erp.picks["1"]
        spoilt = evolve(pick.lines[0], bk_qty="many")
        here.erp.picks["1"] = evolve(pick, last_mod=here.time - dt.timedelta(minutes=5), lines=(spoilt,))
        here.turn()
        assert [one.reference for one in here.warehouse.goods_outs] == ["1"]


def test_a_transfer_that_cannot_be_read_stops_both_of_its_orders(tmp_path):
    with transfers(tmp_path, "rest") as story:
        story.tell("10", "NJ", "PA", turn=collect_orders)
        story.tell("10", "NJ", "PA", lines=((BLACK, "many"),))
        assert (story.sent, story.expected) == ({}, {})
        assert set(story.waiting) == {"transfer out TRF-10", "transfer in TRF-10"}
        story.tell("10", "NJ", "PA", lines=((BLACK, 4),))
        assert (story.sent, story.waiting) == ({"TRF-10": ("WH-NJ", [4])}, {})


def test_a_word_that_cannot_be_read_gives_way_to_one_that_stands_behind_it_in_its_file(there):
    with loop() as here:
        worker = there.open()
        there.drop(PICK, PICK.model_copy(update={"po_num": "PO-10"}))
        path = there.root / "in" / "in.x12"
        path.write_bytes(path.read_bytes().replace(b"*EA*", b"*CS*", 1))
        site = evolve(here.site, bluecherry=BlueCherry(worker))
        for _ in range(2):
            collect_orders(site)
        assert sorted(there.verdicts) == sorted(["AK5*R*5", "AK9*R*1*1*0", "AK5*A", "AK9*A*1*1*1"])
        (order,) = here.postings("goods_out")
        assert order.state is not State.CANCELLED
        assert here.site.ledger.inbox(kind="unread") == []
