"""A sheet cut at any byte: never fewer goods in silence. Behind a line's end a cut leaves no sign in the file."""

import datetime as dt
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.append(str(Path(__file__).parents[1] / "unit"))
from files_world import kept, looked

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.bluecherry.files import FilesProfile, FileTransport
from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
from clarus_bluecherry.bluecherry.kinds.style import STYLE
from clarus_bluecherry.bluecherry.sheets import Dialect, read_sheet, template, write_sheet
from clarus_bluecherry.bluecherry.sheets.codec import SheetCodec
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.exchange import Folder, IncidentKind, NameTemplate

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
NAMES = {"pick_ticket": ["PICK*"], "production_order": ["PO*"], "style": ["STYLE*"]}

words = st.text(st.sampled_from("abÄß€ ,;\"'\n12"), max_size=8).map(str.strip)
numbers = st.integers(1, 9999).map(str)
quantities = st.integers(1, 200)


@st.composite
def picks(draw):
    found = []
    for number in draw(st.lists(st.integers(1, 99), min_size=1, max_size=3, unique=True)):
        lines = [
            {"line_seq": str(place), "style": "01234", "color_code": "BLK", "size_desc": "M", "bk_qty": units}
            for place, units in enumerate(draw(st.lists(quantities, min_size=1, max_size=3)), start=1)
        ]
        address = {"addr_type": "ST", "name": draw(words), "city": "Leeds"}
        found.append(messages.PickTicket(pick_num=f"P{number}", addresses=[address], lines=lines))
    return found


@st.composite
def orders(draw):
    units = draw(st.lists(quantities, min_size=1, max_size=4))
    lines = [
        {"prod_line": str(place), "style": "S", "prod_qty": many} for place, many in enumerate(units, start=1)
    ]
    return [messages.ProductionOrder(prod_num="C55", vendor=draw(words), lines=lines)]


dialects = st.builds(
    Dialect,
    delimiter=st.sampled_from(",;\t|"),
    quoting=st.sampled_from(["minimal", "all"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    line_end=st.sampled_from(["\r\n", "\n", "\r"]),
    header=st.booleans(),
)


def units_of(records):
    """Units by document and line; None where somebody is told that something is wrong."""
    found = {}
    for record in records:
        if isinstance(record, InvalidRecord):
            return None
        number = getattr(record, "pick_num", "") or getattr(record, "prod_num", "")
        for line in record.lines:
            told = getattr(line, "bk_qty", None) or getattr(line, "prod_qty", None)
            found[number, getattr(line, "line_seq", None) or line.prod_line] = told
    return found


def read(layout, content):
    try:
        return units_of(read_sheet(layout, content))
    except (InvalidRecord, ConfigurationError):
        return None


_PLAIN = {"utf-8": "utf-8", "utf-8-sig": "utf-8", "utf-16": "utf-16-le"}
"""Each encoding without its mark."""


def ends_of_lines(whole, dialect):
    """Where a file may end without a sign: behind each line's end, and before the first line."""
    text, plain = whole.decode(dialect.encoding), _PLAIN[dialect.encoding]
    mark = len(whole) - len(text.encode(plain))
    lines = range(len(text) + 1)
    ended = (text[:place] for place in lines if text[:place].endswith(dialect.line_end))
    return {0, mark, *(mark + len(part.encode(plain)) for part in ended)}


@settings(max_examples=12, deadline=None)
@given(kind=st.sampled_from(["pick_ticket", "production_order"]), dialect=dialects, data=st.data())
def test_a_sheet_that_was_cut_says_so_or_ends_where_a_line_ends(kind, dialect, data):
    documents = data.draw(picks() if kind == "pick_ticket" else orders())
    layout = template(kind, dialect)
    whole = write_sheet(layout, documents)
    all_units = read(layout, whole)
    assert all_units is not None
    ends = ends_of_lines(whole, dialect)
    for place in range(len(whole)):
        told = read(layout, whole[:place])
        if told is None:
            continue
        assert place in ends
        assert told.items() <= all_units.items()


# Through the folder ----------------------------------------------------------------------------------------------


class There:
    def __init__(self, root):
        self.root, self.now, self.incidents = Path(root), NOON, []
        folder = Folder(self.root, settle=dt.timedelta(0), now=lambda: self.now, on_incident=self.incidents.append)
        codec = SheetCodec({kind: template(kind) for kind in NAMES}, NAMES)
        profile = FilesProfile(names=NameTemplate("{kind}_{control_number}.csv"))
        self.transport = FileTransport(folder, codec, profile, store=self.root / "store", now=lambda: self.now)

    def leave(self, name, content):
        self.now += dt.timedelta(minutes=1)
        (self.root / "in" / name).write_bytes(content)


@pytest.fixture
def there():
    with tempfile.TemporaryDirectory() as root:
        there = There(root)
        yield there
        there.transport.close()


def test_a_pick_file_cut_at_any_byte_is_quarantined_or_ends_where_a_line_ends(there):
    sent = [
        messages.PickTicket(
            pick_num=number,
            addresses=[{"addr_type": "ST", "name": 'Jö "Doe", Ltd'}],
            lines=[{"line_seq": str(seq), "style": "S", "size_desc": "M", "bk_qty": 12} for seq in (1, 2)],
        )
        for number in ("P1", "P2")
    ]
    whole = write_sheet(template("pick_ticket"), sent)
    first = whole.index(b"\r\n") - 3
    for place in range(first, len(whole)):
        there.leave(f"PICK{place}.csv", whole[:place])
        there.now += dt.timedelta(hours=1)
        incidents = len(there.incidents)
        found = units_of(kept(there.transport, PICK_TICKET, there.now - dt.timedelta(minutes=30)))
        if len(there.incidents) == incidents and found is not None:
            assert whole[:place].endswith(b"\r\n")
            assert set(found.values()) <= {12}


def test_a_style_snapshot_cut_at_any_byte_never_takes_skus_away_in_silence(there):
    styles = [
        messages.Style(style=f"S{number}", skus=[{"style": f"S{number}", "color_code": c} for c in ("BLK", "NVÄ")])
        for number in range(15)
    ]
    whole = write_sheet(template("style"), styles)
    there.leave("STYLE.csv", whole)
    assert sum(len(style.skus) for style in looked(there.transport, STYLE)) == 30
    for place in range(0, len(whole), 7):
        there.leave(f"STYLE{place}.csv", whole[:place])
        skus = sum(len(style.skus) for style in looked(there.transport, STYLE))
        assert skus == 30 or (skus == 29 and whole[:place].endswith(b"\r\n"))
        assert there.incidents or skus >= 29
    assert {incident.kind for incident in there.incidents} <= {IncidentKind.QUARANTINED, IncidentKind.HELD}
    assert len(there.incidents) >= len(whole) // 7 - 1
