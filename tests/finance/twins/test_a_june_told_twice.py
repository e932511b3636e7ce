"""Law: one month written by two people, in every name and sign otherwise, has one answer, to the line.

Every figure here was worked out on paper from what happened (`june_world`), before any close was asked.
"""

import csv
from decimal import Decimal

import june_world
import pytest

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.finance.close import close_books
from clarus_bluecherry.finance.close.engine import close_by_engine
from clarus_bluecherry.flows.close_files import read_folder

# place: physical, book, causes (class, status, document, units), unexplained, value of the variance

AFTERWARDS = {
    (1, "EDI"): (92, 100, (("dispatched", "posted_in_another_period", "PT001", -8),), 0, "-42.00"),
    (2, "EDI"): (94, 100, (("dispatched", "shipped_not_invoiced", "PT002", -6),), 0, "-33.00"),
    (3, "EDI"): (96, 100, (("dispatched", "retrying", "PT003", -4),), 0, "-23.00"),
    (4, "EDI"): (97, 100, (("dispatched", "rejected", "PT004", -3),), 0, "-18.00"),
    (5, "EDI"): (115, 100, (("received", "parked", "7105", 15),), 0, "93.75"),
    (6, "EDI"): (98, 100, (("adjusted", "in_doubt", "ADJ106", -2),), 0, "-13.00"),
    (7, "EDI"): (95, 100, (("dispatched", "cancelled", "PT007", -5),), 0, "-33.75"),
    (8, "EDI"): (93, 100, (("dispatched", "not_told", "PT008", -7),), 0, None),
    (9, "EDI"): (96, 92, (("dispatched", "posted_twice", "PT009", 4),), 0, "29.00"),
    (10, "EDI"): (100, 97, (("adjusted", "booked_by_hand", "JV-0610", 3),), 0, "22.50"),
    (11, "EDI"): (94, 96, (("dispatched", "edited_order", "PT011", -2),), 0, "-15.50"),
    (12, "EDI"): (100, 95, (("undispatched", "undone_dispatch", "PT012", 5),), 0, "40.00"),
    (13, "EDI"): (103, 100, (("returned", "restocked_not_in_books", "RMA113", 3),), 0, "24.75"),
    (14, "RNO"): (60, 70, (("transferred", "in_transit", "TO114", -10),), 0, "-90.00"),
    (15, "EDI"): (98, 100, (("converted", "pack_opened", "CV115", -2),), 0, "-17.50"),
    (16, "EDI"): (112, 100, (("converted", "pack_opened", "CV115", 12),), 0, "108.00"),
    (17, "EDI"): (100, 95, (("held", "held", "QC117", 5),), 0, "46.25"),
    (18, "EDI"): (100, 109, (("received", "unmapped_sku", "7118", -9),), 0, "-85.50"),
    (99, "EDI"): (9, 0, (("received", "unmapped_sku", "7118", 9),), 0, None),
    (19, "EDI"): (160, 105, (("received", "unit_of_measure", "7119", 55),), 0, "536.25"),
    (20, "EDI"): (94, 95, (("dispatched", "shipped_not_invoiced", "PT020", -1),), 0, "-10.00"),
    (21, "EDI"): (108, 100, (("received", "booked_at_another_location", "7121", 8),), 0, "82.00"),
    (21, "RNO"): (60, 68, (("received", "booked_at_another_location", "7121", -8),), 0, "-86.00"),
    (22, "EDI"): (93, 100, (), -7, "-73.50"),
    (23, "EDI"): (
        93,
        99,
        (
            ("adjusted", "booked_by_hand", "JV-0623", 1),
            ("dispatched", "shipped_not_invoiced", "PT023A", -5),
            ("dispatched", "posted_in_another_period", "PT023B", -2),
        ),
        0,
        "-64.50",
    ),
}
JUST_AFTER = AFTERWARDS | {
    (1, "EDI"): (92, 100, (("dispatched", "shipped_not_invoiced", "PT001", -8),), 0, "-42.00"),
}

ROLL_FORWARD = {
    "physical": {
        "opening": (5073, "56331.50"),  # 22 was 7 short before June, as far as anybody can tell
        "received": (172, "1810.75"),
        "returned": (5, "50.25"),
        "adjusted": (-2, "-13.00"),
        "dispatched": (-141, "-1570.50"),
        "undispatched": (5, "40.00"),
        "transferred": (-10, "-79.00"),
        "converted": (10, "90.50"),
        "revalued": (0, "47.50"),
        "closing": (5112, "56708.00"),
    },
    "book": {
        "opening": (5080, "56405.00"),
        "received": (102, "1270.25"),
        "returned": (2, "25.50"),
        "adjusted": (-4, "-33.25"),
        "dispatched": (-102, "-1349.00"),
        "transferred": (0, "11.00"),
        "held": (-5, "-46.25"),
        "revalued": (0, "47.50"),
        "closing": (5073, "56330.75"),
    },
}

# purchase order and style: ordered, received, booked
RECEIPTS = {
    ("7105", 5): (15, 15, 0),
    ("7118", 18): (9, 0, 9),  # it came under a code that is no SKU
    ("7118", 99): (None, 9, 0),
    ("7119", 19): (60, 60, 5),
    ("7121", 21): (8, 8, 8),
    ("7131", 31): (20, 20, 20),
    ("7132", 32): (25, 20, 20),
    ("7133", 33): (18, 20, 20),
    ("7134", 34): (20, 20, 20),
}

SETTINGS = {
    june_world.vendor_names: 'zone = "America/New_York"\n',
    june_world.house_names: 'zone = "America/New_York"\n'
    '[warehouses]\nWH-EDISON = "EDI"\nWH-RENO = "RNO"\n[subtypes]\nSTATUS = "held"\n',
}
TELLERS = pytest.mark.parametrize("write", SETTINGS, ids=["vendor names", "house names"])
MOMENTS = pytest.mark.parametrize(
    ("known", "expected"),
    [("2026-07-01", JUST_AFTER), ("2026-07-05", AFTERWARDS)],
    ids=["just after", "afterwards"],
)


def told(folder, write):
    write(folder)
    (folder / "close.toml").write_text(SETTINGS[write], encoding="utf-8")
    return folder


def closed(folder, known):
    read = read_folder(folder, as_of="2026-06-30", known_until=known)
    close = close_books(read.given, read.as_of, read.known)
    assert close_by_engine(read.given, read.as_of, read.known) == close.lines
    return close


def style_of(item):
    return june_world.NOT_IN_MASTER if "O" in item else int(item[3:5])


def value_of(text):
    return None if text is None else Decimal(text)


@MOMENTS
@TELLERS
def test_every_place_of_june(tmp_path, write, known, expected):
    close = closed(told(tmp_path, write), known)

    found = {
        (style_of(line.item), line.location): (
            line.physical,
            line.book,
            {(cause.moved, cause.status, cause.document, cause.units) for cause in line.causes},
            line.unexplained,
            line.value,
        )
        for line in close.lines
    }
    assert found == {
        place: (physical, book, {*causes}, unexplained, value_of(value))
        for place, (physical, book, causes, unexplained, value) in expected.items()
    }
    assert (close.totals.net, close.totals.value, close.totals.unexplained) == (39, Decimal("377.25"), -7)
    assert close.totals.without_cost_places == 2


@TELLERS
def test_the_lists_of_june(tmp_path, write):
    close = closed(told(tmp_path, write), "2026-07-05")

    for side in close.roll_forward:
        found = {line.name: (line.units, line.value) for line in side.lines if line.units or line.value}
        assert found == {name: (units, Decimal(value)) for name, (units, value) in ROLL_FORWARD[side.side].items()}
        assert side.foots
    assert (close.cogs.true_units, close.cogs.true_value) == (136, Decimal("1530.50"))
    assert (close.cogs.booked_units, close.cogs.booked_value) == (102, Decimal("1349.00"))
    assert close.cogs.holds
    assert {
        (line.document, style_of(line.item)): (line.expected, line.received, line.booked)
        for line in close.received
    } == RECEIPTS
    late = next(line for line in close.cut_off if line.document == "PT001")
    assert (str(late.own_date), str(late.asked_date), str(late.booked_date), late.verdict) == (
        "2026-06-30",
        "2026-06-30",
        "2026-07-02",
        "wrong_period",
    )
    assert [each.document for each in close.uncredited] == ["RMA113"]


def test_warehouses_that_are_no_locations_are_asked_for(tmp_path):
    folder = told(tmp_path, june_world.house_names)
    (folder / "close.toml").write_text('zone = "America/New_York"', encoding="utf-8")

    with pytest.raises(ConfigurationError, match=r'under \[warehouses\].*"WH-EDISON" = "..."; "WH-RENO" = "..."'):
        read_folder(folder, as_of="2026-06-30")


def test_a_warehouse_that_the_books_do_not_have_is_told(tmp_path):
    folder = told(tmp_path, june_world.vendor_names)
    edited(folder / "clarus_stock.csv", warehouse_code=lambda code: {"RNO": "SPARKS"}.get(code, code))

    read = read_folder(folder, as_of="2026-06-30")

    assert [
        each.what
        for each in read.given.troubles
        if '"SPARKS" = "..."' in each.what and "[warehouses]" in each.what
    ]


def test_a_location_that_a_file_lists_is_no_stranger(tmp_path):
    folder = told(tmp_path, june_world.vendor_names)
    edited(folder / "clarus_stock.csv", warehouse_code=lambda code: {"RNO": "SPARKS"}.get(code, code))
    june_world.written(folder, "locations", [{"location": "SPARKS", "kind": "warehouse"}])

    read = read_folder(folder, as_of="2026-06-30")

    assert not [each.what for each in read.given.troubles if "SPARKS" in each.what]


@pytest.mark.parametrize("name", ["stock_ledger", "inventory_report", "opening_positions", "costs"])
def test_a_file_in_which_nothing_names_a_sku_is_asked_about_once(tmp_path, name):
    folder = told(tmp_path, june_world.house_names)
    path = folder / f"{name}.csv"
    path.write_text(path.read_text("utf-8").replace("item_number", "artikel", 1), encoding="utf-8")

    with pytest.raises(ConfigurationError, match=rf'under \[columns.{name}\], which column it is: sku = "..."'):
        read_folder(folder, as_of="2026-06-30")


def test_steps_of_one_moment_follow_the_life_of_a_posting(tmp_path):
    folder = told(tmp_path, june_world.vendor_names)
    edited(folder / "postings.csv", status_at=lambda at: at[:10])

    lines = {style_of(line.item): line for line in closed(folder, "2026-07-05").lines}

    named = [lines[style].causes[0].status for style in (2, 3, 4, 5, 6)]
    assert named == ["shipped_not_invoiced", "retrying", "rejected", "parked", "in_doubt"]


def edited(path, **changes):
    """Rewrites a column of a file."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    june_world.written(
        path.parent,
        path.stem,
        [row | {name: change(row[name]) for name, change in changes.items()} for row in rows],
    )
