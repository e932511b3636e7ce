"""A site closes as the exports of the same moment do; where a posting stands is the ledger's word."""

from __future__ import annotations

import datetime as dt
import sqlite3
from decimal import Decimal

import pytest
from attrs import evolve

from clarus_bluecherry.bluecherry import BlueCherry, Delivery, NotCarried
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.finance import PostingCalendar
from clarus_bluecherry.finance.close import close_books, moment
from clarus_bluecherry.flows import collect_movements, deliver, read_site
from clarus_bluecherry.flows.close_files import read_folder
from clarus_bluecherry.model import PackPart, Prepack, Units
from clarus_bluecherry.report.close import close_json
from clarus_bluecherry.sandbox import Planter
from clarus_bluecherry.sandbox.erp import Article, RecType
from clarus_bluecherry.sandbox.reports import REPORTS
from tests.finance.close_site_world import (
    by_files,
    by_site,
    causes,
    client_of,
    exported,
    site_of,
    sku_of,
    with_empty_ledger,
    with_physical_opening,
    without_warehouse,
)
from tests.unit.flows_world import BLACK, CODES, NAVY, ZONE, loop

BLACK_KEY, NAVY_KEY = sku_of(BLACK).key, sku_of(NAVY).key
CLOSED = "2026-03-02"
RETURN, ITS_TRANSACTION = "RET-143", "145"
"""What comes back in `a_day`, as the warehouse's documents number it."""


@pytest.fixture
def here(tmp_path):
    with loop(ledger=str(tmp_path / "ledger.sqlite")) as made:
        yield made


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "exports"


def a_day(here):
    """Orders leave whole and short, goods come, are found and come back; the books have some of it."""
    here.release("1001")
    here.release("1002", ((BLACK, 3),))
    here.release("1003", ((NAVY, 4),))
    here.issue()
    here.turn()
    here.ship("1001", short=1)
    (receipt,) = here.warehouse.goods_in_receipts
    here.warehouse.receive(receipt.lines[0].id, 12)
    here.warehouse.adjust("1234_blk_m", 3, "FOUND")
    here.turn()
    here.erp.process_staging()
    here.erp.run_invoicing()
    here.turn()
    here.warehouse.take_return("1001", "1234_blk_m", 2)
    here.ship("1003")
    here.turn()
    here.ship("1002")


def movements(close):
    """What moved where, by its document: entries of the warehouse, whatever told of them."""
    return sorted(
        (each.entry_id, each.item, each.location, each.qty, each.moved, each.document, each.occurred_at)
        for each in close.entries
        if each.is_physical
    )


def test_a_site_closes_as_its_exports_do(here, folder):
    a_day(here)
    exported(here, folder)
    site = by_site(here.site, without_warehouse(folder), as_of=CLOSED)
    files = by_files(folder, as_of=CLOSED)
    assert (
        causes(site)
        == causes(files)
        == [
            (BLACK_KEY, "NJ", "dispatched", "not_told", "1002", -3),
            (BLACK_KEY, "NJ", "returned", "accepted", RETURN, 2),
            (NAVY_KEY, "NJ", "dispatched", "shipped_not_invoiced", "1003", -4),
        ]
    )
    assert (site.totals, movements(site)) == (files.totals, movements(files))
    assert not site.given.problems


@pytest.mark.parametrize("seed", [1, 2])
def test_a_month_of_everything_is_told_by_the_api_as_by_exports(seed, tmp_path):
    planter = Planter.of_season(seed)
    planter.month(20)
    folder = planter.write_month_end(tmp_path / "month")
    (folder / "postings.csv").unlink()
    with site_of(planter, tmp_path / "ledger.sqlite") as site:
        told = read_site(site, without_warehouse(folder), as_of="2026-10-31")
    exported = read_folder(folder, as_of="2026-10-31")
    assert not told.given.problems
    for day in ("2026-10-12", "2026-10-31"):
        at = moment(day, told.given.zone, told.given.years)
        by_api, by_export = (close_books(read.given, at, read.known) for read in (told, exported))
        assert causes(by_api) == causes(by_export)
        assert by_api.totals == by_export.totals
        assert by_api.roll_forward == by_export.roll_forward
        assert by_api.cogs == by_export.cogs


def test_a_cause_stands_where_the_ledger_says_that_its_posting_stands(here, folder):
    here.release("1001", ((BLACK, 3),))
    here.release("1002", ((NAVY, 2),))
    here.turn()
    here.warehouse.adjust("LEGACY-9", 4, "FOUND")
    here.ship("1001")
    here.turn()
    here.ship("1002")
    here.erp.picks["1002"].lines = ()
    here.turn()
    here.erp.process_staging()
    here.turn()
    close = by_site(here.site, without_warehouse(exported(here, folder)), as_of=CLOSED)
    assert causes(close) == [
        ("LEGACY-9", "NJ", "adjusted", "unmapped_sku", "126", 4),
        (BLACK_KEY, "NJ", "dispatched", "shipped_not_invoiced", "1001", -3),
        (NAVY_KEY, "NJ", "dispatched", "rejected", "1002", -2),
    ]


def test_what_was_known_before_a_posting_and_after_it_are_two_answers(here, folder):
    here.release("1001", ((BLACK, 3),))
    here.turn()
    here.ship("1001")
    shipped = here.time
    here.later(minutes=30)
    here.turn()
    books = without_warehouse(exported(here, folder))

    def known(until):
        return causes(by_site(here.site, books, as_of=CLOSED, known_until=until.isoformat()))

    before = known(shipped + dt.timedelta(minutes=10))
    assert before == [(BLACK_KEY, "NJ", "dispatched", "not_told", "1001", -3)]
    assert known(here.time) == [(BLACK_KEY, "NJ", "dispatched", "shipped_not_invoiced", "1001", -3)]
    here.erp.process_staging()
    here.erp.run_invoicing()
    here.turn()
    books = without_warehouse(exported(here, folder.with_name("later")))
    assert known(shipped + dt.timedelta(minutes=10)) == before


def test_an_empty_ledger_says_not_told_and_leaves_the_unexplained_alone(here, tmp_path, folder):
    a_day(here)
    here.warehouse.lose("1234_blk_m", 1)
    books = without_warehouse(exported(here, folder))
    told = by_site(here.site, books, as_of=CLOSED)
    with with_empty_ledger(here.site, tmp_path / "empty.sqlite") as site:
        untold = by_site(site, books, as_of=CLOSED)
    assert untold.totals.unexplained == told.totals.unexplained == -1
    assert causes(untold) == [
        (BLACK_KEY, "NJ", "", "unexplained", "", -1),
        (BLACK_KEY, "NJ", "dispatched", "not_told", "1002", -3),
        (BLACK_KEY, "NJ", "returned", "restocked_not_in_books", RETURN, 2),
        (NAVY_KEY, "NJ", "dispatched", "not_told", "1003", -4),
    ]


def test_every_entry_leads_to_a_fact_or_to_the_row_that_was_read(here, folder):
    a_day(here)
    close = by_site(here.site, without_warehouse(exported(here, folder)), as_of=CLOSED)
    numbers = {str(each.id) for each in here.warehouse.transactions}
    for entry in close.entries:
        if entry.source == "ledger":
            fact = here.site.ledger.fact(entry.row)
            assert fact is not None
            assert entry.document in (getattr(fact.record, "order_reference", ""), fact.record.id, RETURN)
        elif entry.is_physical:
            assert entry.source == "clarus transactions"
            assert entry.row.removeprefix("transaction ") in numbers
        else:
            assert entry.row.startswith(entry.source)
    told = {entry.document for entry in close.entries if entry.source == "ledger"}
    assert told == {"1001", "1003", "C55", RETURN, adjusted(close)}
    assert "Jane" not in repr(close.given)


def adjusted(close):
    (entry,) = [each for each in close.entries if each.moved == "adjusted" and each.is_physical]
    return entry.document


def test_a_tenant_that_does_not_show_the_order_has_it_by_the_ledgers_facts(here, folder):
    a_day(here)
    books = without_warehouse(exported(here, folder))
    expected = by_site(here.site, books, as_of=CLOSED)

    def refused(query):
        if "goods_out { id reference }" in query and "transactions" in query:
            return {"errors": [{"message": "Field 'goods_out' doesn't exist on type 'Transaction'"}]}
        return None

    with client_of(here.warehouse, refused) as clarus:
        close = by_site(evolve(here.site, clarus=clarus), books, as_of=CLOSED)
    (untold,) = {entry.document for entry in close.entries if entry.source == "clarus transactions"}
    assert untold.isdecimal()
    assert causes(close) == [
        (*each[:4], untold if each[4] == "1002" else each[4], each[5]) for each in causes(expected)
    ]


def test_what_moves_while_both_sides_are_read_is_rolled(here, folder):
    here.release("1001", ((BLACK, 3),))
    here.turn()
    here.ship("1001")
    here.turn()
    books = without_warehouse(exported(here, folder))
    expected = by_site(here.site, books, as_of=CLOSED)

    def moves_on(query):
        if "transactions" in query:
            here.later(seconds=5)
            here.warehouse.adjust("1234_blk_m", 7, "FOUND")

    with client_of(here.warehouse, moves_on) as clarus:
        close = by_site(evolve(here.site, clarus=clarus), books, as_of=CLOSED)
    assert [entry.qty for entry in close.entries if entry.moved == "adjusted"] == [7]
    assert [line.physical for line in close.lines] == [20 - 3 + 7]
    assert causes(close) == [
        *[(BLACK_KEY, "NJ", "adjusted", "not_told", adjusted(close), 7)],
        *causes(expected),
    ]
    before = (here.time - dt.timedelta(minutes=1)).isoformat()
    assert causes(by_site(here.site, books, as_of=before)) == causes(expected)


def test_both_readings_carry_their_evidence_and_the_number_of_their_run(here, folder):
    a_day(here)
    books = without_warehouse(exported(here, folder))
    read = close_json(by_site(here.site, books, as_of=CLOSED))["readings"]
    physical, book, opening = read
    assert physical["source"] == "clarus stocks"
    assert dt.datetime.fromisoformat(physical["taken_at"]).replace(microsecond=0) == here.time
    assert (physical["parameters"]["account"], physical["parameters"]["warehouses"]) == ("BRAND", "WH-NJ")
    assert physical["parameters"]["clock"] == "the warehouse's"
    assert (len(physical["digest"]), physical["rows"] > 0, physical["total"]) == (64, True, "44")
    assert physical["run"] == book["run"]
    assert (opening["kind"], opening["run"]) == ("opening", None)
    assert physical["run"]["number"] == "000000001"
    assert physical["run"]["first_taken"] <= book["taken_at"] <= physical["run"]["last_taken"]
    here.later(minutes=1)
    again = close_json(by_site(here.site, books, as_of=CLOSED))["readings"]
    assert (again[0]["run"]["number"], again[0]["digest"]) == ("000000002", physical["digest"])


def test_one_bad_fact_is_a_problem_and_no_other(here, tmp_path, folder):
    a_day(here)
    books = without_warehouse(exported(here, folder))
    expected = causes(by_site(here.site, books, as_of=CLOSED))
    with sqlite3.connect(tmp_path / "ledger.sqlite") as raw:
        key = f"clarus:dispatch:{here.goods_out('1003').id}"
        raw.execute("UPDATE facts SET record = '{' WHERE key = ?", (key,))
        raw.execute("UPDATE steps SET at = 'never' WHERE posting_key LIKE '%return_to_stock%'")
    raw.close()
    close = by_site(here.site, books, as_of=CLOSED)
    assert sorted(problem.record.partition(" of ")[0] for problem in close.given.problems) == [key, "history"]
    assert causes(close) == [
        (*each[:3], {"1003": "not_told", RETURN: "accepted"}.get(each[4], each[3]), *each[4:]) for each in expected
    ]


def test_a_stock_record_that_cannot_be_read_is_a_problem_of_the_close(here, folder):
    books = without_warehouse(exported(here, folder))
    next(iter(here.warehouse.stocks)).quantity = -1
    close = by_site(here.site, books, as_of=CLOSED)
    assert ["less than nothing" in problem.what for problem in close.given.problems] == [True]


def test_a_location_that_no_building_stands_for_is_counted_and_not_compared(here, folder):
    here.erp.add_location("SHOP")
    here.erp.open_stock(BLACK, "SHOP", 9)
    close = by_site(here.site, without_warehouse(exported(here, folder)), as_of=CLOSED)
    assert causes(close) == []
    assert "SHOP" in {each.location for each in close.left_out}


def test_without_an_api_the_ledgers_facts_are_all_that_moved(here, folder):
    a_day(here)
    here.turn()
    books = without_warehouse(exported(here, folder))
    expected = by_site(here.site, books, as_of=CLOSED)
    with_physical_opening(books)
    alone = evolve(here.site, has_api=False)
    assert causes(by_site(alone, books, as_of=CLOSED)) == [
        (*each[:4], ITS_TRANSACTION if each[4] == RETURN else each[4], each[5]) for each in causes(expected)
    ]


def test_a_site_without_books_is_no_close(here):
    with pytest.raises(ConfigurationError, match="there is nothing of Blue Cherry's"):
        by_site(here.site, None, as_of=CLOSED)


def test_the_stock_ledger_and_the_periods_come_over_a_sites_own_way(here, folder):
    a_day(here)
    here.erp.close_books(here.time.date().replace(day=1) - dt.timedelta(days=1))
    books = without_warehouse(exported(here, folder))
    expected = by_site(here.site, books, as_of=CLOSED)
    for name in ("stock_ledger", "periods"):
        (books / f"{name}.csv").unlink()
    site = evolve(here.site, bluecherry=BlueCherry(OwnWay(here.erp)))
    close = by_site(site, books, as_of=CLOSED)
    assert causes(close) == causes(expected)
    assert (close.totals, close.given.history) == (expected.totals, expected.given.history)
    assert [each for each in close.given.missing if each.startswith(("stock_ledger", "periods"))] == []
    without = by_site(here.site, books, as_of=CLOSED)
    assert [each.partition(":")[0] for each in without.given.missing] == [
        *("stock_ledger", "periods", "open_items", "units"),
    ]


class OwnWay:
    """A site's own transport, which reads what no public way tells."""

    def __init__(self, erp):
        self._erp = erp

    def read(self, kind, since=None):
        if kind.name not in REPORTS:
            raise NotCarried("this way reads reports alone", record=kind.title)
        for record in REPORTS[kind.name](self._erp):
            yield Delivery(entry=record)

    send = probe = ping = close = lambda self, *given: None


def test_the_day_that_was_asked_for_is_that_of_each_step(here, folder):
    here.release("1001", ((BLACK, 3),))
    here.turn()
    here.ship("1001")
    collect_movements(here.site)
    here.later(minutes=30)
    (posting,) = here.postings("order_shipment")
    deliver(here.site.with_calendar(PostingCalendar(ZONE, closed_through=here.time.date())))
    read = read_site(here.site, without_warehouse(exported(here, folder)), as_of=CLOSED)
    assert [(step.state, str(step.asked_date)) for step in read.given.postings] == [
        ("pending", "2026-03-02"),
        ("sending", "2026-03-02"),
        *[("pending", "2026-03-03")],
        *[(state, "2026-03-03") for state in ("sending", "accepted")],
    ]
    assert {step.names for step in read.given.postings} == {(posting.control_number, posting.key)}


def test_a_day_that_was_told_without_a_time_stays_that_day(here, tmp_path, folder):
    here.release("1001", ((BLACK, 3),))
    here.turn()
    here.ship("1001")
    collect_movements(here.site)
    (fact,) = here.site.ledger.facts(kind="dispatch")
    books = without_warehouse(exported(here, folder))
    told = evolve(fact.record, own_date=dt.date(2026, 3, 1), occurred_at=fact.occurred_at - dt.timedelta(days=1))
    with with_empty_ledger(here.site, tmp_path / "empty.sqlite") as site:
        site.ledger.record(evolve(fact, record=told, occurred_at=told.occurred_at))
        (entry,) = [each for each in by_site(site, books, as_of=CLOSED).entries if each.is_physical]
        with_physical_opening(books)
        (alone,) = [
            each for each in by_site(evolve(site, has_api=False), books, as_of=CLOSED).entries if each.is_physical
        ]
    assert (entry.row, entry.own_date, entry.occurred_at) == (fact.key, told.own_date, fact.occurred_at)
    assert (alone.row, alone.own_date, alone.occurred_at) == (fact.key, told.own_date, None)


def test_a_posting_that_was_settled_by_hand_is_settled_once_the_books_have_that_document(here, folder):
    here.release("1001", ((BLACK, 3),))
    here.turn()
    here.ship("1001")
    here.erp.picks["1001"].lines = ()
    here.turn()
    here.erp.process_staging()
    here.turn()
    (refused,) = here.postings("order_shipment")
    here.site.ledger.cancel(refused.key, "booked by hand", "Jo", settled_with="HAND-7")
    told = by_site(here.site, without_warehouse(exported(here, folder)), as_of=CLOSED)
    assert causes(told) == [(BLACK_KEY, "NJ", "dispatched", "rejected", "1001", -3)]
    here.erp.book_by_hand(RecType.IN, BLACK.key, "NJ", Decimal(-3), here.time.date(), "HAND-7")
    booked = by_site(here.site, without_warehouse(exported(here, folder.with_name("later"))), as_of=CLOSED)
    assert causes(booked) == []


PACK = Article(style="PACKA", color_code="BLK", size_desc="PPK", std_cost=Decimal(23))
IN_ONE = (PackPart(item=sku_of(BLACK), eaches=2), PackPart(item=sku_of(NAVY), eaches=1))


def test_a_prepack_of_which_the_warehouse_keeps_the_pieces_counts_piece_by_piece(here, folder):
    here.erp.add_article(PACK)
    here.erp.open_stock(PACK, "NJ", 4)
    here.warehouse.open_stock(CODES[BLACK], 8)
    here.warehouse.open_stock(CODES[NAVY], 4)
    here.learn()
    here.site = here.site.with_units(Units((), {sku_of(PACK): Prepack(source="prepacks.csv", parts=IN_ONE)}))
    here.release("1001", ((PACK, 1),))
    here.turn()
    here.ship("1001")
    here.turn()
    books = without_prepacks(exported(here, folder))
    assert causes(by_site(here.site, books, as_of=CLOSED)) == [
        (BLACK_KEY, "NJ", "dispatched", "shipped_not_invoiced", "1001", -2),
        (NAVY_KEY, "NJ", "dispatched", "shipped_not_invoiced", "1001", -1),
    ]
    here.erp.process_staging()
    here.erp.run_invoicing()
    here.turn()
    books = without_prepacks(exported(here, folder.with_name("invoiced")))
    close = by_site(here.site, books, as_of=CLOSED)
    assert (causes(close), close.lines) == ([], ())
    assert all(side.foots for side in close.roll_forward)


def without_prepacks(folder):
    """The books' folder of it, where only the site says what is in a pack."""
    books = without_warehouse(folder)
    (books / "prepacks.csv").unlink()
    return books
