"""`morning`: the page that it writes, what the screen says first, its exit codes, and that no person is in it."""

from __future__ import annotations

import json

import pytest
from attrs import evolve
from flows_world import SHIP_TO, loop
from test_cli import SECRETS, SITE, run

from clarus_bluecherry.cli.exit_codes import ExitCode
from clarus_bluecherry.flows import collect_movements, collect_orders, deliver
from clarus_bluecherry.ledger.store import Ledger

SECRET = {"name": "Zebedee Quux", "addr1": "99 Hidden Lane", "email": "zeb@example.com"}
EIGHT, LATER = "2026-03-04T08:00:00-05:00", "2026-03-09T08:00:00-05:00"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """One order has left and is not invoiced, one drifted."""
    folder = tmp_path_factory.mktemp("morning")
    with loop() as here:
        path = folder / "site.toml"
        text = SITE.format(clarus=here.clarus_url, bluecherry=here.bluecherry_url, ledger=folder / "ledger.sqlite")
        path.write_text(text, "utf-8")
        with Ledger.open(folder / "ledger.sqlite", now=lambda: here.time) as ledger:
            site = evolve(here.site, ledger=ledger)
            for number in ("1001", "1002"):
                here.release(number)
                here.erp.picks[number].ship_to = {**SHIP_TO, **SECRET}
            collect_orders(site)
            deliver(site)
            here.later(minutes=5)
            pick = here.erp.picks["1002"]
            here.erp.change_pick("1002", [evolve(line, bk_qty=1) for line in pick.lines])
            here.ship("1001")
            collect_orders(site)
            collect_movements(site)
            deliver(site)
        yield str(path), folder


def test_the_screen_says_what_to_do_first_and_where_the_page_is(world, monkeypatch):
    path, folder = world
    out = folder / "out"
    done = run("morning", "--site", path, "--as-of", EIGHT, "--out", str(out), **SECRETS)
    assert done.returncode == ExitCode.FOUND, done.stderr
    flowing = " ".join(done.stdout.split())
    assert "Eight o'clock, Wednesday 2026-03-04 08:00 EST" in flowing
    assert "2 things to do: " in flowing
    assert "for finance; -7 units; -54.00 USD" in flowing
    assert "dispatch_not_posted:order 1001" in done.stdout.splitlines()
    assert f"Open {out / 'morning.html'}" in done.stdout.splitlines()
    assert {"morning.html", "morning.json", "morning.xlsx", "csv"} <= {each.name for each in out.iterdir()}
    assert "2 things to do" in (out / "morning.html").read_text("utf-8")


def test_an_owner_has_a_page_of_his_own_and_json_is_one_document(world):
    path, folder = world
    done = run("morning", "--site", path, "--as-of", EIGHT, "--for", "operations", "--json", **SECRETS)
    document = json.loads(done.stdout)
    assert document["title"] == "Eight o'clock: operations"
    assert not (folder / "morning").exists(), "with --json no page goes anywhere by itself"
    one = folder / "finance.json"
    done = run("morning", "--site", path, "--as-of", EIGHT, "--for", "finance", "--out", str(one), **SECRETS)
    assert "1 thing to do: dispatch of pick 1001 (finance, -54.00 USD)." in " ".join(done.stdout.split())
    assert json.loads(one.read_text("utf-8"))["title"] == "Eight o'clock: finance"


def test_over_a_limit_it_ends_with_three_and_nobody_waits_with_nought(world):
    path, folder = world
    out = ("--out", str(folder / "codes.json"))
    done = run("morning", "--site", path, "--as-of", LATER, "--for", "finance", *out, **SECRETS)
    assert done.returncode == ExitCode.OVER_LIMIT
    done = run("morning", "--site", path, "--as-of", EIGHT, "--for", "integration", *out, **SECRETS)
    assert done.returncode == ExitCode.WELL, done.stdout
    assert "Nothing waits for integration." in done.stdout


def test_a_folder_without_books_leaves_the_rest(world):
    path, folder = world
    out = folder / "broken.json"
    books = folder / "nowhere"
    books.mkdir()
    where = ("--books", str(books), "--out", str(out))
    done = run("morning", "--site", path, "--as-of", EIGHT, *where, **SECRETS)
    assert done.returncode == ExitCode.FOUND
    assert "1 source could not be read." in done.stdout
    assert "2 things to do" in done.stdout
    told = json.loads(out.read_text("utf-8"))
    assert "the books could not be read" in json.dumps(told)


def test_what_is_all_acknowledged_waits_for_nobody(world):
    path, folder = world
    run("exceptions", "--site", path, **SECRETS)
    said = ("--why", "the mill answers", "--who", "Ada", "--site", path)
    done = run("exceptions", "ack", "dispatch_not_posted:order 1001", "--until", "2999-12-31", *said, **SECRETS)
    assert done.returncode == ExitCode.WELL, done.stderr
    out = ("--out", str(folder / "acknowledged.json"))
    done = run("morning", "--site", path, "--for", "finance", *out, **SECRETS)
    assert "Nothing waits for finance." in done.stdout
    assert done.returncode == ExitCode.WELL, done.stdout


def test_no_person_is_in_any_of_it(world):
    _, folder = world
    written = [each for each in folder.rglob("*") if each.is_file() and each.suffix in (".html", ".json", ".csv")]
    assert len(written) > 10
    for each in written:
        text = each.read_text("utf-8")
        assert not [word for word in (*SECRET.values(), "Zebedee") if word in text], each.name
