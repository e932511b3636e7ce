"""The X12 doors: who may come in, which release, in which letters, and what is said of ours."""

import pytest
from attrs import evolve
from edi_world import NOON, PROFILE
from files_world import replies
from x12_texts import ADDRESS, answered, entries, interchange, order, records

from clarus_bluecherry.bluecherry.edi import X12Codec, X12Profile
from clarus_bluecherry.bluecherry.files import Found, Told
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.exchange import SentOutcome

TAKEN = ["AK5*A", "AK9*A*1*1*1"]


def verdict(text, profile=PROFILE):
    return [each for each in answered(text, profile)["997"] if each[:3] in ("AK5", "AK9")]


def refused_whole(text, profile=PROFILE):
    with pytest.raises(InvalidRecord) as found:
        entries(text, profile)
    return str(found.value)


# Who sends to whom -------------------------------------------------------------------------------------------


def test_an_interchange_of_the_partner_for_us_is_taken():
    assert [each.pick_num for each in records(interchange(order()))] == ["P1"]
    assert verdict(interchange(order())) == TAKEN


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ({"sender": "OTHER"}, "ISA06 is 'OTHER', not 'BRAND'"),
        ({"receiver": "ANOTHER WH"}, "ISA08 is 'ANOTHER WH', not 'WAREHOUSE'"),
        ({"test": "T"}, "ISA15 is T"),
        ({"sender": "WAREHOUSE", "receiver": "BRAND"}, "ISA08 is 'BRAND', not 'WAREHOUSE'"),
    ],
)
def test_a_test_and_what_is_from_or_for_somebody_else_is_refused_by_name_as_a_whole(where, said):
    assert said in refused_whole(interchange(order(), **where))
    assert said in refused_whole(interchange(order()) + interchange(order(), number=8, **where))


def test_what_the_site_says_is_the_partner_too_is_taken():
    wider = evolve(PROFILE, also_from={"OTHER"}, also_for={"OLD NAME"})
    assert len(records(interchange(order(), sender="OTHER", receiver="OLD NAME"), wider)) == 1
    assert "ISA06 is 'OLD NAME'" in refused_whole(interchange(order(), sender="OLD NAME"), wider)
    tests = evolve(PROFILE, partners=evolve(PROFILE.partners, is_test=True))
    assert len(records(interchange(order(), test="T"), tests)) == 1


# Letters -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("charset", ["cp1252", "utf-8", "cp850"])
def test_names_arrive_as_letters(charset):
    profile = evolve(PROFILE, charset="cp850") if charset == "cp850" else PROFILE
    text = interchange(order(address=("N1*ST*ZOË & CO*92*C1", *ADDRESS[1:])))
    (pick,) = records(text.encode(charset), profile)
    assert pick.addresses[0].name == "ZOË & CO"
    assert verdict(text.encode(charset), profile) == TAKEN


def test_a_charset_that_is_none_is_refused_when_it_is_set():
    for charset in ("utf-16", "nonsense"):
        with pytest.raises(ConfigurationError, match="charset"):
            X12Profile(partners=PROFILE.partners, charset=charset)


# Release -----------------------------------------------------------------------------------------------------


def test_the_body_of_another_release_is_not_taken_unless_the_site_says_so():
    text = interchange(order(), release="005010")
    (error,) = records(text)
    assert "release '005010'" in str(error)
    assert verdict(text) == ["AK5*R*5", "AK9*R*1*1*0"]
    wider = evolve(PROFILE, also_releases={"005010"})
    assert [each.pick_num for each in records(text, wider)] == ["P1"]
    assert verdict(text, wider) == ["AK5*E", "AK9*E*1*1*1"], "its body was not checked, and that is told"


# What is said of ours ----------------------------------------------------------------------------------------


def said(*body, set_id="997", **how):
    return [
        each for each in entries(interchange(list(body), set_id=set_id, **how)) if isinstance(each, Told | Found)
    ]


@pytest.mark.parametrize("release", ["004010", "005010X231A1"])
def test_a_999_is_read_as_a_997_and_never_answered(release):
    body = ("AK1*RE*12", "AK2*944*0001", "IK5*R*5", "AK9*R*1*1*0")
    assert said(*body, set_id="999", release=release) == [Told("000000012", SentOutcome.REJECTED)]
    assert answered(interchange(list(body), set_id="999", release=release, ta1="1")) == {}


@pytest.mark.parametrize(
    "body",
    [
        ("AK1*RE*12", "AK2*944*0001", "AK5*R*5", "AK9*A*1*1*1"),
        ("AK1*RE*12", "AK2*944*0001", "AK5*A", "AK9*R*1*1*1"),
        ("AK1*RE*12", "AK2*944*0001", "AK5*R*5", "AK9*P*1*1*1"),
    ],
)
def test_of_two_words_the_one_that_rejects_is_believed(body):
    assert said(*body) == [Told("000000012", SentOutcome.REJECTED)]


@pytest.mark.parametrize(
    "body",
    [
        ("AK1*RE*12", "AK9*A*1*1*0"),
        ("AK1*RE*12", "AK9*E*2*2*1"),
        ("AK1*RE*12", "AK2*944*0001", "AK5*A", "AK9*A*1*1*2"),
        ("AK1*RE*12", "AK2*944*0001", "AK5*A", "AK9*A*2*1*1"),
    ],
)
def test_counts_that_contradict_the_words_settle_nothing_and_are_for_a_person(body):
    (found,) = said(*body)
    assert isinstance(found, Found)
    assert "contradicts itself" in str(found.record)


# TA1 ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("word", "code"), [("A", "000"), ("E", "014")])
def test_a_ta1_that_takes_ours_says_no_more(word, code):
    text = interchange(before=f"TA1*000000012*260302*1200*{word}*{code}~")
    assert [each for each in entries(text) if isinstance(each, Told | Found)] == []
    assert answered(text) == {}


def test_a_ta1_that_rejects_ours_returns_it_whatever_else_is_in_the_file():
    text = interchange(order(), before="TA1*000000012*260302*1200*R*006~")
    told = [each for each in entries(text) if isinstance(each, Told)]
    assert told == [Told("000000012", SentOutcome.REJECTED)]
    assert verdict(text) == TAKEN
    assert [each.pick_num for each in records(text)] == ["P1"]


def test_a_ta1_that_says_nothing_known_is_for_a_person():
    (found,) = records(interchange(before="TA1*000000012*260302*1200*Q*000~"))
    assert "which is no verdict" in str(found)


def test_whoever_asks_for_a_ta1_gets_one_unless_the_site_does_not_want_it():
    found = answered(interchange(order(), ta1="1"))
    assert found["TA1"][0] == "TA1*000000007*260302*1200*A*000"
    assert set(found) == {"TA1", "997"}
    assert set(answered(interchange(order()))) == {"997"}
    quiet = evolve(PROFILE, answers_ta1=False)
    assert set(answered(interchange(order(), ta1="1"), quiet)) == {"997"}


def test_a_ta1_asks_for_none_and_is_not_answered_by_one():
    asking = evolve(PROFILE, partners=evolve(PROFILE.partners, wants_acknowledgement=True))
    (ta1, _) = replies(X12Codec(asking, now=lambda: NOON), interchange(order(), ta1="1").encode())
    assert (ta1.kind, ta1.control_number) == ("TA1", "800000007")
    isa = ta1.content.decode().split("~")[0].split("*")
    assert (isa[13], isa[14]) == ("800000007", "0")
    assert answered(interchange(before="TA1*000000012*260302*1200*A*000~", ta1="1")) == {}
