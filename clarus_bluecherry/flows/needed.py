"""What a message needs to know of Clarus, without anybody waiting for it.

Law of this module: nothing waits on the network inside a transaction of the ledger, because whoever holds one
keeps every other writer waiting. Inside, only what is known already is looked up; where something is not, the
transaction is left as if it had never been, the question asked, and all of it done again.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextvars import ContextVar
from typing import TYPE_CHECKING, NoReturn, TypeVar

from clarus_bluecherry.errors import InvalidRecord, SkuError
from clarus_bluecherry.flows.site import Site

if TYPE_CHECKING:
    from clarus_bluecherry.clarus._lookups import Ids

T = TypeVar("T")

_Answers = dict[Hashable, Callable[[], object]]
_answers: ContextVar[_Answers | None] = ContextVar("answers", default=None)
"""What was asked for the transaction under way, and what came of it."""


class _AskFirst(Exception):
    """No error: it leaves the transaction, because something has to be asked first."""

    def __init__(self, question: Hashable, ask: Callable[[Ids], object]) -> None:
        super().__init__(question)
        self.question = question
        self.ask = ask


def in_transaction(site: Site, act: Callable[[], T]) -> T:
    """What `act` gives, which takes effect together or not at all, and may ask by `asked`.

    It may be begun more than once, and changes nothing but the ledger. Inside another transaction it joins that.
    Raises the wire's errors when Clarus cannot be asked; then nothing was changed.
    """
    if site.ledger.in_transaction:
        return act()
    answers: _Answers = {}
    before = _answers.set(answers)
    try:
        while True:
            try:
                with site.ledger.transaction():
                    return act()
            except _AskFirst as first:
                answers[first.question] = _answer(first, site)
    finally:
        _answers.reset(before)


def asked(site: Site, question: Hashable, ask: Callable[[Ids], T]) -> T:
    """What `ask` gives, or raises. It is handed the ids by which Clarus knows our codes, and uses no others.

    `question` names it: the same question has the same answer for as long as one transaction is tried.
    """
    answers = _answers.get()
    if answers is None or not site.ledger.in_transaction:
        return ask(site.clarus.ids)
    if question in answers:
        return answers[question]()  # type: ignore[return-value]  # what was kept under this question

    def refuse(*_: object, **__: object) -> NoReturn:
        raise _AskFirst(question, ask)

    return ask(site.clarus.ids.read_by(refuse))


def _answer(first: _AskFirst, site: Site) -> Callable[[], object]:
    """What was asked gives, or what it raises of the record itself, which is for the transaction to deal with."""
    try:
        found = first.ask(site.clarus.ids)
    except (InvalidRecord, SkuError) as error:
        refusal = error

        def raises() -> NoReturn:
            raise refusal

        return raises
    return lambda: found
