"""Null, delete or scramble any one field of any one row of any list of either system: the other rows arrive.

Both sandbox systems run as servers; one answer is changed on its way. What a flow keeps is rolled back after each.
"""

import copy
import json
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from attrs import evolve
from how_many import ALL, examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "unit"))

from flows_world import BLACK, CODES, NAVY, bluecherry_through, clarus_through, loop
from waiting_guard import lifted

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.inventory_report import read_inventory_report
from clarus_bluecherry.clarus._client import Clarus
from clarus_bluecherry.errors import ClarusBluecherryError, InvalidRecord
from clarus_bluecherry.flows.crosswalk import learn_crosswalk
from clarus_bluecherry.flows.movements_back import collect_dispatches, collect_transactions
from clarus_bluecherry.flows.orders_out import collect_orders
from clarus_bluecherry.flows.reconcile import reconcile_now
from clarus_bluecherry.sandbox.erp import columns
from clarus_bluecherry.sku import Recipe

DELETED = object()
HUGE = "1E+999999999"
NASTY = (
    *(DELETED, None, "", "abc", "NaN", "-", -1, 10**30, HUGE, True, {"a": 1}, [], ["a"], "x" * 5000),
    *("2026-02-30", "9999-12-31T23:59:59-12:00", "0000-01-01", "half \ud800", "nul \0", "2026-01-01T00:00:00"),
)
PICKS = ("1001", "1002", "1003")


class Between(httpx.BaseTransport):
    """The way to a real server. `change`, when it is set, changes the rows of one list."""

    def __init__(self):
        self.way, self.wanted, self.change, self.sample = httpx.HTTPTransport(), "", None, {}

    def handle_request(self, request):
        response = self.way.handle_request(request)
        response.read()
        name, rows = self.rows(request, response)
        if rows:
            self.sample.setdefault(name, copy.deepcopy(rows[0]))
        places = [place for place, row in enumerate(rows) if name == self.wanted and self.same(name, row)]
        if self.change is None or not places:
            return httpx.Response(response.status_code, headers=response.headers, content=response.content)
        for place in places:
            rows[place] = self.change(rows[place])
        text = json.dumps(self.body).encode("utf-8", "surrogatepass").replace(f'"{HUGE}"'.encode(), HUGE.encode())
        return httpx.Response(response.status_code, content=text)

    def same(self, name, row):
        """Whether this is the one row that is changed, wherever it stands in an answer."""
        sample = self.sample[name]
        return row.get("node", row) == sample.get("node", sample)

    def rows(self, request, response):
        """The list's name and its rows (edges, where it has them), which may be changed in `body`."""
        if request.url.path not in ("/graphql",) and not request.url.path.startswith("/api/"):
            return "", []
        self.body = response.json()
        data = self.body["data"]
        if request.url.path != "/graphql":
            return request.url.path.rpartition("/")[2], data["header"] if isinstance(data, dict) else data
        (root,) = data
        return root, data[root]["all"]["edges"]

    def close(self):
        self.way.close()


class Undone(Exception):
    pass


class World:
    """Both systems with three orders that have left, and everything else that the flows read."""

    def __init__(self, here):
        self.here, self.between, self.clients = here, Between(), []
        self.site = self.fresh()

    def close(self):
        for client in self.clients:
            client.close()

    def fresh(self):
        """A site whose clients have read nothing yet."""
        here = self.here
        clarus = Clarus(here.warehouse.subdomain, sender=clarus_through(here.clarus_url, self.between))
        bluecherry = BlueCherry(bluecherry_through(here.bluecherry_url, self.between))
        self.clients += [clarus, bluecherry]
        return evolve(here.site, clarus=clarus, bluecherry=bluecherry)

    @contextmanager
    def poisoned(self, name, change):
        """One row of the list `name` changed, and nothing kept afterwards."""
        self.between.wanted, self.between.change = name, change
        try:
            with lifted(), suppress(Undone), self.site.ledger.transaction():
                yield
                self.undo()
        finally:
            self.between.change = None

    def undo(self):
        raise Undone

    def facts(self, kind):
        return {fact.source_id: fact for fact in self.site.ledger.facts(kind=kind)}

    def unread(self):
        return self.site.ledger.inbox(kind="unread")


@pytest.fixture(scope="module")
def world():
    with loop() as here:
        here.issue()
        for number in PICKS:
            here.release(number, ((BLACK, 2), (NAVY, 1)))
        here.turn()
        for number in PICKS:
            here.ship(number)
        for _ in range(3):
            here.warehouse.adjust("1234_blk_m", 1, "FOUND")
        world = World(here)
        yield world
        world.close()


def leaves(value, path=()):
    """Every place of a row: its members, and theirs."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, member in members:
        yield (*path, name)
        yield from leaves(member, (*path, name))


def spoilt(row, path, nasty):
    changed = copy.deepcopy(row)
    place = changed
    for step in path[:-1]:
        place = place[step]
    if nasty is DELETED:
        del place[path[-1]]
    else:
        place[path[-1]] = nasty
    return changed


def told(world):
    """Whether each row that was kept unread can be found: by a name, a reason and what came."""
    found = world.unread()
    for item in found:
        assert item.record_name.strip()
        assert item.reason.strip()
        assert item.raw is not None
        assert "Main St" not in item.reason + str(item)
    return len(found)


# What each list is read for --------------------------------------------------------------------------------------


def transactions(world):
    begun = len(world.facts("transaction"))
    collect_transactions(world.site)
    return {id_: fact.record for id_, fact in world.facts("transaction").items()}, begun


def dispatches(world):
    collect_dispatches(world.site, PICKS)
    return {id_: fact.record for id_, fact in world.facts("dispatch").items()}, 0


def stock(world):
    report = read_inventory_report(columns.inventory_report(world.here.erp)).rows
    found = reconcile_now(world.site, report)
    assert len(found.unread) <= 1
    return {(line.item, line.location): line.physical for line in found.lines}, 0


def products(world):
    learnt = learn_crosswalk(world.site, Recipe())
    return {pair.code: pair.sku for pair in learnt.crosswalk.pairs}, 0


def orders(world):
    collect_orders(world.site)
    found = {**world.facts("pick_ticket"), **world.facts("production_order")}
    return {(fact.kind, id_, fact.version): fact.record for id_, fact in found.items()}, 0


FLOWS = {
    "transactions": transactions,
    "goods_outs": dispatches,
    "goods_out_lines": dispatches,
    "shipments": dispatches,
    "packages": dispatches,
    "stocks": stock,
    "products": products,
    "pick": orders,
    "productionOrderByStage": orders,
    "style": products,
}


def judge(world, name, change):
    """Everything but the changed row is as it would be without the change; that one has arrived, or is listed."""
    flow = FLOWS[name]
    with world.poisoned("", None):
        expected, _ = flow(world)
        quiet = told(world)
    with world.poisoned(name, change):
        found, _ = flow(world)
        listed = told(world) - quiet
        missing = [key for key in expected if key not in found]
        changed = [key for key in expected if key in found and found[key] != expected[key]]
        most = len(CODES) - 1 if name == "style" else 1  # one style has two of the three articles
        assert len(missing) + len(changed) <= most, (missing, changed)
        if missing:
            assert listed or set(found) - set(expected) or flow is stock or flow is products
        assert listed <= 2


def sample(world, name):
    if name not in world.between.sample:
        with world.poisoned("", None):
            FLOWS[name](world)
    return world.between.sample[name]


@pytest.mark.parametrize("name", FLOWS)
@settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_field_of_any_row_may_be_anything(world, name, data):
    row = sample(world, name)
    path = data.draw(st.sampled_from(list(leaves(row))))
    nasty = data.draw(st.sampled_from(NASTY))
    judge(world, name, lambda row: spoilt(row, path, nasty))


@pytest.mark.parametrize("name", FLOWS)
def test_each_field_of_a_row_may_be_missing_null_or_scrambled(world, name):
    """One of the three for each field, in turn; all three of each before a release."""
    ways = [DELETED, None, {"a": 1}]
    for number, path in enumerate(leaves(sample(world, name))):
        for nasty in ways if ALL else [ways[number % 3]]:
            judge(world, name, lambda row, path=path, nasty=nasty: spoilt(row, path, nasty))


@pytest.mark.parametrize("name", FLOWS)
@pytest.mark.parametrize("nasty", [None, 7, "text", [], {}, [[]]], ids=repr)
def test_a_row_may_be_no_row_at_all(world, name, nasty):
    judge(world, name, lambda row: nasty)


@pytest.mark.parametrize(("name", "read"), [("Location", "locations"), ("Shipper", "carriers"), ("pick", "picks")])
def test_lists_that_no_flow_reads_give_the_bad_row_with_what_came(world, name, read):
    client = world.fresh().bluecherry
    good = list(getattr(client, read)())
    for path in leaves(world.between.sample[name]):
        for nasty in NASTY:
            with world.poisoned(name, lambda row, path=path, nasty=nasty: spoilt(row, path, nasty)):
                found = list(getattr(client, read)())
            bad = [each for each in found if isinstance(each, InvalidRecord)]
            assert len(found) == len(good)
            assert len(bad) <= 1
            for error in bad:
                assert error.raw is not None
                assert error.record


@pytest.mark.parametrize(
    ("name", "kind", "code"), [("accounts", "account", "BRAND"), ("warehouses", "warehouse", "WH-NJ")]
)
def test_a_code_is_found_or_its_trouble_is_told_by_name(world, name, kind, code):
    expected = getattr(world.fresh().clarus.ids, kind)(code)
    for path in leaves(world.between.sample[name]):
        for nasty in NASTY:
            with world.poisoned(name, lambda row, path=path, nasty=nasty: spoilt(row, path, nasty)):
                found = looked_up(world, kind, code)
            assert found == expected or path[-1] == "id" or code in found or name in found


def looked_up(world, kind, code):
    try:
        return getattr(world.fresh().clarus.ids, kind)(code)
    except ClarusBluecherryError as error:
        return str(error)
