"""Folding the text of a product code: dashes and spaces of the world, full-width and look-alike letters, case.

Law of this module: folding is pure and idempotent, every change it makes is named so that a match can be
explained, and no digit is ever added or removed: `01234` and `1234` stay two texts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from itertools import groupby

from attrs import frozen

PRODUCT_CODE_LENGTH = 50
"""The longest product code Clarus takes (its OpenAPI: `code`, maxLength 50; confidence H)."""

SEPARATORS = "-_/. "
"""The characters that systems and people put between the parts of a code, after folding."""

_SEPARATOR_RUN = re.compile(f"[{re.escape(SEPARATORS)}]+")
_OTHER_SEPARATORS = SEPARATORS.replace("-", "")
_ALL_DASHES = str.maketrans(dict.fromkeys(SEPARATORS, "-"))
_BLOCK = 500
_SPACE_RUN = re.compile(" {2,}")
_DASHES_NOT_CALLED_DASH = "\u2212\u02d7\u2043\u30fc\u2500\u2501"
_SLASHES = "\u2044\u2215\u29f8"
_INVISIBLE_MARKS = "\u034f\u115f\u1160\u180b\u180c\u180d" + "".join(map(chr, range(0xFE00, 0xFE10)))
_SIGNS = frozenset({"<fraction>", "<super>", "<sub>", "<circle>", "<square>"})
_LOOK_ALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУҮХԚԜӀ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧͿ",
    "ABESIJKMHOPCTYYXQWI" + "ABEZHIKMNOPTYXJ",
)


@frozen
class Folded:
    """A folded text with the rules that changed it, in the order they were applied."""

    text: str
    rules: tuple[str, ...] = ()


def fold(text: str) -> Folded:
    """Return `text` in the one form that all its spellings share, and how it got there. Never raises.

    >>> fold(" 01234–blk ").text
    '01234-BLK'
    >>> fold("01234–BLK").rules
    ('dash folded: – → -',)
    """
    folded = Folded(text)
    while (again := _fold_once(folded)) != folded:
        folded = again
    return folded


def segments(text: str) -> tuple[str, ...]:
    """The parts of a folded text between its separators, empty ones left out.

    >>> segments("01234-BLK_30/32")
    ('01234', 'BLK', '30', '32')
    """
    return tuple(part for part in _SEPARATOR_RUN.split(text) if part)


def key(text: str) -> str:
    """The folded text with every separator written `-`: equal for all spellings that lost no character.

    >>> key("01234_blk 30/32") == key("01234-BLK-30/32")
    True
    """
    plain = text.upper() if text.isascii() and text.isprintable() else text.translate(_EACH_FOLDED)
    if not plain.isascii():
        plain = fold(text).text
    for separator in _OTHER_SEPARATORS:
        if separator in plain:
            plain = plain.replace(separator, "-")
    while "--" in plain:
        plain = plain.replace("--", "-")
    return plain.strip("-")


class _EachFolded(dict[int, str]):
    """What folding makes of a character by itself, found once; told to be so between digits, which change none.

    A text is these, one after the other, when all of them are ASCII: what could change a neighbour is not.
    """

    def __missing__(self, character: int) -> str:
        self[character] = fold(f"0{chr(character)}0").text[1:-1]
        return self[character]


_EACH_FOLDED = _EachFolded()


def keys(texts: Sequence[str]) -> list[str]:
    """The key of each text. Plain ones are worked on as one long text, which takes a fifth of the time.

    >>> keys(["01234_blk 30/32", "-", "01234–BLK"])
    ['01234-BLK-30-32', '', '01234-BLK']
    """
    foreign = [place for place, text in enumerate(texts) if not text.isascii()]
    plain = list(texts)
    for place in foreign:
        plain[place] = ""
    found: list[str] = []
    for start in range(0, len(plain), _BLOCK):
        block = plain[start : start + _BLOCK]
        lines = "\n".join(block)
        if lines.count("\n") == len(block) - 1 and lines.replace("\n", "").isprintable():
            found += _keys_of_lines(lines)
        else:
            found += map(key, block)
    for place in foreign:
        found[place] = key(texts[place])
    return found


def _keys_of_lines(lines: str) -> list[str]:
    """The key of each line of printable ASCII."""
    lines = f"\n{lines.upper().translate(_ALL_DASHES)}\n"
    while "--" in lines:
        lines = lines.replace("--", "-")
    return lines.replace("\n-", "\n").replace("-\n", "\n")[1:-1].split("\n")


def _fold_once(folded: Folded) -> Folded:
    text, rules = folded.text, folded.rules
    for apply, describe in _RULES:
        changed = apply(text)
        if changed != text:
            text, rules = changed, (*rules, describe(text, changed))
    return Folded(text, rules)


def _compatible(text: str) -> str:
    if text.isascii():
        return text
    return "".join(
        "".join(some) if is_sign else unicodedata.normalize("NFKC", "".join(some))
        for is_sign, some in groupby(text, _is_sign)
    )


def _is_sign(character: str) -> bool:
    """Whether a character means more than the letters and digits in it: 7½ is not 71/2, and 10² is not 102."""
    how, _, of = unicodedata.decomposition(character).partition(" ")
    return how in _SIGNS or (how == "<compat>" and any(chr(int(one, 16)).isdigit() for one in of.split()))


def _visible(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(character for character in text if not _is_invisible(character))


def _is_invisible(character: str) -> bool:
    kind = unicodedata.category(character)
    return kind == "Cf" or character in _INVISIBLE_MARKS or (kind == "Cc" and not character.isspace())


def _plain_spaces(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(" " if character.isspace() else character for character in text)


def _plain_dashes(text: str) -> str:
    return text if text.isascii() else "".join("-" if _is_dash(character) else character for character in text)


def _is_dash(character: str) -> bool:
    return unicodedata.category(character) == "Pd" or character in _DASHES_NOT_CALLED_DASH


def _plain_slashes(text: str) -> str:
    return text.translate({ord(slash): "/" for slash in _SLASHES})


def _latin(text: str) -> str:
    return text if text.isascii() else text.translate(_LOOK_ALIKES)


def _trimmed(text: str) -> str:
    return _SPACE_RUN.sub(" ", text.strip(" "))


def _by_character(name: str, target: str = "") -> Callable[[str, str], str]:
    """Describe a rule that replaces characters one for one, or removes them."""

    def describe(before: str, after: str) -> str:
        gone = "".join(dict.fromkeys(character for character in before if character not in after))
        return f"{name}: {_shown(gone)}{f' → {target}' if target else ''}"

    return describe


def _by_letter(name: str) -> Callable[[str, str], str]:
    def describe(before: str, after: str) -> str:
        pairs = dict.fromkeys(pair for pair in zip(before, after, strict=True) if pair[0] != pair[1])
        return f"{name}: " + ", ".join(f"{_shown(old)} → {new}" for old, new in pairs)

    return describe


def _whole(name: str) -> Callable[[str, str], str]:
    return lambda before, after: f"{name}: {before} → {after}"


def _shown(characters: str) -> str:
    """The characters, with the invisible and the foreign ones by their code point."""
    return " ".join(
        character if character.isascii() or unicodedata.category(character) == "Pd" else f"U+{ord(character):04X}"
        for character in characters
    )


_RULES: tuple[tuple[Callable[[str], str], Callable[[str, str], str]], ...] = (
    (_visible, _by_character("invisible character removed")),
    (_plain_spaces, _by_character("space folded", "a plain space")),
    (_plain_dashes, _by_character("dash folded", "-")),
    (_plain_slashes, _by_character("slash folded", "/")),
    (_compatible, _whole("compatible letters folded")),
    (str.upper, _whole("case folded")),
    (_latin, _by_letter("look-alike letter folded")),
    (_trimmed, lambda before, after: "spaces trimmed"),
)
