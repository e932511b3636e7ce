"""What X12 documents of the field say: twelve twins of each fault that was met there, in other sets and places.

Of each it was decided before which outcome is right: half is not whole, absent is not zero, nothing is dropped in
silence, and the acknowledgement says what became of the document.
"""

from __future__ import annotations

import io
import json
import re
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import evolve, field, frozen

sys.path.append(str(Path(__file__).parents[1] / "unit"))
from edi_world import NOON, PROFILE
from files_world import replies
from test_cli import run

from clarus_bluecherry.bluecherry.edi import X12Codec
from clarus_bluecherry.bluecherry.files import Found
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.model import UnitFactors, Units
from clarus_bluecherry.x12 import Document, Rule, Severity, read, validate

GROUPS = {"180": "AN", "832": "SC", "846": "IB", "856": "SH", "940": "OW", "943": "AR", "944": "RE", "945": "SW"}
GROUPS |= {"947": "AW", "997": "FA"}


@frozen(kw_only=True)
class Wire:
    """How a partner writes an interchange of one set."""

    release: str = "004010"
    version: str = "00401"
    marks: str = "*>~"
    charset: str = "utf-8"
    groups: dict[str, str] = field(default=GROUPS)

    def of(self, set_id: str, *body: str) -> bytes:
        isa = f"ISA*00*{'':10}*00*{'':10}*ZZ*{'BRAND':15}*ZZ*{'WAREHOUSE':15}*260302*1200*U*{self.version}"
        head = f"{isa}*000000007*0*P*>~GS*{self.groups[set_id]}*BRAND*WAREHOUSE*20260302*1200*7*X*{self.release}~"
        inside = "".join(f"{each}~" for each in (f"ST*{set_id}*0001", *body, f"SE*{len(body) + 2}*0001"))
        text = f"{head}{inside}GE*1*7~IEA*1*000000007~"
        return text.translate(dict(zip(map(ord, "*>~"), self.marks, strict=True))).encode(self.charset)


WIRE = Wire()
ST, READ = re.compile(rb"~ST.(\d+)"), (b"832", b"940", b"943")
SHOP = ("N1*ST*A SHOP*92*C1", "N3*1 ROAD", "N4*LEEDS**LS1 1AA*GB")


def behind(line):
    """What stands behind an item: its description, if it has one, before its references."""
    described = tuple(each for each in line if each.startswith("G69*"))
    return (*described, "N9*LI*1", *(each for each in line if each not in described))


def order(*head, address=SHOP, line=(), item="W01*12*EA**VA*AB101*VE*001********SZ*M", before=()):
    """The body of a 940: `head` behind the address, `before` behind LX, `line` behind the item."""
    return ("W05*N*P1", *address, *head, "LX*1", *before, item, *behind(line), "W76*12")


def advice(*head, line=(), item="W04*6*EA**VA*AB101*VE*001*******SZ*M", first="W06*N*C55", parties=()):
    """The body of a 943."""
    return (first, "N1*WH*W*92*NJ", *parties, *head, "W27*M**Any", item, *behind(line), "W03*6")


def catalog(*line, head=(), item="LIN**VA*AB101*VE*001*SZ*M"):
    """The body of an 832."""
    return ("BCT*PC*1", *head, item, *line, "CTT*1")


def receipt(*line, first="W17*N*20260302*1*C55", head=(), item="W07*6*EA**VA*AB101"):
    return (first, "N1*WH*W*92*NJ", *head, item, *behind(line), "W14*6")


def shipment(*line, first="W06*N*P1*20260302*1", head=(), before=(), item="W12*CC*6*6**EA**VA*AB101"):
    return (first, "N1*SF*W*92*NJ", *head, "LX*1", *before, item, *behind(line), "W03*6")


def adjustment(*line, first="W15*20260302*7*7", head=(), item="W19*56*6*EA**VA*AB101"):
    return (first, "N1*WH*W*92*NJ", *head, item, *line)


def count(*line, first="BIA*00*SI*7*20260302", head=(), behind=("QTY*17*5*EA",)):
    return (first, *head, "LIN**VA*AB101", *line, *behind, "CTT*1")


def returned(*line, first="BGN*00*7*20260302", head=(), item="BLI*VA*AB101*5*EA"):
    return (first, *head, "N1*WH*W*92*NJ", item, *line)


@frozen
class Became:
    """What became of a document: its records, the words of its 997, and all that was found."""

    records: list[object]
    said: list[str]
    told: list[str]

    @property
    def word(self) -> str:
        """What AK5 says, which the counts of AK9 have to bear out."""
        (of_set,) = [each for each in self.said if each.startswith("AK5*")]
        (of_group,) = [each for each in self.said if each.startswith("AK9*")]
        word = of_set.split("*")[1]
        counts = "1*1*0" if word == "R" else "1*1*1"
        assert of_group.startswith(f"AK9*{word}*{counts}"), self.said
        assert all(isinstance(each, InvalidRecord) for each in self.records) is (word == "R"), self
        return word

    @property
    def text(self) -> str:
        """All that its records keep, as the JSON that goes out."""
        kept = [each.model_dump(mode="json") for each in self.records if not isinstance(each, InvalidRecord)]
        return json.dumps(kept, ensure_ascii=False).encode().decode()


def became(content: bytes, profile=PROFILE) -> Became:
    codec = X12Codec(profile, now=lambda: NOON)
    records = [each.record for each in codec.decode("in.x12", io.BytesIO(content)) if isinstance(each, Found)]
    said = [
        "*".join((each.id, *each.elements))
        for reply in replies(codec, content)
        for part in read(io.BytesIO(reply.content))
        if isinstance(part, Document)
        for each in part.segments
    ]
    told = [str(each) for each in found(content, charset=profile.charset or None)]
    return Became(records, said, [*told, *map(str, records)])


def found(content: bytes, *, lenient=True, charset=None):
    return [
        finding
        for part in read(io.BytesIO(content), lenient=lenient, charset=charset)
        for finding in (validate(part) if isinstance(part, Document) else part.findings)
    ]


def errors(findings):
    return [each for each in findings if each.severity is Severity.ERROR]


def checked(tmp_path, content: bytes, *more):
    """What `x12 check` says of a file: its exit code, and its findings."""
    path = tmp_path / "in.x12"
    path.write_bytes(content)
    done = run("x12", "check", str(path), "--json", *more)
    (one,) = json.loads(done.stdout)["files"]
    return done.returncode, [f"{each['place']}: {each['message']}" for each in one["findings"]]


# x12-5010-945-rubble: what cannot be checked is never said to be without findings --------------------------------

V5010 = evolve(WIRE, release="005010", version="00501")
RUBBLE = {
    "940 of 005010": V5010.of("940", "W05*Q*P1", "ZZZ*1", "W01*x*QQ"),
    "943 of 004030VICS": evolve(WIRE, release="004030VICS").of("943", *advice()),
    "944 of 006020UCS": evolve(WIRE, release="006020UCS").of("944", "W17*Q"),
    "945 of 003060": evolve(WIRE, release="003060", version="00306").of("945", *shipment()),
    "947 of 008010": evolve(WIRE, release="008010").of("947", "W19*x"),
    "846 of 005010 without its lines": V5010.of("846", "BIA*00"),
    "180 of 002040": evolve(WIRE, release="002040").of("180", *returned()),
    "832 of a release cut short": evolve(WIRE, release="4010").of("832", *catalog(item="LIN**VA")),
    "997 of 005010 with a word that is none": V5010.of("997", "AK1*SW*5", "AK9*Q*1*1*1"),
    "release only in ISA": evolve(V5010, release="").of("940", "W05*Q*P1"),
    "other marks": evolve(V5010, marks="|:'").of("945", "W12*QQ"),
    "856 of 004010, whose order is not known": WIRE.of("856", "BSN*Q*1", "ZZZ*1", "HL*x"),
}


@pytest.mark.parametrize("content", RUBBLE.values(), ids=RUBBLE)
@pytest.mark.parametrize("how", [(), ("--lenient",)], ids=["strict", "lenient"])
def test_a_body_that_cannot_be_checked_is_said_not_to_be(tmp_path, content, how):
    code, messages = checked(tmp_path, content, *how)
    assert (code, any("not checked" in each for each in messages)) == (1, True), messages


@pytest.mark.parametrize("content", [v for k, v in RUBBLE.items() if k[:3] in ("940", "943", "832", "856")])
def test_a_body_that_cannot_be_checked_is_not_taken(content):
    assert became(content).word == "R"


# x12-940-30-february: an impossible day or time is told, and the 997 agrees with what became of the document -----

TRANSFERS = evolve(PROFILE, kinds=frozenset({"transfer_order"}))
DAYS = {
    "940 31 April": (order("G62*10*20260431"), "940", "8", "R"),
    "940 29 February of no leap year": (order("G62*10*20250229"), "940", "8", "R"),
    "940 month 13": (order("G62*10*20261301"), "940", "8", "R"),
    "940 a year in two digits": (order("G62*10*260230"), "940", "8", "R"),
    "940 a date that the record has no place for": (order("G62*38*20260230"), "940", "8", "E"),
    "940 a date of a line": (order(line=("G62*10*20260230",)), "940", "8", "E"),
    "940 a date of a reference": (order("N9*CO*SO1**20260230"), "940", "8", "E"),
    "940 an hour there is not": (order("G62*10*20260302*8*2460"), "940", "9", "E"),
    "943 due on 31 September": (advice("G62*17*20260931"), "943", "8", "R"),
    "943 the day in its head": (advice(first="W06*N*C55*20260230"), "943", "8", "E"),
    "832 a day of a price": (catalog("DTM*007*20260231"), "832", "8", "E"),
    "940 a transfer that arrives on day 0": (order("N9*TF*T1", "G62*17*20260300"), "940", "8", "R"),
}


@pytest.mark.parametrize(("body", "set_id", "code", "word"), DAYS.values(), ids=DAYS)
def test_a_day_that_is_in_no_calendar_is_told_and_the_997_agrees(body, set_id, code, word):
    one = became(WIRE.of(set_id, *body), TRANSFERS if "N9*TF*T1" in body else PROFILE)
    assert one.word == word
    assert [each.split("*")[3] for each in one.said if each.startswith("AK4*")][:1] == [code], one.said


OTHER_DAYS = {
    "944": receipt(first="W17*N*20260431*1*C55"),
    "945": shipment(first="W06*N*P1*20260631*1"),
    "947": adjustment(first="W15*20260230*7*7"),
    "846": count(first="BIA*00*SI*7*20261131"),
    "180": returned(first="BGN*00*7*19000229"),
}


@pytest.mark.parametrize(("set_id", "body"), OTHER_DAYS.items(), ids=OTHER_DAYS)
def test_a_day_that_is_in_no_calendar_is_told_of_what_we_would_send_too(set_id, body):
    content = WIRE.of(set_id, *body)
    assert [(each.rule, each.element_code) for each in errors(found(content))] == [(Rule.ELEMENT_TYPE, "8")]
    assert became(content).word == "R"


# x12-940-cases: a quantity counts in the item's each, or in a unit whose factor is known -------------------------

UNIT = re.compile("unit of measure|W0102")
TWO_LINES = ("LX*2", "W01*12*DZ**VA*AB102", "N9*LI*2")
UNITS = {
    "940 dozens": ("940", order(item="W01*12*DZ**VA*AB101")),
    "940 small letters": ("940", order(item="W01*12*ca**VA*AB101")),
    "940 without a unit": ("940", order(item="W01*12***VA*AB101")),
    "940 each of twelve": ("940", order(item="W01*12*EA>>12**VA*AB101")),
    "940 one line of two": ("940", (*order()[:-1], *TWO_LINES, "W76*24")),
    "940 pieces nobody named": ("940", order(item="W01*12*PC**VA*AB101")),
    "943 cartons": ("943", advice(item="W04*6*CT**VA*AB101")),
    "832 the cost of a dozen": ("832", catalog("CTP**UCP*90.00*1*DZ")),
    "944 pallets": ("944", receipt(item="W07*6*PL**VA*AB101")),
    "945 cases": ("945", shipment(item="W12*CC*6*6**CA**VA*AB101")),
    "947 boxes": ("947", adjustment(item="W19*56*6*BX**VA*AB101")),
    "846 dozens": ("846", count(behind=("QTY*17*5*DZ",))),
    "180 packs": ("180", returned(item="BLI*VA*AB101*5*PK")),
}


@pytest.mark.parametrize(("set_id", "body"), UNITS.values(), ids=UNITS)
def test_a_quantity_in_another_unit_is_refused_by_name(tmp_path, set_id, body):
    content = WIRE.of(set_id, *body)
    one = became(content)
    assert one.word == "R"
    assert UNIT.search(str(one.records[0])), one.records
    code, messages = checked(tmp_path, content)
    assert (code, any(map(UNIT.search, messages))) == (1, True), messages


def test_with_a_factor_of_the_site_a_case_is_taken_and_carries_its_unit():
    one = became(
        WIRE.of("940", *order(item="W01*12*CA**VA*AB101")),
        evolve(PROFILE, units=Units((UnitFactors(source="[units]", general={"CA": Decimal(12)}),))),
    )
    assert (one.word, one.records[0].lines[0].uom, one.records[0].lines[0].bk_qty) == ("A", "CA", Decimal(12))


PRICES = {
    "for twelve": "CTP**UCP*90*12*EA",
    "for twelve, without a unit": "CTP**UCP*90*12",
    "for a fraction": "CTP**UCP*90*0.5*EA",
    "multiplied": "CTP**UCP*90***DIS*0.5",
}


@pytest.mark.parametrize("price", PRICES.values(), ids=PRICES)
def test_a_price_that_is_not_that_of_one_each_is_no_cost(price):
    one = became(WIRE.of("832", *catalog(price)))
    assert one.word == "R"
    assert "CTP" in str(one.records[0])


@pytest.mark.parametrize(
    "price", ["CTP**UCP*90", "CTP**UCP*90*1*EA", "CTP**UCP*90*1.0*EA", "CTP*WS*RES*180*12*EA"]
)
def test_a_price_of_one_each_is_a_cost(price):
    one = became(WIRE.of("832", *catalog("CTP**UCP*90", *{price} - {"CTP**UCP*90"})))
    assert (one.word in "AE", one.records[0].std_cost) == (True, 90)


# x12-940-cp1252-name: names arrive as letters, or are told ------------------------------------------------------


def shop(name="A SHOP", *more, street="1 ROAD", city="LEEDS"):
    return (f"N1*ST*{name}*92*C1", *more, f"N3*{street}", f"N4*{city}**LS1 1AA*GB")


CP1252, LATIN = evolve(WIRE, charset="cp1252"), evolve(WIRE, charset="latin-1")
LETTERS = {
    "a quotation mark of Windows": (CP1252.of("940", *order(address=shop("MAX’S"))), "", "MAX’S", "A"),
    "a second name": (CP1252.of("940", *order(address=shop("A", "N2*CAFÉ RIVE"))), "", "CAFÉ RIVE", "A"),
    "a street": (CP1252.of("940", *order(address=shop(street="KÖNIGSTRAßE"))), "", "KÖNIGSTRAßE", "A"),
    "a city": (CP1252.of("940", *order(address=shop(city="MALMÖ"))), "", "MALMÖ", "A"),
    "a note with a euro": (CP1252.of("940", *order("NTE*DEL*COD 5 €")), "", "COD 5 €", "A"),
    "a note on a line": (CP1252.of("940", *order(line=("NTE*LIN*GRÖßE",))), "", "GRÖßE", "A"),
    "a vendor of a 943": (CP1252.of("943", *advice(parties=("N1*SU*MÜHLE",))), "", "MÜHLE", "A"),
    "a name of a style": (CP1252.of("832", *catalog("PID*F****Robe d’été")), "", "Robe d’été", "A"),
    "what only Latin-1 has": (LATIN.of("940", *order(address=shop("ZO\x8dË"))), "", "", "ER"),
    "DOS, as the site says": (
        evolve(WIRE, charset="cp850").of("940", *order(address=shop("ZOË"))),
        "cp850",
        "ZOË",
        "A",
    ),
    "Polish, as the site says": (
        evolve(WIRE, charset="cp1250").of("940", *order(address=shop("ŁÓDŹ"))),
        "cp1250",
        "ŁÓDŹ",
        "A",
    ),
    "two charsets in one file": (
        CP1252.of("940", *order(address=shop("ZOË"))).replace(b"1 ROAD", "1 RÖAD é".encode()),
        "",
        "",
        "R",
    ),
    "what may be half a letter, or one of Windows": (
        WIRE.of("940", *order(address=shop("ZOË"))).replace("Ë".encode(), b"\xc3"),
        "",
        "ZOÃ",
        "A",
    ),
}


@pytest.mark.parametrize(("content", "charset", "name", "words"), LETTERS.values(), ids=LETTERS)
def test_names_arrive_as_letters_or_are_told(content, charset, name, words):
    one = became(content, evolve(PROFILE, charset=charset))
    assert one.word in words, one
    assert name in one.text
    assert "�" not in one.text
    if not charset and name:
        assert any("read as cp1252" in each for each in one.told)


# x12-940-second-n3: what is said twice, or at a place of its own, reaches the record or is told by name ----------

BILL = ("N1*BT*HEAD OFFICE*92*H1", "N3*2 STREET", "N3*THE LOFT", "N4*YORK")
PARTS = {
    "three streets": (
        order(address=(SHOP[0], "N3*1 ROAD", "N3*BACK LANE", "N3*THE LOFT")),
        "940",
        "THE LOFT",
        "N3",
    ),
    "a street of three elements": (order(address=(SHOP[0], "N3*A*B*THE LOFT")), "940", "THE LOFT", "N3"),
    "two cities": (order(address=(*SHOP, "N4*YORK")), "940", "YORK", "N4"),
    "a city by its code": (order(address=(*SHOP[:2], "N4*LEEDS**LS1*GB*CY*THE LOFT")), "940", "THE LOFT", "N4"),
    "two second names": (order(address=(SHOP[0], "N2*REAR", "N2*THE LOFT", *SHOP[1:])), "940", "THE LOFT", "N2"),
    "two contacts": (order(address=(*SHOP, "PER*DC*JO", "PER*DC*THE LOFT")), "940", "THE LOFT", "PER"),
    "a fax of a contact": (order(address=(*SHOP, "PER*DC*JO*FX*0113 1")), "940", "0113 1", "PER"),
    "streets of the bill-to": (order(address=(*SHOP, *BILL)), "940", "THE LOFT", "N3"),
    "a party of its own": (order(address=(*SHOP, "N1*Z7*THE LOFT*92*L1")), "940", "L1", "N1"),
    "a reference's own words": (order("N9*CO*SO1*THE LOFT"), "940", "THE LOFT", "N9"),
    "a second carrier": (order("W66*PP*M", "W66*CC*M****THE LOFT"), "940", "THE LOFT", "W66"),
    "a vendor's street": (advice(parties=("N1*SU*MILL", "N3*THE LOFT")), "943", "THE LOFT", "N3"),
    "a second vendor": (advice(parties=("N1*SU*MILL", "N1*SU*THE LOFT")), "943", "THE LOFT", "N1"),
    "a second name of a style": (catalog("PID*F****SHIRT", "PID*F****THE LOFT"), "832", "THE LOFT", "PID"),
    "a second barcode of a SKU": (
        catalog(item="LIN**VA*AB101*VE*001*SZ*M*UP*036000291452*UP*036000291469"),
        "832",
        "036000291469",
        "LIN",
    ),
    "a contact under no party": (order("G61*DC*JO*TE*0113 1"), "940", "0113 1", "G61"),
}


@pytest.mark.parametrize(("body", "set_id", "value", "segment"), PARTS.values(), ids=PARTS)
def test_what_is_said_reaches_the_record_or_is_told_by_name(body, set_id, value, segment):
    one = became(WIRE.of(set_id, *body))
    is_told = any(each.startswith(f"AK3*{segment}*") for each in one.said) or (
        one.word == "R" and segment in str(one.records[0])
    )
    assert value in one.text or is_told, one


TWO_OF_ONE = {
    "two styles": ("940", order(item="W01*12*EA**VA*AB101*VA*AB102")),
    "two colors": ("940", order(item="W01*12*EA**VA*AB101*VE*001********VE*002")),
    "two labels": ("940", order(line=("N9*LB*L1", "N9*LB*L2"))),
    "two dimensions": ("943", advice(line=("N9*DM*S", "N9*DM*R"))),
    "two sizes of a 943": ("943", advice(item="W04*6*EA**SZ*S*VA*AB101*******SZ*M")),
    "two styles of an 832": ("832", catalog(item="LIN**VA*AB101*VA*AB102*SZ*M")),
    "two labels of an 832": ("832", catalog("REF*LB*L1", "REF*LB*L2")),
}


@pytest.mark.parametrize(("set_id", "body"), TWO_OF_ONE.values(), ids=TWO_OF_ONE)
def test_an_item_that_is_two_is_refused(set_id, body):
    one = became(WIRE.of(set_id, *body))
    assert (one.word, "which one is meant" in str(one.records[0])) == ("R", True), one.records


def test_the_same_part_of_an_item_twice_is_once():
    one = became(WIRE.of("940", *order(item="W01*12*EA**VA*AB101*VA*AB101", line=("N9*LB*L1", "N9*LB*L1"))))
    assert (one.word, one.records[0].lines[0].style) == ("A", "AB101")


@pytest.mark.parametrize("code", "BCEGLRSTX")
def test_an_order_that_is_no_original_is_told(code):
    one = became(WIRE.of("940", f"W05*{code}*P1", *order()[1:]))
    assert (one.word, [each for each in one.said if each.startswith("AK3")]) == ("E", ["AK3*W05*2**8"])


# x12-940-w6: segments that the standard has are known at their place --------------------------------------------

KNOWN = {
    "940 head": (
        "940",
        order("N9*DP*1", "W09*DR*40*FA", "W66*PP*M", "W6*ABC", "R2*ABCD*B", "BNX*A", "LM*AX", "LQ*1*2"),
    ),
    "940 carton": (
        "940",
        order(before=("MAN*GM*00012345678901234567", "SDQ*EA*92*S1*12", "N1*BY*B*92*B1", "G62*10*20260302")),
    ),
    "940 line": (
        "940",
        order(
            line=(
                *["NTE*LIN*X"] * 3,
                "W20*1",
                "QTY*38*12",
                "AMT*1*5",
                "G62*10*20260302",
                "G66*PP*M",
                "PER*DC*JO",
                "LH2*1",
                "LHR*AB*1",
                "LH6*JO",
                "LM*AX",
                "LQ*1*2",
                "LS*1",
                "LX*1",
                "N9*DP*1",
                "LH1*EA*1",
                "LH3*PAINT*P",
                "LE*1",
                "FA1*DF",
                "FA2*01*1",
            )
        ),
    ),
    "940 notes by the dozen": ("940", order(*[f"NTE*DEL*NOTE {at}" for at in range(25)])),
    "943 head": (
        "943",
        advice("N9*CO*1", "G61*IC*JO", "G62*17*20260309", "NTE*GEN*X", line=("G69*SHIRT", "W20*1")),
    ),
    "944 head": (
        "944",
        receipt("W13*1*EA*01", head=("N9*CO*1", "W08*M*ABCD", "W18*AA*20*FA", "G08*1*1*1*01", "G72*99*01**1*1")),
    ),
    "945 head": (
        "945",
        shipment(
            head=("NTE*GEN*X", "W27*M*ABCD", "W6*ABC", "W28*A", "W10*AA", "G72*99*01**1*1", "LM*AX", "LQ*1*2"),
            before=("MAN*GM*00012345678901234567", "PAL*4", "N9*DP*1"),
        ),
    ),
    "945 line": (
        "945",
        shipment(
            "G69*SHIRT",
            "N9*DP*1",
            "MEA*WT*G*1*LB",
            "AMT*1*5",
            "R4*L*CY*LEEDS",
            "W27*M*ABCD",
            "N1*BY*B*92*B1",
            "G72*99*01**1*1",
            "LM*AX",
            "LQ*1*2",
            "LS*1",
            "LX*1",
            "LE*1",
            "FA1*DF",
            "FA2*01*1",
        ),
    ),
    "947 line": (
        "947",
        adjustment(
            "G69*SHIRT",
            "CS*1",
            "AMT*1*5",
            "LM*AX",
            "LQ*1*2",
            "N1*BY*B*92*B1",
            "G61*IC*JO",
            "LX*1",
            "N9*DP*1",
            "FA1*DF",
            head=("NTE*GEN*X", "LM*AX"),
        ),
    ),
    "846 line": (
        "846",
        count(
            "PID*F****SHIRT",
            "MEA*WT*G*1*LB",
            "PKG*F****BOX",
            "CTP*WS*RES*20",
            "CUR*BY*USD",
            "SAC*C*A120***500",
            "SDQ*EA*92*S1*5",
            "MAN*GM*1",
            "UIT*EA",
            "LM*AX",
            "SLN*1**I*1*EA",
            "QTY*17*5*EA",
            "UIT*EA",
            "LDT*AA*1*DA",
            head=("CUR*BY*USD", "DTM*097*20260302", "MEA*WT*G*1*LB", "LM*AX"),
        ),
    ),
    "180 whole": (
        "180",
        returned(
            "N9*DP*1",
            "PID*F****SHIRT",
            "RDR*AA",
            "SAC*C*A120***500",
            "AMT*1*5",
            "MEA*WT*G*1*LB",
            "CRC*07*Y*AA",
            "NTE*GEN*X",
            "PRF*1",
            "DTM*097*20260302",
            "DD*1*A",
            "GF*CO*1",
            "TD5*B*2*ABCD",
            "SDQ*EA*92*S1*5",
            "LM*AX",
            "QTY*38*5",
            "FA1*DF",
            head=(
                "RDR*AA",
                "PRF*1",
                "N9*CO*1",
                "PER*IC*JO",
                "G38*5",
                "PKG*F****BOX",
                "TD1*CTN*1",
                "TD5*B*2*ABCD",
                "NTE*GEN*X",
            ),
        ),
    ),
    "832 whole": (
        "832",
        catalog(
            "G53*001",
            "DTM*007*20260302",
            "PID*F****SHIRT",
            "MEA*WT*G*1*LB",
            "PKG*F****BOX",
            "PO4*1",
            "TD1*CTN*1",
            "SAC*C*A120***500",
            "FOB*PP",
            "TC2*A*1",
            "TXI*VA*5",
            "G55*VA*1",
            "CTP*WS*RES*20",
            "G43*1",
            "G39**VA*1",
            "PKL*VA*1*EA*1",
            "LM*AX",
            head=("REF*DP*1", "PER*IC*JO", "CUR*BY*USD", "ITD*01", "G93*1", "N1*SU*MILL"),
        ),
    ),
}


@pytest.mark.parametrize(("set_id", "body"), KNOWN.values(), ids=KNOWN)
def test_segments_that_the_standard_has_are_no_finding(tmp_path, set_id, body):
    content = WIRE.of(set_id, *body)
    assert checked(tmp_path, content) == (0, [])


@pytest.mark.parametrize("name", ["940 head", "940 notes by the dozen", "943 head", "832 whole"])
def test_a_document_with_them_is_taken(name):
    set_id, body = KNOWN[name]
    assert became(WIRE.of(set_id, *body)).word in "AE"


@pytest.mark.parametrize("name", ["940 carton", "940 line"])
def test_what_shares_out_the_goods_of_an_order_refuses_it_by_name(name):
    set_id, body = KNOWN[name]
    one = became(WIRE.of(set_id, *body))
    assert (one.word, any(each in str(one.records[0]) for each in ("SDQ", "QTY"))) == ("R", True)


@pytest.mark.parametrize("release", ["004010", "005010"])
@pytest.mark.parametrize("end", [("LE*1",), ()], ids=["whole", "without its end"])
def test_a_loop_within_a_line_hides_no_other_line(release, end):
    """Where it has no end the set is rejected; a release that cannot be checked is taken with all of its goods."""
    first = order(line=("LS*1", "LX*1", "LH1*EA*1", "LH3*PAINT*P", *end))[:-1]
    body = (*first, "LX*2", "W01*5*EA**VA*AB102", "N9*LI*2", "W76*17")
    one = became(
        evolve(WIRE, release=release).of("940", *body), evolve(PROFILE, also_releases=frozenset({"005010"}))
    )
    if one.word == "R":
        assert (release, end) == ("004010", ())
    else:
        assert [line.bk_qty for line in one.records[0].lines] == [12, 5]


# Every door says the same ---------------------------------------------------------------------------------------


def test_the_intake_says_beforehand_what_the_997_will_say(tmp_path):
    twins = {
        **{
            f"day {name}": WIRE.of(set_id, *body)
            for name, (body, set_id, *_) in DAYS.items()
            if "transfer" not in name
        },
        **{f"unit {name}": WIRE.of(set_id, *body) for name, (set_id, body) in UNITS.items()},
        **{f"part {name}": WIRE.of(set_id, *body) for name, (body, set_id, *_) in PARTS.items()},
        **{f"two {name}": WIRE.of(set_id, *body) for name, (set_id, body) in TWO_OF_ONE.items()},
        **{f"price {name}": WIRE.of("832", *catalog(price)) for name, price in PRICES.items()},
        **{f"known {name}": WIRE.of(set_id, *body) for name, (set_id, body) in KNOWN.items()},
    }
    # What we send ourselves is read by nobody here, whatever a set of it says.
    words = {
        name: became(content).word if ST.search(content)[1] in READ else "R" for name, content in twins.items()
    }
    for name, content in twins.items():
        (tmp_path / f"{name}.x12").write_bytes(content)
    done = run("bluecherry", "intake", *map(str, sorted(tmp_path.glob("*.x12"))), "--json")
    told = {Path(one["file"]).stem: one["acknowledgement"] for one in json.loads(done.stdout)}
    assert told == words
    assert done.returncode == 1
