"""SKUs, parties, dates and references as segments, and back.

Law of this module: what is written here is read here. A UPC that is not twelve digits has no place in the sets and
is left out: the parts of the SKU tell the article. Where the barcode is a pair, an EAN has its place too.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal

from clarus_bluecherry.bluecherry.edi.profile import X12Profile
from clarus_bluecherry.bluecherry.messages import SkuColumns, SkuSent
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.x12 import Segment

_UPC_LENGTH = 12
_DATE = re.compile(r"\d{8}", re.ASCII)
_QUANTITY = re.compile(r"-?(\d+(\.\d*)?|\.\d+)", re.ASCII)

PAIRS: Mapping[str, tuple[int, ...]] = {
    "W01": (4, 6, 15),
    "W04": (4, 6, 14),
    "W07": (4, 6, 10),
    "W12": (7, 17, 21),
    "W19": (5, 7, 17),
    "LIN": (2, 4, 6),
    "BLI": (1, 8, 10),
}
"""By segment: where its pairs of qualifier and product id begin, for style, colour and size."""
UPC: Mapping[str, int] = {"W01": 3, "W04": 3, "W07": 3, "W12": 6, "W19": 4}
"""By segment: where the UPC stands."""
BARCODE_PAIR: Mapping[str, int] = {"LIN": 8, "BLI": 12}
"""By segment: where the pair of qualifier and barcode begins."""
BARCODES: Mapping[int, str] = {12: "UP", 13: "EN"}
"""By length: the standard's qualifier of a barcode (H for the list)."""


def item(
    segment_id: str, values: Mapping[int, str], article: SkuSent | SkuColumns, profile: X12Profile
) -> Segment:
    """A line for `article`: `values` by place, with the pairs and the UPC put in."""
    cells = dict(values)
    parts, places = profile.parts, PAIRS[segment_id]
    told = ((parts.style, article.style), (parts.color, article.color_code), (parts.size, article.size_desc))
    for place, (qualifier, value) in zip(places, told, strict=True):
        if value:
            cells |= {place: qualifier, place + 1: value}
    if segment_id in UPC and len(article.upc) == _UPC_LENGTH:
        cells[UPC[segment_id]] = article.upc
    if segment_id in BARCODE_PAIR and len(article.upc) in BARCODES:
        place = BARCODE_PAIR[segment_id]
        cells |= {place: BARCODES[len(article.upc)], place + 1: article.upc}
    return Segment(segment_id, tuple(cells.get(place, "") for place in range(1, max(cells) + 1)))


def references(
    article: SkuSent | SkuColumns, profile: X12Profile, *, line: str = "", reason: str = "", order: str = ""
) -> Iterator[Segment]:
    """What of a line stands behind it: its number, label, dimension, and what else is told."""
    told = (
        (profile.references.line, line),
        (profile.parts.label, article.lbl_code),
        (profile.parts.dimension, article.dimension),
        (profile.references.reason, reason),
        (profile.references.order, order),
    )
    return (Segment("N9", (qualifier, value)) for qualifier, value in told if value)


def article_of(segment: Segment, behind: Iterable[Segment], profile: X12Profile) -> dict[str, str]:
    """The SKU's columns that a line and the references behind it name."""
    parts = profile.parts
    columns = {parts.style: "style", parts.color: "color_code", parts.size: "size_desc"}
    found = {
        columns[segment[place]]: segment[place + 1] for place in PAIRS[segment.id] if segment[place] in columns
    }
    more = {parts.label: "lbl_code", parts.dimension: "dimension"}
    found |= {more[each[1]]: each[2] for each in behind if each.id == "N9" and each[1] in more}
    if segment.id in UPC and segment[UPC[segment.id]]:
        found["upc"] = segment[UPC[segment.id]]
    pair = BARCODE_PAIR.get(segment.id)
    if pair and segment[pair] in BARCODES.values():
        found["upc"] = segment[pair + 1]
    return found


def party(qualifier: str, code: str, profile: X12Profile, name: str = "") -> Segment:
    """A party by its code, its name, or both."""
    told = (profile.references.own_code, code) if code else ()
    return Segment("N1", (qualifier, name, *told))


def code_of(segments: Sequence[Segment], qualifier: str) -> str:
    """The code of the party with this qualifier, or nothing."""
    return next((each[4] for each in segments if each.id == "N1" and each[1] == qualifier), "")


def reference_of(segments: Iterable[Segment], qualifier: str) -> str:
    """The value of the reference with this qualifier, or nothing."""
    return next((each[2] for each in segments if each.id == "N9" and each[1] == qualifier), "")


def date_of(segments: Iterable[Segment], qualifier: str) -> str:
    """The date with this qualifier as ISO 8601, or nothing."""
    found = next((each[2] for each in segments if each.id == "G62" and each[1] == qualifier), "")
    return iso(found) if found else ""


def iso(date: str) -> str:
    """A date of the standard as ISO 8601. Raises `InvalidRecord` for anything else."""
    if _DATE.fullmatch(date):
        with suppress(ValueError):
            return dt.datetime.strptime(date, "%Y%m%d").date().isoformat()  # noqa: DTZ007 - a date has no zone
    raise InvalidRecord(f"{date!r} is not a date")


def number(value: Decimal | None) -> str:
    """A quantity as the standard writes it: no exponent, no zeros behind the point.

    Raises `InvalidRecord` for one that is not told.
    """
    if value is None:
        raise InvalidRecord("the quantity is missing, and missing is not zero")
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def quantity(text: str) -> Decimal:
    """A quantity that was read. Raises `InvalidRecord` for anything else."""
    if not _QUANTITY.fullmatch(text):
        raise InvalidRecord(f"{text!r} is not a quantity" if text else "a quantity is missing")
    return Decimal(text)


def groups(body: Sequence[Segment], opener: str) -> Iterator[list[Segment]]:
    """The runs of segments that each begin with `opener`; what stands before the first is left out."""
    run: list[Segment] = []
    for segment in body:
        if segment.id == opener:
            if run:
                yield run
            run = [segment]
        elif run:
            run.append(segment)
    if run:
        yield run
