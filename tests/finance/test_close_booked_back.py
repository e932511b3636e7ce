"""What was booked in the wrong period and booked back is right again, by both judges."""

import pytest
import test_close_rules
from test_close_rules import booked, closed, physical

LEFT = physical(-2, "09-30", "P0")
IN_TIME, LATE = booked(-2, "09-30", "P0", entered="10-06"), booked(-2, "10-01", "P0", copy=1)
BACK = booked(2, "10-01", "P0", entered="10-06", copy=2)


def test_booked_back_and_again_in_its_own_period_it_is_in_no_other():
    assert closed(LEFT, LATE, physical_at_end=98) == {"A NJ": [("posted_in_another_period", "P0", 0)]}
    assert closed(LEFT, LATE, BACK, IN_TIME, physical_at_end=98) == {}


def test_the_engine_says_the_same(monkeypatch):
    pytest.importorskip("duckdb")
    from clarus_bluecherry.finance.close import close_books
    from clarus_bluecherry.finance.close.engine import close_by_engine

    judged = []

    def both(*asked):
        close = close_books(*asked)
        assert close_by_engine(*asked) == close.lines
        judged.append(close)
        return close

    monkeypatch.setattr(test_close_rules, "close_books", both)
    test_booked_back_and_again_in_its_own_period_it_is_in_no_other()
    closed(physical(-5, "09-30", "P0"), IN_TIME, booked(-3, "10-01", "P0", copy=3), physical_at_end=95)
    assert len(judged) == 3
