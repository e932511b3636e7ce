"""A call is data: what to send and how to read the answer, without sending anything.

Law of this module: nothing here does I/O or imports an HTTP library. A `Call` can be sent by our own senders or
by any HTTP connector (an iPaaS step, a queue worker) that hands the answer back to `Call.result`.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import json
import re
import urllib.parse
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Generic, NoReturn, TypeVar

from attrs import evolve, field, frozen

from clarus_bluecherry.errors import (
    AnswerError,
    BadRequest,
    ClarusBluecherryError,
    Conflict,
    InvalidRecord,
    NotAuthenticated,
    NotFound,
    NotPermitted,
    RateLimited,
    Retry,
    ServerFailed,
    Unprocessable,
    UnreadableAnswer,
)
from clarus_bluecherry.http.redact import redact_text

T_co = TypeVar("T_co", covariant=True)

Json = None | bool | int | float | Decimal | str | list["Json"] | dict[str, "Json"]
"""A JSON value. Numbers with a point are read as Decimal."""

REQUEST_ID_HEADERS = ("x-request-id", "x-correlation-id", "x-amzn-requestid", "apim-request-id", "x-ms-request-id")
_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")
_LARGEST_EXPONENT = 300
_LONGEST_QUOTE = 1000


def dump_json(value: object) -> bytes:
    """`value` as UTF-8 JSON. Decimals become numbers without losing a digit, or are refused (`InvalidRecord`).

    >>> dump_json({"quantity": Decimal("0.10"), "count": Decimal("24.0")})
    b'{"quantity":0.1,"count":24}'
    """
    try:
        text = json.dumps(value, default=_json_number, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return text.encode()
    except InvalidRecord:
        raise
    except (ValueError, RecursionError) as error:
        raise InvalidRecord(f"the value cannot be written as JSON ({type(error).__name__})") from None


def _json_number(value: object) -> int | float:
    if not isinstance(value, Decimal):
        raise InvalidRecord(f"{type(value).__name__} cannot be written as JSON")
    if not value.is_finite() or abs(value.adjusted()) > _LARGEST_EXPONENT:
        raise InvalidRecord(f"{value} is not a number that JSON can carry")
    if value == value.to_integral_value():
        return int(value)
    nearest = float(value)
    if Decimal(repr(nearest)) != value:
        raise InvalidRecord(f"{value} has more digits than a JSON number keeps")
    return nearest


def _plain(value: Json, record: str) -> Json:
    """`value` with its Decimals as the numbers they are sent as, so that any JSON writer takes it."""
    try:
        return _with_numbers(value)
    except RecursionError:
        what = "the value cannot be written as JSON (RecursionError)"
        raise InvalidRecord(what, record=record) from None
    except InvalidRecord as error:
        raise InvalidRecord(error.what, record=record) from None


def _with_numbers(value: Json) -> Json:
    match value:
        case Decimal():
            return _json_number(value)
        case dict():
            return {name: _with_numbers(each) for name, each in value.items()}
        case list():
            return [_with_numbers(each) for each in value]
        case _:
            return value


def _read_number(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise ValueError("a number out of range") from None
    if abs(value.adjusted()) > _LARGEST_EXPONENT:
        raise ValueError("a number out of range")
    return value


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


def _lower_names(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@frozen
class Answer:
    """What came back. Header names are lower case; the body is not shown in a repr: it may be personal.

    `correlation_id` is ours, sent with the request; `received_at` knows its time zone; `host` answered.
    """

    status: int
    headers: Mapping[str, str] = field(factory=dict, repr=False, converter=_lower_names)
    body: bytes = field(default=b"", repr=False)
    correlation_id: str = ""
    received_at: dt.datetime = field(factory=lambda: dt.datetime.now(dt.UTC))
    host: str = ""

    @property
    def request_id(self) -> str:
        """The id the server gave the request, where it gave one: quote it to the vendor's support."""
        return next((self.headers[name] for name in REQUEST_ID_HEADERS if name in self.headers), "")

    @property
    def retry_after(self) -> float | None:
        """Seconds the server asks to wait (`Retry-After` in seconds or as a date), or None."""
        value = self.headers.get("retry-after", "").strip()
        if not value:
            return None
        if _SECONDS.fullmatch(value):
            return float(value)
        try:
            moment = email.utils.parsedate_to_datetime(value)
        except ValueError:
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
        return max(0.0, (moment - self.received_at).total_seconds())

    def json(self) -> Json:
        """The body as JSON, numbers with a point as Decimal. Raises `UnreadableAnswer`."""
        try:
            value: Json = json.loads(self.body, parse_float=_read_number, parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            kind = self.headers.get("content-type", "no content type")
            raise self.error(
                UnreadableAnswer, f"the answer ({kind}, {len(self.body)} bytes) is not JSON"
            ) from error
        return value

    def error(
        self,
        kind: type[AnswerError],
        what: str,
        *,
        record: str = "",
        field: str = "",
        code: str = "",
        symbol: str = "",
        retry: Retry | None = None,
        action: str | None = None,
    ) -> AnswerError:
        """An error of `kind` that keeps this answer; `retry` and `action` where they differ from the kind's."""
        return kind(
            what,
            status=self.status,
            headers=self.headers,
            body=self.body,
            code=code,
            symbol=symbol,
            record=record,
            field=field,
            correlation_id=self.correlation_id,
            request_id=self.request_id,
            retry_after=self.retry_after,
            retry=retry,
            action=action,
        )


@frozen
class Refusal:
    """A vendor's own words for a refusal: text, code, symbol and the field at fault, where it names them."""

    what: str
    code: str = ""
    symbol: str = ""
    field: str = ""


def plain_refusal(answer: Answer) -> Refusal:
    """The refusal of a server whose error format is not known: only the status is quoted."""
    return Refusal(f"the server answered {answer.status}")


def nothing(answer: Answer) -> None:
    """Reader for calls that answer without a body."""


@frozen(kw_only=True)
class Call(Generic[T_co]):
    """One request, and how to read its answer.

    `name` is what logs and metrics call it; `record` which business record it concerns. `path` is relative to
    the base URL and percent-encoded; a query goes into `query`. At most one of `json` and `content` may be set.
    `json` holds what `json.dumps` takes: Decimals are the numbers they are sent as, and one that JSON cannot carry
    is refused (`InvalidRecord`) when the call is made.
    `repeatable` is true when sending the same request twice has the same effect as sending it once.
    """

    name: str
    method: str
    path: str
    read: Callable[[Answer], T_co] = field(repr=False)
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    json: Json = field(default=None, repr=False)
    content: bytes | None = field(default=None, repr=False)
    repeatable: bool = False
    record: str = ""
    refusal: Callable[[Answer], Refusal] = field(default=plain_refusal, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "json", _plain(self.json, self.record))

    @property
    def body(self) -> bytes | None:
        """The exact bytes of the request body, or None."""
        return self.content if self.json is None else dump_json(self.json)

    def moved(self, path: str) -> Call[T_co]:
        """The same call at another path."""
        return evolve(self, path=path)

    def result(self, answer: Answer) -> T_co:
        """Read `answer`: return what was asked for, or raise the typed error that it means."""
        try:
            return self._read(answer)
        except (ServerFailed, UnreadableAnswer) as error:
            if self.repeatable and error.retry is Retry.ASK_FIRST:
                error.retry, error.action = Retry.SAFE, "Send it again later: repeating it changes nothing."
            raise

    def _read(self, answer: Answer) -> T_co:
        if answer.status >= 400:
            raise self._refused(answer)
        if answer.status >= 300:
            raise self._redirected(answer)
        try:
            return self.read(answer)
        except AnswerError as error:
            error.record = error.record or self.record
            raise
        except ClarusBluecherryError:
            raise
        except (ValueError, KeyError, TypeError, IndexError, AttributeError, ArithmeticError) as error:
            what = f"the answer to {self.name} does not have the documented shape: {_shape_of(error)}"
            raise answer.error(UnreadableAnswer, what, record=self.record) from error

    def _refused(self, answer: Answer) -> AnswerError:
        try:
            refusal = self.refusal(answer)
        except (AnswerError, ValueError, KeyError, TypeError, IndexError, AttributeError):
            # The status stands even when a proxy's page took the place of the vendor's explanation.
            refusal = plain_refusal(answer)
        place = f" by {answer.host}" if answer.host else ""
        return answer.error(
            _KIND_OF_STATUS.get(answer.status) or (ServerFailed if answer.status >= 500 else BadRequest),
            f"{self.name} was refused with {answer.status}{place}: {redact_text(refusal.what[:_LONGEST_QUOTE])}",
            record=self.record,
            field=refusal.field,
            code=refusal.code,
            symbol=refusal.symbol,
        )

    def _redirected(self, answer: Answer) -> AnswerError:
        place = urllib.parse.urlsplit(answer.headers.get("location", "")).hostname or "another place"
        return answer.error(
            UnreadableAnswer,
            f"{self.name} was sent on with {answer.status} by {answer.host or 'the server'} to {place}",
            record=self.record,
            retry=Retry.POINTLESS,
            action="Correct the base URL: redirects are not followed, they would carry the credentials along.",
        )


_KIND_OF_STATUS: Mapping[int, type[AnswerError]] = {
    400: BadRequest,
    401: NotAuthenticated,
    403: NotPermitted,
    404: NotFound,
    409: Conflict,
    422: Unprocessable,
    429: RateLimited,
}


def _shape_of(error: Exception) -> str:
    """Where the shape broke, without the values: those may be personal."""
    locations = getattr(error, "errors", None)
    if callable(locations):
        found = locations(include_input=False, include_url=False, include_context=False)
        return redact_text("; ".join(f"{'.'.join(map(str, one['loc']))}: {_rule_of(one)}" for one in found))
    return type(error).__name__


def _rule_of(found: Mapping[str, object]) -> object:
    """The rule that was broken. A validator of our own may quote the value in its text: then only its kind."""
    return found["type"] if found["type"] in {"value_error", "assertion_error"} else found["msg"]
