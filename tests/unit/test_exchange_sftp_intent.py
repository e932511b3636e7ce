"""Intent before effect on a real SFTP server: cut off over the last step, a file is brought once, or unknown."""

import sys

import pytest
from exchange_world import NOTHING, Place
from sftp_world import SftpWorld

from clarus_bluecherry.errors import Conflict, NotPermitted, NotSent, OutcomeUnknown, Retry
from clarus_bluecherry.exchange import SentOutcome, SftpExchange, SftpSettings, pump

NUMBER, NAME = "000000123", "945_000000123.edi"
BIG = bytes(range(256)) * 4096


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
    opened = place.open()
    opened.leave(NUMBER, NAME, BIG)
    return opened


def deliver(folder, world):
    return SftpExchange(folder, SftpSettings(**world.settings(settle=NOTHING))).deliver()


def there(world):
    return {path.name: path.read_bytes() for path in (world.root / "outgoing").iterdir()}


def fetched(world):
    """What a quick partner does: takes what has its final name."""
    for path in (world.root / "outgoing").iterdir():
        if not path.name.endswith(".part"):
            path.unlink()


def cut_off(folder, world, when):
    world.cut_at_rename = when
    with pytest.raises(NotSent):
        deliver(folder, world)
    assert folder.outcome(NUMBER) is SentOutcome.UNKNOWN


def test_before_the_rename_it_is_brought_by_the_next_pump_without_being_sent_again(world, place, folder):
    cut_off(folder, world, "before")
    assert list(there(world)) == [f"{NAME}.part"]
    world.full_after = 0  # nothing can be written there any more
    assert deliver(folder, world).delivered == (NAME,)
    assert there(world) == {NAME: BIG}
    assert folder.outcome(NUMBER) is SentOutcome.SENT
    assert (place.names("out"), place.names("sent")) == ([], [NAME])


def test_after_the_rename_it_is_found_there(world, place, folder):
    cut_off(folder, world, "after")
    assert deliver(folder, world).delivered == (NAME,)
    assert there(world) == {NAME: BIG}
    assert folder.outcome(NUMBER) is SentOutcome.SENT


def test_after_the_rename_and_fetched_it_is_unknown_and_never_brought_again(world, place, folder):
    world.then = lambda: fetched(world)
    cut_off(folder, world, "after")
    for _ in range(2):
        (problem,) = deliver(folder, world).problems
        assert (type(problem), problem.retry) == (OutcomeUnknown, Retry.ASK_FIRST)
        assert folder.outcome(NUMBER) is SentOutcome.UNKNOWN
        assert folder.leave(NUMBER, NAME, b"again") == NAME
    assert there(world) == {}
    assert place.names("out") == [NAME]


def test_the_partners_word_settles_it(world, place, folder):
    world.then = lambda: fetched(world)
    cut_off(folder, world, "after")
    folder.journal.acknowledge(NUMBER, SentOutcome.ACKNOWLEDGED, folder.now())
    assert deliver(folder, world).delivered == (NAME,)
    assert there(world) == {}
    assert folder.outcome(NUMBER) is SentOutcome.ACKNOWLEDGED
    assert place.names("sent") == [NAME]


@pytest.mark.parametrize("has_it", [True, False])
def test_a_person_settles_it(world, place, folder, has_it):
    world.then = lambda: fetched(world)
    cut_off(folder, world, "after")
    folder.decide(NAME, there=has_it)
    assert deliver(folder, world).delivered == (NAME,)
    assert there(world) == ({} if has_it else {NAME: BIG})
    assert folder.outcome(NUMBER) is SentOutcome.SENT


def test_a_server_that_says_no_has_done_nothing(world, place, folder):
    world.denied = {"rename"}
    (problem,) = deliver(folder, world).problems
    assert isinstance(problem, NotPermitted)
    assert folder.outcome(NUMBER) is SentOutcome.SENT
    (world.root / "outgoing" / f"{NAME}.part").unlink()
    world.denied = set()
    assert deliver(folder, world).delivered == (NAME,)
    assert there(world) == {NAME: BIG}


def test_what_waits_there_in_another_shape_is_not_given_the_name(world, place, folder):
    cut_off(folder, world, "before")
    (world.root / "outgoing" / f"{NAME}.part").write_bytes(b"something else")
    (problem,) = deliver(folder, world).problems
    assert isinstance(problem, Conflict)
    assert list(there(world)) == [f"{NAME}.part"]


class Killed(BaseException):
    """The process ends here."""


class StopBefore:
    """Ends the process before the n-th line of the pump, in this thread."""

    def __init__(self, line):
        self.left = line

    def __enter__(self):
        sys.settrace(self.trace)
        return self

    def __exit__(self, *_):
        sys.settrace(None)

    def trace(self, frame, event, _):
        if event == "line" and frame.f_code.co_filename == pump.__file__:
            if self.left == 0:
                sys.settrace(None)
                raise Killed
            self.left -= 1
        return self.trace


def killed_before(line, folder, world):
    """Whether the pump was stopped before its n-th line, or had ended by then."""
    try:
        with StopBefore(line):
            deliver(folder, world)
    except Killed:
        return True
    return False


@pytest.mark.parametrize("quick", [False, True])
def test_stopped_before_any_line_the_partner_gets_one_file(world, place, quick):
    """The partner fetches at once, or only in the end."""
    folder = place.open()
    unknown = 0
    for line in range(1000):
        number = f"{line:09}"
        name = f"945_{number}.edi"
        folder.leave(number, name, number.encode())
        stopped = killed_before(line, folder, world)
        got = [one for one in there(world) if not one.endswith(".part")]
        if quick:
            fetched(world)
        place.wait(6)
        done = deliver(folder, world)
        got += [one for one in there(world) if one not in got]
        if done.problems:
            assert got == [name]
            assert folder.outcome(number) is SentOutcome.UNKNOWN
            folder.decide(name, there=True)
            deliver(folder, world)
            unknown += 1
        assert got == [name], line
        assert folder.outcome(number) is SentOutcome.SENT
        assert place.names("out") == []
        fetched(world)
        if not stopped:
            break
    assert line > 30
    assert 0 < unknown < line / 3 if quick else unknown == 0
