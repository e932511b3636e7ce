"""A 997 for every document that is read, and for every one that is sent its word, or the lack of it."""

import datetime as dt
import io

import pytest
from edi_world import PICK, PROFILE, RECEIPT, encoded
from files_world import replies
from x12_texts import interchange

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.edi import X12Codec
from clarus_bluecherry.bluecherry.files import FilesProfile, FileTransport, Told
from clarus_bluecherry.bluecherry.messages import DeliveryStatus
from clarus_bluecherry.exchange import Folder, IncidentKind, NameTemplate, SentOutcome
from clarus_bluecherry.x12 import Document, Envelope, Segment, Verdict, read, read_acknowledgement, write

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
PICKS = encoded(PROFILE, PICK, "000000007", NOON).decode()


def answers(text):
    found = replies(X12Codec(PROFILE, now=lambda: NOON), text.encode())
    documents = [part for reply in found for part in read(io.BytesIO(reply.content)) if isinstance(part, Document)]
    return [read_acknowledgement(document) for document in documents]


def several(*bodies):
    """One group with these set bodies, the first of them as it is, the others renumbered."""
    head, rest = PICKS.split("ST*", 1)
    body = "ST*" + rest.split("GE*")[0]
    sets = [change(body).replace("*0001~", f"*{number:04}~") for number, change in enumerate(bodies, start=1)]
    return head + "".join(sets) + f"GE*{len(sets)}*7~\nIEA*1*000000007~\n"


GOOD = str


def with_errors(body):
    return body.replace("W66*PP*", "W66*PP?*")


def fatal(body):
    return body.replace("W01*5*", "W01**", 1)


@pytest.mark.parametrize(
    ("bodies", "group", "sets"),
    [
        ([GOOD], "A", "A"),
        ([with_errors], "E", "E"),
        ([fatal], "R", "R"),
        ([GOOD, fatal], "P", "AR"),
        ([GOOD, with_errors], "E", "AE"),
    ],
)
def test_every_document_is_answered_with_its_verdict(bodies, group, sets):
    (answer,) = answers(several(*bodies))
    assert answer.verdict.value == group
    assert "".join(one.verdict.value for one in answer.sets) == sets
    assert answer.group_control == "7"
    assert answer.received == len(bodies)


def test_the_answer_names_the_segment_and_the_element():
    (answer,) = answers(several(fatal))
    (one,) = answer.sets
    assert any("W01" in note for note in one.notes)


def test_a_997_is_not_answered_by_a_997():
    assert answers(told("A").decode()) == []


def told(verdict, *, number="000000012", rejected=0):
    """The 997 a partner sends about our document of that number."""
    body = [
        Segment("AK1", ("RE", number.lstrip("0"))),
        Segment("AK2", ("944", "0001")),
        Segment("AK5", ("R" if rejected else verdict,)),
        Segment("AK9", (verdict, "1", "1", str(1 - rejected))),
    ]
    envelope = Envelope(partners=PROFILE.partners.swapped(), control_number="55", at=NOON)
    return b"".join(write(envelope, "997", [body]))


@pytest.mark.parametrize(
    ("verdict", "outcome"),
    [
        ("A", SentOutcome.ACKNOWLEDGED),
        ("E", SentOutcome.ACKNOWLEDGED),
        ("P", SentOutcome.REJECTED),
        ("R", SentOutcome.REJECTED),
    ],
)
def test_a_partners_997_says_what_became_of_ours(verdict, outcome):
    entries = list(X12Codec(PROFILE).decode("997.x12", io.BytesIO(told(verdict, rejected=verdict in "PR"))))
    assert Told("000000012", outcome) in entries


@pytest.fixture
def clock():
    return [NOON]


@pytest.fixture
def world(tmp_path, clock):
    folder = Folder(tmp_path / "exchange", settle=dt.timedelta(0), now=lambda: clock[0])
    codec = X12Codec(PROFILE, now=lambda: clock[0])
    profile = FilesProfile(names=NameTemplate("{kind}_{control_number}.x12"))
    transport = FileTransport(folder, codec, profile, store=tmp_path / "store", now=lambda: clock[0])
    with BlueCherry(transport) as client:
        yield client, folder


def test_what_is_sent_is_staged_until_its_997_comes(world, clock):
    client, folder = world
    client.send(RECEIPT, "000000012")
    assert client.probe(RECEIPT.kind, "000000012") is DeliveryStatus.STAGED
    assert [sent.control_number for sent in folder.journal.overdue(NOON + DAY)] == ["000000012"]
    (folder.incoming / "ack.x12").write_bytes(told("A"))
    clock[0] = NOON + DAY
    client.probe(RECEIPT.kind, "000000012")
    assert folder.journal.outcome("000000012") is SentOutcome.ACKNOWLEDGED
    assert folder.journal.overdue(NOON + DAY) == []


def test_a_997_that_rejects_makes_the_message_rejected(world, clock):
    client, folder = world
    client.send(RECEIPT, "000000012")
    (folder.incoming / "ack.x12").write_bytes(told("R", rejected=1))
    assert client.probe(RECEIPT.kind, "000000012") is DeliveryStatus.REJECTED


def test_the_997_of_somebody_elses_document_changes_nothing(world):
    client, folder = world
    client.send(RECEIPT, "000000012")
    (folder.incoming / "ack.x12").write_bytes(told("R", number="000000099", rejected=1))
    assert client.probe(RECEIPT.kind, "000000012") is DeliveryStatus.STAGED


def test_a_word_against_an_earlier_one_is_for_a_person_and_stops_no_other(world, clock):
    client, folder = world
    for number in ("000000012", "000000013"):
        client.send(RECEIPT, number)
    (folder.incoming / "1.x12").write_bytes(told("A"))
    client.probe(RECEIPT.kind, "000000012")
    (folder.incoming / "2.x12").write_bytes(
        told("R", rejected=1).replace(b"000000055", b"000000056")
        + told("A", number="000000013").replace(b"000000055", b"000000057")
    )
    client.probe(RECEIPT.kind, "000000012")
    assert folder.journal.outcome("000000012") is SentOutcome.ACKNOWLEDGED, (
        "the first word, until a person decides"
    )
    assert folder.journal.outcome("000000013") is SentOutcome.ACKNOWLEDGED
    (reason,) = (path.read_text("utf-8") for path in (folder.incoming.parent / "quarantine").glob("*.reason.txt"))
    assert "the partner said acknowledged before, and now rejected" in reason


def test_verdicts_are_the_standards():
    assert {verdict.value for verdict in Verdict} == set("AEPR")


@pytest.mark.parametrize("whose", ["000000012", "000000099"])
def test_a_ta1_that_rejects_returns_ours_and_of_somebody_elses_is_told(tmp_path, whose):
    incidents = []
    folder = Folder(tmp_path / "exchange", settle=dt.timedelta(0), now=lambda: NOON, on_incident=incidents.append)
    profile = FilesProfile(names=NameTemplate("{kind}_{control_number}.x12"))
    codec = X12Codec(PROFILE, now=lambda: NOON)
    with BlueCherry(FileTransport(folder, codec, profile, store=tmp_path / "store", now=lambda: NOON)) as client:
        client.send(RECEIPT, "000000012")
        (folder.incoming / "ta1.x12").write_text(interchange(before=f"TA1*{whose}*260302*1200*R*006~"))
        is_ours = whose == "000000012"
        expected = DeliveryStatus.REJECTED if is_ours else DeliveryStatus.STAGED
        assert client.probe(RECEIPT.kind, "000000012") is expected
    told = [(each.kind, each.name) for each in incidents]
    assert told == ([] if is_ours else [(IncidentKind.NOT_OURS, "ta1.x12")])
