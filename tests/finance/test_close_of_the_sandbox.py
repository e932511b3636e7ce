"""A month of the sandbox's in which disagreements were planted: the close names each to its document, and nothing
else.

The oracle is what the planter wrote down when it made them. What a planted kind has to be called stands in one
table, by hand: the close's words are its own law, and nothing here is derived from it.
"""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import json
import os
from decimal import Decimal
from random import Random

import pytest

from clarus_bluecherry.finance.close import close_books, moment
from clarus_bluecherry.flows.close_files import read_folder
from clarus_bluecherry.report import words
from clarus_bluecherry.report.close import close_json
from clarus_bluecherry.report.closing import json_text
from clarus_bluecherry.sandbox import Planted, PlantedKind, Planter
from clarus_bluecherry.sandbox.season import LOCATIONS
from tests.finance.close_world import closed

SEEDS = range(1, 1 + int(os.environ.get("CLOSE_SEEDS", "3")))
K = PlantedKind

NAMED = {
    K.SHIPPED_NOT_INVOICED: ("dispatched", "shipped_not_invoiced"),
    K.DISPATCH_NOT_TOLD: ("dispatched", "not_told"),
    K.REST_NOT_TOLD: ("dispatched", "not_told"),
    K.RECEIPT_NOT_TOLD: ("received", "not_told"),
    K.ADJUSTMENT_NOT_TOLD: ("adjusted", "not_told"),
    K.RETURN_NOT_TOLD: ("returned", "restocked_not_in_books"),
    K.REJECTED_BY_LOCK: ("dispatched", "rejected"),
    K.POSTED_TWICE: ("dispatched", "posted_twice"),
    K.BY_HAND: ("adjusted", "booked_by_hand"),
    K.EDITED_ORDER: ("dispatched", "edited_order"),
    K.DISPATCH_UNDONE: ("undispatched", "undone_dispatch"),
    K.IN_TRANSIT: ("transferred", "in_transit"),
    K.MOVED_BETWEEN: ("transferred", "not_told"),
    K.PACK_OPENED: ("converted", "pack_opened"),
    K.OTHER_OWNER: ("account_transferred", "not_told"),
    K.HELD_WRITTEN_OFF: ("held", "held"),
    K.LOST: ("", "unexplained"),
}
"""What makes both sides differ from its own day on."""
DATED = {K.INVOICED_LATE, K.MOVED_BY_LOCK, K.UTC_DATE}
"""What makes them differ between its own day and the booked one, and was a dispatch."""
NOT_THERE = {"missing_source", "unread_file", "unread_columns"}
AGREES = {K.HELD, K.RETURN_NOT_CREDITED, K.COST_CHANGED}
"""What changes no quantity of either side: it stands in lists and in the value, and never among the causes."""


def test_every_kind_is_in_one_of_the_tables():
    assert sorted([*NAMED, *DATED, *AGREES]) == sorted(PlantedKind)


def expected(planter: Planter, day: dt.date):
    """What a close as of the end of `day` has to say: place, class, status, document, units and value of each.

    What the season's warehouse has that is no SKU comes before all that was planted, and has no cost.
    """
    stray = planter.staff.season.stray
    location = LOCATIONS[stray.warehouse]
    said = [(stray.code, location, "opening", "unmapped_sku", stray.code, Decimal(stray.units), None)]
    for one in planter.planted:
        words = words_of(one, day)
        if words:
            units = Decimal(0) if is_over(one, day) else one.units
            value = Decimal(0) if is_over(one, day) else one.value
            said.append((one.item, one.location, *words, one.document, units, value))
    return sorted(said)


def words_of(one: Planted, day: dt.date):
    if one.kind in DATED:
        is_other = (one.own_date.year, one.own_date.month) != (one.booked_date.year, one.booked_date.month)
        if day < min(one.own_date, one.booked_date) or (is_over(one, day) and not is_other):
            return None
        return "dispatched", "posted_in_another_period" if is_other else "posted_on_another_day"
    is_known = one.own_date <= day or one.kind is K.LOST  # nobody knows since when it is gone
    return NAMED.get(one.kind) if is_known else None


def is_over(one: Planted, day: dt.date) -> bool:
    """Whether both its days are past, so that both sides have it."""
    return one.kind in DATED and max(one.own_date, one.booked_date) <= day


def named(document):
    """What the close says, in the same words."""
    said = []
    for line in document["lines"]:
        place = line["item"], line["location"]
        for cause in line["causes"]:
            amounts = Decimal(cause["units"]), cause["value"] and Decimal(cause["value"])
            said.append((*place, cause["class"], cause["status"], cause["document"], *amounts))
        if line["unexplained"] != "0":
            units = Decimal(line["unexplained"])
            said.append((*place, "", "unexplained", "", units, units * Decimal(line["unit_cost"])))
    return sorted(said)


def is_right(document, planter, day):
    planted = planter.planted
    assert named(document) == expected(planter, day)
    told = [each for each in document["exceptions"] if each["kind"] not in NOT_THERE]
    stray = planter.staff.season.stray
    assert [(each["kind"], each["item"]) for each in told] == [
        *(("negative_on_hand", item) for item in below_zero(document)),
        ("cost_missing", stray.code),
    ]
    assert all(each["foots"] for each in document["rollforward"].values())
    assert document["cogs"]["holds"]
    assert returns_named(document) == returns_planted(planted, day)
    changed = [one for one in planted if one.kind is K.COST_CHANGED and day.replace(day=1) <= one.own_date <= day]
    assert revalued(document) == sum((one.value for one in changed), Decimal(0))


def below_zero(document):
    """Where what was planted took the books below nothing."""
    return [line["item"] for line in document["lines"] if Decimal(line["book"]) < 0]


def returns_named(document):
    return sorted((each["document"], each["item"], each["location"]) for each in document["returns_not_credited"])


def returns_planted(planted, day):
    """A return that nobody was told of was not credited either."""
    kinds = (K.RETURN_NOT_CREDITED, K.RETURN_NOT_TOLD)
    return sorted(
        (one.document, one.item, one.location) for one in planted if one.kind in kinds and one.own_date <= day
    )


def revalued(document):
    lines = {each["class"]: each for each in document["rollforward"]["book"]["lines"]}
    return Decimal(lines["revalued"]["value"])


def reader(folder, known_until=""):
    """What answers for a folder, which is read once: the document of a close as of any moment."""
    read = read_folder(folder, as_of="2026-10-31", known_until=known_until)

    def answer_of(as_of):
        at = moment(as_of, read.given.zone, read.given.years)
        return json.loads(json_text(close_json(close_books(read.given, at, read.known))))

    return answer_of


def days_of(planter: Planter) -> list[dt.date]:
    """The last day of each month, and those between the two days of whatever has two."""
    told = [each for one in planter.planted for each in (one.own_date, one.booked_date) if each]
    dated = [min(one.own_date, one.booked_date) for one in planter.planted if one.kind in DATED]
    ends = {dt.date(2026, month, calendar.monthrange(2026, month)[1]) for month in {each.month for each in told}}
    return sorted({*dated, *ends})


@pytest.mark.parametrize("seed", SEEDS)
def test_a_month_is_explained_to_the_document_on_every_day_of_it(seed, tmp_path):
    planter = Planter.of_season(seed)
    planter.month(40)
    answer_of = reader(planter.write_month_end(tmp_path / "month"))
    for day in days_of(planter):
        is_right(answer_of(day.isoformat()), planter, day)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_month_end_in_the_middle_of_the_work_splits_it_between_both_months(seed, tmp_path):
    begin = dt.datetime(2026, 10, 20, 14, tzinfo=dt.UTC)
    planter = Planter.of_season(seed, begin=begin)
    planter.month(40)
    answer_of = reader(planter.write_month_end(tmp_path / "month"))
    for day in days_of(planter):
        is_right(answer_of(day.isoformat()), planter, day)


def test_what_changes_no_quantity_stands_where_it_belongs(tmp_path):
    planter = Planter.of_season(5)
    planted = {kind: planter.plant(kind) for kind in sorted(AGREES)}
    folder = planter.write_month_end(tmp_path / "month")
    document = closed(folder, "--as-of", "2026-10-31", "--out", str(tmp_path / "out"))
    is_right(document, planter, dt.date(2026, 10, 31))
    (back,), (held,) = planted[K.RETURN_NOT_CREDITED], planted[K.HELD]
    (told,) = document["returns_not_credited"]
    assert (Decimal(told["restocked"]), Decimal(told["value"])) == (back.units, back.value)
    with (tmp_path / "out" / "csv" / "entries.csv").open(newline="", encoding="utf-8") as file:
        (entry,) = [row for row in csv.DictReader(file) if row["class"] == "held"]
    assert (entry["document"], entry["item"], entry["units"]) == (held.document, words.item(held.item), "0")


@pytest.mark.parametrize("seed", SEEDS)
def test_asked_again_later_by_what_was_known_then_the_answer_is_the_same(seed, tmp_path):
    planter = Planter.of_season(seed)
    kinds = [kind for kind in PlantedKind if kind is not K.LOST]  # nobody knows since when it is gone
    Random(seed).shuffle(kinds)
    first, second = kinds[: len(kinds) // 2], kinds[len(kinds) // 2 :]
    work(planter, first)
    known = planter.clock.now
    then = reader(planter.write_month_end(tmp_path / "then"))
    planter.clock.move(minutes=1)
    work(planter, second)
    later = reader(planter.write_month_end(tmp_path / "later"), known_until=known.isoformat())
    for as_of in ("2026-10-06", known.isoformat(), "2026-10-31"):
        assert without_places(later(as_of)) == without_places(then(as_of))


def without_places(document):
    """All that is said, but for how many places were compared and their stock: that is what a reading showed."""
    told = {name: document[name] for name in ("lines", "cogs", "returns_not_credited")}
    return {**told, "totals": {**document["totals"], "places": None, "stock": None}}


def work(planter, kinds):
    for kind in kinds:
        planter.plant(kind)
        planter.sell()
        planter.clock.move(hours=9)
