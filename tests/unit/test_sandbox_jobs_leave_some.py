"""The sandbox's Blue Cherry leaves documents lying, or refuses them, when it is told which."""

from test_sandbox_bluecherry_erp import DRESS, HERE, advice, erp, inventory  # noqa: F401

from clarus_bluecherry.sandbox.erp import Standing


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
