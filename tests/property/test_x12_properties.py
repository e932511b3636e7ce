"""What must hold for any X12: what is written is read as it was, and nothing that is read does harm."""

import io
import random
from contextlib import suppress

import pytest
from how_many import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from x12_documents import interchange

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.x12 import Document, Trailer, acknowledgement, read, rewritten, validate
from clarus_bluecherry.x12._sets import SETS

seeds = st.integers(0, 2**32)
every_set = pytest.mark.parametrize("set_id", sorted(SETS))


def parts(content, **how):
    return list(read(io.BytesIO(content), **how))


def documents(found):
    return [part for part in found if isinstance(part, Document)]


@every_set
@given(seed=seeds, sets=st.integers(1, 3))
@settings(max_examples=30, deadline=None)
def test_any_document_that_is_written_passes_the_strict_reader_and_is_written_again_byte_for_byte(
    set_id, seed, sets
):
    content = interchange(random.Random(seed), set_id, sets=sets)
    found = parts(content)
    assert [finding for one in documents(found) for finding in validate(one)] == []
    assert [finding for part in found for finding in part.findings] == []
    trailers = [part.segment for part in found if isinstance(part, Trailer)]
    assert rewritten(documents(found), trailers) == content
    assert len(documents(found)) == sets
    assert parts(content, lenient=True) == found


@given(seed=seeds, data=st.data())
@settings(max_examples=examples(300), deadline=None)
def test_any_damage_gives_findings_or_one_typed_error(seed, data):
    chance = random.Random(seed)
    content = bytearray(interchange(chance, chance.choice(sorted(SETS))))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        content[at : at + data.draw(st.integers(0, 5))] = data.draw(st.binary(max_size=5))
    for lenient in (False, True):
        try:
            found = parts(bytes(content), lenient=lenient)
        except InvalidRecord:
            continue
        judged = [(one, validate(one)) for one in documents(found)]
        for _, findings in judged:
            assert all(str(finding) for finding in findings)
        assert all(body[0].id == "AK1" and body[-1].id == "AK9" for body in acknowledgement(judged))


@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_are_read_or_refused(content, lenient):
    with suppress(InvalidRecord):
        parts(content, lenient=lenient)
