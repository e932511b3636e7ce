"""What was taken is asked about by the list; what no list shows is asked about alone, and never called absent."""

import httpx
import pytest
from arrays_world import adjusted, watched
from flows_world import BLACK, NAVY, loop
from ledger_databases import a_place

from clarus_bluecherry.bluecherry.messages import DeliveryStatus
from clarus_bluecherry.bluecherry.profile import Probe
from clarus_bluecherry.clarus._client import Clarus
from clarus_bluecherry.errors import LedgerError
from clarus_bluecherry.flows.deliver import confirm_all, deliver
from clarus_bluecherry.flows.orders_out import collect_orders
from clarus_bluecherry.ledger import State

KIND = "inventory_adjustment"


@pytest.fixture(params=["sqlite", "postgres"])
def here(request, tmp_path):
    with loop(ledger=str(a_place(request.param, tmp_path))) as here:
        yield here
        here.site.bluecherry.close()


def sent(here, count, **profile):
    """So many are accepted; what is asked from now on is seen."""
    adjusted(here, count)
    deliver(here.site, confirm=False)
    return watched(here, **profile)


def states(here):
    return set(here.states(KIND))


def test_all_that_is_staged_is_asked_about_in_one_request(here):
    seen = sent(here, 12)
    here.erp.process_staging()
    done = deliver(here.site)
    assert seen.asked == ["isa_num gt '000000000' and isa_num lt '000000013'"]
    assert done.counts == {State.POSTED: 12}
    assert states(here) == {State.POSTED}


def test_what_stands_where_it_stood_is_put_off_like_one_that_was_asked_about_alone(here):
    seen = sent(here, 3)
    deliver(here.site)
    deliver(here.site)
    assert len(seen.asked) == 2  # no time has passed
    here.later(hours=1)
    deliver(here.site)
    here.later(minutes=14)
    deliver(here.site)
    assert len(seen.asked) == 3
    assert states(here) == {State.ACCEPTED}


def test_before_the_books_are_compared_all_are_asked_about_by_lists(here):
    seen = sent(here, 5)
    here.erp.process_staging()
    assert confirm_all(here.site).counts == {State.POSTED: 5}
    assert len(seen.asked) == 1


def test_what_is_asked_about_comes_by_the_page_and_none_is_missed_though_each_page_moves_on(here):
    sent(here, 5)
    ledger = here.site.ledger
    all_of_them = [posting.key for posting in ledger.in_state(State.ACCEPTED)]
    pages = []
    for page in ledger.in_pages(State.ACCEPTED, target="bluecherry", size=2):
        pages.append([posting.key for posting in page])
        ledger.advance(page[0].key, State.POSTED, note="it is there", seen=page[0])
    assert pages == [all_of_them[:2], all_of_them[2:4], all_of_them[4:]]


def test_one_that_was_refused_there_is_rejected_and_the_others_are_posted(here):
    sent(here, 3)
    here.erp.staged[1].body["location"] = "NOWHERE"
    here.erp.process_staging()
    deliver(here.site)
    assert here.states(KIND) == [State.POSTED, State.REJECTED, State.POSTED]


def test_what_the_list_does_not_show_is_asked_about_alone(here):
    seen = sent(here, 3)
    lost = here.erp.staged.pop(1)
    here.erp._by_number.clear()
    for one in here.erp.staged:
        here.erp._by_number[one.entity, one.isa_num].append(one)
    here.erp.process_staging()
    deliver(here.site)
    assert seen.asked[-1] == f"isa_num eq '{lost.isa_num}'"
    assert len(seen.asked) == 2
    assert here.states(KIND) == [State.POSTED, State.IN_DOUBT, State.POSTED]


def test_a_list_never_calls_absent(here):
    """Not even where a word of the site says so: that is asked about alone, late enough and twice."""
    words = {"staged": DeliveryStatus.ABSENT}
    seen = sent(here, 2, probes={KIND: Probe(words=words)})
    deliver(here.site)
    assert [each.partition(" ")[2][:2] for each in seen.asked] == ["gt", "eq", "eq"]


def test_what_is_there_twice_is_told_by_name(here):
    sent(here, 3)
    second = here.erp.staged[1]
    here.erp.stage(second.entity, second.isa_num, second.body)
    deliver(here.site)
    (told,) = here.site.ledger.in_state(State.PARKED, kind="posted_twice")
    assert told.control_number == second.isa_num
    assert here.states(KIND) == [State.ACCEPTED, State.POSTED, State.ACCEPTED]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(httpx.Response(400, json={"message": "the filter is not understood"}), id="refused"),
        pytest.param(httpx.Response(500, json={"message": "oh"}), id="failed"),
        pytest.param(httpx.Response(200, json={"data": []}), id="shows nothing"),
        pytest.param(
            httpx.Response(200, json={"data": [{"isa_num": "999999999", "status": "posted"}]}), id="others"
        ),
        pytest.param(httpx.Response(200, json={"data": [{"isa_num": "1"}] * 200}), id="a full page"),
        pytest.param(httpx.Response(200, json={"data": ["odd", None, 3]}), id="no rows"),
        pytest.param(httpx.Response(200, content=b"<html>", headers={"content-type": "text/html"}), id="a page"),
    ],
)
def test_a_site_that_does_not_understand_the_list_is_asked_one_by_one(here, answer):
    seen = sent(here, 3)
    here.erp.process_staging()
    seen.instead = lambda request: (
        answer if b"+gt+" in request.url.query or b"%20gt%20" in request.url.query else None
    )
    deliver(here.site)
    assert len(seen.asked) == 4
    assert states(here) == {State.POSTED}


def test_a_list_that_asks_to_be_left_alone_is_obeyed(here):
    seen = sent(here, 3)
    seen.instead = lambda request: httpx.Response(429, headers={"retry-after": "60"}, json={"message": "busy"})
    assert "bluecherry" in deliver(here.site).stopped
    assert len(seen.asked) == 1
    assert states(here) == {State.ACCEPTED}


@pytest.mark.parametrize(
    "probe",
    [
        pytest.param(Probe(by_range=False), id="not by range"),
        pytest.param(Probe(entity="PhysicalInventoryTM", reference="adj_num"), id="by reference"),
        pytest.param(None, id="not at all"),
    ],
)
def test_a_site_says_whether_it_is_asked_so(here, probe):
    seen = sent(here, 2, probes={KIND: probe})
    deliver(here.site)
    assert not [each for each in seen.asked if " gt " in each]


def test_numbers_that_lie_far_apart_are_asked_about_in_parts_that_fit_a_page(here):
    seen = sent(here, 6)
    for one, number in zip(here.postings(KIND), ("1", "2", "90", "91", "5000", "70000"), strict=True):
        with here.site.ledger._database.write() as connection:
            connection.exec_driver_sql(f"UPDATE postings SET control_number = '{number}' WHERE key = '{one.key}'")
    deliver(here.site)
    assert [each for each in seen.asked if " gt " in each] == ["isa_num gt '000000000' and isa_num lt '000000092'"]


# Clarus


def lists(monkeypatch):
    """The lists that the warehouse is asked for."""
    seen, real = [], Clarus.all

    def all_of(self, listing, **how):
        seen.append(listing)
        return real(self, listing, **how)

    monkeypatch.setattr(Clarus, "all", all_of)
    return seen


def in_doubt(here, count):
    """Orders that are in doubt though the warehouse has them."""
    for number in range(count):
        here.release(str(1001 + number), lines=((BLACK, 1), (NAVY, 1)))
    collect_orders(here.site)
    deliver(here.site, confirm=False)
    assert set(here.states("goods_out")) == {State.POSTED}
    with here.site.ledger._database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE postings SET state = 'in_doubt', external_id = '' WHERE kind = 'goods_out'"
        )


def test_doubted_orders_are_looked_up_in_one_list_and_their_lines_in_another(here, monkeypatch):
    in_doubt(here, 5)
    seen = lists(monkeypatch)
    deliver(here.site, confirm=False)
    assert set(here.states("goods_out")) == {State.POSTED}
    assert len(seen) == 2
    ids = {order.reference: str(order.id) for order in here.warehouse.goods_outs}
    assert {one.reference: one.external_id for one in here.postings("goods_out")} == ids


def test_a_doubted_order_that_is_not_there_or_says_otherwise_is_asked_about_alone(here, monkeypatch):
    in_doubt(here, 4)
    gone, other = here.goods_out("1002"), here.goods_out("1003")
    here.warehouse.goods_outs.remove(gone)
    other.lines[0].order_quantity += 1
    seen = lists(monkeypatch)
    deliver(here.site, confirm=False, limit=0)
    standing = {one.reference: one.state for one in here.postings("goods_out")}
    assert (standing["1001"], standing["1004"]) == (State.POSTED, State.POSTED)
    assert State.POSTED not in (standing["1002"], standing["1003"])
    assert len(seen) > 3


def test_a_database_that_goes_away_between_two_answers_of_a_list_is_the_ledger_s_failure_and_nothing_is_half_kept(
    here, monkeypatch
):
    sent(here, 4)
    here.erp.process_staging()
    ledger, kept = here.site.ledger, []
    advance = ledger.advance

    def cut_after_two(*given, **named):
        kept.append(given)
        if len(kept) == 3:
            ledger._database._begun.connection.connection.driver_connection.close()
        return advance(*given, **named)

    monkeypatch.setattr(ledger, "advance", cut_after_two)
    with pytest.raises(LedgerError, match="the database failed"):
        deliver(here.site)
    monkeypatch.undo()
    assert states(here) == {State.ACCEPTED}
    here.later(hours=1)
    assert deliver(here.site).counts == {State.POSTED: 4}
