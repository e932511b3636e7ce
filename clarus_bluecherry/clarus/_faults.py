"""What is wrong with a record that is to be written: every fault at once, and what a wrong name was meant to be.

Law of this module: faults are told by record and field, never by the value. A name that is none comes first: what
is missing is often missing because of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from clarus_bluecherry._nearest import nearest
from clarus_bluecherry.errors import InvalidRecord

_AT_MOST = 10
"""Of a thousand lines that are wrong in one way, a person reads no more."""


def refused(error: ValidationError, model: type[BaseModel], record: str) -> InvalidRecord:
    """`error`, which reading `record` as `model` ended with, in words. Its field is that of the first fault."""
    found = error.errors(include_input=False, include_url=False, include_context=False)
    found.sort(key=lambda each: each["type"] != "extra_forbidden")
    (place, first), *others = [(_place(each), _said(each, model)) for each in found[:_AT_MOST]]
    told = [first, *(f"field {where}: {what}" for where, what in others)]
    more = [f"and {len(found) - _AT_MOST} more"] if len(found) > _AT_MOST else []
    return InvalidRecord("; ".join([*told, *more]), record=record, field=place)


def _place(fault: ErrorDetails) -> str:
    return ".".join(map(str, fault["loc"]))


def _said(fault: ErrorDetails, model: type[BaseModel]) -> str:
    if fault["type"] != "extra_forbidden":
        return fault["msg"]
    *above, name = fault["loc"]
    models = _held(model, above)
    near = nearest(str(name), [known for each in models for known in each.model_fields])
    meant = f"did you mean {near!r}?" if near else f"see {' or '.join(each.__name__ for each in models)}"
    return f"there is no such field: {meant}"


def _held(model: type[BaseModel], place: Sequence[str | int]) -> list[type[BaseModel]]:
    """What may stand at `place` in a `model`. Steps that are no field are the number of a row, or its kind."""
    models = [model]
    for step in place:
        fields = [each.model_fields[step] for each in models if step in each.model_fields]
        models = [inner for each in fields for inner in _models(each.annotation)] or models
    return models


def _models(kind: object) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for part in get_args(kind):
        yield from _models(part)
