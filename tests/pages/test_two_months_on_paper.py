"""Two months that were worked out on paper before anything was run: what the paper has, every output has.

`chicago` is June in US Central time: costs in USD, in EUR at two rates, and in GBP without one; a cost
that changed on the 15th, none for one SKU; a dispatch booked in July, one booked twice, an order edited after its
release; receipts over, short, early and not booked; adjustments that only one side has; a transfer on its way.
`tokyo` is April in yen, east of UTC: what left at 00:10 on 1 April and at 00:30 on 1 May there.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
import sample_morning
from attrs import evolve
from reading_pages import as_number, html_figures, json_figures, opened, table_rows, workbook_figures
from typer.testing import CliRunner

from clarus_bluecherry.cli.app import app
from clarus_bluecherry.finance.close import Materiality, Moved, close_books
from clarus_bluecherry.finance.morning import DispatchPart, books_figures, dispatched_by_books
from clarus_bluecherry.flows.close_files import read_folder
from clarus_bluecherry.report.month_end import month_end_page
from clarus_bluecherry.report.morning import morning_page
from clarus_bluecherry.report.pages import write_page

MONTHS = Path(__file__).parents[1] / "finance" / "two_months"
OF_MATERIALITY = {"chicago": ["0.5%"], "tokyo": ["5000", "1%"]}

PAPER = {
    "chicago": """
        unexplained_net -11  unexplained_gross 11  unexplained_places 1  unexplained_value -22
        difference_net -6  difference_gross 142  places_differing 14  places_compared 17
        difference_value 80.69  difference_value_gross 1143.79  difference_value_GBP -30
        book_value 12286.30  physical_value 12366.99
        change_quantity 70.19  change_revaluation 12.50  change_exchange -2.00
        threshold 61.43  material 6  material_value 276.69  of_unknown_value 2
        immaterial 6  immaterial_net -196  immaterial_gross 196
        physical_closing 1470  physical_closing_value 12366.99  book_closing 1476  book_closing_value 12286.30
        cogs_true 1122.85  cogs_booked 1252.30  cogs_difference -129.45  cogs_true_units 104  cogs_booked_units 112
        cogs_not_in_it 176.80  cogs_does_not_belong 306.25  cogs_without_cost 7
        cut_off_right 7  cut_off_wrong_period 4  cut_off_not_booked 5  carried -2
        gr_ir_not_booked 250  gr_ir_over 105  gr_ir_short 44.40  gr_ir_booked_more 80  gr_ir_reversed 0
        returned_uncredited 3  credit_due 210  asset_understated 99.99
        left_out_units 15  places_without_cost 2  missing_sources 3  unread_rows 0
        """,
    "tokyo": """
        unexplained_net 0  unexplained_places 0  unexplained_value 0
        difference_net 16  difference_gross 76  places_differing 8  places_compared 12
        difference_value -2090.005  difference_value_gross 58790.005
        book_value 919727.44  physical_value 917637.435
        change_quantity -2090.005  change_revaluation 0  change_exchange 0
        threshold 5000  material 5  material_value -4390  of_unknown_value 1
        immaterial 2  immaterial_net 2299.995  immaterial_gross 4300.005
        physical_closing 829  physical_closing_value 917637.435  book_closing 813  book_closing_value 919727.44
        cogs_true 54084  cogs_booked 62557.5  cogs_difference -8473.5  cogs_true_units 42  cogs_booked_units 50
        cogs_not_in_it 23440  cogs_does_not_belong 31913.5  cogs_without_cost 0
        cut_off_right 5  cut_off_wrong_period 2  cut_off_not_booked 4  carried 0
        gr_ir_not_booked 3300  gr_ir_over 0  gr_ir_short 0  gr_ir_booked_more 0
        returned_uncredited 0  credit_due 0  left_out_units 0  places_without_cost 1
        """,
}
"""Each figure with a number, in eaches or in the books' currency."""

CAUSES = {
    "chicago": """
        71001-NVY-S  CHI P7002  dispatched  -12 -148.80 2026-06-30 2026-07-02 booked in another period
        71002-NVY-M  CHI P7004  dispatched   25  262.25 2026-06-20 2026-06-20 booked twice
        71003-RED-L  CHI 5005   adjusted     -5  -46.00 2026-06-18 -          Blue Cherry not told
        71004-RED-XL CHI P7005  dispatched   -4  -      2026-06-29 -          Blue Cherry not told
        71005-GRN-S  CHI HAND-9 adjusted     -7 -106.75 -          2026-06-17 booked by hand
        71008-BLU-M  DAL C802   received     40  250.00 2026-06-25 -          accepted, not booked yet
        71009-BLU-L  CHI RMA71  returned      3   99.99 2026-06-28 -          restocked, not in the books
        71010-GRY-S  DAL RMA72  returned     -2  -36.00 2026-07-02 2026-06-29 booked in another period
        71011-WHT-S  CHI P7006  dispatched   -2  -28.00 2026-06-23 2026-06-23 order edited after its release
        71012-WHT-M  CHI -      -           -11  -22.00 -          -          unexplained
        71013-WHT-L  DAL P7007  dispatched   -3  -30.00 2026-06-22 -          refused by Blue Cherry
        71014-TAN-S  DAL T71    transferred  -6  -42.00 2026-07-02 2026-06-30 in transit
        71015-TAN-M  CHI C803   received    -20  -80.00 2026-07-01 2026-06-30 booked in another period
        71016-TAN-L  DAL P6998  dispatched   -2  -22.00 -          -          shipped, not invoiced
        """,
    "tokyo": """
        81001-KRO-M TYO P8001 dispatched 15 18750 2026-05-01 2026-04-30 booked in another period
        81003-AOI-S OSA 4 counted -3 -1000.005 2026-04-15 - waiting for a person
        81004-AOI-M TYO TE-1 adjusted -2 - - 2026-04-08 booked by hand
        81006-AKA-S TYO P8006 undispatched 9 6300 2026-04-20 2026-04-20 dispatch undone
        81008-AKA-L TYO P8007 dispatched -3 -13200 2026-04-21 - order edited after its release
        81009-SHI-S OSA C900 received 22 3300 2026-04-12 2026-04-12 another quantity, and nobody says why
        81011-SHI-M OSA P8011 dispatched -20 -10240 2026-04-28 - sent, and not known whether it was taken
        81012-SHI-L TYO RMA8 returned -2 -6000 2026-05-02 2026-04-30 booked in another period
        """,
}
"""Place, document, class, units, value, own day, booked day, status."""

ROLLS = {
    "chicago": """
        warehouse opening 1395 11465.25   received 187 1915.60   returned 3 99.99   adjusted -5 -46.00
        dispatched -104 -1122.85   transferred -6 -42.00   revaluation 0 65.00   exchange 0 32.00
        closing 1470 12366.99
        books opening 1412 11553.25   received 167 1745.60   returned 2 36.00   adjusted 7 106.75
        dispatched -112 -1252.30   transferred 0 0   revaluation 0 65.00   exchange 0 32.00
        closing 1476 12286.30
        """,
    "tokyo": """
        warehouse opening 850 977121.44   received 24 3600   counted -3 -1000.005   dispatched -51 -60384
        undispatched 9 6300   revaluation 0 -8000   exchange 0 0   closing 829 917637.435
        books opening 857 983984.94   received 2 300   returned 2 6000   adjusted 2 -   dispatched -50 -62557.5
        revaluation 0 -8000   exchange 0 0   closing 813 919727.44
        """,
}

STEPS = {
    "chicago": [
        ("order P7004", "finance", "262.25 USD", "Reverse in Blue Cherry what is too many."),
        ("receipt C802/1", "finance", "250.00 USD", "Ask why Blue Cherry has not booked it"),
        (
            "order P7002",
            "finance",
            "-148.80 USD",
            "Move it, or accrue it in the period in which it left; defer it",
        ),
        ("adjustment HAND-9", "finance", "-106.75 USD", "Compare the document on both sides"),
        ("receipt C800/1", "finance", "105.00 USD", "Agree with the supplier"),
    ],
    "tokyo": [
        ("order P8001", "finance", "18750 JPY", "Move it, or accrue it in the period in which it left; defer it"),
        ("order P8007", "operations", "-13200 JPY", 'Look at "drift"'),
        ("order P8011", "finance", "-10240 JPY", "Look for it in the other system"),
        ("order P8006", "finance", "6300 JPY", "Void the shipment in Blue Cherry"),
        ("return RMA8", "finance", "-6000 JPY", "Compare the document on both sides"),
    ],
}
AGES = {
    "chicago": {"0-7 days": (8, -3, "15.19", 4), "8-30 days": (5, 8, "87.5", 3), "not known": (1, -11, "-22", 0)},
    "tokyo": {"0-7 days": (3, -7, "2510", 0), "8-30 days": (5, 23, "-4600.005", 2)},
}
"""Items, net units, net value, units without a value."""


def closed(month, as_of=""):
    read = read_folder(MONTHS / month, as_of=as_of)
    return close_books(read.given, read.as_of, read.known)


@pytest.fixture(scope="module", params=sorted(PAPER))
def month(request, tmp_path_factory):
    """The name of a month, its page, and where its files are."""
    name = request.param
    page = month_end_page(closed(name), materiality=Materiality.of(OF_MATERIALITY[name]))
    folder = tmp_path_factory.mktemp(name)
    write_page(page, folder)
    return name, page, folder / page.name


def records(page, table):
    found = page.table(table)
    return [dict(zip([column.name for column in found.columns], row, strict=True)) for row in found.rows]


def paper(name):
    words = PAPER[name].split()
    return {figure: Decimal(number) for figure, number in zip(words[::2], words[1::2], strict=True)}


def test_every_figure_of_the_paper_is_on_the_page_in_the_workbook_and_in_the_json(month):
    name, _, path = month
    told, expected = json.loads(path.with_suffix(".json").read_text("utf-8")), paper(name)
    figures = json_figures(told)
    assert {each: figures[each] for each in expected} == expected
    assert html_figures(path.with_suffix(".html").read_text("utf-8"), expected) == expected
    cells = workbook_figures(opened(path.with_suffix(".xlsx")))
    assert {each: as_number(cells[each]) for each in expected} == expected
    proofs = ("bridge_adds_up", "physical_foots", "book_foots", "cogs_holds")
    assert {told["figures"][each]["value"] for each in proofs} == {True}


def test_every_place_differs_by_the_documents_of_the_paper(month):
    name, page, path = month
    expected = {
        (item, where, document, moved, Decimal(units), value, own, booked, status)
        for item, where, document, moved, units, value, own, booked, status in (
            line.split(maxsplit=8) for line in CAUSES[name].strip().splitlines()
        )
    }

    def of_paper(row):
        value = row["value"]
        amount = "-" if value is None else str(getattr(value, "amount", value))
        days = (str(row[day] or "-")[:10] for day in ("own_date", "booked_date"))
        names = (str(row[each] or "-") for each in ("item", "location", "document", "class"))
        return (*names, Decimal(row["units"]), amount, *days, row["status"])

    def numbered(rows):
        return {(*row[:5], None if row[5] == "-" else round(Decimal(row[5]), 6), *row[6:]) for row in rows}

    told = numbered(map(of_paper, records(page, "causes")))
    assert told == numbered(expected)
    assert numbered(map(of_paper, table_rows(opened(path.with_suffix(".xlsx")), page, "causes"))) == told


def test_both_sides_are_rolled_forward_as_on_paper(month):
    name, page, _ = month
    expected, side = [], ""
    words = iter(ROLLS[name].split())
    for word in words:
        if word in ("warehouse", "books"):
            side, word = word, next(words)
        units, value = Decimal(next(words)), next(words)
        expected.append((side, word, units, None if value == "-" else Decimal(value)))
    rows = records(page, "roll_forward")
    assert [
        (row["side"], row["line"].removesuffix(" stock"), row["units"], row["value"]) for row in rows
    ] == expected


def test_the_largest_comes_first_with_its_owner_and_what_to_do(month):
    name, page, _ = month
    told = page.sections[0].blocks[0].steps
    assert [(step.document, step.owner, str(step.value)) for step in told] == [each[:3] for each in STEPS[name]]
    assert all(step.action.startswith(each[3]) for step, each in zip(told, STEPS[name], strict=True))


def test_open_items_are_as_old_as_on_paper(month):
    name, page, _ = month
    told = {
        row["age_band"]: (row["items"], row["units"], row["value"], row["unvalued"])
        for row in records(page, "ageing")
        if row["items"]
    }
    assert told == {band: (*each[:2], Decimal(each[2]), each[3]) for band, each in AGES[name].items()}


# What the paper and the pages did not agree about ---------------------------------------------------------------


def on_screen(command, *options):
    asked = [command, "--from", str(MONTHS / "chicago"), *options]
    return CliRunner().invoke(app, asked, env={"COLUMNS": "140"}).stdout


@pytest.fixture(scope="module")
def june():
    close = closed("chicago")
    return close, month_end_page(close)


def test_what_is_booked_before_it_came_is_not_short_of_its_order(june):
    """C803 was booked on 30 June and came on 1 July: nobody is to be asked whether the rest comes."""
    _, page = june
    findings = {(row["document"], row["finding"]) for row in records(page, "gr_ir")}
    assert {finding for document, finding in findings if document == "C803"} == {"booked, not received"}
    (told,) = [row for row in records(page, "exceptions") if row["documents"] == "C803"]
    assert (told["class"], told["units"], told["period"]) == ("booked otherwise", -20, "2026-06")


@pytest.mark.parametrize(
    ("document", "since", "period"),
    [
        ("RMA72", "2026-06-29", "2026-06"),  # in the books then, back on the shelf on 2 July
        ("T71", "2026-06-30", "2026-06"),  # in the books of both warehouses then, there on 2 July
        ("P6998", "2026-05-31", "2026-05 (closed)"),  # carried from May
    ],
)
def test_an_exception_is_as_old_as_its_cause_and_of_the_period_that_is_wrong(june, document, since, period):
    _, page = june
    (told,) = [row for row in records(page, "exceptions") if row["documents"] == document]
    assert (told["since"].date().isoformat(), told["period"]) == (since, period)


def test_a_dispatch_that_was_booked_too_early_is_of_the_period_that_has_it_too_early_later_on_too():
    page = month_end_page(closed("tokyo", "2026-05-02"))
    (told,) = [row for row in records(page, "exceptions") if row["documents"] == "P8001"]
    assert (told["units"], str(told["value"]), told["period"]) == (15, "18750 JPY", "2026-04")


def test_what_was_booked_early_and_back_again_is_lacking_where_it_left(tmp_path):
    """P7002 left on 30 June; it was invoiced on the 29th, taken back that day, and invoiced on 2 July."""
    folder = shutil.copytree(MONTHS / "chicago", tmp_path / "exports")
    with (folder / "stock_ledger.csv").open("a") as file:
        for number, units in ((9031, 12), (9032, -12)):
            at = "2026-06-29,2026-06-29T09:00:00-05:00"
            file.write(f"{number},IN,71001-NVY-S,CHI,{units},{at},P7002,\n")
    page = month_end_page(closed(folder, "2026-07-03"))
    (told,) = [row for row in records(page, "exceptions") if row["documents"] == "P7002"]
    assert (told["units"], told["period"]) == (-12, "2026-06")


LEFT, INVOICED = (
    "5002,DISP,12,2026-07-01T03:30:00Z",
    "9002,IN,71001-NVY-S,CHI,12,2026-07-02,2026-07-02T09:00:00-05:00",
)


@pytest.mark.parametrize(
    ("left", "invoiced", "units", "value", "since", "period"),
    [
        ((("06-30", 12),), (("06-30", 5), ("07-02", 7)), -7, "-86.80 USD", "2026-06-30", "2026-06"),
        ((("07-02", 12),), (("06-29", 5), ("07-02", 7)), 5, "62.00 USD", "2026-06-29", "2026-06"),
        ((("06-30", 5), ("07-02", 7)), (("07-02", 12),), -5, "-62.00 USD", "2026-06-30", "2026-06"),
        ((("06-29", 5), ("07-02", 7)), (("06-30", 12),), 7, "86.80 USD", "2026-06-29", "2026-06"),
        ((("05-30", 5), ("06-29", 7)), (("05-31", 5), ("07-02", 7)), -7, "-86.80 USD", "2026-06-29", "2026-06"),
    ],
    ids=["late", "early", "left in two", "booked at once", "the second"],
)
def test_what_left_or_was_booked_in_parts_is_in_another_period_by_what_that_one_lacks_or_has(
    tmp_path, left, invoiced, units, value, since, period
):
    """A later close tells of it with the units that the close of the period had."""
    folder = shutil.copytree(MONTHS / "chicago", tmp_path / "exports")
    for name, line, parts in (("transactions", LEFT, left), ("stock_ledger", INVOICED, invoiced)):
        path, rows = folder / f"{name}.csv", []
        for number, (day, qty) in enumerate(parts, start=9101):
            row = re.sub(r"2026-\d\d-\d\d", f"2026-{day}", line).replace("T03:30", "T15:00")
            rows.append(f"{number}{row[4:]}".replace(",12,", f",{qty},"))
        (told,) = [each for each in path.read_text().splitlines() if each.startswith(line)]
        path.write_text(path.read_text().replace(told, "\n".join(row + told.removeprefix(line) for row in rows)))
    page = month_end_page(closed(folder, "2026-07-03"))
    (told,) = [row for row in records(page, "exceptions") if row["documents"] == "P7002"]
    assert (told["class"], told["units"], str(told["value"])) == ("dispatch wrong period", units, value)
    assert (told["since"].date().isoformat(), told["period"].partition(" ")[0]) == (since, period)


@pytest.mark.parametrize(
    ("left", "invoiced", "units", "since"),
    [
        ((("06-10", 6), ("07-02", 4)), (("06-11", 6),), -4, "2026-07-02"),
        ((("06-10", 6),), (("06-11", 6), ("07-02", 6)), 6, "2026-07-02"),
    ],
    ids=["a second part is not invoiced", "it is invoiced again"],
)
def test_what_was_right_in_june_and_is_not_in_july_is_july_s(tmp_path, left, invoiced, units, since):
    folder = shutil.copytree(MONTHS / "chicago", tmp_path / "exports")
    with (folder / "transactions.csv").open("a") as file:
        for number, (day, qty) in enumerate(left, start=9101):
            file.write(f"{number},DISP,{qty},2026-{day}T15:00:00Z,WHC,71001-NVY-S,P79,,,,\n")
    with (folder / "stock_ledger.csv").open("a") as file:
        for number, (day, qty) in enumerate(invoiced, start=9201):
            file.write(f"{number},IN,71001-NVY-S,CHI,{qty},2026-{day},2026-{day}T11:00:00-05:00,P79,\n")
    (told,) = [
        row
        for row in records(month_end_page(closed(folder, "2026-07-03")), "exceptions")
        if row["what"] == "order P79"
    ]
    assert (told["units"], told["since"].date().isoformat(), told["period"]) == (units, since, "2026-07")


def test_a_receipt_that_agrees_is_not_in_the_class_of_an_order_of_its_number(tmp_path):
    folder = shutil.copytree(MONTHS / "chicago", tmp_path / "exports")
    with (folder / "transactions.csv").open("a") as file:
        file.write("9101,RCV,9,2026-06-10T15:00:00Z,WHC,71001-NVY-S,,1001,1,,\n")
        file.write("9102,DISP,6,2026-06-20T15:00:00Z,WHC,71001-NVY-S,1001,,,,\n")
    with (folder / "stock_ledger.csv").open("a") as file:
        file.write("9201,R1,71001-NVY-S,CHI,9,2026-06-10,2026-06-10T11:00:00-05:00,1001,1\n")
    rows = records(month_end_page(closed(folder)), "exceptions")
    told = [(row["what"], row["units"], str(row["since"].date())) for row in rows if "1001" in row["documents"]]
    assert told == [("order 1001", -6, "2026-06-20")]


def test_every_place_that_is_counted_as_without_a_value_is_named(tmp_path):
    folder = shutil.copytree(MONTHS / "chicago", tmp_path / "exports")
    costs = folder / "costs.csv"
    told = costs.read_text().splitlines(keepends=True)
    costs.write_text("".join(line for line in told if not line.startswith("71007")))  # where both sides agree
    page = month_end_page(closed(folder))
    rows = [row for row in records(page, "told_by_the_close") if row["kind"] == "cost missing"]
    assert [(row["item"], row["units"]) for row in rows] == [
        ("71004-RED-XL", 60),
        ("71013-WHT-L", 20),
        ("71007-BLU-S", 102),
    ]
    assert page.figure("places_without_cost").value == len(rows)
    assert "GBP" in rows[1]["what"]
    assert page.figure("places_without_cost").note.startswith("182 units")
    screen = CliRunner().invoke(app, ["close", "--from", str(folder)]).stdout
    assert "places without a value: 3" in screen


def test_an_amount_in_another_currency_is_none_of_the_books_anywhere(june):
    close, page = june
    (refused,) = [each for each in close.totals.by_cause if each.status == "rejected"]
    assert (refused.units, refused.value) == (-3, None)
    figures = books_figures(close)
    assert [str(each.value) for each in figures.documents if each.status == "rejected"] == ["-30.00 GBP"]
    rows = records(morning_page(evolve(sample_morning.morning(), books=figures)), "variance")
    assert [row["value"] for row in rows if row["stands"] == "refused by Blue Cherry"] == [None]
    explained = json.loads(on_screen("explain", "--status", "rejected", "--json"))
    assert (explained["units"], explained["value"]) == ("-3", None)
    assert "-30.00 GBP" in on_screen("position", "--location", "DAL")
    assert page.figure("difference_value_GBP").opens is not None


def test_a_screen_writes_amounts_as_the_page_does_and_says_what_is_not_known():
    rolled = on_screen("rollforward")
    assert "12,286.30" in rolled
    assert "-1,122.85" in rolled
    assert "not known" in on_screen("position", "--item", "71004-RED-XL")


def test_what_an_earlier_close_carried_is_beside_the_gap_that_it_makes():
    assert "carried" in on_screen("explain", "--document", "P6998")


def test_the_day_that_was_asked_for_is_that_of_its_own_message():
    """P8006 left on 20 April and was told; that it was taken back on the 22nd, nobody told."""
    asked = {(each.document, each.moved): each.asked_date for each in closed("tokyo").cut_off}
    assert asked["P8006", Moved.DISPATCHED] == dt.date(2026, 4, 20)
    assert asked["P8006", Moved.UNDISPATCHED] is None


def test_of_a_return_that_is_credited_in_part_the_rest_waits(tmp_path):
    folder = shutil.copytree(MONTHS / "chicago", tmp_path / "exports")
    more = {
        "transactions": "5022,RCV,5,2026-06-20T15:00:00Z,WHC,71006-GRN-M,,,,RMA80,return\n"
        "5023,RCV,1,2026-07-02T15:00:00Z,WHC,71006-GRN-M,,,,RMA80,return\n",
        "stock_ledger": "9021,RT,71006-GRN-M,CHI,5,2026-06-20,2026-06-20T09:00:00-05:00,RMA80,\n",
        "credits": "CM80,RMA80,,71006-GRN-M,2,60.00,2026-06-25\n",
    }
    for name, rows in more.items():
        with (folder / f"{name}.csv").open("a") as file:
            file.write(rows)
    stock = folder / "stock.csv"
    stock.write_text(stock.read_text().replace("71006-GRN-M,WHC,95", "71006-GRN-M,WHC,101"))
    page = month_end_page(closed(folder))
    (listed,) = [row for row in records(page, "returns_not_credited") if row["document"] == "RMA80"]
    (told,) = [row for row in records(page, "exceptions") if row["documents"] == "RMA80"]
    assert (listed["to_credit"], str(listed["value"])) == (3, "180.00")
    assert (told["units"], str(told["value"])) == (3, "63.00 USD")


def test_a_cost_that_begins_in_the_month_says_why_the_roll_forward_is_worth_less(tmp_path):
    folder = shutil.copytree(MONTHS / "chicago", tmp_path / "exports")
    costs = folder / "costs.csv"
    costs.write_text(costs.read_text().replace("71001-NVY-S,,2026-01-01", "71001-NVY-S,,2026-06-05"))
    page = month_end_page(closed(folder))
    assert page.figure("book_value").value == Decimal("12286.30")
    rolled = page.figure("book_closing_value")
    assert rolled.value == Decimal("12286.30") - 170 * Decimal("12.40")
    assert rolled.note == (
        "250 units of it have no cost from the opening on, and are left out. "
        "At the costs of the moment: 12,286.30 USD."
    )


def test_what_left_on_each_day_is_in_parts_that_are_the_whole(june):
    close, _ = june
    parts = {
        (told.day.isoformat(), part.value, str(told.of(part).units), *map(str, told.of(part).values))
        for day in range(5, 31)
        for told in [dispatched_by_books(close, dt.date(2026, 6, day))]
        for part in DispatchPart
        if told.of(part).count
    }
    assert parts == {
        ("2026-06-05", "right_period", "20", "199.80 USD"),
        ("2026-06-10", "right_period", "30", "372.00 USD"),
        ("2026-06-20", "right_period", "25", "262.25 USD"),
        ("2026-06-22", "refused", "3", "30.00 GBP"),
        ("2026-06-23", "right_period", "8", "112.00 USD"),
        ("2026-06-23", "otherwise", "2", "28.00 USD"),
        ("2026-06-29", "not_told", "4"),
        ("2026-06-30", "other_period", "12", "148.80 USD"),
    }
