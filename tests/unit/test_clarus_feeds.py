"""Feeds: nothing that becomes visible within the overlap is missed, and what was given before is recognised."""

import datetime as dt

import pytest
from clarus_world import Face, Tenant
from hypothesis import given
from hypothesis import strategies as st

from clarus_bluecherry.clarus import eq, feeds
from clarus_bluecherry.clarus.wire import GoodsOutNode, PickProcessingRequestNode, TaskNode, TransactionNode
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord

BEGIN = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def movement(number, at):
    return TransactionNode(id=str(number), subtype="RCV", quantity=1, created_at=at)


def test_a_feed_asks_from_its_mark_less_the_overlap_and_never_before_the_beginning():
    feed = feeds.transactions(begin=BEGIN, overlap=30 * MINUTE)
    assert feed.since(None).where["created_at"] == {"from": "2026-03-01T00:00:00Z"}
    assert feed.since(NOON).where["created_at"] == {"from": "2026-03-02T11:30:00Z"}
    assert feed.since(BEGIN + MINUTE).where["created_at"] == {"from": "2026-03-01T00:00:00Z"}


def test_the_feeds_use_the_filters_that_are_documented():
    one_account = {"account_id": eq("3")}
    asked = {
        feed.listing.root: feed.since(NOON)
        for feed in (
            feeds.transactions(begin=BEGIN, where=one_account),
            feeds.completed_tasks(begin=BEGIN, where=one_account),
            feeds.pick_processing(begin=BEGIN),
            feeds.orders_in(["ALLOCATED", "COMPLETED"], where=one_account),
            feeds.receipts_in(["completed"]),
        )
    }
    since = {"from": "2026-03-02T11:45:00Z"}
    assert {root: listing.where for root, listing in asked.items()} == {
        "transactions": {**one_account, "created_at": since},
        "tasks": {**one_account, "completed_at": since},
        "pick_processing_requests": {"updated_at": since},
        "goods_outs": {**one_account, "goods_out_status_code": {"in": ["ALLOCATED", "COMPLETED"]}},
        "goods_in_receipts": {"status": {"in": ["completed"]}},
    }
    assert asked["transactions"].arguments == {"include_archived": ("Boolean", True)}


def test_the_mark_is_the_latest_instant_that_was_read_and_never_moves_back():
    feed = feeds.transactions(begin=BEGIN)
    assert feed.mark([], None) is None
    assert feed.mark([], NOON) == NOON
    assert feed.mark([movement(1, NOON), movement(2, NOON - MINUTE)], None) == NOON
    assert feed.mark([movement(3, NOON - MINUTE)], NOON) == NOON


def test_a_row_dated_in_the_future_does_not_carry_the_feed_past_the_present():
    feed = feeds.transactions(begin=BEGIN)
    assert feed.mark([movement(1, NOON + 300 * MINUTE)], None, began=NOON) == NOON


def test_rows_that_do_not_show_their_instant_move_the_mark_to_when_the_reading_began():
    feed, task = feeds.completed_tasks(begin=BEGIN), TaskNode(id="1", status="completed")
    assert feed.mark([task], NOON) == NOON
    assert feed.mark([task], NOON, began=NOON + 5 * MINUTE) == NOON + 5 * MINUTE
    assert feed.mark([], NOON, began=NOON + 5 * MINUTE) == NOON


@pytest.mark.parametrize("shown", ["2026-03-02", "2026-03-02T13:00:00", "soon", 7])
def test_an_instant_that_says_too_little_moves_nothing(shown):
    feed = feeds.completed_tasks(begin=BEGIN)
    assert feed.mark([TaskNode(id="1", completed_at=shown)], NOON) == NOON


def test_a_tenant_that_shows_more_moves_the_mark():
    task = TaskNode(id="1", completed_at="2026-03-02T13:30:00+01:00")
    assert feeds.completed_tasks(begin=BEGIN).mark([task], NOON) == NOON + 30 * MINUTE


def test_a_row_that_changes_is_news_again_and_one_that_does_not_is_known():
    orders, requests = feeds.orders_in(["ALLOCATED", "COMPLETED"]), feeds.pick_processing(begin=BEGIN)
    allocated, completed = (
        GoodsOutNode(id="1", reference="A", goods_out_status={"code": code}) for code in ("A", "C")
    )
    assert orders.key(allocated) == orders.key(allocated.model_copy())
    assert orders.key(allocated) != orders.key(completed)
    pending, done = (
        PickProcessingRequestNode(process_reference="P", goods_out={"id": "1"}, status=status)
        for status in ("pending", "completed")
    )
    assert requests.key(pending) != requests.key(done)


def test_an_instant_without_a_time_zone_and_a_negative_overlap_are_refused():
    naive = dt.datetime(2026, 3, 2, 12)  # noqa: DTZ001
    with pytest.raises(InvalidRecord):
        feeds.transactions(begin=BEGIN).since(naive)
    with pytest.raises(InvalidRecord):
        feeds.transactions(begin=BEGIN).mark([], naive)
    with pytest.raises(InvalidRecord):
        feeds.transactions(begin=naive).since(None)
    with pytest.raises(ConfigurationError):
        feeds.transactions(begin=BEGIN, overlap=-MINUTE)


late = st.integers(min_value=0, max_value=14)
rows = st.lists(st.tuples(st.integers(0, 60), late), min_size=5, max_size=30)


@given(rows, st.lists(st.integers(1, 12), min_size=3, max_size=30))
def test_rows_that_become_visible_late_are_still_read_once_each(rows, gaps):
    """Minutes: each row has a time, and becomes visible up to 14 minutes later; readings are at any distance."""
    feed = feeds.transactions(begin=BEGIN)
    nodes = [(movement(number, BEGIN + at * MINUTE), at + lag) for number, (at, lag) in enumerate(rows)]
    mark, seen, read, now = None, set(), [], 0
    for gap in [*gaps, 90]:
        now += gap
        asked = dt.datetime.fromisoformat(feed.since(mark).where["created_at"]["from"])
        page = [node for node, visible in nodes if visible <= now and node.created_at >= asked]
        read += [node.id for node in page if feed.key(node) not in seen]
        seen |= {feed.key(node) for node in page}
        mark = feed.mark(page, mark, began=BEGIN + now * MINUTE)
    assert sorted(read) == sorted(node.id for node, _ in nodes)


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_feed_is_read_by_either_client(kind):
    tenant = Tenant(
        goods_outs=[
            {
                "id": "1",
                "reference": "A",
                "goods_out_status_code": "COMPLETED",
                "goods_out_status": {"code": "COMPLETED"},
            },
            {"id": "2", "reference": "B", "goods_out_status_code": "PICK", "goods_out_status": {"code": "PICK"}},
        ]
    )
    face, feed = Face(kind, tenant), feeds.orders_in(["COMPLETED"])
    found = face.all(feed.since(NOON))
    assert [feed.key(node) for node in found] == [("1", "COMPLETED")]
    face.close()
