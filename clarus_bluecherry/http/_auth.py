"""Who we are to a server: fixed headers, a fixed token, or a token bought with client credentials.

Law of this module: no I/O and no secret in a repr. What a token costs (`ClientCredentials.request`) and how long
it lasts are decided here once; `tokens` holds the two thin keepers that fetch it, for threads and for tasks.
"""

from __future__ import annotations

import base64
import datetime as dt
import re
import urllib.parse
from collections.abc import Mapping
from typing import Literal, Protocol

from attrs import field, frozen

from clarus_bluecherry.errors import (
    AnswerError,
    ConfigurationError,
    NotAuthenticated,
    NotSent,
    RateLimited,
    Retry,
    ServerFailed,
    UnreadableAnswer,
    WireError,
)
from clarus_bluecherry.http._call import Answer, Call, Refusal, plain_refusal
from clarus_bluecherry.http._redact import HIDDEN, is_secret_name

Pairs = tuple[tuple[str, str], ...]

_TOKEN_TEXT = re.compile(r"[\x21-\x7e]+")
_FORM = "application/x-www-form-urlencoded"
CHECK_CREDENTIALS = "Check the client id, the secret and the token URL."
"""What to do when no token could be bought."""


def _hide(value: object) -> str:
    return HIDDEN if value else repr(value)


def _hide_values(headers: Mapping[str, str]) -> str:
    return repr(dict.fromkeys(headers, HIDDEN))


def _secret(record: object, attribute: object, value: str) -> None:
    """Attrs validator: something is there, and it can stand in a header. The value is never quoted."""
    if not isinstance(value, str):
        raise ConfigurationError(
            f"the secret is no text but a {type(value).__name__}", record=type(record).__name__
        )
    if not value.strip() or any(character < " " for character in value):
        what = "the secret is empty or holds a line break: was it read from the right place?"
        raise ConfigurationError(what, record=type(record).__name__)


def _secrets(record: object, attribute: object, value: Mapping[str, str]) -> None:
    """Attrs validator: `_secret` for every value."""
    if not isinstance(value, Mapping):
        what = f"a {type(value).__name__} is no mapping from names to values"
        raise ConfigurationError(what, record=type(record).__name__)
    for secret in value.values():
        _secret(record, attribute, secret)


def _secrets_in(named: Mapping[str, str]) -> tuple[str, ...]:
    """The values of secret names; of one with a scheme (`Bearer abc`) what follows it."""
    return tuple(value.split(" ", 1)[-1] for name, value in named.items() if is_secret_name(name))


class Credential(Protocol):
    """Anything that proves who we are by headers."""

    @property
    def pairs(self) -> Pairs:
        """The headers, secrets and all."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no error may show."""


@frozen
class StaticHeaders:
    """The same headers on every request, a subscription key for example. Values are not shown.

    >>> StaticHeaders({"Ocp-Apim-Subscription-Key": "s3cret"})
    StaticHeaders(headers={'Ocp-Apim-Subscription-Key': '***'})
    """

    headers: Mapping[str, str] = field(repr=_hide_values, validator=_secrets)

    @property
    def pairs(self) -> Pairs:
        """The headers, secrets and all."""
        return tuple(self.headers.items())

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no error may show."""
        return _secrets_in(self.headers)


NO_AUTH = StaticHeaders({})
"""Nobody in particular."""


@frozen
class StaticToken:
    """A token that somebody obtained elsewhere, sent as `Authorization: Bearer <token>`."""

    token: str = field(repr=_hide, validator=_secret)
    scheme: str = "Bearer"

    @property
    def pairs(self) -> Pairs:
        """The headers, secrets and all."""
        return (("Authorization", f"{self.scheme} {self.token}"),)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no error may show."""
        return (self.token,)


@frozen
class Token:
    """An access token and the instant from which it should be replaced."""

    value: str = field(repr=_hide)
    refresh_at: dt.datetime

    @property
    def pairs(self) -> Pairs:
        """The headers, secrets and all."""
        return (("Authorization", f"Bearer {self.value}"),)

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no error may show."""
        return (self.value,)


@frozen(kw_only=True)
class ClientCredentials:
    """OAuth 2.0 client credentials (RFC 6749, section 4.4).

    `token_url` is absolute, or a path under the sender's base URL. `style` says where id and secret go: in the
    form (`body`) or in an `Authorization: Basic` header (`basic`). `extra` are further form fields, `headers`
    further headers of the token request only (a tenant header, say): the sender's own headers are not sent there.
    A token is replaced `early` seconds before it expires, or at half its life if it lives shorter than twice
    that. `lifetime` is assumed (seconds) when the server does not say `expires_in`: neither vendor documents it,
    one hour is our guess (confidence low), and a 401 replaces a token at any time.
    """

    token_url: str
    client_id: str
    client_secret: str = field(repr=_hide, validator=_secret)
    style: Literal["body", "basic"] = "body"
    scope: str = ""
    audience: str = ""
    extra: Mapping[str, str] = field(factory=dict, repr=_hide_values)
    headers: Mapping[str, str] = field(factory=dict, repr=_hide_values)
    early: float = 60.0
    lifetime: float = 3600.0

    def __attrs_post_init__(self) -> None:
        if self.style not in ("body", "basic"):
            raise ConfigurationError(f"{self.style!r} is neither body nor basic", record="ClientCredentials")
        if not (self.early >= 0 and self.lifetime > 0):
            raise ConfigurationError("early or lifetime is out of range", record="ClientCredentials")

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no error may show."""
        return (self.client_secret, *_secrets_in({**self.extra, **dict(self._headers())}))

    def request(self, now: dt.datetime) -> Call[Token]:
        """The call that fetches a token; the token lives from `now` on."""
        target = urllib.parse.urlsplit(self.token_url)
        return Call(
            name="oauth.token",
            method="POST",
            path=target.path,
            query=tuple(urllib.parse.parse_qsl(target.query)),
            headers=(("Content-Type", _FORM), ("Accept", "application/json"), *self._headers()),
            content=urllib.parse.urlencode(self._form()).encode(),
            read=lambda answer: self._token(answer, now),
            refusal=_oauth_refusal,
            repeatable=True,
        )

    def base_url(self, sender: str) -> str:
        """Where the token request goes: the server of `token_url` if it names one, else the `sender`'s."""
        target = urllib.parse.urlsplit(self.token_url)
        return f"{target.scheme}://{target.netloc}" if target.netloc else sender

    def _form(self) -> dict[str, str]:
        mine = {"client_id": self.client_id, "client_secret": self.client_secret} if self.style == "body" else {}
        asked = {"scope": self.scope, "audience": self.audience}
        return {
            "grant_type": "client_credentials",
            **mine,
            **{name: value for name, value in asked.items() if value},
            **self.extra,
        }

    def _headers(self) -> Pairs:
        if self.style == "body":
            return tuple(self.headers.items())
        pair = f"{urllib.parse.quote_plus(self.client_id)}:{urllib.parse.quote_plus(self.client_secret)}"
        return (("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}"), *self.headers.items())

    def _token(self, answer: Answer, now: dt.datetime) -> Token:
        found = answer.json()
        value = found.get("access_token") if isinstance(found, dict) else None
        if not isinstance(value, str) or not _TOKEN_TEXT.fullmatch(value):
            raise answer.error(UnreadableAnswer, "the token endpoint's answer holds no usable access_token")
        lives = _seconds(found.get("expires_in") if isinstance(found, dict) else None) or self.lifetime
        return Token(value, now + dt.timedelta(seconds=max(lives - self.early, lives / 2)))


Auth = StaticHeaders | StaticToken | ClientCredentials
"""Who we are to the server."""


def checked_auth(given: Auth | None) -> Auth | None:
    """What was `given`, if it is one of ours. Raises `ConfigurationError`, without the value."""
    if given is None or isinstance(given, Auth):
        return given
    raise ConfigurationError(
        f"a {type(given).__name__} does not say who we are",
        field="auth",
        action="Bring http.StaticToken(...), http.StaticHeaders({...}) or http.ClientCredentials(...).",
    )


def _seconds(value: object) -> float | None:
    """A lifetime as servers write it: a number or digits. Anything else, and zero, says nothing."""
    try:
        seconds = float(str(value))
    except ValueError:
        return None
    return min(seconds, 10 * 365 * 86400.0) if seconds > 0 else None


def _oauth_refusal(answer: Answer) -> Refusal:
    found = answer.json()
    if not isinstance(found, dict) or "error" not in found:
        return plain_refusal(answer)
    code, described = str(found["error"]), found.get("error_description")
    return Refusal(f"{code}: {described}" if described else code, code=code)


def no_token(error: WireError) -> WireError:
    """What a failed token request means for the call that needed the token: it was never sent.

    A refusal is `NotAuthenticated` whatever its status, so that nobody takes the token endpoint's 404 for a
    missing record; a 429 stays a `RateLimited`; everything else is `NotSent`.
    """
    if isinstance(error, NotAuthenticated):
        error.action = CHECK_CREDENTIALS
    if isinstance(error, NotSent | RateLimited | NotAuthenticated):
        return error
    if isinstance(error, AnswerError) and not isinstance(error, ServerFailed | UnreadableAnswer):
        return NotAuthenticated(
            error.what,
            status=error.status,
            headers=error.headers,
            body=error.body,
            code=error.code,
            request_id=error.request_id,
            action=CHECK_CREDENTIALS,
        )
    retry = Retry.POINTLESS if error.retry is Retry.POINTLESS else Retry.SAFE
    return NotSent(f"no access token: {error.what}", retry=retry, action=error.action)
