"""What waits in the ledger, class by class: each posting and each thing in the inbox is somebody's."""

import datetime as dt

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_databases import NOON, Clock, a_fact, a_posting
from settled_history import counting, write_history

from clarus_bluecherry.finance.exceptions import (
    ExceptionClass,
    ExceptionPolicy,
    ExceptionTerms,
    cost_by,
    inbox_found,
    ledger_exceptions,
    one_for_each,
    postings_found,
    ranked,
)
from clarus_bluecherry.ledger import InboxItem, Ledger, Posting, State
from clarus_bluecherry.ledger.reasons import Owner, Reason
from clarus_bluecherry.ledger.states import FINAL
from clarus_bluecherry.model import (
    Address,
    Adjustment,
    Dispatch,
    DispatchLine,
    Money,
    OrderLine,
    Product,
    PurchaseOrder,
    PurchaseOrderLine,
    Receipt,
    ReturnToStock,
    SalesOrder,
    Sku,
    Undispatch,
    UnmatchedCode,
    Unread,
)

DAY = dt.timedelta(days=1)
SKU, OTHER = Sku("01234", "BLK", size="M"), Sku("01234", "BLK", size="S")
COSTS = {SKU: Money("12.50", "USD"), OTHER: Money("10.00", "USD")}
C = ExceptionClass


def terms(now=NOON, costs=COSTS, **changes):
    return ExceptionTerms(now=now, cost_of=cost_by(costs), **changes)


def pair(source_id="77", state=State.PARKED, *, item=SKU, quantity="-2", since=NOON, **changes):
    fact = a_fact(source_id, item=item, quantity=quantity, occurred_at=since)
    return a_posting(fact, state=state, **changes), fact.record


def listed(*pairs, now=NOON, **changes):
    policy = ExceptionPolicy()
    found = postings_found(pairs, terms(now, **changes))
    return ranked(one_for_each(each for each in found if policy.is_listed(each, now)))


def posting(kind, target="bluecherry", state=State.PENDING, **changes):
    told = {"fact_key": f"s:{kind}:1", "record_name": f"{kind} 1", "occurred_at": NOON}
    return Posting(kind=kind, target=target, state=state, **{**told, **changes})


LINE = DispatchLine(number="1", item=SKU, ordered=5, shipped=5)
GONE = Dispatch(id="7", occurred_at=NOON, order_reference="1001", location="NJ", lines=(LINE,))
BACK = Undispatch(id="8", occurred_at=NOON, dispatch_id="7", order_reference="1001", location="NJ", lines=(LINE,))
CAME = Receipt(
    id="9", occurred_at=NOON, order_reference="PO7", line_number="1", location="NJ", item=SKU, quantity=12
)
RETURNED = ReturnToStock(id="31", occurred_at=NOON, location="NJ", item=SKU, quantity=1)
COUNTED = Adjustment(id="77", occurred_at=NOON, location="NJ", item=SKU, quantity=-1, reason="COUNT")
ORDER = SalesOrder(
    reference="1001",
    order_number="SO9",
    location="NJ",
    requested_dispatch=NOON,
    ship_to=Address(name="Jo Doe", email="jo@example.com"),
    lines=(OrderLine(number="1", item=SKU, quantity=3),),
)
BOUGHT = PurchaseOrder(
    reference="PO7",
    location="NJ",
    due=NOON,
    lines=(PurchaseOrderLine(number="1", item=SKU, quantity=12),),
)
WANTED = Product(sku=SKU)

CLASSES = [
    (GONE, "bluecherry", State.ACCEPTED, "", C.DISPATCH_NOT_POSTED, "order 1001"),
    (BACK, "bluecherry", State.PENDING, "", C.DISPATCH_UNDONE, "order 1001"),
    (GONE, "bluecherry", State.IN_DOUBT, "", C.IN_DOUBT, "order 1001"),
    (GONE, "bluecherry", State.PARKED, Reason.POSTED_TWICE, C.DISPATCH_POSTED_TWICE, "order 1001"),
    (GONE, "bluecherry", State.PARKED, Reason.BROKEN_PACK, C.PART_NOT_TOLD, "order 1001"),
    (GONE, "bluecherry", State.PARKED, Reason.UNKNOWN_SKU, C.SKU_HALTED, "order 1001"),
    (GONE, "bluecherry", State.PARKED, Reason.PERIOD_CLOSED, C.PARKED, "order 1001"),
    (GONE, "bluecherry", State.PARKED, "http_422", C.PARKED, "order 1001"),
    (CAME, "bluecherry", State.RETRYING, "", C.RECEIPT_UNPOSTED, "receipt PO7/1"),
    (CAME, "bluecherry", State.PARKED, Reason.PART_OF_PACK, C.WAITING, "receipt PO7/1"),
    (RETURNED, "bluecherry", State.REJECTED, "", C.RETURN_NOT_IN_BOOKS, "return 31"),
    (BACK, "bluecherry", State.PARKED, Reason.DISPATCH_UNDONE, C.DISPATCH_UNDONE, "order 1001"),
    (RETURNED, "bluecherry", State.PARKED, Reason.MORE_RETURNED, C.RETURN_MORE_THAN_SHIPPED, "return 31"),
    (COUNTED, "bluecherry", State.SENDING, "", C.COUNT_LAGGING, "adjustment 77"),
    (evolve(COUNTED, reason="LOST"), "bluecherry", State.PENDING, "", C.ADJUSTMENT_LAGGING, "adjustment 77"),
    (COUNTED, "bluecherry", State.PARKED, Reason.POSTED_TWICE, C.BOOKED_OTHERWISE, "adjustment 77"),
    (ORDER, "clarus", State.REJECTED, "", C.ORDER_REJECTED, "order 1001"),
    (ORDER, "clarus", State.PARKED, Reason.CHANGED_AFTER_SENT, C.ORDER_DRIFTED, "order 1001"),
    (ORDER, "clarus", State.PENDING, "", C.WAITING, "order 1001"),
    (BOUGHT, "clarus", State.REJECTED, "", C.ORDER_REJECTED, "purchase order PO7"),
    (WANTED, "clarus", State.REJECTED, "", C.SKU_HALTED, "product 01234 BLK M"),
    (WANTED, "clarus", State.PARKED, Reason.UNTIED_PRODUCTS, C.SKU_HALTED, "product 01234 BLK M"),
]


@pytest.mark.parametrize(
    ("record", "target", "state", "code", "kind", "subject"),
    CLASSES,
    ids=[f"{each[4]}-{number}" for number, each in enumerate(CLASSES)],
)
def test_each_posting_is_in_the_class_of_what_it_is_about(record, target, state, code, kind, subject):
    one = posting("message", target, state, reason_code=str(code))
    (item,) = postings_found([(one, record)], terms(count_reasons={"COUNT"}))
    assert (item.kind, item.subject) == (kind, subject)
    assert item.action.endswith(".")
    assert (item.state, item.postings) == (state, (one.key,))


@pytest.mark.parametrize("state", [State.PARKED, State.REJECTED, State.IN_DOUBT])
def test_what_needs_a_person_is_listed_at_once(state):
    [item] = listed(pair(state=state, record_name="adjustment 77", reason="no such style", reason_code="http_422"))
    assert (item.what, item.state, item.reason, item.reason_code) == (
        "adjustment 77",
        state,
        "no such style",
        "http_422",
    )
    assert (item.units, item.value) == (-2, Money("-25.00", "USD"))


@pytest.mark.parametrize("state", [State.PENDING, State.SENDING, State.ACCEPTED, State.RETRYING])
def test_what_is_on_its_way_is_listed_when_it_is_as_old_as_its_class_says(state):
    assert listed(pair(state=state), now=NOON + DAY - dt.timedelta(seconds=1)) == ()
    [item] = listed(pair(state=state), now=NOON + DAY)
    assert item.age(NOON + DAY) == DAY


@pytest.mark.parametrize("state", sorted(FINAL))
def test_what_is_settled_is_never_listed(state):
    assert listed(pair(state=state), now=NOON + 99 * DAY) == ()


def test_every_listed_posting_says_what_to_do():
    found = listed(*(pair(str(n), state) for n, state in enumerate(set(State) - FINAL)), now=NOON + 2 * DAY)
    assert len({item.action for item in found}) == len(set(State) - FINAL)


def test_an_unmatched_code_shows_its_candidates_and_what_to_do():
    waits = pair(item=UnmatchedCode("X"), reason_code="unknown_sku", detail={"candidates": ["01234 BLK M"]})
    [item] = listed(waits)
    assert item.candidates == ("01234 BLK M",)
    assert item.value is None
    assert "crosswalk" in item.action
    [tied] = listed(waits, sku_of=lambda code: SKU)
    assert tied.value == Money("-25.00", "USD")


def test_the_list_begins_with_what_may_be_worth_most():
    found = listed(
        pair("small", quantity="1"),
        pair("large", quantity="-100"),
        pair("unknown", item=UnmatchedCode("X")),
        pair("middle", item=OTHER, quantity="9"),
    )
    assert [item.subject.split()[-1] for item in found] == ["unknown", "large", "middle", "small"]


def test_amounts_of_two_currencies_or_a_missing_cost_have_no_common_value():
    lines = tuple(
        DispatchLine(number=str(number), item=item, ordered=1, shipped=1)
        for number, item in enumerate([SKU, OTHER])
    )
    pairs = [(pair()[0], evolve(GONE, lines=lines))]
    assert listed(*pairs)[0].value == Money("-22.50", "USD")
    assert listed(*pairs, costs={**COSTS, OTHER: Money("10", "GBP")})[0].value is None
    assert listed(*pairs, costs={SKU: COSTS[SKU]})[0].value is None


def test_two_messages_of_one_class_about_one_order_are_one_added_up():
    first = posting("order_shipment", state=State.REJECTED, reason="no such style")
    second = posting("order_shipment", state=State.REJECTED, fact_key="s:d:2", occurred_at=NOON + DAY)
    (item,) = listed((second, GONE), (first, GONE))
    assert (item.units, item.value, item.since) == (-10, Money("-125.00", "USD"), NOON)
    assert item.postings == (first.key, second.key)


def test_what_it_does_to_a_close_and_to_a_promise_is_told():
    def period_of(day):
        return day.strftime("%Y-%m"), day < dt.date(2026, 3, 1)

    late = posting("order_shipment", accounting_date=dt.date(2026, 3, 1), moved_from=dt.date(2026, 2, 28))
    (item,) = postings_found([(late, GONE)], terms(period_of=period_of))
    assert (item.close.period, item.close.is_closed, item.close.value) == ("2026-02", True, Money("-62.50", "USD"))
    stopped = posting("goods_out", "clarus", State.REJECTED)
    (order,) = postings_found([(stopped, ORDER)], terms(period_of=period_of))
    assert (order.promise.order, order.promise.promised, order.promise.units) == ("SO9", NOON.date(), 3)
    assert (order.close, order.units, order.value) == (None, -3, Money("-37.50", "USD"))


def test_nothing_of_a_person_is_in_an_item():
    stopped = posting(
        "goods_out",
        "clarus",
        State.REJECTED,
        payload={"name": "Jo Doe", "email": "jo@example.com"},
        detail={"name": "Jo Doe"},
    )
    found = listed((stopped, ORDER))
    assert found
    assert "Jo" not in repr(found)


# The inbox ---------------------------------------------------------------------------------------------------


def heard(kind, source_id="1001", problem="it is broken", raw=None, due=None):
    return InboxItem(
        source="clarus",
        kind="unread",
        source_id=f"{kind} {source_id}",
        occurred_at=NOON,
        record=Unread(id=source_id, kind=kind, occurred_at=NOON, problem=problem),
        raw=raw,
        record_name=f"{kind} {source_id}",
        reason=problem,
        reason_code=Reason.UNREAD,
        due=due,
    )


IN_PARTS = "3 units left, and neither its transactions nor its shipments tell on which day each of them did"


@pytest.mark.parametrize(
    ("item", "kind", "owner"),
    [
        (heard("cancelled order"), C.CANCELLED_STILL_AWAITED, Owner.OPERATIONS),
        (heard("dispatch", raw={"reference": "1001"}), C.PICK_CONFIRMATION_FAILED, Owner.INTEGRATION),
        (heard("dispatch", problem=IN_PARTS, raw={"reference": "1001"}), C.PART_NOT_TOLD, Owner.OPERATIONS),
        (heard("untold", "dispatches"), C.COMPLETENESS_GAP, Owner.INTEGRATION),
        (heard("pick ticket"), C.UNREAD, Owner.INTEGRATION),
        (heard("webhook", due=NOON), C.WAITING, Owner.INTEGRATION),
    ],
    ids=["cancelled", "failed", "in parts", "untold", "unread", "due"],
)
def test_each_thing_in_the_inbox_is_in_the_class_of_what_it_is_about(item, kind, owner):
    (found,) = inbox_found([item])
    assert (found.kind, found.owner, found.inbox) == (kind, owner, (item.key,))
    about_order = kind in (C.CANCELLED_STILL_AWAITED, C.PICK_CONFIRMATION_FAILED, C.PART_NOT_TOLD)
    assert (found.subject == "order 1001") is about_order


# The ledger itself -------------------------------------------------------------------------------------------


def test_the_ledgers_exceptions_are_read_as_they_stand(tmp_path):
    clock = Clock()
    with Ledger.open(tmp_path / "ledger.sqlite", now=clock) as ledger:
        for number, state in (("1", State.PARKED), ("2", State.PENDING)):
            fact = a_fact(number)
            ledger.record(fact)
            ledger.post(a_posting(fact, state=state))
        assert [item.state for item in ledger_exceptions(ledger, terms(clock()))] == [State.PARKED]
        later = clock.pass_(days=2)
        assert len(ledger_exceptions(ledger, terms(later))) == 2
        [taken] = ledger.claim("bluecherry", worker="w1")
        ledger.advance(taken.key, State.POSTED)
        assert [item.state for item in ledger_exceptions(ledger, terms(later))] == [State.PARKED]


RECORDS = st.sampled_from([GONE, BACK, CAME, RETURNED, COUNTED, ORDER, BOUGHT, WANTED])
PAIRS = st.lists(
    st.tuples(
        st.builds(
            posting,
            st.sampled_from(["a", "b"]),
            st.sampled_from(["bluecherry", "clarus"]),
            st.sampled_from(sorted(State)),
            fact_key=st.integers(1, 6).map(lambda number: f"s:k:{number}"),
            reason_code=st.sampled_from(["", *Reason]).map(str),
        ),
        RECORDS,
    ),
    max_size=8,
    unique_by=lambda each: each[0].key,
)


@settings(max_examples=100, deadline=None)
@given(PAIRS, st.randoms(use_true_random=False))
def test_order_and_duplication_change_nothing_and_nothing_open_is_left_out(pairs, chance):
    again = [*pairs, *pairs[:3]]
    chance.shuffle(again)
    ours = ranked(one_for_each(postings_found(pairs, terms())))
    assert ours == ranked(one_for_each(postings_found(again, terms())))
    shown = sorted(key for item in ours for key in item.postings)
    assert shown == sorted(one.key for one, _ in pairs if one.state not in FINAL)


def asked_of(place, settled):
    """What the list asks of a ledger of so many settled facts, beside three that wait."""
    write_history(place, settled)
    with Ledger.open(place, now=lambda: NOON) as ledger:
        for number in ("1", "2", "3"):
            fact = a_fact(number)
            ledger.record(fact)
            ledger.post(a_posting(fact, state=State.PARKED))
        ledger_exceptions(ledger, terms())
        with counting() as cost:
            assert len(ledger_exceptions(ledger, terms())) == 3
            assert ledger.last_heard("transaction", source="clarus", limit=5, apart=DAY)
    return cost


def test_what_is_settled_costs_nothing(tmp_path):
    few, many = asked_of(tmp_path / "few.sqlite", 30), asked_of(tmp_path / "many.sqlite", 9000)
    assert len(few.statements) == len(many.statements)
    assert few.rows == many.rows
    assert many.ticks <= few.ticks + 5
