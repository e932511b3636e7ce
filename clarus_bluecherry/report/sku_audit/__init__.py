"""The go-live audit as people read it: a page, a workbook, CSV files and JSON."""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy

if TYPE_CHECKING:
    from clarus_bluecherry.report.sku_audit._files import write_class_files, write_crosswalk, write_problems
    from clarus_bluecherry.report.sku_audit._page import audit_page
    from clarus_bluecherry.report.sku_audit._report import AuditReport, Source, audit_json
    from clarus_bluecherry.report.sku_audit._workbook import write_workbook

__all__ = [
    "AuditReport",
    "Source",
    "audit_json",
    "audit_page",
    "write_class_files",
    "write_crosswalk",
    "write_problems",
    "write_workbook",
]

__getattr__ = lazy(
    __name__,
    homes("""
    _files: write_class_files write_crosswalk write_problems
    _page: audit_page
    _report: AuditReport Source audit_json
    _workbook: write_workbook
    """),
)
