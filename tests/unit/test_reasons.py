"""Why something waits is one list: each reason has an owner and an action, and the docs have them all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clarus_bluecherry.finance.exceptions import ExceptionTerms, postings_found
from clarus_bluecherry.ledger import Posting, State
from clarus_bluecherry.ledger.reasons import Owner, Reason, table
from clarus_bluecherry.testing import records

_PAGE = (Path(__file__).parents[2] / "docs" / "daily.md").read_text("utf-8")


def test_the_page_has_the_very_table() -> None:
    [told] = re.findall(r"<!-- reasons -->\n(.*?)\n<!-- /reasons -->", _PAGE, re.S)
    assert told == table(), "run: python -c 'from clarus_bluecherry.ledger.reasons import table; print(table())'"


@pytest.mark.parametrize("reason", Reason, ids=str)
def test_a_reason_says_what_to_do_in_whole_sentences(reason: Reason) -> None:
    assert reason.action.endswith("."), "an action is a sentence"
    assert reason.action[0].isupper()
    assert not reason.means.endswith(".")
    assert "|" not in reason.means + reason.action, "it stands in a table"


def _item(state: State, code: str) -> tuple[Owner, str]:
    moved = records.adjustment()
    posting = Posting(
        fact_key="clarus:transaction:77",
        target="bluecherry",
        kind="inventory_adjustment",
        occurred_at=moved.occurred_at,
        state=state,
        reason_code=code,
    )
    [item] = postings_found([(posting, moved)], ExceptionTerms(now=moved.occurred_at))
    return item.owner, item.action


@pytest.mark.parametrize("reason", Reason, ids=str)
def test_the_exception_list_says_what_the_reason_says(reason: Reason) -> None:
    assert _item(State.PARKED, reason) == (reason.owner, reason.action)


@pytest.mark.parametrize(
    ("state", "owner"),
    [(State.REJECTED, Owner.FINANCE), (State.IN_DOUBT, Owner.FINANCE), (State.PARKED, Owner.OPERATIONS)],
)
def test_what_has_no_reason_of_ours_has_an_owner_too(state: State, owner: Owner) -> None:
    told, action = _item(state, "http_422")
    assert told is owner
    assert action


def test_a_refusal_is_not_explained_by_why_it_waited_before() -> None:
    _, action = _item(State.REJECTED, Reason.PERIOD_CLOSED)
    assert action != Reason.PERIOD_CLOSED.action


_CODES = re.compile(r"reason_code(?:=|\": )\"(\w+)\"")


def test_no_code_is_written_that_is_not_in_the_list() -> None:
    package = Path(__file__).parents[2] / "clarus_bluecherry"
    written = {code for path in package.rglob("*.py") for code in _CODES.findall(path.read_text("utf-8"))}
    assert written <= set(Reason), f"not in the list: {written - set(Reason)}"
