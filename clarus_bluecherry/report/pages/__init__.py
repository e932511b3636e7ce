"""Pages as values, and how they are written: HTML, a workbook, JSON and CSV of one and the same page.

Make a `ReportPage`, hand it to a writer. `_model` says what a page is made of.
"""

from clarus_bluecherry.report.pages._csv import write_page_csv, write_table_csv
from clarus_bluecherry.report.pages._data import PageProgress
from clarus_bluecherry.report.pages._html import LiveLinks, page_html, page_policy
from clarus_bluecherry.report.pages._json import page_json, page_schema
from clarus_bluecherry.report.pages._model import (
    PAGE_SCHEMA,
    CellKind,
    ChartKind,
    NextStep,
    PageBlock,
    PageCell,
    PageChart,
    PageCode,
    PageColumn,
    PageFigure,
    PageFigures,
    PageHead,
    PageOpening,
    PageSection,
    PageSteps,
    PageTable,
    PageText,
    ReportPage,
    Tone,
)
from clarus_bluecherry.report.pages._workbook import write_page_workbook
from clarus_bluecherry.report.pages._write import PAGE_ENDINGS, PageFiles, write_page

__all__ = [
    "PAGE_ENDINGS",
    "PAGE_SCHEMA",
    "CellKind",
    "ChartKind",
    "LiveLinks",
    "NextStep",
    "PageBlock",
    "PageCell",
    "PageChart",
    "PageCode",
    "PageColumn",
    "PageFigure",
    "PageFigures",
    "PageFiles",
    "PageHead",
    "PageOpening",
    "PageProgress",
    "PageSection",
    "PageSteps",
    "PageTable",
    "PageText",
    "ReportPage",
    "Tone",
    "page_html",
    "page_json",
    "page_policy",
    "page_schema",
    "write_page",
    "write_page_csv",
    "write_page_workbook",
    "write_table_csv",
]
