"""Nothing of a document is dropped in silence: it reaches the record, or is told by name, or refuses the set."""

import pytest
from edi_world import NOON, ORDER, PICK, PROFILE, STYLE, encoded
from x12_texts import LINE, answered, interchange, order, records

from clarus_bluecherry.errors import InvalidRecord

SAID = ("AK3", "AK4", "AK5", "AK9")


def told(*bodies, set_id="940"):
    """What the 997 says below the group."""
    return [each for each in answered(interchange(*bodies, set_id=set_id))["997"] if each[:3] in SAID]


def one(body, set_id="940"):
    (found,) = records(interchange(body, set_id=set_id))
    return found


PRODUCTION = ("W06*N*C55", "N1*WH*Warehouse*92*NJ", "G62*17*20260309", "W27*M**Any")
ITEM = ("W04*6*EA**VA*AB101*VE*001*******SZ*M", "N9*LI*1")


@pytest.mark.parametrize("message", [PICK, ORDER, STYLE], ids=lambda each: type(each).__name__)
def test_of_what_we_would_write_ourselves_all_is_read(message):
    content = encoded(PROFILE, message, "000000007", NOON)
    assert [each for each in answered(content)["997"] if each[:3] in SAID] == ["AK5*A", "AK9*A*1*1*1"]


def test_of_an_address_every_line_reaches_the_record():
    address = (
        "N1*ST*A SHOP*92*C1",
        "N2*MENSWEAR*REAR DOOR",
        "N3*UNIT 4*THE ARCHES",
        "N3*BACK LANE",
        "N4*LEEDS**LS1 1AA*GB",
        "PER*DC*JANE DOE*TE*0113 4960000*EM*JANE@EXAMPLE.COM",
    )
    pick = one(order(address=address))
    (found,) = pick.addresses
    assert (found.name, found.code) == ("A SHOP, MENSWEAR, REAR DOOR", "C1")
    assert (found.addr1, found.addr2) == ("UNIT 4", "THE ARCHES, BACK LANE")
    assert (found.contact, found.phone, found.email) == ("JANE DOE", "0113 4960000", "JANE@EXAMPLE.COM")
    assert told(order(address=address)) == ["AK5*A", "AK9*A*1*1*1"]


def test_notes_reach_the_order_and_its_line():
    body = order("NTE*DEL*CALL BEFORE", "NTE*WHI*NO PALLETS", behind=("NTE*LIN*FOLD FLAT",))
    pick = one(body)
    assert pick.notes == "CALL BEFORE; NO PALLETS"
    assert pick.lines[0].notes == "FOLD FLAT"
    assert told(body) == ["AK5*A", "AK9*A*1*1*1"]


HEAD = [
    "N9*DP*014",
    "G61*IC*J DOE",
    "G62*38*20260309",
    "W09*DR*40",
    "W66*PP*M***ROUTE 66",
    "W66*CC*M",
    "W6*A",
    "BNX*A",
    "LM*AX",
]
BEHIND = [
    "G69*OXFORD SHIRT",
    "N9*DP*014",
    "N9*LI*1*FREE TEXT",
    "W20*12",
    "AMT*1*5",
    "G62*38*20260309",
    "G66*CC*M",
    "PER*IC*J DOE",
    "LH2*1",
    "LHR*AB*1",
    "LM*AX",
    "FA1*DF",
]


@pytest.mark.parametrize("segment", HEAD)
def test_what_has_no_place_in_the_record_of_an_order_is_told_by_name(segment):
    assert_told(order(segment), segment)


@pytest.mark.parametrize("segment", BEHIND)
def test_what_has_no_place_in_the_record_of_a_line_is_told_by_name(segment):
    assert_told(order(behind=(segment,)), segment)


def assert_told(body, segment):
    assert one(body).pick_num == "P1"
    verdict = told(body)
    name = segment.partition("*")[0]
    assert any(each.startswith(f"AK3*{name}*") for each in verdict), verdict
    assert verdict[-2:] == ["AK5*E*5", "AK9*E*1*1*1"], verdict


@pytest.mark.parametrize("element", ["W05*N*P1**4", "W05*N*P1***5"])
def test_an_element_without_a_place_is_told_too(element):
    assert_told([element, *order()[1:]], element)


def test_a_second_party_reference_or_date_of_a_kind_is_told():
    assert_told(order("N9*CO*SO1", "N9*CO*SO2"), "N9")
    assert_told(order("G62*10*20260302", "G62*10*20260303"), "G62")
    assert_told(order("N1*BT*HEAD OFFICE*92*H1", "N1*SF*Warehouse*92*NJ", "N1*SF*Other*92*LA"), "N1")


@pytest.mark.parametrize(
    "more",
    [
        {"behind": ("QTY*39*24",)},
        {"behind": ("LX*2", "SDQ*EA*92*S1*6*S2*6", "W01*0*EA**VA*AB1", "N9*LI*2")},
        {"behind": ("N1*ST*OTHER SHOP*92*C2",)},
        {"address": ("N1*ST*A SHOP*92*C1", "N3*1 ROAD", "N1*ST*OTHER SHOP*92*C2")},
    ],
    ids=["quantity", "by store", "line elsewhere", "two shops"],
)
def test_what_changes_goods_or_where_they_go_refuses_the_document_by_name(more):
    found = one(order(**more))
    assert isinstance(found, InvalidRecord)
    name = {"QTY", "SDQ", "N1"} & {each.partition("*")[0] for each in more.get("behind", more.get("address"))}
    assert any(each in str(found) for each in name)
    assert told(order(**more))[-2:] == ["AK5*R*5", "AK9*R*1*1*0"]


def test_components_of_an_article_refuse_a_catalog():
    body = ["BCT*PC*1", "LIN**VA*AB101*VE*001*SZ*M", "SLN*1**I*6*EA", "CTT*1"]
    found = one(body, "832")
    assert isinstance(found, InvalidRecord)
    assert "SLN" in str(found)


@pytest.mark.parametrize("segment", ["CTP*WS*RES*20", "MEA*WT*G*1*LB", "SAC*C*A120***500", "DTM*036*20260101"])
def test_of_a_catalog_other_prices_measures_and_charges_are_told(segment):
    lines = ["LIN**VA*AB101*VE*001*SZ*M"]
    body = ["BCT*PC*1", *lines, segment, "CTT*1"]
    assert one(body, "832").style == "AB101"
    assert told(body, set_id="832")[-2:] == ["AK5*E*5", "AK9*E*1*1*1"]


@pytest.mark.parametrize("segment", ["NTE*GEN*HANDLE WITH CARE", "N9*DP*014", "W28*ABC"])
def test_of_a_production_order_too(segment):
    head = [*PRODUCTION[:3], segment] if segment[:3] != "W28" else [*PRODUCTION, segment]
    head += [] if segment[:3] == "W28" else PRODUCTION[3:]
    head.sort(key=lambda each: ["W06", "N1", "N9", "G62", "NTE", "W27", "W28"].index(each.partition("*")[0]))
    body = [*head, *ITEM, "W03*6"]
    assert one(body, "943").prod_num == "C55"
    verdict = told(body, set_id="943")
    assert verdict[-2:] == ["AK5*E*5", "AK9*E*1*1*1"], verdict


def test_of_an_order_that_is_withdrawn_nothing_more_is_asked():
    body = ["W05*F*P1", "N9*DP*014", *LINE, "W76*12"]
    assert one(body).lines[0].bk_qty == 0
    assert told(body) == ["AK5*A", "AK9*A*1*1*1"]


@pytest.mark.parametrize(("second", "is_taken"), [("7.50", True), ("8", False)])
def test_of_two_costs_of_one_style_none_is_dropped_in_silence(second, is_taken):
    skus = [f"LIN**VA*AB101*VE*001*SZ*{size}" for size in "ML"]
    body = ["BCT*PC*1", skus[0], "CTP**UCP*7.5", skus[1], f"CTP**UCP*{second}", "CTT*2"]
    found = one(body, "832")
    assert isinstance(found, InvalidRecord) is not is_taken
    assert is_taken or "two costs" in str(found)


def test_a_catalog_without_an_item_is_refused_and_not_taken_for_one_that_empties_the_master():
    body = ("BCT*PC*1", "CTT*0")
    assert isinstance(one(body, "832"), InvalidRecord)
    assert told(body, set_id="832")[-2:] == ["AK5*R*5", "AK9*R*1*1*0"]


COLOURS = ("LIN**VA*AB101*VE*001*SZ*M", "LIN**VA*AB101*VE*002*SZ*M")


@pytest.mark.parametrize(
    "body",
    [
        ["BCT*PC", COLOURS[0], "PID*F****Shirt", "PID*F****Cotton", "CTP**UCP*9", "CTT*1"],
        ["BCT*PC", COLOURS[0], "PID*F****Shirt", COLOURS[1], "PID*F****Cotton", "CTT*2"],
    ],
    ids=["of one item", "of two items"],
)
def test_a_second_name_of_a_style_is_told(body):
    assert one(body, "832").style_name == "Shirt"
    assert "AK3*PID*" in " ".join(told(body, set_id="832"))
    assert told(body, set_id="832")[-2] == "AK5*E*5"


def test_a_name_that_stands_with_every_item_is_one():
    body = ["BCT*PC", COLOURS[0], "PID*F****Shirt", COLOURS[1], "PID*F****Shirt", "CTT*2"]
    assert one(body, "832").style_name == "Shirt"
    assert told(body, set_id="832")[-2] == "AK5*A"
