"""What an exchange remembers: what was taken, what was left, what was sent and what became of it.

Law of this module: every call is one transaction, so that of any number of threads and processes exactly one is
told "you are the first".
"""

from __future__ import annotations

import datetime as dt
import enum
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from attrs import frozen

from clarus_bluecherry.errors import Conflict, InvalidRecord, Retry
from clarus_bluecherry.exchange.database import JournalDatabase, JournalFile, Statements, instant_of, text_of
from clarus_bluecherry.exchange.names import shown
from clarus_bluecherry.exchange.placed import Placed, PlacedFiles, PlacedState
from clarus_bluecherry.exchange.server import JournalServer, SharedJournal

Clock = Callable[[], dt.datetime]
_AT_ONCE = ""
"""In place of an instant: before any other, also where the clock that tells it was ahead."""


class SentOutcome(enum.StrEnum):
    """What became of a document that was sent."""

    SENT = "sent"
    """Left for the partner; no acknowledgement yet."""
    ACKNOWLEDGED = "acknowledged"
    """The partner read it and accepts it."""
    REJECTED = "rejected"
    """The partner read it and refuses it: a person has to look."""
    UNKNOWN = "unknown"
    """It may have been left or not: neither has been proven, and the partner has not said a word."""


@frozen
class SentDocument:
    """One document that was sent: under which control number, in which file, when, and what became of it when."""

    control_number: str
    name: str
    at: dt.datetime
    outcome: SentOutcome = SentOutcome.SENT
    outcome_at: dt.datetime | None = None


class FileVerdict(enum.StrEnum):
    """How a file that was taken left our hands."""

    DONE = "done"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


class KnownContent(enum.Enum):
    """What is known of a content when it comes in."""

    NEW = "new"
    TAKEN = "taken before"
    ELSEWHERE = "in another worker's hands"


@frozen
class Lease:
    """The right to work on `ticket` for a while. `holder` tells this right from an earlier and a later one."""

    ticket: str
    holder: str
    attempts: int
    verdict: FileVerdict | None = None
    reason: str = ""


class FileFacts(Protocol):
    """What a listing says of a file: bytes, and when it was last changed, in whatever unit the listing uses."""

    @property
    def name(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def modified(self) -> int: ...


@frozen
class Sighting:
    """Since when a file has looked as it does, and whether it was fetched in that shape."""

    since: dt.datetime
    fetched: bool


class Journal:
    """The memory of one exchange, in a SQLite file at `place`, or in the database of a `SharedJournal`.

    Safe for threads, and for processes that each open their own. A file belongs on a local disk (SQLite's
    write-ahead log needs shared memory), even when the exchanged folders are on a share; several machines share
    one in a database. `now` is its clock: by default this machine's for a file, the server's for a database.

    >>> import tempfile
    >>> place = tempfile.TemporaryDirectory()
    >>> noon = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
    >>> with Journal(Path(place.name) / "journal.sqlite", now=lambda: noon) as journal:
    ...     journal.take("ISA 000000007", by="file A"), journal.take("ISA 000000007", by="file B")
    ...     journal.sent("000000123", "945_000000123.edi", noon)
    ...     [each.control_number for each in journal.overdue(before=noon + dt.timedelta(hours=1))]
    ...     journal.acknowledge("000000123", SentOutcome.ACKNOWLEDGED, noon + dt.timedelta(hours=2))
    ...     journal.outcome("000000123").value
    (True, False)
    ['000000123']
    'acknowledged'
    >>> place.cleanup()
    """

    def __init__(self, place: str | Path | SharedJournal, *, now: Clock | None = None) -> None:
        self._database: JournalDatabase = (
            JournalServer(place) if isinstance(place, SharedJournal) else JournalFile(Path(place))
        )
        self.now: Clock = now or self._database.now

    def close(self) -> None:
        """Close the file, or the connection."""
        self._database.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Control numbers that came in ------------------------------------------------------------------------------

    def take(self, key: str, by: str) -> bool:
        """Whether `key` belongs to `by`: to whoever took it first, however often that one asks.

        So a reader that died half way finds its own numbers still its own. `Arrival.take` calls this with the
        file's digest; a file of which nothing is kept gives its keys back.
        """
        with self._database.transaction() as database:
            database.execute("INSERT INTO control_keys VALUES (?, ?) ON CONFLICT DO NOTHING", (key, by))
            owner = database.execute("SELECT owner FROM control_keys WHERE key = ?", (key,)).fetchone()
        return owner is not None and bool(owner[0] == by)

    # Documents that went out -----------------------------------------------------------------------------------

    def sent(self, control_number: str, name: str, at: dt.datetime) -> None:
        """Note that the document of `control_number` went out in the file `name`. Again is no change.

        `Folder.leave` does this itself. By hand it says of a document whose outcome is unknown that the partner
        has it. Raises `Conflict` when the number went out in another file.
        """
        with self._database.transaction() as database:
            row = (control_number, name, text_of(at), SentOutcome.SENT)
            query = (
                "INSERT INTO sent (control_number, name, at, outcome) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
            )
            database.execute(query, row)
            before = _name_of(database, control_number)
            if before == name:
                _is_there(database, control_number)
        if before != name:
            raise _conflict(f"it was sent in {shown(before)} already", f"control number {control_number}")

    def acknowledge(self, control_number: str, outcome: SentOutcome, at: dt.datetime) -> None:
        """Note what the partner said of a document. Again is no change.

        Raises `InvalidRecord` when nothing was sent under the number, and `Conflict` when the partner said the
        opposite before: the first word stands until a person decides.
        """
        record = f"control number {control_number}"
        if outcome not in (SentOutcome.ACKNOWLEDGED, SentOutcome.REJECTED):
            raise InvalidRecord("an acknowledgement accepts or rejects", record=record, field="outcome")
        with self._database.transaction() as database:
            query = "UPDATE sent SET outcome = ?, outcome_at = ? WHERE control_number = ? AND outcome = ?"
            database.execute(query, (outcome, text_of(at), control_number, SentOutcome.SENT))
            _is_there(database, control_number)
            found = _outcome(database, control_number)
        if found is None:
            raise InvalidRecord("nothing was sent under it", record=record)
        if found is not outcome:
            raise _conflict(f"the partner said {found.value} before, and now {outcome.value}", record)

    def outcome(self, control_number: str) -> SentOutcome | None:
        """What became of a document, as far as is noted here; None when nothing was sent under the number.

        `Folder.outcome` looks at the folder, too, where this is not clear.
        """
        with self._database.transaction() as database:
            return _outcome(database, control_number)

    def overdue(self, before: dt.datetime) -> list[SentDocument]:
        """What was, or may have been, sent before that instant and is not acknowledged, oldest first."""
        with self._database.transaction() as database:
            query = f"{_SENT} WHERE outcome = ? AND sent.at < ? ORDER BY sent.at, name"
            rows = database.execute(query, (SentOutcome.SENT, text_of(before))).fetchall()
        found = [(number, name, instant_of(at), _said(*row)) for number, name, at, *row in rows]
        return [SentDocument(number, name, at, said) for number, name, at, said in found if said]

    # Used by the folder and the pump ---------------------------------------------------------------------------

    @contextmanager
    def placed(self) -> Iterator[PlacedFiles]:
        """The files that we leave, while nobody else leaves one; what is changed counts when the block ends."""
        with self._database.transaction() as database:
            yield PlacedFiles(database, text_of(self.now()))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Place a file while no other is."""
        with self._database.transaction():
            yield

    def sighted(self, place: str, facts: FileFacts) -> Sighting:
        """Note how a file looks now, and return since when it has."""
        with self._database.transaction() as database:
            query = "SELECT size, modified, since, fetched FROM seen WHERE place = ? AND name = ?"
            name = _storable(facts.name)
            row = database.execute(query, (place, name)).fetchone()
            if row and row[:2] == (facts.size, facts.modified):
                return Sighting(instant_of(row[2]), bool(row[3]))
            now = self.now()
            values = (place, name, facts.size, facts.modified, text_of(now))
            database.execute("DELETE FROM seen WHERE place = ? AND name = ?", (place, name))
            database.execute("INSERT INTO seen VALUES (?, ?, ?, ?, ?, 0)", values)
        return Sighting(now, fetched=False)

    def fetched(self, place: str, name: str) -> None:
        """Note that a file was fetched, or told of, in the shape it was last seen in."""
        with self._database.transaction() as database:
            query = "UPDATE seen SET fetched = 1 WHERE place = ? AND name = ?"
            database.execute(query, (place, _storable(name)))

    def gone(self, place: str, name: str) -> None:
        """Forget how a file looked: what comes under the name next is another."""
        with self._database.transaction() as database:
            database.execute("DELETE FROM seen WHERE place = ? AND name = ?", (place, _storable(name)))

    def lease(self, ticket: str, duration: dt.timedelta) -> Lease | None:
        """The right to work on `ticket`, or None while another worker holds it or it is not due again."""
        now = self.now()
        with self._database.transaction() as database:
            query = "SELECT until, attempts, verdict, reason FROM leases WHERE ticket = ?"
            row = database.execute(query, (ticket,)).fetchone()
            if row and row[0] > text_of(now):
                return None
            _, attempts, verdict, reason = row or ("", 0, None, "")
            lease = Lease(
                ticket, secrets.token_hex(8), attempts + 1, FileVerdict(verdict) if verdict else None, reason
            )
            database.execute(
                "INSERT INTO leases (ticket, holder, until, attempts) VALUES (?, ?, ?, ?) ON CONFLICT (ticket)"
                " DO UPDATE SET holder = excluded.holder, until = excluded.until, attempts = excluded.attempts",
                (ticket, lease.holder, text_of(now + duration), lease.attempts),
            )
        return lease

    def extend(self, lease: Lease, duration: dt.timedelta) -> bool:
        """Hold a lease for `duration` from now; False when it is no longer ours."""
        with self._database.transaction() as database:
            query = "UPDATE leases SET until = ? WHERE ticket = ? AND holder = ? AND verdict IS NULL"
            until = text_of(self.now() + duration)
            return database.execute(query, (until, lease.ticket, lease.holder)).rowcount == 1

    def give_back(self, lease: Lease, *, wait: dt.timedelta, counted: bool) -> None:
        """Let go of a lease; it is due again after `wait`. `counted` is whether this was an attempt at all."""
        until = text_of(self.now() + wait) if wait else _AT_ONCE
        with self._database.transaction() as database:
            database.execute(
                "UPDATE leases SET until = ?, attempts = ?, digest = NULL"
                " WHERE ticket = ? AND holder = ? AND verdict IS NULL",
                (until, lease.attempts - (not counted), lease.ticket, lease.holder),
            )

    def standing(self, lease: Lease, digest: str) -> KnownContent:
        """Whether the content was taken before, or is being worked on under another ticket; else it is ours."""
        with self._database.transaction() as database:
            if database.execute("SELECT 1 FROM taken WHERE digest = ?", (digest,)).fetchone():
                return KnownContent.TAKEN
            query = "SELECT 1 FROM leases WHERE digest = ? AND ticket != ? AND until > ? AND verdict IS NULL"
            if database.execute(query, (digest, lease.ticket, text_of(self.now()))).fetchone():
                return KnownContent.ELSEWHERE
            query = "UPDATE leases SET digest = ? WHERE ticket = ? AND holder = ?"
            database.execute(query, (digest, lease.ticket, lease.holder))
        return KnownContent.NEW

    def decide(
        self, lease: Lease, verdict: FileVerdict, *, name: str, digest: str, reason: str = "", kept: bool = True
    ) -> None:
        """Settle what becomes of a file. Where it is refused, or nothing was `kept`, its control numbers are free.

        Raises `Conflict` when the lease ran out and another worker has it.
        """
        with self._database.transaction() as database:
            query = "UPDATE leases SET verdict = ?, reason = ? WHERE ticket = ? AND holder = ? AND verdict IS NULL"
            settled = database.execute(query, (verdict, reason, lease.ticket, lease.holder)).rowcount
            if not settled:
                raise _conflict("it is finished, or another worker has it", f"file {shown(name)}")
            if verdict is FileVerdict.DONE:
                values = (digest, name, text_of(self.now()))
                database.execute("INSERT INTO taken VALUES (?, ?, ?) ON CONFLICT DO NOTHING", values)
            if verdict is FileVerdict.REFUSED or not kept:
                database.execute("DELETE FROM control_keys WHERE owner = ?", (digest,))

    def forget(self, ticket: str) -> None:
        """Forget a ticket that left our hands."""
        with self._database.transaction() as database:
            database.execute("DELETE FROM leases WHERE ticket = ?", (ticket,))


def _storable(name: str) -> str:
    """A name as SQLite takes it: a folder may hold names that are no text."""
    return name.encode("utf-8", "backslashreplace").decode()


_SENT = (
    "SELECT control_number, name, sent.at, outcome, digest, state, waiting FROM sent LEFT JOIN placed USING (name)"
)


def _name_of(database: Statements, control_number: str) -> str:
    row = database.execute("SELECT name FROM sent WHERE control_number = ?", (control_number,)).fetchone()
    return str(row[0]) if row else ""


def _outcome(database: Statements, control_number: str) -> SentOutcome | None:
    row = database.execute(f"{_SENT} WHERE control_number = ?", (control_number,)).fetchone()
    return _said(*row[3:]) if row else None


def _said(outcome: str, digest: str | None, state: str | None, waiting: str | None) -> SentOutcome | None:
    """The partner's word, where there is one; else what is noted of the file."""
    if outcome != SentOutcome.SENT or digest is None or state is None:
        return SentOutcome(outcome)
    placed = Placed("", digest, PlacedState(state), waiting)
    if placed.is_unclear:
        return SentOutcome.UNKNOWN
    return None if placed.is_absent else SentOutcome.SENT


def _is_there(database: Statements, control_number: str) -> None:
    """The file of a document has been seen: what was unclear about it is so no more."""
    name = _name_of(database, control_number)
    for before, after in (
        (PlacedState.INTENDED, PlacedState.LEFT),
        (PlacedState.BRINGING, PlacedState.BROUGHT),
    ):
        query = "UPDATE placed SET state = ?, waiting = NULL WHERE name = ? AND state = ?"
        database.execute(query, (after, name, before))


def _conflict(what: str, record: str) -> Conflict:
    return Conflict(what, record=record, retry=Retry.POINTLESS, action="Compare both and decide; nothing changed.")
