"""How counts, units, money and instants are written for people, everywhere alike.

Law of this module: a figure is only written, never changed; what a program reads is not written by it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.model import Sku
from clarus_bluecherry.model._currencies import amount_text
from clarus_bluecherry.report.closing import plain_number


def counted(count: int, one: str, many: str = "") -> str:
    """A count with its word.

    >>> counted(1, "line"), counted(1200, "line"), counted(2, "entry", "entries")
    ('1 line', '1,200 lines', '2 entries')
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def units(number: Decimal) -> str:
    """A number of units, in thousands and without needless zeros.

    >>> units(Decimal("1200.50")), units(Decimal("1E+3"))
    ('1,200.5', '1,000')
    """
    return f"{Decimal(plain_number(number)):,f}"


def unit_count(number: Decimal) -> str:
    """A number of units with its word.

    >>> unit_count(Decimal(1)), unit_count(Decimal("-1200"))
    ('1 unit', '-1,200 units')
    """
    return f"{units(number)} {'unit' if abs(number) == 1 else 'units'}"


def money(amount: Decimal, currency: str = "") -> str:
    """An amount in thousands, with the decimals of its currency; with two where that is not known.

    >>> money(Decimal("-12200.9")), money(Decimal("12200"), "JPY")
    ('-12,200.90', '12,200')
    """
    return f"{Decimal(amount_text(amount, currency)):,f}"


def item(name: str) -> str:
    """An item of a close as people call it: a SKU by its parts, an unmatched code as it is.

    >>> item("|W40|BLK|||M"), item("BLACK | SPRING")
    ('W40 BLK M', 'BLACK | SPRING')
    """
    try:
        return str(Sku.from_key(name))
    except InvalidRecord:
        return name


def items(names: Iterable[str]) -> Mapping[str, str]:
    """How the items of one page or table are shown, each by its name: in words, but as they are where two would
    look the same.

    >>> items(["|W40|BLK|||M", "|W20|BLK|||M", "|W20|BLK|M||"])["|W20|BLK|||M"]
    '|W20|BLK|||M'
    """
    said = {name: item(name) for name in names}
    looks = Counter(map(_look, said.values()))
    return {name: text if looks[_look(text)] == 1 else name for name, text in said.items()}


def _look(text: str) -> str:
    return " ".join(text.split())  # a browser shows no second space


_NAMED = 3


def picture(told: Sequence[str], empty: str = "No difference.") -> str:
    """What a chart of bars shows, in a sentence: its first three rows, and how many more there are.

    >>> picture(["held: 3.00 USD"]), picture(["a: 4", "b: 3", "c: 2", "d: 1"])
    ('held: 3.00 USD.', 'a: 4; b: 3; c: 2; 1 more in the table.')
    """
    more = len(told) - _NAMED
    parts = [*told[:_NAMED], *([f"{more:,} more in the table"] if more > 0 else [])]
    return f"{'; '.join(parts)}." if parts else empty


def day(date: dt.date) -> str:
    """A day, with that of the week.

    >>> day(dt.date(2026, 11, 9))
    'Mon 9 Nov 2026'
    """
    return f"{date:%a} {date.day} {date:%b} {date.year}"


def instant(moment: dt.datetime) -> str:
    """An aware instant to the minute, with its offset and its time zone.

    >>> instant(dt.datetime(2026, 3, 2, 14, 5, tzinfo=dt.UTC))
    '2026-03-02 14:05+00:00 (UTC)'
    """
    return f"{moment.isoformat(sep=' ', timespec='minutes')} ({moment.tzinfo})"
