"""Every kind of fact has one row: what it calls for, what people call it, how it is found again. Or says why not.

The table is walked, so that a row which is added tomorrow is looked at without anybody naming it here.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
from attrs import evolve
from flows_world import BLACK, CODES, MORNING, ODD, Loop, loop

from clarus_bluecherry.bluecherry.kinds import Kind, RestRead, every_kind
from clarus_bluecherry.bluecherry.kinds._kind import SheetLines
from clarus_bluecherry.bluecherry.messages import Row
from clarus_bluecherry.clarus import feeds
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance.in_flight import book_changes
from clarus_bluecherry.flows import collect_products, routes
from clarus_bluecherry.flows.ingest import Kept, fact, ingest
from clarus_bluecherry.flows.names import BLUECHERRY, CLARUS, GOODS_OUT
from clarus_bluecherry.flows.route import FoundBy, Lane, OrderRoute, Route
from clarus_bluecherry.ledger import State
from clarus_bluecherry.mapping import ProductTerms
from clarus_bluecherry.model import Address, Adjustment, OrderLine, Record, SalesOrder, Sku, UnmatchedCode
from clarus_bluecherry.sandbox import bluecherry_app
from clarus_bluecherry.sandbox.erp import Article
from clarus_bluecherry.sandbox.faults import Fault, Faults
from clarus_bluecherry.sku import Decision
from clarus_bluecherry.testing import records

PAGE = Path(__file__).parents[2] / "docs" / "architecture.md"
NEW = Article(
    style="08888",
    color_code="GRN",
    size_desc="S",
    upc="012345678905",
    style_name="Rain coat",
    std_cost=Decimal(9),
)
SENT = sorted({each.posting for each in routes.ROUTES if each.calls_for.found_by is not FoundBy.NOBODY})
TOLD_OTHERWISE = {"stock_position": "a script tells counts: it stands for no fact of ours"}
"""Kinds of messages to Blue Cherry that no fact calls for."""
FEEDS = {
    "transactions": "facts of the kind `transaction`",
    "completed_tasks": "nobody: a task moves no stock",
    "pick_processing": "nobody: how far picking got is no movement",
    "orders_in": "nobody: orders are asked for by their numbers",
    "receipts_in": "nobody: what was received is a transaction",
}
"""Feeds of Clarus: what becomes of what each tells."""


def an_example(record: type[Record]) -> Record:
    made = [getattr(records, name) for name in records.__all__ if name.islower()]
    found = [each() for each in made]
    return next(each for each in found if type(each) is record)


# The table ---------------------------------------------------------------------------------------------------


def test_the_page_has_the_very_table() -> None:
    [told] = re.findall(r"<!-- routes -->\n(.*?)\n<!-- /routes -->", PAGE.read_text("utf-8"), re.S)
    assert told == routes.table(), "print `table()` of flows/routes.py between the marks"


@pytest.mark.parametrize("route", routes.ROUTES, ids=lambda each: f"{each.fact} {each.posting} {each.title}")
def test_a_row_names_a_record_and_says_how_its_message_is_found(route: Route[Any]) -> None:
    record = an_example(route.record)
    assert route.reference(record), "the other side knows it by no name"
    assert route.named(record).strip()
    assert isinstance(route.lane.of(record), str)
    assert {route.source, route.calls_for.target} == {CLARUS, BLUECHERRY} or route.source == route.calls_for.target
    assert bool(route.calls_for.create) <= (route.calls_for.target == CLARUS)
    assert (route.calls_for.found_by is FoundBy.NOBODY) <= (not route.calls_for.is_written)


@pytest.mark.parametrize("route", routes.ROUTES, ids=lambda each: f"{each.fact} {each.posting} {each.title}")
def test_what_enters_the_books_changes_them_and_nothing_else_does(route: Route[Any]) -> None:
    if route.calls_for.is_dated:
        assert book_changes(an_example(route.record)), "finance does not know which way it changes the book"
        assert route.calls_for.target == BLUECHERRY


def test_of_one_kind_and_record_one_row_is_written_by_itself() -> None:
    written = [(each.fact, each.record) for each in routes.ROUTES if each.calls_for.is_written]
    assert len(set(written)) == len(written)
    kinds = {each.posting: each.calls_for for each in routes.ROUTES}
    assert all(each.calls_for is kinds[each.posting] for each in routes.ROUTES), "one name, one kind of posting"
    assert not {(each.fact, each.record) for each in routes.ROUTES} & routes.WITHOUT_ROUTE.keys()


def test_every_record_of_the_model_has_a_row_or_says_why_not() -> None:
    named = {each.record for each in routes.ROUTES} | {record for _, record in routes.WITHOUT_ROUTE}
    assert {record.__name__ for record in set(get_args(Record)) - named} == {
        "StockPosition",
        "Notification",
        "Unread",
    }, "counts are no facts, and what is heard or unread is in the inbox"


@pytest.mark.parametrize("kind", [each for each in every_kind() if each.is_sent], ids=str)
def test_every_message_to_blue_cherry_is_called_for_or_says_why_not(kind: Kind[Any]) -> None:
    found = routes.posting_kind(kind.name)
    assert (found is not None and found.target == BLUECHERRY) is not (kind.name in TOLD_OTHERWISE)


def test_every_feed_of_clarus_becomes_facts_or_says_why_not() -> None:
    told = {
        name
        for name, made in inspect.getmembers(feeds, inspect.isfunction)
        if made.__module__ == feeds.__name__ and not name.startswith("_")
    }
    assert told == set(FEEDS)


# Writable, named, findable -----------------------------------------------------------------------------------


def _turns(here: Loop, lost: Iterable[tuple[Faults, str]] = ()) -> None:
    """Turns until nothing is on its way; of each of `lost`, the first request took effect and is not answered."""
    for faults, path in lost:
        faults.next(Fault.DROPPED_AFTER, path_contains=path)
    for _ in range(4):
        here.learn()
        collect_products(here.site)
        here.turn()


@pytest.fixture(scope="module")
def told() -> Iterator[Loop]:
    """A story in which each kind of message is sent, and no first answer arrives."""
    with loop() as here:
        here.site = evolve(here.site, unmatched="line")
        clarus, bluecherry = here.clarus_faults, here.bluecherry_faults
        here.release("1001", ((BLACK, 5), (ODD, 1)))
        here.issue()
        _turns(here, [(clarus, "/api/goods_outs"), (clarus, "/api/goods_in_receipts")])
        sku = Sku(ODD.style, ODD.color_code, size=ODD.size_desc)
        here.decisions.append(Decision(code=CODES[ODD], sku=sku, since=here.time))
        _turns(here, [(clarus, "/api/goods_outs")])
        here.site = evolve(here.site, products=ProductTerms(create=True, update=True, description="{name}"))
        here.erp.add_article(NEW)
        _turns(here, [(clarus, "/api/products")])
        here.erp.add_article(evolve(NEW, style_name="Trench coat"))
        _turns(here, [(clarus, "/api/products")])
        here.warehouse.open_stock(CODES[ODD], 1)
        here.ship()
        (receipt,) = here.warehouse.goods_in_receipts
        here.warehouse.begin_receiving(receipt.id)
        here.warehouse.receive(receipt.lines[0].id, 12)
        _turns(here, [(bluecherry, "OrderShipment"), (bluecherry, "ProductionReceiptAdvice")])
        here.warehouse.adjust(CODES[BLACK], 1, "FOUND")
        _turns(here, [(bluecherry, "PhysicalInventoryTM")])
        here.warehouse.take_return("1001", CODES[BLACK], 1)
        _turns(here, [(bluecherry, "PhysicalInventoryTM")])
        yield here


@pytest.mark.parametrize("kind", SENT)
def test_each_kind_of_posting_is_written_named_and_found_again_when_no_answer_came(told: Loop, kind: str) -> None:
    postings = told.postings(kind)
    assert postings, "the story has none"
    for posting in postings:
        cause = told.site.ledger.fact(posting.fact_key)
        assert cause is not None
        route = next(each for each in routes.ROUTES if (each.fact, each.posting) == (cause.kind, kind))
        assert posting.target == route.calls_for.target
        assert posting.payload
        assert posting.reference == route.reference(cause.record)
        assert posting.record_name.startswith(route.title.partition(" ")[0])
        is_seen = posting.reason == "nothing of it is wanted any more"  # both sides are the same: it arrived
        assert posting.state in (State.POSTED, State.ACCEPTED) or is_seen, posting.reason
    steps = {step.after for each in postings for step in told.site.ledger.history(each.key)}
    assert steps & {State.IN_DOUBT, State.RETRYING}, "the answer arrived: nothing was found again"


def test_all_of_it_took_effect_and_nothing_twice(told: Loop) -> None:
    assert [order.reference for order in told.warehouse.goods_outs] == ["1001"]
    assert len(told.goods_out().lines) == 2
    assert [each.reference for each in told.warehouse.goods_in_receipts].count("C55") == 1
    assert len({product.code for product in told.warehouse.products}) == len(told.warehouse.products)
    assert "Trench coat" in {product.description for product in told.warehouse.products}
    numbers = [each.isa_num for each in told.erp.staged]
    assert len(set(numbers)) == len(numbers) == 4


# A kind that nobody knew -------------------------------------------------------------------------------------


def test_a_fact_of_a_kind_that_nobody_named_is_refused_aloud_and_not_kept() -> None:
    with loop() as here:
        scrap = fact(
            records.adjustment(),
            source=CLARUS,
            kind="scrap",
            source_id="9",
            version="",
            occurred_at=here.time,
        )
        with pytest.raises(InvalidRecord, match="no route says what becomes of a scrap") as refused:
            ingest(here.site, scrap)
        assert "flows/routes.py" in refused.value.action
        assert not here.site.ledger.knows(scrap.key)


class SampleRequest(Row):
    """A toy: samples for a showroom."""

    sample_num: str
    to: str = ""
    article: str = ""
    units: str = ""
    last_mod: str = ""


SAMPLE_REQUEST = Kind(
    name="sample_request",
    model=SampleRequest,
    key="sample_num",
    stands_for="samples for a showroom",
    rest=RestRead(entity="Sample", records=lambda row, _: (SampleRequest.model_validate(row),), sure="L"),
    x12="no set",
    sheet=SheetLines(key=("sample_num",)),
)


def sample(request: SampleRequest) -> SalesOrder:
    """The toy's mapping."""
    style, color, size = request.article.split()
    line = OrderLine(number="1", item=Sku(style, color, size=size), quantity=request.units)
    return SalesOrder(
        reference=f"S-{request.sample_num}",
        location="NJ",
        requested_dispatch=MORNING,
        ship_to=Address(name=request.to),
        lines=(line,),
    )


def test_a_new_kind_of_order_is_a_kind_a_mapping_and_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    row: OrderRoute[SampleRequest] = OrderRoute(
        fact="sample_request",
        record=SalesOrder,
        calls_for=routes.GOODS_OUTS,
        title="sample",
        kind=SAMPLE_REQUEST,
        number=lambda request: f"S-{request.sample_num}",
        order=lambda request, site: sample(request),
    )
    monkeypatch.setattr(routes, "ROUTES", (*routes.ROUTES, row))
    monkeypatch.setitem(bluecherry_app._KINDS, "Sample", (SAMPLE_REQUEST, SAMPLE_REQUEST.rest))
    with loop() as here:
        asked = {"sample_num": "7", "to": "Showroom", "article": "01234 BLK M", "units": "2"}
        here.erp.others["sample_request"].append({**asked, "last_mod": "2026-03-02 08:00:00"})
        here.turn()
        assert [int(line.order_quantity) for line in here.goods_out("S-7").lines] == [2]
        (posting,) = here.postings(GOODS_OUT)
        assert (posting.record_name, posting.state) == ("sample S-7", State.POSTED)
        here.erp.others["sample_request"][0] |= {"units": "3", "last_mod": "2026-03-02 10:00:00"}
        here.turn()
        assert [each.reason_code for each in here.postings(GOODS_OUT)][1:] == ["changed_after_sent"]
        assert "| `sample_request` | Blue Cherry | SalesOrder | `goods_out` | Clarus | sample …" in routes.table()


def test_a_new_kind_of_fact_that_comes_back_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    row: Route[Adjustment] = Route(
        source=CLARUS,
        fact="scrap",
        record=Adjustment,
        calls_for=routes.ADJUSTMENTS,
        title="scrap",
        reference=lambda scrap: scrap.id,
        lane=Lane("none", lambda scrap: ""),
    )
    monkeypatch.setattr(routes, "ROUTES", (*routes.ROUTES, row))
    with loop() as here:
        lost = Adjustment(
            id="9", occurred_at=here.time, location="NJ", item=UnmatchedCode(CODES[BLACK]), quantity=-2
        )
        scrap = fact(lost, source=CLARUS, kind="scrap", source_id="9", version="", occurred_at=here.time)
        assert ingest(here.site, scrap) is Kept.NEW
        here.turn()
        (posting,) = here.postings("inventory_adjustment")
        assert (posting.record_name, posting.state) == ("scrap 9", State.ACCEPTED)
        assert [each.isa_num for each in here.erp.staged] == [posting.control_number]
