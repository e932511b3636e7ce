"""Tests, what is for somebody else, and what partners say of ours: believed by its worst word, or not at all."""

import pytest
from attrs import evolve
from envelope_world import (
    PROFILE,
    Twin,
    catalog,
    comes_out_right,
    cut,
    group,
    interchange,
    one,
    order,
    production,
    said,
    swapped,
    written,
)

from clarus_bluecherry.exchange import SentOutcome

ACKNOWLEDGED, REJECTED, SENT = SentOutcome.ACKNOWLEDGED, SentOutcome.REJECTED, SentOutcome.SENT
OF_TESTS = evolve(PROFILE, partners=evolve(PROFILE.partners, is_test=True))
FROM_OTHERS = evolve(PROFILE, also_from=frozenset({"BRANDEU"}))
TAKEN = {"kept": ("P1 12",), "answers": "AK5*A AK9*A*1*1*1"}
NOT_OURS = {"checked": 0}


def sent(body, set_id="940", *, number=7, **isa):
    return written(interchange(group(set_id, body), number=number, **isa))


TESTS = {
    "an advice": Twin(content=sent(production(), "943", test="T"), quarantined="ISA15 is T", **NOT_OURS),
    "the second of two interchanges": Twin(
        content=sent(order()) + sent(order("P2"), number=8, test="T"), quarantined="ISA15 is T", **NOT_OURS
    ),
    "other marks": Twin(
        content=written(interchange(group("940", order()), test="T"), "|:'", "\r\n"),
        quarantined="ISA15 is T",
        **NOT_OURS,
    ),
    "a catalog": Twin(content=sent(catalog("S"), "832", test="T"), quarantined="ISA15 is T", **NOT_OURS),
    "a 997 that accepts ours": Twin(content=sent(said(), "997", test="T"), quarantined="ISA15 is T", **NOT_OURS),
    "a TA1 that rejects ours": Twin(
        content=written(interchange(before=["TA1*000000099*260302*1200*R*006"], test="T")),
        quarantined="ISA15 is T",
        **NOT_OURS,
    ),
    "a TA1 is asked for": Twin(content=sent(order(), test="T", ta1="1"), quarantined="ISA15 is T", **NOT_OURS),
    "a blank before it": Twin(
        content=swapped(sent(order()), "*P*>", "* T*>"), quarantined="ISA15 is T", told="blanks", **NOT_OURS
    ),
    "a small letter": Twin(content=sent(order(), test="t"), quarantined="ISA15 is", **NOT_OURS),
    "for information": Twin(content=sent(order(), test="I"), quarantined="ISA15 is", **NOT_OURS),
    "nothing": Twin(content=sent(order(), test=" "), quarantined="ISA15 is", **NOT_OURS),
    "a letter that is none": Twin(content=sent(order(), test="X"), quarantined="ISA15 is", **NOT_OURS),
    "to a site of tests": Twin(content=sent(order(), test="T"), profile=OF_TESTS, **TAKEN),
    "and it was cut": Twin(content=cut(sent(order(), test="T"), "N9*LI*1~"), quarantined="SE is missing"),
    "its sender is another system of the brand": Twin(
        content=sent(order(), sender="BRANDEU"), quarantined="ISA06 is 'BRANDEU'", **NOT_OURS
    ),
    "its sender is another system that the site knows": Twin(
        content=sent(order(), sender="BRANDEU"), profile=FROM_OTHERS, **TAKEN
    ),
    "its receiver is another warehouse": Twin(
        content=sent(order(), receiver="WAREHOUSE2"), quarantined="ISA08 is 'WAREHOUSE2'", **NOT_OURS
    ),
    "sender and receiver are swapped: our own file came back": Twin(
        content=sent(order(), sender="WAREHOUSE", receiver="BRAND"), quarantined="ISA06 is 'WAREHOUSE'", **NOT_OURS
    ),
    "signs that steer a terminal in the place of the sender": Twin(
        content=sent(order(), sender="\x1b[2JBRAND"), quarantined="ISA06 is '\\x1b[2JBRAND'", **NOT_OURS
    ),
}


def answered(*segments, behind=(), **isa):
    return written(interchange(*behind, before=segments, **isa))


ORDERS = [group("940", order())]
YES, NO = "TA1*000000099*260302*1200*A*000", "TA1*000000099*260302*1200*R*006"
TA1S = {
    "before a 997": Twin(content=answered(YES, behind=[group("997", said())]), ours=ACKNOWLEDGED),
    "it rejects ours, and an order comes behind it": Twin(
        content=answered(NO, behind=ORDERS), ours=REJECTED, **TAKEN
    ),
    "two": Twin(content=answered(YES, "TA1*000000098*260302*1200*R*001", behind=ORDERS), others=True, **TAKEN),
    "alone": Twin(content=answered(NO), ours=REJECTED),
    "accepted with errors": Twin(content=answered(NO.replace("*R*006", "*E*015"), behind=ORDERS), **TAKEN),
    "a number without its zeros": Twin(
        content=answered(NO.replace("000000099", "99"), behind=ORDERS), ours=REJECTED, **TAKEN
    ),
    "lines, small letters and blanks": Twin(
        content=written(interchange(*ORDERS, before=[NO]), end="\r\n").replace("TA1*", "  ta1* "),
        ours=REJECTED,
        told="names of segments are in small letters",
        **TAKEN,
    ),
    "a verdict that is none": Twin(
        content=answered(NO.replace("*R*", "*Z*"), behind=ORDERS), refused=("TA1",), checked=1, **TAKEN
    ),
    "its number alone": Twin(
        content=answered("TA1*000000099", behind=ORDERS), refused=("TA1",), checked=1, **TAKEN
    ),
    "no number": Twin(
        content=answered(NO.replace("000000099", ""), behind=ORDERS), refused=("TA1",), checked=1, **TAKEN
    ),
    "behind the group": Twin(content=swapped(sent(order()), "IEA*", f"{NO}~IEA*"), ours=REJECTED, **TAKEN),
    "inside a group": Twin(content=swapped(sent(order()), "ST*", f"{NO}~ST*"), quarantined="inside a group"),
    "inside a set that counts it": Twin(
        content=swapped(swapped(sent(order()), "W66*", f"{NO}~W66*"), "SE*12*", "SE*13*"),
        kept=("P1 12",),
        answers="AK5*E*5 AK9*E*1*1*1",
        checked=1,
    ),
    "before the header": Twin(content=f"{NO}~{sent(order())}", quarantined="TA1 stands outside of an interchange"),
    "counted as a group": Twin(
        content=swapped(answered(NO), "IEA*0*", "IEA*1*"), quarantined="IEA01 says '1' groups, there are 0"
    ),
    "an interchange of its own before another": Twin(
        content=answered(NO) + sent(order(), number=8), ours=REJECTED, **TAKEN
    ),
    "it asks for a TA1, and an order comes behind it": Twin(
        content=answered(NO, behind=ORDERS, ta1="1"),
        ours=REJECTED,
        kept=("P1 12",),
        answers="AK5*A AK9*A*1*1*1 TA1*000000007*260302*1200*A*000",
    ),
    "it was cut": Twin(content=answered(NO)[:-20], quarantined="IEA is missing"),
}

SAYS = {
    "of two sets one is rejected": Twin(content=one(said("AR"), "997"), ours=REJECTED, checked=1),
    "a 999": Twin(content=one(said("R", own="6"), "999"), ours=REJECTED, checked=1),
    "the group is rejected and its set accepted": Twin(
        content=one(said("A", "R"), "997"), ours=REJECTED, checked=1
    ),
    "for reasons of security": Twin(content=one(said("M"), "997"), ours=REJECTED, checked=1),
    "partly": Twin(content=one(said("A", "P"), "997", marks="|:'", end="\n"), ours=REJECTED, checked=1),
    "accepted with errors": Twin(content=one(said("E", "A"), "997"), ours=ACKNOWLEDGED),
    "its count says otherwise": Twin(
        content=one(said("A", counts="1*1*0"), "997"), refused=("contradicts itself",), checked=1
    ),
    "a set without its word": Twin(
        content=one(["AK1*RE*99", "AK2*944*0001", "AK9*A*1*1*1"], "997"), refused=("AK5",), checked=1
    ),
    "a small letter": Twin(content=one(said("r"), "997"), refused=("",), checked=1),
    "no word on the group": Twin(
        content=one(["AK1*RE*99", "AK2*944*0001", "AK5*R*5"], "997"), refused=("AK9",), checked=1
    ),
    "two words on the group": Twin(content=one([*said("A"), "AK9*R*1*1*0"], "997"), refused=("AK9",), checked=1),
    "of a group that we never send": Twin(
        content=one(said("R", group="OW*99"), "997"), refused=("OW",), checked=1
    ),
    "of a document that is not ours": Twin(
        content=one(said("R", group="RE*12345"), "997"), others=True, checked=1
    ),
    "and it was cut": Twin(content=cut(one(said("R"), "997"), "AK5*R~"), quarantined="SE is missing"),
    "and its set lost a segment": Twin(
        content=one(said("R"), "997").replace("AK2*944*0001~", ""),
        refused=("It settles nothing: ask the partner",),
        checked=1,
    ),
    "and its group ends as another one": Twin(
        content=swapped(one(said("R"), "997"), "GE*1*7", "GE*1*8"), refused=("GE02 is '8'",), checked=1
    ),
    "with words for people that steer a terminal": Twin(
        content=one(["AK1*RE*99", "AK2*944*0001", "AK3*\x1b[2J*9*0300*8", "AK5*R*5", "AK9*A*1*1*1"], "997"),
        ours=REJECTED,
        checked=1,
    ),
    "two of them in one file, the first accepts": Twin(
        content=written(interchange(group("997", said("A"), said("R", "R", counts="1*1*0")))),
        ours=REJECTED,
        checked=0,
    ),
    "beside an order": Twin(
        content=written(interchange(group("997", said("R")), group("940", order(), number=8))),
        ours=REJECTED,
        checked=1,
        **TAKEN,
    ),
}


@pytest.mark.parametrize("twin", TESTS.values(), ids=TESTS)
def test_what_is_no_production_or_for_somebody_else_moves_nothing(tmp_path, twin):
    comes_out_right(tmp_path, twin)


@pytest.mark.parametrize("twin", TA1S.values(), ids=TA1S)
def test_a_ta1_is_read_and_what_stands_behind_it_too(tmp_path, twin):
    comes_out_right(tmp_path, twin)


@pytest.mark.parametrize("twin", SAYS.values(), ids=SAYS)
def test_of_what_is_said_of_ours_the_worst_word_is_believed(tmp_path, twin):
    comes_out_right(tmp_path, twin)
