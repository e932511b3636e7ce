"""The environment variables by which a program finds both systems: what each is, where its value comes from.

Law of this module: whatever is wrong with the variables that a reader needs is told at once, each by name; no
value is quoted, it may be a secret.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeVar, overload

from attrs import define, field, frozen

from clarus_bluecherry.errors import ConfigurationError

__all__ = [
    "VARIABLES",
    "Environment",
    "Variable",
    "at_once",
    "needed",
]

A = TypeVar("A")
B = TypeVar("B")

_RECORD = "environment"
_ACTION = "Set them and start again; to try it out, `clarus-bluecherry sandbox` prints them all."
_TEXT = r"[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*"
_WORD = r"[!-~]+"
_URL = r"https?://[^\s/?#@]+[^\s?#@]*"
_TABLE = r"\s*[^\s=]+=[^\s=]+(\s+[^\s=]+=[^\s=]+)*\s*"


@frozen
class Variable:
    """What a variable is and who gives it, and how its value is written (a regular expression)."""

    comes_from: str
    written: str = _TEXT


VARIABLES: Mapping[str, Variable] = {
    "CLARUS_URL": Variable("the address of the Clarus API, https://clarus-api.com for its customers", _URL),
    "CLARUS_SUBDOMAIN": Variable("your tenant's name at Clarus, such as acme-warehouse", _WORD),
    "CLARUS_CLIENT_ID": Variable("the client id that Clarus gave you for its API"),
    "CLARUS_CLIENT_SECRET": Variable("the secret that Clarus gave you with the client id"),
    "CLARUS_TOKEN": Variable("instead of both, an access token that you have already", _WORD),
    "CLARUS_ACCOUNT": Variable("the stock owner's code in Clarus"),
    "CLARUS_WAREHOUSES": Variable(
        "which Clarus warehouse is which Blue Cherry location, such as WH1=NJ WH2=LA", _TABLE
    ),
    "BLUECHERRY_URL": Variable("the address of your Blue Cherry API, without /api; CGS gives it to you", _URL),
    "BLUECHERRY_SUBSCRIPTION_KEY": Variable("the subscription key that CGS gave you with the address", _WORD),
    "OUR_ID": Variable("the warehouse's trading-partner id, agreed with CGS"),
    "CGS_ID": Variable("the trading-partner id of the brand in Blue Cherry, agreed with CGS"),
}
"""What the README, the sandbox and `from_environment` know. A site file's other secrets stand in `config`."""


@define
class Environment:
    """Variables that are read one by one, and what is wrong with them, which `check` raises at once."""

    source: Mapping[str, str] = field(repr=False)
    faults: list[str] = field(factory=list)

    @classmethod
    def of(cls, environ: Mapping[str, str] | None) -> Environment:
        """`environ`, or the environment of this process."""
        return cls(os.environ if environ is None else environ)

    def has(self, name: str) -> bool:
        """Whether a variable has a value; one of blanks has none."""
        return bool(self.source.get(name, "").strip())

    def may(self, name: str, default: str = "") -> str:
        """A variable's value, or `default`."""
        if not self.has(name):
            return default
        value = self.source[name]
        if not re.fullmatch(_known(name).written, value):
            self.faults.append(f"{name} is not written as it should be{_explained(name)}")
        return value

    def must(self, name: str) -> str:
        """A variable's value. One that has none is a fault."""
        if not self.has(name):
            self.faults.append(f"{name} is not set{_explained(name)}")
        return self.may(name)

    def check(self) -> None:
        """Raise `ConfigurationError` with everything that is wrong."""
        _refuse(self.faults)


def needed(*names: str, environ: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The values of the variables `names`, in their order, from `environ` or the environment of this process.

    Raises one `ConfigurationError` that names every one that is missing or cannot be right.

    >>> needed("CLARUS_ACCOUNT", environ={"CLARUS_ACCOUNT": "BRAND"})
    ('BRAND',)
    """
    here = Environment.of(environ)
    values = tuple(here.must(name) for name in names)
    here.check()
    return values


@overload
def at_once(
    first: Callable[[], A], /, *names: str, environ: Mapping[str, str] | None = None
) -> tuple[A, tuple[str, ...]]: ...
@overload
def at_once(
    first: Callable[[], A], second: Callable[[], B], /, *names: str, environ: Mapping[str, str] | None = None
) -> tuple[A, B, tuple[str, ...]]: ...
def at_once(*wanted: Callable[[], object] | str, environ: Mapping[str, str] | None = None) -> tuple[object, ...]:
    """What one or two readers of variables find, such as the clients' `from_environment`, and the variables named.

    Raises one `ConfigurationError` that names what any of them misses. Any other error passes through.

    >>> at_once(lambda: needed("OUR_ID", environ={"OUR_ID": "WH"}), dict, "CGS_ID", environ={"CGS_ID": "BRAND"})
    (('WH',), {}, ('BRAND',))
    >>> at_once(dict, "CGS_ID", environ={"CGS_ID": "BRAND"})
    ({}, ('BRAND',))
    """
    names = [each for each in wanted if isinstance(each, str)]
    readers: list[Callable[[], object]] = [each for each in wanted if not isinstance(each, str)]
    found: list[object] = []
    faults: list[str] = []
    readers.append(partial(needed, *names, environ=environ))
    for read in readers:
        try:
            found.append(read())
        except ConfigurationError as error:
            if error.record != _RECORD:
                raise
            faults.append(error.what)
    _refuse(faults)
    return tuple(found)


def _refuse(faults: Sequence[str]) -> None:
    if faults:
        raise ConfigurationError("; ".join(faults), record=_RECORD, action=_ACTION)


def _known(name: str) -> Variable:
    return VARIABLES.get(name, Variable(""))


def _explained(name: str) -> str:
    comes_from = _known(name).comes_from
    return f" ({comes_from})" if comes_from else ""
