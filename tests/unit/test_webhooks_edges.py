"""Webhooks where workers overlap, callers leave halfway, and the tenant is set up from asyncio."""

import asyncio
import datetime as dt
import socket
import threading
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from flows_world import BLACK, CODES, loop
from ledger_databases import a_place

from clarus_bluecherry.clarus import AsyncClarus, calls
from clarus_bluecherry.clarus.webhooks import (
    CallOutcome,
    Receiver,
    WebhookStatus,
    check,
    check_async,
    install,
    install_async,
    read_notice,
    wsgi_app,
)
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.flows import webhooks
from clarus_bluecherry.flows.webhooks import LedgerInbox, process_inbox
from clarus_bluecherry.http import Settings
from clarus_bluecherry.ledger import InboxState
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.sandbox.clarus_app import CLIENT_ID, CLIENT_SECRET

TOKEN = "t" * 32
PATH = f"/hooks/{TOKEN}/stock.received"


class Memory:
    def __init__(self):
        self.kept = []

    def keep(self, notice):
        self.kept.append(notice)
        return CallOutcome.KEPT


class Quiet(WSGIRequestHandler):
    def log_message(self, *words):
        pass


@pytest.fixture
def here():
    with loop() as here:
        yield here


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    return a_place(request.param, tmp_path)


# Workers that overlap ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("body", [b'{"id": 7}', b"<html>"])
def test_the_same_call_at_many_workers_at_once_is_kept_once(place, body):
    workers, outcomes = 8, []
    notice, together = read_notice(PATH, {}, body), threading.Barrier(workers)
    Ledger.open(place).close()

    def work():
        with Ledger.open(place) as ledger:
            inbox = LedgerInbox(ledger, clock=lambda: dt.datetime.now(dt.UTC))
            together.wait(30)
            outcomes.append(inbox.keep(notice))

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == workers
    assert outcomes.count(CallOutcome.KEPT) == (0 if notice.problem else 1)
    with Ledger.open(place) as ledger:
        assert len(ledger.inbox(*InboxState)) == 1


def test_a_look_that_takes_longer_than_its_lease_is_a_look_all_the_same(here, monkeypatch):
    inbox = LedgerInbox(here.site.ledger, clock=here.site.clock)
    inbox.keep(read_notice(PATH, {}, b'{"id": 7}'))
    here.warehouse.adjust(CODES[BLACK], 2, "FOUND")
    read = webhooks.collect_transactions

    def slowly(site):
        here.later(hours=1)
        assert site.ledger.take(worker="another", lease=site.lease, limit=1)
        return read(site)

    monkeypatch.setattr(webhooks, "collect_transactions", slowly)
    assert process_inbox(here.site).new == 1
    assert here.notice_states() == [InboxState.DONE]


def test_a_look_that_fails_after_its_lease_is_left_to_whoever_has_it_now(here, monkeypatch):
    inbox = LedgerInbox(here.site.ledger, clock=here.site.clock)
    inbox.keep(read_notice(PATH, {}, b'{"id": 7}'))

    def slowly(site):
        here.later(hours=1)
        assert site.ledger.take(worker="another", lease=site.lease, limit=1)
        raise KeyError

    monkeypatch.setattr(webhooks, "collect_transactions", slowly)
    assert process_inbox(here.site).new == 0
    (waiting,) = here.waiting()
    assert (waiting.reason, waiting.due) == ("", here.time + here.site.lease)


# A caller who leaves -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("length", "answer", "kept"), [(9, b"202", 1), (100, b"400", 0)])
def test_over_wsgi_a_body_shorter_than_it_says_was_never_said(length, answer, kept):
    inbox = Memory()
    application = wsgi_app(Receiver(inbox=inbox, token=TOKEN))
    with make_server("127.0.0.1", 0, application, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        with socket.create_connection(server.server_address, timeout=10) as caller:
            caller.sendall(f"POST {PATH} HTTP/1.1\r\nHost: h\r\nContent-Length: {length}\r\n\r\n".encode())
            caller.sendall(b'{"id": 7}')
            caller.shutdown(socket.SHUT_WR)
            assert answer in caller.recv(100)
        thread.join()
    assert len(inbox.kept) == kept


# A tenant that is set up, by hand and from asyncio -----------------------------------------------------------


def test_of_two_webhooks_for_one_event_that_are_both_off_one_is_switched_on(here):
    clarus, events, url = here.site.clarus, [("stock", "received")], "https://hooks.example.com"
    install(clarus, url, TOKEN, events)
    clarus.send(calls.automations.create_webhook("stock", "received", url, check(clarus, events)[0].name))
    assert [each.standing for each in check(clarus, events)] == [WebhookStatus.TWICE]
    for one in here.warehouse.automations:
        one.enabled = False
    install(clarus, url, TOKEN, events)
    assert sorted(one.enabled for one in here.warehouse.automations) == [False, True]
    assert [each.standing for each in check(clarus, events)] == [WebhookStatus.INSTALLED]


def test_from_asyncio_a_tenant_is_set_up_and_checked_as_from_anywhere(here):
    events, url = [("stock", "received"), ("goods_out", "completed")], "https://hooks.example.com"
    client = AsyncClarus.with_credentials(
        here.warehouse.subdomain,
        CLIENT_ID,
        CLIENT_SECRET,
        base_url=here.clarus_url,
        settings=Settings(max_retries=0),
    )

    async def play():
        async with client:
            await install_async(client, url, TOKEN, events, dry_run=True)
            missing = await check_async(client, events)
            await install_async(client, url, TOKEN, events)
            for one in here.warehouse.automations:
                one.enabled = False
            disabled = await install_async(client, url, TOKEN, events)
            with pytest.raises(ConfigurationError, match="https"):
                await install_async(client, "http://hooks.example.com", TOKEN, events)
            return missing, disabled, await check_async(client, events)

    missing, disabled, after = asyncio.run(play())
    assert [each.standing for each in missing] == [WebhookStatus.MISSING] * 2
    assert [each.standing for each in disabled] == [WebhookStatus.DISABLED] * 2
    assert [each.standing for each in after] == [WebhookStatus.INSTALLED] * 2
    assert after == check(here.site.clarus, events)
