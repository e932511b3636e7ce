"""The four kinds of request that Clarus takes, and the shapes of its answers.

Law of this module: a path holds no id that could reach another record, a body holds no field that its record does
not have, and what is wrong with a record is told by record and field, never by the value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Generic, TypeVar

from attrs import evolve, frozen
from pydantic import BaseModel, ValidationError

from clarus_bluecherry.clarus._refusal import refusal
from clarus_bluecherry.clarus._writing.base import AddressAttributes
from clarus_bluecherry.errors import InvalidRecord, UnreadableAnswer
from clarus_bluecherry.http._call import Answer, Call, Json

if TYPE_CHECKING:
    from clarus_bluecherry.clarus._reading.answers import Saved

T = TypeVar("T")
ModelT = TypeVar("ModelT", bound=BaseModel)

REST_PREFIX = "/api"
"""Where the vendor's OpenAPI file puts every REST path."""

JSON_HEADERS = (("Content-Type", "application/json"),)
"""Documented for every call, with a body or without."""

RecordId = str | int
"""A Clarus id as a caller may hold it."""

_AN_ID = "Give the id that Clarus gave the record: `.id` of what a list shows or a create answers."
_ID = re.compile(r"[A-Za-z0-9_-]+")
_FILE_NAME = re.compile(r"[ !#-\[\]-~]+")  # said by what it has: what it has not is 2 ms of Unicode to compile


def rest_path(*steps: RecordId) -> str:
    """The path of a resource, a record or one of its actions.

    >>> rest_path("goods_outs", 7, "cancel")
    '/api/goods_outs/7/cancel'
    """
    for step in steps:
        checked_id(step, "id")
    return "/".join((REST_PREFIX, *map(str, steps)))


def checked_id(value: object, field: str) -> None:
    """Raise `InvalidRecord` naming `field` unless `value` can be an id in a path."""
    if isinstance(value, bool) or not isinstance(value, str | int) or not _ID.fullmatch(str(value)):
        raise InvalidRecord(f"{value!r} is no id", field=field, action=_AN_ID)


def whole(value: RecordId, field: str) -> int:
    """An id for a request body: the REST schema has whole numbers where lists have text."""
    if not str(value).isdecimal():
        raise InvalidRecord(f"{value!r} is not a number, as REST ids are", field=field)
    return int(value)


def whole_ids(ids: Iterable[RecordId]) -> list[Json]:
    """One or more ids for a request body."""
    numbers: list[Json] = [whole(each, "ids") for each in ids]
    if not numbers:
        raise InvalidRecord("no ids were given", field="ids")
    return numbers


def checked(model: type[ModelT], value: ModelT | Mapping[str, object], record: str) -> ModelT:
    """`value` as `model`, read from plain data where it is. Raises `InvalidRecord` naming the field at fault."""
    if isinstance(value, model):
        return value
    plain = value.model_dump(exclude_unset=True) if isinstance(value, BaseModel) else dict(value)
    try:
        return model.model_validate(plain)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        field = ".".join(str(step) for step in first["loc"])
        raise InvalidRecord(first["msg"], record=record, field=field) from None


# Requests ----------------------------------------------------------------------------------------------------


def document(kind: str, attributes: Mapping[str, Json], address: AddressAttributes | None = None) -> Json:
    """The JSON:API-like envelope. It never holds an `id`: that is in the path.

    >>> document("account_products", {"account_id": 3})
    {'data': {'type': 'account_products', 'attributes': {'account_id': 3}}}
    """
    data: dict[str, Json] = {"type": kind, "attributes": dict(attributes)}
    wired = address.wire() if address is not None else {}
    if wired:
        data["relationships"] = {"address": {"data": {"type": "addresses", "attributes": wired}}}
    return {"data": data}


def flat(**values: Json) -> Json:
    """The flat envelope, without the values that are None."""
    return {name: value for name, value in values.items() if value is not None}


def attachment(filename: str, media_type: str) -> tuple[tuple[str, str], ...]:
    """The headers of the raw binary envelope. The name must be plain ASCII."""
    if not _FILE_NAME.fullmatch(filename):
        raise InvalidRecord("the file name is empty, or has more than plain ASCII in it", field="filename")
    return (("Content-Type", media_type), ("Content-Disposition", f'attachment; filename="{filename}"'))


def create(name: str, path: str, body: Json, *, record: str) -> Call[Saved]:
    """A create. Not repeatable: Clarus has no idempotency key, the same request makes a second record."""
    return Call(
        name=name,
        method="POST",
        path=path,
        headers=JSON_HEADERS,
        json=body,
        read=saved,
        refusal=refusal,
        record=record,
    )


def change(name: str, path: str, body: Json, *, record: str, repeatable: bool) -> Call[Saved]:
    """A PATCH. Repeatable when it only sets fields to values; not when it adds or removes child rows."""
    return Call(
        name=name,
        method="PATCH",
        path=path,
        headers=JSON_HEADERS,
        json=body,
        read=done,
        refusal=refusal,
        record=record,
        repeatable=repeatable,
    )


def delete(name: str, path: str, *, record: str) -> Call[Saved]:
    """A DELETE. Repeatable; repeated after an answer was lost it may raise `NotFound`, and the record is gone."""
    return Call(
        name=name,
        method="DELETE",
        path=path,
        headers=JSON_HEADERS,
        read=done,
        refusal=refusal,
        record=record,
        repeatable=True,
    )


def delete_many(name: str, path: str, ids: Iterable[RecordId], *, noun: str) -> Call[Saved]:
    """A DELETE of several records, whose ids travel in the query."""
    numbers = whole_ids(ids)
    listed = ",".join(map(str, numbers))
    return evolve(delete(name, path, record=f"{noun} ids {listed}"), query=(("ids", listed),))


def action(name: str, path: str, body: Json = None, *, record: str) -> Call[Saved]:
    """A step in a record's life. Not repeatable: a second one is refused, or counts twice."""
    return asking(name, path, body, read=done, record=record)


def asking(
    name: str, path: str, body: Json, *, read: Callable[[Answer], T], record: str, repeatable: bool = False
) -> Call[T]:
    """A POST whose answer is a record of its own."""
    return Call(
        name=name,
        method="POST",
        path=path,
        headers=JSON_HEADERS,
        json=body,
        read=read,
        refusal=refusal,
        record=record,
        repeatable=repeatable,
    )


def fetching(name: str, path: str, *, read: Callable[[Answer], T], record: str) -> Call[T]:
    """A GET."""
    return Call(
        name=name,
        method="GET",
        path=path,
        headers=JSON_HEADERS,
        read=read,
        refusal=refusal,
        record=record,
        repeatable=True,
    )


def filling(
    name: str,
    path: str,
    content: bytes,
    *,
    filename: str,
    media_type: str,
    read: Callable[[Answer], T],
    record: str,
) -> Call[T]:
    """A raw binary upload."""
    return Call(
        name=name,
        method="POST",
        path=path,
        headers=attachment(filename, media_type),
        content=content,
        read=read,
        refusal=refusal,
        record=record,
    )


# Answers -----------------------------------------------------------------------------------------------------


def saved(answer: Answer) -> Saved:
    """Reader for creates: wrapped in `data` or flat, but with an id. Raises `UnreadableAnswer`."""
    record = done(answer)
    if not record.id:
        raise answer.error(UnreadableAnswer, "the answer to a create names no id")
    return record


def done(answer: Answer) -> Saved:
    """Reader for changes and actions, whose documented answers range from a whole record to no body at all."""
    from clarus_bluecherry.clarus._reading.answers import Saved  # 5 ms that whoever reads no answer does not pay

    if not answer.body.strip():
        return Saved()
    body = answer.json()
    if not isinstance(body, dict):
        raise answer.error(UnreadableAnswer, "the answer is not a JSON object")
    data = body.get("data", body)
    if not isinstance(data, dict):
        return Saved(attributes={"data": data})
    known = {name: value for name, value in data.items() if value is not None}
    if not isinstance(known.get("attributes"), dict):
        names = known.keys() & {"id", "type"}
        known = {
            **{name: known[name] for name in names},
            "attributes": {name: value for name, value in data.items() if name not in names},
        }
    return Saved.model_validate(known)


@frozen
class Into(Generic[ModelT]):
    """Reader for answers with a shape of their own, wrapped in `data` or not."""

    model: type[ModelT]

    def __call__(self, answer: Answer) -> ModelT:
        """The answer as `model`. Raises what `Call.result` makes an `UnreadableAnswer` of."""
        body = answer.json()
        if not isinstance(body, dict):
            raise TypeError("the answer is not a JSON object")
        return self.model.model_validate(body.get("data", body))


def raw(answer: Answer) -> bytes:
    """Reader for files."""
    return answer.body
