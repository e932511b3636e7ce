"""Sheets and webhooks that somebody made to hurt: typed, in seconds, and in little memory.

A good record beside a bad one is read, wherever its place can be told.
"""

from __future__ import annotations

import tracemalloc
from time import thread_time

import pytest

from clarus_bluecherry.bluecherry import read_inventory_report
from clarus_bluecherry.bluecherry.sheets import Column, SheetLayout, read_sheet
from clarus_bluecherry.clarus.files import ExportLayout, Refused, read_export
from clarus_bluecherry.clarus.webhooks import read_notices
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.tables import escaped, unescaped

SECONDS = 20
"""Of processor time; a cell of blanks took twice as much before blanks were counted once."""
MEGABYTES = 60
MEGABYTE = 1 << 20


@pytest.fixture(autouse=True)
def costs_little():
    tracemalloc.start()
    began = thread_time()
    yield
    spent, (_, peak) = thread_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert spent < SECONDS
    assert peak < MEGABYTES * MEGABYTE


# Webhooks: the good record of each body has the number 2 ---------------------------------------------------------

BODIES = {
    "a number of half a million digits": b'[{"id": ' + b"9" * 500_000 + b'}, {"id": 2}]',
    "a fraction of half a million digits": b'[{"id": 0.' + b"9" * 500_000 + b'}, {"id": 2}]',
    "an exponent beyond all": b'[{"id": 1e999999999999999999999}, {"id": 2}]',
    "numbers that are none": b'[{"id": NaN}, {"id": -Infinity}, {"id": 2}]',
    "halves of letters": b'[{"reference": "\\ud800"}, {"reference": "\\u0000"}, {"id": 2}]',
    "a million blanks": b"[" + b" " * (MEGABYTE - 20) + b'{"id": 2}]',
    "lists among them": b'[[[{"id": 1}]], null, true, "x", {"id": 2}]',
    "deep ones among them": b"[" + (b'{"a":' * 100 + b"1" + b"}" * 100 + b",") * 900 + b'{"id": 2}]',
    "many members before it": b"{" + b'"a":1,' * 170_000 + b'"data": [{"id": 2}]}',
    "many names before it": b"{" + b"".join(b'"%d":0,' % n for n in range(90_000)) + b'"data": [{"id": 2}]}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_bad_record_of_a_webhook_hides_no_good_one(body):
    told = read_notices("/hooks/x/goods_out.completed", {}, body)
    assert [notice.problem for notice in told if notice.id == "2"] == [""]


WHOLE = {
    "as deep as it is long": b"[" * MEGABYTE,
    "deep objects": b'{"a":' * (MEGABYTE // 5),
    "more lists than may come": b"[" + b"[]," * 340_000 + b"{}]",
    "more records than may come": b"[" + b"{}," * 340_000 + b"{}]",
}


@pytest.mark.parametrize("body", WHOLE.values(), ids=WHOLE)
def test_a_webhook_that_cannot_be_taken_apart_is_one_notice_with_its_problem(body):
    (one,) = read_notices("/hooks/x/goods_out.completed", {}, body)
    assert one.problem
    assert one.body == body


# Sheets: the good pick is P2 -------------------------------------------------------------------------------------

COLUMNS = ("pick_num", "line.line_seq", "line.style", "line.bk_qty")
PICKS = SheetLayout("pick_ticket", [Column(name, name) for name in COLUMNS])
GAP = b" " * 100_000
LINES = {
    "a cell of blanks between two letters": b"a" + GAP + b"b,1,S,x",
    "the same without a width": ("a" + "\u200b" * 100_000 + "b,1,S,x").encode(),
    "a hundred thousand cells": b"P1" + b"," * 100_000,
    "a number of fifty thousand digits": b"P1,1,S," + b"9" * 50_000,
    "a number that is none": b"P1,1,S,NaN",
    "a number beyond all": b"P1,1,S,1e400",
    "a word again and again": b"P1,1,S," + b" total" * 20_000,
    "points and commas": b'P1,1,S,"' + b"1,." * 30_000 + b'"',
}


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_a_bad_line_of_a_sheet_hides_no_good_one(line):
    content = b"\r\n".join([",".join(COLUMNS).encode(), line, b"P2,1,S,5", b""])
    bad, good = sorted(read_sheet(PICKS, content), key=lambda each: not isinstance(each, InvalidRecord))
    assert isinstance(bad, InvalidRecord)
    assert (good.pick_num, good.lines[0].bk_qty) == ("P2", 5)


def test_blanks_of_an_export_cost_no_more_than_their_length():
    layout = ExportLayout(
        kind="received", columns={"receipt_reference": "A", "product_code": "B", "received": "C"}
    )
    content = b"A,B,C\r\n" + (b"a" + GAP + b"b,S,5\r\n") * 20 + b"C5,S,x\r\nC6,S,5\r\n"
    *_, bad, good = read_export(layout, content)
    assert isinstance(bad, Refused)
    assert good.receipt_reference == "C6"


@pytest.mark.parametrize(
    "cell",
    ["1" + " " * 100_000 + "1", "1" + ",111" * 20_000, "," * 50_000, "(" * 50_000],
    ids=["blanks", "thousands", "commas", "parentheses"],
)
def test_a_number_of_the_report_that_is_none_is_set_aside(cell):
    header = "Div,Style,Color #,Label,Dm/Pk,Size,UPC Number,Season,Location,Total QOH,Loc Std Cost,Loc Curr"
    lines = (f'01,1,B,,,M,,S,MAIN,"{quantity}",7,EUR' for quantity in (cell, "5"))
    found = read_inventory_report("".join(f"{each}\r\n" for each in (header, *lines)))
    assert ([row.total_qoh for row in found.rows], len(found.bad)) == ([5], 1)


@pytest.mark.parametrize("sign", ["\n", "'", ";'", " "])
def test_what_keeps_a_text_from_acting_costs_no_more_than_its_length(sign):
    text = sign * 500_000
    assert unescaped(escaped(text)) == text
