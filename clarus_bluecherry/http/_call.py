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
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from typing import Generic, NoReturn, TypeVar

from attrs import evolve, field, frozen

from clarus_bluecherry.errors import (
    AnswerError,
    Blame,
    ClarusBluecherryError,
    InvalidRecord,
    Retry,
    ServerFailed,
    UnreadableAnswer,
)
from clarus_bluecherry.http._redact import redact_text
from clarus_bluecherry.http._statuses import meaning

T_co = TypeVar("T_co", covariant=True)

Json = None | bool | int | float | Decimal | str | list["Json"] | dict[str, "Json"]
"""A JSON value. Numbers with a point are read as Decimal."""

REQUEST_ID_HEADERS = ("x-request-id", "x-correlation-id", "x-amzn-requestid", "apim-request-id", "x-ms-request-id")
_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")
_LARGEST_EXPONENT = 300
_LONGEST_QUOTE = 1000
_LONGEST_HEARD = 100 * _LONGEST_QUOTE
_NESTED = (dict, list)
_HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")
_FIRST_YEAR, _LAST_YEAR = 2000, 2199
"""A clock that shows another year is not set."""
_LONGEST_WAIT = 366 * 86400.0


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


def _number_or_text(text: str) -> Decimal | str:
    try:
        return _read_number(text)
    except ValueError:
        return text


def _whole_or_text(text: str) -> int | str:
    return int(text) if len(text) <= _LARGEST_EXPONENT else text


_JSON = json.JSONDecoder(parse_float=_read_number, parse_constant=_no_number)
_JSON_OF_ROWS = json.JSONDecoder(parse_float=_number_or_text, parse_int=_whole_or_text, parse_constant=str)


def _whole_characters(value: Json) -> Json:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {str(_whole_characters(name)): _whole_characters(member) for name, member in value.items()}
    return [_whole_characters(member) for member in value] if isinstance(value, list) else value


def within(value: object, depth: int) -> bool:
    """Whether `value` is nested no deeper than `depth`.

    >>> within({"a": [1]}, 2), within({"a": [1]}, 1)
    (True, False)
    """
    level = [value] if isinstance(value, dict | list) else []
    for _ in range(depth):
        level = [
            member
            for each in level
            for member in (each.values() if isinstance(each, dict) else each)
            if isinstance(member, _NESTED)
        ]
        if not level:
            return True
    return not level


def cut(value: Json, depth: int) -> Json:
    """`value` as far as it goes within `depth`: whoever walks through it does not fall.

    >>> cut({"a": [1, [2]]}, 2)
    {'a': [1, 'nested too deep to be kept']}
    """
    if not isinstance(value, dict | list):
        return value
    if depth == 0:
        return "nested too deep to be kept"
    if isinstance(value, dict):
        return {name: cut(member, depth - 1) for name, member in value.items()}
    return [cut(member, depth - 1) for member in value]


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
        """Seconds the server asks to wait (`Retry-After` in seconds or as a date), or None.

        Never below zero and never more than a year, whatever the header says; how much of it is obeyed is the
        caller's to say. What cannot be read is no wish.
        """
        value = self.headers.get("retry-after", "").strip()
        seconds = float(value) if _SECONDS.fullmatch(value) else self._until(value)
        return None if seconds is None else min(max(seconds, 0.0), _LONGEST_WAIT)

    def _until(self, date: str) -> float | None:
        """Seconds until `date`, a header's text. None for one that cannot be read or does not exist."""
        try:
            moment = email.utils.parsedate_to_datetime(date)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
            return (moment - self.received_at).total_seconds()
        except (ValueError, TypeError, IndexError, OverflowError):
            return None

    @property
    def is_page(self) -> bool:
        """Whether markup came where JSON was due: a page of a gateway, a proxy or a login."""
        kind = self.headers.get("content-type", "").lower()
        return "html" in kind or self.body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"

    @property
    def served_at(self) -> dt.datetime | None:
        """The other side's own time when it answered (its `Date` header), or None when that tells nothing."""
        try:
            moment = email.utils.parsedate_to_datetime(self.headers.get("date", ""))
        except (ValueError, OverflowError):
            return None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
        return moment.astimezone(dt.UTC) if _FIRST_YEAR <= moment.year <= _LAST_YEAR else None

    def json(self) -> Json:
        """The body as JSON, numbers with a point as Decimal. Raises `UnreadableAnswer`."""
        with self._is_json():
            value: Json = _JSON.decode(self._text("surrogatepass"))
        return value

    def json_of_rows(self) -> Json:
        """As `json`, for a list whose rows are judged one by one: nothing in one row makes the others unreadable.

        A number out of range, and what is none (`NaN`), is its own text. Half a character is the replacement
        character.
        """
        with self._is_json():
            text = self._text("replace")
            value: Json = _JSON_OF_ROWS.decode(text)
            has_half = "\\" in text and _HALF_CHARACTER.search(text)
            return _whole_characters(value) if has_half else value

    def _text(self, errors: str) -> str:
        return self.body.decode(json.detect_encoding(self.body), errors)

    @contextmanager
    def _is_json(self) -> Iterator[None]:
        try:
            yield
        except (ValueError, RecursionError) as error:
            kind = self.headers.get("content-type", "no content type")
            raise self.error(
                UnreadableAnswer, f"the answer ({kind}, {len(self.body)} bytes) is not JSON"
            ) from error

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
        blame: Blame | None = None,
        action: str | None = None,
    ) -> AnswerError:
        """An error of `kind` with this answer; `retry`, `blame` and `action` where they are not the kind's own."""
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
            blame=blame,
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
        meant = meaning(answer.status, self.path, is_page=answer.is_page)
        return answer.error(
            meant.kind,
            f"{self.name} was refused with {answer.status}{place}: {self._quoted(refusal)}",
            record=self.record,
            field=refusal.field,
            code=refusal.code,
            symbol=refusal.symbol,
            retry=meant.retry,
            blame=meant.blame,
            action=meant.action,
        )

    def _quoted(self, refusal: Refusal) -> str:
        """The other side's words, without what they repeat of the persons in this call."""
        from clarus_bluecherry.model._personal import concealed  # only a refusal needs it

        said = concealed(refusal.what[:_LONGEST_HEARD], self.json)
        return redact_text(said)[:_LONGEST_QUOTE]

    def _redirected(self, answer: Answer) -> AnswerError:
        meant = meaning(answer.status, self.path, is_page=answer.is_page)
        return answer.error(
            meant.kind,
            f"{self.name} was sent on with {answer.status} by {answer.host or 'the server'} to {_host_in(answer)}",
            record=self.record,
            retry=meant.retry,
            blame=meant.blame,
            action=meant.action,
        )


def _host_in(answer: Answer) -> str:
    """Where a redirect leads: no more than the host, for a query may hold a token."""
    try:
        return urllib.parse.urlsplit(answer.headers.get("location", "")).hostname or "another place"
    except ValueError:
        return "another place"


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
