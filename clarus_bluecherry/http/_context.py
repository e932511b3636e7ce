"""What a sender knows that is neither a connection nor a secret: where calls go, and how.

Law of this module: no I/O and no waiting; what is the same for every call is worked out once.
"""

from __future__ import annotations

import httpx
from attrs import asdict, evolve, field, frozen

from clarus_bluecherry._version import __version__
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.http._auth import ClientCredentials, Pairs
from clarus_bluecherry.http._settings import Options, Settings

USER_AGENT = f"clarus-bluecherry/{__version__}"

HeadersByName = dict[str, tuple[str, str]]
"""Name in lower case → name as written, and value."""


def checked_base_url(text: str) -> str:
    """A base URL without its closing slash. Raises `ConfigurationError` for anything that is not plainly one."""
    if not isinstance(text, str):
        raise ConfigurationError(f"a {type(text).__name__} is no URL", field="base_url")
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


def by_name(pairs: Pairs) -> HeadersByName:
    """The last header of each name. Raises `ConfigurationError`, without the value, for what cannot be sent."""
    for name, value in pairs:
        if not (f"{name}{value}".isascii() and f"{name}{value}".isprintable()):
            raise ConfigurationError(f"the value of {name!r} holds what a header cannot carry", field="headers")
    return {name.lower(): (name, value) for name, value in pairs}


StepTimeouts = dict[str, float]
"""Seconds for each step of a request, as httpx takes them."""


@frozen
class Context:
    """Where calls go, and how."""

    base_url: str
    host: str
    settings: Settings
    headers: HeadersByName = field(repr=False)
    timeouts: StepTimeouts = field(repr=False)

    @classmethod
    def to(cls, base_url: str, settings: Settings) -> Context:
        """The context of calls to `base_url`. Raises `ConfigurationError`."""
        base_url = checked_base_url(base_url)
        ours = (("Accept", "application/json"), ("User-Agent", USER_AGENT))
        headers = by_name((*ours, *settings.headers.items()))
        return cls(base_url, httpx.URL(base_url).host, settings, headers, asdict(settings.timeout))

    def with_options(self, options: Options) -> Context:
        """The same place, with other patience."""
        settings = self.settings.with_options(options)
        return evolve(self, settings=settings, timeouts=asdict(settings.timeout))

    def for_tokens(self, credentials: ClientCredentials) -> Context:
        """The context of token requests: our headers and the speed limit do not reach there."""
        return Context.to(credentials.base_url(self.base_url), evolve(self.settings, headers={}, limiter=None))
