"""What the standard has a place for in a set is known there; what it has none for is told and ends nothing."""

import datetime as dt
import io

import pytest

from clarus_bluecherry.x12 import (
    Document,
    Envelope,
    Partners,
    Rule,
    Segment,
    Verdict,
    read,
    validate,
    verdict_on,
    write,
)

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
ENVELOPE = Envelope(partners=Partners(sender="BRAND", receiver="WAREHOUSE"), control_number="7", at=NOON)


def written(set_id, text):
    """The set as the strict writer writes it: it refuses whatever the tables do not take."""
    segments = [Segment(id_, tuple(values)) for id_, *values in (one.split("*") for one in text.split("~") if one)]
    return b"".join(write(ENVELOPE, set_id, [segments])).decode()


def found(text, **how):
    (document,) = [part for part in read(io.BytesIO(text.encode()), **how) if isinstance(part, Document)]
    return validate(document)


HAZARD = "LH1*EA*1~LH2*SHIPPER~LH3*PAINT*D~LFH*DSC*FLAMMABLE~LEP*1263~LH4*A NAME~LHT*3~LHR*EX*1~PER*EM*X~"
WHOLE = {
    "940": "W05*N*P1~N1*ST*A SHOP~N9*CO*1~G62*10*20260303~NTE**A~NTE**B~NTE**C~NTE**D~NTE**E~NTE**F~NTE**G~"
    "NTE**H~NTE**I~NTE**J~W09*CN~W66*PP*M~W6*FRA~R2*UPSN*1~BNX*A*A~LM*AX~LQ*1*A~LX*1~MAN*GM*1~"
    "SDQ*EA**S1*12~N1*ST*A SHOP~G62*10*20260303~W01*12*EA**VA*AB101~G69*A DRESS~N9*LI*1~NTE**SOFT~"
    "W20*1~QTY*01*12~AMT*1*9~G62*10*20260303~G66*PP*M~PER*CN*X~N1*ST*A~LH2*SHIPPER~LHR*EX*1~"
    "LH6*A NAME~LM*AX~LQ*1*A~LS*1~LX*1~N9*LI*1~G62*10*20260303~N1*ST*A~SDQ*EA**S1*12~LM*AX~LQ*1*A~"
    f"{HAZARD}LE*1~FA1*AX~FA2*AX*1~LX*2~W01*1*EA**VA*AB102~W76*13~",
    "943": "W06*N*C1~N1*VN*A~N2*B~N3*C~N4*TOWN~PER*CN*1~PER*CN*2~PER*CN*3~PER*CN*4~PER*CN*5~N9*CO*1~"
    "G61*CN*X~G62*17*20260303~NTE**A~W27*M*UPSN~W28*A~W10*AM~W04*12*EA**VA*AB101~G69*A~N9*LI*1~W20*1~"
    "W03*12~",
    "944": "W17*F*20260303*R1~W08*M*UPSN~W18*TI*38*FA~G08*1*2~W07*12*EA**VA*AB101~W13*1*EA*01~N9*LI*1~"
    "N9*LO*2~W14*12~",
    "945": "W06*F*P1~W27*M*UPSN~W6*FRA~W28*A~W10*AM~G72*504*06*1~LM*AX~LQ*1*A~LX*1~MAN*GM*1~PAL*1~N9*2I*1~"
    "W12*CC*12*12**EA**VA*AB101~G69*A~N9*LI*1~G62*11*20260303~QTY*39*12~MEA*WT*G*1~AMT*1*9~R4*D~"
    "W27*M*UPSN~N1*ST*A~G72*504*06*1~LM*AX~LQ*1*A~LS*1~LX*1~N9*LI*1~G62*11*20260303~N1*ST*A~LM*AX~"
    "LQ*1*A~LE*1~FA1*AX~FA2*AX*1~W03*12~",
    "947": "W15*20260303~LM*AX~LQ*1*A~W19*AA*12*EA**VA*AB101~G69*A~N9*LI*1~CS*C1~AMT*1*9~G62*11*20260303~"
    "LM*AX~LQ*1*A~N1*ST*A~N2*B~N3*C~N4*TOWN~G61*CN*X~LX*1~N9*LI*1~G62*11*20260303~N1*ST*A~LM*AX~"
    "LQ*1*A~FA1*AX~FA2*AX*1~",
    "846": "BIA*00*SI*1*20260303~CUR*SE*USD~DTM*097*20260303~MEA*WT*G*1~N1*SU*A~LM*AX~LQ*1*A~LIN**VA*AB101~"
    "PID*F****A~MEA*WT*G*1~PKG*F****A~CTP**UCP*9~CUR*SE*USD~SAC*C*A010***1~REF*LO*1~PER*CN*A~"
    "SDQ*EA**S1*12~MAN*GM*1~UIT*EA~CS*C1~DD*A*B~G53*ABC~PCT*AB*1~LDT*AA*1*DA~LM*AX~LQ*1*A~"
    "SLN*1**I*1*EA~QTY*33*12*EA~UIT*EA~MEA*WT*G*1~LDT*AA*1*DA~DTM*097*20260303~REF*LO*1~"
    "SCH*1*EA***002*20260303~LM*AX~LS*1~REF*LO*1~LE*1~N1*SU*A~CTT*1~",
    "180": "BGN*00*1*20260303~RDR*A1~PRF*P1~DTM*097*20260303~N9*CO*1~PER*CN*A~SAC*C*A010***1~G38*5~"
    "PKG*F****A~TD1*CTN25*1~TD5**2*UPSN~NTE**A~N1*ST*A~LM*AX~LQ*1*A~BLI*VA*AB101*1*EA~N9*LI*1~"
    "SAC*C*A010***1~MEA*WT*G*1~CRC*AB*Y*A1~DD*A*B~GF*AB*1~TD5**2*UPSN~SDQ*EA**S1*1~LM*AX~QTY*01*1~"
    "LM*AX~LX*1~N9*LI*1~FA1*AX~FA2*AX*1~",
    "832": "BCT*PC~CTP**UCP*9~YNQ**Y******A~CTB*OR*A~CUR*SE*USD~ITD*01~LDT*AA*1*DA~SAC*C*A010***1~"
    "TD1*CTN25*1~TD5**2*UPSN~TD3*TL~TD4*HM~FOB*PP~PKG*F****A~G93*1~TXI*AB*1~AAA*Y~N1*SU*A~LM*AX~"
    "N9*CO*1~DTM*097*20260303~LIN**VA*AB101~PO1**1*EA~G53*ABC~SI*AX*01*A~CRD*US***1~PO4*1~TC2*A*1~"
    "G55*VA*AB101~G54*1*EA**VA*1~CTP**UCP*9~G40*1*9~G36*A**20260303~G43*001~G26*AB~G39**VA*AB101~"
    "CTP**UCP*9~PKL*VA*AB101*EA*1~LFG*A*1*UN1263*AN EMERGENCY PHONE~CRC*AB*Y*A1~QTY*01*1~"
    "SLN*1**I*1*EA~PAM*01*1*EA~MTX**A~N9*CO*1~CTT*1~",
}


@pytest.mark.parametrize("set_id", WHOLE)
def test_every_segment_that_the_standard_has_in_a_set_is_known_there(set_id):
    assert found(written(set_id, WHOLE[set_id])) == ()


def test_a_note_is_one_of_as_many_as_a_partner_likes():
    body = "W05*N*P1~" + "NTE**A~" * 500 + "LX*1~W01*1*EA**VA*1~" + "NTE**B~" * 500
    assert found(written("940", body)) == ()


@pytest.mark.parametrize("foreign", ["ZZZ*1~", "Z1*1~", "XYZ~"])
@pytest.mark.parametrize("lenient", [False, True])
def test_a_segment_that_nobody_knows_is_told_and_ends_nothing(foreign, lenient):
    text = written("940", "W05*N*P1~LX*1~W01*12*EA**VA*AB101~W76*12~")
    text = text.replace("W76*12~", f"{foreign}W76*12~").replace("SE*6", "SE*7")
    (finding,) = found(text, lenient=lenient)
    assert (finding.rule, finding.segment_number) == (Rule.UNKNOWN_SEGMENT, 5)
    assert verdict_on([finding]) is Verdict.ACCEPTED_WITH_ERRORS


@pytest.mark.parametrize(
    ("set_id", "name", "is_harm"),
    [
        ("947", "W14", True),
        ("947", "W18", True),
        ("947", "PAL", False),
        ("940", "W06", True),
        ("940", "SAC", False),
        ("180", "LIN", True),
        ("180", "W20", False),
    ],
)
def test_goods_whose_name_was_damaged_into_that_of_another_segment_refuse_their_set(set_id, name, is_harm):
    text = written(set_id, WHOLE[set_id])
    head, mark, tail = text.rpartition("SE*")
    count = int(tail.partition("*")[0])
    text = head + f"{name}*1~\n{mark}{count + 1}" + tail[len(str(count)) :]
    told = [each for each in found(text) if each.segment_id == name and each.rule is Rule.SEGMENT_ORDER]
    assert told
    assert (verdict_on(told) is Verdict.REJECTED) is is_harm


@pytest.mark.parametrize(
    "name", ["W0I", "WO1", "W1", "QTX", "W011", "W19X", "LI", "B1I", "STREET", "N?", "W 1", "ÄÖ"]
)
def test_a_segment_that_may_be_goods_with_a_damaged_name_refuses_its_set(name):
    text = written("940", "W05*N*P1~LX*1~W01*12*EA**VA*AB101~W76*12~")
    text = text.replace("W76*12~", f"{name}*1~W76*12~").replace("SE*6", "SE*7")
    assert Rule.UNKNOWN_SEGMENT in {each.rule for each in found(text, lenient=True)}
    assert verdict_on(found(text, lenient=True)) is Verdict.REJECTED
