"""A process that delivers once, and pauses shortly before its message leaves, or shortly after it has arrived."""

import datetime as dt
import json
import sys
import time

from attrs import evolve
from flows_world import MORNING, PROFILE, site_at

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.clarus._client import Clarus
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.http import Settings
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.sandbox.bluecherry_app import SUBSCRIPTION_KEY
from clarus_bluecherry.sandbox.clarus_app import CLIENT_ID, CLIENT_SECRET

ONCE = Settings(max_retries=0)


def pause(site, when, seconds):
    """Say that the moment has come, and wait before (or after) the message leaves."""
    for name in ("send", "send_many"):
        setattr(site.bluecherry.transport, name, paused(getattr(site.bluecherry.transport, name), when, seconds))


def paused(real, when, seconds):
    def send(*told):
        accepted = real(*told) if when == "after" else None
        print("here", flush=True)
        time.sleep(seconds)
        return accepted or real(*told)

    return send


def main(job):
    with (
        Clarus.with_credentials(
            job["subdomain"], CLIENT_ID, CLIENT_SECRET, base_url=job["clarus"], settings=ONCE
        ) as clarus,
        BlueCherry.rest(
            job["bluecherry"],
            subscription_key=SUBSCRIPTION_KEY,
            profile=evolve(PROFILE, most_messages=job["together"]),
            settings=ONCE,
        ) as bluecherry,
        Ledger.open(job["ledger"], now=lambda: MORNING) as ledger,
    ):
        site = site_at(clarus, bluecherry, ledger, clock=lambda: MORNING)
        site = evolve(site, lease=dt.timedelta(seconds=job["lease"]))
        pause(site, job["when"], 0.3)
        print(deliver(site, confirm=False), flush=True)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
