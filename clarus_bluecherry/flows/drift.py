"""Drift: for the orders on their way, what the warehouse has beside what Blue Cherry says now.

Law of this flow: it changes nothing. The ledger is asked, by index, for the orders that are open or not invoiced
yet, and for the versions of those alone; the warehouse for them, fifty at a time. What cannot be told of an order
is told by that order's name, and the others are compared.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice

from attrs import evolve, field, frozen

from clarus_bluecherry.bluecherry.messages import PickTicket
from clarus_bluecherry.clarus import any_of, calls, wire
from clarus_bluecherry.errors import InvalidRecord, SkuError
from clarus_bluecherry.finance.drift import (
    GONE,
    OrderDrift,
    RemovedLine,
    Versions,
    WarehouseLine,
    WarehouseOrder,
    drift_of_order,
)
from clarus_bluecherry.flows.drift_calls import proposal
from clarus_bluecherry.flows.heads import sent_of, version_order
from clarus_bluecherry.flows.lines import lines_by_id, lines_of
from clarus_bluecherry.flows.names import CLARUS, GOODS_OUT, LINE_OUT, ORDER_SHIPMENT, PICK
from clarus_bluecherry.flows.routes import goods_out_of
from clarus_bluecherry.flows.rows import Rows, read_whole
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.wall import Wall, why
from clarus_bluecherry.flows.writing import product_at
from clarus_bluecherry.ledger import Fact, Posting, State
from clarus_bluecherry.ledger.keys import key_parts
from clarus_bluecherry.ledger.reasons import Reason
from clarus_bluecherry.ledger.states import OPEN
from clarus_bluecherry.mapping import bluecherry, clarus
from clarus_bluecherry.model import Money, OrderLine, SalesOrder, Sku

HEADER_TOLD = "drift"
"""Under what the ledger remembers which version's address and date were sent: the warehouse does not show them."""
_TOGETHER = 50


@frozen(kw_only=True)
class Drifts:
    """What was found: the orders that drifted, of how many, and what of which could not be told.

    `sent` are the orders that were looked at, `there` how each stands in the warehouse, where that was shown.
    """

    orders: tuple[OrderDrift, ...]
    looked_at: int
    unread: tuple[str, ...] = ()
    sent: Mapping[str, Sent] = field(factory=dict, repr=False)
    there: Mapping[str, WarehouseOrder] = field(factory=dict, repr=False)


@frozen
class Sent:
    """An order that the warehouse has: posting and fact of that version, and of Blue Cherry's newest one."""

    posting: Posting
    accepted: Fact
    newest_posting: Posting
    present: Fact

    @property
    def orders(self) -> tuple[SalesOrder, SalesOrder]:
        """Both versions."""
        before, now = self.accepted.record, self.present.record
        if not isinstance(before, SalesOrder) or not isinstance(now, SalesOrder):
            raise InvalidRecord("a version of it is no sales order", record=self.posting.record_name)
        return before, now


def drift_of(site: Site, references: Iterable[str] | None = None) -> Drifts:
    """How the orders of `references` drifted; without them all that are open there, or left and not invoiced.

    `references` are numbers of pick tickets, or of transfers. What unit costs are is the item master's word.
    Raises the wire's errors when the warehouse cannot be asked; a site that reaches it by file alone compares both
    versions, and proposes nothing.
    """
    wanted = on_their_way(site) if references is None else list(dict.fromkeys(references))
    wall, found, unread = Wall(), list[OrderDrift](), list[str]()
    shown: dict[str, WarehouseOrder] = {}
    sent = sent_orders(site, wanted)

    def told(reference: str, error: Exception) -> None:
        unread.append(f"{sent[reference].posting.record_name}: {why(error).reason}")

    for some in _parts(sent):
        there = _there(site, some)
        shown |= {name: each for name, each in there.items() if isinstance(each, WarehouseOrder)}
        for reference in some:
            comparing = partial(_compared, site, sent[reference], there[reference])
            drift = wall.round(comparing, partial(told, reference))
            found += [] if drift is None else [drift]
    return Drifts(
        orders=tuple(_with_released_again(found, sent)),
        looked_at=len(sent),
        unread=tuple(unread),
        sent=sent,
        there=shown,
    )


def on_their_way(site: Site) -> list[str]:
    """The orders that are open in the warehouse, that changed after they were sent, or that are not invoiced."""
    ledger = site.ledger
    changed = (
        posting.reference
        for posting in ledger.in_state(State.PARKED, kind=GOODS_OUT)
        if posting.reason_code == Reason.CHANGED_AFTER_SENT
    )
    shipped = (posting.reference for posting in ledger.in_state(*OPEN, kind=ORDER_SHIPMENT))
    return list(dict.fromkeys((*ledger.open_orders(GOODS_OUT), *changed, *shipped)))


def sent_orders(site: Site, references: Iterable[str]) -> Mapping[str, Sent]:
    """Those of `references` that the warehouse has, or may have, by number: in two questions, however many."""
    postings: defaultdict[str, list[Posting]] = defaultdict(list)
    for posting in site.ledger.about(GOODS_OUT, references):
        postings[posting.reference].append(posting)
    pairs: dict[str, tuple[Posting, Posting]] = {}
    for reference, some in postings.items():
        versions = sorted(some, key=version_order)
        sent = sent_of(versions)
        if sent is not None:
            pairs[reference] = _standing(site, sent, versions[-1]), versions[-1]
    facts = site.ledger.facts_of(each.fact_key for pair in pairs.values() for each in pair)
    return {
        reference: Sent(sent, facts[sent.fact_key], newest, facts[newest.fact_key])
        for reference, (sent, newest) in pairs.items()
    }


def _standing(site: Site, sent: Posting, newest: Posting) -> Posting:
    """The version that counts over there: the newest one, where the warehouse was brought to it."""
    if sent is newest:
        return sent
    source, kind, number, _ = key_parts(newest.fact_key)
    head = site.ledger.head(source, kind, number)
    return newest if head is not None and head.standing_key == newest.fact_key else sent


# One order ---------------------------------------------------------------------------------------------------


def _compared(site: Site, sent: Sent, there: WarehouseOrder | Exception | None) -> OrderDrift | None:
    if isinstance(there, Exception):
        raise there
    before, now = sent.orders
    went, waiting = _products_sent(site, sent, before)
    versions = Versions(
        accepted=before,
        present=now,
        there=there,
        sent=went,
        products=_products_wanted(site, before, now, went),
        waiting=waiting,
        removed=_removed(site, sent.present, now),
        costs={sku: each.unit_cost for sku, each in site.master.items() if each.unit_cost is not None},
        carrier_of=partial(_carrier, site),
        day_of=partial(_day, site),
        header_told=_header_told(site, sent),
    )
    drift = drift_of_order(versions)
    if drift is None:
        return None
    call = None if there is None else proposal(site, drift, now, there)
    return evolve(drift, present_key=sent.present.key, proposal=call)


def _carrier(site: Site, shipper: str) -> str:
    """Clarus's code for a shipper; empty where the site names none, or Clarus does not have it."""
    code = site.erp_terms.carrier_of(shipper)
    try:
        return code if code and (not site.has_api or site.clarus.ids.carrier(code)) else ""
    except InvalidRecord:
        return ""


def _header_told(site: Site, sent: Sent) -> bool:
    return sent.posting is not sent.newest_posting and (
        site.ledger.linked(CLARUS, HEADER_TOLD, sent.posting.reference) == sent.present.key
    )


def _day(site: Site, instant: dt.datetime) -> dt.date:
    return instant.astimezone(site.warehouse_terms.zone).date()


def _products_sent(site: Site, sent: Sent, order: SalesOrder) -> tuple[Mapping[str, Collection[str]], set[str]]:
    """The products that each line was sent as, as the crosswalk was then; and the lines that were not sent yet."""
    went: defaultdict[str, set[str]] = defaultdict(set)
    for number, product in _lines_of_message(sent.posting):
        went[number].add(product)
    late = [f"{order.reference}/{line.number}" for line in order.lines if line.number not in went]
    for posting in site.ledger.about(LINE_OUT, late):
        if sent_of([posting]):
            for number, product in _lines_of_message(posting):
                went[number].add(product)
    return went, {line.number for line in order.lines if line.number not in went}


def _lines_of_message(posting: Posting) -> Iterator[tuple[str, str]]:
    """Number and product of each line that was sent: its id, or its code in an import file."""
    rows = (posting.payload or {}).get("rows")
    if isinstance(rows, list):
        yield from ((str(row.get("alt_line_number", "")), str(row.get("product_code", ""))) for row in rows)
        return
    for line in goods_out_of(posting).lines:
        yield line.alt_line_number or "", str(line.product_id)


def _products_wanted(
    site: Site, before: SalesOrder, now: SalesOrder, went: Mapping[str, Collection[str]]
) -> Mapping[str, str]:
    """The product of each line as it is wanted: of one that is the same as it was, the product that was sent."""
    was = {line.number: line.item for line in before.lines}
    found: dict[str, str] = {}
    for line in now.lines:
        same = was.get(line.number) == line.item and went.get(line.number)
        product = next(iter(went[line.number])) if same else _product(site, line)
        if product:
            found[line.number] = product
    return found


def _product(site: Site, line: OrderLine) -> str:
    try:
        return product_at(site, line.item) if isinstance(line.item, Sku) else ""
    except (SkuError, InvalidRecord):
        return ""


def _removed(site: Site, present: Fact, now: SalesOrder) -> tuple[RemovedLine, ...] | None:
    """Lines that the ticket still has, with nothing to be picked; None where it is not kept as it was."""
    if present.kind != PICK or present.raw is None:
        return None
    pick, wanted = PickTicket.model_validate(present.raw), {line.number for line in now.lines}
    return tuple(
        RemovedLine(
            number=line.line_seq,
            item=site.in_division(bluecherry.sku(line), pick.division),
            price=Money(line.price, pick.curr_code) if line.price is not None and pick.curr_code else None,
        )
        for line in pick.lines
        if line.line_seq not in wanted
    )


def _with_released_again(found: Sequence[OrderDrift], sent: Mapping[str, Sent]) -> Iterator[OrderDrift]:
    """A ticket that was withdrawn names those that were cut from its sales order since."""
    tickets: defaultdict[str, list[str]] = defaultdict(list)
    for reference, each in sent.items():
        _, now = each.orders
        if now.lines and now.order_number:
            tickets[now.order_number].append(reference)
    for drift in found:
        _, now = sent[drift.reference].orders
        again = tickets.get(now.order_number, []) if not now.lines else []
        yield evolve(drift, released_again=tuple(again))


# The warehouse -----------------------------------------------------------------------------------------------

_Stands = WarehouseOrder | Exception | None


def _there(site: Site, references: Sequence[str]) -> Mapping[str, _Stands]:
    """How each order stands in the warehouse, or why that cannot be told; None where nobody can ask."""
    if not site.has_api:
        return dict.fromkeys(references)
    account = site.clarus.ids.account(site.account)
    orders = read_whole(site, calls.goods_outs.list(account_id=account, reference=any_of(references)))
    nodes: defaultdict[str, list[wire.GoodsOutNode]] = defaultdict(list)
    for node in orders.nodes:
        nodes[node.reference].append(node)
    lines = lines_of(site, orders.nodes)
    return {
        reference: _stands(site, nodes[reference], lines, is_whole=not orders.unread) for reference in references
    }


def _stands(
    site: Site,
    nodes: Sequence[wire.GoodsOutNode],
    lines: Mapping[str, Rows[wire.GoodsOutLineNode]],
    *,
    is_whole: bool,
) -> _Stands:
    if len(nodes) > 1:
        return InvalidRecord(f"{len(nodes)} orders of its reference stand in the warehouse")
    if not nodes:
        gone = WarehouseOrder(id="", status=GONE)
        return gone if is_whole else InvalidRecord("an order in the list cannot be read, and may be this one")
    (order,) = nodes
    rows = lines.get(order.id) or read_whole(site, lines_by_id([order.id]))
    if rows.unread:
        return InvalidRecord(f"a line of it cannot be read: {rows.unread[0].problem.problem}")
    try:
        return _warehouse_order(site, order, rows.nodes)
    except InvalidRecord as error:
        return error


def _warehouse_order(
    site: Site, order: wire.GoodsOutNode, lines: Sequence[wire.GoodsOutLineNode]
) -> WarehouseOrder:
    if lines and all(line.alt_line_number is None for line in lines):
        what = "the warehouse shows no line numbers: name `alt_line_number` in clarus.extra_fields"
        raise InvalidRecord(what, field="lines.alt_line_number")
    day = order.expected_date_of_dispatch
    zone = site.warehouse_terms.zone
    return WarehouseOrder(
        id=order.id,
        status=order.status,
        lines=tuple(_warehouse_line(site, line) for line in lines),
        carrier=(order.carrier and order.carrier.code) or "",
        left_at=_left_at(site, order),
        dispatch_day=(wire.bare_date(day) or _day(site, wire.instant(day, zone=zone))) if day else None,
    )


def _left_at(site: Site, order: wire.GoodsOutNode) -> dt.datetime | None:
    try:
        return clarus.dispatched_at(order, site.warehouse_terms.zone)
    except InvalidRecord:
        return None


def _warehouse_line(site: Site, line: wire.GoodsOutLineNode) -> WarehouseLine:
    if line.product is None:
        raise InvalidRecord("a line of it names no product", field="lines.product")
    return WarehouseLine(
        id=line.id,
        number=line.alt_line_number or f"id {line.id}",
        product_id=line.product.id if site.files is None else line.product.code or "",
        ordered=line.order_quantity,
        picked=line.pick_quantity,
        dispatched=line.dispatch_quantity,
        is_short=bool(line.short_status),
    )


def _parts(references: Iterable[str]) -> Iterator[list[str]]:
    source = iter(references)
    while some := list(islice(source, _TOGETHER)):
        yield some
