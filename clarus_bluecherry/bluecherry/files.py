"""Blue Cherry through files, whatever stands in them: the transport that X12 and CSV share.

Law of this module: what has arrived is stored before it counts as taken, and reading takes nothing away: a reader
asks for what came since an instant, as of any transport. A file whose documents somebody has to keep is
acknowledged and archived when the last of them is settled; until then it is read again. What is left for Blue
Cherry is left once, under a name that its control number determines.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, suppress
from decimal import Decimal
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeVar

from attrs import define, field, frozen
from pydantic import BaseModel

from clarus_bluecherry.bluecherry.kinds import FileHolds, Kind, every_kind
from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
from clarus_bluecherry.bluecherry.messages import Acceptance, DeliveryStatus, Outbound, Row
from clarus_bluecherry.bluecherry.snapshots import HeldSnapshot, Size, Snapshots
from clarus_bluecherry.bluecherry.transport import KEPT, Delivery, NotCarried, Settlement
from clarus_bluecherry.errors import (
    ClarusBluecherryError,
    ConfigurationError,
    Conflict,
    InvalidRecord,
    MissingExtra,
    OutcomeUnknown,
    Retry,
)
from clarus_bluecherry.exchange import Arrival, FileIncident, Folder, IncidentKind, NameTemplate, SentOutcome
from clarus_bluecherry.exchange.names import matches, shown
from clarus_bluecherry.exchange.store import Store, Stored

R = TypeVar("R", bound=BaseModel)

OVERLAP = dt.timedelta(minutes=15)
"""How far before the asked instant a read begins: clocks differ, and a file may be stored late (L)."""


@frozen
class Found:
    """A record in a file, or the error that stands in its place."""

    kind: Kind[Any]
    record: BaseModel | InvalidRecord


@frozen
class Holds:
    """The kind of record that a file holds, said before the first one: also of a file that holds none."""

    kind: Kind[Any]


@frozen
class Told:
    """What a file says became of a document that we sent under `control_number`."""

    control_number: str
    outcome: SentOutcome


@frozen
class ControlNumber:
    """A number that the file may not share with another one."""

    key: str


@frozen
class Reply:
    """A file that answers another: its kind and number for the name, and its content.

    `says` tells it from an answer to the same document that says something else. `under` writes it under another
    number, for one that was used before.
    """

    kind: str
    control_number: str
    content: bytes
    says: str
    under: Callable[[str], bytes]


Entry = Found | Holds | Told | ControlNumber


class Codec(Protocol):
    """How messages stand in files."""

    @property
    def patterns(self) -> tuple[str, ...]:
        """Names of the files it can read, as glob patterns."""
        ...

    def reads(self, kind: str) -> bool:
        """Whether any file it can read holds records of the kind of this name."""
        ...

    def encode(self, message: Outbound, control_number: str, at: dt.datetime) -> bytes:
        """A file of one message. Raises `InvalidRecord` when it cannot be written."""
        ...

    def decode(self, name: str, content: BinaryIO) -> Iterator[Entry]:
        """What stands in a file. Raises `InvalidRecord` or `ConfigurationError` when it cannot be read at all."""
        ...

    def answer(self, name: str, content: BinaryIO, outcomes: Sequence[Settlement]) -> Iterable[Reply]:
        """What answers a file, where `outcomes` are those of every `Found` in it, in their order."""
        ...


class Codecs:
    """Several codecs as one: the first whose names fit reads a file, the first of all writes."""

    def __init__(self, *codecs: Codec) -> None:
        self._codecs = codecs

    @property
    def patterns(self) -> tuple[str, ...]:
        """The names of all of them."""
        return tuple(pattern for codec in self._codecs for pattern in codec.patterns)

    def reads(self, kind: str) -> bool:
        """Whether one of them reads `kind`."""
        return any(codec.reads(kind) for codec in self._codecs)

    def encode(self, message: Outbound, control_number: str, at: dt.datetime) -> bytes:
        """As the first one writes it."""
        return self._codecs[0].encode(message, control_number, at)

    def decode(self, name: str, content: BinaryIO) -> Iterator[Entry]:
        """As the one reads it whose names fit."""
        return self._of(name).decode(name, content)

    def answer(self, name: str, content: BinaryIO, outcomes: Sequence[Settlement]) -> Iterable[Reply]:
        """As the one answers it whose names fit."""
        return self._of(name).answer(name, content, outcomes)

    def _of(self, name: str) -> Codec:
        for codec in self._codecs:
            if matches(name, codec.patterns):
                return codec
        raise ConfigurationError("no kind of file has such a name", record="files", field=name)


_CONTROL_DIGITS = 9
_WORDS = {word.value: word for word in (DeliveryStatus.POSTED, DeliveryStatus.STAGED, DeliveryStatus.REJECTED)}


def _a_share(profile: object, attribute: object, value: Decimal) -> None:
    if not (value.is_finite() and 0 <= value <= 1):
        raise ConfigurationError(f"{value} is no share of one", record="FilesProfile", field="snapshot_loss")


@frozen(kw_only=True)
class FilesProfile:
    """What a site sets for its files.

    `names` is how the files are named that we leave. `acknowledged_means` is what an acknowledgement says:
    staged, as CGS's set says no more (M), or posted, where a site knows that it is so. `words` (lower case) give
    the status words of an extract of Blue Cherry's interface their meaning; a word that is not there means that a
    person must look. Masters (styles, locations, carriers) and reports of all there is (stock movements, periods)
    come as whole snapshots: the newest file of a kind replaces those before it (L), unless it is empty or lacks
    more than the share `snapshot_loss` of what the one before said; then it is held until a person lets it in.
    """

    names: NameTemplate
    acknowledged_means: DeliveryStatus = DeliveryStatus.STAGED
    words: Mapping[str, DeliveryStatus] = field(factory=lambda: dict(_WORDS))
    overlap: dt.timedelta = OVERLAP
    snapshot_loss: Decimal = field(default=Decimal("0.05"), validator=_a_share)


@define
class _Unsettled:
    """A file that somebody has to settle: what became of each `Found` in it so far."""

    arrival: Arrival
    outcomes: list[Settlement | None]


class FileTransport:
    """Blue Cherry through a folder that both sides see, or that `pump` brings to and from a server.

    See `Transport` for the methods. What arrives is kept in `store`, a folder of our own. `kinds` are the names of
    the kinds that this site reads: a document of another one is refused, for nobody would keep it. `pump` says
    what is wrong with single files; each is told to the folder's `on_incident`, once while it lasts. `close`
    closes the exchange's folder and leaves what is not settled to the next one.
    """

    def __init__(
        self,
        folder: Folder,
        codec: Codec,
        profile: FilesProfile,
        *,
        store: Path,
        now: Callable[[], dt.datetime],
        pump: Callable[[], Sequence[ClarusBluecherryError]] = tuple,
        kinds: Collection[str] | None = None,
    ) -> None:
        self._folder, self._codec, self._profile = folder, codec, profile
        self._store, self._now, self._bring = Store(store), now, pump
        self._kinds = kinds
        self._snapshots = Snapshots(
            self._store,
            store / "snapshots",
            sizes=self._sizes,
            loss=profile.snapshot_loss,
            on_incident=folder.on_incident,
        )
        self._open: dict[Path, _Unsettled] = {}
        self._answers_wait = False
        self._troubles: frozenset[str] = frozenset()
        self._words: dict[str, str] = {}
        self._known: dict[tuple[str, str], DeliveryStatus] = {}
        self._learnt: set[Path] = set()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({type(self._codec).__name__})"

    def read(self, kind: Kind[R], since: dt.datetime | None = None) -> Iterator[Delivery[R]]:
        """The records of one kind that have come: of masters and reports of all there is, the newest file's."""
        if not self._codec.reads(kind.name):
            place = f"`[bluecherry.sheets.{kind.name}]`"
            what = f"no file of this site holds a {kind.title}: {place} says how one looks"
            raise NotCarried(what, record=kind.title, field="bluecherry.transport")
        return self._newest(kind) if kind.holds is FileHolds.SNAPSHOT else self._stored_since(kind, since)

    def send(self, message: Outbound, control_number: str) -> Acceptance:
        """Leave a file of one message. Under the same control number it is left once.

        Raises `OutcomeUnknown` when the file may be there, or is there and could not be brought to the server yet:
        `probe` finds out.
        """
        now = self._now()
        name = self._profile.names.fill(kind=message.kind, control_number=control_number, at=now)
        name = self._folder.leave(control_number, name, partial(self._codec.encode, message, control_number, now))
        try:
            for problem in self._pump():
                if shown(name)[1:-1] in problem.record:
                    raise problem
        except ClarusBluecherryError as error:
            what = f"it is left, and not brought yet: {error.what}"
            raise OutcomeUnknown(what, record=f"file {name}", blame=error.blame, action=error.action) from error
        return Acceptance(control_number=control_number)

    def probe(self, kind: str, control_number: str, reference: str = "") -> DeliveryStatus:
        """What became of a message: by what a report says of it, else by its acknowledgement."""
        self._learn()
        if (kind, reference) in self._known:
            return self._known[kind, reference]
        if control_number in self._words:
            return self._profile.words.get(self._words[control_number], DeliveryStatus.UNKNOWN)
        left_as = self._profile.names.pattern(kind=kind, control_number=control_number)
        match self._folder.outcome(control_number, left_as):
            case None:
                return DeliveryStatus.ABSENT
            case SentOutcome.UNKNOWN:
                return DeliveryStatus.UNKNOWN
            case SentOutcome.SENT:
                return DeliveryStatus.STAGED
            case SentOutcome.ACKNOWLEDGED:
                return self._profile.acknowledged_means
            case SentOutcome.REJECTED:
                return DeliveryStatus.REJECTED

    def held_snapshots(self) -> list[HeldSnapshot]:
        """The snapshots that have come and wait for a person, because they say much less than the ones before."""
        self._fetch()
        return self._snapshots.held()

    def accept_snapshot(self, name: str) -> None:
        """Let a held snapshot stand, by the name of its file. Raises `InvalidRecord` when none of it is held."""
        self._snapshots.accept(name)

    def ping(self) -> str:
        """How many files wait on our side; brings files to and from the server where there is one."""
        self._pump()
        return f"{len(self._folder.left())} files wait for Blue Cherry"

    def close(self) -> None:
        """Close the folder; a file that is not settled is offered again at once."""
        try:
            while self._open:
                _, left = self._open.popitem()
                left.arrival.put_back()
        finally:
            self._folder.close()

    # Arrivals --------------------------------------------------------------------------------------------------

    def _pump(self) -> Sequence[ClarusBluecherryError]:
        """Bring files to and from the server; what is wrong with single ones is told, once while it lasts."""
        problems = self._bring()
        for each in problems:
            if each.problem not in self._troubles:
                self._folder.on_incident(FileIncident(IncidentKind.NOT_BROUGHT, each.record, each.what))
        self._troubles = frozenset(each.problem for each in problems)
        return problems

    def _fetch(self) -> None:
        """Take what has arrived; what nobody has to keep is answered at once.

        One worker does at a time: files are stored in the order in which they came, and the later word stands.
        """
        self._pump()
        self._hold()
        with closing(self._folder.in_turn(self._codec.patterns, comes_back=self._comes_back)) as arrivals:
            for arrival in arrivals:
                with ExitStack() as held:
                    held.enter_context(arrival)
                    if self._take(arrival):
                        held.pop_all()  # until it is settled
        self._folder.tell_unclaimed(self._codec.patterns)
        self._send_answers()

    def _hold(self) -> None:
        """What waits to be settled stays ours while we read; what another worker has by now is theirs."""
        for path, one in list(self._open.items()):
            is_ours = one.arrival.extend()
            if not is_ours or not path.exists():
                del self._open[path]
            if is_ours and not path.exists():
                one.arrival.put_back()  # somebody deleted what was stored of it: it is stored again

    def _send_answers(self) -> None:
        """Once for all files of a read: an answer that stays here goes with the next pump."""
        if self._answers_wait:
            self._pump()
            self._answers_wait = False

    def _take(self, arrival: Arrival) -> bool:
        """Note and store one file; True when it waits for somebody to settle it.

        It is read to its end before any of this begins, and one that could not be answered is not taken.
        """
        try:
            with arrival.open() as content:
                entries = list(self._codec.decode(arrival.name, content))
            outcomes = [known_outcome(entry.kind, self._kinds) for entry in entries if isinstance(entry, Found)]
            with arrival.open() as content:
                answers = list(self._codec.answer(arrival.name, content, [one or KEPT for one in outcomes]))
            _refuse_what_nobody_reads(outcomes, is_answered=bool(answers))
            self._take_numbers(arrival, entries)
            self._note_all(entries, arrival.name)
        except (InvalidRecord, ConfigurationError, Conflict) as error:
            if isinstance(error, Conflict) and error.retry is Retry.SAFE:
                arrival.put_back()  # it changed, or another worker has it by now
            else:
                arrival.refuse(str(error))
            return False
        except (ClarusBluecherryError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever one file raises, the others are taken
            arrival.refuse(f"reading it raised {type(error).__name__}")
            return False
        stored = self._stored(arrival)
        self._open[stored.path] = _Unsettled(arrival, outcomes)
        self._finish(stored)
        return stored.path in self._open

    def _stored(self, arrival: Arrival) -> Stored:
        """The file as it is stored: now, or when it was offered before."""
        before = self._stored_before(arrival)
        if before is not None:
            return before
        with arrival.open() as content:
            again = self._comes_back(arrival)
            stored = self._store.add(arrival.name, arrival.digest, content, at=self._now(), again=again)
        self._folder.journal.take(f"stored {stored.path.name}", by=arrival.ticket)
        return stored

    def _stored_before(self, arrival: Arrival) -> Stored | None:
        """As what this very file was stored by a worker that died, or let go of it before it was settled."""
        for stored in self._store.files():
            is_like = stored.name == arrival.name and stored.holds(arrival.digest)
            if is_like and self._folder.journal.take(f"stored {stored.path.name}", by=arrival.ticket):
                return stored
        return None

    @staticmethod
    def _take_numbers(arrival: Arrival, entries: Iterable[Entry]) -> None:
        for entry in entries:
            if isinstance(entry, ControlNumber) and not arrival.take(entry.key):
                raise InvalidRecord(f"control number {entry.key} was taken in another file")

    def _settle(self, stored: Stored, place: int, settlement: Settlement) -> None:
        if stored.path in self._open:
            self._open[stored.path].outcomes[place] = settlement
            self._finish(stored)

    def _finish(self, stored: Stored) -> None:
        """Answer and archive a file of which everything is settled: an answer says what was done."""
        one = self._open[stored.path]
        outcomes = [outcome for outcome in one.outcomes if outcome is not None]
        if len(outcomes) < len(one.outcomes):
            return
        try:
            with one.arrival.open() as content:
                replies = list(self._codec.answer(stored.name, content, outcomes))
            if not one.arrival.extend():
                raise _lost(stored)
            for reply in replies:
                self._leave(reply, one.arrival)
            self._answers_wait |= bool(replies)
            one.arrival.done(kept=not outcomes or any(each.is_kept for each in outcomes))
        except InvalidRecord as error:  # by today's settings it cannot be answered
            with suppress(Conflict):
                one.arrival.refuse(str(error))
        except Conflict:  # it changed, or another worker has it by now, which answers the same
            one.arrival.put_back()
        del self._open[stored.path]

    def _comes_back(self, arrival: Arrival) -> bool:
        """Whether content that came before is the newest word: another name, and other words of its kind between.

        A file that is fetched or sent twice is none; nor is one that has a number, which says that it was taken.
        One that was found to be a new word, and is offered again because nobody settled it, still is.
        """
        if self._stored_before(arrival) is not None:
            return True
        files = self._store.files()
        same = [place for place, stored in enumerate(files) if stored.holds(arrival.digest)]
        if not same or any(files[place].name == arrival.name for place in same):
            return False
        kinds = self._kinds_in(files[same[-1]])
        return any(kinds & self._kinds_in(stored) for stored in files[same[-1] + 1 :])

    def _kinds_in(self, stored: Stored) -> set[str]:
        """The kinds of records in a stored file that has no number of its own and can be read."""
        try:
            entries = list(self._entries(stored))
        except (InvalidRecord, ConfigurationError):
            return set()
        if any(isinstance(entry, ControlNumber) for entry in entries):
            return set()
        return {entry.kind.name for entry in entries if isinstance(entry, Found | Holds)}

    def _leave(self, reply: Reply, arrival: Arrival) -> None:
        """Answer once: a worker that died may have done it, or may have given the answer its name.

        Another file under the same number, and the same file when it ended otherwise, is answered anew.
        """
        document = f"{reply.kind} {reply.control_number} {arrival.digest} {reply.says}"
        number = self._free_number(reply, document)
        name = self._profile.names.fill(kind=reply.kind, control_number=number, at=self._now())
        content = reply.content if number == reply.control_number else partial(reply.under, number)
        self._folder.leave(document, name, content, tracked=False)

    def _free_number(self, reply: Reply, document: str) -> str:
        """The answer's number, or where another answer has it, one in the same range that none has."""
        take = self._folder.journal.take
        numbers = (reply.control_number if turn == 0 else _instead(reply, document, turn) for turn in count())
        return next(each for each in numbers if take(f"answer {reply.kind} {each}", by=document))

    def _note_all(self, entries: Iterable[Entry], name: str) -> None:
        """Note what a file says of ours, of two words on one the worse. Raises `Conflict` when all is noted."""
        worst: dict[str, Told] = {}
        for entry in entries:
            if isinstance(entry, Told) and entry.outcome is SentOutcome.REJECTED:
                worst[entry.control_number] = entry
            elif isinstance(entry, Told):
                worst.setdefault(entry.control_number, entry)
        conflicts: list[Conflict] = []
        for told in worst.values():
            try:
                self._note(told, name)
            except Conflict as error:
                conflicts.append(error)
        if conflicts:
            raise conflicts[0]

    def _note(self, told: Told, name: str) -> None:
        """An acknowledgement of a document that we did not send is somebody else's, and told."""
        journal = self._folder.journal
        if journal.outcome(told.control_number) is not None:
            journal.acknowledge(told.control_number, told.outcome, self._now())
        else:
            what = f"nothing was sent under {told.control_number}, of which it says {told.outcome.value}"
            self._folder.on_incident(FileIncident(IncidentKind.NOT_OURS, name, what))

    # Reading ---------------------------------------------------------------------------------------------------

    def _learn(self) -> None:
        """Note what the reports that have come since the last time say of our messages; a later word stands."""
        self._fetch()
        reports = [kind for kind in every_kind() if kind.says]
        for stored in self._store.files():
            if stored.path not in self._learnt:
                for kind in reports:
                    for _, entry in self._records(stored, kind):
                        if not isinstance(entry, InvalidRecord):
                            self._learn_from(kind, entry)
                self._learnt.add(stored.path)

    def _learn_from(self, kind: Kind[Any], record: BaseModel) -> None:
        said = kind.says(record) if kind.says else None
        if said is not None and said.status is not None:
            self._known[said.kind, said.reference] = said.status
        elif said is not None:
            self._words[said.control_number.zfill(_CONTROL_DIGITS)] = said.word.strip().lower()

    def _stored_since(self, kind: Kind[R], since: dt.datetime | None) -> Iterator[Delivery[R]]:
        """By the instant of storing, which is this transport's own time: files are stored in that order."""
        self._fetch()
        begin = None if since is None else since - self._profile.overlap
        for stored in self._store.files():
            if stored.path.exists() and (begin is None or stored.at >= begin or stored.path in self._open):
                for number, (place, entry) in enumerate(self._records(stored, kind), start=1):
                    yield Delivery(
                        entry=_arrived(entry, stored.at, number),
                        mark=stored.at,
                        settle=partial(self._settle, stored, place),
                    )
        self._send_answers()

    def _newest(self, kind: Kind[R]) -> Iterator[Delivery[R]]:
        self._fetch()
        standing = self._snapshots.standing(kind.model.__name__)
        if standing is not None:
            yield from (Delivery(entry=entry) for _, entry in self._records(standing, kind))

    def _sizes(self, stored: Stored) -> Mapping[str, Size]:
        """How much a file holds of each kind of snapshot; one that cannot be read any more is none."""
        found: dict[Kind[Any], list[BaseModel]] = {}
        problems: dict[Kind[Any], InvalidRecord] = {}
        try:
            for entry in self._entries(stored):
                if isinstance(entry, Holds) and entry.kind.holds is not FileHolds.SNAPSHOT:
                    return {}
                if isinstance(entry, Found | Holds) and entry.kind.holds is FileHolds.SNAPSHOT:
                    records = found.setdefault(entry.kind, [])
                    if isinstance(entry, Holds):
                        continue
                    if isinstance(entry.record, InvalidRecord):
                        problems.setdefault(entry.kind, entry.record)
                    else:
                        records.append(entry.record)
        except (InvalidRecord, ConfigurationError):
            return {}
        return {
            kind.model.__name__: Size.of(kind, records, problems[kind].problem if kind in problems else "")
            for kind, records in found.items()
        }

    def _entries(self, stored: Stored) -> Iterator[Entry]:
        with stored.path.open("rb") as content:
            yield from self._codec.decode(stored.name, content)

    def _records(self, stored: Stored, kind: Kind[R]) -> Iterator[tuple[int, R | InvalidRecord]]:
        """What a stored file holds of `kind`, by its place among all that it holds.

        A file that only an older version would take is told with the picks.
        """
        place = -1
        try:
            for entry in self._entries(stored):
                if isinstance(entry, Found):
                    place += 1
                    if entry.kind is kind:
                        assert isinstance(entry.record, kind.model | InvalidRecord)
                        yield place, entry.record
        except InvalidRecord as error:
            if kind.name == PICK_TICKET.name:
                yield place + 1, error
        except MissingExtra:
            raise
        except ConfigurationError:  # the site says otherwise by now; what was not settled is told when it is taken
            if kind.holds is FileHolds.SNAPSHOT:  # without it there would seem to be nothing
                raise


def known_outcome(kind: Kind[Any], kinds: Collection[str] | None) -> Settlement | None:
    """What becomes of a record of which no reader has to say it: what a transport stores itself is kept.

    `kinds` are the names of those that this site reads; None: of any.
    """
    if kind.holds is not FileHolds.DOCUMENTS:
        return KEPT
    if kinds is not None and kind.name not in kinds:
        return Settlement(f"nobody here reads a {kind.title}")
    return KEPT if kind.is_sent else None


def _instead(reply: Reply, document: str, turn: int) -> str:
    """A number by which an answer is known from others: the first digit is that of its range."""
    first, digits = reply.control_number[0], len(reply.control_number) - 1
    found = int(hashlib.sha256(f"{document} {turn}".encode()).hexdigest(), 16)
    return f"{first}{found % 10**digits:0{digits}}"


def _lost(stored: Stored) -> Conflict:
    return Conflict("another worker has it by now", record=f"file {shown(stored.name)}", retry=Retry.SAFE)


def _arrived(entry: R | InvalidRecord, at: dt.datetime, number: int) -> R | InvalidRecord:
    """What came as the `number`th of a file that was stored at an instant; of an error its raw record says so."""
    if isinstance(entry, Row):
        return entry.arrived(at, number)
    if isinstance(entry, InvalidRecord):
        entry.raw = {**(entry.raw or {}), "arrival": Row().arrived(at, number).arrival}
    return entry


def _refuse_what_nobody_reads(outcomes: Sequence[Settlement | None], *, is_answered: bool) -> None:
    """A file of which nothing is read, and whose sender no answer will tell so, is for a person to look at."""
    refused = [each.refused for each in outcomes if each is not None and not each.is_kept]
    if refused and len(refused) == len(outcomes) and not is_answered:
        action = "Have the partner send no more of them, or name the kind in bluecherry.kinds and send it again."
        raise InvalidRecord(refused[0], action=action)
