"""Half is not whole: what contradicts itself is quarantined or rejected by name, and is never told as accepted.

Everything goes through a folder as the partner uses it: files in, orders and answers out.
"""

import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

import pytest
from attrs import evolve
from edi_world import ORDER, PICK, PROFILE, RECEIPT, encoded
from files_world import kept
from test_x12 import COUNTS, samples

from clarus_bluecherry.bluecherry.edi import X12Codec
from clarus_bluecherry.bluecherry.files import FilesProfile, FileTransport
from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
from clarus_bluecherry.bluecherry.kinds.production_order import PRODUCTION_ORDER
from clarus_bluecherry.bluecherry.kinds.style import STYLE
from clarus_bluecherry.bluecherry.messages import DeliveryStatus, PickTicket
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.exchange import Folder, IncidentKind, NameTemplate, SentOutcome
from clarus_bluecherry.x12 import Document, Envelope, Segment, read, write

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
HEAD = (
    "ISA*00*          *00*          *ZZ*BRAND          *ZZ*WAREHOUSE      *260302*1200*U*00401*000000007*0*P*>~"
    "GS*OW*BRAND*WAREHOUSE*20260302*1200*7*X*004010~"
)
TAIL = "GE*1*7~IEA*1*000000007~"


def order(number="P1", *, control="0001", unit="EA", quantities=(12, 12), date="20260303", count=None):
    """A 940 from ST to SE, with the line's number as its size and no total: as a partner may well write it."""
    lines = "".join(
        f"LX*{place}~W01*{units}*{unit}**VA*AB101*VE*001********SZ*{place}~N9*LI*{place}~"
        for place, units in enumerate(quantities, start=1)
    )
    body = f"W05*N*{number}~N1*ST*A SHOP*92*C1~N3*1 ROAD~G62*10*{date}~{lines}"
    return f"ST*940*{control}~{body}SE*{count or body.count('~') + 2}*{control}~"


WHOLE = f"{HEAD}{order()}{TAIL}"


class There:
    """The partner's side of a folder: what was dropped, and what came of it."""

    def __init__(self, root: Path, profile=PROFILE):
        self.root, self.incidents = root, []
        folder = Folder(root, settle=dt.timedelta(0), now=lambda: NOON, on_incident=self.incidents.append)
        self.folder = folder
        names = FilesProfile(names=NameTemplate("{kind}_{control_number}.x12"))
        codec = X12Codec(profile, now=lambda: NOON)
        self.transport = FileTransport(folder, codec, names, store=root / "store", now=lambda: NOON)

    def drop(self, text, name="in.x12"):
        (self.root / "in" / name).write_bytes(text if isinstance(text, bytes) else text.encode())

    def picks(self):
        """The orders that count, and the errors that stand in the place of others."""
        found = kept(self.transport, PICK_TICKET)
        return (
            [each for each in found if isinstance(each, PickTicket)],
            [each for each in found if isinstance(each, InvalidRecord)],
        )

    @property
    def quarantined(self):
        return [path.read_text("utf-8") for path in sorted((self.root / "quarantine").glob("*.reason.txt"))]

    @property
    def answers(self):
        """The verdicts of all 997s that were left: AK5 and AK9 as they stand there."""
        found = []
        for path in sorted((self.root / "out").iterdir()):
            for part in read(io.BytesIO(path.read_bytes())):
                assert part.findings == ()
                if isinstance(part, Document):
                    found += ["*".join((each.id, *each.elements)) for each in part.segments if each.id[:2] == "AK"]
        return found

    @property
    def verdicts(self):
        return [each for each in self.answers if each[:3] in ("AK5", "AK9")]


@pytest.fixture
def there(tmp_path):
    there = There(tmp_path)
    yield there
    there.transport.close()


def units_of(picks):
    return [[line.bk_qty for line in pick.lines] for pick in picks]


def test_what_is_whole_is_taken_and_answered(there):
    there.drop(WHOLE)
    picks, errors = there.picks()
    assert units_of(picks) == [[12, 12]]
    assert (errors, there.quarantined) == ([], [])
    assert there.answers == ["AK1*OW*7", "AK2*940*0001", "AK5*A", "AK9*A*1*1*1"]


# A file in doubt is refused as a whole -------------------------------------------------------------------------

FIVE = order(quantities=(12,) * 5)
DOUBTFUL = {
    "cut behind line 3": (HEAD + FIVE.split("LX*4")[0], "SE is missing"),
    "cut inside a code": (HEAD + FIVE.split("101*VE*001********SZ*3")[0], "SE is missing"),
    "cut behind the set": (HEAD + order(), "GE is missing"),
    "cut behind the group": (HEAD + order() + "GE*1*7~", "IEA is missing"),
    "cut inside IEA": (WHOLE[:-3], "IEA02 is '0000000'"),
    "cut behind GS": (HEAD, "the group holds no set"),
    "cut behind ISA": (HEAD.split("GS*")[0], "the interchange holds no group"),
    "cut inside ISA": (HEAD[:80], "the interchange header ends early"),
    "nothing": ("", "the file is empty"),
    "padding alone": (" \r\n\x00\x1a", "the file is empty"),
    "a text": ("Dear partner, please see * the file of tomorrow~", "is not X12"),
    "a short text": ("Hi * all, no file today", "is not X12"),
    "a text before it": ("Please find *\r\n\r\n" + WHOLE, "is not X12"),
    "a group of nothing": (HEAD + "GE*0*7~IEA*1*000000007~", "the group holds no set"),
    "an interchange of nothing": (HEAD.split("GS*")[0] + "IEA*0*000000007~", "the interchange holds no group"),
    "without its interchange": (WHOLE.split("~", 1)[1], "ISA is missing"),
    "a set alone": (order(), "GS is missing"),
    "the body alone": (order().split("~", 1)[1].split("SE*")[0], "does not begin with ST"),
    "without its group header": (HEAD.split("GS*")[0] + order() + TAIL, "GS is missing"),
    "without ST": (WHOLE.replace("ST*940*0001~", ""), "does not begin with ST"),
    "IEA01 is wrong": (WHOLE.replace("IEA*1*", "IEA*2*"), "IEA01 says '2' groups, there are 1"),
    "IEA02 is wrong": (WHOLE.replace("IEA*1*000000007", "IEA*1*000000008"), "IEA02 is '000000008'"),
    "a second ISA": (HEAD + order() + WHOLE.replace("000000007", "000000008"), "IEA is missing: ISA comes before"),
    "SE alone": (WHOLE.replace("GE*1", "SE*9*0001~GE*1"), "it stands alone"),
    "GE alone": (WHOLE.replace("IEA*1", "GE*1*7~IEA*1"), "it stands alone"),
    "IEA alone": (WHOLE + "IEA*1*000000007~", "behind IEA, from byte"),
    "a segment between sets": (WHOLE.replace("GE*1", "N9*LI*3~GE*1"), "does not begin with ST"),
    "a text behind it": (WHOLE + "\r\nSent by mail", "behind IEA, from byte"),
    "a line of an order behind it": (WHOLE + "LX*3~W01*1*EA~", "behind IEA, from byte"),
    "a group without a number": (WHOLE.replace("*1200*7*X", "*1200**X").replace("GE*1*7", "GE*1*"), "GS06 is ''"),
    "an interchange without a number": (WHOLE.replace("000000007", " " * 9), "ISA13 is ''"),
    "a group of no kind": (WHOLE.replace("GS*OW", "GS*ORDERS"), "cannot be answered"),
    "the same twice": (WHOLE + WHOLE, "was there before in this file"),
    "a whole one and a cut one": (
        WHOLE + WHOLE.replace("000000007", "000000008")[:-40],
        "interchange 000000008",
    ),
    "a cut one and a whole one": (
        WHOLE.replace("000000007", "000000008")[:-40] + "~" + WHOLE,
        "interchange 000000008",
    ),
}


@pytest.mark.parametrize(("text", "words"), DOUBTFUL.values(), ids=DOUBTFUL)
def test_a_file_in_doubt_is_quarantined_with_words_that_name_the_place_and_nothing_of_it_counts(
    there, text, words
):
    there.drop(text)
    assert there.picks() == ([], [])
    (reason,) = there.quarantined
    assert words in reason
    assert [incident.kind for incident in there.incidents] == [IncidentKind.QUARANTINED]
    assert there.answers == []


def test_the_place_of_a_cut_is_told_by_segment_and_byte(there):
    text, _ = DOUBTFUL["cut behind line 3"]
    there.drop(text)
    there.picks()
    (reason,) = there.quarantined
    assert f"940 0001: SE is missing: the file ends behind its segment {text.count('~')}, at byte {len(text)}" in (
        reason
    )


def test_places_are_counted_in_bytes_not_in_letters(there):
    text = WHOLE.replace("A SHOP", "Zoë’s shop") + "rest"
    there.drop(text)
    there.picks()
    assert f"from byte {len(text.encode()) - 4} on" in there.quarantined[0]


def test_the_number_of_a_refused_file_is_free_for_the_whole_one(there):
    there.drop(WHOLE[:-30], "cut.x12")
    assert there.picks() == ([], [])
    there.drop(WHOLE, "whole.x12")
    picks, _ = there.picks()
    assert units_of(picks) == [[12, 12]]
    assert there.verdicts == ["AK5*A", "AK9*A*1*1*1"]


def test_a_file_whose_number_was_taken_is_refused_before_it_is_answered(there):
    there.drop(WHOLE, "1.x12")
    there.picks()
    before = there.answers
    there.drop(
        WHOLE.replace("000000007", "000000008") + WHOLE.replace("*P1~", "*P2~"), "2.x12"
    )  # the first of the two is new
    assert units_of(there.picks()[0]) == [[12, 12]]
    assert there.answers == before
    assert "000000007 was taken in another file" in there.quarantined[0]


def test_a_file_that_an_older_version_took_stops_no_reading(there):
    there.drop(WHOLE)
    there.picks()
    (stored,) = (there.root / "store").iterdir()
    old = stored.with_name(stored.name.replace("20260302", "20260301").replace("in.x12", "old.x12"))
    old.write_text(HEAD + FIVE.split("LX*4")[0])
    picks, (error,) = there.picks()
    assert units_of(picks) == [[12, 12]]
    assert "SE is missing" in str(error)
    assert kept(there.transport, PRODUCTION_ORDER) == []


# What is forgiven ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "dirty",
    [
        WHOLE + "\x1a",
        WHOLE + "\r\n\x1a\x1a\x00\x00",
        WHOLE + "\r\n" * 3,
        WHOLE + " " * 500,
        WHOLE + "~",
        WHOLE.rstrip("~"),
        WHOLE.rstrip("~") + "\r\n\x1a",
        "\ufeff" + WHOLE,
        WHOLE.replace("~", "~\r\n"),
        WHOLE.replace("~", "\n").rstrip("\n"),
        WHOLE.replace("IEA*1*000000007", "IEA*1*7"),
        WHOLE.replace("GE*1*7", "GE*01*007"),
    ],
)
def test_habits_that_leave_no_doubt_are_read_as_before(there, dirty):
    there.drop(dirty)
    picks, errors = there.picks()
    assert (units_of(picks), errors, there.quarantined) == ([[12, 12]], [], [])
    assert there.verdicts == ["AK5*A", "AK9*A*1*1*1"]


@pytest.mark.parametrize("padding", ["\x1a", "\r\n\x1a\x1a", "\x00" * 1000, " \ufeff\r\n"])
def test_interchanges_may_be_padded_apart_and_have_marks_of_their_own(there, padding):
    other = WHOLE.replace("000000007", "000000008").replace("*P1~", "*P2~")
    other = other.translate(dict(zip(map(ord, "*>~"), "|:'", strict=True)))
    there.drop(WHOLE + padding + other + padding)
    picks, _ = there.picks()
    assert [pick.pick_num for pick in picks] == ["P1", "P2"]
    assert there.quarantined == []


def test_blanks_before_the_terminator_are_forgiven(there):
    there.drop(WHOLE.replace("*P*>~", "*P*>  ~"))
    assert units_of(there.picks()[0]) == [[12, 12]]


def test_every_line_of_a_street_is_kept(there):
    there.drop(group(order(count=13).replace("N3*1 ROAD~", "N3*UNIT 4*THE ARCHES~N3*BACK LANE~")))
    (address,) = there.picks()[0][0].addresses
    assert (address.addr1, address.addr2) == ("UNIT 4", "THE ARCHES, BACK LANE")


def test_a_test_moves_no_goods_unless_the_site_is_one_for_tests(there, tmp_path):
    test = WHOLE.replace("*P*>~", "*T*>~")
    there.drop(test)
    assert there.picks() == ([], [])
    assert "interchange 000000007 is not for this site: ISA15 is T" in there.quarantined[0]
    assert there.answers == []
    other = There(tmp_path / "tests", evolve(PROFILE, partners=evolve(PROFILE.partners, is_test=True)))
    other.drop(test)
    assert units_of(other.picks()[0]) == [[12, 12]]
    other.transport.close()


# One bad set among good ones is rejected alone ------------------------------------------------------------------


def group(*sets, count=None, number="7"):
    return f"{HEAD}{''.join(sets)}GE*{count or len(sets)}*{number}~IEA*1*000000007~"


GOOD, LAST = order("P1", control="0001"), order("P3", control="0003")
BAD_SETS = {
    "a total without lines": (
        order("P2", control="0002", quantities=()).replace("SE*6", "W76*24~SE*7"),
        "AK5*R*5",
        "W7601 says '24' units, the lines add up to 0",
    ),
    "parts of units against the total": (
        order("P2", control="0002", quantities=("1.", 2)).replace("SE*12", "W76*14~SE*13"),
        "AK5*R*5",
        "W7601 says '14' units, the lines add up to 3",
    ),
    "SE01 is wrong": (order("P2", control="0002", count=99), "AK5*R*4", "SE01 says '99'"),
    "SE02 is wrong": (
        order("P2", control="0002").replace("*0002~W", "*0002~W").replace("SE*12*0002", "SE*12*0009"),
        "AK5*R*3",
        "SE02 is '0009'",
    ),
    "SE is missing": (order("P2", control="0002").split("SE*")[0], "AK5*R*2", "SE is missing: ST comes before it"),
    "a line is missing": (
        order("P2", control="0002").replace("LX*2~", ""),
        "AK5*R*4",
        "SE01 says '12' segments, there are 11",
    ),
    "a line is there twice": (
        order("P2", control="0002").replace("LX*2~", "LX*2~LX*2~"),
        "AK5*R*4",
        "SE01 says '12' segments, there are 13",
    ),
    "in cases": (order("P2", control="0002", unit="CA"), "AK5*R*5", "element W0102: the unit of measure is 'CA'"),
    "in dozens": (order("P2", control="0002", unit="DZ"), "AK5*R*5", "'DZ'"),
    "without a unit": (order("P2", control="0002", unit=""), "AK5*R*5", "W0102: a value is required"),
    "without a quantity": (
        order("P2", control="0002", quantities=("", 12)),
        "AK5*R*5",
        "W0101: a value is required",
    ),
    "on 30 February": (
        order("P2", control="0002", date="20260230"),
        "AK5*R*5",
        "'20260230' is not a date",
    ),
    "no known set": (order("P2", control="0002").replace("ST*940", "ST*824"), "AK5*R*1", "no message travels"),
    "goods of another set": (
        order("P2", control="0002").replace("W01*12*EA", "W04*12*EA", 1),
        "AK5*R*5",
        "the set has no such segment",
    ),
    "a line without its item": (
        order("P2", control="0002").replace("W01*12*EA", "NTE**12*EA", 1),
        "AK5*R*5",
        "(LX) holds no item",
    ),
    "a segment whose name is none": (
        order("P2", control="0002").replace("N3*1 ROAD", "STREET*1 ROAD"),
        "AK5*R*5",
        "the segment is unknown",
    ),
}


@pytest.mark.parametrize(("bad", "verdict", "words"), BAD_SETS.values(), ids=BAD_SETS)
def test_one_bad_set_among_good_ones_is_rejected_alone_and_told_by_name(there, bad, verdict, words):
    there.drop(group(GOOD, bad, LAST))
    picks, (error,) = there.picks()
    assert [pick.pick_num for pick in picks] == ["P1", "P3"]
    assert units_of(picks) == [[12, 12], [12, 12]]
    assert words in str(error)
    assert there.verdicts == ["AK5*A", verdict, "AK5*A", "AK9*P*3*3*2"]
    assert there.quarantined == []


def test_the_same_set_number_twice_in_a_group_counts_once(there):
    there.drop(group(GOOD, order("P2", control="0001")))
    picks, (error,) = there.picks()
    assert [pick.pick_num for pick in picks] == ["P1"]
    assert "was there before" in str(error)
    assert there.verdicts == ["AK5*A", "AK5*R*7", "AK9*P*2*2*1"]


def test_an_error_names_the_document_as_a_person_calls_it(there):
    there.drop(group(GOOD, BAD_SETS["in cases"][0]))
    _, (error,) = there.picks()
    assert error.record == "pick ticket P2"


def test_the_997_names_the_place_of_the_unit(there):
    there.drop(group(order(unit="CA", quantities=(12,))))
    there.picks()
    assert there.answers[2:] == ["AK3*W01*7**8", "AK4*2**7", "AK5*R*5", "AK9*R*1*1*0"]


def test_a_set_that_cannot_be_named_is_left_out_of_the_answer_but_counted(there):
    there.drop(group(GOOD, order("P2", control="2")))
    picks, _ = there.picks()
    assert [pick.pick_num for pick in picks] == ["P1", "P2"]
    assert there.answers[1:] == ["AK2*940*0001", "AK5*A", "AK9*E*2*2*2"]


# A group in doubt is rejected with all its sets -----------------------------------------------------------------

BAD_GROUPS = {
    "GE02 differs": (group(GOOD, LAST, number="8"), "AK9*R*2*2*0*4", "GE02 is '8', GS06 is '7'"),
    "GE01 says more": (group(GOOD, LAST, count=3), "AK9*R*3*2*0*5", "GE01 says '3' sets, there are 2"),
    "GE01 says fewer": (group(GOOD, LAST, count=1), "AK9*R*1*2*0*5", "GE01 says '1' sets, there are 2"),
    "GE is missing": (
        group(GOOD, LAST).replace("GE*2*7~", ""),
        "AK9*R*2*2*0*3",
        "GE is missing: IEA comes before",
    ),
}


@pytest.mark.parametrize(("text", "verdict", "words"), BAD_GROUPS.values(), ids=BAD_GROUPS)
def test_a_group_that_contradicts_itself_is_rejected_with_all_its_sets(there, text, verdict, words):
    there.drop(text)
    picks, errors = there.picks()
    assert picks == []
    assert [error.record for error in errors] == ["pick ticket P1", "pick ticket P3"]
    assert all(words in str(error) for error in errors)
    assert there.verdicts == ["AK5*R", "AK5*R", verdict]


def test_the_same_group_twice_counts_for_nothing(there):
    twice = f"{HEAD.split('~')[1]}~{order('P2')}GE*1*7~IEA*2"
    there.drop(group(GOOD).replace("IEA*1", twice))
    picks, errors = there.picks()
    assert (picks, len(errors)) == ([], 2)
    assert "GS" in str(errors[0])
    assert [each[:6] for each in there.verdicts] == ["AK5*R", "AK5*R*", "AK9*R*"]
    assert there.verdicts[-1].endswith("*0*6")


def test_a_second_group_before_the_first_has_ended_is_told_and_the_second_counts(there):
    second = HEAD.split("~")[1].replace("*7*X", "*8*X") + "~" + order("P2") + "GE*1*8~"
    there.drop(HEAD + GOOD + second + "IEA*2*000000007~")
    picks, (error,) = there.picks()
    assert [pick.pick_num for pick in picks] == ["P2"]
    assert "GE is missing: GS comes before it" in str(error)
    assert there.verdicts == ["AK5*R", "AK9*R*1*1*0*3", "AK5*A", "AK9*A*1*1*1"]


# Units ---------------------------------------------------------------------------------------------------------


def test_a_site_may_say_what_else_means_each(tmp_path):
    there = There(tmp_path, evolve(PROFILE, also_each=frozenset({"UN", "pc"})))
    there.drop(group(order("P1", unit="UN"), order("P2", control="0002", unit="PC"), order("P3", control="0003")))
    assert [pick.pick_num for pick in there.picks()[0]] == ["P1", "P2", "P3"]
    there.drop(group(order("P4", unit="CA")).replace("000000007", "000000008"), "2.x12")
    assert "only EA or PC or UN is taken" in str(there.picks()[1][0])
    there.transport.close()


def test_a_production_order_in_dozens_receives_nothing(there):
    content = encoded(PROFILE, ORDER, "000000009", NOON)
    there.drop(content.replace(b"W04*12*EA", b"W04*12*DZ"))
    (error,) = kept(there.transport, PRODUCTION_ORDER)
    assert error.record == "production order C55"
    assert "element W0402: the unit of measure is 'DZ'" in str(error)
    assert there.verdicts == ["AK5*R*5", "AK9*R*1*1*0"]


def test_a_cancelled_order_is_cancelled_in_whatever_unit_it_was(there):
    there.drop(group(order(unit="CA").replace("W05*N", "W05*F")))
    assert units_of(there.picks()[0]) == [[Decimal(0), Decimal(0)]]


def test_a_cost_for_a_dozen_is_no_cost(there):
    catalog = "ST*832*0001~BCT*PC~LIN**VA*1~CTP**UCP*90*1*DZ~CTT*1~SE*6*0001~"
    there.drop(group(catalog).replace("GS*OW", "GS*SC"))
    assert kept(there.transport, STYLE) == []
    assert there.verdicts == ["AK5*R*5", "AK9*R*1*1*0"]
    (incident,) = there.incidents
    assert (incident.kind, incident.name) == (IncidentKind.HELD, "in.x12")
    assert "element CTP05: the unit of measure is 'DZ'" in incident.detail


@pytest.mark.parametrize("unit", ["EA>>12", "EA>CA", "CA>EA", "DZ"])
@pytest.mark.parametrize(
    "line", ["W01*12*{}**VA*1~N9*LI*1~", "W01*12*EA**VA*1~N9*LI*1~QTY*01*12*{}~"], ids=["W01", "QTY"]
)
def test_a_unit_with_a_multiplier_is_another_one(there, line, unit):
    there.drop(group(f"ST*940*0001~W05*N*P1~N1*ST*A SHOP~LX*1~{line.format(unit)}SE*{5 + line.count('~')}*0001~"))
    picks, (error,) = there.picks()
    assert (picks, there.verdicts[-1]) == ([], "AK9*R*1*1*0")
    assert f"the unit of measure is '{unit}'" in str(error)


@pytest.mark.parametrize("unit", ["EA", "ea", "EA>", "EA>>"])
def test_a_unit_whose_further_parts_are_empty_is_what_it_says(there, unit):
    there.drop(group(order(unit=unit)))
    assert units_of(there.picks()[0]) == [[12, 12]]


# What a partner says of ours ------------------------------------------------------------------------------------


def answer(*segments):
    body = [Segment(id_, tuple(elements)) for id_, *elements in (each.split("*") for each in segments)]
    envelope = Envelope(partners=PROFILE.partners.swapped(), control_number="55", at=NOON)
    return b"".join(write(envelope, "997", [body]))


TAKEN = answer("AK1*RE*12", "AK2*944*0001", "AK5*A", "AK9*A*1*1*1")


def word(there):
    return there.transport.probe(RECEIPT.kind, "000000012", "")


@pytest.mark.parametrize(
    ("segments", "outcome"),
    [
        (["AK5*A", "AK9*A*1*1*1"], DeliveryStatus.STAGED),
        (["AK5*E*5", "AK9*E*1*1*1"], DeliveryStatus.STAGED),
        (["AK5*R*5", "AK9*A*1*1*1"], DeliveryStatus.REJECTED),
        (["AK5*R*5", "AK9*E*1*1*1"], DeliveryStatus.REJECTED),
        (["AK5*X*5", "AK9*A*1*1*1"], DeliveryStatus.REJECTED),
        (["AK5*A", "AK9*R*1*1*0"], DeliveryStatus.REJECTED),
        (["AK5*A", "AK9*P*1*1*1"], DeliveryStatus.REJECTED),
    ],
)
def test_of_the_words_of_a_997_the_worst_counts(there, segments, outcome):
    there.transport.send(RECEIPT, "000000012")
    there.drop(answer("AK1*RE*12", "AK2*944*0001", *segments))
    assert word(there) is outcome
    assert there.folder.journal.outcome("000000012") is not SentOutcome.SENT


@pytest.mark.parametrize("counts", ["1*1*0", "1*0*0", "2*1*1", "0*0*0"])
def test_counts_of_a_997_that_contradict_its_words_settle_nothing(there, counts):
    there.transport.send(RECEIPT, "000000012")
    there.drop(answer("AK1*RE*12", "AK2*944*0001", "AK5*A", f"AK9*A*{counts}"))
    assert word(there) is DeliveryStatus.STAGED
    assert there.folder.journal.outcome("000000012") is SentOutcome.SENT


@pytest.mark.parametrize(
    "segments",
    [
        ["AK9*A*1*1*1", "AK9*R*1*1*0"],
        ["AK9*R*1*1*0", "AK9*A*1*1*1"],
        ["AK9*A*1*1*1", "AK1*RE*12", "AK9*R*1*1*0"],
        ["AK9*A*1*1*1", "AK1*RE*13", "AK9*A*1*1*1"],
    ],
)
def test_a_997_with_more_than_one_verdict_counts_for_nothing_and_stands_on_the_list(there, segments):
    there.transport.send(RECEIPT, "000000012")
    body = "".join(f"{each}~" for each in segments)
    whole = answer("AK1*RE*12", "AK9*A*1*1*1").decode()
    there.drop(whole.replace("AK9*A*1*1*1~", body).replace("SE*4", f"SE*{3 + len(segments)}"))
    word(there)
    assert there.folder.journal.outcome("000000012") is SentOutcome.SENT
    (error,) = there.picks()[1]
    assert "one group and one verdict" in str(error)


def test_a_997_on_the_group_alone_is_believed(there):
    there.transport.send(RECEIPT, "000000012")
    there.drop(answer("AK1*RE*12", "AK9*A*1*1*1"))
    word(there)
    assert there.folder.journal.outcome("000000012") is SentOutcome.ACKNOWLEDGED


@pytest.mark.parametrize("cut", [30, 60, 75, 120])
def test_a_997_that_was_cut_counts_for_nothing(there, cut):
    there.transport.send(RECEIPT, "000000012")
    there.drop(TAKEN[:-cut])
    word(there)
    assert there.folder.journal.outcome("000000012") is SentOutcome.SENT
    assert len(there.quarantined) == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"SE*6", b"SE*7"),
        (b"GE*1*55", b"GE*1*56"),
        (b"GE*1", b"GE*2"),
        (b"AK9*A*1*1*1", b"AK9*A"),
        (b"AK5*A", b"AK5*Z"),
    ],
)
def test_a_997_that_contradicts_itself_counts_for_nothing_and_stands_on_the_list(there, before, after):
    there.transport.send(RECEIPT, "000000012")
    assert before in TAKEN
    there.drop(TAKEN.replace(before, after))
    _, (error,) = there.picks()
    assert "997 0001" in str(error)
    assert there.folder.journal.outcome("000000012") is SentOutcome.SENT


def test_a_second_word_against_the_first_is_quarantined_and_stops_nothing(there):
    there.transport.send(RECEIPT, "000000012")
    there.drop(TAKEN, "1.x12")
    word(there)
    there.drop(answer("AK1*RE*12", "AK9*R*1*1*0").replace(b"000000055", b"000000056"), "2.x12")
    there.drop(WHOLE, "3.x12")
    assert units_of(there.picks()[0]) == [[12, 12]]
    assert there.folder.journal.outcome("000000012") is SentOutcome.ACKNOWLEDGED
    assert "said acknowledged before" in there.quarantined[0]


def test_the_specimen_of_the_world_is_taken(there):
    content = encoded(PROFILE, PICK, "000000007", NOON)
    there.drop(content)
    assert there.picks() == ([PICK.arrived(NOON, 1)], [])


# The public samples --------------------------------------------------------------------------------------------

CONTRADICT_THEMSELVES = {
    *COUNTS,
    "940_x12types_1.edi",
    "940_x12types_5010_minimal.edi",
    "944_dcg_apparel_prepack_TRUNCATED.edi",
    "945_x12types_5010.edi",
    "neg_940_ediengine_wrong_counts.edi",
}


def test_the_samples_are_here():
    if not samples():
        pytest.skip("the public X12 samples are not here")


@pytest.mark.parametrize("path", samples(), ids=lambda path: path.name)
def test_of_a_public_sample_counts_what_its_answer_accepts(there, path):
    there.drop(path.read_bytes())
    picks, errors = there.picks()
    accepted = [each for each in there.verdicts if each[:5] in ("AK5*A", "AK5*E")]
    assert len(picks) <= len(accepted)
    assert bool(there.quarantined) <= (not there.answers and not picks)
    if path.name in CONTRADICT_THEMSELVES:
        assert (picks, accepted) == ([], [])
        assert errors or there.quarantined or path.name[:3] in ("943", "944", "945")
