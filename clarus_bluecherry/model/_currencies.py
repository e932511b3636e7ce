"""How many decimals a currency has, and an amount as text with them.

Law of this module: nothing is rounded and nothing is refused. An amount that is finer than its currency, such as a
unit cost of 7.125 USD, is written with all the decimals that it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

_NONE = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split())  # noqa: SIM905
_DECIMALS: Mapping[str, int] = {
    **dict.fromkeys(_NONE, 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
"""The currencies of ISO 4217 that have not two decimals (its minor units, as amended until 2024)."""


def currency_decimals(currency: str) -> int:
    """How many decimals amounts in `currency` (ISO 4217, in any case) have: 2 where the code is none we know.

    >>> currency_decimals("JPY"), currency_decimals("USD"), currency_decimals("KWD")
    (0, 2, 3)
    """
    return _DECIMALS.get(currency.upper(), 2)


def amount_text(amount: Decimal, currency: str = "") -> str:
    """`amount` without an exponent and with the decimals of `currency`, or with more where it has more.

    >>> amount_text(Decimal("1.2E+3"), "USD"), amount_text(Decimal("1200.0"), "JPY"), amount_text(Decimal("7.125"))
    ('1200.00', '1200', '7.125')
    """
    whole, _, decimals = f"{amount:f}".partition(".")
    decimals = decimals.rstrip("0").ljust(currency_decimals(currency), "0")
    return f"{whole}.{decimals}" if decimals else whole
