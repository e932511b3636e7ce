"""The go-live audit as tables: how much is in each class, every line of a class, and the crosswalk to review.

Law of this module: a figure here is a figure of the audit, and what is not known is empty, not zero. A code stands
as it came, but for an apostrophe before one that a spreadsheet would run as a formula. A line that only agrees is
written when it is asked for, because nearly all do.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from attrs import asdict, field, fields, frozen
from attrs.validators import optional

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.model import Plain, Sku
from clarus_bluecherry.model._values import SKU_PARTS, aware
from clarus_bluecherry.report.closing import json_text, plain_number
from clarus_bluecherry.report.words import counted, money
from clarus_bluecherry.sku import (
    AGREED,
    Audit,
    AuditClass,
    Decision,
    Entry,
    MasterRow,
    ProductRow,
    Recipe,
    SkuFinding,
    Tally,
)
from clarus_bluecherry.sku.audit._audited import Cases

Cell = str | int | Decimal

TOTAL = "total"
SUMMARY_COLUMNS = ("class", "skus", "products", "on_hand", "in_warehouse", "value", "halts")
LINE_COLUMNS = (
    *("code", *SKU_PARTS, "clarus_code", "clarus_id", "clarus_barcode"),
    *("on_hand", "in_warehouse", "value", "why", "near", "halts", "fix"),
)
"""`code` is the SKU's by the recipe, or Clarus's own where there is no SKU; `near` codes of the other side."""
FINDING_COLUMNS = ("finding", "what", "codes")
PROBLEM_COLUMNS = ("where", "column", "what")


@frozen
class Source:
    """Where a list came from, by the names of its files or of its system, and how many rows it had.

    `notes` are what somebody should know of them: see `flows.sku_audit.Read`.
    """

    names: Sequence[str]
    rows: int
    notes: Sequence[str] = ()


@frozen(kw_only=True)
class AuditReport:
    """An audit with what a report of it needs besides: lines that could not be read, and people's decisions.

    `with_identical` lists the identical ones too, which are else only counted. For the record: the aware instant
    at which it was made, both lists, the recipe, and the currency of the costs where it is known.
    """

    audit: Audit
    problems: Sequence[InvalidRecord] = ()
    decisions: Sequence[Decision] = ()
    with_identical: bool = False
    made_at: dt.datetime | None = field(default=None, validator=optional(aware))
    blue_cherry: Source | None = None
    clarus: Source | None = None
    recipe: Recipe | None = None
    currency: str = ""
    _kept: dict[AuditClass, list[Entry]] = field(factory=dict, init=False, eq=False, repr=False)

    @property
    def is_clean(self) -> bool:
        """Whether something was compared, everything was read, and every row agrees with sound data."""
        return self.audit.is_clean and not self.problems and not self.empty

    @property
    def empty(self) -> tuple[str, ...]:
        """The systems whose lists have no row: an audit of nothing is never clean."""
        lists = {"Blue Cherry": self.audit.master, "Clarus": self.audit.products}
        return tuple(system for system, rows in lists.items() if not rows)

    @property
    def repeats(self) -> Sequence[str]:
        """How many lines of each list are of an article that another line was of, in a sentence each."""
        lists = (
            (self.blue_cherry, self.audit.master, "Blue Cherry", "SKU"),
            (self.clarus, self.audit.products, "Clarus", "product"),
        )
        return [
            f"{counted(count, 'line')} of {system} {'is' if count == 1 else 'are'} of a {what} that another line "
            "has as well: units are added up"
            for source, rows, system, what in lists
            if source and (count := source.rows - len(rows))
        ]

    def money(self, amount: Decimal) -> str:
        """An amount in thousands, with the decimals of the report's currency."""
        return money(amount, self.currency)

    def worth(self, amount: Decimal) -> str:
        """The same in a sentence: with the currency, where it is known."""
        return f"{self.money(amount)} {self.currency}".rstrip()

    @property
    def verdict(self) -> str:
        """What the audit comes to, in a sentence."""
        if self.empty:
            lists = "list is" if len(self.empty) == 1 else "lists are"
            return f"Nothing was compared: the {lists} empty ({', '.join(self.empty)})."
        skus = counted(len(self.audit.master), "SKU")
        products = counted(len(self.audit.products), "product")
        if self.is_clean:
            return f"Everything agrees: {skus} of Blue Cherry and {products} of Clarus."
        halting, value = stakes(self.audit)[HALTS], added(self.audit.tallies.values()).value
        if halting.skus or halting.products:
            halted = f"{halting.skus:,} of {skus} and {halting.products:,} of {products} are halted"
            at_cost = f", with {self.money(halting.value)} of {self.worth(value)} at cost" if value else ""
            return f"Not clean: {halted}{at_cost}."
        return "Not clean: nothing is halted, and there is something to put right."

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


# Rows --------------------------------------------------------------------------------------------------------


AGREES, LOOK, HALTS = "agrees", "does not agree, halts nothing", "halts"


def added(tallies: Iterable[Tally]) -> Tally:
    """The tallies added up."""
    tallies = list(tallies)
    return Tally(
        skus=sum(tally.skus for tally in tallies),
        products=sum(tally.products for tally in tallies),
        on_hand=sum((tally.on_hand for tally in tallies), Decimal(0)),
        in_warehouse=sum((tally.in_warehouse for tally in tallies), Decimal(0)),
        value=sum((tally.value for tally in tallies), Decimal(0)),
    )


def stakes(audit: Audit) -> Mapping[str, Tally]:
    """How much agrees, how much only has to be looked at, and how much halts: together it is everything."""
    others = [kind for kind in AuditClass if kind not in AGREED]
    return {
        AGREES: added(audit.tallies[kind] for kind in AGREED),
        LOOK: added(_looked_at(audit, kind) for kind in others),
        HALTS: added(halting(audit, kind) for kind in others),
    }


def halting(audit: Audit, kind: AuditClass) -> Tally:
    """How much of a class halts: all of it but what is paired for certain."""
    everything, look = audit.tallies[kind], _looked_at(audit, kind)
    return Tally(**{one.name: getattr(everything, one.name) - getattr(look, one.name) for one in fields(Tally)})


def _looked_at(audit: Audit, kind: AuditClass) -> Tally:
    return added(_tally(audit.master[left], audit.products[right]) for left, right in _pairs(audit.cases[kind]))


def _pairs(cases: Cases) -> Iterator[tuple[int, int]]:
    """The rows of the cases that halt nothing."""
    yield from cases.pairs
    for case in cases.others:
        if case.paired and case.left is not None and case.right is not None:
            yield case.left, case.right


def _tally(row: MasterRow, product: ProductRow) -> Tally:
    return Tally(skus=1, products=1, on_hand=row.on_hand, in_warehouse=product.on_hand, value=row.value)


def figures(tally: Tally) -> tuple[int, int, Decimal | str, Decimal, Decimal | str]:
    """What is in a class, as it stands under `SUMMARY_COLUMNS`.

    Products without any SKU have units and a value in Blue Cherry that nobody knows.
    """
    is_known = tally.skus or not tally.products
    on_hand, value = (tally.on_hand, tally.value) if is_known else ("", "")
    return tally.skus, tally.products, on_hand, tally.in_warehouse, value


def summary_rows(audit: Audit) -> Iterator[tuple[Cell, ...]]:
    """A row for each class, under `SUMMARY_COLUMNS`, the empty ones too; the last is the total."""
    for kind, tally in audit.tallies.items():
        yield kind.value, *figures(tally), ", ".join(audit.cases[kind].halts)
    yield TOTAL, *figures(added(audit.tallies.values())), ""


def line_rows(entries: Iterable[Entry]) -> Iterator[tuple[Cell, ...]]:
    """A row for each entry, under `LINE_COLUMNS`."""
    for entry in entries:
        product, is_listed = entry.product, in_blue_cherry(entry)
        yield (
            entry.code,
            *_parts(entry.sku),
            *((product.code, product.id, product.barcode) if product else ("", "", "")),
            *((entry.on_hand if is_listed else ""), (entry.in_warehouse if product else "")),
            "" if not is_listed or is_costless(entry) else entry.value,
            entry.why,
            ", ".join(entry.near),
            ", ".join(entry.halts),
            entry.fix,
        )


def in_blue_cherry(entry: Entry) -> bool:
    """Whether the line has a SKU of Blue Cherry's list, so that its units and its value are known."""
    return entry.sku is not None or entry.product is None


def is_costless(entry: Entry) -> bool:
    """Whether the line has units in Blue Cherry and no cost, so that its value is not known."""
    return bool(entry.on_hand and not entry.value)


def _parts(sku: Sku | None) -> tuple[str, ...]:
    return tuple(getattr(sku, part) if sku else "" for part in SKU_PARTS)


def finding_rows(findings: Iterable[SkuFinding]) -> Iterator[tuple[Cell, ...]]:
    """A row for each finding, under `FINDING_COLUMNS`."""
    for finding in findings:
        yield finding.kind.value, finding.what, ", ".join(finding.codes)


def problem_rows(problems: Iterable[InvalidRecord]) -> Iterator[tuple[Cell, ...]]:
    """A row for each line that could not be read, under `PROBLEM_COLUMNS`."""
    for problem in problems:
        yield problem.record, problem.field, problem.what


def plain(cell: Cell) -> str:
    """A cell as text; a number without an exponent."""
    return plain_number(cell) if isinstance(cell, Decimal) else str(cell)


# For programs ------------------------------------------------------------------------------------------------


def audit_json(report: AuditReport, written: Iterable[Path] = (), notes: Iterable[str] = ()) -> str:
    """The summary as indented JSON text. Quantities and values are text, so that no reader rounds them.

    `notes` are what a person must know of the files written.
    """
    audit = report.audit
    content = {
        "is_clean": report.is_clean,
        "verdict": report.verdict,
        "made_at": report.made_at,
        "compared": {
            "blue_cherry": _source(report.blue_cherry, len(audit.master)),
            "clarus": _source(report.clarus, len(audit.products)),
        },
        "currency": report.currency or None,
        "classes": {
            kind: {**asdict(tally), "halts": audit.cases[kind].halts} for kind, tally in audit.tallies.items()
        },
        "total": added(audit.tallies.values()),
        "at_stake": stakes(audit),
        "findings": Counter(finding.kind for finding in audit.findings),
        "not_read": [dict(zip(PROBLEM_COLUMNS, row, strict=True)) for row in problem_rows(report.problems)],
        "written": [path.name for path in written],
        "notes": list(notes),
    }
    return json_text(content)


def _source(source: Source | None, distinct: int) -> Plain:
    told: dict[str, object] = {
        "from": list(source.names) if source else None,
        "rows": source.rows if source else None,
        "distinct": distinct,
    }
    return {**told, "notes": list(source.notes)} if source and source.notes else told
