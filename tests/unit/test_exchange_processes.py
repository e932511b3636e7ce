"""Several processes on one exchange at once, and processes that are killed in the middle of their work."""

import datetime as dt
import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from exchange_worker import content_of

from clarus_bluecherry.exchange import Folder

WORKER = Path(__file__).with_name("exchange_worker.py")
NOTHING = dt.timedelta(0)


def start(task, root, *journal):
    return subprocess.Popen(
        [sys.executable, str(WORKER), task, str(root), *journal],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def go(process):
    """Let a worker that is ready begin."""
    assert process.stdout.readline() == "ready\n"
    process.stdin.write("go\n")
    process.stdin.flush()


def killed_after(process, answers):
    """What a worker said before SIGKILL hit it, somewhere after its `answers`th answer."""
    with process:
        heard = [process.stdout.readline().split() for _ in range(answers)]
        process.send_signal(signal.SIGKILL)
        heard += [line.split() for line in process.stdout if line.endswith("\n")]
    assert process.returncode == -signal.SIGKILL
    return heard


def an_hour_later():
    return dt.datetime.now(dt.UTC) + dt.timedelta(hours=1, minutes=1)


def test_of_several_processes_that_take_at_once_each_file_has_one_taker(tmp_path):
    names = [f"{number}.edi" for number in range(60)]
    with Folder(tmp_path, settle=NOTHING) as folder:
        for name in names:
            folder.drop(name, name.encode())
    workers = [start("take", tmp_path) for _ in range(4)]
    for worker in workers:
        go(worker)
    said = [line.split() for worker in workers for line in worker.communicate(timeout=120)[0].splitlines()]
    assert [worker.returncode for worker in workers] == [0] * 4
    for word in ("took", "done"):
        assert Counter(name for said_word, name in said if said_word == word) == Counter(names)
    assert len(list((tmp_path / "archive").iterdir())) == len(names)


def test_processes_that_open_a_new_exchange_at_once_agree_on_its_journal(tmp_path):
    workers = [start("take", tmp_path / "new") for _ in range(4)]
    for worker in workers:
        go(worker)
    assert [(worker.communicate(timeout=60)[0], worker.returncode) for worker in workers] == [("", 0)] * 4


@pytest.mark.parametrize("seed", range(4))
def test_a_killed_writer_leaves_whole_files_only_and_may_repeat_itself(tmp_path, seed):
    heard = killed_after(start("put", tmp_path), random.Random(seed).randint(2, 12))
    told = {int(number) for _, number in heard}
    with Folder(tmp_path, settle=NOTHING) as folder:
        left = {int(path.stem): path.read_bytes() for path in folder.left()}
        assert told <= set(left)
        assert all(content == content_of(number) for number, content in left.items())
        for number in range(len(left) + 1):
            folder.put(f"{number}.edi", content_of(number))
        assert len(folder.left()) == len(left) + 1


@pytest.mark.parametrize("seed", range(4))
def test_what_a_killed_reader_held_is_taken_by_the_next(tmp_path, seed):
    names = {f"{number}.edi" for number in range(20)}
    with Folder(tmp_path, settle=NOTHING) as folder:
        for name in names:
            folder.drop(name, name.encode() * 50_000)
    worker = start("take", tmp_path)
    go(worker)
    done = {name for word, name in killed_after(worker, random.Random(seed).randint(1, 25)) if word == "done"}
    with Folder(tmp_path, settle=NOTHING, now=an_hour_later) as folder:
        taken = []
        for arrival in folder.arrivals():
            assert arrival.read() == arrival.name.encode() * 50_000
            arrival.done()
            taken.append(arrival.name)
    assert not done & set(taken)
    # The one that was being finished when the signal came may be done although nobody was told.
    assert len(names - done - set(taken)) <= 1
    assert len(list((tmp_path / "archive").iterdir())) == len(names)
