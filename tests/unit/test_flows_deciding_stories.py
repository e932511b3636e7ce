"""Whatever is said of an order, and whenever somebody brings the warehouse to it: the difference is named."""

from __future__ import annotations

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from test_flows_newest_word_stories import BLACK, Story, _numbers, here

from clarus_bluecherry.flows import cancel_posting
from clarus_bluecherry.ledger import State

__all__ = ["here"]

steps = st.one_of(
    st.tuples(st.just("say"), st.integers(1, 3)),
    st.tuples(st.sampled_from(["touch", "read", "send", "brought"]), st.just(0)),
)


class StoryByHand(Story):
    """A story in which somebody brings the warehouse to the newest word, and says so."""

    def step(self, name: str, value: int) -> None:
        if name != "brought":
            super().step(name, value)
            return
        for waiting in self.open(State.PARKED):
            [order] = [each for each in self.here.warehouse.goods_outs if each.reference == self.number]
            order.lines[0].order_quantity = self.units
            cancel_posting(self.here.site.ledger, waiting.key, actor="Ada", reason="changed by hand")
            self.sent = self.units


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(life=st.lists(steps, min_size=4, max_size=12))
@example(
    life=[
        ("read", 0),
        ("send", 0),
        ("say", 3),
        ("read", 0),
        ("brought", 0),
        ("touch", 0),
        ("read", 0),
        ("say", 1),
        ("read", 0),
        ("send", 0),
    ]
)
def test_the_newest_word_is_there_or_the_difference_is_named(here, life) -> None:
    here.later(hours=1)
    number = str(next(_numbers))
    here.release(number, ((BLACK, 5),))
    story = StoryByHand(here, number)
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
