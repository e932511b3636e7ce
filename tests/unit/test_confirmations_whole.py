"""Half is not whole, in Clarus's confirmation files and in the sheet of decisions: the same law as in sheets."""

import pytest
from test_clarus_files import DISPATCHED, RECEIVED, SHIPPED, TERMS, read

from clarus_bluecherry.clarus.files import Refused
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.mapping import clarus_files
from clarus_bluecherry.model import Dispatch
from clarus_bluecherry.sku import decisions_from_csv

HEADER, *LINES = SHIPPED.splitlines(keepends=True)


@pytest.mark.parametrize(
    "line",
    [
        "1001,2,01234,BLK-M,2,7,10/06/2026 09:30,WH1,1Z1\r\n",
        "1001,2,01234-BLK-M,2,7,10/06/2026 09:30,WH1,1Z1,\r\n",
        "1001,2,01234-BLK-M,2,7,10/06/2026 09:30,WH1\r\n",
        "1001,2,01234-BLK-M,2,many,10/06/2026 09:30,WH1,1Z1\r\n",
    ],
)
def test_an_order_of_which_one_row_is_refused_is_no_dispatch(line):
    rows = read(DISPATCHED, HEADER + "".join(LINES[:2]) + line)
    (bad,) = [row for row in rows if isinstance(row, Refused)]
    assert bad.error.record == "export of what was dispatched, line 4"
    first, second = clarus_files.dispatches(rows, TERMS)
    assert isinstance(first, InvalidRecord)
    assert "line 4" in first.what
    assert (second.order_reference, type(second)) == ("1002", Dispatch)


@pytest.mark.parametrize("end", ["", "\r", "\r\n1002,1,01234-BL"])
def test_a_confirmation_that_ends_within_a_row_is_refused_in_its_last_row(end):
    *_, bad = read(DISPATCHED, SHIPPED.removesuffix("\r\n") + end)
    assert isinstance(bad, Refused)


def test_a_receipt_row_of_another_shape_is_refused_alone():
    content = (
        "PO,Line,SKU,Qty,When,WH,Type\n"
        "C55,3,01234,BLK-M,12,2026-06-10 08:00:00,WH1,standard\n"
        "C55,4,01234-BLK-M,5,2026-06-10 08:00:00,WH1,standard\n"
    )
    bad, good = read(RECEIVED, content)
    assert (type(bad), bad.error.what) == (Refused, "there are 8 cells under 7 headers")
    assert [receipt.quantity for receipt in clarus_files.receipts([good], TERMS)] == [5]


def test_a_decision_with_more_cells_than_headers_decides_nothing():
    header = "clarus_code,division,style,color,label,dimension,size,origin\n"
    assert len(decisions_from_csv(header + "X-1,,01234,BLK,,,M,person\n")) == 1
    with pytest.raises(InvalidRecord, match="line 2: there are 9 cells under 8 headers"):
        decisions_from_csv(header + "X,1,01,01234,BLK,,,M,person\n")
