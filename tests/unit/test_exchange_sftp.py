"""The exchange over a real SFTP server, and everything that can go wrong on the way."""

import asyncio
import datetime as dt
import os
import pickle
import socket
import tracemalloc

import asyncssh
import pytest
from exchange_world import MINUTE, NOTHING, Place
from sftp_world import SftpWorld

from clarus_bluecherry.errors import (
    ConfigurationError,
    Conflict,
    InvalidRecord,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    NotSent,
    Retry,
    ServerFailed,
)
from clarus_bluecherry.exchange import SftpExchange, SftpSettings
from clarus_bluecherry.exchange.sftp import SftpConnection

BIG = bytes(range(256)) * 4096 * 3


@pytest.fixture
def world(tmp_path):
    with SftpWorld(tmp_path / "server") as server:
        yield server


@pytest.fixture
def place(tmp_path):
    made = Place(tmp_path / "exchange")
    yield made
    made.close()


@pytest.fixture
def folder(place):
    return place.open()


def exchange(folder, world, **changes):
    return SftpExchange(folder, SftpSettings(**world.settings(**{"settle": NOTHING, **changes})))


def there(world, folder):
    """The files of a folder on the server, as name and content; a stamp is left out."""
    return sorted((path.name.split("Z-")[-1], path.read_bytes()) for path in (world.root / folder).iterdir())


def arrive(world, name, content):
    (world.root / "incoming" / name).write_bytes(content)


def taken(folder):
    offered = []
    for arrival in folder.arrivals():
        offered.append((arrival.name, arrival.read()))
        arrival.done()
    return offered


# All goes well -----------------------------------------------------------------------------------------------


def test_files_go_both_ways_over_one_connection(world, place, folder):
    arrive(world, "940_1.edi", BIG)
    folder.put("945_1.edi", BIG[::-1])
    done = exchange(folder, world).pump()
    assert (done.collected, done.delivered, done.problems) == (("940_1.edi",), ("945_1.edi",), ())
    assert taken(folder) == [("940_1.edi", BIG)]
    assert there(world, "incoming") == []
    assert there(world, "taken") == [("940_1.edi", BIG)]
    assert there(world, "outgoing") == [("945_1.edi", BIG[::-1])]
    assert (place.names("out"), place.names("sent")) == ([], ["945_1.edi"])
    assert exchange(folder, world).pump().delivered == ()


def test_only_what_fits_the_patterns_is_fetched_oldest_first(world, folder):
    for name, age in (("b.edi", 2), ("a.edi", 1), ("c.csv", 3)):
        arrive(world, name, name.encode())
        os.utime(world.root / "incoming" / name, (0, 1_700_000_000 - age))
    assert exchange(folder, world).collect(("*.edi",)).collected == ("b.edi", "a.edi")
    assert there(world, "incoming") == [("c.csv", b"c.csv")]


def test_fetched_files_are_deleted_where_that_is_the_setting(world, folder):
    arrive(world, "a.edi", b"ISA")
    exchange(folder, world, taken=None).collect()
    assert there(world, "incoming") == there(world, "taken") == []
    assert taken(folder) == [("a.edi", b"ISA")]


def test_a_known_hosts_file_and_a_key_open_the_door(tmp_path, folder):
    key = asyncssh.generate_private_key("ssh-ed25519")
    key.write_private_key(str(tmp_path / "key"), passphrase="opens it", rounds=50)
    public = key.export_public_key().split()[1].decode()
    with SftpWorld(tmp_path / "server", authorized=public) as world:
        (tmp_path / "known_hosts").write_text(world.known_hosts_line())
        changes = {
            "host_keys": (),
            "known_hosts": tmp_path / "known_hosts",
            "password": None,
            "key_file": tmp_path / "key",
            "passphrase": "opens it",
        }
        assert exchange(folder, world, **changes).ping() == "127.0.0.1: 0 to fetch, 0 waiting for the partner"
        with pytest.raises(ConfigurationError) as refused:
            exchange(folder, world, **{**changes, "passphrase": "opens nothing"}).ping()
        assert refused.value.field == "key_file"
        assert "opens nothing" not in str(refused.value)


def test_a_file_larger_than_the_memory_it_may_take_goes_both_ways(world, folder):
    size = 16 << 20
    with (world.root / "incoming" / "big.edi").open("wb") as file:
        file.truncate(size)
    folder.put("big.edi", (bytes(1 << 20) for _ in range(size >> 20)))
    tracemalloc.start()
    try:
        done = exchange(folder, world).pump()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (done.collected, done.delivered) == (("big.edi",), ("big.edi",))
    assert peak < size // 2
    assert (world.root / "outgoing" / "big.edi").stat().st_size == size


# Who is there ------------------------------------------------------------------------------------------------


def test_another_host_key_than_the_pinned_one_is_refused_before_anything_is_said(world, folder):
    other = "SHA256:" + "A" * 43
    with pytest.raises(ConfigurationError) as refused:
        exchange(folder, world, host_keys=(other,)).pump()
    assert refused.value.field == "host_keys"
    assert world.fingerprint.rstrip("=") in str(refused.value)
    assert world.asked == []


def test_a_host_that_known_hosts_does_not_list_or_lists_with_another_key_is_refused(world, folder, tmp_path):
    path = tmp_path / "known_hosts"
    with SftpWorld(tmp_path / "other") as other:
        changed = other.known_hosts_line().replace(str(other.port), str(world.port))
    for lines in ("", changed):
        path.write_text(lines)
        with pytest.raises(ConfigurationError, match="not the known one"):
            exchange(folder, world, host_keys=(), known_hosts=path).pump()
    assert path.read_text() == changed
    path.unlink()
    with pytest.raises(ConfigurationError, match="cannot be used"):
        exchange(folder, world, host_keys=(), known_hosts=path).pump()
    assert world.asked == []


def test_a_second_pinned_key_is_for_the_day_the_partner_changes_it(world, folder):
    assert exchange(folder, world, host_keys=("SHA256:" + "A" * 43, world.fingerprint)).ping()


def test_a_wrong_password_is_told_without_saying_it(world, folder):
    settings = SftpSettings(**world.settings(password="hunter2"))
    with pytest.raises(NotAuthenticated) as refused:
        SftpExchange(folder, settings).pump()
    for text in (str(refused.value), repr(refused.value), repr(settings)):
        assert "hunter2" not in text
        assert "erp" not in text
    assert refused.value.__cause__ is None


def test_settings_that_would_trust_anybody_are_refused(world):
    for changes in (
        {"host_keys": ()},
        {"host_keys": ("MD5:00",)},
        {"host_keys": ("SHA256:short",)},
        {"known_hosts": "x"},
        {"password": None},
        {"timeout": 0},
        {"partial": ""},
    ):
        with pytest.raises(ConfigurationError):
            SftpSettings(**world.settings(**changes))


def test_nobody_listening_is_safe_to_retry(world, folder):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(NotSent) as failed:
        exchange(folder, world, port=port).pump()
    assert failed.value.retry is Retry.SAFE
    assert pickle.loads(pickle.dumps(failed.value)).retry is Retry.SAFE


def test_a_server_that_says_nothing_is_waited_for_no_longer_than_the_timeout(world, folder):
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(NotSent):
        exchange(folder, world, port=silent.getsockname()[1], timeout=0.2).pump()


# Cut off -----------------------------------------------------------------------------------------------------


def test_a_download_that_is_cut_off_leaves_nothing_half_and_is_done_again(world, place, folder):
    arrive(world, "a.edi", b"first")
    arrive(world, "b.edi", BIG)
    os.utime(world.root / "incoming" / "a.edi", (0, 0))
    world.cut_after = 1 << 20
    with pytest.raises(NotSent):
        exchange(folder, world).collect()
    assert place.names("in") == ["a.edi"]
    assert [name for name, _ in there(world, "incoming")] == ["b.edi"]
    assert exchange(folder, world).collect().collected == ("b.edi",)
    assert sorted(taken(folder)) == [("a.edi", b"first"), ("b.edi", BIG)]


def test_an_upload_that_is_cut_off_shows_nothing_half_and_is_done_again(world, place, folder):
    folder.put("a.edi", BIG)
    world.cut_after = 1 << 20
    with pytest.raises(NotSent):
        exchange(folder, world).deliver()
    assert place.names("out") == ["a.edi"]
    assert [name for name, _ in there(world, "outgoing")] == ["a.edi.part"]
    assert exchange(folder, world).deliver().delivered == ("a.edi",)
    assert there(world, "outgoing") == [("a.edi", BIG)]


def test_an_upload_that_was_cut_off_after_its_end_is_not_repeated(world, place, folder):
    folder.put("a.edi", BIG)
    (world.root / "outgoing" / "a.edi").write_bytes(BIG)
    (world.root / "outgoing" / "empty.edi").write_bytes(b"not so empty")
    folder.put("empty.edi", b"")
    world.denied = {"rename"}
    done = exchange(folder, world).deliver()
    assert done.delivered == ("a.edi",)
    assert [type(problem) for problem in done.problems] == [Conflict]
    assert place.names("sent") == ["a.edi"]


def test_what_was_fetched_but_not_cleared_away_is_fetched_once(world, place, folder):
    arrive(world, "a.edi", b"ISA")
    world.denied = {"rename", "posix_rename"}
    for _ in range(2):
        (problem,) = exchange(folder, world).collect().problems
        assert isinstance(problem, NotPermitted)
    assert taken(folder) == [("a.edi", b"ISA")]
    world.denied = {"open"}
    assert exchange(folder, world).collect().collected == ("a.edi",)
    assert taken(folder) == []
    assert place.incidents == []


def test_the_same_file_again_after_a_lost_memory_is_told_by_its_digest(world, place, folder):
    for _ in range(2):
        arrive(world, "a.edi", b"ISA")
        exchange(folder, world).collect()
    assert taken(folder) == [("a.edi", b"ISA")]
    arrive(world, "again.edi", b"ISA")
    exchange(folder, world).collect()
    assert taken(folder) == []
    assert [incident.name for incident in place.incidents] == ["again.edi"]


# Servers and their habits ------------------------------------------------------------------------------------


def test_a_plain_rename_never_replaces_what_the_partner_has_not_fetched(world, place, folder):
    (world.root / "outgoing" / "a.edi").write_bytes(b"other")
    folder.put("a.edi", b"ours")
    folder.put("b.edi", b"next")
    done = exchange(folder, world).deliver()
    assert done.delivered == ("b.edi",)
    assert [type(problem) for problem in done.problems] == [Conflict]
    assert there(world, "outgoing") == [("a.edi", b"other"), ("b.edi", b"next")]
    assert place.names("out") == ["a.edi"]


def test_the_posix_rename_is_used_where_the_plain_one_does_not_work(world, folder):
    folder.put("a.edi", b"ISA")
    world.hard_links = False
    (problem,) = exchange(folder, world).deliver().problems
    assert isinstance(problem, ServerFailed)
    world.posix_rename = True
    assert exchange(folder, world).deliver().delivered == ("a.edi",)
    assert there(world, "outgoing") == [("a.edi", b"ISA")]


def test_hostile_names_stay_there_and_the_others_are_fetched(world, folder):
    arrive(world, "good.edi", b"ISA")
    world.names = ["../up.edi", "/etc/passwd", "a\nb.edi", b"latin-\xe9.edi", "x" * 300, "..", "."]
    done = exchange(folder, world).collect()
    assert done.collected == ("good.edi",)
    assert [type(problem) for problem in done.problems] == [InvalidRecord] * 5
    assert all(str(problem).isprintable() for problem in done.problems)
    assert taken(folder) == [("good.edi", b"ISA")]


def test_a_file_that_is_still_growing_there_is_not_fetched(world, place, folder):
    for content in (b"I", b"IS", b"ISA"):
        arrive(world, "slow.edi", content)
        os.utime(world.root / "incoming" / "slow.edi", (0, 1_700_000_000))
        assert exchange(folder, world, settle=MINUTE).collect().collected == ()
        place.wait(0.9)
    place.wait(0.2)
    assert exchange(folder, world, settle=MINUTE).collect().collected == ("slow.edi",)
    assert taken(folder) == [("slow.edi", b"ISA")]


def test_temporary_names_and_folders_there_are_left_alone(world, folder):
    for name in (".a.edi", "a.edi.filepart", "b.TMP"):
        arrive(world, name, b"half")
    (world.root / "incoming" / "folder").mkdir()
    (world.root / "incoming" / "link").symlink_to("folder")
    done = exchange(folder, world).collect()
    assert (done.collected, done.problems) == ((), ())


def test_a_file_that_changes_while_it_is_fetched_stays_there(world, place, folder):
    arrive(world, "a.edi", BIG)
    path = world.root / "incoming" / "a.edi"
    count = world.moved

    def grow(size):
        with path.open("ab") as file:
            file.write(b"more")
        return count(size)

    world.moved = grow
    (problem,) = exchange(folder, world).collect().problems
    assert (type(problem), problem.retry) == (Conflict, Retry.SAFE)
    assert place.names("in") == []
    world.moved = count
    assert exchange(folder, world).collect().collected == ("a.edi",)


def test_a_name_that_still_waits_here_is_fetched_later(world, folder):
    folder.drop("stock.csv", b"monday")
    arrive(world, "stock.csv", b"tuesday")
    (problem,) = exchange(folder, world).collect().problems
    assert isinstance(problem, Conflict)
    assert taken(folder) == [("stock.csv", b"monday")]
    exchange(folder, world).collect()
    assert taken(folder) == [("stock.csv", b"tuesday")]


def test_a_full_server_keeps_the_file_with_us(world, place, folder):
    folder.put("a.edi", BIG)
    world.full_after = 1 << 20
    (problem,) = exchange(folder, world).deliver().problems
    assert (type(problem), problem.retry) == (ServerFailed, Retry.SAFE)
    assert place.names("out") == ["a.edi"]
    assert [name for name, _ in there(world, "outgoing")] == ["a.edi.part"]


def test_a_folder_that_may_not_be_written_keeps_the_file_with_us(world, place, folder):
    folder.put("a.edi", b"ISA")
    world.denied = {"open"}
    (problem,) = exchange(folder, world).deliver().problems
    assert isinstance(problem, NotPermitted)
    assert place.names("out") == ["a.edi"]


def test_a_folder_that_is_not_there_is_told_by_name(world, folder):
    with pytest.raises(NotFound, match="inbox"):
        exchange(folder, world, incoming="inbox").collect()
    arrive(world, "a.edi", b"ISA")
    (problem,) = exchange(folder, world, taken="nowhere").collect().problems
    assert isinstance(problem, NotFound)


def test_two_pumps_at_once_bring_a_file_once(world, place, folder):
    folder.put("a.edi", BIG)
    lease = folder.journal.lease("out/a.edi", dt.timedelta(minutes=5))
    assert exchange(place.open(), world).deliver().delivered == ()
    folder.journal.give_back(lease, wait=NOTHING, counted=False)
    assert exchange(place.open(), world).deliver().delivered == ("a.edi",)


def test_an_empty_file_is_a_file(world, folder):
    arrive(world, "empty.edi", b"")
    folder.put("nothing.edi", b"")
    done = exchange(folder, world).pump()
    assert (done.collected, done.delivered) == (("empty.edi",), ("nothing.edi",))
    assert taken(folder) == [("empty.edi", b"")]


def test_a_connection_can_be_used_inside_an_event_loop(world):
    async def main():
        with SftpConnection(SftpSettings(**world.settings())) as server:
            return server.files("incoming")

    assert asyncio.run(main()) == []
