"""Delivers the warehouse's webhooks, twice or in the wrong order if asked to.

Law of this module: nothing in the outbox is lost without being counted. The vendor publishes no order, no retry
rule and no signature, so receivers are given none.
"""

from __future__ import annotations

import http.client
import random
import threading
import urllib.error
import urllib.request
from types import TracebackType
from typing import Self

from attrs import define, field, validators

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.sandbox.warehouse import Delivery, Warehouse

_LINGER_SECONDS = 0.05
_TIMEOUT_SECONDS = 10.0


@define(kw_only=True)
class WebhookSender:
    """Sends what lies in a warehouse's outbox from a background thread.

    `duplicates` is the share of webhooks that are sent twice; up to `window` webhooks that wait together are sent
    in a shuffled order (1 keeps the order). A failed delivery is tried `attempts` times in all, `pause` seconds
    apart, then counted in `dropped`. `api_domain` is what the headers say the API's address is.
    """

    warehouse: Warehouse
    api_domain: str = "http://127.0.0.1"
    seed: int = 0
    duplicates: float = field(default=0.0, validator=[validators.ge(0.0), validators.le(1.0)])
    window: int = field(default=1, validator=validators.ge(1))
    attempts: int = field(default=3, validator=validators.ge(1))
    pause: float = 0.02
    sent: int = field(init=False, default=0)
    dropped: int = field(init=False, default=0)
    _random: random.Random = field(init=False, repr=False)
    _thread: threading.Thread | None = field(init=False, repr=False, default=None)
    _busy: bool = field(init=False, repr=False, default=False)
    _hurry: int = field(init=False, repr=False, default=0)
    _stopping: threading.Event = field(init=False, repr=False, factory=threading.Event)

    def __attrs_post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def start(self) -> Self:
        """Send from now on, beginning with what already waits. A sender can be started again after `stop`."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="sandbox webhooks", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop after the delivery under way; the rest stays in the outbox."""
        if self._thread is None:
            return
        self._stopping.set()
        with self.warehouse.webhooks_waiting:
            self.warehouse.webhooks_waiting.notify_all()
        self._thread.join()
        self._thread = None

    def flush(self, timeout: float = 30.0) -> None:
        """Wait until everything in the outbox is delivered or dropped, or raise `ConfigurationError`."""
        waiting = self.warehouse.webhooks_waiting
        with waiting:
            self._hurry += 1
            waiting.notify_all()
            done = waiting.wait_for(lambda: not self.warehouse.outbox and not self._busy, timeout)
            self._hurry -= 1
        if not done:
            raise ConfigurationError(f"webhooks were not delivered within {timeout} seconds", field="webhook_url")

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _run(self) -> None:
        while not self._stopping.is_set():
            for delivery in self._batch():
                self._deliver(delivery)
            self._rest()

    def _batch(self) -> list[Delivery]:
        """The next webhooks to send, in the order in which they will be sent."""
        waiting, outbox = self.warehouse.webhooks_waiting, self.warehouse.outbox
        with waiting:
            waiting.wait_for(lambda: outbox or self._stopping.is_set())
            waiting.wait_for(self._enough, _LINGER_SECONDS)
            if self._stopping.is_set():
                return []
            batch, outbox[:] = outbox[: self.window], outbox[self.window :]
            self._busy = True
        self._random.shuffle(batch)
        return [one for one in batch for _ in range(2 if self._random.random() < self.duplicates else 1)]

    def _enough(self) -> bool:
        return len(self.warehouse.outbox) >= self.window or self._hurry > 0 or self._stopping.is_set()

    def _rest(self) -> None:
        with self.warehouse.webhooks_waiting:
            self._busy = False
            self.warehouse.webhooks_waiting.notify_all()

    def _deliver(self, delivery: Delivery) -> None:
        for attempt in range(self.attempts):
            if self._arrives(delivery):
                self.sent += 1
                return
            if attempt + 1 < self.attempts:
                self._stopping.wait(self.pause)
        self.dropped += 1

    def _arrives(self, delivery: Delivery) -> bool:
        request = urllib.request.Request(
            delivery.webhook.url,
            data=delivery.body if delivery.webhook.method == "POST" else None,
            method=delivery.webhook.method,
            headers={
                "Content-Type": "application/json",
                "X-ClarusWMS-Domain": f"{self.warehouse.subdomain}.sandbox.invalid",
                "X-ClarusWMS-API-Domain": self.api_domain,
                "X-ClarusWMS-Subdomain": self.warehouse.subdomain,
                "X-ClarusWMS-Automation-ID": str(delivery.automation_id),
            },
        )
        try:
            with _OPENER.open(request, timeout=_TIMEOUT_SECONDS):
                return True
        except urllib.error.HTTPError as error:
            error.close()
            return False
        except (OSError, http.client.HTTPException):
            return False


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Goes to the receiver directly: a proxy from the environment has no business with a sandbox."""
