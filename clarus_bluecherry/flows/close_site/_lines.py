"""What a site tells, as rows: the same that an export would say, each with the place that it leads to.

Law of this module: a row says what its source said and nothing of a person. Where it was read stands in it: the
key of the ledger's fact or posting, else the warehouse's own number.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal

from attrs import field, frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows.exports.columns import CloseFile
from clarus_bluecherry.flows.exports.rows import CloseRow, FileRows
from clarus_bluecherry.flows.exports.settings import CloseSettings
from clarus_bluecherry.model import Item, Sku
from clarus_bluecherry.tables import NumberForm

LEDGER = "ledger"
"""The source of rows whose place is the key of a fact or posting."""
_NUMBERS = NumberForm(grouping=False)


@frozen
class SiteLine:
    """One row: its cells by our names, the source and the place where it was read."""

    place: str
    source: str
    cells: Mapping[str, str]


@frozen(kw_only=True)
class SiteLines:
    """All rows of one kind that a source told, what of it could not be read, and how it was asked."""

    lines: Iterable[SiteLine]
    source: str
    columns: Iterable[str]
    problems: tuple[InvalidRecord, ...] = ()
    parameters: Mapping[str, str] = field(factory=dict)

    def as_file(self, kind: CloseFile, settings: CloseSettings) -> FileRows:
        """The same as the rows of a file of `kind`, whose days are written as the settings say."""
        zone, dates = settings.zone_of(is_warehouse=kind.is_warehouse), settings.dates_of(kind.is_warehouse)
        headers = {name: name for name in self.columns}
        digest = hashlib.sha256()
        rows = []
        for line in self.lines:
            digest.update(json.dumps([line.place, line.cells], sort_keys=True).encode())
            rows.append(
                CloseRow(line.place, line.source, line.cells, headers, zone, _NUMBERS, dates, kind.is_warehouse)
            )
        return FileRows(
            kind, (self.source,), tuple(rows), self.problems, digest.hexdigest(), dict(self.parameters)
        )


def number(quantity: Decimal) -> str:
    """A quantity as the text of a cell."""
    return f"{quantity:f}"


def moment(at: dt.datetime, told: dt.date | None = None) -> str:
    """When something was, as the text of a cell: the day alone, where no time was told."""
    return at.isoformat() if told is None else told.isoformat()


def cells_of(item: Item) -> Mapping[str, str]:
    """What names an item: the parts of a SKU, or the code as the warehouse wrote it."""
    if not isinstance(item, Sku):
        return {"product_code": item.code}
    parts = (item.division, item.style, item.color, item.label, item.dimension, item.size)
    return dict(zip(SKU_CELLS, parts, strict=True))


SKU_CELLS = ("division", "style", "color_code", "lbl_code", "dimension", "size_desc")
"""The parts of a SKU by the names of their columns."""
