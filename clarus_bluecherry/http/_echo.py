"""Our own secrets, taken out of the errors of a server that echoes what it was sent.

Law of this module: the secrets themselves are looked for, in each way they are written on their way, in the texts
and the kept answer of an error and of those it came from. An answer that could be read is not touched.
"""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Iterable
from typing import TypeVar

from clarus_bluecherry.errors import ClarusBluecherryError
from clarus_bluecherry.http._redact import HIDDEN

S = TypeVar("S")

_SHORTEST = 6
"""What is shorter is a part of plain words, and no secret."""
_OURS = frozenset({"action", "record", "correlation_id"})
"""Texts of an error that no server wrote."""


def conceal(error: BaseException, secrets: Iterable[str]) -> None:
    """Hide `secrets` in `error` and in every error that it came from."""
    written = _written(secrets)
    chain, seen = [error], set[int]()
    while written and chain:
        each = chain.pop()
        seen.add(id(each))
        each.args = tuple(_hidden(value, written) for value in each.args)
        if isinstance(each, ClarusBluecherryError):
            kept = {name: value for name, value in vars(each).items() if name not in _OURS}
            vars(each).update({name: _hidden(value, written) for name, value in kept.items()})
        chain += [one for one in (each.__cause__, each.__context__) if one is not None and id(one) not in seen]


def _written(secrets: Iterable[str]) -> list[str]:
    """Plain, as JSON and in a URL or form; the longest first, so that no part of another is left."""
    forms = {
        form
        for secret in secrets
        if len(secret) >= _SHORTEST
        for form in (
            secret,
            json.dumps(secret)[1:-1],
            urllib.parse.quote(secret),
            urllib.parse.quote(secret, safe=""),
            urllib.parse.quote_plus(secret),
        )
    }
    return sorted(forms, key=len, reverse=True)


def _hidden(value: S, written: list[str]) -> S:
    result: object = value
    if isinstance(result, str):
        for each in written:
            result = result.replace(each, HIDDEN)
    elif isinstance(result, bytes):
        for each in written:
            result = result.replace(each.encode(), HIDDEN.encode())
    elif isinstance(result, dict):
        result = {name: _hidden(member, written) for name, member in result.items()}
    return result  # type: ignore[return-value]
