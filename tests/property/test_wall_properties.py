"""Whatever subset of postings is poisoned, and however: all others end where they end without the poison."""

from __future__ import annotations

import sys
from pathlib import Path

from how_many import examples
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "unit"))

from wall_world import Said, Wall, wall

from clarus_bluecherry.errors import (
    ConfigurationError,
    Conflict,
    InvalidRecord,
    LedgerError,
    NotAuthenticated,
    NotFound,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Retry,
    ServerFailed,
    Unprocessable,
    UnreadableAnswer,
)
from clarus_bluecherry.ledger import State

COUNT = 7
TURNS = 24

ERRORS = (
    KeyError("x"),
    ValueError(),
    OSError(5, "x"),
    RecursionError(),
    StopIteration(),
    InvalidRecord("x"),
    ConfigurationError("x"),
    Unprocessable("x", status=422),
    Conflict("x", status=409),
    NotFound("x", status=404),
    LedgerError("x", retry=Retry.SAFE),
    NotSent("x"),
    NotAuthenticated("x", status=401),
    OutcomeUnknown("x"),
    ServerFailed("x", status=500),
    ServerFailed("x", status=503, retry_after=1e300),
    UnreadableAnswer("x", status=200),
    RateLimited("x", status=429),
    RateLimited("x", status=429, retry_after=float("inf")),
)
PAYLOADS = ('{"kind": "strange"}', '{"x":', "[]", "null", "0")
RECORDS = ('{"record": "Hovercraft"}', "{", "[]")

poisons = st.one_of(
    st.tuples(st.just("sending"), st.sampled_from(ERRORS)),
    st.tuples(st.just("asking"), st.sampled_from(ERRORS)),
    st.tuples(st.just("both"), st.sampled_from(ERRORS)),
    st.tuples(st.just("payload"), st.sampled_from(PAYLOADS)),
    st.tuples(st.just("record"), st.sampled_from(RECORDS)),
    st.tuples(st.just("record and payload"), st.sampled_from(RECORDS)),
    st.tuples(st.just("state"), st.sampled_from([*Said, "hovering", None])),
)


def poison(here: Wall, number: int, how: str, what: object) -> None:
    def trouble() -> None:
        raise what  # type: ignore[misc]

    if how in ("sending", "both"):
        here.books.sending[str(number)] = trouble
    if how in ("asking", "both"):
        here.books.asking[str(number)] = trouble
    if how == "payload":
        here.damage(number, payload=str(what))
    if how.startswith("record"):
        here.damage(number, record=str(what))
    if how == "record and payload":
        here.damage(number, payload="{")
    if how == "state":
        here.books.answers[str(number)] = what


def ends(here: Wall) -> dict[int, tuple[State, str, str, int]]:
    found = {}
    for number in range(COUNT):
        posting = here.posting(number)
        found[number] = posting.state, posting.reason, posting.control_number, here.books.sent.count(str(number))
    return found


def run(poisoned: dict[int, tuple[str, object]]) -> tuple[dict[int, tuple[State, str, str, int]], Wall]:
    with wall(COUNT) as here:
        for number, (how, what) in poisoned.items():
            poison(here, number, how, what)
        for turn in range(TURNS):
            if turn == TURNS // 2:
                here.books.means = Said.POSTED
            here.turn()
        return ends(here), here


CLEAN, _ = run({})


def test_without_poison_all_is_posted():
    assert {state for state, _, _, _ in CLEAN.values()} == {State.POSTED}


@given(poisoned=st.dictionaries(st.integers(0, COUNT - 1), poisons, max_size=COUNT))
@settings(max_examples=examples(25), deadline=None)
def test_the_others_end_where_they_end_without_the_poison(poisoned):
    found, here = run(poisoned)
    assert {n: end for n, end in found.items() if n not in poisoned} == {
        n: end for n, end in CLEAN.items() if n not in poisoned
    }
    assert len(set(here.books.taken)) == len(set(here.books.taken.values()))
    assert State.SENDING not in {state for state, _, _, _ in found.values()}
    assert all(found[n][1] for n in poisoned if found[n][0] in {State.IN_DOUBT, State.REJECTED, State.RETRYING})
