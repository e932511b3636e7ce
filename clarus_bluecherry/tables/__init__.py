"""Tables of other people's making: the only reader and writer of CSV and Excel in this library."""

from clarus_bluecherry.tables._columns import Columns, folded
from clarus_bluecherry.tables._csv import CsvDialect, csv_blocks, csv_lines, is_ended, text_lines
from clarus_bluecherry.tables._limits import TableLimits
from clarus_bluecherry.tables._lines import Block, ExcelDate, ExcelNumber, Line, quoted
from clarus_bluecherry.tables._marks import escaped, unescaped
from clarus_bluecherry.tables._read import Source, Table, is_workbook, opened, read_tables
from clarus_bluecherry.tables._text import decoded
from clarus_bluecherry.tables._workbook import Sheet, open_workbook

__all__ = [
    "Block",
    "Columns",
    "CsvDialect",
    "ExcelDate",
    "ExcelNumber",
    "Line",
    "Sheet",
    "Source",
    "Table",
    "TableLimits",
    "csv_blocks",
    "csv_lines",
    "decoded",
    "escaped",
    "folded",
    "is_ended",
    "is_workbook",
    "open_workbook",
    "opened",
    "quoted",
    "read_tables",
    "text_lines",
    "unescaped",
]
