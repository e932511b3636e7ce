"""One call under way, over as many requests as it takes: what both senders do alike.

Law of this module: no I/O and no waiting. A `PendingCall` builds the request, names what went wrong, makes the
answer and keeps the log; the senders only add the sending. No body, query string or secret reaches a log line or
an error text.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
import urllib.parse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Generic, TypeVar

import httpx
from attrs import define, evolve, field, frozen

from clarus_bluecherry.errors import (
    InvalidRecord,
    NotAuthenticated,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Retry,
    UnreadableAnswer,
    WireError,
)
from clarus_bluecherry.http._attempt import Attempt
from clarus_bluecherry.http._auth import CHECK_CREDENTIALS, Auth, Credential, Pairs
from clarus_bluecherry.http._call import Answer, Call
from clarus_bluecherry.http._context import Context, HeadersByName, StepTimeouts, by_name
from clarus_bluecherry.http._deadline import Deadline
from clarus_bluecherry.http._echo import conceal
from clarus_bluecherry.http._proxies import proxy_before
from clarus_bluecherry.http._quiet import request_of_ours
from clarus_bluecherry.http._redact import HIDDEN, SecretText, redact_headers, redact_text
from clarus_bluecherry.http._retry import may_repeat

T = TypeVar("T")

logger = logging.getLogger("clarus_bluecherry.http")

CORRELATION_HEADER = "X-Correlation-Id"

_KEPT_OF_TOO_LONG = 64 * 1024
_ASTRAY = re.compile(r"[?#\\]|(?:^|/)\.\.?(?:/|$)")
"""What a percent-encoded path without a query does not hold."""
_CHECK_PROXY = "Check the proxy, the network and the base URL, then send it again."
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


@frozen
class Response(Generic[T]):
    """What a call brought: its value, the last answer as it came, and how many requests it took."""

    value: T
    answer: Answer
    attempts: int


def _shown_headers(pairs: Pairs) -> str:
    return repr(redact_headers(pairs))


@frozen
class Prepared:
    """The exact request: method, whole URL, headers (secrets hidden in the repr only) and body bytes."""

    method: str
    url: str = field(repr=lambda url: repr(url if isinstance(url, SecretText) else redact_text(url)))
    headers: Pairs = field(repr=_shown_headers)
    body: bytes | None = field(repr=False)


@define
class Body:
    """An answer's body while it arrives, up to `longest` bytes and to the `deadline`."""

    longest: int
    deadline: Deadline
    bytes_read: bytearray = field(factory=bytearray)

    def take(self, chunk: bytes) -> bool:
        """Add `chunk`; whether more may come. Raises `TimeoutError`."""
        self.bytes_read += chunk
        if self.deadline.passed:
            raise TimeoutError
        return not self.too_long

    @property
    def too_long(self) -> bool:
        """Whether the answer is longer than allowed."""
        return len(self.bytes_read) > self.longest


@define
class Request:
    """One request of a pending call, while it is under way."""

    longest: int
    deadline: Deadline
    status: int | None = None
    may_have_left: bool = True

    def opened(self, response: httpx.Response) -> Body:
        """The answer has begun: where its body goes."""
        self.status = response.status_code
        return Body(self.longest, self.deadline)

    def watch(self, request: httpx.Request) -> None:
        """Learn from a client of our own when `request` leaves; until then it has not."""
        self.may_have_left = False
        request.extensions["trace"] = self._watched

    def watch_async(self, request: httpx.Request) -> None:
        """As `watch`, for asyncio."""
        self.may_have_left = False
        request.extensions["trace"] = self._watched_async

    def _watched(self, event: str, info: Mapping[str, object]) -> None:
        # A CONNECT goes to the proxy and carries nothing of ours.
        to_proxy = getattr(info.get("request"), "method", b"") == b"CONNECT"
        if event.endswith("send_request_headers.started") and not to_proxy:
            self.may_have_left = True

    async def _watched_async(self, event: str, info: Mapping[str, object]) -> None:
        self._watched(event, info)


@define(kw_only=True)
class PendingCall(Generic[T]):
    """One call under way: its correlation id, URL and body stay the same over all its requests."""

    call: Call[T]
    context: Context
    deadline: Deadline
    correlation_id: str = field(factory=lambda: secrets.token_hex(16))
    body: bytes | None = field(init=False, repr=False)
    url: httpx.URL = field(init=False, repr=False)
    requests: int = 0
    in_doubt: bool = False
    token_replaced: bool = False
    proofs: list[Auth | Credential] = field(factory=list, repr=False)
    is_ours: bool = False

    @classmethod
    def begin(cls, call: Call[T], context: Context, deadline: Deadline | None = None) -> PendingCall[T]:
        """Take `call` in hand. Raises `InvalidRecord` when it cannot be written.

        `deadline` is that of the call that needs this one; without it, it is the one that the settings give.
        """
        settings = context.settings
        return cls(
            call=call,
            context=context,
            deadline=deadline or Deadline.after(settings.deadline, settings.monotonic),
        )

    def __attrs_post_init__(self) -> None:
        try:
            self.body = self.call.body
        except InvalidRecord as error:
            error.record = error.record or self.call.record
            raise
        self.url = self._url()

    def prepared(self, credential: Credential) -> Prepared:
        """The exact request."""
        url = SecretText(self.url) if isinstance(self.call.path, SecretText) else str(self.url)
        return Prepared(self.call.method, url, tuple(self._headers(credential).values()), self.body)

    def request(
        self, client: httpx.Client | httpx.AsyncClient, credential: Credential, *, is_ours: bool
    ) -> httpx.Request:
        """The exact request, for `client` to send, with what `client` adds to each.

        Raises `NotSent` when the deadline has passed.
        """
        if self.deadline.passed:
            raise self.too_late("before it was sent")
        self.is_ours = is_ours
        self.proofs.append(credential)
        headers, extensions = self._headers(credential), {"timeout": self._waits()}
        if is_ours:
            # A client of ours adds nothing but headers: without its help this takes half the time.
            added: HeadersByName = {name: (name, value) for name, value in client.headers.items()}
            every = [*{**added, **headers}.values()]
            return httpx.Request(
                self.call.method, self.url, headers=every, content=self.body, extensions=extensions
            )
        return client.build_request(
            self.call.method,
            self.url,
            headers=[*headers.values()],
            content=self.body,
            extensions=extensions,
        )

    def _waits(self) -> StepTimeouts:
        left = self.deadline.timeout
        waits = self.context.timeouts
        return {**waits} if left is None else {step: min(seconds, left) for step, seconds in waits.items()}

    @contextmanager
    def one_request(self) -> Iterator[Request]:
        """Around one request: its errors become ours, and it is logged and observed once."""
        self.requests += 1
        request = Request(self.context.settings.longest_answer, self.deadline)
        error, began = "", time.perf_counter()
        try:
            with request_of_ours(has_secret_path=isinstance(self.call.path, SecretText)):
                yield request
        except (httpx.HTTPError, TimeoutError) as cause:
            failure = self._failure(cause, request)
            error = type(failure).__name__
            raise failure from cause
        except BaseException as failure:
            error = type(failure).__name__
            raise
        finally:
            self._tell(request.status, error, time.perf_counter() - began)

    @contextmanager
    def signed(self) -> Iterator[None]:
        """Around the whole call: every error names the record, the correlation id and the requests it took.

        None shows what we proved ourselves with.
        """
        try:
            yield
        except WireError as error:
            if self.token_replaced and isinstance(error, NotAuthenticated) and error.action != CHECK_CREDENTIALS:
                error.action = "Check the credentials; a fresh token was already tried."
            error.record = error.record or self.call.record
            error.__dict__.update(correlation_id=self.correlation_id, attempts=self.requests)
            conceal(error, (*(secret for proof in self.proofs for secret in proof.secrets), *self._secrets()))
            raise

    def _secrets(self) -> Iterator[str]:
        """What of the URL is a secret."""
        told = (self.call.path, *(text for pair in self.call.query for text in pair))
        return (str(text) for text in told if isinstance(text, SecretText))

    def answer(self, response: httpx.Response, body: Body) -> Answer:
        """What came back. A 429 slows down everybody who shares the limiter. Raises `UnreadableAnswer`."""
        settings = self.context.settings
        answer = Answer(
            status=response.status_code,
            headers=response.headers,
            body=bytes(body.bytes_read[: body.longest]),
            correlation_id=self.correlation_id,
            received_at=settings.clock(),
            host=self.context.host,
        )
        if answer.status == 429 and answer.retry_after and settings.limiter is not None:
            settings.limiter.pause(min(answer.retry_after, settings.max_retries.longest_retry_after))
        if body.too_long and answer.status < 300:
            raise evolve(answer, body=answer.body[:_KEPT_OF_TOO_LONG]).error(
                UnreadableAnswer,
                f"{self.call.name}: the answer of {answer.host} is longer than {body.longest} bytes",
                retry=Retry.POINTLESS if self.call.repeatable else None,
                action="Ask for less at a time, or allow longer answers.",
            )
        return answer

    def may_replace_token(self) -> bool:
        """True once: after a 401 a call buys one new token."""
        first, self.token_replaced = not self.token_replaced, True
        return first

    def arrived(self, answer: Answer) -> Response[T]:
        """The call's value, read from `answer`, or the typed error that it means."""
        return Response(self.call.result(answer), answer, self.requests)

    def failed(self, error: BaseException) -> bool:
        """An attempt ended in `error`: whether another may follow."""
        self.in_doubt = self.in_doubt or not isinstance(error, NotSent | RateLimited)
        return may_repeat(self.call, error)

    def too_late(self, when: str) -> NotSent | OutcomeUnknown:
        """The deadline leaves no time for a request: what that means for the call."""
        place = f"within its deadline of {self.deadline.seconds:g} s ({when})"
        if self.in_doubt:
            return self._lost(f"{self.call.name} left for {self.context.host}, but brought no answer {place}")
        what = f"{self.call.name} did not reach {self.context.host} {place}"
        return NotSent(what, action="Send it again, with more time.")

    def _url(self) -> httpx.URL:
        path, query = self.call.path, self.call.query and urllib.parse.urlencode(self.call.query)
        if _ASTRAY.search(path):
            what = f"the path of {self.call.name} is not percent-encoded, or holds a query"
            raise InvalidRecord(what, record=self.call.record)
        place = f"{self.context.base_url}/{path.lstrip('/')}" if path else self.context.base_url
        try:
            return httpx.URL(f"{place}?{query}" if query else place)
        except httpx.InvalidURL:
            what = f"the path of {self.call.name} cannot stand in a URL"
            raise InvalidRecord(what, record=self.call.record) from None

    def _headers(self, credential: Credential) -> HeadersByName:
        kind = (("Content-Type", "application/json"),) if self.call.json is not None else ()
        id_ = ((CORRELATION_HEADER, self.correlation_id),)
        return {**self.context.headers, **by_name((*kind, *self.call.headers, *credential.pairs, *id_))}

    def _failure(self, error: httpx.HTTPError | TimeoutError, request: Request) -> NotSent | OutcomeUnknown:
        """What an error of httpx or of our clock means. Unless nothing left for sure, the outcome is unknown."""
        kind = type(error).__name__
        late = self.deadline.timeout is not None and (isinstance(error, TimeoutError) or self.deadline.passed)
        if isinstance(error, _NOT_SENT) or not request.may_have_left:
            if late:
                return self.too_late("while it waited for a connection")
            reason = redact_text(str(error)) or "no reason given"
            # What proxy a client that was brought along goes through is not known.
            proxy = proxy_before(self.url, self.context.settings.proxy) if self.is_ours else ""
            way = f" through the proxy {proxy}" if proxy else ""
            return NotSent(
                f"{self.call.name} did not reach {self.context.host}{way} ({kind}: {reason})",
                action=_CHECK_PROXY if proxy else None,
            )
        when = f" within its deadline of {self.deadline.seconds:g} s" if late else ""
        return self._lost(
            f"{self.call.name} left for {self.context.host}, but no whole answer came back{when} ({kind})"
        )

    def _lost(self, what: str) -> OutcomeUnknown:
        if self.call.repeatable:
            return OutcomeUnknown(
                what, retry=Retry.SAFE, action="Send it again later: repeating it changes nothing."
            )
        return OutcomeUnknown(what)

    def _tell(self, status: int | None, error: str, seconds: float) -> None:
        level = logging.INFO if error or (status or 0) >= 400 else logging.DEBUG
        observers = self.context.settings.observers
        if not observers and not logger.isEnabledFor(level):
            return
        attempt = Attempt(
            call=self.call.name,
            record=self.call.record,
            method=self.call.method,
            path=HIDDEN if isinstance(self.call.path, SecretText) else redact_text(self.call.path),
            number=self.requests,
            status=status,
            error=error,
            seconds=seconds,
            correlation_id=self.correlation_id,
        )
        logger.log(
            level,
            "%s %s %s: %s in %.0f ms (attempt %d, correlation id %s)",
            attempt.call,
            attempt.method,
            attempt.path,
            " ".join(filter(None, (str(status or ""), error))),
            seconds * 1000,
            attempt.number,
            attempt.correlation_id,
        )
        for observer in observers:
            try:
                observer(attempt)
            except Exception:
                # The request is done: an observer must not make it look failed.
                logger.exception("an observer of %s failed", attempt.call)
