"""Did it work? Both systems' own books, which the library never sees, against each other and the ledger.

Law of this module: nothing the library says about itself is believed. What the warehouse did must be in Blue
Cherry's interface exactly once, under the day on which it was done, or stand open in the ledger; nothing else may
be there.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import cast

import clarus_bluecherry.sandbox.season as seasons
from clarus_bluecherry.cli.demo.truth import lasting
from clarus_bluecherry.cli.demo.truth import misdated as misdated_books
from clarus_bluecherry.cli.demo.world import PROFILE, ZONE, World
from clarus_bluecherry.finance import Cause, Reconciliation, book_changes
from clarus_bluecherry.ledger import State
from clarus_bluecherry.ledger.store import Ledger
from clarus_bluecherry.model import Dispatch, Record, Undispatch
from clarus_bluecherry.model._values import item_key
from clarus_bluecherry.report import Check, total_text, words
from clarus_bluecherry.sandbox.erp import Staged, Standing
from clarus_bluecherry.sandbox.planting import PlantedKind
from clarus_bluecherry.sandbox.warehouse.documents import Effect

Event = tuple[str, str, str, str]
"""Kind, what it belongs to, warehouse product code, Blue Cherry location."""
Book = dict[Event, Decimal]
BY_FILE = "by file"
"""What a return belongs to that an export told: it has no id of the warehouse's, so returns are added up."""

_ADJUSTED = {"03": "return"}
_CARRIED = frozenset({"dispatch", "receipt", "return", "adjustment"})


def checks(world: World, ledger: Ledger, found: Reconciliation) -> tuple[Check, ...]:
    """Everything that must hold at the end of the demo."""
    did, told = done(world), staged(world)
    refused = _refused(world)
    lost = _difference(_difference(did, told), _waiting(world, ledger))
    lost = {event: units for event, units in lost.items() if event[1] not in refused}
    twice = _posted_twice(world, did, told)
    unexplained = _unexplained(world, found)
    misdated, moved = dates(world)
    elsewhere = misdated_books(world)
    return (
        Check("nothing was lost", not lost, _detail(lost) or f"{len(did)} movements"),
        Check("nothing was posted twice", not twice, "; ".join(twice) or f"{len(world.erp.staged)} messages"),
        Check(
            "every date is the warehouse's own day",
            not misdated,
            "; ".join(misdated[:5]) or f"{moved} moved out of a closed period",
        ),
        Check(
            "the books have every posting on the day it was told",
            not elsewhere,
            "; ".join(elsewhere[:5]) or "but for what was planted",
        ),
        Check(
            "a snapshot finds nothing unexplained but what was planted",
            not unexplained,
            "; ".join(unexplained[:5]) or total_text(found.totals[Cause.UNEXPLAINED]),
        ),
        _same_stock(world, found),
        _everything_is_owned(ledger),
    )


def _unexplained(world: World, found: Reconciliation) -> list[str]:
    """Where the snapshot leaves more or less unexplained than was planted."""
    due = lasting(world)
    told = {(item_key(line.item), line.location): line.causes[Cause.UNEXPLAINED] for line in found.unexplained}
    return [
        f"{' '.join(place)}: {told.get(place, 0)} instead of {due.get(place, 0)}"
        for place in sorted({*due, *told})
        if told.get(place) != due.get(place)
    ]


def _refused(world: World) -> set[str]:
    """The lines of picks whose invoice a closed period refused."""
    kind = PlantedKind.REJECTED_BY_LOCK
    return {f"{one.document}/1" for one in world.month.planted if one.kind is kind}


def _named(world: World, kind: str, belongs: str) -> str:
    return BY_FILE if kind == "return" and world.warehouse_side is not None else belongs


def done(world: World) -> Book:
    """What the warehouse did, from its own book of effects. A dispatch that it took back is told to nobody."""
    book: Book = defaultdict(Decimal)
    for event, effect in _carried(world):
        book[event] += effect.quantity
    return {event: quantity for event, quantity in book.items() if quantity}


def _carried(world: World) -> Iterator[tuple[Event, Effect]]:
    for effect in world.warehouse.truth():
        if effect.kind in _CARRIED and not (effect.kind == "dispatch" and effect.quantity > 0):
            by_document = f"{effect.reference}/{effect.line}"
            belongs = by_document if effect.kind in {"dispatch", "receipt"} else effect.source
            yield (
                (
                    effect.kind,
                    _named(world, effect.kind, belongs),
                    effect.product,
                    seasons.LOCATIONS[effect.warehouse],
                ),
                effect,
            )


def staged(world: World) -> Book:
    """What Blue Cherry was told, from its interface, in the warehouse's product codes."""
    book: Book = defaultdict(Decimal)
    for _, one in _taken(world):
        for event, quantity in one.items():
            book[event] += quantity
    return {event: quantity for event, quantity in book.items() if quantity}


def _taken(world: World) -> Iterator[tuple[Staged, Book]]:
    """Each message that was not rejected, and what it tells."""
    code_of = {_key(article): article.warehouse_code for article in world.season.articles}
    for one in world.erp.staged:
        if one.standing is not Standing.REJECTED:
            book: Book = defaultdict(Decimal)
            for kind, belongs, row, quantity in _told(one):
                book[kind, _named(world, kind, belongs), code_of[_key_of(row)], str(row["location"])] += quantity
            yield one, book


def dates(world: World) -> tuple[list[str], int]:
    """What was told under a date on which it was not done, and how much was moved out of a closed period.

    The date is the day of the event in the books' zone, or the first open one where that was closed when it was
    told. What was told and never done is for the other checks.
    """
    did = _days(world)
    wrong, moved = [], 0
    for one, book in _taken(world):
        date = _date_of(one)
        for event, quantity in book.items():
            same = [done for done in did[event] if done[0] == quantity]
            right = [done for done in same if _due(done[1], one) == date]
            right.sort(key=lambda done: done[1] != date)
            if right:
                did[event].remove(right[0])
                moved += right[0][1] != date
            elif same:
                wrong.append(f"{' '.join(event)}: told under {date}, done on {same[0][1]}")
    return wrong, moved


def _days(world: World) -> defaultdict[Event, list[tuple[Decimal, dt.date]]]:
    """How much of each event was done on which day of the books: a dispatch whole, all others one by one."""
    book: defaultdict[tuple[Event, str, dt.date], Decimal] = defaultdict(Decimal)
    for event, effect in _carried(world):
        book[event, effect.source, effect.occurred_at.astimezone(ZONE).date()] += effect.quantity
    days: defaultdict[Event, list[tuple[Decimal, dt.date]]] = defaultdict(list)
    for (event, _, day), quantity in book.items():
        days[event].append((quantity, day))
    return days


def _due(day: dt.date, one: Staged) -> dt.date:
    """The date under which what was done on `day` was to be told when `one` came."""
    closed = one.closed_through
    return day if closed is None or day > closed else closed + dt.timedelta(days=1)


def _date_of(one: Staged) -> dt.date:
    columns = cast("Row", one.body.get("header", one.body))
    shapes = {"OrderShipment": PROFILE.dates.shipment, "ProductionReceiptAdvice": PROFILE.dates.receipt}
    text = str(columns.get("ship_date") or columns.get("receipt_date"))
    return dt.datetime.strptime(text, shapes.get(one.entity, PROFILE.dates.inventory)).replace(tzinfo=ZONE).date()


Row = Mapping[str, object]


def _told(one: Staged) -> Iterator[tuple[str, str, Row, Decimal]]:
    if one.entity == "OrderShipment":
        for row in cast("list[Row]", one.body["pickDetail"]):
            yield "dispatch", f"{row['pick_num']}/{row['line_seq']}", row, -_quantity(row)
    else:
        sign = -1 if one.body["size_adj"] == "S" else 1
        if one.entity == "ProductionReceiptAdvice":
            kind, belongs = "receipt", f"{one.body['prod_num']}/{one.body['prod_line']}"
        else:
            kind, belongs = _ADJUSTED.get(str(one.body["pix_code"]), "adjustment"), str(one.body["adj_num"])
        yield kind, belongs, one.body, sign * _quantity(one.body)


def _quantity(row: Row) -> Decimal:
    return Decimal(str(row["size_qty"]))


def _key_of(row: Row) -> tuple[str, ...]:
    columns = ("style", "color_code", "lbl_code", "dimension", "size_desc")
    return tuple(str(row.get(column) or "") for column in columns)


def _key(article: seasons.Article) -> tuple[str, ...]:
    return (article.style, article.color, article.label, article.dimension, article.size)


def _waiting(world: World, ledger: Ledger) -> Book:
    """What the ledger still has to tell Blue Cherry."""
    book: Book = defaultdict(Decimal)
    for posting, fact in ledger.open_postings(target="bluecherry"):
        if posting.state is not State.ACCEPTED and not isinstance(fact.record, Undispatch):
            for (kind, belongs, product, location), quantity in _events(fact.record):
                book[kind, _named(world, kind, belongs), product, location] += quantity
    return book


def _events(record: Record) -> Iterator[tuple[Event, Decimal]]:
    if isinstance(record, Dispatch):
        for line in record.lines:
            belongs = f"{record.order_reference}/{line.number}"
            yield ("dispatch", belongs, item_key(line.item), record.location), -line.shipped
        return
    kind = {"Receipt": "receipt", "ReturnToStock": "return"}.get(type(record).__name__, "adjustment")
    for change in book_changes(record):
        order = f"{getattr(record, 'order_reference', '')}/{getattr(record, 'line_number', '')}"
        belongs = order if kind == "receipt" else str(getattr(record, "id", ""))
        yield (kind, belongs, item_key(change.item), change.location), change.quantity


def _difference(one: Mapping[Event, Decimal], other: Mapping[Event, Decimal]) -> Book:
    """Per event, what `one` has more of than `other`, or less."""
    left = {event: one.get(event, Decimal(0)) - other.get(event, Decimal(0)) for event in {*one, *other}}
    return {event: quantity for event, quantity in left.items() if quantity}


def _detail(book: Book) -> str:
    some = sorted(book.items())[:5]
    return "; ".join(f"{' '.join(event)}: {quantity}" for event, quantity in some)


def _posted_twice(world: World, did: Book, told: Book) -> list[str]:
    """Messages under one number, orders under one reference, events told beyond what was done."""
    numbers = Counter((one.entity, one.isa_num) for one in world.erp.staged)
    found = [f"{entity} {number} came {count} times" for (entity, number), count in numbers.items() if count > 1]
    found += _repeated("goods out", (order.reference for order in world.warehouse.goods_outs))
    receipts = (receipt for receipt in world.warehouse.goods_in_receipts if receipt.receipt_type != "return")
    found += _repeated("pre-receipt", (str(receipt.reference) for receipt in receipts))
    for event, quantity in told.items():
        if abs(quantity) > abs(did.get(event, Decimal(0))):
            found.append(f"{' '.join(event)}: told {quantity}, done {did.get(event, 0)}")
    return found


def _repeated(what: str, references: Iterable[str]) -> list[str]:
    return [f"{what} {reference} is there twice" for reference, count in Counter(references).items() if count > 1]


def _same_stock(world: World, found: Reconciliation) -> Check:
    """The reconciliation read what both systems hold."""
    book = sum((line.book for line in found.lines), Decimal(0))
    physical = sum((line.physical for line in found.lines), Decimal(0))
    erp = sum(world.erp.on_hand().values(), Decimal(0))
    ours = (stock for stock in world.warehouse.stocks if stock.account.code == seasons.ACCOUNT)
    warehouse = sum((stock.quantity for stock in ours), Decimal(0))
    holds = (book, physical) == (erp, warehouse)
    return Check(
        "the reconciliation saw all stock",
        holds,
        f"{words.unit_count(physical)} in the warehouse, {words.units(book)} in the books",
    )


def to_be_looked_at(ledger: Ledger) -> bool:
    """Whether a notice waits for a worker to look where it points."""
    return any(item.due is not None for item in ledger.inbox())


def _everything_is_owned(ledger: Ledger) -> Check:
    """Whatever is open waits for somebody, or for Blue Cherry's own next run."""
    moving = ledger.in_state(State.PENDING, State.SENDING, State.RETRYING, State.IN_DOUBT)
    accepted = len(ledger.in_state(State.ACCEPTED))
    parked = len(ledger.in_state(State.PARKED, State.REJECTED)) + sum(item.due is None for item in ledger.inbox())
    owned = not moving and not to_be_looked_at(ledger)
    return Check("everything has an owner", owned, f"{accepted} await their invoice, {parked} wait for a person")
