"""Codes to ids: exact, cached, and one query however many ask."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from clarus_world import Face, Tenant

from clarus_bluecherry.clarus import IdCache
from clarus_bluecherry.clarus._lookups import AsyncIds, Ids, Wanted
from clarus_bluecherry.errors import InvalidRecord, NotSent

SERVICES = [
    {"id": "1", "code": "NEXT", "carrier": {"id": "5", "code": "DPD"}},
    {"id": "2", "code": "NEXT", "carrier": {"id": "6", "code": "UPS"}},
    {"id": "3", "code": "SLOW", "carrier": {"id": "6", "code": "UPS"}},
]
PRODUCTS = [{"id": str(number), "code": f"SKU-{number}"} for number in range(1, 251)]


class Time:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def tenant():
    return Tenant(
        accounts=[{"id": 4, "code": "ACME"}, {"id": 5, "code": "acme"}, {"id": 6, "code": "Twin"}],
        products=list(PRODUCTS),
        carrier_services=SERVICES,
        **{
            root: [{"id": "9", "code": "X"}]
            for root in (
                "warehouses",
                "carriers",
                "order_types",
                "reason_codes",
                "customers",
                "suppliers",
                "stock_unit_types",
            )
        },
    )


@pytest.fixture(params=["sync", "async"])
def clarus(request, tenant, time):
    face = Face(request.param, tenant, id_cache=IdCache(keep=100, keep_absent=10, clock=time))
    yield face
    face.close()


@pytest.mark.parametrize(
    "kind",
    ["warehouse", "carrier", "order_type", "reason_code", "customer", "supplier", "stock_unit_type"],
)
def test_every_kind_is_found_by_its_code_and_remembered(clarus, tenant, kind):
    assert [clarus.id_of(kind, "X") for _ in range(3)] == ["9", "9", "9"]
    assert len(tenant.requests) == 1
    assert tenant.bodies[0]["variables"]["filter"] == {"code": {"eq": "X"}}


def test_codes_are_compared_to_the_letter_though_the_server_is_not(clarus):
    assert (clarus.id_of("account", "ACME"), clarus.id_of("account", "acme")) == ("4", "5")
    with pytest.raises(InvalidRecord):
        clarus.id_of("account", "Acme")


def test_an_unknown_code_is_named_and_asked_for_again_after_a_while(clarus, tenant, time):
    for _ in range(2):
        with pytest.raises(InvalidRecord, match="no product with the code 'SKU-X'") as caught:
            clarus.id_of("product", "SKU-X")
    assert (caught.value.record, caught.value.field) == ("product SKU-X", "code")
    assert len(tenant.requests) == 1
    tenant.rows["products"].append({"id": "999", "code": "SKU-X"})
    time.now = 11
    assert clarus.id_of("product", "SKU-X") == "999"


def test_an_id_is_asked_for_again_when_it_is_old_or_forgotten(clarus, tenant, time):
    clarus.id_of("account", "ACME")
    time.now = 101
    clarus.id_of("account", "ACME")
    clarus.client.ids.forget()
    clarus.id_of("account", "ACME")
    assert len(tenant.requests) == 3


def test_a_service_code_of_two_carriers_needs_the_carrier(clarus):
    with pytest.raises(InvalidRecord, match="2 records"):
        clarus.id_of("carrier_service", "NEXT")
    assert clarus.id_of("carrier_service", "NEXT", carrier="UPS") == "2"


def test_a_product_can_be_narrowed_to_its_owner(clarus, tenant):
    tenant.rows["products"] = [
        {"id": "1", "code": "S", "account_id": "4"},
        {"id": "2", "code": "S", "account_id": "6"},
    ]
    assert clarus.id_of("product", "S", account_id="6") == "2"


def test_priming_reads_many_codes_at_once(clarus, tenant):
    clarus.wait(clarus.client.ids.prime("product", [*(row["code"] for row in PRODUCTS), "SKU-X"]))
    asked = len(tenant.requests)
    assert [clarus.id_of("product", row["code"]) for row in PRODUCTS] == [row["id"] for row in PRODUCTS]
    with pytest.raises(InvalidRecord):
        clarus.id_of("product", "SKU-X")
    assert asked == len(tenant.requests) == 3


def test_priming_a_whole_list_knows_services_by_carrier_too(clarus, tenant):
    clarus.wait(clarus.client.ids.prime("carrier_service"))
    assert clarus.id_of("carrier_service", "NEXT", carrier="DPD") == "1"
    assert clarus.id_of("carrier_service", "SLOW") == "3"
    with pytest.raises(InvalidRecord):
        clarus.id_of("carrier_service", "NEXT")
    assert len(tenant.requests) == 1


# Many at once ----------------------------------------------------------------------------------------------------


def test_many_threads_that_miss_the_same_code_send_one_query(tenant):
    everybody_waits = threading.Event()
    tenant.before_answering = lambda request: everybody_waits.wait(10)
    face = Face("sync", tenant)
    ids, asking = face.client.ids, threading.Barrier(9)

    def ask():
        asking.wait(10)
        return ids.account("ACME")

    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(ask) for _ in range(8)]
        asking.wait(10)
        everybody_waits.set()
        assert [answer.result(10) for answer in answers] == ["4"] * 8
    face.close()
    assert len(tenant.requests) == 1


def test_many_threads_get_the_error_of_the_one_query_each_its_own():
    go, asking = threading.Event(), threading.Barrier(5)

    def read(listing):
        go.wait(10)
        raise NotSent("no route")

    ids = Ids(read, IdCache())

    def ask():
        asking.wait(10)
        return ids.account("ACME")

    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(ask) for _ in range(4)]
        asking.wait(10)
        go.set()
        errors = [answer.exception(10) for answer in answers]
    assert all(isinstance(error, NotSent) for error in errors)
    assert len({id(error) for error in errors}) == 4
    with pytest.raises(NotSent):
        ids.account("ACME")


def test_many_tasks_send_one_query_and_a_cancelled_one_leaves_it_to_the_others():
    asked = []

    async def main():
        go = asyncio.Event()

        async def read(listing):
            asked.append(listing)
            await go.wait()
            return [listing.model.model_validate({"id": "4", "code": "ACME"})]

        ids = AsyncIds(read, IdCache())
        first, *others = [asyncio.ensure_future(ids.account("ACME")) for _ in range(5)]
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.sleep(0)
        go.set()
        return await asyncio.gather(*others)

    assert asyncio.run(main()) == ["4"] * 4
    assert len(asked) == 1


def test_a_failed_query_is_not_remembered_by_tasks():
    answers = [NotSent("no route")]

    async def read(listing):
        if answers:
            raise answers.pop()
        return [listing.model.model_validate({"id": "4", "code": "ACME"})]

    async def main():
        ids = AsyncIds(read, IdCache())
        with pytest.raises(NotSent):
            await ids.account("ACME")
        return await ids.account("ACME")

    assert asyncio.run(main()) == "4"


def test_what_is_wanted_says_its_name():
    assert str(Wanted("stock_unit_type", "EACH")) == "stock unit type EACH"
