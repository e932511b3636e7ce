"""The sandbox as a site: clients, a ledger and the crosswalk, for tests of what runs on the library's own flows.

Law of this module: the site reaches the sandbox by its environment, as a worker of a real site would.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.profile import RestProfile
from clarus_bluecherry.clarus._client import Clarus
from clarus_bluecherry.finance import PostingCalendar
from clarus_bluecherry.flows.crosswalk import learn_crosswalk
from clarus_bluecherry.flows.personal import PERSONAL
from clarus_bluecherry.flows.site import Site, utc_now
from clarus_bluecherry.flows.turn import turn
from clarus_bluecherry.http import Retries, Settings
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.mapping import CarrierCodes, ErpTerms, WarehouseTerms
from clarus_bluecherry.sandbox import Sandbox
from clarus_bluecherry.sandbox.season import CARRIERS
from clarus_bluecherry.sandbox.season.stocking import COUNTED
from clarus_bluecherry.sku import Recipe

__all__ = ["bluecherry_of", "clarus_of", "site_of", "turn"]

_ZONE = ZoneInfo("America/New_York")
"""Where the sandbox's Blue Cherry is."""
_PATIENCE = Settings(max_retries=Retries(attempts=4, first_wait=0.01, longest_wait=0.05))
"""Retries that no test waits for."""


def clarus_of(sandbox: Sandbox) -> Clarus:
    """A client for the sandbox's warehouse; whoever asks for it closes it."""
    env = sandbox.environment
    login = env["CLARUS_SUBDOMAIN"], env["CLARUS_CLIENT_ID"], env["CLARUS_CLIENT_SECRET"]
    return Clarus.with_credentials(*login, base_url=env["CLARUS_URL"], settings=_PATIENCE)


def bluecherry_of(sandbox: Sandbox) -> BlueCherry:
    """A client for the sandbox's Blue Cherry; whoever asks for it closes it."""
    env = sandbox.environment
    profile = RestProfile(our_id=env["OUR_ID"], vnd_id=env["CGS_ID"], zone=_ZONE)
    key = env["BLUECHERRY_SUBSCRIPTION_KEY"]
    return BlueCherry.rest(env["BLUECHERRY_URL"], subscription_key=key, profile=profile, settings=_PATIENCE)


@contextmanager
def site_of(sandbox: Sandbox, ledger: str | Path = ":memory:") -> Iterator[Site]:
    """A site between the sandbox's two systems, its crosswalk learnt, open for the length of the block.

    `ledger` is a place that `Ledger.open` takes. No period is closed, and what is in doubt is asked about at once.
    """
    env = sandbox.environment
    with (
        clarus_of(sandbox) as clarus,
        bluecherry_of(sandbox) as bluecherry,
        Ledger.open(ledger, personal=PERSONAL) as book,
    ):
        locations = dict(pair.split("=") for pair in env["CLARUS_WAREHOUSES"].split())
        site = Site(
            clarus=clarus,
            bluecherry=bluecherry,
            ledger=book,
            account=env["CLARUS_ACCOUNT"],
            warehouses=locations,
            erp_zone=_ZONE,
            currency="USD",
            warehouse_terms=WarehouseTerms(zone=sandbox.warehouse.zone, locations=locations),
            erp_terms=ErpTerms(
                zone=_ZONE,
                carriers={code: CarrierCodes(*codes) for code, codes in CARRIERS.items()},
                count_reasons=frozenset({COUNTED}),
            ),
            calendar=PostingCalendar(_ZONE),
            go_live=utc_now() - dt.timedelta(minutes=1),
            latest_effect=dt.timedelta(0),
        )
        yield learn_crosswalk(site, Recipe())
