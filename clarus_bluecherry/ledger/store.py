"""The ledger: what was heard, every posting that it calls for, what is still to be read, and where it stands.

Law of this module: record, then act. Each method is one atomic transaction, or part of the one that
`with ledger.transaction():` opened. The same fact or posting twice is one row; a posting moves only along the
table in `states`, and every move is in its history.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from clarus_bluecherry._lazy import need

need("sqlalchemy", extra="ledger", purpose="the ledger")

from clarus_bluecherry.ledger._alerts import Alerts  # noqa: E402
from clarus_bluecherry.ledger._breakers import Breakers  # noqa: E402
from clarus_bluecherry.ledger._erasing import Erasing  # noqa: E402
from clarus_bluecherry.ledger._exceptions import Exceptions  # noqa: E402
from clarus_bluecherry.ledger._facts import Facts  # noqa: E402
from clarus_bluecherry.ledger._heads import Heads  # noqa: E402
from clarus_bluecherry.ledger._inbox import InboxPart  # noqa: E402
from clarus_bluecherry.ledger._names import Names  # noqa: E402
from clarus_bluecherry.ledger._outbox import Outbox  # noqa: E402
from clarus_bluecherry.ledger._part import Clock  # noqa: E402
from clarus_bluecherry.ledger._questions import Questions  # noqa: E402
from clarus_bluecherry.ledger._watching import Watching  # noqa: E402
from clarus_bluecherry.ledger.database import Database  # noqa: E402
from clarus_bluecherry.ledger.wake import Listener  # noqa: E402
from clarus_bluecherry.model._personal import NOTHING_KNOWN, PersonalTerms  # noqa: E402


class Ledger(Facts, Heads, Outbox, InboxPart, Questions, Names, Breakers, Exceptions, Alerts, Erasing, Watching):
    """The durable message store, in one SQLite file or one PostgreSQL database. Open it with `Ledger.open`.

    May be shared by threads. Do not `await` inside `transaction()`: other tasks of the thread would join it.

    >>> import datetime as dt
    >>> from clarus_bluecherry.ledger import Fact, Posting, State
    >>> from clarus_bluecherry.model import Adjustment, Sku
    >>> noon = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
    >>> lost = Adjustment(id="77", occurred_at=noon, location="WH1", item=Sku("01234", "BLK"), quantity="-2")
    >>> fact = Fact(source="clarus", kind="adjustment", source_id="77", occurred_at=noon, record=lost)
    >>> with Ledger.open(":memory:", now=lambda: noon) as ledger:
    ...     ledger.record(fact), ledger.record(fact)
    ...     ledger.post(Posting(fact_key=fact.key, target="bluecherry", kind="adjustment", occurred_at=noon))
    ...     [taken] = ledger.claim("bluecherry", worker="w1")
    ...     ledger.advance(taken.key, State.POSTED, worker="w1").state.value
    (True, False)
    True
    'posted'
    """

    def __init__(self, database: Database, *, now: Clock | None, personal: PersonalTerms = NOTHING_KNOWN) -> None:
        self._database = database
        self._personal = personal
        self._now = now or database.now
        self._guards = {}

    @classmethod
    def open(cls, place: str | Path, *, now: Clock | None = None, personal: PersonalTerms = NOTHING_KNOWN) -> Self:
        """Open the ledger at `place`, a file path or a SQLAlchemy URL, and create it when it is not there.

        A relative path begins in the current folder (the site file's begin in its own). A new file is told to the
        log, with its full path. `now` gives the present instant, for tests and simulations; without it, it is the
        database's own (PostgreSQL's server, so that it is the same for every machine; on SQLite the machine's).
        `personal` is what the sources say of their records (`flows.PERSONAL`): without it more is taken to be
        personal than needs to be, and an order's documents are not found by its number.
        `":memory:"` gives a ledger that is gone when closed, for one thread.
        Raises `ConfigurationError` for another kind of database, `LedgerError` when it cannot be opened.
        """
        return cls(Database.open(place), now=now, personal=personal)

    @classmethod
    def open_to_read(
        cls, place: str | Path, *, now: Clock | None = None, personal: PersonalTerms = NOTHING_KNOWN
    ) -> Self:
        """Open the ledger at `place`, as `open` does, for looking only: workers run on, and nothing is written.

        The database itself refuses whatever would change it: a SQLite file is opened for reading, on PostgreSQL
        every transaction is read only. Inside `transaction()` all questions are answered as of one instant. Raises
        `LedgerError` where there is no ledger, or one of another version: nothing is made and nothing is mended.
        """
        return cls(Database.open_to_read(place), now=now, personal=personal)

    def close(self) -> None:
        """Close every connection. What was returned before is safe already."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Ledger({str(self._database)!r})"

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All calls inside, by this thread, take effect together or not at all. Inner ones join the outer."""
        with self._database.write():
            yield

    def listening(self) -> AbstractContextManager[Listener]:
        """For the length of a block, a listener who waits until somebody keeps something that is due."""
        return self._database.listening()

    @property
    def in_transaction(self) -> bool:
        """Whether this thread has a transaction open: then whoever waits lets every other writer wait."""
        return self._database.is_writing
