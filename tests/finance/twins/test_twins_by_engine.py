"""The twin months by the engine: the same lines as the judge's, at every moment that the paper asks about."""

import pytest
import test_a_retail_month
import test_forty_six_skus
import test_harbor_in_october
import test_manchester_and_new_york
import test_one_place_each
import test_the_eve_of_winter_time
import test_what_became_known_later
from twin_world import folder_of

pytest.importorskip("duckdb")

from clarus_bluecherry.finance.close import close_books
from clarus_bluecherry.finance.close.engine import close_by_engine
from clarus_bluecherry.flows.close_files import read_folder

month = test_forty_six_skus.month


def same(path, **when):
    read = read_folder(path, **when)
    judged = close_books(read.given, read.as_of, read.known).lines
    assert judged
    assert close_by_engine(read.given, read.as_of, read.known) == judged


@pytest.mark.parametrize("known", ["", "2026-10-31", "2026-11-02", "2026-11-06"])
@pytest.mark.parametrize(
    ("files", "day"),
    [
        (test_manchester_and_new_york.FILES, "2026-10-31"),
        (test_a_retail_month.FILES, "2026-08-29"),
        (test_what_became_known_later.FILES, "2026-10-31"),
        (test_one_place_each.files(), "2026-10-31"),
        (test_harbor_in_october.FILES, "2026-10-31"),
        (test_the_eve_of_winter_time.files(), "2026-10-24"),
    ],
    ids=["manchester", "retail", "later", "one each", "harbor", "winter time"],
)
def test_the_engine_says_what_the_judge_says(tmp_path, files, day, known):
    same(folder_of(tmp_path, files), as_of=day, known_until=known)


def test_of_forty_six_skus_too(month):
    same(month, as_of="2026-10-31", known_until="2026-11-06")
