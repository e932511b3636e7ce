"""The reviewed crosswalk from a file, as spreadsheets save it.

Law of this flow: CSV of any delimiter and encoding, or Excel; what cannot be read names the file and the line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord, MissingExtra
from clarus_bluecherry.sku import Decision
from clarus_bluecherry.sku.matching._sheet import COLUMNS, decisions_of, refuse_missing
from clarus_bluecherry.tables import Columns, Table, read_tables


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """What persons decided in the sheet at `path`: see `sku.decisions_from_csv`.

    Raises `InvalidRecord` for a file that is no sheet or not there, or a line or a further sheet that cannot be
    obeyed: half of what people decided is not what they decided. `MissingExtra` for a workbook without the package
    that reads it.
    """
    tables, passed_over = _tables(path)
    for table in tables:
        refuse_missing(table.places, path.name)
    for problem in passed_over:
        raise problem
    return decisions_of(line for table in tables for line in _lines(table))


def _tables(path: Path) -> tuple[list[Table], list[InvalidRecord]]:
    try:
        return read_tables(path, Columns({name: (name,) for name in COLUMNS}, COLUMNS[0]))
    except MissingExtra:
        raise
    except ConfigurationError as error:
        action = "Give the crosswalk sheet that the audit wrote, with its header."
        raise InvalidRecord(error.what, record=path.name, field=error.field, action=action) from None


def _lines(table: Table) -> Iterator[tuple[str, Mapping[str, str]]]:
    for block in table.blocks:
        for line in block.lines():
            yield f"{table.name}, {line.place}", _row(table, line.cells)
        if block.problem:
            raise block.problem


def _row(table: Table, cells: Sequence[str]) -> Mapping[str, str]:
    return {name: cells[place] if place < len(cells) else "" for name, place in table.places.items()}
