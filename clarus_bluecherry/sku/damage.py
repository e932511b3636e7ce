"""What can happen to a product code on its way: zeros lost in front of a part, separators changed or lost.

Law of this module: `could_become` is the whole of our belief about damage beyond folding. It errs on the wide
side, because it decides which SKUs must be ruled out before another one may be called the answer. Texts are
compared by their `text.key`.
"""

from __future__ import annotations

_SEPARATOR = "-"
_UNCERTAIN = str.maketrans("", "", _SEPARATOR + "0")


def skeleton(key: str) -> str:
    """What no damage changes: the key without separators and zeros. Texts that are kin share it.

    >>> skeleton("01234-BLK-10") == skeleton("1234BLK10")
    True
    """
    return key.translate(_UNCERTAIN)


def could_become(true: str, seen: str) -> bool:
    """Whether `seen` is `true`, or what is left of it when zeros in front of its parts, or separators, got lost.

    >>> could_become("01234-BLK", "1234-BLK"), could_become("1234-BLK", "01234-BLK")
    (True, False)
    """
    ends = {0}
    for number, part in enumerate(true.split(_SEPARATOR)):
        rest = part.lstrip("0")
        zeros = len(part) - len(rest)
        starts = ends | {end + 1 for end in ends if number and seen.startswith(_SEPARATOR, end)}
        ends = {
            start + kept + len(rest)
            for start in starts
            for kept in range(zeros + 1)
            if seen.startswith("0" * kept + rest, start)
        }
    return len(seen) in ends


def kin(one: str, other: str) -> bool:
    """Whether either could have become the other: what pads codes with zeros is damage too."""
    return could_become(one, other) or could_become(other, one)


def differences(true: str, seen: str) -> tuple[str, ...]:
    """The damage in words that lies between two keys of the same kin.

    >>> differences("01234-BLK", "1234-BLK")
    ('leading zeros lost: 01234 → 1234',)
    """
    true_parts, seen_parts = true.split(_SEPARATOR), seen.split(_SEPARATOR)
    if len(true_parts) != len(seen_parts):
        return (f"separators lost: {true} → {seen}",)
    return tuple(
        f"leading zeros {'lost' if len(right) > len(read) else 'added'}: {right} → {read}"
        for right, read in zip(true_parts, seen_parts, strict=True)
        if right != read
    )
