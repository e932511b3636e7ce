"""`sku audit`: both whole lists compared before go-live.

Law of this module: neither system is written to; stdout has the summary or one JSON document, stderr which
columns were taken for what.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
from rich import box

from clarus_bluecherry import config
from clarus_bluecherry._lazy import need
from clarus_bluecherry.cli.door import say_again, tell_document
from clarus_bluecherry.cli.exit_codes import ExitCode
from clarus_bluecherry.cli.helping import helped
from clarus_bluecherry.cli.options import FLAG, AsJson
from clarus_bluecherry.cli.paths import folder_to_write, writing
from clarus_bluecherry.cli.progress import step
from clarus_bluecherry.cli.sku_audit_files import PAGE, WrittenFiles, write_all
from clarus_bluecherry.cli.sku_files import BlueCherryFiles, ColumnMap, both_from_files
from clarus_bluecherry.cli.terminal import FoldedTable, screen
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.flows.sku_audit import Read, without_needless_divisions
from clarus_bluecherry.report.sku_audit import AuditReport, Source, audit_json
from clarus_bluecherry.report.sku_audit._page import audit_steps
from clarus_bluecherry.report.sku_audit._report import TOTAL, added, figures
from clarus_bluecherry.report.steps import first_said
from clarus_bluecherry.report.words import counted, units
from clarus_bluecherry.sku import DEFAULT_STAGES, MasterRow, ProductRow, Recipe, Tally, audit, read_decisions

AUDIT_HELP = helped(
    "clarus-bluecherry sku audit --blue-cherry inventory.csv --clarus products.xlsx --currency USD --out audit",
    "clarus-bluecherry sku audit --blue-cherry styles.csv --blue-cherry stock.csv --clarus products.csv "
    "--map size=Sz --map in_warehouse=Units",
    "clarus-bluecherry sku audit --blue-cherry inventory.csv --clarus products.xlsx "
    "--crosswalk audit/crosswalk.csv --account BRAND --out audit",
    "clarus-bluecherry sku audit --site site.toml --crosswalk audit/crosswalk.csv --json",
    well="all agree",
    found="there are findings, or a list is empty",
    failed="a list cannot be read or a file not be written",
)

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
        "--crosswalk",
        help="The reviewed crosswalk, CSV or Excel, in place of the site's.",
        exists=True,
        dir_okay=False,
    ),
]
Out = Annotated[
    Path | None,
    typer.Option("--out", help="The folder for the reports, the crosswalk to review and the files to correct."),
]
Account = Annotated[
    str,
    typer.Option(
        "--account",
        metavar="CODE",
        help="The Clarus account whose products are compared and imported, in place of the site's.",
    ),
]
Currency = Annotated[
    str,
    typer.Option(
        "--currency", metavar="CODE", help="The currency of the costs, such as USD, in place of the site's."
    ),
]
WithIdentical = Annotated[
    bool,
    typer.Option("--include-identical", metavar=FLAG, help="List the identical ones too, not only their number."),
]


def sku_audit(
    blue_cherry: BlueCherryFiles = None,
    clarus: ClarusFiles = None,
    columns: ColumnMap = None,
    site: SiteOption = None,
    crosswalk: Reviewed = None,
    out: Out = None,
    account: Account = "",
    currency: Currency = "",
    include_identical: WithIdentical = False,
    as_json: AsJson = False,
) -> None:
    """Compare all SKUs of Blue Cherry with all products of Clarus: each in one class, with what it would halt."""
    if out is not None:
        folder_to_write(out, "--out")
    if currency and re.fullmatch("[A-Z]{3}", currency) is None:
        raise ConfigurationError(f"{currency!r} is no code of a currency, such as USD", field="--currency")
    file = config.load_site(site) if site else None
    recipe = file.recipe if file else Recipe()
    sheet = crosswalk or (file.sku.decisions if file else None)
    decisions = read_decisions(sheet) if sheet else ()
    account = account or (file.clarus.account if file else "")
    master, products = both_from_files(blue_cherry or (), clarus or (), columns or (), account=account)
    if master is None or products is None:
        master, products = _from_site(file, master, products)
    step(f"comparing {counted(len(master.rows), 'line')} of Blue Cherry with {len(products.rows):,} of Clarus")
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
        made_at=dt.datetime.now(file.ledger.zone if file else dt.UTC),
        blue_cherry=_source(blue_cherry, master),
        clarus=_source(clarus, products),
        recipe=recipe,
        currency=currency or (file.bluecherry.currency if file else ""),
    )
    written = WrittenFiles()
    if out is not None:
        with writing(out, "--out"):
            written = write_all(
                report, out, account=account, styles=master.descriptions, products=products.descriptions
            )
    _show(report, written, out, as_json=as_json)
    raise typer.Exit(ExitCode.of(not report.is_clean))


def _source(paths: Sequence[Path] | None, found: Read[MasterRow] | Read[ProductRow]) -> Source:
    names = [path.name for path in paths] if paths else ["asked of the system itself"]
    return Source(names, len(found.rows), found.notes)


def _from_site(
    file: config.SiteFile | None, master: Read[MasterRow] | None, products: Read[ProductRow] | None
) -> tuple[Read[MasterRow], Read[ProductRow]]:
    """Both lists; what no file brought is asked of its system."""
    if file is None:
        what = "name both files, or the site file by which the systems can be asked"
        raise ConfigurationError(what, field="--blue-cherry" if master is None else "--clarus")
    need("sqlalchemy", extra="ledger", purpose="opening a site")
    opening = import_module("clarus_bluecherry.flows.opening")  # needs the ledger's packages
    ends = import_module("clarus_bluecherry.flows.sku_audit")
    with opening.open_site(file, config.Secrets.from_environment()) as site:
        if master is None:
            step("asking Blue Cherry for its styles")
            master = ends.master_of(site)
        if products is None:
            step("asking Clarus for its products and its stock")
            products = ends.products_of(site)
    return master, products


# What is shown -----------------------------------------------------------------------------------------------


def _show(report: AuditReport, written: WrittenFiles, out: Path | None, *, as_json: bool) -> None:
    if as_json:
        tell_document(audit_json(report, written.files, written.notes))
        return
    console = screen()
    console.print(_summary(report))
    for line in _halted(report):
        console.print(line)
    for count, one, many in (
        (len(report.audit.findings), "finding on the data", "findings on the data"),
        (len(report.problems), "line not read", "lines not read"),
    ):
        if count:
            console.print(counted(count, one, many))
    for line in report.repeats:
        console.print(line)
    if written.files:
        console.print("Written: " + ", ".join(path.name for path in written.files))
    for note in written.notes:
        console.print(note)
    console.print(report.verdict)
    first = "Clean." if report.is_clean else first_said(audit_steps(report), acts=True) or "Nothing halts."
    if not report.is_clean and not written.files:
        say_again("--out", "audit", why="each line on a page and in files, with what to correct")
    elif not report.is_clean:
        reviewed = next(path for path in written.files if path.stem == "crosswalk")
        say_again("--crosswalk", str(reviewed), why=f"once {reviewed.name} is reviewed")
    console.print(f"Open {out / PAGE}. {first}" if out else first, soft_wrap=out is not None)  # a path stays whole


def _summary(report: AuditReport) -> FoldedTable:
    """Six columns that fit on 80 characters with a value in the billions; no figure is ever cut."""
    table = FoldedTable("class", box=box.SIMPLE_HEAD, padding=0, show_edge=False)
    table.columns[0].no_wrap = True
    value = f"value\n{report.currency or 'at cost'}"
    for header in ("SKUs", "products", "units in\nBlue\nCherry", "units in\nClarus", value):
        table.add_column(header, justify="right", overflow="fold")
    for kind, tally in report.audit.tallies.items():
        table.add_row(kind.value, *_figures(report, tally))
    table.add_section()
    table.add_row(TOTAL, *_figures(report, added(report.audit.tallies.values())))
    return table


def _figures(report: AuditReport, tally: Tally) -> tuple[str, ...]:
    skus, products, on_hand, in_warehouse, value = figures(tally)
    return (
        f"{skus:,}",
        f"{products:,}",
        units(on_hand) if isinstance(on_hand, Decimal) else "",
        units(in_warehouse),
        report.money(value) if isinstance(value, Decimal) else "",
    )


def _halted(report: AuditReport) -> Sequence[str]:
    """What is halted, and by which classes."""
    classes: dict[str, list[str]] = {}
    for kind, cases in report.audit.cases.items():
        for halt in cases.halts:
            classes.setdefault(halt, []).append(kind.value)
    return [f"Halted {halt}, by class: {', '.join(names)}" for halt, names in sorted(classes.items())]
