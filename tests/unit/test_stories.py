"""The story of an order and of a SKU: from release to the books, each message with what was sent, of nobody."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal

import pytest
from attrs import evolve, frozen
from flows_world import BLACK, NAVY, ODD, SHIP_TO, ZONE, Loop, loop

from clarus_bluecherry.errors import LedgerError
from clarus_bluecherry.flows import cancel_posting, settle_posting
from clarus_bluecherry.flows.exceptions_kept import keep_exceptions, open_exceptions
from clarus_bluecherry.flows.stories import order_story, sku_called, sku_story
from clarus_bluecherry.ledger import State
from clarus_bluecherry.model import Sku
from clarus_bluecherry.report.pages import ReportPage, page_json
from clarus_bluecherry.report.stories import order_story_page, shown_fields, sku_story_page

BLACK_M = Sku("01234", "BLK", size="M")
SECRET = {"name": "Zqx Quux", "addr1": "Zqx Lane 99", "email": "zqx@example.com", "phone": "Zqx-555"}


@frozen
class Told:
    """What became of four orders and an adjustment."""

    here: Loop
    shipped: ReportPage
    waiting: ReportPage
    black: ReportPage


@pytest.fixture(scope="module")
def told() -> Iterator[Told]:
    with loop() as here:
        here.release("1001")
        here.erp.picks["1001"].ship_to = {**SHIP_TO, **SECRET}
        here.release("1002", ((ODD, 3),))
        here.issue("C55")
        here.turn()
        here.ship("1001", short=1)
        here.turn()
        here.erp.process_staging()
        here.erp.run_invoicing()
        here.turn()
        here.release("1003", ((BLACK, 2), (NAVY, 1)))
        here.turn()
        ledger = here.site.ledger
        pages = (order_story_page(order_story(ledger, number, ZONE)) for number in ("1001", "1002"))
        yield Told(here, *pages, sku_story_page(sku_story(ledger, BLACK_M, ZONE)))


def rows(page: ReportPage, table: str) -> list[dict[str, object]]:
    found = page.table(table)
    names = [column.name for column in found.columns]
    return [dict(zip(names, row, strict=True)) for row in found.rows]


def test_an_order_is_told_from_its_release_to_the_books(told):
    page = told.shipped
    assert page.verdict == "Order 1001: 6 of 7 units left, 6 are in the books. Nothing waits for anybody."
    assert [(each.name, each.value) for each in page.figures] == [
        ("ordered", Decimal(7)),
        ("left", Decimal(6)),
        ("booked", Decimal(6)),
    ]
    events = rows(page, "events")
    assert events[0]["what"] == "pick 1001: 7 ordered"
    assert events[-1]["what"] == "ship confirm 1001: in the books (Blue Cherry says posted)"
    assert [each["at"] for each in events] == sorted(each["at"] for each in events)
    assert {each["at"].tzinfo for each in events} == {ZONE}


def test_each_message_has_its_reference_its_days_and_what_was_sent(told):
    order, confirm = rows(told.shipped, "messages")
    assert (order["to"], order["reference"], order["asked"]) == ("Clarus", "1001", "")
    assert (confirm["to"], confirm["state"]) == ("Blue Cherry", "in the books")
    assert confirm["there"]
    assert confirm["control_number"] == "000000001"
    assert confirm["own"] == confirm["asked"] == dt.date(2026, 3, 2)
    sent = {each["field"]: each["value"] for each in rows(told.shipped, "sent") if "confirm" in each["message"]}
    assert (sent["pick_num"], sent["lines/1/size_qty"], sent["ship_date"]) == ("1001", "4.0", "2026-03-02")


def test_every_figure_is_the_sum_of_the_lines_it_opens(told):
    for page in (told.shipped, told.waiting, told.black):
        for figure in page.figures:
            assert figure.opens
            table = page.table(figure.opens.table)
            units = [row[table.place("units")] for row in table.rows_at(figure.opens.where)]
            assert sum(units, Decimal(0)) == figure.value


def test_nothing_of_a_person_is_in_a_story(told):
    """It was sent, and is kept: a story does not take it along."""
    (posting,) = told.here.site.ledger.about("goods_out", ["1001"])
    assert "Zqx Lane 99" in json.dumps(dict(posting.payload or {}))
    for page in (told.shipped, told.waiting, told.black):
        text = json.dumps(page_json(page), default=str)
        assert "zqx" not in text.lower()
        assert "Main St" not in text
        assert "Jane" not in text
    hidden = {each["field"] for each in rows(told.shipped, "sent") if each["value"] == "(not shown)"}
    assert {"address", "customer", "echo"} <= hidden


def test_a_field_that_nobody_named_is_not_shown():
    message = {"lines": [{"style": "01234", "note_to_packer": "Zqx"}], "who": {"reference": "Zqx"}, "echo": None}
    assert shown_fields(message) == (
        ("lines/1/style", "01234"),
        ("lines/1/note_to_packer", "(not shown)"),
        ("who", "(not shown)"),
    )


def test_what_waits_stands_first_with_its_owner_and_what_to_do(told):
    (first,) = next(told.waiting.steps).steps
    assert (first.owner, first.units) == ("operations", Decimal(-3))
    assert first.action.startswith("Add the pair to the decisions file")
    assert told.waiting.verdict.endswith(f"First, for operations: {first.document}, -3 units. {first.action}")
    (message,) = rows(told.waiting, "messages")
    assert (message["state"], message["owner"]) == ("waits", "operations")
    assert "07777 RED O/S" in message["reason"]


def test_a_sku_is_told_by_its_movements_and_orders(told):
    page = told.black
    assert page.head.facts["Codes in the warehouse"] == "1234_blk_m"
    amounts = {each.name: each.value for each in page.figures}
    assert (amounts["ordered"], amounts["expected"], amounts["left"]) == (Decimal(7), Decimal(12), Decimal(4))
    assert {each["sku"] for each in rows(page, "lines")} == {"01234 BLK M"}
    assert {each["order"] for each in rows(page, "lines")} == {"1001", "1003", "C55"}


def test_a_sku_is_found_by_what_people_call_it(told):
    ledger = told.here.site.ledger
    assert sku_called(ledger, "01234 BLK M") == sku_called(ledger, "|01234|BLK|||M") == BLACK_M
    with pytest.raises(LedgerError, match="no one SKU is called so"):
        sku_called(ledger, "01234 BLK XXL")


def test_a_story_that_is_cut_says_so(told):
    ledger = told.here.site.ledger
    story = sku_story(ledger, BLACK_M, ZONE, limit=1)
    assert story.is_cut
    assert len(story.documents) == 1
    assert "There is more since then" in str(sku_story_page(story).sections[1])
    begin = told.here.time - dt.timedelta(hours=1, minutes=30)
    later = sku_story(ledger, BLACK_M, ZONE, since=begin)
    assert [document.order for document in later.documents] == ["1003"]
    assert not later.is_cut


def test_an_order_that_nobody_knows_is_refused(told):
    with pytest.raises(LedgerError, match="order 9999"):
        order_story(told.here.site.ledger, "9999", ZONE)


def test_who_decided_and_what_he_said_is_told_and_what_was_before_too():
    with loop() as here:
        here.release("1001")
        here.turn()
        pick = here.erp.picks["1001"]
        here.later(minutes=5)
        here.erp.change_pick("1001", [evolve(line, bk_qty=1) for line in pick.lines])
        here.turn()
        ledger = here.site.ledger
        waiting = order_story_page(order_story(ledger, "1001", ZONE))
        assert [each.value for each in waiting.figures][:1] == [Decimal(2)]
        assert {row["what"] for row in rows(waiting, "lines")} == {"ordered", "in an older version"}
        assert next(waiting.steps).steps
        (parked,) = [each for each in ledger.about("goods_out", ["1001"]) if each.state is State.PARKED]
        cancel_posting(ledger, parked.key, actor="kim", reason="agreed with the warehouse")
        page = order_story_page(order_story(ledger, "1001", ZONE))
        (step,) = [each for each in rows(page, "steps") if each["by"] == "kim"]
        assert (step["after"], step["note"]) == ("ended", "agreed with the warehouse")
        assert not next(page.steps).steps


def test_a_message_that_stands_too_long_waits_for_somebody_as_on_the_list_of_exceptions():
    with loop() as here:
        here.release("1001")
        here.turn()
        here.ship("1001")
        here.turn()
        ledger = here.site.ledger
        under_way = order_story_page(order_story(ledger, "1001", ZONE))
        assert under_way.verdict.endswith("1 message under way; nothing waits for anybody.")
        here.later(days=3)
        (step,) = next(order_story_page(order_story(ledger, "1001", ZONE)).steps).steps
        assert (step.owner, step.units) == ("finance", Decimal(-7))


def test_what_a_look_kept_is_not_counted_twice_and_keeps_its_value():
    with loop() as here:
        here.release("1002", ((ODD, 3),))
        here.turn()
        keep_exceptions(here.site)
        ledger = here.site.ledger
        (kept,) = [each.item for each in open_exceptions(ledger) if each.item.subject == "order 1002"]
        (step,) = next(order_story_page(order_story(ledger, "1002", ZONE)).steps).steps
        assert (step.units, step.value) == (kept.units, kept.value)
        assert (step.units, step.value is None) == (Decimal(-3), False)


def test_what_was_settled_by_hand_has_its_document_and_its_day():
    with loop() as here:
        here.release("1001")
        here.turn()
        here.ship("1001")
        here.turn()
        ledger = here.site.ledger
        (confirm,) = ledger.about("order_shipment", ["1001"])
        day = dt.date(2026, 3, 2)
        settle_posting(ledger, confirm.key, document="INV-77", booked=day, actor="kim", reason="seen there")
        page = order_story_page(order_story(ledger, "1001", ZONE))
        (_, told) = rows(page, "messages")
        assert (told["there"], told["booked"], told["state"]) == ("INV-77", day, "in the books")
        assert page.figure("booked").value == Decimal(7)
