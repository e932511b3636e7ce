"""The reviewed crosswalk from a file, as spreadsheets save it.

Law of this flow: CSV of any delimiter and encoding, or Excel; what cannot be read names the file and the line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from clarus_bluecherry.errors import ConfigurationError, InvalidRecord, MissingExtra
from clarus_bluecherry.flows.sku_audit_tables import Columns, Table, read_table
from clarus_bluecherry.sku import Decision
from clarus_bluecherry.sku.sheet import COLUMNS, decisions_of, refuse_missing


def read_decisions(path: Path) -> tuple[Decision, ...]:
    """What persons decided in the sheet at `path`: see `sku.decisions_from_csv`.

    Raises `InvalidRecord` for a file that is no sheet or not there, or a line that cannot be obeyed;
    `MissingExtra` for a workbook without the package that reads it.
    """
    table = _table(path)
    refuse_missing(table.places, path.name)
    return decisions_of((f"{table.name}, line {number}", _row(table, cells)) for number, cells in table.lines)


def _table(path: Path) -> Table:
    try:
        return read_table(path, Columns({name: (name,) for name in COLUMNS}, COLUMNS[0]))
    except MissingExtra:
        raise
    except ConfigurationError as error:
        action = "Give the crosswalk sheet that the audit wrote, with its header."
        raise InvalidRecord(error.what, record=path.name, field=error.field, action=action) from None


def _row(table: Table, cells: Sequence[str]) -> Mapping[str, str]:
    return {name: cells[place] if place < len(cells) else "" for name, place in table.places.items()}
