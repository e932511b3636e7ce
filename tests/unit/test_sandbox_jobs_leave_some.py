"""The sandbox's Blue Cherry leaves documents lying, or refuses them, when it is told which."""

import datetime as dt

from attrs import evolve
from flows_world import BLACK, CODES, loop
from test_sandbox_bluecherry_erp import DRESS, HERE, advice, erp, inventory  # noqa: F401

from clarus_bluecherry.ledger import State
from clarus_bluecherry.sandbox.erp import Standing
from clarus_bluecherry.sandbox.faults import Fault


def test_its_jobs_do_not_come_to_what_is_left_lying_and_do_once_it_is_not(erp):  # noqa: F811
    left = erp.stage("ProductionReceiptAdvice", "1", advice(units=5))
    other = erp.stage("PhysicalInventoryTM", "2", inventory(units=2))
    erp.quirks.leaves_lying.add(left.reference)
    assert erp.process_staging() == 1
    assert (left.standing, other.standing) == (Standing.STAGED, Standing.POSTED)
    erp.quirks.leaves_lying.clear()
    assert erp.process_staging() == 1
    assert left.standing is Standing.POSTED


def test_what_it_refuses_is_rejected_in_its_words_and_books_nothing(erp):  # noqa: F811
    before = erp.on_hand()
    refused = erp.stage("ProductionReceiptAdvice", "1", advice(units=5))
    erp.quirks.refuses[refused.reference] = "the vendor is on hold"
    erp.process_staging()
    assert (refused.standing, refused.error) == (Standing.REJECTED, "the vendor is on hold")
    assert erp.on_hand() == before


def test_what_shows_late_is_taken_and_not_found_before_it_shows():
    with loop() as here:
        (moved,) = here.warehouse.adjust(CODES[BLACK], -1, "LOST")
        here.erp.quirks.shows_late.add(str(moved.id))
        here.bluecherry_faults.next(Fault.FAILED_AFTER, path_contains="PhysicalInventoryTM")
        here.site = evolve(here.site, latest_effect=dt.timedelta(days=9))
        here.turn()
        assert (here.erp.process_staging(), here.states("inventory_adjustment")) == (0, [State.IN_DOUBT])
        here.erp.quirks.shows_late.clear()
        here.turn()
        assert (here.erp.process_staging(), here.states("inventory_adjustment")) == (1, [State.ACCEPTED])
