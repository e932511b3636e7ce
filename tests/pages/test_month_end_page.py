"""The month-end page: the planted figures, what comes first, and that each figure comes down to rows of files."""

from __future__ import annotations

import json
from decimal import ROUND_DOWN, Decimal
from functools import cache
from pathlib import Path

import pytest
import sample_month_end as sample
from attrs import evolve
from typer.testing import CliRunner

from clarus_bluecherry.cli.app import app
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.finance.close import Materiality, close_books, end_of
from clarus_bluecherry.flows.close_files import read_folder
from clarus_bluecherry.report.month_end import month_end_page
from clarus_bluecherry.report.pages import PageOpening, Tone, page_json

MONTH = Path(__file__).parents[1] / "finance" / "month_end"


@cache
def worked(**options):
    read = read_folder(MONTH, as_of="2026-10-31")
    return month_end_page(close_books(read.given, read.as_of, read.known), **options)


def value(page, name):
    return page.figure(name).value


def rows(page, opens):
    """The rows that something opens, as mappings."""
    table = page.table(opens.table)
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows_at(opens.where)]


def cell_opens(page, table, name, row):
    """The rows that a cell opens."""
    column = page.table(table).column(name)
    return rows(page, PageOpening(table=column.opens, where={each: row[each] for each in column.by}))


# The month worked by hand ----------------------------------------------------------------------------------------


def test_the_figures_are_those_that_were_worked_out_on_paper():
    page = worked()
    figures = {
        "unexplained_net": -7, "unexplained_gross": 7, "unexplained_places": 1, "unexplained_value": -42,
        "unexplained_without_cost": 0, "difference_net": 123, "difference_gross": 259, "places_differing": 30,
        "difference_value": Decimal("528.5"), "physical_closing": 6683, "book_closing": 6560,
        "cogs_not_in_it": Decimal("184.5"), "cogs_does_not_belong": 105, "cogs_difference": Decimal("79.5"),
        "credit_due": 50, "asset_understated": 10, "returned_uncredited": 2, "places_without_cost": 3,
        "unread_rows": 0, "left_out_units": 516,
    }  # fmt: skip
    assert {name: value(page, name) for name in figures} == figures
    assert all(
        value(page, name) is True for name in ("physical_foots", "book_foots", "cogs_holds", "bridge_adds_up")
    )
    assert page.tone is Tone.BAD  # 7 pieces are unexplained
    assert "30 of 91 places" in page.verdict
    assert "123 units more" in page.verdict
    assert "No document explains 7 units at 1 place" in page.verdict
    assert (page.head.zone.key, page.head.currency, page.head.as_of.isoformat()) == (
        "America/New_York", "USD", "2026-10-31",
    )  # fmt: skip


def test_every_quantity_says_its_sign_or_is_a_size_and_every_amount_its_currency():
    for figure in worked().figures:
        assert figure.kind != "money" or figure.unit == "USD"
        assert figure.kind != "units" or figure.unit == "eaches"
        if isinstance(figure.value, Decimal) and figure.value < 0:
            assert figure.sign, figure.name


def test_a_class_comes_down_to_its_documents_their_entries_and_the_lines_of_the_files():
    page = worked()
    variance = rows(page, PageOpening(table="variance"))
    (late,) = [row for row in variance if row["status"] == "booked in another period"]
    assert (late["class"], late["units"], late["value"], late["documents"]) == (
        "dispatched", -1, Decimal("-27.5"), 3,
    )  # fmt: skip
    causes = cell_opens(page, "variance", "units", late)
    assert {row["document"]: row["units"] for row in causes} == {"P1002": -3, "P1003": 4, "P1024": -2}
    (first,) = [row for row in causes if row["document"] == "P1002"]
    assert [f"{first[name]}" for name in ("own_date", "asked_date", "booked_date")] == [
        "2026-10-31", "2026-10-31", "2026-11-02",
    ]  # fmt: skip
    entries = cell_opens(page, "causes", "document", first)
    assert {(row["side"], row["row"], row["stands"]) for row in entries} == {
        ("warehouse", "clarus_transactions.csv, line 3", "before"),
        ("books", "bluecherry_stock_ledger.csv, line 2", "after"),
    }


def test_a_line_of_the_roll_forward_comes_down_to_its_documents_and_revaluation_stands_apart():
    page = worked()
    lines = {(row["side"], row["line"]): row for row in rows(page, PageOpening(table="roll_forward"))}
    assert (lines["books", "revaluation"]["units"], lines["books", "revaluation"]["value"]) == (0, 45)
    (dearer,) = cell_opens(page, "roll_forward", "value", lines["books", "revaluation"])[:1]
    assert dearer["item"] == "01030-BLK-M"
    returned = cell_opens(page, "roll_forward", "units", lines["books", "returned"])
    assert sum(row["units"] for row in returned) == lines["books", "returned"]["units"] == 1
    assert all(cell_opens(page, "roll_parts", "document", row) for row in returned)
    assert {
        row["document"] for row in cell_opens(page, "roll_forward", "units", lines["books", "closing stock"])
    } == {""}


def test_the_cut_off_test_shows_three_dates_and_counts_its_verdicts():
    page = worked()
    tested = rows(page, page.figure("cut_off_wrong_period").opens)
    assert value(page, "cut_off_wrong_period") == len(tested) == 4
    (late,) = [row for row in tested if row["document"] == "P1002"]
    assert [f"{late[name]}" for name in ("own", "asked", "booked")] == ["2026-10-31", "2026-10-31", "2026-11-02"]
    assert late["event"].isoformat() == "2026-11-01T02:00:00+00:00"


def test_what_is_open_has_an_age_and_what_is_not_known_says_so():
    page = worked()
    aged = {row["age_band"]: row for row in rows(page, PageOpening(table="ageing"))}
    assert [*aged] == ["0-7 days", "8-30 days", "31-60 days", "61-90 days", "over 90 days", "not known"]
    (unknown,) = cell_opens(page, "ageing", "items", aged["not known"])
    assert (unknown["item"], unknown["status"]) == ("01021-BLK-M", "unexplained")
    oldest = cell_opens(page, "ageing", "items", aged["8-30 days"])
    assert ("C519", 110) in {(row["document"], row["units"]) for row in oldest}
    assert value(page, "threshold") == "No threshold set"
    assert "--materiality" in page.figure("threshold").note


# What matters ----------------------------------------------------------------------------------------------------


def test_three_planted_problems_come_first_second_and_third_with_owner_and_action():
    page = sample.page()
    (steps,) = page.steps
    told = [(step.document, step.owner, step.value.amount) for step in steps.steps[:3]]
    assert told == [
        ("order P5001", "finance", Decimal("-52500.00")),
        ("receipt C7001/01002-NAV-L", "finance", Decimal("17550.00")),
        ("order P5003", "finance", Decimal("12000.00")),
    ]
    assert all(step.action for step in steps.steps)
    assert page.verdict.endswith("First, for finance: order P5001, -52,500.00 USD.")
    assert all(len(rows(page, step.opens)) == 1 for step in steps.steps)
    assert "without a known value" in steps.more or any(step.value is None for step in steps.steps)


def test_a_threshold_parts_what_matters_from_what_does_not_and_what_is_not_known_from_both():
    page = sample.page()
    of_books = (value(page, "book_value") * Decimal("0.0005")).quantize(Decimal("0.01"), ROUND_DOWN)
    assert value(page, "threshold") == min(Decimal(2500), of_books) == Decimal("1086.88")
    above = rows(page, page.figure("material").opens)
    below = rows(page, page.figure("immaterial").opens)
    (unknown,) = rows(page, page.figure("of_unknown_value").opens)
    assert unknown["document"] == "P5005"
    assert min(abs(row["value"]) for row in above) >= value(page, "threshold")
    assert max(abs(row["value"]) for row in below) < value(page, "threshold")
    assert value(page, "immaterial_gross") == sum(abs(row["value"]) for row in below)
    assert [row["document"] for row in above[:3]] == ["P5001", "C7001", "P5003"]


@pytest.mark.parametrize("word", ["much", "1%%", "-5", "NaN"])
def test_a_threshold_that_is_none_is_refused(word):
    with pytest.raises(ConfigurationError, match=r"threshold|amount"):
        Materiality.of([word])


def test_what_an_earlier_close_carried_is_at_least_as_old_as_the_opening():
    page = sample.page()
    (carried,) = rows(page, page.figure("carried").opens)
    assert (carried["document"], carried["units"], carried["age_band"]) == ("P4790", -75, "31-60 days")


# What must not be told -------------------------------------------------------------------------------------------


def test_no_person_is_on_the_page_and_a_period_opened_again_is():
    page = sample.page()
    assert sample.PERSON not in json.dumps(page_json(page))
    assert [row[-1] for row in page.table("period_events").rows] == [False, True]


def test_without_costs_no_value_is_told_and_nothing_is_zero_in_their_place():
    given = evolve(sample.given(), costs=[])
    page = month_end_page(close_books(given, end_of(sample.LAST, sample.ZONE)))
    assert value(page, "unexplained_net") == -35
    assert value(page, "unexplained_value") is None
    assert "add its cost" in page.figure("unexplained_value").why_not
    assert {row["value"] for row in rows(page, PageOpening(table="variance"))} == {None}
    assert value(page, "of_unknown_value") == len(page.table("differences").rows)


# At the command line ---------------------------------------------------------------------------------------------


def close(*options):
    return CliRunner().invoke(app, ["close", "--from", str(MONTH), *map(str, options)])


def test_a_folder_holds_the_page_in_every_shape_and_the_document(tmp_path):
    done = close("--out", tmp_path / "closed", "--materiality", "0.5%")
    names = {path.relative_to(tmp_path / "closed").as_posix() for path in (tmp_path / "closed").rglob("*.*")}
    assert {"month-end.html", "month-end.json", "month-end.xlsx", "close.json", "csv/causes.csv"} <= names
    told = json.loads((tmp_path / "closed" / "month-end.json").read_text("utf-8"))
    assert (told["figures"]["difference_net"]["value"], told["figures"]["threshold"]["value"]) == ("123", "183.03")
    assert done.stdout.splitlines()[-1].endswith("month-end.html")
    assert "What to do first" in done.stdout
    commands = [block["code"] for section in told["sections"] for block in section["blocks"] if "code" in block]
    assert "close --from month_end --as-of 2026-10-31 --materiality 0.5% --out" in commands[0]


def test_a_path_by_its_ending_is_one_file_of_the_same_page(tmp_path):
    for ending in (".html", ".csv"):
        close("--out", tmp_path / f"october{ending}")
    assert {path.name for path in tmp_path.iterdir()} == {"october.html", "october.csv"}
    assert len((tmp_path / "october.csv").read_text("utf-8").splitlines()) == 1 + len(
        worked().table("causes").rows
    )


def test_only_a_close_ends_in_a_page(tmp_path):
    done = CliRunner().invoke(app, ["position", "--from", str(MONTH), "--out", str(tmp_path / "here.html")])
    assert done.exit_code != 0
    assert "`close` writes one" in f"{done.exception}"
    assert not list(tmp_path.iterdir())
