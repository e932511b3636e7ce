"""The go-live audit as tables: how much is in each class, every line of a class, and the crosswalk to review.

Law of this module: a figure here is a figure of the audit, a code stands as it came; a line that only agrees is
written when it is asked for, because nearly all do.
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from pathlib import Path

from attrs import field, frozen

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.model import Sku
from clarus_bluecherry.model.values import SKU_PARTS
from clarus_bluecherry.report.closing import plain_number
from clarus_bluecherry.sku import Audit, AuditClass, Decision, Entry, Finding, Origin, Tally
from clarus_bluecherry.sku.audit import Cases
from clarus_bluecherry.sku.sheet import COLUMNS as CROSSWALK_COLUMNS

Cell = str | int | Decimal

SUMMARY_COLUMNS = ("class", "skus", "products", "on_hand", "in_warehouse", "value", "halts")
LINE_COLUMNS = (
    *("code", *SKU_PARTS, "clarus_code", "clarus_id", "clarus_barcode"),
    *("on_hand", "in_warehouse", "value", "why", "near", "halts", "fix"),
)
"""`code` is the SKU's by the recipe, or Clarus's own where there is no SKU; `near` codes of the other side."""
FINDING_COLUMNS = ("finding", "what", "codes")
PROBLEM_COLUMNS = ("where", "column", "what")


@frozen(kw_only=True)
class AuditReport:
    """An audit with what a report of it needs besides: lines that could not be read, and people's decisions.

    `with_identical` lists the identical ones too, which are else only counted.
    """

    audit: Audit
    problems: Sequence[InvalidRecord] = ()
    decisions: Sequence[Decision] = ()
    with_identical: bool = False
    _kept: dict[AuditClass, list[Entry]] = field(factory=dict, init=False, eq=False, repr=False)

    @property
    def is_clean(self) -> bool:
        """Whether everything was read, every row agrees and nothing is wrong with the data."""
        return self.audit.is_clean and not self.problems

    @property
    def listed(self) -> tuple[AuditClass, ...]:
        """The classes whose lines are written."""
        return tuple(kind for kind in AuditClass if self.with_identical or kind is not AuditClass.IDENTICAL)

    def entries(self, kind: AuditClass) -> Iterable[Entry]:
        """The lines of a class; kept for the next file where they name the nearest SKUs: that takes long."""
        if kind is not AuditClass.MISSING_IN_BLUE_CHERRY:
            return self.audit.entries(kind)
        if kind not in self._kept:
            self._kept[kind] = list(self.audit.entries(kind))
        return self._kept[kind]


def file_name(kind: AuditClass) -> str:
    """The class as the name of a file.

    >>> file_name(AuditClass.MISSING_IN_CLARUS)
    'missing-in-clarus'
    """
    return kind.value.lower().replace(" ", "-")


# Rows --------------------------------------------------------------------------------------------------------


def summary_rows(audit: Audit) -> Iterator[tuple[Cell, ...]]:
    """A row for each class, under `SUMMARY_COLUMNS`; the empty ones too."""
    for kind, tally in audit.tallies.items():
        figures = (tally.skus, tally.products, tally.on_hand, tally.in_warehouse, tally.value)
        yield kind.value, *figures, ", ".join(audit.cases[kind].halts)


def line_rows(entries: Iterable[Entry]) -> Iterator[tuple[Cell, ...]]:
    """A row for each entry, under `LINE_COLUMNS`."""
    for entry in entries:
        product = entry.product
        yield (
            entry.code,
            *_parts(entry.sku),
            *((product.code, product.id, product.barcode) if product else ("", "", "")),
            entry.on_hand,
            entry.in_warehouse,
            entry.value,
            entry.why,
            ", ".join(entry.near),
            ", ".join(entry.halts),
            entry.fix,
        )


def _parts(sku: Sku | None) -> tuple[str, ...]:
    return tuple(getattr(sku, part) if sku else "" for part in SKU_PARTS)


def finding_rows(findings: Iterable[Finding]) -> Iterator[tuple[Cell, ...]]:
    """A row for each finding, under `FINDING_COLUMNS`."""
    for finding in findings:
        yield finding.kind.value, finding.what, ", ".join(finding.codes)


def problem_rows(problems: Iterable[InvalidRecord]) -> Iterator[tuple[Cell, ...]]:
    """A row for each line that could not be read, under `PROBLEM_COLUMNS`."""
    for problem in problems:
        yield problem.record, problem.field, problem.what


# Files -------------------------------------------------------------------------------------------------------


def write_class_files(report: AuditReport, folder: Path) -> list[Path]:
    """A CSV file for each class listed, for the findings and for what could not be read.

    Those without a line are written too, so that no file of an earlier audit is taken for one of this.
    """
    audit = report.audit
    return [
        *(
            _write(folder / f"{file_name(kind)}.csv", LINE_COLUMNS, line_rows(report.entries(kind)))
            for kind in report.listed
        ),
        _write(folder / "findings.csv", FINDING_COLUMNS, finding_rows(audit.findings)),
        _write(folder / "not-read.csv", PROBLEM_COLUMNS, problem_rows(report.problems)),
    ]


def write_crosswalk(report: AuditReport, path: Path) -> Path:
    """The crosswalk to review, as `sku.decisions_from_csv` takes it back.

    People's decisions stand first, as they gave them; pairs that agree are information. A product that is tied to
    no SKU for certain is an open line with the proposal in `rules`: to decide it, a person fills in the parts of
    the SKU and writes `person` as the origin.
    """
    return _write(path, CROSSWALK_COLUMNS, _crosswalk_rows(report))


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([plain(cell) for cell in row] for row in rows)
    return path


def plain(cell: Cell) -> str:
    """A cell as text; a number without an exponent."""
    return plain_number(cell) if isinstance(cell, Decimal) else str(cell)


_ORIGINS: Mapping[AuditClass, Origin] = {
    AuditClass.IDENTICAL: Origin.EXACT,
    AuditClass.NORMALISED: Origin.RULE,
    AuditClass.BARCODE: Origin.BARCODE,
}


def _crosswalk_rows(report: AuditReport) -> Iterator[tuple[str, ...]]:
    for decision in report.decisions:
        since = decision.since.isoformat() if decision.since else ""
        yield _tied(decision.code, decision.sku, "", Origin.PERSON, "", since, decision.note)
    decided = {decision.code for decision in report.decisions}
    for entry in chain.from_iterable(map(report.entries, report.listed)):
        if entry.product is None or entry.product.code in decided:
            continue
        code, barcode = entry.product.code, entry.product.barcode
        origin = _ORIGINS.get(entry.kind)
        if origin and entry.sku:
            yield _tied(code, entry.sku, barcode, origin, entry.why)
        else:
            yield code, *_parts(None), barcode, "", _proposal(entry), "", "", ""


def _tied(
    code: str, sku: Sku, barcode: str, origin: Origin, why: str, since: str = "", note: str = ""
) -> tuple[str, ...]:
    return code, *_parts(sku), barcode, origin.value, why, since, note, f"{code} is {sku.key}"


def _proposal(entry: Entry) -> str:
    """What an open line says: what is wrong, and which SKU it may be."""
    meant = (
        [f"it may be {entry.code} ({entry.sku})"] if entry.sku else [f"it may be {code}" for code in entry.near]
    )
    return "; ".join([f"{entry.kind}: {entry.why}", *meant])


# For programs ------------------------------------------------------------------------------------------------


def audit_json(report: AuditReport, written: Iterable[Path] = ()) -> str:
    """The summary as indented JSON text. Quantities and values are text, so that no reader rounds them."""
    audit = report.audit
    content = {
        "is_clean": report.is_clean,
        "classes": {kind.value: _told(tally, audit.cases[kind]) for kind, tally in audit.tallies.items()},
        "findings": dict(Counter(finding.kind.value for finding in audit.findings)),
        "not_read": [dict(zip(PROBLEM_COLUMNS, row, strict=True)) for row in problem_rows(report.problems)],
        "written": [path.name for path in written],
    }
    return json.dumps(content, indent=2, ensure_ascii=False)


def _told(tally: Tally, cases: Cases) -> dict[str, object]:
    return {
        "skus": tally.skus,
        "products": tally.products,
        "on_hand": plain(tally.on_hand),
        "in_warehouse": plain(tally.in_warehouse),
        "value": plain(tally.value),
        "halts": list(cases.halts),
    }
