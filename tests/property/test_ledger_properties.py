"""No sequence of calls takes a posting outside the table, loses one, or makes two of one."""

import datetime as dt
import itertools

import hypothesis.strategies as st
import pytest
from how_many import examples
from hypothesis import given, settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from clarus_bluecherry.errors import LedgerError
from clarus_bluecherry.ledger import Fact, Ledger, Posting, State, fact_key, posting_key
from clarus_bluecherry.ledger.states import DUE, FIRST, NEXT, may_follow
from clarus_bluecherry.model import Adjustment, Sku, UnmatchedCode

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)

parts = st.text(min_size=1, max_size=8) | st.text(alphabet=":%3A", min_size=1, max_size=6)
fact_parts = st.tuples(parts, parts, parts, parts | st.just(""))
instants = st.datetimes(
    min_value=dt.datetime(1970, 1, 1),  # noqa: DTZ001
    max_value=dt.datetime(2199, 1, 1),  # noqa: DTZ001
    timezones=st.timezones(),
)


@given(fact_parts, fact_parts)
def test_two_different_things_never_share_a_key(one, other):
    assert (fact_key(*one) == fact_key(*other)) == (one == other)


@given(st.tuples(fact_parts, parts, parts), st.tuples(fact_parts, parts, parts))
def test_two_different_postings_never_share_a_key(one, other):
    keys = [posting_key(fact_key(*fact), target, kind) for fact, target, kind in (one, other)]
    assert (keys[0] == keys[1]) == (one == other)


@given(fact_parts)
def test_a_key_is_plain_text_that_any_database_takes(given_parts):
    assert fact_key(*given_parts).isascii()
    assert fact_key(*given_parts).isprintable()


@settings(max_examples=examples(50), deadline=None)
@given(
    occurred_at=instants,
    quantity=st.decimals(allow_nan=False, allow_infinity=False).filter(bool),
    item=st.builds(Sku, st.sampled_from(["01234", "é"])) | st.builds(UnmatchedCode, st.text()),
)
def test_any_fact_comes_back_equal(occurred_at, quantity, item):
    record = Adjustment(id="1", occurred_at=occurred_at, location="WH1", item=item, quantity=quantity)
    fact = Fact(source="clarus", kind="adjustment", source_id="1", occurred_at=occurred_at, record=record)
    with Ledger.open(":memory:") as ledger:
        assert ledger.record(fact)
        stored = ledger.fact(fact.key)
        assert stored.occurred_at == occurred_at.astimezone(dt.UTC)  # two zones' readings may not compare equal
        assert stored.record == record
        assert ledger.record(fact) is False


class LedgerMachine(RuleBasedStateMachine):
    """The ledger against a dict of states."""

    keys = Bundle("keys")

    def __init__(self):
        super().__init__()
        self.now = NOON
        self.ledger = Ledger.open(":memory:", now=lambda: self.now)
        self.states: dict[str, State] = {}
        self.leases: dict[str, dt.datetime] = {}
        self.workers: dict[str, str] = {}
        self.back: dict[str, State] = {}

    def teardown(self):
        self.ledger.close()

    @rule(target=keys, number=st.integers(0, 5), first=st.sampled_from(State))
    def post(self, number, first):
        record = Adjustment(id=str(number), occurred_at=NOON, location="WH1", item=Sku("A"), quantity=number + 1)
        fact = Fact(source="clarus", kind="adjustment", source_id=record.id, occurred_at=NOON, record=record)
        posting = Posting(fact_key=fact.key, target="bluecherry", kind="x", state=first, occurred_at=NOON)
        self.ledger.record(fact)
        if first in FIRST:
            assert self.ledger.post(posting) == (posting.key not in self.states)
            self.states.setdefault(posting.key, first)
        else:
            with pytest.raises(LedgerError):
                self.ledger.post(posting)
        return posting.key

    @rule(key=keys, to=st.sampled_from(State), worker=st.sampled_from(["", "w1", "w2"]))
    def advance(self, key, to, worker):
        try:
            self.ledger.advance(key, to, note="because", worker=worker)
        except LedgerError:
            return
        assert to is not State.SENDING
        assert to in NEXT[self.states[key]] | {self.states[key]}
        self.states[key] = to

    @rule(key=keys)
    def cancel(self, key):
        allowed = key in self.states and State.CANCELLED in NEXT[self.states[key]] | {self.states[key]}
        try:
            self.ledger.cancel(key, "because", "Jo")
        except LedgerError:
            assert not allowed
        else:
            assert allowed
            self.states[key] = State.CANCELLED

    @rule(worker=st.sampled_from(["w1", "w2"]), limit=st.integers(0, 3))
    def claim(self, worker, limit):
        due = {key for key, state in self.states.items() if state in DUE}
        taken = self.ledger.claim("bluecherry", worker=worker, lease=dt.timedelta(minutes=5), limit=limit)
        assert {posting.key for posting in taken} <= due
        assert len(taken) == min(limit, len(due))
        for posting in taken:
            self.back[posting.key] = self.states[posting.key]
            self.states[posting.key] = State.SENDING
            self.leases[posting.key] = self.now + dt.timedelta(minutes=5)
            self.workers[posting.key] = worker

    @rule(key=keys, worker=st.sampled_from(["w1", "w2"]))
    def release(self, key, worker):
        mine = self.states.get(key) is State.SENDING and self.workers[key] == worker
        assert self.ledger.release(key, worker=worker) is mine
        if mine:
            self.states[key] = self.back[key]

    @rule(minutes=st.integers(0, 6))
    def recover(self, minutes):
        self.now += dt.timedelta(minutes=minutes)
        lost = [
            key for key, state in self.states.items() if state is State.SENDING and self.leases[key] <= self.now
        ]
        assert self.ledger.recover() == len(lost)
        self.states.update(dict.fromkeys(lost, State.IN_DOUBT))

    @invariant()
    def every_posting_stands_where_it_should(self):
        found = {posting.key: posting.state for posting in self.ledger.in_state(*State)}
        assert found == self.states
        assert sum(self.ledger.counts().values()) == len(self.states)

    @invariant()
    def every_history_is_a_way_through_the_table(self):
        for key, state in self.states.items():
            history = self.ledger.history(key)
            assert (history[0].before, history[-1].after) == (None, state)
            assert history[0].after in FIRST
            for earlier, later in itertools.pairwise(history):
                assert later.before is earlier.after
                assert may_follow(later.before, later.after)


TestLedger = LedgerMachine.TestCase
TestLedger.settings = settings(max_examples=examples(30), stateful_step_count=30, deadline=None)
