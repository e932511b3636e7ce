"""A long list flows through: each row is read when it is come to, and what lies far behind is forgotten."""

import tracemalloc

import pytest
from attrs import evolve
from clarus_world import Face, Tenant

from clarus_bluecherry.clarus import calls
from clarus_bluecherry.clarus._graphql import Listing, RawPage
from clarus_bluecherry.clarus._paging import Pager
from clarus_bluecherry.clarus.wire import CodedNode

THINGS = Listing(root="things", filter_type="ThingFilterType", model=CodedNode)


class Long:
    """A quiet list of `count` rows that are made when they are asked for."""

    def __init__(self, count):
        self.count = count

    def page(self, call):
        asked = call.json["variables"]
        start = int(asked.get("after") or 0)
        stop = min(start + asked["first"], self.count)
        entries = [{"cursor": str(n), "node": {"id": str(n), "code": "x"}} for n in range(start + 1, stop + 1)]
        return RawPage(THINGS, entries, stop < self.count, None)


def read(server, **options):
    pager, count = Pager(THINGS, **options), 0
    while (call := pager.next_call()) is not None:
        count += sum(1 for _ in pager.rows(server.page(call)))
    return count


def most(count):
    tracemalloc.start()
    assert read(Long(count), remembered=1000) == count
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def test_a_list_takes_the_same_memory_however_long_it_is():
    most(500)
    assert most(30_000) - most(10_000) < 100_000


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_row_is_read_when_it_is_come_to(kind):
    read_so_far = []

    def key(node):
        read_so_far.append(node.id)
        return node.id

    tenant = Tenant(accounts=[{"id": str(n), "code": f"A{n}"} for n in range(1, 51)])
    face = Face(kind, tenant, page_size=50)
    rows = face.client.iterate(evolve(calls.accounts.list(), key=key))
    first = face.runner.run(anext(rows)) if face.runner else next(rows)
    assert first.id == "1"
    assert set(read_so_far) == {"1"}
    if face.runner:
        face.runner.run(rows.aclose())
    face.close()
