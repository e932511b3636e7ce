"""Any valid document of each set, cut, thinned, doubled, re-ordered or re-counted at any place, through a folder:
it is taken whole, or refused, held or named, and the acknowledgement says exactly what was kept.
"""

import datetime as dt
import io
import random
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from x12_documents import interchange

sys.path.append(str(Path(__file__).parents[1] / "unit"))
from edi_world import ORDER, PICK, PROFILE, STYLE, kind_of
from files_world import REFUSED

from clarus_bluecherry.bluecherry.edi import X12Codec
from clarus_bluecherry.bluecherry.edi.documents import body_of
from clarus_bluecherry.bluecherry.files import FilesProfile, FileTransport
from clarus_bluecherry.bluecherry.kinds import FileHolds, every_kind
from clarus_bluecherry.bluecherry.transport import KEPT, Settlement
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.exchange import Folder, IncidentKind, NameTemplate
from clarus_bluecherry.x12 import ACKNOWLEDGEMENTS, Document, Envelope, Verdict, read, read_acknowledgement, write
from clarus_bluecherry.x12._sets import SETS

NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
READ = [kind for kind in every_kind() if kind.sets and not kind.is_sent and kind.is_usual]
NO = Settlement("the warehouse does not know the article")
DAMAGES = ["whole", "cut", "thinned", "doubled", "re-ordered", "re-counted"]


def damaged(content, how, draw):
    """`content` with one thing done to it at any place."""
    mark = b"~" if b"~" in content else b"'"
    pieces = content.split(mark)
    at = draw.randrange(len(pieces))
    match how:
        case "cut":
            return content[: draw.randrange(len(content))]
        case "thinned":
            del pieces[at]
        case "doubled":
            pieces.insert(at, pieces[at])
        case "re-ordered":
            to = draw.randrange(len(pieces))
            pieces[at], pieces[to] = pieces[to], pieces[at]
        case "re-counted":
            ends = [place for place, each in enumerate(pieces) if re.match(rb"\s*(SE|GE|IEA)\W", each)]
            at = draw.choice(ends)
            count = re.search(rb"\d+", pieces[at])[0]
            pieces[at] = pieces[at].replace(count, str(int(count) + draw.choice([-1, 1])).encode(), 1)
    return mark.join(pieces)


def through_a_folder(content, draw, root):
    """What the reader kept and refused of a file, what was told in its answers, and what was quarantined."""
    incidents = []
    folder = Folder(root, settle=dt.timedelta(0), now=lambda: NOON, on_incident=incidents.append)
    transport = FileTransport(
        folder,
        X12Codec(PROFILE, now=lambda: NOON),
        FilesProfile(names=NameTemplate("{kind}_{control_number}.x12")),
        store=Path(root) / "store",
        now=lambda: NOON,
        kinds=[kind.name for kind in READ],
    )
    (folder.incoming / "in.x12").write_bytes(content)
    ended, found = Counter(), []
    for kind in READ:
        for delivery in transport.read(kind):
            is_error = isinstance(delivery.entry, InvalidRecord)
            found += [] if is_error else [delivery.entry]
            word = [KEPT] if kind.holds is FileHolds.SNAPSHOT else [KEPT, KEPT, NO]
            settlement = REFUSED if is_error else draw.choice(word)
            delivery.settle(settlement)
            ended[settlement.is_kept] += 1
    answers = [
        read_acknowledgement(part)
        for path in folder.left()
        for part in read(io.BytesIO(path.read_bytes()))
        if isinstance(part, Document)
    ]
    archived = sorted(path.name for path in (Path(root) / "archive").iterdir())
    transport.close()
    return ended, answers, incidents, archived, found


def goods(record):
    """What a message of ours tells of goods: its lines, or its SKUs."""
    told = record.model_dump(include={"lines", "skus"})
    return sorted(map(repr, next(iter(told.values()))))


def ours(draw, message):
    """An interchange of a few sets of one message, each whole and as a partner writes it."""
    set_id, body = body_of(kind_of(message), message, "7", PROFILE)
    envelope = Envelope(partners=PROFILE.partners.swapped(), control_number="7", at=NOON)
    return b"".join(write(envelope, set_id, [body] * draw.randint(1, 3)))


def holds(content, draw, *, is_answered=True, is_read=True):
    """What was kept of a file; None where it is quarantined."""
    with tempfile.TemporaryDirectory() as root:
        ended, answers, incidents, archived, found = through_a_folder(content, draw, root)
    if any(each.kind is IncidentKind.QUARANTINED for each in incidents):
        assert answers == [], "what is quarantined is not answered"
        assert archived == []
        return None
    assert len(archived) == 1, "everything is settled, so the file is done"
    assert bool(answers) == is_answered
    for answer in answers:
        assert answer.accepted <= answer.received
        assert answer.verdict is not Verdict.ACCEPTED or answer.accepted == answer.received == answer.included
        assert (answer.verdict is Verdict.REJECTED) == (answer.accepted == 0)
    if any(each.kind is IncidentKind.HELD for each in incidents):
        return []  # a snapshot that says too little is held for a person
    assert sum(answer.accepted for answer in answers) == sum(times for is_kept, times in ended.items() if is_kept)
    if is_read:
        assert sum(answer.received for answer in answers) == ended.total(), "what nobody reads comes to nobody"
    return found


@pytest.mark.parametrize("message", [PICK, ORDER, STYLE], ids=lambda each: type(each).__name__)
@pytest.mark.parametrize("how", DAMAGES)
@given(st.integers(0, 2**32))
@settings(max_examples=12, deadline=None)
def test_of_our_orders_the_acknowledgement_says_exactly_what_was_kept(message, how, seed):
    draw = random.Random(seed)
    whole = ours(draw, message)
    content = damaged(whole, how, draw)
    found = holds(content, draw)
    if content.strip() == whole.strip():
        assert found, "what is whole is read"
    elif how in ("cut", "re-counted"):
        assert not found or len(found) < whole.count(b"ST*"), "of what is not whole something is missing"
    for record in found or ():
        assert how == "re-ordered" or goods(record) == goods(message), "what is kept is kept whole"


@pytest.mark.parametrize("set_id", sorted(SETS))
@pytest.mark.parametrize("how", DAMAGES)
@given(st.integers(0, 2**32))
@settings(max_examples=4, deadline=None)
def test_of_any_document_the_acknowledgement_says_exactly_what_was_kept(set_id, how, seed):
    draw = random.Random(seed)
    content = damaged(interchange(draw, set_id), how, draw)
    is_read = any(set_id in kind.sets for kind in READ)
    found = holds(content, draw, is_answered=set_id not in ACKNOWLEDGEMENTS, is_read=is_read)
    assert how != "whole" or found is not None, "what is whole is not quarantined"
