"""Small worlds: what has happened before, and who does what from then on.

Law of this module: each is as small as the question it asks. The two workers are called A and B, the people of the
warehouse W and those of Blue Cherry E.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from attrs import field, frozen
from flows_world import BLACK, Loop

from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.movements_back import collect_movements
from clarus_bluecherry.flows.orders_out import collect_orders
from clarus_bluecherry.flows.reprocess import reprocess
from clarus_bluecherry.sandbox.erp import PickLine

from .scheduler import Actor
from .world import Flow, World

WHOLE_TURN = (collect_orders, collect_movements, reprocess, deliver)
"""What a turn of the loop is, flow by flow: what a whole turn's walls keep to themselves has to be seen here."""


@frozen
class Script:
    """A world. `before` comes to pass in peace; then everybody of `actors` acts under the scheduler.

    `flows` are what turns consist of there, also in the fair weather at the end. What is not small is searched
    only at random.
    """

    what: str
    before: Callable[[World], None]
    actors: Callable[[World], tuple[Actor, ...]]
    flows: tuple[Flow, ...] = field(default=WHOLE_TURN, kw_only=True)
    is_small: bool = field(default=True, kw_only=True)


def _found(*quantities: int) -> Callable[[World], None]:
    def before(world: World) -> None:
        for quantity in quantities:
            world.loop.warehouse.adjust("1234_blk_m", quantity, "FOUND")
        collect_movements(world.site)

    return before


def _two_deliver(world: World) -> tuple[Actor, ...]:
    return world.worker("A", deliver, turns=2), world.worker("B", deliver)


def _two_whole(world: World) -> tuple[Actor, ...]:
    return world.worker("A", *WHOLE_TURN, turns=2), world.worker("B", *WHOLE_TURN, turns=2)


def _released(world: World) -> None:
    world.loop.release(lines=((BLACK, 5),))


def _kept(world: World) -> None:
    _released(world)
    collect_orders(world.site)


def _shipped(world: World) -> None:
    _released(world)
    world.turn(*WHOLE_TURN)
    world.later(minutes=1)
    world.loop.ship()


def _asks_for(units: int) -> Callable[[Loop], None]:
    def act(loop: Loop) -> None:
        lines = [PickLine(line_seq="1", article=BLACK, bk_qty=units, price=Decimal("19.90"))]
        loop.erp.change_pick("1001", lines)

    return act


def _edit(loop: Loop) -> None:
    (line,) = loop.goods_out().lines
    line.dispatch_quantity -= 1
    line.pick_quantity -= 1


def _hidden_parcels(world: World) -> None:
    _shipped(world)
    warehouse = world.loop.warehouse
    rows = [(table, list(table)) for table in (warehouse.shipments, warehouse.packages)]
    for table, hidden in rows:
        for row in hidden:
            table.remove(row)

    def show(loop: Loop) -> None:
        for table, hidden in rows:
            for row in hidden:
                table.add(row)

    world.later_acts.append(show)


def _busy(world: World) -> None:
    _kept(world)
    _found(5, 3, 2)(world)


def _seen_late(world: World) -> None:
    """An adjustment that lists do not show before others, done half an hour later, were read."""
    world.loop.warehouse.adjust("1234_blk_m", 4, "FOUND")
    transactions = world.loop.warehouse.transactions
    hidden = list(transactions)
    for row in hidden:
        transactions.remove(row)
    world.later_acts.append(lambda loop: loop.warehouse.adjust("1234_blk_m", 2, "FOUND"))
    world.later_acts.append(lambda loop: [transactions.add(row) for row in hidden])


SCRIPTS: Mapping[str, Script] = {
    "adjustment": Script("one adjustment to tell, two workers", _found(5), _two_deliver, flows=(deliver,)),
    "two adjustments": Script("two to tell, two workers", _found(5, 3), _two_deliver, flows=(deliver,)),
    "order": Script("one pick ticket to bring out, two workers", _kept, _two_deliver, flows=(deliver,)),
    "new order": Script("two workers read and bring out the same pick ticket", _released, _two_whole),
    "shipped": Script("two workers read and tell the same dispatch", _shipped, _two_whole),
    "changed": Script(
        "a pick ticket of 5 becomes 7 while one worker brings it out",
        _kept,
        lambda world: (world.worker("A", *WHOLE_TURN), world.people("E", _asks_for(7), rest=4)),
        is_small=False,
    ),
    "changed back": Script(
        "a pick ticket of 5 becomes 7 and 5 again while two workers bring it out",
        _kept,
        lambda world: (*_two_whole(world), world.people("E", _asks_for(7), _asks_for(5), rest=4)),
        is_small=False,
    ),
    "edited": Script(
        "the warehouse corrects a dispatch after it was told",
        _shipped,
        lambda world: (world.worker("A", *WHOLE_TURN), world.people("W", _edit)),
    ),
    "parcels later": Script(
        "shipment and parcels are seen a while after the dispatch",
        _hidden_parcels,
        lambda world: (
            world.worker("A", *WHOLE_TURN),
            world.people("W", *world.later_acts),
        ),
    ),
    "seen late": Script(
        "an adjustment is seen an hour after it was done",
        _seen_late,
        lambda world: (world.worker("A", *WHOLE_TURN, turns=12), world.people("W", *world.later_acts, rest=30)),
        is_small=False,
    ),
    "busy day": Script(
        "three adjustments and a changing pick ticket, three workers",
        _busy,
        lambda world: (
            *_two_whole(world),
            world.worker("C", deliver),
            world.people("E", _asks_for(7), _asks_for(4), rest=6),
        ),
        is_small=False,
    ),
}
