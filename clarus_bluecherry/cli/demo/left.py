"""What the demo leaves: its ledger, and a site file by which other commands look into it when no server runs.

Law of this module: the file names no address at which somebody listens, and no secret. The demo's own ledger is as
it was: what is looked at last is kept in the one that is left.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from attrs import evolve

from clarus_bluecherry.cli.demo import worker
from clarus_bluecherry.cli.demo.worker import Job
from clarus_bluecherry.cli.demo.world import ZONE
from clarus_bluecherry.finance.close import close_books
from clarus_bluecherry.flows.close_files import read_folder
from clarus_bluecherry.flows.exceptions_kept import keep_exceptions
from clarus_bluecherry.report.month_end import month_end_page
from clarus_bluecherry.report.pages import write_page

MONTH, MONTH_END = "month", "month-end.html"
_NOBODY = "http://127.0.0.1:9"
"""The port at which everything is thrown away."""


def leave_site(job: Job, folder: Path, *, clock: worker.Clock) -> Path | None:
    """Write the ledger of `job` and `site.toml` to `folder`; None where the ledger is a database that goes.

    What of an earlier demo lies there goes. While both systems still answer they are looked at once, with the
    month's exports that lie in `folder`: the ledger that is left knows what is wrong and what it is worth.
    `clock` is the demo's own, so that a look of today is a later one.
    """
    if "://" in job.ledger:
        return None
    ledger = folder / "ledger.sqlite"
    for name in (ledger, *(ledger.with_name(f"{ledger.name}{end}") for end in ("-wal", "-shm"))):
        name.unlink(missing_ok=True)
    ledger.touch(0o600)
    with closing(sqlite3.connect(job.ledger)) as source, closing(sqlite3.connect(ledger)) as copy:
        source.backup(copy)
    with worker.site_of(evolve(job, ledger=str(ledger)), clock=clock) as site:
        keep_exceptions(site, folder / MONTH)
    path = folder / "site.toml"
    path.write_text(_site(job), "utf-8")
    return path


def leave_month_end(folder: Path, as_of: str) -> None:
    """Write the page of the month's end, from the exports that lie in `folder`."""
    month = folder / MONTH
    read = read_folder(month, as_of=as_of)
    page = month_end_page(close_books(read.given, read.as_of, read.known), source=f"--from {month}")
    write_page(page, folder / MONTH_END)


def _site(job: Job) -> str:
    warehouses = ", ".join(f'{code} = "{location}"' for code, location in job.warehouses.items())
    return f"""\
# What the demo left: its ledger, to look into. Both systems are gone: their addresses lead nowhere.
#   clarus-bluecherry dashboard --site site.toml
#   clarus-bluecherry story order NUMBER --site site.toml

[clarus]
subdomain = "{job.subdomain}"
account = "{job.account}"
zone = "{ZONE.key}"
base_url = "{_NOBODY}"
warehouses = {{ {warehouses} }}

[bluecherry]
base_url = "{_NOBODY}"
zone = "{ZONE.key}"
currency = "USD"
own_id = "WAREHOUSE"
partner_id = "BRAND"

[ledger]
path = "ledger.sqlite"
zone = "{ZONE.key}"
go_live = {job.go_live[:10]}
{f"closed_through = {job.closed_through}" if job.closed_through else ""}
"""
