"""A shop that sells from the feed sells nothing that is not there, whatever goes wrong between both systems.

`AVAILABILITY_SEEDS` is how many seeds are played (default 6).
"""

import os
from collections import Counter

import pytest
from selling_world import SellingWorld

SEEDS = range(int(os.environ.get("AVAILABILITY_SEEDS", "6")))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_shop_oversells_nothing_and_little_is_kept_from_it(seed):
    tally = SellingWorld(seed).run()
    assert tally.oversold == 0
    assert tally.undersold == []
    assert tally.sold > 100


@pytest.mark.parametrize("seed", SEEDS)
def test_without_a_buffer_nothing_is_oversold_either(seed):
    tally = SellingWorld(seed, buffer=0).run()
    assert (tally.oversold, tally.undersold) == (0, [])


def test_blue_cherry_s_own_figure_oversells_and_every_fault_was_there(record_property):
    naive = [SellingWorld(seed, is_naive=True).run() for seed in SEEDS]
    oversold, sold = sum(each.oversold for each in naive), sum(each.sold for each in naive)
    record_property("naive_oversold", f"{oversold} of {sold}")
    print(f"Blue Cherry's own figure: {oversold} of {sold} sold were not there, over {len(naive)} seeds")
    assert oversold > 0
    faults = sum((SellingWorld(seed).run().faults for seed in SEEDS), start=Counter())
    assert {"late batch", "half batch", "late movement", "movement told twice"} <= faults.keys()
    assert {"cancelled pick", "short", "hold"} <= faults.keys()
