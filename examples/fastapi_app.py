"""Webhooks in, and a turn of the loop every few minutes or as soon as one came: all in one process.

Run as `uvicorn --factory fastapi_app:app --no-access-log`, with the site file in SITE (site.toml where it is not
set) and the secrets in the environment, CLARUS_WEBHOOK_TOKEN among them. Have Clarus call `<its address>/clarus`.

FastAPI is a Starlette: `application(path, FastAPI)` makes one, for routes of your own beside it. When it stops,
the turn under way comes to its end first. Nothing is lost or doubled if it is killed, or if two of it run at once.
"""

import asyncio
import logging
import os
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from starlette.applications import Starlette

from clarus_bluecherry.clarus.webhooks import CallOutcome, Receiver, WebhookNotice, asgi_app
from clarus_bluecherry.config import Secrets, load_site
from clarus_bluecherry.errors import ClarusBluecherryError, ConfigurationError
from clarus_bluecherry.flows import LedgerInbox, learn, open_site, turn, utc_now
from clarus_bluecherry.ledger import Ledger

log = logging.getLogger("uvicorn.error")  # which uvicorn shows
REST = 2.0  # seconds after a turn: webhooks come in swarms, and one turn looks where all of them point


def take_turn(path: str) -> None:
    """Look where webhooks point, read what none told of, try again what waited, and send what is due."""
    file = load_site(path)  # anew at every turn: finance may have closed a period
    with open_site(file, Secrets.from_environment()) as opened:
        log.info("turn: %s", turn(learn(opened, file)))


class Worker:
    """Takes turns in a thread of its own: at once, `pause` seconds after each, and when a notice was kept."""

    def __init__(self, path: str, inbox: LedgerInbox, pause: float) -> None:
        self._path, self._inbox, self._pause = path, inbox, pause
        self._woken, self._stopping = threading.Event(), threading.Event()

    def keep(self, notice: WebhookNotice) -> CallOutcome:
        """Keep a notice, then look: it wakes the worker only once it is durable."""
        outcome = self._inbox.keep(notice)
        self._woken.set()
        return outcome

    def run(self) -> None:
        """Take turns until `stop`. One that fails ends early, and the next one goes on."""
        while not self._stopping.is_set():
            try:
                take_turn(self._path)
            except ClarusBluecherryError as error:
                log.warning("This turn ended early, the next one goes on. %s", error)
            except Exception as error:  # noqa: BLE001 - whatever it was, the next turn goes on
                log.warning("This turn ended early by a %s, the next one goes on.", type(error).__name__)
            self._stopping.wait(REST)
            self._woken.wait(self._pause)
            self._woken.clear()

    def stop(self) -> None:
        """No further turn. Returns at once; `run` returns after the turn under way."""
        self._stopping.set()
        self._woken.set()


def application(path: str, kind: type[Starlette] = Starlette, *, pause: float = 300) -> Starlette:
    """The application for the site file at `path`. Raises `ConfigurationError` for a setting that is missing."""
    file, token = load_site(path), Secrets.from_environment().clarus_webhook_token
    if token is None:
        raise ConfigurationError("it is not set", record="environment", field="CLARUS_WEBHOOK_TOKEN")
    ledger = Ledger.open(file.ledger.path)
    worker = Worker(path, LedgerInbox(ledger, clock=utc_now), pause)
    receiver = Receiver(inbox=worker, token=token.get_secret_value(), subdomains=[file.clarus.subdomain])

    @asynccontextmanager
    async def running(_: Starlette) -> AsyncGenerator[None, None]:
        turns = asyncio.create_task(asyncio.to_thread(worker.run))
        try:
            yield
        finally:
            worker.stop()
            await turns
            ledger.close()

    made = kind(lifespan=running)
    made.mount("/clarus", asgi_app(receiver))
    return made


def app() -> Starlette:
    """What uvicorn asks for."""
    return application(os.environ.get("SITE", "site.toml"))
