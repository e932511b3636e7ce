"""The commands about SKUs, with the exit codes of `cli.app`.

Law of this module: it names the commands, each of which has a module of its own.
"""

from __future__ import annotations

import typer

from clarus_bluecherry.cli.sku_audit import EXAMPLES, sku_audit
from clarus_bluecherry.cli.sku_infer import INFER_EXAMPLES, sku_infer

sku_app = typer.Typer(no_args_is_help=True, help="Product codes: are both systems talking of the same things?")
sku_app.command("audit", epilog=EXAMPLES)(sku_audit)
sku_app.command("infer", epilog=INFER_EXAMPLES)(sku_infer)
