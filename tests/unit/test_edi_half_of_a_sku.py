"""A line that says half of its SKU, or whose parts stand elsewhere, orders no other SKU: it is refused by name."""

from itertools import product

import pytest
from attrs import evolve
from edi_world import NOON, ORDER, PICK, PROFILE, STYLE, encoded
from x12_texts import answered, interchange, order, records

from clarus_bluecherry.bluecherry.edi.profile import Parts
from clarus_bluecherry.errors import InvalidRecord

PARTS = ("style", "color_code", "size_desc", "lbl_code", "dimension")
LINES = {"W01", "W04", "LIN"}
every_message = pytest.mark.parametrize("message", [PICK, ORDER, STYLE], ids=lambda each: type(each).__name__)


def skus(record):
    """The parts of each SKU of a message, in their order."""
    told = record.model_dump()
    return [tuple(each.get(part) for part in PARTS) for each in told.get("lines") or told["skus"]]


def segments(message):
    return encoded(PROFILE, message, "000000007", NOON).decode().split("~\n")[:-1]


def taken(pieces):
    """The SKUs of a file, or None where something of it is refused."""
    try:
        found = records("~\n".join(pieces) + "~\n")
    except InvalidRecord:
        return None
    if any(isinstance(each, InvalidRecord) for each in found):
        return None
    return [skus(each) for each in found]


def broken(elements, at):
    """A segment with one thing done to the element at a place: lost, doubled, emptied, or the next one's."""
    yield elements[:at] + elements[at + 1 :]
    yield elements[: at + 1] + elements[at:]
    yield [*elements[:at], "", *elements[at + 1 :]]
    yield [*elements[:at], *elements[at + 1 : at + 2], elements[at], *elements[at + 2 :]]


@every_message
def test_whatever_is_done_to_the_elements_of_a_line_it_names_no_other_sku(message):
    pieces = segments(message)
    whole, tried = taken(pieces), 0
    assert whole == [skus(message)]
    for at, piece in enumerate(pieces):
        elements = piece.split("*")
        if elements[0] not in LINES:
            continue
        for place in range(1, len(elements)):
            for damaged in broken(elements, place):
                tried += 1
                text = [*pieces[:at], "*".join(damaged), *pieces[at + 1 :]]
                assert taken(text) in (None, whole), "*".join(damaged)
    assert tried > 50


@every_message
def test_a_part_of_a_sku_that_is_named_and_not_told_refuses_the_line(message):
    pieces = segments(message)
    for at, piece in enumerate(pieces):
        if piece.split("*")[1] in ("LB", "DM"):
            name = "*".join(piece.split("*")[:2])
            for value in ("", "*", "*\x1a"):
                assert taken([*pieces[:at], name + value, *pieces[at + 1 :]]) is None


@every_message
def test_a_part_of_a_sku_that_stands_elsewhere_is_another_document_or_refuses_it(message):
    pieces = segments(message)
    whole, elsewhere = taken(pieces), 0
    for at, to in product(range(len(pieces)), range(3, len(pieces) - 3)):
        if pieces[at].split("*")[1] in ("LB", "DM"):
            moved = [*pieces[:at], *pieces[at + 1 :]]
            moved.insert(to, pieces[at])
            if taken(moved) in (None, whole):
                continue
            elsewhere += 1
            answer = answered("~\n".join(moved) + "~\n")["997"]
            assert [each for each in answer if each.startswith("AK5")] == ["AK5*A"], "as valid as the first one"
    assert elsewhere


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("*VE*001", "*VA*AB999"), "style is 'AB101' and 'AB999'"),
        (("*SZ*M", "*VE*002"), "color_code is '001' and '002'"),
        (("N9*LI*1", "N9*LI*1~N9*LB*A~N9*LB*B"), "lbl_code is 'A' and 'B'"),
        (("N9*LI*1", "N9*LI*1~N9*DM*R~N9*DM*L"), "dimension is 'R' and 'L'"),
    ],
)
def test_a_line_that_says_two_things_of_its_sku_is_refused(change, words):
    body = [line for each in order() for line in each.replace(*change).split("~")]
    (refused,) = records(interchange(body))
    assert words in str(refused)
    assert "AK5*R*5" in answered(interchange(body))["997"]


def test_what_a_line_says_twice_alike_is_said():
    body = order(behind=("N9*LB*A", "N9*LB*A"))
    (taken_,) = records(interchange(body))
    assert [line.lbl_code for line in taken_.lines] == ["A"]


def test_a_cost_that_stands_beside_no_item_refuses_the_catalog():
    pieces = segments(STYLE)
    item = next(at for at, piece in enumerate(pieces) if piece.startswith("LIN"))
    moved = [*pieces[:item], *pieces[item + 1 : item + 3], pieces[item], *pieces[item + 3 :]]
    (refused,) = records("~\n".join(moved) + "~\n")
    assert isinstance(refused, InvalidRecord)
    assert "CTP" in str(refused)


def test_the_reason_names_the_line_and_what_is_broken():
    half = order(address=("N1*ST*A SHOP*92*C1",))
    half[3] = half[3].replace("*VE*001", "*VE*")
    (refused,) = records(interchange(half))
    assert "segment 5 (W01)" in str(refused)
    answer = answered(interchange(half))["997"]
    assert {"AK3*W01*5**8", "AK4*6**2", "AK5*R*5"} <= set(answer)


def test_an_order_that_is_withdrawn_is_so_whatever_its_lines_say():
    half = [each.replace("*VE*001", "*VE*").replace("W05*N", "W05*F") for each in order()]
    (withdrawn,) = records(interchange(half))
    assert [line.bk_qty for line in withdrawn.lines] == [0]


def test_a_barcode_that_is_longer_than_the_standard_has_it_is_read_as_before():
    longer = [each.replace("*EA**", "*EA*4006381333931*") for each in order()]
    (taken_,) = records(interchange(longer))
    assert [line.upc for line in taken_.lines] == ["4006381333931"]


def test_which_references_say_a_part_of_a_sku_is_the_sites_word():
    body = order("N9*LB*WINTER")
    assert isinstance(records(interchange(body))[0], InvalidRecord)
    other = evolve(PROFILE, parts=Parts(label="L9"))
    assert not isinstance(records(interchange(body), other)[0], InvalidRecord)
