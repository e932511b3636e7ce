"""The calls that a drift proposes, against the vendor's own file and the mock server that Prism makes of it."""

import json
import sys
from pathlib import Path

import pytest
from attrs import evolve
from clarus_spec import SPEC, body_schema, load, place_of, validate
from test_clarus_prism import PRISM, clarus

sys.path.append(str(Path(__file__).parents[1] / "unit"))

from flows_world import BLACK, NAVY, SHIP_TO, loop

from clarus_bluecherry.flows import drift_of
from clarus_bluecherry.mapping import CarrierCodes

__all__ = ["clarus"]

NEEDS_FILE = pytest.mark.skipif(not SPEC.exists(), reason=f"the vendor's OpenAPI file is not at {SPEC}")
NEEDS_PRISM = pytest.mark.skipif(
    not PRISM, reason="PRISM names no command: the independent mock server was NOT asked"
)


def edited(pick):
    """Edits of a ticket, each of which a call can still make: header fields, and lines."""
    first, second = pick.lines
    yield {"lines": (evolve(first, bk_qty=3), second)}
    yield {"lines": (evolve(first, bk_qty=0), second)}
    yield {"lines": (first, second, evolve(second, line_seq="3", bk_qty=4))}
    yield {"lines": (evolve(first, article=NAVY), second)}
    yield {"lines": (evolve(first, bk_qty=0), evolve(second, bk_qty=0))}
    yield {"shipper": "FED"}
    yield {"pick_date": pick.pick_date.replace(day=9)}
    yield {"ship_to": {**SHIP_TO, "addr1": "2 Other St", "zipcode": "07103"}}
    yield {"shipper": "FED", "ship_to": {**SHIP_TO, "city": "Hoboken"}, "lines": (evolve(first, bk_qty=1), second)}


@pytest.fixture(scope="module")
def proposals():
    with loop() as here:
        terms = here.site.erp_terms
        carriers = {**terms.carriers, "FDX": CarrierCodes("FED", "FDEX")}
        here.site = evolve(here.site, erp_terms=evolve(terms, carriers=carriers))
        here.warehouse.add_carrier("FDX")
        here.release("1000", ((BLACK, 5), (NAVY, 2)))
        numbers = [str(1001 + place) for place, _ in enumerate(edited(here.erp.picks["1000"]))]
        for number in numbers:
            here.release(number, ((BLACK, 5), (NAVY, 2)))
        here.turn()
        here.later(minutes=1)
        for number, edit in zip(numbers, edited(here.erp.picks["1000"]), strict=True):
            pick = here.erp.picks[number]
            for name, value in edit.items():
                setattr(pick, name, value)
            here.erp.change_pick(number, pick.lines)
        here.turn()
        found = drift_of(here.site)
        assert [each.reference for each in found.orders] == numbers
        yield [each.proposal for each in found.orders]


@NEEDS_FILE
def test_every_proposed_call_is_an_operation_of_the_file_with_a_valid_body(proposals):
    spec = load()
    for call in proposals:
        schema = body_schema(place_of(spec, call.method, call.path)[1])
        assert bool(call.body) == (schema is not None)
        if schema:
            validate(spec, schema, json.loads(call.body), method=call.method)


@NEEDS_FILE
@NEEDS_PRISM
def test_the_mock_server_accepts_every_proposed_call(proposals, clarus):
    for call in proposals:
        clarus.send(call)
