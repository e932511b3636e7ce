"""What the other side sent may be personal, or a session's: it does not travel with a pickled error."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from clarus_bluecherry import errors
from clarus_bluecherry.errors import AnswerError, CodeNotFound, QueryFailed

_KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, AnswerError)]
_TRIPS: list[Callable[[Any], Any]] = [
    lambda error: pickle.loads(pickle.dumps(error)),
    copy.deepcopy,
]


def refused(kind: type[AnswerError]) -> AnswerError:
    error = kind(
        "the order was refused",
        status=422,
        headers={"Set-Cookie": "session=CANARY"},
        body=b'{"ship_to": "CANARY"}',
        record="order 7",
        correlation_id="c1",
    )
    if isinstance(error, QueryFailed):
        error.partial = '{"name": "CANARY"}'
    if isinstance(error, CodeNotFound):
        error.raw = {"name": "CANARY"}
    return error


@pytest.mark.parametrize("trip", _TRIPS, ids=["pickle", "deepcopy"])
@pytest.mark.parametrize("kind", _KINDS)
def test_body_and_headers_stay_behind(kind: type[AnswerError], trip: Callable[[Any], Any]) -> None:
    error = refused(kind)
    back = trip(error)
    assert b"CANARY" not in pickle.dumps(error)
    assert "CANARY" not in repr(vars(back))
    assert (back.body, dict(back.headers)) == (b"", {}), "what is left behind is empty, not missing"
    assert (str(back), back.status, back.correlation_id) == (str(error), 422, "c1")
    if isinstance(back, QueryFailed):
        assert back.partial == ""


def test_the_same_process_raises_it_again_with_its_body() -> None:
    error = refused(AnswerError)
    assert copy.copy(error).body == error.body
    assert copy.copy(error).headers == error.headers
