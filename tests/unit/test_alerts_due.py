"""Which exceptions are told to whom and when: each step once, never in quiet hours, nothing lost."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from clarus_bluecherry.config import AlertChannelSection, AlertRuleSection, AlertsSection
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.finance.exceptions import (
    EscalationStep,
    ExceptionClass,
    ExceptionItem,
    ExceptionPolicy,
    ExceptionStanding,
    ExceptionState,
)
from clarus_bluecherry.flows.alerts import AlertRule, AlertTerms, HookChannel, called_for, plan_alerts
from clarus_bluecherry.flows.opening_alerts import _rule
from clarus_bluecherry.ledger import AlertState
from clarus_bluecherry.ledger.reasons import Owner
from clarus_bluecherry.model import Money

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = dt.datetime(2026, 3, 2, 15, tzinfo=dt.UTC)  # 10:00 in New York
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
POLICY = ExceptionPolicy(escalation=(EscalationStep(DAY, "lead"), EscalationStep(3 * DAY, "management")))


def item(subject="order 1", kind=ExceptionClass.PARKED, value=None, since=MONDAY):
    worth = None if value is None else Money(Decimal(value), "USD")
    return ExceptionItem(kind=kind, subject=subject, what=subject, since=since, value=worth)


def standing(*args, state=ExceptionState.OPEN, times=1, assigned_to="", **kwargs):
    found = item(*args, **kwargs)
    return ExceptionStanding(
        item=found, state=state, times=times, assigned_to=assigned_to, opened_at=found.since, seen_at=found.since
    )


class Told:
    """A ledger and a channel that never fails, as plain lists."""

    def __init__(self, *rules, **terms):
        self.terms = AlertTerms(rules=rules, **({"zone": NEW_YORK} | terms))
        self.kept = {}
        self.messages = []
        self.next = None

    def turn(self, now, *standings):
        """What is sent at an instant, as channel and steps."""
        for key, alert in called_for(standings, self.terms, POLICY, now).items():
            self.kept.setdefault(key, alert)
        waiting = [each for each in self.kept.values() if each.state is AlertState.WAITING]
        sent = {}
        for at, group in self.messages:
            sent.setdefault(group.channel, []).append(at)
        plan = plan_alerts(waiting, standings, self.terms, POLICY, now, sent)
        assert plan == plan_alerts(waiting, standings, self.terms, POLICY, now, sent)
        for group in plan.groups:
            self.messages.append((now, group))
            for each in group.alerts:
                self.kept[each.key] = evolve(each, state=AlertState.SENT, due=None, sent_at=now)
        for key in plan.over:
            self.kept[key] = evolve(self.kept[key], state=AlertState.OVER, due=None)
        self.next = plan.next
        return [(group.channel, sorted({each.step for each in group.alerts})) for group in plan.groups]


def at_once(**asked):
    return AlertRule(**({"name": "all", "channel": "ops"} | asked))


def test_it_is_told_once_and_once_more_when_it_is_open_again():
    told = Told(at_once())
    assert told.turn(MONDAY, standing()) == [("ops", ["opened"])]
    assert told.turn(MONDAY + HOUR, standing()) == []
    assert told.turn(MONDAY + 2 * HOUR) == []
    assert told.turn(MONDAY + 3 * HOUR, standing(times=2, since=MONDAY + 3 * HOUR)) == [("ops", ["reopened"])]
    assert told.turn(MONDAY + 4 * HOUR, standing(times=2, since=MONDAY + 3 * HOUR)) == []


def test_what_nobody_answers_goes_to_the_roles_of_the_policy_each_once():
    told = Told(at_once(escalate_to={"lead": "leads", "management": "board"}))
    found = standing()
    assert told.turn(MONDAY, found) == [("ops", ["opened"])]
    assert told.turn(MONDAY + DAY, found) == [("leads", ["escalated"])]
    assert told.turn(MONDAY + 2 * DAY, found) == []
    assert told.turn(MONDAY + 3 * DAY, found) == [("board", ["escalated"])]


@pytest.mark.parametrize("answer", [{"assigned_to": "Kim"}, {"state": ExceptionState.ACKNOWLEDGED}])
def test_what_is_answered_is_not_escalated(answer):
    told = Told(at_once(escalate_to={"lead": "leads"}))
    told.turn(MONDAY, standing())
    assert told.turn(MONDAY + DAY, standing(**answer)) == []
    assert told.turn(MONDAY + DAY + HOUR, standing()) == [("leads", ["escalated"])]


def test_only_what_the_rule_names_and_a_value_that_nobody_knows_is_not_small():
    told = Told(
        at_once(
            owners=frozenset({Owner.FINANCE}),
            least_value={"USD": Decimal(100)},
            least_age=HOUR,
        )
    )
    kinds = {"kind": ExceptionClass.DISPATCH_NOT_POSTED}
    cases = [standing("order 1"), standing("order 2", value="99", **kinds), standing("order 3", **kinds)]
    cases.append(standing("order 4", value="-100", **kinds))
    assert told.turn(MONDAY, *cases) == []
    told.turn(MONDAY + HOUR, *cases)
    assert [each.subject for _, group in told.messages for each in group.items] == ["order 3", "order 4"]


def test_quiet_hours_hold_all_but_what_is_urgent_and_then_it_is_one_message():
    told = Told(at_once(quiet=("18:00-07:00",), urgent_value={"USD": Decimal(10000)}))
    night = MONDAY + 14 * HOUR  # midnight
    found = [standing("order 1", since=night), standing("order 2", since=night)]
    urgent = standing("order 3", value="10000", since=night)
    told.turn(night, *found, urgent)
    assert [[each.subject for each in group.items] for _, group in told.messages] == [["order 3"]]
    morning = dt.datetime(2026, 3, 3, 12, tzinfo=dt.UTC)
    assert told.next == morning
    assert told.turn(morning - dt.timedelta(minutes=1), *found, urgent) == []
    told.turn(morning, *found, urgent)
    assert [each.subject for each in told.messages[-1][1].items] == ["order 1", "order 2"]


def test_a_digest_comes_at_its_time_on_its_days():
    told = Told(at_once(digest=(dt.time(8),), weekdays=frozenset(range(5))))
    friday = dt.datetime(2026, 3, 6, 15, tzinfo=dt.UTC)
    assert told.turn(friday, standing(since=friday)) == []
    assert told.next == dt.datetime(2026, 3, 9, 12, tzinfo=dt.UTC)  # Monday, and the clocks have moved
    found = [standing(since=friday), standing("order 2", since=friday + DAY)]
    assert told.turn(friday + DAY, *found) == []
    assert told.turn(told.next, *found) == [("ops", ["opened"])]
    assert len(told.messages[0][1].items) == 2


@pytest.mark.parametrize(
    ("called", "time", "expected"),
    [
        ((2026, 3, 8, 6), (2, 30), (2026, 3, 8, 7, 30)),  # there is no 02:30 on that day: 03:30 in summer time
        ((2026, 11, 1, 4), (1, 30), (2026, 11, 1, 5, 30)),  # twice on that day: the first
        ((2026, 11, 1, 6), (1, 30), (2026, 11, 2, 6, 30)),  # between both: tomorrow
        ((2026, 3, 8, 7), (0, 0), (2026, 3, 9, 4)),
    ],
)
def test_a_digest_when_the_clocks_change(called, time, expected):
    rule = at_once(digest=(dt.time(*time),))
    found = rule.digest_from(dt.datetime(*called, tzinfo=dt.UTC), NEW_YORK)
    assert found == dt.datetime(*expected, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "begins", [dt.datetime(2026, 3, 7, 12, tzinfo=dt.UTC), dt.datetime(2026, 10, 31, 12, tzinfo=dt.UTC)]
)
@pytest.mark.parametrize(
    "windows", [("22:00-06:00",), ("01:15-01:45", "23:00-01:15"), ("02:10-02:50",), ("00:00-02:30", "02:00-23:00")]
)
def test_quiet_hours_end_by_the_clock_on_the_wall_when_the_clocks_change(begins, windows):
    rule = at_once(quiet=windows)
    for minutes in range(0, 36 * 60, 7):
        now = begins + dt.timedelta(minutes=minutes)
        end = rule.quiet_until(now, NEW_YORK)
        assert now <= end <= now + DAY
        assert not any(end.astimezone(NEW_YORK).time() in window for window in rule.quiet)
        is_quiet = any(now.astimezone(NEW_YORK).time() in window for window in rule.quiet)
        assert (end > now) == is_quiet


def test_another_zone_holds_for_what_waits_and_tells_nothing_twice():
    told = Told(at_once(digest=(dt.time(8),)))
    told.turn(MONDAY, standing())
    told.terms = evolve(told.terms, zone=ZoneInfo("Asia/Tokyo"))
    assert told.turn(MONDAY, standing()) == []
    assert told.next == dt.datetime(2026, 3, 2, 23, tzinfo=dt.UTC)
    assert told.turn(told.next, standing()) == [("ops", ["opened"])]
    told.terms = evolve(told.terms, zone=NEW_YORK)
    assert told.turn(MONDAY + DAY, standing()) == []


def test_a_flood_is_one_message_and_no_more_than_so_many_in_an_hour():
    told = Told(at_once(group_by="exception"), most_per_hour={"ops": 2})
    minute = dt.timedelta(minutes=1)
    assert len(told.turn(MONDAY, standing("a"), standing("b"))) == 2
    found = [standing(name) for name in "abcdef"]
    assert told.turn(MONDAY + minute, *found) == []
    assert told.next == MONDAY + HOUR
    assert told.turn(MONDAY + HOUR, *found) == [("ops", ["opened"])]
    assert len(told.messages[-1][1].items) == 4


def test_what_is_over_before_it_was_told_is_not_told():
    told = Told(at_once(digest=(dt.time(8),)))
    told.turn(MONDAY, standing())
    cleared = evolve(standing(), state=ExceptionState.CLEARED, ended_at=MONDAY + HOUR)
    assert told.turn(MONDAY + DAY, cleared) == []
    assert [each.state for each in told.kept.values()] == [AlertState.OVER]


def test_what_cannot_be_seen_now_is_kept_and_what_is_acknowledged_rests():
    told = Told(at_once(digest=(dt.time(8),)))
    told.turn(MONDAY, standing())
    assert told.turn(MONDAY + DAY) == []
    assert told.turn(MONDAY + DAY, standing(state=ExceptionState.ACKNOWLEDGED)) == []
    assert told.turn(MONDAY + DAY + HOUR, standing()) == [("ops", ["opened"])]


def test_the_first_rule_counts_and_a_rule_that_was_renamed_tells_nothing_twice():
    told = Told(at_once(name="late", digest=(dt.time(8),)), at_once(name="now"))
    assert told.turn(MONDAY, standing()) == []
    told.terms = AlertTerms(rules=(at_once(name="other"),), zone=NEW_YORK)
    assert told.turn(MONDAY, standing()) == [("ops", ["opened"])]
    assert told.turn(MONDAY, standing()) == []


def test_a_channel_that_failed_rests_with_all_that_is_for_it():
    told = Told(at_once())
    found = standing("a")
    (key,) = called_for([found], told.terms, POLICY, MONDAY)
    (alert,) = called_for([found], told.terms, POLICY, MONDAY).values()
    told.kept[key] = evolve(alert, attempts=1, error="down", due=MONDAY + HOUR)
    assert told.turn(MONDAY, found, standing("b")) == []
    assert told.next == MONDAY + HOUR
    told.turn(MONDAY + HOUR, found, standing("b"))
    assert [each.subject for each in told.messages[0][1].items] == ["a", "b"]


@pytest.mark.parametrize(
    "wrong", [{"quiet": ("00:00-12:00", "12:00-00:00")}, {"digest": (dt.time(8),), "weekdays": ()}]
)
def test_rules_by_which_nothing_would_be_told_are_refused(wrong):
    with pytest.raises(ConfigurationError, match="alerts, rule all"):
        at_once(**wrong)


KINDS = st.sampled_from([ExceptionClass.PARKED, ExceptionClass.IN_DOUBT])
RULES = st.builds(
    AlertRule,
    name=st.uuids().map(str),
    channel=st.sampled_from(["ops", "books"]),
    owners=st.sets(st.sampled_from([Owner.FINANCE, Owner.OPERATIONS]), max_size=1).map(frozenset),
    digest=st.lists(st.times().map(lambda time: time.replace(second=0, microsecond=0)), max_size=2).map(tuple),
    weekdays=st.sets(st.integers(0, 6), min_size=1).map(frozenset),
    quiet=st.sampled_from([(), ("22:00-06:00",), ("12:00-13:00", "18:00-02:30")]),
    urgent_classes=st.sets(KINDS, max_size=1).map(frozenset),
    escalate_to=st.sampled_from([{}, {"lead": "leads"}, {"lead": "ops"}]),
    group_by=st.sampled_from(["all", "owner", "class", "exception"]),
)
DEEDS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(["open", "clear", "ack"]), st.integers(1, 600)), max_size=12
)


@settings(max_examples=60, deadline=None)
@given(
    rules=st.lists(RULES, min_size=1, max_size=3),
    deeds=DEEDS,
    begins=st.sampled_from(
        [MONDAY, dt.datetime(2026, 3, 7, 20, tzinfo=dt.UTC), dt.datetime(2026, 10, 31, 20, tzinfo=dt.UTC)]
    ),
)
def test_each_step_is_told_once_never_in_quiet_hours_and_nothing_is_lost(rules, deeds, begins):
    told, now, world = Told(*rules, most_per_hour={"ops": 2}), begins, {}
    for number, deed, minutes in deeds:
        now += dt.timedelta(minutes=minutes)
        kind = ExceptionClass.PARKED if number % 2 else ExceptionClass.IN_DOUBT
        before = world.get(number)
        if deed == "open":
            times = 1 if before is None else before.times + before.is_over
            world[number] = standing(f"order {number}", kind=kind, since=begins, times=times)
        elif before is not None and not before.is_over:
            is_ack = deed == "ack"
            state = ExceptionState.ACKNOWLEDGED if is_ack else ExceptionState.CLEARED
            world[number] = evolve(before, state=state, ended_at=None if is_ack else now)
        told.turn(now, *world.values())
    for _ in range(200):  # nothing more happens: what waits comes out, if its turn comes at all
        if told.next is None:
            break
        now = max(now, told.next)
        told.turn(now, *world.values())
    keys = [each.key for _, group in told.messages for each in group.alerts]
    assert len(keys) == len(set(keys))
    for at, group in told.messages:
        for each in group.alerts:
            rule = told.terms.rule(each.rule)
            found = next(one for one in group.items if one.identity == each.identity)
            assert rule.is_urgent(found) or rule.quiet_until(at, NEW_YORK) == at
    resting = {one.identity for one in world.values() if one.state is ExceptionState.ACKNOWLEDGED}
    left = [
        each for each in told.kept.values() if each.state is AlertState.WAITING and each.identity not in resting
    ]
    assert left == []


def test_the_defaults_of_the_site_file_are_those_of_the_rules():
    rule = _rule(AlertRuleSection(name="all", channel="ops"))
    assert rule == AlertRule(name="all", channel="ops")
    assert AlertsSection().look_every == AlertTerms().look_every
    section = AlertChannelSection(kind="webhook")
    channel = HookChannel(name="ops", kind="webhook")
    assert (section.timeout, section.verify) == (channel.timeout, channel.verify)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"rules": [{"name": "a", "channel": "gone"}]}, "no channel is called gone"),
        ({"channels": {"ops": {"kind": "email"}}}, "an e-mail needs to and sender and host"),
        ({"channels": {"ops": {"kind": "slack"}}, "rules": [{"name": "a", "channel": "ops"}] * 2}, "same name"),
        ({"channels": {"Ops!": {"kind": "slack"}}}, "String should match pattern"),
        ({"channels": {"ops": {"kind": "slack", "url": "https://hooks.example/x"}}}, "Extra inputs"),
        ({"dashboard_url": "javascript:alert(1)"}, "no address of a page"),
    ],
)
def test_a_section_that_cannot_be_is_refused(wrong, says):
    with pytest.raises(ValueError, match=says):
        AlertsSection.model_validate(wrong)
