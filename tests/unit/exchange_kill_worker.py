"""A process that is killed (SIGKILL) before every single line of what it does on an exchange, one child for each.

`exchange_kill_worker.py task root` lets a child do a task in `root/0`, `root/1`, … and kills the n-th child before
its n-th line inside the package; each third line is tried, and every one with `KILL_POINTS=all`. It ends with the
first child that nobody had to kill, and prints how many lines that took.
"""

import datetime as dt
import os
import shutil
import signal
import sys
from pathlib import Path

import clarus_bluecherry.exchange
from clarus_bluecherry.exchange import Folder, NameTemplate, disk

NAMES = NameTemplate("{kind}_{control_number}_{date:%Y%m%d}.csv")
EVENING = dt.datetime(2026, 3, 2, 23, 59, 50, tzinfo=dt.UTC)
MORNING = EVENING + dt.timedelta(minutes=1)
NUMBER = "000000123"
FIRST, LATER = b"as it was in the evening", b"as it is in the morning"
EACH = 1 if os.environ.get("KILL_POINTS") == "all" else 3
PACKAGE = str(Path(clarus_bluecherry.exchange.__file__).parent)


def opened(root, at):
    return Folder(root, settle=dt.timedelta(0), now=lambda: at)


def leave(root, at, content):
    with opened(root, at) as folder:
        return folder.leave(NUMBER, NAMES.fill(kind="945", control_number=NUMBER, at=at), content)


def outcome(root, at):
    with opened(root, at) as folder:
        return folder.outcome(NUMBER, NAMES.pattern(kind="945", control_number=NUMBER))


class Stopped(BaseException):
    """Stands for the end of a process where only what it left behind matters."""


def stop(self, target):
    raise Stopped


def intended(root):
    """A worker died with its file intended and not yet shown."""
    before = Path.replace
    Path.replace = stop
    try:
        leave(root, EVENING, FIRST)
    except Stopped:
        pass
    finally:
        Path.replace = before


def shown(root):
    """A worker died with its file shown, before it could be noted."""
    before = disk.flush_folder
    disk.flush_folder = lambda folder: stop(None, None)
    try:
        leave(root, EVENING, FIRST)
    except Stopped:
        pass
    finally:
        disk.flush_folder = before


def nothing(root):
    """Nobody has done anything yet."""
    opened(root, EVENING).close()


TASKS = {
    "leave": (nothing, lambda root: leave(root, EVENING, FIRST)),
    "leave intended": (intended, lambda root: leave(root, MORNING, LATER)),
    "leave shown": (shown, lambda root: leave(root, MORNING, LATER)),
    "outcome intended": (intended, lambda root: outcome(root, MORNING)),
    "outcome shown": (shown, lambda root: outcome(root, MORNING)),
}


def killed_before(line):
    """Kill this process before the `line`-th line of the package that it comes to."""
    left = line

    def trace(frame, event, _):
        nonlocal left
        if not frame.f_code.co_filename.startswith(PACKAGE):
            return None
        if event == "line":
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1
        return trace

    sys.settrace(trace)


def sweep(task, root):
    prepare, do = TASKS[task]
    prepare(root / "before")
    for line in range(0, 10_000, EACH):
        place = shutil.copytree(root / "before", root / str(line))
        child = os.fork()
        if child == 0:
            killed_before(line)
            do(place)
            sys.settrace(None)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status == 0:
            return line
        assert os.WTERMSIG(status) == signal.SIGKILL, status
    raise AssertionError("it never ends")


if __name__ == "__main__":
    print(sweep(sys.argv[1], Path(sys.argv[2])))
