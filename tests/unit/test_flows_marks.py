"""Marks are the source's own time: nothing is missed, whatever the clock of the ledger's machine says."""

import datetime as dt
import json
from contextlib import contextmanager

import httpx
import pytest
from attrs import evolve
from flows_world import BLACK, ZONE, bluecherry_through, clarus_through, loop
from hypothesis import given
from hypothesis import strategies as st

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.files import FilesProfile, FileTransport
from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
from clarus_bluecherry.bluecherry.messages import PickTicket
from clarus_bluecherry.bluecherry.sheets import template, write_sheet
from clarus_bluecherry.bluecherry.sheets.codec import SheetCodec
from clarus_bluecherry.bluecherry.transport import Delivery, NotCarried
from clarus_bluecherry.clarus import calls
from clarus_bluecherry.clarus._client import Clarus
from clarus_bluecherry.errors import WireError
from clarus_bluecherry.exchange import Folder, NameTemplate
from clarus_bluecherry.flows.looks import feeds_due
from clarus_bluecherry.flows.marks import Mark, source_now
from clarus_bluecherry.flows.movements_back import collect_transactions
from clarus_bluecherry.flows.orders_out import collect_orders
from clarus_bluecherry.ledger.store import Ledger

MINUTE = dt.timedelta(minutes=1)
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
PICKS, MOVES = "bluecherry.picks", "clarus.transactions"


class Between(httpx.BaseTransport):
    """The way to a real server, on which answers can be changed: `change(path, body, headers)`."""

    def __init__(self, change):
        self.way, self.change = httpx.HTTPTransport(), change

    def handle_request(self, request):
        response = self.way.handle_request(request)
        response.read()
        headers = dict(response.headers)
        content = self.change(request, response.content, headers)
        headers.pop("content-length", None)
        return httpx.Response(response.status_code, headers=headers, content=content)

    def close(self):
        self.way.close()


@contextmanager
def changed(here, change):
    """The site of `here`, whose answers pass through `change`."""
    with (
        Clarus(here.warehouse.subdomain, sender=clarus_through(here.clarus_url, Between(change))) as clarus,
        BlueCherry(bluecherry_through(here.bluecherry_url, Between(change))) as bluecherry,
    ):
        yield evolve(here.site, clarus=clarus, bluecherry=bluecherry)


def dated(date):
    def change(request, content, headers):
        headers.pop("date", None)
        if date is not None:
            headers["date"] = date
        return content

    return change


def seen(here, kind="pick_ticket"):
    return {fact.source_id for fact in here.site.ledger.facts(kind=kind)}


DATES = {
    "its own": lambda request, content, headers: content,
    "none": dated(None),
    "unreadable": dated("soon"),
    "year 9999": dated("Fri, 31 Dec 9999 23:59:59 GMT"),
    "years ahead": dated("Mon, 02 Mar 2099 14:00:00 GMT"),
    "years behind": dated("Sat, 01 Jan 2000 00:00:00 GMT"),
}


@pytest.mark.parametrize("date", DATES)
def test_no_pick_and_no_movement_is_missed_however_far_the_clocks_are_apart(date):
    with loop() as here, changed(here, DATES[date]) as site:
        for ours in (-20, 20, 60, 60 * 24 * 3, -60 * 24 * 3) if date == "its own" else (-20, 60):
            with Ledger.open(":memory:") as ledger:
                clock = lambda: here.time + ours * MINUTE  # noqa: B023, E731
                own = evolve(site, ledger=ledger, clock=clock, go_live=here.time + MINUTE)
                for number in range(4):
                    here.later(minutes=5)
                    here.release(f"{number}/{ours}")
                    here.warehouse.adjust("1234_blk_m", 1, "FOUND")
                    collect_orders(own)
                    collect_transactions(own)
                here.later(hours=3)
                collect_orders(own)
                collect_transactions(own)
                picks = {fact.source_id for fact in ledger.facts(kind="pick_ticket")}
                assert {f"{number}/{ours}" for number in range(4)} <= picks
                assert len(ledger.facts(kind="transaction")) == 4


@pytest.mark.parametrize("ours", [0, 20, -20])
def test_the_mark_is_the_greatest_time_that_the_source_showed(ours):
    with loop() as here:
        site = evolve(here.site, clock=lambda: here.time + ours * MINUTE)
        collect_orders(site)
        collect_transactions(site)
        assert site.ledger.watermark(PICKS) is None
        here.later(minutes=30)
        shown = here.time
        here.release("2000")
        here.warehouse.adjust("1234_blk_m", 1, "FOUND")
        here.later(minutes=30)
        for _ in range(2):
            collect_orders(site)
            collect_transactions(site)
            assert (site.ledger.watermark(PICKS), site.ledger.watermark(MOVES)) == (shown, shown)
            here.later(hours=5)


def test_what_is_dated_in_the_future_is_kept_and_does_not_move_the_mark():
    with loop() as here:
        here.release("2000")
        here.erp.picks["2000"].last_mod = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
        here.warehouse.adjust("1234_blk_m", 1, "FOUND")
        list(here.warehouse.transactions)[-1].created_at = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
        shown = here.time
        here.release("2001")
        here.warehouse.adjust("1234_blk_m", 1, "FOUND")
        collect_orders(here.site)
        collect_transactions(here.site)
        assert (here.site.ledger.watermark(PICKS), here.site.ledger.watermark(MOVES)) == (shown, shown)
        here.later(minutes=30)
        here.release("2002")
        here.warehouse.adjust("1234_blk_m", 1, "FOUND")
        collect_orders(here.site)
        collect_transactions(here.site)
        assert seen(here) == {"2000", "2001", "2002"}
        assert len(seen(here, "transaction")) == 3


@pytest.mark.parametrize("last_mod", [None, "", "yesterday", {"a": 1}, "9999-12-31 23:59:59", "0000-00-00"])
def test_a_row_without_a_time_of_change_moves_nothing_and_is_on_somebodys_list(last_mod):
    def change(request, content, headers):
        body = json.loads(content)
        if request.url.path == "/api/pick":
            for row in body["data"]["header"]:
                if row["pick_num"] == "2001":
                    row["last_mod"] = last_mod
        return json.dumps(body).encode()

    with loop() as here, changed(here, change) as site:
        shown = here.time
        here.release("2000")
        here.later(minutes=5)
        here.release("2001")
        collect_orders(site)
        assert site.ledger.watermark(PICKS) == shown
        waiting = {item.source_id for item in site.ledger.inbox(kind="unread")}
        assert "2000" in seen(here)
        assert ("2001" in seen(here)) != ("pick ticket 2001" in waiting)


def test_a_mark_never_moves_back_not_even_when_a_slower_reading_ends_later():
    with loop() as here:
        here.release("2000")
        late = here.time + 60 * MINUTE

        def overtaken(request, content, headers):
            if request.url.path == "/api/pick":
                here.site.ledger.set_watermark(PICKS, late)
            return content

        with changed(here, overtaken) as site:
            collect_orders(site)
        assert here.site.ledger.watermark(PICKS) == late


def test_a_reading_that_breaks_off_keeps_what_it_read_and_goes_on_from_there():
    with loop() as here:
        here.site.clarus.page_size = 10
        for _ in range(60):
            here.later(minutes=1)
            here.warehouse.adjust("1234_blk_m", 1, "FOUND")
        pages = []

        def breaks(request, content, headers):
            asked = json.loads(request.content or b"{}") if request.url.path == "/graphql" else {}
            if "transactions" in asked.get("query", ""):
                pages.append(asked["variables"])
                if len(pages) == 5:
                    return b"<html>gateway</html>"
            return content

        with changed(here, breaks) as site:
            site.clarus.page_size = 10
            with pytest.raises(WireError):
                collect_transactions(site)
            kept = len(seen(here, "transaction"))
            assert kept >= 20
            mark = site.ledger.watermark(MOVES)
            assert mark is not None
            pages.clear()
            pages.extend([{}] * 5)
            collect_transactions(site)
            begun = dt.datetime.fromisoformat(pages[5]["filter"]["created_at"]["from"])
            assert begun == mark - site.feed_overlap
            assert begun > site.go_live
        assert len(seen(here, "transaction")) == 60


def test_a_list_that_comes_newest_first_moves_the_mark_only_at_its_end():
    with loop() as here:
        for _ in range(60):
            here.later(minutes=1)
            here.warehouse.adjust("1234_blk_m", 1, "FOUND")
        rows = list(here.warehouse.transactions)
        moments = [row.created_at for row in rows]
        for row, moment in zip(rows, reversed(moments), strict=True):
            row.created_at = moment
        answers = []

        def breaks(request, content, headers):
            if b"transactions" in (request.content or b""):
                answers.append(request)
                if len(answers) == 4:
                    return b"<html>gateway</html>"
            return content

        with changed(here, breaks) as site:
            site.clarus.page_size = 10
            with pytest.raises(WireError):
                collect_transactions(site)
            assert site.ledger.watermark(MOVES) is None
            collect_transactions(site)
            assert site.ledger.watermark(MOVES) == max(moments)
        assert len(seen(here, "transaction")) == 60


class Plain:
    """A transport of somebody else's: it tells picks alone, and says no word about its own time."""

    def __init__(self, tickets):
        self.tickets, self.asked = tickets, []

    def read(self, kind, since=None):
        if kind is not PICK_TICKET:
            raise NotCarried(f"there are no {kind.title}s here")
        self.asked.append(since)
        return map(self.delivery, self.tickets)

    def delivery(self, each):
        return Delivery(entry=each)


def ticket(number, last_mod):
    line = {"line_seq": "1", "bk_qty": 1, "style": BLACK.style, "color_code": "BLK", "size_desc": "M"}
    row = {"pick_num": number, "last_mod": last_mod, "pick_date": "2026-03-02", "location": "NJ", "lines": [line]}
    return PickTicket.model_validate(row)


def test_a_transport_that_tells_no_time_of_its_own_is_read_from_the_greatest_time_it_showed():
    with loop() as here:
        mine = Plain([ticket("1", "2026-03-02 08:30:00"), ticket("2", "2026-03-02 08:00:00")])
        site = evolve(here.site, bluecherry=mine)
        collect_orders(site)
        collect_orders(site)
        shown = dt.datetime(2026, 3, 2, 8, 30, tzinfo=ZONE)
        assert mine.asked == [None, shown]
        mine.tickets = [ticket("3", "2026-03-02 23:30:00")]
        collect_orders(site)
        assert site.ledger.watermark(PICKS) == shown
        assert seen(here) == {"1", "2", "3"}


def test_a_transport_that_counts_by_its_own_time_is_read_from_there():
    class Mine(Plain):
        def delivery(self, each):
            return Delivery(entry=each, mark=NOON)

    with loop() as here:
        mine = Mine([ticket("1", "2026-03-02 08:30:00")])
        site = evolve(here.site, bluecherry=mine)
        collect_orders(site)
        collect_orders(site)
        assert mine.asked == [None, NOON]


@pytest.mark.parametrize("ours", [-60 * 24 * 3, -60, 0, 20, 60, 60 * 24 * 3])
def test_files_are_read_from_the_instant_at_which_the_last_one_was_stored(tmp_path, ours):
    def drop(number):
        content = write_sheet(layout, [ticket(number, "2026-03-02 08:30:00")])
        (tmp_path / "in" / f"PICK{number}.csv").write_bytes(content)

    layout, stored = template("pick_ticket"), NOON
    codec = SheetCodec({"pick_ticket": layout}, {"pick_ticket": ["PICK*.csv"]})
    folder = Folder(tmp_path, settle=dt.timedelta(0), now=lambda: stored)
    profile = FilesProfile(names=NameTemplate("{kind}_{control_number}.csv"))
    transport = FileTransport(folder, codec, profile, store=tmp_path / "store", now=lambda: stored)
    with loop() as here, BlueCherry(transport) as files:
        site = evolve(here.site, bluecherry=files, clock=lambda: stored + ours * MINUTE)
        collect_orders(site)
        assert site.ledger.watermark(PICKS) is None
        for number in ("1", "2", "3"):
            stored += 40 * MINUTE
            drop(number)
            collect_orders(site)
            assert site.ledger.watermark(PICKS) == stored
        stored += 300 * MINUTE
        collect_orders(site)
        assert site.ledger.watermark(PICKS) == stored - 300 * MINUTE
        assert seen(here) == {"1", "2", "3"}


def test_a_feed_is_read_again_deeper_when_our_clock_was_put_back():
    with loop() as here:
        begun = here.time + dt.timedelta(days=300)
        for seconds in (3600, 86400, 604800):
            here.site.ledger.set_watermark(f"clarus.transactions again, {seconds} s", begun)
        assert list(feeds_due(here.site, "clarus.transactions")) == [here.site.go_live]
        assert list(feeds_due(here.site, "clarus.transactions")) == []


def test_rest_reads_tell_blue_cherrys_own_time():
    with loop() as here:
        here.release("2000")
        (delivery,) = here.site.bluecherry.read(PICK_TICKET)
        assert delivery.served_at == here.time


def test_clarus_pages_tell_its_own_time():
    with loop() as here:
        here.warehouse.adjust("1234_blk_m", 1, "FOUND")
        (page,) = here.site.clarus.pages(calls.transactions.list())
        assert page.served_at == here.time


# The rule itself -------------------------------------------------------------------------------------------------

instants = st.integers(0, 5000).map(lambda minutes: NOON + minutes * MINUTE)
shown = st.lists(st.tuples(st.none() | instants, instants), max_size=30)


@given(before=st.none() | instants, rows=shown)
def test_a_mark_never_moves_back_nor_beyond_what_was_shown_nor_beyond_the_sources_now(before, rows):
    mark = Mark(before)
    for changed_at, now in rows:
        mark.show(changed_at, now=now)
        for reached in (mark.midway, mark.at_end):
            assert before is None or reached >= before
            assert reached in {before, *(at for at, _ in rows)}
            assert reached in {before, *(at for at, told in rows if at and at <= told)}
    assert mark.midway is None or mark.midway <= mark.at_end


@given(served=st.none() | instants, ours=instants)
def test_the_sources_time_counts_and_of_two_that_lie_days_apart_the_earlier(served, ours):
    now = source_now(served, ours)
    if served is None:
        assert now == ours
    elif abs(served - ours) <= dt.timedelta(days=1):
        assert now == served
    else:
        assert now == min(served, ours)
