"""What a reader sees who presses Tab: every public name, before anything of it is loaded."""

from __future__ import annotations

import subprocess
import sys

import pytest

ASKED = """
import sys
from importlib import import_module
package = import_module(sys.argv[1])
before = set(sys.modules)
print(*sorted(set(package.__all__) - set(dir(package))), *sorted(set(sys.modules) - before))
"""


@pytest.mark.parametrize(
    "package",
    [
        "clarus_bluecherry",
        "clarus_bluecherry.clarus",
        "clarus_bluecherry.clarus.wire",
        "clarus_bluecherry.mapping.plain",
    ],
)
def test_every_public_name_is_listed_and_listing_loads_nothing(package: str) -> None:
    done = subprocess.run([sys.executable, "-c", ASKED, package], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
