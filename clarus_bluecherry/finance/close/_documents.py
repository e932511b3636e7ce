"""Which document a line of the books is about: the key that both sides derive, so that a match is equality.

Law of this module: a document is a kind and a name. A name that the warehouse knows is that document; another one
is it only where somebody says that the two are one (an order with its invoice, a posting with its control number).
Nothing is matched by quantity or by date; those choose among documents that are told to be one, and nothing else.
"""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from attrs import field, frozen

from clarus_bluecherry.finance.close._entries import (
    Moved,
    OpenItem,
    Place,
    PostingStep,
    StockEntry,
)


class DocumentKind(enum.StrEnum):
    """What a document is about."""

    ORDER = "order"
    RECEIPT = "receipt"
    RETURN = "return"
    ADJUSTMENT = "adjustment"
    TRANSFER = "transfer"
    OWNER = "owner"
    PACK = "pack"
    HOLD = "hold"
    OPEN = "open"
    """Carried from an earlier close: only its name is known."""

    __hash__ = str.__hash__


DocumentKey = tuple[DocumentKind, str]

KIND_OF: Mapping[Moved, DocumentKind] = {
    Moved.DISPATCHED: DocumentKind.ORDER,
    Moved.UNDISPATCHED: DocumentKind.ORDER,
    Moved.RECEIVED: DocumentKind.RECEIPT,
    Moved.RETURNED: DocumentKind.RETURN,
    Moved.ADJUSTED: DocumentKind.ADJUSTMENT,
    Moved.COUNTED: DocumentKind.ADJUSTMENT,
    Moved.TRANSFERRED: DocumentKind.TRANSFER,
    Moved.REOWNED: DocumentKind.OWNER,
    Moved.CONVERTED: DocumentKind.PACK,
    Moved.HELD: DocumentKind.HOLD,
    Moved.REVALUED: DocumentKind.ADJUSTMENT,
    Moved.OPENING: DocumentKind.OPEN,
}
_K = DocumentKind
_MAY_BE: Mapping[Moved, Sequence[DocumentKind]] = {
    Moved.DISPATCHED: (_K.ORDER, _K.TRANSFER, _K.OWNER, _K.OPEN),
    Moved.RECEIVED: (_K.RECEIPT, _K.TRANSFER, _K.RETURN, _K.PACK, _K.OWNER, _K.OPEN),
    Moved.RETURNED: (_K.RETURN, _K.ORDER, _K.RECEIPT, _K.OPEN),
    Moved.CONVERTED: (_K.PACK, _K.ADJUSTMENT, _K.OPEN),
}
"""What a line of the books may be about by its type; an adjustment may be about anything."""
_ANY: Sequence[DocumentKind] = (
    _K.ADJUSTMENT,
    _K.TRANSFER,
    _K.OWNER,
    _K.PACK,
    _K.HOLD,
    _K.RETURN,
    _K.RECEIPT,
    _K.ORDER,
    _K.OPEN,
)


@frozen
class DocumentNames:
    """The names that are told to be one document's: each row is one telling."""

    rows: tuple[frozenset[str], ...]
    _by_name: dict[str, list[int]] = field(init=False, factory=lambda: defaultdict(list), repr=False)

    def __attrs_post_init__(self) -> None:
        for number, row in enumerate(self.rows):
            for name in row:
                self._by_name[name].append(number)

    def of(self, name: str) -> frozenset[str]:
        """All that is told to be one with `name`, itself among them: an invoice, its order, its picks."""
        found, waiting = {name}, [name]
        while waiting:
            for number in self._by_name.get(waiting.pop(), ()):
                new = self.rows[number] - found
                found |= new
                waiting.extend(new)
        return frozenset(found)


@frozen
class DocumentIndex:
    """What the warehouse's entries and the open items are about: the documents that others can be matched to."""

    names: DocumentNames
    _places: dict[DocumentKey, dict[Place, Decimal]] = field(init=False, factory=dict, repr=False)

    def key_of(self, entry: StockEntry) -> DocumentKey:
        """The document of an entry: the warehouse's is what it says; the books' is one of those, or its own."""
        return own_key(entry) if entry.is_physical else self._key_of_book(entry)

    def add(self, key: DocumentKey, place: Place, qty: Decimal) -> None:
        """A document moved something at a place."""
        places = self._places.get(key)
        if places is None:
            self._places[key] = {place: qty}
        else:
            places[place] = places[place] + qty if place in places else qty

    def _key_of_book(self, entry: StockEntry) -> DocumentKey:
        own, kinds = own_key(entry), _MAY_BE.get(entry.moved, _ANY)
        if kinds[0] is own[0] and entry.place in self._places.get(own, ()):
            return own  # what `found` would say, and what nearly every line is
        back = self._return_to(own[1], entry) if entry.moved is Moved.RETURNED else None
        return back or self.found(own[1], kinds, entry.place, entry.qty) or own

    def _return_to(self, order: str, entry: StockEntry) -> DocumentKey | None:
        """The return of an order whose number a line has, though the order has lines of its own."""
        here = [key for key in self._candidates(order, (_K.RETURN,)) if entry.place in self._places[key]]
        return min(here, key=lambda key: self._places[key][entry.place] != entry.qty, default=None)

    def key_of_open(self, item: OpenItem) -> DocumentKey:
        """The document of an open item: the warehouse's where it still has one."""
        found = self.found(item.document, _ANY, (item.item, item.location), item.qty)
        return found or (KIND_OF[item.moved], item.document)

    def keys_of_posting(self, step: PostingStep) -> Sequence[DocumentKey]:
        """The documents that a posting may tell of: the warehouse's, else whatever it is called."""
        kinds = _ANY if step.moved is None else (KIND_OF[step.moved], _K.OPEN)
        found = self._candidates(step.document, kinds)
        for name in step.names if not found else ():
            found = found or self._candidates(name, kinds)
        exact = [key for key in found if key[1] == step.document]
        return exact or found

    def found(self, name: str, kinds: Sequence[DocumentKind], place: Place, qty: Decimal) -> DocumentKey | None:
        """The document called `name`. Where several are told to be it, the one that moved just this, then here."""
        exact = [(kind, name) for kind in kinds if (kind, name) in self._places]
        here = [key for key in exact if place in self._places[key]]
        if exact:
            return (here or exact)[0]

        def nearness(key: DocumentKey) -> tuple[bool, bool]:
            moved = self._places[key].get(place)
            return moved is None, moved != qty

        return min(self._candidates(name, kinds), key=nearness, default=None)

    def _candidates(self, name: str, kinds: Sequence[DocumentKind]) -> list[DocumentKey]:
        names = sorted(self.names.of(name))
        return [(kind, each) for kind in kinds for each in names if (kind, each) in self._places]


def own_key(entry: StockEntry) -> DocumentKey:
    """What an entry says that it is about."""
    return KIND_OF[entry.moved], entry.document or entry.entry_id


def index_of(
    physical: Iterable[StockEntry], open_items: Iterable[OpenItem], rows: Iterable[Iterable[str]]
) -> DocumentIndex:
    """The documents of the warehouse's entries and of the open items, with the names that are told of them."""
    told = (frozenset(filter(None, row)) for row in rows)
    index = DocumentIndex(DocumentNames(tuple(dict.fromkeys(filter(None, told)))))
    for entry in physical:
        index.add(own_key(entry), entry.place, entry.qty)
    for item in open_items:
        index.add(index.key_of_open(item), (item.item, item.location), Decimal(0))
    return index
