"""What a scrape and the pages of the live view cost a ledger of so many settled documents.

The settled ones are copies, as in `tests/unit/settled_history.py`; open ones are as in `exceptions_speed.py`.
Times are the processor's, each the best of some runs; statements and rows are those that the database was asked
for.

python tests/benchmarks/dashboard_speed.py --documents 999999 --open 1000
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "unit"))
from exceptions_speed import NOW, write_open
from settled_history import counting, write_history

from clarus_bluecherry.dashboard import WatchTerms, metrics_text, watch
from clarus_bluecherry.dashboard._pages import FOR_SOMEBODY, MOST_SHOWN, flows_page, waiting_page
from clarus_bluecherry.dashboard._today import today
from clarus_bluecherry.finance.exceptions import ExceptionTerms, ledger_exceptions
from clarus_bluecherry.flows.exceptions_kept import keep_look
from clarus_bluecherry.ledger import Ledger
from clarus_bluecherry.report.pages import LiveLinks, page_html

TERMS = WatchTerms(currency="USD")
AT = NOW - dt.timedelta(days=3) + dt.timedelta(hours=1)
"""An hour after what is open happened: of that, every step is of late."""


def main() -> None:
    """Write the ledger, and time what is asked of it."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--documents", type=int, default=99_999)
    asked.add_argument("--open", type=int, default=1000)
    asked.add_argument("--runs", type=int, default=5)
    told = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "ledger.sqlite"
        write_history(place, told.documents)
        write_open(place, told.open)
        with Ledger.open(place, now=lambda: AT) as works:
            keep_look(works, ledger_exceptions(works, ExceptionTerms(now=AT)), began=AT)
        with Ledger.open_to_read(place, now=lambda: AT) as looks:
            for name, ask in _asked(looks).items():
                _time(name, ask, told.runs)


def _asked(ledger: Ledger) -> dict[str, Callable[[], object]]:
    look, live = partial(watch, ledger, TERMS), LiveLinks()
    return {
        "/metrics": lambda: metrics_text(look),
        "/": lambda: page_html(today(ledger, TERMS).page, live=live),
        "/flows": lambda: page_html(flows_page(look()), live=live),
        "/waiting": lambda: page_html(
            waiting_page(
                look(), today(ledger, TERMS).items, ledger.messages_waiting(*FOR_SOMEBODY, limit=MOST_SHOWN)
            ),
            live=live,
        ),
    }


def _time(name: str, ask: Callable[[], object], runs: int) -> None:
    with counting() as counted:
        ask()
    spent = []
    for _ in range(runs):
        began = time.process_time()
        ask()
        spent.append(time.process_time() - began)
    print(f"{name:<10}{min(spent) * 1000:8.1f} ms, {len(counted.statements)} statements, {counted.rows:,} rows")


if __name__ == "__main__":
    main()
