"""What `dashboard` does: opens the ledger to read, and answers until it is told to stop.

Law of this module: what is told on standard error is one line for each look, of JSON, with no query and no token;
where it can be opened is said on standard output, once it can be.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import sys

from clarus_bluecherry.cli.door import complain, tell
from clarus_bluecherry.cli.exit_codes import ExitCode
from clarus_bluecherry.cli.ledger_place import opened_to_read
from clarus_bluecherry.config import SiteFile
from clarus_bluecherry.dashboard import DashboardServer, DashboardTerms, dashboard_app
from clarus_bluecherry.dashboard._access import is_loopback

LOGGERS = ("clarus_bluecherry.dashboard", "uvicorn.error")


def run(file: SiteFile, terms: DashboardTerms, *, port: int) -> int:
    """Answer until SIGTERM or Ctrl-C; 0."""
    with opened_to_read(file.ledger.path) as ledger:
        server = DashboardServer(dashboard_app(ledger, terms), host=terms.access.host, port=port)
        _to_standard_error()
        tell(f"Open {server.url}/ in a browser. Ctrl-C ends it.")
        if not is_loopback(terms.access.host):
            complain("It can be reached from other machines: put a reverse proxy with TLS in front of it.")
        sys.stdout.flush()
        server.run()
    return ExitCode.WELL


class _Line(logging.Formatter):
    """One line of JSON for each record."""

    def format(self, record: logging.LogRecord) -> str:
        at = dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")
        told = getattr(record, "access", None) or {"told": record.getMessage()}
        return json.dumps({"at": at, "level": record.levelname.lower(), "log": record.name, **told})


def _to_standard_error() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line())
    for name, level in zip(LOGGERS, (logging.INFO, logging.ERROR), strict=True):
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.setLevel(level)
        logger.propagate = False
