"""Parts of an order by REST, X12 and CSV: Blue Cherry's books have each on its own day, and they add up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import define, evolve, field
from flows_world import PROFILE, Loop, loop

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.edi import ReportingCodes, X12Codec, X12Profile
from clarus_bluecherry.bluecherry.files import Codecs, FilesProfile, FileTransport
from clarus_bluecherry.bluecherry.kinds import every_kind
from clarus_bluecherry.bluecherry.sheets import template
from clarus_bluecherry.bluecherry.sheets.codec import SheetCodec
from clarus_bluecherry.exchange import Folder, NameTemplate
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.movements_back import collect_movements
from clarus_bluecherry.model import ShipmentPart
from clarus_bluecherry.sandbox.bluecherry_files import FileSide
from clarus_bluecherry.sandbox.bluecherry_sheets import NAMES, SheetSpeech
from clarus_bluecherry.sandbox.bluecherry_x12 import X12Speech
from clarus_bluecherry.x12 import Partners

LAST_OF_MONTH = dt.datetime(2026, 3, 31, 20, tzinfo=dt.UTC)
SHEETS = SheetCodec(
    {kind: template(kind) for kind in (*NAMES, *(k.name for k in every_kind() if k.is_sent))}, NAMES
)


@define
class Way:
    """A site whose ship confirms go one way, and what they said of their part on it."""

    here: Loop
    root: Path | None = None
    side: FileSide | None = None
    said: list[str] = field(factory=list)

    def leaves(self, black: int = 0, navy: int = 0, *, part: bool = True) -> None:
        order = self.here.goods_out()
        if order.status.name in {"PENDING", "PART_ALLOCATED"}:
            self.here.warehouse.process_picks([order.id])
        first, second = order.lines
        self.here.warehouse.pick(order.id, {first.id: black, second.id: navy})
        self.here.warehouse.dispatch(order.id, part=part)

    def turn(self) -> None:
        collect_movements(self.here.site)
        deliver(self.here.site)
        if self.root is None or self.side is None:
            headers = [one.body["header"] for one in self.here.erp.staged]
            self.said = [header["cmpl_code"] for header in headers if isinstance(header, dict)]
            return
        for path in sorted((self.root / "out").iterdir()):
            self.said += _said(path.read_text())
        self.side.meet()

    def booked(self) -> dict[tuple[str, str], int]:
        self.here.erp.process_staging()
        self.here.erp.run_invoicing()
        found: dict[tuple[str, str], int] = {}
        for entry in self.here.erp.truth():
            if entry.rec_type.name == "IN":
                key = entry.date, entry.sku[1]
                found[key] = found.get(key, 0) - int(entry.quantity)
        return found


def _said(text: str) -> list[str]:
    if text.startswith("ISA"):
        return [line.split("*")[1] for line in text.splitlines() if line.startswith("W06*")]
    header, *rows = (line.split(",") for line in text.splitlines())
    return [rows[0][header.index("part")]]


@pytest.fixture(params=["rest", "x12", "csv"])
def way(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Way]:
    with loop() as here:
        here.release()  # 5 black on line 1, 2 navy on line 2
        here.turn()
        here.time = LAST_OF_MONTH
        if request.param == "rest":
            yield Way(here)
            return
        partners = Partners(sender="WAREHOUSE", receiver="BRAND")
        by_x12 = request.param == "x12"
        codec = Codecs(X12Codec(X12Profile(partners=partners)), SHEETS) if by_x12 else SHEETS
        speech = X12Speech(lambda: here.time) if by_x12 else SheetSpeech()
        names = NameTemplate("{kind}_{control_number}" + (".x12" if by_x12 else ".csv"))
        folder = Folder(tmp_path, settle=dt.timedelta(0), now=lambda: here.time, on_incident=lambda incident: None)
        files = FilesProfile(names=names)
        transport = FileTransport(folder, codec, files, store=tmp_path / "store", now=lambda: here.time)
        here.site = evolve(here.site, bluecherry=BlueCherry(transport))
        yield Way(here, tmp_path, FileSide(here.erp, tmp_path, speech, PROFILE))
        transport.close()


WORDS = {"rest": ["N", "N"], "x12": ["R", "N"], "csv": ["partial", "last"]}


def kind_of(way: Way) -> str:
    if way.side is None:
        return "rest"
    return "x12" if isinstance(way.side.speech, X12Speech) else "csv"


def test_two_parts_on_two_days_across_a_month_end_go_to_their_own_days(way: Way) -> None:
    way.leaves(black=3)
    way.turn()
    way.here.later(days=1)
    way.leaves(black=2, navy=2, part=False)
    way.turn()
    assert way.booked() == {("03/31/2026", "BLK"): 3, ("04/01/2026", "BLK"): 2, ("04/01/2026", "NVY"): 2}
    assert way.said == WORDS[kind_of(way)]


def test_parts_that_are_read_together_and_late_are_booked_all_the_same(way: Way) -> None:
    way.leaves(black=3)
    way.here.later(days=1)
    way.leaves(black=2, navy=2, part=False)
    way.here.later(days=2)
    way.turn()
    assert way.booked() == {("03/31/2026", "BLK"): 3, ("04/01/2026", "BLK"): 2, ("04/01/2026", "NVY"): 2}
    assert sorted(way.said) == sorted(WORDS[kind_of(way)])


def test_the_last_part_may_have_nothing_left_and_closes(way: Way) -> None:
    way.leaves(black=3)
    way.turn()
    way.here.later(days=1)
    way.here.warehouse.short(way.here.goods_out().id)
    way.turn()
    assert way.booked() == {("03/31/2026", "BLK"): 3}
    assert way.said == {"rest": ["N", "N"], "x12": ["R", "X"], "csv": ["partial", "last"]}[kind_of(way)]


def test_a_whole_order_says_what_it_always_said(way: Way) -> None:
    way.leaves(black=4, navy=2, part=False)
    way.turn()
    assert way.booked() == {("03/31/2026", "BLK"): 4, ("03/31/2026", "NVY"): 2}
    assert way.said == {"rest": ["N"], "x12": ["N"], "csv": ["whole"]}[kind_of(way)]


# Settings ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("part", "code"), [("whole", "N"), ("partial", "P"), ("last", "L")])
def test_a_site_names_the_codes_of_rest(part: str, code: str) -> None:
    profile = evolve(PROFILE, cmpl_code_partial="P", cmpl_code_last="L")
    assert profile.cmpl_code_of(ShipmentPart(part)) == code
    assert PROFILE.cmpl_code_of(ShipmentPart(part)) == "N"


def test_a_site_names_the_codes_of_x12() -> None:
    codes = ReportingCodes(last="C", nothing="")
    assert codes.of(ShipmentPart.LAST, nothing=True) == codes.of(ShipmentPart.LAST, nothing=False) == "C"
    assert [codes.part(code) for code in ("N", "R", "C", "F", "")] == [
        ShipmentPart.WHOLE,
        ShipmentPart.PARTIAL,
        ShipmentPart.LAST,
        ShipmentPart.WHOLE,
        ShipmentPart.WHOLE,
    ]
