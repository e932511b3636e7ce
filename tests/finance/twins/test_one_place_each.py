"""October 2026 again, one place for each thing that a controller has seen, with what the paper says beside it.

Every SKU is at NJ and LA, opens with 100 on both sides (where nothing else is said), and is only in its own case.
Clarus's stock is read on 6 November at noon; the books are New York's.
"""

# ruff: noqa: E501, ERA001 (each row as it stands)
import csv
import io

import pytest
from twin_world import asked, folder_of, holds, place

CASES = {
    # name: (moves, book, postings, {place: causes or (causes, unexplained)})
    # moves: type qty when house document [more]; book: type qty day house document [entered]; postings: document kind state at [more]
    "one of two lines": (
        ["DISP 3 10-20 NJ ORD1"],
        [],
        ["ORD1 dispatched accepted 10-20"],
        {"NJ": {"dispatched shipped_not_invoiced ORD1": -3}},
    ),
    "its other line": (["DISP 2 10-20 NJ ORD1"], ["IN 2 10-20 NJ ORD1"], [], {}),
    "receipt of the last night": (
        ["RCV 12 10-31T22:00 NJ C1 1"],
        ["R1 12 11-02 NJ C1"],
        ["C1 received posted 11-02"],
        {"NJ": {"received posted_in_another_period C1": 12}},
    ),
    "receipt in doubt": (
        ["RCV 12 10-30 NJ C2 1"],
        [],
        ["C2 received in_doubt 10-30"],
        {"NJ": {"received in_doubt C2": 12}},
    ),
    "receipt accepted": (
        ["RCV 12 10-30 NJ C3 1"],
        [],
        ["C3 received accepted 10-30"],
        {"NJ": {"received accepted C3": 12}},
    ),
    "over-received, reversed in time": (
        ["RCV 12 10-20 NJ C4 1", "UNRCV 2 10-21 NJ C4 1"],
        ["R1 12 10-20 NJ C4", "R1 -2 10-21 NJ C4"],
        ["C4 received posted 10-20"],
        {},
    ),
    "over-received, the reversal not told": (
        ["RCV 12 10-20 NJ C5 1", "UNRCV 2 10-21 NJ C5 1"],
        ["R1 12 10-20 NJ C5"],
        ["C5 received posted 10-20 control=77", "C5 received rejected 10-21 control=78 qty=-2"],
        {"NJ": {"received rejected C5": -2}},
    ),
    "received and taken back whole, the books have the first alone": (
        ["RCV 9 10-20 NJ C6 1", "UNRCV 9 10-21 NJ C6 1"],
        ["R1 9 10-20 NJ C6"],
        ["C6 received posted 10-20"],
        {"NJ": {"received not_told C6": -9}},
    ),
    "a return booked twice": (
        ["RTN 2 10-12 NJ RMA1"],
        ["RT 2 10-12 NJ RMA1", "RT 2 10-12 NJ RMA1"],
        ["RMA1 returned posted 10-12"],
        {"NJ": {"returned posted_twice RMA1": -2}},
    ),
    "a return that was told and rejected": (
        ["RTN 2 10-12 NJ RMA2"],
        [],
        ["RMA2 returned rejected 10-12"],
        {"NJ": {"returned rejected RMA2": 2}},
    ),
    "a return that never came": ([], ["RT 3 10-12 NJ RMA3"], [], {"NJ": {"returned booked_by_hand RMA3": -3}}),
    "an invoice of nothing": ([], ["IN 4 10-15 NJ ORD7"], [], {"NJ": {"dispatched booked_by_hand ORD7": 4}}),
    "shipped, undone, shipped": (
        ["DISP 5 10-10 NJ ORD8", "UNDISP 5 10-11 NJ ORD8", "DISP 5 10-12 NJ ORD8"],
        ["IN 5 10-12 NJ ORD8"],
        ["ORD8 dispatched posted 10-12"],
        {},
    ),
    "undone in part": (
        ["DISP 5 10-10 NJ ORD9", "UNDISP 2 10-11 NJ ORD9"],
        ["IN 5 10-10 NJ ORD9"],
        ["ORD9 dispatched posted 10-10"],
        {"NJ": {"undispatched undone_dispatch ORD9": 2}},
    ),
    "two parts, the second rejected": (
        ["DISP 6 10-10 NJ ORD10", "DISP 4 10-20 NJ ORD10"],
        ["IN 6 10-10 NJ ORD10"],
        ["ORD10 dispatched posted 10-10 control=101", "ORD10 dispatched rejected 10-20 control=102"],
        {"NJ": {"dispatched rejected ORD10": -4}},
    ),
    "two parts, the second in November's books": (
        ["DISP 6 10-10 NJ ORD11", "DISP 4 10-30 NJ ORD11"],
        ["IN 6 10-10 NJ ORD11", "IN 4 11-02 NJ ORD11"],
        ["ORD11 dispatched posted 10-10 control=111", "ORD11 dispatched posted 11-02 control=112"],
        {"NJ": {"dispatched posted_in_another_period ORD11": -4}},
    ),
    "rejected, then booked by hand under another name": (
        ["DISP 5 10-10 NJ ORD12"],
        ["IN 5 10-11 NJ HAND-7"],
        ["ORD12 dispatched rejected 10-10"],
        {"NJ": {"dispatched rejected ORD12": -5, "dispatched booked_by_hand HAND-7": 5}},
    ),
    "settled by hand": (
        ["ADJ -5 10-10 NJ ADJ13"],
        ["SA -5 10-31 NJ JE-13"],
        ["ADJ13 adjusted rejected 10-10 control=131", "ADJ13 adjusted cancelled 11-01 control=131 settled=JE-13"],
        {},
    ),
    "an adjustment, and the count that corrects it": (
        ["ADJ -6 10-10 NJ ADJ14", "COUNT 6 10-20 NJ CNT14"],
        ["SA -6 10-10 NJ ADJ14"],
        ["ADJ14 adjusted posted 10-10", "CNT14 counted parked 10-20"],
        {"NJ": {"counted parked CNT14": 6}},
    ),
    "a transfer nobody told": (
        ["TRANSFER 7 10-10 NJ T15 to=LA arrived=10-12"],
        [],
        [],
        {"NJ": {"transferred not_told T15": -7}, "LA": {"transferred not_told T15": 7}},
    ),
    "a transfer that came short": (
        ["TRANOUT 10 10-10 NJ T16", "TRANIN 9 10-12 LA T16"],
        ["SA -10 10-10 NJ T16", "SA 10 10-10 LA T16"],
        ["T16 transferred posted 10-10"],
        {"LA": {"transferred in_transit T16": -1}},
    ),
    "a transfer on the road that both know": (
        ["TRANSFER 10 10-30 NJ T17 to=LA arrived=11-03"],
        ["SA -10 10-30 NJ T17", "SA 10 11-03 LA T17"],
        ["T17 transferred posted 11-03"],
        {},
    ),
    "held in October, free in November": (
        ["HOLD 4 10-10 NJ H18", "RELEASE 4 11-03 NJ H18"],
        ["SA -4 10-10 NJ H18", "SA 4 11-03 NJ H18"],
        ["H18 held posted 10-10"],
        {"NJ": {"held held H18": 4}},
    ),
    "invoiced in October, shipped in November": (
        ["DISP 8 11-03 NJ ORD19"],
        ["IN 8 10-31 NJ ORD19"],
        ["ORD19 dispatched posted 11-03"],
        {"NJ": {"dispatched posted_in_another_period ORD19": 8}},
    ),
    "posted twice, once in each period": (
        ["DISP 8 10-30 NJ ORD20"],
        ["IN 8 10-30 NJ ORD20", "IN 8 11-02 NJ ORD20"],
        ["ORD20 dispatched posted 10-30"],
        {},
    ),
    "posted twice, both too late": (
        ["DISP 8 10-30 NJ ORD21"],
        ["IN 8 11-02 NJ ORD21", "IN 8 11-03 NJ ORD21"],
        ["ORD21 dispatched posted 11-02"],
        {"NJ": {"dispatched posted_in_another_period ORD21": -8}},
    ),
    "an adjustment under its control number": (
        ["ADJ -2 10-10 NJ ADJ22"],
        ["SA -2 11-01 NJ 000000220"],
        ["ADJ22 adjusted posted 11-01 control=000000220"],
        {"NJ": {"adjusted posted_in_another_period ADJ22": -2}},
    ),
    "an adjustment under its transaction's number": (
        ["ADJ -2 10-10 NJ ADJ23 id=880023"],
        ["SA -2 10-10 NJ 880023"],
        ["ADJ23 adjusted posted 10-10"],
        {},
    ),
    "a transaction without a document": (
        ["ADJ -2 10-10 NJ - id=880024"],
        ["SA -3 10-10 NJ 880024"],
        ["880024 adjusted posted 10-10"],
        {"NJ": {"adjusted quantity_differs 880024": 1}},
    ),
    "queued, not sent": (
        ["DISP 3 10-31 NJ ORD25"],
        [],
        ["ORD25 dispatched pending 10-31"],
        {"NJ": {"dispatched not_told ORD25": -3}},
    ),
    "seven missing since long ago": ([], [], [], {"NJ": ({}, -7)}, {"stock": -7}),
}
SKUS = {name: f"S-{number:03}" for number, name in enumerate(CASES)}


def day(text):
    return f"2026-{text}" if "T" not in text else f"2026-{text}:00-04:00"


def told(row):
    """The words of a row, and those with a name."""
    words = [word for word in row.split() if "=" not in word]
    return words, dict(word.split("=") for word in row.split() if "=" in word)


def sheet(header, rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, header.split(","), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def files():
    moves, lines, steps, opening, stock = [], [], [], [], {}
    for name, (moved, booked, posted, _, *more) in CASES.items():
        sku = SKUS[name]
        there = {"NJ": 100, "LA": 100}
        there["NJ"] += more[0]["stock"] if more else 0
        opening += [{"sku": sku, "location": where, "quantity": 100} for where in there]
        for row in moved:
            (kind, qty, when, house, document, *line), named = told(row)
            is_order = kind in ("DISP", "UNDISP")
            column = "goods_out" if is_order else "goods_in" if "RCV" in kind else "reference"
            move = {
                "subtype": kind,
                "quantity": qty,
                "created_at": day(when),
                "warehouse": house,
                "product_code": sku,
            }
            move |= {
                "id": named.get("id", f"t{len(moves)}"),
                column: document.strip("-"),
                "goods_in_line": line[0] if line else "",
            }
            move |= {
                "warehouse_to": named.get("to", ""),
                "arrived_at": day(named["arrived"]) if "arrived" in named else "",
            }
            moves.append(move)
            out = kind in ("DISP", "UNRCV", "TRANSFER", "TRANOUT")
            there[house] += 0 if kind in ("HOLD", "RELEASE") else -int(qty) if out else int(qty)
            if "to" in named:
                there[named["to"]] += int(qty)
        for row in booked:
            (kind, qty, when, house, document), _ = told(row)
            lines.append(
                {
                    "entry_id": f"b{len(lines)}",
                    "rec_type": kind,
                    "sku": sku,
                    "location": house,
                    "quantity": qty,
                    "move_date": day(when),
                    "reference": document,
                }
            )
        for row in posted:
            (document, kind, state, when), named = told(row)
            steps.append(
                {
                    "document": document,
                    "kind": kind,
                    "state": state,
                    "said_at": day(when),
                    "sku": sku,
                    "control_number": named.get("control", ""),
                    "settled_with": named.get("settled", ""),
                    "quantity": named.get("qty", ""),
                }
            )
        stock |= {(sku, house): qty for house, qty in there.items()}
    return {
        "close.toml": 'zone = "America/New_York"\ncurrency = "USD"\n[taken_at]\nstock = "2026-11-06T12:00:00-05:00"\n',
        "transactions.csv": sheet(
            "id,subtype,quantity,created_at,warehouse,warehouse_to,arrived_at,product_code,goods_out,goods_in,goods_in_line,reference",
            moves,
        ),
        "stock_ledger.csv": sheet("entry_id,rec_type,sku,location,quantity,move_date,reference", lines),
        "postings.csv": sheet("document,kind,state,said_at,sku,control_number,settled_with,quantity", steps),
        "opening_positions.csv": sheet("sku,location,quantity", opening),
        "stock.csv": sheet(
            "product_code,warehouse,quantity",
            [{"product_code": sku, "warehouse": house, "quantity": qty} for (sku, house), qty in stock.items()],
        ),
        "costs.csv": sheet("sku,cost", [{"sku": sku, "cost": "2.00"} for sku in SKUS.values()]),
    }


def lines_of(name):
    """The book's units that stand by the end of October, by location."""
    found = {"NJ": 100, "LA": 100}
    for row in CASES[name][1]:
        (kind, qty, when, house, _), _ = told(row)
        found[house] += (-int(qty) if kind == "IN" else int(qty)) if when <= "10-31" else 0
    return found


def paper():
    due = {}
    for name, case in CASES.items():
        for where, causes in case[3].items():
            causes, rest = causes if isinstance(causes, tuple) else (causes, 0)
            off = sum(causes.values()) + rest
            book = lines_of(name)[where]
            due[f"{SKUS[name]} {where}"] = place(book + off, book, causes, rest, cost="2", value=str(2 * off))
    return due


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    return asked(folder_of(tmp_path_factory.mktemp("places"), files()), "--as-of", "2026-10-31")


@pytest.mark.parametrize("name", CASES)
def test_the_place_is_as_on_paper(document, name):
    lines = [line for line in document["lines"] if line["item"] == SKUS[name]]
    due = {where: told for where, told in paper().items() if where.startswith(SKUS[name])}
    holds({**document, "lines": lines}, due)


def test_an_empty_ledger_leaves_the_unexplained_alone(tmp_path, document):
    told = files()
    del told["postings.csv"]
    bare = asked(folder_of(tmp_path, told), "--as-of", "2026-10-31")
    assert bare["totals"]["unexplained"] == document["totals"]["unexplained"]
    words = {cause["status"] for line in bare["lines"] for cause in line["causes"]}
    assert not words & {"accepted", "rejected", "parked", "in_doubt", "posted_twice", "shipped_not_invoiced"}
