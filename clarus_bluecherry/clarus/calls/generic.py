"""Calls for every other operation of the vendor's OpenAPI file, by method and documented path.

Law of this module: it knows envelopes and errors, not resources; bodies go out as given.
"""

from __future__ import annotations

import re

from clarus_bluecherry.clarus.envelopes import JSON_HEADERS, REST_PREFIX, attachment
from clarus_bluecherry.clarus.refusal import refusal
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.http.call import Answer, Call, Json

_PATH = re.compile(rf"{REST_PREFIX}(/[A-Za-z0-9_-]+)+")
_REPEATABLE = frozenset({"GET", "PUT", "DELETE"})


def rest(
    method: str,
    path: str,
    *,
    json: Json = None,
    query: tuple[tuple[str, str], ...] = (),
    repeatable: bool | None = None,
    record: str = "",
) -> Call[Json]:
    """Any REST operation. `path` is the documented one with the ids filled in; the value is the answer's JSON.

    A 204 is None. GET, PUT and DELETE are taken as repeatable, other methods not, unless `repeatable` says so.

    >>> rest("POST", "/api/loads", json={"data": {"type": "loads", "attributes": {"reference": "L-1"}}}).name
    'POST /api/loads'
    """
    method = method.upper()
    return Call(
        name=f"{method} {_checked(path)}",
        method=method,
        path=path,
        query=query,
        headers=JSON_HEADERS,
        json=json,
        read=_json_or_nothing,
        refusal=refusal,
        repeatable=method in _REPEATABLE if repeatable is None else repeatable,
        record=record,
    )


def upload(
    path: str,
    content: bytes,
    *,
    filename: str,
    media_type: str = "application/octet-stream",
    record: str = "",
) -> Call[Json]:
    """Any raw binary upload: a document's content, an automation's template."""
    return Call(
        name=f"POST {_checked(path)}",
        method="POST",
        path=path,
        headers=attachment(filename, media_type),
        content=content,
        read=_json_or_nothing,
        refusal=refusal,
        record=record,
    )


def _checked(path: str) -> str:
    if not _PATH.fullmatch(path):
        raise InvalidRecord(f"{path!r} is not a path under {REST_PREFIX}/ with its ids filled in", field="path")
    return path


def _json_or_nothing(answer: Answer) -> Json:
    return answer.json() if answer.body.strip() else None
