"""Blue Cherry's vocabulary: what each message says of itself, how it is read, and what is on hand by movements."""

import datetime as dt
from decimal import Decimal

import pytest
from bluecherry_world import SITE, Face, Site
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from clarus_bluecherry.bluecherry import NotCarried, messages
from clarus_bluecherry.bluecherry.kinds import every_kind, kind_named
from clarus_bluecherry.bluecherry.kinds.stock_position import STOCK_POSITION
from clarus_bluecherry.bluecherry.messages import (
    Acknowledgement,
    AcknowledgementStatus,
    PeriodStatus,
    RecType,
    ShipmentStatus,
    StockKey,
    StockMovement,
    ToldError,
    on_hand,
    open_to_sell,
)
from clarus_bluecherry.model import PeriodState

TRAVELLING = [messages.OnHand, *(kind.model for kind in every_kind())]
PARTS = {
    "Message",
    "PickAddress",
    "PickEcho",
    "PickLine",
    "ProductionLine",
    "Row",
    "ShipmentCarton",
    "ShipmentCartonLine",
    "ShipmentLine",
    "SkuColumns",
    "SkuSent",
    "StyleSku",
    "ToldError",
    "Acceptance",
}


def test_every_message_is_looked_at_here():
    every = {name for name in messages.__all__ if is_record(getattr(messages, name))}
    assert every == PARTS | {message.__name__ for message in TRAVELLING}


def is_record(found):
    return isinstance(found, type) and issubclass(found, BaseModel)


@pytest.mark.parametrize("message", [message for message in TRAVELLING if message is not messages.OnHand])
def test_every_message_has_one_kind_that_says_how_well_each_way_is_evidenced_for_it(message):
    """A way that there is has a confidence; a way that there is not is said not to be, and why."""
    (kind,) = [kind for kind in every_kind() if kind.model is message]
    for way in (kind.rest, kind.sheet, *([kind.x12] if isinstance(kind.x12, str) else kind.sets.values())):
        assert len(way) > len("none") if isinstance(way, str) else way.sure in ("H", "M", "L"), way


def test_what_is_on_hand_is_a_line_of_a_report_and_no_message_of_its_own():
    assert not [kind for kind in every_kind() if kind.model is messages.OnHand]
    assert "(H for its headers, of one user)" in messages.OnHand.__doc__


# Acknowledgements


def test_an_acknowledgement_tells_which_document_the_verdict_and_the_errors():
    error = ToldError(control_number="0002", place="W12, element 3", code="5", text="too long")
    told = Acknowledgement(control_number="000000042", verdict="partially accepted", errors=[error])
    assert told.errors[0].place == "W12, element 3"
    assert Acknowledgement.model_validate_json(told.model_dump_json()) == told


@pytest.mark.parametrize(
    ("verdict", "taken"),
    [
        (AcknowledgementStatus.ACCEPTED, True),
        (AcknowledgementStatus.ACCEPTED_WITH_ERRORS, True),
        (AcknowledgementStatus.PARTIALLY_ACCEPTED, False),
        (AcknowledgementStatus.REJECTED, False),
    ],
)
def test_in_part_is_not_taken(verdict, taken):
    assert Acknowledgement(control_number="42", verdict=verdict).taken is taken


@pytest.mark.parametrize(
    "wrong",
    [
        {"control_number": "", "verdict": "accepted"},
        {"control_number": "42", "verdict": "fine"},
        {"control_number": "42", "verdict": "accepted", "errors": [ToldError(text="but")]},
        {"control_number": "42", "verdict": "accepted", "comment": "thanks"},
    ],
)
def test_an_acknowledgement_that_contradicts_itself_is_refused(wrong):
    with pytest.raises(ValidationError):
        Acknowledgement(**wrong)


# Shipments and periods


@pytest.mark.parametrize(
    ("columns", "posted"),
    [
        ({"inv_num": "I7", "inv_date": "2026-03-02"}, True),
        ({"inv_num": 7, "inv_date": "03/02/2026"}, True),
        ({"inv_num": "I7"}, False),
        ({"inv_num": "I7", "inv_date": None}, False),
        ({"inv_num": "   ", "inv_date": "2026-03-02"}, False),
        ({"status": "SHIPPED", "ord_status": "C"}, False),
    ],
)
def test_a_shipment_is_posted_once_it_is_invoiced_and_not_before(columns, posted):
    status = ShipmentStatus.model_validate({"pick_num": "P1001", **columns})
    assert status.posted is posted


def test_what_a_site_adds_to_a_status_is_kept():
    assert ShipmentStatus.model_validate({"pick_num": 7, "carrier_msg": "x"}).model_extra == {"carrier_msg": "x"}


def test_a_period_is_open_or_closed_and_nothing_else():
    march = {"period": "2026-03", "first_day": "2026-03-01", "last_day": "2026-03-31"}
    assert PeriodStatus.model_validate({**march, "state": " Closed "}).state is PeriodState.CLOSED
    assert PeriodStatus.model_validate({**march, "state": "open"}).last_day == dt.date(2026, 3, 31)
    for wrong in ({"state": "soft"}, {"state": ""}, {"state": "open", "last_day": "2026-02-28"}, {}):
        with pytest.raises(ValidationError):
            PeriodStatus.model_validate({**march, **wrong})


# Stock movements


def moved(rec_type, units, location="NJ", **columns):
    return StockMovement(rec_type=rec_type, size_qty=units, style="01234", location=location, **columns)


@pytest.mark.parametrize(("text", "code"), [("SA", RecType.ADJUSTMENT), (" in ", RecType.INVOICE)])
def test_a_known_record_type_is_read_by_its_name(text, code):
    assert moved(text, 1).rec_type is code


def test_an_unknown_record_type_is_kept_and_counts_nowhere():
    unknown = moved("NW", 5)
    assert unknown.rec_type == "NW"
    assert not isinstance(unknown.rec_type, RecType)
    assert on_hand([unknown]) == open_to_sell([unknown]) == open_to_sell([unknown], including_wip=True) == {}


def literal_on_hand(q):
    return q("SA") + q("RT") + q("R1") + q("R2") - q("IN") - q("CM") + q("RV") - q("RI")


def literal_open_to_sell(q):
    return q("SA") + q("RT") + q("R1") + q("R2") - q("IN") - q("CM") - q("PK") - q("RS") - q("OP") - q("DM")


def literal_open_to_sell_with_wip(q):
    return literal_on_hand(q) - q("PK") - q("OP") - q("RS") - q("DM") + q("ST") - q("RP") - q("RO")


LOCATIONS = ["NJ", "LA", "POE", "FOB", ""]
MOVEMENTS = st.lists(
    st.builds(
        moved,
        st.sampled_from([*RecType, "NW", "??"]),
        st.decimals(-1000, 1000, places=2),
        st.sampled_from(LOCATIONS),
        color_code=st.sampled_from(["BLK", "NVY"]),
        division=st.sampled_from(["", "01"]),
    )
)


@pytest.mark.parametrize(
    ("formula", "literal"),
    [
        (on_hand, literal_on_hand),
        (open_to_sell, literal_open_to_sell),
        (lambda moves, **more: open_to_sell(moves, including_wip=True, **more), literal_open_to_sell_with_wip),
    ],
)
@given(movements=MOVEMENTS, excluding=st.sampled_from([messages.PSEUDO_LOCATIONS, frozenset(), frozenset({"NJ"})]))
def test_the_formulas_are_the_vendors_for_each_sku_and_location(formula, literal, movements, excluding):
    found = formula(movements, excluding=excluding)
    assert not {key.location for key in found} & excluding
    for division in ("", "01"):
        for color in ("BLK", "NVY"):
            for location in set(LOCATIONS) - excluding:

                def units(rec_type, where=(division, color, location)):
                    return sum(
                        (
                            each.size_qty
                            for each in movements
                            if (each.division, each.color_code, each.location) == where
                            and each.rec_type == rec_type
                        ),
                        Decimal(0),
                    )

                key = StockKey(division, "01234", color, "", "", "", location)
                assert found.get(key, Decimal(0)) == literal(units)


def test_goods_at_sea_are_not_on_hand_unless_a_site_says_so():
    at_sea = [moved("R1", 5, "POE"), moved("R1", 7, "FOB"), moved("R1", 9, "  "), moved("R1", 2, "NJ")]
    assert list(on_hand(at_sea).values()) == [2]
    assert sum(on_hand(at_sea, excluding=frozenset()).values()) == 23


def test_what_was_picked_is_on_hand_until_it_is_invoiced_but_not_for_sale():
    movements = [moved("R1", 20), moved("PK", 3)]
    (held,), (sellable,) = on_hand(movements).values(), open_to_sell(movements).values()
    assert (held, sellable) == (20, 17)


# Reports


@pytest.mark.parametrize("kind", ["shipment_status", "stock_movement", "period_status", "acknowledgement"])
def test_rest_says_that_it_carries_no_reports(kind):
    face = Face("sync", Site({}), SITE)
    with pytest.raises(NotCarried, match=f"REST carries no {kind.replace('_', ' ')}: no endpoint is public"):
        face.read("read", kind_named(kind))
    face.close()


def test_rest_does_not_read_what_it_is_told_nor_send_what_it_tells():
    face = Face("sync", Site({}), SITE)
    with pytest.raises(NotCarried, match="REST carries no stock position: it is sent, not read"):
        face.read("read", STOCK_POSITION)
    with pytest.raises(NotCarried, match="REST carries no period status: no endpoint is public"):
        face.probe("period_status")
    with pytest.raises(NotCarried, match="REST carries no pick ticket: it is read, not sent"):
        face.probe("pick_ticket")
    face.close()
