"""A process that works on an exchange until it is killed, and says on its standard output what it did."""

import datetime as dt
import sys

from clarus_bluecherry.exchange import Folder

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


if __name__ == "__main__":
    task, root = sys.argv[1:]
    with Folder(root, settle=NOTHING, lease=dt.timedelta(hours=1)) as opened:
        {"put": put, "take": take}[task](opened)
