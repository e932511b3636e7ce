"""Carton numbers: what Blue Cherry wants of a parcel, from what the warehouse calls it.

Law of this module: a carton number is 20 digits, `00` and an SSCC-18 with a right check digit, and the same parcel
always gets the same one.
"""

from __future__ import annotations

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.sku.codes._barcode import check_digit

_SERIAL_AND_PREFIX = 16


def carton_number(number: str, *, company_prefix: str) -> str:
    """The 20-digit carton number for the parcel the warehouse calls `number`.

    A number that already is an SSCC (18 digits, or 20 with `00`) is kept; digits are otherwise taken as the
    serial number behind extension digit 0 and the GS1 `company_prefix`.

    >>> carton_number("4711", company_prefix="0312345")
    '00003123450000047115'
    """
    if number.isascii() and number.isdigit():
        sscc = number.removeprefix("00") if len(number) == 20 else number
        if len(sscc) == 18 and check_digit(sscc[:-1]) == sscc[-1]:
            return f"00{sscc}"
    serial = "".join(character for character in number if character in "0123456789")
    room = _SERIAL_AND_PREFIX - len(company_prefix)
    if not serial or len(serial) > room:
        raise InvalidRecord(
            f"{number!r} gives no carton number: its digits must be 1 to {room}", field="carton number"
        )
    body = f"0{company_prefix}{serial:0>{room}}"
    return f"00{body}{check_digit(body)}"
