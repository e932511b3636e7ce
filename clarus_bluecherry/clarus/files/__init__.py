"""Clarus by file, for sites that feed it by SFTP: import templates to write, confirmation exports to read."""

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

__all__ = [
    "ADDRESSES",
    "ORDERS",
    "PRE_RECEIPTS",
    "PRODUCTS",
    "PRODUCT_ACCOUNTS",
    "DispatchedRow",
    "ExportLayout",
    "ImportRecord",
    "Importer",
    "ReceivedRow",
    "Refused",
    "Template",
    "Written",
    "read_export",
    "takers",
    "write_import",
]
