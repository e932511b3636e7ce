"""What is answered to an interchange and its sets, and what a partner answers to ours: TA1, 997 and 999."""

import datetime as dt
import io

import pytest
from test_x12_forms import FIELD, WHOLE, documents, errors, findings, parts

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.x12 import (
    ACKNOWLEDGEMENTS,
    TA1,
    Document,
    Envelope,
    Partners,
    Rule,
    Segment,
    Trailer,
    Verdict,
    acknowledgement,
    asks_for_ta1,
    contradictions,
    misdirected,
    read,
    read_acknowledgement,
    read_ta1,
    ta1,
    validate,
    write_ta1,
)

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
PARTNERS = Partners(sender="BRAND", receiver="WAREHOUSE")
ENVELOPE = Envelope(partners=PARTNERS.swapped(), control_number="9", at=NOON)
HEADER = documents(WHOLE)[0].interchange
ISA = WHOLE.split("~")[0] + "~"


def ta1s(text):
    return [part for part in parts(text, lenient=True) if isinstance(part, TA1)]


def with_ta1(segment, *, behind=""):
    return f"{ISA}{segment}~{behind}IEA*{behind.count('GS*')}*000000007~"


# TA1 -----------------------------------------------------------------------------------------------------------


def test_an_interchange_of_ours_that_was_rejected_is_named_with_the_reason():
    text = with_ta1("TA1*000000099*211112*1230*R*001")
    assert findings(text) == []
    (answer,) = ta1s(text)
    said = read_ta1(answer)
    assert (said.control_number, said.date, said.time) == ("000000099", "211112", "1230")
    assert (said.verdict, said.is_accepted) == (Verdict.REJECTED, False)
    assert said.reason == "its control number in ISA and IEA differs"
    assert answer.interchange == HEADER


@pytest.mark.parametrize(("letter", "is_accepted"), [("A", True), ("E", True), ("R", False)])
def test_a_ta1_says_one_of_three_words(letter, is_accepted):
    (answer,) = ta1s(with_ta1(f"TA1*000000099*211112*1230*{letter}*000"))
    assert read_ta1(answer).is_accepted is is_accepted


def test_a_ta1_before_a_group_leaves_the_group_as_it_is():
    group = WHOLE.partition("~")[2].replace("IEA*1*000000007~", "")
    text = with_ta1("TA1*000000099*211112*1230*A*000", behind=group)
    assert findings(text) == []
    assert documents(text)[0].segments == documents(WHOLE)[0].segments
    assert len(ta1s(text)) == 1


@pytest.mark.parametrize(
    "segment", ["TA1", "TA1**211112*1230*A*000", "TA1*000000099*211112*1230*Z*000", "TA1*X\x1b[2J*1*1*A*000"]
)
def test_a_ta1_that_says_nothing_known_is_refused_by_name(segment):
    (answer,) = ta1s(with_ta1(segment))
    with pytest.raises(InvalidRecord) as caught:
        read_ta1(answer)
    assert str(caught.value).isprintable()


def test_a_ta1_inside_of_a_group_is_an_error():
    text = WHOLE.replace("ST*940", "TA1*000000099*211112*1230*A*000~ST*940")
    assert [each.rule for each in errors(findings(text, lenient=True))] == [Rule.ENVELOPE]


@pytest.mark.parametrize(
    ("before", "after", "verdict", "code"),
    [
        ("", "", Verdict.ACCEPTED, "000"),
        ("IEA*1*000000007", "IEA*1*000000008", Verdict.REJECTED, "001"),
        ("IEA*1*", "IEA*2*", Verdict.REJECTED, "021"),
        ("IEA*1*000000007~", "", Verdict.REJECTED, "023"),
        ("*000000007*0", "*        7*0", Verdict.ACCEPTED, "000"),
        ("ZZ*BRAND  ", "ZZ*OTHER  ", Verdict.REJECTED, "006"),
        ("WAREHOUSE   ", "SOMEBODY    ", Verdict.REJECTED, "008"),
        ("*P*>", "*T*>", Verdict.REJECTED, "020"),
        ("GE*1*7~", "GE*1*7~SE*1*1~", Verdict.REJECTED, "024"),
        ("GE*1*7", "GE*2*7", Verdict.ACCEPTED, "000"),
    ],
)
def test_a_ta1_is_written_by_what_is_wrong_with_the_interchange_and_read_again(before, after, verdict, code):
    text = WHOLE.replace(before, after, 1)
    found = parts(text, lenient=True)
    header = found[0].interchange
    told = [finding for part in found for finding in part.findings]
    content = write_ta1(ENVELOPE, [ta1(header, [*told, *misdirected(header, PARTNERS)])])
    assert findings(content) == []
    (answer,) = ta1s(content.decode())
    said = read_ta1(answer)
    assert (said.verdict, said.code, said.date, said.time) == (verdict, code, "260302", "1200")


def test_an_interchange_that_came_twice_is_told_so():
    twice = parts(WHOLE + WHOLE, lenient=True)
    told = [finding for part in twice[3:] for finding in part.findings]
    assert ta1(HEADER, told)[5] == "025"


@pytest.mark.parametrize(("asked", "wants"), [("0", False), ("1", True)])
def test_a_ta1_is_asked_for_in_the_header(asked, wants):
    (document,) = documents(WHOLE.replace("*0*P*>", f"*{asked}*P*>"))
    assert asks_for_ta1(document.interchange) is wants


def test_a_ta1_that_is_not_right_is_not_written():
    unnumbered = documents(WHOLE.replace("*000000007*0", "*XX*0"), lenient=True)[0].interchange
    for wrong in (Segment("TA1", ("X", "1")), ta1(unnumbered, ())):
        with pytest.raises(InvalidRecord) as caught:
            write_ta1(ENVELOPE, [wrong])
        assert caught.value.record == "TA1"


# 999 -----------------------------------------------------------------------------------------------------------

GROUP = "GS*FA*BRAND*WAREHOUSE*20260302*1200*7*X*005010X231A1~"


def answer(*segments, set_id="997", group=GROUP):
    body = "".join(f"{each}~" for each in segments)
    return f"{ISA}{group}ST*{set_id}*0001~{body}SE*{len(segments) + 2}*0001~GE*1*7~IEA*1*000000007~"


def said(*segments, set_id="997"):
    (document,) = documents(answer(*segments, set_id=set_id))
    return document


def test_a_999_is_read_as_a_997_is():
    body = (
        "AK1*SW*5*005010",
        "AK2*945*0001*005010",
        "IK3*W12*9**8",
        "CTX*LINE>1",
        "IK4*3**7",
        "IK5*R*5",
        "AK9*R*1*1*0",
    )
    verdict = read_acknowledgement(said(*body, set_id="999"))
    (of_set,) = verdict.sets
    assert (verdict.group_code, verdict.group_control, verdict.is_accepted) == ("SW", "5", False)
    assert (of_set.set_id, of_set.set_control, of_set.verdict, of_set.codes) == (
        "945",
        "0001",
        Verdict.REJECTED,
        ("5",),
    )
    assert of_set.notes == ("IK3*W12*9**8", "CTX*LINE>1", "IK4*3**7")


@pytest.mark.parametrize("set_id", sorted(ACKNOWLEDGEMENTS))
def test_an_acknowledgement_is_never_answered(set_id):
    document = said("AK1*SW*5", "AK9*A*1*1*1", set_id=set_id)
    assert list(acknowledgement([(document, validate(document))])) == []


# Counts --------------------------------------------------------------------------------------------------------

NAMED = ("AK1*SW*5", "AK2*945*0001", "AK5*A")


@pytest.mark.parametrize(
    ("segments", "words"),
    [
        ((*NAMED[:2], "AK5*R*5", "AK9*A*1*1*1"), "the group is accepted (A), and a set of it is rejected"),
        ((*NAMED[:2], "AK5*R*5", "AK9*P*1*1*1"), "1 sets are counted as accepted, and 0 are"),
        ((*NAMED, "AK9*A*2*1*1"), "the group holds 2 sets, and 1 were received"),
        ((*NAMED, "AK9*A*1*1*2"), "1 sets were received, and 2 accepted"),
        ((*NAMED, "AK9*A*1*1*0"), "the group is accepted (A), and 0 of its 1 sets are"),
        ((*NAMED, "AK9*A*0*0*0"), "0 sets were received, and 1 are named"),
        ((*NAMED, "AK9*R*1*1*1"), "the group is rejected, and 1 of its sets are accepted"),
        (("AK1*SW*5", "AK9*A*2*2*1"), "the group is accepted (A), and 1 of its 2 sets are"),
    ],
)
@pytest.mark.parametrize("set_id", sorted(ACKNOWLEDGEMENTS))
def test_an_answer_that_counts_against_itself_is_told_and_the_worst_is_believed(segments, words, set_id):
    document = said(*(each.replace("AK5", "IK5") if set_id == "999" else each for each in segments), set_id=set_id)
    told = contradictions(document)
    assert words in [each.message for each in told]
    assert {(each.rule, each.segment_id) for each in told} == {(Rule.CONTRADICTION, "AK9")}
    assert not read_acknowledgement(document).is_accepted


@pytest.mark.parametrize(
    "segments",
    [
        (*NAMED, "AK9*A*1*1*1"),
        (*NAMED[:2], "AK5*R*5", "AK9*R*1*1*0"),
        (*NAMED, "AK2*945*0002", "AK5*R*5", "AK9*P*2*2*1"),
        ("AK1*SW*5", "AK9*A*3*3*3"),
        ("AK1*SW*5", "AK2*945*0002", "AK5*R*5", "AK9*P*3*3*2"),
        ("AK1*SW*5", "AK9*R*3*3*0"),
    ],
)
def test_an_answer_that_counts_right_says_nothing_against_itself(segments):
    assert contradictions(said(*segments)) == ()


def test_a_997_of_the_field_whose_words_differ_is_told():
    path = FIELD / "x12-997-set-rejected-group-accepted.x12"
    if not path.is_file():
        pytest.skip("the cases of the field are not here")
    (document,) = documents(path.read_bytes())
    assert contradictions(document)
    assert not read_acknowledgement(document).is_accepted


def test_the_counts_of_an_answer_are_those_of_the_group_also_when_it_came_twice():
    group = WHOLE.partition("~")[2].partition("IEA*")[0]
    found = parts(f"{ISA}{group}{group}IEA*2*000000007~", lenient=True)
    judged = [(part, validate(part)) for part in found if isinstance(part, Document)]
    (body,) = acknowledgement(judged, [part for part in found if isinstance(part, Trailer)])
    assert body[-1].elements[1:4] == ("2", "2", "0")


def test_a_ta1_is_a_part_of_the_file_like_others():
    (answer_,) = [
        part
        for part in read(io.BytesIO(with_ta1("TA1*000000099*211112*1230*A*000").encode()))
        if isinstance(part, TA1)
    ]
    assert (answer_.group, answer_.findings) == (None, ())
