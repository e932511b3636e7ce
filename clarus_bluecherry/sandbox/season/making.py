"""A season made from a seed: articles, opening stock, and what is ordered on each working day.

Law of this module: the same seed and scale always give the same season. Nobody orders the impossible, but some
order more than there is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from random import Random

from attrs import frozen

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.sandbox.season import articles as catalogue
from clarus_bluecherry.sandbox.season.plan import (
    CARRIERS,
    LOCATIONS,
    Article,
    Day,
    Opening,
    PickPlan,
    ProductionPlan,
    Season,
    Stray,
)

Line = tuple[str, Article, int, Decimal]

_LAST_DAY = dt.date(2026, 2, 3)
_MAIN, _SECOND = LOCATIONS.values()
_PACK = 12
_UNITS_ORDERED = (1, 1, 1, 2, 2, 3, 4, 6, 12, 24)
_MARK_UP = Decimal("2.4")
_CENT = Decimal("0.01")
_SHOPS: Sequence[tuple[str, Mapping[str, str]]] = (
    (
        "HARBOR",
        {
            "name": "Harbor & Pine Stores",
            "addr1": "400 Market Street",
            "addr2": "Dock 7",
            "city": "Philadelphia",
            "state": "PA",
            "zipcode": "19106",
        },
    ),
    (
        "NORDLY",
        {
            "name": "Nordly Outfitters",
            "addr1": "1201 2nd Avenue",
            "city": "Seattle",
            "state": "WA",
            "zipcode": "98101",
        },
    ),
    (
        "WEB",
        {
            "name": "Jo Müller-O'Neill",
            "addr1": "18 Elm Court",
            "addr2": "Apt 4B",
            "city": "Portland",
            "state": "ME",
            "zipcode": "04101",
        },
    ),
)
_VENDORS = ("Porto Malhas Lda", "Saigon Garment JSC", "Izmir Denim AS")


@frozen
class _Scale:
    """How much there is of everything. The picks of a day lie between two bounds."""

    styles: int
    days: int
    picks: tuple[int, int]
    production: int


_SCALES = {
    "small": _Scale(styles=40, days=5, picks=(12, 16), production=8),
    "season": _Scale(styles=400, days=10, picks=(60, 80), production=80),
}


def make_season(seed: int, scale: str = "small") -> Season:
    """The season of `seed`: about 40 styles (570 SKUs) when `small`, about ten times that at scale `season`.

    Raises `ConfigurationError` for another scale.
    """
    if scale not in _SCALES:
        raise ConfigurationError(f"{scale!r} is not one of {', '.join(_SCALES)}", field="scale")
    size, random, barcodes = _SCALES[scale], Random(seed), catalogue.Barcodes()
    twins = catalogue.twins(barcodes)
    undecidable, rivals = catalogue.undecidable(barcodes)
    special = ([one for one, _ in twins], [other for _, other in twins], [*undecidable, *rivals])
    apart = [article for group in special for article in group]
    ordinary = catalogue.ordinary(random, barcodes, size.styles)
    opening = [Opening(article=article, location=_MAIN, units=40) for article in apart]
    opening += [stock for article in ordinary for stock in _stock(random, article)]
    orders = _Orders(random, opening, ordinary, special)
    return Season(
        seed=seed,
        articles=(*ordinary, *apart),
        opening=tuple(opening),
        days=tuple(orders.day(number, date, size) for number, date in enumerate(_working_days(size.days))),
        twins=tuple(twins),
        undecidable=tuple(undecidable),
        stray=Stray(code="DISPLAY-STAND-2", warehouse=next(iter(LOCATIONS)), units=12),
    )


def _stock(random: Random, article: Article) -> list[Opening]:
    """Most articles lie in the main building, some in the second one too, a few nowhere."""
    units = {
        _MAIN: random.randint(4, 120) if random.random() < 0.9 else 0,
        _SECOND: random.randint(1, 40) if random.random() < 0.35 else 0,
    }
    return [Opening(article=article, location=place, units=lying) for place, lying in units.items() if lying]


def _working_days(days: int) -> list[dt.date]:
    found: list[dt.date] = []
    day = _LAST_DAY
    while len(found) < days:
        if day.isoweekday() <= 5:
            found.append(day)
        day -= dt.timedelta(days=1)
    return found[::-1]


class _Orders:
    """Writes the orders of a season, numbered on and on.

    `special` are groups of articles that are easily taken for others: each is ordered together, on the first day.
    """

    def __init__(
        self,
        random: Random,
        opening: Sequence[Opening],
        articles: Sequence[Article],
        special: Sequence[Sequence[Article]],
    ) -> None:
        self._random = random
        self._articles = articles
        self._special = special
        self._stocked = {
            place: [stock.article for stock in opening if stock.location == place] for place in LOCATIONS.values()
        }
        self._picks = 500_100
        self._production = 70_200

    def day(self, number: int, date: dt.date, size: _Scale) -> Day:
        """One day's orders. No production order comes on the last day: it could not be received any more."""
        picks = [self._pick() for _ in range(self._random.randint(*size.picks))]
        if number == 0:
            picks += [self._pick(_MAIN, group) for group in self._special]
        spread = range(number, size.production, size.days - 1) if number < size.days - 1 else ()
        return Day(date=date, picks=tuple(picks), production=tuple(self._produce(date) for _ in spread))

    def _pick(self, location: str = "", wanted: Sequence[Article] = ()) -> PickPlan:
        random = self._random
        self._picks += 1
        location = location or (_MAIN if random.random() < 0.7 else _SECOND)
        wanted = wanted or random.sample(self._stocked[location], random.randint(1, 8))
        customer, address = random.choice(_SHOPS)
        return PickPlan(
            number=str(self._picks),
            order_number=str(self._picks - 200_000),
            po_number=f"PO{self._picks * 7 % 100_000:05d}",
            customer=customer,
            location=location,
            shipper=random.choice(list(CARRIERS.values()))[0],
            ship_to={**address, "country": "US"},
            lines=tuple(self._line(number, article) for number, article in enumerate(wanted, start=1)),
            removed=self._removed(wanted, location),
        )

    def _line(self, number: int, article: Article) -> Line:
        price = (article.std_cost * _MARK_UP).quantize(_CENT)
        return (str(number), article, self._random.choice(_UNITS_ORDERED), price)

    def _removed(self, wanted: Sequence[Article], location: str) -> tuple[tuple[str, Article], ...]:
        """Now and then a line was taken off the ticket, and comes with quantity zero."""
        article = self._random.choice(self._stocked[location])
        if article in wanted or self._random.random() >= 0.12:
            return ()
        return ((str(len(wanted) + 1), article),)

    def _produce(self, issued: dt.date) -> ProductionPlan:
        random = self._random
        self._production += 1
        location = _MAIN if random.random() < 0.75 else _SECOND
        ordered = random.sample(self._articles, random.randint(4, 12))
        if random.random() < 0.3:
            ordered.append(ordered[0])  # the same article on a second line, by another way of freight
        return ProductionPlan(
            number=str(self._production),
            vendor=random.choice(_VENDORS),
            location=location,
            due=issued + dt.timedelta(days=random.randint(0, 10)),
            lines=tuple(
                (str(number), article, random.randint(1, 12) * _PACK, article.std_cost)
                for number, article in enumerate(ordered, start=1)
            ),
        )
