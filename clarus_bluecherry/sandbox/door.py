"""The door to a running sandbox: tell its people what to do, from another process.

Law of this module: the door's address is its key, and it leads to this machine only; nothing is sent twice.
"""

from __future__ import annotations

import http.client
import json
import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Self

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.sandbox.told import Done, from_json

VARIABLE = "SANDBOX_DOOR"
"""The environment variable with which a running sandbox says where its door is."""
_START = "Start one with `clarus-bluecherry sandbox`, and give the lines that it prints to this terminal."
_LOOPBACK = "127.0.0.1"
_TIMEOUT_SECONDS = 30.0


class Door:
    """The door at `url`, as a running sandbox printed it.

    >>> Door("https://example.com")
    Traceback (most recent call last):
    clarus_bluecherry.errors.ConfigurationError: field SANDBOX_DOOR: 'example.com' is not this machine...
    """

    def __init__(self, url: str) -> None:
        host = urllib.parse.urlsplit(url).hostname
        if host != _LOOPBACK:
            raise ConfigurationError(f"{host or url!r} is not this machine", field=VARIABLE, action=_START)
        self._url = url.rstrip("/")

    def __repr__(self) -> str:
        return f"{type(self).__name__}('***')"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """The door that `SANDBOX_DOOR` names. Raises `ConfigurationError` when it is not set."""
        url = environment.get(VARIABLE)
        if not url:
            raise ConfigurationError("no sandbox is known in this terminal", field=VARIABLE, action=_START)
        return cls(url)

    def do(self, verb: str, **arguments: object) -> Done:
        """Have the people do `verb`, which is a method of `Staff`, with its arguments. None leaves one out.

        Raises `NotDone` with their reason, and `ConfigurationError` when no sandbox answers.
        """
        given = {name: value for name, value in arguments.items() if value is not None}
        request = urllib.request.Request(f"{self._url}/{verb}", json.dumps(given, default=str).encode())
        try:
            with _OPENER.open(request, timeout=_TIMEOUT_SECONDS) as answer:
                return from_json(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                raise _nobody(f"what answers there is not this sandbox ({error.code})") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise _nobody("no sandbox answers there: it was stopped") from error


def _nobody(what: str) -> ConfigurationError:
    return ConfigurationError(what, field=VARIABLE, action=_START)


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
"""Goes to the door directly: a proxy from the environment has no business with a sandbox."""
