"""`sku infer`: the recipe that product codes were written by.

Law of this module: neither system is asked; stdout has the recipe with its evidence, or one JSON document.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from clarus_bluecherry.cli.door import complain, say_again, tell, tell_document
from clarus_bluecherry.cli.exit_codes import ExitCode
from clarus_bluecherry.cli.helping import helped
from clarus_bluecherry.cli.options import AsJson, shown
from clarus_bluecherry.cli.progress import step
from clarus_bluecherry.cli.sku_files import BlueCherryFiles, ColumnMap, from_files, mapped
from clarus_bluecherry.cli.terminal import FoldedTable, screen
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows.sku_audit import read_master, read_products
from clarus_bluecherry.model import Sku
from clarus_bluecherry.report.sku_recipe import SHAPES_SHOWN, inference_json, recipe_toml, shapes_json
from clarus_bluecherry.sku import Inference, MasterRow, infer
from clarus_bluecherry.sku.codes._shape import CodeShape, shapes

INFER_HELP = helped(
    "clarus-bluecherry sku infer products.csv --blue-cherry styles.csv > recipe.toml",
    "clarus-bluecherry sku infer products.xlsx --blue-cherry inventory.csv --map code=Item --map size=Sz --json",
    "clarus-bluecherry sku infer products.csv  # what the codes look like",
    well="the recipe is certain",
    found="it is not",
    failed="a list cannot be read",
)

CodeFiles = Annotated[
    list[Path],
    typer.Argument(help="Lists with product codes as Clarus has them: CSV or Excel.", exists=True, dir_okay=False),
]


def sku_infer(
    codes: CodeFiles,
    blue_cherry: BlueCherryFiles = None,
    columns: ColumnMap = None,
    as_json: AsJson = False,
) -> None:
    """Find the recipe that the codes were written by, from Blue Cherry's SKUs, and show the evidence.

    The recipe is printed as the site file says it, the evidence on stderr. Without Blue Cherry's list only what
    the codes look like is told.
    """
    ours, theirs = mapped(columns or ())
    listed = from_files(codes, lambda path: read_products(path, theirs))
    told = [row.code for row in listed.rows]
    if not blue_cherry:
        _show_shapes(shapes(told), as_json=as_json)
        raise typer.Exit(ExitCode.FOUND)
    master = from_files(blue_cherry, lambda path: read_master(path, ours))
    skus, refused = _skus(master.rows)
    for problem in (*listed.problems, *master.problems, *refused):
        complain(f"not read: {problem.problem}")
    step(f"comparing {len(told):,} codes with {len(skus):,} SKUs of Blue Cherry")
    found = infer(told, skus)
    if as_json:
        tell_document(inference_json(found))
    else:
        _show(found)
    raise typer.Exit(ExitCode.of(not found.is_certain))


def _skus(rows: Iterable[MasterRow]) -> tuple[set[Sku], list[InvalidRecord]]:
    """The SKUs of the rows, and why a row has none."""
    skus: set[Sku] = set()
    refused = []
    for row in rows:
        try:
            skus.add(row.sku)
        except InvalidRecord as error:
            refused.append(error)
    return skus, refused


def _show(found: Inference) -> None:
    notes = screen(stderr=True)
    table = FoldedTable("evidence", "agree", "of")
    for one in found.evidence:
        table.add_row(shown(one.what), f"{one.agree:,}", f"{one.of:,}")
    if found.recipe:
        notes.print(table)
        rest = found.codes - found.exact - found.otherwise
        notes.print(
            f"of {found.codes:,} codes the recipe writes {found.exact:,}, "
            f"{found.otherwise:,} are written otherwise, {rest:,} are no SKU's"
        )
    for code, meant in found.otherwise_written:
        notes.print(shown(f"  written otherwise: {code!r}, the recipe writes {meant!r}"))
    for code in found.unexplained:
        notes.print(shown(f"  no SKU's: {code!r}"))
    for doubt in found.doubts:
        notes.print(shown(f"not certain: {doubt}"))
    if found.recipe:
        tell(recipe_toml(found.recipe).removesuffix("\n"))
    for rival in found.rivals:
        tell("\n# explains the codes as well:\n" + _as_comment(recipe_toml(rival)).removesuffix("\n"))


def _as_comment(text: str) -> str:
    return "".join(f"# {line}\n" for line in text.splitlines())


def _show_shapes(found: Sequence[CodeShape], *, as_json: bool) -> None:
    if as_json:
        tell_document(shapes_json(found))
        return
    complain("not certain: which part stands where is told only by Blue Cherry's list")
    say_again("--blue-cherry", "LIST")
    table = FoldedTable("shape", "codes", "such as")
    for shape in found[:SHAPES_SHOWN]:
        table.add_row(shown(shape.pattern), f"{shape.codes:,}", shown(shape.example))
    screen().print(table)
