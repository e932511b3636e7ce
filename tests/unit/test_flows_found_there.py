"""What is found in the warehouse under an order's reference is only the same order when it says the same."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from attrs import evolve
from flows_world import BLACK, ODD, Loop, clarus_through, loop

from clarus_bluecherry.clarus import added, calls, wire
from clarus_bluecherry.clarus._client import Clarus
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.orders_out import collect_orders
from clarus_bluecherry.flows.reprocess import reprocess
from clarus_bluecherry.flows.targets import targets
from clarus_bluecherry.ledger import Posting, State
from clarus_bluecherry.ledger.reasons import Reason
from clarus_bluecherry.model import Sku
from clarus_bluecherry.sandbox.erp import PickLine
from clarus_bluecherry.sandbox.faults import Fault
from clarus_bluecherry.sku import Decision

Lines = tuple[wire.GoodsOutLineAttributes, ...]


@pytest.fixture
def here() -> Iterator[Loop]:
    with loop() as here:
        yield here


def asked(here: Loop) -> wire.GoodsOutOrder:
    """What the newest word would be sent as."""
    collect_orders(here.site)
    (waiting,) = [one for one in here.postings("goods_out") if one.state is State.PENDING]
    return wire.GoodsOutOrder.model_validate(waiting.payload)


def typed(here: Loop, order: wire.GoodsOutOrder, lines: Lines) -> None:
    """Somebody, or an older word that came late, made this order meanwhile."""
    here.site.clarus.send(calls.goods_outs.create.of(order.model_copy(update={"lines": lines})))


def units(line: wire.GoodsOutLineAttributes, quantity: int) -> wire.GoodsOutLineAttributes:
    return line.model_copy(update={"order_quantity": quantity})


def say(here: Loop, quantity: int) -> None:
    here.later(minutes=1)
    here.erp.change_pick("1001", [PickLine(line_seq="1", article=BLACK, bk_qty=quantity, price=Decimal("19.90"))])


def blind(here: Loop) -> Clarus:
    """A client of a tenant that shows no line numbers."""
    sender = clarus_through(here.clarus_url, None)
    return Clarus(here.warehouse.subdomain, sender=sender, extra_fields={})


def newest(here: Loop, kind: str = "goods_out") -> Posting:
    return here.postings(kind)[-1]


def is_parked_with(posting: Posting, *words: str) -> None:
    assert (posting.state, posting.reason_code) == (State.PARKED, Reason.CHANGED_AFTER_SENT)
    assert [word for word in words if word not in posting.reason] == []


def test_the_same_order_was_there_already(here: Loop) -> None:
    here.release()
    order = asked(here)
    typed(here, order, order.lines)
    here.turn()
    assert newest(here).state is State.POSTED
    assert here.site.ledger.history(newest(here).key)[-1].note == "was there already"
    assert newest(here).external_id == str(here.goods_out().id)


def test_another_quantity_waits_for_a_person_and_is_never_sent_again(here: Loop) -> None:
    here.release(lines=((BLACK, 4),))
    order = asked(here)
    typed(here, order, (units(order.lines[0], 5),))
    delivered = deliver(here.site)
    is_parked_with(newest(here), "line 1: Blue Cherry asks 4, the warehouse has 5")
    assert newest(here).external_id == str(here.goods_out().id)
    assert [failure.state for failure in delivered.failures] == [State.PARKED]
    before = here.site.ledger.history(newest(here).key)
    here.turn()
    here.warehouse.goods_outs.remove(here.goods_out())
    here.turn()
    assert here.site.ledger.history(newest(here).key) == before
    assert len(here.warehouse.goods_outs) == 0


@pytest.mark.parametrize(
    ("there", "words"),
    [
        pytest.param(
            lambda one, two: (one,), ["line 2: Blue Cherry asks 2, the warehouse has nothing"], id="less"
        ),
        pytest.param(
            lambda one, two: (one, two, two.model_copy(update={"alt_line_number": "3"})),
            ["line 3: Blue Cherry asks nothing, the warehouse has 2"],
            id="more",
        ),
        pytest.param(
            lambda one, two: (one, two.model_copy(update={"product_id": one.product_id})),
            ["line 2: Blue Cherry asks 2 of product", "the warehouse has 2 of product"],
            id="another product",
        ),
        pytest.param(
            lambda one, two: (units(one, 6), units(two, 1)),
            ["line 1: Blue Cherry asks 5, the warehouse has 6", "line 2: Blue Cherry asks 2, the warehouse has 1"],
            id="every line",
        ),
    ],
)
def test_each_line_that_differs_is_named(here: Loop, there, words: list[str]) -> None:
    here.release()
    order = asked(here)
    typed(here, order, there(*order.lines))
    deliver(here.site)
    is_parked_with(newest(here), *words)


def test_lines_are_compared_where_the_warehouse_shows_no_numbers_of_them(here: Loop) -> None:
    here.release()
    order = asked(here)
    typed(here, order, tuple(reversed(order.lines)))
    with blind(here) as clarus:
        deliver(evolve(here.site, clarus=clarus))
        assert newest(here).state is State.POSTED
        here.release("1002")
        order = asked(here)
        typed(here, order, (order.lines[0], units(order.lines[1], 3)))
        deliver(evolve(here.site, clarus=clarus))
    is_parked_with(newest(here), "Blue Cherry asks 2 and 5, the warehouse has 3 and 5")


def test_what_is_in_doubt_is_not_taken_for_an_older_word(here: Loop) -> None:
    """Its own request never arrived, and what stands there says otherwise: the other word is not its answer."""
    here.release(lines=((BLACK, 4),))
    order = asked(here)
    here.clarus_faults.next(Fault.FAILED_BEFORE, path_contains="/api/goods_outs")
    deliver(here.site)
    assert newest(here).state is State.IN_DOUBT
    typed(here, order, (units(order.lines[0], 5),))
    for _ in range(4):
        here.turn()
    is_parked_with(newest(here), "line 1: Blue Cherry asks 4, the warehouse has 5")
    assert here.goods_out().lines[0].order_quantity == 5


def test_a_newer_word_that_says_what_is_there_ends_it(here: Loop) -> None:
    here.release(lines=((BLACK, 4),))
    order = asked(here)
    typed(here, order, (units(order.lines[0], 5),))
    here.turn()
    say(here, 5)
    here.turn()
    assert [one.state for one in here.postings("goods_out")] == [State.CANCELLED, State.POSTED]
    assert here.goods_out().lines[0].order_quantity == 5


# Late lines --------------------------------------------------------------------------------------------------


@pytest.fixture
def late(here: Loop) -> Loop:
    """An order is there of which one line waited for its product, and is due now."""
    here.site = evolve(here.site, unmatched="line")
    here.release(lines=((BLACK, 5), (ODD, 2)))
    here.turn()
    here.decisions.append(Decision(code="LEGACY-9", sku=Sku("07777", "RED", size="O/S"), since=here.time))
    here.learn()
    reprocess(here.site)
    return here


def test_lines_that_came_later_do_not_make_it_another_order(late: Loop) -> None:
    deliver(late.site)
    assert [line.order_quantity for line in late.goods_out().lines] == [5, 2]
    assert targets(late.site)["clarus"].ask(newest(late)).state is State.POSTED


def test_a_late_line_that_is_there_with_another_quantity_waits_for_a_person(late: Loop) -> None:
    line = wire.GoodsOutLineAttributes.model_validate(newest(late, "goods_out_line").payload["lines"][0])
    late.site.clarus.goods_outs.update(str(late.goods_out().id), lines=[added(units(line, 3))])
    late.turn()
    late.turn()
    is_parked_with(newest(late, "goods_out_line"), "line 2: Blue Cherry asks 2, the warehouse has 3")
    assert [line.order_quantity for line in late.goods_out().lines] == [5, 3]
