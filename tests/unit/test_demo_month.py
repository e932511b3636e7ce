"""The demo's month closes, and its verdict fails when a figure, a date or a document of it is another one.

`DEMO_MONTH` is a folder that keeps the month between runs: whoever tries many faults of the close, as the mutants
do, plays it once.
"""

from __future__ import annotations

import csv
import os
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree

import pytest
from attrs import evolve

from clarus_bluecherry.bluecherry.inventory_report import read_inventory_report
from clarus_bluecherry.cli.demo import verdict, worker
from clarus_bluecherry.cli.demo.closed import close_checks, closes_of
from clarus_bluecherry.cli.demo.exports import write_month
from clarus_bluecherry.cli.demo.story import Story
from clarus_bluecherry.cli.demo.truth import MonthTruth, truths_of
from clarus_bluecherry.cli.demo.world import World
from clarus_bluecherry.finance import Reconciliation
from clarus_bluecherry.flows.reconcile import reconcile_now
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.sandbox.erp import columns
from clarus_bluecherry.sandbox.planting import PlantedKind

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def site(story: Story) -> Iterator[Site]:
    """The demo's site, at its end."""
    with worker.site_of(story.job, clock=story.world.clock) as site:
        yield site


@pytest.fixture(scope="module")
def month(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The exports of the month, with what a close of them has to say."""
    kept = os.environ.get("DEMO_MONTH", "")
    folder = Path(kept) if kept else tmp_path_factory.mktemp("kept") / "month"
    if not (folder / "truths.pickle").exists():
        story, site = request.getfixturevalue("story"), request.getfixturevalue("site")
        write_month(story.world, site.ledger, folder)
        (folder / "truths.pickle").write_bytes(pickle.dumps(truths_of(story.world)))
    return folder


def failing(month: Path, truths: tuple[MonthTruth, ...] = ()) -> list[str]:
    """What of the month's closes does not hold."""
    truths = truths or pickle.loads((month / "truths.pickle").read_bytes())
    checks = [
        check
        for close, truth in zip(closes_of(month, truths), truths, strict=True)
        for check in close_checks(close, truth)
    ]
    return [check.name for check in checks if not check.holds]


def test_the_month_closes_as_both_systems_know_it_at_its_end_and_later(month: Path) -> None:
    assert failing(month) == []


def test_every_kind_of_disagreement_is_planted_and_due(story: Story) -> None:
    there = story.world
    assert {one.kind for one in there.month.planted} == set(PlantedKind)
    first, now = truths_of(there)
    both = {one.document for one in (*first.planted, *now.planted)}
    assert both >= {one.document for one in there.month.planted if one.variance}
    assert {word for one in first.planted for word in one.statuses} - {
        word for one in now.planted for word in one.statuses
    } == {"restocked_not_in_books"}


# A verdict that can fail --------------------------------------------------------------------------------------


def changed(month: Path, into: Path, name: str, change: Callable[[Rows], object]) -> Path:
    """A copy of the month in which one file is another one."""
    copytree(month, into)
    with (into / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    header = list(rows[0])
    change(rows)
    with (into / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, header)
        writer.writeheader()
        writer.writerows(rows)
    return into


def one_invoice_in_february(rows: Rows) -> None:
    next(row for row in rows if row["move_date"] == "01/29/2026" and row["rec_type"] == "IN")["move_date"] = (
        "02/01/2026"
    )


def a_penny_more(rows: Rows) -> None:
    row = next(row for row in rows if row["move_date"] == "01/29/2026" and row["rec_type"] == "IN")
    row["value"] = str(float(row["value"]) + 0.01)


def a_line_less(rows: Rows) -> None:
    rows.remove(next(row for row in rows if row["rec_type"] == "R1"))


def a_unit_less(rows: Rows) -> None:
    row = next(row for row in rows if row["account"] == "BRAND" and int(row["quantity"]) > 1)
    row["quantity"] = str(int(row["quantity"]) - 1)


def nothing_told(rows: Rows) -> None:
    del rows[:]


def no_credit(rows: Rows) -> None:
    rows.pop(0)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("stock_ledger", one_invoice_in_february),
        ("stock_ledger", a_penny_more),
        ("stock_ledger", a_line_less),
        ("clarus_stock", a_unit_less),
        ("postings", nothing_told),
        ("credits", no_credit),
    ],
)
def test_another_date_penny_line_unit_or_word_fails(
    month: Path, tmp_path: Path, name: str, change: Callable[[Rows], object]
) -> None:
    truths = pickle.loads((month / "truths.pickle").read_bytes())
    assert failing(changed(month, tmp_path / "month", name, change), truths) != []


def wrong(there: World, ledger: Ledger, found: Reconciliation) -> list[str]:
    return [check.name for check in verdict.checks(there, ledger, found) if not check.holds]


def snapshot(there: World, site: Site) -> Reconciliation:
    return reconcile_now(site, read_inventory_report(columns.inventory_report(there.erp)).rows)


def test_the_verdict_notices_a_message_too_many_too_few_and_stock_that_vanished(story: Story, site: Site) -> None:
    there = story.world
    found = snapshot(there, site)
    assert wrong(there, site.ledger, found) == []
    again = there.erp.staged[3]
    there.erp.stage(again.entity, again.isa_num, again.body)
    assert wrong(there, site.ledger, found) == ["nothing was lost", "nothing was posted twice"]
    there.erp.staged.pop()
    there.erp.staged.pop(3)
    assert wrong(there, site.ledger, found) == ["nothing was lost"]
    there.erp.staged.insert(3, again)
    stock = next(iter(there.warehouse.stocks))
    stock.quantity -= 1
    try:
        assert wrong(there, site.ledger, snapshot(there, site)) == [
            "a snapshot finds nothing unexplained but what was planted"
        ]
    finally:
        stock.quantity += 1


def test_the_verdict_notices_what_the_books_have_on_another_day(
    story: Story, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = story.world
    book = there.erp.truth()
    place = next(place for place, one in enumerate(book) if one.isa_num and one.date == "01/29/2026")
    book[place] = evolve(book[place], date="01/28/2026")
    monkeypatch.setattr(there.erp, "truth", lambda: book)
    (fails,) = wrong(there, site.ledger, snapshot(there, site))
    assert fails == "the books have every posting on the day it was told"
