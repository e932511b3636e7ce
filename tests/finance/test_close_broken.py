"""What somebody may put into a folder of a close, or ask of it, and what must not come of it: a traceback, a
figure that is wrong, evidence that is gone.
"""

import pytest
from typer.testing import CliRunner

from clarus_bluecherry.cli.app import app
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.flows.close_files import read_folder
from tests.finance.close_world import OPENING, STOCK, causes, closed, kinds, written

LEDGER = (
    "Entry,Type,SKU,Location,Qty,Move Date,Entered At,Reference\n"
    "1,IN,A,NJ,6,2026-10-05,2026-10-05T12:00:00Z,P1\n"
    "2,IN,A,NJ,4,{day},{entered},P2\n"
)
EDGES = ["9999-12-31", "0001-01-01T00:00:00"]


def ledger(*, day="2026-10-06", entered=""):
    return LEDGER.format(day=day, entered=entered)


def refused(*arguments):
    """The refusal of a command, which is one of the library's."""
    error = CliRunner().invoke(app, list(map(str, arguments))).exception
    assert isinstance(error, ConfigurationError), error
    return error


@pytest.mark.parametrize("column", ["day", "entered"])
@pytest.mark.parametrize("edge", EDGES)
def test_a_day_that_stands_for_no_day_is_a_row_that_could_not_be_read(tmp_path, column, edge):
    rows = ledger(**{column: edge})
    document = closed(written(tmp_path / "here", stock=STOCK, opening_positions=OPENING, stock_ledger=rows))
    (problem,) = [each for each in document["exceptions"] if each["kind"] == "bad_row"]
    assert "stock_ledger.csv, line 3" in problem["what"]
    assert edge in problem["what"]


@pytest.mark.parametrize("edge", EDGES)
def test_an_opening_of_such_a_day_is_one_too(tmp_path, edge):
    opening = f"{OPENING}A,LA,5,{edge}\n"
    folder = written(tmp_path / "here", stock=STOCK, opening_positions=opening, stock_ledger=ledger())
    assert "bad_row" in kinds(closed(folder))


@pytest.mark.parametrize("option", ["--as-of", "--known-until"])
@pytest.mark.parametrize("edge", ["9999-12-31", "0001-01-01", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_a_moment_that_no_calendar_has_is_refused(tmp_path, option, edge):
    folder = written(tmp_path / "here", stock=STOCK, opening_positions=OPENING, stock_ledger=ledger())
    assert edge in refused("period", "--from", folder, option, edge).what


def test_what_is_read_is_never_written_over(tmp_path):
    postings = "Document,State,Said At\nP1,accepted,2026-10-05T12:00:00Z\n"
    folder = written(
        tmp_path / "here", stock=STOCK, opening_positions=OPENING, stock_ledger=ledger(), postings=postings
    )
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    for out in (folder, folder / "stock.csv", folder / "close.xlsx", folder / ".." / "here"):
        asked = ("explain", "--from", folder, "--document", "P1", "--out", out)
        assert refused(*asked).field == "--out"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    CliRunner().invoke(
        app, ["explain", "--from", str(folder), "--document", "P1", "--out", str(folder / "answer")]
    )
    assert (folder / "answer" / "postings.csv").exists()


def test_a_folder_that_is_called_like_a_file_is_none(tmp_path):
    folder = written(tmp_path / "here", stock=STOCK, opening_positions=OPENING, stock_ledger=ledger())
    expected = causes(closed(folder))
    (folder / "units.csv").mkdir()
    assert causes(closed(folder)) == expected


def test_an_export_that_is_there_twice_counts_once(tmp_path):
    told = {"stock": STOCK, "opening_positions": OPENING, "stock_ledger": ledger()}
    expected = closed(written(tmp_path / "once", **told))["lines"]
    twice = written(tmp_path / "twice", **told, **{f"{name}_2": text for name, text in told.items()})
    assert closed(twice)["lines"] == expected


def test_exports_of_two_moments_are_said_to_be_added(tmp_path):
    later = STOCK.replace("NJ,90,2026-11-04", "NJ,88,2026-11-05")
    folder = written(
        tmp_path / "here", stock_1=STOCK, stock_2=later, opening_positions=OPENING, stock_ledger=ledger()
    )
    (told,) = [each["what"] for each in closed(folder)["exceptions"] if "added" in each["what"]]
    assert told.startswith("stock_1.csv, stock_2.csv")
    other = STOCK.replace("NJ,", "LA,")
    written(folder, stock_2=other)
    assert not [each for each in closed(folder)["exceptions"] if "added" in each["what"]]


def test_an_export_that_says_nothing_is_told(tmp_path):
    (tmp_path / "stock.csv").write_text("product_code,warehouse,quantity\n", "utf-8")
    (tmp_path / "stock_ledger.csv").write_text(
        "entry_id,rec_type,sku,location,quantity,move_date\n1,R1,A,NJ,5,2026-10-05\n", "utf-8"
    )
    read = read_folder(tmp_path, as_of="2026-10-31")
    told = [each.what for each in read.given.troubles if each.kind == "empty_file"]
    assert told == ["stock.csv: it has no row, and counts as a list of nothing"]
