"""Where what was built apart meets: change times that tell nothing, late lines and newer words, a bad question."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from unittest.mock import Mock

import pytest
from attrs import define, evolve
from flows_world import BLACK, ODD, Loop, loop
from wall_world import wall

from clarus_bluecherry.bluecherry.messages import PickTicket
from clarus_bluecherry.errors import InvalidRecord, NotSent, QueryFailed
from clarus_bluecherry.flows.deliver import deliver
from clarus_bluecherry.flows.ingest import Kept, keep_refused
from clarus_bluecherry.flows.movements_back import collect_movements
from clarus_bluecherry.flows.orders_out import collect_orders, ingest_order
from clarus_bluecherry.flows.reprocess import reprocess
from clarus_bluecherry.ledger import State
from clarus_bluecherry.model import Sku
from clarus_bluecherry.sku import Decision


@define
class Instead:
    """A client of which a test replaces one method."""

    _client: Any
    _name: str
    _does: Callable[..., Any]

    def __getattr__(self, name: str) -> Any:
        return self._does if name == self._name else getattr(self._client, name)


def ticket(here: Loop, units: int, last_mod: str, **changes: str) -> PickTicket:
    """Pick ticket 1001 as Blue Cherry would show it, with a change time of the test's choosing."""
    here.release(lines=((BLACK, units),))
    (row,) = here.site.bluecherry.picks()
    assert isinstance(row, PickTicket)
    return row.model_copy(update={"last_mod": last_mod, **changes})


def told(here: Loop) -> list[list[int]]:
    return [[int(line.order_quantity) for line in order.lines] for order in here.warehouse.goods_outs]


# A change time that tells nothing ----------------------------------------------------------------------------


@pytest.mark.parametrize("year", [2027, 2099])
def test_a_pick_ticket_dated_in_the_future_is_corrected_by_what_is_read_later(year: int) -> None:
    with loop() as here:
        wrong, right = ticket(here, 5, f"{year}-01-01T00:00:00"), ticket(here, 7, "2026-03-02T09:05:00")
        here.later(minutes=10)
        for row in (wrong, wrong, right, right):
            ingest_order(here.site, row)
        deliver(here.site)
        assert told(here) == [[7]]


def test_seen_again_with_a_date_in_the_future_it_can_still_be_corrected() -> None:
    with loop() as here:
        here.later(minutes=10)
        for units, last_mod in ((5, "2026-03-02T09:01:00"), (5, "2099-01-01"), (7, "2026-03-02T09:05:00")):
            ingest_order(here.site, ticket(here, units, last_mod))
        deliver(here.site)
        assert told(here) == [[7]]


@pytest.mark.parametrize("last_mod", ["31/02/2026", "2099-01-01T00:00:00"])
def test_an_unread_row_without_a_change_time_stops_no_later_word_whatever_our_clock_says(last_mod: str) -> None:
    with loop() as here:
        here.site = evolve(here.site, clock=lambda: here.time + dt.timedelta(minutes=20))
        bad = ticket(here, 5, last_mod, pick_date="no date")
        assert ingest_order(here.site, bad) is Kept.UNREAD
        here.later(minutes=6)
        assert ingest_order(here.site, ticket(here, 7, "2026-03-02T09:05:00")) is Kept.NEW
        deliver(here.site)
        assert told(here) == [[7]]
        assert here.for_people() == []


def test_a_refused_row_is_as_old_as_it_says_and_not_as_our_clock() -> None:
    with loop() as here:
        here.site = evolve(here.site, clock=lambda: here.time + dt.timedelta(minutes=20))
        raw = {"pick_num": "1001", "last_mod": "2026-03-02T09:01:00", "lines": 7}
        refused = InvalidRecord("no list", record="pick ticket 1001")
        refused.raw = raw
        keep_refused(here.site, refused, source="bluecherry")
        ingest_order(here.site, ticket(here, 7, "2026-03-02T09:05:00"))
        deliver(here.site)
        assert told(here) == [[7]]


# A newer word that cannot be kept ----------------------------------------------------------------------------


def test_a_newer_word_whose_keeping_fails_stops_the_older_one_until_it_is_read() -> None:
    with loop() as here:
        ingest_order(here.site, ticket(here, 5, "2026-03-02T09:01:00"))
        here.later(minutes=10)
        newer = ticket(here, 7, "2026-03-02T09:05:00")
        good = here.site
        here.site = evolve(
            good,
            warehouses=Instead(good.warehouses, "items", lambda: 1 / 0),  # type: ignore[arg-type]
            bluecherry=Instead(good.bluecherry, "picks", lambda since: iter([newer])),  # type: ignore[arg-type]
        )
        assert collect_orders(here.site).counts[Kept.UNREAD] == 1
        deliver(here.site)
        assert told(here) == []
        here.site = good
        reprocess(here.site)
        deliver(here.site)
        assert told(here) == [[7]]


# A late line in doubt ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("newer", ["withdrawn", "changed", "changed and back"])
def test_a_late_line_that_did_not_arrive_gives_way_to_a_newer_word(newer: str) -> None:
    with loop() as here:
        here.site = evolve(here.site, unmatched="line", withdrawn_statuses=frozenset({"cancelled"}))
        here.release(lines=((BLACK, 5), (ODD, 2)))
        here.turn()
        here.decisions.append(Decision(code="LEGACY-9", sku=Sku("07777", "RED", size="O/S"), since=here.time))
        here.learn()
        reprocess(here.site)
        orders = Instead(here.site.clarus.goods_outs, "update", lambda *ids, **fields: 1 / 0)
        lost = Instead(here.site.clarus, "goods_outs", orders)
        deliver(evolve(here.site, clarus=lost))  # type: ignore[arg-type]
        assert here.states("goods_out_line") == [State.IN_DOUBT]
        here.release(lines=((BLACK, 5), (ODD, 1)))
        (row,) = here.site.bluecherry.picks()
        status = "CANCELLED" if newer == "withdrawn" else ""
        ingest_order(here.site, row.model_copy(update={"ord_status": status}))  # type: ignore[union-attr]
        if newer == "changed and back":
            here.later(minutes=1)
            here.release(lines=((BLACK, 5), (ODD, 2)))
            collect_orders(here.site)
        for _ in range(4):
            here.later(hours=1)
            reprocess(here.site)
            deliver(here.site)
        assert told(here) == ([[5, 2]] if newer == "changed and back" else [[5]])


# One bad question --------------------------------------------------------------------------------------------


def test_lines_that_cannot_be_asked_for_are_those_of_their_order_only() -> None:
    with loop() as here:
        for number in ("1001", "1002", "1003"):
            here.release(number, lines=((BLACK, 2),))
        here.turn()
        for number in ("1001", "1002", "1003"):
            here.ship(number)
        bad, ask = here.goods_out("1002").id, here.site.clarus.all

        def asked(listing: Any, **how: Any) -> Any:
            if listing.root == "goods_out_lines" and f"'{bad}'" in str(listing.where):
                raise QueryFailed("cannot return null for a field that is not nullable", status=200)
            return ask(listing, **how)

        good = here.site
        here.site = evolve(good, clarus=Instead(good.clarus, "all", asked))  # type: ignore[arg-type]
        found = collect_movements(here.site)
        assert found.counts[Kept.UNREAD] == 1
        assert len(here.site.ledger.facts(kind="dispatch")) == 2
        here.site = good
        here.turn()
        assert len(here.site.ledger.facts(kind="dispatch")) == 3


def test_a_warehouse_that_does_not_answer_is_no_order_s_fault() -> None:
    with loop() as here:
        here.release("1001", lines=((BLACK, 2),))
        here.turn()
        here.ship("1001")
        ask = here.site.clarus.all

        def asked(listing: Any, **how: Any) -> Any:
            if listing.root == "goods_out_lines":
                raise NotSent("nobody there")
            return ask(listing, **how)

        good = here.site
        here.site = evolve(good, clarus=Instead(good.clarus, "all", asked))  # type: ignore[arg-type]
        with pytest.raises(NotSent):
            collect_movements(here.site)
        assert here.for_people() == []


# Telling -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", ["sending", "asking"])
def test_half_a_character_in_a_reason_can_be_shown(phase: str) -> None:
    with wall(2) as here:
        here.deliver(limit=0 if phase == "sending" else None)
        raise_ = Mock(side_effect=InvalidRecord("no such \ud800 or \0"))
        getattr(here.books, phase)["0"] = raise_
        delivered = here.deliver()
        assert "no such" in str(delivered)
        assert str(delivered).encode().count(b"\0") == 0
