"""A pager remembers only what lies close behind it: it then loses no row, and gives none twice in silence."""

import pytest
from how_many import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from test_clarus_paging import CHANGES, LISTING, Keys, Positions, read

from clarus_bluecherry.clarus._paging import Pager, Recent
from clarus_bluecherry.errors import Retry, WireError


def ended(server, **options):
    """The rows, or why they did not all come."""
    try:
        return read(server, **options), None
    except WireError as error:
        return [], error


@pytest.mark.parametrize("kind", [Positions, Keys])
@settings(max_examples=examples(300), deadline=None)
@given(
    count=st.integers(0, 200),
    changes=CHANGES,
    page_size=st.integers(2, 6),
    overlap=st.integers(1, 4),
    remembered=st.integers(1, 30),
)
def test_what_is_forgotten_is_never_lost(kind, count, changes, page_size, overlap, remembered):
    server = kind(range(1, count + 1), changes)
    rows, error = ended(server, page_size=page_size, overlap=overlap, patience=10_000, remembered=remembered)
    if error is None:
        assert server.always <= set(rows)
    else:
        assert "faster than it can be read" in str(error)
        assert error.retry is Retry.SAFE


@settings(max_examples=examples(300), deadline=None)
@given(
    count=st.integers(0, 400),
    steps=st.lists(
        st.tuples(st.sampled_from(("remove", "insert")), st.floats(0, 1, exclude_max=True)), max_size=60
    ),
    page_size=st.integers(4, 12),
)
def test_none_is_given_twice_while_fewer_rows_come_and_go_than_are_remembered(count, steps, page_size):
    server = Positions(range(1, count + 1), [[(kind, where, 1)] for kind, where in steps])
    rows = read(server, page_size=page_size, patience=10_000, remembered=100)
    assert server.always <= set(rows)
    assert len(rows) == len(set(rows))


def test_a_list_that_grows_by_more_than_is_remembered_is_given_up_and_may_be_read_later():
    server = Positions(range(1, 3001), changes=[()] * 20 + [[("insert", 0.0, 1500)]])
    with pytest.raises(WireError, match="more than 200 rows came or went between two reads") as caught:
        read(server, remembered=200)
    assert caught.value.retry is Retry.SAFE
    assert server.reads < 40


def test_one_that_shrinks_by_more_than_is_remembered_too():
    server = Positions(range(1, 3001), changes=[()] * 20 + [[("remove", 0.0, 1900)]])
    with pytest.raises(WireError, match="more than 200 rows"):
        read(server, remembered=200)
    kept = Positions(range(1, 3001), changes=[()] * 20 + [[("remove", 0.0, 1900)]])
    assert kept.always - set(read(kept)) == set()


def test_rows_that_leave_the_list_as_they_are_worked_on_can_be_more_than_are_remembered():
    pager, server, done = Pager(LISTING, page_size=10, remembered=50), Positions(range(1, 2001)), []
    while (call := pager.next_call()) is not None:
        for node in pager.rows(server.page(call)):
            done.append(int(node.id))
            server.rows.remove(int(node.id))
    assert done == list(range(1, 2001))


@given(st.lists(st.integers(0, 30), max_size=200), st.integers(1, 10))
def test_the_last_rows_are_remembered_and_no_more_than_twice_as_many(keys, size):
    recent = Recent(size)
    for place, key in enumerate(keys):
        lately, longer = set(keys[max(0, place - size) : place]), keys[:place]
        assert recent.adds(key) is (key not in longer) or key not in lately
        assert sum(each in recent for each in range(31)) <= 2 * size
