"""What a transport to Blue Cherry promises, as a test class: see `bluecherry.transport.Transport`.

Law of this module: it knows nothing of how messages travel. What stands at the other end is said by the author;
what the author cannot do there is skipped aloud.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import ClassVar, TypeVar

from attrs import frozen
from pydantic import BaseModel

from clarus_bluecherry._lazy import need
from clarus_bluecherry.bluecherry import messages as wire
from clarus_bluecherry.bluecherry.kinds import Kind, every_kind
from clarus_bluecherry.bluecherry.kinds.pick_ticket import PICK_TICKET
from clarus_bluecherry.bluecherry.messages import DeliveryStatus, Outbound
from clarus_bluecherry.bluecherry.transport import KEPT, NotCarried, Transport
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord
from clarus_bluecherry.testing import messages

need("pytest", extra="testing", purpose="a contract")

import pytest  # noqa: E402

T = TypeVar("T")
R = TypeVar("R", bound=BaseModel)

READS: Mapping[str, Kind[BaseModel]] = {kind.name: kind for kind in every_kind() if not kind.is_sent}
"""The kinds that can be read, by name."""
SENT: Mapping[str, Outbound] = {
    message.kind: message
    for message in (
        messages.order_shipment(),
        messages.production_receipt_advice(),
        messages.inventory_adjustment(),
        messages.return_advice(),
        messages.stock_position_advice(),
    )
}
"""The message of each kind that a contract sends: what the factories make."""
_LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_OF_TOMORROW = Kind(
    name="of_tomorrow",
    model=wire.Row,
    key="pkey",
    stands_for="a kind of message that nobody knows yet",
    rest="there is none yet",
    x12="there is none yet",
    sheet="there is none yet",
)
_NUMBER, _OTHER_NUMBER = "000000077", "000000078"


@frozen(kw_only=True)
class OtherSide:
    """What a test can do at the other end of a transport. What it cannot do is None, and skips what needs it.

    `release` releases one more pick ticket there, and `spoil` one that breaks a rule; both return its number.
    `taken` counts the messages that have arrived. `book` lets Blue Cherry work off and invoice what has arrived.
    """

    release: Callable[[], str] | None = None
    spoil: Callable[[], str] | None = None
    taken: Callable[[], int] | None = None
    book: Callable[[], object] | None = None


class TransportContract:
    """What every transport promises. Subclass it as `TestMyTransport`, with the fixture `transport`.

    `stands` says what each read finds at the other end: the records' numbers, by the name of the kind. A kind that
    is not in it must be refused with `NotCarried`, and so must a message whose kind is not in `sends`.
    `secrets` are texts that may be shown nowhere. The fixture `other_side` lets more be checked; its `book` needs
    the pick and the production order of the factories there.
    """

    stands: ClassVar[Mapping[str, Collection[str]]] = {}
    sends: ClassVar[Collection[str]] = ()
    secrets: ClassVar[Collection[str]] = ()

    @pytest.fixture
    def transport(self) -> Iterator[Transport]:
        """An open transport, fresh for each test; who opened it closes it behind its `yield`."""
        pytest.fail(f"{type(self).__name__} needs a fixture `transport`", pytrace=False)

    @pytest.fixture
    def other_side(self) -> OtherSide:
        """What a test can do at the other end of `transport`."""
        return OtherSide()

    @classmethod
    def pytest_generate_tests(cls, metafunc: pytest.Metafunc) -> None:
        """Run a check for each thing that the subclass says it reads or sends, or for each that it does not."""
        for said, known in ((cls.stands, READS), (cls.sends, SENT)):
            if unknown := sorted(set(said) - set(known)):
                raise pytest.UsageError(f"{cls.__name__} names {unknown}: that is none of {', '.join(known)}")
        for name, values in {
            "read": cls.stands,
            "refused_read": [read for read in READS if read not in cls.stands],
            "kind": cls.sends,
            "refused_kind": [kind for kind in SENT if kind not in cls.sends],
        }.items():
            if name in metafunc.fixturenames:
                metafunc.parametrize(name, sorted(values))

    # Reading -------------------------------------------------------------------------------------------------

    def test_a_read_gives_what_stands_there(self, transport: Transport, read: str) -> None:
        """Every record once, under its number exactly as Blue Cherry writes it."""
        assert _numbers(transport, read) == Counter(self.stands[read]), (
            f"{read} gives other records than there are"
        )

    def test_a_read_that_is_not_set_up_is_refused(self, transport: Transport, refused_read: str) -> None:
        """Nothing was asked and nothing was found are two things: the one is `NotCarried`."""
        with pytest.raises(NotCarried):
            _read(transport, refused_read)

    def test_a_kind_of_tomorrow_is_refused(self, transport: Transport) -> None:
        """A kind that the transport has never heard of is `NotCarried`, not an empty list and not a crash."""
        with pytest.raises(NotCarried):
            list(transport.read(_OF_TOMORROW))

    def test_records_are_of_their_kind(self, transport: Transport, read: str) -> None:
        """Each is a message that its own rules take as it is."""
        model = READS[read].model
        for record in _read(transport, read):
            assert isinstance(record, model), f"{read} gives a {type(record).__name__}"
            told = record.model_dump()
            assert model.model_validate(told).model_dump() == told, f"{read} gives what its own rules would change"

    def test_reading_takes_nothing_away(self, transport: Transport, read: str) -> None:
        """Who reads again finds the same."""
        first = _numbers(transport, read)
        assert _numbers(transport, read) == first, f"{read} gives something else when it is read again"

    def test_what_is_settled_stays_readable(self, transport: Transport, read: str) -> None:
        """Settling says what became of a record; who reads everything again still finds it."""
        first = _numbers(transport, read)
        for delivery in transport.read(READS[read]):
            delivery.settle(KEPT)
        assert _numbers(transport, read) == first, f"{read} gives something else once it is settled"

    def test_a_read_since_long_ago_gives_everything(self, transport: Transport, read: str) -> None:
        """`since` leaves out only what did not change since then."""
        everything = _numbers(transport, read)
        assert _numbers(transport, read, _LONG_AGO) == everything, "a read since the year 2000 loses some"

    def test_what_is_released_after_a_read_is_in_the_next_one(
        self, transport: Transport, other_side: OtherSide
    ) -> None:
        """Nothing slips through between two reads. The last delivery's `mark` counts, where there is one."""
        release = _given(other_side.release, "release")
        mark = dt.datetime.now(dt.UTC)
        for delivery in transport.read(PICK_TICKET):
            mark = delivery.mark or mark
        number = release()
        assert number in _numbers(transport, PICK_TICKET.name, mark), (
            f"pick {number} is not in a read since {mark}"
        )

    def test_a_bad_record_is_named_and_the_others_arrive(
        self, transport: Transport, other_side: OtherSide
    ) -> None:
        """What breaks a rule comes as the error that names it, and reading goes on."""
        spoiled = _given(other_side.spoil, "spoil")()
        found = _read(transport, PICK_TICKET.name)
        named = [str(each.record) for each in found if isinstance(each, InvalidRecord)]
        assert any(spoiled in record for record in named), f"no error names pick {spoiled}, only {named}"
        good = [each for each in found if not isinstance(each, InvalidRecord)]
        assert _known(good, PICK_TICKET) == Counter(self.stands[PICK_TICKET.name]), "it costs other pick tickets"

    # Sending -------------------------------------------------------------------------------------------------

    def test_a_message_is_accepted_under_its_control_number(self, transport: Transport, kind: str) -> None:
        """By that number the ledger finds it again."""
        accepted = transport.send(SENT[kind], _NUMBER)
        assert accepted.control_number == _NUMBER, f"accepted as {accepted.control_number!r}, sent as {_NUMBER!r}"

    def test_what_cannot_be_sent_is_refused_and_nothing_leaves(
        self, transport: Transport, other_side: OtherSide, refused_kind: str
    ) -> None:
        """A kind that has no way is a `ConfigurationError` before a byte leaves (`NotCarried` is one)."""
        with pytest.raises(ConfigurationError):
            transport.send(SENT[refused_kind], _NUMBER)
        assert other_side.taken is None or other_side.taken() == 0, "it was refused, and has arrived"

    def test_one_send_is_one_message(self, transport: Transport, other_side: OtherSide, kind: str) -> None:
        """Not two, and not none."""
        taken = _given(other_side.taken, "taken")
        transport.send(SENT[kind], _NUMBER)
        assert taken() == 1, f"{taken()} messages arrived of one"

    def test_what_was_never_sent_is_absent(self, transport: Transport, kind: str) -> None:
        """Or unknown, where nobody can be asked."""
        told = transport.probe(kind, _NUMBER, SENT[kind].reference)
        assert told in _NOT_THERE, f"it was never sent, and a probe says {told}"

    def test_what_was_sent_is_not_absent(self, transport: Transport, kind: str) -> None:
        """Else it would be sent again, and posted twice."""
        transport.send(SENT[kind], _NUMBER)
        told = transport.probe(kind, _NUMBER, SENT[kind].reference)
        assert told in {DeliveryStatus.STAGED, DeliveryStatus.POSTED, DeliveryStatus.UNKNOWN}, (
            f"it was sent, and a probe says {told}"
        )

    def test_another_message_is_not_taken_for_it(self, transport: Transport, kind: str) -> None:
        """What became of one message says nothing of the next."""
        transport.send(SENT[kind], _NUMBER)
        told = transport.probe(kind, _OTHER_NUMBER, "another")
        assert told in _NOT_THERE, f"another one was sent, and a probe says {told}"

    def test_what_is_in_the_books_is_posted(self, transport: Transport, other_side: OtherSide, kind: str) -> None:
        """Or unknown, where nobody can be asked."""
        book = _given(other_side.book, "book")
        transport.send(SENT[kind], _NUMBER)
        book()
        told = transport.probe(kind, _NUMBER, SENT[kind].reference)
        assert told in {DeliveryStatus.POSTED, DeliveryStatus.UNKNOWN}, (
            f"it is in the books, and a probe says {told}"
        )

    # The rest ------------------------------------------------------------------------------------------------

    def test_ping_says_what_answered(self, transport: Transport) -> None:
        """A word for whoever looks whether the way is open."""
        said: object = transport.ping()
        assert isinstance(said, str), f"ping gives a {type(said).__name__}"
        assert said.strip(), "ping says nothing"

    def test_it_may_be_closed_twice(self, transport: Transport) -> None:
        """Who opened it closes it, and so does the client that was given it."""
        transport.close()
        transport.close()

    def test_no_secret_is_shown(self, transport: Transport) -> None:
        """Neither by its repr nor by its ping, which end in logs."""
        shown = f"{transport!r} {transport.ping()}"
        assert not any(secret in shown for secret in self.secrets), "a secret is shown"


_NOT_THERE = frozenset({DeliveryStatus.ABSENT, DeliveryStatus.UNKNOWN})


def _read(transport: Transport, read: str, since: dt.datetime | None = None) -> list[object]:
    kind = READS[read]
    return [each.entry for each in (transport.read(kind) if since is None else transport.read(kind, since))]


def _numbers(transport: Transport, read: str, since: dt.datetime | None = None) -> Counter[object]:
    return _known(_read(transport, read, since), READS[read])


def _known(records: Iterable[object], kind: Kind[R]) -> Counter[object]:
    """What is no record of the kind is counted as it is told: it shows in the failure."""
    return Counter(kind.number_of(record) if isinstance(record, kind.model) else str(record) for record in records)


def _given(action: Callable[[], T] | None, name: str) -> Callable[[], T]:
    if action is None:
        pytest.skip(f"the other side cannot do this: OtherSide.{name} is not given")
    return action
