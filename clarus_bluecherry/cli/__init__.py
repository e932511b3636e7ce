"""The command line: a thin face over flows, finance and report."""

from __future__ import annotations

import sys
import traceback

from clarus_bluecherry._lazy import need
from clarus_bluecherry.errors import ClarusBluecherryError


def main() -> None:
    """Run the command line. Errors of the library are printed as they explain themselves, others with where they
    arose; exit code 2 for both, because 1 says that something was found.
    """
    try:
        need("typer", extra="cli", purpose="the command line")
        need("rich", extra="cli", purpose="the command line")
        from clarus_bluecherry.cli.app import app  # only now is it known that its packages are there

        app()
    except ClarusBluecherryError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    except Exception:  # noqa: BLE001 - a defect, told whole; Python alone would end with 1
        traceback.print_exc()
        sys.exit(2)
