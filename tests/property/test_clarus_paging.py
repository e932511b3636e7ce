"""A list is read whole while rows come and go: every row that stayed is given out exactly once."""

import base64
import itertools
from random import Random

import pytest
from how_many import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from clarus_bluecherry.clarus._graphql import Listing, RawPage
from clarus_bluecherry.clarus._paging import Pager
from clarus_bluecherry.clarus.wire import CodedNode
from clarus_bluecherry.errors import ConfigurationError, Retry, WireError

LISTING = Listing(root="things", filter_type="ThingFilterType", model=CodedNode)


def cursor(position):
    """As the vendor's sample: "MQ" is the unpadded base64 of 1."""
    return base64.b64encode(str(position).encode()).decode().rstrip("=")


def position(text):
    return int(base64.b64decode(text + "=" * (-len(text) % 4)))


def entry(cursor, row):
    return {"cursor": cursor, "node": {"id": str(row), "code": "x"}}


class Positions:
    """A server whose cursors are positions; `changes` happen to its rows between two reads."""

    def __init__(self, rows, changes=()):
        self.rows = list(rows)
        self.fresh = itertools.count(max(self.rows, default=0) + 1)
        self.changes = iter(changes)
        self.always = set(self.rows)
        self.reads = 0

    def page(self, call):
        self.reads += 1
        self.always &= set(self.rows)
        asked = call.json["variables"]
        start = self.after(asked.get("after"))
        rows = self.rows[start : start + asked["first"]]
        entries = [entry(self.cursor(start + place), row) for place, row in enumerate(rows, start=1)]
        page = RawPage(LISTING, entries, start + asked["first"] < len(self.rows), None)
        for change in next(self.changes, ()):
            self.change(*change)
        return page

    def after(self, text):
        return position(text) if text else 0

    def cursor(self, place):
        return cursor(place)

    def change(self, kind, where, count):
        place = int(where * len(self.rows))
        if kind == "remove":
            del self.rows[place : place + count]
        else:
            self.rows[place:place] = itertools.islice(self.fresh, count)


class Keys(Positions):
    """A server whose cursors are keys (the vendor may change its mind): a row, wherever it is now.

    A cursor of a row that is gone begins anew at the row's old neighbour, as far as the server remembers.
    """

    def __init__(self, rows, changes=()):
        super().__init__(rows, changes)
        self.order = list(self.rows)

    def after(self, text):
        if not text:
            return 0
        passed = set(self.order[: self.order.index(int(text)) + 1])
        return sum(row in passed for row in self.rows)

    def cursor(self, place):
        return str(self.rows[place - 1])

    def change(self, kind, where, count):
        before = list(self.rows)
        super().change(kind, where, count)
        for row in (row for row in self.rows if row not in before):
            place = self.rows.index(row)
            self.order.insert(self.order.index(self.rows[place - 1]) + 1 if place else 0, row)


def read(server, **options):
    pager, given_out = Pager(LISTING, **options), []
    while (call := pager.next_call()) is not None:
        given_out += [int(node.id) for node in pager.take(server.page(call))]
    return given_out


CHANGES = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from(("remove", "remove", "insert")),
            st.floats(0, 1, exclude_max=True),
            st.integers(1, 25),
        ),
        max_size=3,
    ),
    max_size=25,
)


@pytest.mark.parametrize("kind", [Positions, Keys])
@settings(max_examples=examples(400), deadline=None)
@given(
    count=st.integers(0, 120),
    changes=CHANGES,
    page_size=st.integers(2, 20),
    overlap=st.integers(1, 8),
)
def test_every_row_that_stayed_is_given_out_once_and_none_twice(kind, count, changes, page_size, overlap):
    server = kind(range(1, count + 1), changes)
    rows = read(server, page_size=page_size, overlap=overlap, patience=10_000)
    assert server.always <= set(rows)
    assert len(rows) == len(set(rows))


def test_a_quiet_list_costs_hardly_more_than_its_pages():
    server = Positions(range(1, 1001))
    assert read(server) == list(range(1, 1001))
    assert server.reads == 11


def test_rows_removed_before_the_reader_do_not_hide_later_ones():
    server = Positions(range(1, 301), changes=[[("remove", 0.0, 60)]])
    assert set(read(server)) == set(range(1, 301))


def test_paging_by_the_last_cursor_alone_would_lose_rows_in_the_same_place():
    server, after, found = Positions(range(1, 301), changes=[[("remove", 0.0, 60)]]), None, []
    more = True
    while more:
        page = server.page(LISTING.page(100, after))
        found += [int(edge.node.id) for edge in page.read().edges]
        after, more = page.entries[-1]["cursor"], page.has_next
    assert server.always - set(found) == set(range(101, 161))


def test_a_list_that_shrinks_to_nothing_ends():
    server = Positions(range(1, 301), changes=[[("remove", 0.0, 300)]])
    assert read(server) == list(range(1, 101))


def test_a_server_that_ignores_the_cursor_is_found_out():
    class Deaf(Positions):
        def after(self, text):
            return 0

    with pytest.raises(WireError, match="ignores the cursor"):
        read(Deaf(range(1, 301)))


def test_a_list_that_moves_too_fast_is_given_up_and_may_be_read_later():
    class Restless(Positions):
        def page(self, call):
            page = super().page(call)
            self.rows = list(itertools.islice(self.fresh, 300)) if self.reads > 1 else self.rows
            return page if call.json["variables"].get("after") else RawPage(LISTING, self.known, True, None)

        known = tuple(entry(cursor(place), place) for place in range(1, 101))

    server = Restless(range(1, 301))
    with pytest.raises(WireError, match="changes faster") as caught:
        read(server)
    assert caught.value.retry is Retry.SAFE
    assert caught.value.record == "list of things"
    assert server.reads < 60


def test_pages_of_one_row_cannot_overlap_and_are_refused():
    with pytest.raises(ConfigurationError):
        Pager(LISTING, page_size=1)


def test_a_listing_of_a_thousand_pages_loses_no_row_and_gives_none_twice_while_rows_come_and_go():
    random = Random(1000)
    changes = (
        [(random.choice(("remove", "insert")), random.random(), random.randint(1, 4)) for _ in range(2)]
        for _ in itertools.count()
    )
    server = Positions(range(1, 10_001), changes)
    given_out = read(server, page_size=10)
    assert server.reads > 1000
    assert len(given_out) == len(set(given_out))
    assert server.always <= set(given_out)
