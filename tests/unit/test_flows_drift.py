"""Drift, story by story: what the warehouse has beside what Blue Cherry says now, and what is proposed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from attrs import evolve
from flows_world import BLACK, CODES, NAVY, ODD, SHIP_TO, loop
from test_flows_crosswalk_at_release import say_it_is

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance.drift import DriftAspect, DriftRemedy
from clarus_bluecherry.flows import drift_of, send_changes
from clarus_bluecherry.ledger import State
from clarus_bluecherry.model import Money


@pytest.fixture
def here():
    with loop() as world:
        world.release()
        world.turn()
        yield world


def edit(here, *, quantities=(5, 2), more=(), **header) -> None:
    """Blue Cherry edits pick 1001, and the site reads it."""
    pick = here.erp.picks["1001"]
    for name, value in header.items():
        setattr(pick, name, value)
    changed = [evolve(line, bk_qty=units) for line, units in zip(pick.lines, quantities, strict=True)]
    here.erp.change_pick("1001", [*changed, *more])
    here.turn()


def drift(here):
    found = drift_of(here.site)
    assert found.unread == ()
    (one,) = found.orders
    return one


def named(here) -> list[tuple[str, str, str]]:
    return [(each.aspect.value, each.line, each.remedy.value) for each in drift(here).differences]


def send(here):
    return send_changes(here.site, drift(here), actor="Ada", reason="the customer called")


def invoice(here) -> dict[str, Decimal]:
    here.turn()
    here.erp.process_staging()
    here.erp.run_invoicing()
    return {line.line_seq: line.units for line in here.erp.invoices}


def test_an_order_as_it_was_accepted_has_not_drifted(here):
    found = drift_of(here.site)
    assert (found.orders, found.looked_at) == ((), 1)


def test_nothing_is_sent_by_itself(here):
    edit(here, quantities=(3, 2))
    drift_of(here.site)
    here.turn()
    assert [line.order_quantity for line in here.goods_out().lines] == [5, 2]


def test_a_pending_order_is_changed_by_the_call_and_invoiced_as_it_is_wanted(here):
    edit(here, quantities=(3, 2), shipper="UPS", ship_to={**SHIP_TO, "city": "Hoboken"})
    assert named(here) == [("address", "", "call"), ("quantity", "1", "call")]
    call = drift(here).proposal
    assert (call.method, call.path, call.repeatable) == ("PATCH", f"/api/goods_outs/{here.goods_out().id}", True)
    assert send(here) is None
    here.turn()
    assert drift_of(here.site).orders == ()
    assert here.goods_out().address["address_3"] == "Hoboken"
    assert here.states("goods_out") == [State.POSTED, State.POSTED]
    here.ship()
    assert invoice(here) == {"1": 3, "2": 2}


def test_a_line_that_comes_one_that_goes_and_another_sku_are_one_call(here):
    say_it_is(here, CODES[ODD], ODD)
    here.erp.open_stock(ODD, "NJ", 9)
    here.warehouse.open_stock(CODES[ODD], 9)
    line = here.erp.picks["1001"].lines[0]
    fresh = evolve(line, line_seq="3", article=ODD, bk_qty=4)
    here.erp.picks["1001"].lines = (evolve(line, article=NAVY), here.erp.picks["1001"].lines[1])
    edit(here, quantities=(5, 0), more=(fresh,))
    assert named(here) == [("sku", "1", "call"), ("line", "2", "call"), ("line", "3", "call")]
    assert "refuse" in drift(here).refused
    assert send(here) is None
    here.turn()
    there = {line.alt_line_number: (line.product.code, line.order_quantity) for line in here.goods_out().lines}
    assert there == {"1": (CODES[NAVY], 5), "3": (CODES[ODD], 4)}
    here.ship()
    assert invoice(here) == {"1": 5, "3": 4}


def test_lines_of_an_allocated_order_are_a_person_s_and_its_carrier_a_call(here):
    here.warehouse.add_carrier("FDX")
    carriers = {
        **here.site.erp_terms.carriers,
        "FDX": evolve(here.site.erp_terms.carriers["UPSGRND"], shipper="FED"),
    }
    here.site = evolve(here.site, erp_terms=evolve(here.site.erp_terms, carriers=carriers))
    here.erp.add_shipper("FED")
    here.warehouse.process_picks([here.goods_out().id])
    edit(here, quantities=(3, 2), shipper="FED")
    assert named(here) == [("carrier", "", "call"), ("quantity", "1", "by_hand")]
    assert "pick list" in drift(here).differences[1].action
    left = send(here)
    assert [each.aspect for each in left.differences] == [DriftAspect.QUANTITY]
    assert (left.units, str(left.revenue), str(left.cost)) == (2, "39.80 USD", "15.00 USD")


def test_what_has_left_is_told_with_what_the_invoice_will_be_off_by(here):
    here.ship()
    edit(here, quantities=(3, 2))
    found = drift(here)
    (one,) = found.differences
    assert (one.remedy, one.accepted, one.present) == (DriftRemedy.TOO_LATE, "5", "3")
    assert found.proposal is None
    (off,) = found.mismatches
    assert (off.line, off.units, off.revenue, off.cost) == ("1", 2, Money("39.80", "USD"), Money("15.00", "USD"))
    assert invoice(here)["1"] - 3 == off.units


def test_a_withdrawn_order_is_cancelled_by_the_call_and_waits_for_nobody(here):
    here.release("1002")
    here.erp.picks["1002"].ord_num = "SO1001"
    edit(here, quantities=(0, 0))
    found = drift(here)
    assert (found.differences[0].aspect, found.released_again) == (DriftAspect.CANCELLATION, ("1002",))
    assert found.proposal.path.endswith("/cancel")
    assert send(here) is None
    assert [each.state for each in here.postings("goods_out") if each.reference == "1001"] == [
        State.POSTED,
        State.CANCELLED,
    ]
    assert drift_of(here.site).orders == ()
    assert here.site.ledger.open_orders("goods_out") == ["1002"]


def test_a_ticket_that_is_withdrawn_and_released_again_has_not_drifted(here):
    edit(here, quantities=(0, 0))
    assert named(here) == [("cancellation", "", "call")]
    edit(here, quantities=(5, 2))
    assert drift_of(here.site).orders == ()


def test_case_and_blanks_mean_nothing(here):
    edit(here, shipper="ups", ship_to={**SHIP_TO, "name": "JANE  DOE ", "zipcode": "07 102"})
    assert drift_of(here.site).orders == ()


def test_of_an_address_only_the_field_is_told(here):
    secret = {"name": "Zebedee Quux", "addr1": "99 Hidden Lane", "email": "zeb@example.com"}
    edit(here, ship_to={**SHIP_TO, **secret})
    found = drift(here)
    assert [each.field for each in found.differences] == ["ship_to.name", "ship_to.lines", "ship_to.email"]
    shown = repr(found) + "".join(map(str, found.differences))
    assert not any(value in shown for value in (*secret.values(), "Jane Doe", "1 Main St"))
    assert b"Zebedee" in found.proposal.body


def test_shorts_over_picks_and_substitutions_are_told_as_the_warehouse_made_them(here):
    order = here.goods_out()
    here.warehouse.process_picks([order.id])
    first, second = order.lines
    here.warehouse.pick(order.id, {first.id: 4, second.id: 3})
    here.warehouse.dispatch(order.id)
    here.turn()
    assert named(here) == [("short", "1", "too_late"), ("over_pick", "2", "too_late")]
    assert [(each.line, each.units) for each in drift(here).mismatches] == [("1", -1), ("2", 1)]
    assert invoice(here) == {"1": 4, "2": 3}


def test_an_article_in_the_place_of_another_is_put_right_as_long_as_nothing_is_picked(here):
    line, odd = here.goods_out().lines[0], here.warehouse.products.find("code", CODES[NAVY])[0]
    attributes = {"product_id": odd.id, "order_quantity": 5, "alt_line_number": "1"}
    swap = [{"type": "DESTROY", "id": line.id}, {"type": "ADD", "attributes": attributes}]
    here.warehouse.change_goods_out(here.goods_out().id, {"lines_changes": swap})
    assert named(here) == [("substitution", "1", "call")]
    assert drift(here).units == -7  # its ship confirm would wait for a person: nothing is invoiced
    assert send(here) is None
    here.ship()
    assert invoice(here) == {"1": 5, "2": 2}


def test_a_sku_that_is_renamed_on_its_way_is_taken_over_without_a_call(here):
    renamed = evolve(BLACK, color_code="BLACK")
    here.erp.add_article(renamed)
    say_it_is(here, CODES[BLACK], renamed)
    line = here.erp.picks["1001"].lines[0]
    here.erp.picks["1001"].lines = (evolve(line, article=renamed), here.erp.picks["1001"].lines[1])
    edit(here)
    assert named(here) == [("sku", "1", "nothing")]
    found = drift(here)
    assert found.proposal is None
    assert found.units == -7
    send(here)
    here.turn()
    assert drift_of(here.site).orders == ()
    here.ship()
    assert invoice(here) == {"1": 5, "2": 2}


def test_what_changed_since_it_was_proposed_is_not_sent(here):
    edit(here, quantities=(3, 2))
    chosen = drift(here)
    here.warehouse.process_picks([here.goods_out().id])
    with pytest.raises(InvalidRecord, match="not as it was"):
        send_changes(here.site, chosen, actor="Ada", reason="too late")
    assert here.goods_out().lines[0].order_quantity == 5


def test_a_change_needs_a_name_and_a_reason(here):
    edit(here, quantities=(3, 2))
    with pytest.raises(InvalidRecord, match="a name and a reason"):
        send_changes(here.site, drift(here), actor=" ", reason="because")
    assert here.goods_out().lines[0].order_quantity == 5


def test_an_order_whose_line_cannot_be_told_stops_no_other(here):
    here.release("1002")
    here.turn()
    twin = here.goods_out("1002")
    here.warehouse.create_goods_out(
        {
            "goods_out_type": "sales_order",
            "account_id": twin.account.id,
            "reference": "1002",
            "expected_date_of_dispatch": dt.datetime(2026, 3, 3, tzinfo=dt.UTC),
            "lines_changes": [
                {"type": "ADD", "attributes": {"product_id": twin.lines[0].product.id, "order_quantity": 1}}
            ],
        }
    )
    edit(here, quantities=(3, 2))
    found = drift_of(here.site)
    assert [each.reference for each in found.orders] == ["1001"]
    assert found.unread == ("pick 1002: 2 orders of its reference stand in the warehouse",)


def test_a_carrier_that_clarus_does_not_have_hides_nothing_else(here):
    terms = here.site.erp_terms
    carriers = {**terms.carriers, "NOT-THERE": evolve(terms.carriers["UPSGRND"], shipper="FED")}
    here.site = evolve(here.site, erp_terms=evolve(terms, carriers=carriers))
    edit(here, quantities=(3, 2), shipper="FED")
    assert named(here) == [("carrier", "", "by_hand"), ("quantity", "1", "call")]


def test_without_an_api_both_versions_are_compared_and_nothing_is_proposed(here):
    edit(here, quantities=(3, 2))
    (found,) = drift_of(evolve(here.site, has_api=False)).orders
    assert [(each.aspect, each.remedy) for each in found.differences] == [
        (DriftAspect.QUANTITY, DriftRemedy.BY_HAND)
    ]
    assert (found.status, found.proposal, found.units) == ("", None, 2)
