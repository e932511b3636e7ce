"""The commands of the close with a site: its warehouse and its ledger, beside Blue Cherry's exports."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from flows_world import BLACK, loop
from test_cli import SECRETS, inputs, run

from clarus_bluecherry.model import from_plain
from tests.finance.close_site_world import by_site, exported, sku_of, without_warehouse

CLOSED = "2026-03-02"


@pytest.fixture
def options(tmp_path):
    """A site's file, whose ledger has a dispatch that Blue Cherry did not invoice, and its books."""
    with loop(ledger=str(tmp_path / "ledger.sqlite")) as here:
        here.release("1001")
        here.issue()
        here.turn()
        here.ship("1001")
        here.turn()
        books = without_warehouse(exported(here, tmp_path / "exports"))
        yield here, [*inputs(here, tmp_path)[:2], "--books", str(books), "--as-of", CLOSED]


def asked(command, options, *more):
    done = run(command, *options, "--json", *more, **SECRETS)
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def test_a_site_is_closed_as_in_python(options):
    here, site = options
    close = by_site(here.site, Path(site[3]), as_of=CLOSED)
    document = asked("close", site)
    told = [(each["item"], Decimal(each["variance"]), each["causes"][0]["status"]) for each in document["lines"]]
    assert told == [(line.item, line.variance, line.causes[0].status) for line in close.lines]
    assert asked("reconcile", site)["positions"] == asked("position", site, "--differing")["positions"]
    assert asked("rollforward", site)["foots"] is True
    assert asked("period", site)["period"]["name"] == "2026-03"


def test_an_entry_leads_to_the_fact_and_to_what_the_source_said(options):
    here, site = options
    document = asked("explain", site, "--item", sku_of(BLACK).key, "--location", "NJ")
    (entry,) = [each for each in document["entries"] if each["source"] == "ledger"]
    (fact,) = document["facts"]
    kept = here.site.ledger.fact(entry["row"])
    assert (fact["key"], fact["kind"], fact["recorded_at"]) == (kept.key, kept.kind, kept.recorded_at.isoformat())
    assert from_plain(json.loads(fact["record"])) == kept.record
    assert fact["raw"] is kept.raw is None  # what a query gave is its record
    assert [each["state"] for each in document["postings"]][-1] == "accepted"


def test_one_source_is_asked(options):
    _, site = options
    for wrong in (["--from", site[3]], ["--from", site[3], "--books", site[3]]):
        done = run("position", *wrong, *(site[:2] if "--books" not in wrong else []), **SECRETS)
        assert (done.returncode, "--from" in done.stderr) == (2, True)
