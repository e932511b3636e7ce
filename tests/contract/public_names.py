"""The packages whose names a user may rely on: their `__all__` is the public surface."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from clarus_bluecherry.bluecherry.kinds import every_kind

KINDS = tuple(f"clarus_bluecherry.bluecherry.kinds.{kind.name}" for kind in every_kind())
TESTING = ("messages", "nodes", "records", "scenarios", "sites")
PACKAGES = (
    "clarus_bluecherry",
    "clarus_bluecherry.bluecherry",
    "clarus_bluecherry.bluecherry.calls",
    "clarus_bluecherry.bluecherry.kinds",
    *KINDS,
    "clarus_bluecherry.bluecherry.messages",
    "clarus_bluecherry.bluecherry.sheets",
    "clarus_bluecherry.clarus",
    "clarus_bluecherry.clarus.create",
    "clarus_bluecherry.clarus.feeds",
    "clarus_bluecherry.clarus.files",
    "clarus_bluecherry.clarus.introspection",
    "clarus_bluecherry.clarus.webhooks",
    "clarus_bluecherry.clarus.wire",
    "clarus_bluecherry.config",
    "clarus_bluecherry.environment",
    "clarus_bluecherry.errors",
    "clarus_bluecherry.exchange",
    "clarus_bluecherry.finance",
    "clarus_bluecherry.finance.availability",
    "clarus_bluecherry.finance.close",
    "clarus_bluecherry.finance.close.engine",
    "clarus_bluecherry.finance.drift",
    "clarus_bluecherry.finance.exceptions",
    "clarus_bluecherry.finance.morning",
    "clarus_bluecherry.flows",
    "clarus_bluecherry.flows.alerts",
    "clarus_bluecherry.flows.availability",
    "clarus_bluecherry.flows.close_files",
    "clarus_bluecherry.flows.close_site",
    "clarus_bluecherry.flows.sku_audit",
    "clarus_bluecherry.http",
    "clarus_bluecherry.ledger",
    "clarus_bluecherry.mapping",
    "clarus_bluecherry.mapping.bluecherry",
    "clarus_bluecherry.mapping.clarus",
    "clarus_bluecherry.mapping.clarus_files",
    "clarus_bluecherry.mapping.plain",
    "clarus_bluecherry.mapping.products",
    "clarus_bluecherry.model",
    "clarus_bluecherry.dashboard",
    "clarus_bluecherry.report",
    "clarus_bluecherry.report.month_end",
    "clarus_bluecherry.report.morning",
    "clarus_bluecherry.report.pack",
    "clarus_bluecherry.report.pages",
    "clarus_bluecherry.report.sku_audit",
    "clarus_bluecherry.sandbox",
    "clarus_bluecherry.sku",
    "clarus_bluecherry.testing",
    *(f"clarus_bluecherry.testing.{module}" for module in TESTING),
    "clarus_bluecherry.x12",
)

ROOT = Path(__file__).parents[2]
SHOWN = sorted(
    path
    for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*")]
    if path.suffix in {".md", ".py"} and path.parent.name != "decisions"
)
"""What users read, and copy from."""

_BLOCK = re.compile(r"^```python[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """What the code on a page, or in an example, imports of ours: module and name, empty for a whole module."""
    text = path.read_text("utf-8")
    for code in [text] if path.suffix == ".py" else _BLOCK.findall(text):
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "clarus_bluecherry":
                yield from ((str(node.module), alias.name) for alias in node.names)
            elif isinstance(node, ast.Import):
                yield from ((each.name, "") for each in node.names if each.name.startswith("clarus_bluecherry"))
