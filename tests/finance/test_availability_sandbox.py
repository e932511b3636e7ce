"""A shop that sells from the feed of the sandbox's own exports sells nothing that is not there.

`AVAILABILITY_SEEDS` is how many seeds are played (default 3).
"""

import os

import pytest
from selling_sandbox import SandboxShop

SEEDS = range(int(os.environ.get("AVAILABILITY_SEEDS", "3")))


@pytest.mark.parametrize("seed", SEEDS)
def test_from_the_exports_nothing_is_oversold_and_little_is_kept_back(seed, tmp_path):
    tally = SandboxShop(seed, tmp_path).run()
    assert tally.oversold == 0
    assert tally.undersold == []
    assert tally.sold > 60
