"""Transfer orders by every way: one warehouse sends, one expects, and a person tells Blue Cherry of it."""

import datetime as dt
import io
from contextlib import contextmanager
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from flows_world import BLACK, NAVY, loop
from hypothesis import given
from hypothesis import strategies as st

from clarus_bluecherry.bluecherry.edi import X12Profile, messages_of
from clarus_bluecherry.bluecherry.edi.documents import body_of, kind_of
from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
from clarus_bluecherry.bluecherry.kinds.production_order import PRODUCTION_ORDER
from clarus_bluecherry.bluecherry.kinds.transfer_order import TRANSFER_ORDER
from clarus_bluecherry.bluecherry.messages import PickTicket, ProductionOrder, TransferOrder
from clarus_bluecherry.bluecherry.profile import RestProfile
from clarus_bluecherry.bluecherry.sheets import read_sheet, template, write_sheet
from clarus_bluecherry.config import Secrets, load_site
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows.opening import open_site
from clarus_bluecherry.flows.orders_out import collect_orders
from clarus_bluecherry.ledger import State
from clarus_bluecherry.mapping import bluecherry
from clarus_bluecherry.sandbox import bluecherry_x12
from clarus_bluecherry.sandbox.bluecherry_app import SUBSCRIPTION_KEY
from clarus_bluecherry.sandbox.bluecherry_files import FileSide
from clarus_bluecherry.sandbox.bluecherry_sheets import SheetSpeech
from clarus_bluecherry.sandbox.bluecherry_x12 import X12Speech
from clarus_bluecherry.sandbox.clarus_app import CLIENT_ID, CLIENT_SECRET
from clarus_bluecherry.x12 import Document, Envelope, Partners, read, write

ZONE = ZoneInfo("America/New_York")
SITE = """
[clarus]
base_url = "{clarus}"
subdomain = "{subdomain}"
account = "BRAND"
zone = "America/New_York"
warehouses = {{ WH-NJ = "NJ", WH-PA = "PA" }}

[bluecherry]
transport = "{way}"
kinds = {kinds}
base_url = "{bluecherry}"
zone = "America/New_York"
currency = "USD"
own_id = "WAREHOUSE"
partner_id = "BRAND"
files.settle = 0
{more}

[bluecherry.sheets.pick_ticket]
names = ["PICK_*.csv"]
[bluecherry.sheets.transfer_order]
names = ["TRANSFER_ORDER_*.csv"]

[ledger]
path = "ledger.sqlite"
zone = "America/New_York"
go_live = 2026-03-01

[delivery]
latest_effect = 0
"""
SECRETS = {
    "CLARUS_CLIENT_ID": CLIENT_ID,
    "CLARUS_CLIENT_SECRET": CLIENT_SECRET,
    "BLUECHERRY_SUBSCRIPTION_KEY": SUBSCRIPTION_KEY,
}
WAYS = ["rest", "csv", "940", "943"]
KINDS = ["pick_ticket", "transfer_order"]


@contextmanager
def world(root, way, *, kinds=KINDS, more="", monkeypatch=None):
    """Both systems, and the site of a site file between them that meets Blue Cherry by `way`."""
    with loop() as here:
        here.time = dt.datetime.now(dt.UTC)
        here.erp.add_location("PA")
        here.warehouse.add_warehouse("WH-PA")
        is_x12 = way in ("940", "943")
        if is_x12:
            chosen = evolve(bluecherry_x12.PROFILE, sets={"transfer_order": way})
            monkeypatch.setattr(bluecherry_x12, "PROFILE", chosen)
            more += f'\nx12.sets = {{ transfer_order = "{way}" }}'
        text = SITE.format(
            clarus=here.clarus_url,
            subdomain=here.warehouse.subdomain,
            bluecherry=here.bluecherry_url,
            way="x12" if is_x12 else way,
            kinds=kinds,
            more=more,
        )
        (root / "site.toml").write_text(text, "utf-8")
        speech = {"rest": None, "csv": SheetSpeech()}.get(way, X12Speech(lambda: here.time))
        side = speech and FileSide(here.erp, root / "exchange", speech, RestProfile())
        with open_site(load_site(root / "site.toml"), Secrets.from_environment(SECRETS)) as opened:
            learnt = opened.with_crosswalk(here.site.crosswalk, here.site.master.values())
            here.site = evolve(learnt, clock=lambda: here.time)
            yield Story(here, side)


class Story:
    """What Blue Cherry, the warehouse and the site do in turn."""

    def __init__(self, here, side):
        self.here, self._side = here, side

    def tell(self, number="10", source="NJ", target="PA", lines=((BLACK, 5), (NAVY, 2)), turn=None):
        """Blue Cherry tells a transfer order, anew when it has told it before."""
        rows = self.here.erp.others["transfer_order"]
        rows[:] = [row for row in rows if row["transfer_num"] != number]
        changed = self.here.time.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")
        row = {"transfer_num": number, "from_location": source, "to_location": target, "last_mod": changed}
        row |= {"ship_date": "2026-12-01", "due_date": "2026-12-04"}
        detail = [
            {"line_seq": place, "bk_qty": units, "upc": article.upc or None}
            | {"style": article.style, "color_code": article.color_code, "size_desc": article.size_desc}
            for place, (article, units) in enumerate(lines, start=1)
        ]
        rows.append({**row, "transferdetail": {"rows": detail}})
        if turn is None:
            self.turn()
        else:
            turn(self.here.site)
            self.here.later(hours=1)

    def turn(self):
        """Files are brought, and a turn of the loop runs."""
        if self._side:
            self._side.meet()
        self.here.turn()

    @property
    def sent(self):
        """What the warehouse is to send: by reference its building and units, line by line."""
        return {
            each.reference: (each.warehouse.code, [int(line.order_quantity) for line in each.lines])
            for each in self.here.warehouse.goods_outs
        }

    @property
    def expected(self):
        """What the warehouse is to expect, likewise."""
        return {
            each.reference: (each.warehouse.code, [int(line.expected_quantity) for line in each.lines])
            for each in self.here.warehouse.goods_in_receipts
        }

    @property
    def waiting(self):
        """What waits for a person, with the reason."""
        return {each.record_name: each.reason for each in self.here.for_people()}


@pytest.fixture(params=WAYS)
def story(request, tmp_path, monkeypatch):
    with world(tmp_path, request.param, monkeypatch=monkeypatch) as told:
        yield told


def test_the_one_that_gives_sends_and_the_one_that_takes_expects(story):
    story.tell("10", "NJ", "PA")
    story.tell("11", "NJ", "STORE")
    story.tell("12", "MILL", "PA")
    story.tell("13", "MILL", "STORE")
    assert story.sent == {"TRF-10": ("WH-NJ", [5, 2]), "TRF-11": ("WH-NJ", [5, 2])}
    assert story.expected == {"TRF-10": ("WH-PA", [5, 2]), "TRF-12": ("WH-PA", [5, 2])}
    assert story.waiting == {}


def test_a_change_after_it_was_sent_waits_for_a_person(story):
    story.tell("10", "NJ", "PA")
    story.tell("10", "NJ", "PA", lines=((BLACK, 4),))
    assert story.sent["TRF-10"] == ("WH-NJ", [5, 2])
    reason = "the order changed after it was sent to the warehouse"
    assert story.waiting == {"transfer out TRF-10": reason, "transfer in TRF-10": reason}


def test_a_change_before_it_was_sent_takes_its_place(tmp_path):
    with world(tmp_path, "rest") as story:
        story.tell("10", "NJ", "PA", turn=collect_orders)
        story.tell("10", "NJ", "PA", lines=((BLACK, 4),))
        assert (story.sent, story.waiting) == ({"TRF-10": ("WH-NJ", [4])}, {})
        assert story.expected == {"TRF-10": ("WH-PA", [4])}


def test_one_whose_lines_are_all_zero_is_withdrawn(story):
    story.tell("10", "NJ", "PA", lines=((BLACK, 0), (NAVY, 0)))
    assert (story.sent, story.expected, story.waiting) == ({}, {}, {})
    story.tell("11", "NJ", "PA", lines=((BLACK, 0), (NAVY, 2)))
    assert (story.sent, story.expected) == ({"TRF-11": ("WH-NJ", [2])}, {"TRF-11": ("WH-PA", [2])})
    story.tell("11", "NJ", "PA", lines=((BLACK, 0), (NAVY, 0)))
    reason = "the order was withdrawn in Blue Cherry after it was sent to the warehouse"
    assert [posting.reason for posting in story.here.for_people()] == [reason, reason]


def test_a_pick_ticket_of_the_same_number_is_another_order(story):
    story.here.release("10", lines=((BLACK, 1),))
    story.tell("10", "NJ", "PA")
    assert story.sent == {"10": ("WH-NJ", [1]), "TRF-10": ("WH-NJ", [5, 2])}
    story.here.ship("10")
    story.turn()
    (confirm,) = story.here.postings("order_shipment")
    assert (confirm.reference, confirm.state is not State.PARKED) == ("10", True)
    assert story.waiting == {}


def test_its_dispatch_and_its_receipt_wait_for_a_person_with_the_reason(story):
    story.tell("10", "NJ", "PA")
    story.here.ship("TRF-10")
    (receipt,) = story.here.warehouse.goods_in_receipts
    story.here.warehouse.receive(receipt.lines[0].id, 5)
    story.turn()
    story.turn()
    told = story.waiting
    assert len(told) == 2
    assert any(name.startswith("dispatch of") for name in told)
    assert any(name.startswith("receipt ") for name in told)
    assert all("TRF-10" in why and "no message tells Blue Cherry" in why for why in told.values())
    assert story.here.erp.staged == []


@pytest.mark.parametrize("way", ["rest", "csv"])
def test_a_site_that_does_not_name_the_kind_never_asks_for_it(way, tmp_path, monkeypatch):
    with world(tmp_path, way, kinds=["pick_ticket"], monkeypatch=monkeypatch) as story:
        story.tell("10", "NJ", "PA")
        assert (story.sent, story.expected) == ({}, {})
        assert story.here.site.ledger.facts(kind="transfer_out") == []


# What is refused ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "record", "field", "what"),
    [
        ({"from_location": "", "to_location": ""}, "transfer order 10", "to_location", "from where to where"),
        ({"to_location": "NJ"}, "transfer order 10", "to_location", "from where to where"),
        ({"ship_date": "", "due_date": "1900-01-01"}, "pick TRF-10", "pick_date", "neither pick_date nor"),
        ({"lines": []}, "pick TRF-10", "pickdetail", "no line has a quantity"),
        ({"lines": [{"line_seq": 1, "style": "01234"}]}, "pick TRF-10, line 1", "bk_qty", "quantity is missing"),
        ({"lines": [{"line_seq": 1, "style": "A", "bk_qty": -3}]}, "pick TRF-10, line 1", "quantity", "-3"),
        ({"lines": [{"line_seq": 1, "bk_qty": 3, "uom": "CS"}]}, "pick TRF-10, line 1", "uom", "unit is 'CS'"),
        (
            {"lines": [{"line_seq": 1, "bk_qty": 3}] * 2},
            "pick TRF-10",
            "line_seq",
            "two lines have the number '1'",
        ),
    ],
)
def test_what_is_not_whole_is_refused_by_record_and_field(columns, record, field, what):
    told = {"transfer_num": "10", "from_location": "NJ", "to_location": "PA", "ship_date": "2026-12-01"}
    told["lines"] = [{"line_seq": 1, "style": "01234", "bk_qty": 3}]
    order = TransferOrder.model_validate(told | columns)
    with pytest.raises(InvalidRecord) as caught:
        mapped(order)
    assert (caught.value.record, caught.value.field) == (record, field)
    assert what in caught.value.what


def mapped(order):
    assert bluecherry.transfer_places(order) == ("NJ", "PA")
    return bluecherry.sales_order(bluecherry.transfer_out(order), zone=ZONE)


def test_a_940_with_such_a_reference_stays_a_pick_ticket_where_the_site_has_no_transfers():
    order = TransferOrder.model_validate(
        {"transfer_num": "10", "from_location": "NJ", "lines": [{"line_seq": 1, "style": "A", "bk_qty": 3}]}
    )
    sent = document(TRANSFER_ORDER, order, PROFILE)
    assert kind_of(sent, evolve(PROFILE, kinds=frozenset())) is PICK_TICKET


def test_one_that_is_refused_stands_on_the_list_and_its_correction_settles_it(tmp_path):
    with world(tmp_path, "rest") as story:
        story.tell("10", "NJ", "NJ")
        assert set(story.waiting) == {"transfer out TRF-10", "transfer in TRF-10"}
        assert all("field to_location" in reason for reason in story.waiting.values())
        story.tell("10", "NJ", "PA")
        assert story.waiting == {}
        assert story.sent == {"TRF-10": ("WH-NJ", [5, 2])}


def test_one_that_another_is_to_give_now_is_not_sent(tmp_path):
    with world(tmp_path, "rest") as story:
        story.tell("10", "NJ", "PA", turn=collect_orders)
        story.tell("10", "MILL", "PA")
        assert story.sent == {}


def test_a_correction_by_which_nothing_is_asked_of_us_settles_what_was_refused(tmp_path):
    with world(tmp_path, "rest") as story:
        story.tell("10", "NJ", "NJ")
        story.tell("10", "NJ", "STORE")
        assert story.waiting == {}


# The ways ----------------------------------------------------------------------------------------------------

PROFILE = X12Profile(partners=Partners(sender="BRAND", receiver="WAREHOUSE"), kinds={"transfer_order"})
WORD = st.text("ABCDEFGHIJ0123456789-/", min_size=1, max_size=8)
PLACE = st.text("ABCDEFGHIJ0123456789", min_size=2, max_size=8)
DAY = st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)).map(dt.date.isoformat)


def orders(*, has_uom):
    line = st.fixed_dictionaries(
        {"line_seq": WORD, "bk_qty": st.decimals(0, 99_999, places=2), "style": WORD},
        optional={"color_code": WORD, "size_desc": WORD, "lbl_code": WORD, "dimension": WORD}
        | {"upc": st.from_regex("[0-9]{12}", fullmatch=True)}
        | ({"uom": WORD} if has_uom else {}),
    )
    head = {"transfer_num": WORD, "lines": st.lists(line, min_size=1, max_size=4)}
    more = {"from_location": PLACE, "to_location": PLACE, "ship_date": DAY, "due_date": DAY}
    return st.fixed_dictionaries(head, optional=more).map(TransferOrder.model_validate)


def document(kind, record, profile):
    """A record as the set that a partner sends."""
    set_id, body = body_of(kind, record, "000000001", profile)
    envelope = Envelope(
        partners=profile.partners,
        control_number="000000001",
        at=dt.datetime(2026, 3, 2, tzinfo=dt.UTC),
        delimiters=profile.delimiters,
    )
    content = b"".join(write(envelope, set_id, [body]))
    (found,) = [part for part in read(io.BytesIO(content)) if isinstance(part, Document)]
    return found


@given(order=orders(has_uom=False), set_id=st.sampled_from(["940", "943"]), mark=st.sampled_from(["", "ZZ", "TF"]))
def test_a_record_comes_back_from_each_set_as_it_was(order, set_id, mark):
    marks = {"transfer_order": mark} if mark else {}
    profile = evolve(PROFILE, sets={"transfer_order": set_id}, marks=marks)
    sent = document(TRANSFER_ORDER, order, profile)
    assert kind_of(sent, profile) is TRANSFER_ORDER
    assert messages_of(sent, profile) == [order]


@given(order=orders(has_uom=True))
def test_a_record_comes_back_from_a_sheet_as_it_was(order):
    layout = template("transfer_order")
    assert list(read_sheet(layout, write_sheet(layout, [order]))) == [order]


def test_other_documents_in_the_same_sets_stay_what_they_are():
    pick = PickTicket.model_validate({"pick_num": "10", "lines": [{"line_seq": 1, "style": "A", "bk_qty": 1}]})
    order = ProductionOrder.model_validate(
        {"prod_num": "10", "lines": [{"prod_line": 1, "style": "A", "prod_qty": 1}]}
    )
    assert kind_of(document(PICK_TICKET, pick, PROFILE), PROFILE) is PICK_TICKET
    assert kind_of(document(PRODUCTION_ORDER, order, PROFILE), PROFILE) is PRODUCTION_ORDER


def test_a_940_that_cancels_and_a_line_without_an_item():
    order = TransferOrder.model_validate(
        {"transfer_num": "10", "lines": [{"line_seq": 1, "style": "A", "bk_qty": 3}]}
    )
    sent = document(TRANSFER_ORDER, order, PROFILE)
    head = next(each for each in sent.segments if each.id == "W05")
    cancelled = evolve(
        sent,
        segments=tuple(
            evolve(each, elements=("F", *each.elements[1:])) if each is head else each for each in sent.segments
        ),
    )
    (read_back,) = messages_of(cancelled, PROFILE)
    assert [line.bk_qty for line in read_back.lines] == [0]
    bare = evolve(sent, segments=tuple(each for each in sent.segments if each.id != "W01"))
    with pytest.raises(InvalidRecord, match="holds no item"):
        messages_of(bare, PROFILE)


def test_another_unit_is_refused():
    order = TransferOrder.model_validate(
        {"transfer_num": "10", "lines": [{"line_seq": 1, "style": "A", "bk_qty": 3}]}
    )
    sent = document(TRANSFER_ORDER, order, evolve(PROFILE, unit="CA"))
    with pytest.raises(InvalidRecord, match="unit of measure is 'CA'"):
        messages_of(sent, PROFILE)
