"""A kind of message that a site's Blue Cherry does not have: told once, for a person, and it ends nothing."""

import json
from collections import Counter
from contextlib import contextmanager

import httpx
import pytest
from attrs import define, evolve, field
from flows_world import BLACK, CODES, Loop, bluecherry_through, loop
from test_cli import SITE, run

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
from clarus_bluecherry.bluecherry.messages import PickTicket
from clarus_bluecherry.bluecherry.sheets import template, write_sheet
from clarus_bluecherry.bluecherry.transport import NotCarried
from clarus_bluecherry.config import Secrets, load_site
from clarus_bluecherry.errors import ConfigurationError, NotFound
from clarus_bluecherry.finance.exceptions import ExceptionTerms, ledger_exceptions
from clarus_bluecherry.flows.opening import bluecherry_of
from clarus_bluecherry.flows.orders_out import collect_orders
from clarus_bluecherry.ledger import State
from clarus_bluecherry.sandbox.bluecherry_app import SUBSCRIPTION_KEY

PICKS, ORDERS, STYLES = "/api/pick", "/api/productionOrderByStage", "/api/style"
MARK = "bluecherry.picks"


@define
class Partly(httpx.BaseTransport):
    """The way to the sandbox's Blue Cherry, on which some endpoints are not there: `gone` are paths, or pages."""

    gone: set[object] = field(factory=set)
    asked: Counter[str] = field(factory=Counter)
    way: httpx.HTTPTransport = field(factory=httpx.HTTPTransport)

    def handle_request(self, request):
        path = request.url.path
        self.asked[path] += 1
        if path in self.gone or (path, request.url.params.get("_pgno")) in self.gone:
            return httpx.Response(404, json={"statusCode": 404, "message": "Resource not found"})
        return self.way.handle_request(request)

    def close(self):
        self.way.close()


@contextmanager
def partly(*gone):
    """A loop over REST with endpoints that are not there."""
    way = Partly(set(gone))
    with loop() as here, BlueCherry(bluecherry_through(here.bluecherry_url, way)) as bluecherry:
        here.site = evolve(here.site, bluecherry=bluecherry)
        yield here, way


def told(here: Loop) -> list[str]:
    """What stands on the exception list about readings."""
    found = ledger_exceptions(here.site.ledger, ExceptionTerms(now=here.time))
    return [item.what for item in found if item.what.startswith("reading of")]


def test_picks_go_out_though_there_are_no_production_orders_and_that_is_told_once():
    with partly(ORDERS) as (here, _):
        for number in ("1", "2", "3", "4"):
            here.release(number, ((BLACK, 1),))
            here.turn()
            assert told(here) == ["reading of production order"]
        assert {order.reference for order in here.warehouse.goods_outs} == {"1", "2", "3", "4"}
        (item,) = here.waiting()
        assert "production_order" in item.reason
        assert "bluecherry.kinds" in item.reason
        assert "404" in item.reason


def test_it_is_cleared_when_the_endpoint_comes_and_told_again_when_it_goes_again():
    with partly(ORDERS) as (here, way):
        here.issue("C1")
        here.turn()
        assert len(here.warehouse.goods_in_receipts) == 0
        for times in (1, 2, 3):
            assert told(here) == ["reading of production order"]
            way.gone.clear()
            here.turn()
            assert told(here) == []
            assert [order.reference for order in here.warehouse.goods_in_receipts] == ["C1"]
            way.gone.add(ORDERS)
            for _ in range(3):
                here.turn()
            assert len(here.unread()) == times + 1


def test_styles_that_are_not_there_are_told_and_what_was_learnt_of_them_stands():
    with partly() as (here, way):
        here.learn()
        known = here.site.crosswalk.pairs
        assert {pair.code for pair in known} >= {CODES[BLACK]}
        way.gone.add(STYLES)
        for _ in range(3):
            here.learn()
            here.turn()
        assert told(here) == ["reading of style"]
        assert here.site.crosswalk.pairs == known
        here.release("1", ((BLACK, 1),))
        here.turn()
        assert here.states("goods_out") == [State.POSTED]
        way.gone.clear()
        here.learn()
        assert told(here) == []


def test_styles_that_were_never_there_stop_no_reading_and_what_needs_them_waits():
    with partly(STYLES) as (here, way):
        here.site = evolve(here.site, crosswalk=None)
        here.release("1", ((BLACK, 1),))
        here.learn()
        here.turn()
        assert here.states("goods_out") == [State.PARKED]
        assert told(here) == ["reading of style"]
        way.gone.clear()
        here.learn()
        here.turn()
        assert (here.states("goods_out"), told(here)) == ([State.POSTED], [])


def test_a_404_behind_the_first_page_is_no_missing_endpoint_and_the_mark_stays():
    with partly() as (here, way):
        for number in range(30):
            here.later(minutes=1)
            here.release(str(number), ((BLACK, 1),))
        way.gone.add((PICKS, "2"))
        for _ in range(2):
            with pytest.raises(NotFound):
                collect_orders(here.site)
            assert (told(here), here.site.ledger.watermark(MARK)) == ([], None)
        way.gone.clear()
        collect_orders(here.site)
        assert here.site.ledger.watermark(MARK) == here.time
        assert len(here.site.ledger.facts(kind="pick_ticket")) == 30


def test_without_a_mark_of_a_kind_that_is_not_there_all_of_it_is_read_when_it_comes():
    with partly(PICKS) as (here, way):
        here.release("1", ((BLACK, 1),))
        here.later(days=3)
        here.turn()
        assert here.site.ledger.watermark(MARK) is None
        way.gone.clear()
        here.turn()
        assert [order.reference for order in here.warehouse.goods_outs] == ["1"]


@pytest.mark.parametrize("when", ["at once", "at the first record"])
def test_a_transport_of_ones_own_may_say_that_it_does_not_carry_a_kind(when):
    class Mine:
        """Picks by way of the sandbox, and nothing else."""

        def __init__(self, inner):
            self.inner = inner

        def __getattr__(self, name):
            return getattr(self.inner, name)

        def read(self, kind, since=None):
            if kind is PICK_TICKET:
                return self.inner.read(kind, since)
            return self.refused(kind) if when == "at the first record" else next(self.refused(kind))

        def refused(self, kind):
            raise NotCarried(f"no {kind.title} comes by pigeon")
            yield

    with loop() as here:
        here.site = evolve(here.site, bluecherry=Mine(here.site.bluecherry))
        for number in ("1", "2"):
            here.release(number, ((BLACK, 1),))
            here.turn()
        assert [order.reference for order in here.warehouse.goods_outs] == ["1", "2"]
        assert told(here) == ["reading of production order"]
        assert "no production order comes by pigeon" in here.waiting()[0].reason


def test_what_a_site_does_not_have_is_never_asked_for():
    with partly(ORDERS, STYLES) as (here, way):
        here.site = evolve(here.site, kinds=frozenset({"pick_ticket"}))
        here.release("1", ((BLACK, 1),))
        for _ in range(2):
            here.turn()
            here.learn()
        assert set(way.asked) == {PICKS}
        assert here.unread() == []


# The site file -----------------------------------------------------------------------------------------------

KEY = {"BLUECHERRY_SUBSCRIPTION_KEY": SUBSCRIPTION_KEY}


def site_file(tmp_path, here=None, more=""):
    clarus, bluecherry = (here.clarus_url, here.bluecherry_url) if here else ("http://c.test", "http://b.test")
    text = SITE.format(clarus=clarus, bluecherry=bluecherry, ledger=tmp_path / "ledger.sqlite")
    path = tmp_path / "site.toml"
    path.write_text(text.replace("[bluecherry]\n", f"[bluecherry]\n{more}\n"), "utf-8")
    return path


@pytest.mark.parametrize(
    ("kinds", "what"),
    [
        ('["pick_tickets"]', "did you mean pick_ticket?"),
        ('["productionorder"]', "did you mean production_order?"),
        ('["order_shipment"]', "order_shipment is sent"),
    ],
)
def test_a_wrong_kind_in_the_site_file_names_the_nearest(tmp_path, kinds, what):
    with pytest.raises(ConfigurationError, match=r"bluecherry\.kinds") as caught:
        load_site(site_file(tmp_path, more=f"kinds = {kinds}"))
    assert what in str(caught.value)


# The command -------------------------------------------------------------------------------------------------

ALL = ["pick_ticket", "production_order", "style"]
ELSEWHERE = 'rest = { entities = { production_order = "productionOrder" } }'  # which the sandbox does not have


def check(path, **environment):
    done = run("bluecherry", "check", "--site", str(path), "--json", **{**KEY, **environment})
    return done.returncode, {one["kind"]: one for one in json.loads(done.stdout)["kinds"]} if done.stdout else {}


def test_check_says_of_each_kind_whether_it_is_there_and_settles_nothing(tmp_path):
    with loop() as here:
        here.release("1", ((BLACK, 1),))
        code, found = check(site_file(tmp_path, here))
        assert (code, [*found], {one["state"] for one in found.values()}) == (0, ALL, {"answers"})
        path = site_file(tmp_path, here, ELSEWHERE)
        code, found = check(path)
        states = [one["state"] for one in found.values()]
        assert (code, states) == (1, ["answers", "is not there", "answers"])
        assert "404" in found["production_order"]["why"]
        table = run("bluecherry", "check", "--site", str(path), **KEY)
        assert (table.returncode, "is not there" in table.stdout) == (1, True)
        assert not (tmp_path / "ledger.sqlite").exists()


def test_check_asks_only_for_what_the_site_has(tmp_path):
    with loop() as here:
        code, found = check(site_file(tmp_path, here, f'kinds = ["pick_ticket"]\n{ELSEWHERE}'))
        assert (code, [*found]) == (0, ["pick_ticket"])


def test_check_names_what_the_transport_does_not_carry(tmp_path):
    with loop() as here:
        code, found = check(site_file(tmp_path, here, 'kinds = ["pick_ticket", "period_status"]'))
        assert (code, found["period_status"]["state"]) == (1, "not carried by this transport")
        assert "no endpoint is public" in found["period_status"]["why"]


def test_check_exits_with_2_when_nothing_can_be_asked(tmp_path):
    with loop() as here:
        wrong = run(
            "bluecherry", "check", "--site", str(site_file(tmp_path, here)), BLUECHERRY_SUBSCRIPTION_KEY="no"
        )
        assert (wrong.returncode, wrong.stdout, "401" in wrong.stderr) == (2, "", True)


CSV = """transport = "csv"
sheets = { pick_ticket = { names = ["PICK*.csv"] }, style = { names = ["STYLE*.csv"] } }
files = { settle = 0 }
"""


def arrived(tmp_path):
    """A file of a pick ticket that has come."""
    path = tmp_path / "exchange" / "in" / "PICK1.csv"
    path.parent.mkdir(parents=True)
    row = {"pick_num": "1", "last_mod": "2026-03-02 08:30:00", "location": "NJ"}
    path.write_bytes(write_sheet(template("pick_ticket"), [PickTicket.model_validate(row)]))
    return path


def test_check_takes_no_file_that_has_arrived(tmp_path):
    file, path = arrived(tmp_path), site_file(tmp_path, more=CSV)
    code, found = check(path)
    assert (code, found["pick_ticket"]["state"]) == (1, "answers")
    assert found["production_order"]["state"] == "not carried by this transport"
    assert file.exists()
    run("bluecherry", "picks", "--site", str(path), **KEY)
    assert not file.exists()  # which took it


@pytest.mark.parametrize(("kinds", "settled"), [("[]", True), ('["style"]', True), ("false", False)])
def test_a_document_of_a_kind_that_the_site_does_not_have_waits_for_no_reader(tmp_path, kinds, settled):
    arrived(tmp_path)
    section = load_site(site_file(tmp_path, more=f"kinds = {kinds}\n{CSV}")).bluecherry
    with bluecherry_of(section, Secrets.from_environment({})) as bluecherry:
        assert list(bluecherry.styles()) == []
    assert bool([*tmp_path.rglob("quarantine/*PICK1.csv")]) is settled


def test_check_explains_itself():
    done = run("bluecherry", "check", "--help")
    assert (done.returncode, "Example" in done.stdout) == (0, True)


def test_an_address_at_which_nothing_is_there_ends_the_turn_and_says_so():
    with partly(ORDERS, PICKS) as (here, way):
        with pytest.raises(ConfigurationError, match="none of what this site reads is there") as caught:
            collect_orders(here.site)
        assert "bluecherry check" in caught.value.action
        assert sorted(told(here)) == ["reading of pick ticket", "reading of production order"]
        way.gone.clear()
        collect_orders(here.site)
        assert told(here) == []
