"""Workbooks that somebody made to hurt, or that broke on their way: typed, in seconds, and in little memory."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.tables import TableLimits, WantedColumns, open_workbook, read_tables
from tests.unit.tables_world import HEAD, SHEET, SPACE, TEXTS, WITH_TEXTS, book, inline, plain_book, sheet, texts

LAUGHS = "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9))
MEGABYTE = b" " * (1 << 20)


def entities(declared, used):
    body = sheet(f'<row r="1">{inline(used)}</row>').removeprefix(HEAD)
    return f"{HEAD}<!DOCTYPE l [{declared}]>{body}"


HOSTILE = {
    "a billion laughs": lambda: book({SHEET: entities(f'<!ENTITY a "lol">{LAUGHS}', "&j;")}),
    "a file of the machine": lambda: book({SHEET: entities('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;")}),
    "a sheet of 200 MB": lambda: book({SHEET: [sheet("")[:-26], *[MEGABYTE] * 200]}),
    "a cell of 100 MB": lambda: book({SHEET: [f'{sheet("")[:-26]}<row><c t="str"><v>', *[MEGABYTE] * 100]}),
    "200 MB of shared texts": lambda: book(
        {**WITH_TEXTS, TEXTS: [texts("")[:-6], *["<si><t>a</t></si>" * 60_000] * 200]}
    ),
    "30 MB of cells without anything": lambda: book({SHEET: [sheet("")[:-26], "<row>", *["<c/>" * 60_000] * 120]}),
    "30 MB of unknown elements": lambda: book({SHEET: [sheet("")[:-26], *["<x/>" * 60_000] * 120]}),
    "an attribute of 30 MB": lambda: book({SHEET: [f'{sheet("")[:-26]}<row r="', *["1" * (1 << 20)] * 30]}),
    "a row beyond the last": lambda: book({SHEET: sheet('<row r="1048577"><c r="A1048577"><v>1</v></c></row>')}),
    "a column beyond the last": lambda: book({SHEET: sheet('<row r="1"><c r="XFE1"><v>1</v></c></row>')}),
    "rows backwards": lambda: book({SHEET: sheet('<row r="2"/><row r="1"/>')}),
    "a cell of another row": lambda: book({SHEET: sheet('<row r="1"><c r="A2"><v>1</v></c></row>')}),
    "references that are none": lambda: book({SHEET: sheet('<row r="x"><c r="ZZZZ99"><v>1</v></c></row>')}),
    "a shared text that is not there": lambda: book({SHEET: sheet('<row><c t="s"><v>9999</v></c></row>')}),
    "a shared text before the first": lambda: book({SHEET: sheet('<row><c t="s"><v>-1</v></c></row>')}),
    "a style that is none": lambda: book({SHEET: sheet('<row><c s="x"><v>1</v></c></row>')}),
    "cut": lambda: book({SHEET: f'{HEAD}<worksheet {SPACE}><sheetData><row r="1"><c r="A1">'}),
    "200,000 deep": lambda: book({SHEET: HEAD + "<a>" * 200_000}),
    "no text at all": lambda: book({SHEET: b"\0\xff" * 1000}),
    "a broken list of sheets": lambda: book({"xl/workbook.xml": "<a"}),
    "a sheet that is linked to nothing": lambda: book({"xl/_rels/workbook.xml.rels": "<Relationships/>"}),
    "packed as nobody packs": lambda: book({}, compression=zipfile.ZIP_BZIP2),
    "half an archive": lambda: plain_book()[:2000],
    "only the beginning": lambda: b"PK\x03\x04junk",
    "nothing": lambda: b"",
}

COSTLY = {
    "30 MB of shared texts": lambda: book(
        {**WITH_TEXTS, TEXTS: [texts("")[:-6], *["<si/>" * 60_000] * 100, "</sst>"]}
    ),
}
"""What may be read or refused, as fast as the machine is."""

HARMLESS = {
    "a cell at the last place": lambda: book(
        {SHEET: sheet('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')}
    ),
    "2,000 rows to the last column": lambda: book(
        {SHEET: sheet("".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 2001)))}
    ),
    "numbers that are none": lambda: book(
        {SHEET: sheet(f"<row><c><v>{'9' * 5000}</v></c><c><v>1e400</v></c><c><v>NaN</v></c></row>")}
    ),
    "a date that is none": lambda: book({SHEET: sheet('<row><c t="d"><v>nonsense</v></c></row>')}),
    "errors": lambda: book({SHEET: sheet('<row><c t="e"><v>#REF!</v></c><c t="b"><v>maybe</v></c></row>')}),
}


def lines(content, **limits):
    return [line for one in open_workbook(content, "list.xlsx", TableLimits(**limits)) for line in one.lines()]


def asked_for(content):
    """As somebody asks who looks for a list."""
    tables, _ = read_tables(content, WantedColumns({"code": ("a", "1", "#REF!")}, "code"), name="list.xlsx")
    return [block for table in tables for block in table.blocks]


@pytest.mark.parametrize("what", HOSTILE)
def test_it_is_refused_by_name(what):
    with pytest.raises(InvalidRecord) as refused:
        lines(HOSTILE[what]())
    assert refused.value.record.startswith("list.xlsx")


@pytest.mark.parametrize("what", HARMLESS)
def test_what_is_only_odd_is_read_as_it_stands(what):
    assert lines(HARMLESS[what]())


def test_a_number_without_an_end_is_text_and_no_number():
    (line,) = lines(HARMLESS["numbers that are none"]())
    assert line.cells == ["9" * 5000, "1e400", "NaN"]


def test_a_header_to_the_last_column_is_paid_for_by_the_cell():
    wide = sheet(
        '<row r="1"><c r="A1" t="str"><v>a</v></c><c r="XFD1"><v>1</v></c></row>'
        + "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(2, 5000))
    )
    with pytest.raises(InvalidRecord, match="more than 50,000,000 cells"):
        asked_for(book({SHEET: wide}))


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({"rows": 10}, "damaged"),
        ({"cells": 10}, "more than 10 cells"),
        ({"cell_length": 10}, "more than 10 characters"),
        ({"bytes": 10}, "more than 10"),
        ({"seconds": 0.0}, "takes longer"),
    ],
)
def test_every_limit_is_kept(limits, told):
    rows = "".join(f"<row>{inline('0' * 20)}</row>" for _ in range(20))
    assert len(lines(book({SHEET: sheet(rows)}))) == 20
    with pytest.raises(InvalidRecord, match=told):
        lines(book({SHEET: sheet(rows)}), **limits)


CHILD = """
import json, resource, sys, time
from clarus_bluecherry.errors import ClarusBluecherryError
from tests.unit.test_tables_hostile import asked_for, lines

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

for name in sys.argv[1:]:
    content = open(name, "rb").read()
    before, started, outcome = peak(), time.thread_time(), "read"
    for reader in (lines, asked_for):
        try:
            reader(content)
        except ClarusBluecherryError as error:
            outcome = type(error).__name__
    print(json.dumps([name, outcome, (time.thread_time() - started) / 2, peak() - before]))
"""


@pytest.mark.parametrize("what", ["200 MB of shared texts", "30 MB of shared texts", "a sheet of 200 MB",
                                  "30 MB of cells without anything", "30 MB of unknown elements",
                                  "an attribute of 30 MB", "a cell of 100 MB", "a billion laughs",
                                  "2,000 rows to the last column"])  # fmt: skip
def test_it_costs_less_than_five_seconds_and_300_megabytes(what, tmp_path):
    path = tmp_path / "list.xlsx"
    path.write_bytes({**HOSTILE, **COSTLY, **HARMLESS}[what]())
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(path)], cwd=root, capture_output=True, text=True, check=True
    )
    _, outcome, seconds, megabytes = json.loads(done.stdout)
    assert seconds < 5, outcome
    assert megabytes < 300, outcome
