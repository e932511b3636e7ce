"""Killed before any line of leaving a file: what the next worker finds becomes one file of one name, or none."""

import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from exchange_kill_worker import EACH, FIRST, LATER, MORNING, NUMBER, leave, outcome

from clarus_bluecherry.errors import OutcomeUnknown
from clarus_bluecherry.exchange import SentOutcome

WORKER = Path(__file__).with_name("exchange_kill_worker.py")
TONIGHT, TOMORROW = f"945_{NUMBER}_20260302.csv", f"945_{NUMBER}_20260303.csv"
TASKS = ["leave", "leave intended", "leave shown", "outcome intended", "outcome shown"]


def looks(root):
    """All that the next worker can find: the files in `out` and the journal's rows; random names aside."""
    with closing(sqlite3.connect(root / "journal.sqlite")) as database:
        rows = [database.execute(f"SELECT * FROM {table}").fetchall() for table in ("placed", "sent")]
    text = repr((rows, sorted((path.name, path.read_bytes()) for path in (root / "out").iterdir())))
    for number, name in enumerate(dict.fromkeys(re.findall(r"\.[0-9a-f]{16}\.tmp", text))):
        text = text.replace(name, f"temporary {number}")
    return text


@pytest.fixture(scope="module", params=TASKS)
def swept(request, tmp_path_factory):
    """Folders in which a worker was killed before its lines; of those that look the same, one."""
    root = tmp_path_factory.mktemp("swept")
    done = subprocess.run(
        [sys.executable, str(WORKER), request.param, str(root)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    points = int(done.stdout)
    assert points > 50
    places = {looks(place): place for place in (root / str(point) for point in range(0, points + 1, EACH))}
    assert len(places) > 1
    return request.param, list(places.values())


def seen(root):
    """What the partner sees in `out`."""
    return {path.name: path.read_bytes() for path in (root / "out").iterdir() if not path.name.startswith(".")}


def one_of_each(places, tmp_path):
    """Copies of the places, so that each test has its own."""
    for number, place in enumerate(places):
        yield shutil.copytree(place, tmp_path / str(number))


def test_sent_again_the_next_day_there_is_one_file_under_its_first_name(swept, tmp_path):
    task, places = swept
    for place in one_of_each(places, tmp_path):
        before = seen(place)
        name = leave(place, MORNING, LATER)
        after = seen(place)
        assert list(after) == [name]
        assert before in ({}, after), place
        assert after[name] in (FIRST, LATER)
        assert outcome(place, MORNING) is SentOutcome.SENT
        if task != "leave":
            assert name == TONIGHT
        assert name in (TONIGHT, TOMORROW)


def test_asked_the_answer_is_what_the_partner_sees_and_absent_lets_it_be_sent(swept, tmp_path):
    _, places = swept
    for place in one_of_each(places, tmp_path):
        before = seen(place)
        said = outcome(place, MORNING)
        assert seen(place) == before
        assert said is (SentOutcome.SENT if before else None), place
        name = leave(place, MORNING, LATER)
        assert seen(place) == (before or {name: LATER})


def test_what_the_partner_fetches_at_once_is_never_absent_and_never_left_again(swept, tmp_path):
    _, places = swept
    unknown = 0
    for place in one_of_each(places, tmp_path):
        fetched = seen(place)
        for name in fetched:
            (place / "out" / name).unlink()
        said = outcome(place, MORNING)
        if fetched:
            assert said in (SentOutcome.SENT, SentOutcome.UNKNOWN), place
        else:
            assert said is None, place
        unknown += said is SentOutcome.UNKNOWN
        if said is SentOutcome.UNKNOWN:
            with pytest.raises(OutcomeUnknown):
                leave(place, MORNING, LATER)
        else:
            leave(place, MORNING, LATER)
        assert len(fetched) + len(seen(place)) == 1, place
    assert unknown < len(places)
