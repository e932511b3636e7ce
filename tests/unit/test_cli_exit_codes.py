"""One table of exit codes for every command: docs/errors.md."""

import subprocess
import sys


def test_a_defect_is_no_finding():
    script = """
import clarus_bluecherry.cli.app as module
from clarus_bluecherry.cli import main

def defect():
    raise ZeroDivisionError("a defect")

module.app = defect
main()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "ZeroDivisionError: a defect" in done.stderr
