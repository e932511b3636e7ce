"""SKUs renamed or codes re-used while an order is in the warehouse: its dispatch still confirms the right line."""

from __future__ import annotations

from decimal import Decimal

import pytest
from attrs import evolve
from flows_world import BLACK, CODES, NAVY, ODD, loop

from clarus_bluecherry.ledger import State
from clarus_bluecherry.model import Sku
from clarus_bluecherry.sandbox.erp import RecType
from clarus_bluecherry.sku import Decision


def sku(article) -> Sku:
    return Sku(article.style, article.color_code, size=article.size_desc)


@pytest.fixture
def here():
    with loop() as world:
        yield world


def invoiced(here) -> dict[str, tuple[str, Decimal]]:
    """What Blue Cherry invoices of each line: the colour, and how many."""
    here.turn()
    here.erp.process_staging()
    here.erp.run_invoicing()
    here.turn()
    return {line.line_seq: (line.sku[1], line.units) for line in here.erp.invoices}


def say_it_is(here, code: str, article) -> None:
    """A person ties a code to another SKU, and the site learns it."""
    here.later(minutes=5)
    here.decisions.append(Decision(code=code, sku=sku(article), since=here.time))
    here.learn()


def test_a_code_that_is_given_to_another_sku_confirms_the_line_it_was_released_for(here):
    here.release()
    here.turn()
    say_it_is(here, CODES[BLACK], ODD)
    here.ship()
    assert invoiced(here) == {"1": ("BLK", 5), "2": ("NVY", 2)}


def test_two_codes_that_swap_their_skus_confirm_neither_line_for_the_other(here):
    here.release(lines=((BLACK, 5), (NAVY, 2)))
    here.turn()
    say_it_is(here, CODES[BLACK], NAVY)
    say_it_is(here, CODES[NAVY], BLACK)
    here.ship()
    for line in here.goods_out().lines:  # a tenant that does not show the ERP's line numbers
        line.alt_line_number = None
    assert invoiced(here) == {"1": ("BLK", 5), "2": ("NVY", 2)}


def test_a_sku_that_blue_cherry_renames_is_confirmed_under_the_name_that_the_ticket_has(here):
    here.release()
    here.turn()
    renamed = evolve(BLACK, color_code="BLACK")
    here.erp.add_article(renamed)
    say_it_is(here, CODES[BLACK], renamed)
    here.ship()
    assert invoiced(here) == {"1": ("BLK", 5), "2": ("NVY", 2)}
    (entry,) = [one for one in here.erp.truth() if one.rec_type is RecType.IN and one.sku == BLACK.key]
    assert entry.quantity == -5


def test_a_product_that_the_warehouse_renames_is_known_again(here):
    here.release()
    here.turn()
    (product,) = here.warehouse.products.find("code", CODES[BLACK])
    here.warehouse.change_product(product.id, {"code": "01234-BLK-M"})
    here.ship()
    here.learn()
    assert invoiced(here) == {"1": ("BLK", 5), "2": ("NVY", 2)}


def test_an_order_that_is_released_after_the_change_goes_by_the_new_crosswalk(here):
    here.erp.open_stock(ODD, "NJ", 20)
    say_it_is(here, CODES[BLACK], ODD)
    here.release(lines=((ODD, 4),))
    here.turn()
    here.ship()
    assert invoiced(here) == {"1": ("RED", 4)}


def test_a_code_that_was_never_that_line_s_still_waits_for_a_person(here):
    here.release(lines=((BLACK, 5),))
    here.turn()
    order = here.goods_out()
    here.warehouse.change_goods_out(
        order.id,
        {
            "lines_changes": [
                {"type": "DESTROY", "id": order.lines[0].id},
                {
                    "type": "ADD",
                    "attributes": {
                        "product_id": here.warehouse.products.find("code", CODES[NAVY])[0].id,
                        "order_quantity": 5,
                        "alt_line_number": "1",
                    },
                },
            ]
        },
    )
    here.ship()
    assert invoiced(here) == {}
    (waiting,) = here.postings("order_shipment")
    assert (waiting.state, waiting.reason_code) == (State.PARKED, "invalid_record")
