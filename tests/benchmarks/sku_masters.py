"""Two made-up product lists of any size, as the CSV files that both systems export.

Law of this module: the same number and seed give the same files, and no row is copied from anyone's data.
Most rows agree, as they do in life; one in ten is spelled otherwise, lost something, stands once too often or
not at all.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator
from pathlib import Path

COLORS = ("BLK", "WHT", "NVY", "RED", "GRN", "010", "410", "RYL BLU", "HTHR GREY")
SIZES = ("XS", "S", "M", "L", "XL", "2XL", "00", "02", "04", "10", "10.5", "30/32", "O/S")
DIMENSIONS = ("", "", "", "", "", "", "R", "T")
BLUECHERRY = ("style", "color", "label", "dimension", "size", "upc", "on_hand", "cost")
CLARUS = ("code", "barcode", "quantity")


def write(folder: Path, skus: int, seed: int = 1) -> tuple[Path, Path]:
    """Write `bluecherry.csv` and `clarus.csv` with about `skus` rows each."""
    dice = random.Random(seed)
    ours, theirs = folder / "bluecherry.csv", folder / "clarus.csv"
    with (
        ours.open("w", newline="", encoding="utf-8") as left,
        theirs.open("w", newline="", encoding="utf-8") as right,
    ):
        master, products = csv.writer(left), csv.writer(right)
        master.writerow(BLUECHERRY)
        products.writerow(CLARUS)
        for number, parts in zip(range(skus), _skus(dice), strict=False):
            barcode = ean13(number)
            quantity = dice.randint(0, 400)
            if dice.random() < 0.99:
                master.writerow([*parts, barcode, quantity, f"{dice.randint(300, 9000) / 100:.2f}"])
            code = "-".join(part for part in parts if part)
            for spelled in _in_the_warehouse(code, dice):
                products.writerow([spelled, barcode if dice.random() < 0.9 else "", quantity])
    return ours, theirs


def ean13(number: int) -> str:
    """A valid EAN-13 of its own for every number."""
    body = f"50{number:010d}"
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return body + str(-weighted % 10)


def _skus(dice: random.Random) -> Iterator[tuple[str, str, str, str, str]]:
    """Styles without end: two in three a number filled with zeros, the others with a letter or two."""
    numbers = iter(dice.sample(range(100_000), 100_000))
    for number in numbers:
        style = f"{number:05d}" if number % 3 else f"{'LKT'[number % 2]}{number:05d}"
        dimension = dice.choice(DIMENSIONS)
        for color in dice.sample(COLORS, 4):
            for size in SIZES:
                yield style, color, "", dimension, size


def _in_the_warehouse(code: str, dice: random.Random) -> tuple[str, ...]:
    chance = dice.random()
    if chance < 0.90:
        return (code,)
    if chance < 0.985:
        return (dice.choice(_SPELLINGS)(code),)
    return () if chance < 0.995 else (code, code.lower())


_SPELLINGS: tuple[Callable[[str], str], ...] = (
    str.lower,
    lambda code: code.replace("-", "_"),
    lambda code: code.replace("-", " "),
    lambda code: code.replace("-", "\u2013"),
    lambda code: f"{code}\u200b",
    lambda code: code.lstrip("0"),
    lambda code: code.replace("-", ""),
    lambda code: f"'{code}",
    lambda code: code[:10],
    lambda code: code.replace("0", "O"),
    lambda code: f"X{code[::-1]}",
)
