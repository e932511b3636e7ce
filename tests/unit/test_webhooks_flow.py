"""From a webhook to a fact, exactly once: the durable inbox, the look that follows, the tenant's automations."""

import datetime as dt
import json
import threading
import urllib.error
import urllib.request
from contextlib import ExitStack

import pytest
from flows_world import BLACK, CODES, loop
from test_cli import SECRETS, SITE, run

from clarus_bluecherry.clarus.webhooks import NEEDED, CallOutcome, Receiver, asgi_app, check, install, read_notice
from clarus_bluecherry.clarus.webhooks._automations import WebhookStatus
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.flows import webhooks
from clarus_bluecherry.flows.reprocess import reprocess
from clarus_bluecherry.flows.webhooks import LedgerInbox, process_inbox
from clarus_bluecherry.ledger import InboxState
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.sandbox.faults import Fault
from clarus_bluecherry.sandbox.server import LocalServer
from clarus_bluecherry.sandbox.webhook_sender import WebhookSender

TOKEN = "t" * 32
CODE = CODES[BLACK]


@pytest.fixture
def here():
    with loop() as here:
        yield here


@pytest.fixture
def inbox(here):
    return LedgerInbox(here.site.ledger, clock=here.site.clock)


def notice(event, body=b'{"data": {"id": 7}}', headers=()):
    return read_notice(f"/hooks/{TOKEN}/{event}", dict(headers), body)


def looks(here):
    return here.notice_states()


def movements(here):
    return [fact.record.quantity for fact in here.site.ledger.facts(kind="transaction")]


# The inbox -----------------------------------------------------------------------------------------------------


def test_a_notice_and_the_look_it_asks_for_outlive_the_process(tmp_path):
    place = tmp_path / "ledger.sqlite"
    with loop(ledger=str(place)) as here:
        LedgerInbox(here.site.ledger, clock=here.site.clock).keep(notice("stock.received"))
    with Ledger.open(place) as book:
        (kept,) = book.inbox()
        assert (kept.record.resource, kept.record.event, kept.record.subject_id) == ("stock", "received", "7")
        assert kept.raw == {"body": '{"data": {"id": 7}}'}
        assert (kept.record_name, kept.due is not None) == ("webhook stock.received 7", True)
        assert (book.facts(source="clarus"), book.counts()) == ([], {}), "it is no message to anybody"


@pytest.mark.parametrize("event", ["stock.received", "goods_out.created", "ftp_import.failed", "no.such"])
def test_the_same_call_a_thousand_times_is_one_row(here, inbox, event):
    first, *others = [inbox.keep(notice(event)) for _ in range(1000)]
    assert first is not CallOutcome.KNOWN
    assert set(others) == {CallOutcome.KNOWN}
    assert len(here.site.ledger.inbox(*InboxState)) == 1


def test_two_automations_and_two_bodies_are_different_calls(here, inbox):
    for automation, body in (("1", b'{"id": 7}'), ("2", b'{"id": 7}'), ("2", b'{"id": 8}')):
        kept = inbox.keep(notice("stock.received", body, {"X-ClarusWMS-Automation-ID": automation}))
        assert kept is CallOutcome.KEPT


def test_the_same_call_in_many_threads_is_kept_by_one(tmp_path):
    with loop(ledger=str(tmp_path / "ledger.sqlite")) as here:
        inbox = LedgerInbox(here.site.ledger, clock=lambda: dt.datetime.now(dt.UTC))
        outcomes = []
        threads = [
            threading.Thread(target=lambda: outcomes.append(inbox.keep(notice("stock.received"))))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == [CallOutcome.KEPT, *[CallOutcome.KNOWN] * 7]


@pytest.mark.parametrize("body", [b"<html>", b"\xff\x00\xfe", b"", b"[" * 5000])
def test_what_cannot_be_read_is_for_a_person_with_its_body(here, inbox, body):
    assert inbox.keep(notice("stock.received", body)) is CallOutcome.FOR_PERSON
    (parked,) = here.waiting()
    assert parked.reason.startswith("stock.received: ")
    assert parked.raw is not None
    assert reprocess(here.site) == 0


def test_what_the_api_does_not_show_waits_for_a_person(here, inbox):
    assert inbox.keep(notice("ftp_import.failed")) is CallOutcome.FOR_PERSON
    (parked,) = here.waiting()
    assert (parked.reason_code, "event log" in parked.reason) == ("warehouse_failure", True)
    assert process_inbox(here.site).new == 0
    assert reprocess(here.site) == 0


# The look ------------------------------------------------------------------------------------------------------


def test_a_webhook_becomes_a_movement_only_through_the_api_and_only_once(here, inbox):
    lie = b'{"data": {"id": 999, "quantity": 5000, "product": {"code": "1234_blk_m"}}}'
    inbox.keep(notice("stock.positively_adjusted", lie))
    assert process_inbox(here.site).new == 0
    assert movements(here) == []
    here.warehouse.adjust(CODE, 2, "FOUND")
    for number in range(50):
        inbox.keep(notice("stock.positively_adjusted", b'{"id": %d}' % number))
    assert process_inbox(here.site).new == 1
    assert movements(here) == [2]
    assert set(looks(here)) == {InboxState.DONE}
    assert process_inbox(here.site).new == 0


@pytest.mark.parametrize("body", [b'{"data": {"reference": "1001"}}', b'{"data": {"id": 1}}', b"{}"])
def test_a_completed_order_is_read_whether_or_not_the_notice_names_it(here, inbox, body):
    here.release()
    here.turn()
    here.ship()
    inbox.keep(notice("goods_out.completed", body))
    assert process_inbox(here.site).new == 1
    assert len(here.site.ledger.facts(kind="dispatch")) == 1


@pytest.mark.parametrize("is_begun", [True, False])
def test_a_cancelled_order_is_told_to_a_person_once_the_api_confirms_it(here, inbox, is_begun):
    here.release()
    here.turn()
    inbox.keep(notice("goods_out.cancelled", b'{"reference": "9999"}'))
    inbox.keep(notice("goods_out.cancelled", b'{"reference": "1001"}'))
    process_inbox(here.site)
    assert here.waiting() == []
    if is_begun:
        here.warehouse.process_picks([here.goods_out().id])
    here.warehouse.cancel_goods_out(here.goods_out().id)
    inbox.keep(notice("goods_out.cancelled", b'{"reference": "1001", "again": true}'))
    process_inbox(here.site)
    (parked,) = here.waiting()
    assert (parked.record_name, "will not ship" in parked.reason) == ("cancelled order 1001", True)


def test_a_look_that_fails_on_the_way_is_taken_again_later(here, inbox):
    here.warehouse.adjust(CODE, 2, "FOUND")
    inbox.keep(notice("stock.positively_adjusted"))
    here.clarus_faults.next(Fault.FAILED_BEFORE)
    assert process_inbox(here.site).new == 0
    assert looks(here) == [InboxState.WAITING]
    assert process_inbox(here.site).new == 0
    here.later(minutes=2)
    assert process_inbox(here.site).new == 1
    assert looks(here) == [InboxState.DONE]


def test_a_look_that_a_dead_worker_took_is_taken_again(here, inbox):
    here.warehouse.adjust(CODE, 2, "FOUND")
    inbox.keep(notice("stock.positively_adjusted"))
    assert here.site.ledger.take(worker="dead", lease=here.site.lease, limit=9)
    assert process_inbox(here.site).new == 0
    here.later(hours=1)
    assert process_inbox(here.site).new == 1


def test_looks_are_not_stock_on_its_way(here, inbox):
    inbox.keep(notice("stock.received"))
    assert all(not line.differs for line in here.reconcile().lines)


# The tenant's automations --------------------------------------------------------------------------------------


def standings(found):
    return {(each.resource, each.event): each.standing for each in found}


def test_what_is_missing_is_installed_and_doing_it_again_changes_nothing(here):
    clarus = here.site.clarus
    assert set(standings(check(clarus)).values()) == {WebhookStatus.MISSING}
    before = install(clarus, "https://hooks.example.com/clarus/", TOKEN)
    assert standings(before) == dict.fromkeys(NEEDED, WebhookStatus.MISSING)
    assert standings(check(clarus)) == dict.fromkeys(NEEDED, WebhookStatus.INSTALLED)
    install(clarus, "https://hooks.example.com/clarus", TOKEN)
    assert len(list(here.warehouse.automations)) == len(NEEDED)
    urls = {webhook.url for one in here.warehouse.automations for webhook in one.webhooks}
    assert f"https://hooks.example.com/clarus/{TOKEN}/goods_out.completed" in urls


def test_a_disabled_one_is_enabled_and_others_are_left_alone(here):
    clarus = here.site.clarus
    install(clarus, "https://hooks.example.com", TOKEN, [("stock", "received"), ("stock", "picked")])
    for one in here.warehouse.automations:
        one.enabled = False
    found = standings(check(clarus, [("stock", "received")]))
    assert found == {("stock", "received"): WebhookStatus.DISABLED, ("stock", "picked"): WebhookStatus.EXTRA}
    install(clarus, "https://hooks.example.com", TOKEN, [("stock", "received")])
    assert {one.event: one.enabled for one in here.warehouse.automations} == {"received": True, "picked": False}


def test_a_dry_run_only_looks(here):
    install(here.site.clarus, "https://hooks.example.com", TOKEN, dry_run=True)
    assert list(here.warehouse.automations) == []


@pytest.mark.parametrize(
    ("url", "token", "field"),
    [
        ("http://hooks.example.com", TOKEN, "url"),
        ("hooks.example.com", TOKEN, "url"),
        ("https://[hooks", TOKEN, "url"),
        ("https://hooks.example.com/?a=1", TOKEN, "url"),
        ("https://hooks.example.com", "short", "token"),
    ],
)
def test_a_call_back_that_others_could_read_or_guess_is_refused(here, url, token, field):
    with pytest.raises(ConfigurationError) as caught:
        install(here.site.clarus, url, token)
    assert caught.value.field == field
    assert list(here.warehouse.automations) == []


def test_an_event_that_clarus_does_not_have_is_refused(here):
    with pytest.raises(InvalidRecord, match=r"product\.created"):
        check(here.site.clarus, [("product", "created")])


# All the way round ---------------------------------------------------------------------------------------------


def test_installed_webhooks_bring_a_movement_once_and_forgeries_bring_none(tmp_path):
    with ExitStack() as stack:
        here = stack.enter_context(loop(ledger=str(tmp_path / "ledger.sqlite")))
        inbox = LedgerInbox(here.site.ledger, clock=here.site.clock)
        receiver = Receiver(inbox=inbox, token=TOKEN, subdomains=["sandbox"])
        hooks = stack.enter_context(LocalServer(asgi_app(receiver)))
        install(here.site.clarus, hooks.url, TOKEN)
        sender = stack.enter_context(WebhookSender(warehouse=here.warehouse, duplicates=1.0, window=4))
        here.warehouse.adjust(CODE, 3, "FOUND")
        here.warehouse.adjust(CODE, -1, "LOST")
        sender.flush()
        assert (sender.sent, sender.dropped) == (4, 0)
        for path, headers in (
            (f"/{'x' * 32}/stock.received", {"X-ClarusWMS-Subdomain": "sandbox"}),
            (f"/{TOKEN}/stock.received", {"X-ClarusWMS-Subdomain": "other"}),
        ):
            request = urllib.request.Request(hooks.url + path, b'{"id": 1}', headers)
            with pytest.raises(urllib.error.HTTPError, match="401") as refused:
                urllib.request.urlopen(request, timeout=10)
            refused.value.close()
        assert len(here.notices()) == 2
        process_inbox(here.site)
        here.turn()
        assert sorted(movements(here)) == [-1, 3]
        assert len(here.postings("inventory_adjustment")) == 2


# The commands --------------------------------------------------------------------------------------------------


def test_the_commands_install_and_check_and_never_print_the_token(here, tmp_path):
    site = tmp_path / "site.toml"
    site.write_text(SITE.format(clarus=here.clarus_url, bluecherry="http://127.0.0.1:9", ledger="none"), "utf-8")
    secrets = {**SECRETS, "BLUECHERRY_SUBSCRIPTION_KEY": "", "CLARUS_WEBHOOK_TOKEN": TOKEN}
    missing = run("clarus", "webhooks", "check", "--site", str(site), **secrets)
    assert (missing.returncode, "missing   goods_out.completed" in missing.stdout) == (1, True), missing.stderr
    to = ("--site", str(site), "--url", "https://hooks.example.com")
    dry = run("clarus", "webhooks", "install", *to, "--dry-run", **secrets)
    assert (dry.returncode, list(here.warehouse.automations)) == (0, [])
    done = run("clarus", "webhooks", "install", *to, **secrets)
    assert (done.returncode, TOKEN in done.stdout + done.stderr) == (0, False)
    checked = run("clarus", "webhooks", "check", "--site", str(site), "--json", **secrets)
    assert checked.returncode == 0
    assert {each["standing"] for each in json.loads(checked.stdout)["webhooks"]} == {"installed"}


def test_the_command_asks_for_the_token_by_its_name(here, tmp_path):
    site = tmp_path / "site.toml"
    site.write_text(SITE.format(clarus=here.clarus_url, bluecherry="http://127.0.0.1:9", ledger="none"), "utf-8")
    done = run("clarus", "webhooks", "install", "--site", str(site), "--url", "https://h.example", **SECRETS)
    assert (done.returncode, "CLARUS_WEBHOOK_TOKEN" in done.stderr) == (2, True)


def test_the_same_call_while_somebody_looks_leads_to_another_look(here, inbox, monkeypatch):
    told, looked, real = notice("goods_out.completed", b'{"data": {"id": 7}}'), [], webhooks._look_at

    def look_at(site, look, notes):
        looked.append(look)
        found = real(site, look, notes)
        here.later(seconds=1)
        if len(looked) == 1:
            assert inbox.keep(told) is CallOutcome.KNOWN
        return found

    monkeypatch.setattr(webhooks, "_look_at", look_at)
    inbox.keep(told)
    for _ in range(3):
        process_inbox(here.site)
    assert len(looked) == 2
    assert looks(here) == ["done"]
