"""A season with faults, in which everything secret and personal is a canary: none sings where others listen.

Both systems refuse, quote what they were sent (body and headers), answer with pages and with rows that break
rules. Logs at their loudest, reprs, errors and their pickles, reports, the commands and every table but one are
searched.
"""

from __future__ import annotations

import json
import logging
import pickle
import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import httpx
import pytest
from attrs import evolve, frozen
from flows_world import BLACK, ZONE, Loop, bluecherry_through, clarus_through, loop
from test_cli import run
from test_ledger_personal import stands

from clarus_bluecherry.bluecherry.client import BlueCherry
from clarus_bluecherry.clarus import wire
from clarus_bluecherry.clarus._client import Clarus
from clarus_bluecherry.cli.closing import closing_of
from clarus_bluecherry.errors import ClarusBluecherryError
from clarus_bluecherry.finance.exceptions import ExceptionTerms, ledger_exceptions
from clarus_bluecherry.flows.stories import order_story
from clarus_bluecherry.ledger import InboxState, State
from clarus_bluecherry.report import to_json
from clarus_bluecherry.report.closing_page import closing_page
from clarus_bluecherry.report.pages import page_html, page_json
from clarus_bluecherry.report.stories import order_story_page
from clarus_bluecherry.sandbox.bluecherry_app import SUBSCRIPTION_KEY
from clarus_bluecherry.sandbox.clarus_app import CLIENT_SECRET

_ADDRESS = ("name", "addr1", "addr2", "city", "state", "zipcode", "email", "phone", "contact")
_CANARY = "Zqx"


def canary(of: str) -> str:
    """Of the field's own shape, and found by one search."""
    return f"{_CANARY}{of}@example.com" if of == "email" else f"{_CANARY}{of}"


class Parrot(httpx.BaseTransport):
    """The way to a real server, on which some writes are refused in their own words, and picks get notes."""

    def __init__(self) -> None:
        self.way = httpx.HTTPTransport()
        self.tokens: set[str] = set()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.tokens |= {
            value.rpartition(" ")[2] for name, value in request.headers.items() if name == "authorization"
        }
        body = request.read().decode()
        heard = f"{body} {dict(request.headers)}"
        if request.method in ("POST", "PATCH") and "1002" in body and "graphql" not in request.url.path:
            said = {"errors": [{"code": 1, "symbol": "invalid", "details": self._words(body) + heard}]}
            return httpx.Response(
                422, json=said, headers={"X-Echo": heard.encode("ascii", "replace").decode()[:900]}
            )
        if request.method == "POST" and "1003" in body and "graphql" not in request.url.path:
            return httpx.Response(500, text=f"<html>{heard}</html>")
        response = self.way.handle_request(request)
        response.read()
        headers = {name: value for name, value in response.headers.items() if name != "content-length"}
        return httpx.Response(response.status_code, headers=headers, content=self._noted(response.content))

    @staticmethod
    def _words(body: str) -> str:
        return "; ".join(f"no person is called {word}" for word in re.findall(rf"{_CANARY}[\w@.]*", body))

    @staticmethod
    def _noted(content: bytes) -> bytes:
        if b"pickdetail" not in content:
            return content
        found = json.loads(content)
        for row in found["data"]["header"]:
            row["notes"] = canary("notes")
            for line in row["pickdetail"]["rows"]:
                line["notes"] = canary("linenotes")
                if row["pick_num"] == "1004":
                    line["bk_qty"] = canary("quantity")
        return json.dumps(found).encode()

    def close(self) -> None:
        self.way.close()


@frozen
class Season:
    here: Loop
    path: Path
    log: str
    secrets: tuple[str, ...]
    errors: tuple[BaseException, ...]


@contextmanager
def all_logs() -> Iterator[StringIO]:
    """Every line that anybody logs, at the loudest."""
    heard, root = StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(heard), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield heard
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Season]:
    path, parrot, errors = tmp_path_factory.mktemp("canaries") / "ledger.sqlite", Parrot(), list[BaseException]()
    with (
        all_logs() as log,
        loop(ledger=str(path)) as here,
        Clarus(here.warehouse.subdomain, sender=clarus_through(here.clarus_url, parrot)) as clarus,
        BlueCherry(bluecherry_through(here.bluecherry_url, parrot)) as bluecherry,
    ):
        here.site = evolve(here.site, clarus=clarus, bluecherry=bluecherry)
        for number in ("1001", "1002", "1003", "1004"):
            here.release(number, ((BLACK, 2),))
        for number, pick in list(here.erp.picks.items()):
            here.erp.picks[number] = evolve(pick, ship_to={name: canary(name) for name in _ADDRESS})
        for _ in range(3):
            here.turn()
        here.ship("1001")
        here.turn()
        line = wire.GoodsOutLineAttributes(product_id=1, order_quantity=1, alt_line_note=canary("linenotes"))
        person = wire.AddressAttributes(name=canary("name"), phone_number=canary("phone"))
        for reference in ("1002", "1003"):
            with pytest.raises(ClarusBluecherryError) as caught:
                clarus.goods_outs.create(
                    goods_out_type="sales_order",
                    account_id=1,
                    warehouse_id=1,
                    reference=reference,
                    expected_date_of_dispatch=here.time,
                    address=person,
                    lines=(line,),
                )
            errors.append(caught.value)
        secrets = (SUBSCRIPTION_KEY, CLIENT_SECRET, *parrot.tokens)
        yield Season(here, path, log.getvalue(), secrets, tuple(errors))


def heard(season: Season, text: str) -> set[str]:
    """What of the canaries stands in `text`."""
    return {each for each in (_CANARY, *season.secrets) if each.lower() in text.lower()}


def test_the_season_has_what_it_is_about(season: Season) -> None:
    """Else nothing is shown by what is not found."""
    states = {posting.reference: posting.state for posting in season.here.postings("goods_out")}
    assert states["1001"] is State.POSTED
    assert states["1002"] is State.REJECTED
    assert states["1003"] in (State.IN_DOUBT, State.RETRYING)
    [unread] = season.here.unread()
    assert unread.state is InboxState.WAITING
    told = stands(season.path)["personal"]
    assert {of for of in (*_ADDRESS, "notes", "linenotes", "quantity") if canary(of) not in told} == set()
    assert len(season.secrets) > 2
    assert "was refused with 422" in next(
        posting.reason for posting in season.here.postings("goods_out") if posting.reference == "1002"
    )


def test_no_table_but_the_one_for_them_holds_one(season: Season) -> None:
    found = {name: heard(season, text) for name, text in stands(season.path).items() if name != "personal"}
    assert not any(found.values()), found
    assert not heard(season, stands(season.path)["personal"]) & set(season.secrets)


def test_no_log_line_holds_one(season: Season) -> None:
    assert season.log
    assert heard(season, season.log) == set()


@pytest.mark.parametrize("number", ["1001", "1002", "1003", "1004"])
def test_no_story_holds_one(season: Season, number: str) -> None:
    """What was sent is in it, and what was refused, in the other side's words."""
    story = order_story(season.here.site.ledger, number, ZONE)
    assert story.messages or story.waits
    assert heard(season, f"{story} {json.dumps(page_json(order_story_page(story)), default=str)}") == set()


def test_no_repr_shows_one(season: Season) -> None:
    ledger = season.here.site.ledger
    postings = ledger.in_state(*State)
    shown = repr(
        (
            season.here.site,
            season.here.site.clarus,
            season.here.site.bluecherry,
            ledger,
            ledger.facts(),
            postings,
            [ledger.history(posting.key) for posting in postings],
            ledger.holding(order="1001"),
        )
    )
    assert heard(season, shown) == set()


def test_no_error_and_no_pickle_of_one_tells_it(season: Season) -> None:
    for error in season.errors:
        assert heard(season, f"{error} {error!r}") == set()
        assert heard(season, "".join(traceback.format_exception(error))) == set()
        assert heard(season, pickle.dumps(error).decode("latin-1")) == set()


def test_no_report_and_no_list_tells_one(season: Season) -> None:
    site = season.here.site
    closing = closing_of(site, season.here.reconcile(), "a close")
    listed = repr(ledger_exceptions(site.ledger, ExceptionTerms(now=site.clock())))
    assert "1002" in listed
    assert heard(season, page_html(closing_page(closing)) + to_json(closing) + listed) == set()


@pytest.mark.parametrize("arguments", [(), ("--state", "rejected"), ("--state", "parked"), ("--key", "1002")])
def test_no_command_shows_one(season: Season, arguments: tuple[str, ...]) -> None:
    for words in (
        ["show", str(season.path), *arguments, "--json"],
        ["erase", str(season.path), "--person", canary("name")],
    ):
        done = run("ledger", *words)
        assert done.stdout
        assert heard(season, done.stdout + done.stderr) == set()


def test_an_order_that_is_erased_is_forgotten_in_both_directions(season: Season) -> None:
    """The last one: it changes the season. What came back of it repeats its notes to Blue Cherry."""
    ledger = season.here.site.ledger
    found = ledger.holding(order="1001")
    assert {held.document.kind for held in found} == {"pick_ticket", "dispatch"}
    assert ledger.erase([held for held in found if not held.is_open], actor="me") > 0
    for held in found:
        for key in held.owners:
            fact, posting = ledger.fact(key), ledger.posting(key)
            kept = [fact and (fact.record, fact.raw), posting and posting.payload]
            assert (_CANARY in str(kept)) is held.is_open
