"""The receiver of webhooks, free of any framework: method, path, headers and body in, a verdict out.

Law of this module: nothing counts without the token, and nothing is answered with 2xx before the inbox has it. A
refusal says no more than its status; no exception escapes, whatever arrives.
"""

from __future__ import annotations

import enum
import hmac
import re
import secrets
from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from attrs import field, frozen

from clarus_bluecherry.clarus.webhooks._notice import MAX_DEPTH, MAX_RECORDS, WebhookNotice, read_notices
from clarus_bluecherry.errors import ConfigurationError

MAX_BODY = 1024 * 1024
"""Bytes. Clarus publishes no size; a full order of a thousand lines is well below this (our limit)."""

_SHORTEST_TOKEN = 32
_TOKEN = re.compile(f"[A-Za-z0-9_-]{{{_SHORTEST_TOKEN},}}")
_METHODS = frozenset({"POST", "GET"})

_SAID_WITH: Mapping[int, Mapping[str, str]] = {405: {"Allow": "POST, GET"}, 503: {"Retry-After": "5"}}

Headers = Mapping[str, str] | Iterable[tuple[str | bytes, str | bytes]]


class CallOutcome(enum.StrEnum):
    """What became of a call."""

    KEPT = "kept"
    KNOWN = "known"
    """The same call was kept before: a duplicate, or a replay."""
    FOR_PERSON = "for a person"
    """Kept for a person: it could not be read, or tells of what only a person can mend."""
    REFUSED = "refused"
    FAILED = "failed"
    """The inbox could not keep it; whoever sends again may succeed."""


@frozen
class WebhookReply:
    """The answer to a call: its HTTP `status`, and for one that got in its notices. `reason` is safe to log.

    A call that brings several records is kept when one of them is, failed when one of them could not be kept.
    """

    status: int
    outcome: CallOutcome
    reason: str = ""
    notices: tuple[WebhookNotice, ...] = ()

    @property
    def headers(self) -> Mapping[str, str]:
        """What the answer says beside its status; it has no body."""
        return {"Content-Length": "0", **_SAID_WITH.get(self.status, {})}

    @property
    def notice(self) -> WebhookNotice | None:
        """The first of its notices, which is the only one of nearly every call."""
        return self.notices[0] if self.notices else None


class Inbox(Protocol):
    """Where notices are kept. `keep` returns only when the notice is durable."""

    def keep(self, notice: WebhookNotice) -> CallOutcome:
        """Keep `notice` once, or park it when it has a problem: KEPT, KNOWN or PARKED."""
        ...


_UNAUTHORIZED = WebhookReply(401, CallOutcome.REFUSED, "wrong token or header")
_WRONG_METHOD = WebhookReply(405, CallOutcome.REFUSED, "neither POST nor GET")
_TOO_LARGE = WebhookReply(413, CallOutcome.REFUSED, "the body is too large")
_NOT_KEPT = WebhookReply(503, CallOutcome.FAILED, "the inbox failed")
BUSY = WebhookReply(503, CallOutcome.FAILED, "too many calls wait for the inbox")
_WORST_FIRST = (CallOutcome.FAILED, CallOutcome.KEPT, CallOutcome.FOR_PERSON, CallOutcome.KNOWN)
_STATUS = {CallOutcome.KEPT: 202, CallOutcome.FOR_PERSON: 202, CallOutcome.KNOWN: 200}


def new_token() -> str:
    """A token for the URL path that nobody can guess: 256 random bits."""
    return secrets.token_urlsafe(32)


def refuse_weak(token: str) -> None:
    """Raise `ConfigurationError` for a token that could be guessed, or that a URL would have to escape."""
    if not _TOKEN.fullmatch(token):
        what = f"the token must be at least {_SHORTEST_TOKEN} letters, digits, - and _"
        raise ConfigurationError(what, field="token", action="Make one with new_token().")


def _unguessable(receiver: object, attribute: object, token: str) -> None:
    refuse_weak(token)


def _lowered(words: Collection[str]) -> frozenset[str]:
    return frozenset(word.lower() for word in words)


@frozen(kw_only=True)
class Receiver:
    """Takes webhooks at `<any prefix>/<token>/<resource>.<event>` and puts them into `inbox`.

    `domains`, `subdomains` and `automation_ids` are the values of the vendor's headers that are let in; an empty
    one lets in any. They are plain values that anybody may forge: the token is what protects. `max_body` is in
    bytes, `max_depth` in levels of objects and lists, `max_records` in records of one call.

    >>> class Memory:
    ...     def keep(self, notice):
    ...         return CallOutcome.KEPT
    >>> receiver = Receiver(inbox=Memory(), token="t" * 32)
    >>> receiver.receive("POST", f"/hooks/{'t' * 32}/stock.received", {}, b'{"id": 7}').status
    202
    >>> receiver.receive("POST", "/hooks/guess/stock.received", {}, b'{"id": 7}').status
    401
    """

    inbox: Inbox
    token: str = field(repr=False, validator=_unguessable)
    domains: Collection[str] = field(default=(), converter=_lowered)
    subdomains: Collection[str] = field(default=(), converter=_lowered)
    automation_ids: Collection[str] = field(default=(), converter=_lowered)
    max_body: int = MAX_BODY
    max_depth: int = MAX_DEPTH
    max_records: int = MAX_RECORDS

    def receive(self, method: str, path: str, headers: Headers, body: bytes) -> WebhookReply:
        """The verdict on one call. Never raises."""
        told = _read(headers)
        refused = self._refusal(method, path, told)
        if refused is not None:
            return refused
        if len(body) > self.max_body:
            return _TOO_LARGE
        first = {name: values[0] for name, values in told.items()}
        notices = read_notices(_bare(path), first, body, max_depth=self.max_depth, max_records=self.max_records)
        outcome = min(map(self._kept, notices), key=_WORST_FIRST.index)
        if outcome is CallOutcome.FAILED:
            return _NOT_KEPT
        problem = next((notice.problem for notice in notices if notice.problem), "")
        return WebhookReply(_STATUS[outcome], outcome, problem, tuple(notices))

    def _kept(self, notice: WebhookNotice) -> CallOutcome:
        try:
            return self.inbox.keep(notice)
        except Exception:  # noqa: BLE001 - whatever the inbox raises, the sender is told to come again
            return CallOutcome.FAILED

    def refusal(self, method: str, path: str, headers: Headers) -> WebhookReply | None:
        """Why a call would be refused whatever its body is, so that a server need not read it. Never raises."""
        return self._refusal(method, path, _read(headers))

    def _refusal(self, method: str, path: str, told: Mapping[str, list[str]]) -> WebhookReply | None:
        is_ours = hmac.compare_digest(_token_in(path), self.token.encode())
        if not is_ours or not self._lets_in(told):
            return _UNAUTHORIZED
        if method not in _METHODS:
            return _WRONG_METHOD
        length = told.get("content-length", ["0"])[0]
        return _TOO_LARGE if length.isascii() and length.isdigit() and self._is_too_long(length) else None

    def _is_too_long(self, length: str) -> bool:
        return len(length) > len(str(self.max_body)) or int(length) > self.max_body

    def _lets_in(self, told: Mapping[str, list[str]]) -> bool:
        wanted = (
            ("x-claruswms-domain", self.domains),
            ("x-claruswms-subdomain", self.subdomains),
            ("x-claruswms-automation-id", self.automation_ids),
        )
        return all(
            len(values := told.get(name, [])) == 1 and values[0].lower() in allowed
            for name, allowed in wanted
            if allowed
        )


def _read(headers: Headers) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in headers.items() if isinstance(headers, Mapping) else headers:
        found.setdefault(_text(name).lower(), []).append(_text(value).strip())
    return found


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _bare(path: str) -> str:
    return path.partition("?")[0].partition("#")[0]


def _token_in(path: str) -> bytes:
    """The last but one part of the path, or nothing."""
    parts = _bare(path).rstrip("/").rsplit("/", 2)
    return parts[1].encode("utf-8", "surrogatepass") if len(parts) == 3 else b""
