"""The SKU of a line: half of one is another one.

Law of this module: where what a line says of its SKU is broken (a qualifier without its value, a value without its
qualifier, elements that slipped), it is not read as the SKU that is left: the set is refused by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clarus_bluecherry.bluecherry.edi.form import BARCODE_PAIR, CANCELLED, PAIRS, UPC
from clarus_bluecherry.bluecherry.edi.profile import Parts, X12Profile
from clarus_bluecherry.x12 import Document, Finding, Rule, Severity
from clarus_bluecherry.x12._validate import placed

_REFERENCES = frozenset({"N9", "REF"})
_OF_A_REFERENCE = (Rule.CONDITION, Rule.ELEMENT_TYPE, Rule.SEGMENT_ORDER)
_FURTHER = {"LIN": range(10, 31, 2)}
"""Where further pairs begin: what slipped behind the SKU's own came from them."""


def broken_skus(document: Document, found: Sequence[Finding], profile: X12Profile) -> Iterator[Finding]:
    """A finding for each line that says only half of its SKU, by what was `found` in the set.

    Of an order that is withdrawn nothing is asked but that.
    """
    if any(segment.id == "W05" and segment[1] in CANCELLED for segment in document.segments):
        return
    broken = {
        (each.segment_number, each.segment_id): each
        for each in reversed(found)
        if each.severity is Severity.ERROR and _is_of_a_sku(each, document, profile.parts)
    }
    for (number, id_), first in sorted(broken.items()):
        what = f"half of a SKU is another one: {first.message}"
        yield placed(Finding(rule=Rule.REFUSED, message=what, segment_number=number, segment_id=id_), document)


def _is_of_a_sku(error: Finding, document: Document, parts: Parts) -> bool:
    id_ = error.segment_id
    if id_ in _REFERENCES:
        named = (parts.label, parts.dimension)
        return error.rule in _OF_A_REFERENCE and document.segments[error.segment_number - 1][1] in named
    if id_ not in PAIRS:
        return False
    qualifiers = {*PAIRS[id_], BARCODE_PAIR.get(id_, 0), *_FURTHER.get(id_, ())}
    match error.rule:
        case Rule.ELEMENT_TOO_MANY:
            return True
        case Rule.CONDITION:
            return error.element in qualifiers | {UPC.get(id_, 0)}
        case Rule.ELEMENT_LENGTH | Rule.ELEMENT_CODE:
            return error.element in qualifiers
        case Rule.ELEMENT_TYPE:
            return error.element in qualifiers | {place + 1 for place in qualifiers}
        case _:
            return False
