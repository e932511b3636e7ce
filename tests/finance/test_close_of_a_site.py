"""A site closes as the exports of the same moment do; where a posting stands is the ledger's word."""

from __future__ import annotations

import pytest

from tests.finance.close_site_world import by_files, by_site, causes, exported, without_warehouse
from tests.unit.flows_world import BLACK, loop

CLOSED = "2026-03-02"


@pytest.fixture
def here(tmp_path):
    with loop(ledger=str(tmp_path / "ledger.sqlite")) as made:
        yield made


def a_day(here):
    """Orders leave whole and short, goods come, are found and written off; the books have some of it."""
    here.release("1001")
    here.release("1002", ((BLACK, 3),))
    here.issue()
    here.turn()
    here.ship("1001", short=1)
    (receipt,) = here.warehouse.goods_in_receipts
    here.warehouse.receive(receipt.lines[0].id, 12)
    here.warehouse.adjust("1234_blk_m", 3, "FOUND")
    here.turn()
    here.erp.process_staging()
    here.erp.run_invoicing()
    here.turn()
    here.ship("1002")


def test_a_site_closes_as_its_exports_do(here, tmp_path):
    a_day(here)
    folder = exported(here, tmp_path / "exports")
    site = by_site(here, without_warehouse(folder), as_of=CLOSED)
    files = by_files(folder, as_of=CLOSED)
    assert causes(site) == causes(files)
    assert causes(site)
    assert site.totals == files.totals
    assert not site.given.problems
