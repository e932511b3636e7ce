"""How a step ends: with plain JSON, or with an error that says what its own reader can do.

Law of this module: a step knows no feed that would read a record again and no site file; no advice of theirs
stands under a mistake in the caller's own dict.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from clarus_bluecherry.errors import ClarusBluecherryError, ConfigurationError, InvalidRecord, SkuError

P = ParamSpec("P")
R = TypeVar("R")

SETTINGS_ADVICE = "Correct it in the settings that the step is given."

_ADVICE: tuple[tuple[type[ClarusBluecherryError], str], ...] = (
    (ConfigurationError, SETTINGS_ADVICE),
    (SkuError, "Name the code in `skus` of the settings, or correct `recipe` there; then run the step again."),
    (InvalidRecord, "Correct the record that the step was given, and run the step again."),
)
_ADVICE_ON = {
    "subtype": "Add it, and what it does to stock, to `subtypes` in the settings; then run the step again."
}
_ELSEWHERE = ("site file", "site's REST profile")
"""Words of advice that only a reader with a site file can follow."""


def step(function: Callable[P, R]) -> Callable[P, R]:
    """A step whose errors advise whoever runs it. Advice that a step gave itself stands."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except ClarusBluecherryError as error:
            if error.action == type(error).action or any(words in error.action for words in _ELSEWHERE):
                error.action = _ADVICE_ON.get(error.field) or _advice(error)
            raise

    return run


def _advice(error: ClarusBluecherryError) -> str:
    return next((advice for kind, advice in _ADVICE if isinstance(error, kind)), error.action)
