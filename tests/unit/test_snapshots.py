"""A snapshot that shrank is held with an incident, the one before stands, and a person lets it through."""

import datetime as dt
from decimal import Decimal

import pytest
from files_world import kept, looked

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.bluecherry.files import FilesProfile, FileTransport
from clarus_bluecherry.bluecherry.kinds import FileHolds, every_kind, kind_named
from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
from clarus_bluecherry.bluecherry.kinds.style import STYLE
from clarus_bluecherry.bluecherry.sheets import template, write_sheet
from clarus_bluecherry.bluecherry.sheets.codec import SheetCodec
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.exchange import Folder, IncidentKind, NameTemplate

MORNING = dt.datetime(2026, 3, 2, 14, tzinfo=dt.UTC)
NAMES = {
    "style": ["STYLE*.csv"],
    "location": ["LOC*.csv"],
    "carrier": ["CARR*.csv"],
    "stock_movement": ["MOVE*.csv"],
    "period_status": ["PERIOD*.csv"],
    "pick_ticket": ["PICK*.csv"],
}
LAYOUTS = {kind: template(kind) for kind in NAMES}


def style(number, *sizes):
    name = f"S{number:04}"
    skus = [{"style": name, "color_code": "BLK", "size_desc": size} for size in sizes or ("M",)]
    return messages.Style(style=name, skus=skus)


def period(number):
    first = dt.date(2026, 1, 1) + dt.timedelta(days=number)
    return messages.PeriodStatus(period=f"P{number}", first_day=first, last_day=first, state="open")


MAKE = {
    "style": style,
    "location": lambda number: messages.Location(location=f"L{number}"),
    "carrier": lambda number: messages.Carrier(shipper=f"C{number}"),
    "stock_movement": lambda number: messages.StockMovement(
        rec_type="R1", style="S", location="NJ", size_qty=number
    ),
    "period_status": period,
}
each_kind = pytest.mark.parametrize("kind", MAKE)


def test_every_kind_of_snapshot_is_tried():
    assert set(MAKE) == {kind.name for kind in every_kind() if kind.holds is FileHolds.SNAPSHOT}


class There:
    """A folder exchange whose partner leaves snapshots, an hour apart."""

    def __init__(self, root, **profile):
        self.root, self.now, self.incidents = root, MORNING, []
        self.profile = FilesProfile(names=NameTemplate("{kind}_{control_number}.csv"), **profile)
        self.transport = self.open()

    def open(self):
        folder = Folder(self.root, settle=dt.timedelta(0), now=lambda: self.now, on_incident=self.incidents.append)
        codec = SheetCodec(LAYOUTS, NAMES)
        return FileTransport(folder, codec, self.profile, store=self.root / "store", now=lambda: self.now)

    def drop(self, name, content):
        self.now += dt.timedelta(hours=1)
        (self.root / "in" / name).write_bytes(content)

    def leave(self, kind, name, numbers):
        self.drop(name, write_sheet(LAYOUTS[kind], [MAKE[kind](number) for number in numbers]))

    def counted(self, kind):
        return len(looked(self.transport, kind_named(kind)))

    def told(self):
        return [(incident.kind, incident.name) for incident in self.incidents]


@pytest.fixture
def there(tmp_path):
    there = There(tmp_path)
    yield there
    there.transport.close()


def prefix(kind):
    return NAMES[kind][0].partition("*")[0]


@each_kind
def test_a_snapshot_that_was_cut_is_held_and_the_one_before_stands(there, kind):
    there.leave(kind, f"{prefix(kind)}1.csv", range(1, 101))
    assert (there.counted(kind), there.told()) == (100, [])
    there.leave(kind, f"{prefix(kind)}2.csv", range(1, 11))
    for _ in range(3):
        assert there.counted(kind) == 100
    assert there.told() == [(IncidentKind.HELD, f"{prefix(kind)}2.csv")]
    assert "10" in there.incidents[0].detail
    assert "100" in there.incidents[0].detail


@each_kind
def test_an_empty_snapshot_is_held(there, kind):
    there.leave(kind, f"{prefix(kind)}1.csv", [1, 2])
    there.leave(kind, f"{prefix(kind)}2.csv", [])
    assert there.counted(kind) == 2
    assert there.told() == [(IncidentKind.HELD, f"{prefix(kind)}2.csv")]


def test_a_first_snapshot_that_is_empty_is_held_and_any_other_is_taken(there):
    there.leave("style", "STYLE1.csv", [])
    assert there.counted("style") == 0
    assert there.told() == [(IncidentKind.HELD, "STYLE1.csv")]
    there.leave("style", "STYLE2.csv", [1])
    assert there.counted("style") == 1


@pytest.mark.parametrize(("left", "stands"), [(95, 95), (94, 100), (101, 101), (1000, 1000)])
def test_a_twentieth_less_is_let_through_and_more_than_that_is_not(there, left, stands):
    there.leave("style", "STYLE1.csv", range(100))
    assert there.counted("style") == 100
    there.leave("style", "STYLE2.csv", range(left))
    assert there.counted("style") == stands


def test_how_much_a_snapshot_may_lose_is_a_setting(tmp_path):
    there = There(tmp_path, snapshot_loss=Decimal("0.5"))
    there.leave("style", "STYLE1.csv", range(100))
    there.leave("style", "STYLE2.csv", range(50))
    assert there.counted("style") == 50
    there.leave("style", "STYLE3.csv", range(24))
    assert there.counted("style") == 50
    there.transport.close()


@pytest.mark.parametrize("loss", ["-0.01", "1.01", "NaN"])
def test_a_share_that_is_none_is_refused(loss):
    with pytest.raises(ConfigurationError, match="snapshot_loss"):
        FilesProfile(names=NameTemplate("{kind}_{control_number}.csv"), snapshot_loss=Decimal(loss))


def test_every_next_one_is_compared_with_the_one_that_stands(there):
    for number, left in enumerate((100, 10, 9, 96), start=1):
        there.leave("style", f"STYLE{number}.csv", range(left))
        there.counted("style")
    assert there.counted("style") == 96
    assert [name for _, name in there.told()] == ["STYLE2.csv", "STYLE3.csv"]


def test_skus_count_and_not_styles(there):
    there.drop("STYLE1.csv", write_sheet(LAYOUTS["style"], [style(1, *"ABCDEFGH"), style(2, *"ABCDEFGH")]))
    there.drop("STYLE2.csv", write_sheet(LAYOUTS["style"], [style(1, *"ABCDEFGH"), style(2, "A")]))
    assert sum(len(each.skus) for each in looked(there.transport, STYLE)) == 16


def test_the_same_line_again_and_again_does_not_count(there):
    there.leave("style", "STYLE1.csv", range(20))
    there.drop("STYLE2.csv", write_sheet(LAYOUTS["style"], [style(1, *["M"] * 20)]))
    assert there.counted("style") == 20


def test_what_cannot_be_read_counts_as_missing(there):
    there.leave("carrier", "CARR1.csv", range(40))
    lines = (there.root / "in" / "CARR1.csv").read_bytes().splitlines(keepends=True)
    assert there.counted("carrier") == 40
    spoilt = [line.replace(b"\r\n", b",x\r\n") if 4 <= place < 7 else line for place, line in enumerate(lines)]
    there.drop("CARR2.csv", b"".join(spoilt))
    assert there.counted("carrier") == 40
    assert there.told() == [(IncidentKind.HELD, "CARR2.csv")]


def test_a_snapshot_that_cannot_be_read_at_all_is_quarantined_and_the_one_before_stands(there):
    there.leave("style", "STYLE1.csv", range(20))
    content = write_sheet(LAYOUTS["style"], [style(number) for number in range(20)])
    there.drop("STYLE2.csv", content[:-9])
    assert there.counted("style") == 20
    assert there.told() == [(IncidentKind.QUARANTINED, "STYLE2.csv")]


# A person decides -----------------------------------------------------------------------------------------------


def test_what_is_held_can_be_listed_and_let_through(there):
    there.leave("style", "STYLE1.csv", range(100))
    there.leave("style", "STYLE2.csv", range(10))
    (held,) = there.transport.held_snapshots()
    assert (held.name, held.kind, held.size, held.size_before) == ("STYLE2.csv", "Style", 10, 100)
    there.transport.accept_snapshot("STYLE2.csv")
    assert (there.counted("style"), there.transport.held_snapshots()) == (10, [])
    there.leave("style", "STYLE3.csv", range(11))
    assert there.counted("style") == 11


def test_another_process_knows_what_was_decided(there):
    there.leave("style", "STYLE1.csv", range(100))
    there.leave("style", "STYLE2.csv", range(10))
    there.counted("style")
    second = there.open()
    assert len(looked(second, STYLE)) == 100
    assert len(there.incidents) == 1
    second.accept_snapshot("STYLE2.csv")
    assert there.counted("style") == 10
    second.close()


def test_what_a_newer_snapshot_has_overtaken_is_not_held_any_more(there):
    for number, left in enumerate((100, 10, 101), start=1):
        there.leave("style", f"STYLE{number}.csv", range(left))
    assert there.counted("style") == 101
    assert there.transport.held_snapshots() == []


@pytest.mark.parametrize("name", ["STYLE1.csv", "STYLE9.csv", "../x"])
def test_only_what_is_held_can_be_let_through(there, name):
    there.leave("style", "STYLE1.csv", range(100))
    there.leave("style", "STYLE2.csv", range(10))
    with pytest.raises(InvalidRecord, match="is held"):
        there.transport.accept_snapshot(name)


def test_kinds_are_judged_apart_and_documents_not_at_all(there):
    there.leave("style", "STYLE1.csv", range(100))
    there.leave("carrier", "CARR1.csv", range(2))
    pick = messages.PickTicket(pick_num="1", lines=[{"style": "S", "line_seq": "1", "bk_qty": 1}])
    there.drop("PICK1.csv", write_sheet(LAYOUTS["pick_ticket"], [pick, pick.model_copy(update={"pick_num": "2"})]))
    there.drop("PICK2.csv", write_sheet(LAYOUTS["pick_ticket"], [pick]))
    assert (there.counted("style"), there.counted("carrier"), there.told()) == (100, 2, [])
    assert len(kept(there.transport, PICK_TICKET)) == 3


def test_a_snapshot_is_read_once_to_be_judged(there, monkeypatch):
    read = []
    decode = SheetCodec.decode

    def watched(self, name, content):
        read.append(name)
        return decode(self, name, content)

    monkeypatch.setattr(SheetCodec, "decode", watched)
    there.leave("style", "STYLE1.csv", range(100))
    there.leave("style", "STYLE2.csv", range(10))
    there.counted("style")
    read.clear()
    there.counted("style")
    assert read == ["STYLE1.csv"]
