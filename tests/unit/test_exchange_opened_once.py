"""A file is opened once, and only as a regular file: what is swapped in neither hangs us nor leads elsewhere."""

import os
import signal
import socket
import stat
from contextlib import contextmanager
from pathlib import Path

import pytest
from exchange_world import Place

from clarus_bluecherry.errors import ConfigurationError, Conflict, NotSent, Retry
from clarus_bluecherry.exchange import Folder, IncidentKind

SECRET = b"client_secret = 'x'"


@pytest.fixture
def place(tmp_path):
    made = Place(tmp_path / "exchange")
    yield made
    made.close()


@pytest.fixture
def folder(place):
    return place.open()


@pytest.fixture(autouse=True)
def _no_hanging():
    """A read that waits for somebody at the other end of a pipe fails."""

    def hangs(*_):
        raise TimeoutError("it hangs")

    signal.signal(signal.SIGALRM, hangs)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)


@contextmanager
def a_socket(path):
    """A socket in the file system; its address must be short, so it is bound from inside its folder."""
    before = Path.cwd()
    os.chdir(path.parent)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(path.name)
        os.chdir(before)
        yield


def as_fifo(path, secret):
    os.mkfifo(path)


def as_link(path, secret):
    path.symlink_to(secret)
    os.utime(path, (2, 2), follow_symlinks=False)


def as_link_to_a_device(path, secret):
    path.symlink_to("/dev/null")


def as_folder(path, secret):
    path.mkdir()
    (path / "inside").write_bytes(b"x")


def as_dangling_link(path, secret):
    path.symlink_to(secret.with_name("nothing"))


SWAPS = [as_fifo, as_link, as_link_to_a_device, as_folder, as_dangling_link]


@pytest.mark.parametrize("swap", SWAPS)
def test_what_is_swapped_in_while_another_file_is_read_is_refused_and_the_rest_goes_on(
    place, folder, tmp_path, swap
):
    secret = tmp_path / "secret.toml"
    secret.write_bytes(SECRET)
    for second, name in enumerate(("a", "b", "c"), start=1):
        (folder.incoming / name).write_bytes(name.encode() * len(str(secret)))
        os.utime(folder.incoming / name, (second, second))
    offered = []
    for arrival in folder.arrivals():
        with arrival:
            offered.append((arrival.name, arrival.read()))
            if arrival.name == "a":
                (folder.incoming / "b").unlink()
                swap(folder.incoming / "b", secret)
            arrival.done()
    assert [name for name, _ in offered] == ["a", "c"]
    assert SECRET not in b"".join(content for _, content in offered)
    assert place.names("in") == place.names("work") == []
    assert place.names("quarantine") == ["b", "b.reason.txt"]
    assert [(one.kind, one.name) for one in place.incidents] == [(IncidentKind.QUARANTINED, "b")]
    assert "no regular file" in place.incidents[0].detail


def test_a_socket_that_is_swapped_in_is_refused_as_well(place, folder):
    for name in ("a", "b"):
        folder.drop(name, name.encode())
    arrivals = folder.arrivals()
    next(arrivals).done()
    (folder.incoming / "b").unlink()
    with a_socket(folder.incoming / "b"):
        assert list(arrivals) == []
    assert place.names("quarantine") == ["b", "b.reason.txt"]


@pytest.mark.parametrize("swap", SWAPS)
def test_what_is_swapped_in_after_it_was_offered_is_not_read_and_not_archived(place, folder, tmp_path, swap):
    secret = tmp_path / "secret.toml"
    secret.write_bytes(SECRET)
    folder.drop("a", b"x" * len(SECRET))
    (arrival,) = folder.arrivals()
    (held,) = place.paths("work")
    held.unlink()
    swap(held, secret)
    for step in (arrival.read, arrival.done):
        with pytest.raises((Conflict, NotSent)) as refused:
            step()
        assert refused.value.retry is Retry.SAFE
        assert str(secret) not in str(refused.value)
    assert place.names("archive") == []


def test_another_file_of_the_same_size_and_time_is_not_read_as_the_one_that_was_offered(place, folder):
    folder.drop("a", b"five pieces")
    (arrival,) = folder.arrivals()
    (held,) = place.paths("work")
    before = held.stat()
    held.unlink()
    held.write_bytes(b"nine pieces")
    os.utime(held, ns=(before.st_atime_ns, before.st_mtime_ns))
    for step in (arrival.read, arrival.done):
        with pytest.raises(Conflict):
            step()
    assert place.names("archive") == []


def test_a_share_that_numbers_its_files_anew_is_read_all_the_same(place, folder):
    folder.drop("a", b"five pieces")
    (arrival,) = folder.arrivals()
    (held,) = place.paths("work")
    before = held.stat()
    held.unlink()
    held.write_bytes(b"five pieces")
    os.utime(held, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert arrival.read() == b"five pieces"
    arrival.done()
    assert place.names("archive") == ["a"]


def test_what_waits_in_out_under_our_name_and_is_no_file_is_not_followed(place, folder, tmp_path):
    secret = tmp_path / "secret.toml"
    secret.write_bytes(SECRET)
    for name, swap in (("fifo", as_fifo), ("link", as_link), ("dangling", as_dangling_link)):
        swap(folder.outgoing / name, secret)
        with pytest.raises(Conflict):
            folder.put(name, SECRET)
    assert secret.read_bytes() == SECRET
    assert not secret.with_name("nothing").exists()


def test_where_files_cannot_be_opened_without_following_links_there_is_no_folder(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "O_NOFOLLOW")
    with pytest.raises(ConfigurationError, match="POSIX"):
        Folder(tmp_path / "exchange")
    assert not (tmp_path / "exchange").exists()


# Who may read --------------------------------------------------------------------------------------------------


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(params=["open", "closed"])
def _any_umask(request):
    """A process that would make everything readable by everybody, or by nobody else."""
    before = os.umask({"open": 0, "closed": 0o077}[request.param])
    yield
    os.umask(before)


def everything_below(root):
    return [path for path in root.rglob("*") if path.is_file()]


@pytest.mark.usefixtures("_any_umask")
def test_what_we_make_is_ours_alone(place, folder):
    folder.put("a.edi", b"ISA")
    folder.leave("000000001", "b.edi", b"ISA")
    folder.drop("c.edi", b"GS")
    for arrival in folder.arrivals():
        arrival.refuse("no ISA")
    assert {mode(path) for path in everything_below(place.root)} == {0o600}
    assert {mode(path) for path in (place.root, *place.root.iterdir()) if path.is_dir()} == {0o700}


@pytest.mark.usefixtures("_any_umask")
def test_a_partner_may_be_let_in_by_group(tmp_path):
    place = Place(tmp_path / "exchange", group=True)
    folder = place.open()
    folder.put("a.edi", b"ISA")
    folder.leave("000000001", "b.edi", b"ISA")
    assert [mode(path) for path in place.paths("out")] == [0o640, 0o640]
    assert {name: mode(place.root / name) for name in ("in", "out", "work", "journal.sqlite")} == {
        "in": 0o770,
        "out": 0o770,
        "work": 0o700,
        "journal.sqlite": 0o600,
    }
    assert mode(place.root) == 0o750
    place.close()


def test_a_folder_that_is_there_keeps_who_may_use_it(tmp_path):
    (tmp_path / "exchange" / "out").mkdir(parents=True)
    (tmp_path / "exchange" / "out").chmod(0o755)
    with Folder(tmp_path / "exchange"):
        assert mode(tmp_path / "exchange" / "out") == 0o755
