"""What could not be read is read again once the site's terms have changed, and only then."""

from __future__ import annotations

import os
import subprocess
import sys

from attrs import evolve
from flows_world import BLACK, loop

from clarus_bluecherry.bluecherry.messages import PickTicket
from clarus_bluecherry.flows.orders_out import ingest_order
from clarus_bluecherry.flows.reprocess import reprocess
from clarus_bluecherry.ledger import State
from clarus_bluecherry.model import UnitFactors, Units

SKU = {"style": BLACK.style, "color_code": BLACK.color_code, "size_desc": BLACK.size_desc}
LINE = {**SKU, "line_seq": "1", "bk_qty": 5}
PICK = {"pick_num": "1001", "ord_num": "500", "location": "NJ", "pick_date": "2026-03-02 00:00:00"}


def test_a_unit_that_is_said_to_mean_the_piece_mends_the_pick_that_waited_for_it():
    with loop() as here:
        ingest_order(here.site, PickTicket.model_validate({**PICK, "lines": [{**LINE, "uom": "BOX1"}]}))
        assert reprocess(here.site) == 0
        assert here.postings("goods_out") == []
        terms = evolve(here.site.erp_terms, eaches=here.site.erp_terms.eaches | {"BOX1"})
        reprocess(evolve(here.site, erp_terms=terms))
        assert here.states("goods_out") == [State.PENDING]


ASK = """
from zoneinfo import ZoneInfo
from clarus_bluecherry.flows.reprocess import _read_as
from clarus_bluecherry.mapping import ErpTerms, WarehouseTerms
from clarus_bluecherry.model import UnitFactors, Units
from types import SimpleNamespace

zone = ZoneInfo("Europe/London")
words = frozenset({"EA", "EACH", "PC", "PCS"})
units = Units((UnitFactors(source="a", general={"DZ": 12}, asked=frozenset({"CA", "PL", "BX", "CT"})),))
print(_read_as(SimpleNamespace(
    terms_as_written=WarehouseTerms(zone=zone, return_types=words, eaches=words, sku_of=str),
    erp_terms=ErpTerms(zone=zone, eaches=words, units=units), erp_zone=zone, withdrawn_statuses=words,
)))
"""


def test_the_same_terms_have_the_same_name_in_every_process():
    names = {
        subprocess.run(
            [sys.executable, "-c", ASK],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in "123"
    }
    assert len(names) == 1


def test_a_unit_whose_factor_becomes_known_mends_the_pick_that_waited_for_it():
    with loop() as here:
        ingest_order(here.site, PickTicket.model_validate({**PICK, "lines": [{**LINE, "uom": "DZ"}]}))
        assert reprocess(here.site) == 0
        reprocess(here.site.with_units(Units((UnitFactors(source="[units]", general={"DZ": 12}),))))
        assert here.states("goods_out") == [State.PENDING]
