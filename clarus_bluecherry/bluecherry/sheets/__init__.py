"""Messages in files of a site's own columns: CSV, and Excel where it has to be."""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import lazy
from clarus_bluecherry.bluecherry.sheets.files import read_sheet, write_sheet
from clarus_bluecherry.bluecherry.sheets.layout import Column, Dialect, SheetLayout, fields, template
from clarus_bluecherry.bluecherry.sheets.reports import STYLE_REPORT
from clarus_bluecherry.bluecherry.sheets.shapes import KINDS

if TYPE_CHECKING:
    from clarus_bluecherry.bluecherry.sheets.excel import read_workbook, write_workbook

__all__ = [
    "KINDS",
    "STYLE_REPORT",
    "Column",
    "Dialect",
    "SheetLayout",
    "fields",
    "read_sheet",
    "read_workbook",
    "template",
    "write_sheet",
    "write_workbook",
]

__getattr__ = lazy(__name__, {"read_workbook": "excel", "write_workbook": "excel"})
