"""A new ledger that many open at the same moment is one ledger, and nobody is turned away."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from clarus_bluecherry.ledger import Ledger

AT_ONCE = 8


def test_a_new_ledger_may_be_opened_by_many_at_once(tmp_path):
    for number in range(25):
        start, path = Barrier(AT_ONCE), tmp_path / f"{number}.sqlite"

        def opened(_, start=start, path=path):
            start.wait()
            with Ledger.open(path) as ledger:
                return ledger.next_control_number("isa")

        with ThreadPoolExecutor(AT_ONCE) as pool:
            assert len(set(pool.map(opened, range(AT_ONCE)))) == AT_ONCE
