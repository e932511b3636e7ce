"""What a worker left for Blue Cherry and could not note any more is not absent: it is found, and left once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from files_world import every_template
from flows_world import Loop, loop

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.files import FilesProfile, FileTransport
from clarus_bluecherry.bluecherry.sheets.codec import SheetCodec
from clarus_bluecherry.errors import LedgerError, Retry
from clarus_bluecherry.exchange import Folder, NameTemplate
from clarus_bluecherry.finance import PostingCalendar
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.movements_back import collect_movements
from clarus_bluecherry.ledger import State
from clarus_bluecherry.sandbox.bluecherry_sheets import NAMES

TEMPLATES = [
    "{kind}_{control_number}.csv",
    "{kind}_{control_number}_{date:%Y%m%d%H%M%S}.csv",
    "{date:%Y%m%d}[{control_number}]_{kind}.csv",
]
BOOKS = ZoneInfo("America/New_York")


@pytest.fixture(params=TEMPLATES)
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Loop, Folder]]:
    """A site that reaches Blue Cherry by files, ten seconds before a day of UTC ends."""
    with loop() as here, Folder(tmp_path, settle=dt.timedelta(0), now=lambda: here.time) as folder:
        codec = SheetCodec(every_template(), NAMES)
        transport = FileTransport(
            folder,
            codec,
            FilesProfile(names=NameTemplate(request.param)),
            store=tmp_path / "store",
            now=lambda: here.time,
        )
        here.site = evolve(here.site, bluecherry=BlueCherry(transport))
        here.time = dt.datetime(2026, 10, 31, 23, 59, 50, tzinfo=dt.UTC)
        here.warehouse.adjust("1234_blk_m", 5, "FOUND")
        collect_movements(here.site)
        yield here, folder


def once(working: Callable[..., None]) -> Callable[..., None]:
    """The same method, whose first call fails."""
    failed: list[object] = []

    def note(*given: object) -> None:
        if not failed:
            failed.append(given)
            raise LedgerError("the journal of the exchange failed (OperationalError)", retry=Retry.SAFE)
        working(*given)

    return note


def test_it_is_in_doubt_and_then_found_and_no_second_file_is_left(
    here: tuple[Loop, Folder], monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, folder = here
    monkeypatch.setattr(folder.journal, "sent", once(folder.journal.sent))
    deliver(loop.site, confirm=False)
    assert loop.states("inventory_adjustment") == [State.IN_DOUBT]
    loop.later(seconds=40)
    deliver(loop.site)
    assert loop.states("inventory_adjustment") == [State.ACCEPTED]
    assert len(folder.left()) == 1


def test_a_period_closed_meanwhile_does_not_date_it_otherwise_than_its_file(
    here: tuple[Loop, Folder], monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, folder = here
    monkeypatch.setattr(folder.journal, "sent", once(folder.journal.sent))
    deliver(loop.site, confirm=False)
    loop.later(hours=1)
    loop.site = loop.site.with_calendar(PostingCalendar(BOOKS, closed_through=dt.date(2026, 10, 31)))
    deliver(loop.site)
    (posting,) = loop.postings("inventory_adjustment")
    (left,) = folder.left()
    assert (posting.accounting_date, posting.moved_from) == (dt.date(2026, 10, 31), None)
    assert "10/31/2026" in left.read_text()


def test_what_was_never_left_is_absent(here: tuple[Loop, Folder]) -> None:
    loop, folder = here
    (posting,) = loop.postings("inventory_adjustment")
    assert loop.site.bluecherry.probe(posting.kind, posting.control_number) == "absent"
    assert folder.left() == []
