"""A create that may be repeated: whatever is lost, refused or slow, one record stands, and its id is known."""

import asyncio
import threading

import httpx
import pytest
from clarus_world import Face, Tenant
from sandbox_world import CLIENT_ID, CLIENT_SECRET, DRESS, brand_warehouse, id_of

from clarus_bluecherry.clarus import AsyncClarus, Clarus, calls
from clarus_bluecherry.clarus._envelopes import create, document, rest_path
from clarus_bluecherry.clarus.create import AsyncSafeCreate, Creation, Made, Pause, SafeCreate, Send
from clarus_bluecherry.clarus.wire import GoodsOutNode, Saved
from clarus_bluecherry.errors import (
    ConfigurationError,
    Conflict,
    InvalidRecord,
    OutcomeUnknown,
    QueryFailed,
    Retry,
    ServerFailed,
    Unprocessable,
)
from clarus_bluecherry.http import Settings
from clarus_bluecherry.sandbox import Fault, Faults, FaultyApp, LocalServer
from clarus_bluecherry.sandbox.clarus_app import clarus_app

LOST = (Fault.DROPPED_AFTER, Fault.FAILED_AFTER, Fault.FAILED_BEFORE)


class World:
    """A warehouse behind real HTTP and a safe create, sync or async, whose pauses are noted and not waited for."""

    def __init__(self, kind, url, warehouse, faults, **settings):
        self.warehouse, self.faults, self.paused = warehouse, faults, []
        self.while_pausing = lambda: None
        self.runner = asyncio.Runner() if kind == "async" else None
        client, safe = (AsyncClarus, AsyncSafeCreate) if self.runner else (Clarus, SafeCreate)
        self.clarus = client.with_credentials(
            "sandbox", CLIENT_ID, CLIENT_SECRET, base_url=url, settings=Settings(max_retries=0)
        )
        self.safe = safe(self.clarus, sleep=self._sleep_async if self.runner else self._sleep, **settings)

    def create(self, call):
        return self.wait(self.safe.create(call))

    def wait(self, outcome):
        return self.runner.run(_awaited(outcome)) if self.runner else outcome

    def order(self):
        lines = [{"product_id": id_of(self.warehouse.products, DRESS), "order_quantity": 1}]
        header = {
            "account_id": id_of(self.warehouse.accounts, "BRAND"),
            "reference": "SO-1",
            "expected_date_of_dispatch": "2026-07-14T16:00:00Z",
        }
        return calls.goods_outs.create(**header, lines=lines)

    def calls_of_each_kind(self):
        account, warehouse = id_of(self.warehouse.accounts, "BRAND"), id_of(self.warehouse.warehouses, "LON1")
        receipt = {
            "account_id": account,
            "warehouse_id": warehouse,
            "reference": "PO-1",
            "lines": [{"product_id": id_of(self.warehouse.products, DRESS), "expected_quantity": 5}],
        }
        unit = id_of(self.warehouse.stock_unit_types, "EACH")
        product = {"code": "NEW-1", "description": "A new dress", "stock_unit_type_id": unit}
        return {
            "goods_outs": self.order(),
            "goods_in_receipts": calls.goods_in_receipts.create(**receipt),
            "products": calls.products.create(**product),
            "customers": _coded("customers", "ACME"),
            "suppliers": _coded("suppliers", "MILL"),
        }

    def _sleep(self, seconds):
        self.paused.append(seconds)
        self.while_pausing()

    async def _sleep_async(self, seconds):
        self._sleep(seconds)

    def close(self):
        self.wait(self.clarus.close())
        if self.runner:
            self.runner.close()


async def _awaited(outcome):
    return await outcome


def _coded(kind, code):
    body = document(kind, {"code": code, "name": code.title()})
    return create(f"{kind}.create", rest_path(kind), body, record=f"{kind} {code}")


@pytest.fixture(params=["sync", "async"])
def world(request):
    warehouse, faults = brand_warehouse(), Faults()
    with LocalServer(FaultyApp(clarus_app(warehouse), faults)) as server:
        world = World(request.param, server.url, warehouse, faults)
        yield world
        world.close()


KINDS = ("goods_outs", "goods_in_receipts", "products", "customers", "suppliers")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", LOST)
def test_a_lost_answer_leaves_one_record_whose_id_is_known(world, kind, fault):
    call = world.calls_of_each_kind()[kind]
    rows = getattr(world.warehouse, kind)
    before = {row.id for row in rows}
    world.faults.next(fault, path_contains=call.path)
    made = world.create(call)
    assert {row.id for row in rows} - before == {int(made.id)}
    assert made.found is fault.after_the_effect
    assert world.paused == [2.0]


def test_a_record_that_is_there_already_is_found_and_nothing_is_sent(world):
    first = world.create(world.order())
    fresh = type(world.safe)(world.clarus)
    assert first == Made(first.id, found=False)
    assert world.wait(fresh.create(world.order())) == Made(first.id, found=True)
    assert len(world.warehouse.goods_outs) == 1


def test_an_id_once_known_is_remembered_without_a_request(world):
    made = world.create(world.order())
    world.faults.next(Fault.FAILED_BEFORE, path_contains="/", times=5)
    assert world.create(world.order()) == Made(made.id, found=True)
    assert world.faults.injected == {}


def test_a_create_that_fails_every_time_gives_up_with_the_last_failure(world):
    world.faults.next(Fault.FAILED_BEFORE, path_contains="/api/goods_outs", times=5)
    with pytest.raises(ServerFailed) as failed:
        world.create(world.order())
    assert failed.value.retry is Retry.ASK_FIRST
    assert world.faults.injected == {Fault.FAILED_BEFORE: 2}
    assert (world.paused, len(world.warehouse.goods_outs)) == ([2.0, 10.0], 0)


def test_a_slow_create_that_lands_during_the_pause_is_found(world):
    world.faults.next(Fault.FAILED_BEFORE, path_contains="/api/goods_outs")
    call = world.order()
    attributes = call.json["data"]["attributes"]
    world.while_pausing = lambda: world.warehouse.create_goods_out(attributes, None)
    made = world.create(call)
    assert (made.found, len(world.warehouse.goods_outs)) == (True, 1)


def test_a_failed_look_after_a_lost_answer_leaves_the_create_in_doubt(world):
    world.faults.next(Fault.DROPPED_AFTER, path_contains="/api/goods_outs")
    world.while_pausing = lambda: world.faults.next(Fault.FAILED_BEFORE, path_contains="/graphql")
    with pytest.raises(OutcomeUnknown) as unknown:
        world.create(world.order())
    assert unknown.value.retry is Retry.ASK_FIRST
    assert isinstance(unknown.value.__cause__, ServerFailed)
    made = world.create(world.order())
    assert (made.found, len(world.warehouse.goods_outs)) == (True, 1)


def test_a_failed_first_look_sends_nothing(world):
    world.faults.next(Fault.FAILED_BEFORE, path_contains="/graphql")
    with pytest.raises(ServerFailed):
        world.create(world.order())
    assert (world.paused, len(world.warehouse.goods_outs)) == ([], 0)


def test_two_records_under_one_reference_are_a_conflict_that_names_both(world):
    attributes = world.order().json["data"]["attributes"]
    twins = [world.warehouse.create_goods_out(attributes, None).id for _ in range(2)]
    with pytest.raises(Conflict) as conflict:
        world.create(world.order())
    assert all(str(twin) in conflict.value.what for twin in twins)
    assert (conflict.value.record, conflict.value.field) == ("goods out SO-1", "reference")
    assert conflict.value.retry is Retry.POINTLESS


def test_a_refusal_stands_when_the_record_is_not_there(world):
    call = _coded("suppliers", "X" * 51)
    with pytest.raises(Unprocessable):
        world.create(call)
    assert world.paused == []


def test_a_refusal_because_somebody_was_quicker_is_as_good_as_made(world):
    call = world.calls_of_each_kind()["products"]
    send = world.clarus.send

    def let_another_make_it_first(one, **options):
        if one is call:
            world.warehouse.create_product(call.json["data"]["attributes"])
        return send(one, **options)

    world.clarus.send = let_another_make_it_first
    made = world.create(call)
    assert made == Made(str(id_of(world.warehouse.products, "NEW-1")), found=True)


def test_threads_that_create_the_same_record_at_once_make_one():
    warehouse = brand_warehouse()
    with LocalServer(clarus_app(warehouse)) as server:
        world = World("sync", server.url, warehouse, Faults())
        together, made = threading.Barrier(8), []

        def run():
            together.wait()
            made.append(world.create(world.order()))

        threads = [threading.Thread(target=run) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        world.close()
    assert len({one.id for one in made}) == len(warehouse.goods_outs) == 1
    assert sorted(one.found for one in made) == [False] + [True] * 7


def test_tasks_that_create_the_same_record_at_once_make_one():
    warehouse = brand_warehouse()
    with LocalServer(clarus_app(warehouse)) as server:
        world = World("async", server.url, warehouse, Faults())

        async def both():
            return await asyncio.gather(*(world.safe.create(world.order()) for _ in range(8)))

        made = world.wait(both())
        world.close()
    assert len({one.id for one in made}) == len(warehouse.goods_outs) == 1


# What decides, alone -----------------------------------------------------------------------------------------

ORDER = calls.goods_outs.create(
    account_id=3,
    reference="so-1",
    expected_date_of_dispatch="2026-07-14T16:00:00Z",
    lines=[{"product_id": 1, "order_quantity": 1}],
)


def row(node_id, reference, account="3"):
    return GoodsOutNode(id=node_id, reference=reference, account={"id": account})


def test_a_look_asks_for_the_reference_within_the_account():
    creation = Creation(ORDER)
    assert creation.step.listing.where == {"reference": {"eq": "so-1"}, "account_id": {"eq": "3"}}


def test_a_server_that_compares_without_case_does_not_make_another_order_pass_for_ours():
    creation = Creation(ORDER)
    creation.told([row("8", "SO-1"), row("9", "so-1", account="4")])
    assert isinstance(creation.step, Send)


def test_an_answer_that_could_not_be_read_is_looked_up_and_one_that_was_sent_elsewhere_is_final():
    lost, moved = Creation(ORDER), Creation(ORDER)
    for creation in (lost, moved):
        creation.told([])
    lost.failed(OutcomeUnknown("lost"))
    assert isinstance(lost.step, Pause)
    with pytest.raises(OutcomeUnknown):
        moved.failed(OutcomeUnknown("sent on", retry=Retry.POINTLESS))


def test_what_was_made_is_told_by_the_answer():
    creation = Creation(ORDER)
    creation.told([])
    creation.told(Saved(id="5"))
    assert (creation.step, creation.made) == (None, Made("5", found=False))


@pytest.mark.parametrize(
    "call",
    [
        calls.goods_outs.cancel(7),
        calls.goods_outs.update(7, reference="SO-2"),
        calls.account_products.assign(7, 3),
        create("goods_in.create", rest_path("goods_in_receipts"), document("goods_in_receipts", {}), record="x"),
    ],
    ids=["an action", "a change", "an assignment", "a receipt without a reference"],
)
def test_what_could_not_be_found_again_is_refused(call):
    with pytest.raises(InvalidRecord):
        Creation(call)


def test_pauses_are_checked():
    with pytest.raises(ConfigurationError):
        SafeCreate(object(), pauses=[-1.0])


@pytest.mark.parametrize("fault", LOST)
def test_without_pauses_it_is_sent_once_and_what_is_unknown_is_raised_at_once(world, fault):
    once = type(world.safe)(world.clarus, pauses=())
    world.faults.next(fault, path_contains="/api/goods_outs")
    with pytest.raises((OutcomeUnknown, ServerFailed)):
        world.wait(once.create(world.order()))
    assert (world.paused, len(world.warehouse.goods_outs)) == ([], int(fault.after_the_effect))
    assert world.wait(once.create(world.order())).found is fault.after_the_effect


def test_a_tenant_that_answers_a_look_with_an_error_gets_no_order():
    tenant = Tenant()
    face = Face("sync", tenant)
    tenant._listed = lambda body: httpx.Response(200, json={"errors": [{"message": "no such field"}]})
    with pytest.raises(QueryFailed):
        SafeCreate(face.client).create(ORDER)
    assert [request.url.path for request in tenant.requests] == ["/graphql"]
    face.close()
