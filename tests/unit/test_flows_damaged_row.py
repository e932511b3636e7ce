"""A posting whose own row is damaged is not mended in vain, and goes on by itself once its row is restored."""

import sqlalchemy as sa
from flows_world import loop
from test_flows_mended_terms import LINE, PICK

from clarus_bluecherry.bluecherry.messages import PickTicket
from clarus_bluecherry.flows.orders_out import ingest_order
from clarus_bluecherry.flows.reprocess import reprocess
from clarus_bluecherry.ledger import State


def occurred(ledger, text=None):
    with ledger._database.write() as connection:
        before = connection.execute(sa.text("SELECT occurred_at FROM postings")).scalar_one()
        if text:
            connection.execute(sa.text("UPDATE postings SET occurred_at = :text"), {"text": text})
    return before


def test_it_waits_without_a_step_until_the_row_is_restored():
    with loop() as here:
        ingest_order(here.site, PickTicket.model_validate({**PICK, "lines": [LINE]}))
        ledger = here.site.ledger
        (posting,) = here.postings("goods_out")
        before = occurred(ledger, "yesterday")
        assert ledger.claim("clarus", worker="w1") == []
        steps = ledger.history(posting.key)
        for _ in range(3):
            assert reprocess(here.site) == 0
            assert ledger.claim("clarus", worker="w1") == []
        assert (ledger.posting(posting.key).state, ledger.history(posting.key)) == (State.PARKED, steps)
        occurred(ledger, before)
        assert reprocess(here.site) == 1
        assert [taken.key for taken in ledger.claim("clarus", worker="w1")] == [posting.key]
