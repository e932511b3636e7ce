"""Clarus's own words for a refusal, from both documented error bodies.

Law of this module: reading a refusal never fails. What is not one of the two bodies (a proxy's page, an empty
answer, a truncated text) is told by its status alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.errors import UnreadableAnswer
from clarus_bluecherry.http._call import Answer, Refusal, plain_refusal
from clarus_bluecherry.http._redact import redact_text

_NAMING_KEYS = ("field", "attribute", "attribute_name", "parameter", "pointer")
_FIELD = re.compile(r"[A-Za-z][\w.\[\]/-]{0,99}")
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_MOST_QUOTED = 5


@cache
def _attributes() -> frozenset[str]:
    """Every attribute of every record that we write. All are built for it, so only when a refusal is read."""
    models = (getattr(wire, name) for name in wire.__all__)
    return frozenset(
        name
        for model in models
        if isinstance(model, type) and issubclass(model, wire.Attributes)
        for name in model.model_fields
    )


def refusal(answer: Answer) -> Refusal:
    """Read `{"error": text}` (401) or `{"errors": [{code, symbol, details, source, context}]}` (the others).

    Several errors are quoted together; code, symbol and field are the first one's. The field is the one that the
    context names, or the one that the details begin with, as in "Order quantity must be greater than 0" (our
    reading of undocumented texts, confidence low).

    >>> body = b'{"errors": [{"code": 12, "symbol": "invalid", "details": "Reference has already been taken"}]}'
    >>> refusal(Answer(422, body=body))
    Refusal(what='Reference has already been taken', code='12', symbol='invalid', field='reference')
    """
    try:
        body = answer.json()
    except UnreadableAnswer:
        return plain_refusal(answer)
    if not isinstance(body, dict):
        return plain_refusal(answer)
    found = body.get("errors")
    errors = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    if errors:
        return _of_errors(errors, answer)
    text = _text(body.get("error"))
    return Refusal(redact_text(text)) if text else plain_refusal(answer)


def _of_errors(errors: Sequence[Mapping[str, object]], answer: Answer) -> Refusal:
    first = errors[0]
    code, symbol = _text(first.get("code")), _text(first.get("symbol"))
    details = [_text(error.get("details")) or _text(error.get("symbol")) for error in errors]
    quoted = "; ".join(filter(None, details[:_MOST_QUOTED]))
    return Refusal(
        redact_text(quoted) or plain_refusal(answer).what, code=code, symbol=symbol, field=_field_at_fault(first)
    )


def _field_at_fault(error: Mapping[str, object]) -> str:
    context = error.get("context")
    if isinstance(context, dict):
        for key in _NAMING_KEYS:
            named = context.get(key)
            if isinstance(named, str) and _FIELD.fullmatch(named):
                return named
        attributes = [str(key) for key in context if key in _attributes()]
        if len(attributes) == 1:
            return attributes[0]
    return _field_told(_text(error.get("details")))


def _field_told(details: str) -> str:
    """The longest run of first words that names a writable attribute: `order_quantity`, Order quantity."""
    words = _WORD.findall(details.lower())[:6]
    for length in range(len(words), 0, -1):
        name = "_".join(words[:length])
        for spelling in (name, f"{name}_id"):
            if spelling in _attributes():
                return spelling
    return ""


def _text(value: object) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value).strip()
