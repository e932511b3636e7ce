"""Everything that `sku audit` writes into its folder: reports to read, the crosswalk to review, files to import.

Law of this module: what a person must know before a file is used is told with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path

from attrs import field, frozen

from clarus_bluecherry.clarus.files import PRODUCTS, ImportRecord, write_import
from clarus_bluecherry.cli.door import note
from clarus_bluecherry.cli.progress import step
from clarus_bluecherry.errors import MissingExtra
from clarus_bluecherry.report import pages
from clarus_bluecherry.report.sku_audit import (
    AuditReport,
    audit_page,
    write_class_files,
    write_crosswalk,
    write_problems,
    write_workbook,
)
from clarus_bluecherry.report.words import counted

PAGE = "sku-audit.html"


@frozen
class WrittenFiles:
    """The files written, and what a person must know of them."""

    files: list[Path] = field(factory=list)
    notes: list[str] = field(factory=list)


def write_all(
    report: AuditReport,
    folder: Path,
    *,
    account: str,
    styles: Mapping[str, str],
    products: Mapping[str, str],
) -> WrittenFiles:
    """Write every file to `folder`. `styles` and `products` are the descriptions in Blue Cherry and in Clarus."""
    step(f"writing to {folder}")
    written = WrittenFiles([*write_class_files(report, folder), write_crosswalk(report, folder / "crosswalk.csv")])
    page = audit_page(report)
    written.files.extend([*pages.write_page(page, folder / PAGE), *_workbook(report, folder)])
    ends = import_module("clarus_bluecherry.flows.sku_audit")
    to_create = ends.products_to_create(report.audit, account, styles)
    to_correct = ends.barcodes_to_correct(report.audit, account, products)
    _import(folder / "clarus-products-to-create.csv", to_create, account, written)
    _import(folder / "clarus-barcodes-to-correct.csv", to_correct, account, written)
    return written


def _import(path: Path, documents: Iterable[ImportRecord], account: str, written: WrittenFiles) -> None:
    with path.open("wb") as content:
        done = write_import(PRODUCTS, documents, content)
    written.files.append(path)
    left_out = path.with_name(f"not-in-{path.name}")
    left_out.unlink(missing_ok=True)
    if done.refused:
        written.files.append(write_problems(done.refused, left_out))
        what = f"{counted(len(done.refused), 'product')} left out of {path.name}"
        written.notes.append(f"{what}, such as {done.refused[0].problem}; {left_out.name} lists them")
    if done.rows and not account:
        written.notes.append(
            f"{path.name}: the column Account Code is empty; fill it in or give --account, because orders and "
            "receipts are those of an account"
        )


def _workbook(report: AuditReport, folder: Path) -> list[Path]:
    step("writing the workbook")
    try:
        return [write_workbook(report, folder / "sku-audit.xlsx")]
    except MissingExtra as error:
        note(f"No workbook: {error}")
        return []
