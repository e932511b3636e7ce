"""`sku audit`: both whole lists compared before go-live. Exit code 0 clean, 3 findings, 2 it could not be done.

Law of this module: neither system is written to; stdout has the summary or one JSON document, stderr says what is
being done.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from clarus_bluecherry._lazy import need
from clarus_bluecherry.clarus.files import PRODUCTS, write_import
from clarus_bluecherry.cli.options import AsJson
from clarus_bluecherry.cli.sku_files import FINDINGS, BlueCherryFiles, ColumnMap, from_files, mapped, say
from clarus_bluecherry.config import Secrets, SiteFile, load_site
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord, MissingExtra
from clarus_bluecherry.flows.sku_audit import Read, read_master, read_products, without_needless_divisions
from clarus_bluecherry.report.sku_audit import (
    SUMMARY_COLUMNS,
    AuditReport,
    audit_json,
    plain,
    summary_rows,
    write_class_files,
    write_crosswalk,
)
from clarus_bluecherry.report.sku_audit_html import audit_html
from clarus_bluecherry.sku import (
    DEFAULT_STAGES,
    Decision,
    MasterRow,
    ProductRow,
    Recipe,
    audit,
    decisions_from_csv,
)

EXAMPLES = """Examples:

`clarus-bluecherry sku audit --blue-cherry inventory.csv --clarus products.xlsx --out audit`

`clarus-bluecherry sku audit --blue-cherry styles.csv --blue-cherry stock.csv --clarus products.csv --map size=Sz
--map in_warehouse=Units`

`clarus-bluecherry sku audit --site site.toml --crosswalk audit/crosswalk.csv --json`
"""

ClarusFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--clarus", help="Clarus's product list (repeatable): CSV or Excel.", exists=True, dir_okay=False
    ),
]
SiteOption = Annotated[
    Path | None,
    typer.Option(
        "--site",
        help="The site file: its recipe and decisions; a system without a file is asked.",
        exists=True,
        dir_okay=False,
    ),
]
Reviewed = Annotated[
    Path | None,
    typer.Option(
        "--crosswalk", help="The reviewed crosswalk, in place of the site's.", exists=True, dir_okay=False
    ),
]
Out = Annotated[Path | None, typer.Option("--out", help="Write the reports and the files to correct here.")]
WithIdentical = Annotated[
    bool, typer.Option("--include-identical", help="List the identical ones too, not only their number.")
]


def sku_audit(
    blue_cherry: BlueCherryFiles = None,
    clarus: ClarusFiles = None,
    columns: ColumnMap = None,
    site: SiteOption = None,
    crosswalk: Reviewed = None,
    out: Out = None,
    include_identical: WithIdentical = False,
    as_json: AsJson = False,
) -> None:
    """Compare all SKUs of Blue Cherry with all products of Clarus: each in one class, with what it would halt.

    Exit code 0 when all agree, 3 with findings, 2 when a list cannot be read.
    """
    file = load_site(site) if site else None
    recipe = file.recipe if file else Recipe()
    decisions = _decisions(crosswalk or (file.sku.decisions if file else None))
    ours, theirs = mapped(columns or ())
    master = from_files(blue_cherry, lambda path: read_master(path, ours)) if blue_cherry else None
    products = from_files(clarus, lambda path: read_products(path, theirs)) if clarus else None
    if master is None or products is None:
        master, products = _from_site(file, master, products)
    say(f"comparing {len(master.rows):,} lines of Blue Cherry with {len(products.rows):,} of Clarus")
    report = AuditReport(
        audit=audit(
            without_needless_divisions(master.rows, recipe),
            products.rows,
            recipe,
            stages=file.stages if file else DEFAULT_STAGES,
            decisions=decisions,
        ),
        problems=[*master.problems, *products.problems],
        decisions=decisions,
        with_identical=include_identical,
    )
    written = [] if out is None else _write(report, out, file.clarus.account if file else "", master, products)
    _show(report, written, as_json=as_json)
    raise typer.Exit(0 if report.is_clean else FINDINGS)


def _decisions(path: Path | None) -> Sequence[Decision]:
    if path is None:
        return ()
    try:
        return decisions_from_csv(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidRecord("cannot be read as text in UTF-8", record=path.name) from error


def _from_site(
    file: SiteFile | None, master: Read[MasterRow] | None, products: Read[ProductRow] | None
) -> tuple[Read[MasterRow], Read[ProductRow]]:
    """Both lists; what no file brought is asked of its system."""
    if file is None:
        what = "name both files, or the site file by which the systems can be asked"
        raise ConfigurationError(what, field="--blue-cherry" if master is None else "--clarus")
    need("sqlalchemy", extra="ledger", purpose="opening a site")
    opening = import_module("clarus_bluecherry.flows.opening")  # needs the ledger's packages
    ends = import_module("clarus_bluecherry.flows.sku_audit_site")
    with opening.open_site(file, Secrets.from_environment()) as site:
        if master is None:
            say("asking Blue Cherry for its styles")
            master = ends.master_of(site)
        if products is None:
            say("asking Clarus for its products and its stock")
            products = ends.products_of(site)
    return master, products


def _write(
    report: AuditReport, out: Path, account: str, master: Read[MasterRow], products: Read[ProductRow]
) -> list[Path]:
    say(f"writing to {out}")
    out.mkdir(parents=True, exist_ok=True)
    written = [*write_class_files(report, out), write_crosswalk(report, out / "crosswalk.csv")]
    written += [_page(report, out), *_workbook(report, out)]
    ends = import_module("clarus_bluecherry.flows.sku_audit_site")
    for name, documents in (
        ("clarus-products-to-create.csv", ends.products_to_create(report.audit, account, master.descriptions)),
        ("clarus-barcodes-to-correct.csv", ends.barcodes_to_correct(report.audit, account, products.descriptions)),
    ):
        with (out / name).open("wb") as content:
            done = write_import(PRODUCTS, documents, content)
        for refused in done.refused:
            say(f"not in {name}: {refused.problem}")
        written.append(out / name)
    return written


def _page(report: AuditReport, out: Path) -> Path:
    page = out / "audit.html"
    page.write_text(audit_html(report), "utf-8")
    return page


def _workbook(report: AuditReport, out: Path) -> list[Path]:
    try:
        workbook = import_module("clarus_bluecherry.report.sku_audit_workbook")  # needs the extra "excel"
    except MissingExtra as error:
        say(f"no workbook: {error}")
        return []
    say("writing the workbook")
    return [workbook.write_workbook(report, out / "audit.xlsx")]


def _show(report: AuditReport, written: Sequence[Path], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(audit_json(report, written) + "\n")
        return
    console = Console(highlight=False)
    table = Table(*SUMMARY_COLUMNS)
    for column in table.columns[1:-1]:
        column.justify = "right"
    for row in summary_rows(report.audit):
        table.add_row(*map(plain, row))
    console.print(table)
    for count, what in (
        (len(report.audit.findings), "findings on the data"),
        (len(report.problems), "lines not read"),
    ):
        if count:
            console.print(f"{count:,} {what}")
    if written:
        console.print("Written: " + ", ".join(path.name for path in written))
    console.print("Clean." if report.is_clean else "Not clean.")
