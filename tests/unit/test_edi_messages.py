"""Messages in X12: what is written is read again, CGS's demands are kept, and bad lines never vanish."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from attrs import evolve
from edi_world import BY_180, PICK, PROFILE, RECEIPT, RETURN, SHIPMENT, SPECIMENS, STYLE, encoded

from clarus_bluecherry.bluecherry.edi import CGS, X12Codec, messages_of
from clarus_bluecherry.bluecherry.files import Found
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.x12 import Document, Rule, Segment, read, validate

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


def document(message, profile=PROFILE):
    content = encoded(profile, message, "000000007", NOON)
    (found,) = [part for part in read(io.BytesIO(content)) if isinstance(part, Document)]
    assert found.findings == ()
    return found


def with_first(found, id_, code):
    """The document with another code in the first element of the segments `id_`."""
    return changed(found, lambda each: Segment(id_, (code, *each.elements[1:])) if each.id == id_ else each)


def changed(found, change):
    return evolve(found, segments=tuple(each for each in map(change, found.segments) if each is not None))


def said(found, profile=CGS):
    return [(each.rule, each.segment_id, each.message) for each in validate(found, profile)]


def records(content, name="in.x12"):
    entries = X12Codec(PROFILE, now=lambda: NOON).decode(name, io.BytesIO(content))
    return [entry.record for entry in entries if isinstance(entry, Found)]


@pytest.mark.parametrize("profile", [PROFILE, BY_180], ids=["returns by 947", "returns by 180"])
@pytest.mark.parametrize("message", SPECIMENS, ids=lambda message: type(message).__name__)
def test_what_is_written_is_read_again(message, profile):
    assert messages_of(document(message, profile), profile) == [message]


def test_a_return_travels_in_the_set_that_the_site_wants():
    assert document(RETURN).set_id == "947"
    assert document(RETURN, BY_180).set_id == "180"


def test_a_return_that_is_taken_back_keeps_its_sign():
    taken_back = RETURN.model_copy(update={"size_qty": Decimal(-1)})
    assert messages_of(document(taken_back, BY_180), BY_180) == [taken_back]


def test_an_ean_has_its_place_where_the_barcode_is_a_pair():
    sku = STYLE.skus[1].model_copy(update={"upc": "5901234123457"})
    style = STYLE.model_copy(update={"skus": (sku,)})
    assert messages_of(document(style), PROFILE) == [style]


def test_a_catalog_of_several_styles_is_as_many_messages():
    found = document(STYLE)
    other = [
        Segment("LIN", ("", "VA", "99", "VE", "RED", "SZ", "S")),
        Segment("CTP", ("", "UCP", "3.25")),
        Segment("CTT", ("3",)),
    ]
    kept = [each for each in found.segments if each.id not in ("CTT", "SE")]
    several = evolve(found, segments=(*kept, *other, Segment("SE", (str(len(kept) + 4), "0001"))))
    assert validate(several) == ()
    first, second = messages_of(several, PROFILE)
    assert first == STYLE
    assert (second.style, second.std_cost, len(second.skus)) == ("99", Decimal("3.25"), 1)


def test_a_cancelled_pick_ticket_wants_nothing_of_its_lines():
    cancelled = with_first(document(PICK), "W05", "F")
    (pick,) = messages_of(cancelled, PROFILE)
    assert [line.bk_qty for line in pick.lines] == [0, 0]


# CGS's own demands -------------------------------------------------------------------------------------------


def test_what_we_write_keeps_the_demands():
    for message in SPECIMENS:
        assert said(document(message)) == []


@pytest.mark.parametrize("code", ["N", "R", "X"])
def test_cgs_takes_three_reporting_codes(code):
    assert said(with_first(document(SHIPMENT), "W06", code)) == []


@pytest.mark.parametrize("code", ["F", "J", "O"])
def test_cgs_takes_no_other_reporting_code(code):
    found = with_first(document(SHIPMENT), "W06", code)
    assert said(found) == [(Rule.PROFILE, "W06", "CGS takes only N, R and X")]
    assert validate(found) == ()


@pytest.mark.parametrize(("qualifier", "name"), [("11", "ship date"), ("17", "estimated arrival")])
def test_cgs_needs_both_dates(qualifier, name):
    found = changed(document(SHIPMENT), lambda each: None if each.id == "G62" and each[1] == qualifier else each)
    assert (Rule.PROFILE, "G62", f"CGS needs the {name} (G62*{qualifier})") in said(found)


def test_each_carton_has_one_lx_and_one_mark():
    found = document(SHIPMENT)
    assert [each.id for each in found.segments if each.id in ("LX", "MAN")] == ["LX", "MAN"] * 2
    unmarked = changed(found, lambda each: None if each.id == "MAN" else each)
    assert [rule for rule, *_ in said(unmarked) if rule is Rule.PROFILE] == [Rule.PROFILE] * 2


def test_a_receipt_names_the_line_of_the_production_order():
    found = document(RECEIPT)
    assert Segment("N9", ("LI", "3")) in found.segments
    nameless = changed(found, lambda each: None if each.id == "N9" else each)
    assert (Rule.PROFILE, "W07", "CGS needs the production order's line (N9)") in said(nameless)


def test_a_message_that_breaks_a_demand_is_not_sent():
    nameless = RECEIPT.model_copy(
        update={"prod_line": "", "article": RECEIPT.article.model_copy(update={"lbl_code": "", "dimension": ""})}
    )
    with pytest.raises(InvalidRecord, match="production order's line"):
        document(nameless)


# Dirty files -------------------------------------------------------------------------------------------------


def several(*messages_, first=1):
    return b"".join(encoded(PROFILE, each, f"{number:09}", NOON) for number, each in enumerate(messages_, first))


def test_a_document_that_cannot_be_read_stands_beside_those_that_can():
    other = PICK.model_copy(update={"pick_num": "1002"})
    content = several(PICK, other).replace(b"W01*5*EA*", b"W01**EA*", 1)
    bad, good = records(content)
    assert isinstance(bad, InvalidRecord)
    assert "W0101" in str(bad)
    assert good == other


def test_a_set_of_which_there_is_no_message_is_told_and_stops_nothing():
    content = several(PICK).replace(b"ST*940*", b"ST*888*").replace(b"GS*OW", b"GS*QG")
    stranger, pick = records(content + several(PICK, first=2))
    assert isinstance(stranger, InvalidRecord)
    assert "888 0001" in str(stranger)
    assert pick == PICK


@pytest.mark.parametrize(
    "dirty",
    [
        lambda text: text.replace("~\n", "~"),
        lambda text: text.replace("~\n", "~\r\n"),
        lambda text: text.replace("N1*ST*Store 12*", "n1*ST*Store 12*").replace("LX*1~", " LX*1 ~"),
        lambda text: text.replace("IEA*1*000000001", "IEA*1*1"),
    ],
    ids=["one line", "CRLF", "small letters and spaces", "short control number"],
)
def test_dirty_habits_change_nothing_of_the_message(dirty):
    assert records(dirty(several(PICK).decode()).encode()) == [PICK]


def test_the_names_and_streets_of_a_refused_document_are_not_quoted():
    content = several(PICK).replace(b"*Store 12*", b"*" + b"Mrs Jane Doe " * 9 + b"*").replace(b"W01*5*", b"W01**")
    (bad,) = records(content)
    assert "Jane" not in str(bad)
    assert "Main St" not in str(bad)


def test_the_message_kinds_of_a_set_are_its_own():
    assert X12Codec(PROFILE).reads("style")
    assert X12Codec(PROFILE).reads("pick_ticket")
    assert not X12Codec(PROFILE).reads("location")
