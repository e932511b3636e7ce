"""An order that leaves in parts, told by a step that keeps nothing: each day once, and the last one closes."""

import pytest
from plain_world import SETTINGS, a_goods_out, a_line, a_package, a_pick, a_shipment, a_transaction

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.mapping import plain

DRESS, JEANS = "01234-BLK-A-M", "0777-IND-A-32-30/32"
PARTED = {**SETTINGS, "profile": {"cmpl_code_partial": "P", "cmpl_code_last": "C"}}
OPEN = {"goods_out_status": {"code": "PART_DISPATCHED"}, "actual_date_of_dispatch": None}
MONDAY, TUESDAY, WEDNESDAY = "2026-03-09T15:00:00Z", "2026-03-10T15:00:00Z", "2026-03-11T15:00:00Z"


def left(number, code, units, at):
    return a_transaction("DISP", units, id=str(number), created_at=at, product={"id": "1", "code": code})


def lines(dresses, jeans):
    return [a_line(10, DRESS, 24.0, dresses), a_line(30, JEANS, 6.0, jeans)]


def shipped(number, at):
    return a_shipment(id=str(number), reference=f"SHP-{number}", collection_datetime=at)


def packed(number, shipment):
    return a_package(number, shipment={"id": str(shipment), "reference": f"SHP-{shipment}"})


FIRST, SECOND = left(1, JEANS, 6.0, MONDAY), left(2, DRESS, 12.0, TUESDAY)
THIRD = left(3, DRESS, 12.0, WEDNESDAY)


def confirm(order=None, of=None, settings=PARTED, **given):
    return plain.goods_out_to_order_shipment(
        order or a_goods_out(**OPEN), of or lines(12.0, 6.0), a_pick(), settings, **given
    )


def told(bodies):
    """The number, day, code and units of each ship confirm."""
    return [
        (
            each["header"]["isa_num"],
            each["header"]["ship_date"],
            each["header"]["cmpl_code"],
            {line["line_seq"]: line["size_qty"] for line in each["pickDetail"]},
        )
        for each in bodies
    ]


def test_a_part_is_told_when_its_day_is_over_and_the_last_one_closes():
    monday = confirm(of=lines(0.0, 6.0), as_of=MONDAY, transactions=[FIRST], shipments=[shipped(5, MONDAY)])
    assert monday == []
    so_far = {"transactions": [FIRST, SECOND], "shipments": [shipped(5, MONDAY), shipped(6, TUESDAY)]}
    first = confirm(as_of=TUESDAY, **so_far)
    assert told(first) == [("300007001", "03/09/2026", "P", {"30": 6})]
    assert confirm(as_of=TUESDAY, told=first, **so_far) == []
    second = confirm(as_of=WEDNESDAY, told=first, **so_far)
    assert told(second) == [("400007001", "03/10/2026", "P", {"10": 12})]
    done = a_goods_out(actual_date_of_dispatch=WEDNESDAY)
    whole = {"transactions": [FIRST, SECOND, THIRD], "of": lines(24.0, 6.0)}
    last = confirm(done, as_of=WEDNESDAY, told=[*first, *second], **whole)
    assert told(last) == [("100007001", "03/11/2026", "C", {"10": 12, "30": 0})]
    assert told(confirm(done, as_of=WEDNESDAY, **whole)) == told([*first, *second, *last]), "at once, or by and by"


def test_each_part_has_its_own_cartons():
    both = [shipped(5, MONDAY), shipped(6, TUESDAY)]
    given = {"transactions": [FIRST, SECOND], "shipments": both, "packages": [packed(4821, 5), packed(4822, 6)]}
    first = confirm(as_of=TUESDAY, **given)
    (second,) = confirm(as_of=WEDNESDAY, told=first, **given)
    assert [each["track_no"][-4:] for each in first[0]["cartonHeader"]] == ["4821"]
    assert [each["track_no"][-4:] for each in second["cartonHeader"]] == ["4822"]


def test_an_order_that_leaves_in_one_go_is_as_without():
    done = {"order": a_goods_out(), "of": lines(24.0, 6.0), "shipments": [a_shipment()], "packages": [a_package()]}
    assert confirm(**done, as_of=WEDNESDAY) == confirm(**done)


def test_numbers_of_one_s_own_go_up():
    given = {"transactions": [FIRST, SECOND], "as_of": WEDNESDAY, "control_number": "41"}
    assert [number for number, *_ in told(confirm(**given))] == ["000000041", "000000042"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"transactions": [FIRST]}, "goods_out_status.code"),
        ({"order": a_goods_out(), "told": [{}]}, "as_of"),
        ({"order": a_goods_out(goods_out_status=None), "as_of": MONDAY}, "goods_out_status.code"),
        ({"as_of": WEDNESDAY, "shipments": [a_shipment()]}, "collection_datetime"),
        ({"as_of": WEDNESDAY, "of": [a_line(30, JEANS, 6.0, 6.0)]}, "lines"),
        ({"as_of": WEDNESDAY, "transactions": [FIRST]}, "dispatch_quantity"),
        ({"as_of": WEDNESDAY, "told": [{"header": {"pick_num": "9"}, "pickDetail": []}]}, "header.pick_num"),
        ({"as_of": WEDNESDAY, "told": [{"header": {}}]}, ""),
        ({"as_of": WEDNESDAY, "told": [{"header": {"pick_num": "0001001"}, "pickDetail": []}]}, ""),
    ],
    ids=[
        "open",
        "told without as_of",
        "no status",
        "no day",
        "lost line",
        "nobody tells",
        "another's",
        "no body",
        "half a body",
    ],
)
def test_what_would_tell_a_part_wrongly_is_refused_by_name(given, field):
    with pytest.raises(InvalidRecord) as caught:
        confirm(**given)
    assert caught.value.field == field
    assert caught.value.action
