"""The crosswalk in the ledger: every version of every pair, and since when."""

import datetime as dt
import threading

import pytest
from flows_world import BLACK, CODES, ODD, loop
from ledger_databases import a_place
from test_cli import SITE

from clarus_bluecherry.config import load_site
from clarus_bluecherry.flows.crosswalk import learn, pair_history, remember
from clarus_bluecherry.ledger import State
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.model import Product, Sku
from clarus_bluecherry.sku import Crosswalk, Decision, Origin, Recipe, WarehouseProduct

DAY = dt.timedelta(days=1)
FIRST = dt.datetime(2026, 3, 1, 9, tzinfo=dt.UTC)
SHIRT, SKIRT = Sku("01234", "BLK", size="M"), Sku("0777", "RED", size="S")
MASTER = [Product(sku=SHIRT), Product(sku=SKIRT)]


def crosswalk(*codes: str, decisions: tuple[Decision, ...] = ()) -> Crosswalk:
    listed = [WarehouseProduct(code, id=str(number)) for number, code in enumerate(codes, 1)]
    return Crosswalk.build(MASTER, listed, Recipe(), decisions, since=FIRST + 99 * DAY)


@pytest.fixture
def ledger():
    with Ledger.open(":memory:") as found:
        yield found


def since(found: Crosswalk) -> dict[str, dt.datetime | None]:
    return {pair.code: pair.since for pair in found.pairs}


def test_a_pair_is_dated_with_the_day_it_first_stood_so(ledger):
    remember(ledger, crosswalk("1234_blk_m"), FIRST)
    later = remember(ledger, crosswalk("1234_blk_m", "0777-RED-S"), FIRST + DAY)
    assert since(later) == {"1234_blk_m": FIRST, "0777-RED-S": FIRST + DAY}
    assert len(pair_history(ledger)) == 2


def test_every_change_is_a_version_and_a_lost_pair_is_one_too(ledger):
    remember(ledger, crosswalk("1234_blk_m"), FIRST)
    decided = Decision(code="1234_blk_m", sku=SKIRT, since=FIRST + DAY, note="relabelled")
    remember(ledger, crosswalk("1234_blk_m", decisions=(decided,)), FIRST + 2 * DAY)
    remember(ledger, crosswalk("0777-RED-S"), FIRST + 3 * DAY)
    told = [(at, entry.sku, entry.origin) for at, entry in pair_history(ledger, "1234_blk_m")]
    assert told == [
        (FIRST, SHIRT, "rule"),
        (FIRST + 2 * DAY, SKIRT, "person"),
        (FIRST + 3 * DAY, None, ""),
    ]


def test_a_persons_pair_keeps_the_persons_date(ledger):
    decided = Decision(code="1234_blk_m", sku=SKIRT, since=FIRST - DAY)
    kept = remember(ledger, crosswalk("1234_blk_m", decisions=(decided,)), FIRST)
    assert since(kept) == {"1234_blk_m": FIRST - DAY}


def test_the_history_says_how_a_pair_was_made(ledger):
    remember(ledger, crosswalk("1234_blk_m"), FIRST)
    ((_, entry),) = pair_history(ledger)
    assert entry.product_id == "1"
    assert any("zero" in rule for rule in entry.rules)


def test_the_dated_crosswalk_answers_as_before(ledger):
    found = crosswalk("1234_blk_m", "0777-RED-S")
    dated = remember(ledger, found, FIRST)
    assert [dated.match(code) for code in ("1234_blk_m", "1234-BLK-M")] == [
        found.match(code) for code in ("1234_blk_m", "1234-BLK-M")
    ]
    assert dated.code_of(SHIRT) == "1234_blk_m"
    assert dated.match("1234_blk_m").origin is Origin.RULE


def test_a_site_that_learns_again_changes_nothing() -> None:
    with loop() as here:
        before = pair_history(here.site.ledger)
        assert {entry.code for _, entry in before} == {CODES[BLACK], "01234-NVY-30/32"}
        here.later(days=1)
        here.learn()
        assert pair_history(here.site.ledger) == before


@pytest.mark.parametrize("system", ["sqlite", "postgres"])
def test_workers_that_learn_at_once_keep_each_version_once(system, tmp_path):
    path = a_place(system, tmp_path)
    Ledger.open(path).close()
    found = crosswalk("1234_blk_m", "0777-RED-S")

    def work(number: int) -> None:
        with Ledger.open(path) as ledger:
            remember(ledger, found, FIRST + number * DAY)

    workers = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    with Ledger.open(path) as ledger:
        assert len(pair_history(ledger)) == 2


def test_what_a_person_decided_in_the_sites_sheet_is_learnt_at_the_next_turn(tmp_path):
    sheet = tmp_path / "decisions.csv"
    sheet.write_text("", "utf-8")
    with loop() as here:
        here.release("1001", ((ODD, 4),))
        here.turn()
        assert here.states("goods_out") == [State.PARKED]
        sheet.write_text(
            "clarus_code,style,color,label,dimension,size,division,origin\nLEGACY-9,07777,RED,,,O/S,,person\n",
            "utf-8",
        )
        (tmp_path / "site.toml").write_text(
            SITE.format(clarus=here.clarus_url, bluecherry=here.bluecherry_url, ledger="unused.sqlite")
            + f"[sku]\ndecisions = '{sheet}'\n",
            "utf-8",
        )
        here.site = learn(here.site, load_site(tmp_path / "site.toml"))
        here.turn()
        assert here.states("goods_out") == [State.POSTED]
