"""A real disk without a byte left, under the ledger and the exchange folder: said so, nothing lost or doubled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from attrs import evolve
from chaos.places import full, small_disk
from flows_world import Loop, loop
from simulate.verdict import Books, faults

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.files import FilesProfile, FileTransport
from clarus_bluecherry.bluecherry.kinds import every_kind
from clarus_bluecherry.bluecherry.sheets import template
from clarus_bluecherry.bluecherry.sheets.codec import SheetCodec
from clarus_bluecherry.errors import ClarusBluecherryError, LedgerError, Retry
from clarus_bluecherry.exchange import Folder, NameTemplate
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.movements_back import collect_movements
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.sandbox.bluecherry_sheets import NAMES


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of some megabytes: SQLite's log alone takes four."""
    folder = tmp_path / "disk"
    folder.mkdir()
    with ExitStack() as mounted:
        try:
            mounted.enter_context(small_disk(folder, 24))
        except (PermissionError, FileNotFoundError) as error:
            pytest.skip(str(error))
        yield folder


@pytest.fixture
def here(disk: Path) -> Iterator[Loop]:
    with loop(ledger=str(disk / "ledger.sqlite")) as here:
        for quantity in range(1, 41):
            here.warehouse.adjust("1234_blk_m", quantity, "FOUND")
        yield here


def _in_the_end(here: Loop) -> list[str]:
    for _ in range(4):
        here.turn()
        here.erp.process_staging()
    return [str(each) for each in faults(Books.of(here.erp, here.warehouse, here.site.ledger))]


def test_what_cannot_be_kept_is_said_and_read_again(here: Loop, disk: Path) -> None:
    with full(disk), pytest.raises(LedgerError) as raised:
        collect_movements(here.site)
    assert raised.value.retry is Retry.SAFE
    assert "room" in raised.value.action
    assert _in_the_end(here) == []
    assert len(here.erp.staged) == 40


def test_what_left_and_could_not_be_noted_leaves_no_second_time(here: Loop, disk: Path) -> None:
    collect_movements(here.site)
    took = here.erp.stage

    def fills_up(entity: str, isa_num: str, body: dict[str, object]) -> object:
        staged = took(entity, isa_num, body)
        if len(here.erp.staged) == 3:
            here.erp.stage = took  # type: ignore[method-assign]
            filled.enter_context(full(disk))
        return staged

    here.erp.stage = fills_up  # type: ignore[assignment,method-assign]
    with ExitStack() as filled, pytest.raises(LedgerError):
        _deliver_for_ever(here.site)
    assert _in_the_end(here) == []
    assert len(here.erp.staged) == 40


def test_a_file_that_finds_no_room_leaves_once_when_there_is_some(disk: Path) -> None:
    with loop() as here:
        folder = Folder(disk / "exchange", settle=dt.timedelta(0), now=lambda: here.time)
        kinds = [kind.name for kind in every_kind() if not isinstance(kind.sheet, str)]
        codec = SheetCodec({kind: template(kind) for kind in kinds}, NAMES)
        profile = FilesProfile(names=NameTemplate("{kind}_{control_number}.csv"))
        way = FileTransport(folder, codec, profile, store=disk / "exchange" / "store", now=lambda: here.time)
        site = evolve(here.site, bluecherry=BlueCherry(way))
        for quantity in range(1, 6):
            here.warehouse.adjust("1234_blk_m", quantity, "FOUND")
        collect_movements(site)
        with full(disk):
            _delivered(site)
        assert not [one for one in folder.outgoing.iterdir() if one.suffix == ".csv"]
        for _ in range(6):
            here.later(hours=1)
            _delivered(site)
        names = sorted(one.name for one in folder.outgoing.iterdir() if one.suffix == ".csv")
    assert len(names) == len({name.partition(".")[0].rpartition("_")[2] for name in names}) == 5


def _deliver_for_ever(site: Site) -> None:
    """One at a time: a write that is small enough may find room in what the log has already."""
    while True:
        deliver(site, limit=1)


def _delivered(site: Site) -> None:
    """Deliver; what stops it may be tried again."""
    try:
        deliver(site)
    except ClarusBluecherryError as error:
        if error.retry is Retry.POINTLESS:
            raise
