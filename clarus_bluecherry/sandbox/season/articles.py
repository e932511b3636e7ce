"""The articles of a season: styles by colours by sizes, with barcodes, costs, and damage on their way.

Law of this module: no two articles share a code or a barcode on either side, and what was done to a code stands
with the article. Seeded: the same generator in the same state gives the same articles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import count
from random import Random

from attrs import evolve, frozen

from clarus_bluecherry.sandbox.season.plan import SEPARATORS_CHANGED, Article, Damage, clean_code, damaged
from clarus_bluecherry.sku.codes._barcode import check_digit

SEASON_CODE = "SP26"
_UPC_PREFIX, _EAN_PREFIX = "812345", "5012345"
_COLORS = ("BLK", "NVY", "IVO", "RED", "OLV", "GRY", "001", "100", "410", "STRP")
_SHARE_DAMAGED, _SHARE_DAMAGED_TWICE = 0.18, 0.3
_SHARE_WITHOUT_BARCODE, _SHARE_WITHOUT_WAREHOUSE_BARCODE = 0.1, 0.06


@frozen
class _Family:
    """A kind of garment. Each style comes in all its labels and dimensions."""

    name: str
    division: str
    sizes: tuple[str, ...]
    costs: tuple[int, int]
    labels: tuple[str, ...] = ("",)
    dimensions: tuple[str, ...] = ("",)
    colors: int = 3


_FAMILIES = (
    _Family("Rib knit top", "WM", ("XS", "S", "M", "L", "XL", "XXL"), (700, 2200)),
    _Family("Wrap dress", "WM", ("2", "4", "6", "8", "10", "12"), (1500, 5200)),
    _Family("Straight jean", "MN", ("30/30", "30/32", "32/30", "32/32", "34/32", "34/34"), (1800, 4200), colors=2),
    _Family(
        "Court sneaker", "FW", ("7", "7.5", "8", "8.5", "9", "9.5", "10", "10.5", "11"), (2400, 6400), colors=2
    ),
    _Family("Sheer tight", "AC", ("XS-S", "M-L", "XL-XXL"), (250, 700)),
    _Family("Leather belt", "AC", ("O/S",), (600, 1900), colors=4),
    _Family("Oxford shirt", "MN", ("S", "M", "L", "XL"), (1200, 2600), labels=("", "LUX"), colors=2),
    _Family("Wool trouser", "WM", ("4", "6", "8", "10"), (2100, 4900), dimensions=("REG", "TLL"), colors=2),
)


class Barcodes:
    """Valid barcodes, each once."""

    def __init__(self) -> None:
        self._serials = count(1)

    def upc(self) -> str:
        """A UPC of 12 digits."""
        return self._next(_UPC_PREFIX)

    def ean(self) -> str:
        """An EAN of 13 digits."""
        return self._next(_EAN_PREFIX)

    def _next(self, prefix: str) -> str:
        digits = f"{prefix}{next(self._serials):05d}"
        return digits + check_digit(digits)


def ordinary(random: Random, barcodes: Barcodes, styles: int) -> list[Article]:
    """The articles of `styles` styles, with everyday damage on a share of their codes."""
    numbers = _style_numbers(random, styles)
    articles: list[Article] = []
    for place, style in enumerate(numbers):
        articles += _style(random, barcodes, style, _FAMILIES[place % len(_FAMILIES)])
    return articles


def twins(barcodes: Barcodes) -> list[tuple[Article, Article]]:
    """Pairs that differ only by a leading zero of the style, half of them told apart by barcode too."""
    sizes = ("S", "M", "L")
    labelled = [(_twin("01234", size, barcodes), _twin("1234", size, barcodes)) for size in sizes]
    plain = [(_twin("00815", size), _twin("0815", size)) for size in sizes]
    return labelled + plain


def undecidable(barcodes: Barcodes) -> tuple[list[Article], list[Article]]:
    """The articles that no rule can tie, and those that make it so.

    One is written in words. The other has lost its zeros, without a barcode: it could be its twin as well.
    """
    worded = _made("CT2210", "NVY", "M", "Trench coat", 4800, upc=barcodes.upc())
    worded = evolve(worded, warehouse_code="TRENCH NAVY MED", damage=(Damage.RENAMED,))
    zeros = _made("00705", "BLK", "O/S", "Silk scarf", 900)
    zeros = evolve(
        zeros, warehouse_code=damaged(zeros.clean_code, (Damage.LOST_ZEROS,)), damage=(Damage.LOST_ZEROS,)
    )
    rival_upc = barcodes.upc()
    rival = _made("0705", "BLK", "O/S", "Silk scarf", 1100, upc=rival_upc, warehouse_barcode=rival_upc)
    return [worded, zeros], [rival]


# One style ---------------------------------------------------------------------------------------------------


def _style_numbers(random: Random, styles: int) -> list[str]:
    """Five digits, often with zeros in front, or letters and digits; no two differ only by zeros."""
    serials = random.sample(range(2000, 9000), styles)
    shapes = ("{:05d}", "{:05d}", "{:05d}", "4{:04d}", "DR{:04d}")
    return [random.choice(shapes).format(serial) for serial in serials]


def _style(random: Random, barcodes: Barcodes, style: str, family: _Family) -> Iterator[Article]:
    cents = random.randrange(*family.costs)
    for color in random.sample(_COLORS, family.colors):
        for label in family.labels:
            for dimension in family.dimensions:
                for size in family.sizes:
                    clean = Article(
                        style=style,
                        color=color,
                        label=label,
                        dimension=dimension,
                        size=size,
                        name=family.name,
                        division=family.division,
                        season=SEASON_CODE,
                        std_cost=_dollars(cents),
                        warehouse_code=clean_code(style, color, label, dimension, size),
                    )
                    yield _on_its_way(random, _labelled(random, barcodes, clean))


def _labelled(random: Random, barcodes: Barcodes, article: Article) -> Article:
    draw = random.random()
    if draw < _SHARE_WITHOUT_BARCODE:
        return article
    upc = barcodes.upc() if draw < 0.85 else ""
    ean = f"0{upc}" if draw < 0.2 else "" if upc else barcodes.ean()
    seen = random.random() >= _SHARE_WITHOUT_WAREHOUSE_BARCODE
    return evolve(article, upc=upc, ean=ean, warehouse_barcode=(upc or ean) if seen else "")


def _on_its_way(random: Random, article: Article) -> Article:
    if random.random() >= _SHARE_DAMAGED:
        return article
    damage = _some_damage(random, article.clean_code)
    return evolve(article, warehouse_code=damaged(article.clean_code, damage), damage=damage)


def _some_damage(random: Random, code: str) -> tuple[Damage, ...]:
    kinds: Sequence[Damage] = (
        *((Damage.LOST_ZEROS,) if code.startswith("0") else ()),
        random.choice(SEPARATORS_CHANGED),
        *((Damage.LOWER_CASE,) if code.lower() != code else ()),
        Damage.TRAILING_SPACES,
    )
    return tuple(random.sample(kinds, 2 if random.random() < _SHARE_DAMAGED_TWICE else 1))


def _twin(style: str, size: str, barcodes: Barcodes | None = None) -> Article:
    upc = barcodes.upc() if barcodes else ""
    return _made(style, "BLK", size, "Crew sweater", 1450 + 100 * len(style), upc=upc, warehouse_barcode=upc)


def _made(
    style: str, color: str, size: str, name: str, cents: int, *, upc: str = "", warehouse_barcode: str = ""
) -> Article:
    return Article(
        style=style,
        color=color,
        size=size,
        upc=upc,
        name=name,
        division="WM",
        season=SEASON_CODE,
        std_cost=_dollars(cents),
        warehouse_code=clean_code(style, color, size),
        warehouse_barcode=warehouse_barcode,
    )


def _dollars(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)
