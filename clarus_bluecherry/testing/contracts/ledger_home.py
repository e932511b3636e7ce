"""What a home of the ledger promises, as a test class: a file path or a database URL that `Ledger.open` takes.

Law of this module: only the ledger's own methods are used. What is checked is what a database, its settings or a
proxy in front of it can break: durability, exact text and numbers, transactions, and who gets what.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import ClassVar, TypeVar

from clarus_bluecherry._lazy import need
from clarus_bluecherry.errors import FactChanged
from clarus_bluecherry.ledger import Fact, Ledger, Posting, State
from clarus_bluecherry.testing import records

need("pytest", extra="testing", purpose="a contract")

import pytest  # noqa: E402

T = TypeVar("T")

NOON = records.NOON
_LEASE = dt.timedelta(minutes=5)
_TEXTS = (
    "Åsa's \N{EM DASH} “ok”",
    "山田\N{SNOWMAN}\N{SMILING FACE WITH SUNGLASSES}",
    "  two  ",
    "a\nb\t;--%s {}",
    "x" * 5000,
)


def a_fact(source_id: str, *, quantity: Decimal | int = -2, note: str = "", at: dt.datetime = NOON) -> Fact:
    """An adjustment that the warehouse told."""
    record = records.adjustment(id=source_id, quantity=quantity, note=note, occurred_at=at)
    return Fact(source="clarus", kind="adjustment", source_id=source_id, occurred_at=at, record=record)


def a_posting(fact: Fact) -> Posting:
    """What `fact` calls for in Blue Cherry."""
    return Posting(
        fact_key=fact.key, target="bluecherry", kind="inventory_adjustment", occurred_at=fact.occurred_at
    )


class LedgerHomeContract:
    """What every home of a ledger promises. Subclass it as `TestMyHome`, with the fixture `home`.

    `home` is a place that `Ledger.open` takes, empty and fresh for each test: a schema or a database of its own.
    `secrets` are texts that may be shown nowhere, such as the password in the URL.
    """

    secrets: ClassVar[Collection[str]] = ()

    @pytest.fixture
    def home(self) -> str | Path:
        """A file path or a database URL."""
        pytest.fail(f"{type(self).__name__} needs a fixture `home`", pytrace=False)

    # One worker ----------------------------------------------------------------------------------------------

    def test_a_home_is_empty_at_first(self, home: str | Path) -> None:
        """What stands there already belongs to somebody."""
        with _opened(home) as ledger:
            assert ledger.facts() == [], "there are facts already"
            assert dict(ledger.counts()) == {}, "there are postings already"

    def test_what_was_told_is_there_when_it_is_opened_again(self, home: str | Path) -> None:
        """Whoever was told that it is kept must find it."""
        fact = a_fact("1")
        with _opened(home) as ledger:
            _keep(ledger, fact)
            ledger.set_watermark("feed", NOON)
            ledger.link("clarus", "goods_out", "001001", "501")
        with _opened(home) as ledger:
            assert ledger.knows(fact.key), "the fact is gone"
            assert [each.fact_key for each in ledger.in_state(State.PENDING)] == [fact.key], "the posting is gone"
            assert ledger.watermark("feed") == NOON, "the watermark is gone"
            assert ledger.linked("clarus", "goods_out", "001001") == "501", "the link is gone"

    def test_the_same_fact_twice_is_one(self, home: str | Path) -> None:
        """And another content under the same key is refused."""
        with _opened(home) as ledger:
            assert [ledger.record(a_fact("1")), ledger.record(a_fact("1"))] == [True, False], "it is there twice"
            with pytest.raises(FactChanged):
                ledger.record(a_fact("1", quantity=-3))

    def test_keys_differ_by_case_accents_and_blanks(self, home: str | Path) -> None:
        """A code is what was written: a database that compares otherwise makes one fact of two."""
        with _opened(home) as ledger:
            mistaken = [key for key in ("ab", "AB", "äb", "ab ", "0ab") if not _is_new(ledger, a_fact(key))]
        assert mistaken == [], f"taken for another fact: {mistaken}"

    @pytest.mark.parametrize("text", _TEXTS, ids=range(len(_TEXTS)))
    def test_text_comes_back_as_it_was(self, home: str | Path, text: str) -> None:
        """To the last character."""
        fact = a_fact("1", note=text)
        with _opened(home) as ledger:
            _keep(ledger, fact)
            key = a_posting(fact).key
            ledger.claim("bluecherry", worker="w", lease=_LEASE)
            ledger.advance(key, State.REJECTED, reason=text)
        with _opened(home) as ledger:
            found, posting = ledger.fact(fact.key), ledger.posting(key)
            assert found is not None, "the fact is gone"
            assert posting is not None, "the posting is gone"
            assert (found.record, posting.reason) == (fact.record, text), "text came back changed"

    @pytest.mark.parametrize("units", ["0.1", "-3.000", "123456789012345678.000001"])
    def test_quantities_come_back_as_they_were(self, home: str | Path, units: str) -> None:
        """Exact, however large or small."""
        fact = a_fact("1", quantity=Decimal(units))
        with _opened(home) as ledger:
            ledger.record(fact)
        with _opened(home) as ledger:
            found = ledger.fact(fact.key)
            assert found is not None, "the fact is gone"
            assert found.record == fact.record, "the quantity came back changed"

    def test_instants_come_back_as_they_were(self, home: str | Path) -> None:
        """To the microsecond, whatever time zone the database thinks in; and they are in order."""
        day = dt.datetime(2026, 11, 1, 5, 59, 59, 999_999, tzinfo=dt.UTC)  # New York has this hour twice
        moments = [day + dt.timedelta(microseconds=step) for step in (0, 1, 2)]
        with _opened(home) as ledger:
            for number, moment in enumerate(reversed(moments)):
                ledger.record(a_fact(str(number), at=moment))
            ledger.set_watermark("feed", moments[0])
        with _opened(home) as ledger:
            found = [fact.occurred_at for fact in ledger.facts(since=moments[0])]
            assert found == moments, "instants came back changed"
            assert ledger.watermark("feed") == moments[0], "the watermark came back changed"

    def test_a_transaction_that_fails_leaves_nothing(self, home: str | Path) -> None:
        """All of it, or none of it."""
        with _opened(home) as ledger:
            with pytest.raises(_Stop):
                _break_off(ledger)
            assert not ledger.knows(a_fact("1").key), "the fact stayed"
            assert ledger.watermark("feed") is None, "the watermark stayed"

    def test_no_secret_is_shown(self, home: str | Path) -> None:
        """A ledger's repr ends in logs."""
        with _opened(home) as ledger:
            assert not any(secret in repr(ledger) for secret in self.secrets), "a secret is shown"

    # Several workers -----------------------------------------------------------------------------------------

    def test_a_posting_goes_to_one_worker(self, home: str | Path) -> None:
        """Two that claim at once never get the same one, and together they get all."""
        facts = [a_fact(str(number)) for number in range(40)]
        with _opened(home) as ledger:
            for fact in facts:
                _keep(ledger, fact)

        def claim(worker: str) -> list[str]:
            with _opened(home) as ledger:
                return [each.fact_key for _ in range(20) for each in _claim(ledger, worker)]

        taken = [key for keys in _at_once(claim) for key in keys]
        assert len(taken) == len(set(taken)), "two workers got the same posting"
        assert set(taken) == {fact.key for fact in facts}, "some postings went to nobody"

    def test_no_control_number_is_given_twice(self, home: str | Path) -> None:
        """Also to workers that ask at once."""

        def number(worker: str) -> list[str]:
            with _opened(home) as ledger:
                return [ledger.next_control_number("isa") for _ in range(20)]

        given = [each for numbers in _at_once(number) for each in numbers]
        assert len(given) == len(set(given)), "a control number was given twice"

    def test_what_a_lost_worker_was_sending_is_in_doubt(self, home: str | Path) -> None:
        """Once its lease has ended, and not before."""
        fact = a_fact("1")
        with _opened(home) as ledger:
            _keep(ledger, fact)
            assert len(_claim(ledger, "lost")) == 1, "the posting is not to be had"
        with _opened(home, NOON + _LEASE / 2) as ledger:
            assert ledger.recover() == 0, "the lease ended too early"
        with _opened(home, NOON + 2 * _LEASE) as ledger:
            assert ledger.recover() == 1, "the lease did not end"
            found = ledger.posting(a_posting(fact).key)
            assert found is not None, "the posting is gone"
            assert found.state is State.IN_DOUBT, f"the posting is {found.state}"


class _Stop(Exception):
    """What a transaction is broken off with."""


def _opened(home: str | Path, at: dt.datetime = NOON) -> Ledger:
    return Ledger.open(home, now=lambda: at)


def _is_new(ledger: Ledger, fact: Fact) -> bool:
    try:
        return ledger.record(fact)
    except FactChanged:
        return False


def _keep(ledger: Ledger, fact: Fact) -> None:
    ledger.record(fact)
    ledger.post(a_posting(fact))


def _break_off(ledger: Ledger) -> None:
    with ledger.transaction():
        _keep(ledger, a_fact("1"))
        ledger.set_watermark("feed", NOON)
        raise _Stop


def _claim(ledger: Ledger, worker: str) -> list[Posting]:
    return ledger.claim("bluecherry", worker=worker, lease=_LEASE, limit=2)


def _at_once(work: Callable[[str], T]) -> list[T]:
    with ThreadPoolExecutor() as threads:
        return list(threads.map(work, ("w1", "w2", "w3")))
