"""A missing cost is shown as missing, never as 0.00: in the reconciliation, the report, and what waits."""

import csv
import json
from decimal import Decimal

import pytest
from flows_world import loop
from ledger_databases import NOON, a_fact, a_posting
from test_finance_reconcile import CODE, MEDIUM, SMALL, booked, held

from clarus_bluecherry.cli.closing import closing_of
from clarus_bluecherry.finance import Cause, reconcile
from clarus_bluecherry.finance.exceptions import ExceptionTerms, cost_by, postings_found
from clarus_bluecherry.ledger import State
from clarus_bluecherry.model import Adjustment, Dispatch, DispatchLine, Money
from clarus_bluecherry.report import Closing, to_json, total_text
from clarus_bluecherry.report.closing_page import closing_page
from clarus_bluecherry.report.pages import page_html
from clarus_bluecherry.report.sku_audit import AuditReport, audit_page, write_class_files
from clarus_bluecherry.sku import MasterRow, audit


def closing(found, exceptions=()):
    return Closing(title="close", as_of=NOON, reconciliation=found, exceptions=tuple(exceptions), postings=())


# Totals say how many units have no cost --------------------------------------------------------------------------


def test_a_total_says_how_many_units_have_no_cost():
    found = reconcile([held(12, CODE), held(3)], [booked(5), booked(4, MEDIUM, cost=None)], [])
    unmapped, unexplained = found.totals[Cause.UNMAPPED_SKU], found.totals[Cause.UNEXPLAINED]
    assert (unmapped.units, unmapped.without_cost) == (12, 12)
    assert (unexplained.units, unexplained.without_cost) == (-6, 4)
    assert found.variance.without_cost == 16
    assert found.totals[Cause.NOT_YET_POSTED].without_cost == 0


def test_units_without_a_cost_do_not_cancel_out():
    found = reconcile([held(5), held(1, MEDIUM)], [booked(1, cost=None), booked(5, MEDIUM, cost=None)], [])
    assert (found.variance.units, found.variance.without_cost) == (0, 8)


def test_a_total_of_which_no_unit_has_a_cost_is_not_known():
    found = reconcile([held(12, CODE), held(3)], [booked(5)], [])
    assert total_text(found.totals[Cause.UNMAPPED_SKU]) == "not known for 12 units"
    assert total_text(found.totals[Cause.UNEXPLAINED]) == "-25.00 USD"
    assert total_text(found.totals[Cause.NOT_YET_POSTED]) == "0.00 USD"
    assert total_text(found.variance) == "-25.00 USD, not known for 12 units"
    assert total_text(reconcile([held(1, CODE)], [], []).variance) == "not known for 1 unit"


# The report -----------------------------------------------------------------------------------------------------


@pytest.fixture
def found():
    return reconcile([held(12, CODE), held(3), held(1, MEDIUM)], [booked(5), booked(1, MEDIUM)], [])


def test_the_page_says_not_known(found):
    page = closing_page(closing(found))
    worth = {row[0]: row[1:4] for row in page.table("causes").rows}
    assert worth["unmapped SKU"] == (12, None, 12)
    assert worth["unexplained"] == (-2, Money("-25.00", "USD"), 0)
    assert page.figure("without_cost").value == 12
    html = page_html(page)
    assert "not known" in html
    assert "-25.00" in html.replace("\N{MINUS SIGN}", "-")


def test_the_json_has_no_value_where_none_is_known(found):
    told = json.loads(to_json(closing(found)))["reconciliation"]
    assert told["causes"]["unmapped SKU"] == {"units": "12", "values": {}, "units_without_cost": "12"}
    assert told["causes"]["unexplained"] == {"units": "-2", "values": {"USD": "-25"}}
    assert told["variance"] == {"units": "10", "values": {"USD": "-25"}, "units_without_cost": "12"}
    assert {line["item"]: line["value"] for line in told["differing"]} == {
        str(CODE): None,
        str(SMALL): "-25.00 USD",
    }


# What waits for people takes its own location's cost -------------------------------------------------------------

NJ, UK = Money("7.50", "USD"), Money("11.00", "USD")


def lost(location, item=SMALL):
    """Two units of `item` that the warehouse lost at `location`."""
    record = Adjustment(id=f"{item} {location}", occurred_at=NOON, location=location, item=item, quantity=-2)
    return a_fact(record.id, record=record)


def parked(location, item=SMALL):
    fact = lost(location, item)
    return a_posting(fact, state=State.PARKED), fact.record


def exceptions_of(pairs, costs):
    return list(postings_found(pairs, ExceptionTerms(now=NOON, cost_of=cost_by(costs))))


def test_an_exception_takes_the_cost_of_its_own_location():
    costs = {(SMALL, "NJ"): NJ, (SMALL, "UK"): UK}
    items = exceptions_of([parked("NJ"), parked("UK"), parked("DE")], costs)
    assert {item.subject.split()[-1]: item.value for item in items} == {
        "NJ": Money("-15.00", "USD"),
        "UK": Money("-22.00", "USD"),
        "DE": None,
    }


def test_a_company_with_one_cost_everywhere_may_say_so():
    (item,) = exceptions_of([parked("NJ")], {SMALL: NJ})
    assert item.value == Money("-15.00", "USD")


def test_a_dispatch_of_which_one_sku_has_no_cost_there_is_not_known():
    lines = tuple(
        DispatchLine(number=str(number), item=item, ordered=1, shipped=1)
        for number, item in enumerate([SMALL, MEDIUM])
    )
    record = Dispatch(id="7", occurred_at=NOON, order_reference="1001", location="NJ", lines=lines)
    (item,) = exceptions_of([(parked("NJ")[0], record)], {(SMALL, "NJ"): NJ, (MEDIUM, "UK"): UK})
    assert (item.units, item.value) == (-2, None)


def test_what_waits_without_a_cost_is_shown_as_not_known():
    items = exceptions_of([parked("DE")], {})
    shown = closing(reconcile([], [], []), items)
    (step,) = next(closing_page(shown).steps).steps
    assert step.value is None
    assert json.loads(to_json(shown))["exceptions"][0]["value"] is None


def test_a_closing_values_what_waits_by_sku_and_location():
    with loop() as here:
        book = [booked(5, location="NJ"), booked(5, location="UK", cost="99"), booked(1, MEDIUM, "UK", cost="3")]
        for fact in (lost("NJ"), lost("UK"), lost("NJ", MEDIUM)):
            here.site.ledger.record(fact)
            here.site.ledger.post(a_posting(fact, state=State.PARKED))
        values = [item.value for item in closing_of(here.site, reconcile([], book, []), "close").exceptions]
        assert values == [None, Money("-198", "USD"), Money("-25.00", "USD")]


# The go-live audit ----------------------------------------------------------------------------------------------


def test_the_audits_lists_and_page_say_where_a_value_is_not_known(tmp_path):
    master = [MasterRow("01234", on_hand=Decimal(5)), MasterRow("05678", on_hand=Decimal(2), cost=Decimal("7.5"))]
    found = AuditReport(audit=audit(master, []))
    write_class_files(found, tmp_path)
    with (tmp_path / "missing-in-clarus.csv").open(encoding="utf-8-sig", newline="") as file:
        values = {line["code"]: line["value"] for line in csv.DictReader(file)}
    assert values == {"01234": "", "05678": "15"}
    lines = audit_page(found).table("lines")
    assert [row[lines.place("value")] for row in lines.rows] == [Decimal("15.0"), None]
