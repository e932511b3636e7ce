"""What the warehouse's people do, and that stock, transactions and the book of effects always tell one story."""

from collections import defaultdict
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sandbox_world import DRESS, JACKET, brand_warehouse, id_of, order, pre_receipt

from clarus_bluecherry.sandbox.warehouse import GoodsOutStatus, Refused


@pytest.fixture
def warehouse():
    return brand_warehouse()


def allocated(warehouse, *lines, reference="SO-1"):
    made = warehouse.create_goods_out(order(warehouse, *lines, reference=reference))
    warehouse.process_picks([made.id])
    return made


def statuses(warehouse):
    return [one.subtype for one in warehouse.transactions]


# Orders ------------------------------------------------------------------------------------------------------


def test_an_order_goes_from_pending_over_allocated_and_picking_to_completed(warehouse):
    warehouse.open_stock(DRESS, 5)
    made = warehouse.create_goods_out(order(warehouse, (DRESS, 5)))
    seen = [made.status]
    warehouse.process_picks([made.id])
    seen.append(made.status)
    seen.append(warehouse.pick(made.id).status)
    warehouse.dispatch(made.id)
    seen.append(made.status)
    assert [status.name for status in seen] == ["PENDING", "ALLOCATED", "PICK", "COMPLETED"]


def test_a_short_line_ships_what_was_picked(warehouse):
    warehouse.open_stock(DRESS, 3)
    warehouse.open_stock(JACKET, 2)
    made = allocated(warehouse, (DRESS, 5), (JACKET, 2))
    assert made.status is GoodsOutStatus.PART_ALLOCATED
    warehouse.pick(made.id)
    warehouse.dispatch(made.id)
    assert [(int(line.dispatch_quantity), line.short_status) for line in made.lines] == [(3, "SHORT"), (2, "")]
    assert warehouse.on_hand(DRESS) == warehouse.on_hand(JACKET) == 0


def test_the_remainder_of_a_part_allocated_order_can_be_allocated_later(warehouse):
    warehouse.open_stock(DRESS, 3)
    made = allocated(warehouse, (DRESS, 5))
    warehouse.open_stock(DRESS, 2)
    warehouse.process_picks([made.id])
    assert (made.status, made.lines[0].allocated_quantity) == (GoodsOutStatus.ALLOCATED, 5)


def test_an_order_shorted_whole_is_completed_with_nothing_dispatched(warehouse):
    made = warehouse.create_goods_out(order(warehouse, (DRESS, 5)))
    warehouse.short(made.id)
    assert made.status is GoodsOutStatus.COMPLETED
    assert (made.lines[0].dispatch_quantity, made.lines[0].short_status) == (0, "SHORT")
    assert warehouse.truth() == []


def test_shorting_over_the_api_needs_the_accounts_leave(warehouse):
    made = warehouse.create_goods_out(order(warehouse, (DRESS, 5)))
    reason = id_of(warehouse.reason_codes, "NOSTOCK")
    with pytest.raises(Refused, match="does not allow shorting"):
        warehouse.short_order_lines([made.id], "no stock", reason)
    made.account.is_short_pickable = True
    warehouse.short_order_lines([made.id], "no stock", reason)
    assert made.status is GoodsOutStatus.COMPLETED


def test_units_promised_to_one_order_are_not_promised_to_another(warehouse):
    warehouse.open_stock(DRESS, 5)
    allocated(warehouse, (DRESS, 4))
    second = allocated(warehouse, (DRESS, 4), reference="SO-2")
    assert second.lines[0].allocated_quantity == 1


def test_more_than_ordered_may_be_picked_while_units_lie_free(warehouse):
    warehouse.open_stock(DRESS, 6)
    made = allocated(warehouse, (DRESS, 5))
    line = made.lines[0]
    with pytest.raises(Refused):
        warehouse.pick(made.id, {line.id: 7})
    warehouse.pick(made.id, {line.id: 6})
    warehouse.dispatch(made.id)
    assert (line.dispatch_quantity, warehouse.on_hand(DRESS)) == (6, 0)


def test_a_pick_cannot_take_what_is_promised_to_another_order(warehouse):
    warehouse.open_stock(DRESS, 6)
    first = allocated(warehouse, (DRESS, 3))
    allocated(warehouse, (DRESS, 3), reference="SO-2")
    with pytest.raises(Refused):
        warehouse.pick(first.id, {first.lines[0].id: 4})


def test_a_refused_pick_picks_no_line(warehouse):
    warehouse.open_stock(DRESS, 5)
    warehouse.open_stock(JACKET, 5)
    made = allocated(warehouse, (DRESS, 5), (JACKET, 5))
    first, second = made.lines
    with pytest.raises(Refused):
        warehouse.pick(made.id, {first.id: 5, second.id: 6})
    assert (first.pick_quantity, made.status) == (0, GoodsOutStatus.ALLOCATED)


def test_cancelling_a_picked_order_brings_its_units_back(warehouse):
    warehouse.open_stock(DRESS, 5)
    made = allocated(warehouse, (DRESS, 5))
    warehouse.pick(made.id, {made.lines[0].id: 2})
    warehouse.cancel_goods_out(made.id)
    (balance,) = warehouse.stock_balances
    assert (balance.available, balance.allocated, balance.picked) == (5, 0, 0)
    assert (made.status, statuses(warehouse)) == (GoodsOutStatus.CANCELLED, ["PICK", "TRAN"])


def test_an_order_in_progress_is_not_deleted_and_a_completed_one_never_changes(warehouse):
    warehouse.open_stock(DRESS, 1)
    made = allocated(warehouse, (DRESS, 1))
    with pytest.raises(Refused):
        warehouse.delete_goods_out(made.id)
    warehouse.pick(made.id)
    warehouse.dispatch(made.id)
    for attempt in (
        lambda: warehouse.cancel_goods_out(made.id),
        lambda: warehouse.change_goods_out(made.id, {"priority": 1}),
        lambda: warehouse.pick(made.id),
        lambda: warehouse.dispatch(made.id),
        lambda: warehouse.short(made.id),
    ):
        with pytest.raises(Refused):
            attempt()


# Receipts ----------------------------------------------------------------------------------------------------


def test_received_units_are_for_sale_only_after_they_are_put_away(warehouse):
    receipt = warehouse.create_receipt(pre_receipt(warehouse, (DRESS, 10)))
    line = receipt.lines[0]
    warehouse.receive(line.id, 4)
    (balance,) = warehouse.stock_balances
    assert (receipt.status, balance.available, balance.received, warehouse.on_hand(DRESS)) == ("part", 0, 4, 4)
    warehouse.put_away(line.id, 3)
    (balance,) = warehouse.stock_balances
    assert (balance.available, statuses(warehouse)) == (3, ["RCV", "PWAY"])


def test_a_receive_is_taken_back_only_from_the_bay(warehouse):
    receipt = warehouse.create_receipt(pre_receipt(warehouse, (DRESS, 10)))
    line = receipt.lines[0]
    warehouse.receive(line.id, 10)
    warehouse.put_away(line.id, 6)
    with pytest.raises(Refused):
        warehouse.unreceive(line.id, 5)
    warehouse.unreceive(line.id, 4)
    book = [(one.kind, int(one.quantity), one.reference, one.line) for one in warehouse.truth()]
    assert book == [("receipt", 10, "PO-1", "1"), ("receipt", -4, "PO-1", "1")]


def test_more_than_expected_may_come(warehouse):
    receipt = warehouse.create_receipt(pre_receipt(warehouse, (DRESS, 10)))
    warehouse.receive(receipt.lines[0].id, 12)
    assert warehouse.complete_receipt(receipt.id).status == "completed"
    assert warehouse.on_hand(DRESS) == 12


def test_a_return_is_a_receipt_of_its_own_type_for_the_order(warehouse):
    moved = warehouse.take_return("SO-77", DRESS, 2)
    receipt = moved.goods_in_receipt
    assert (receipt.receipt_type, receipt.external_system_reference1, receipt.status) == (
        "return",
        "SO-77",
        "completed",
    )
    (effect,) = warehouse.truth()
    assert (effect.kind, effect.quantity, effect.reference, effect.source) == ("return", 2, "SO-77", str(moved.id))


# Stock -------------------------------------------------------------------------------------------------------


def test_a_count_resolves_to_the_difference_under_its_own_reason(warehouse):
    warehouse.open_stock(DRESS, 10)
    (less,) = warehouse.count(DRESS, 7, "COUNT")
    (more,) = warehouse.count(DRESS, 8, "COUNT")
    assert warehouse.count(DRESS, 8, "COUNT") == []
    assert [(one.subtype, int(one.quantity), one.reason_code.code) for one in (less, more)] == [
        ("NEGADJ", 3, "COUNT"),
        ("POSADJ", 1, "COUNT"),
    ]


def test_a_reason_of_the_wrong_type_is_refused_and_some_accounts_demand_one(warehouse):
    warehouse.open_stock(DRESS, 5)
    with pytest.raises(Refused, match="not for negative_adjustment"):
        warehouse.adjust(DRESS, -1, "FOUND")
    warehouse.adjust(DRESS, -1)
    next(iter(warehouse.accounts)).enforce_reason_codes = True
    with pytest.raises(Refused, match="demands a reason"):
        warehouse.adjust(DRESS, -1)


def test_an_account_may_deal_only_in_its_own_products(warehouse):
    account = warehouse.add_account("OTHER", assigned_products_only=True)
    with pytest.raises(Refused, match="not assigned"):
        warehouse.create_goods_out(order(warehouse, (DRESS, 1), account_id=account.id))
    warehouse.assign_product(id_of(warehouse.products, DRESS), {"account_id": account.id})
    assert warehouse.create_goods_out(order(warehouse, (DRESS, 1), account_id=account.id)).account is account


def test_held_units_stay_on_hand_and_are_not_for_sale(warehouse):
    warehouse.open_stock(DRESS, 5)
    warehouse.hold(DRESS, 2, "QA")
    (balance,) = warehouse.stock_balances
    assert (balance.available, warehouse.on_hand(DRESS)) == (3, 5)
    with pytest.raises(Refused):
        warehouse.adjust(DRESS, -4, "DAMAGED")
    warehouse.release(DRESS, 2, "QA-OK")
    assert warehouse.stock_balances[0].available == 5


def test_a_product_with_stock_is_not_deleted(warehouse):
    warehouse.open_stock(DRESS, 1)
    with pytest.raises(Refused, match="has stock"):
        warehouse.delete_product(id_of(warehouse.products, DRESS))


# One story ---------------------------------------------------------------------------------------------------

ORDER_WORK = ("order", "process", "pick", "over-pick", "dispatch", "short", "cancel")
RECEIPT_WORK = ("announce", "receive", "unreceive", "put away", "complete", "return")
STOCK_WORK = ("adjust", "hold", "release", "count")
WORK = st.tuples(
    st.sampled_from((*ORDER_WORK, *RECEIPT_WORK, *STOCK_WORK)),
    st.sampled_from((DRESS, JACKET)),
    st.integers(min_value=1, max_value=9),
)


def work(warehouse, what, product, quantity):
    """Do one thing to the latest document, whatever its state: a refusal must leave everything as it was."""
    made = (list(warehouse.goods_outs) or [None])[-1]
    receipt = (list(warehouse.goods_in_receipts) or [None])[-1]
    if what == "order":
        warehouse.create_goods_out(order(warehouse, (product, quantity)))
    elif what == "announce":
        warehouse.create_receipt(pre_receipt(warehouse, (product, quantity)))
    elif what == "return":
        warehouse.take_return("SO-1", product, quantity)
    elif what == "adjust":
        warehouse.adjust(product, quantity - 5)
    elif what == "hold":
        warehouse.hold(product, quantity)
    elif what == "release":
        warehouse.release(product, quantity)
    elif what == "count":
        warehouse.count(product, quantity, "COUNT")
    elif made and what == "process":
        warehouse.process_picks([made.id])
    elif made and what == "pick":
        warehouse.pick(made.id)
    elif made and what == "over-pick":
        warehouse.pick(made.id, {made.lines[0].id: quantity})
    elif made and what == "dispatch":
        warehouse.dispatch(made.id)
    elif made and what == "short":
        warehouse.short(made.id)
    elif made and what == "cancel":
        warehouse.cancel_goods_out(made.id)
    elif receipt and what == "receive":
        warehouse.receive(receipt.lines[0].id, quantity)
    elif receipt and what == "unreceive":
        warehouse.unreceive(receipt.lines[0].id, quantity)
    elif receipt and what == "put away":
        warehouse.put_away(receipt.lines[0].id)
    elif receipt and what == "complete":
        warehouse.complete_receipt(receipt.id)


@settings(max_examples=60, deadline=None)
@given(st.lists(WORK, max_size=40))
def test_stock_transactions_and_book_always_agree_and_stock_is_never_negative(steps):
    warehouse = brand_warehouse()
    for product in (DRESS, JACKET):
        warehouse.open_stock(product, 8)
    for step in steps:
        try:
            work(warehouse, *step)
        except Refused:
            continue
    booked, moved = defaultdict(Decimal), defaultdict(Decimal, {DRESS: Decimal(8), JACKET: Decimal(8)})
    for effect in warehouse.truth():
        booked[effect.product] += 0 if effect.kind == "hold" else effect.quantity
    sign = {"RCV": 1, "POSADJ": 1, "UNRCV": -1, "NEGADJ": -1, "DISP": -1}
    for one in warehouse.transactions:
        moved[one.product.code] += sign.get(one.subtype, 0) * one.quantity
    for product in (DRESS, JACKET):
        assert warehouse.on_hand(product) == booked[product] == moved[product]
    assert all(stock.quantity > 0 for stock in warehouse.stocks)
    assert all(balance.available >= 0 <= balance.allocated for balance in warehouse.stock_balances)
