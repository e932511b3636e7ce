"""Whatever is ordered in whatever units: pieces are quantity times factor, once, or the line is refused."""

from __future__ import annotations

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clarus_bluecherry.bluecherry.edi import X12Profile
from clarus_bluecherry.bluecherry.edi.documents import body_of, messages_of
from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
from clarus_bluecherry.bluecherry.messages import PickTicket
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.mapping import bluecherry
from clarus_bluecherry.model import Sku, UnitFactors, Units, from_plain, to_plain
from clarus_bluecherry.x12 import Document, Partners, Segment

ZONE = ZoneInfo("America/New_York")
WORDS = ["DZ", "CA", "PL", "EA"]
STYLES = ["01234", "0777"]

factors = st.decimals(min_value=Decimal("0.01"), max_value=999, places=2)
tables = st.builds(
    UnitFactors,
    source=st.sampled_from(["[units]", "Clarus's products"]),
    general=st.dictionaries(st.sampled_from(WORDS[:3]), factors),
    by_sku=st.dictionaries(
        st.tuples(st.sampled_from(STYLES).map(Sku), st.sampled_from(WORDS[:3])),
        st.lists(factors, min_size=1, max_size=2),
    ),
)
every_units = st.lists(tables, max_size=2, unique_by=lambda table: table.source).map(
    lambda all_: Units(tuple(all_))
)
quantities = st.integers(1, 9999).map(Decimal)
lines = st.tuples(st.sampled_from(STYLES), quantities, st.sampled_from(WORDS))


def a_pick(*asked):
    told = [
        {"line_seq": str(number), "style": style, "bk_qty": quantity, "uom": unit, "price": 9}
        for number, (style, quantity, unit) in enumerate(asked, 1)
    ]
    header = {"pick_num": "1001", "location": "NJ", "pick_date": "2026-03-02", "curr_code": "USD"}
    return PickTicket.model_validate({**header, "lines": told})


def said(units, unit, style):
    """Every factor that a source says, by the plain words of the rule: of its own, the SKU's goes before all."""
    found = set()
    for source in units.sources:
        own = source.by_sku.get((Sku(style), unit))
        found |= set(own) if own else {source.general[unit]} if unit in source.general else set()
    return found


@given(lines, every_units)
def test_a_line_counts_by_the_one_factor_that_is_said_or_not_at_all(line, units):
    style, quantity, unit = line
    known = {Decimal(1)} if unit == "EA" else said(units, unit, style)
    if len(known) != 1 or (quantity * min(known)) % 1:
        with pytest.raises(InvalidRecord, match="pick 1001, line 1, field uom"):
            bluecherry.sales_order(a_pick(line), zone=ZONE, units=units)
        return
    (ordered,) = bluecherry.sales_order(a_pick(line), zone=ZONE, units=units).lines
    (factor,) = known
    assert ordered.quantity == quantity * factor
    assert (ordered.told is None, ordered.unit_price is None) == (unit == "EA", unit != "EA")
    if ordered.told is not None:
        assert (ordered.told.quantity, ordered.told.unit, ordered.told.factor) == (quantity, unit, factor)
        assert ordered.told.eaches == ordered.quantity


@given(st.lists(lines, min_size=1, max_size=4), every_units)
def test_x12_takes_and_maps_what_the_record_says(asked, units):
    """A 940 of any units, written and read: the same order as without it, or refused as a whole in between."""
    profile = X12Profile(partners=Partners(sender="A", receiver="B"), units=units)
    pick = a_pick(*asked)
    set_id, body = body_of(PICK_TICKET, pick, "1", profile)
    ends = Segment("ST", (set_id, "0001")), Segment("SE", (str(len(body) + 2), "0001"))
    document = Document(set_id=set_id, control_number="0001", segments=(ends[0], *body, ends[1]))
    if any(unit != "EA" and not units.knows(unit) for _, _, unit in asked):
        with pytest.raises(InvalidRecord, match="field W0102"):
            messages_of(document, profile)
        return
    (read,) = messages_of(document, profile)
    assert _pieces(read, units) == _pieces(pick, units)


def _pieces(pick, units):
    try:
        order = bluecherry.sales_order(pick, zone=ZONE, units=units)
    except InvalidRecord as error:
        return error.what
    assert from_plain(to_plain(order)) == order
    return [(line.item, line.quantity, line.told) for line in order.lines]
