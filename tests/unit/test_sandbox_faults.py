"""Each fault as an HTTP client sees it, and what the application has done by then."""

import httpx
import pytest
from sandbox_world import DRESS, brand_warehouse, order, served

from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.sandbox import Fault, Faults, FaultyApp, LocalServer, Rates


@pytest.fixture
def faults():
    return Faults()


@pytest.fixture
def warehouse():
    return brand_warehouse()


@pytest.fixture
def clarus(warehouse, faults):
    with served(warehouse, faults=faults) as caller:
        yield caller


@pytest.fixture
def create(clarus, warehouse):
    return lambda: clarus.send("POST", "/api/goods_outs", "goods_outs", order(warehouse, (DRESS, 1)))


def test_too_many_requests_says_when_to_come_back_and_has_no_effect(faults, warehouse, create):
    faults.retry_after = "1"
    faults.next(Fault.TOO_MANY)
    answer = create()
    assert (answer.status_code, answer.headers["retry-after"], len(warehouse.goods_outs)) == (429, "1", 0)
    assert create().status_code == 200


def test_too_many_requests_can_leave_out_when(faults, warehouse, create):
    faults.next(Fault.TOO_MANY_WITHOUT_RETRY_AFTER)
    answer = create()
    assert (answer.status_code, "retry-after" in answer.headers, len(warehouse.goods_outs)) == (429, False, 0)


def test_a_failure_before_has_no_effect_and_one_after_has(faults, warehouse, create):
    faults.next(Fault.FAILED_BEFORE)
    assert (create().status_code, len(warehouse.goods_outs)) == (500, 0)
    faults.next(Fault.FAILED_AFTER)
    assert (create().status_code, len(warehouse.goods_outs)) == (500, 1)


def test_a_dropped_connection_gives_no_answer_although_the_order_is_there(faults, warehouse, create):
    faults.next(Fault.DROPPED_AFTER)
    with pytest.raises(httpx.RemoteProtocolError):
        create()
    assert len(warehouse.goods_outs) == 1
    assert create().status_code == 200
    assert faults.injected == {Fault.DROPPED_AFTER: 1}


def test_many_drops_in_a_row_leave_the_server_well(faults, warehouse, create):
    faults.next(Fault.DROPPED_AFTER, times=20)
    for _ in range(20):
        with pytest.raises(httpx.RemoteProtocolError):
            create()
    assert create().status_code == 200
    assert len(warehouse.goods_outs) == 21


def test_a_late_answer_runs_into_the_callers_timeout(faults, clarus, warehouse):
    faults.slow_by = 0.3
    faults.next(Fault.SLOW, path_contains="goods_outs")
    clarus.http.timeout = httpx.Timeout(0.1)
    with pytest.raises(httpx.ReadTimeout):
        clarus.send("POST", "/api/goods_outs", "goods_outs", order(warehouse, (DRESS, 1)))
    assert len(warehouse.goods_outs) == 1


def test_a_scripted_fault_waits_for_its_path(faults, clarus, create):
    faults.next(Fault.FAILED_BEFORE, path_contains="goods_outs")
    assert "data" in clarus.query("{ __typename }")
    assert create().status_code == 500


def test_a_scripted_fault_after_the_effect_passes_queries_by(faults, clarus, create):
    faults.next(Fault.FAILED_AFTER)
    assert "data" in clarus.query("{ __typename }")
    assert create().status_code == 500


def test_the_application_is_told_about_applied_writes_before_the_answer_leaves(faults, clarus, warehouse, create):
    seen = []
    faults.on_write_applied = lambda method, path: seen.append((method, path, len(warehouse.goods_outs)))
    clarus.query("{ __typename }")
    clarus.send("POST", "/api/goods_outs", "goods_outs", {})
    create()
    assert seen == [("POST", "/api/goods_outs", 1)]


def test_nothing_happens_while_paused(faults, create):
    faults.next(Fault.FAILED_BEFORE)
    faults.pause()
    assert create().status_code == 200
    faults.resume()
    assert create().status_code == 500


def test_the_same_seed_strikes_the_same_requests():
    rates = Rates(too_many=0.2, failed_before=0.2, dropped_after=0.2)
    runs = [
        [faults.strike("POST", "/api/goods_outs") for _ in range(200)]
        for faults in (Faults(seed=3, rates=rates), Faults(seed=3, rates=rates), Faults(seed=4, rates=rates))
    ]
    assert runs[0] == runs[1] != runs[2]
    assert 90 < sum(fault is not None for fault in runs[0]) < 150
    assert set(runs[0]) == {None, Fault.TOO_MANY, Fault.FAILED_BEFORE, Fault.DROPPED_AFTER}


def test_random_faults_after_the_effect_strike_writes_only_and_tokens_are_spared():
    faults = Faults(rates=Rates(failed_after=0.5, dropped_after=0.5))
    assert faults.strike("POST", "/graphql") is None
    assert faults.strike("GET", "/products") is None
    assert faults.strike("DELETE", "/api/products/1") is not None
    assert Faults(rates=Rates(too_many=1)).strike("POST", "/oauth/token") is None


def test_rates_above_one_in_all_are_refused():
    with pytest.raises(ConfigurationError):
        Rates(too_many=0.6, failed_before=0.6)
    with pytest.raises(ValueError, match="too_many"):
        Rates(too_many=-0.1)


def test_a_taken_port_is_said_so(faults):
    async def nothing(scope, receive, send):
        """Never asked."""

    with (
        LocalServer(FaultyApp(nothing, faults)) as server,
        pytest.raises(ConfigurationError, match="cannot listen"),
    ):
        LocalServer(nothing, port=int(server.url.rpartition(":")[2])).start()
