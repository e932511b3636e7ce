"""X12: the standard is taken at its word, dirty habits are told and forgiven, nothing else ever happens."""

import datetime as dt
import io
from pathlib import Path

import pytest
from attrs import evolve

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.x12 import (
    Delimiters,
    Document,
    Envelope,
    Finding,
    Partners,
    Profile,
    Rule,
    Segment,
    Severity,
    Trailer,
    Verdict,
    acknowledgement,
    read,
    read_acknowledgement,
    rewritten,
    show,
    validate,
    verdict_on,
    write,
)

SAMPLES = Path(__file__).parents[2].parent / "shared" / "x12" / "samples"
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
PARTNERS = Partners(sender="BRAND", receiver="WAREHOUSE")
ISA = "ISA*00*          *00*          *ZZ*BRAND          *ZZ*WAREHOUSE      *260302*1200*U*00401*000000007*0*P*>~"
BODY = """W05*N*1001*PO-9~
N1*ST*Jane Doe*92*S12~
N3*1 Main St~
N4*Newark*NJ*07102~
G62*10*20260303~
W66*PP*M~
LX*1~
W01*5*EA*036000291452*VN*01234~
LX*2~
W01*2*EA**VN*01235~
W76*7~
"""
GS = "GS*OW*BRAND*WAREHOUSE*20260302*1200*7*X*004010~"
GOOD = f"{ISA}\n{GS}\nST*940*0001~\n{BODY}SE*13*0001~\nGE*1*7~\nIEA*1*000000007~\n"


def parts(text, **how):
    return list(read(io.BytesIO(text.encode() if isinstance(text, str) else text), **how))


def documents(text, **how):
    return [part for part in parts(text, **how) if isinstance(part, Document)]


def back(found):
    trailers = [part.segment for part in found if isinstance(part, Trailer)]
    return rewritten([part for part in found if isinstance(part, Document)], trailers)


def findings(text, *, profile=None, **how):
    return [
        finding
        for part in parts(text, **how)
        for finding in (validate(part, profile) if isinstance(part, Document) else part.findings)
    ]


def rules(text, **how):
    return [finding.rule for finding in findings(text, **how)]


# Reading -------------------------------------------------------------------------------------------------------


def test_a_good_document_is_read_without_a_finding():
    (document, *_) = documents(GOOD)
    assert findings(GOOD) == []
    assert (document.set_id, document.control_number, len(document.segments)) == ("940", "0001", 13)
    assert (document.interchange_control, document.group_control) == ("000000007", "7")
    assert (document.segments[1][2], document.segments[1][9]) == ("1001", "")


@pytest.mark.parametrize("line_end", ["", "\n", "\r\n"])
@pytest.mark.parametrize("marks", [("*", ">", "~"), ("|", ":", "'"), ("\x1d", "\x1f", "\x1c")])
def test_any_delimiters_are_taken_from_the_header_and_written_back_byte_for_byte(line_end, marks):
    text = GOOD.replace("\n", "").translate(dict(zip(map(ord, "*>~"), marks, strict=True)))
    text = text.replace(marks[2], marks[2] + line_end)
    found = parts(text)
    assert found[0].delimiters == Delimiters(*marks, line_end)
    assert back(found) == text.encode()
    assert findings(text) == []


@pytest.mark.parametrize("size", [1, 7, 106, 65536])
def test_the_size_of_the_pieces_in_which_a_file_comes_changes_nothing(size):
    class Trickle(io.RawIOBase):
        def __init__(self, content):
            self.content = content

        def read(self, _=-1):
            piece, self.content = self.content[:size], self.content[size:]
            return piece

    assert list(read(Trickle((GOOD * 3).encode()))) == parts(GOOD * 3)


def test_several_interchanges_groups_and_sets_may_follow_each_other():
    one = GOOD.replace("0001~", "0002~")
    two_sets = GOOD.replace("GE*1*7", "ST*940*0002~\n" + BODY + "SE*13*0002~\nGE*2*7")
    assert findings(two_sets) == []
    other = one.replace("000000007", "000000008")
    assert [document.control_number for document in documents(two_sets + other)] == ["0001", "0002", "0002"]
    assert findings(two_sets + other) == []


@pytest.mark.parametrize(
    "content", [b"", b"   \r\n", b"hello", b"\x00\x01", b"ISA", b"ISA*00*", b"ISA~", b"PK\x03\x04"]
)
def test_what_is_no_x12_is_refused_with_one_error(content):
    with pytest.raises(InvalidRecord):
        parts(content, lenient=True)


def test_text_of_any_encoding_is_kept_as_it_was():
    text = GOOD.replace("Jane Doe", "Zoë Straße").encode()
    assert documents(text)[0].segments[2][2] == "Zoë Straße"
    latin = GOOD.replace("Jane Doe", "Zoë").encode("latin-1")
    assert back(parts(latin)) == latin


# What is wrong is told -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "rule", "place"),
    [
        ("SE*13*", "SE*12*", Rule.COUNT, "segment 13 (SE), element SE01"),
        ("SE*13*0001", "SE*13*0009", Rule.CONTROL_NUMBER, "segment 13 (SE), element SE02"),
        ("GE*1*7", "GE*2*7", Rule.COUNT, "element GE01"),
        ("GE*1*7", "GE*1*8", Rule.CONTROL_NUMBER, "element GE02"),
        ("IEA*1*000000007", "IEA*2*000000007", Rule.COUNT, "element IEA01"),
        ("IEA*1*000000007", "IEA*1*7", Rule.CONTROL_NUMBER, "element IEA02"),
        ("W05*N*1001", "W05*Q*1001", Rule.ELEMENT_CODE, "segment 2 (W05), element W0501"),
        ("W05*N*1001", "W05**1001", Rule.ELEMENT_MISSING, "segment 2 (W05), element W0501"),
        ("W05*N*1001*PO-9", "W05*N*1001*PO-9*000001", Rule.CONDITION, "segment 2 (W05), element W0504"),
        ("W05*N*1001*PO-9", "W05*N*1001*PO-9*****", Rule.ELEMENT_TOO_MANY, "segment 2 (W05), element W0508"),
        ("W01*5*EA", "W01*five*EA", Rule.ELEMENT_TYPE, "element W0101"),
        ("*036000291452*", "*03600029145*", Rule.ELEMENT_LENGTH, "element W0103"),
        ("G62*10*20260303", "G62*10*20261303", Rule.ELEMENT_TYPE, "element G6202"),
        ("W66*PP*M~\n", "", Rule.COUNT, "SE"),
        ("G62*10*20260303~", "W13*1*EA*01~", Rule.SEGMENT_ORDER, "segment 6 (W13)"),
        ("G62*10*20260303~", "ZZZ*1~", Rule.UNKNOWN_SEGMENT, "segment 6 (ZZZ)"),
        ("W66*PP*M~\nLX*1~", "LX*1~\nW66*PP*M~", Rule.SEGMENT_ORDER, "(W66)"),
        ("W66*PP*M~", "W66*PP*M~\nW66*PP*M~", Rule.SEGMENT_TOO_OFTEN, "(W66)"),
        ("W05*N*1001*PO-9~\n", "", Rule.SEGMENT_MISSING, "(W05)"),
        ("W76*7~", "W76*8~", Rule.COUNT, "element W7601"),
        ("GS*OW*", "GS*SW*", Rule.ENVELOPE, "element GS01"),
    ],
)
def test_every_fault_is_told_with_its_rule_and_its_place(before, after, rule, place):
    assert before in GOOD
    found = findings(GOOD.replace(before, after, 1))
    assert any(finding.rule is rule and place in str(finding) for finding in found), list(map(str, found))


@pytest.mark.parametrize("lenient", [False, True])
@pytest.mark.parametrize("lines", range(3, 17))
def test_a_file_that_was_cut_off_says_what_is_missing_and_gives_what_there_is(lines, lenient):
    cut = "\n".join(GOOD.split("\n")[:lines])
    found = findings(cut, lenient=lenient)
    missing = [each for each in found if "is missing: " in each.message]
    assert {each.rule for each in missing} == {Rule.ENVELOPE}
    assert {each.severity for each in missing} == {Severity.ERROR}
    assert f"the file ends behind its segment {lines}, at byte {len(cut)}" in str(missing[-1])
    assert len(documents(cut, lenient=lenient)[0].segments) == min(lines, 15) - 2


def test_the_same_control_number_twice_in_a_file_is_told():
    assert rules(GOOD + GOOD).count(Rule.CONTROL_NUMBER) >= 1
    again = GOOD.replace("GE*1*7", "ST*940*0001~\n" + BODY + "SE*13*0001~\nGE*2*7")
    assert rules(again) == [Rule.CONTROL_NUMBER]


def test_values_of_persons_are_never_quoted():
    text = GOOD.replace("N4*Newark*NJ*07102", "N4*Newark*NEW JERSEY*07102")
    text = text.replace("N3*1 Main St", "N3*" + "1 Main St " * 9)
    found = findings(text)
    assert {finding.segment_id for finding in found} == {"N3", "N4"}
    assert not any(word in str(finding) for finding in found for word in ("JERSEY", "Main", "Newark"))
    shown = "\n".join(show(documents(text)[0], tuple(found)))
    assert "Jane" not in shown
    assert "Main St" in "\n".join(show(documents(text)[0], personal=True))


def test_sets_of_other_versions_are_checked_in_their_envelopes_only():
    (finding,) = findings(GOOD.replace("*X*004010", "*X*005010").replace("W05*N*", "W05*Q*"))
    assert (finding.rule, finding.message) == (
        Rule.RELEASE,
        "it is of release '005010': its body was not checked",
    )
    assert verdict_on([finding]) is Verdict.ACCEPTED_WITH_ERRORS


# Lenient reading -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "dirty",
    [
        GOOD.replace("          ", "").replace("      *", "*"),
        GOOD.replace("IEA*1*000000007", "IEA*1*7"),
        GOOD.replace("~\n", "~ \r\n  "),
        GOOD.replace("\nW05", "\nw05").replace("\nN1*", "\nn1*"),
        "\ufeff\r\n" + GOOD,
        GOOD.replace("~", ""),
    ],
    ids=["padding", "zeros", "spaces", "case", "bom", "line ends"],
)
def test_dirty_habits_are_read_and_what_was_forgiven_is_told(dirty):
    (document,) = documents(dirty, lenient=True)
    assert document.set_id == "940"
    assert [segment.id for segment in document.segments if segment.id == "W01"] == ["W01", "W01"]
    assert [str(finding) for finding in findings(dirty, lenient=True) if finding.severity is Severity.ERROR] == []


# Writing -------------------------------------------------------------------------------------------------------


def body_of(text=BODY):
    lines = (line.rstrip("~").split("*") for line in text.split("\n") if line)
    return [Segment(id_, tuple(elements)) for id_, *elements in lines]


def envelope(**changes):
    return Envelope(**{"partners": PARTNERS, "control_number": "7", "at": NOON, **changes})


def test_what_is_written_is_what_the_strict_reader_takes_byte_for_byte():
    assert b"".join(write(envelope(), "940", [body_of()])).decode() == GOOD


def test_several_sets_are_numbered_and_counted():
    written = b"".join(write(envelope(), "940", [body_of(), body_of()]))
    assert findings(written) == []
    assert [document.control_number for document in documents(written)] == ["0001", "0002"]


@pytest.mark.parametrize(
    ("segment", "field"),
    [
        (Segment("W05", ("N", "10*01")), "W0502"),
        (Segment("W05", ("N", "10~01")), "W0502"),
        (Segment("W05", ("N", "x" * 23)), "W0502"),
        (Segment("W05", ("N",)), "W0502"),
        (Segment("ZZZ", ("1",)), ""),
    ],
)
def test_what_would_not_be_read_is_not_written(segment, field):
    with pytest.raises(InvalidRecord) as caught:
        list(write(envelope(), "940", [[segment]]))
    assert caught.value.field.startswith(field)


def test_an_interchange_of_no_set_is_not_written():
    with pytest.raises(InvalidRecord, match="there is no set to write"):
        list(write(envelope(), "940", []))


@pytest.mark.parametrize(
    "marks",
    [Delimiters("*", "*", "~"), Delimiters("**", ">", "~"), Delimiters("A", ">", "~"), Delimiters("*", "", "~")],
)
def test_delimiters_that_could_not_be_told_apart_are_refused(marks):
    with pytest.raises(ConfigurationError):
        envelope(delimiters=marks)


@pytest.mark.parametrize("number", ["", "x", "1234567890"])
def test_a_control_number_has_up_to_nine_digits(number):
    with pytest.raises(InvalidRecord):
        envelope(control_number=number)


def test_a_partner_has_a_name_that_fits():
    with pytest.raises(ConfigurationError):
        Partners(sender="x" * 16, receiver="y")


# Acknowledgements ----------------------------------------------------------------------------------------------


def judged(text):
    return [(document, validate(document)) for document in documents(text)]


def answered(text):
    (body,) = acknowledgement(judged(text))
    written = b"".join(write(envelope(partners=PARTNERS.swapped(), control_number="9"), "997", [body]))
    assert findings(written) == []
    return read_acknowledgement(documents(written)[0])


@pytest.mark.parametrize(
    ("before", "after", "verdict", "codes"),
    [
        ("", "", Verdict.ACCEPTED, ()),
        ("W01*5*EA*036000291452", "W01*5*EA*03600029145", Verdict.ACCEPTED_WITH_ERRORS, ("5",)),
        ("SE*13*", "SE*12*", Verdict.REJECTED, ("4", "5")),
        ("W05*N*1001", "W05**1001", Verdict.REJECTED, ("5",)),
    ],
)
def test_every_document_is_answered_with_a_verdict(before, after, verdict, codes):
    answer = answered(GOOD.replace(before, after, 1))
    (of_set,) = answer.sets
    assert (answer.group_code, answer.group_control) == ("OW", "7")
    assert (of_set.set_id, of_set.set_control) == ("940", "0001")
    assert (answer.verdict, of_set.verdict) == (verdict, verdict)
    assert set(of_set.codes) >= set(codes) - {"5"}


def test_a_group_is_accepted_in_part_when_one_of_its_sets_is():
    bad = BODY.replace("W05*N*1001", "W05**1001")
    answer = answered(GOOD.replace("GE*1*7", "ST*940*0002~\n" + bad + "SE*13*0002~\nGE*2*7"))
    assert (answer.verdict, answer.included, answer.accepted) == (Verdict.PARTIALLY, 2, 1)
    assert [each.verdict for each in answer.sets] == [Verdict.ACCEPTED, Verdict.REJECTED]
    assert answer.sets[1].notes == ("AK3*W05*2**8", "AK4*1**1")


def test_a_997_may_judge_the_group_alone():
    group = GOOD.replace("OW", "FA").replace("ST*940", "ST*997").replace(BODY, "AK1*OW*7~\nAK9*A*1*1*1~\n")
    answer = read_acknowledgement(documents(group.replace("SE*13", "SE*4"))[0])
    assert (answer.verdict, answer.sets) == (Verdict.ACCEPTED, ())
    with pytest.raises(InvalidRecord):
        read_acknowledgement(documents(GOOD)[0])


def test_what_was_forgiven_is_accepted():
    finding = Finding(rule=Rule.COUNT, message="", severity=Severity.FORGIVEN)
    assert verdict_on([finding]) is Verdict.ACCEPTED


# Profiles ------------------------------------------------------------------------------------------------------


def test_a_partners_demands_are_checked_with_the_rest():
    def only_originals(document):
        for number, segment in enumerate(document.segments, start=1):
            if segment.id == "W05" and segment[1] != "N":
                yield evolve(told, segment_number=number)

    told = Finding(rule=Rule.PROFILE, message="originals only", segment_id="W05", element=1)
    strict = Profile("strict", {"940": [only_originals]})
    assert findings(GOOD, profile=strict) == []
    (finding,) = findings(GOOD.replace("W05*N", "W05*F"), profile=strict)
    assert str(finding).endswith("940 0001, segment 2 (W05), element W0501: originals only")


# The public samples --------------------------------------------------------------------------------------------


def samples():
    return sorted(SAMPLES.glob("*.edi")) if SAMPLES.is_dir() else []


CLEAN = {
    "850_ediengine_ok.edi",
    "856_ediengine_crossdock.edi",
    "940_ediengine_2_ok.edi",
    "940_ediengine_ok.edi",
    "940_ediengine_w05_only.edi",
    "997_ediengine_readme_940_ack.edi",
    "997_portal_demo_940_accept.edi",
}
BROKEN = {
    "846_x12types_5010.edi": ["its body was not checked"],
    "940_ediengine_multi_interchange.edi": ["IEA02 is '3438'", "IEA02 is '3439'"],
    "940_ediengine_multi_st_with_errors.edi": ["element N901: a value is required", "element W6606"],
    "940_x12types_1.edi": ["GE02 is '575103'", "IEA02 is '3317     '"],
    "940_x12types_4.edi": ["the component separator is missing"],
    "940_x12types_5010_minimal.edi": ["its body was not checked", "SE01 says '3' segments, there are 4"],
    "944_dcg_apparel_prepack_TRUNCATED.edi": [
        "W1703",
        "W1401 says '31248' units",
        "SE01 says '70' segments, there are 25",
    ],
    "945_x12types_5010.edi": ["its body was not checked", "SE01 says '12' segments, there are 16"],
    "997_x12types_5010.edi": ["its body was not checked"],
    "997_x12types_test_997_1.edi": ["in no group"],
    "997_x12types_test_997_2.edi": ["in no group"],
    "997_x12types_test_997_4.edi": ["in no group"],
    "neg_940_ediengine_wrong_counts.edi": ["GE01 says '2'", "IEA01 says '2'", "IEA02 is '3438'"],
}
COUNTS = {
    "940_portal_demo_SYNTHETIC.edi": (24, 23),
    "943_portal_demo_SYNTHETIC_malformed.edi": (18, 17),
    "944_fixture_fabrikam_SYNTHETIC.edi": (9, 8),
    "944_portal_demo_SYNTHETIC_malformed.edi": (18, 17),
    "945_portal_demo_SYNTHETIC.edi": (16, 15),
    "945_test_customer_missing_newlines.edi": (17, 14),
    "945_x12types_parse_945.edi": (32, 29),
    "945_x12types_parse_945_minimal.edi": (4, 5),
    "945_x12types_test_945_parse_1.edi": (12, 16),
    "neg_940_ediengine_failed_se01.edi": (12, 9),
}


def test_the_samples_are_here():
    if not samples():
        pytest.skip("the public X12 samples are not here")
    assert {path.name for path in samples()} >= CLEAN | set(BROKEN) | set(COUNTS)


@pytest.mark.parametrize("path", samples(), ids=lambda path: path.name)
def test_a_public_sample_is_read_with_the_faults_it_is_known_for(path):
    found = list(map(str, findings(path.read_bytes())))
    if path.name in CLEAN:
        assert found == []
    for known in BROKEN.get(path.name, ()):
        assert any(known in finding for finding in found), found
    if path.name in BROKEN:
        assert len(found) == len(BROKEN[path.name])
    if path.name in COUNTS:
        said, there = COUNTS[path.name]
        assert any(f"SE01 says '{said}' segments, there are {there}" in finding for finding in found), found


@pytest.mark.parametrize("path", samples(), ids=lambda path: path.name)
def test_every_public_sample_is_read_in_lenient_mode(path):
    assert documents(path.read_bytes(), lenient=True)


@pytest.mark.parametrize("path", [path for path in samples() if path.name in CLEAN], ids=lambda path: path.name)
def test_a_clean_sample_is_written_back_byte_for_byte(path):
    content = path.read_bytes()
    assert back(parts(content)).rstrip() == content.rstrip()
