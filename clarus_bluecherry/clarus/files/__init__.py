"""Clarus by file, for sites that feed it by SFTP: import templates to write, confirmation exports to read.

`ClarusFiles` is such a tenant; it loads the exchange of files on first use.
"""

from typing import TYPE_CHECKING

from clarus_bluecherry._lazy import homes, lazy
from clarus_bluecherry.clarus.files._exports import DispatchedRow, ExportLayout, ReceivedRow, Refused, read_export
from clarus_bluecherry.clarus.files._imports import ImportRecord, Written, takers, write_import
from clarus_bluecherry.clarus.files._templates import (
    ADDRESSES,
    ORDERS,
    PRE_RECEIPTS,
    PRODUCT_ACCOUNTS,
    PRODUCTS,
    Importer,
    Template,
)

if TYPE_CHECKING:
    from clarus_bluecherry.clarus.files._content import ImportContent, import_content, import_file
    from clarus_bluecherry.clarus.files._exchange import ClarusFiles, ExportFiles, FileStanding, ImportFiles

__all__ = [
    "ADDRESSES",
    "ORDERS",
    "PRE_RECEIPTS",
    "PRODUCTS",
    "PRODUCT_ACCOUNTS",
    "ClarusFiles",
    "DispatchedRow",
    "ExportFiles",
    "ExportLayout",
    "FileStanding",
    "ImportContent",
    "ImportFiles",
    "ImportRecord",
    "Importer",
    "ReceivedRow",
    "Refused",
    "Template",
    "Written",
    "import_content",
    "import_file",
    "read_export",
    "takers",
    "write_import",
]

__getattr__ = lazy(
    __name__,
    homes("""
    _content: ImportContent import_content import_file
    _exchange: ClarusFiles ExportFiles FileStanding ImportFiles
    """),
)
