"""What the table of a posting's life promises, beyond what `test_ledger_states` asks of its arrows."""

import pytest

from clarus_bluecherry.ledger.states import (
    DUE,
    FINAL,
    FIRST,
    NEEDS_A_PERSON,
    NEXT,
    OPEN,
    State,
    may_follow,
    mermaid,
)


def before(state):
    return {earlier for earlier, following in NEXT.items() if state in following}


def within_reach(state):
    seen, front = set(), {state}
    while front:
        seen |= front
        front = {after for one in front for after in NEXT[one]} - seen
    return seen


def test_every_state_has_its_row_and_no_row_is_of_anything_else():
    assert set(NEXT) == set(State)
    assert {after for following in NEXT.values() for after in following} <= set(State)


def test_no_state_follows_itself():
    assert [state for state in State if state in NEXT[state]] == []


def test_a_posting_starts_as_pending_or_parked():
    assert {State.PENDING, State.PARKED} == FIRST


def test_final_states_have_no_successor_and_every_other_state_is_owned():
    assert all(not NEXT[state] for state in FINAL)
    assert set(State) == FINAL | OPEN
    assert not FINAL & OPEN


def test_nothing_is_posted_that_was_not_sent():
    assert before(State.POSTED) == {State.SENDING, State.ACCEPTED, State.IN_DOUBT}
    assert before(State.ACCEPTED) == {State.SENDING, State.IN_DOUBT}
    assert before(State.IN_DOUBT) == {State.SENDING, State.ACCEPTED}


def test_what_is_in_doubt_is_sent_again_only_after_it_was_found_to_have_had_no_effect():
    assert NEXT[State.IN_DOUBT] & before(State.SENDING) == {State.RETRYING}


def test_what_the_other_side_has_is_never_sent_again_without_a_refusal():
    assert NEXT[State.ACCEPTED] == {State.POSTED, State.REJECTED, State.IN_DOUBT}
    assert NEXT[State.ACCEPTED] & DUE == set()


def test_what_was_taken_and_not_begun_goes_back_to_the_queue():
    assert State.PENDING in NEXT[State.SENDING]


def test_a_worker_that_is_sending_cannot_be_overtaken_by_a_cancellation():
    assert before(State.CANCELLED) == {
        State.PENDING,
        State.RETRYING,
        State.IN_DOUBT,
        State.REJECTED,
        State.PARKED,
    }


@pytest.mark.parametrize("state", sorted(OPEN))
def test_every_open_state_can_still_end_well(state):
    assert State.POSTED in within_reach(state)


def test_what_needs_a_person_goes_on_only_through_the_queue_or_ends():
    assert {after for state in NEEDS_A_PERSON for after in NEXT[state]} == {State.PENDING, State.CANCELLED}
    assert not NEEDS_A_PERSON & DUE


@pytest.mark.parametrize("earlier", State)
@pytest.mark.parametrize("later", State)
def test_a_step_is_allowed_exactly_when_the_table_has_it(earlier, later):
    assert may_follow(earlier, later) is (later in NEXT[earlier])


@pytest.mark.parametrize("state", State)
def test_the_diagram_shows_every_state_where_it_begins_and_where_it_ends(state):
    lines = mermaid().splitlines()
    assert lines[0] == "stateDiagram-v2"
    assert any(state in line.split() for line in lines)
    assert (f"    [*] --> {state}" in lines) is (state in FIRST)
    assert (f"    {state} --> [*]" in lines) is (state in FINAL)
