"""One tree of typed errors.

Law of this module: every error says what happened, to which record and field, whether repeating the call is
safe, and what a person should do. No error text carries a secret or a customer's address.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import Self, cast

__all__ = [
    "AmbiguousSku",
    "AnswerError",
    "BadRequest",
    "Blame",
    "ClarusBluecherryError",
    "CodeNotFound",
    "ConfigurationError",
    "Conflict",
    "FactChanged",
    "IllegalTransition",
    "InvalidRecord",
    "LedgerError",
    "MissingExtra",
    "NotAuthenticated",
    "NotFound",
    "NotPermitted",
    "NotSent",
    "OutcomeUnknown",
    "PostedTwice",
    "QueryFailed",
    "RateLimited",
    "Retry",
    "ServerFailed",
    "SkuError",
    "UnknownSku",
    "Unprocessable",
    "UnreadRows",
    "UnreadableAnswer",
    "WireError",
]


class Retry(enum.Enum):
    """Whether the same request may be sent again."""

    SAFE = "safe to retry"
    """The request had no effect, or repeating it changes nothing."""
    ASK_FIRST = "not safe to retry before asking the other side"
    """The outcome is unknown: look for the record first."""
    POINTLESS = "retrying will not help"
    """The same request will fail the same way until somebody changes something."""


class Blame(enum.Enum):
    """Whose fault a failure is: whether the other records of a run would meet it as well."""

    RECORD = "this record: the others fare as if it were not there"
    UNCLEAR = "this record or the system: the next record tells"
    SYSTEM = "the system, the way to it or a setting: every other record would meet the same"


class ClarusBluecherryError(Exception):
    """Root of every error this library raises.

    `what` happened, to which `record` and `field`; `retry` says whether repeating is safe, `blame` whether other
    records would meet it too, and `action` what a person should do. All errors can be pickled.
    """

    retry: Retry = Retry.POINTLESS
    blame: Blame = Blame.RECORD
    action: str = "Report this with the text above."

    def __init__(
        self,
        what: str,
        *,
        record: str = "",
        field: str = "",
        action: str | None = None,
        retry: Retry | None = None,
        blame: Blame | None = None,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.record = record
        self.field = field
        if action is not None:
            self.action = action
        if retry is not None:
            self.retry = retry
        if blame is not None:
            self.blame = blame

    @property
    def problem(self) -> str:
        """What happened and where, without the advice: for a list that has a column for what to do."""
        place = ", ".join(part for part in (self.record, self.field and f"field {self.field}") if part)
        return f"{place}: {self.what}" if place else self.what

    def __str__(self) -> str:
        problem = self.problem.rstrip(".")
        stop = "" if problem.endswith("?") else "."
        return f"{problem}{stop} {self.retry.value.capitalize()}. {self.action}"

    def __reduce__(self) -> tuple[object, ...]:
        kept = {name: value for name, value in self.__dict__.items() if name not in self._left_behind()}
        return _revive, (type(self), self.args, kept)

    def _left_behind(self) -> frozenset[str]:
        """Attributes that do not travel with it: what the other side sent may be personal."""
        return frozenset()


def _revive(
    kind: type[ClarusBluecherryError], args: tuple[object, ...], state: dict[str, object]
) -> ClarusBluecherryError:
    error = kind.__new__(kind, *args)
    super(ClarusBluecherryError, error).__init__(*args)  # what the built-in parents keep, such as ImportError.msg
    error.__dict__.update(state)
    return error


# Set-up ------------------------------------------------------------------------------------------------------


class ConfigurationError(ClarusBluecherryError):
    """A setting is missing, contradictory or out of range."""

    blame = Blame.UNCLEAR
    action = "Correct the setting and start again."


class MissingExtra(ConfigurationError, ImportError):
    """A part of the library was used whose optional packages are not installed."""

    def __init__(self, what: str, *, extra: str) -> None:
        super().__init__(what, action=f'Run: pip install "clarus-bluecherry[{extra}]"')
        self.extra = extra


# Records -----------------------------------------------------------------------------------------------------


class InvalidRecord(ClarusBluecherryError, ValueError):
    """A record breaks a rule of its own kind: a missing field, a negative quantity, a code too long.

    `raw` is the record as it came, where a reader set it aside. It may be personal: no text of this error shows
    it, and a pickle or a copy leaves it behind.
    """

    action = "Correct the value, where it came from."
    raw: Mapping[str, object] | None = None

    def _left_behind(self) -> frozenset[str]:
        return super()._left_behind() | {"raw"}


AT_ITS_SOURCE = "Correct the record in the system it came from; it is read again on the next run."
"""What to do about an `InvalidRecord` that a reader of a system's records sets aside."""


class SkuError(ClarusBluecherryError):
    """A product code could not be tied to exactly one SKU. `candidates` are the nearest ones."""

    action = "Decide which it is, for the crosswalk: `clarus-bluecherry sku audit` lists what comes near."

    def __init__(
        self,
        what: str,
        *,
        code: str,
        candidates: tuple[str, ...] = (),
        record: str = "",
        field: str = "",
        action: str | None = None,
    ) -> None:
        super().__init__(what, record=record, field=field, action=action)
        self.code = code
        self.candidates = candidates


class UnknownSku(SkuError):
    """No SKU matches the code."""


class AmbiguousSku(SkuError):
    """More than one SKU could be meant; the library does not choose."""


# The wire ----------------------------------------------------------------------------------------------------


class WireError(ClarusBluecherryError):
    """Root of everything that can go wrong between the library and a remote system.

    `correlation_id` is ours, sent with the request; `attempts` counts the requests that were sent.
    """

    correlation_id: str = ""
    attempts: int = 0


class NotSent(WireError):
    """The request never reached the other side: no route, refused connection, no free connection in time."""

    retry = Retry.SAFE
    blame = Blame.SYSTEM
    action = "Check the network and the base URL, then send it again."


class UnreadRows(WireError):
    """Rows of a list could not be read; all others were given before this was raised. `problems` names each."""

    retry = Retry.POINTLESS
    action = "Correct the rows where they came from, or take them yourself: pass `unread=` to the reader."

    problems: tuple[InvalidRecord, ...] = ()


class OutcomeUnknown(WireError):
    """The request left, but no answer came back: it may or may not have taken effect."""

    retry = Retry.ASK_FIRST
    blame = Blame.UNCLEAR
    action = "Look for the record on the other side before sending it again."


class AnswerError(WireError):
    """The other side answered with a refusal.

    The answer is kept: `status`, `headers`, `body`, `request_id` (the server's, when it gave one) and
    `correlation_id` (ours, sent with the request). `code` and `symbol` are the vendor's, where it has them.
    `headers` and `body` may be personal: a pickle leaves them behind, empty.
    """

    headers: Mapping[str, str] = MappingProxyType({})
    body: bytes = b""

    def __init__(
        self,
        what: str,
        *,
        status: int = 0,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        code: str = "",
        symbol: str = "",
        record: str = "",
        field: str = "",
        correlation_id: str = "",
        request_id: str = "",
        retry_after: float | None = None,
        retry: Retry | None = None,
        blame: Blame | None = None,
        action: str | None = None,
    ) -> None:
        super().__init__(what, record=record, field=field, retry=retry, blame=blame, action=action)
        self.status = status
        self.headers = dict(headers or {})
        self.body = body
        self.code = code
        self.symbol = symbol
        self.correlation_id = correlation_id
        self.request_id = request_id
        self.retry_after = retry_after

    def _left_behind(self) -> frozenset[str]:
        return super()._left_behind() | {"headers", "body", "partial"}

    def __copy__(self) -> Self:
        """As it is, for the same process to raise again."""
        return cast(Self, _revive(type(self), self.args, self.__dict__.copy()))


class BadRequest(AnswerError):
    """400, or a 4xx that has no class of its own: the request was malformed, or does not belong there."""

    action = "This is a defect in the request; report it with the correlation id."


class NotAuthenticated(AnswerError):
    """401: the token or key is missing, wrong or expired."""

    blame = Blame.SYSTEM
    action = "Check the key or the token: it is wrong, or has expired."


class NotPermitted(AnswerError):
    """403: the credentials are good, but not for this."""

    blame = Blame.UNCLEAR
    action = "Ask the system's administrator for the permission."


class NotFound(AnswerError):
    """404: no such record, or no such path."""

    action = "Check that the record still exists and that the base URL and prefix are right."


class CodeNotFound(NotFound, InvalidRecord):
    """The other side answered that it has no record with this code. May be caught as either of both."""

    action = "Create the record there, or correct the code."


class Conflict(AnswerError):
    """409: the record is in a state that does not allow this."""

    retry = Retry.ASK_FIRST
    action = "Read the record again and decide."


class PostedTwice(Conflict):
    """What was asked about stands there more than once. `documents` are the other side's numbers of them."""

    retry = Retry.POINTLESS
    action = "Decide which one stands, and reverse, cancel or rename the others there."

    def __init__(
        self,
        what: str,
        *,
        documents: tuple[str, ...] = (),
        status: int = 0,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        record: str = "",
        field: str = "",
        correlation_id: str = "",
    ) -> None:
        super().__init__(
            what,
            status=status,
            headers=headers,
            body=body,
            record=record,
            field=field,
            correlation_id=correlation_id,
        )
        self.documents = documents


class Unprocessable(AnswerError):
    """422: the record breaks a rule of the other system."""

    action = "Correct the record; the message names the rule."


class RateLimited(AnswerError):
    """429: too many requests. `retry_after` is in seconds, where the server said it."""

    retry = Retry.SAFE
    blame = Blame.UNCLEAR
    action = "Send it again later, and more slowly: an `http.RateLimiter` keeps a pace."


class ServerFailed(AnswerError):
    """5xx, 408, 499: the other side failed or gave up waiting. A write may still have taken effect."""

    retry = Retry.ASK_FIRST
    blame = Blame.UNCLEAR
    action = "Look for the record on the other side before sending it again."


class UnreadableAnswer(AnswerError):
    """The answer is not what the documentation promises: HTML from a proxy, truncated JSON, a missing member."""

    retry = Retry.ASK_FIRST
    blame = Blame.UNCLEAR
    action = "Look at the kept body: a proxy may stand between, or the vendor changed the format."


class QueryFailed(AnswerError):
    """GraphQL answered 200 with errors. `partial` is the data that did come, as JSON text."""

    partial: str = ""

    blame = Blame.UNCLEAR
    action = "Compare the query with the tenant's schema (introspection); report the message."


# The ledger --------------------------------------------------------------------------------------------------


class LedgerError(ClarusBluecherryError):
    """Root of what the ledger refuses."""


class IllegalTransition(LedgerError):
    """A posting was asked to go where its state does not allow."""

    action = (
        "Look at its history: it may have moved meanwhile, and not every state leads to every other: "
        "docs/daily.md. Where no person decided, this is a defect; report it with the posting's key."
    )


class FactChanged(LedgerError):
    """The same fact key came back with a different content."""

    action = "Compare both versions in the ledger; the first one stands until a person decides."
