"""Calls for every other operation of the vendor's OpenAPI file: one per style.

`jsonapi` for the `data` envelope, `rest` for flat bodies and for none, `upload` and `download` for files,
`listing` for GraphQL lists, and `query` for any other GraphQL query.

Law of this module: it knows envelopes and errors, not resources; bodies go out as given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from clarus_bluecherry.clarus.envelopes import JSON_HEADERS, REST_PREFIX, attachment, raw
from clarus_bluecherry.clarus.graphql import Listing, Where, by
from clarus_bluecherry.clarus.reading import AnyNode
from clarus_bluecherry.clarus.refusal import refusal
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.http._call import Answer, Call, Json

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


def jsonapi(
    method: str,
    path: str,
    kind: str,
    attributes: Mapping[str, Json],
    *,
    relationships: Mapping[str, Json] | None = None,
    repeatable: bool | None = None,
    record: str = "",
) -> Call[Json]:
    """Any REST operation that takes the `data` envelope: `kind` is its type, as a rule the plural of the path.

    >>> jsonapi("PATCH", "/api/trailers/7", "trailers", {"reference": "T-1"}).json
    {'data': {'type': 'trailers', 'attributes': {'reference': 'T-1'}}}
    """
    data: dict[str, Json] = {"type": kind, "attributes": dict(attributes)}
    if relationships:
        data["relationships"] = dict(relationships)
    return rest(method, path, json={"data": data}, repeatable=repeatable, record=record)


def listing(
    root: str,
    fields: str,
    *,
    filter_type: str = "",
    where: Where | None = None,
    key: Iterable[str] = ("id",),
    page_size: int | None = None,
) -> Listing[AnyNode]:
    """Any GraphQL list: rows keep all `fields` that were asked for in `model_extra`.

    `filter_type` is the type of the list's filter, needed with `where`; `key` are the fields that tell rows apart.

    >>> listing("trailers", "id reference").root
    'trailers'
    """
    if where and not filter_type:
        raise InvalidRecord(
            "the type of the list's filter is needed", record=f"list of {root}", field="filter_type"
        )
    return Listing(
        root=root,
        filter_type=filter_type,
        model=AnyNode,
        fields=fields,
        where=where or {},
        key=by(*key),
        page_size=page_size,
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


def download(path: str, *, method: str = "GET", json: Json = None, record: str = "") -> Call[bytes]:
    """Any operation that answers with a file: a label as PDF, a confirmation in the tenant's format."""
    return Call(
        name=f"{method} {_checked(path)}",
        method=method,
        path=path,
        headers=JSON_HEADERS,
        json=json,
        read=raw,
        refusal=refusal,
        repeatable=method in _REPEATABLE,
        record=record,
    )


def _checked(path: str) -> str:
    if not _PATH.fullmatch(path):
        raise InvalidRecord(f"{path!r} is not a path under {REST_PREFIX}/ with its ids filled in", field="path")
    return path


def _json_or_nothing(answer: Answer) -> Json:
    return answer.json() if answer.body.strip() else None
