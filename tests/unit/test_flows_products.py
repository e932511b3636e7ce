"""Blue Cherry's styles become the warehouse's products: once each, field by field, and never by guess."""

from __future__ import annotations

from contextlib import contextmanager
from decimal import Decimal

import pytest
from attrs import asdict, evolve
from flows_world import ODD, loop

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.finance.exceptions import ExceptionTerms, ledger_exceptions
from clarus_bluecherry.flows import collect_products, deliver, plan_products, reprocess
from clarus_bluecherry.flows.ingest import Kept
from clarus_bluecherry.ledger import State
from clarus_bluecherry.mapping import ProductTerms
from clarus_bluecherry.model import Sku
from clarus_bluecherry.sandbox.erp import Article
from clarus_bluecherry.sandbox.faults import Fault, Faults
from clarus_bluecherry.sku import Decision

GREEN = Article(
    style="08888",
    color_code="GRN",
    size_desc="S",
    upc="012345678905",
    style_name="Rain coat",
    std_cost=Decimal(9),
)
CODE, LEGACY = "08888-GRN-S", "LEGACY-9"
BOTH = ProductTerms(create=True, update=True, description="{name}")


@contextmanager
def world(*articles, terms=BOTH):
    """The world of the flows, with `articles` new in Blue Cherry."""
    with loop() as here:
        here.site = evolve(here.site, products=terms)
        decide(here, LEGACY, ODD)
        for article in articles:
            here.erp.add_article(article)
        here.learn()
        yield here


def decide(here, code, article):
    sku = Sku(article.style, article.color_code, size=article.size_desc)
    here.decisions.append(Decision(code=code, sku=sku, since=here.time))


def product(here, code=CODE):
    found = [each for each in here.warehouse.products if each.code == code]
    return found[0] if found else None


def collect(here):
    return {kept.value: count for kept, count in collect_products(here.site).counts.items()}


def turn(here):
    """Learn, compare, send; the clock moves."""
    here.learn()
    found = collect(here)
    deliver(here.site)
    here.later(hours=1)
    return found


def rename(here, article, name, **others):
    here.erp.add_article(evolve(article, style_name=name, **others))


def only(here, kind):
    (posting,) = here.postings(kind)
    return posting


@contextmanager
def requests():
    """What both systems are asked for meanwhile."""
    asked, strike = [], Faults.strike

    def noted(faults, method, path):
        asked.append(f"{method} {path}")
        return strike(faults, method, path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Faults, "strike", noted)
        yield asked


# The whole way -----------------------------------------------------------------------------------------------


def test_a_new_style_becomes_a_product_and_the_order_that_waited_for_it_goes_out():
    with world(GREEN) as here:
        here.release("1001", ((GREEN, 2),))
        here.turn()
        assert here.states("goods_out") == [State.PARKED]
        assert turn(here) == {"new": 1}
        made = product(here)
        assert (made.description, made.barcode) == ("Rain coat", "012345678905")
        assert made.external_system_reference1 == "|08888|GRN|||S"
        assert made.extra.keys() == {"stock_unit_type_id"}
        assert made.account_ids == (next(iter(here.warehouse.accounts)).id,)
        here.learn()
        here.turn()
        assert here.states("goods_out") == [State.POSTED]
        assert here.goods_out("1001").lines[0].product is made
        assert here.states("product") == [State.POSTED]


def test_a_changed_style_changes_only_what_blue_cherry_owns():
    with world() as here:
        there = product(here, LEGACY)
        there.long_description, there.units_per_case = "the warehouse's", 12
        before = dict(there.extra)
        rename(here, ODD, "Summer dress")
        assert turn(here) == {"new": 1}
        assert (there.code, there.description, there.barcode) == (LEGACY, "Summer dress", None)
        assert (there.long_description, there.units_per_case, there.extra) == ("the warehouse's", 12, before)


def test_what_blue_cherry_stops_telling_is_never_blanked():
    with world() as here:
        there = product(here, LEGACY)
        rename(here, ODD, "Hat", upc=GREEN.upc)
        assert turn(here) == {"new": 1}
        rename(here, ODD, "", upc="")
        assert turn(here) == {}
        assert (there.description, there.barcode) == ("Hat", GREEN.upc)


# Once, and the newest word -----------------------------------------------------------------------------------


def test_what_is_the_same_costs_no_posting_and_one_list():
    with world(GREEN) as here:
        turn(here)
        here.learn()
        with requests() as asked:
            assert collect(here) == {}
        assert asked == ["POST /graphql"]
        assert here.states("product") == [State.POSTED]
        assert here.states("product_update") == []


def test_a_word_is_kept_once_however_often_it_is_read():
    with world(GREEN) as here:
        assert collect(here) == {"new": 1}
        assert collect(here) == {"known": 1}
        here.learn()
        assert collect(here) == {"known": 1}
        assert here.states("product") == [State.PENDING]


def test_a_newer_word_takes_the_place_of_one_that_was_not_sent():
    with world(GREEN) as here:
        collect(here)
        rename(here, GREEN, "Trench coat")
        assert turn(here) == {"new": 1}
        assert sorted(here.states("product")) == [State.CANCELLED, State.POSTED]
        assert product(here).description == "Trench coat"


def test_a_word_that_is_taken_back_before_it_was_sent_is_given_up_and_may_come_again():
    with world() as here:
        there = product(here, LEGACY)
        rename(here, ODD, "Jacket")
        here.learn()
        collect(here)
        rename(here, ODD, there.description)
        assert turn(here) == {}
        assert here.states("product_update") == [State.CANCELLED]
        rename(here, ODD, "Jacket")
        assert turn(here) == {"new": 1}
        assert there.description == "Jacket"


def test_content_may_come_back_and_counts_each_time():
    with world() as here:
        for name in ("Jacket", "Blazer", "Jacket"):
            rename(here, ODD, name)
            assert turn(here) == {"new": 1}
            assert product(here, LEGACY).description == name


def test_a_reading_that_was_overtaken_by_a_later_one_says_nothing():
    with world() as here:
        rename(here, ODD, "Jacket")
        here.learn()
        early = here.site
        here.later(minutes=1)
        rename(here, ODD, "Blazer")
        turn(here)
        assert dict(collect_products(early).counts) == {Kept.KNOWN: 1}
        deliver(here.site)
        assert product(here, LEGACY).description == "Blazer"


def test_a_word_that_seems_to_come_from_the_future_stops_nobody():
    with world() as here:
        rename(here, ODD, "Jacket")
        here.later(hours=5)
        here.learn()
        here.later(hours=-5)
        collect(here)
        rename(here, ODD, "Blazer")
        assert turn(here) == {"new": 1}
        assert product(here, LEGACY).description == "Blazer"


def test_what_a_person_cancelled_is_not_posted_again_until_blue_cherry_says_something_else():
    with world(GREEN) as here:
        collect(here)
        here.site.ledger.cancel(only(here, "product").key, "not sold here", "Ann")
        assert turn(here) == {"known": 1}
        assert product(here) is None
        rename(here, GREEN, "Trench coat")
        assert turn(here) == {"new": 1}
        assert product(here).description == "Trench coat"


# Faults ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [Fault.DROPPED_AFTER, Fault.FAILED_AFTER])
@pytest.mark.parametrize("path", ["/api/products", "account_products"], ids=["creating", "assigning"])
def test_a_create_without_an_answer_is_asked_about_and_made_once(fault, path):
    with world(GREEN) as here:
        collect(here)
        here.clarus_faults.next(fault, path_contains=path)
        deliver(here.site)
        assert here.states("product") == [State.IN_DOUBT]
        here.later(hours=1)
        here.learn()
        assert collect(here) in ({}, {"known": 1})
        for _ in range(2):
            deliver(here.site)
            here.later(hours=1)
        assert [each.code for each in here.warehouse.products].count(CODE) == 1
        assert len(product(here).account_ids) == 1
        assert here.states("product") == [State.POSTED]


@pytest.mark.parametrize("fault", [Fault.TOO_MANY_WITHOUT_RETRY_AFTER, Fault.FAILED_BEFORE])
def test_a_product_that_was_created_and_not_yet_assigned_is_not_given_up(fault):
    with world(GREEN) as here:
        collect(here)
        here.clarus_faults.next(fault, path_contains="account_products")
        deliver(here.site)
        assert product(here).account_ids == ()
        for _ in range(3):
            here.later(hours=1)
            here.learn()
            collect(here)
            deliver(here.site, limit=0)  # a worker that only asks
        rename(here, GREEN, "Trench coat")
        for _ in range(4):
            turn(here)
        assert len(product(here).account_ids) == 1
        assert product(here).description == "Trench coat"


@pytest.mark.parametrize("fault", [Fault.DROPPED_AFTER, Fault.FAILED_BEFORE])
def test_an_update_without_an_answer_is_made_again_only_where_it_does_not_show(fault):
    with world() as here:
        rename(here, ODD, "Jacket")
        here.learn()
        collect(here)
        here.clarus_faults.next(fault, path_contains="/api/products")
        deliver(here.site)
        assert here.states("product_update") == [State.RETRYING]
        here.later(hours=1)
        with requests() as asked:
            deliver(here.site)
        assert here.states("product_update") == [State.POSTED]
        assert product(here, LEGACY).description == "Jacket"
        assert len([each for each in asked if each.startswith("PATCH")]) == (fault is Fault.FAILED_BEFORE)


def test_nothing_else_is_posted_about_a_product_while_something_is_in_doubt():
    with world(GREEN) as here:
        collect(here)
        here.clarus_faults.next(Fault.FAILED_AFTER, path_contains="/api/products")
        deliver(here.site)
        rename(here, GREEN, "Trench coat")
        here.learn()
        assert collect(here) == {"known": 1}
        assert here.states("product") == [State.IN_DOUBT]
        for _ in range(4):
            turn(here)
        assert product(here).description == "Trench coat"
        assert [each.code for each in here.warehouse.products].count(CODE) == 1


def test_a_product_that_changed_since_it_was_read_is_looked_at_again():
    with world() as here:
        there = product(here, LEGACY)
        rename(here, ODD, "Jacket")
        here.learn()
        collect(here)
        here.warehouse.change_product(there.id, {"description": "as Ann calls it"})
        deliver(here.site)
        posting = only(here, "product_update")
        assert (posting.state, posting.reason_code) == (State.PARKED, "ChangedMeanwhile")
        assert there.description == "as Ann calls it"
        assert reprocess(here.site) == 0
        assert turn(here) == {"new": 1}
        assert there.description == "Jacket"
        assert sorted(here.states("product_update")) == [State.CANCELLED, State.POSTED]


def test_a_product_that_came_up_since_it_was_read_is_not_taken_for_ours():
    with world(GREEN) as here:
        collect(here)
        unit = next(iter(here.warehouse.stock_unit_types)).id
        other = here.warehouse.create_product(
            {"code": CODE, "description": "another owner's", "stock_unit_type_id": unit}
        )
        deliver(here.site)
        posting = only(here, "product")
        assert (posting.state, posting.reason_code) == (State.PARKED, "ChangedMeanwhile")
        assert (other.description, other.account_ids) == ("another owner's", ())


def test_a_change_that_the_warehouse_took_and_does_not_show_is_not_sent_for_ever():
    with world() as here:
        there = product(here, LEGACY)
        rename(here, ODD, "Jacket")
        turn(here)
        here.warehouse.change_product(there.id, {"description": LEGACY})
        assert turn(here) == {"parked": 1}
        assert turn(here) == {"known": 1}
        waiting = [each for each in here.postings("product_update") if each.state is State.PARKED]
        assert [each.reason_code for each in waiting] == ["no_effect"]
        rename(here, ODD, "Blazer")
        assert turn(here) == {"new": 1}
        assert there.description == "Blazer"


def test_a_list_that_lags_behind_what_was_just_written_is_no_difference():
    with world(GREEN) as here:
        crosswalk_before = here.site
        collect(here)
        deliver(here.site)
        here.warehouse.products.remove(product(here))  # not shown yet
        assert dict(collect_products(crosswalk_before).counts) == {Kept.KNOWN: 1}


def test_one_bad_product_stops_no_other():
    long = evolve(GREEN, style="9" * 60, upc="")
    with world(long, GREEN) as here:
        assert turn(here) == {"new": 1, "parked": 1}
        assert product(here) is not None
        waiting = next(each for each in here.postings("product") if each.state is State.PARKED)
        assert waiting.reason_code == "invalid_record"
        assert "60" in waiting.reason or "characters" in waiting.reason


def test_a_unit_that_the_warehouse_lacks_is_told_for_each_product():
    with world(GREEN, terms=evolve(BOTH, stock_unit="DOZEN")) as here:
        assert turn(here) == {"parked": 1}
        assert "DOZEN" in only(here, "product").reason
        here.site = evolve(here.site, products=BOTH)
        assert turn(here) == {"new": 1}
        assert product(here) is not None


# Never by guess ----------------------------------------------------------------------------------------------


def test_what_may_be_there_already_waits_for_a_person_and_goes_on_when_that_is_decided():
    twin = evolve(GREEN, style="8888", upc="")
    with world(GREEN, twin) as here:
        here.warehouse.add_product("8888-GRN-S")
        assert turn(here) == {"parked": 2}
        waiting = here.postings("product")
        assert {each.reason_code for each in waiting} == {"ambiguous_sku"}
        assert all(each.detail["candidates"] == ["8888-GRN-S"] for each in waiting)
        listed = ledger_exceptions(here.site.ledger, ExceptionTerms(now=here.time))
        assert [item.candidates for item in listed] == [("8888-GRN-S",)] * 2
        assert turn(here) == {"known": 2}
        decide(here, "8888-GRN-S", twin)
        assert turn(here) == {"new": 2}
        assert product(here) is not None
        assert product(here, "8888-GRN-S").description == "Rain coat"


def test_what_the_warehouse_holds_for_another_account_is_left_alone():
    with world() as here:
        there = product(here, LEGACY)
        other = here.warehouse.add_account("OTHER")
        here.warehouse.unassign_product(
            there.id, here.warehouse.account_products.find("product.id", there.id)[0].id
        )
        here.warehouse.assign_product(there.id, {"account_id": other.id})
        rename(here, ODD, "Jacket")
        assert turn(here) == {"parked": 1}
        posting = only(here, "product_update")
        assert (posting.reason_code, "OTHER" in posting.reason) == ("other_owner", True)
        assert there.description != "Jacket"


def test_what_waits_is_not_given_up_because_a_row_cannot_be_read_meanwhile():
    with world(GREEN) as here:
        collect(here)
        bad = here.warehouse.add_product("WITHOUT-A-CODE")
        bad.code = ""
        here.learn()
        assert collect(here) == {}
        assert here.states("product") == [State.PENDING]
        here.site.ledger.cancel(only(here, "product").key, "for the test", "Ann")
        rename(here, GREEN, "Trench coat")
        assert turn(here) == {}
        assert product(here) is None


def test_a_barcode_that_is_not_sent_is_told():
    with world(evolve(GREEN, upc="012345678904")) as here:
        collect(here)
        assert "check digit" in only(here, "product").reason
        assert [remark for _, remark in plan_products(here.site).remarks if "check digit" in remark]
        deliver(here.site)
        assert product(here).barcode is None


# What a site lets happen -------------------------------------------------------------------------------------


def test_nothing_happens_and_nothing_is_asked_unless_the_site_lets_it():
    with world(GREEN, terms=ProductTerms()) as here:
        rename(here, ODD, "Jacket")
        here.learn()
        with requests() as asked:
            assert collect(here) == {}
        assert asked == []
        assert len(plan_products(here.site).created) == 1


@pytest.mark.parametrize(("terms", "kind"), [({"create": True}, "product"), ({"update": True}, "product_update")])
def test_creating_and_changing_are_let_happen_one_by_one(terms, kind):
    with world(GREEN, terms=evolve(ProductTerms(), **terms)) as here:
        rename(here, ODD, "Jacket")
        assert turn(here) == {"new": 1}
        assert [only(here, kind).state] == [State.POSTED]


def test_what_is_no_longer_let_happen_is_not_sent():
    with world(GREEN) as here:
        collect(here)
        here.site = evolve(here.site, products=ProductTerms())
        assert turn(here) == {}
        assert here.states("product") == [State.CANCELLED]
        assert product(here) is None
        here.site = evolve(here.site, products=BOTH)
        assert turn(here) == {"new": 1}


def test_a_plan_changes_nothing():
    with world(GREEN) as here:
        rename(here, ODD, "Jacket")
        here.learn()
        here.later(minutes=1)
        before = here.site.ledger.facts(), [asdict(each) for each in here.warehouse.products]
        plan = plan_products(here.site)
        assert [each.code for each in plan.created] == [CODE]
        assert [each.code for each in plan.changed] == [LEGACY]
        assert (here.site.ledger.facts(), [asdict(each) for each in here.warehouse.products]) == before


def test_a_site_that_has_not_learnt_is_told_so():
    with world() as here:
        here.site = evolve(here.site, crosswalk=None)
        with pytest.raises(ConfigurationError, match="learn"):
            plan_products(here.site)
