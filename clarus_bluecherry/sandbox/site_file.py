"""The sandbox as a site: the site file by which commands and workers reach it.

Law of this module: it holds what the environment says and no secret; those stay in the environment.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from clarus_bluecherry.environment import needed
from clarus_bluecherry.sandbox.season.plan import CARRIERS
from clarus_bluecherry.sandbox.season.stocking import COUNTED

_ZONE = "America/New_York"
"""Where the sandbox's Blue Cherry is, and its books."""


def site_file(environment: Mapping[str, str] | None = None, *, ledger: str = "ledger.sqlite") -> str:
    """The site file (TOML) of the sandbox that `environment` leads to; None: the environment of this process.

    Its `ledger`, a file (beside it where the path is relative) or the address of a PostgreSQL, begins today.
    Raises `ConfigurationError` naming the variables that are not set.
    """
    clarus, subdomain, account, pairs, bluecherry, own, partner = needed(
        *("CLARUS_URL", "CLARUS_SUBDOMAIN", "CLARUS_ACCOUNT", "CLARUS_WAREHOUSES"),
        *("BLUECHERRY_URL", "OUR_ID", "CGS_ID"),
        environ=environment,
    )
    warehouses = ", ".join(
        f"{_text(code)} = {_text(at)}" for code, at in (pair.split("=") for pair in pairs.split())
    )
    carriers = "".join(
        f"\n[bluecherry.carriers.{code}]\nshipper = {_text(shipper)}\nscac = {_text(scac)}\n"
        for code, (shipper, scac) in CARRIERS.items()
    )
    return f"""\
[clarus]
base_url = {_text(clarus)}
subdomain = {_text(subdomain)}
account = {_text(account)}
zone = "Europe/London"
warehouses = {{ {warehouses} }}

[bluecherry]
base_url = {_text(bluecherry)}
zone = "{_ZONE}"
currency = "USD"
own_id = {_text(own)}
partner_id = {_text(partner)}
count_reasons = ["{COUNTED}"]
{carriers}
[ledger]
path = {_text(ledger)}
zone = "{_ZONE}"
go_live = {dt.datetime.now(ZoneInfo(_ZONE)).date()}
"""


def _text(value: str) -> str:
    """As a string of TOML, which is written like one of JSON."""
    return json.dumps(value)
