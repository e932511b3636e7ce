"""Tables of other people's making: the only reader and writer of CSV and Excel in this library."""

from clarus_bluecherry.tables._columns import WantedColumns, folded
from clarus_bluecherry.tables._csv import CsvDialect, csv_blocks, csv_lines, is_ended, text_lines
from clarus_bluecherry.tables._limits import TableLimits
from clarus_bluecherry.tables._lines import Block, ExcelDate, ExcelNumber, TableLine, code_of, quoted, with_last
from clarus_bluecherry.tables._marks import escaped, trimmed, unescaped
from clarus_bluecherry.tables._numbers import DecimalMark, NumberForm, mark_of
from clarus_bluecherry.tables._read import LinesOfFile, Source, Table, read_lines, read_tables, read_whole
from clarus_bluecherry.tables._text import decoded
from clarus_bluecherry.tables._totals import SumAbove, is_total, may_hold_totals, told_total
from clarus_bluecherry.tables._workbook import Sheet, open_workbook
from clarus_bluecherry.tables._write import (
    CellValue,
    RowLook,
    SheetFormula,
    SheetLink,
    SheetWriter,
    WorkbookWriter,
    csv_bytes,
    csv_texts,
    sheet_cells,
    workbook,
    workbook_bytes,
    write_csv,
)

__all__ = [
    "Block",
    "CellValue",
    "CsvDialect",
    "DecimalMark",
    "ExcelDate",
    "ExcelNumber",
    "LinesOfFile",
    "NumberForm",
    "RowLook",
    "Sheet",
    "SheetFormula",
    "SheetLink",
    "SheetWriter",
    "Source",
    "SumAbove",
    "Table",
    "TableLimits",
    "TableLine",
    "WantedColumns",
    "WorkbookWriter",
    "code_of",
    "csv_blocks",
    "csv_bytes",
    "csv_lines",
    "csv_texts",
    "decoded",
    "escaped",
    "folded",
    "is_ended",
    "is_total",
    "mark_of",
    "may_hold_totals",
    "open_workbook",
    "quoted",
    "read_lines",
    "read_tables",
    "read_whole",
    "sheet_cells",
    "text_lines",
    "told_total",
    "trimmed",
    "unescaped",
    "with_last",
    "workbook",
    "workbook_bytes",
    "write_csv",
]
