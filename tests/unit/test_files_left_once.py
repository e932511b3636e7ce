"""What a worker left for Blue Cherry and could not note any more is not absent: it is found, and left once."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from files_world import every_template
from flows_world import Loop, loop

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.files import FilesProfile, FileTransport
from clarus_bluecherry.bluecherry.sheets.codec import SheetCodec
from clarus_bluecherry.errors import ClarusBluecherryError, NotSent
from clarus_bluecherry.exchange import Folder, NameTemplate, SentOutcome
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


def pumped(folder: Folder) -> Sequence[ClarusBluecherryError]:
    """A server that is away while there is a file of that name; there is none in most tests."""
    if (folder.outgoing.parent / "away").exists():
        raise NotSent("the connection failed", record="SFTP server")
    return ()


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
            pump=lambda: pumped(folder),
        )
        here.site = evolve(here.site, bluecherry=BlueCherry(transport))
        here.time = dt.datetime(2026, 10, 31, 23, 59, 50, tzinfo=dt.UTC)
        here.warehouse.adjust("1234_blk_m", 5, "FOUND")
        collect_movements(here.site)
        yield here, folder


@contextmanager
def a_journal_that_notes_nothing_seen(root: Path) -> Iterator[None]:
    """The disk under the journal fails whenever it is told that a file can be seen."""
    with closing(sqlite3.connect(root / "journal.sqlite")) as database:
        database.execute(
            "CREATE TRIGGER fails BEFORE UPDATE ON placed WHEN NEW.state = 'left'"
            " BEGIN SELECT RAISE(ABORT, 'disk I/O error'); END"
        )
        yield
        database.execute("DROP TRIGGER fails")


def test_it_is_in_doubt_and_then_found_and_no_second_file_is_left(
    here: tuple[Loop, Folder], tmp_path: Path
) -> None:
    loop, folder = here
    with a_journal_that_notes_nothing_seen(tmp_path):
        deliver(loop.site, confirm=False)
    assert loop.states("inventory_adjustment") == [State.IN_DOUBT]
    loop.later(seconds=40)
    deliver(loop.site)
    assert loop.states("inventory_adjustment") == [State.ACCEPTED]
    assert len(folder.left()) == 1


def test_a_period_closed_meanwhile_does_not_date_it_otherwise_than_its_file(
    here: tuple[Loop, Folder], tmp_path: Path
) -> None:
    loop, folder = here
    with a_journal_that_notes_nothing_seen(tmp_path):
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


def test_what_the_partner_fetched_before_it_could_be_noted_is_unknown_until_it_answers(
    here: tuple[Loop, Folder], tmp_path: Path
) -> None:
    loop, folder = here
    with a_journal_that_notes_nothing_seen(tmp_path):
        deliver(loop.site, confirm=False)
        folder.left()[0].unlink()
    for _ in range(3):
        loop.later(hours=9)
        deliver(loop.site)
    assert loop.states("inventory_adjustment") == [State.IN_DOUBT]
    assert folder.left() == []
    (posting,) = loop.postings("inventory_adjustment")
    folder.journal.acknowledge(posting.control_number, SentOutcome.ACKNOWLEDGED, loop.time)
    loop.later(hours=9)
    deliver(loop.site)
    assert loop.states("inventory_adjustment") == [State.ACCEPTED]
    assert folder.left() == []


def test_what_is_left_and_not_brought_yet_is_not_dated_otherwise_than_its_file(
    here: tuple[Loop, Folder], tmp_path: Path
) -> None:
    loop, folder = here
    (tmp_path / "away").touch()
    deliver(loop.site, confirm=False)
    assert loop.states("inventory_adjustment") == [State.IN_DOUBT]
    loop.later(hours=1)
    loop.site = loop.site.with_calendar(PostingCalendar(BOOKS, closed_through=dt.date(2026, 10, 31)))
    (tmp_path / "away").unlink()
    deliver(loop.site)
    (posting,) = loop.postings("inventory_adjustment")
    (left,) = folder.left()
    assert (posting.state, posting.accounting_date) == (State.ACCEPTED, dt.date(2026, 10, 31))
    assert "10/31/2026" in left.read_text()
