"""A row of a Blue Cherry list is read alone, and one that cannot be read comes with what came."""

import copy
import datetime as dt
import json
import pickle

import pytest
from bluecherry_world import SITE, Face, Site, documents, pick_row

from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.mapping import bluecherry


@pytest.fixture(params=["sync", "async"])
def read(request):
    faces = []

    def picks(*rows, raw=None):
        body = documents(*rows) if raw is None else raw
        faces.append(face := Face(request.param, Site(body)))
        found = face.read("picks")
        good = [each for each in found if not isinstance(each, InvalidRecord)]
        return good, [each for each in found if isinstance(each, InvalidRecord)]

    yield picks
    for face in faces:
        face.close()


def line(**changes):
    return {"pickdetail": {"rows": [{"line_seq": 1, "style": "01234", "bk_qty": 3, **changes}]}}


def test_what_is_set_aside_comes_with_its_row_and_never_shows_it(read):
    row = pick_row("P2", **line(bk_qty="many"))
    good, (error,) = read(pick_row("P1"), row, pick_row("P3"))
    assert [ticket.pick_num for ticket in good] == ["P1", "P3"]
    assert error.raw["pickaddress"] == row["pickaddress"]
    for shown in (str(error), repr(error), error.problem, str(vars(pickle.loads(pickle.dumps(error))))):
        assert "Jo Doe" not in shown
        assert "many" not in shown
    assert pickle.loads(pickle.dumps(error)).raw is None
    assert copy.copy(error).raw is None


@pytest.mark.parametrize("units", ["NaN", "1_000", True, [], {}, "1e16"])
def test_units_that_did_not_come_are_not_zero(read, units):
    _, (error,) = read(pick_row("P1", **line(bk_qty=units)))
    assert (error.record, error.field) == ("pick ticket P1", "lines.0.bk_qty")


@pytest.mark.parametrize("units", [None, "", " "])
def test_a_line_without_its_units_is_not_a_line_that_was_removed(read, units):
    """Zero removes a line; one that is not told is None, and refused by name where it counts."""
    absent = pick_row("P2", pick_date="2026-03-02")
    del absent["pickdetail"]["rows"][0]["bk_qty"]
    good, _ = read(pick_row("P1", pick_date="2026-03-02", **line(bk_qty=units)), absent)
    assert [ticket.lines[0].bk_qty for ticket in good] == [None, None]
    for ticket in good:
        with pytest.raises(InvalidRecord, match="missing is not zero") as refused:
            bluecherry.sales_order(ticket, zone=dt.UTC)
        assert "bk_qty" in str(refused.value)


@pytest.mark.parametrize("number", [None, "", "   ", "a\0b", {}, True])
def test_a_row_without_its_number_is_named_by_what_else_names_it(read, number):
    good, (error,) = read(pick_row("P1"), pick_row("P2", pick_num=number))
    assert [ticket.pick_num for ticket in good] == ["P1"]
    assert error.record == "pick ticket with pkey KP2"
    _, (error,) = read(pick_row("P2", pick_num=number, pkey=None))
    assert error.record == "pick ticket, row 1"


@pytest.mark.parametrize("number", ["1E+999999999", "NaN", "-Infinity", "9" * 5000])
def test_a_number_that_is_none_costs_its_own_row_only(read, number):
    body = json.dumps(documents(pick_row("P1"), pick_row("P2", **line(bk_qty=424242)), pick_row("P3")))
    good, (error,) = read(raw=body.replace("424242", number).encode())
    assert ([ticket.pick_num for ticket in good], error.record) == (["P1", "P3"], "pick ticket P2")


def test_a_row_that_is_nested_without_end_costs_only_itself(read):
    deep = "[" * 300 + "]" * 300
    body = json.dumps(documents(pick_row("P1"), pick_row("P2", udford1c="deep"))).replace('"deep"', deep)
    good, (error,) = read(raw=body.encode())
    assert ([ticket.pick_num for ticket in good], error.record) == (["P1"], "pick ticket P2")


def test_half_a_character_is_replaced(read):
    (ticket,), _ = read(pick_row("P1", customer="AC\ud800ME"))
    assert ticket.customer == "AC�ME"


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_read_learns_the_other_sides_own_time(kind):
    class Dated(Site):
        def handle(self, request):
            answer = super().handle(request)
            answer.headers["date"] = "Mon, 05 Jan 2026 12:00:00 GMT"
            return answer

    face = Face(kind, Dated(documents(pick_row())), SITE)
    (delivery,) = face.read("read", PICK_TICKET)
    assert (delivery.entry.pick_num, delivery.mark) == ("P1001", None)
    assert delivery.served_at == dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
    face.close()
