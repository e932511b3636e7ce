"""The commands about SKUs, and how their help ends.

Law of this module: it names the commands, each of which has a module of its own.
"""

from __future__ import annotations

import typer

from clarus_bluecherry.cli.helping import examples
from clarus_bluecherry.cli.sku_audit import AUDIT_HELP, sku_audit
from clarus_bluecherry.cli.sku_infer import INFER_HELP, sku_infer

sku_app = typer.Typer(
    no_args_is_help=True,
    help="Product codes: are both systems talking of the same things?",
    epilog=examples(
        "clarus-bluecherry sku audit --blue-cherry inventory.csv --clarus products.xlsx --out audit",
        "clarus-bluecherry sku infer products.csv --blue-cherry styles.csv > recipe.toml",
    ),
)
sku_app.command("audit", epilog=AUDIT_HELP)(sku_audit)
sku_app.command("infer", epilog=INFER_HELP)(sku_infer)
