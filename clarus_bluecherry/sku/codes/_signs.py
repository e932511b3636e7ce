"""Signs before or behind a part of a code: -2, +2 and 2 are three sizes, A+ and A two styles.

Law of this module: what `key` takes for one separator may have been a separator and a sign. Two codes that do not
show the same signs are never one, because nobody can say which of them lost its sign.
"""

from __future__ import annotations

import re

from clarus_bluecherry.sku.codes._text import SEPARATORS, fold

_RUN = re.compile(f"[+{re.escape(SEPARATORS)}]+")
_SPACED = re.compile(r" ([-_/.]) ")
_BETWEEN_A_DASH_AND_A_DECIMAL = "-."

_may_be_signed = re.compile(rf"[{re.escape(SEPARATORS)}]{{2}}|\+|^-|-$").search


def may_be_signed(code: str) -> bool:
    """Whether anything in `code` could be a sign: most codes are told at a glance."""
    return _may_be_signed(code if code.isascii() else fold(code).text) is not None


def signs(code: str) -> tuple[tuple[str, str], ...]:
    """Each sign of `code`, with what stands in front of it, without zeros and separators.

    >>> signs("GLS-BLK--2"), signs("gls_blk_+2"), signs("GLS - BLK - 2")
    ((('-', 'GLSBLK'),), (('+', 'GLSBLK'),), ())
    """
    if not may_be_signed(code):
        return ()
    text = _SPACED.sub(r"\1", fold(code).text)
    return tuple(
        (sign, _RUN.sub("", text[: run.start()]).replace("0", ""))
        for run in _RUN.finditer(text)
        if (sign := _sign(run[0], is_edge=run.start() == 0 or run.end() == len(text)))
    )


def show_the_same_signs(right: str, code: str) -> bool:
    """Whether `code` shows every sign of the code `right`, and no other. Who doubles each separator adds no sign.

    >>> show_the_same_signs("GLS-BLK-2", "GLS--BLK--2"), show_the_same_signs("GLS-BLK-2", "GLS-BLK--2")
    (True, False)
    """
    told = signs(right)
    return told == signs(code) or (not told and _doubles_each_separator(code))


def _doubles_each_separator(code: str) -> bool:
    first, *others = _RUN.findall(fold(code).text) or [""]
    return len(first) > 1 and "+" not in first and bool(others) and set(others) == {first}


def _sign(run: str, *, is_edge: bool) -> str:
    """The sign in a run of separators, if it is more than a separator."""
    if "+" in run:
        return "+"
    is_more = is_edge or (len(run) > 1 and run != _BETWEEN_A_DASH_AND_A_DECIMAL)
    return "-" if "-" in run and is_more else ""
