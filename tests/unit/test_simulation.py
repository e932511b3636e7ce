"""The simulation itself: it repeats, it finds what is known, and what it draws breaks nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from simulate.known import KNOWN, Known, is_known
from simulate.scripts import SCRIPTS
from simulate.search import Simulation, causes_of, schedule_of, text
from simulate.world import Worlds

from clarus_bluecherry.ledger.store import Ledger

_DRAWN = 2
"""Schedules in each world: this is the fast suite. The long run draws many more."""


@pytest.fixture(scope="module")
def simulation() -> Iterator[Simulation]:
    with Worlds() as worlds:
        yield Simulation(worlds)


def _named(known: Known) -> str:
    return f"{known.world}-{known.kind}-{'-'.join(sorted(known.causes)) or 'by itself'}".replace(" ", "_")


@pytest.mark.parametrize(
    "known", [pytest.param(each, marks=pytest.mark.xfail(reason=each.why), id=_named(each)) for each in KNOWN]
)
def test_a_schedule_that_was_found_once_breaks_nothing_any_more(simulation: Simulation, known: Known) -> None:
    """One that is mended is green, and its line in `tests/simulate/known.py` is to be deleted."""
    assert known.kind not in simulation.run(known.world, schedule_of(known.schedule)).kinds


@pytest.mark.parametrize("world", sorted(SCRIPTS))
def test_what_is_drawn_breaks_nothing_but_what_is_known(simulation: Simulation, world: str) -> None:
    for ran in (simulation.run(world, {}), *(simulation.at_random(world, f"{n}") for n in range(_DRAWN))):
        news = [kind for kind in ran.kinds if not is_known(world, kind, ran.causes)]
        assert not news, str(ran)


def test_the_same_schedule_is_the_same_run(simulation: Simulation) -> None:
    drawn = simulation.at_random("two adjustments", "again", share=0.3)
    again = simulation.run("two adjustments", schedule_of(text(drawn.schedule)))
    assert drawn.schedule
    assert (again.trace, again.schedule, again.faults) == (drawn.trace, drawn.schedule, drawn.faults)


def test_a_fault_that_is_planted_is_found_with_its_shortest_schedule(
    simulation: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Ledger, "recover", lambda *_: 0)
    long = "A:POST PhysicalInventoryTM:1=lost; A:POST PhysicalInventoryTM:2=kill"
    found = simulation.run("two adjustments", schedule_of(long))
    shortest = simulation.shortest(found, "unowned")
    assert causes_of(found.schedule) == {"lost", "kill"}
    assert text(shortest.schedule) == "A:POST PhysicalInventoryTM:2=kill"
