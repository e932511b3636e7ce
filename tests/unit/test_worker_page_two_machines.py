"""The worker's page on two machines, typed as it stands: two folders, two processes, one PostgreSQL."""

from __future__ import annotations

import datetime as dt
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from docs_world import ROOT, blocks
from ledger_databases import postgres
from test_first_hour import block as readme_block
from test_first_hour import clean, folder, running, shell
from worker_world import SENT_BY_THE_SANDBOX, states, until

from clarus_bluecherry.flows.turn import TurnStep
from clarus_bluecherry.ledger import State
from clarus_bluecherry.ledger.store import Ledger

PAGE = ROOT / "docs" / "worker.md"
ADDRESS = "postgresql://me@localhost/scratch"

__all__ = ["folder"]


@contextmanager
def terminal(text: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A command in a terminal of its own; ended hard, if it still is."""
    process = subprocess.Popen(
        ["sh", "-c", text], cwd=folder, env=clean(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def nobody_reads(ledger: Ledger) -> bool:
    """Whether no worker reads a feed: one that dies at it is waited for until its lease is over, five minutes."""
    return all(ledger.begin_reading(step, within=dt.timedelta(0)) for step in TurnStep)


def test_two_machines_share_the_work_and_one_goes_on_when_the_other_is_killed(folder: Path) -> None:
    place = postgres()
    # A password that is empty is one, too, and none may stand in a site file; `&` is the shell's.
    typed = f"'{place.replace(':@', '@')}'"
    prepare, *workers, look = (text.replace(ADDRESS, typed) for text in blocks(PAGE, "bash"))
    assert len(workers) == 2
    with running(readme_block("sh", "sandbox"), folder), Ledger.open(place) as ledger, ExitStack() as stack:
        shell(prepare, folder)
        one, two = (stack.enter_context(terminal(text, folder)) for text in workers)
        until(lambda: states(ledger) == SENT_BY_THE_SANDBOX and nobody_reads(ledger), one, two)
        one.send_signal(signal.SIGKILL)
        one.wait()
        said = "\n".join(shell(look, folder))
        assert "500101" in said
        assert re.search(r"goods_out +\S+ posted +\S+ 72", said)
        until(lambda: states(ledger, "order_shipment")[State.ACCEPTED] == 1, two)
        two.send_signal(signal.SIGTERM)
        assert two.wait(60) == 0
        references = [posting.reference for posting in ledger.in_state(*State, kind="goods_out")]
    assert len(set(references)) == len(references)
