"""However slowly Clarus answers, nobody waits for the ledger meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import waiting_guard
from attrs import evolve
from flows_world import BLACK, NAVY, Loop, clarus_through, loop
from ledger_databases import a_fact, a_place

from clarus_bluecherry.clarus import IdCache
from clarus_bluecherry.clarus._client import Clarus
from clarus_bluecherry.errors import NotSent
from clarus_bluecherry.flows.orders_out import collect_orders
from clarus_bluecherry.flows.reprocess import reprocess
from clarus_bluecherry.ledger import State
from clarus_bluecherry.ledger.reasons import Reason
from clarus_bluecherry.ledger.store import Ledger


class SlowLookups(httpx.BaseTransport):
    """Lets nobody look anything up in Clarus until it is told to."""

    def __init__(self) -> None:
        self.asked, self.let_go, self.fails = threading.Event(), threading.Event(), False
        self._network = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/graphql":
            self.asked.set()
            assert self.let_go.wait(60)
            if self.fails:
                raise httpx.ConnectError("gone")
        return self._network.handle_request(request)

    def close(self) -> None:
        self._network.close()


@contextmanager
def asking(here: Loop, transport: httpx.BaseTransport, **ids: float) -> Iterator[None]:
    """The site asks Clarus through `transport`, and has looked nothing up yet."""
    sender = clarus_through(here.clarus_url, transport)
    with sender, Clarus(here.warehouse.subdomain, sender=sender, id_cache=IdCache(**ids)) as clarus:
        here.site = evolve(here.site, clarus=clarus)
        yield


@pytest.mark.parametrize("system", ["sqlite", "postgres"])
def test_a_slow_clarus_keeps_nobody_from_writing_to_or_opening_the_ledger(system: str, tmp_path: Path) -> None:
    place, slow = a_place(system, tmp_path), SlowLookups()
    with loop(ledger=str(place)) as here, asking(here, slow):
        here.release("1001")
        reading = threading.Thread(target=collect_orders, args=[here.site], daemon=True)
        reading.start()
        assert slow.asked.wait(60)
        began = time.monotonic()
        with Ledger.open(place) as other:
            assert other.record(a_fact())
        assert time.monotonic() - began < 10
        slow.let_go.set()
        reading.join(60)
        assert here.states("goods_out") == [State.PENDING]


def test_what_is_asked_for_meanwhile_is_kept_once_and_as_ever() -> None:
    with loop() as here, asking(here, httpx.HTTPTransport()):
        for number in ("1001", "1002"):
            here.release(number)
        assert str(collect_orders(here.site)) == "2 new"
        first, second = here.postings("goods_out")
        assert (first.state, second.state) == (State.PENDING, State.PENDING)
        assert [len(here.site.ledger.history(each.key)) for each in (first, second)] == [1, 1]


def test_ids_that_are_forgotten_at_once_are_asked_for_and_used_all_the_same() -> None:
    with loop() as here, asking(here, httpx.HTTPTransport(), keep=0.0, keep_absent=0.0):
        here.site = evolve(here.site, unmatched="line")
        here.release("1001", ((BLACK, 5), (NAVY, 2)))
        assert str(collect_orders(here.site)) == "1 new"


def test_what_clarus_does_not_know_parks_the_order_and_goes_on_once_it_does() -> None:
    with loop() as here, asking(here, httpx.HTTPTransport(), keep_absent=0.0):
        here.site = evolve(here.site, warehouses={"WH-PA": "NJ"})
        here.release("1001")
        collect_orders(here.site)
        (parked,) = here.postings("goods_out")
        assert (parked.state, parked.reason_code) == (State.PARKED, Reason.INVALID_RECORD)
        here.warehouse.add_warehouse("WH-PA")
        assert reprocess(here.site) == 1


def test_a_clarus_that_cannot_be_asked_leaves_the_ledger_as_it_was() -> None:
    gone = SlowLookups()
    gone.fails = True
    gone.let_go.set()
    with loop() as here, asking(here, gone):
        here.release("1001")
        with pytest.raises(NotSent):
            collect_orders(here.site)
        assert here.postings("goods_out") == []


def test_a_request_that_leaves_inside_a_transaction_would_be_caught() -> None:
    with loop() as here:
        here.site.clarus.ids.forget()
        with here.site.ledger.transaction(), pytest.raises(AssertionError, match="waits on the network"):
            here.site.clarus.ids.account("BRAND")
        assert waiting_guard.caught == ["POST /graphql"]
        waiting_guard.caught.clear()
