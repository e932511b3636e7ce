"""Whatever is said of a pick, in whatever order it is read: the warehouse holds the newest word of before it was
sent, or a person's list names the difference."""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal

import hypothesis.strategies as st
import pytest
from attrs import define, field, frozen
from flows_world import BLACK, Loop, loop
from hypothesis import HealthCheck, example, given, settings

from clarus_bluecherry.bluecherry.messages import PickTicket
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.orders_out import collect_orders, ingest_order
from clarus_bluecherry.flows.reprocess import reprocess
from clarus_bluecherry.ledger import State
from clarus_bluecherry.ledger.reasons import Reason
from clarus_bluecherry.sandbox.erp import PickLine

WITHDRAWN = 0

_numbers = itertools.count(2001)

steps = st.one_of(
    st.tuples(st.just("say"), st.sampled_from([5, 7, 9, WITHDRAWN])),
    st.tuples(st.just("say unreadably"), st.sampled_from([5, 7])),
    st.tuples(st.just("touch"), st.just(0)),
    st.tuples(st.just("read"), st.just(0)),
    st.tuples(st.just("read late"), st.integers(0, 9)),
    st.tuples(st.just("cancel"), st.just(0)),
    st.tuples(st.just("send"), st.just(0)),
)


@frozen
class Said:
    """One word of Blue Cherry: how many units, when, whether it can be read, and the row that tells it."""

    units: int
    at: dt.datetime
    is_readable: bool
    row: PickTicket


@define
class Story:
    """One pick's life, and what must come of it: what was heard last, and what was sent."""

    here: Loop
    number: str
    words: list[Said] = field(factory=list)
    heard: Said | None = None
    units: int | None = None
    given_up: bool = False
    sent: int | None = None

    def say(self, units: int, *, location: str = "NJ") -> None:
        self.here.later(minutes=1)
        line = PickLine(line_seq="1", article=BLACK, bk_qty=units, price=Decimal("19.90"))
        self.here.erp.change_pick(self.number, [line])
        self.here.erp.picks[self.number].location = location
        (row,) = [row for row in self.here.site.bluecherry.picks() if row.pick_num == self.number]
        self.words.append(Said(units, self.here.time, bool(location), row))

    def hear(self, word: Said) -> None:
        """The word was read: it counts if it is newer than what was heard before."""
        if self.heard is None or word.at > self.heard.at:
            self.heard = word
            if word.is_readable:
                self.units, self.given_up = word.units, False

    def step(self, name: str, value: int) -> None:
        last = self.words[-1]
        match name:
            case "say":
                self.say(value)
            case "say unreadably":
                self.say(value, location="")
            case "touch":
                self.say(last.units, location="NJ" if last.is_readable else "")
            case "read":
                collect_orders(self.here.site)
                self.hear(last)
            case "read late":
                word = self.words[value % len(self.words)]
                ingest_order(self.here.site, word.row)
                self.hear(word)
            case "cancel":
                for one in self.open(State.PENDING):
                    self.here.site.ledger.cancel(one.key, "not today", actor="Ada")
                    self.given_up = True
            case "send":
                self.send()

    @property
    def waits_unread(self) -> bool:
        return self.heard is not None and not self.heard.is_readable

    def send(self) -> None:
        reprocess(self.here.site)
        deliver(self.here.site)
        if self.sent is None and self.units and not self.given_up and not self.waits_unread:
            self.sent = self.units

    def open(self, state: State) -> list:
        return [one for one in self.here.site.ledger.in_state(state) if self.number in one.record_name]

    @property
    def unread(self) -> list:
        return [one for one in self.here.waiting() if self.number in one.record_name]

    def check(self) -> None:
        found = [one for one in self.here.warehouse.goods_outs if one.reference == self.number]
        told = [int(order.lines[0].order_quantity) for order in found]
        assert told == ([] if self.sent is None else [self.sent])
        named = [one.reason_code for one in (*self.open(State.PARKED), *self.unread)]
        assert ("unread" in named) is self.waits_unread
        if not self.waits_unread:
            differs = self.sent is not None and self.units != self.sent
            assert named == ([Reason.CHANGED_AFTER_SENT] if differs else [])


@pytest.fixture(scope="module")
def here():
    with loop() as here:
        yield here


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(life=st.lists(steps, min_size=2, max_size=14))
@example(  # two words wait unread, one on each side of what was read: only the older one has had its day
    life=[
        ("say unreadably", 5),
        ("say", 5),
        ("say unreadably", 5),
        ("read", 0),
        ("read late", 1),
        ("read late", 2),
    ]
)
def test_the_newest_word_is_there_or_the_difference_is_named(here, life):
    here.later(hours=1)
    number = str(next(_numbers))
    here.release(number, ((BLACK, 5),))
    story = Story(here, number)
    story.say(5)
    for name, value in life:
        story.step(name, value)
        story.check()
    story.step("read", 0)
    story.send()
    story.check()
    here.erp.picks.pop(number)
    for one in story.open(State.PARKED):
        here.site.ledger.cancel(one.key, "the story is over", actor="Ada")
    for one in story.unread:
        here.site.ledger.leave(one.key, "the story is over", actor="Ada")
