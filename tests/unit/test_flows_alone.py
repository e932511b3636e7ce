"""A feed is read by one worker at a time: the others send meanwhile, and wait for nobody who has stopped."""

import datetime as dt

import pytest
from flows_world import loop
from ledger_databases import a_place

from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows.alone import read_alone
from clarus_bluecherry.flows.ingest import Collected, Kept
from clarus_bluecherry.flows.turn import TurnStep, turn
from clarus_bluecherry.ledger import State

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(params=["sqlite", "postgres"])
def here(request, tmp_path):
    with loop(ledger=str(a_place(request.param, tmp_path))) as here:
        yield here


def read_nothing(site):
    return Collected()


def one_new(site):
    found = Collected()
    found.add(Kept.NEW)
    return found


def test_who_comes_while_another_one_reads_reads_nothing_and_sends(here):
    here.warehouse.adjust("1234_blk_m", 2, "FOUND")
    turn(here.site, steps=[TurnStep.MOVEMENTS])
    here.warehouse.adjust("1234_blk_m", 3, "FOUND")

    def meanwhile(site):
        other = turn(here.site)
        assert other.is_whole
        assert other.done[TurnStep.MOVEMENTS] == Collected()
        return one_new(site)

    assert read_alone(here.site, TurnStep.MOVEMENTS, meanwhile).new == 1
    assert here.states("inventory_adjustment") == [State.ACCEPTED]
    turn(here.site)
    assert here.states("inventory_adjustment") == [State.ACCEPTED, State.ACCEPTED]


def test_other_feeds_are_read_by_others_meanwhile(here):
    here.release()

    def meanwhile(site):
        turn(here.site, steps=[TurnStep.ORDERS])
        return read_nothing(site)

    read_alone(here.site, TurnStep.MOVEMENTS, meanwhile)
    assert here.states("goods_out") == [State.PENDING]


def test_a_reading_that_fails_is_over(here):
    def fails(site):
        raise InvalidRecord("it is no order")

    with pytest.raises(InvalidRecord):
        read_alone(here.site, "orders", fails)
    assert read_alone(here.site, "orders", one_new).new == 1


def test_who_stopped_while_reading_is_waited_for_as_long_as_a_lease(here):
    assert here.site.ledger.begin_reading("orders", within=here.site.lease)
    here.later(minutes=4)
    assert read_alone(here.site, "orders", one_new) == Collected()
    here.later(minutes=1)
    assert read_alone(here.site, "orders", one_new).new == 1


def test_who_reads_too_long_ends_nobody_else_s_reading(here):
    ledger = here.site.ledger
    first = ledger.begin_reading("orders", within=MINUTE)
    here.later(minutes=2)
    second = ledger.begin_reading("orders", within=MINUTE)
    assert first
    assert second
    ledger.end_reading("orders", first)
    assert ledger.begin_reading("orders", within=MINUTE) is None
    ledger.end_reading("orders", second)
    assert ledger.begin_reading("orders", within=MINUTE)
