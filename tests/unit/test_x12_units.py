"""X12 takes a quantity in another unit where the site knows its factor, and tells the record in which it was."""

from __future__ import annotations

import pytest
from attrs import evolve
from edi_world import ADJUSTMENT, ORDER, PICK, POSITION, PROFILE, RECEIPT, RETURN, SHIPMENT, encoded, kind_of
from files_world import kept
from test_x12_half_is_not_whole import NOON, There, group, order

from clarus_bluecherry.bluecherry.edi.documents import body_of, messages_of
from clarus_bluecherry.bluecherry.kinds.production_order import PRODUCTION_ORDER
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.model import Sku, UnitFactors, Units
from clarus_bluecherry.x12 import Document, Segment

SOURCE = UnitFactors(source="[units]", general={"DZ": 12}, by_sku={(Sku("AB101"), "CA"): [6]}, asked={"PL"})
UNITS = Units((SOURCE,))


@pytest.fixture
def there(tmp_path):
    there = There(tmp_path, evolve(PROFILE, units=UNITS))
    yield there
    there.transport.close()


@pytest.mark.parametrize("unit", ["DZ", "CA", "PL", "dz>"])
def test_an_order_in_a_unit_with_a_factor_is_taken_and_tells_its_unit(there, unit):
    there.drop(group(order(unit=unit)))
    (pick,), errors = there.picks()
    assert [(line.bk_qty, line.uom) for line in pick.lines] == [(12, unit[:2].upper())] * 2
    assert (errors, there.verdicts) == ([], ["AK5*A", "AK9*A*1*1*1"])


def test_pieces_tell_no_unit(there):
    there.drop(group(order(unit="EA")))
    assert [line.uom for line in there.picks()[0][0].lines] == ["", ""]


@pytest.mark.parametrize("unit", ["GR", "DZ>>12", "DZ>EA"])
def test_a_unit_without_a_factor_is_still_refused_by_name(there, unit):
    there.drop(group(order(unit=unit)))
    picks, (error,) = there.picks()
    assert (picks, there.verdicts) == ([], ["AK5*R*5", "AK9*R*1*1*0"])
    assert f"the unit of measure is '{unit}'" in str(error)


def test_a_total_is_in_the_units_of_its_document(there):
    there.drop(group(order(unit="DZ").replace("SE*12*", "W76*24~SE*13*")))
    assert len(there.picks()[0]) == 1


def test_a_total_in_eaches_beside_dozens_is_no_total(tmp_path):
    there = There(tmp_path, evolve(PROFILE, units=UNITS))
    there.drop(group(order(unit="DZ").replace("SE*12*", "W76*288~SE*13*")))
    assert there.picks()[0] == []
    there.transport.close()


def test_a_price_for_a_dozen_is_no_cost_even_where_a_dozen_is_known(there):
    there.drop(group("ST*832*0001~BCT*PC~LIN**VA*1~CTP**UCP*90*1*DZ~CTT*1~SE*6*0001~").replace("GS*OW", "GS*SC"))
    there.picks()
    assert there.verdicts == ["AK5*R*5", "AK9*R*1*1*0"]


def written(message, before, after):
    content = encoded(evolve(PROFILE, demands=None), message, "000000009", NOON)
    assert before in content
    return content.replace(before, after)


def test_a_production_order_in_dozens_tells_its_unit(there):
    there.drop(written(ORDER, b"W04*12*EA", b"W04*12*DZ"))
    (found,) = kept(there.transport, PRODUCTION_ORDER)
    assert [(line.prod_qty, line.uom) for line in found.lines] == [(12, "DZ"), (6, "")]


def test_an_order_is_written_in_its_own_unit_and_read_back():
    lines = [PICK.lines[0].model_copy(update={"uom": "DZ"}), PICK.lines[1]]
    pick = PICK.model_copy(update={"lines": tuple(lines)})
    assert b"W01*5*DZ*" in encoded(PROFILE, pick, "000000009", NOON)


# What the warehouse tells has no place for a unit ---------------------------------------------------------------


def told(message, unit):
    """A message of the warehouse, written in pieces, with another unit in their place; and read."""
    set_id, body = body_of(kind_of(message), message, "000000001", PROFILE)
    body = [Segment(each.id, tuple(unit if cell == "EA" else cell for cell in each.elements)) for each in body]
    if set_id == "846":
        body = [Segment("QTY", (*each.elements, unit)) if each.id == "QTY" else each for each in body]
    ends = Segment("ST", (set_id, "0001")), Segment("SE", (str(len(body) + 2), "0001"))
    document = Document(set_id=set_id, control_number="0001", segments=(ends[0], *body, ends[1]))
    (found,) = messages_of(document, evolve(PROFILE, units=UNITS))
    return found


@pytest.mark.parametrize("message", [RECEIPT, ADJUSTMENT, RETURN, POSITION], ids=["944", "947", "return", "846"])
def test_what_the_warehouse_tells_in_dozens_counts_in_pieces_once(message):
    assert told(message, "EA").size_qty == message.size_qty
    assert told(message, "DZ").size_qty == message.size_qty * 12
    with pytest.raises(InvalidRecord, match="the unit of measure is 'CA'"):
        told(message, "CA")


def test_a_shipment_in_dozens_counts_in_pieces_on_its_lines_and_in_its_cartons():
    def units(found):
        lines = [(line.size_qty, line.total_qty) for line in found.lines]
        return lines, [line.ship_qty for carton in found.cartons for line in carton.lines]

    (lines, packed), (dozens, packed_dozens) = units(told(SHIPMENT, "EA")), units(told(SHIPMENT, "DZ"))
    assert dozens == [(shipped * 12, ordered * 12) for shipped, ordered in lines]
    assert packed_dozens == [quantity * 12 for quantity in packed]
