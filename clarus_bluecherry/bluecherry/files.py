"""Blue Cherry through files, whatever stands in them: the transport that X12 and CSV share.

Law of this module: what has arrived is stored before it counts as taken, and reading takes nothing away: a reader
asks for what came since an instant, as of any transport. What is left for Blue Cherry is left once, under a name
that its control number determines.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar

from attrs import field, frozen
from pydantic import BaseModel

from clarus_bluecherry.bluecherry.messages import (
    Acceptance,
    Carrier,
    DeliveryStatus,
    InterfaceStatus,
    Location,
    Outbound,
    PeriodStatus,
    PickTicket,
    ProductionOrder,
    Row,
    ShipmentStatus,
    StockMovement,
    Style,
)
from clarus_bluecherry.bluecherry.snapshots import SNAPSHOTS, HeldSnapshot, Size, Snapshots, size_of
from clarus_bluecherry.bluecherry.transport import Read, Reading
from clarus_bluecherry.errors import (
    ClarusBluecherryError,
    ConfigurationError,
    Conflict,
    InvalidRecord,
    OutcomeUnknown,
)
from clarus_bluecherry.exchange import Arrival, Folder, NameTemplate, SentOutcome
from clarus_bluecherry.exchange.names import matches
from clarus_bluecherry.exchange.store import Store, Stored

R = TypeVar("R", bound=Row)

OVERLAP = dt.timedelta(minutes=15)
"""How far before the asked instant a read begins: clocks differ, and a file may be stored late (L)."""


@frozen
class Found:
    """A record in a file, of a kind that `messages` knows, or the error that stands in its place."""

    kind: type[BaseModel]
    record: BaseModel | InvalidRecord


@frozen
class Holds:
    """The kind of record that a file holds, said before the first one: also of a file that holds none."""

    kind: type[BaseModel]


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
    """A file that answers this one: its kind and number for the name, and its content."""

    kind: str
    control_number: str
    content: bytes


Entry = Found | Holds | Told | ControlNumber | Reply


class Codec(Protocol):
    """How messages stand in files."""

    @property
    def patterns(self) -> tuple[str, ...]:
        """Names of the files it can read, as glob patterns."""
        ...

    def reads(self, kind: type[BaseModel]) -> bool:
        """Whether any file it can read holds records of `kind`."""
        ...

    def encode(self, message: Outbound, control_number: str, at: dt.datetime) -> bytes:
        """A file of one message. Raises `InvalidRecord` when it cannot be written."""
        ...

    def decode(self, name: str, content: BinaryIO) -> Iterator[Entry]:
        """What stands in a file. Raises `InvalidRecord` or `ConfigurationError` when it cannot be read at all."""
        ...


_CONTROL_DIGITS = 9
_WORDS = {word.value: word for word in (DeliveryStatus.POSTED, DeliveryStatus.STAGED, DeliveryStatus.REJECTED)}


class Codecs:
    """Several codecs as one: the first whose names fit reads a file, the first of all writes."""

    def __init__(self, *codecs: Codec) -> None:
        self._codecs = codecs

    @property
    def patterns(self) -> tuple[str, ...]:
        """The names of all of them."""
        return tuple(pattern for codec in self._codecs for pattern in codec.patterns)

    def reads(self, kind: type[BaseModel]) -> bool:
        """Whether one of them reads `kind`."""
        return any(codec.reads(kind) for codec in self._codecs)

    def encode(self, message: Outbound, control_number: str, at: dt.datetime) -> bytes:
        """As the first one writes it."""
        return self._codecs[0].encode(message, control_number, at)

    def decode(self, name: str, content: BinaryIO) -> Iterator[Entry]:
        """As the one reads it whose names fit."""
        for codec in self._codecs:
            if matches(name, codec.patterns):
                return codec.decode(name, content)
        raise ConfigurationError("no kind of file has such a name", record="files", field=name)


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


class FileTransport:
    """Blue Cherry through a folder that both sides see, or that `pump` brings to and from a server.

    See `Transport` for the methods. What arrives is kept in `store`, a folder of our own. `close` closes the
    exchange's folder.
    """

    def __init__(
        self,
        folder: Folder,
        codec: Codec,
        profile: FilesProfile,
        *,
        store: Path,
        now: Callable[[], dt.datetime],
        pump: Callable[[], object] = lambda: None,
    ) -> None:
        self._folder, self._codec, self._profile = folder, codec, profile
        self._store, self._now, self._pump = Store(store), now, pump
        self._snapshots = Snapshots(
            self._store,
            store / "snapshots",
            sizes=self._sizes,
            loss=profile.snapshot_loss,
            notify=folder.notify,
        )
        self._told: dict[str, str] = {}
        self._invoiced: set[str] = set()
        self._learnt: set[Path] = set()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({type(self._codec).__name__})"

    def picks(self, changed_since: dt.datetime | None = None) -> Read[PickTicket]:
        """Pick tickets that have come."""
        return self._read(PickTicket, changed_since)

    def styles(self, changed_since: dt.datetime | None = None) -> Read[Style]:
        """The item master: the newest file that holds one."""
        return self._newest(Style)

    def production_orders(self, changed_since: dt.datetime | None = None) -> Read[ProductionOrder]:
        """Orders to receive that have come."""
        return self._read(ProductionOrder, changed_since)

    def locations(self) -> Read[Location]:
        """Warehouses: the newest file that holds them."""
        return self._newest(Location)

    def carriers(self) -> Read[Carrier]:
        """Carriers: the newest file that holds them."""
        return self._newest(Carrier)

    def send(self, message: Outbound, control_number: str) -> Acceptance:
        """Leave a file of one message. Under the same control number it is left once.

        Raises `OutcomeUnknown` when the file may be there, or is there and could not be brought to the server yet:
        `probe` finds out.
        """
        now = self._now()
        name = self._profile.names.fill(kind=message.kind, control_number=control_number, at=now)
        self._folder.leave(control_number, name, partial(self._codec.encode, message, control_number, now))
        try:
            self._pump()
        except ClarusBluecherryError as error:
            what = f"it is left, and not brought yet: {error.what}"
            raise OutcomeUnknown(what, record=f"file {name}", blame=error.blame, action=error.action) from error
        return Acceptance(control_number=control_number)

    def probe(self, kind: str, control_number: str, reference: str = "") -> DeliveryStatus:
        """What became of a message: by what an extract says of it, else by its acknowledgement."""
        self._learn()
        if kind == "order_shipment" and reference in self._invoiced:
            return DeliveryStatus.POSTED
        if control_number in self._told:
            return self._profile.words.get(self._told[control_number], DeliveryStatus.UNKNOWN)
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

    def shipment_statuses(self, changed_since: dt.datetime | None = None) -> Read[ShipmentStatus]:
        """What became of pick tickets, as extracts tell."""
        return self._read(self._set_up(ShipmentStatus), changed_since)

    def stock_movements(self, changed_since: dt.datetime | None = None) -> Read[StockMovement]:
        """The stock ledger: the newest extract."""
        return self._newest(self._set_up(StockMovement))

    def periods(self) -> Read[PeriodStatus]:
        """Accounting periods: the newest file that holds them."""
        return self._newest(self._set_up(PeriodStatus))

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
        """Close the folder."""
        self._folder.close()

    # Arrivals --------------------------------------------------------------------------------------------------

    def _fetch(self) -> None:
        """Take what has arrived, and send what is to be sent because of it."""
        self._pump()
        answered = False
        for arrival in self._folder.arrivals(self._codec.patterns, comes_back=self._comes_back):
            with arrival:
                answered |= self._take(arrival)
        if answered:
            self._pump()

    def _take(self, arrival: Arrival) -> bool:
        """Store, note and answer one file; True when it was answered.

        The file is read to its end before any of this begins, and it is answered last: an answer says what was
        done.
        """
        try:
            entries = self._told_in(arrival)
            self._take_numbers(arrival, entries)
            for entry in entries:
                if isinstance(entry, Told):
                    self._note(entry.control_number, entry.outcome)
        except (InvalidRecord, ConfigurationError, Conflict) as error:
            arrival.refuse(str(error))
            return False
        with arrival.open() as file:
            again = self._comes_back(arrival.name, arrival.digest)
            self._store.add(arrival.name, arrival.digest, file, at=self._now(), again=again)
        replies = [entry for entry in entries if isinstance(entry, Reply)]
        for reply in replies:
            self._leave(reply)
        arrival.done()
        return bool(replies)

    def _comes_back(self, name: str, digest: str) -> bool:
        """Whether content that came before is the newest word: another name, and other words of its kind between.

        A file that is fetched or sent twice is none; nor is one that has a number, which says that it was taken.
        """
        files = self._store.files()
        same = [place for place, stored in enumerate(files) if stored.holds(digest)]
        if not same or any(files[place].name == name for place in same):
            return False
        kinds = self._kinds_in(files[same[-1]])
        return any(kinds & self._kinds_in(stored) for stored in files[same[-1] + 1 :])

    def _kinds_in(self, stored: Stored) -> set[type[BaseModel]]:
        """The kinds of records in a stored file that has no number of its own and can be read."""
        try:
            with stored.path.open("rb") as content:
                entries = list(self._codec.decode(stored.name, content))
        except (InvalidRecord, ConfigurationError):
            return set()
        if any(isinstance(entry, ControlNumber) for entry in entries):
            return set()
        return {entry.kind for entry in entries if isinstance(entry, Found | Holds)}

    def _told_in(self, arrival: Arrival) -> list[Entry]:
        """Everything but the records in a whole file; those are read again from the store."""
        with arrival.open() as content:
            entries = self._codec.decode(arrival.name, content)
            return [entry for entry in entries if not isinstance(entry, Found)]

    @staticmethod
    def _take_numbers(arrival: Arrival, entries: Iterable[Entry]) -> None:
        for entry in entries:
            if isinstance(entry, ControlNumber) and not arrival.take(entry.key):
                raise InvalidRecord(f"control number {entry.key} was taken in another file")

    def _leave(self, reply: Reply) -> None:
        """Answer once: a worker that died may have done it, or may have given the answer its name."""
        at, number = self._now(), reply.control_number
        name = self._profile.names.fill(kind=reply.kind, control_number=number, at=at)
        self._folder.leave(f"{reply.kind} {number}", name, reply.content, tracked=False)

    def _note(self, control_number: str, outcome: SentOutcome) -> None:
        """An acknowledgement of a document that we did not send is somebody else's."""
        journal = self._folder.journal
        if journal.outcome(control_number) is not None:
            journal.acknowledge(control_number, outcome, self._now())

    # Reading ---------------------------------------------------------------------------------------------------

    def _set_up(self, kind: type[R]) -> type[R]:
        if not self._codec.reads(kind):
            raise ConfigurationError("no file of this site holds it", record="files", field=kind.__name__)
        return kind

    def _learn(self) -> None:
        """Note what the extracts that have come since the last time say of our messages; a later word stands."""
        self._fetch()
        for stored in self._store.files():
            if stored.path in self._learnt:
                continue
            for status in self._records(stored, InterfaceStatus):
                if not isinstance(status, InvalidRecord):
                    self._told[status.isa_num.zfill(_CONTROL_DIGITS)] = status.status.strip().lower()
            for shipment in self._records(stored, ShipmentStatus):
                if not isinstance(shipment, InvalidRecord) and shipment.posted:
                    self._invoiced.add(shipment.pick_num)
            self._learnt.add(stored.path)

    def _read(self, kind: type[R], since: dt.datetime | None) -> Read[R]:
        return Reading(partial(self._stored_since, kind, since))

    def _stored_since(self, kind: type[R], since: dt.datetime | None, reading: Reading[R]) -> Read[R]:
        """By the instant of storing, which is this transport's own time: files are stored in that order."""
        self._fetch()
        for stored in self._store.files(since=since and since - self._profile.overlap):
            for number, record in enumerate(self._records(stored, kind), start=1):
                yield record if isinstance(record, InvalidRecord) else record.arrived(stored.at, number)
            reading.read_to = stored.at

    def _newest(self, kind: type[R]) -> Read[R]:
        self._fetch()
        standing = self._snapshots.standing(kind.__name__)
        if standing is not None:
            yield from self._records(standing, kind)

    def _sizes(self, stored: Stored) -> Mapping[str, Size]:
        """How much a file holds of each kind of snapshot; one that cannot be read any more is none."""
        found: dict[type[BaseModel], list[BaseModel]] = {}
        problems: dict[type[BaseModel], InvalidRecord] = {}
        try:
            with stored.path.open("rb") as content:
                for entry in self._codec.decode(stored.name, content):
                    match entry:
                        case Holds(kind=kind) if kind not in SNAPSHOTS:
                            return {}
                        case Holds(kind=kind):
                            found[kind] = []
                        case Found(kind=kind, record=BaseModel() as record) if kind in SNAPSHOTS:
                            found.setdefault(kind, []).append(record)
                        case Found(kind=kind, record=InvalidRecord() as error) if kind in SNAPSHOTS:
                            found.setdefault(kind, [])
                            problems.setdefault(kind, error)
        except (InvalidRecord, ConfigurationError):
            return {}
        return {
            kind.__name__: Size(size_of(records), problems[kind].problem if kind in problems else "")
            for kind, records in found.items()
        }

    def _records(self, stored: Stored, kind: type[R]) -> Read[R]:
        """What a stored file holds of `kind`. One that only an older version would take is told with the picks."""
        with stored.path.open("rb") as content:
            try:
                for entry in self._codec.decode(stored.name, content):
                    if isinstance(entry, Found) and entry.kind is kind:
                        record = entry.record
                        assert isinstance(record, kind | InvalidRecord)
                        yield record
            except InvalidRecord as error:
                if kind is PickTicket:
                    yield error
