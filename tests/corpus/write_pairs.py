"""Writes `sku_pairs.csv`, the labelled corpus: what is true of pairs of a Blue Cherry SKU and a Clarus product.

    python tests/corpus/write_pairs.py

Law of this module: it knows nothing of the library. Each row says what a person who knows both systems would say.
Rows of one case belong together; styles of different cases share neither digits nor length of what is left when
zeros go, so that no case is near another one. The same program writes the same file, byte for byte.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from itertools import count, product
from pathlib import Path

PARTS = ("style", "color", "label", "dimension", "size")
HEADER = ("case", "class", "same", *PARTS, "upc", "code", "barcode", "note")
COLORS = ["BLK", "WHT", "NVY", "RED", "GRN", "TPE", "HTHR GRY", "ROYAL", "CML"]
SIZES = ["XS", "S", "M", "L", "XL", "2XL", "28", "32", "10.5", "30/32", "O/S", "XS-S", "6", "8"]
CYRILLIC = str.maketrans("ABEKMHOPCTX", "АВЕКМНОРСТХ")
FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x30, 0x5B)})
DASHES = ["\u2010", "\u2011", "\u2012", "\u2013", "\u2014", "\u2212", "\ufe63", "\uff0d"]
SPACES = ["\u00a0", "\u2009", "\u3000", " "]
INVISIBLE = ["\u200b", "\u200d", "\ufeff", "\u00ad", "\u2060"]

Sku = dict[str, str]


class Corpus:
    """The rows as they are made; numbers for styles, barcodes and cases that come only once."""

    def __init__(self) -> None:
        self.rows: list[dict[str, str]] = []
        self.dice = random.Random(2026)
        self._styles = ("".join(digits) for digits in product("23456789", repeat=5))
        self._step, self._numbers, self._case = 7, count(1), 0

    def style(self) -> str:
        """Five digits without 0 and 1 that no other case has."""
        for _ in range(self._step):
            found = next(self._styles)
        return found

    def barcode(self) -> str:
        """A UPC with a right check digit that no other row has."""
        digits = f"0{36000 + next(self._numbers):05}{next(self._numbers):05}"
        return digits + check_digit(digits)

    def sku(self, style: str = "", color: str = "", size: str = "", **more: str) -> Sku:
        """A SKU of a style of its own, unless one is given."""
        dice = self.dice
        plain = {"style": style or self.style(), "color": color or dice.choice(COLORS[:6])}
        return {**plain, "label": "", "dimension": "", "size": size or dice.choice(SIZES[:8]), "upc": "", **more}

    def case(self) -> None:
        """Begin the next case."""
        self._case += 1

    def row(
        self, class_: str, same: str, sku: Sku | None, code: str = "", barcode: str = "", note: str = ""
    ) -> None:
        """One labelled pair."""
        told = {"case": str(self._case), "class": class_, "same": same, "code": code, "barcode": barcode}
        self.rows.append({**dict.fromkeys(HEADER, ""), **(sku or {}), **told, "note": note})


def check_digit(digits: str) -> str:
    """The last digit of a UPC."""
    odd, even = sum(map(int, digits[::2])), sum(map(int, digits[1::2]))
    return str(-(3 * odd + even) % 10)


def code_of(sku: Sku, separator: str = "-") -> str:
    """The code by the site's recipe: parts that are there, in upper case."""
    parts = (sku[part] for part in PARTS)
    return separator.join(part.upper() for part in parts if part)


# The classes -------------------------------------------------------------------------------------------------


def identical(corpus: Corpus) -> None:
    for number in range(320):
        corpus.case()
        style = ("0" if number % 4 == 0 else "") + corpus.style() + ("K" if number % 7 == 0 else "")
        more = {"label": "SAMPLE"} if number % 11 == 0 else {"dimension": "R"} if number % 13 == 0 else {}
        sku = corpus.sku(style, corpus.dice.choice(COLORS), corpus.dice.choice(SIZES), **more)
        barcode = corpus.barcode()
        sku["upc"] = barcode if number % 3 else ""
        corpus.row("identical", "yes", sku, code_of(sku), barcode if number % 2 else "")


def normalised(corpus: Corpus) -> None:
    def odd(text: str, choices: list[str]) -> str:
        return text.replace("-", corpus.dice.choice(choices))

    def inside(text: str, choices: list[str]) -> str:
        at = corpus.dice.randrange(1, len(text))
        return text[:at] + corpus.dice.choice(choices) + text[at:]

    spellings = {
        "small letters": lambda sku: code_of(sku).lower(),
        "underscores": lambda sku: code_of(sku, "_"),
        "slashes": lambda sku: code_of(sku, "/"),
        "points": lambda sku: code_of(sku, "."),
        "blanks": lambda sku: code_of(sku, " "),
        "a dash of the world": lambda sku: odd(code_of(sku), DASHES),
        "a blank of the world": lambda sku: odd(code_of(sku), SPACES),
        "something invisible": lambda sku: inside(code_of(sku), INVISIBLE),
        "full width": lambda sku: code_of(sku).translate(FULL_WIDTH),
        "Cyrillic look-alikes": lambda sku: code_of(sku).translate(CYRILLIC),
        "blanks around it": lambda sku: f"  {code_of(sku)} ",
        "doubled separators": lambda sku: code_of(sku, "--"),
        "separators lost": lambda sku: code_of(sku, ""),
        "zeros lost": lambda sku: code_of({**sku, "style": sku["style"].lstrip("0")}),
        "zeros and separators lost": lambda sku: code_of({**sku, "style": sku["style"].lstrip("0")}, ""),
    }
    for note, spelled in spellings.items():
        for number in range(24):
            corpus.case()
            zeros = "0" * (1 + number % 2) if "zeros" in note else ""
            sku = corpus.sku(zeros + corpus.style(), color=("TPE", "BMK", "HTX")[number % 3], size="XL")
            corpus.row("normalised", "yes", sku, spelled(sku), note=note)


def by_barcode(corpus: Corpus) -> None:
    for number in range(200):
        corpus.case()
        barcode = corpus.barcode()
        sku = corpus.sku(upc=barcode)
        theirs = (barcode, barcode.zfill(13), barcode.zfill(14))[number % 3]
        corpus.row("barcode", "yes", sku, f"ART.{corpus.style()}", theirs, "a code of its own")


def conflicts(corpus: Corpus) -> None:
    for _ in range(60):
        corpus.case()
        one, other = corpus.sku(upc=corpus.barcode()), corpus.sku(upc=corpus.barcode())
        code = code_of(one)
        corpus.row("conflict", "unsure", one, code, other["upc"], "the code says this one, the barcode the other")
        corpus.row(
            "conflict", "unsure", other, code, other["upc"], "the barcode says this one, the code the other"
        )
    for _ in range(60):
        corpus.case()
        sku = corpus.sku(upc=corpus.barcode())
        corpus.row("conflict", "unsure", sku, code_of(sku), corpus.barcode(), "one code, two valid barcodes")
    for _ in range(40):
        corpus.case()
        sku = corpus.sku(upc=corpus.barcode())
        for name in ("ART", "BRT"):
            code = f"{name}.{corpus.style()}"
            corpus.row("conflict", "unsure", sku, code, sku["upc"], "one barcode on two products")


def collisions(corpus: Corpus) -> None:
    for _ in range(60):
        corpus.case()
        style = corpus.style()
        first, second = corpus.sku("0" + style, "BLK", "M"), corpus.sku("00" + style, "BLK", "M")
        corpus.row("collision", "unsure", first, f"{style}-BLK-M", note="a lost zero, and two it may have been")
        corpus.row("collision", "unsure", second, f"{style}-BLK-M", note="a lost zero, and two it may have been")
    sizes = [("10-5", "10/5"), ("XS-S", "XS/S"), ("O/S", "O-S"), ("30/32", "30.32")]
    zeros = [("0", "00"), ("00", "0"), ("0", ""), ("", "00"), ("000", "0")]
    for number in range(60):
        corpus.case()
        style = corpus.style()
        size, theirs = zeros[number % 5]
        sku = {**corpus.sku(style, "BLK"), "size": size}
        code = code_of({**sku, "size": theirs}, "-_"[number % 2])
        corpus.row("collision", "unsure", sku, code, note="a size of zeros that the master has otherwise")
    for number in range(20):
        corpus.case()
        sku = corpus.sku("0" + corpus.style(), "BLK", "M")
        code = code_of({**sku, "dimension": "0"}) if number % 2 else code_of({**sku, "label": "00"}).lower()
        corpus.row("collision", "unsure", sku, code, note="a part of zeros that the master does not have")
    for number in range(60):
        corpus.case()
        style = corpus.style()
        one, other = sizes[number % 4]
        first, second = corpus.sku(style, "BLK", one), corpus.sku(style, "BLK", other)
        code = f"{style}_BLK_{one.replace('/', '_').replace('-', '_').replace('.', '_')}"
        corpus.row("collision", "unsure", first, code, note="sizes that only a separator tells apart")
        corpus.row("collision", "unsure", second, code, note="sizes that only a separator tells apart")


def duplicates(corpus: Corpus) -> None:
    whole = [lambda sku: code_of(sku).lower(), lambda sku: code_of(sku, "_"), lambda sku: code_of(sku, ".")]
    for number in range(90):
        corpus.case()
        sku = corpus.sku("0" + corpus.style(), "TPE", "XL")
        for spelled in (whole[number % 3], whole[(number + 1) % 3]):
            corpus.row("duplicate", "yes", sku, spelled(sku), note="one SKU, two products")
    for number in range(30):
        corpus.case()
        sku = corpus.sku("0" + corpus.style(), "TPE", "XL")
        corpus.row("normalised", "yes", sku, whole[number % 3](sku), note="this one lost nothing")
        corpus.row("duplicate", "yes", sku, code_of(sku, ""), note="one SKU, and this product lost something")


def missing(corpus: Corpus) -> None:
    for number in range(160):
        corpus.case()
        corpus.row("missing_in_clarus", "no", corpus.sku(upc=corpus.barcode() if number % 2 else ""))
    for number in range(160):
        corpus.case()
        code = code_of(corpus.sku())
        corpus.row("missing_in_blue_cherry", "no", None, code, corpus.barcode() if number % 2 else "")


def malformed(corpus: Corpus) -> None:
    plain = [
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#NAME?",
        "NULL",
        "null",
        "nan",
        "None",
        "SKU",
        "Product Code",
        "---",
        "'",
        '""',
    ]
    for code in plain:
        corpus.case()
        corpus.row("malformed", "no", None, code, note="a placeholder")
    for number in range(150):
        corpus.case()
        code = code_of(corpus.sku())
        bad = (
            code.replace("-", "\n", 1),
            code.replace("-", "\t", 1) + "\x07",
            code[:4] + "\ufffd" + code[5:],
            (code + "-") + "X" * 50,
        )[number % 4]
        corpus.row(
            "malformed", "no", None, bad, note=("a line break", "control", "replaced", "too long")[number % 4]
        )


def damaged(corpus: Corpus) -> None:
    for _ in range(30):
        corpus.case()
        sku = {**corpus.sku(), "style": f"{corpus.style()}{corpus.style()}27", "color": "", "size": ""}
        corpus.row("damaged", "unsure", sku, f"{float(sku['style']):.5E}".replace("E+", "E+"), note="scientific")
    for number in range(40):
        corpus.case()
        style = f"{corpus.style()}{corpus.style()}"
        sku = {**corpus.sku(style), "color": "", "size": ""}
        points, blanks = f"{int(style):,}".replace(",", "."), f"{int(style):,}".replace(",", "\u202f")
        code = (f"{int(style):,}", points, blanks, f"{style}.00")[number % 4]
        corpus.row("damaged", "unsure", sku, code, note="written as a number")
    for number in range(20):
        corpus.case()
        sku = corpus.sku(corpus.style(), "BLK", "M")
        code = code_of({**sku, "style": f"{sku['style']}.0"}) if number % 2 else f"{code_of(sku)}.0"
        corpus.row("damaged", "unsure", sku, code, note="a part made a number")
    for number in range(20):
        corpus.case()
        style = corpus.style()
        sku = corpus.sku(f"0{style[:2]}0{style[2:]}", "TPE", "XL")
        code = code_of(sku)[1:].replace("0", "O", 1) if number % 2 else code_of(sku)[1:9]
        corpus.row("damaged", "yes", sku, code, note="a zero lost, and swapped or cut off")
    for number in range(20):
        corpus.case()
        sku = corpus.sku(color=("CRÈME", "ÉCRU", "GRÜN")[number % 3], size="XL")
        code = code_of(sku).encode("ascii", "replace").decode()
        corpus.row("damaged", "yes", sku, code, note="a letter replaced by a question mark")
    months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
    for number in range(24):
        corpus.case()
        code = (f"{months[number % 12].title()}-{13 + number}", f"{number + 2}-{months[number % 12].title()}")[
            number % 2
        ]
        corpus.row("damaged", "no", None, code, note="a date")
    for number in range(20):
        corpus.case()
        code = (f"2026-{number % 12 + 1:02}-{number + 5:02}", f"{number % 12 + 1:02}/{number + 5:02}/2026")[
            number % 2
        ]
        corpus.row("damaged", "no", None, code, note="a date")
    spoiled = {
        "trailing .0": lambda code: f"{code}.0",
        "quotes": lambda code: f'"{code}"',
        "apostrophe": lambda code: f"'{code}",
        "formula": lambda code: f'="{code}"',
        "percent": lambda code: code.replace("-", "%2D"),
        "entity": lambda code: code.replace("-", "&#45;"),
    }
    for note, spoil in spoiled.items():
        for _ in range(15):
            corpus.case()
            sku = corpus.sku(size="28" if note == "trailing .0" else "XL")
            corpus.row("damaged", "yes", sku, spoil(code_of(sku)), note=note)
    for number in range(30):
        corpus.case()
        style = corpus.style()
        sku = corpus.sku(f"{style[:2]}0{style[2:]}" if number % 2 else f"{style[:2]}1{style[2:]}", "TPE", "M")
        code = code_of(sku)
        swapped = code[:5].replace("0", "O").replace("1", "I") + code[5:]
        corpus.row("damaged", "yes", sku, swapped, note="O and 0, I and 1")
    for number in range(40):
        corpus.case()
        sku = corpus.sku(color="HTHR GRY", size="XL", label="SAMPLE")
        corpus.row("damaged", "yes", sku, code_of(sku)[: 12 + number % 6], note="cut off")
    for number in range(30):
        corpus.case()
        sku = corpus.sku(color=("CRÈME", "ÉCRU", "GRÜN")[number % 3], size="XL")
        text = code_of(sku).encode().decode(("cp1252", "latin-1")[number % 2], "replace")
        corpus.row("damaged", "yes", sku, text, note="UTF-8 read as another encoding")


def different(corpus: Corpus) -> None:
    """What tempts to a merge: both have a product of their own, so neither is the other."""
    tempting = [
        lambda style: ((style, "BLK", "M"), ("0" + style, "BLK", "M"), "a zero"),
        lambda style: ((style, "BLK", "10.5"), (style, "BLK", "105"), "a point"),
        lambda style: ((style, "BLK", "0"), (style, "BLK", "00"), "sizes of zeros"),
        lambda style: ((style, "BLK", "2"), (style, "BLK", "02"), "sizes with a zero"),
        lambda style: ((style, "BLK", "10"), (style, "BLK", "10.0"), "a size that looks like a spreadsheet's"),
        lambda style: ((style, "0", "M"), (style, "00", "M"), "colours of zeros"),
        lambda style: ((style + "O", "BLK", "M"), (style + "0", "BLK", "M"), "O and 0"),
        lambda style: ((style + "I", "BLK", "M"), (style + "1", "BLK", "M"), "I and 1"),
        lambda style: ((style, "BLK", "X"), (style, "BLK", "XL"), "one is the beginning of the other"),
        lambda style: ((style, "BL", "KM"), (style, "BLK", "M"), "only the separator tells"),
        lambda style: (("A" + style, "1", "12"), ("A" + style, "11", "2"), "only the separator tells"),
        lambda style: ((style, "BLK", "S"), (style, "BLK", "XS-S"), "one size in another"),
    ]
    for number in range(170):
        corpus.case()
        one, other, note = tempting[number % len(tempting)](corpus.style())
        first, second = (corpus.sku(style, color, size) for style, color, size in (one, other))
        corpus.row("identical", "yes", first, code_of(first), note=note)
        corpus.row("identical", "yes", second, code_of(second), note=note)
        corpus.row("different", "no", first, code_of(second), note=note)
        corpus.row("different", "no", second, code_of(first), note=note)


def written() -> Iterator[dict[str, str]]:
    """Every row."""
    corpus = Corpus()
    for write in (
        *(identical, normalised, by_barcode, conflicts, collisions),
        *(duplicates, missing, malformed, damaged, different),
    ):
        write(corpus)
    yield from corpus.rows


def main() -> None:
    """Write the file."""
    with Path(__file__).with_name("sku_pairs.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEADER, lineterminator="\n")
        writer.writeheader()
        writer.writerows(written())


if __name__ == "__main__":
    main()
