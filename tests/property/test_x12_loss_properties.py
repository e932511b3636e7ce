"""Any document of any set, cut, thinned, doubled, re-ordered or re-counted at any place, broken into lines or
written in another charset: it is read whole, or it is told or refused. And the first look overlooks nothing.
"""

import io
import random
from collections import Counter
from unittest import mock

import pytest
from how_many import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from x12_documents import interchange

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.x12 import (
    ACKNOWLEDGEMENTS,
    TA1,
    Document,
    Scope,
    Segment,
    Severity,
    Verdict,
    acknowledgement,
    contradictions,
    read,
    read_ta1,
    show,
    ta1,
    validate,
    verdict_on,
)
from clarus_bluecherry.x12 import _validate as validation
from clarus_bluecherry.x12._sets import SETS

seeds = st.integers(0, 2**32)
every_set = pytest.mark.parametrize("set_id", sorted(SETS))
ODD = [
    "",
    "0",
    "-1",
    "1.5",
    ".",
    "20260231",
    "20240229",
    "2561",
    "é",
    "Ω",
    " ",
    "\x1f",
    "A\x1fB",
    "\n",
    "\ufffd",
    "x" * 90,
]


def outcome(content, **how):
    """Every segment between ST and SE of what is taken; None where something is told or the file is refused."""
    try:
        parts = list(read(io.BytesIO(content), lenient=True, **how))
    except InvalidRecord:
        return None
    taken = Counter()
    for part in parts:
        found = validate(part) if isinstance(part, Document) else part.findings
        wide = [each for each in found if each.scope is not Scope.SET and each.severity is Severity.ERROR]
        if wide or verdict_on(found) is Verdict.REJECTED:
            return None
        if isinstance(part, Document):
            taken.update(part.segments[1:-1])
    return taken


def whole(content):
    taken = outcome(content)
    assert taken is not None
    return taken


@every_set
@given(seed=seeds, data=st.data())
@settings(max_examples=25, deadline=None)
def test_whatever_is_cut_thinned_doubled_or_moved_is_read_whole_or_told(set_id, seed, data):
    chance = random.Random(seed)
    content = interchange(chance, set_id, sets=data.draw(st.integers(1, 3)))
    expected = whole(content)
    terminator = content[105:106]
    pieces = [piece + terminator for piece in content.split(terminator)[:-1]]
    begin = data.draw(st.integers(0, len(pieces) - 1))
    end = data.draw(st.integers(begin + 1, min(len(pieces), begin + 6)))
    to = data.draw(st.integers(0, len(pieces)))
    rest = pieces[:begin] + pieces[end:]
    for damaged in (
        pieces[:begin],
        pieces[begin:],
        rest,
        pieces[:end] + pieces[begin:],
        rest[:to] + pieces[begin:end] + rest[to:],
    ):
        assert outcome(b"".join(damaged)) in (None, expected)
    at = data.draw(st.integers(0, len(content)))
    assert outcome(content[:at]) in (None, expected)


@every_set
@given(seed=seeds, other=st.integers(-9, 99).filter(bool), place=st.sampled_from([b"SE", b"GE", b"IEA"]))
@settings(max_examples=15, deadline=None)
def test_a_count_that_is_not_right_is_told(set_id, seed, other, place):
    content = interchange(random.Random(seed), set_id)
    mark, terminator = content[3:4], content[105:106]
    begin = content.rindex(
        terminator + (b"\r\n" if b"\r\n" in content else b"\n" if b"\n" in content else b"") + place + mark
    )
    head, name, tail = content[:begin], *content[begin:].split(place + mark, 1)
    count, _, rest = tail.partition(mark)
    wrong = b"%d" % (int(count) + other)
    assert outcome(head + name + place + mark + wrong + mark + rest) is None


@every_set
@given(seed=seeds, width=st.integers(20, 300), charset=st.sampled_from(["utf-8", "cp1252", "latin-1"]))
@settings(max_examples=25, deadline=None)
def test_a_file_that_was_broken_or_written_in_another_charset_is_read_whole_or_told(set_id, seed, width, charset):
    content = interchange(random.Random(seed), set_id)
    expected = whole(content)
    other = content.decode().encode(charset)
    assert outcome(other) in (None, expected)
    assert outcome(other, charset=charset) == expected
    if b"\n" not in content:
        lines = [content[at : at + width] for at in range(0, len(content), width)]
        found = outcome(b"\n".join(lines))
        assert found == expected if len(lines) > 3 else found in (None, expected)


@given(seed=seeds, data=st.data())
@settings(max_examples=examples(300), deadline=None)
def test_the_first_look_overlooks_nothing(seed, data):
    """What is found with the patterns is what is found without them."""
    chance = random.Random(seed)
    (document, *_) = read(io.BytesIO(interchange(chance, chance.choice(sorted(SETS)))))
    segments = list(document.segments)
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(segments) - 1))
        elements = list(segments[at].elements)
        place = data.draw(st.integers(0, len(elements)))
        elements[place : place + data.draw(st.integers(0, 2))] = [
            data.draw(st.sampled_from(ODD) | st.text(max_size=5))
        ]
        id_ = data.draw(st.just(segments[at].id) | st.sampled_from(["ZZZ", "N1 N1", "W01", "N3", "SE", ""]))
        segments[at] = Segment(id_, tuple(elements))
        other = data.draw(st.integers(0, len(segments) - 1))
        segments[at], segments[other] = segments[other], segments[at]
    damaged = Document(
        set_id=document.set_id,
        control_number=document.control_number,
        segments=tuple(segments),
        delimiters=document.delimiters,
    )
    quick = validate(damaged)
    with (
        mock.patch.object(validation, "is_in_order", return_value=False),
        mock.patch.dict(validation.TAKES, {each.id: lambda _: False for each in segments}),
    ):
        assert validate(damaged) == quick


PIECES = [
    b"~",
    b"*",
    b"TA1*1*260302*1200*A*000~",
    b"\xef\xbb\xbf",
    b"\x1a",
    b"\n$$A\n",
    b"ISA*",
    b"\n",
    b" ",
    b"\xe9",
    b"ST*999*1~",
]


@given(seed=seeds, data=st.data(), lenient=st.booleans(), charset=st.sampled_from([None, "utf-8", "cp1252"]))
@settings(max_examples=examples(400), deadline=None)
def test_any_damage_gives_parts_or_one_typed_error_through_every_door(seed, data, lenient, charset):
    chance = random.Random(seed)
    content = bytearray(interchange(chance, chance.choice(sorted(SETS)), sets=chance.randint(1, 2)))
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(content)))
        piece = data.draw(st.sampled_from(PIECES) | st.binary(max_size=5))
        content[at : at + data.draw(st.integers(0, 30))] = piece
    try:
        parts = list(read(io.BytesIO(bytes(content)), lenient=lenient, charset=charset))
    except InvalidRecord:
        return
    judged = [(part, validate(part)) for part in parts if isinstance(part, Document)]
    list(acknowledgement(judged))
    for document, found in judged:
        assert all(line.isprintable() for line in show(document, found, personal=True))
        assert all(str(each).isprintable() for each in found)
    for part in parts:
        try:
            if part.interchange is not None:
                ta1(part.interchange, part.findings)
            if isinstance(part, TA1):
                read_ta1(part)
            if isinstance(part, Document) and part.set_id in ACKNOWLEDGEMENTS:
                contradictions(part)
        except InvalidRecord:
            continue
