"""For any instant, zone and cut-off, and any closing and opening of periods on the way, the dates are right."""

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

from attrs import define, evolve, field
from how_many import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.clarus import wire
from clarus_bluecherry.clarus.files._exports import ExportLayout, read_export
from clarus_bluecherry.errors import NotSent, OutcomeUnknown
from clarus_bluecherry.finance import PostingCalendar, WhenClosed
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.ingest import ingest
from clarus_bluecherry.flows.names import BLUECHERRY, DISPATCH, PICK, TRANSACTION
from clarus_bluecherry.flows.reprocess import reprocess
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.ledger import Fact, Head, State
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.mapping import ErpTerms, WarehouseTerms, clarus, clarus_files
from clarus_bluecherry.model import (
    Adjustment,
    Dispatch,
    DispatchLine,
    OrderLine,
    Receipt,
    ReturnToStock,
    SalesOrder,
    Sku,
)

NAMES = ("UTC", "America/New_York", "America/Los_Angeles", "Europe/London", "Pacific/Auckland", "Asia/Kolkata")
zones = st.sampled_from(NAMES).map(ZoneInfo)
instants = st.integers(631_238_400, 2_871_763_199).map(lambda second: dt.datetime.fromtimestamp(second, dt.UTC))
edges = st.sampled_from(
    [
        dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC),
        dt.datetime(2026, 11, 1, 6, 30, tzinfo=dt.UTC),
        dt.datetime(2026, 11, 1, 3, 59, 59, 999999, tzinfo=dt.UTC),
        dt.datetime(2026, 3, 8, 7, tzinfo=dt.UTC),
        dt.datetime(2028, 2, 29, 23, 30, tzinfo=dt.UTC),
        dt.datetime(2027, 1, 1, tzinfo=dt.UTC),
    ]
)
cut_offs = st.times() | st.sampled_from([dt.time(0), dt.time(2), dt.time(12), dt.time(17), dt.time(23, 59)])
SKU = Sku("01234", "BLK", size="M")


def since_midnight(time: dt.time) -> dt.timedelta:
    return dt.datetime.combine(dt.date.min, time) - dt.datetime.combine(dt.date.min, dt.time())


@given(instant=instants | edges, zone=zones, cut_off=cut_offs)
def test_the_date_is_the_books_own_day_at_that_instant_counted_from_its_cut_off(instant, zone, cut_off):
    clock = instant.astimezone(zone).replace(tzinfo=None)
    begins = since_midnight(cut_off) - (dt.timedelta(days=1) if cut_off >= dt.time(12) else dt.timedelta())
    assert PostingCalendar(zone, cut_off=cut_off).posting_date(instant).date == (clock - begins).date()


@given(day=st.dates(), instant=instants, zone=zones, cut_off=cut_offs)
def test_a_day_that_was_told_without_a_time_is_that_day(day, instant, zone, cut_off):
    assert PostingCalendar(zone, cut_off=cut_off).posting_date(instant, day).date == day


@given(day=st.dates(dt.date(1900, 1, 1), dt.date(9000, 12, 31)), warehouse=zones, books=zones, cut_off=cut_offs)
def test_a_warehouse_that_dates_without_a_time_is_told_as_it_dated(day, warehouse, books, cut_off):
    order = wire.GoodsOutNode(
        id="8",
        reference="1001",
        goods_out_status={"code": "COMPLETED"},
        actual_date_of_dispatch=day.isoformat(),
        warehouse={"code": "WH1"},
    )
    line = wire.GoodsOutLineNode(id="9", order_quantity=1, dispatch_quantity=1, product={"code": "A"})
    left = clarus.dispatch(order, [line], [], [], WarehouseTerms(zone=warehouse))
    assert PostingCalendar(books, cut_off=cut_off).own_date(left.occurred_at, left.own_date) == day


@given(day=st.dates(dt.date(1900, 1, 1), dt.date(9000, 12, 31)), warehouse=zones, books=zones)
def test_so_is_an_export_whose_file_writes_no_time(day, warehouse, books):
    terms, calendar = WarehouseTerms(zone=warehouse), PostingCalendar(books)
    columns = {
        "order_reference": "Order",
        "product_code": "Product",
        "dispatched": "Qty",
        "dispatched_at": "Left",
        "warehouse_code": "Building",
    }
    layout = ExportLayout(kind="dispatched", columns=columns, moments="%d/%m/%Y")
    lines = f"Order,Product,Qty,Building,Left\n1001,01234-BLK-M,2,WH1,{day:%d/%m}/{day.year:04}\n"
    (left,) = clarus_files.dispatches(read_export(layout, lines.encode()), terms)
    assert left.own_date == day
    assert calendar.own_date(left.occurred_at, left.own_date) == day


# On the way --------------------------------------------------------------------------------------------------


@define
class Books:
    """Blue Cherry as a transport of our own: it notes what it took, and fails as it is told to."""

    calendar: PostingCalendar
    failing: type[Exception] | None = None
    taken: list[tuple[messages.Outbound, str, PostingCalendar]] = field(factory=list)

    def send(self, message, control_number):
        if self.failing is not None:
            raise self.failing("it failed before any effect")
        self.taken.append((message, control_number, self.calendar))
        return messages.Acceptance(control_number=control_number)

    def probe(self, kind, control_number, reference):
        if any(number == control_number for _, number, _ in self.taken):
            return messages.DeliveryStatus.STAGED
        return messages.DeliveryStatus.ABSENT

    def read(self, kind, since=None):
        return iter(())

    def ping(self):
        return "our own"

    def close(self):
        pass


def told_date(message: messages.Outbound) -> dt.date:
    match message:
        case messages.OrderShipment():
            return message.ship_date
        case messages.ProductionReceiptAdvice():
            return message.receipt_date
        case messages.InventoryAdjustment() | messages.ReturnAdvice():
            return message.adj_date
    raise AssertionError(message)


def told_as(kind):
    """The kind of fact by which the warehouse tells it."""
    return DISPATCH if kind == "dispatch" else TRANSACTION


def movement(kind, instant, own):
    moved = {"id": "7", "occurred_at": instant, "own_date": own, "location": "NJ"}
    match kind:
        case "dispatch":
            line = DispatchLine(number="1", item=SKU, ordered=2, shipped=2)
            return Dispatch(order_reference="1001", lines=(line,), **moved)
        case "receipt":
            return Receipt(order_reference="C55", line_number="3", item=SKU, quantity=2, **moved)
        case "adjustment":
            return Adjustment(item=SKU, quantity=-1, **moved)
        case _:
            return ReturnToStock(item=SKU, quantity=1, **moved)


def site_with(ledger: Ledger, books: Books, clock) -> Site:
    return Site(
        clarus=None,  # nothing is for the warehouse
        bluecherry=BlueCherry(books),
        ledger=ledger,
        account="BRAND",
        warehouses={},
        erp_zone=books.calendar.zone,
        currency="USD",
        warehouse_terms=WarehouseTerms(zone=dt.UTC),
        erp_terms=ErpTerms(zone=books.calendar.zone),
        calendar=books.calendar,
        go_live=dt.datetime(1990, 1, 1, tzinfo=dt.UTC),
        latest_effect=dt.timedelta(0),
        clock=clock,
    )


def ordered(ledger: Ledger, at: dt.datetime) -> None:
    """The pick ticket that the dispatch belongs to."""
    line = OrderLine(number="1", item=SKU, quantity=Decimal(2))
    order = SalesOrder(reference="1001", location="NJ", requested_dispatch=at, lines=(line,))
    fact = Fact(source=BLUECHERRY, kind=PICK, source_id="1001", occurred_at=at, record=order)
    ledger.record(fact)
    ledger.move(
        Head(source=BLUECHERRY, kind=PICK, source_id="1001", version=1, newest_key=fact.key, standing_key=fact.key)
    )


closings = st.tuples(
    st.none() | st.integers(-40, 40),  # how many days from the movement's own day the books are closed through
    st.sampled_from(WhenClosed),
    st.sampled_from([None, None, NotSent, OutcomeUnknown]),
)


@settings(max_examples=examples(40))
@given(
    kind=st.sampled_from(["dispatch", "receipt", "adjustment", "return"]),
    instant=instants | edges,
    own=st.none() | st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31)),
    zone=zones,
    cut_off=cut_offs,
    steps=st.lists(closings, min_size=1, max_size=6),
)
def test_what_is_sent_lies_in_no_period_closed_then_and_says_from_where_it_was_moved(
    kind, instant, own, zone, cut_off, steps
):
    assume(instant.utcoffset() is not None)
    calendar = PostingCalendar(zone, cut_off=cut_off)
    day = calendar.own_date(instant, own)
    time = [instant.astimezone(dt.UTC)]
    with Ledger.open(":memory:", now=lambda: time[0]) as ledger:
        books = Books(calendar)
        site = site_with(ledger, books, lambda: time[0])
        ordered(ledger, time[0])
        record = movement(kind, instant, own)
        moved = Fact(source="clarus", kind=told_as(kind), source_id="7", occurred_at=instant, record=record)
        for number, (closed, policy, failing) in enumerate([*steps, (None, WhenClosed.MOVE, None)]):
            through = None if closed is None else day + dt.timedelta(days=closed)
            books.calendar = evolve(calendar, closed_through=through, when_closed=policy)
            books.failing = failing
            site = site.with_calendar(books.calendar)
            _ = ingest(site, moved) if number == 0 else reprocess(site)
            deliver(site)
            (posting,) = ledger.postings_of(moved.key)
            refuses = policy is WhenClosed.REFUSE and through is not None and day <= through
            if refuses and not books.taken and posting.state is not State.IN_DOUBT:
                assert (posting.state, posting.reason_code) == (State.PARKED, "period_closed")
            time[0] += dt.timedelta(hours=2)
        (posting,) = ledger.postings_of(moved.key)
    assert posting.state is State.ACCEPTED
    ((message, number, then),) = books.taken
    sent = told_date(message)
    assert then.closed_through is None or sent > then.closed_through
    assert (sent, number) == (posting.accounting_date, posting.control_number)
    assert posting.moved_from == (None if sent == day else day)
    assert sent == day or day <= then.closed_through
