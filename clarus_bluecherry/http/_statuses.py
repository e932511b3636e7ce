"""What the status of a refusal means: which error it is, whose fault, and whether anything may have happened.

Law of this module: the table below is the whole rule. Only a refusal in the system's own words is about the
record; a page from a gateway, a closed way, a missing endpoint say nothing of it. A status that nobody documented
is not blamed on the record. What may have had effect is never called safe to repeat.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve, frozen

from clarus_bluecherry.errors import (
    AnswerError,
    BadRequest,
    Blame,
    Conflict,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    RateLimited,
    Retry,
    ServerFailed,
    Unprocessable,
    UnreadableAnswer,
)

_WRONG_WAY = "Check the base URL, the proxy and the gateway on the way: this request does not belong there."
_REDIRECTED = "Correct the base URL: redirects are not followed, they would carry the credentials along."
_A_PAGE = "Look at the kept body: a gateway or proxy seems to have answered in the system's place."
_TOO_LARGE = "Ask who runs the gateway for its limits, or send less at a time."
_NO_SUCH_ID = (
    "Check that the record still exists and that this is its id, not its reference or its code: "
    "a list finds the id, `list(reference=...).first().id`."
)
_EARLY = "Send it again later."


@frozen
class Meaning:
    """What a status means. `retry` and `action` are given where they differ from those of the error's kind."""

    kind: type[AnswerError]
    blame: Blame
    retry: Retry | None = None
    action: str | None = None


_ELSEWHERE = Meaning(BadRequest, Blame.SYSTEM, action=_WRONG_WAY)
_UNDOCUMENTED = Meaning(BadRequest, Blame.UNCLEAR)
_FAILED = Meaning(ServerFailed, Blame.UNCLEAR)
_MOVED = Meaning(UnreadableAnswer, Blame.SYSTEM, Retry.POINTLESS, _REDIRECTED)

MEANINGS: Mapping[int, Meaning] = {
    303: evolve(_MOVED, retry=Retry.ASK_FIRST),  # "see other" is what a server says after a POST that it has done
    400: Meaning(BadRequest, Blame.RECORD),
    401: Meaning(NotAuthenticated, Blame.SYSTEM),
    402: _ELSEWHERE,
    403: Meaning(NotPermitted, Blame.UNCLEAR),
    404: Meaning(NotFound, Blame.SYSTEM),
    405: _ELSEWHERE,
    406: _ELSEWHERE,
    407: _ELSEWHERE,
    408: _FAILED,
    409: Meaning(Conflict, Blame.RECORD),
    410: Meaning(NotFound, Blame.SYSTEM),
    411: _ELSEWHERE,
    413: Meaning(BadRequest, Blame.UNCLEAR, action=_TOO_LARGE),
    414: Meaning(BadRequest, Blame.UNCLEAR, action=_TOO_LARGE),
    415: _ELSEWHERE,
    421: Meaning(BadRequest, Blame.SYSTEM, Retry.SAFE, _WRONG_WAY),
    422: Meaning(Unprocessable, Blame.RECORD),
    425: Meaning(BadRequest, Blame.SYSTEM, Retry.SAFE, _EARLY),
    426: _ELSEWHERE,
    429: Meaning(RateLimited, Blame.UNCLEAR),
    431: _ELSEWHERE,
    451: _ELSEWHERE,
    499: _FAILED,
    511: _ELSEWHERE,
}
"""Statuses with a meaning of their own. Of the others, 3xx sends on, 4xx is undocumented, 500 and up failed."""


def meaning(status: int, path: str, *, is_page: bool = False) -> Meaning:
    """What a `status`, which is no success, says of the request that went to `path`.

    `is_page`: markup came where JSON was due.

    >>> [meaning(404, path).blame.name for path in ("/api/goods_outs", "/api/goods_outs/4711/cancel")]
    ['SYSTEM', 'RECORD']
    """
    found = MEANINGS.get(status) or _of_class(status)
    if found.kind is NotFound and _names_a_record(path):
        found = evolve(found, blame=Blame.RECORD, action=_NO_SUCH_ID)
    if found.blame is Blame.RECORD and is_page:
        return evolve(found, blame=Blame.UNCLEAR, action=_A_PAGE)
    return found


def _of_class(status: int) -> Meaning:
    if status >= 500:
        return _FAILED
    return _UNDOCUMENTED if status >= 400 else _MOVED


def _names_a_record(path: str) -> bool:
    """Whether a path ends in a record's id, or in one of its actions. Ids in paths are whole numbers."""
    return any(step.isdecimal() for step in path.rstrip("/").split("/")[-2:])
