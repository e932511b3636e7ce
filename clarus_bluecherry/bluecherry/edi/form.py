"""What sets are made of: SKUs, parties, dates and references as segments, and back, as a site writes them.

Law of this module: what is written here is read here. A UPC that is not twelve digits has no place in the sets and
is left out: the parts of the SKU tell the article. Where the barcode is a pair, an EAN has its place too.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from itertools import takewhile

from attrs import frozen

from clarus_bluecherry.bluecherry.edi.profile import X12Profile
from clarus_bluecherry.bluecherry.messages import SkuColumns, SkuSent
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.model._units import counted
from clarus_bluecherry.x12 import Segment
from clarus_bluecherry.x12._findings import quoted

CANCELLED = frozenset({"F", "D"})
"""What W0501 says of an order that is withdrawn: its quantities are not read (M)."""
BEGIN_OF_LINES = frozenset({"LX", "W01", "W04"})
"""Segments that stand first in the lines of an order."""
_NESTED = "LX"
"""The segment that also opens loops within a line."""
_TOTALS = {"W01": "W76", "W04": "W03"}
_UPC_LENGTH = 12
_DATE = re.compile(r"\d{8}", re.ASCII)
_UNIT = re.compile(r"[A-Z0-9]*", re.ASCII)
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


@frozen
class Form:
    """A site's hand: `profile` says by which qualifiers and codes it writes and reads.

    `mark` qualifies the reference by which the documents of the kind at hand are known from others in their set.
    """

    profile: X12Profile
    mark: str = ""

    def segment(self, segment_id: str, *elements: str) -> Segment:
        """A segment of these elements."""
        return Segment(segment_id, elements)

    # Writing -------------------------------------------------------------------------------------------------

    def item(self, segment_id: str, values: Mapping[int, str], article: SkuSent | SkuColumns) -> Segment:
        """A line for `article`: `values` by place, with the pairs and the UPC put in."""
        cells = dict(values)
        parts, places = self.profile.parts, PAIRS[segment_id]
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
        self, article: SkuSent | SkuColumns, *, line: str = "", reason: str = "", order: str = ""
    ) -> Iterator[Segment]:
        """What of a line stands behind it: its number, label, dimension, and what else is told."""
        told = (
            (self.profile.references.line, line),
            (self.profile.parts.label, article.lbl_code),
            (self.profile.parts.dimension, article.dimension),
            (self.profile.references.reason, reason),
            (self.profile.references.order, order),
        )
        return (Segment("N9", (qualifier, value)) for qualifier, value in told if value)

    def ordered(
        self, segment_id: str, lines: Iterable[tuple[SkuColumns, str, Decimal | None, str]]
    ) -> list[Segment]:
        """Ordered lines (SKU, number, quantity, unit) as items with their references, and their total."""
        body: list[Segment] = []
        for place, (article, number, quantity, unit) in enumerate(lines, start=1):
            body += [Segment("LX", (str(place),))] if segment_id == "W01" else []
            values = {1: self.number(quantity), 2: unit or self.profile.unit}
            body += [self.item(segment_id, values, article), *self.references(article, line=number)]
        return [*body, Segment(_TOTALS[segment_id], (self.total(body, segment_id, 1),))]

    def named(self, segment_id: str, *told: tuple[str, str]) -> list[Segment]:
        """A segment for each qualifier that has a value."""
        return [Segment(segment_id, pair) for pair in told if pair[1]]

    def party(self, qualifier: str, code: str, name: str = "") -> Segment:
        """A party by its code, its name, or both."""
        told = (self.profile.references.own_code, code) if code else ()
        return Segment("N1", (qualifier, name, *told))

    def date(self, day: dt.date | str) -> str:
        """A day as the standard writes it; of a text in ISO 8601 its first ten characters."""
        return day[:10].replace("-", "") if isinstance(day, str) else day.strftime("%Y%m%d")

    def number(self, value: Decimal | None) -> str:
        """A quantity as the standard writes it: no exponent, no zeros behind the point.

        Raises `InvalidRecord` for one that is not told.
        """
        if value is None:
            raise InvalidRecord("the quantity is missing, and missing is not zero")
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    def total(self, body: Sequence[Segment], segment_id: str, place: int) -> str:
        """The sum of the quantities at one place of all segments of a name."""
        told = [each[place] for each in body if each.id == segment_id]
        return self.number(sum(map(self.quantity, told), Decimal(0)))

    # Reading -------------------------------------------------------------------------------------------------

    def article_of(self, segment: Segment, behind: Iterable[Segment]) -> dict[str, str]:
        """The SKU's columns that a line and the references (N9, or REF) behind it name.

        Raises `InvalidRecord` where they say two things of one.
        """
        parts = self.profile.parts
        columns = {parts.style: "style", parts.color: "color_code", parts.size: "size_desc"}
        told = [
            (columns[segment[place]], segment[place + 1])
            for place in PAIRS[segment.id]
            if segment[place] in columns
        ]
        more = {parts.label: "lbl_code", parts.dimension: "dimension"}
        told += [(more[each[1]], each[2]) for each in behind if each.id in ("N9", "REF") and each[1] in more]
        found: dict[str, str] = {}
        for column, value in told:
            if found.setdefault(column, value) != value:
                both = f"{quoted(segment.id, found[column])} and {quoted(segment.id, value)}"
                raise InvalidRecord(f"of one SKU the {column} is {both}: which one is meant cannot be told")
        if segment.id in UPC and segment[UPC[segment.id]]:
            found["upc"] = segment[UPC[segment.id]]
        pair = BARCODE_PAIR.get(segment.id)
        if pair and segment[pair] in BARCODES.values():
            found["upc"] = segment[pair + 1]
        return found

    def head(self, body: Sequence[Segment]) -> list[Segment]:
        """What stands before the first line."""
        return list(takewhile(lambda each: each.id not in BEGIN_OF_LINES, body))

    def lines(
        self, body: Sequence[Segment], segment_id: str, number: str, quantity: str
    ) -> list[dict[str, object]]:
        """The ordered lines: their SKUs and units, and under the two names their numbers and quantities.

        Of an order that is withdrawn the quantities are zero, and a line that has no number is called by its
        place. Raises `InvalidRecord` for a line without an item, and for any other without a number: whatever is
        told of it later names it. LX is no substitute: it counts the lines of one document, and another one of the
        same order may count them otherwise.
        """
        is_cancelled = body[0].id == "W05" and body[0][1] in CANCELLED
        for run in () if is_cancelled else self.groups(body, "LX"):
            if not any(each.id == segment_id for each in run):
                what = f"line {quoted('LX', run[0][1])} (LX) holds no item ({segment_id})"
                raise InvalidRecord(what)
        items = [[*takewhile(lambda each: each.id != "LX", run)] for run in self.groups(body, segment_id)]
        if not items and not is_cancelled:
            raise InvalidRecord(f"it holds no line ({segment_id}), and does not say that it is withdrawn")
        return [
            {
                **self.article_of(run[0], run),
                number: self._line_number(run, place, is_cancelled=is_cancelled),
                quantity: Decimal(0) if is_cancelled else self.quantity(run[0][1]),
                "uom": "" if is_cancelled else self.unit(run[0][2]),
            }
            for place, run in enumerate(items, start=1)
        ]

    def _line_number(self, run: Sequence[Segment], place: int, *, is_cancelled: bool) -> str:
        qualifier = self.profile.references.line
        number = self.reference_of(run, qualifier).strip()
        if number or is_cancelled:
            return number or str(place)
        what = f"item {place} ({run[0].id}) tells no line number (N9*{qualifier}), and what becomes of it names it"
        raise InvalidRecord(what)

    def parties(self, *told: tuple[str, str]) -> list[Segment]:
        """Parties by their codes, those that have one."""
        return [self.party(qualifier, code) for qualifier, code in told if code]

    def code_of(self, segments: Sequence[Segment], qualifier: str) -> str:
        """The code of the party with this qualifier, or nothing."""
        return next((each[4] for each in segments if each.id == "N1" and each[1] == qualifier), "")

    def reference_of(self, segments: Iterable[Segment], qualifier: str) -> str:
        """The value of the reference with this qualifier, or nothing."""
        return next((each[2] for each in segments if each.id == "N9" and each[1] == qualifier), "")

    def notes_of(self, segments: Iterable[Segment]) -> str:
        """The text of every note."""
        return "; ".join(each[2] for each in segments if each.id == "NTE" and each[2])

    def date_of(self, segments: Iterable[Segment], qualifier: str) -> str:
        """The date with this qualifier as ISO 8601, or nothing."""
        found = next((each[2] for each in segments if each.id == "G62" and each[1] == qualifier), "")
        return self.iso(found) if found else ""

    def iso(self, date: str) -> str:
        """A date of the standard as ISO 8601. Raises `InvalidRecord` for anything else."""
        if _DATE.fullmatch(date):
            with suppress(ValueError):
                return dt.datetime.strptime(date, "%Y%m%d").date().isoformat()  # noqa: DTZ007 - a date has no zone
        raise InvalidRecord(f"{date!r} is not a date")

    def quantity(self, text: str) -> Decimal:
        """A quantity that was read. Raises `InvalidRecord` for anything else."""
        if not _QUANTITY.fullmatch(text):
            raise InvalidRecord(f"{text!r} is not a quantity" if text else "a quantity is missing")
        return Decimal(text)

    def unit(self, text: str) -> str:
        """The unit that was read; nothing where it means the each."""
        found = _UNIT.match(text.strip().upper())
        unit = found[0] if found else ""
        return "" if unit in self.profile.eaches else unit

    def eaches(self, segment: Segment, quantity: int, unit: int) -> Decimal:
        """The quantity at one place of `segment`, in eaches by the unit at another.

        It is for messages that have no place for a unit: only factors that hold for every SKU count. Raises
        `InvalidRecord` where there is none.
        """
        amount, code = self.quantity(segment[quantity]), self.unit(segment[unit])
        factor = self.profile.units.general(code) if code else Decimal(1)
        if factor is None:
            raise InvalidRecord(f"the unit of measure is {quoted(segment.id, code)}: no factor is known")
        return counted(amount, factor) if code else amount

    def groups(self, body: Sequence[Segment], opener: str) -> Iterator[list[Segment]]:
        """The runs of segments that each begin with `opener`; what stands before the first is left out.

        An LX between LS and LE begins none: it opens a loop of its own within the run.
        """
        run: list[Segment] = []
        is_within = False
        for segment in body:
            is_within = segment.id == "LS" or (is_within and segment.id != "LE")
            if segment.id == opener and not (is_within and opener == _NESTED):
                if run:
                    yield run
                run = [segment]
            elif run:
                run.append(segment)
        if run:
            yield run
