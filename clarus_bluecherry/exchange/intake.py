"""How files are taken: claimed, held, archived or quarantined.

Law of this module: a file has one holder at a time, and nothing is lost: wherever a process stops, each file is in
`in`, `work`, `archive` or `quarantine`. A file is claimed by renaming it into `work` under a name of its own (its
ticket), held by a lease in the journal, and keeps that name in `archive` or `quarantine`. The lease alone says
whose a file is. The journal decides first, the file moves after; whoever finds it decided but not moved, moves it.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import secrets
from collections.abc import Callable, Collection, Generator, Iterator
from pathlib import Path
from typing import BinaryIO

from attrs import frozen

from clarus_bluecherry.errors import ClarusBluecherryError, Conflict, InvalidRecord, Retry
from clarus_bluecherry.exchange.arrival import Arrival
from clarus_bluecherry.exchange.disk import (
    LocalFile,
    examined,
    explained,
    files_in,
    flush_folder,
    look,
    reopened,
    show,
    written,
)
from clarus_bluecherry.exchange.incident import FileIncident, IncidentKind, OnIncident
from clarus_bluecherry.exchange.journal import Clock, FileVerdict, Journal, KnownContent, Lease
from clarus_bluecherry.exchange.names import is_temporary, matches, name_problem, shown

ComesBack = Callable[[Arrival], bool]
"""Whether content that came before, and was taken or is being worked on, counts again."""


def never_again(arrival: Arrival) -> bool:
    """The same content is taken once, under whatever name."""
    return False


_TICKET = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}-(.+)", re.DOTALL)
_UNSAFE = ".unsafe-name"
"""Stands in a ticket for a name that no file of ours may have; it is one of those itself."""
_LONGEST_REASON = 2000
_TURN = "in"
"""Whoever holds this in the journal takes what came; no ticket is called so."""


@frozen
class _Waiting:
    """A file that may be taken: in `in`, or in `work` under its ticket."""

    name: str
    ticket: str | None
    file: LocalFile


@frozen(kw_only=True)
class Intake:
    """The taking side of a folder; its settings are those of `Folder`."""

    incoming: Path
    work: Path
    archive: Path
    quarantine: Path
    journal: Journal
    settle: dt.timedelta
    lease: dt.timedelta
    retry_after: dt.timedelta
    attempts: int
    ignored: Collection[str]
    now: Clock
    on_incident: OnIncident

    def arrivals(self, patterns: Collection[str], comes_back: ComesBack) -> Iterator[Arrival]:
        """See `Folder.arrivals`."""
        with explained("listing", self.incoming.name):
            waiting = list(self._waiting(patterns))
        for each in sorted(waiting, key=lambda one: (one.file.modified, one.name)):
            with explained("taking it", each.name):
                arrival = self._taken(each, comes_back)
            if arrival is not None:
                yield arrival

    def in_turn(self, patterns: Collection[str], comes_back: ComesBack) -> Generator[Arrival, None, None]:
        """See `Folder.in_turn`."""
        with explained("listing", self.incoming.name):
            is_empty = next(self._waiting(patterns), None) is None
        turn = None if is_empty else self.journal.lease(_TURN, self.lease)
        if turn is None:
            return
        try:
            for arrival in self.arrivals(patterns, comes_back):
                # It lasts longer than the file's own lease, so nobody takes a later file before this one.
                if not self.journal.extend(turn, self.lease):
                    arrival.put_back()
                    return
                yield arrival
        finally:
            self.journal.give_back(turn, wait=dt.timedelta(), counted=False)

    def tell_unclaimed(self, patterns: Collection[str]) -> None:
        """See `Folder.tell_unclaimed`."""
        with explained("listing", self.incoming.name):
            files = files_in(self.incoming)
        for file in files:
            if is_temporary(file.name, self.ignored) or matches(file.name, patterns):
                continue
            sighting = self.journal.sighted("in", file)
            if not sighting.fetched and self.now() - sighting.since >= self.settle:
                self.on_incident(
                    FileIncident(IncidentKind.UNCLAIMED, file.name, "no file of such a name is read here")
                )
                self.journal.fetched("in", file.name)

    def _waiting(self, patterns: Collection[str]) -> Iterator[_Waiting]:
        for file in files_in(self.incoming):
            if not is_temporary(file.name, self.ignored) and matches(file.name, patterns):
                yield _Waiting(file.name, None, file)
        for file in files_in(self.work):
            found = _TICKET.fullmatch(file.name)
            if found and matches(found[1], patterns):
                yield _Waiting(found[1], file.name, file)

    def _taken(self, waiting: _Waiting, comes_back: ComesBack) -> Arrival | None:
        ticket = waiting.ticket or self._claimed(waiting.file)
        lease = self.journal.lease(ticket, self.lease) if ticket else None
        if ticket is None or lease is None:
            return None
        if lease.verdict:
            self._put_away(ticket, lease.verdict, lease.reason)  # somebody died between deciding and moving
            return None
        return self._examined(waiting, lease, comes_back)

    def _claimed(self, file: LocalFile) -> str | None:
        """Rename a file into `work`; None when it is not complete, or another worker was faster."""
        if not self._settled(file):
            return None
        name = _UNSAFE if name_problem(file.name) else file.name
        ticket = f"{self.now().astimezone(dt.UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}-{name}"
        try:
            (self.incoming / file.name).rename(self.work / ticket)
        except FileNotFoundError:
            return None
        self.journal.gone("in", file.name)
        return ticket

    def _settled(self, file: LocalFile) -> bool:
        if not self.settle:
            return True
        return self.now() - self.journal.sighted("in", file).since >= self.settle

    def _examined(self, waiting: _Waiting, lease: Lease, comes_back: ComesBack) -> Arrival | None:
        path = self.work / lease.ticket
        try:
            digest, file = examined(path)
        except FileNotFoundError:  # whoever held it before has just finished
            self.journal.forget(lease.ticket)
            return None
        except InvalidRecord as error:  # swapped for something else after it was listed
            self.refuse(self._arrival(waiting, lease, "", look(path)), error.what)
            return None
        arrival = self._arrival(waiting, lease, digest, file)
        if not file.looks_like(waiting.file):
            self.journal.give_back(lease, wait=self.settle, counted=False)  # somebody is still writing to it
            return None
        problem = name_problem(waiting.name)
        if problem:
            self.refuse(arrival, problem)
            return None
        standing = self.journal.standing(lease, digest)
        if standing is not KnownContent.NEW and not comes_back(arrival):
            if standing is KnownContent.TAKEN:
                self._decide(arrival, FileVerdict.DUPLICATE, "the same content was taken before")
            else:
                self.journal.give_back(lease, wait=dt.timedelta(), counted=False)
            return None
        if lease.attempts > self.attempts:
            self.refuse(arrival, f"it was offered {self.attempts} times and no reader finished with it")
            return None
        return arrival

    def _arrival(self, waiting: _Waiting, lease: Lease, digest: str, file: LocalFile) -> Arrival:
        return Arrival(
            name=waiting.name,
            size=file.size,
            digest=digest,
            arrived_at=dt.datetime.fromtimestamp(file.modified // 1_000_000_000, dt.UTC),
            attempts=lease.attempts,
            ticket=lease.ticket,
            lease=lease,
            file=file,
            keeper=self,
        )

    # What an arrival asks for ----------------------------------------------------------------------------------

    def open(self, arrival: Arrival) -> BinaryIO:
        """See `Arrival.open`."""
        with explained("opening it", arrival.name):
            file = reopened(self.work / arrival.ticket, arrival.file, arrival.digest)
        if file is None:
            raise Conflict(
                "it changed after it was offered, so its end was not read",
                record=f"file {shown(arrival.name)}",
                retry=Retry.SAFE,
                action="Nothing: it is offered again.",
            )
        return file

    def take(self, arrival: Arrival, key: str) -> bool:
        """See `Arrival.take`."""
        return self.journal.take(key, by=arrival.digest)

    def extend(self, arrival: Arrival) -> bool:
        """See `Arrival.extend`."""
        return self.journal.extend(arrival.lease, self.lease)

    def done(self, arrival: Arrival, *, kept: bool = True) -> None:
        """See `Arrival.done`."""
        with explained("archiving it", arrival.name):
            self.open(arrival).close()
            self._decide(arrival, FileVerdict.DONE, kept=kept)

    def refuse(self, arrival: Arrival, reason: str) -> None:
        """See `Arrival.refuse`."""
        with explained("quarantining it", arrival.name):
            self._decide(arrival, FileVerdict.REFUSED, reason)

    def give_back(self, arrival: Arrival, error: BaseException | None) -> None:
        """Let go of an arrival that has no verdict; without effect on one that has."""
        self.journal.give_back(arrival.lease, wait=self.retry_after, counted=_is_the_files_fault(error))

    def put_back(self, arrival: Arrival) -> None:
        """See `Arrival.put_back`."""
        self.journal.give_back(arrival.lease, wait=dt.timedelta(), counted=False)

    def _decide(self, arrival: Arrival, verdict: FileVerdict, reason: str = "", *, kept: bool = True) -> None:
        reason = reason[:_LONGEST_REASON]
        self.journal.decide(
            arrival.lease, verdict, name=arrival.name, digest=arrival.digest, reason=reason, kept=kept
        )
        self._put_away(arrival.ticket, verdict, reason)
        if verdict is FileVerdict.DUPLICATE:
            self.on_incident(FileIncident(IncidentKind.DUPLICATE, arrival.name, f"archived as {arrival.ticket}"))
        if verdict is FileVerdict.REFUSED:
            self.on_incident(FileIncident(IncidentKind.QUARANTINED, arrival.name, reason))

    def _put_away(self, ticket: str, verdict: FileVerdict, reason: str) -> None:
        """Move a file whose fate is decided; it may have been moved before."""
        place = self.quarantine if verdict is FileVerdict.REFUSED else self.archive
        if verdict is FileVerdict.REFUSED:
            with written(place, f"{reason}\n".encode("utf-8", "replace")) as (temporary, _):
                show(temporary, place / f"{ticket}.reason.txt")
        if os.path.lexists(self.work / ticket):
            (self.work / ticket).rename(place / ticket)
            flush_folder(place)
        self.journal.forget(ticket)


def _is_the_files_fault(error: BaseException | None) -> bool:
    """Whether an end without a verdict tells against the file: not when its reader was stopped, or says retry."""
    if isinstance(error, ClarusBluecherryError):
        return error.retry is not Retry.SAFE
    return error is None or isinstance(error, Exception)
