"""A person edits what a movement says: it is told as edited, and what the warehouse said stays and is shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flows_world import CODES, ODD, loop
from ledger_databases import Clock
from test_cli_ledger_acts import run, told
from test_flows_deciding import adjustment, one

from clarus_bluecherry.errors import IllegalTransition, InvalidRecord
from clarus_bluecherry.finance import in_flight
from clarus_bluecherry.flows import edit_posting, retry_posting
from clarus_bluecherry.ledger import Ledger, State
from clarus_bluecherry.model import Sku

BY_ADA = {"actor": "Ada", "reason": "mislabelled"}
NAVY = Sku("01234", "NVY", size="30/32")


@pytest.fixture
def here():
    with loop() as world:
        yield world


def posting(here):
    [found] = here.postings("inventory_adjustment")
    return found


def test_a_halted_sku_is_set_by_hand_and_what_the_warehouse_said_stays(here):
    here.warehouse.adjust(CODES[ODD], 3, "FOUND")
    here.turn()
    assert (posting(here).state, posting(here).reason_code) == (State.PARKED, "unknown_sku")
    edited = edit_posting(here.site.ledger, posting(here).key, {"item": NAVY}, **BY_ADA)
    assert (edited.state, edited.reason_code) == (State.PARKED, "edited")
    here.turn()
    assert posting(here).state in (State.ACCEPTED, State.POSTED)
    assert "NVY" in posting(here).payload["article"].values()
    fact = here.site.ledger.fact(posting(here).fact_key)
    assert CODES[ODD] in str(fact.record.item), "the fact is as it was told"
    [step] = [each for each in here.site.ledger.history(posting(here).key) if each.changes and each.actor == "Ada"]
    [[was, now]] = step.changes.values()
    assert (was["code"], now["color"], step.note) == (CODES[ODD], "NVY", "edited: mislabelled")


def test_what_was_rejected_goes_out_as_edited_and_is_worth_that_until_then(here):
    here.warehouse.adjust("1234_blk_m", 3, "FOUND")
    here.turn()
    articles = dict(here.erp.articles)
    here.erp.articles.clear()
    here.erp.process_staging()
    here.turn()
    here.erp.articles.update(articles)
    assert posting(here).state is State.REJECTED
    edit_posting(here.site.ledger, posting(here).key, {"quantity": "2"}, **BY_ADA)
    [change] = in_flight(here.site.ledger)
    assert change.quantity == 2
    here.turn()
    assert posting(here).state in (State.ACCEPTED, State.POSTED)
    assert posting(here).payload["size_qty"] == "2"


@pytest.fixture
def ledger(tmp_path: Path):
    with Ledger.open(tmp_path / "ledger.sqlite", now=Clock()) as opened:
        yield opened


@pytest.mark.parametrize("state", [State.IN_DOUBT, State.ACCEPTED, State.SENDING, State.POSTED, State.CANCELLED])
def test_what_may_have_been_sent_is_not_edited(ledger: Ledger, state: State) -> None:
    key = one(ledger, state=state)
    with pytest.raises(IllegalTransition):
        edit_posting(ledger, key, {"quantity": "3"}, **BY_ADA)
    assert ledger.posting(key).edited == {}


def test_what_is_in_doubt_and_not_there_can_be_edited_then(ledger: Ledger) -> None:
    key = one(ledger, state=State.IN_DOUBT)
    retry_posting(ledger, key, is_absent=True, **BY_ADA)
    assert edit_posting(ledger, key, {"quantity": "3"}, **BY_ADA).state is State.PARKED


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"colour": "BLK"}, "no such field"),
        ({"quantity/x": "1"}, "no such field"),
        ({"quantity": "many"}, "number"),
        ({"quantity": "0"}, "zero"),
        ({"id": "78"}, "another document"),
        ({"occurred_at": "2026-03-01T00:00:00+00:00"}, "another document"),
        ({"note": "by Jane Doe"}, "person"),
    ],
)
def test_what_is_not_there_does_not_fit_or_names_the_document_is_refused(
    ledger: Ledger, fields: dict[str, object], problem: str
) -> None:
    key = one(ledger)
    with pytest.raises(InvalidRecord, match=problem):
        edit_posting(ledger, key, fields, **BY_ADA)
    assert ledger.posting(key).edited == {}
    assert ledger.posting(key).state is State.PENDING


def test_an_edit_of_an_edit_keeps_what_the_source_said_and_tells_what_changed(ledger: Ledger) -> None:
    key = one(ledger)
    edit_posting(ledger, key, {"quantity": "3", "reason": "FOUND"}, **BY_ADA)
    edit_posting(ledger, key, {"quantity": "4"}, **BY_ADA)
    assert ledger.posting(key).edited["/quantity"] == {"was": "-2", "is": "4"}
    assert ledger.history(key)[-1].changes == {"quantity": ["3", "4"]}


def test_the_command_edits_one_or_many(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with Ledger.open(path, now=Clock()) as ledger:
        keys = [one(ledger, number, State.PARKED, reason_code="unknown_sku") for number in ("1", "2")]
    by_ada = ("--who", "Ada", "--why", "mislabelled")
    found = told("edit", path, "--reason", "unknown_sku", "--sku", NAVY.key, *by_ada, "--yes")
    assert [row["done"] for row in found["decided"]] == [True, True]
    with Ledger.open(path) as ledger:
        assert [each.edited["/item"]["is"]["color"] for each in map(ledger.posting, keys)] == ["NVY", "NVY"]
        assert [fact.record for fact in ledger.facts()] == [adjustment("1").record, adjustment("2").record]
    told("edit", path, keys[0], "--set", "quantity=5", *by_ada)
    shown = json.loads(run("show", path, "--key", keys[0], "--json"))
    assert [step["changed"] for step in shown if step["actor"] == "Ada"] == [
        "item: 01234 BLK M -> 01234 NVY 30/32",
        "quantity: -2 -> 5",
    ], "the original is shown"
    told("edit", path, keys[0], "--set", "colour=5", *by_ada, code=1)
    for nothing in ((), ("--set", "quantity"), ("--sku", "01234")):
        run("edit", path, keys[0], *nothing, *by_ada, code=2)
