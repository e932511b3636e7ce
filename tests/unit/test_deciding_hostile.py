"""Decisions that would do harm, and what a screen shows of data that is no plain text."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from ledger_databases import NOON, Clock
from test_cli_ledger_acts import run, told
from test_flows_deciding import BY_ADA, one

from clarus_bluecherry.cli import availability
from clarus_bluecherry.cli.terminal import screen
from clarus_bluecherry.errors import IllegalTransition, LedgerError
from clarus_bluecherry.finance.availability import SellableFigure, WhyNot
from clarus_bluecherry.flows import cancel_posting, edit_posting, settle_posting
from clarus_bluecherry.ledger import Ledger, State

STEERS = "see [/goods] and [red]\x1b[2J"


@pytest.mark.parametrize("code", ["posted_twice", "dispatch_undone", "damaged_row"])
def test_what_nothing_may_leave_of_is_not_let_out_by_an_edit(tmp_path: Path, code: str) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite", now=Clock()) as ledger:
        key = one(ledger, state=State.PARKED, reason_code=code)
        with pytest.raises(IllegalTransition):
            edit_posting(ledger, key, {"quantity": "3"}, **BY_ADA)
        kept = ledger.posting(key)
    assert kept is not None
    assert (kept.reason_code, kept.edited) == (code, {})


def test_a_reason_is_shown_as_it_is_whatever_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with Ledger.open(path, now=Clock()) as ledger:
        ended = one(ledger, "1", State.PARKED, reason=STEERS)
        one(ledger, "2", State.PARKED, reason=STEERS)
        cancel_posting(ledger, ended, actor="Ada [/x]", reason=STEERS)
    for option in (("--state", "parked"), ("--key", ended)):
        said = run("show", path, *option)
        assert "[/" in said
        assert "[red" in said
        assert "\x1b" not in said
    assert "\x1b" not in run("cancel", path, "no\x1b[2J", "--who", "Ada", "--why", "x", code=1)
    assert told("cancel", path, "no\x1b[2J", "--who", "Ada", "--why", "x", code=1)["decided"][0]["refused"]


def test_a_document_is_named_without_its_blanks_and_was_not_booked_tomorrow(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite", now=Clock()) as ledger:
        key = one(ledger, state=State.IN_DOUBT)
        late = NOON.date() + dt.timedelta(days=2)
        with pytest.raises(LedgerError, match="after today"):
            settle_posting(ledger, key, document="SHIP-9", booked=late, **BY_ADA)
        settled = settle_posting(ledger, key, document=" SHIP-9\n", booked=NOON.date(), **BY_ADA)
        assert (settled.external_id, settled.detail["settled_with"]) == ("SHIP-9", "SHIP-9"), (
            "a close asks for that"
        )
        other = one(ledger, "2", State.PARKED)
        assert cancel_posting(ledger, other, settled_with=" ADJ-7 ", **BY_ADA).detail["settled_with"] == "ADJ-7"


def test_a_figure_of_a_code_that_is_none_is_shown_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    nothing = Decimal(0)
    figure = SellableFigure(
        channel="all",
        item="01234\x1b[2J",
        available=nothing,
        preorder=nothing,
        why=WhyNot.REFUSED,
        books=None,
        open=None,
        free=None,
        buffer=nothing,
        tells=None,
        age=None,
        detail="code '[/x]' is no SKU",
    )
    console = screen()
    console.width = 200
    console.print(availability._figures([figure]))
    said = capsys.readouterr().out
    assert "code '[/x]' is no SKU" in said
    assert "\x1b" not in said
