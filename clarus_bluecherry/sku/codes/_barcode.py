"""Barcodes: GS1 trade item numbers (GTIN-8, -12 = UPC, -13 = EAN, -14) and the one form in which they compare.

Law of this module: a barcode is text, and only one whose check digit is right is evidence. GS1 has one check digit
for all its numbers, the SSCC of a carton too, and it is worked out here and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from clarus_bluecherry.sku.codes._text import SEPARATORS, fold

_LENGTHS = frozenset({8, 12, 13, 14})
_UPC, _EAN = 12, 13
_MOST_ZEROS_LOST = 3
INSIDE_A_COMPANY = ("02", "002", "004", "0000000", "0000002")
"""How a GTIN begins, as 14 digits, that GS1 keeps for use inside a company: of 13, of 12, and of 8 digits."""
_made_a_number = re.compile(r"(\d+)[.,]0+").fullmatch
_made_whole = re.compile(r"[.,]0+$")
_bracketed = re.compile(r"(?:\(01\)|/01/)(\d{8,14})(?!\d)", re.ASCII).search
_unbracketed = re.compile(r"(?:\][A-Za-z]\d)?01(\d{14})", re.ASCII).match
_is_isbn = re.compile(r"ISBN(?:[- ]?1[03](?=[: ]))?[: ]*(?=\d)").match
_MARKS = str.maketrans("", "", f"{SEPARATORS}'\"=*")
_BLANKS = str.maketrans("", "", " ")
_FEWEST_DIGITS, _FEWEST_DIFFERENT = 7, 2
_UPC_E, _ISBN_10 = 8, 10
_rounded = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE).fullmatch
_CANONICAL = 14
_WEIGHT_OF_ZEROS = ord("0") * (3 + 1) * _CANONICAL // 2
_BLOCK = 500
_VALUES = bytes.maketrans(b"0123456789", bytes(range(10)))
_RIGHT_SUMS = frozenset(range(10, 256, 10))


def check_digit(digits: str) -> str:
    """The GS1 check digit of `digits`, all of the number but the check digit itself (General Specifications, 7.9).

    >>> check_digit("03600029145"), check_digit("00312345600000001")
    ('2', '3')
    """
    return str(-_weighed([*map(int, digits), 0]) % 10)


def _weighed(digits: Sequence[int]) -> int:
    """The sum that ends in 0 for a right number: its digits, every second one from the last but one thrice."""
    return sum(digits) + 2 * sum(digits[-2::-2])


def is_gtin(text: str) -> bool:
    """Whether `text` is a GTIN-8, -12, -13 or -14 with the right check digit.

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
    if len(digits) not in _LENGTHS:
        return ""
    full = digits.zfill(_CANONICAL)
    places = full.encode()
    if not places.isdigit():
        return ""
    weighted = _weighed(places) - _WEIGHT_OF_ZEROS
    return full if weighted and weighted % 10 == 0 else ""


def gtins14(texts: Sequence[str]) -> list[str]:
    """As `gtin14`, of a whole list, in a fifth of the time.

    >>> gtins14(["036000291452", "", "036000291453"])
    ['00036000291452', '', '']
    """
    found: list[str] = []
    for start in range(0, len(texts), _BLOCK):
        block = texts[start : start + _BLOCK]
        found += _plain_gtins(block) or map(gtin14, block)
    return found


def _plain_gtins(block: Sequence[str]) -> list[str]:
    """The GTINs of a block of nothing but digits, in lengths that a GTIN has, or nothing at all.

    All of its check sums are made at once, in one number that has a byte for each barcode: none exceeds 252.
    """
    if not any(block):
        return list(block)
    if not {0, *_LENGTHS}.issuperset(map(len, block)):
        return []
    full = [text.zfill(_CANONICAL) for text in block]
    digits = "".join(full)
    if not (digits.isascii() and digits.isdigit()):
        return []
    places = digits.encode().translate(_VALUES)
    at = [int.from_bytes(places[place::_CANONICAL]) for place in range(_CANONICAL)]
    sums = _weighed(at).to_bytes(len(block))
    return [text if weighted in _RIGHT_SUMS else "" for text, weighted in zip(full, sums, strict=True)]


def mended(text: str) -> tuple[str, ...]:
    """The GTINs, as 14 digits, that a text may have been that is none as it stands; a proposal, not evidence.

    Zeros in front that a spreadsheet took away, its `.0`, dashes and blanks (an ISBN's too), the UPC-E of a small
    package, and what a scanner reads of a GS1 element string: `(01)` and the GTIN.

    >>> mended("36000291452") == mended("0-36000-29145-2") == mended("(01)00036000291452(10)A1") == (
    ...     gtin14("036000291452"),
    ... )
    True
    >>> mended("04252614"), mended("0-306-40615-2"), mended("12345")
    (('00042100005264',), ('09780306406157',), ())
    """
    plain = fold(text).text
    bare = _element_string(plain) or _element_string(plain.translate(_BLANKS)) or _without_marks(plain)
    if len(set(bare)) < _FEWEST_DIFFERENT:
        return ()
    found = [*map(gtin14, _with_zeros(bare)), *map(gtin14, _upcs_a(bare)), gtin14(_of_isbn10(bare))]
    return tuple(dict.fromkeys(gtin for gtin in found if gtin and gtin != gtin14(text)))


def _element_string(text: str) -> str:
    """The GTIN of a GS1 element string, with the brackets of its print or without, or as a link."""
    found = _bracketed(text) or _unbracketed(text)
    return found[1] if found else ""


def _without_marks(text: str) -> str:
    """The digits, and the X of an ISBN, of a folded text that has no more than marks between them."""
    named = _is_isbn(text)
    bare = _made_whole.sub("", text[named.end() :] if named else text).translate(_MARKS)
    return bare if bare.isascii() and bare[:-1].isdigit() and (bare[-1].isdigit() or bare[-1] == "X") else ""


def _with_zeros(digits: str) -> Sequence[str]:
    return [digits.zfill(_CANONICAL)] if digits.isdigit() and _FEWEST_DIGITS <= len(digits) <= _CANONICAL else []


def _upcs_a(digits: str) -> Iterator[str]:
    """The UPC that a UPC-E stands for: of 8 digits, 7 without the 0 in front, or 6 without a check digit."""
    if not digits.isdigit() or not _UPC_E - 2 <= len(digits) <= _UPC_E:
        return
    if len(digits) == _UPC_E - 2:
        body = _spread(f"0{digits}")
        yield body + check_digit(body)
    elif (full := digits.zfill(_UPC_E))[0] in "01":
        yield _spread(full[:-1]) + full[-1]


def _spread(upc_e: str) -> str:
    """The 11 digits before the check digit, for the 7 of a UPC-E: its last one says where the zeros were."""
    first, number, last = upc_e[0], upc_e[1:6], upc_e[6]
    if last in "012":
        return f"{first}{number[:2]}{last}0000{number[2:]}"
    if last == "3":
        return f"{first}{number[:3]}00000{number[3:]}"
    return f"{first}{number[:4]}00000{number[4]}" if last == "4" else f"{first}{number}0000{last}"


def _of_isbn10(text: str) -> str:
    """The EAN of an old ISBN of ten characters; empty when it is none."""
    if len(text) == _ISBN_10 - 1:  # the zero in front of it was lost
        text = f"0{text}"
    if len(text) != _ISBN_10:
        return ""
    values = [10 if one == "X" else int(one) for one in text]
    if sum(weight * value for weight, value in zip(range(_ISBN_10, 0, -1), values, strict=True)) % 11:
        return ""
    return (body := f"978{text[:-1]}") + check_digit(body)


def is_internal(gtin: str) -> bool:
    """Whether a GTIN of 14 digits is one that GS1 keeps for use inside a company."""
    return gtin.startswith(INSIDE_A_COMPANY)


def fault(text: str) -> str:
    """What is wrong with a barcode, in words for a person; empty when it is a GTIN that may be traded with.

    Numbers that GS1 keeps for use inside a company (GTIN-13 from 02, 04 and 20 to 29, UPC from 2 and 4, GTIN-8
    from 0 and 2) have a right check digit and mean another article elsewhere: they still tie two systems of one
    company.

    >>> fault("36000291452")
    'it has 11 digits: with the zero in front that a spreadsheet takes away it is 036000291452'
    >>> fault("036000291453")
    'its check digit is 3 and should be 2'
    >>> fault("2000000000015")
    'it is a number for use inside a company, not a GTIN'
    """
    digits = text.strip()
    if not digits:
        return ""
    if not (digits.isascii() and digits.isdigit()):
        return _damaged(digits)
    if len(set(digits)) == 1:
        return "it is a placeholder"
    if gtin := gtin14(digits):
        return "it is a number for use inside a company, not a GTIN" if is_internal(gtin) else ""
    if len(digits) == _UPC_E and (found := mended(digits)):
        return f"it is the UPC-E of {_shortest(found[0])}, not a GTIN"
    if len(digits) in _LENGTHS:
        return f"its check digit is {digits[-1]} and should be {check_digit(digits[:-1])}"
    for length in (_UPC, _EAN):
        if length - _MOST_ZEROS_LOST <= len(digits) < length and gtin14(digits.zfill(length)):
            zeros = "the zero" if len(digits) == length - 1 else "the zeros"
            full = digits.zfill(length)
            return f"it has {len(digits)} digits: with {zeros} in front that a spreadsheet takes away it is {full}"
    return f"it has {len(digits)} digits; a GTIN has 8, 12, 13 or 14"


def _damaged(text: str) -> str:
    if _rounded(text):
        return "it is in scientific notation: a spreadsheet has rounded it, and its last digits are lost"
    if found := _made_a_number(text):
        wrong = fault(found[1])
        return f"a spreadsheet has added .0 to it: without that, {wrong or f'it is {found[1]}'}"
    if meant := mended(text):
        return f"it holds more than digits: the barcode in it is {_shortest(meant[0])}"
    return "it holds more than digits"


def _shortest(gtin: str) -> str:
    """A GTIN of 14 digits as a UPC or an EAN, where it is one."""
    return gtin.lstrip("0").zfill(_UPC)
