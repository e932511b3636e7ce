"""X12 as files of the exchange: sets in, sets out, and a 997 for every document that was read.

Law of this module: a set is read leniently and taken at its verdict: what is rejected comes as an error in the
place of its message, and the 997 says so. A 997 about ours says what became of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import BinaryIO

from pydantic import BaseModel

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.bluecherry.edi.documents import READ, body_of, messages_of
from clarus_bluecherry.bluecherry.edi.profile import X12Profile
from clarus_bluecherry.bluecherry.exchange import Outcome
from clarus_bluecherry.bluecherry.exchange.journal import utc_now
from clarus_bluecherry.bluecherry.files import ControlNumber, Entry, Found, Reply, Told
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.x12 import (
    Document,
    Envelope,
    Finding,
    Segment,
    Severity,
    Verdict,
    acknowledgement,
    read,
    read_acknowledgement,
    validate,
    verdict_on,
    write,
)

_CONTROL_DIGITS = 9
_TAKEN = frozenset({Verdict.ACCEPTED, Verdict.ACCEPTED_WITH_ERRORS})

Judged = tuple[Document, Sequence[Finding]]


class X12Codec:
    """X12 files whose names fit one of `names`, by a site's profile. Each file that goes out holds one set."""

    def __init__(
        self,
        profile: X12Profile,
        names: Collection[str] = ("*.x12", "*.edi"),
        *,
        now: Callable[[], dt.datetime] = utc_now,
    ) -> None:
        self._profile, self._names, self._now = profile, tuple(names), now

    @property
    def patterns(self) -> tuple[str, ...]:
        """Names of the files that are X12."""
        return self._names

    def reads(self, kind: type[BaseModel]) -> bool:
        """Whether a set holds messages of `kind`."""
        return any(kind is read_kind for read_kind, _ in READ.values())

    def encode(self, message: BaseModel, control_number: str, at: dt.datetime) -> bytes:
        """An interchange of one message. Raises `InvalidRecord` with the place that breaks a rule."""
        set_id, body = body_of(message, control_number, self._profile)
        return self._interchange(set_id, [body], control_number, at)

    def decode(self, name: str, content: BinaryIO) -> Iterator[Entry]:
        """The messages in a file, what its 997s say of ours, and the 997 that answers it."""
        judged: list[Judged] = []
        for part in read(content, lenient=True):
            if not isinstance(part, Document):
                continue
            if not judged or judged[-1][0].interchange != part.interchange:
                yield from self._answer(judged)
                judged = []
                yield from _number_of(part)
            if part.set_id == "997":
                yield from _told(part)
                continue
            findings = validate(part)
            judged.append((part, findings))
            yield from self._found(part, findings)
        yield from self._answer(judged)

    def _found(self, document: Document, findings: Sequence[Finding]) -> Iterator[Found]:
        kind = READ[document.set_id][0] if document.set_id in READ else messages.PickTicket
        errors = [each for each in findings if each.severity is Severity.ERROR]
        if verdict_on(findings) is Verdict.REJECTED:
            record = f"{document.set_id} {document.control_number}"
            yield Found(kind, InvalidRecord(f"was rejected: {errors[0]}", record=record))
            return
        try:
            for message in messages_of(document, self._profile):
                yield Found(type(message), message)
        except InvalidRecord as error:
            yield Found(kind, error)

    def _answer(self, judged: Sequence[Judged]) -> Iterator[Reply]:
        """One 997 for an interchange, numbered as what it answers with a nine in front: a range of its own."""
        if not judged:
            return
        answered = judged[0][0].interchange_control[-(_CONTROL_DIGITS - 1) :]
        number = f"9{answered:0>{_CONTROL_DIGITS - 1}}"
        bodies = list(acknowledgement(judged))
        yield Reply("997", number, self._interchange("997", bodies, number, self._now()))

    def _interchange(
        self, set_id: str, bodies: Sequence[Sequence[Segment]], number: str, at: dt.datetime
    ) -> bytes:
        envelope = Envelope(
            partners=self._profile.partners,
            control_number=number,
            at=at,
            delimiters=self._profile.delimiters,
        )
        return b"".join(write(envelope, set_id, bodies, profile=self._profile.demands))


def _number_of(document: Document) -> Iterator[ControlNumber]:
    header = document.interchange
    if header is not None:
        yield ControlNumber(f"x12 {header[6].strip()} {header[13].strip()}")


def _told(document: Document) -> Iterator[Entry]:
    """What a 997 says: each of our interchanges holds one group of one set, with one number for all."""
    try:
        answer = read_acknowledgement(document)
    except InvalidRecord as error:
        yield Found(messages.Acknowledgement, error)
        return
    outcome = Outcome.ACKNOWLEDGED if answer.verdict in _TAKEN else Outcome.REJECTED
    yield Told(answer.group_control.zfill(_CONTROL_DIGITS), outcome)
