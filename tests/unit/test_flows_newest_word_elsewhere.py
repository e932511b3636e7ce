"""The newest word wins over files as over REST, in a ledger of before, and with two readers at once."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import evolve
from files_world import every_template
from flows_world import BLACK, PROFILE, Loop, loop
from ledger_databases import postgres

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.edi import X12Codec
from clarus_bluecherry.bluecherry.files import Codecs, FilesProfile, FileTransport
from clarus_bluecherry.bluecherry.messages import PickTicket
from clarus_bluecherry.bluecherry.sheets.codec import SheetCodec
from clarus_bluecherry.exchange import Folder, NameTemplate
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.derive import derive
from clarus_bluecherry.flows.ingest import Kept, digest, fact
from clarus_bluecherry.flows.orders_out import collect_orders, ingest_order
from clarus_bluecherry.ledger import Head, State
from clarus_bluecherry.ledger.reasons import Reason
from clarus_bluecherry.mapping import bluecherry
from clarus_bluecherry.sandbox.bluecherry_files import FileSide, Speech
from clarus_bluecherry.sandbox.bluecherry_sheets import NAMES, SheetSpeech
from clarus_bluecherry.sandbox.bluecherry_x12 import PROFILE as PARTNERS
from clarus_bluecherry.sandbox.bluecherry_x12 import X12Speech
from clarus_bluecherry.sandbox.erp import PickLine


def change(here: Loop, units: int, number: str = "1001") -> None:
    here.erp.change_pick(number, [PickLine(line_seq="1", article=BLACK, bk_qty=units, price=Decimal("19.90"))])


def told(here: Loop) -> list[int]:
    return [int(order.lines[0].order_quantity) for order in here.warehouse.goods_outs]


def parked(here: Loop) -> list[str]:
    return [one.reason_code for one in here.for_people()]


# Files -------------------------------------------------------------------------------------------------------


@contextmanager
def by_files(here: Loop, folder: Path, way: str) -> Iterator[FileSide]:
    """Blue Cherry is reached by files from now on; a file is read again for a quarter of an hour."""
    speech: Speech = X12Speech(here.site.clock) if way == "x12" else SheetSpeech()
    sheets = SheetCodec(every_template(), NAMES)
    codec = Codecs(X12Codec(PARTNERS, now=here.site.clock), sheets) if way == "x12" else sheets
    names = FilesProfile(names=NameTemplate("{kind}_{control_number}." + way))
    side = FileSide(here.erp, folder, speech, PROFILE)
    exchange = Folder(folder, settle=dt.timedelta(0), now=here.site.clock)
    transport = FileTransport(exchange, codec, names, store=folder / "store", now=here.site.clock)
    with BlueCherry(transport) as client:
        here.site = evolve(here.site, bluecherry=client)
        yield side


@pytest.mark.parametrize("way", ["x12", "csv"])
@pytest.mark.parametrize("words", [(7, 5), (7, 5, 7), (0, 5), (5, 7, 0)])
def test_what_came_last_in_a_file_goes_out_and_older_files_change_nothing(
    tmp_path: Path, way: str, words: tuple[int, ...]
) -> None:
    with loop() as here, by_files(here, tmp_path, way) as side:
        here.release(lines=((BLACK, 5),))
        side.meet()
        collect_orders(here.site)
        for units in words:
            here.later(minutes=1)
            change(here, units)
            side.meet()
            for _ in range(2):
                collect_orders(here.site)
        known = len(here.site.ledger.facts(kind="pick_ticket"))
        deliver(here.site)
        assert told(here) == [words[-1]] * bool(words[-1])
        here.later(minutes=1)
        collect_orders(here.site)
        assert len(here.site.ledger.facts(kind="pick_ticket")) == known
        assert parked(here) == []


@pytest.mark.parametrize("way", ["x12", "csv"])
def test_files_that_came_before_anybody_looked_are_read_in_their_order(tmp_path: Path, way: str) -> None:
    with loop() as here, by_files(here, tmp_path, way) as side:
        here.release(lines=((BLACK, 5),))
        side.meet()
        for units in (7, 5):
            here.later(minutes=1)
            change(here, units)
            side.meet()
        here.turn()
        assert told(here) == [5]
        assert parked(here) == []


def dated(units: int, at: dt.datetime, number: int) -> PickTicket:
    """A pick of a sheet that tells the day of a change and no time, as the `number`th of the file stored then."""
    line = {"line_seq": "1", "style": "01234", "color_code": "BLK", "size_desc": "M", "bk_qty": units}
    row = PickTicket(
        pick_num="1001", location="NJ", pick_date="2026-03-02", last_mod="03/02/2026", lines=[{**line}]
    )
    return row.arrived(at, number)


def test_of_two_words_of_one_day_the_one_that_came_later_is_newer() -> None:
    with loop() as here:
        files = [dated(units, here.time, number) for number, units in enumerate((5, 7, 5, 9, 7), start=1)]
        for _ in range(3):
            for row in files:
                ingest_order(here.site, row)
        assert len(here.site.ledger.facts(kind="pick_ticket")) == 5
        deliver(here.site)
        assert told(here) == [7]
        for row in files:
            ingest_order(here.site, row)
        assert parked(here) == []


# A ledger of before ------------------------------------------------------------------------------------------


def kept_before(here: Loop, *, standing: bool = True) -> str:
    """The pick as an earlier library kept it: under its content alone. Returns the posting's key."""
    (row,) = here.site.bluecherry.picks()
    order = bluecherry.sales_order(row, zone=here.site.erp_zone)
    version = fact(
        order,
        source="bluecherry",
        kind="pick_ticket",
        source_id="1001",
        version=digest(order),
        occurred_at=bluecherry.changed_at(row, zone=here.site.erp_zone) or here.time,
        raw=row.model_dump(mode="json"),
    )
    posting = derive(version, here.site)
    assert posting is not None
    if not standing:
        posting = evolve(posting, state=State.PARKED, reason_code=Reason.CHANGED_AFTER_SENT)
    here.site.ledger.record(version)
    here.site.ledger.post(posting)
    if standing:
        here.site.ledger.move(
            Head(
                source="bluecherry",
                kind="pick_ticket",
                source_id="1001",
                version=1,
                newest_key=version.key,
                standing_key=version.key,
            )
        )
    return posting.key


def test_what_an_earlier_library_kept_is_known() -> None:
    with loop() as here:
        here.release(lines=((BLACK, 5),))
        kept_before(here)
        here.turn()
        assert told(here) == [5]
        assert len(here.site.ledger.facts(kind="pick_ticket")) == 1


def test_what_comes_back_to_a_ledger_of_before_goes_out() -> None:
    with loop() as here:
        here.release(lines=((BLACK, 5),))
        older = kept_before(here)
        here.later(minutes=1)
        change(here, 7)
        here.site.ledger.cancel(older, "replaced by a newer version", actor="orders out")
        kept_before(here)
        collect_orders(here.site)
        assert len(here.site.ledger.facts(kind="pick_ticket")) == 2
        here.later(minutes=1)
        change(here, 5)
        here.turn()
        assert told(here) == [5]
        assert parked(here) == []


def test_what_was_changed_after_it_was_sent_before_is_settled_when_it_comes_back() -> None:
    with loop() as here:
        here.release(lines=((BLACK, 5),))
        kept_before(here)
        deliver(here.site)
        here.later(minutes=1)
        change(here, 7)
        kept_before(here, standing=False)
        collect_orders(here.site)
        assert parked(here) == [Reason.CHANGED_AFTER_SENT]
        here.later(minutes=1)
        change(here, 5)
        here.turn()
        assert (told(here), parked(here)) == ([5], [])


# Two readers at once -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("system", ["sqlite", "postgres"])
def test_two_readers_of_two_words_keep_one_order(tmp_path: Path, system: str) -> None:
    with loop(ledger=str(tmp_path / "ledger.sqlite") if system == "sqlite" else postgres()) as here:
        for pick in range(8):
            number = str(3001 + pick)
            here.release(number, ((BLACK, 5),))
            (older,) = [row for row in here.site.bluecherry.picks() if row.pick_num == number]
            here.later(minutes=1)
            change(here, 7, number)
            (newer,) = [row for row in here.site.bluecherry.picks() if row.pick_num == number]
            meet, kept = threading.Barrier(2), []
            readers = [threading.Thread(target=_keep, args=(here, row, meet, kept)) for row in (older, newer)]
            for reader in readers:
                reader.start()
            for reader in readers:
                reader.join(60)
            assert len(kept) == 2
            assert Kept.PARKED not in kept
        deliver(here.site)
        assert told(here) == [7] * 8
        assert here.states("goods_out").count(State.POSTED) == 8
        assert parked(here) == []


def _keep(here: Loop, row: PickTicket, meet: threading.Barrier, kept: list[Kept]) -> None:
    meet.wait(60)
    kept.append(ingest_order(here.site, row))
