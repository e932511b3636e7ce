"""October 2026 of 46 SKUs in two warehouses, in files called and headed as a buyer might: 25 places differ.

Each place also has what every month has: a receipt of ten that is booked, and a dispatch of four that is invoiced.
Clarus's stock is a workbook with a title above and a total below; its transactions come in two files that overlap.
Blue Cherry's ledger has three columns for its documents, days as 31-Oct-2026, and parentheses for a minus.
"""

import io
from decimal import Decimal

import pytest
from twin_world import asked, folder_of, holds, place, proof, said

xlsxwriter = pytest.importorskip("xlsxwriter")

COLORS, SIZES = ("BLK", "WHT"), ("XS", "S", "M", "L", "XL")
SKUS = [("01", f"0{40 + n // 10}7", COLORS[n // 5 % 2], SIZES[n % 5]) for n in range(45)] + [
    ("01", "PK0407", "MIX", "6")
]
CODES = ["-".join(sku[1:]) for sku in SKUS]
HOUSES = {"EAST": "NJ", "WEST": "LA"}
NJ, LA = "EAST", "WEST"
UTC = "2026-{}Z"


class Month:
    """What both sides write while the month goes on."""

    def __init__(self):
        self.moves, self.lines, self.steps, self.stock, self.opening = [], [], [], {}, {}
        for n, code in enumerate(CODES):
            for house, location in HOUSES.items():
                self.opening[code, location] = 100 + n
                self.stock[code, house] = 100 + n + 10 - 4
                po, order = f"PO{n:03}{location}", f"P{n:03}{location}"
                self.moved("Receive", code, house, 10, "10-06T15:00:00", receipt=po, line=1)
                self.booked("R1", n, location, 10, "06-Oct-2026", po=po, line=1)
                self.told(po, "receipt", "posted", "10-06T20:00:00")
                self.moved("Despatch", code, house, 4, "10-15T15:00:00", order=order)
                self.booked("IN", n, location, 4, "15-Oct-2026", order=order)
                self.told(order, "shipment", "posted", "10-15T20:00:00")

    def moved(self, what, code, house, qty, at, **more):
        at = at if at[:4] == "2026" else f"2026-{at}Z"
        told = {"order": "", "receipt": "", "line": "", "ref": "", "to": "", "arrived": "", "kind": "", **more}
        row = [
            70000 + len(self.moves),
            what,
            code,
            house,
            told["to"],
            qty,
            at,
            told["arrived"],
            *(told[name] for name in ("order", "receipt", "line", "ref", "kind")),
        ]
        self.moves.append(row)

    def booked(self, rec, n, location, qty, day, entered="", order="", invoice="", po="", ref="", line=""):
        division, style, color, size = SKUS[n] if isinstance(n, int) else n
        entered = entered or day
        text = f"({-qty})" if qty < 0 else str(qty)
        self.lines.append(
            [
                len(self.lines) + 1,
                rec,
                division,
                style,
                color,
                size,
                location,
                text,
                day,
                entered,
                order,
                invoice,
                po or ref,
                line,
            ]
        )

    def told(self, document, kind, state, at, control="", ref=""):
        self.steps.append([document, kind, state, f"2026-{at}Z", control, ref])

    def there(self, n, house, change):
        self.stock[CODES[n], house] += change


def worked():
    month = Month()
    # 0: two parts, of which the second waits for its invoice
    month.moved("Part Despatch", CODES[0], NJ, 6, "10-20T14:00:00", order="S100")
    month.moved("Despatch", CODES[0], NJ, 5, "10-29T14:00:00", order="S100")
    month.booked("IN", 0, "NJ", 6, "20-Oct-2026", order="S100")
    month.told("S100", "shipment", "accepted", "10-20T15:00:00", "900100")
    month.there(0, NJ, -11)
    # 1: invoiced under a number that the order knows
    month.moved("Despatch", CODES[1], NJ, 7, "10-30T14:00:00", order="S101")
    month.booked("IN", 1, "NJ", 7, "02-Nov-2026", invoice="INV-7001")
    month.told("S101", "shipment", "posted", "10-30T15:00:00", "900101")
    month.there(1, NJ, -7)
    # 2, 3, 4: where the posting stands
    for n, state in ((2, "rejected"), (3, "parked"), (4, "in doubt")):
        month.moved("Despatch", CODES[n], NJ, n, "10-28T14:00:00", order=f"S10{n}")
        month.told(f"S10{n}", "shipment", state, "10-28T15:00:00")
        month.there(n, NJ, -n)
    # 5: an adjustment that the books call by its control number, and have twice
    month.moved("ADJ-", CODES[5], NJ, 3, "10-12T14:00:00", ref="A5")
    month.booked("SA", 5, "NJ", -3, "12-Oct-2026", ref="900105")
    month.booked("SA", 5, "NJ", -3, "12-Oct-2026", "13-Oct-2026", ref="900105")
    month.told("A5", "adjustment", "posted", "10-12T15:00:00", "900105")
    month.there(5, NJ, -3)
    # 6: found stock that was never told
    month.moved("ADJ+", CODES[6], NJ, 8, "10-13T14:00:00", ref="A6")
    month.there(6, NJ, 8)
    # 7: booked by hand, without a document
    month.booked("SA", 7, "NJ", 9, "22-Oct-2026")
    # 8: edited after its release
    month.moved("Despatch", CODES[8], NJ, 12, "10-21T14:00:00", order="S108")
    month.booked("IN", 8, "NJ", 10, "21-Oct-2026", order="S108")
    month.told("S108", "shipment", "posted", "10-21T15:00:00")
    month.there(8, NJ, -12)
    # 9: dispatched, taken back, invoiced all the same
    month.moved("Despatch", CODES[9], NJ, 6, "10-19T14:00:00", order="S109")
    month.moved("Undespatch", CODES[9], NJ, 6, "10-20T14:00:00", order="S109")
    month.booked("IN", 9, "NJ", 6, "19-Oct-2026", order="S109")
    month.told("S109", "shipment", "posted", "10-19T15:00:00")
    # 10: a return restocked, the books know nothing
    month.moved("Receive", CODES[10], NJ, 2, "10-23T14:00:00", ref="RMA10", kind="Return")
    month.there(10, NJ, 2)
    # 11 both: on the road at midnight, booked at both ends; 12 both: arrived before, booked after the month
    month.moved("Transfer", CODES[11], NJ, 15, "10-31T14:00:00", ref="T11", to=LA, arrived="2026-11-04T10:00:00Z")
    month.booked("SA", 11, "NJ", -15, "31-Oct-2026", ref="T11")
    month.booked("SA", 11, "LA", 15, "31-Oct-2026", ref="T11")
    month.told("T11", "transfer", "posted", "10-31T15:00:00")
    month.there(11, NJ, -15)
    month.there(11, LA, 15)
    month.moved("Transfer", CODES[12], NJ, 4, "10-26T14:00:00", ref="T12", to=LA, arrived="2026-10-30T10:00:00Z")
    month.booked("SA", 12, "NJ", -4, "03-Nov-2026", ref="T12")
    month.booked("SA", 12, "LA", 4, "03-Nov-2026", ref="T12")
    month.told("T12", "transfer", "posted", "11-03T15:00:00")
    month.there(12, NJ, -4)
    month.there(12, LA, 4)
    # 45 (the pack), 20 and 21: two packs of three and three opened
    month.moved("Conversion", CODES[45], LA, -2, "10-27T14:00:00", ref="C45")
    month.moved("Conversion", CODES[20], LA, 6, "10-27T14:00:00", ref="C45")
    month.moved("Conversion", CODES[21], LA, 6, "10-27T14:00:00", ref="C45")
    month.there(45, LA, -2)
    month.there(20, LA, 6)
    month.there(21, LA, 6)
    # 22: held, and moved by the books to a place of its own
    month.moved("Hold", CODES[22], LA, 5, "10-25T14:00:00", ref="H22")
    month.booked("SA", 22, "LA", -5, "25-Oct-2026", ref="H22")
    month.booked("SA", 22, "HLD", 5, "25-Oct-2026", ref="H22")
    # 23: received in dozens, booked as pieces
    month.moved("Receive", CODES[23], LA, 24, "10-08T14:00:00", receipt="PO900", line=7)
    month.booked("R1", 23, "LA", 2, "08-Oct-2026", po="PO900", line=7)
    month.told("PO900", "receipt", "posted", "10-08T15:00:00")
    month.there(23, LA, 24)
    # 24: a code of Clarus's that nobody maps; booked under the SKU that it should be
    month.moved("Receive", "407-BLK-XL", LA, 5, "10-09T14:00:00", receipt="PO901", line=1)
    month.booked("R1", 24, "LA", 5, "09-Oct-2026", po="PO901", line=1)
    month.told("PO901", "receipt", "posted", "10-09T15:00:00")
    month.stock["407-BLK-XL", LA] = 5
    # 25: seven are not there, and nobody says why
    month.there(25, LA, -7)
    # 26: shipped in the night of the 31st in Los Angeles, which is November in the books' New York
    month.moved("Despatch", CODES[26], LA, 3, "11-01T04:30:00", order="S126")
    month.booked("IN", 26, "LA", 3, "31-Oct-2026", "02-Nov-2026", order="S126")
    month.told("S126", "shipment", "posted", "11-02T15:00:00")
    month.there(26, LA, -3)
    # 27: a silent zero, four left in October and are booked in November, four the other way round
    month.moved("Despatch", CODES[27], LA, 4, "10-30T14:00:00", order="S127")
    month.moved("Despatch", CODES[27], LA, 4, "11-02T14:00:00", order="S128")
    month.booked("IN", 27, "LA", 4, "03-Nov-2026", order="S127")
    month.booked("IN", 27, "LA", 4, "30-Oct-2026", "03-Nov-2026", order="S128")
    month.told("S127", "shipment", "posted", "11-03T15:00:00")
    month.told("S128", "shipment", "posted", "11-03T15:00:00")
    month.there(27, LA, -8)
    # 28: agrees, all its stock is gone, so that Clarus's export has no row of it
    month.moved("Despatch", CODES[28], LA, 134, "10-24T14:00:00", order="S129")
    month.booked("IN", 28, "LA", 134, "24-Oct-2026", order="S129")
    month.told("S129", "shipment", "posted", "10-24T15:00:00")
    del month.stock[CODES[28], LA]
    return month


def sheet(rows, delimiter=","):
    return (
        "\n".join(
            delimiter.join(f'"{cell}"' if delimiter in str(cell) else str(cell) for cell in row) for row in rows
        )
        + "\n"
    )


def workbook(month):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        page = book.add_worksheet("On hand")
        page.write(0, 0, "Stock on hand by warehouse, 5 November 2026 06:00")
        page.write_row(2, 0, ["Artikelnr.", "Omschrijving", "Site", "Aantal"])
        for at, ((code, house), qty) in enumerate(month.stock.items(), start=3):
            page.write_string(at, 0, code)
            page.write_row(at, 1, ["a garment", house, qty])
        page.write_row(4 + len(month.stock), 0, ["Total", "", "", sum(month.stock.values())])
    return file.getvalue()


MOVES = [
    "no",
    "what",
    "item_code",
    "site",
    "to_site",
    "amount",
    "happened_at",
    "came_at",
    "order_no",
    "grn",
    "grn_line",
    "doc",
    "grn_kind",
]
LINES = [
    "pkey",
    "rec_type",
    "division",
    "style",
    "color_code",
    "size_desc",
    "location",
    "size_qty",
    "move_date",
    "entered_at",
    "ord_num",
    "inv_num",
    "ref_num",
    "line",
]
SETTINGS = """
    zone = "America/New_York"
    currency = "USD"
    bluecherry_dates = "%d-%b-%Y"

    [files]
    stock = "SOH 05.11.2026.xlsx"
    transactions = ["tx to 20 Oct.csv", "tx from 15 Oct.csv"]
    stock_ledger = "BC movements Q4.txt"
    postings = "middleware.csv"

    [columns.stock]
    product_code = "Artikelnr."
    quantity = "Aantal"

    [columns.transactions]
    id = "no"
    subtype = "what"
    product_code = "item_code"
    warehouse = "site"
    warehouse_to = "to_site"
    quantity = "amount"
    created_at = "happened_at"
    arrived_at = "came_at"
    goods_out = "order_no"
    goods_in = "grn"
    goods_in_line = "grn_line"
    reference = "doc"
    receipt_type = "grn_kind"

    [columns.postings]
    said_at = "when"

    [taken_at]
    stock = 2026-11-05T06:00:00Z

    [warehouses]
    EAST = "NJ"
    WEST = "LA"
    """


@pytest.fixture
def month(tmp_path):
    made = worked()
    early = [row for row in made.moves if row[6] < "2026-10-20T23"]
    late = [row for row in made.moves if row[6] > "2026-10-15T00"]
    ledger = sheet([LINES, *made.lines], ";")
    files = {
        "close.toml": SETTINGS,
        "SOH 05.11.2026.xlsx": workbook(made),
        "tx to 20 Oct.csv": sheet([MOVES, *early]),
        "tx from 15 Oct.csv": sheet([MOVES, *reversed(late)]),
        "BC movements Q4.txt": ledger.encode("cp1252"),
        "middleware.csv": sheet([["document", "kind", "status", "when", "isa_num", "booked as"], *made.steps]),
        "opening_positions.csv": sheet(
            [
                ["style", "color_code", "size_desc", "location", "book"],
                *([*SKUS[CODES.index(code)][1:], where, qty] for (code, where), qty in made.opening.items()),
            ]
        ),
        "sku_master.csv": sheet(
            [
                ["clarus code", "division", "style", "color_code", "size_desc", "units per case", "case unit"],
                *([code, *sku, 12, "DZ"] for code, sku in zip(CODES, SKUS, strict=True)),
            ]
        ),
        "costs.csv": sheet(
            [
                ["style", "color_code", "location", "effective_from", "basis", "cost", "currency"],
                *(
                    [sku[1], sku[2], where, "01-Jul-2026", "standard", cost, "USD"]
                    for sku in dict.fromkeys(s[:3] for s in SKUS)
                    for where, cost in (("NJ", "5.00"), ("LA", "5.50"), ("HLD", "5.00"))
                ),
            ]
        ),
        "orders.csv": sheet(
            [
                ["ord_num", "inv_num", "is edited", "product_code", "quantity", "price"],
                ["S101", "INV-7001", "no", CODES[1], 7, "20.00"],
                ["S108", "", "yes", CODES[8], 10, "20.00"],
            ]
        ),
        "prepacks.csv": sheet(
            [["pack", "component", "quantity"], [CODES[45], CODES[20], 3], [CODES[45], CODES[21], 3]]
        ),
    }
    return folder_of(tmp_path, files)


def at(n, location, change, causes=None, unexplained=0, was=0):
    """A place of the paper: `was` is what the books have beyond the usual, `change` by how much they differ."""
    book = 100 + n + 10 - 4 + was
    cost = Decimal("5") if location in ("NJ", "HLD") else Decimal("5.5")
    return {
        f"{CODES[n]} {location}": place(
            book + change, book, causes, unexplained, cost=str(cost), value=str(cost * change)
        )
    }


PAPER = {
    **at(0, "NJ", -5, {"dispatched shipped_not_invoiced S100": -5}, was=-6),
    **at(1, "NJ", -7, {"dispatched posted_in_another_period S101": -7}),
    **at(2, "NJ", -2, {"dispatched rejected S102": -2}),
    **at(3, "NJ", -3, {"dispatched parked S103": -3}),
    **at(4, "NJ", -4, {"dispatched in_doubt S104": -4}),
    **at(5, "NJ", 3, {"adjusted posted_twice A5": 3}, was=-6),
    **at(6, "NJ", 8, {"adjusted not_told A6": 8}),
    **at(7, "NJ", -9, {"adjusted booked_by_hand LINE": -9}, was=9),
    **at(8, "NJ", -2, {"dispatched edited_order S108": -2}, was=-10),
    **at(9, "NJ", 6, {"undispatched undone_dispatch S109": 6}, was=-6),
    **at(10, "NJ", 2, {"returned restocked_not_in_books RMA10": 2}),
    **at(11, "LA", -15, {"transferred in_transit T11": -15}, was=15),
    **at(12, "NJ", -4, {"transferred posted_in_another_period T12": -4}),
    **at(12, "LA", 4, {"transferred posted_in_another_period T12": 4}),
    **at(45, "LA", -2, {"converted pack_opened C45": -2}),
    **at(20, "LA", 6, {"converted pack_opened C45": 6}),
    **at(21, "LA", 6, {"converted pack_opened C45": 6}),
    **at(22, "LA", 5, {"held held H22": 5}, was=-5),
    f"{CODES[22]} HLD": place(0, 5, {"held held H22": -5}, cost="5", value="-25"),
    **at(23, "LA", 22, {"received unit_of_measure PO900": 22}, was=2),
    "407-BLK-XL LA": place(5, 0, {"received unmapped_sku PO901": 5}),
    **at(24, "LA", -5, {"received unmapped_sku PO901": -5}, was=5),
    **at(25, "LA", -7, unexplained=-7),
    **at(26, "LA", 3, {"dispatched posted_in_another_period S126": 3}, was=-3),
    **at(
        27,
        "LA",
        0,
        {"dispatched posted_in_another_period S127": -4, "dispatched posted_in_another_period S128": 4},
        was=-4,
    ),
}


def test_twenty_five_places_are_as_on_paper(month):
    assert len(PAPER) == 25
    document = asked(month, "--as-of", "2026-10-31", "--known-until", "2026-11-06")
    for line in document["lines"]:  # a line without a document is called by its own number
        for cause in line["causes"]:
            cause["document"] = "LINE" if cause["status"] == "booked_by_hand" else cause["document"]
    holds(document, PAPER)
    assert len(said(document, "total_line")) == 1
    assert not said(document, "bad_row")
    assert document["totals"]["unexplained"] == {"units": "-7", "gross": "7", "places": 1}


def test_what_was_sold_is_proven_by_document(month):
    shipped, booked, missing, strange = proof(asked(month, "--as-of", "2026-10-31"))
    # 92 x 4 on both sides; left: 11 7 2 3 4 12 (6 - 6) 4 134; invoiced: 6 10 6 3 4 134
    assert (shipped, booked) == (368 + 177, 368 + 163)
    assert missing == {
        f"S100 {CODES[0]} NJ": 5,
        f"S101 {CODES[1]} NJ": 7,
        f"S102 {CODES[2]} NJ": 2,
        f"S103 {CODES[3]} NJ": 3,
        f"S104 {CODES[4]} NJ": 4,
        f"S108 {CODES[8]} NJ": 2,
        f"S127 {CODES[27]} LA": 4,
    }
    assert strange == {f"S109 {CODES[9]} NJ": 6, f"S126 {CODES[26]} LA": 3, f"S128 {CODES[27]} LA": 4}


def test_the_order_of_rows_and_a_file_read_twice_change_nothing(month):
    before = asked(month, "--as-of", "2026-10-31")["lines"]
    for name in ("tx from 15 Oct.csv", "BC movements Q4.txt", "middleware.csv"):
        head, *rows = (month / name).read_text().splitlines()
        (month / name).write_text("\n".join([head, *reversed(rows), *rows[:5]]) + "\n")
    assert asked(month, "--as-of", "2026-10-31")["lines"] == before
