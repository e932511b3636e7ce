"""A call is data: what to send and how to read the answer, without sending anything.

Law of this module: nothing here does I/O or imports an HTTP library. A `Call` can be sent by our own senders or
by any HTTP connector (an iPaaS step, a queue worker) that hands the answer back to `Call.result`.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Generic, TypeVar

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
    ServerFailed,
    Unprocessable,
    UnreadableAnswer,
)

T = TypeVar("T")

Json = None | bool | int | float | Decimal | str | list["Json"] | dict[str, "Json"]
"""A JSON value. Numbers with a point are read as Decimal."""

REQUEST_ID_HEADERS = ("x-request-id", "x-correlation-id", "x-amzn-requestid", "apim-request-id", "x-ms-request-id")
_LONGEST_EXACT_FLOAT = 15


def dump_json(value: object) -> bytes:
    """`value` as UTF-8 JSON. Decimals become numbers without losing a digit, or are refused.

    >>> dump_json({"quantity": Decimal("0.10"), "count": Decimal("24.0")})
    b'{"quantity":0.1,"count":24}'
    """
    return json.dumps(value, default=_json_number, ensure_ascii=False, separators=(",", ":")).encode()


def _json_number(value: object) -> int | float:
    if not isinstance(value, Decimal):
        raise InvalidRecord(f"{type(value).__name__} cannot be written as JSON")
    if value == value.to_integral_value():
        return int(value)
    if len(value.normalize().as_tuple().digits) > _LONGEST_EXACT_FLOAT:
        raise InvalidRecord(f"{value} has more digits than a JSON number keeps")
    return float(value)


@frozen
class Answer:
    """What came back. Header names are lower case; the body is not shown in a repr: it may be personal."""

    status: int
    headers: Mapping[str, str] = field(factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    correlation_id: str = ""
    received_at: dt.datetime = field(factory=lambda: dt.datetime.now(dt.UTC))

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
        if value.isdigit():
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
            value: Json = json.loads(self.body, parse_float=Decimal)
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
    ) -> AnswerError:
        """An error of `kind` that keeps this answer."""
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
class Call(Generic[T]):
    """One request, and how to read its answer.

    `name` is what logs and metrics call it; `record` which business record it concerns. `path` is relative to
    the base URL. Exactly one of `json` and `content` may be set. `repeatable` is true when sending the same
    request twice has the same effect as sending it once.
    """

    name: str
    method: str
    path: str
    read: Callable[[Answer], T] = field(repr=False)
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    json: Json = field(default=None, repr=False)
    content: bytes | None = field(default=None, repr=False)
    repeatable: bool = False
    record: str = ""
    refusal: Callable[[Answer], Refusal] = field(default=plain_refusal, repr=False)

    @property
    def body(self) -> bytes | None:
        """The exact bytes of the request body, or None."""
        return self.content if self.json is None else dump_json(self.json)

    def moved(self, path: str) -> Call[T]:
        """The same call at another path."""
        return evolve(self, path=path)

    def result(self, answer: Answer) -> T:
        """Read `answer`: return what was asked for, or raise the typed error that it means."""
        if answer.status >= 400:
            raise self._refused(answer)
        try:
            return self.read(answer)
        except AnswerError as error:
            error.record = error.record or self.record
            raise
        except ClarusBluecherryError:
            raise
        except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            what = f"the answer to {self.name} does not have the documented shape: {_shape_of(error)}"
            raise answer.error(UnreadableAnswer, what, record=self.record) from error

    def _refused(self, answer: Answer) -> AnswerError:
        refusal = self.refusal(answer)
        return answer.error(
            _KIND_OF_STATUS.get(answer.status) or (ServerFailed if answer.status >= 500 else BadRequest),
            f"{self.name} was refused with {answer.status}: {refusal.what}",
            record=self.record,
            field=refusal.field,
            code=refusal.code,
            symbol=refusal.symbol,
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
        return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in found)
    return f"{type(error).__name__}"
