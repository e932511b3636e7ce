"""An order's line without its number is refused by name, and the answer says which one."""

import pytest
from test_edi_nothing_dropped import ITEM, PRODUCTION, one, told
from x12_texts import LINE, order

from clarus_bluecherry.errors import InvalidRecord

BARE = ("LX*2", "W01*5*EA**VA*AB101*VE*002********SZ*M")


def test_a_line_of_a_pick_without_its_number_is_refused_by_its_place():
    body = [*order()[:-1], *BARE, "W76*17"]
    found = one(body)
    assert isinstance(found, InvalidRecord)
    assert "P1" in found.record
    assert "item 2 (W01) tells no line number (N9*LI)" in found.what
    assert told(body)[-2:] == ["AK5*R*5", "AK9*R*1*1*0"]


def test_and_of_a_production_order():
    found = one([*PRODUCTION, ITEM[0], "W03*6"], "943")
    assert isinstance(found, InvalidRecord)
    assert "C55" in found.record
    assert "item 1 (W04) tells no line number (N9*LI)" in found.what


@pytest.mark.parametrize("numbered", [True, False])
def test_an_order_is_withdrawn_whatever_its_lines_are_called(numbered):
    lines = LINE if numbered else LINE[:2]
    found = one(["W05*F*P1", *lines, "W76*12"])
    assert found.pick_num == "P1"
    assert [each.bk_qty for each in found.lines] == [0]
