"""Files that were cut, that lost a part, or in which nothing is: no half of them counts, whatever was left."""

import pytest
from envelope_world import (
    ASN,
    RETURN,
    Twin,
    catalog,
    comes_out_right,
    cut,
    group,
    header,
    interchange,
    lost,
    one,
    order,
    production,
    receipt,
    shipment,
    swapped,
    written,
)

FIVE = order(units=(12,) * 5)
LINES = written(interchange(group("940", FIVE)), end="\n")
WRAPPED = "\n".join(one(FIVE)[at : at + 80] for at in range(0, len(one(FIVE)), 80))
TWO_SETS = written(interchange(group("940", order(), order("P2", (1, 2, 3)))))
TWO_GROUPS = written(interchange(group("940", order()), group("943", production(units=(6, 6, 6)), number=8)))
TWO_FILES = one(order()) + one(order("P2", (1, 2)), number=8)

INSIDE_AN_ORDER = {
    "lines of pipes and quotes": Twin(
        content=cut(one(FIVE, marks="|:'", end="\r\n"), "N9|LI|3'\r\n"), quarantined="SE is missing"
    ),
    "an advice behind its first line": Twin(
        content=cut(one(production(units=(6, 6, 6)), "943"), "N9*LI*1~"), quarantined="SE is missing"
    ),
    "the second order of two": Twin(content=cut(TWO_SETS, "N9*LI*2~"), quarantined="940 0002: SE is missing"),
    "the second group of two": Twin(content=cut(TWO_GROUPS, "W04*6*EA"), quarantined="943 0001: SE is missing"),
    "the second interchange of two": Twin(content=cut(TWO_FILES, "W01*2*EA"), quarantined="interchange 000000008"),
    "the last lines and the totals of a catalog": Twin(
        content=cut(one(catalog("S", "M", "L", "XL"), "832"), "SZ*M~"), quarantined="SE is missing"
    ),
    "room that was taken before the bytes came": Twin(
        content=cut(LINES, "N9*LI*3~\n", more="\0" * 400), quarantined="SE is missing"
    ),
    "lines that were broken at 80": Twin(content=WRAPPED[: 80 * 5 + 7], quarantined="SE is missing"),
    "sent again behind what had come": Twin(
        content=cut(LINES, "N9*LI*3~\n") + LINES, quarantined="SE is missing: ISA comes before it"
    ),
    "a hole over two lines": Twin(
        content=lost(one(FIVE), "N9*LI*1~", "LX*4"),
        refused=("W7601 says '60' units",),
        answers="AK5*R*4*5 AK9*R*1*1*0",
    ),
    "a hole in the second of two orders": Twin(
        content=lost(TWO_SETS, "ST*940*0002~W05*N*P2~", "LX*2"),
        kept=("P1 12",),
        refused=("pick ticket P2",),
        answers="AK5*A AK5*R*4*5 AK9*P*2*2*1",
    ),
    "a hole from one order into the next": Twin(
        content=lost(TWO_SETS, "N9*LI*1~", "LX*2"),
        refused=("GE01 says '2' sets, there are 1",),
        answers="AK5*R*3*5 AK9*R*2*1*0*5",
    ),
    "counted again by a gateway, and the total was not": Twin(
        content=swapped(lost(one(FIVE), "N9*LI*1~", "LX*4"), "SE*24*", "SE*18*"),
        refused=("W7601 says '60' units",),
        answers="AK5*R*5 AK9*R*1*1*0",
    ),
}

SIZES = order(units=(12, 7, 3))
INSIDE_A_SKU = {
    "the colour": Twin(content=cut(one(SIZES), "VA*AB101*VE*0"), quarantined="SE is missing"),
    "the size of the last line": Twin(
        content=cut(one(SIZES, end="\r\n"), "SZ*S3")[:-1], quarantined="SE is missing"
    ),
    "the barcode": Twin(
        content=cut(swapped(one(SIZES), "W01*7*EA**", "W01*7*EA*036000291452*"), "EA*0360002"),
        quarantined="SE is missing",
    ),
    "the quantity": Twin(content=cut(one(SIZES), "N9*LI*1~LX*2~W01*"), quarantined="SE is missing"),
    "an item of an advice": Twin(
        content=cut(one(production(units=(6, 5)), "943", marks="^:|"), "W04^5^EA^^VA^AB"),
        quarantined="SE is missing",
    ),
    "a style of a catalog": Twin(
        content=cut(one(catalog("S", "M"), "832"), "SZ*S~PID*F****Oxford shirt~LIN**VA*AB1"),
        quarantined="SE is missing",
    ),
    "lines without another terminator": Twin(
        content=cut(written(interchange(group("940", order(), SIZES)), "*>\n"), "W01*7*EA**VA*AB1"),
        quarantined="940 0002: SE is missing",
    ),
    "a mark of DOS behind the cut": Twin(
        content=cut(one(SIZES, end="\r\n"), "VA*AB1", more="\r\n\x1a"), quarantined="SE is missing"
    ),
    "half a letter of the style": Twin(
        content=one(SIZES).replace("AB101", "ABÉ1").encode().partition("É".encode()[1:])[0],
        quarantined="SE is missing",
    ),
    "a block from one SKU into another": Twin(
        content=lost(one(SIZES), "W01*12*EA**VA*AB", "101*VE*001********SZ*S3"),
        refused=("W7601 says '22' units",),
        answers="AK5*R*4*5 AK9*R*1*1*0",
    ),
    "a line that ends inside of the style": Twin(
        content=swapped(one(SIZES), "AB101*VE", "AB1\r\n01*VE"), refused=("W0105",), answers="AK5*R*5 AK9*R*1*1*0"
    ),
    "the next interchange right behind the cut": Twin(
        content=cut(one(SIZES), "VA*AB1", more="~") + one(order("P2"), number=8),
        quarantined="SE is missing: ISA comes before it",
    ),
    "a return": Twin(content=cut(one(RETURN, "180"), "BLI*VA*AB1"), quarantined="180 0001: SE is missing"),
    "a ship confirm that came back": Twin(
        content=cut(one(shipment(units=(3, 4)), "945"), "W12*CC*4*4**EA**VA*AB1"), quarantined="SE is missing"
    ),
}

ISA = header() + "~"
BARE = written([header(), group("940")[0]])
NOTHING_INSIDE = {
    "lines": Twin(content=written([header(), group("943")[0]], "|:'", "\r\n"), quarantined="GE is missing"),
    "the header alone": Twin(content=ISA, quarantined="holds no group"),
    "a header that was cut": Twin(content=ISA[:60], quarantined="the interchange header ends early", checked=2),
    "the first bytes of a header": Twin(
        content="ISA*00*", quarantined="the interchange header ends early", checked=2
    ),
    "a group header that was cut": Twin(content=BARE[:-30], quarantined="GE is missing"),
    "a set header too": Twin(content=f"{BARE}ST*940*0001~", quarantined="SE is missing"),
    "a group of no sets, counted right": Twin(
        content=written(interchange(group("940"))), quarantined="the group holds no set"
    ),
    "an interchange of no groups, counted right": Twin(
        content=written(interchange(), end="\n"), quarantined="the interchange holds no group"
    ),
    "a header in front of a whole interchange": Twin(
        content=written([header(6), group("940")[0]]) + one(order()), quarantined="interchange 000000006"
    ),
    "a header behind a whole interchange": Twin(
        content=one(order()) + written([header(8), group("940")[0]]), quarantined="interchange 000000008"
    ),
    "an empty group behind a full one": Twin(
        content=written(interchange(group("940", order()), group("943", number=8))),
        quarantined="group 8: the group holds no set",
    ),
    "headers and blanks up to the size of a block": Twin(
        content=BARE + " " * (4096 - len(BARE)), quarantined="GE is missing"
    ),
    "a group without its interchange": Twin(content=BARE[len(ISA) :], quarantined="ISA is missing"),
}

MAIL = "From: edi@brand.example\r\nSubject: orders\r\n\r\nDear all,\r\nsee * below.\r\n\r\n"
NO_X12 = {
    "a mail with its headers": Twin(content=MAIL, quarantined="is not X12", checked=2),
    "a mail that quotes a whole file": Twin(
        content=MAIL + "".join(f"> {line}\r\n" for line in one(order(), end="\n").splitlines()),
        quarantined="is not X12",
        checked=2,
    ),
    "a page of the web": Twin(
        content="<!DOCTYPE html><html><body>404 * not found ~ </body></html>", quarantined="is not X12", checked=2
    ),
    "a table with stars": Twin(content="PICK*NUM,QTY*\r\nP1,12*\r\n", quarantined="is not X12", checked=2),
    "words that begin like a header": Twin(
        content="ISA * the file of tomorrow is late ~ sorry", quarantined="header ends early", checked=2
    ),
    "EDIFACT": Twin(
        content="UNB+UNOA:1+BRAND+WAREHOUSE+260302:1200+7'UNH+1+DESADV:D:96A:UN'UNT+2+1'UNZ+1+7'",
        quarantined="is not X12",
        checked=2,
    ),
    "JSON": Twin(content='{"error": "rate limit *", "retry": "~"}', quarantined="is not X12", checked=2),
    "an archive": Twin(content=b"PK\x03\x04*\x14\0~" + bytes(range(256)) * 4, quarantined="is not X12", checked=2),
    "letters of two bytes": Twin(content=one(order()).encode("utf-16"), quarantined="is not X12", checked=2),
    "signs that steer a terminal": Twin(
        content="\x1b[2J\x1b]0;owned\x07 * see below ~\x9b31m", quarantined="is not X12", checked=2
    ),
    "words that begin like a segment": Twin(
        content="LX*the text of tomorrow~", quarantined="it is not whole", checked=1
    ),
    "only stars and tildes": Twin(content="****~~~~****~~~~\r\n" * 40, quarantined="is not X12", checked=2),
    "a text that never ends": Twin(content="Dear * partner " * 200_000, quarantined="is not X12", checked=2),
}

GE_DIFFERS = {
    "lines": Twin(
        content=swapped(one(order(), end="\r\n"), "GE*1*7", "GE*1*8"),
        refused=("GE02 is '8', GS06 is '7'",),
        answers="AK5*R AK9*R*1*1*0*4",
    ),
    "two orders in the group": Twin(
        content=swapped(TWO_SETS, "GE*2*7", "GE*2*70"),
        refused=("pick ticket P1", "pick ticket P2"),
        answers="AK5*R AK5*R AK9*R*2*2*0*4",
    ),
    "the second of two groups": Twin(
        content=swapped(TWO_GROUPS, "GE*1*8", "GE*1*9"),
        kept=("P1 12",),
        refused=("production order C55",),
        answers="AK5*A AK9*A*1*1*1 AK5*R AK9*R*1*1*0*4",
    ),
    "two groups with each other's": Twin(
        content=written(
            interchange(group("940", order(), ends="GE*1*8"), group("943", production(), number=8, ends="GE*1*7"))
        ),
        refused=("pick ticket P1", "production order C55"),
        answers="AK5*R AK9*R*1*1*0*4 AK5*R AK9*R*1*1*0*4",
    ),
    "it is empty": Twin(
        content=swapped(one(order()), "GE*1*7", "GE*1*"),
        refused=("GE02 is ''",),
        answers="AK5*R AK9*R*1*1*0*4",
    ),
    "it is a word": Twin(
        content=swapped(one(production(), "943"), "GE*1*7", "GE*1*SEVEN"),
        refused=("GE02 is 'SEVEN'",),
        answers="AK5*R AK9*R*1*1*0*4",
    ),
    "it is a digit of another script": Twin(
        content=swapped(one(order()), "GE*1*7", "GE*1*\uff17"),
        refused=("GE02 is",),
        answers="AK5*R AK9*R*1*1*0*4",
    ),
    "it has zeros and blanks, and is the same": Twin(
        content=swapped(one(order(), end="\n"), "GE*1*7", "GE*01*0007 "),
        kept=("P1 12",),
        answers="AK5*A AK9*A*1*1*1",
        told="GE02 is '0007', GS06 is '7'",
    ),
    "GE01 differs": Twin(
        content=swapped(one(order()), "GE*1*7", "GE*2*7"),
        refused=("GE01 says '2' sets, there are 1",),
        answers="AK5*R AK9*R*2*1*0*5",
    ),
    "GE01 and GE02 differ": Twin(
        content=swapped(one(order()), "GE*1*7", "GE*3*8"),
        refused=("GE0",),
        answers="AK5*R AK9*R*3*1*0*4*5",
    ),
    "IEA02 differs": Twin(
        content=swapped(one(order()), "IEA*1*000000007", "IEA*1*000000070"), quarantined="IEA02 is '000000070'"
    ),
    "of a catalog": Twin(
        content=swapped(one(catalog("S", "M"), "832"), "GE*1*7", "GE*1*8"),
        unread=1,
        is_held=True,
        answers="AK5*R AK9*R*1*1*0*4",
    ),
    "the first of two interchanges": Twin(
        content=swapped(TWO_FILES, "GE*1*7", "GE*1*8"),
        kept=("P2 1 2",),
        refused=("pick ticket P1",),
        answers="AK5*R AK9*R*1*1*0*4 AK5*A AK9*A*1*1*1",
    ),
    "of a set in which nothing travels here": Twin(
        content=swapped(one(ASN, "856"), "GE*1*7", "GE*1*8"),
        refused=("856 0001",),
        answers="AK5*R*1 AK9*R*1*1*0*4",
    ),
    "of a receipt advice that nobody reads": Twin(
        content=swapped(one(receipt(), "944"), "GE*1*7", "GE*1*8"),
        answers="AK5*R AK9*R*1*1*0*4",
        unread=1,
    ),
}


@pytest.mark.parametrize("twin", INSIDE_AN_ORDER.values(), ids=INSIDE_AN_ORDER)
def test_an_order_that_lost_lines_is_no_order(tmp_path, twin):
    comes_out_right(tmp_path, twin)


@pytest.mark.parametrize("twin", INSIDE_A_SKU.values(), ids=INSIDE_A_SKU)
def test_a_sku_that_was_cut_is_no_other_sku(tmp_path, twin):
    comes_out_right(tmp_path, twin)


@pytest.mark.parametrize("twin", NOTHING_INSIDE.values(), ids=NOTHING_INSIDE)
def test_a_file_in_which_nothing_is_was_not_done(tmp_path, twin):
    comes_out_right(tmp_path, twin)


@pytest.mark.parametrize("twin", NO_X12.values(), ids=NO_X12)
def test_a_text_is_no_x12(tmp_path, twin):
    comes_out_right(tmp_path, twin)


@pytest.mark.parametrize("twin", GE_DIFFERS.values(), ids=GE_DIFFERS)
def test_a_group_whose_end_is_another_ones_is_rejected_whole(tmp_path, twin):
    comes_out_right(tmp_path, twin)
