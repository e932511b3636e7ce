"""Who may look, and what everybody's answer says to his browser.

Law of this module: nothing is looked at before it is settled who asks, by which name, and in which way. A token is
compared in constant time and stands in no address, no log and no page. Whoever looked, when and at what is in the
log; a reader's own text steers nothing there.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, MutableMapping, Sequence
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import unquote

from attrs import field, frozen

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.x12._findings import printable

access_log = logging.getLogger("clarus_bluecherry.dashboard.access")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

LOCAL = "local"
"""Who looks from this machine where nobody has to say who he is."""
BY_TOKEN = "token"
WHO = "clarus_bluecherry.who"
"""In a scope: who asks."""
COOKIE = "clarus_bluecherry_session"
OPEN_PATHS = frozenset({"/alive", "/login"})
"""What answers without asking who it is; neither says anything of the ledger."""

_SHORTEST_TOKEN = 20
_TOKEN = re.compile(r"[!-~]*", re.ASCII)
_MAKE_ONE = "Make one: `openssl rand -base64 32`."
_SESSION_SECONDS = 12 * 3600
_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
_LONGEST_TOLD = 200


@frozen(kw_only=True)
class AccessTerms:
    """Where the dashboard listens, and who may look.

    On a `host` of this machine alone anybody of it may look, unless a `token` is set. Elsewhere a token or the
    `trusted_header` of a reverse proxy is needed, in which that says who asks; it is believed from the addresses
    in `trusted_proxies` only. `allowed_hosts` are further names under which the dashboard is asked: a request by
    another name is refused, so that no page of somebody else's can have a browser here ask for it.

    Raises `ConfigurationError` for terms under which anybody could look, or nobody.
    """

    host: str = "127.0.0.1"
    token: str = field(default="", repr=False)
    trusted_header: str = ""
    trusted_proxies: Collection[str] = ("127.0.0.1", "::1")
    allowed_hosts: Collection[str] = ()

    def __attrs_post_init__(self) -> None:
        if self.token and len(self.token) < _SHORTEST_TOKEN:
            what = f"the token has fewer than {_SHORTEST_TOKEN} characters"
            raise ConfigurationError(what, field="--token-variable", action=_MAKE_ONE)
        if not _TOKEN.fullmatch(self.token):
            what = "the token holds what no request can carry: spaces, or letters beyond ASCII"
            raise ConfigurationError(what, field="--token-variable", action=_MAKE_ONE)
        if not all(map(_plain_address, self.trusted_proxies)):
            what = "what is trusted is no address of one machine"
            raise ConfigurationError(what, field="--trusted-proxy", action="Name the proxy's own: 10.0.0.2.")
        if is_loopback(self.host):
            return
        if not self.token and not self.trusted_header:
            what = f"{self.host} can be reached from other machines, and nobody would be asked who he is"
            action = (
                "Name the variable of a token (--token-variable), or a reverse proxy's header (--trusted-header)."
            )
            raise ConfigurationError(what, field="--host", action=action)
        if self.trusted_header and not self.token and all(is_loopback(each) for each in self.trusted_proxies):
            what = f"{self.trusted_header} is believed from this machine only, so nobody else could look"
            raise ConfigurationError(what, field="--trusted-proxy", action="Name your reverse proxy's address.")
        if self.host in ("0.0.0.0", "::", "") and not self.allowed_hosts:
            what = "it listens on every address, and does not know by which name it is asked"
            raise ConfigurationError(
                what, field="--allowed-host", action="Name it: `--allowed-host live.example.com`."
            )

    @property
    def names(self) -> frozenset[str]:
        """The names by which it may be asked."""
        ours = _LOOPBACK_NAMES if is_loopback(self.host) else (self.host,)
        return frozenset(name.lower().rstrip(".") for name in (*ours, *self.allowed_hosts))

    @property
    def asks(self) -> bool:
        """Whether somebody has to say who he is."""
        return bool(self.token or self.trusted_header)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches it.

    >>> is_loopback("localhost"), is_loopback("::1"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _plain_address(told: str) -> str:
    """An address in the one way in which it is compared; nothing for what is none.

    >>> _plain_address("2001:DB8:0::1"), _plain_address("::ffff:10.0.0.2"), _plain_address("10.0.0.0/8")
    ('2001:db8::1', '10.0.0.2', '')
    """
    try:
        address = ipaddress.ip_address(told)
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)


class Sessions:
    """Who has shown the token, by a cookie that holds nothing of it, for half a day or until the process ends."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._key = secrets.token_bytes(32)
        self._clock = clock

    def begin(self) -> str:
        """A new session's cookie."""
        told = f"{int(self._clock())}.{secrets.token_hex(16)}"
        return f"{told}.{self._sign(told)}"

    def holds(self, cookie: str) -> bool:
        """Whether a cookie is of a session that has not ended."""
        told, _, sign = cookie.rpartition(".")
        if not hmac.compare_digest(sign.encode(), self._sign(told).encode()):
            return False
        return self._clock() - int(told.partition(".")[0]) < _SESSION_SECONDS

    def _sign(self, told: str) -> str:
        return hmac.new(self._key, told.encode(), hashlib.sha256).hexdigest()


def is_token(told: str, token: str) -> bool:
    """Whether it is the token; how long that takes says nothing about it."""
    return bool(token) and hmac.compare_digest(_digest(told), _digest(token))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).digest()


@frozen
class LookRefused:
    """Why a request is not answered: the status, in words, and what else the answer's head says."""

    status: int
    title: str
    what: str
    headers: Sequence[tuple[str, str]] = ()


class Doorkeeper:
    """Settles who asks, before anything is looked at."""

    def __init__(self, terms: AccessTerms, sessions: Sessions) -> None:
        self._terms = terms
        self._sessions = sessions

    def asked(self, scope: Scope) -> str | LookRefused:
        """Who asks; or why he gets no answer."""
        method, path = scope["method"], scope["path"]
        allowed = ("POST", "GET", "HEAD") if path == "/login" and self._terms.token else ("GET", "HEAD")
        if method not in allowed:
            what = "Here one can look, and nothing else."
            return LookRefused(405, "Not allowed", what, [("allow", ", ".join(allowed))])
        if not self._is_our_name(headers(scope, "host")):
            what = "It is asked by a name that is not its own. Start it with --allowed-host and that name."
            return LookRefused(421, "Not this name", what)
        if method == "POST" and not self._is_from_here(scope):
            return LookRefused(403, "Not from here", "The form is to be sent from its own page.")
        if path in OPEN_PATHS:
            return ""
        return self._who(scope) or self._nobody(scope)

    def _is_our_name(self, told: Sequence[str]) -> bool:
        return len(told) == 1 and host_name(told[0]) in self._terms.names

    def _is_from_here(self, scope: Scope) -> bool:
        [host] = headers(scope, "host")
        origins = headers(scope, "origin")
        return len(origins) == 1 and origins[0].partition("://")[2] == host

    def _who(self, scope: Scope) -> str:
        told = headers(scope, self._terms.trusted_header) if self._terms.trusted_header else []
        if len(told) == 1 and told[0].strip() and self._is_proxy(scope):
            return shown(told[0].strip())
        if not self._terms.asks:
            return LOCAL
        return BY_TOKEN if self._terms.token and self._has_token(scope) else ""

    def _is_proxy(self, scope: Scope) -> bool:
        peer = _plain_address((scope.get("client") or ("", 0))[0])
        return bool(peer) and peer in map(_plain_address, self._terms.trusted_proxies)

    def _has_token(self, scope: Scope) -> bool:
        told = headers(scope, "authorization")
        scheme, _, token = told[0].partition(" ") if len(told) == 1 else ("", "", "")
        if scheme.lower() == "bearer" and is_token(token.strip(), self._terms.token):
            return True
        return any(self._sessions.holds(cookie) for cookie in _cookies(headers(scope, "cookie")))

    def _nobody(self, scope: Scope) -> LookRefused:
        if not self._terms.token:
            what = f"The reverse proxy in front of it says who asks, in the header {self._terms.trusted_header}."
            return LookRefused(403, "Who is asking?", what)
        wants_page = any("text/html" in told for told in headers(scope, "accept"))
        if wants_page and not headers(scope, "authorization"):
            return LookRefused(303, "Who is asking?", "Log in first.", [("location", "/login")])
        return LookRefused(401, "Who is asking?", "A token is needed.", [("www-authenticate", "Bearer")])


def headers(scope: Scope, name: str) -> list[str]:
    """Every value of a header of a request."""
    wanted = name.lower().encode()
    return [value.decode("latin-1") for key, value in scope["headers"] if key == wanted]


def host_name(told: str) -> str:
    """The name in a `Host` header, without its port.

    >>> host_name("Localhost:8787"), host_name("[::1]:80")
    ('localhost', '::1')
    """
    name = told.rpartition(":")[0] if told.rpartition(":")[2].isdigit() else told
    return name.strip("[]").lower().rstrip(".")


def _cookies(told: Iterable[str]) -> list[str]:
    found: list[str] = []
    for header in told:
        jar = SimpleCookie()
        try:
            jar.load(header)
        except CookieError:
            continue
        found += [morsel.value for name, morsel in jar.items() if name == COOKIE]
    return found


def shown(text: str) -> str:
    """A reader's own text as a log may hold it: short, and nothing in it that steers.

    >>> shown("/a\\nb")
    '/a\\\\nb'
    """
    return printable(text[:_LONGEST_TOLD])


def log_access(scope: Scope, *, who: str, status: int, size: int, seconds: float) -> None:
    """A line of who looked at what. The query is left out: it may name a person."""
    peer = (scope.get("client") or ("", 0))[0]
    told = {
        "who": who or "nobody",
        "from": peer,
        "method": shown(scope["method"]),
        "path": shown(unquote(scope["path"])),
        "status": status,
        "bytes": size,
        "milliseconds": round(seconds * 1000, 1),
    }
    level = logging.WARNING if status in (401, 403, 421) else logging.INFO
    text = "%(who)s %(from)s %(method)s %(path)s: %(status)s, %(bytes)s bytes in %(milliseconds)s ms"
    access_log.log(level, text, told, extra={"access": told})
