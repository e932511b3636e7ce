"""What must hold in the end, when the weather has been fair for a while: both systems' own books and the ledger.

Law of this module: nothing that the library says of itself is believed, except what it says that a person has to
look at. A difference that no open posting names is a fault.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from itertools import chain
from typing import cast

from attrs import frozen
from flows_world import CODES

from clarus_bluecherry.ledger import InboxItem, Ledger, Posting, State
from clarus_bluecherry.ledger.keys import key_parts
from clarus_bluecherry.sandbox.erp import Erp, Staged, Standing
from clarus_bluecherry.sandbox.warehouse import GoodsOut, Warehouse
from clarus_bluecherry.sandbox.warehouse.documents import GoodsOutStatus

Event = tuple[str, str, str]
"""Kind, document (and line), product code of the warehouse."""

_OWNED = frozenset({State.PARKED, State.REJECTED, State.IN_DOUBT})
_ON_THEIR_WAY = frozenset({State.PENDING, State.SENDING, State.RETRYING})


@frozen
class Fault:
    """One thing that does not hold: its kind, one word or two, and what was found."""

    kind: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}"


@frozen
class Books:
    """Both systems as they stand in the end, every posting of the ledger, and what waits in its inbox."""

    erp: Erp
    warehouse: Warehouse
    postings: list[Posting]
    unread: list[InboxItem]

    @classmethod
    def of(cls, erp: Erp, warehouse: Warehouse, ledger: Ledger) -> Books:
        """As they stand now."""
        return cls(erp, warehouse, ledger.in_state(*State), ledger.inbox())

    def owned(self, document: str) -> bool:
        """Whether something open, that a person sees, names the document."""
        return document in self._named

    @cached_property
    def _named(self) -> frozenset[str]:
        """All documents that are named so."""
        owned = [posting for posting in self.postings if posting.state in _OWNED]
        words = (word for each in (*owned, *self.unread) for word in each.record_name.split())
        others = ((posting.reference, key_parts(posting.fact_key)[2]) for posting in owned)
        return frozenset(chain(words, *others))


def faults(books: Books) -> list[Fault]:
    """Everything that does not hold."""
    return [
        *_twice(books),
        *_differences(books),
        *_untrue(books),
        *_not_standing(books),
        *_without_tracking(books),
        *_unowned(books),
    ]


def _twice(books: Books) -> Iterator[Fault]:
    """What stands there more than once, and is on nobody's list."""
    staged = [one for one in books.erp.staged if one.standing is not Standing.REJECTED]
    messages = Counter((one.entity, one.isa_num, _document(one)) for one in staged)
    living = (o for o in books.warehouse.goods_outs if o.status is not GoodsOutStatus.CANCELLED)
    orders = Counter(("goods out", order.reference, order.reference) for order in living)
    for (kind, number, document), times in (messages | orders).items():
        if times > 1 and not books.owned(document):
            yield Fault("doubled", f"{kind} {number}: {times}")


def _document(staged: Staged) -> str:
    """The pick ticket or the adjustment that a message is about."""
    header = cast("dict[str, object]", staged.body.get("header", staged.body))
    return str(header.get("pick_num") or header.get("adj_num"))


def _done(books: Books) -> dict[Event, Decimal]:
    """What the warehouse has done, as it says now."""
    book: dict[Event, Decimal] = defaultdict(Decimal)
    for order in books.warehouse.goods_outs:
        for line in order.lines:
            if line.dispatch_quantity:
                event = ("dispatch", f"{order.reference}/{line.alt_line_number}", line.product.code)
                book[event] -= line.dispatch_quantity
    for effect in books.warehouse.truth():
        if effect.kind == "adjustment":
            book["adjustment", str(effect.source), effect.product] += effect.quantity
    return book


def _told(books: Books) -> dict[Event, Decimal]:
    """What Blue Cherry has been told of it."""
    codes = {article.key: code for article, code in CODES.items()}
    book: dict[Event, Decimal] = defaultdict(Decimal)
    for one in books.erp.staged:
        if one.standing is Standing.REJECTED:
            continue
        if one.entity == "OrderShipment":
            for row in one.body["pickDetail"]:
                event = ("dispatch", f"{row['pick_num']}/{row['line_seq']}", codes[_sku(row)])
                book[event] -= Decimal(str(row["size_qty"]))
        else:
            sign = -1 if one.body["size_adj"] == "S" else 1
            event = ("adjustment", str(one.body["adj_num"]), codes[_sku(one.body)])
            book[event] += sign * Decimal(str(one.body["size_qty"]))
    return book


def _sku(row: dict) -> tuple[str, ...]:
    columns = ("style", "color_code", "lbl_code", "dimension", "size_desc")
    return tuple(str(row.get(column) or "") for column in columns)


def _differences(books: Books) -> Iterator[Fault]:
    done, told = _done(books), _told(books)
    for event in sorted({*done, *told}):
        did, said = done.get(event, Decimal(0)), told.get(event, Decimal(0))
        if did != said and not books.owned(event[1].partition("/")[0]):
            kind = "lost" if not said else "doubled" if said == 2 * did else "differs"
            yield Fault(kind, f"{' '.join(event)}: done {did}, told {said}")


def _untrue(books: Books) -> Iterator[Fault]:
    there = {one.isa_num for one in books.erp.staged}
    for posting in books.postings:
        says = posting.target == "bluecherry" and posting.state in {State.ACCEPTED, State.POSTED}
        if says and posting.control_number and posting.control_number not in there:
            yield Fault("untrue", f"{posting.record_name} is {posting.state}, and is not there")


def _not_standing(books: Books) -> Iterator[Fault]:
    """Orders that stand otherwise in the warehouse than Blue Cherry says now.

    Of one whose shipment Blue Cherry has taken it knows itself what has left: it tells nobody of it any more.
    """
    living: dict[str, GoodsOut] = {}
    for each in books.warehouse.goods_outs:
        if each.status is not GoodsOutStatus.CANCELLED:
            living.setdefault(str(each.reference), each)
    for pick in books.erp.picks.values():
        asked = {line.line_seq: Decimal(line.bk_qty) for line in pick.lines if line.bk_qty}
        order = living.get(pick.pick_num)
        if books.owned(pick.pick_num):
            continue
        if order is None and asked:
            yield Fault("lost", f"pick {pick.pick_num} is not in the warehouse")
        elif order is not None:
            stands = {line.alt_line_number: line.order_quantity for line in order.lines}
            if stands != asked and not pick.shipped:
                yield Fault("old word", f"pick {pick.pick_num}: asked {asked}, stands {stands}")


def _without_tracking(books: Books) -> Iterator[Fault]:
    told = {text for one in books.erp.staged for text in re.findall(r"1Z\w+", str(one.body))}
    for package in books.warehouse.packages:
        number, order = package.tracking_number, package.shipment.goods_out.reference
        if number and number not in told and not books.owned(order):
            yield Fault("untracked", f"pick {order} was told without {number}")


def _unowned(books: Books) -> Iterator[Fault]:
    for posting in books.postings:
        if posting.state in _ON_THEIR_WAY or (posting.state is State.IN_DOUBT and not posting.reason):
            yield Fault("unowned", f"{posting.record_name} is {posting.state} in the end: {posting.reason}")
