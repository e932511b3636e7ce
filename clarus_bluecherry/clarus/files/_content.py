"""An import document as it is kept until it leaves: each row as the cells that are filled.

Law of this module: what is kept is what was checked, as text, so that the file written from it a day later says
the same; a column that the tenant's template has no longer is told, never dropped.
"""

from __future__ import annotations

from collections.abc import Iterable

from clarus_bluecherry._wire import WireRecord
from clarus_bluecherry.clarus.files._imports import ImportRecord, rows_of
from clarus_bluecherry.clarus.files._templates import Template
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.tables import csv_bytes


class ImportContent(WireRecord):
    """One order or pre-receipt for an import file: its rows, each by column, without what is empty."""

    rows: tuple[dict[str, str], ...]

    def told(self, column: str) -> tuple[str, ...]:
        """What `column` says, row by row, where it says anything."""
        return tuple(row[column] for row in self.rows if column in row)


def import_content(template: Template, document: ImportRecord) -> ImportContent:
    """What the import file of `document` will say. Raises `InvalidRecord` for what would fail the import."""
    return ImportContent(rows=tuple(_filled(template.columns, row) for row in rows_of(template, document)))


def _filled(columns: Iterable[str], row: Iterable[str]) -> dict[str, str]:
    return {name: cell for name, cell in zip(columns, row, strict=True) if cell}


def import_file(template: Template, content: ImportContent) -> bytes:
    """The import file of one document. Raises `InvalidRecord` when the template lacks one of its columns."""
    for name in {name: None for row in content.rows for name in row}:
        if name not in template.columns:
            raise InvalidRecord(
                "the template has no such column", record=f"import {template.importer}", field=name
            )
    rows = ([row.get(name, "") for name in template.columns] for row in content.rows)
    return csv_bytes([template.columns, *rows])
