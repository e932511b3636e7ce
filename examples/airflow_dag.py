"""The loop between both systems in Airflow 3: a turn every five minutes, and each morning a look at what waits.

Lay it into the DAGs folder. SITE names the site file (site.toml where it is not set); the secrets are in the
environment of the worker. A turn may be tried again, killed, or run beside another one: the ledger remembers what
was done, and nothing is lost or doubled.
"""

import logging
import os
from datetime import UTC, datetime, timedelta

from airflow.sdk import dag, task  # pyright: ignore[reportUnknownVariableType] - Airflow leaves types open
from airflow.sdk.exceptions import AirflowFailException

from clarus_bluecherry.config import Secrets, load_site
from clarus_bluecherry.flows import learn, open_site
from clarus_bluecherry.flows import turn as take_turn
from clarus_bluecherry.ledger import InboxItem, Ledger, Posting, State

log = logging.getLogger(__name__)
SITE = os.environ.get("SITE", "site.toml")


@task(retries=2, retry_delay=timedelta(minutes=1), execution_timeout=timedelta(hours=1))
def turn() -> None:
    """Read what is new on both sides, try again what waited, and send what is due."""
    file = load_site(SITE)  # anew at every turn: finance may have closed a period
    with open_site(file, Secrets.from_environment()) as opened:
        site = learn(opened, file)
        turned = take_turn(site, on_progress=lambda step, found: log.info("%s: %s", step.label, found))
    if not turned.is_whole:
        raise RuntimeError(f"The turn ended early. {turned}")


@task
def waiting() -> None:
    """Name all that waits for a person; fail if there is any."""
    with Ledger.open(load_site(SITE).ledger.path) as ledger:
        waits: list[Posting | InboxItem] = [*ledger.in_state(State.PARKED, State.REJECTED, State.IN_DOUBT)]
        waits += [item for item in ledger.inbox() if item.due is None]
    for each in waits:
        log.warning("%s: %s, %s", each.record_name, each.state, each.reason_code)
    if waits:
        raise AirflowFailException(f"{len(waits)} wait for a person")


@dag(schedule=timedelta(minutes=5), start_date=datetime(2026, 1, 1, tzinfo=UTC), catchup=False, max_active_runs=1)
def clarus_bluecherry_turn() -> None:
    turn()


@dag(schedule="0 6 * * *", start_date=datetime(2026, 1, 1, tzinfo=UTC), catchup=False, max_active_runs=1)
def clarus_bluecherry_waiting() -> None:
    waiting()


clarus_bluecherry_turn()
clarus_bluecherry_waiting()
