"""The local exchange: what is left whole, what is taken once, what is refused with a reason."""

import datetime as dt
import errno
import hashlib
import logging
import os
import resource
import sqlite3
from contextlib import closing

import pytest
from exchange_world import MINUTE, NOON, NOTHING, Place

from clarus_bluecherry.errors import ConfigurationError, Conflict, InvalidRecord, NotSent, Retry
from clarus_bluecherry.exchange import Folder, FolderLayout, IncidentKind

OLD = 1_700_000_000


@pytest.fixture
def place(tmp_path):
    made = Place(tmp_path / "exchange")
    yield made
    made.close()


@pytest.fixture
def folder(place):
    return place.open()


def taken(folder, **options):
    """Take everything there is; what was offered, as name and content."""
    offered = []
    for arrival in folder.arrivals(**options):
        offered.append((arrival.name, arrival.read()))
        arrival.done()
    return offered


# Leaving -----------------------------------------------------------------------------------------------------


def test_a_file_is_left_whole_from_bytes_or_from_pieces(place, folder):
    folder.put("a.edi", b"ISA")
    folder.put("b.edi", (piece for piece in (b"I", b"S", b"A")))
    assert [(path.name, path.read_bytes()) for path in place.paths("out")] == [
        ("a.edi", b"ISA"),
        ("b.edi", b"ISA"),
    ]


def test_the_same_again_is_no_change_even_after_the_partner_has_fetched_it(place, folder):
    folder.put("a.edi", b"ISA")
    folder.put("a.edi", [b"IS", b"A"])
    (place.root / "out" / "a.edi").unlink()
    folder.put("a.edi", b"ISA")
    assert place.names("out") == []


def test_a_name_is_never_used_for_other_content(place, folder):
    folder.put("a.edi", b"ISA")
    with pytest.raises(Conflict) as refused:
        folder.put("a.edi", b"GS")
    assert refused.value.retry is Retry.POINTLESS
    assert [path.read_bytes() for path in place.paths("out")] == [b"ISA"]
    place.paths("out")[0].unlink()
    with pytest.raises(Conflict):
        folder.put("a.edi", b"GS")
    assert place.paths("out") == []


def test_a_file_somebody_else_left_is_not_replaced(place, folder):
    (place.root / "out" / "a.edi").write_bytes(b"by hand")
    with pytest.raises(Conflict):
        folder.put("a.edi", b"ISA")
    assert [path.read_bytes() for path in place.paths("out")] == [b"by hand"]


@pytest.mark.parametrize("name", ["../a", ".a", "a.tmp", "a.PART", ""])
def test_a_name_that_leads_elsewhere_or_that_readers_ignore_is_refused(place, folder, name):
    with pytest.raises(InvalidRecord):
        folder.put(name, b"ISA")
    assert place.paths("out") == []


def test_a_source_that_breaks_off_leaves_nothing(place, folder):
    def pieces():
        yield b"ISA"
        raise KeyError

    with pytest.raises(KeyError):
        folder.put("a.edi", pieces())
    assert place.paths("out") == []
    folder.put("a.edi", b"ISA*")
    assert place.names("out") == ["a.edi"]


def test_a_full_disk_leaves_nothing_and_says_what_to_do(place, folder):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))  # Linux answers as it does for a full quota
    try:
        with pytest.raises(NotSent) as failed:
            folder.put("a.edi", [b"x" * (1 << 19)] * 4)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert failed.value.retry is Retry.SAFE
    assert "have room" in str(failed.value)
    assert str(place.root) not in str(failed.value)
    assert place.paths("out") == []


def test_a_folder_that_went_away_is_told_and_nothing_is_lost(place, folder):
    (place.root / "in" / "a.edi").write_bytes(b"ISA")
    (place.root / "out").rmdir()
    (place.root / "archive").rmdir()
    with pytest.raises(NotSent):
        folder.put("b.edi", b"GS")
    (arrival,) = folder.arrivals()
    with pytest.raises(NotSent, match="No such file"):
        arrival.done()
    assert place.names("work") == ["a.edi"]
    (place.root / "archive").mkdir()
    place.wait(16)
    assert taken(folder) == []
    assert place.names("archive") == ["a.edi"]


# Taking ------------------------------------------------------------------------------------------------------


def test_files_are_taken_oldest_first_then_by_name_and_archived(place, folder):
    for name, age in (("c", 1), ("b", 2), ("a", 1)):
        path = place.root / "in" / name
        path.write_bytes(name.encode())
        os.utime(path, (OLD, OLD - age))
    assert [name for name, _ in taken(folder)] == ["b", "a", "c"]
    assert place.names("archive") == ["a", "b", "c"]
    assert place.names("in") == place.names("work") == []
    assert taken(folder) == []


def test_an_arrival_says_what_it_is(folder):
    folder.drop("a.edi", b"ISA")
    path = folder.incoming / "a.edi"
    os.utime(path, (OLD, OLD))
    (arrival,) = folder.arrivals()
    assert (arrival.name, arrival.size, arrival.attempts) == ("a.edi", 3, 1)
    assert arrival.digest == hashlib.sha256(b"ISA").hexdigest()
    assert arrival.arrived_at == dt.datetime.fromtimestamp(OLD, dt.UTC)
    with arrival.open() as stream:
        assert stream.read(2) == b"IS"


def test_only_what_fits_the_patterns_is_taken(place, folder):
    for name in ("940_1.EDI", "stock.csv"):
        folder.drop(name, name.encode())
    assert [name for name, _ in taken(folder, patterns=("940_*.edi",))] == ["940_1.EDI"]
    assert place.names("in") == ["stock.csv"]


def test_temporary_names_folders_and_links_are_left_alone(place, folder, tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(b"not for partners")
    (folder.incoming / "link.edi").symlink_to(secret)
    (folder.incoming / "folder.edi").mkdir()
    for name in (".a.edi", "a.edi.tmp", "a.filepart"):
        (folder.incoming / name).write_bytes(b"half")
    assert taken(folder) == []
    assert len(place.names("in")) == 5


def test_a_file_that_is_still_growing_is_not_taken(tmp_path):
    place = Place(tmp_path, settle=MINUTE)
    folder = place.open()
    path = folder.incoming / "slow.edi"
    for content in (b"I", b"IS", b"ISA"):
        path.write_bytes(content)
        os.utime(path, (OLD, OLD))  # a copying program that keeps the old time
        assert taken(folder) == []
        place.wait(minutes=0.9)
    assert taken(folder) == []
    place.wait(minutes=0.2)
    assert taken(folder) == [("slow.edi", b"ISA")]
    place.close()


def test_what_was_seen_is_remembered_by_the_next_process(tmp_path):
    place = Place(tmp_path, settle=MINUTE)
    first = place.open()
    first.drop("a.edi", b"ISA")
    assert taken(first) == []
    place.wait(1)
    assert taken(place.open()) == [("a.edi", b"ISA")]
    place.close()


def test_a_file_that_changes_after_it_was_offered_is_not_archived_but_offered_again(place, folder):
    folder.drop("a.edi", b"ISA")
    (arrival,) = folder.arrivals()
    with place.paths("work")[0].open("ab") as late:
        late.write(b"*00")
    with pytest.raises(Conflict, match="its end was not read"), arrival:
        arrival.done()
    place.wait(5)
    assert taken(folder) == [("a.edi", b"ISA*00")]


def test_the_same_content_is_taken_once_under_any_name(place, folder):
    folder.drop("a.edi", b"ISA")
    assert len(taken(folder)) == 1
    folder.drop("b.edi", b"ISA")
    assert taken(folder) == []
    assert place.names("archive") == ["a.edi", "b.edi"]
    assert [(incident.kind, incident.name) for incident in place.incidents] == [(IncidentKind.DUPLICATE, "b.edi")]


def test_the_same_content_in_another_workers_hands_waits_for_its_end(place, folder):
    folder.drop("a.edi", b"ISA")
    (first,) = folder.arrivals()
    folder.drop("b.edi", b"ISA")
    other = place.open()
    assert taken(other) == []
    assert place.names("work") == ["a.edi", "b.edi"]
    first.refuse("no such partner")
    assert taken(other) == [("b.edi", b"ISA")]


def test_the_same_name_again_with_other_content_is_another_file(place, folder):
    for content in (b"one", b"two"):
        folder.drop("stock.csv", content)
        assert taken(folder) == [("stock.csv", content)]
    assert place.names("archive") == ["stock.csv", "stock.csv"]


def test_a_dropped_file_that_waits_is_not_replaced(place, folder):
    folder.drop("a.edi", b"one")
    folder.drop("a.edi", b"one")
    with pytest.raises(Conflict):
        folder.drop("a.edi", b"two")
    assert taken(folder) == [("a.edi", b"one")]


def test_a_file_with_a_name_that_none_may_have_is_quarantined_under_another(place, folder):
    for name in (b"a\xff.edi", b"a\nb", b"x" * 240):
        (folder.incoming / os.fsdecode(name)).write_bytes(name)
    assert taken(folder) == []
    assert place.names("in") == place.names("work") == []
    assert place.names("quarantine") == [".unsafe-name"] * 3 + [".unsafe-name.reason.txt"] * 3
    assert {incident.kind for incident in place.incidents} == {IncidentKind.QUARANTINED}


# Refusing and failing ----------------------------------------------------------------------------------------


def test_a_file_that_changes_between_the_listing_and_its_turn_waits(place, folder):
    for name in ("a.edi", "b.edi"):
        folder.drop(name, name.encode())
    arrivals = folder.arrivals()
    next(arrivals).done()
    with (folder.incoming / "b.edi").open("ab") as late:
        late.write(b"*00")
    assert list(arrivals) == []
    assert taken(folder) == [("b.edi", b"b.edi*00")]


def test_a_copy_does_not_wait_for_a_file_whose_reader_failed(place, folder):
    folder.drop("a.edi", b"ISA")
    for arrival in folder.arrivals():
        with pytest.raises(KeyError), arrival:
            raise KeyError
    folder.drop("b.edi", b"ISA")
    assert taken(folder) == [("b.edi", b"ISA")]
    place.wait(5)
    assert taken(folder) == []
    assert place.names("archive") == ["a.edi", "b.edi"]


def test_the_journal_forgets_who_held_what_is_finished(place, folder):
    for number in range(3):
        folder.drop(f"{number}", f"{number}".encode())
    for arrival in folder.arrivals():
        arrival.refuse("no") if arrival.name == "1" else arrival.done()
    with sqlite3.connect(place.root / "journal.sqlite") as database:
        assert database.execute("SELECT count(*) FROM leases").fetchone() == (0,)
    database.close()


def test_a_refused_file_lies_in_quarantine_with_the_reason_beside_it(place, folder):
    folder.drop("a.edi", b"GS")
    for arrival in folder.arrivals():
        with arrival:
            arrival.refuse("no ISA segment")
    file, reason = place.paths("quarantine")
    assert file.read_bytes() == b"GS"
    assert reason.name == f"{file.name}.reason.txt"
    assert reason.read_text() == "no ISA segment\n"
    assert place.incidents[0].detail == "no ISA segment"


def test_a_refused_file_that_is_put_back_is_offered_again(place, folder):
    folder.drop("a.edi", b"ISA")
    (arrival,) = folder.arrivals()
    assert arrival.take("ISA 1")
    arrival.refuse("unknown partner")
    place.paths("quarantine")[0].rename(folder.incoming / "a.edi")
    assert taken(folder) == [("a.edi", b"ISA")]


def test_keys_belong_to_the_content_until_it_is_refused(place, folder):
    folder.drop("a.edi", b"ISA one")
    folder.drop("b.edi", b"ISA two")
    first, second = folder.arrivals()
    assert (first.take("ISA 1"), first.take("ISA 1"), second.take("ISA 1")) == (True, True, False)
    first.refuse("wrong version")
    assert second.take("ISA 1")
    second.done()
    folder.drop("c.edi", b"ISA three")
    (third,) = folder.arrivals()
    assert not third.take("ISA 1")


def test_a_reader_that_fails_neither_loses_nor_takes_twice(place, folder):
    folder.drop("a.edi", b"ISA")

    def read_badly():
        for arrival in folder.arrivals():
            with arrival:
                arrival.take("ISA 1")
                raise KeyError

    with pytest.raises(KeyError):
        read_badly()
    assert taken(folder) == []
    place.wait(5)
    (again,) = folder.arrivals()
    assert (again.attempts, again.take("ISA 1")) == (2, True)


def test_a_block_left_without_a_verdict_keeps_the_file(place, folder):
    folder.drop("a.edi", b"ISA")
    for arrival in folder.arrivals():
        with arrival:
            pass
    assert place.names("work") == ["a.edi"]
    place.wait(5)
    assert taken(folder) == [("a.edi", b"ISA")]


def test_a_poisonous_file_is_quarantined_after_its_last_attempt(tmp_path):
    place = Place(tmp_path, attempts=3)
    folder = place.open()
    folder.drop("a.edi", b"ISA")
    offered = 0
    for _ in range(10):
        for arrival in folder.arrivals():
            offered += 1
            with pytest.raises(KeyError), arrival:
                raise KeyError
        place.wait(5)
    assert offered == 3
    assert "offered 3 times" in place.paths("quarantine")[1].read_text()
    place.close()


def test_a_server_that_is_away_is_not_the_files_fault(tmp_path):
    place = Place(tmp_path, attempts=1)
    folder = place.open()
    folder.drop("a.edi", b"ISA")
    for _ in range(4):
        for arrival in folder.arrivals():
            with pytest.raises(NotSent), arrival:
                raise NotSent("no route")
        place.wait(5)
    assert taken(folder) == [("a.edi", b"ISA")]
    place.close()


def test_what_a_dead_worker_held_is_offered_again_when_its_lease_ends(place, folder):
    folder.drop("a.edi", b"ISA")
    list(folder.arrivals())
    other = place.open()
    place.wait(14)
    assert taken(other) == []
    place.wait(1)
    assert taken(other) == [("a.edi", b"ISA")]


@pytest.mark.parametrize("set_back", [0, 60])
def test_in_turn_one_worker_takes_at_a_time_and_the_next_when_it_ends(place, folder, set_back):
    """Also where its clock was ahead meanwhile, and is right again."""
    other = place.open()
    for name in ("a.edi", "b.edi"):
        folder.drop(name, name.encode())
    turn = folder.in_turn()
    next(turn).done()
    assert list(other.in_turn()) == []
    turn.close()
    place.wait(-set_back)
    assert [arrival.name for arrival in other.in_turn()] == ["b.edi"]


def test_a_worker_that_fails_in_its_turn_gives_it_back(place, folder):
    folder.drop("a.edi", b"ISA")
    turn = folder.in_turn()
    with pytest.raises(OSError, match="gone"), closing(turn), next(turn):
        raise OSError("gone")
    folder.drop("b.edi", b"GS")
    assert [arrival.name for arrival in place.open().in_turn()] == ["b.edi"]


def test_a_worker_that_was_thought_dead_can_no_longer_decide(place, folder):
    folder.drop("a.edi", b"ISA")
    (slow,) = folder.arrivals()
    place.wait(15)
    (quick,) = place.open().arrivals()
    assert not slow.extend()
    for decide in (slow.done, lambda: slow.refuse("late")):
        with pytest.raises(Conflict, match="another worker has it"):
            decide()
    quick.done()
    assert place.names("archive") == ["a.edi"]
    assert place.names("quarantine") == []


def test_a_slow_worker_that_says_so_keeps_its_file(place, folder):
    folder.drop("a.edi", b"ISA")
    (slow,) = folder.arrivals()
    place.wait(10)
    assert slow.extend()
    place.wait(10)
    assert taken(place.open()) == []
    slow.done()


def test_notices_go_to_the_log_without_control_characters(tmp_path, caplog):
    with Folder(tmp_path, settle=NOTHING) as folder, caplog.at_level(logging.WARNING):
        (folder.incoming / "a\nb").write_bytes(b"x")
        assert taken(folder) == []
    (record,) = caplog.records
    assert record.name == "clarus_bluecherry.exchange"
    assert "\n" not in record.getMessage()


# Set-up ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings", [{"incoming": "/in"}, {"work": "../work"}, {"sent": ""}, {"incoming": "x", "outgoing": "x/"}]
)
def test_folders_lie_below_the_root_and_are_different(settings):
    with pytest.raises(ConfigurationError):
        FolderLayout(**settings)


def test_both_sides_can_be_played_in_one_root(tmp_path):
    theirs = FolderLayout("out", "in", "partner/work", "partner/archive", "partner/refused", "partner/sent")
    with (
        Folder(tmp_path, settle=NOTHING) as we,
        Folder(tmp_path, settle=NOTHING, layout=theirs, journal=tmp_path / "partner.sqlite") as partner,
    ):
        we.put("945.edi", b"shipped")
        partner.put("997.edi", b"accepted")
        assert (taken(partner), taken(we)) == ([("945.edi", b"shipped")], [("997.edi", b"accepted")])


def test_folders_on_two_file_systems_are_a_set_up_error(place, folder, monkeypatch):
    def apart(self, target):
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    folder.drop("a.edi", b"ISA")
    monkeypatch.setattr("pathlib.Path.rename", apart)
    with pytest.raises(ConfigurationError, match="one file system"):
        list(folder.arrivals())
    assert place.names("in") == ["a.edi"]


def test_tickets_tell_the_time_in_utc(place, folder):
    folder.drop("a.edi", b"ISA")
    place.time = NOON.astimezone(dt.timezone(dt.timedelta(hours=5)))
    taken(folder)
    assert place.paths("archive")[0].name.startswith("20260302T120000Z-")
