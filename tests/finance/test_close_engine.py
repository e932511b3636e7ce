"""The close by an engine: the one SQL text says what the judge says, to the last digit."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from close_histories import BEGAN, LAST, READ, ZONE, histories, noon
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("duckdb")

from clarus_bluecherry.finance.close import Known, Moment, close_books, end_of
from clarus_bluecherry.finance.close.engine import close_by_engine
from clarus_bluecherry.flows.close_files import read_folder

AT = end_of(LAST, ZONE)
MONTH_END = Path(__file__).parent / "month_end"


def same(history, at=AT, known=None):
    judged, told = close_books(history, at, known or Known()).lines, close_by_engine(history, at, known)
    assert told == judged


@pytest.mark.parametrize("known_until", ["", "2026-11-01", "2026-11-03"])
@pytest.mark.parametrize("as_of", ["2026-10-31", "2026-10-31T18:00-04:00", "2026-11-02"])
def test_the_month_end_has_the_same_lines(as_of, known_until):
    read = read_folder(MONTH_END, as_of=as_of, known_until=known_until)
    same(read.given, read.as_of, read.known)


@given(histories())
@settings(max_examples=40, deadline=None)
def test_engine_and_judge_agree_on_random_histories(history):
    same(history)
