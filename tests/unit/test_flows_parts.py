"""An order that leaves in parts: each is told on its own day, the last one closes, and nothing is told twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
from flows_world import Loop, loop

from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.ingest import fact, ingest
from clarus_bluecherry.flows.movements_back import collect_dispatches, collect_movements, undispatched
from clarus_bluecherry.flows.reprocess import reprocess
from clarus_bluecherry.flows.reversals import collect_reversals
from clarus_bluecherry.ledger import State
from clarus_bluecherry.model import Dispatch, DispatchLine, ShipmentPart, UnmatchedCode, to_plain
from clarus_bluecherry.sandbox.faults import Faults
from clarus_bluecherry.sandbox.warehouse.documents import Shipment

LAST_OF_MONTH = dt.datetime(2026, 3, 31, 20, tzinfo=dt.UTC)


@pytest.fixture
def here() -> Iterator[Loop]:
    with loop() as here:
        here.release()  # 5 black on line 1, 2 navy on line 2
        here.turn()
        here.time = LAST_OF_MONTH
        yield here


def leaves(here: Loop, black: int = 0, navy: int = 0, *, part: bool = True) -> Shipment:
    """The warehouse picks so much of pick 1001 and sends it off."""
    order = here.goods_out()
    if order.status.name in {"PENDING", "PART_ALLOCATED"}:
        here.warehouse.process_picks([order.id])
    first, second = order.lines
    here.warehouse.pick(order.id, {first.id: black, second.id: navy})
    return here.warehouse.dispatch(order.id, part=part)


def told(here: Loop) -> list[tuple[str, ShipmentPart, dt.date | None, dict[str, int]]]:
    """Each dispatch that was kept, in order: its id, its part, the day it goes under, its units by line."""
    found = []
    for posting in here.postings("order_shipment"):
        kept = here.site.ledger.fact(posting.fact_key)
        assert kept is not None
        assert isinstance(kept.record, Dispatch)
        units = {line.number: int(line.shipped) for line in kept.record.lines if line.shipped}
        found.append((kept.record.id, kept.record.part, posting.accounting_date, units))
    return found


def booked(here: Loop) -> dict[tuple[str, str], Decimal]:
    """What Blue Cherry relieved its stock of, by date and colour."""
    here.erp.process_staging()
    here.erp.run_invoicing()
    found: dict[tuple[str, str], Decimal] = {}
    for entry in here.erp.truth():
        if entry.rec_type.name == "IN":
            key = entry.date, entry.sku[1]
            found[key] = found.get(key, Decimal(0)) - entry.quantity
    return found


def test_two_parts_on_two_days_across_a_month_end_go_to_their_own_days(here: Loop) -> None:
    first = leaves(here, black=3)
    here.turn()
    here.later(days=1)
    leaves(here, black=2, navy=2, part=False)
    here.turn()
    order = here.goods_out()
    assert told(here) == [
        (f"{order.id}/{first.id}", ShipmentPart.PARTIAL, dt.date(2026, 3, 31), {"1": 3}),
        (f"{order.id}", ShipmentPart.LAST, dt.date(2026, 4, 1), {"1": 2, "2": 2}),
    ]
    assert booked(here) == {("03/31/2026", "BLK"): 3, ("04/01/2026", "BLK"): 2, ("04/01/2026", "NVY"): 2}
    assert undispatched(here.site) == []


def test_parts_that_are_first_seen_when_the_order_is_completed_go_to_their_own_days_all_the_same(
    here: Loop,
) -> None:
    first = leaves(here, black=3)
    here.later(days=1)
    leaves(here, black=2, navy=2, part=False)
    here.turn()
    order = here.goods_out()
    assert told(here) == [
        (f"{order.id}/{first.id}", ShipmentPart.PARTIAL, dt.date(2026, 3, 31), {"1": 3}),
        (f"{order.id}", ShipmentPart.LAST, dt.date(2026, 4, 1), {"1": 2, "2": 2}),
    ]


def test_an_order_that_leaves_in_one_go_is_as_it_always_was(here: Loop) -> None:
    leaves(here, black=4, navy=2, part=False)
    here.turn()
    order = here.goods_out()
    assert told(here) == [(f"{order.id}", ShipmentPart.WHOLE, dt.date(2026, 3, 31), {"1": 4, "2": 2})]
    (posting,) = here.postings("order_shipment")
    assert posting.fact_key == f"clarus:dispatch:{order.id}"


def test_looking_again_tells_nothing_twice(here: Loop) -> None:
    leaves(here, black=3)
    for _ in range(3):
        collect_dispatches(here.site, ["1001"])
        collect_movements(here.site)
    here.later(minutes=5)
    leaves(here, black=2, navy=2, part=False)
    for _ in range(3):
        collect_dispatches(here.site, ["1001"])
        collect_movements(here.site)
    assert [units for *_, units in told(here)] == [{"1": 3}, {"1": 2, "2": 2}]
    assert here.for_people() == []


def test_the_cartons_of_a_part_are_its_own(here: Loop) -> None:
    first = leaves(here, black=3)
    here.turn()
    last = leaves(here, black=2, navy=2, part=False)
    here.turn()
    packed = [posting.payload["cartons"] for posting in here.postings("order_shipment") if posting.payload]
    tracking = [[carton["track_no"] for carton in cartons] for cartons in packed]
    assert tracking == [[first.packages[0].tracking_number], [last.packages[0].tracking_number]]
    units = [[Decimal(line["ship_qty"]) for carton in cartons for line in carton["lines"]] for cartons in packed]
    assert units == [[3], [2, 2]]


def test_shorting_the_rest_closes_the_order_with_nothing_more(here: Loop) -> None:
    leaves(here, black=3)
    here.turn()
    here.later(days=1)
    here.warehouse.short(here.goods_out().id)
    here.turn()
    assert [(part, units) for _, part, _, units in told(here)] == [
        (ShipmentPart.PARTIAL, {"1": 3}),
        (ShipmentPart.LAST, {}),
    ]
    assert booked(here) == {("03/31/2026", "BLK"): 3}
    assert undispatched(here.site) == []


def test_a_rest_that_is_shorted_on_a_later_day_does_not_take_the_goods_with_it(here: Loop) -> None:
    leaves(here, black=3)
    here.later(days=1)
    here.warehouse.short(here.goods_out().id)
    here.turn()
    assert [(part, day, units) for _, part, day, units in told(here)] == [
        (ShipmentPart.PARTIAL, dt.date(2026, 3, 31), {"1": 3}),
        (ShipmentPart.LAST, dt.date(2026, 4, 1), {}),
    ]


def test_what_is_leaving_right_now_is_no_part(here: Loop) -> None:
    shipment = leaves(here, black=3)
    shipment.status = "submitting"
    here.turn()
    assert told(here) == []
    here.later(days=1)
    here.turn()
    assert [(day, units) for *_, day, units in told(here)] == [(dt.date(2026, 3, 31), {"1": 3})]


def test_what_was_told_whole_before_there_were_parts_is_not_told_again(here: Loop) -> None:
    leaves(here, black=3)
    here.later(days=1)
    leaves(here, black=2, navy=2, part=False)
    order = here.goods_out()
    whole = Dispatch(
        id=str(order.id),
        occurred_at=here.time,
        order_reference="1001",
        location="NJ",
        carrier=order.carrier.code if order.carrier else "",
        lines=tuple(
            DispatchLine(
                number=line.alt_line_number or "",
                item=UnmatchedCode(line.product.code),
                ordered=line.order_quantity,
                shipped=line.dispatch_quantity,
            )
            for line in order.lines
        ),
    )
    assert "part" not in to_plain(whole)
    key = {"source": "clarus", "kind": "dispatch", "source_id": whole.id, "version": ""}
    ingest(here.site, fact(whole, occurred_at=here.time, **key))
    for _ in range(2):
        collect_dispatches(here.site, ["1001"])
        collect_movements(here.site)
    assert [(name, units) for name, _, _, units in told(here)] == [(str(order.id), {"1": 5, "2": 2})]


# Taken back --------------------------------------------------------------------------------------------------


def test_a_part_that_was_taken_back_is_reversed_by_its_name_and_the_others_stand(here: Loop) -> None:
    first = leaves(here, black=2)
    here.turn()
    second = leaves(here, black=2)
    here.turn()
    here.warehouse.undispatch(first.id)
    collect_reversals(here.site)
    order = here.goods_out()
    (reversal,) = here.postings("shipment_reversal")
    assert reversal.record_name == f"dispatch of pick 1001, part {first.id}, taken back"
    undone = here.site.ledger.facts(kind="undispatch")
    assert [fact.source_id for fact in undone] == [f"{order.id}/{first.id}"]
    assert second.sent
    assert here.states("order_shipment") == [State.ACCEPTED, State.ACCEPTED]


def test_a_part_that_was_taken_back_before_it_was_sent_is_cancelled_and_leaves_again(here: Loop) -> None:
    first = leaves(here, black=2)
    collect_movements(here.site)
    here.warehouse.undispatch(first.id)
    here.later(days=1)
    here.warehouse.dispatch(here.goods_out().id, part=True)
    here.turn()
    assert here.states("order_shipment") == [State.CANCELLED, State.ACCEPTED]
    assert [(day, units) for *_, day, units in told(here)] == [
        (dt.date(2026, 3, 31), {"1": 2}),
        (dt.date(2026, 4, 1), {"1": 2}),
    ]


def test_what_leaves_again_waits_until_the_part_before_is_voided(here: Loop) -> None:
    first = leaves(here, black=2)
    here.turn()
    here.warehouse.undispatch(first.id)
    collect_reversals(here.site)
    here.warehouse.dispatch(here.goods_out().id, part=True)
    here.turn()
    (waiting,) = here.site.ledger.in_state(State.PARKED, kind="order_shipment")
    assert waiting.reason_code == "awaits_reversal"
    (reversal,) = here.site.ledger.in_state(State.PARKED, kind="shipment_reversal")
    here.site.ledger.cancel(reversal.key, "voided in Blue Cherry", actor="Ada")
    assert reprocess(here.site) == 1
    deliver(here.site)
    assert here.states("order_shipment") == [State.ACCEPTED, State.ACCEPTED]


def test_reopening_a_closed_order_takes_the_closing_part_back_and_the_others_stand(here: Loop) -> None:
    leaves(here, black=3)
    here.turn()
    last = leaves(here, black=2, navy=2, part=False)
    here.turn()
    here.warehouse.undispatch(last.id)
    collect_reversals(here.site)
    order = here.goods_out()
    assert [fact.source_id for fact in here.site.ledger.facts(kind="undispatch")] == [str(order.id)]
    assert undispatched(here.site) == ["1001"]
    (reversal,) = here.site.ledger.in_state(State.PARKED, kind="shipment_reversal")
    here.site.ledger.cancel(reversal.key, "voided in Blue Cherry", actor="Ada")
    here.later(days=1)
    here.warehouse.dispatch(order.id)
    here.turn()
    standing = [one for one in told(here) if one[1] is not ShipmentPart.PARTIAL]
    assert [(day, units) for *_, day, units in standing] == [
        (dt.date(2026, 3, 31), {"1": 2, "2": 2}),
        (dt.date(2026, 4, 1), {"1": 2, "2": 2}),
    ]
    assert undispatched(here.site) == []


def test_where_it_is_not_clear_which_part_came_back_none_is_taken_back(here: Loop) -> None:
    for _ in range(2):
        leaves(here, black=2)
        here.turn()
    order = here.goods_out()
    order.lines[0].dispatch_quantity -= 2
    collect_reversals(here.site)
    assert here.site.ledger.facts(kind="undispatch") == []
    (waiting,) = here.for_people()
    assert "it is not clear which of its parts was taken back" in waiting.reason


def test_the_parts_of_an_order_that_is_cancelled_stand(here: Loop) -> None:
    first = leaves(here, black=3)
    order = here.goods_out()
    here.warehouse.cancel_goods_out(order.id)
    here.turn()
    collect_reversals(here.site)
    assert [(name, units) for name, _, _, units in told(here)] == [(f"{order.id}/{first.id}", {"1": 3})]
    assert here.site.ledger.facts(kind="undispatch") == []


def test_a_part_of_before_the_window_counts_with_the_others(here: Loop) -> None:
    leaves(here, black=2)
    here.turn()
    here.later(days=40)
    second = leaves(here, black=2)
    here.turn()
    here.warehouse.undispatch(second.id)
    collect_reversals(here.site)
    (undone,) = here.site.ledger.facts(kind="undispatch")
    assert undone.source_id == f"{here.goods_out().id}/{second.id}"


def test_an_order_that_waits_for_its_balance_costs_no_reading_of_what_is_known(here: Loop) -> None:
    leaves(here, black=3)
    here.turn()
    strike, asked = Faults.strike, list[str]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Faults, "strike", lambda faults, *told: [asked.append(told[1]), strike(faults, *told)][1])
        collect_dispatches(here.site, ["1001"])
    assert len(asked) == 5  # the order and its lines, and the same and its shipments for what was taken back


# What cannot be known ----------------------------------------------------------------------------------------


def test_without_transactions_a_shipment_tells_when_its_part_left(here: Loop) -> None:
    first = leaves(here, black=3)
    here.warehouse.floor.transactions = type(here.warehouse.floor.transactions)("goods_out.id", "product.id")
    here.turn()
    assert [(name, day, units) for name, _, day, units in told(here)] == [
        (f"{here.goods_out().id}/{first.id}", dt.date(2026, 3, 31), {"1": 3})
    ]


def test_several_days_that_nobody_tells_apart_are_held_for_a_person(here: Loop) -> None:
    leaves(here, black=3)
    here.later(days=1)
    leaves(here, black=2, navy=2, part=False)
    here.warehouse.floor.transactions = type(here.warehouse.floor.transactions)("goods_out.id", "product.id")
    here.turn()
    assert told(here) == []
    (held,) = here.for_people()
    assert "7 units left, and neither its transactions nor its shipments tell" in held.reason


def test_parts_kept_by_two_turns_at_once_are_kept_once(here: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    leaves(here, black=3)
    from clarus_bluecherry.flows import movements_back

    read, done = movements_back.read_whole, []

    def meanwhile(site, listing):  # type: ignore[no-untyped-def]
        found = read(site, listing)
        if listing.root == "transactions" and not done:
            done.append(True)
            collect_dispatches(site, ["1001"])
        return found

    monkeypatch.setattr(movements_back, "read_whole", meanwhile)
    collect_dispatches(here.site, ["1001"])
    assert done
    assert [units for *_, units in told(here)] == [{"1": 3}]
