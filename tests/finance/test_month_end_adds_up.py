"""Whatever happened, every part of the month-end page is the sum of what it opens."""

from decimal import Decimal

from attrs import evolve
from close_histories import LAST, ZONE, histories
from hypothesis import given, settings
from hypothesis import strategies as st

from clarus_bluecherry.finance.close import CostRow, close_books, end_of
from clarus_bluecherry.report.month_end import month_end_page

AT = end_of(LAST, ZONE)
PAIRS = [
    ("variance", "units"), ("variance", "value"), ("roll_forward", "units"), ("roll_forward", "value"),
    ("ageing", "units"), ("ageing", "value"), ("bridge", "value"),
]  # fmt: skip
costs = st.lists(
    st.builds(
        CostRow,
        item=st.sampled_from(("A", "B")),
        location=st.sampled_from(("", "NJ")),
        amount=st.sampled_from((Decimal("3.33"), Decimal("0.01"))),
        currency=st.sampled_from(("USD", "USD", "EUR")),
        effective_from=st.sampled_from((None, LAST)),
    ),
    max_size=4,
)


@settings(max_examples=30)
@given(histories(), costs)
def test_each_cell_is_the_sum_of_the_rows_that_it_opens(history, told):
    page = month_end_page(close_books(evolve(history, costs=told, currency="USD"), AT))
    for name, column in PAIRS:
        table = page.table(name)
        opens, place = table.column(column), table.place(column)
        for row in table.rows:
            where = {each: row[table.place(each)] for each in opens.by}
            if any(where.values()):
                found = page.sums(opens.opens, column, where)
                assert found.get("USD" if column == "value" else "", Decimal(0)) == (row[place] or 0)
    first, *steps, last = page.table("bridge").rows
    assert (first[1] or 0) + sum(step[1] or 0 for step in steps) == (last[1] or 0)
    if first[1] is None:
        assert {step[2] for step in steps} <= {None}
    else:
        assert [step[2] for step in steps][-1:] == [last[1] or 0] * bool(steps)
    assert page.figure("bridge_adds_up").value is True
    parts = ("change_quantity", "change_revaluation", "change_exchange", "change_undivided")
    told = [page.figure(part).value for part in parts]
    if page.figure("difference_at_cost").value is None:
        assert told == [None] * 4
        assert page.sums("causes", "value").get("USD", 0) == 0
    else:
        assert sum(told) == page.figure("difference_at_cost").value


@settings(max_examples=30)
@given(histories(), costs)
def test_no_zero_is_told_of_what_has_no_value(history, told):
    page = month_end_page(close_books(evolve(history, costs=told, currency="USD"), AT))
    for name in ("variance", "bridge", "ageing"):
        table = page.table(name)
        value, unvalued = table.place("value"), table.place("unvalued")
        for row in table.rows:
            assert row[value] is None or row[value] or not row[unvalued]
    roll, parts = page.table("roll_forward"), page.table("roll_parts")
    for row in roll.rows:
        where = dict(zip(("side", "line"), row, strict=False))
        if row[roll.place("value")] == 0:
            made_of = [(part[parts.place("units")], part[parts.place("value")]) for part in parts.rows_at(where)]
            assert all(value is not None for units, value in made_of if units)
    if page.figure("difference_value_gross").value == 0:
        assert not page.table("variance").rows or not any(row[6] for row in page.table("variance").rows)
    unvalued = sum(row[3] for row in page.table("bridge").rows)
    told = f"{unvalued:,} units that differ have no value, and the bridge leaves them out."
    assert (told in page.figure("bridge_adds_up").note) == (told in page.table("bridge").note) == bool(unvalued)
    for figure in page.figures:
        assert figure.value is not None or figure.why_not


@settings(max_examples=10)
@given(histories())
def test_each_document_of_a_cause_opens_the_entries_that_it_is_of(history):
    page = month_end_page(close_books(history, AT))
    causes = page.table("causes")
    by = causes.column("document").by
    for row in causes.rows:
        if row[causes.place("document")]:
            where = {each: row[causes.place(each)] for each in by}
            assert any(page.table("entries").rows_at(where))
