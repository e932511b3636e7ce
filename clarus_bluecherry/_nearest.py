"""What a wrong name was meant to be."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that `name` looks most like, or nothing.

    >>> nearest("acount_id", ["zone", "account_id"])
    'account_id'
    """
    from difflib import get_close_matches  # 1 ms, and only a mistake needs it

    return next(iter(get_close_matches(name, known, n=1)), "")
