"""What the tests try less of by default, `.ci/full` tries all of."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NO_MORE_TESTS = {"DEMO_MONTH", "FAULT_CASES", "KEEP_GOLDEN", "NODE_X12", "PRISM", "PYTHONPATH"}
"""Variables of tests that name a tool or a place, or write a file."""


def test_every_variable_by_which_tests_try_more_is_set_before_a_release():
    asked = {
        name
        for path in (ROOT / "tests").rglob("*.py")
        for name in re.findall(r'os\.environ\.get\("([A-Z_0-9]+)"', path.read_text("utf-8"))
    }
    full = (ROOT / ".ci" / "full").read_text("utf-8")
    assert {"EXAMPLES", "KILL_POINTS"} <= asked
    assert {name for name in asked - NO_MORE_TESTS if f"{name}=" not in full} == set()
