"""A process that takes a posting under its guard and then waits; or one whose own clock is an hour ahead."""

import datetime as dt
import sys
import time

HOUR = dt.timedelta(hours=1)
_real = dt.datetime


class _Meta(type):
    def __instancecheck__(cls, given):
        return isinstance(given, _real)


class Ahead(_real, metaclass=_Meta):
    """The clock of a machine that is an hour ahead."""

    @classmethod
    def now(cls, tz=None):
        return _real.now(tz) + HOUR


def hold(place):
    """Take one posting, and hold it until the end."""
    from clarus_bluecherry.ledger import Ledger

    with Ledger.open(place) as ledger, ledger.guarded() as worker:
        (taken,) = ledger.claim("bluecherry", worker=worker, lease=dt.timedelta(seconds=1), limit=1)
        print(taken.key, flush=True)
        time.sleep(300)


def ahead(place):
    """Say how many leases are over, by the clock of this ledger."""
    dt.datetime = Ahead
    from clarus_bluecherry.ledger import Ledger

    assert dt.datetime.now(dt.UTC) - _real.now(dt.UTC) > HOUR / 2
    with Ledger.open(place) as ledger:
        print(ledger.recover(), len(ledger.claim("bluecherry", worker="ahead")), flush=True)


if __name__ == "__main__":
    task, at = sys.argv[1:]
    {"hold": hold, "ahead": ahead}[task](at)
