"""A system that was left alone is tried by one of those who see that its pause is over, whoever asks first."""

import datetime as dt
from pathlib import Path

from ledger_databases import Clock

from clarus_bluecherry.ledger.store import Ledger

MINUTE = dt.timedelta(minutes=1)


def test_of_two_who_see_the_same_pause_end_one_tries(tmp_path: Path) -> None:
    clock = Clock()
    with Ledger.open(tmp_path / "ledger.sqlite", now=clock) as ledger:
        ledger.system_failed("clarus", lambda failures: MINUTE)
        seen = ledger.breaker("clarus")
        clock.pass_(minutes=2)
        assert [ledger.may_try("clarus", seen, MINUTE) for _ in range(2)] == [True, False]
