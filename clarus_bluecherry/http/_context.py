"""What both senders do alike: build the request, name what went wrong, make the answer, keep the log.

Law of this module: no I/O and no waiting. A `Journey` is one logical call on its way, over as many requests as it
takes; the senders only add the sending. No body, query string or secret reaches a log line or an error text.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Generic, TypeVar

import httpx
from attrs import define, evolve, field, frozen

from clarus_bluecherry._version import __version__
from clarus_bluecherry.errors import (
    ConfigurationError,
    InvalidRecord,
    NotAuthenticated,
    NotSent,
    OutcomeUnknown,
    Retry,
    UnreadableAnswer,
    WireError,
)
from clarus_bluecherry.http._auth import CHECK_CREDENTIALS, ClientCredentials, Credential, Pairs
from clarus_bluecherry.http._call import Answer, Call
from clarus_bluecherry.http._limiter import RateLimiter
from clarus_bluecherry.http._quiet import request_of_ours
from clarus_bluecherry.http._redact import redact_headers, redact_text
from clarus_bluecherry.http._settings import DEFAULT_RETRIES, DEFAULT_TIMEOUTS, Retries, Timeouts

T = TypeVar("T")

logger = logging.getLogger("clarus_bluecherry.http")

USER_AGENT = f"clarus-bluecherry/{__version__}"
CORRELATION_HEADER = "X-Correlation-Id"

_KEPT_OF_TOO_LONG = 64 * 1024
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


@frozen
class Exchange(Generic[T]):
    """What a call brought: its value, the last answer, and how many requests it took."""

    value: T
    answer: Answer
    attempts: int


@frozen(kw_only=True)
class Attempt:
    """One request, for observers: metrics, traces, a structured log.

    `number` counts the requests of one logical call from 1; `status` is None when no answer came, and then
    `error` is the class of the error. `seconds` runs from sending to the end of the answer. `path` is without
    the query.
    """

    call: str
    record: str
    method: str
    path: str
    number: int
    status: int | None
    error: str
    seconds: float
    correlation_id: str


Observer = Callable[[Attempt], None]


def _shown_headers(pairs: Pairs) -> str:
    return repr(redact_headers(pairs))


@frozen
class Prepared:
    """The exact request: method, whole URL, headers (secrets hidden in the repr only) and body bytes."""

    method: str
    url: str = field(repr=lambda url: repr(redact_text(url)))
    headers: Pairs = field(repr=_shown_headers)
    body: bytes | None = field(repr=False)


def checked_base_url(text: str) -> str:
    """A base URL without its closing slash. Raises `ConfigurationError` for anything that is not plainly one."""
    try:
        url = httpx.URL(text.strip())
    except httpx.InvalidURL:
        raise ConfigurationError("the base URL is not a URL", field="base_url") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise ConfigurationError("the base URL must begin with https:// and name a host", field="base_url")
    if url.userinfo or url.query or url.fragment:
        what = "the base URL holds credentials, a query or a fragment: credentials go into auth"
        raise ConfigurationError(what, field="base_url")
    return str(url).rstrip("/")


def utc_now() -> dt.datetime:
    """The clock that senders use unless a test gives them another."""
    return dt.datetime.now(dt.UTC)


def _pairs(headers: Mapping[str, str] | None) -> Pairs:
    return tuple((headers or {}).items())


@frozen(kw_only=True)
class Desk:
    """What a sender knows that is neither a connection nor a secret."""

    base_url: str = field(converter=checked_base_url)
    headers: Pairs = field(default=(), converter=_pairs)
    timeouts: Timeouts = DEFAULT_TIMEOUTS
    retries: Retries = DEFAULT_RETRIES
    limiter: RateLimiter | None = None
    longest_answer: int
    clock: Callable[[], dt.datetime] = utc_now
    observers: tuple[Observer, ...] = ()

    @property
    def host(self) -> str:
        """The host of the base URL: what error texts call the other side."""
        return httpx.URL(self.base_url).host

    def begin(self, call: Call[T], timeouts: Timeouts | None = None, retries: Retries | None = None) -> Journey[T]:
        """Take `call` in hand. Raises `InvalidRecord` when it cannot be written."""
        return Journey(call=call, desk=self, timeouts=timeouts or self.timeouts, retries=retries or self.retries)

    def for_tokens(self, credentials: ClientCredentials) -> Desk:
        """The desk for token requests: our headers and the speed limit do not reach there."""
        return evolve(self, base_url=credentials.base_url(self.base_url), headers={}, limiter=None)


@define
class Body:
    """An answer's body while it arrives, up to `longest` bytes."""

    longest: int
    bytes_read: bytearray = field(factory=bytearray)

    def take(self, chunk: bytes) -> bool:
        """Add `chunk`; whether more may come."""
        self.bytes_read += chunk
        return not self.too_long

    @property
    def too_long(self) -> bool:
        """Whether the answer is longer than allowed."""
        return len(self.bytes_read) > self.longest


@define
class Leg:
    """One request of a journey, while it is under way."""

    longest: int
    status: int | None = None

    def opened(self, response: httpx.Response) -> Body:
        """The answer has begun: where its body goes."""
        self.status = response.status_code
        return Body(self.longest)


@define(kw_only=True)
class Journey(Generic[T]):
    """One logical call under way: its correlation id and body stay the same over all its requests."""

    call: Call[T]
    desk: Desk
    timeouts: Timeouts
    retries: Retries
    correlation_id: str = field(factory=lambda: uuid.uuid4().hex)
    body: bytes | None = field(init=False, repr=False)
    requests: int = 0
    token_replaced: bool = False

    def __attrs_post_init__(self) -> None:
        try:
            self.body = self.call.body
        except InvalidRecord as error:
            error.record = error.record or self.call.record
            raise

    def prepared(self, credential: Credential) -> Prepared:
        """The exact request."""
        return Prepared(self.call.method, self._url(), self._headers(credential), self.body)

    def request(self, client: httpx.Client | httpx.AsyncClient, credential: Credential) -> httpx.Request:
        """The exact request, for `client` to send."""
        exact, waits = self.prepared(credential), self.timeouts
        return client.build_request(
            exact.method,
            exact.url,
            headers=list(exact.headers),
            content=exact.body,
            timeout=httpx.Timeout(connect=waits.connect, read=waits.read, write=waits.write, pool=waits.pool),
        )

    @contextmanager
    def one_request(self) -> Iterator[Leg]:
        """Around one request: its errors become ours, and it is logged and observed once."""
        self.requests += 1
        leg, error, began = Leg(self.desk.longest_answer), "", time.perf_counter()
        try:
            with request_of_ours():
                yield leg
        except httpx.HTTPError as cause:
            failure = self._failure(cause)
            error = type(failure).__name__
            raise failure from cause
        except BaseException as failure:
            error = type(failure).__name__
            raise
        finally:
            self._tell(leg.status, error, time.perf_counter() - began)

    @contextmanager
    def signed(self) -> Iterator[None]:
        """Around the whole journey: every error names the record, the correlation id and the requests it took."""
        try:
            yield
        except WireError as error:
            if self.token_replaced and isinstance(error, NotAuthenticated) and error.action != CHECK_CREDENTIALS:
                error.action = "Check the credentials; a fresh token was already tried."
            error.record = error.record or self.call.record
            error.__dict__.update(correlation_id=self.correlation_id, attempts=self.requests)
            raise

    def answer(self, response: httpx.Response, body: Body) -> Answer:
        """What came back. A 429 slows down everybody who shares the limiter. Raises `UnreadableAnswer`."""
        answer = Answer(
            status=response.status_code,
            headers=response.headers,
            body=bytes(body.bytes_read[: body.longest]),
            correlation_id=self.correlation_id,
            received_at=self.desk.clock(),
            host=self.desk.host,
        )
        if answer.status == 429 and answer.retry_after and self.desk.limiter is not None:
            self.desk.limiter.pause(min(answer.retry_after, self.retries.longest_retry_after))
        if body.too_long and answer.status < 300:
            raise evolve(answer, body=answer.body[:_KEPT_OF_TOO_LONG]).error(
                UnreadableAnswer,
                f"{self.call.name}: the answer of {answer.host} is longer than {body.longest} bytes",
                retry=Retry.POINTLESS if self.call.repeatable else None,
                action="Ask for less at a time, or allow longer answers.",
            )
        return answer

    def may_replace_token(self) -> bool:
        """True once: after a 401 a journey buys one new token."""
        first, self.token_replaced = not self.token_replaced, True
        return first

    def arrived(self, answer: Answer) -> Exchange[T]:
        """The call's value, read from `answer`, or the typed error that it means."""
        return Exchange(self.call.result(answer), answer, self.requests)

    def _url(self) -> str:
        path = self.call.path
        if any(mark in path for mark in "?#\\") or {".", ".."} & set(path.split("/")):
            what = f"the path of {self.call.name} is not percent-encoded, or holds a query"
            raise InvalidRecord(what, record=self.call.record)
        try:
            url = httpx.URL(f"{self.desk.base_url}/{path.lstrip('/')}" if path else self.desk.base_url)
        except httpx.InvalidURL:
            what = f"the path of {self.call.name} cannot stand in a URL"
            raise InvalidRecord(what, record=self.call.record) from None
        return str(url.copy_with(params=self.call.query) if self.call.query else url)

    def _headers(self, credential: Credential) -> Pairs:
        kind = (("Content-Type", "application/json"),) if self.call.json is not None else ()
        ours = (("Accept", "application/json"), ("User-Agent", USER_AGENT))
        id_ = ((CORRELATION_HEADER, self.correlation_id),)
        every = (*ours, *self.desk.headers, *kind, *self.call.headers, *credential.pairs, *id_)
        for name, value in every:
            if not all(" " <= character <= "~" for character in name + value):
                raise ConfigurationError(
                    f"the value of {name!r} holds what a header cannot carry", field="headers"
                )
        return tuple({name.lower(): (name, value) for name, value in every}.values())

    def _failure(self, error: httpx.HTTPError) -> NotSent | OutcomeUnknown:
        """What an httpx error means for the call. Unless we know that nothing left, the outcome is unknown."""
        kind = type(error).__name__
        if isinstance(error, _NOT_SENT):
            reason = redact_text(str(error)) or "no reason given"
            return NotSent(f"{self.call.name} did not reach {self.desk.host} ({kind}: {reason})")
        what = f"{self.call.name} left for {self.desk.host}, but no whole answer came back ({kind})"
        if self.call.repeatable:
            return OutcomeUnknown(
                what, retry=Retry.SAFE, action="Send it again later: repeating it changes nothing."
            )
        return OutcomeUnknown(what)

    def _tell(self, status: int | None, error: str, seconds: float) -> None:
        attempt = Attempt(
            call=self.call.name,
            record=self.call.record,
            method=self.call.method,
            path=redact_text(self.call.path),
            number=self.requests,
            status=status,
            error=error,
            seconds=seconds,
            correlation_id=self.correlation_id,
        )
        logger.log(
            logging.INFO if error or (status or 0) >= 400 else logging.DEBUG,
            "%s %s %s: %s in %.0f ms (attempt %d, correlation id %s)",
            attempt.call,
            attempt.method,
            attempt.path,
            " ".join(filter(None, (str(status or ""), error))),
            seconds * 1000,
            attempt.number,
            attempt.correlation_id,
        )
        for observer in self.desk.observers:
            try:
                observer(attempt)
            except Exception:
                # The request is done: an observer must not make it look failed.
                logger.exception("an observer of %s failed", attempt.call)
