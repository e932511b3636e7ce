"""What people are told on a bad day: a server that drips, a clock that was ahead, a rule that is gone."""

from __future__ import annotations

import datetime as dt
import json
import socket
import threading
import time
from contextlib import contextmanager, suppress

import pytest
import sqlalchemy as sa
from alert_servers import hook_server
from attrs import evolve
from ledger_databases import NOON, Clock
from pydantic import SecretStr
from test_alerts_told import AT_ONCE, TERMS, found, site, tell

from clarus_bluecherry.errors import NotSent, UnreadableAnswer
from clarus_bluecherry.finance.exceptions import ExceptionClass
from clarus_bluecherry.flows import acknowledge_exception, exceptions_of, keep_exceptions
from clarus_bluecherry.flows.alerts import (
    AlertMessage,
    AlertRule,
    HookChannel,
    MailChannel,
    tell_alerts,
)

HOUR = dt.timedelta(hours=1)


@contextmanager
def dripping():
    """A server that says a little at a time, and never all; its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def drip():
        with suppress(OSError):
            connection, _ = listener.accept()
            with connection:
                while not over.wait(0.02):
                    connection.sendall(b"2")

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        over.set()
        listener.close()
        thread.join()


def test_a_mail_server_that_says_a_little_at_a_time_is_cut_off():
    message = AlertMessage(id="1", channel="books", at=NOON, verdict="one", lines=())
    with dripping() as port:
        channel = MailChannel(
            name="books",
            host="127.0.0.1",
            port=port,
            sender="a@brand.example",
            to=("b@brand.example",),
            security="none",
            timeout=dt.timedelta(milliseconds=150),
        )
        began = time.monotonic()
        with pytest.raises(NotSent):
            channel.send(message)
        assert time.monotonic() - began < 1
    for each in threading.enumerate():
        if isinstance(each, threading.Timer):
            each.join(2)
            assert not each.is_alive()


def test_a_webhook_shows_an_address_nowhere(tmp_path):
    with site(tmp_path / "ledger.sqlite", Clock()) as (here, _), hook_server() as hooks:
        url, key = SecretStr(f"{hooks.url}/x"), SecretStr("k")
        channel = HookChannel(name="ops", kind="webhook", url=url, key=key)
        here = evolve(here, alert_channels={"ops": channel})
        found(here, "code jane@example.com", "code joan@example.com", "order 1")
        assert tell(here).messages == 1
        [(_, _, body)] = hooks.taken
    assert b"example.com" not in body
    keys = [key for each in json.loads(body)["exceptions"] for key in each["keys"]]
    assert len(set(keys)) == 3
    assert "ops/opened//1/parked:order 1" in keys


def test_what_nobody_has_to_be_told_any_more_fails_no_longer(tmp_path):
    clock = Clock()
    with site(tmp_path / "ledger.sqlite", clock) as (here, channel):
        found(here, "order 1", "order 2")
        channel.raises = [NotSent("the mail server could not be reached")]
        tell(here)
        clock.pass_(minutes=30)
        assert _failing(here) == ["channel ops"]
        acknowledge_exception(here.ledger, "parked:order 2", actor="jo", reason="I know", until=NOON + 9 * HOUR)
        elsewhere = evolve(here, alerts=evolve(TERMS, rules=(AlertRule(name="all", channel="floor"),)))
        tell_alerts(evolve(elsewhere, alert_channels={"floor": channel}), every=AT_ONCE)
        assert [each.error for each in here.ledger.waiting_alerts()] == ["", ""]
        assert _failing(here) == []
        tell(here)
        assert channel.told == [["parked:order 1"], ["parked:order 1"]]


def test_where_no_rule_is_left_nothing_fails_any_longer_and_a_rule_that_comes_back_tells_it(tmp_path):
    clock = Clock()
    with site(tmp_path / "ledger.sqlite", clock) as (here, channel):
        found(here, "order 1")
        channel.raises = [NotSent("down")]
        tell(here)
        clock.pass_(minutes=30)
        assert _failing(here) == ["channel ops"]
        silent = evolve(here, alerts=evolve(TERMS, rules=()))
        assert _failing(silent) == []
        keep_exceptions(silent)
        assert [each.error for each in here.ledger.waiting_alerts()] == [""]
        clock.pass_(hours=1)
        found(here, "order 1")
        tell(here)
        assert channel.told == [["parked:order 1"]]


def test_a_message_that_is_never_taken_stands_before_no_other(tmp_path):
    clock = Clock()
    with site(tmp_path / "ledger.sqlite", clock) as (here, channel):
        rule = AlertRule(name="all", channel="ops", group_by="exception")
        here = evolve(here, alerts=evolve(TERMS, rules=(rule,)))
        found(here, "order 1", "order 2", "order 3")
        channel.refuses = {"parked:order 1"}
        tell(here)
        clock.pass_(minutes=1)
        tell(here)
        assert channel.told == [["parked:order 2"], ["parked:order 3"]]


def test_a_look_that_a_clock_kept_which_was_ahead_is_told_each_turn(tmp_path):
    clock = Clock()
    with site(tmp_path / "ledger.sqlite", clock) as (here, channel):
        clock.pass_(days=30)
        found(here, "order 1")
        clock.pass_(days=-30)
        for _ in range(2):
            told = tell(here)
            assert "2026-04-01" in told.stopped["exceptions"]
            assert "clock" in told.stopped["exceptions"]
        assert channel.told == [["parked:order 1"]]
        clock.pass_(days=30)
        assert tell(here).stopped == {}


def _failing(here):
    items = exceptions_of(here).items
    return [each.subject for each in items if each.kind is ExceptionClass.ALERT_FAILED]


def test_what_was_sent_by_a_clock_that_was_ahead_holds_nothing_back(tmp_path):
    clock = Clock()
    with site(tmp_path / "ledger.sqlite", clock) as (here, channel):
        terms = evolve(TERMS, most_per_hour={"ops": 1}, look_every=dt.timedelta(days=99))
        here = evolve(here, alerts=terms)
        found(here, "order 1")
        clock.pass_(days=30)
        tell(here)
        clock.pass_(days=-30)
        found(here, "order 1", "order 2")
        tell(here)
        assert channel.told == [["parked:order 1"], ["parked:order 2"]]


@pytest.mark.parametrize("mark", ["alerts", "exceptions"])
def test_a_mark_that_is_damaged_silences_nobody(tmp_path, mark):
    clock = Clock()
    with site(tmp_path / "ledger.sqlite", clock) as (here, channel):
        found(here, "order 1")
        tell(here)
        clock.pass_(hours=1)
        found(here, "order 1", "order 2")
        with here.ledger._database.write() as connection:
            asked = sa.text("UPDATE watermarks SET instant = 'yesterday' WHERE name = :name")
            connection.execute(asked, {"name": mark})
        tell_alerts(here)
        found(here, "order 1", "order 2", "order 3")
        tell(here)
        assert "parked:order 3" in channel.told[-1]


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("slack", b"<!doctype html><title>Log in to the guest network</title>"),
        ("slack", b'{"ok": false, "error": "channel_not_found"}'),
        ("teams", b"\n<html>Gateway</html>"),
        ("teams", b"Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429"),
    ],
)
def test_a_yes_that_is_none_is_tried_again(kind, answer):
    message = AlertMessage(id="1", channel="ops", at=NOON, verdict="one", lines=())
    with hook_server() as hooks:
        channel = HookChannel(name="ops", kind=kind, url=SecretStr(f"{hooks.url}/x"))
        hooks.answers = [(200, {}, answer)]
        with pytest.raises(UnreadableAnswer, match="taken") as refused:
            channel.send(message)
        assert "guest network" not in str(refused.value)
        for taken in (b"ok", b"1", b"", b'{"ok": true}'):
            hooks.answers = [(200, {}, taken)]
            channel.send(message)
