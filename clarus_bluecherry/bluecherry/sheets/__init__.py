"""Messages in files of a site's own columns: CSV, and Excel where it has to be."""

from clarus_bluecherry.bluecherry.sheets.files import read_sheet, write_sheet, write_workbook
from clarus_bluecherry.bluecherry.sheets.layout import Column, Dialect, SheetLayout, fields, template
from clarus_bluecherry.bluecherry.sheets.reports import STYLE_REPORT

__all__ = [
    "STYLE_REPORT",
    "Column",
    "Dialect",
    "SheetLayout",
    "fields",
    "read_sheet",
    "template",
    "write_sheet",
    "write_workbook",
]
