"""Transports, rules and homes with one fault each, for the test that each fault fails the one check it should."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import BaseModel

from clarus_bluecherry.bluecherry.kinds import Kind, every_kind
from clarus_bluecherry.bluecherry.kinds.carrier import CARRIER
from clarus_bluecherry.bluecherry.messages import Acceptance, DeliveryStatus
from clarus_bluecherry.bluecherry.transport import Delivery, NotCarried, Settlement
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.ledger import Ledger
from clarus_bluecherry.model import Sku
from clarus_bluecherry.testing import LedgerHomeContract, OtherSide, SkuRuleContract, TransportContract, messages
from clarus_bluecherry.testing.contracts.ledger_home import a_fact

# Transports --------------------------------------------------------------------------------------------------


class Memory:
    """A transport without a fault, to a Blue Cherry that is two lists."""

    def __init__(self) -> None:
        self.rows: dict[str, list[object]] = {
            "pick_ticket": [messages.pick_ticket()],
            "style": [messages.style()],
            "location": [messages.location()],
        }
        self.staged: list[tuple[str, str]] = []

    def __repr__(self) -> str:
        return "Memory(key='***')"

    def read(self, kind: Kind[BaseModel], since: dt.datetime | None = None) -> Iterator[Delivery[BaseModel]]:
        self.check(kind)
        settle = partial(self.settle, kind)
        return (Delivery(entry=entry, settle=settle) for entry in self.since(kind.name, since))

    def check(self, kind: Kind[BaseModel]) -> None:
        if kind.name not in self.rows:
            raise NotCarried("none here", record=kind.title, field="bluecherry.transport")

    def settle(self, kind: Kind[BaseModel], settlement: Settlement) -> None:
        pass

    def since(self, read: str, since: dt.datetime | None) -> Iterator[object]:
        for row in self.rows[read]:
            yield row if row.model_extra.get("broken") is None else InvalidRecord("broken", record=row.pick_num)

    def send(self, message: object, control_number: str) -> Acceptance:
        if message.kind not in ("order_shipment", "inventory_adjustment"):
            raise NotCarried("none here", field="bluecherry.transport")
        self.staged.append((message.kind, control_number))
        return Acceptance(control_number=control_number)

    def probe(self, kind: str, control_number: str, reference: str) -> DeliveryStatus:
        return DeliveryStatus.STAGED if (kind, control_number) in self.staged else DeliveryStatus.ABSENT

    def ping(self) -> str:
        return "a list"

    def close(self) -> None:
        pass


class OfMemory(TransportContract):
    """The contract, for a `Made` with one fault."""

    stands: ClassVar = {"pick_ticket": ["001001"], "style": ["01234"], "location": ["NJ"]}
    sends = ("order_shipment", "inventory_adjustment")
    secrets = ("s3cret",)
    Made: Callable[[], Memory] = Memory
    fails: ClassVar[str]

    @pytest.fixture
    def transport(self) -> Memory:
        return type(self).Made()

    @pytest.fixture
    def other_side(self, transport: Memory) -> OtherSide:
        def released(number: str, **columns: object) -> str:
            transport.rows["pick_ticket"].append(messages.pick_ticket(pick_num=number, **columns))
            return number

        return OtherSide(
            release=lambda: released("001002"),
            spoil=lambda: released("001003", broken="yes"),
            taken=lambda: len(transport.staged),
        )


class TestNothingIsBroken(OfMemory):
    fails = ""


class TestZerosOfNumbersAreLost(OfMemory):
    fails = "test_a_read_gives_what_stands_there"

    class Made(Memory):
        def since(self, read, since):
            for row in super().since(read, since):
                yield row.model_copy(update={"style": row.style.lstrip("0")}) if read == "style" else row


class TestWhatIsReadIsGone(OfMemory):
    fails = "test_reading_takes_nothing_away"

    class Made(Memory):
        looks = 0

        def since(self, read, since):
            self.looks += read == "location" and since is None
            return iter(()) if read == "location" and self.looks == 2 else super().since(read, since)


class TestWhatIsSettledIsGone(OfMemory):
    fails = "test_what_is_settled_stays_readable"

    class Made(Memory):
        def settle(self, kind, settlement):
            self.rows[kind.name] = []


class TestQuantitiesAreFloats(OfMemory):
    fails = "test_records_are_of_their_kind"

    class Made(Memory):
        def since(self, read, since):
            for row in super().since(read, since):
                yield row.model_copy(update={"std_cost": 7.5}) if read == "style" else row


class TestAMarkIsTakenForTheLastDay(OfMemory):
    fails = "test_a_read_since_long_ago_gives_everything"

    class Made(Memory):
        def since(self, read, since):
            old = since is not None and since.year < 2020
            return iter(()) if old else super().since(read, since)


class TestWhatIsNewIsLeftOut(OfMemory):
    fails = "test_what_is_released_after_a_read_is_in_the_next_one"

    class Made(Memory):
        def since(self, read, since):
            rows = super().since(read, since)
            late = since is not None and since.year > 2020
            return (row for row in rows if not late or row.pick_num == "001001")


class TestABadRecordStopsTheRead(OfMemory):
    fails = "test_a_bad_record_is_named_and_the_others_arrive"

    class Made(Memory):
        def since(self, read, since):
            for row in super().since(read, since):
                if isinstance(row, InvalidRecord):
                    raise row
                yield row


class TestWhatIsNotSetUpIsEmpty(OfMemory):
    fails = "test_a_read_that_is_not_set_up_is_refused"

    class Made(Memory):
        def read(self, kind, since=None):
            return iter(()) if kind is CARRIER else super().read(kind, since)


class TestAKindOfTomorrowIsEmpty(OfMemory):
    fails = "test_a_kind_of_tomorrow_is_refused"

    class Made(Memory):
        def read(self, kind, since=None):
            return super().read(kind, since) if kind in every_kind() else iter(())


class TestANumberOfItsOwn(OfMemory):
    fails = "test_a_message_is_accepted_under_its_control_number"

    class Made(Memory):
        def send(self, message, control_number):
            super().send(message, control_number)
            return Acceptance(control_number="1")


class TestAnythingIsTaken(OfMemory):
    fails = "test_what_cannot_be_sent_is_refused_and_nothing_leaves"

    class Made(Memory):
        def send(self, message, control_number):
            return Acceptance(control_number=control_number)

    @pytest.fixture
    def other_side(self):
        return OtherSide()

    sends = ()


class TestEverythingIsSentTwice(OfMemory):
    fails = "test_one_send_is_one_message"

    class Made(Memory):
        def send(self, message, control_number):
            super().send(message, control_number)
            return super().send(message, control_number)


class TestNothingSentIsPosted(OfMemory):
    fails = "test_what_was_never_sent_is_absent"

    class Made(Memory):
        def probe(self, kind, control_number, reference):
            return super().probe(kind, control_number, reference) if self.staged else DeliveryStatus.POSTED


class TestWhatIsStagedIsAbsent(OfMemory):
    fails = "test_what_was_sent_is_not_absent"

    class Made(Memory):
        def probe(self, kind, control_number, reference):
            return DeliveryStatus.ABSENT


class TestOneMessageIsTakenForAnother(OfMemory):
    fails = "test_another_message_is_not_taken_for_it"

    class Made(Memory):
        def probe(self, kind, control_number, reference):
            return DeliveryStatus.STAGED if self.staged else DeliveryStatus.ABSENT


class TestPingIsSilent(OfMemory):
    fails = "test_ping_says_what_answered"

    class Made(Memory):
        def ping(self):
            return ""


class TestTheKeyIsShown(OfMemory):
    fails = "test_no_secret_is_shown"

    class Made(Memory):
        def __repr__(self):
            return "Memory(key='s3cret')"


# SKU rules ---------------------------------------------------------------------------------------------------


class Words:
    """A rule without a fault."""

    name = "words"

    def reading(self, code: str) -> str | None:
        return code.replace("BLACK", "BLK") if "-BLACK-" in code else None


class OfWords(SkuRuleContract):
    ties: ClassVar = {
        "01234-BLACK-M": Sku("01234", "BLK", size="M"),
        "01234-BLACK-L": Sku("01234", "BLK", size="L"),
    }
    silent = ("GIFT CARD", "BLACK")
    Made: Callable[[], Words] = Words
    fails: ClassVar[str]

    @pytest.fixture
    def rule(self) -> Words:
        return type(self).Made()


class TestNoRuleIsBroken(OfWords):
    fails = ""


class TestARuleGuesses(OfWords):
    fails = "test_it_is_silent_about_what_it_does_not_know"

    class Made(Words):
        def reading(self, code):
            return "01234-BLK-M" if code == "BLACK" else super().reading(code)


class TestARuleChokes(OfWords):
    fails = "test_it_gives_text_or_nothing_for_whatever_comes"

    class Made(Words):
        def reading(self, code):
            return None if code[0] == "-" else super().reading(code)


class TestARuleRemembers(OfWords):
    fails = "test_it_says_the_same_whenever_it_is_asked"

    class Made(Words):
        asked = 0

        def reading(self, code):
            self.asked += code == "BLACK"
            return "01234-BLK-M" if code == "BLACK" and self.asked > 1 else super().reading(code)


class TestARuleChangesWhatIsRight(OfWords):
    fails = "test_it_leaves_a_right_code_alone"

    class Made(Words):
        def reading(self, code):
            return "01234-BLK-L" if code == "01234-BLK-M" else super().reading(code)


# Homes of the ledger -----------------------------------------------------------------------------------------


class OfSqlite(LedgerHomeContract):
    """A home that does something of its own, said as a trigger."""

    trigger = ""
    fails: ClassVar[str]

    @pytest.fixture
    def home(self, tmp_path: Path) -> Path:
        place = tmp_path / "ledger.sqlite"
        Ledger.open(place).close()
        with closing(sqlite3.connect(place)) as connection, connection:
            connection.executescript(self.trigger)
        return place


class TestAHomeIsSomebodysAlready(OfSqlite):
    fails = "test_a_home_is_empty_at_first"

    @pytest.fixture
    def home(self, tmp_path):
        with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
            ledger.record(a_fact("of yesterday"))
        return tmp_path / "ledger.sqlite"


class TestAHomeCutsText(OfSqlite):
    fails = "test_text_comes_back_as_it_was"
    trigger = """CREATE TRIGGER cut AFTER UPDATE ON postings WHEN length(NEW.reason) > 255
        BEGIN UPDATE postings SET reason = substr(NEW.reason, 1, 255) WHERE key = NEW.key; END"""


class TestAHomeIsBlindToCase(OfSqlite):
    fails = "test_keys_differ_by_case_accents_and_blanks"
    trigger = """CREATE TRIGGER blind BEFORE INSERT ON facts
        WHEN EXISTS (SELECT 1 FROM facts WHERE key = NEW.key COLLATE NOCASE AND key <> NEW.key)
        BEGIN SELECT RAISE(IGNORE); END"""


class TestAHomeStartsNumbersAgain(OfSqlite):
    fails = "test_no_control_number_is_given_twice"
    trigger = """CREATE TRIGGER again AFTER UPDATE ON counters WHEN NEW.value > 9
        BEGIN UPDATE counters SET value = 1 WHERE name = NEW.name; END"""


class TestAHomeForgetsLeases(OfSqlite):
    fails = "test_what_a_lost_worker_was_sending_is_in_doubt"
    trigger = """CREATE TRIGGER forget AFTER UPDATE ON postings WHEN NEW.lease_until IS NOT NULL
        BEGIN UPDATE postings SET lease_until = NULL WHERE key = NEW.key; END"""
