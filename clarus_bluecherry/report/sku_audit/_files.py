"""The go-live audit as CSV files: every line of a class, what is wrong with the data, and the crosswalk to review.

Law of this module: a spreadsheet runs nothing that stands here. The crosswalk comes back as it was given out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain
from pathlib import Path

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.model import Sku
from clarus_bluecherry.report.sku_audit._report import (
    FINDING_COLUMNS,
    LINE_COLUMNS,
    PROBLEM_COLUMNS,
    AuditReport,
    Cell,
    finding_rows,
    line_rows,
    plain,
    problem_rows,
)
from clarus_bluecherry.sku import Audit, AuditClass, Entry, MasterRow, Origin, WarehouseProduct, gtin14
from clarus_bluecherry.sku.matching._sheet import COLUMNS as CROSSWALK_COLUMNS
from clarus_bluecherry.sku.matching._sheet import sheet_line
from clarus_bluecherry.tables import CsvDialect, escaped, write_csv


def file_name(kind: AuditClass) -> str:
    """The class as the name of a file.

    >>> file_name(AuditClass.MISSING_IN_CLARUS)
    'missing-in-clarus'
    """
    return kind.value.lower().replace(" ", "-")


def write_class_files(report: AuditReport, folder: Path) -> list[Path]:
    """A CSV file for each class listed, for the findings and for what could not be read.

    Those without a line are written too, so that no file of an earlier audit is taken for one of this.
    """
    audit = report.audit
    return [
        *(
            _write(folder / f"{file_name(kind)}.csv", LINE_COLUMNS, _escaped(line_rows(report.entries(kind))))
            for kind in report.listed
        ),
        _write(folder / "findings.csv", FINDING_COLUMNS, _escaped(finding_rows(audit.findings))),
        write_problems(report.problems, folder / "not-read.csv"),
    ]


def write_problems(problems: Sequence[InvalidRecord], path: Path) -> Path:
    """What could not be read, or not be written, with its record and its field."""
    return _write(path, PROBLEM_COLUMNS, _escaped(problem_rows(problems)))


def write_crosswalk(report: AuditReport, path: Path) -> Path:
    """The crosswalk to review, as `sku.decisions_from_csv` takes it back.

    People's decisions stand first, as they gave them; pairs that agree are information. A product that is tied to
    no SKU for certain is an open line with the proposal in `rules`: to decide it, a person fills in the parts of
    the SKU and writes `person` as the origin.
    """
    return _write(path, CROSSWALK_COLUMNS, _crosswalk_rows(report))


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    return write_csv(path, chain([columns], rows), CsvDialect(encoding="utf-8-sig"))


def _escaped(rows: Iterable[Sequence[Cell]]) -> Iterator[list[str]]:
    for row in rows:
        yield [escaped(cell) if isinstance(cell, str) else plain(cell) for cell in row]


_ORIGINS: Mapping[AuditClass, Origin] = {
    AuditClass.IDENTICAL: Origin.EXACT,
    AuditClass.NORMALISED: Origin.RULE,
    AuditClass.BARCODE: Origin.BARCODE,
}


def _crosswalk_rows(report: AuditReport) -> Iterator[list[str]]:
    audit, decided = report.audit, {decision.code for decision in report.decisions}
    products, gtins = _products(audit, decided), _gtins(audit, {decision.sku for decision in report.decisions})
    for one in report.decisions:
        product, barcodes = products.get(one.code), gtins.get(one.sku, ())
        yield sheet_line(one.code, one.sku, product, barcodes, Origin.PERSON, (), one.since, one.note)
    for kind in report.listed:
        for case, entry in zip(audit.cases[kind], report.entries(kind), strict=True):
            if entry.product is None or entry.product.code in decided or not entry.product.code.strip():
                continue
            code, product, origin = entry.product.code, entry.product.product, _ORIGINS.get(kind)
            if origin and entry.sku and case.left is not None:
                barcodes = _valid_barcodes(audit.master[case.left])
                yield sheet_line(code, entry.sku, product, barcodes, origin, [entry.why])
            else:
                yield sheet_line(code, None, product, rules=_proposal(entry))


def _products(audit: Audit, codes: Set[str]) -> Mapping[str, WarehouseProduct]:
    """The products with these codes; the first where Clarus lists one more than once."""
    places = [place for place, code in enumerate(audit.products.texts("code")) if code in codes]
    return {audit.products[place].code: audit.products[place].product for place in reversed(places)}


def _gtins(audit: Audit, skus: Set[Sku]) -> Mapping[Sku, Sequence[str]]:
    """The barcodes of these SKUs."""
    styles = {sku.style for sku in skus}
    places = [place for place, style in enumerate(audit.master.texts("style")) if style in styles]
    rows = (audit.master[place] for place in places)
    return {row.sku: _valid_barcodes(row) for row in rows if row.sku in skus}


def _valid_barcodes(row: MasterRow) -> Sequence[str]:
    return list(dict.fromkeys(filter(None, (gtin14(row.upc), gtin14(row.ean)))))


def _proposal(entry: Entry) -> list[str]:
    """What an open line says: what is wrong, and which SKU it may be."""
    meant = (
        [f"it may be {entry.code} ({entry.sku})"] if entry.sku else [f"it may be {code}" for code in entry.near]
    )
    return [f"{entry.kind}: {entry.why}", *meant]
