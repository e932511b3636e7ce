"""The command line: a thin face over flows, finance and report."""

from __future__ import annotations

import sys

from clarus_bluecherry._lazy import need
from clarus_bluecherry.errors import ClarusBluecherryError


def main() -> None:
    """Run the command line. Errors of the library are printed as they explain themselves; exit code 2."""
    try:
        need("typer", extra="cli", purpose="the command line")
        need("rich", extra="cli", purpose="the command line")
        from clarus_bluecherry.cli.app import app  # only now is it known that its packages are there

        app()
    except ClarusBluecherryError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
