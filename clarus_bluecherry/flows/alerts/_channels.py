"""The ways to people: e-mail, Slack, Teams, and a webhook of the site's own.

Law of this module: a channel carries one message and says what went wrong, in our words: no address, no secret and
no URL is in a repr or an error, and a channel cannot be pickled. Certificates are checked. It tries once: the
ledger knows when to try again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import logging
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Literal, NoReturn, Protocol, TypeVar
from urllib.parse import parse_qsl, urlsplit

from attrs import field, frozen
from pydantic import SecretStr

from clarus_bluecherry.errors import (
    ClarusBluecherryError,
    ConfigurationError,
    NotSent,
    UnreadableAnswer,
    WireError,
)
from clarus_bluecherry.flows.alerts._text import AlertMessage, as_json, as_mail, as_slack, as_teams
from clarus_bluecherry.http import Answer, Call, Refusal, Sender, Settings, dump_json, nothing, plain_refusal
from clarus_bluecherry.http._redact import SecretText

logger = logging.getLogger("clarus_bluecherry.alerts")

TIMESTAMP_HEADER = "X-Clarus-Bluecherry-Timestamp"
SIGNATURE_HEADER = "X-Clarus-Bluecherry-Signature"
_SECRETS = "ALERTS_SECRETS"
_CHECK_MAIL = "Check `host`, `port` and `security` of the channel: 465 goes with `tls`, 587 with `starttls`."
_ASK_MAIL = "It is tried again by itself; the log of the mail server says more."
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_NO = re.compile(rb'\A\s*<|"(?:ok|success)"\s*:\s*false|delivery failed', re.I)
_SLACK_WORD = re.compile(r"[a-z_]{1,60}")

T = TypeVar("T")


class AlertChannel(Protocol):
    """A way to people."""

    @property
    def name(self) -> str:
        """What the site file calls it."""
        ...

    def send(self, message: AlertMessage) -> None:
        """Carry the message. Raises a `ClarusBluecherryError` that says why it did not arrive."""


class _Unpickled:
    """Holds secrets: they go into no pickle."""

    __slots__ = ()

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"a {type(self).__name__} holds secrets and is not pickled")


@frozen(kw_only=True)
class MailChannel(_Unpickled):
    """E-mail, over the site's own server: SMTP with STARTTLS, or TLS from the start.

    Without a `username` nobody logs in; the password is that of `secret`. Without encryption (`none`) only a
    server on this machine is talked to. `verify` is a CA bundle where the system's does not do.
    """

    name: str
    host: str
    port: int
    sender: str = field(repr=False)
    to: tuple[str, ...] = field(repr=False)
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = field(default="", repr=False)
    secret: SecretStr | None = None
    verify: Path | None = None
    timeout: dt.timedelta = dt.timedelta(seconds=15)

    def send(self, message: AlertMessage) -> None:
        """As `AlertChannel.send`. What a server refuses to some of several recipients is in the log."""
        if self.security == "none" and self.host not in _LOOPBACK:
            raise _wrong(self.name, "without encryption only a server on this machine is talked to", "security")
        if self.username and self.secret is None:
            raise _missing(self.name, "the password of its login")
        if self.secret is not None and not self.secret.get_secret_value().isascii():
            what = "its password has letters beyond ASCII, which no login by mail carries"
            raise ConfigurationError(what, record=f"alerts {self.name}", field=_SECRETS)
        mail = as_mail(message, sender=self.sender, to=self.to)
        try:
            refused = self._delivered(mail)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            problem = self._problem(error)
        else:
            if refused:
                logger.warning("alerts %s: %d of %d recipients were refused", self.name, refused, len(self.to))
            return
        raise problem  # outside, so that it has no context: that quotes addresses

    def _delivered(self, mail: EmailMessage) -> int:
        trusted = self._trusted()
        seconds = self.timeout.total_seconds()
        server = (
            _TimedMailServerByTls(self.host, self.port, timeout=seconds, context=trusted)
            if self.security == "tls"
            else _TimedMailServer(self.host, self.port, timeout=seconds)
        )
        try:
            if self.security == "starttls":
                server.starttls(context=trusted)
            if self.username and self.secret is not None:
                server.login(self.username, self.secret.get_secret_value())
            refused = len(server.send_message(mail))
            with suppress(OSError, smtplib.SMTPException):  # it has the mail, however it says goodbye
                server.quit()
            return refused
        finally:
            server.close()

    def _trusted(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self.verify)
        except OSError:
            raise _wrong(self.name, "the bundle of certificate authorities cannot be read", "verify") from None

    def _problem(self, error: Exception) -> ClarusBluecherryError:
        """What went wrong, by its kind and its code: the server's own words may name persons."""
        code = getattr(error, "smtp_code", "")
        record = f"alerts {self.name}"
        match error:
            case smtplib.SMTPAuthenticationError():
                what = f"the mail server refused the login ({code})"
                return ConfigurationError(what, record=record, field=_SECRETS)
            case smtplib.SMTPNotSupportedError():
                return _wrong(self.name, "the mail server does not offer what is asked for: STARTTLS or a login")
            case ssl.SSLCertVerificationError():
                what = f"the certificate of {self.host} is not trusted: {error.verify_message}"
                return NotSent(what, record=record, action="Check `host` and `verify` of the channel.")
            case smtplib.SMTPRecipientsRefused():
                codes = sorted({str(each[0]) for each in error.recipients.values()})
                what = f"the mail server refused all recipients ({', '.join(codes)})"
                return NotSent(what, record=record, action=_ASK_MAIL)
            case smtplib.SMTPServerDisconnected():
                what = f"the mail server {self.host} broke off, or did not answer in time"
                return NotSent(what, record=record, action=_CHECK_MAIL)
            case smtplib.SMTPException() | ValueError():
                kind = type(error).__name__
                what = f"the mail server did not take it ({kind}{f' {code}' if code else ''})"
                return NotSent(what, record=record, action=_ASK_MAIL)
            case _:
                what = f"the mail server {self.host} could not be reached ({type(error).__name__})"
                return NotSent(what, record=record, action=_CHECK_MAIL)


class _TimedMailServer(smtplib.SMTP):
    """A mail server that is cut off after twice its timeout: each word of it has one, and it may drip words."""

    _end: threading.Timer | None = None

    def connect(self, *where: Any, **more: Any) -> tuple[int, bytes]:
        """As that of `SMTP`."""
        self._end = threading.Timer(2 * self.timeout, self._cut_off)
        self._end.daemon = True
        self._end.start()
        try:
            return super().connect(*where, **more)
        except BaseException:
            self._end.cancel()
            raise

    def close(self) -> None:
        """As that of `SMTP`."""
        if self._end is not None:
            self._end.cancel()
        super().close()

    def _cut_off(self) -> None:
        with suppress(OSError):  # it is closed by now
            if self.sock is not None:
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


class _TimedMailServerByTls(_TimedMailServer, smtplib.SMTP_SSL):
    """The same, by TLS from the start."""


@frozen(kw_only=True)
class HookChannel(_Unpickled):
    """An HTTPS request to a URL that is a secret: Slack's webhook, a workflow of Teams, or the site's own.

    The site's own is signed with `key` (`signature_of`). Only this machine is talked to without TLS.
    """

    name: str
    kind: Literal["slack", "teams", "webhook"]
    url: SecretStr | None = None
    key: SecretStr | None = None
    verify: Path | None = None
    timeout: dt.timedelta = dt.timedelta(seconds=15)
    clock: Callable[[], dt.datetime] = field(default=lambda: dt.datetime.now(dt.UTC), repr=False)

    def send(self, message: AlertMessage) -> None:
        """As `AlertChannel.send`."""
        if self.url is None:
            raise _missing(self.name, "its URL")
        body, headers = self._written(message)
        base, path, query = _apart(self.name, self.url.get_secret_value())
        settings = Settings(
            timeout=self.timeout.total_seconds(),
            deadline=2 * self.timeout.total_seconds(),
            max_retries=0,
            verify=True if self.verify is None else str(self.verify),
        )
        call = Call(
            name=f"alerts.{self.kind}",
            method="POST",
            path=path,
            query=query,
            headers=(("Content-Type", "application/json"), *headers),
            content=body,
            read=nothing if self.kind == "webhook" else _taken,
            record=f"alerts {self.name}",
            refusal=_refusal,
        )
        try:
            with Sender(base, settings=settings) as sender:
                sender.send(call)
        except WireError as error:
            problem = error
        else:
            return
        problem.__cause__ = problem.__context__ = None  # what it came from knows the URL
        raise problem.with_traceback(None)

    def _written(self, message: AlertMessage) -> tuple[bytes, tuple[tuple[str, str], ...]]:
        if self.kind == "slack":
            return _body(as_slack(message)), ()
        if self.kind == "teams":
            return _body(as_teams(message)), ()
        if self.key is None:
            raise _missing(f"{self.name}.key", "the key that it is signed with")
        body, timestamp = _body(as_json(message)), str(int(self.clock().timestamp()))
        signature = signature_of(body, timestamp, self.key.get_secret_value())
        return body, ((TIMESTAMP_HEADER, timestamp), (SIGNATURE_HEADER, signature))


def signature_of(body: bytes, timestamp: str, key: str) -> str:
    """What the header of a webhook says: `v1=`, and the HMAC-SHA256 in hex of timestamp, a point and body.

    >>> signature_of(b"{}", "1772463600", "a key")[:11]
    'v1=3ece7805'
    """
    signed = hmac.new(key.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"v1={signed.hexdigest()}"


def is_signed(
    body: bytes,
    headers: Mapping[str, str],
    key: str,
    now: dt.datetime,
    *,
    within: dt.timedelta = dt.timedelta(minutes=5),
) -> bool:
    """Whether a webhook that came at `now` (aware) is ours, and no older than `within`: for who receives it.

    `body` is as it came, byte by byte; names of `headers` are in any case.
    """
    told = {name.lower(): value for name, value in headers.items()}
    timestamp = told.get(TIMESTAMP_HEADER.lower(), "")
    if not re.fullmatch(r"[0-9]{1,12}", timestamp, re.ASCII):
        return False
    if abs(now.timestamp() - int(timestamp)) > within.total_seconds():
        return False
    signature = told.get(SIGNATURE_HEADER.lower(), "")
    return hmac.compare_digest(signature.encode(), signature_of(body, timestamp, key).encode())


def _body(document: object) -> bytes:
    return dump_json(document)


def _apart(name: str, url: str) -> tuple[str, SecretText, tuple[tuple[str, str], ...]]:
    """Where a URL leads, and what of it is secret: all behind the host. The URL is never quoted."""
    try:
        parts = urlsplit(url.strip())
        base, host, port = f"{parts.scheme}://{parts.netloc}", parts.hostname or "", parts.port
    except ValueError:
        raise _missing(name, "a URL: what is there is none") from None
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
    if not is_safe or not host or port == 0 or parts.username or parts.fragment:
        raise _missing(name, "an https:// URL without a user and a fragment: what is there is none")
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    return base, SecretText(parts.path), tuple((SecretText(one), SecretText(other)) for one, other in pairs)


def _refusal(answer: Answer) -> Refusal:
    """Slack says why in one word; what else a server says is not repeated."""
    text = answer.body[:100].decode("ascii", "replace").strip()
    return Refusal(text) if _SLACK_WORD.fullmatch(text) else plain_refusal(answer)


def _taken(answer: Answer) -> None:
    """A page of a login or a gateway, and a no with the status of a yes, are no yes."""
    if _NO.search(answer.body):
        raise answer.error(UnreadableAnswer, "what answered does not say that the message was taken")


def _missing(name: str, what: str) -> ConfigurationError:
    action = f"Write a line `{name}: …` into what {_SECRETS} says: docs/alerts.md."
    return ConfigurationError(
        f"the channel has no secret: it needs {what}", record=f"alerts {name}", field=_SECRETS, action=action
    )


def _wrong(name: str, what: str, setting: str = "") -> ConfigurationError:
    field = f"alerts.channels.{name}.{setting}".rstrip(".")
    return ConfigurationError(what, record=f"alerts {name}", field=field)
