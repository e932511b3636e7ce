"""The ledger keeps exceptions: opened once however many look, acted on with name and reason, counted by day."""

from __future__ import annotations

import datetime as dt
import threading
import zoneinfo
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from ledger_databases import NOON, Clock, a_place

from clarus_bluecherry.errors import InvalidRecord, LedgerError
from clarus_bluecherry.finance.exceptions import (
    CloseImpact,
    ExceptionClass,
    ExceptionEvent,
    ExceptionEvidence,
    ExceptionItem,
    ExceptionState,
    PromiseImpact,
)
from clarus_bluecherry.flows import (
    acknowledge_exception,
    assign_exception,
    exception_history,
    exception_trend,
    keep_look,
    open_exceptions,
    resolve_exception,
)
from clarus_bluecherry.ledger import Ledger
from clarus_bluecherry.ledger.database import Database
from clarus_bluecherry.model import Money

BY_ADA = {"actor": "Ada", "reason": "we know"}
DAY = dt.timedelta(days=1)


def item(subject: str = "order 1001", kind: str = "parked", **changes: object) -> ExceptionItem:
    said: dict[str, object] = {
        "what": f"pick of {subject}",
        "since": NOON,
        "units": "-2",
        "value": Money("-15.00", "USD"),
        "close": CloseImpact(period="2026-03", is_closed=False, value=Money("-15.00", "USD")),
        "promise": PromiseImpact(order="1001", promised=dt.date(2026, 3, 9), units="2"),
        "evidence": (ExceptionEvidence(source="ledger", documents=("1001",), came_back="no such style"),),
    }
    return ExceptionItem(kind=ExceptionClass(kind), subject=subject, **{**said, **changes})  # type: ignore[arg-type]


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    return a_place(request.param, tmp_path)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(place: str | Path, clock: Clock) -> Iterator[Ledger]:
    with Ledger.open(place, now=clock) as opened:
        yield opened


def events(ledger: Ledger, identity: str = "parked:order 1001") -> list[str]:
    return [step.event.value for step in exception_history(ledger, identity)]


def test_what_is_found_is_kept_whole_and_seen_again_without_a_step(ledger: Ledger) -> None:
    keep_look(ledger, [item()], began=NOON)
    day = keep_look(ledger, [item(units="-3")], began=NOON + DAY)
    [standing] = open_exceptions(ledger)
    assert standing.item == item(units="-3")
    assert (standing.opened_at, standing.seen_at, standing.times) == (NOON, NOON + DAY, 1)
    assert day.of(ExceptionEvent.SEEN) == ("parked:order 1001",)
    assert events(ledger) == ["opened"]


def test_it_is_cleared_by_what_healed_it_and_open_again_where_it_comes_back(ledger: Ledger) -> None:
    keep_look(ledger, [item()], began=NOON)
    keep_look(ledger, [], began=NOON + DAY, healed={"parked:order 1001": "clarus:dispatch:7"})
    assert open_exceptions(ledger) == []
    assert exception_history(ledger, "parked:order 1001")[-1].note == "clarus:dispatch:7"
    keep_look(ledger, [item()], began=NOON + 2 * DAY)
    [standing] = open_exceptions(ledger)
    assert (standing.times, standing.opened_at, standing.healed_by) == (2, NOON, "")
    assert events(ledger) == ["opened", "cleared", "reopened"]


def test_persons_acknowledge_assign_and_resolve_with_name_and_reason(ledger: Ledger, clock: Clock) -> None:
    keep_look(ledger, [item()], began=NOON)
    acknowledge_exception(ledger, "parked:order 1001", until=clock.at + 3 * DAY, **BY_ADA)
    assign_exception(ledger, "parked:order 1001", to="the night shift", **BY_ADA)
    [standing] = open_exceptions(ledger)
    assert (standing.state, standing.acknowledged_by, standing.why) == (
        ExceptionState.ACKNOWLEDGED,
        "Ada",
        "we know",
    )
    assert (standing.until, standing.assigned_to) == (clock.at + 3 * DAY, "the night shift")
    assert keep_look(ledger, [item()], began=NOON + 4 * DAY).of(ExceptionEvent.LAPSED)
    clock.pass_(days=5)
    assert resolve_exception(ledger, "parked:order 1001", **BY_ADA).ended_by == "Ada"
    assert open_exceptions(ledger) == []
    assert events(ledger) == ["opened", "acknowledged", "assigned", "lapsed", "resolved"]
    assert {step.actor for step in exception_history(ledger, "parked:order 1001")} == {"", "Ada"}


def test_what_is_over_unknown_or_said_by_nobody_is_refused(ledger: Ledger) -> None:
    keep_look(ledger, [item()], began=NOON)
    with pytest.raises(LedgerError, match="no such exception"):
        resolve_exception(ledger, "parked:order 1", **BY_ADA)
    for nobody in ({"actor": "", "reason": "r"}, {"actor": "Ada", "reason": " "}):
        with pytest.raises(InvalidRecord):
            resolve_exception(ledger, "parked:order 1001", **nobody)
    resolve_exception(ledger, "parked:order 1001", **BY_ADA)
    with pytest.raises(InvalidRecord, match="resolved already"):
        acknowledge_exception(ledger, "parked:order 1001", **BY_ADA)
    assert events(ledger) == ["opened", "resolved"]


def test_what_a_source_told_of_that_was_not_looked_at_stays_open(ledger: Ledger) -> None:
    told = item("order 1", evidence=(ExceptionEvidence(source="close", documents=("1",)),))
    keep_look(ledger, [told, item("order 2", "receipt_over")], began=NOON)
    missed = {"not_looked_at": {"close"}, "not_looked_for": {ExceptionClass.RECEIPT_OVER}}
    keep_look(ledger, [], began=NOON + DAY, **missed)
    assert len(open_exceptions(ledger)) == 2
    keep_look(ledger, [], began=NOON + 2 * DAY)
    assert open_exceptions(ledger) == []


def test_many_who_look_at_once_open_each_exception_once(place: str | Path) -> None:
    found = [item(f"order {number}") for number in range(20)]
    barrier = threading.Barrier(4)

    def look_at(number: int) -> None:
        with Ledger.open(place) as ledger:
            barrier.wait()
            keep_look(ledger, found, began=NOON + dt.timedelta(seconds=number))

    Ledger.open(place).close()
    looking = [threading.Thread(target=look_at, args=(number,)) for number in range(4)]
    for each in looking:
        each.start()
    for each in looking:
        each.join(60)
    with Ledger.open(place) as ledger:
        assert [standing.times for standing in open_exceptions(ledger)] == [1] * 20
        assert all(events(ledger, one.identity) == ["opened"] for one in found)


def test_a_look_that_began_earlier_than_one_that_is_kept_is_told_and_not_kept(ledger: Ledger) -> None:
    keep_look(ledger, [item()], began=NOON)
    keep_look(ledger, [], began=NOON + DAY)
    late = keep_look(ledger, [item()], began=NOON + dt.timedelta(hours=23))
    assert late.of(ExceptionEvent.REOPENED) == ("parked:order 1001",)
    assert open_exceptions(ledger) == []


def test_who_acts_while_a_look_is_kept_waits_for_it(place: str | Path, clock: Clock) -> None:
    told: list[object] = []
    with Ledger.open(place, now=clock) as one, Ledger.open(place, now=clock) as other:
        keep_look(one, [item()], began=NOON)
        acting = threading.Thread(
            target=lambda: told.append(resolve_exception(other, "parked:order 1001", **BY_ADA))
        )
        with one.transaction():
            keep_look(one, [item(units="-9")], began=NOON + DAY)
            acting.start()
            acting.join(0.3)
            assert acting.is_alive()
        acting.join(20)
        assert one.kept_exception("parked:order 1001").units == "-9"
        assert told[0].item.units == -9


def test_days_are_counted_by_class_in_the_zone_of_the_books(ledger: Ledger, clock: Clock) -> None:
    newark = zoneinfo.ZoneInfo("America/New_York")
    late = dt.datetime(2026, 3, 3, 3, tzinfo=dt.UTC)  # the evening of the 2nd in Newark
    keep_look(ledger, [item("order 1"), item("order 2"), item("order 3", "in_doubt")], began=late)
    keep_look(ledger, [item("order 1"), item("order 3", "in_doubt")], began=late + DAY)
    keep_look(ledger, [item("order 1"), item("order 2")], began=late + 3 * DAY)
    clock.at = late + 3 * DAY
    resolve_exception(ledger, "parked:order 1", **BY_ADA)
    found = exception_trend(ledger, dt.date(2026, 3, 2), dt.date(2026, 3, 6), zone=newark)
    assert [
        (each.day.day, each.kind.value, each.opened, each.cleared, each.resolved, each.open) for each in found
    ] == [
        (2, "in_doubt", 1, 0, 0, 1),
        (2, "parked", 2, 0, 0, 2),
        (3, "in_doubt", 0, 0, 0, 1),
        (3, "parked", 0, 1, 0, 1),
        (4, "in_doubt", 0, 0, 0, 1),
        (4, "parked", 0, 0, 0, 1),
        (5, "in_doubt", 0, 1, 0, 0),
        (5, "parked", 1, 0, 1, 1),
        (6, "parked", 0, 0, 0, 1),
    ]
    again = exception_trend(ledger, dt.date(2026, 3, 4), dt.date(2026, 3, 4), zone=newark)
    assert again == [each for each in found if each.day.day == 4], "asked from another day on it is the same"


def test_finance_reads_a_view(ledger: Ledger, place: str | Path) -> None:
    keep_look(ledger, [item(), item("order 2", units=None, value=None, close=None, promise=None)], began=NOON)
    database = Database.connect(place)
    with database.read() as connection:
        asked = (
            "SELECT exception_name, exception_units, exception_value, currency_code, period_name, promised_date "
            "FROM exception_list WHERE ended_at IS NULL ORDER BY exception_identity"
        )
        first, second = connection.execute(sa.text(asked)).all()
        steps = connection.execute(sa.text("SELECT step_name FROM exception_history")).scalars().all()
    database.close()
    assert [str(each) for each in first] == ["pick of order 1001", "-2", "-15.00", "USD", "2026-03", "2026-03-09"]
    assert [*second] == ["pick of order 2", None, None, "", "", None], "what nobody knows is missing"
    assert steps == ["opened", "opened"]


def test_a_row_that_cannot_be_read_stops_no_look_and_is_found_anew(ledger: Ledger, place: str | Path) -> None:
    keep_look(ledger, [item("order 1"), item("order 2")], began=NOON)
    database = Database.connect(place)
    with database.write() as connection:
        connection.execute(sa.text("UPDATE exceptions SET item = 'odd' WHERE subject = 'order 1'"))
    database.close()
    assert [each.item.subject for each in open_exceptions(ledger)] == ["order 2"]
    with pytest.raises(LedgerError, match="damaged"):
        resolve_exception(ledger, "parked:order 1", **BY_ADA)
    keep_look(ledger, [item("order 1"), item("order 2")], began=NOON + DAY)
    assert [each.item.subject for each in open_exceptions(ledger)] == ["order 1", "order 2"]
