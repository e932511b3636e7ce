"""The division of a pick ticket, where X12 tells it."""

import pytest
from attrs import evolve
from edi_world import PICK, PROFILE
from x12_texts import answered, interchange, order, records

from clarus_bluecherry.bluecherry.edi import References
from clarus_bluecherry.bluecherry.edi.documents import body_of
from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET


def profile(qualifier):
    return evolve(PROFILE, references=References(division=qualifier))


@pytest.mark.parametrize("qualifier", ["19", "DV"])
def test_the_division_of_a_pick_is_read_under_the_qualifier_of_the_site(qualifier):
    text = interchange(order(f"N9*{qualifier}*W"))
    (pick,) = records(text, profile(qualifier))
    assert pick.division == "W"
    assert answered(text, profile(qualifier))["997"][-5] == "AK5*A"


def test_the_standard_s_qualifier_is_the_default_and_an_order_need_tell_none():
    (told,) = records(interchange(order("N9*19*W")))
    (untold,) = records(interchange(order()))
    assert (told.division, untold.division) == ("W", "")


def test_a_site_without_one_is_told_that_it_is_not_kept():
    text = interchange(order("N9*19*W"))
    (pick,) = records(text, profile(""))
    assert pick.division == ""
    assert answered(text, profile(""))["997"][-5] == "AK5*E*5"


def test_what_is_written_is_read():
    pick = PICK.model_copy(update={"division": "W"})
    _, body = body_of(PICK_TICKET, pick, "7", PROFILE)
    assert [each.elements for each in body if each.id == "N9"][0:3].count(("19", "W")) == 1
