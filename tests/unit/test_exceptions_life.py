"""The life of an exception from day to day, and what is listed, ranked and too much: pure."""

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from clarus_bluecherry.config import ExceptionsSection
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance.exceptions import (
    CloseImpact,
    EscalationStep,
    ExceptionClass,
    ExceptionEvent,
    ExceptionItem,
    ExceptionPolicy,
    ExceptionStanding,
    ExceptionState,
    PromiseImpact,
    acknowledged,
    assigned,
    look,
    one_for_each,
    ranked,
    resolved,
)
from clarus_bluecherry.finance.exceptions._classes import span_text, table
from clarus_bluecherry.flows.opening import exception_policy
from clarus_bluecherry.ledger.reasons import Owner
from clarus_bluecherry.model import Money

NOON = dt.datetime(2026, 11, 2, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def item(kind=ExceptionClass.PARKED, subject="order 1001", **changes):
    told = {"what": subject, "since": NOON, "units": -2, "value": Money("-25.00", "USD")}
    return ExceptionItem(kind=kind, subject=subject, **{**told, **changes})


def opened(**changes):
    (standing,) = look([], [item(**changes)], NOON).standings
    return standing


def test_the_page_has_the_very_table_of_classes():
    page = (Path(__file__).parents[2] / "docs" / "exceptions.md").read_text("utf-8")
    [told] = re.findall(r"<!-- exceptions -->\n(.*?)\n<!-- /exceptions -->", page, re.S)
    assert told == table(), "put in what `finance.exceptions._classes.table()` gives"


def test_every_class_has_an_owner_an_action_and_a_meaning_in_one_sentence():
    for each in ExceptionClass:
        assert each.owner in Owner, each
        assert each.means, each
        assert each.action.endswith("."), each
        assert ". " not in each.action, each


def test_an_item_is_its_classes_own_where_nothing_else_is_said():
    one = item(ExceptionClass.FEED_SILENT, "feed clarus transaction", units=None, value=None)
    assert (one.owner, one.goes_on) == (Owner.INTEGRATION, True)
    assert one.identity == "feed_silent:feed clarus transaction"
    assert item(owner=Owner.FINANCE, action="Do it.").action == "Do it."


def test_what_nobody_can_date_is_as_old_as_its_first_listing():
    gap = opened(kind=ExceptionClass.COMPLETENESS_GAP, subject="place A @ NJ")
    later = NOON + 4 * DAY
    day = look([gap], [evolve(gap.item, since=later)], later)
    (standing,) = day.standings
    assert standing.item.since == NOON
    assert day.overdue == (standing,)


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(InvalidRecord):
        item(since=NOON.replace(tzinfo=None))


def test_a_subject_is_in_the_first_class_that_claims_it_with_what_the_others_know():
    late = item(
        ExceptionClass.DISPATCH_NOT_POSTED, value=Money("-9", "USD"), close=CloseImpact(period="P", is_closed=True)
    )
    doubt = item(ExceptionClass.IN_DOUBT, value=None, units=None, since=NOON + DAY)
    waits = item(ExceptionClass.STUCK_PICKED, promise=PromiseImpact(order="1001"), units=-2)
    (one,) = one_for_each([waits, late, doubt, late])
    assert one.kind is ExceptionClass.IN_DOUBT
    assert (one.since, one.units, one.value) == (NOON + DAY, -2, Money("-9", "USD"))
    assert one.close.is_closed
    assert one.promise.order == "1001"


def test_what_may_be_worth_most_comes_first_then_what_was_promised_first():
    found = [
        item(subject="nothing off", units=0, value=None),
        item(subject="small", value=Money("1", "USD")),
        item(subject="promised", value=Money("1", "USD"), promise=PromiseImpact(order="7", promised=NOON.date())),
        item(subject="large", value=Money("-900", "USD")),
        item(subject="nobody knows", units=None, value=None),
    ]
    order = [each.subject for each in ranked(found)]
    assert order == ["nobody knows", "large", "promised", "small", "nothing off"]


# From day to day ---------------------------------------------------------------------------------------------


def test_it_is_opened_seen_cleared_and_back():
    first = look([], [item()], NOON)
    assert [step.event for step in first.steps] == [ExceptionEvent.OPENED]
    second = look(first.standings, [item()], NOON + DAY)
    assert [step.event for step in second.steps] == [ExceptionEvent.SEEN]
    assert (second.standings[0].opened_at, second.standings[0].seen_at) == (NOON, NOON + DAY)
    third = look(second.standings, [], NOON + 2 * DAY, healed={"parked:order 1001": "posted on 4 November"})
    assert [(step.event, step.note) for step in third.steps] == [(ExceptionEvent.CLEARED, "posted on 4 November")]
    assert third.standings[0].state is ExceptionState.CLEARED
    assert look(third.standings, [], NOON + 3 * DAY).steps == ()
    back = look(third.standings, [item()], NOON + 4 * DAY)
    assert back.of(ExceptionEvent.REOPENED) == ("parked:order 1001",)
    assert (back.standings[0].times, back.standings[0].healed_by, back.standings[0].opened_at) == (2, "", NOON)


def test_what_was_not_looked_for_is_not_cleared():
    day = look([opened()], [], NOON + DAY, not_looked_for=[ExceptionClass.PARKED])
    assert (day.steps, day.standings) == ((), ())
    assert look([opened()], [], NOON + DAY, not_looked_for=[ExceptionClass.IN_DOUBT]).of(ExceptionEvent.CLEARED)


def test_what_was_not_looked_for_keeps_its_subject_from_a_class_behind_it_and_not_from_one_before():
    kept, unseen = [opened()], {"not_looked_for": [ExceptionClass.PARKED]}
    behind = look(kept, [item(ExceptionClass.ORDER_DRIFTED)], NOON + DAY, **unseen)
    assert (behind.steps, behind.standings) == ((), ())
    before = look(kept, [item(ExceptionClass.IN_DOUBT)], NOON + DAY, **unseen)
    notes = {step.event: step.note for step in before.steps}
    assert notes == {ExceptionEvent.CLEARED: "it is in_doubt now", ExceptionEvent.OPENED: ""}


def test_another_class_that_takes_the_subject_over_is_what_ended_it():
    day = look([opened()], [item(ExceptionClass.IN_DOUBT)], NOON + DAY)
    notes = {step.event: step.note for step in day.steps}
    assert notes == {ExceptionEvent.CLEARED: "it is in_doubt now", ExceptionEvent.OPENED: ""}


def test_an_acknowledgement_ends_at_its_date_and_not_before():
    known, step = acknowledged(opened(), by="Kim", why="asked the carrier", until=NOON + 2 * DAY, at=NOON)
    assert (step.actor, step.note, known.state) == (
        "Kim",
        "until 2026-11-04T12:00+00:00: asked the carrier",
        ExceptionState.ACKNOWLEDGED,
    )
    before = look([known], [item()], NOON + DAY)
    assert before.standings[0].state is ExceptionState.ACKNOWLEDGED
    after = look([known], [item()], NOON + 2 * DAY)
    assert [each.event for each in after.steps] == [ExceptionEvent.SEEN, ExceptionEvent.LAPSED]
    assert (after.standings[0].state, after.standings[0].why) == (ExceptionState.OPEN, "")


def test_an_acknowledgement_ends_at_its_date_though_nobody_could_look():
    known, _ = acknowledged(opened(), by="Kim", why="asked", until=NOON + DAY, at=NOON)
    day = look([known], [], NOON + DAY, not_looked_for=list(ExceptionClass))
    assert day.of(ExceptionEvent.LAPSED) == ("parked:order 1001",)


def test_what_is_found_after_somebody_resolved_it_is_open_again():
    done, _ = resolved(opened(), by="Kim", why="booked by hand", at=NOON)
    assert look([done], [], NOON + DAY).steps == ()
    again = look([done], [item()], NOON + DAY)
    assert [(step.event, step.note) for step in again.steps] == [
        (ExceptionEvent.REOPENED, "it was resolved by Kim")
    ]


def test_who_and_why_have_to_be_said_and_what_is_over_is_over():
    with pytest.raises(InvalidRecord):
        acknowledged(opened(), by="Kim", why=" ", until=None, at=NOON)
    with pytest.raises(InvalidRecord):
        acknowledged(opened(), by="Kim", why="later", until=NOON, at=NOON)
    with pytest.raises(InvalidRecord):
        assigned(opened(), to="", by="Kim", at=NOON)
    done, _ = resolved(opened(), by="Kim", why="done", at=NOON)
    with pytest.raises(InvalidRecord):
        resolved(done, by="Kim", why="done", at=NOON)


def test_it_stays_assigned_when_it_is_seen_again():
    given_to, step = assigned(opened(), to="Ari", by="Kim", at=NOON, why="knows the carrier")
    assert step.note == "to Ari: knows the carrier"
    assert look([given_to], [item()], NOON + DAY).standings[0].assigned_to == "Ari"


# Limits ------------------------------------------------------------------------------------------------------


def test_it_is_listed_when_it_is_as_old_as_its_class_says_or_the_site():
    waits = item(ExceptionClass.STUCK_ALLOCATED)
    policy = ExceptionPolicy()
    assert not policy.is_listed(waits, NOON + 2 * DAY - dt.timedelta(seconds=1))
    assert policy.is_listed(waits, NOON + 2 * DAY)
    assert ExceptionPolicy(after={ExceptionClass.STUCK_ALLOCATED: DAY}).is_listed(waits, NOON + DAY)


def test_a_limit_is_one_of_time_or_of_value_whichever_way_it_goes():
    policy = ExceptionPolicy(most_value=Decimal(100), most_value_of={ExceptionClass.PARKED: Decimal(20)})
    assert policy.breach(item(), NOON) == "its value is over 20"
    assert policy.breach(item(ExceptionClass.IN_DOUBT), NOON) == ""
    assert policy.breach(item(value=None), NOON) == ""
    assert policy.breach(item(value=None), NOON + 3 * DAY) == ""
    over = NOON + 3 * DAY + dt.timedelta(seconds=1)
    assert policy.breach(item(value=None), over) == "it has been listed for more than 3 days"
    assert [each.item for each in policy.breaches([item(), item(value=None)], NOON)] == [item()]


def test_what_is_acknowledged_is_not_overdue_before_its_date():
    late = NOON + 9 * DAY
    (one,) = look([], [item()], NOON).standings
    assert look([one], [item()], late).overdue
    known, _ = acknowledged(one, by="Kim", why="asked", until=late + DAY, at=NOON)
    assert not look([known], [item()], late).overdue
    assert look([known], [item()], late + DAY).overdue


def test_what_is_not_done_goes_further_up():
    policy = ExceptionPolicy(escalation=(EscalationStep(2 * DAY, "the CFO"), EscalationStep(DAY, "the lead")))
    assert [policy.escalated_to(item(), NOON + days * DAY) for days in (0, 1, 2)] == ["", "the lead", "the CFO"]
    assert ExceptionPolicy(escalation=()).escalated_to(item(), NOON + 99 * DAY) == ""


@pytest.mark.parametrize(
    ("span", "text"), [(DAY, "1 day"), (3 * DAY, "3 days"), (DAY / 24, "1 hour"), (DAY / 1440, "1 minutes")]
)
def test_a_span_is_said_as_people_do(span, text):
    assert span_text(span) == text


# Properties --------------------------------------------------------------------------------------------------

KINDS = st.sampled_from(list(ExceptionClass))
ITEMS = st.lists(
    st.builds(
        item,
        KINDS,
        st.sampled_from(["order 1", "order 2", "receipt 3/1", "place X @ NJ"]),
        units=st.none() | st.integers(-3, 3),
        value=st.none() | st.builds(Money, st.integers(-9, 9), st.just("USD")),
        since=st.integers(0, 5).map(lambda days: NOON - days * DAY),
    ),
    max_size=12,
)


@settings(max_examples=100, deadline=None)
@given(ITEMS, st.randoms(use_true_random=False))
def test_order_and_duplication_change_nothing_and_each_subject_is_in_one_class(found, chance):
    again = [*found, *found[:3]]
    chance.shuffle(again)
    ours = ranked(one_for_each(found))
    assert ours == ranked(one_for_each(again))
    assert len({each.subject for each in ours}) == len(ours) == len({each.subject for each in found})
    for one in ours:
        of_it = [each.kind.precedence for each in found if each.subject == one.subject]
        assert one.kind.precedence == min(of_it)


@settings(max_examples=100, deadline=None)
@given(st.lists(ITEMS, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_the_same_days_have_the_same_history(days, chance):
    def lived(shuffle):
        kept: dict[str, ExceptionStanding] = {}
        told = []
        for number, found in enumerate(days):
            items = list(one_for_each(found))
            before = list(kept.values())
            if shuffle:
                chance.shuffle(items)
                chance.shuffle(before)
            day = look(before, items, NOON + number * DAY)
            kept |= {each.identity: each for each in day.standings}
            told += [day.steps]
            open_now = {each.identity for each in kept.values() if not each.is_over}
            assert open_now == {each.identity for each in items}
        return told, kept

    assert lived(False) == lived(True)


def test_looking_twice_at_one_moment_opens_nothing_twice():
    once = look([], [item()], NOON)
    twice = look(once.standings, [item()], NOON)
    assert [evolve(each) for each in twice.standings] == list(once.standings)


def test_the_limits_of_a_site_file_that_says_nothing_are_the_policys_own():
    assert exception_policy(ExceptionsSection()) == ExceptionPolicy()


UNSEEN = st.sets(st.sampled_from(list(ExceptionClass)), max_size=12)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(ITEMS, UNSEEN), min_size=1, max_size=5))
def test_a_subject_is_open_in_one_class_whatever_was_looked_for(days):
    kept: dict[str, ExceptionStanding] = {}
    for number, (found, unseen) in enumerate(days):
        items = [each for each in one_for_each(found) if each.kind not in unseen]
        day = look(kept.values(), items, NOON + number * DAY, not_looked_for=unseen)
        kept |= {each.identity: each for each in day.standings}
        standing = [each.item.subject for each in kept.values() if not each.is_over]
        assert len(standing) == len(set(standing))
        assert {each.subject for each in items} <= set(standing)
