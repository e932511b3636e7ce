"""What comes in a form of its own is read as it was meant, and each forgiveness is told by name; never loss."""

import io
from pathlib import Path

import pytest
from test_x12 import ISA

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.x12 import (
    Document,
    Partners,
    Rule,
    Segment,
    Severity,
    Verdict,
    misdirected,
    read,
    rewritten,
    validate,
    verdict_on,
)
from clarus_bluecherry.x12 import _reader as reader

FIELD = Path(__file__).parents[2].parent / "shared" / "cases" / "field"
BODY = (
    "W05*N*P1~N1*ST*A SHOP*92*C1~N3*1 ROAD~N4*LEEDS**LS1 1AA*GB~G62*10*20260303~LX*1~"
    "W01*12*EA**VA*AB101*VE*001********SZ*S~N9*LI*1~LX*2~W01*12*EA**VA*AB101*VE*001********SZ*M~N9*LI*2~W76*24~"
)
WHOLE = f"{ISA}GS*OW*BRAND*WAREHOUSE*20260302*1200*7*X*004010~ST*940*0001~{BODY}SE*14*0001~GE*1*7~IEA*1*000000007~"
NEXT = WHOLE.replace("000000007", "000000008")
LINES = WHOLE.replace("~", "~\n")
OTHER_MARKS = NEXT.translate(dict(zip(map(ord, "*>~"), "|:'", strict=True)))


def parts(content, **how):
    return list(read(io.BytesIO(content.encode() if isinstance(content, str) else content), **how))


def documents(content, **how):
    return [part for part in parts(content, **how) if isinstance(part, Document)]


def findings(content, **how):
    return [
        finding
        for part in parts(content, **how)
        for finding in (validate(part) if isinstance(part, Document) else part.findings)
    ]


def errors(found):
    return [finding for finding in found if finding.severity is Severity.ERROR]


def broken(text, width, end="\n"):
    return end.join(text[at : at + width] for at in range(0, len(text), width))


FORMS = {
    "broken at 80": (broken(WHOLE, 80), "its lines are broken at 80 characters"),
    "broken at 80 with CRLF": (broken(WHOLE, 80, "\r\n"), "its lines are broken at 80 characters"),
    "broken at 128": (broken(WHOLE, 128), "its lines are broken at 128 characters"),
    "broken at 72, two interchanges": (broken(WHOLE + NEXT, 72), "its lines are broken at 72 characters"),
    "two files broken at 80": (
        f"{broken(WHOLE, 80)}\n{broken(NEXT, 80)}\n",
        "its lines are broken at 80 characters",
    ),
    "ISA padded to 128": (WHOLE.replace(">~", ">~" + " " * 22), "stand behind the terminator of ISA"),
    "a small ISA": (WHOLE.replace("ISA*", "isa*"), "names of segments are in small letters"),
    "a network's line before": (f"$$ADD ID=A BID='B'\r\n{WHOLE}", "lines that are no X12 stand before ISA"),
    "a network's banner before": (
        f"*** START ***\n\n//STX12//\n{WHOLE}",
        "lines that are no X12 stand before ISA",
    ),
    "a network's line behind": (f"{WHOLE}\n$$EOF\n", "lines that are no X12 stand behind IEA"),
    "a network's lines in capitals": (f"VANHDR ACME 20260302\n{WHOLE}\nEND OF DATA\n", "no X12 stand before ISA"),
    "a network's lines between, and other marks": (
        f"{WHOLE}\nEND OF DATA\n{OTHER_MARKS}",
        "lines that are no X12 stand behind IEA",
    ),
    "a network's line on the last line": (f"{WHOLE}#EOT", "lines that are no X12 stand behind IEA"),
    "a network's lines between": (f"{WHOLE}\n#END\n#START\n{NEXT}", "lines that are no X12 stand behind IEA"),
    "ISA on its own line": (LINES.replace(">~\n", ">\n"), "ISA ends with '\\n', what stands behind it with '~'"),
    "ISA with a tilde, lines behind": (
        LINES.replace("~\n", "\n").replace(">\n", ">~\n"),
        "ISA ends with '~', what stands behind it with '\\n'",
    ),
    "ISA without a terminator": (WHOLE.replace(">~", ">"), "ISA has no terminator"),
    "only the line of ISA ends": (
        WHOLE.replace(">~", ">~\r\n"),
        "the line of ISA ends otherwise than those behind it",
    ),
    "no component separator": (WHOLE.replace("*P*>~", "*P*~"), "the component separator is missing"),
    "no component separator, in lines": (LINES.replace("*P*>~", "*P*~"), "the component separator is missing"),
    "no sixteenth element": (WHOLE.replace("*P*>~", "*P~"), "the component separator is missing"),
    "a blank for a component separator": (WHOLE.replace("*P*>~", "*P* ~"), "the component separator is missing"),
    "a blank behind the component separator": (
        WHOLE.replace("*P*>~", "*P*> ~"),
        "blanks stand before the terminator",
    ),
    "a blank behind each separator": (WHOLE.replace("*", "* "), "blanks stand around elements"),
    "a blank before each separator": (WHOLE.replace("*", " *"), "blanks stand around elements"),
    "a blank behind each terminator": (WHOLE.replace("~", "~ "), "blanks stand around segments"),
    "indented": (LINES.replace("\n", "\n    "), "blanks stand around segments"),
    "tabs": (LINES.replace("\n", "\n\t"), "blanks stand around segments"),
    "zero bytes": (WHOLE.replace("~N3", "\0\0~N3"), "blanks stand around segments"),
    "small names": (WHOLE.replace("~W01*", "~w01*"), "names of segments are in small letters"),
    "terminators doubled": (WHOLE.replace("~", "~~"), "there are terminators without a segment"),
    "widths of ISA lost": (WHOLE.replace("          *", "*"), "not padded to their fixed widths"),
    "zeros of IEA lost": (WHOLE.replace("IEA*1*000000007", "IEA*1*7"), "IEA02 is '7'"),
    "zeros too many": (WHOLE.replace("SE*14*", "SE*0014*"), "SE01 says '0014' segments, there are 14"),
    "a byte order mark": ("\ufeff" + WHOLE, "before ISA stand '\\ufeff'"),
    "blank bytes before": ("\0\0  \n" + WHOLE, "before ISA stand ' ', '\\x00'"),
    "the mark of DOS": (WHOLE + "\x1a", "behind IEA stand '\\x1a'"),
    "blanks behind": (WHOLE + " " * 300, "behind IEA stand ' '"),
    "no last terminator": (WHOLE[:-1], "the last segment has no terminator"),
    "no last terminator and a mark of DOS": (WHOLE[:-1] + "\r\n\x1a", "the last segment has no terminator"),
}


@pytest.mark.parametrize(("text", "told"), FORMS.values(), ids=FORMS)
def test_a_form_that_leaves_no_doubt_is_read_whole_and_told_by_its_name(text, told):
    expected = documents(WHOLE)[0].segments[:-1]
    assert {each.segments[:-1] for each in documents(text, lenient=True)} == {expected}
    found = findings(text, lenient=True)
    assert errors(found) == []
    assert any(told in each.message for each in found), [each.message for each in found]


@pytest.mark.parametrize(("text", "told"), FORMS.values(), ids=FORMS)
def test_the_strict_reader_takes_no_such_form_in_silence(text, told):
    assert errors(findings(text))


@pytest.mark.parametrize("marks", ["|~", "^~", "\t~", "\x1d\x1c", "*]", "*\x85", "*\x15", "\\\n", "-'"])
def test_marks_are_what_the_header_says_whatever_they_are(marks):
    element, terminator = marks
    text = WHOLE.translate({ord("*"): element, ord("~"): terminator})
    assert findings(text.encode("latin-1")) == []
    assert documents(text.encode("latin-1"))[0].segments == documents(WHOLE)[0].segments


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n", "~\r\n", "~\n"])
def test_lines_that_all_end_alike_need_no_forgiveness(end):
    assert findings(WHOLE.replace("~", end)) == []


def test_places_are_bytes_of_the_file_also_where_its_lines_were_broken():
    text = broken(WHOLE[:-30], 80)
    assert any(f"at byte {len(text)}" in each.message for each in findings(text, lenient=True))


LOSSES = {
    "a terminator lost at a line's end": LINES.replace("~\nN3*", "\nN3*"),
    "a name that was broken": WHOLE.replace("A SHOP", "A SH\nOP"),
    "a broken line in the middle that is short": broken(WHOLE, 80)[:150] + broken(WHOLE, 80)[151:],
    "a segment's separator lost": WHOLE.replace("~LX*2~", "LX*2~"),
}


@pytest.mark.parametrize("text", LOSSES.values(), ids=LOSSES)
def test_loss_is_never_forgiven(text):
    try:
        found = [(part, part.findings) for part in parts(text, lenient=True)]
    except InvalidRecord:
        return
    judged = [(part, validate(part) if isinstance(part, Document) else told) for part, told in found]
    assert any(verdict_on(told) is Verdict.REJECTED for _, told in judged)


@pytest.mark.parametrize(
    "text",
    [
        f"Please find *\r\n{WHOLE}",
        f"Dear all,\n{WHOLE}",
        f"$$ADD\nGS*OW*A~\n{WHOLE}",
        f"N1*ST*A~\n{WHOLE}",
        f"{WHOLE}\r\nSent by mail",
        f"{WHOLE}LX*3~",
        f"{WHOLE}{OTHER_MARKS[1:]}",
        f"{WHOLE}\n{OTHER_MARKS[30:]}",
        f"{WHOLE}\n{OTHER_MARKS[-18:]}",
        f"{WHOLE}\nEOF\n{OTHER_MARKS[4:]}",
        f"{WHOLE}I",
        f"{WHOLE}\nIS",
        f"{WHOLE}\nISA",
        f"{WHOLE}\nPK\x03\x04",
        f"{WHOLE}*1*EA~",
        f"{WHOLE}\n#END\nW01*1*EA",
        f"{WHOLE}\n#END~",
        f"{WHOLE}{NEXT[1:]}",
    ],
)
def test_other_text_around_an_interchange_is_refused_or_an_error(text):
    try:
        found = [each.message for each in errors(findings(text, lenient=True))]
    except InvalidRecord as error:
        found = [error.what]
    assert found


def test_what_never_ends_is_refused_before_it_fills_the_memory(monkeypatch):
    monkeypatch.setattr(reader, "_MOST_SEGMENTS", 5_000)
    head = WHOLE.partition("LX*1~")[0]
    with pytest.raises(InvalidRecord, match="a set does not end"):
        parts(head + "N9*LI*1~" * 60_000)
    with pytest.raises(InvalidRecord, match="a segment does not end"):
        parts(head + "N9*LI*" + "1" * 3_000_000)


# Letters -------------------------------------------------------------------------------------------------------

NAME = "Zoë’s Café"


def named(charset, *, of=NAME):
    return WHOLE.replace("A SHOP", of).encode(charset)


def name_in(content, **how):
    (document,) = documents(content, lenient=True, **how)
    return document.segments[2][2]


@pytest.mark.parametrize("charset", ["utf-8", "cp1252"])
def test_names_arrive_as_letters_whatever_they_were_written_in(charset):
    assert name_in(named(charset)) == NAME
    assert name_in(named(charset), charset=charset) == NAME


def test_another_charset_than_utf_8_is_told_once_for_each_set():
    assert findings(named("utf-8"), lenient=True) == []
    (finding,) = findings(named("cp1252"), lenient=True)
    assert (finding.rule, finding.severity) == (Rule.CHARACTERS, Severity.FORGIVEN)
    assert finding.message == "its text is no UTF-8 and was read as cp1252"
    assert "segment 3 (N1)" in str(finding)
    (finding,) = findings(named("latin-1", of="\x81Zoë"), lenient=True, charset=None)[:1]
    assert "latin-1" in finding.message


def test_a_charset_that_was_said_is_not_guessed():
    assert findings(named("cp1252"), lenient=True, charset="cp1252") == []
    assert name_in(named("cp850", of="Zoë"), charset="cp850") == "Zoë"
    for charset in ("no-such", "utf-16", "cp037", "rot13"):
        with pytest.raises(ConfigurationError):
            parts(WHOLE, charset=charset)


@pytest.mark.parametrize(
    "content",
    [
        named("utf-8").replace("Café".encode(), b"Caf\xc3"),
        named("utf-8").replace(b"1 ROAD", b"1 \xe9ROAD"),
        named("cp1252").replace(b"1 ROAD", "1 ROÂD é".encode()),
    ],
)
def test_half_a_character_is_never_taken_for_a_letter(content):
    found = findings(content, lenient=True)
    assert Rule.CHARACTERS in {each.rule for each in errors(found)}
    assert verdict_on(found) is Verdict.REJECTED
    for document in documents(content, lenient=True):
        "".join(value for segment in document.segments for value in segment.elements).encode()


def test_each_interchange_may_be_in_a_charset_of_its_own():
    both = named("cp1252") + NEXT.replace("A SHOP", NAME).encode()
    assert [each.segments[2][2] for each in documents(both, lenient=True)] == [NAME, NAME]
    assert errors(findings(both, lenient=True)) == []


@pytest.mark.parametrize("size", [1, 3, 64])
def test_a_letter_is_never_cut_between_two_pieces_of_a_file(size):
    class Trickle(io.RawIOBase):
        def __init__(self, content):
            self.content = content

        def read(self, _=-1):
            piece, self.content = self.content[:size], self.content[size:]
            return piece

    content = named("utf-8") * 400
    assert {each.segments[2][2] for each in read(Trickle(content)) if isinstance(each, Document)} == {NAME}


@pytest.mark.parametrize("charset", ["utf-8", "cp1252"])
def test_what_was_read_is_written_back_in_its_charset(charset):
    content = named(charset)
    found = parts(content, lenient=True)
    trailers = [part.segment for part in found if not isinstance(part, Document)]
    assert rewritten(documents(content, lenient=True), trailers) == content


# Dates, sums and releases --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "day", ["20260230", "20260231", "20260431", "20250229", "19000229", "20261301", "20260100"]
)
def test_a_date_that_is_in_no_calendar_is_told_with_its_own_code(day):
    (finding,) = findings(WHOLE.replace("20260303", day))
    assert (finding.rule, finding.element_code, finding.segment_id) == (Rule.ELEMENT_TYPE, "8", "G62")


@pytest.mark.parametrize("day", ["20240229", "20000229", "20260131", "20261231", "20260430"])
def test_a_date_of_the_calendar_is_right(day):
    assert findings(WHOLE.replace("20260303", day)) == []


@pytest.mark.parametrize(
    ("value", "is_right"),
    [
        ("D8*20260231", False),
        ("D8*20260228", True),
        ("D8*260228", False),
        ("RD8*20260201-20260230", False),
        ("RD8*20260201-20260228", True),
        ("UN*ANY DAY", True),
    ],
)
def test_a_date_in_a_format_of_its_own_is_one_of_the_calendar(value, is_right):
    body = f"BIA*00*SI*1*20260303~DTM*097****{value}~LIN**VA*1~CTT*1~"
    text = (
        f"{ISA}GS*IB*BRAND*WAREHOUSE*20260302*1200*7*X*004010~ST*846*0001~{body}SE*6*0001~GE*1*7~IEA*1*000000007~"
    )
    assert [each.element_code for each in findings(text)] == ([] if is_right else ["8"])


@pytest.mark.parametrize(
    ("one", "total", "is_right"),
    [
        ("12.5", "24.5", True),
        ("12.5", "24", False),
        (".5", "12.5", True),
        ("12.", "24", True),
        ("12.0", "24.00", True),
    ],
)
def test_decimal_quantities_take_part_in_the_sum(one, total, is_right):
    text = WHOLE.replace("W01*12*", f"W01*{one}*", 1).replace("W76*24", f"W76*{total}")
    assert (Rule.COUNT in {each.rule for each in findings(text)}) is not is_right


@pytest.mark.parametrize(("shipped", "is_right"), [("12", True), ("20", True), ("11.5", False)])
def test_a_line_without_a_quantity_hides_no_total_that_is_too_small(shipped, is_right):
    body = "W06*F*P1~LX*1~W12*CC**12**EA**VA*1~LX*2~W12*BO*5***EA**VA*2~"
    text = f"{ISA}GS*SW*BRAND*WAREHOUSE*20260302*1200*7*X*004010~ST*945*0001~{body}W03*{shipped}~SE*8*0001~"
    found = findings(f"{text}GE*1*7~IEA*1*000000007~")
    assert (Rule.COUNT not in {each.rule for each in found}) is is_right


@pytest.mark.parametrize(
    ("text", "release"),
    [
        (WHOLE.replace("*X*004010", "*X*005010"), "005010"),
        (WHOLE.replace("*X*004010", "*X*004030VICS"), "004030VICS"),
        (WHOLE.replace("*X*004010", "*X*").replace("*00401*", "*00501*"), "00501"),
    ],
)
def test_another_release_says_that_its_body_was_not_checked(text, release):
    found = findings(text.replace("W05*N", "W05*QQQ"), lenient=True)
    assert [(each.rule, each.message) for each in found] == [
        (Rule.RELEASE, f"it is of release '{release}': its body was not checked")
    ]


@pytest.mark.parametrize("release", ["004010", "004010VICS", "004010UCS"])
def test_the_tables_are_those_of_004010_whoever_uses_it(release):
    text = WHOLE.replace("*X*004010", f"*X*{release}").replace("*00401*", "*00200*")
    assert findings(text) == []
    assert errors(findings(text.replace("W05*N", "W05*Q")))


# For whom ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("*P*>", "*T*>", "ISA15 is T: it is a test, and this site is not"),
        ("ZZ*BRAND  ", "ZZ*OTHER  ", "ISA06 is 'OTHER', not 'BRAND'"),
        ("WAREHOUSE  ", "SOMEBODY   ", "ISA08 is 'SOMEBODY', not 'WAREHOUSE'"),
    ],
)
def test_an_interchange_that_is_for_somebody_else_is_told_by_its_place(before, after, told):
    us = Partners(sender="BRAND", receiver="WAREHOUSE")
    (document,) = documents(WHOLE)
    assert misdirected(document.interchange, us) == ()
    (document,) = documents(WHOLE.replace(before, after))
    (finding,) = misdirected(document.interchange, us)
    assert (finding.message, finding.rule) == (told, Rule.PARTNER)


def test_a_site_for_tests_takes_tests():
    (document,) = documents(WHOLE.replace("*P*>", "*T*>"))
    assert misdirected(document.interchange, Partners(sender="BRAND", receiver="WAREHOUSE", is_test=True)) == ()


def test_a_segment_is_frozen_although_it_is_made_fast():
    segment = Segment("W05", ("N",))
    with pytest.raises(AttributeError):
        segment.id = "W06"
    assert {segment} == {Segment("W05", ("N",))}


# The cases of the field ----------------------------------------------------------------------------------------

CASES = {
    "x12-5010-945-rubble": "its body was not checked",
    "x12-940-30-february": "'20260230' is not of type DT",
    "x12-940-cp1252-name": "was read as cp1252",
    "x12-940-second-n3": "",
    "x12-940-w6": "'A' has 1 characters, 2 to 3 are allowed",
    "x12-ctrl-z": "behind IEA stand '\\x1a'",
    "x12-cut-inside-order": "SE is missing",
    "x12-cut-inside-sku": "SE is missing",
    "x12-ge02-differs": "GE02 is '8', GS06 is '7'",
    "x12-isa-gs-only": "the group holds no set",
    "x12-isa15-t": "",
    "x12-space-before-terminator": "blanks stand before the terminator",
    "x12-ta1-before-gs": "",
    "x12-text-with-star": "is not X12",
}


@pytest.mark.parametrize(("name", "told"), CASES.items(), ids=CASES)
def test_a_case_of_the_field_is_read_as_it_is_or_told(name, told):
    path = FIELD / f"{name}.x12"
    if not path.is_file():
        pytest.skip("the cases of the field are not here")
    try:
        found = [each.message for each in findings(path.read_bytes(), lenient=True)]
    except InvalidRecord as error:
        found = [error.what]
    assert any(told in message for message in found) if told else found == []
