"""Content that comes back counts again: 5, then 7, then 5 is 5, though the third file is the first, byte for byte.

A file that is only sent twice counts once, as before.
"""

from decimal import Decimal

import pytest
from edi_world import PICK, PROFILE, encoded
from files_world import kept
from test_snapshots import LAYOUTS, MAKE, There, prefix

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.bluecherry.edi import X12Codec
from clarus_bluecherry.bluecherry.files import FileTransport
from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
from clarus_bluecherry.bluecherry.sheets import write_sheet
from clarus_bluecherry.exchange import Folder, IncidentKind


@pytest.fixture
def there(tmp_path):
    there = There(tmp_path)
    yield there
    there.transport.close()


def ordered(units):
    line = {"style": "01234", "color_code": "BLK", "size_desc": "M", "line_seq": "1", "bk_qty": units}
    return write_sheet(LAYOUTS["pick_ticket"], [messages.PickTicket(pick_num="P1", lines=[line])])


def units(there):
    """What the newest word of the order is."""
    newest = max(kept(there.transport, PICK_TICKET), key=lambda pick: pick.arrival)
    return newest.lines[0].bk_qty


def test_an_order_that_is_changed_back_counts_as_changed_back(there):
    for number, told in enumerate((5, 7, 5, 7), start=1):
        there.drop(f"PICK{number}.csv", ordered(told))
        assert units(there) == told
    assert there.told() == []


def test_between_files_that_wait_together_the_last_word_counts(there):
    for number, told in enumerate((5, 7, 5), start=1):
        there.drop(f"PICK{number}.csv", ordered(told))
    assert units(there) == 5


def test_another_process_knows_it_too(there):
    there.drop("PICK1.csv", ordered(5))
    there.drop("PICK2.csv", ordered(7))
    assert units(there) == 7
    second = there.open()
    there.drop("PICK3.csv", ordered(5))
    assert [pick.lines[0].bk_qty for pick in kept(second, PICK_TICKET)] == [Decimal(5), Decimal(7), Decimal(5)]
    second.close()


def test_a_file_that_was_only_sent_twice_counts_once(there):
    for number in (1, 2, 3):
        there.drop(f"PICK{number}.csv", ordered(5))
    for _ in range(2):  # that it is one more of the same is known when the first is settled
        assert len(kept(there.transport, PICK_TICKET)) == 1
    assert [kind for kind, _ in there.told()] == [IncidentKind.DUPLICATE] * 2


def test_a_file_that_is_fetched_again_under_its_own_name_counts_once(there):
    there.drop("PICK1.csv", ordered(5))
    there.drop("PICK2.csv", ordered(7))
    assert units(there) == 7
    there.drop("PICK1.csv", ordered(5))
    assert units(there) == 7
    assert there.told() == [(IncidentKind.DUPLICATE, "PICK1.csv")]


def test_files_of_another_kind_are_no_word_in_between(there):
    there.drop("PICK1.csv", ordered(5))
    there.leave("style", "STYLE1.csv", range(10))
    there.drop("PICK2.csv", ordered(5))
    assert len(kept(there.transport, PICK_TICKET)) == 1


@pytest.mark.parametrize("kind", MAKE)
def test_a_snapshot_that_comes_back_stands_again(there, kind):
    for number, size in enumerate((100, 97, 100), start=1):
        there.leave(kind, f"{prefix(kind)}{number}.csv", range(1, size + 1))
        assert there.counted(kind) == size
    assert there.told() == []


def test_the_whole_one_of_yesterday_overtakes_a_small_one_that_was_let_through(there):
    there.leave("style", "STYLE1.csv", range(100))
    there.leave("style", "STYLE2.csv", range(10))
    assert there.counted("style") == 100
    there.transport.accept_snapshot("STYLE2.csv")
    assert there.counted("style") == 10
    there.leave("style", "STYLE3.csv", range(100))
    assert (there.counted("style"), there.transport.held_snapshots()) == (100, [])


def test_the_small_one_again_does_not_let_itself_through(there):
    there.leave("style", "STYLE1.csv", range(100))
    for number in (2, 3):
        there.leave("style", f"STYLE{number}.csv", range(10))
    assert there.counted("style") == 100
    assert [held.name for held in there.transport.held_snapshots()] == ["STYLE2.csv"]


def test_an_interchange_has_a_number_and_never_counts_twice(there):
    codec = X12Codec(PROFILE, ("*.x12",), now=lambda: there.now)
    folder = Folder(there.root / "x12", settle=there.now - there.now, now=lambda: there.now)
    transport = FileTransport(folder, codec, there.profile, store=there.root / "store2", now=lambda: there.now)
    changed = PICK.model_copy(update={"lines": PICK.lines[:1]})
    first, second = (
        encoded(PROFILE, pick, str(number), there.now) for number, pick in enumerate((PICK, changed), 1)
    )
    for number, content in enumerate((first, second, first)):
        (there.root / "x12" / "in" / f"{number}.x12").write_bytes(content)
        found = kept(transport, PICK_TICKET)
    assert [len(pick.lines) for pick in found] == [2, 1]
    transport.close()
