"""The command line: a thin face over flows, finance and report."""

from __future__ import annotations

import os
import sys
import traceback
from contextlib import suppress

from clarus_bluecherry._lazy import need
from clarus_bluecherry.cli.door import NotPrintedError, ReaderLeftError, complain, guarded
from clarus_bluecherry.cli.exit_codes import ExitCode
from clarus_bluecherry.errors import ClarusBluecherryError


def main() -> None:
    """Run the command line, and end with a code of `ExitCode`. Errors of the library are told as they explain
    themselves, others with where they arose.
    """
    with guarded():
        try:
            code = _ended()
            sys.stdout.flush()
        except ReaderLeftError:
            code = ExitCode.CUT_OFF
            _stop_writing()
        except NotPrintedError as error:
            code = ExitCode.FAILED
            _stop_writing()
            with suppress(ReaderLeftError):
                complain(str(error))
    sys.exit(code)


def _ended() -> int:
    try:
        need("typer", extra="cli", purpose="the command line")
        need("rich", extra="cli", purpose="the command line")
        from clarus_bluecherry.cli.running import run  # only now is it known that its packages are there

        return run()
    except ClarusBluecherryError as error:
        complain(str(error))
    except KeyboardInterrupt:
        complain("Interrupted.")
        return ExitCode.INTERRUPTED
    except Exception:  # noqa: BLE001 - a defect, told whole; Python alone would end with 1
        complain(traceback.format_exc().rstrip())
    return ExitCode.FAILED


def _stop_writing() -> None:
    """Let what is left to write go nowhere: Python writes it as it ends, and would complain."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):  # it is no file of the system
        return
