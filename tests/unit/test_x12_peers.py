"""Readers of X12 that are not ours see what we wrote, element by element; a third where it is installed."""

import datetime as dt
import io
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from edi_world import PROFILE, SPECIMENS, encoded
from files_world import replies

sys.path.append(str(Path(__file__).parents[1] / "property"))
from pyx12.x12file import X12Reader
from x12.core.parser import parse_x12_interchange
from x12.core.tokenizer import tokenize_x12
from x12_documents import interchange

from clarus_bluecherry.bluecherry.edi import X12Codec
from clarus_bluecherry.x12 import read
from clarus_bluecherry.x12._sets import SETS

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
NODE_X12 = os.environ.get("NODE_X12", "")

Rows = list[list[str]]


def ours(content: bytes) -> Rows:
    """Every segment of every document with its elements, as our own strict reader has them."""
    found = []
    for part in read(io.BytesIO(content)):
        assert part.findings == ()
        segments = part.segments if hasattr(part, "segments") else [part.segment]
        found += [[segment.id, *segment.elements] for segment in segments]
    return [trimmed(row) for row in found]


def trimmed(row):
    while row and not row[-1]:
        row = row[:-1]
    return row


def without_envelope(rows: Rows) -> Rows:
    return [row for row in rows if row[0] not in ("ISA", "GS", "GE", "IEA")]


def messages_written() -> list[bytes]:
    return [encoded(PROFILE, message, f"{number:09}", NOON) for number, message in enumerate(SPECIMENS, start=1)]


def answers_written() -> list[bytes]:
    codec = X12Codec(PROFILE, now=lambda: NOON)
    return [reply.content for content in messages_written() for reply in replies(codec, content)]


WRITTEN = [
    *messages_written(),
    *answers_written(),
    *(
        interchange(random.Random(seed), set_id, sets=1 + seed % 3)
        for set_id in sorted(SETS)
        for seed in range(10)
    ),
]


def test_every_kind_of_set_is_among_the_documents():
    kinds = {row[1] for content in WRITTEN for row in ours(content) if row[0] == "ST"}
    assert kinds == set(SETS)


@pytest.mark.parametrize("content", WRITTEN)
def test_pyx12_reads_what_we_wrote_and_finds_no_fault_in_the_envelope(content):
    source = X12Reader(io.StringIO(content.decode("utf-8")))
    rows = []
    for segment in source:
        values = [str(element.format(":")) for element in segment.elements]
        rows.append([segment.get_seg_id(), *values])
    assert source.pop_errors() == []
    assert [row[0] for row in without_envelope(rows)] == [row[0] for row in without_envelope(ours(content))]
    assert without_envelope([trimmed(row) for row in rows]) == without_envelope(ours(content))


@pytest.mark.parametrize("content", WRITTEN)
def test_ansi_x12_reads_what_we_wrote_and_takes_the_envelope(content):
    found = parse_x12_interchange(tokenize_x12(content))
    rows = [
        trimmed([segment.tag, *(element.decode("utf-8") for element in segment.elements)])
        for group in found.groups
        for one in group.transactions
        for segment in (one.header, *one.segments, one.trailer)
    ]
    assert rows == without_envelope(ours(content))


SCRIPT = """
const { X12Parser } = require(process.env.NODE_X12)
const contents = JSON.parse(require('fs').readFileSync(0, 'utf8'))
const rows = contents.map(content => {
  const found = new X12Parser(true).parse(content)
  return found.functionalGroups.flatMap(group => group.transactions.flatMap(one =>
    [one.header, ...one.segments, one.trailer].map(row => [row.tag, ...row.elements.map(each => each.value)])))
})
console.log(JSON.stringify(rows))
"""


@pytest.mark.skipif(not NODE_X12, reason="NODE_X12 does not name the folder of the npm package node-x12")
def test_node_x12_reads_what_we_wrote():
    contents = json.dumps([content.decode("utf-8") for content in WRITTEN])
    run = subprocess.run(["node", "-e", SCRIPT], input=contents, capture_output=True, text=True, check=True)
    for content, rows in zip(WRITTEN, json.loads(run.stdout), strict=True):
        assert [trimmed(row) for row in rows] == without_envelope(ours(content))
