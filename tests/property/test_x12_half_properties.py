"""Cut, damage, lose, double or swap anything of an X12 file: goods never become fewer in silence.

What is true of each outcome: the file is refused as a whole, or the set is rejected by name in the 997, or every
unit is there.
"""

import datetime as dt
import io
import sys
import tempfile
from pathlib import Path

import pytest
from how_many import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st

sys.path.append(str(Path(__file__).parents[1] / "unit"))
from edi_world import ORDER, PICK, PROFILE, SPECIMENS, kind_of
from files_world import kept, replies

from clarus_bluecherry.bluecherry.edi import X12Codec
from clarus_bluecherry.bluecherry.edi.documents import body_of
from clarus_bluecherry.bluecherry.files import FilesProfile, FileTransport, Found
from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.exchange import Folder, NameTemplate
from clarus_bluecherry.x12 import Delimiters, Document, Envelope, Verdict, read, read_acknowledgement, write

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
PADDING = b"\r\n\t \x00\x1a"
MARKS = {
    "one line": Delimiters(),
    "lines": Delimiters(line_end="\n"),
    "CRLF": Delimiters(line_end="\r\n"),
    "other marks": Delimiters("|", ":", "'", "\r\n"),
}


def interchange(message, *, sets=1, number=7, marks=MARKS["lines"]):
    """An interchange of `sets` sets of one message."""
    envelope = Envelope(
        partners=PROFILE.partners.swapped(), control_number=f"{number:09}", at=NOON, delimiters=marks
    )
    set_id, body = body_of(kind_of(message), message, "7", PROFILE)
    return b"".join(write(envelope, set_id, [body] * sets))


def goods(message):
    """How many units a message tells, of a style how many SKUs."""
    told = message.model_dump()
    if "skus" in told:
        return len(told["skus"])
    lines = told.get("lines", [told])
    return sum(line.get("bk_qty", line.get("prod_qty", line.get("size_qty", 0))) for line in lines)


def outcome(content):
    """The messages that count, and what the 997s say of each set; None where the file is refused."""
    codec = X12Codec(PROFILE, now=lambda: NOON)
    try:
        entries = list(codec.decode("in.x12", io.BytesIO(content)))
        answered = replies(codec, content)
    except InvalidRecord:
        return None
    records = [entry.record for entry in entries if isinstance(entry, Found)]
    answers = [
        read_acknowledgement(part)
        for reply in answered
        for part in read(io.BytesIO(reply.content))
        if isinstance(part, Document)
    ]
    return [each for each in records if not isinstance(each, InvalidRecord)], answers


WHOLE = {type(message).__name__: message for message in SPECIMENS}


def holds(content, *, sets, units):
    """Whether no goods became fewer in silence: refused, told as rejected, or all there."""
    found = outcome(content)
    if found is None:
        return True
    messages, answers = found
    accepted = sum(answer.accepted for answer in answers)
    told = sum(answer.received for answer in answers)
    assert accepted == len(messages), "the 997 says what was done"
    assert all(answer.verdict is not Verdict.ACCEPTED for answer in answers if answer.accepted < answer.received)
    if accepted < sets:
        return accepted < told
    return accepted == sets and sum(map(goods, messages)) == units


every_kind = pytest.mark.parametrize("kind", WHOLE)
every_mark = pytest.mark.parametrize("marks", MARKS.values(), ids=MARKS)


@every_kind
@every_mark
def test_a_file_that_is_cut_at_any_byte_is_refused_or_whole(kind, marks):
    content = interchange(WHOLE[kind], marks=marks)
    terminator = marks.terminator.encode()
    last = len(content.rstrip(PADDING).removesuffix(terminator))
    assert outcome(content)[0] == [WHOLE[kind]]
    for end in range(last):
        assert outcome(content[:end]) is None, content[:end][-40:]
    for end in range(last, len(content)):
        assert outcome(content[:end])[0] == [WHOLE[kind]]


def test_a_file_of_several_sets_and_interchanges_that_is_cut_gives_nothing():
    """Cut exactly behind an interchange a file carries no sign of it: there, the earlier ones are a whole file."""
    first, second = interchange(PICK, sets=2), interchange(ORDER, sets=2, number=8)
    content = first + second
    bare = len(first.rstrip())
    for end in range(len(content.rstrip()) - 1):
        found = outcome(content[:end])
        if bare - 1 <= end <= len(first):
            assert len(found[0]) == 2
        else:
            assert found is None, content[:end][-40:]


@given(st.data(), st.sampled_from(["PickTicket", "ProductionOrder", "OrderShipment", "ProductionReceiptAdvice"]))
@settings(max_examples=examples(600), deadline=None)
def test_bytes_that_are_lost_or_overwritten_make_no_goods_fewer(data, kind):
    """With totals, as our own sets have them, nothing but a withdrawal of the whole order can come of it."""
    message = WHOLE[kind]
    content = interchange(message, sets=data.draw(st.integers(1, 2)))
    at = data.draw(st.integers(0, len(content) - 1))
    text = st.text("0123456789*~>.-\nNEASTWLX", max_size=4).map(str.encode)
    piece = data.draw(st.one_of(st.just(b""), st.binary(max_size=4), text))
    damaged = content[:at] + piece + content[at + data.draw(st.integers(0, 6)) :]
    assume(b"W05*F*" not in damaged and b"W05*D*" not in damaged)
    sets = content.count(b"ST*9")
    assert holds(damaged, sets=sets, units=goods(message) * sets)


@every_kind
@pytest.mark.parametrize("sets", [1, 2])
def test_no_segment_can_be_lost_doubled_or_swapped_in_silence(kind, sets):
    message = WHOLE[kind]
    pieces = interchange(message, sets=sets).splitlines(keepends=True)
    units = goods(message) * sets
    for at in range(len(pieces)):
        lost = pieces[:at] + pieces[at + 1 :]
        double = pieces[: at + 1] + pieces[at:]
        assert holds(b"".join(lost), sets=sets, units=units), ("lost", pieces[at])
        assert holds(b"".join(double), sets=sets, units=units), ("double", pieces[at])
        if at:
            swapped = [*pieces[: at - 1], pieces[at], pieces[at - 1], *pieces[at + 1 :]]
            assert holds(b"".join(swapped), sets=sets, units=units), ("swapped", pieces[at - 1 : at + 1])


@given(st.data(), st.sampled_from(sorted(WHOLE)), st.integers(1, 3))
@settings(max_examples=examples(300), deadline=None)
def test_no_run_of_segments_can_be_lost_or_moved_in_silence(data, kind, sets):
    message = WHOLE[kind]
    pieces = interchange(message, sets=sets).splitlines(keepends=True)
    begin = data.draw(st.integers(0, len(pieces) - 1))
    end = data.draw(st.integers(begin + 1, len(pieces)))
    run, rest = pieces[begin:end], pieces[:begin] + pieces[end:]
    assert holds(b"".join(rest), sets=sets, units=goods(message) * sets)
    to = data.draw(st.integers(0, len(rest)))
    assert holds(b"".join([*rest[:to], *run, *rest[to:]]), sets=sets, units=goods(message) * sets)


@given(st.integers(1, 10**6), st.integers(1, 2), st.sampled_from(sorted(MARKS)))
@settings(max_examples=25, deadline=None)
def test_through_a_folder_a_cut_file_is_quarantined_and_the_whole_one_is_taken_afterwards(cut, sets, marks):
    content = interchange(PICK, sets=sets, marks=MARKS[marks])
    incidents = []
    with tempfile.TemporaryDirectory() as root:
        folder = Folder(root, settle=dt.timedelta(0), now=lambda: NOON, on_incident=incidents.append)
        names = FilesProfile(names=NameTemplate("{kind}_{control_number}.x12"))
        store = Path(root) / "store"
        transport = FileTransport(
            folder, X12Codec(PROFILE, now=lambda: NOON), names, store=store, now=lambda: NOON
        )
        (folder.incoming / "cut.x12").write_bytes(content[: cut % (len(content.rstrip(PADDING)) - 1)])
        assert kept(transport, PICK_TICKET) == []
        assert [incident.name for incident in incidents] == ["cut.x12"]
        assert folder.left() == []
        (folder.incoming / "whole.x12").write_bytes(content)
        assert kept(transport, PICK_TICKET) == [PICK.arrived(NOON, place) for place in range(1, sets + 1)]
        (reply,) = folder.left()
        parts = list(read(io.BytesIO(reply.read_bytes())))
        answer = read_acknowledgement(parts[0])
        assert (answer.verdict, answer.accepted) == (Verdict.ACCEPTED, sets)
        transport.close()
