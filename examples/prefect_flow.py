"""The loop between both systems in Prefect 3: a turn every five minutes, and each morning a look at what waits.

`python prefect_flow.py` serves both. SITE names the site file (site.toml where it is not set); the secrets are in
the environment. A turn may be tried again, killed, or run beside another one: the ledger remembers what was done,
and nothing is lost or doubled.
"""

import asyncio
import os

from prefect import aserve, flow, get_run_logger, task
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy

from clarus_bluecherry.config import Secrets, load_site
from clarus_bluecherry.flows import learn, open_site
from clarus_bluecherry.flows import turn as take_turn
from clarus_bluecherry.ledger import InboxItem, Ledger, Posting, State

SITE = os.environ.get("SITE", "site.toml")
ONE_AT_A_TIME = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)


@task(retries=2, retry_delay_seconds=60, timeout_seconds=3600)
def turn() -> None:
    """Read what is new on both sides, try again what waited, and send what is due."""
    log = get_run_logger()
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
        get_run_logger().warning("%s: %s, %s", each.record_name, each.state, each.reason_code)
    if waits:
        raise RuntimeError(f"{len(waits)} wait for a person")


@flow
def clarus_bluecherry_turn() -> None:
    turn()


@flow
def clarus_bluecherry_waiting() -> None:
    waiting()


async def main() -> None:
    await aserve(
        await clarus_bluecherry_turn.ato_deployment("turn", interval=300, concurrency_limit=ONE_AT_A_TIME),
        await clarus_bluecherry_waiting.ato_deployment("morning", cron="0 6 * * *"),
    )


if __name__ == "__main__":
    asyncio.run(main())
