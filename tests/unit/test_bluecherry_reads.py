"""Reading from Blue Cherry: envelopes, rows set aside, pages, changes since an instant."""

import datetime as dt
import re
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from bluecherry_world import SITE, Face, Site, documents, masters, pick_row
from hypothesis import given
from hypothesis import strategies as st

from clarus_bluecherry.bluecherry import RestProfile, calls
from clarus_bluecherry.bluecherry.kinds.location import LOCATION
from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
from clarus_bluecherry.bluecherry.kinds.production_order import PRODUCTION_ORDER
from clarus_bluecherry.bluecherry.kinds.style import STYLE
from clarus_bluecherry.bluecherry.profile import Query
from clarus_bluecherry.errors import (
    BadRequest,
    ConfigurationError,
    InvalidRecord,
    NotAuthenticated,
    RateLimited,
    Retry,
    Unprocessable,
    UnreadableAnswer,
)

NOON = dt.datetime(2026, 1, 5, 12, 0, tzinfo=dt.UTC)


@pytest.fixture(params=["sync", "async"])
def erp(request):
    faces = []

    def build(*answers, profile=SITE):
        site = Site(*answers)
        faces.append(Face(request.param, site, profile))
        return faces[-1], site

    yield build
    for face in faces:
        face.close()


# Envelopes


def test_a_pick_ticket_comes_with_its_lines_addresses_and_unnamed_columns(erp):
    face, site = erp(documents(pick_row()))
    (ticket,) = face.read("picks")
    assert (ticket.pick_num, ticket.customer, ticket.model_extra["udford1c"]) == ("P1001", "ACME", "gift")
    assert [(line.line_seq, line.size_desc, line.upc, line.bk_qty) for line in ticket.lines] == [
        ("1", "M", "12345678905", Decimal(3)),
        ("2", "L", "", Decimal(0)),
    ]
    assert ticket.lines[1].price == Decimal("9.99")
    assert ticket.addresses[0].addr1 == "1 Main St"
    assert site.requests[0].url.path == "/api/pick"
    assert site.queries == [{"_pgno": "1", "_pgsize": "25", "_include": "all"}]


def test_each_detail_row_of_a_style_is_a_record_with_its_own_cost_and_skus(erp):
    sizes = {"rows-i": [{"color_code": "BLK", "size_desc": "M", "upc": "1"}]}
    detail = [
        {"pkey": "D1", "division": "01", "season": "SP25", "std_cost": 4.5, "stylecolorsizes": sizes},
        {"pkey": "D2", "division": "02", "season": "FA25", "std_cost": 5, "stylecolorsizes": {"rows-i": None}},
    ]
    row = {"pkey": "S1", "style": "01234", "last_mod": "2026-01-05 08:00:00", "styledetail": {"rows": detail}}
    face, _ = erp(documents(row))
    first, second = face.read("styles")
    assert (first.pkey, first.division, first.std_cost, len(first.skus)) == ("S1", "01", Decimal("4.5"), 1)
    assert (second.pkey, second.season, second.skus, second.model_extra["detail_pkey"]) == ("S1", "FA25", (), "D2")


def test_a_production_order_is_read_at_its_stage_and_takes_its_vendor_from_the_address(erp):
    row = {
        "prod_num": 5001,
        "productionorderaddressbystage": {"rows": [{"addr_type": "VN", "name": "Mill Ltd"}, {"addr_type": "ST"}]},
        "productionorderdetailbystage": {
            "rows": [{"prod_line": 1, "style": "01234", "prod_qty": 12, "cost": "4.50"}]
        },
    }
    face, site = erp(documents(row))
    (order,) = face.read("production_orders", NOON)
    assert (order.prod_num, order.vendor, order.lines[0].cost) == ("5001", "Mill Ltd", Decimal("4.50"))
    assert site.queries[0]["$filter"] == "stage_num eq '3' and last_mod gt '2026-01-05 06:45:00'"


def test_locations_are_warehouses_and_carriers_are_all(erp):
    face, site = erp(masters({"location": "MAIN", "loc_type": "W", "shipper": "UPS"}))
    assert face.read("locations")[0].location == "MAIN"
    assert face.read("carriers")[0].shipper == "UPS"
    assert site.queries[0] == {"$filter": "loc_type eq 'W'", "_pgno": "1", "_pgsize": "500"}
    assert site.queries[1] == {"_pgno": "1", "_pgsize": "500"}


def test_an_empty_list_is_an_empty_list_in_every_envelope(erp):
    face, _ = erp({"data": {"header": []}}, {"data": []}, {"data": []})
    assert (face.read("picks"), face.read("picks"), face.read("carriers")) == ([], [], [])


@pytest.mark.parametrize(
    "body", [{}, {"data": None}, {"data": {}}, {"data": {"rows": []}}, {"data": [pick_row()]}, [], "x"]
)
def test_an_answer_without_its_envelope_is_not_an_empty_list(erp, body):
    face, _ = erp(body)
    with pytest.raises(UnreadableAnswer) as caught:
        face.read("picks")
    assert caught.value.retry is Retry.SAFE


def test_a_login_page_is_not_an_answer(erp):
    face, _ = erp(b"<html>Sign in</html>")
    with pytest.raises(UnreadableAnswer):
        face.read("picks")


# Rows set aside


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"pickdetail": {"rows": [{"line_seq": "1", "bk_qty": "many"}]}}, "lines.0.bk_qty"),
        ({"pickdetail": {"rows": [{"bk_qty": 1}]}}, "lines.0.line_seq"),
        ({"pickdetail": {}}, "pickdetail"),
        ({"pickdetail": []}, "pickdetail"),
        ({"pickaddress": {"rows": [{"name": {"first": "Jo"}}]}}, "addresses.0.name"),
    ],
)
def test_one_bad_row_is_set_aside_and_the_good_ones_go_on(erp, changes, field):
    face, _ = erp(documents(pick_row("P1"), pick_row("P2", **changes), pick_row("P3")))
    found = face.read("picks")
    assert [each.pick_num for each in found if not isinstance(each, InvalidRecord)] == ["P1", "P3"]
    (error,) = [each for each in found if isinstance(each, InvalidRecord)]
    assert (error.record, error.field) == ("pick ticket P2", field)
    assert "Jo" not in str(error)


def test_a_child_collection_that_was_not_sent_is_not_an_empty_one(erp):
    row = pick_row("P2")
    del row["pickaddress"]
    face, _ = erp(documents(row))
    (error,) = face.read("picks")
    assert (error.record, error.field) == ("pick ticket P2", "pickaddress")


def test_rows_without_a_name_are_set_aside_by_their_place_and_never_merged(erp):
    pages = [documents(*[pick_row(f"{page}-{n}") for n in range(24)], None) for page in (1, 2)]
    face, _ = erp(*pages, documents())
    bad = [each for each in face.read("picks") if isinstance(each, InvalidRecord)]
    assert [error.record for error in bad] == ["pick ticket, row 25"] * 2


# Pages


def test_a_short_page_of_documents_is_the_last(erp):
    face, site = erp(documents(*[pick_row(f"P{n}") for n in range(25)]), documents(pick_row("P99")))
    assert len(face.read("picks")) == 26
    assert [query["_pgno"] for query in site.queries] == ["1", "2"]


def test_a_page_at_the_cap_is_not_taken_for_the_last_though_more_was_asked_for(erp):
    pages = [
        masters(*[{"shipper": str(page * 1000 + n)} for n in range(size)]) for page, size in ((1, 200), (2, 31))
    ]
    face, site = erp(*pages)
    assert len(face.read("carriers")) == 231
    assert len(site.requests) == 2


def test_a_row_that_moved_to_the_next_page_is_given_once_and_a_changed_one_again(erp):
    first = [pick_row(f"P{n}") for n in range(25)]
    changed = pick_row("P0", last_mod="2026-01-05 09:00:00")
    face, _ = erp(documents(*first), documents(first[24], changed, pick_row("P25")))
    assert [each.pick_num for each in face.read("picks")] == [f"P{n}" for n in range(25)] + ["P0", "P25"]


def test_a_server_that_does_not_understand_paging_is_an_error_and_not_an_endless_read(erp):
    face, _ = erp(documents(*[pick_row(f"P{n}") for n in range(25)]))
    with pytest.raises(ConfigurationError, match="paging"):
        face.read("picks")


def test_parameter_names_and_sizes_are_the_sites(erp):
    query = Query(filter="filter", page="p", page_size="s", include="with", documents_per_page=10)
    face, site = erp(documents(), profile=evolve(SITE, query=query))
    face.read("picks", NOON)
    assert site.queries == [{"filter": "last_mod gt '2026-01-05 06:45:00'", "p": "1", "s": "10", "with": "all"}]


# One pick ticket


def test_one_pick_ticket_is_asked_for_by_number(erp):
    face, site = erp(documents(pick_row("O'1")))
    assert face.pick("O'1").pick_num == "O'1"
    assert site.queries[0]["$filter"] == "pick_num eq 'O''1'"


def test_one_record_is_asked_for_among_those_that_are_read(erp):
    face, site = erp(documents(), masters())
    assert face.find(PRODUCTION_ORDER, "5001") is None
    assert face.find(LOCATION, "NJ") is None
    assert [query["$filter"] for query in site.queries] == [
        "stage_num eq '3' and prod_num eq '5001'",
        "loc_type eq 'W' and location eq 'NJ'",
    ]


def test_another_pick_ticket_is_never_given_in_its_place(erp):
    face, _ = erp(documents(pick_row("P2")))
    assert face.pick("P1") is None


def test_an_unusable_pick_ticket_is_an_error_when_asked_for_by_number(erp):
    face, _ = erp(documents(pick_row("P1", pickdetail={})))
    with pytest.raises(InvalidRecord, match="pick ticket P1"):
        face.pick("P1")


# Filters


def _read_literal(text):
    matched = re.fullmatch(r"'((?:[^']|'')*)'", text, re.DOTALL)
    assert matched, text
    return matched[1].replace("''", "'")


@given(st.text())
def test_any_text_is_one_literal_that_reads_back_as_itself(value):
    assert _read_literal(calls.quoted(value)) == value


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_no_pick_number_can_break_out_of_its_filter(value):
    (text,) = [value for name, value in calls.find(SITE, PICK_TICKET, value).query if name == "$filter"]
    assert _read_literal(text.removeprefix("pick_num eq ")) == value


@pytest.mark.parametrize(
    ("zone", "overlap", "text"),
    [
        ("America/New_York", 15, "2026-01-05 06:45:00"),
        ("Europe/London", 0, "2026-01-05 12:00:00"),
        ("Asia/Tokyo", 60, "2026-01-05 20:00:00"),
    ],
)
def test_a_delta_read_begins_before_the_instant_in_the_sites_own_time(zone, overlap, text):
    profile = RestProfile(zone=ZoneInfo(zone), overlap=dt.timedelta(minutes=overlap))
    assert dict(calls.page(profile, STYLE, NOON).query)["$filter"] == f"last_mod gt '{text}'"


@given(
    hours=st.floats(0, 24 * 21, width=32),
    later=st.timedeltas(dt.timedelta(seconds=1), dt.timedelta(hours=30)),
    zone=st.sampled_from(["America/New_York", "Europe/London", "UTC"]),
)
def test_no_later_change_is_missed_when_the_clock_is_put_back(hours, later, zone):
    since = dt.datetime(2025, 10, 20, tzinfo=dt.UTC) + dt.timedelta(hours=hours)
    profile = RestProfile(zone=ZoneInfo(zone), overlap=dt.timedelta(0))
    change = (since + later).astimezone(profile.zone)
    assert f"{change:%Y-%m-%d %H:%M:%S.%f}" > profile.moment(since)


def test_the_hour_that_comes_twice_is_read_from_its_first_beginning():
    since = dt.datetime(2025, 11, 2, 5, 50, tzinfo=dt.UTC)
    assert RestProfile(overlap=dt.timedelta(0)).moment(since) == "2025-11-02 00:50:00"


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ConfigurationError, match="time zone"):
        calls.page(SITE, PICK_TICKET, dt.datetime(2026, 1, 5))  # noqa: DTZ001


# Refusals

SHAPES = [
    {"errors": [{"errorMessage": "no such column"}]},
    {"errors": [{"message": "no such column"}]},
    {"message": [{"message": "no such column"}]},
    {"message": "no such column"},
]


@pytest.mark.parametrize("body", SHAPES)
def test_a_refusal_is_quoted_in_each_of_its_four_shapes(erp, body):
    face, _ = erp((400, body))
    with pytest.raises(BadRequest, match="no such column"):
        face.read("picks")


@pytest.mark.parametrize("body", SHAPES)
def test_a_refusal_inside_a_good_answer_is_a_refusal(erp, body):
    face, _ = erp({**body, "version": "2.1"})
    with pytest.raises(Unprocessable, match="no such column"):
        face.read("picks")


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", {"errors": []}, {"errors": [7]}])
def test_a_refusal_without_words_still_has_its_status(erp, body):
    face, _ = erp((400, body))
    with pytest.raises(BadRequest, match="400"):
        face.read("picks")


def test_the_gateways_own_refusals_have_their_own_errors(erp):
    face, site = erp((401, {"statusCode": 401, "message": "Access denied due to invalid subscription key."}))
    with pytest.raises(NotAuthenticated, match="invalid subscription key"):
        face.ping()
    assert len(site.requests) == 1


def test_a_read_is_repeated_when_the_gateway_says_slower(erp):
    face, site = erp((429, {"message": "Rate limit is exceeded"}), documents(pick_row()))
    assert len(face.read("picks")) == 1
    assert len(site.requests) == 2


def test_a_gateway_that_never_gives_way_is_an_error(erp):
    face, _ = erp((429, {"message": "Rate limit is exceeded"}))
    with pytest.raises(RateLimited):
        face.read("picks")


# Ping


def test_ping_shows_the_version(erp):
    face, site = erp(documents())
    assert face.ping() == "2.1"
    assert site.requests[0].url.path == "/api/pick"


@pytest.mark.parametrize("body", [[], {}, {"data": []}, {"version": None}])
def test_ping_does_not_take_another_server_for_blue_cherry(erp, body):
    face, _ = erp(body)
    with pytest.raises(UnreadableAnswer):
        face.ping()
