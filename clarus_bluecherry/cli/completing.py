"""What a shell completes beyond commands and options: words that have a list, and what stands in a site's ledger.

Law of this module: it only reads, loads what a list needs only when it is asked for, and never fails: where a list
cannot be had, nothing is completed, and neither is what a shell would run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path

import typer

from clarus_bluecherry.ledger import InboxState, State

_HARMLESS = re.compile(r"[\w .,:@%+=#/-]+")
"""Signs that no shell obeys: what is completed stands in the line as it is, and zsh evaluates it there."""

Completer = Callable[[str], list[str]]
"""The words that begin so. What its parameter is called, typer goes by."""


def words(*given: str) -> Completer:
    """Of a list that is known.

    >>> words("physical", "book")("b")
    ['book']
    """

    def complete(incomplete: str) -> list[str]:
        return _begun_so(given, incomplete)

    return complete


def words_of(module: str, *names: str, more: Iterable[str] = ()) -> Completer:
    """The values of enums, by the module and the names under which they stand."""

    def complete(incomplete: str) -> list[str]:
        there = import_module(module)
        return _begun_so([*(each.value for name in names for each in getattr(there, name)), *more], incomplete)

    return complete


STATES = words(*State, *InboxState)
CLASSES = words_of("clarus_bluecherry.finance.exceptions", "ExceptionClass")


def open_identities(ctx: typer.Context, incomplete: str) -> list[str]:
    """The open exceptions of the site that was named before."""
    site = ctx.params.get("site")
    try:
        config = import_module("clarus_bluecherry.config")
        place = import_module("clarus_bluecherry.cli.ledger_place")
        with place.opened_to_read(config.load_site(Path(str(site))).ledger.path) as ledger:
            found = [each.identity for each in ledger.open_exceptions()]
            return _begun_so(filter(_HARMLESS.fullmatch, found), incomplete)
    except Exception:  # noqa: BLE001 - a person types: there is nobody to tell
        return []


def _begun_so(given: Iterable[str], begun: str) -> list[str]:
    return [each for each in given if each.startswith(begun)]
