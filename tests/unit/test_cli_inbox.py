"""What waits in the inbox is on the lists that people read."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_ledger_inbox import NOON, a_notice, an_unread

from clarus_bluecherry.cli.ledger_view import rows
from clarus_bluecherry.errors import ConfigurationError
from clarus_bluecherry.finance.exceptions import ExceptionTerms, ledger_exceptions
from clarus_bluecherry.ledger import Ledger


@pytest.fixture
def place(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.sqlite"
    with Ledger.open(path, now=lambda: NOON) as ledger:
        ledger.hear_many([a_notice("1"), an_unread("1001")])
    return path


def test_the_ledgers_lists_show_it_by_state_name_and_key(place: Path) -> None:
    counts, _ = rows(place, states=[], key="", limit=9)
    assert counts == [("inbox", "notification", "waiting", "1"), ("inbox", "unread", "waiting", "1")]
    listed, _ = rows(place, states=["parked", "waiting"], key="", limit=9)
    assert [each[1] for each in listed] == ["pick ticket 1001", "webhook 1"]
    [[key, *_, reason]], _ = rows(place, states=[], key="1001", limit=9)
    assert reason == "no quantity"
    [[_, before, after, *_]], _ = rows(place, states=[], key=key, limit=9)
    assert (before, after) == ("", "waiting")
    with pytest.raises(ConfigurationError, match="'odd' is no state"):
        rows(place, states=["odd"], key="", limit=9)


def test_what_a_person_has_to_read_is_an_exception_and_a_notice_is_one_when_nobody_looks(place: Path) -> None:
    with Ledger.open(place) as ledger:
        [unread] = ledger_exceptions(ledger, ExceptionTerms(now=NOON))
        assert (unread.what, unread.kind, unread.owner) == ("pick ticket 1001", "unread", "integration")
        [item] = ledger.take(worker="dead", lease=NOON - NOON, limit=1)
        both = ledger_exceptions(ledger, ExceptionTerms(now=item.heard_at.replace(day=9)))
        assert {each.what for each in both} == {"pick ticket 1001", "webhook 1"}
