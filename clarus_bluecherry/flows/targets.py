"""The two systems as places to deliver to: how to send a posting there, and how to ask what became of one.

Law of this module: `send` raises the wire's own typed errors; `ask` never writes. Both say where the posting
stands now, in the ledger's words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from attrs import frozen
from pydantic import TypeAdapter

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.clarus import calls, wire
from clarus_bluecherry.clarus.create import Identity
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows.derive import BLUECHERRY, CLARUS
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.http.call import Call
from clarus_bluecherry.ledger import Posting, State


@frozen
class Standing:
    """Where a posting stands on the other side, and the id it has there. None: it cannot be told."""

    state: State | None
    external_id: str = ""
    note: str = ""


class Target(Protocol):
    """A system that postings are delivered to."""

    def send(self, posting: Posting) -> Standing:
        """Send `posting` and say where it stands."""
        ...

    def ask(self, posting: Posting) -> Standing:
        """Ask what became of `posting`."""
        ...


class Warehouse:
    """Clarus. Creates are looked up by reference first, because Clarus does not refuse a second one.

    Two records of one reference raise `Conflict`: a person has to say which one stands.
    """

    def __init__(self, site: Site) -> None:
        self._clarus = site.clarus

    def send(self, posting: Posting) -> Standing:
        """Create the order or pre-receipt unless one with its reference exists."""
        call = _create(posting)
        found = self._find(call)
        if found:
            return Standing(State.POSTED, found, "was there already")
        return Standing(State.POSTED, self._clarus.send(call).id)

    def ask(self, posting: Posting) -> Standing:
        """Look the reference up: found means posted, absent means it may be sent again."""
        found = self._find(_create(posting))
        return Standing(State.POSTED, found) if found else Standing(State.RETRYING, note="the warehouse has none")

    def _find(self, call: Call[wire.Saved]) -> str:
        identity = Identity.of(call)
        return identity.only(self._clarus.all(identity.listing))


def _create(posting: Posting) -> Call[wire.Saved]:
    payload = _filled_payload(posting)
    if posting.kind == "goods_out":
        return calls.create_goods_out(wire.GoodsOutOrder.model_validate(payload))
    if posting.kind == "pre_receipt":
        return calls.create_goods_in_receipt(wire.PreReceipt.model_validate(payload))
    raise InvalidRecord(f"the warehouse takes no {posting.kind}", record=posting.record_name)


_OUTBOUND: TypeAdapter[messages.Outbound] = TypeAdapter(messages.Outbound)
_STATE_OF: Mapping[messages.Posting, State | None] = {
    messages.Posting.POSTED: State.POSTED,
    messages.Posting.STAGED: State.ACCEPTED,
    messages.Posting.REJECTED: State.REJECTED,
    messages.Posting.ABSENT: State.RETRYING,
    messages.Posting.UNKNOWN: None,
}


class Erp:
    """Blue Cherry. What it takes is staged; only its books say that a message is posted."""

    def __init__(self, site: Site) -> None:
        self._bluecherry = site.bluecherry

    def send(self, posting: Posting) -> Standing:
        """Send the message under the posting's own control number, the same at every attempt."""
        message = _OUTBOUND.validate_python(_filled_payload(posting))
        accepted = self._bluecherry.send(message, posting.control_number)
        return Standing(State.ACCEPTED, accepted.pkey)

    def ask(self, posting: Posting) -> Standing:
        """Ask by control number."""
        answer = self._bluecherry.probe(posting.kind, posting.control_number, posting.reference)
        return Standing(_STATE_OF[answer], note=f"Blue Cherry says {answer}")


def targets(site: Site) -> Mapping[str, Target]:
    """Both targets by the name that postings use."""
    return {CLARUS: Warehouse(site), BLUECHERRY: Erp(site)}


def _filled_payload(posting: Posting) -> Mapping[str, object]:
    if posting.payload is None:
        raise InvalidRecord("nothing to send was written yet", record=posting.record_name)
    return posting.payload
