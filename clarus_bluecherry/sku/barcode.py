"""Barcodes: GS1 trade item numbers (GTIN-8, -12 = UPC, -13 = EAN, -14) and the one form in which they compare.

Law of this module: a barcode is text, and only one whose check digit is right is evidence.
"""

from __future__ import annotations

_LENGTHS = frozenset({8, 12, 13, 14})
_CANONICAL = 14
_WEIGHT_OF_ZEROS = ord("0") * (3 + 1) * _CANONICAL // 2


def is_gtin(text: str) -> bool:
    """Whether `text` is a GTIN-8, -12, -13 or -14 with the right check digit (GS1 General Specifications, 7.9).

    Blanks around it are ignored. All zeros is a placeholder, not a barcode.

    >>> is_gtin("036000291452"), is_gtin("036000291453")
    (True, False)
    """
    return gtin14(text) != ""


def gtin14(text: str) -> str:
    """`text` as a 14-digit GTIN, so that a UPC equals the EAN it is part of; empty when it is not a GTIN.

    >>> gtin14("036000291452") == gtin14("0036000291452") == "00036000291452"
    True
    >>> gtin14("not a barcode")
    ''
    """
    digits = text.strip()
    if len(digits) not in _LENGTHS or not (digits.isascii() and digits.isdigit()):
        return ""
    full = digits.zfill(_CANONICAL)
    places = full.encode()
    weighted = 3 * sum(places[::2]) + sum(places[1::2]) - _WEIGHT_OF_ZEROS
    return full if weighted and weighted % 10 == 0 else ""
