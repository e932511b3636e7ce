"""Both sandbox systems, with everything that goes to Blue Cherry seen on its way, and a profile of one's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import parse_qs

import httpx
from attrs import define, evolve, field
from flows_world import PROFILE, Loop

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.rest import RestTransport, subscription
from clarus_bluecherry.flows.movements_back import collect_movements
from clarus_bluecherry.http import Sender, Settings
from clarus_bluecherry.sandbox.bluecherry_app import SUBSCRIPTION_KEY


@define(eq=False)
class Watched(httpx.BaseTransport):
    """Passes requests on. `instead` may answer in the system's place, `after` alter its answer."""

    inner: httpx.BaseTransport = field(factory=httpx.HTTPTransport)
    posted: list[int] = field(factory=list)
    """How many records each POST brought."""
    asked: list[str] = field(factory=list)
    """The filter of each question."""
    instead: Callable[[httpx.Request], httpx.Response | None] = lambda request: None
    after: Callable[[httpx.Request, httpx.Response], httpx.Response] = lambda request, response: response

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        if request.method == "POST":
            self.posted.append(len(json.loads(request.content)))
        else:
            self.asked += parse_qs(request.url.query.decode()).get("$filter", [])
        found = self.instead(request) or self.inner.handle_request(request)
        found.read()
        return self.after(request, found)

    def close(self) -> None:
        self.inner.close()


def watched(here: Loop, **profile: object) -> Watched:
    """Let the site of `here` reach Blue Cherry past a watcher, with settings of the profile."""
    found, own = Watched(), evolve(PROFILE, **profile)  # type: ignore[arg-type]
    sender = Sender(
        here.bluecherry_url,
        auth=subscription(SUBSCRIPTION_KEY, own),
        settings=Settings(max_retries=0),
        transport=found,
    )
    here.site = evolve(here.site, bluecherry=BlueCherry(RestTransport(sender, own)))
    return found


def adjusted(here: Loop, count: int) -> None:
    """So many adjustments of the warehouse are due for Blue Cherry."""
    for _ in range(count):
        here.warehouse.adjust("1234_blk_m", 1, "FOUND")
        here.later(seconds=1)
    collect_movements(here.site)
