"""People are told of exceptions: kept before it is sent, again where nobody noted it, once by many workers."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest
from alert_servers import hook_server
from attrs import define, evolve, field
from flows_world import loop, site_at
from ledger_databases import NOON, Clock, a_place
from pydantic import SecretStr
from test_exceptions_kept import item

from clarus_bluecherry.errors import NotSent, RateLimited
from clarus_bluecherry.flows import acknowledge_exception, exceptions_of, keep_look, resolve_exception
from clarus_bluecherry.flows.alerts import AlertRule, AlertTerms, HookChannel, plan_of, tell_alerts
from clarus_bluecherry.flows.personal import PERSONAL
from clarus_bluecherry.flows.turn import TurnStep, turn
from clarus_bluecherry.ledger import AlertState, Ledger

AT_ONCE = dt.timedelta(0)
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
TERMS = AlertTerms(rules=(AlertRule(name="all", channel="ops"),), look_every=dt.timedelta(days=9))


class Killed(BaseException):
    """The end of a process, as far as a test of one goes."""


@define
class Channel:
    """Keeps what it was told, and raises what it is given, first to last. `in_transaction` is asked each time.

    Of what it `refuses` it never takes a message.
    """

    in_transaction: object = None
    name: str = "ops"
    told: list[list[str]] = field(factory=list)
    raises: list[BaseException | None] = field(factory=list)
    after: list[BaseException | None] = field(factory=list)
    refuses: set[str] = field(factory=set)

    def send(self, message):
        assert self.in_transaction is None or not self.in_transaction()
        if self.raises and (error := self.raises.pop(0)) is not None:
            raise error
        about = [line.identity for line in message.lines]
        if not self.refuses.isdisjoint(about):
            raise NotSent("invalid_payload")
        self.told.append(about)
        if self.after and (error := self.after.pop(0)) is not None:
            raise error


@contextmanager
def site(place, clock, **changes):
    """A site with nothing but a ledger, and what is to be told in it."""
    with Ledger.open(place, now=clock) as ledger:
        channel = Channel(in_transaction=lambda: ledger.in_transaction)
        here = site_at(None, None, ledger, clock=clock)
        yield evolve(here, alerts=TERMS, alert_channels={"ops": channel}, **changes), channel


@pytest.fixture(params=["sqlite", "postgres"])
def place(request, tmp_path):
    return a_place(request.param, tmp_path)


def found(here, *subjects):
    keep_look(here.ledger, [item(each) for each in subjects], began=here.ledger.now())


def tell(here):
    return tell_alerts(here, every=AT_ONCE)


def test_what_is_found_is_told_once_and_noted(place):
    clock = Clock()
    with site(place, clock) as (here, channel):
        found(here, "order 1", "order 2")
        told = tell(here)
        assert (told.messages, told.exceptions, told.waiting) == (1, 2, 0)
        assert channel.told == [["parked:order 1", "parked:order 2"]]
        clock.pass_(hours=1)
        found(here, "order 1", "order 2", "order 3")
        assert tell(here).messages == 1
        assert channel.told[1:] == [["parked:order 3"]]
        assert tell(here).messages == 0


def test_a_channel_that_is_down_is_tried_again_less_and_less_often_and_shown(place):
    clock = Clock()
    with site(place, clock) as (here, channel):
        found(here, "order 1")
        channel.raises = [NotSent("the mail server could not be reached")] * 3
        tries = []
        for minute in range(10):
            if stopped := tell(here).stopped:
                tries.append(minute)
                assert stopped == {"alerts ops": "the mail server could not be reached"}
            clock.pass_(minutes=1)
        assert tries == [0, 1, 3]
        assert channel.told == [["parked:order 1"]]
        assert here.ledger.waiting_alerts() == []


def test_what_comes_while_a_channel_rests_waits_with_the_rest(place):
    clock = Clock()
    with site(place, clock) as (here, channel):
        found(here, "order 1")
        channel.raises = [RateLimited("429", retry_after=600)]
        tell(here)
        clock.pass_(minutes=5)
        found(here, "order 1", "order 2")
        told = tell(here)
        assert (told.messages, told.waiting, told.next) == (0, 2, NOON + 10 * MINUTE)
        clock.pass_(minutes=5)
        tell(here)
        assert channel.told == [["parked:order 1", "parked:order 2"]]


def test_a_channel_that_fails_stops_no_other(place):
    with site(place, Clock()) as (here, channel):
        other = Channel()
        rules = (
            AlertRule(name="a", channel="ops"),
            AlertRule(name="b", channel="other"),
            AlertRule(name="c", channel="gone"),
        )
        here = evolve(here, alerts=evolve(TERMS, rules=rules), alert_channels={"ops": channel, "other": other})
        channel.raises = [ZeroDivisionError("kim@example.com")]
        found(here, "order 1")
        told = tell(here)
        assert other.told == [["parked:order 1"]]
        assert set(told.stopped) == {"alerts ops", "alerts gone"}
        assert "kim@example.com" not in str(told.stopped)


@pytest.mark.parametrize("window", ["before", "after"])
def test_who_is_killed_while_it_tells_loses_nothing(place, window):
    clock = Clock()
    with site(place, clock) as (here, channel):
        found(here, "order 1")
        (channel.raises if window == "before" else channel.after).append(Killed())
        with pytest.raises(Killed):
            tell(here)
        assert [each.state for each in here.ledger.waiting_alerts()] == [AlertState.WAITING]
        assert tell(here).messages == 0, "who has taken it may still be telling it"
        clock.at += here.lease
        assert tell(here).messages == 1
        assert channel.told == [["parked:order 1"]] * (2 if window == "after" else 1)


_DIES = """
import datetime as dt, os, sys, zoneinfo
from pydantic import SecretStr
from clarus_bluecherry.finance import PostingCalendar
from clarus_bluecherry.flows.alerts import AlertRule, AlertTerms, HookChannel, tell_alerts
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.ledger import Ledger
from clarus_bluecherry.mapping import ErpTerms, WarehouseTerms

ledger, zone = Ledger.open(sys.argv[1]), zoneinfo.ZoneInfo("UTC")
ledger.alerts_sent = lambda *args, **kwargs: os.kill(os.getpid(), 9)
site = Site(
    clarus=None, bluecherry=None, ledger=ledger, account="BRAND", warehouses={}, erp_zone=zone, currency="USD",
    warehouse_terms=WarehouseTerms(zone=zone), erp_terms=ErpTerms(zone=zone), calendar=PostingCalendar(zone),
    go_live=dt.datetime(2026, 1, 1, tzinfo=zone),
    alerts=AlertTerms(rules=(AlertRule(name="all", channel="ops"),), look_every=dt.timedelta(days=9)),
    alert_channels={"ops": HookChannel(name="ops", kind="slack", url=SecretStr(sys.argv[2]))},
)
tell_alerts(site)
"""


def test_a_process_that_is_killed_between_sending_and_noting_tells_twice_and_never_not_at_all(tmp_path):
    place = str(tmp_path / "ledger.sqlite")
    with Ledger.open(place) as ledger, hook_server() as hooks:
        now = ledger.now()
        keep_look(ledger, [item("order 1", since=now)], began=now)
        here = site_at(None, None, ledger, clock=ledger.now)
        channel = HookChannel(name="ops", kind="slack", url=SecretStr(hooks.url + "/T/B/x"))
        here = evolve(here, alerts=TERMS, alert_channels={"ops": channel}, lease=AT_ONCE)
        died = subprocess.run(
            [sys.executable, "-c", _DIES, place, hooks.url + "/T/B/x"],
            capture_output=True,
            text=True,
            check=False,
        )
        assert died.returncode == -9, died.stderr
        assert len(hooks.taken) == 1
        ledger._now = lambda: now + 6 * MINUTE
        assert tell(here).messages == 1
        first, second = (json.loads(body) for _, _, body in hooks.taken)
        assert [each["text"] for each in first["blocks"][1:]] == [each["text"] for each in second["blocks"][1:]]
        assert ledger.waiting_alerts() == []


def test_several_workers_tell_nothing_twice(place):
    clock = Clock()
    with site(place, clock) as (here, channel):
        names = [f"order {number}" for number in range(12)]
        rule = AlertRule(name="all", channel="ops", group_by="exception")
        here = evolve(here, alerts=evolve(TERMS, rules=(rule,)))
        found(here, *names)
        together = threading.Barrier(4)

        def work():
            together.wait()
            tell(here)

        workers = [threading.Thread(target=work) for _ in range(4)]
        for each in workers:
            each.start()
        for each in workers:
            each.join()
        assert sorted(identity for told in channel.told for identity in told) == sorted(
            f"parked:{name}" for name in names
        )


def test_one_of_several_workers_sees_to_it_and_once_a_minute(place):
    clock = Clock()
    with site(place, clock) as (here, _):
        found(here, "order 1")
        assert tell_alerts(here).messages == 1
        found(here, "order 1", "order 2")
        clock.pass_(seconds=59)
        assert tell_alerts(here).messages == 0
        clock.pass_(seconds=1)
        assert tell_alerts(here).messages == 1


def test_a_dry_run_keeps_nothing_and_says_what_would_go_out(place):
    with site(place, Clock()) as (here, channel):
        found(here, "order 1")
        plan = plan_of(here, keeps=False)
        assert [[each.identity for each in group.items] for group in plan.groups] == [["parked:order 1"]]
        assert here.ledger.waiting_alerts() == []
        assert channel.told == []


def test_what_is_acknowledged_or_over_before_it_is_told_is_not_told(place):
    clock = Clock()
    with site(place, clock) as (here, channel):
        found(here, "order 1", "order 2", "order 3")
        channel.raises = [NotSent("down")]
        tell(here)
        resolve_exception(here.ledger, "parked:order 1", actor="Ada", reason="done")
        until = clock.at + HOUR
        acknowledge_exception(here.ledger, "parked:order 2", actor="Ada", reason="known", until=until)
        clock.pass_(minutes=2)
        tell(here)
        assert channel.told == [["parked:order 3"]]
        assert [each.identity for each in here.ledger.waiting_alerts()] == ["parked:order 2"]
        clock.pass_(hours=2)
        found(here, "order 1", "order 2", "order 3")
        tell(here)
        assert channel.told[1:] == [["parked:order 1", "parked:order 2"]]  # open again, and lapsed


def test_a_turn_looks_and_tells_and_a_channel_that_fails_is_an_exception_itself():
    with loop() as here:
        channel = Channel(in_transaction=lambda: here.site.ledger.in_transaction)
        here.site = evolve(
            here.site,
            alerts=evolve(TERMS, look_every=15 * MINUTE),
            alert_channels={"ops": channel},
        )
        keep_look(here.site.ledger, [item("order 9", since=here.time)], began=here.time)
        channel.raises = [NotSent("down")]
        turned = turn(here.site)
        assert turned.stopped == {"alerts ops": "down"}
        assert not turned.is_whole
        here.later(minutes=16)
        listed = [each for each in exceptions_of(here.site).items if each.kind == "alert_failed"]
        assert [(each.identity, each.owner.value, each.reason) for each in listed] == [
            ("alert_failed:channel ops", "integration", "down")
        ]
        turned = turn(here.site)
        assert turned.stopped == {}
        assert "told to people: 1 sent about 1" in str(turned)
        assert [each for each in exceptions_of(here.site).items if each.kind == "alert_failed"] == []
        assert turned.done[TurnStep.ALERTS].messages == 1


def test_what_was_told_is_pruned_once_its_exception_is_over_and_is_told_anew_when_that_is_open_again(place):
    clock = Clock()
    with Ledger.open(place, now=clock, personal=PERSONAL) as ledger:
        channel = Channel()
        here = evolve(site_at(None, None, ledger, clock=clock), alerts=TERMS, alert_channels={"ops": channel})
        found(here, "order 1", "order 2")
        tell(here)
        resolve_exception(ledger, "parked:order 1", actor="Ada", reason="done")
        assert ledger.prune(clock.at, actor="me").alerts == 0, "it is over no longer than that"
        before = clock.pass_(days=1)
        dry = ledger.prune(before, actor="me", dry=True)
        assert (dry.alerts, ledger.prune(before, actor="me"), ledger.prune(before, actor="me").alerts) == (
            1,
            dry,
            0,
        )
        found(here, "order 1", "order 2")
        tell(here)
        assert channel.told == [["parked:order 1", "parked:order 2"], ["parked:order 1"]]
