"""The two systems as places to deliver to: how to send a posting there, and how to ask what became of one.

Law of this module: `send` raises the wire's own typed errors, and `UnreadableMessage` before anything could
leave; `ask` and `knock` never write. Sending and asking say where the posting stands now, in the ledger's words.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Protocol

from pydantic import TypeAdapter

from clarus_bluecherry.bluecherry import messages
from clarus_bluecherry.clarus import added, wire
from clarus_bluecherry.clarus.create import Identity, SafeCreate, listing_of
from clarus_bluecherry.errors import ConfigurationError, InvalidRecord, PostedTwice
from clarus_bluecherry.flows.derive import is_one_of_several
from clarus_bluecherry.flows.found_there import differences, stands_otherwise
from clarus_bluecherry.flows.late_lines import UNSENT
from clarus_bluecherry.flows.lines import lines_by_id, order_id_of
from clarus_bluecherry.flows.message import PostingStatus, UnreadableMessage, message_of
from clarus_bluecherry.flows.names import BLUECHERRY, CLARUS, GOODS_OUT, LINE_OUT, PRE_RECEIPT
from clarus_bluecherry.flows.product_target import PRODUCTS, ProductTarget
from clarus_bluecherry.flows.routes import goods_out_of, posting_kind
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.http._call import Call
from clarus_bluecherry.ledger import Posting, State


class Target(Protocol):
    """A system that postings are delivered to."""

    def send(self, posting: Posting) -> PostingStatus:
        """Send `posting` and say where it stands."""
        ...

    def ask(self, posting: Posting) -> PostingStatus:
        """Ask what became of `posting`. Raises `PostedTwice` when it is there more than once."""
        ...

    def knock(self) -> None:
        """Ask for something harmless. Raises when the system does not answer as it should."""
        ...

    def finish(self) -> None:
        """Bring what was sent on its way, where sending leaves it with us. Raises when that fails."""
        ...

    def most_together(self, kind: str) -> int:
        """How many postings of `kind` may leave in one request."""
        ...

    def send_many(self, postings: Sequence[Posting]) -> Sequence[PostingStatus]:
        """Send them in one request and say where each stands. What it raises concerns all of them."""
        ...

    def ask_many(self, postings: Sequence[Posting]) -> Mapping[str, PostingStatus]:
        """What became of those that a list shows, by key. The others are asked about one by one: see `ask`."""
        ...


class OneByOne(ABC):
    """The way of a target that knows no requests for several at once."""

    @abstractmethod
    def send(self, posting: Posting) -> PostingStatus:
        """Send `posting` and say where it stands."""

    def most_together(self, kind: str) -> int:
        """One."""
        return 1

    def send_many(self, postings: Sequence[Posting]) -> Sequence[PostingStatus]:
        """Send the one that may leave in one request."""
        (posting,) = postings
        return [self.send(posting)]

    def ask_many(self, postings: Sequence[Posting]) -> Mapping[str, PostingStatus]:
        """No list shows any of them."""
        return {}


class WarehouseTarget(OneByOne):
    """Clarus. Creates are looked up by reference first, because Clarus does not refuse a second one.

    Of what is found there the lines are compared: an order that says otherwise is for a person. Lines of
    pre-receipts are in no published list, so one that is found is taken for the same. Two records of one reference
    raise `Conflict`: a person has to say which one stands.
    """

    def __init__(self, site: Site) -> None:
        self._ledger = site.ledger
        self._clarus = site.clarus
        self._account = site.account
        self._products = ProductTarget(site.clarus, site.account)

    def send(self, posting: Posting) -> PostingStatus:
        """Create what it says unless it is there; add a late line to its order; change a product."""
        if posting.kind in PRODUCTS:
            return self._products.send(posting)
        if posting.kind == LINE_OUT:
            return self._add_line(posting)
        made = SafeCreate(self._clarus, pauses=()).create(_create(posting))
        return self._found(posting, made.id) if made.found else PostingStatus(State.POSTED, made.id)

    def ask(self, posting: Posting) -> PostingStatus:
        """Look the reference up: found means posted, absent means it may be sent again.

        So does another one under its reference: nothing is sent over it, and what this one led to may still come.
        """
        if posting.kind in PRODUCTS:
            return self._products.ask(posting)
        if posting.kind == LINE_OUT:
            lines = self._lines_there(posting)
            return _asked(self._found_line(posting, lines)) if lines else _absent("the order lacks it")
        identity = Identity.of(_create(posting))
        there = identity.only(self._clarus.all(identity.listing))
        return _asked(self._found(posting, there)) if there else _absent("the warehouse has none")

    def ask_many(self, postings: Sequence[Posting]) -> Mapping[str, PostingStatus]:
        """Look the references of creates up in lists, and the lines of the orders that they show.

        Only what is there as it was asked is told.
        """
        found: dict[str, PostingStatus] = {}
        if postings[0].kind in (GOODS_OUT, PRE_RECEIPT):
            for first in range(0, len(postings), _TOGETHER):
                found |= self._shown(postings[first : first + _TOGETHER])
        return found

    def _shown(self, postings: Sequence[Posting]) -> Mapping[str, PostingStatus]:
        wanted = {posting.key: each for posting in postings if (each := _identity(posting))}
        nodes = self._clarus.all(listing_of(wanted.values())) if wanted else []
        there = {key: document for key, each in wanted.items() if (document := _only(each, nodes))}
        lines: dict[str, list[wire.GoodsOutLineNode]] = {document: [] for document in there.values()}
        if there and postings[0].kind == GOODS_OUT:
            for line in self._clarus.all(lines_by_id(list(lines))):
                lines.setdefault(order_id_of(line), []).append(line)
        shown = [posting for posting in postings if posting.key in there]
        told = {one.key: self._found(one, there[one.key], lines[there[one.key]]) for one in shown}
        return {key: standing for key, standing in told.items() if standing.state is State.POSTED}

    def knock(self) -> None:
        """Read one row."""
        self._clarus.accounts.list(code=self._account).first()

    def finish(self) -> None:
        """Everything is there already."""

    def _found(
        self, posting: Posting, document: str, there: Sequence[wire.GoodsOutLineNode] | None = None
    ) -> PostingStatus:
        """It is there as `document`: posted if that says the same. An order's lines are `there`, or are read."""
        if posting.kind != GOODS_OUT:
            return PostingStatus(State.POSTED, document, _FOUND)
        asked = goods_out_of(posting).lines
        if there is None:
            there = self._clarus.goods_out_lines.list(goods_out_id=document).all()
        numbers = {line.alt_line_number for line in there} - {line.alt_line_number for line in asked}
        added_later = [number for number in numbers if number and self._is_sent_apart(posting, number)]
        how = differences(asked, there, but=added_later)
        return stands_otherwise(document, how) if how else PostingStatus(State.POSTED, document, _FOUND)

    def _is_sent_apart(self, order: Posting, number: str) -> bool:
        """Whether a line of the order that came later may be there."""
        late = self._ledger.about(LINE_OUT, [f"{order.reference}/{number}"])
        return any(one.state not in UNSENT and one.state is not State.CANCELLED for one in late)

    def _found_line(self, posting: Posting, lines: Sequence[wire.GoodsOutLineNode]) -> PostingStatus:
        """Its number is there, in `lines`: posted if that line says the same."""
        there = only([line.id for line in lines], posting)
        how = differences([_late_line(posting)], lines)
        return stands_otherwise(there, how) if how else PostingStatus(State.POSTED, there, _FOUND)

    def _add_line(self, posting: Posting) -> PostingStatus:
        """Add a line to the order it belongs to, unless it is there or the order has left."""
        there = self._lines_there(posting)
        if there:
            return self._found_line(posting, there)
        order = self._order_of(posting)
        if order is None:
            return PostingStatus(State.RETRYING, note="its order is not in the warehouse yet")
        status = "" if order.goods_out_status is None else order.goods_out_status.code
        if status in _GONE:
            what = f"the order is {status.lower()} in the warehouse: release what is missing on a new pick ticket"
            raise InvalidRecord(what, record=posting.record_name)
        line = _late_line(posting)
        self._clarus.goods_outs.update(order.id, lines=[added(line)])
        made = [line.id for line in self._lines_there(posting)]
        return PostingStatus(State.POSTED, only(made, posting))

    def _lines_there(self, posting: Posting) -> list[wire.GoodsOutLineNode]:
        """The order's lines that carry the ERP's line number."""
        order = self._order_of(posting)
        if order is None:
            return []
        wanted = _late_line(posting)
        lines = self._clarus.goods_out_lines.list(goods_out_id=order.id).all()
        if lines and all(line.alt_line_number is None for line in lines):
            what = "the warehouse shows no line numbers, so a late line could be added twice"
            raise ConfigurationError(what, record=posting.record_name, field="clarus.extra_fields")
        return [line for line in lines if line.alt_line_number == wanted.alt_line_number]

    def _order_of(self, posting: Posting) -> wire.GoodsOutNode | None:
        order = goods_out_of(posting)
        found = self._clarus.goods_outs.list(reference=order.reference, account_id=order.account_id).all()
        if len(found) > 1:
            raise InvalidRecord(f"{len(found)} orders of its reference stand there", record=posting.record_name)
        return found[0] if found else None


def only(found: Sequence[str], posting: Posting) -> str:
    """The id of the one document that is there, or nothing. Raises `PostedTwice` for several."""
    if len(found) > 1:
        what = f"{len(found)} of it stand in the warehouse: ids {', '.join(found)}"
        raise PostedTwice(what, documents=tuple(found), record=posting.record_name)
    return "".join(found)


def _identity(posting: Posting) -> Identity | None:
    """By what a create is found; nothing where that cannot be told."""
    try:
        return Identity.of(_create(posting))
    except InvalidRecord:
        return None


def _only(wanted: Identity, nodes: Sequence[wire.Node]) -> str:
    """The id of the one that is there; nothing where there are none, or several."""
    try:
        return wanted.only(nodes)
    except PostedTwice:
        return ""


def _asked(found: PostingStatus) -> PostingStatus:
    """What was found, for one who asked."""
    return PostingStatus(State.POSTED, found.external_id) if found.state is State.POSTED else _absent(found.note)


def _absent(note: str) -> PostingStatus:
    return PostingStatus(State.RETRYING, note=note)


_FOUND = "was there already"
_TOGETHER = 50
"""References that one list is asked for."""
_GONE = frozenset({"COMPLETED", "CANCELLED"})


def _late_line(posting: Posting) -> wire.GoodsOutLineAttributes:
    lines = goods_out_of(posting).lines
    if len(lines) != 1:
        raise UnreadableMessage(f"the message has {len(lines)} lines, not one", record=posting.record_name)
    return lines[0]


def _create(posting: Posting) -> Call[wire.Saved]:
    kind = posting_kind(posting.kind)
    if kind is not None and kind.create is not None:
        return kind.create(posting)
    raise InvalidRecord(f"the warehouse takes no {posting.kind}", record=posting.record_name)


_OUTBOUND: TypeAdapter[messages.Outbound] = TypeAdapter(messages.Outbound)
_STATE_OF: Mapping[messages.DeliveryStatus, State | None] = {
    messages.DeliveryStatus.POSTED: State.POSTED,
    messages.DeliveryStatus.STAGED: State.ACCEPTED,
    messages.DeliveryStatus.REJECTED: State.REJECTED,
    messages.DeliveryStatus.ABSENT: State.RETRYING,
    messages.DeliveryStatus.UNKNOWN: None,
}


class ErpTarget(OneByOne):
    """Blue Cherry. What it takes is staged; only its books say that a message is posted."""

    def __init__(self, site: Site) -> None:
        self._bluecherry = site.bluecherry

    def send(self, posting: Posting) -> PostingStatus:
        """Send the message under the posting's own control number, the same at every attempt."""
        message = message_of(posting, _OUTBOUND.validate_python)
        accepted = self._bluecherry.send(message, posting.control_number)
        return PostingStatus(State.ACCEPTED, accepted.pkey)

    def most_together(self, kind: str) -> int:
        """As many as the site's transport takes."""
        return self._bluecherry.most_messages

    def send_many(self, postings: Sequence[Posting]) -> Sequence[PostingStatus]:
        """Send the messages of one kind in one request, each under its posting's own control number."""
        told = [(message_of(posting, _OUTBOUND.validate_python), posting.control_number) for posting in postings]
        return [PostingStatus(State.ACCEPTED, each.pkey) for each in self._bluecherry.send_many(told)]

    def ask_many(self, postings: Sequence[Posting]) -> Mapping[str, PostingStatus]:
        """By ranges of control numbers, where the transport can."""
        numbers = {posting.control_number: posting.key for posting in postings}
        found = self._bluecherry.probe_many(postings[0].kind, list(numbers))
        return {numbers[number]: _said(answer) for number, answer in found.items()}

    def ask(self, posting: Posting) -> PostingStatus:
        """Ask by control number; by reference only where no other posting has the same."""
        reference = "" if is_one_of_several(posting) else posting.reference
        return _said(self._bluecherry.probe(posting.kind, posting.control_number, reference))

    def knock(self) -> None:
        """Ask for its version."""
        self._bluecherry.ping()

    def finish(self) -> None:
        """Everything is there already."""


def _said(answer: messages.DeliveryStatus) -> PostingStatus:
    return PostingStatus(_STATE_OF[answer], note=f"Blue Cherry says {answer}")


def targets(site: Site) -> Mapping[str, Target]:
    """Both targets by the name that postings use."""
    return {CLARUS: _warehouse(site), BLUECHERRY: ErpTarget(site)}


def _warehouse(site: Site) -> Target:
    if site.files is None:
        return WarehouseTarget(site)
    from clarus_bluecherry.flows.file_target import FileTarget  # nobody else needs it

    return FileTarget(site, site.files)
