"""A process that works on an exchange until it is killed, and says on its standard output what it did."""

import datetime as dt
import os
import signal
import sys

from clarus_bluecherry.exchange import Folder, SharedJournal, leaving

NOTHING = dt.timedelta(0)
SIZE = 400_000


def say(*words):
    print(*words, flush=True)


def content_of(number):
    return f"{number:09}".encode() * (SIZE // 9)


def put(folder):
    """Leave one file after another, for ever."""
    for number in range(1_000_000):
        piece = content_of(number)
        folder.put(f"{number}.edi", (piece[start : start + 4096] for start in range(0, len(piece), 4096)))
        say("put", number)


def take(folder):
    """Take what there is, until there is nothing left."""
    say("ready")
    sys.stdin.readline()
    while True:
        idle = True
        for arrival in folder.arrivals():
            idle = False
            say("took", arrival.name)
            arrival.read()
            arrival.done()
            say("done", arrival.name)
        if idle:
            return


def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)


def leave(folder):
    """Leave one document."""
    say("left", folder.leave("000000123", f"945_{os.getpid()}.edi", b"ISA*00*"))


def die_intended(folder):
    """Die when the document is intended, before anybody can see it."""
    leaving.show = die
    leave(folder)


def die_shown(folder):
    """Die when the document can be seen, before that is noted."""
    show = leaving.show
    leaving.show = lambda *paths: die(show(*paths))
    leave(folder)


TASKS = {"put": put, "take": take, "leave": leave, "die_intended": die_intended, "die_shown": die_shown}


if __name__ == "__main__":
    task, root, *url = sys.argv[1:]
    journal = SharedJournal(*url, "bluecherry_files") if url else None
    with Folder(root, settle=NOTHING, lease=dt.timedelta(hours=1), journal=journal) as opened:
        TASKS[task](opened)
