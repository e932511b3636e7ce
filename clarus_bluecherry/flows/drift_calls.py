"""What of a drift can still be changed in the warehouse: the call, and the door by which a person sends it.

Law of this module: a call is data, and nothing here sends one by itself. All that can be changed of an order is
one call, so that it is refused, or takes effect, together. Before a person's call is sent the order is looked at
once more; after it, a version that the warehouse has as it is wanted is the one that counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from attrs import evolve

from clarus_bluecherry.clarus import LineChange, added, calls, removed, updated
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.finance.drift import DriftAspect, DriftRemedy, OrderDrift, WarehouseLine, WarehouseOrder
from clarus_bluecherry.flows.deciding import cancel_posting
from clarus_bluecherry.flows.derive import derive
from clarus_bluecherry.flows.heads import head_of, is_withdrawn
from clarus_bluecherry.flows.names import CLARUS
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.writing import goods_out_lines
from clarus_bluecherry.http import Call
from clarus_bluecherry.ledger import State
from clarus_bluecherry.ledger.reasons import Reason
from clarus_bluecherry.mapping import clarus
from clarus_bluecherry.model import SalesOrder

if TYPE_CHECKING:
    from clarus_bluecherry.clarus.wire import Saved

_ANOTHER_PRODUCT = (DriftAspect.SKU, DriftAspect.SUBSTITUTION)
_MADE_THERE = (DriftAspect.SHORT, DriftAspect.OVER_PICK)


# The call ----------------------------------------------------------------------------------------------------


def proposal(site: Site, drift: OrderDrift, wanted: SalesOrder, there: WarehouseOrder) -> Call[Saved] | None:
    """The call that changes all of `drift` that a call can change; None where that is nothing."""
    can = [each for each in drift.differences if each.remedy is DriftRemedy.CALL]
    aspects = {each.aspect for each in can}
    if DriftAspect.CANCELLATION in aspects:
        return calls.goods_outs.cancel(there.id)
    changes: dict[str, Any] = {}
    if DriftAspect.DATE in aspects:
        changes["expected_date_of_dispatch"] = wanted.requested_dispatch
    if DriftAspect.CARRIER in aspects:
        changes["carrier_id"] = site.clarus.ids.carrier(site.erp_terms.carrier_of(wanted.carrier))
    if DriftAspect.ADDRESS in aspects:
        changes["address"] = clarus.address(wanted.ship_to)
    lines = list(_line_changes(site, drift, wanted, there))
    if lines:
        changes["lines"] = lines
    return calls.goods_outs.update(there.id, **changes) if changes else None


def _line_changes(
    site: Site, drift: OrderDrift, wanted: SalesOrder, there: WarehouseOrder
) -> Iterator[LineChange]:
    """A product is not changed on a line (nothing says that it can be): the line goes, and another one comes."""
    stands = {line.number: line for line in there.lines}
    goods = _of(drift, DriftAspect.LINE, *_ANOTHER_PRODUCT)
    for number in goods & stands.keys():
        yield removed(stands[number].id)
    come = [line for line in wanted.lines if line.number in goods]
    for fresh in goods_out_lines(evolve(wanted, lines=tuple(come)), site) if come else ():
        yield added(fresh)
    for line in wanted.lines:
        if line.number in _of(drift, DriftAspect.QUANTITY) - goods:
            yield _other_quantity(stands[line.number], order_quantity=line.quantity)


def _other_quantity(line: WarehouseLine, **fields: object) -> LineChange:
    return updated(line.id, fields)


def _of(drift: OrderDrift, *aspects: DriftAspect) -> set[str]:
    """The lines of which a call changes one of `aspects`."""
    return {each.line for each in drift.differences if each.aspect in aspects and each.remedy is DriftRemedy.CALL}


# The door ----------------------------------------------------------------------------------------------------


def send_changes(site: Site, chosen: OrderDrift, *, actor: str, reason: str) -> OrderDrift | None:
    """Send the call that `chosen` proposes, for a person or under a policy of yours, and say what is left of it.

    `actor` is who decides and `reason` why: both go into the history. Where nothing is proposed nothing is sent;
    what the warehouse has as it is wanted is noted all the same. The order is compared anew before it is sent.
    Raises `InvalidRecord` when it is no longer as it was chosen, and the wire's errors when it is refused.
    """
    from clarus_bluecherry.flows.drift import HEADER_TOLD, drift_of  # which proposes what is sent here

    if not actor.strip() or not reason.strip():
        raise InvalidRecord("a change needs a name and a reason", record=f"order {chosen.reference}")
    now = _only(drift_of(site, [chosen.reference]).orders)
    if now is None or not _says_the_same(now, chosen):
        raise InvalidRecord(
            "it is not as it was when this was proposed",
            record=f"order {chosen.reference}",
            action="Ask for its drift again, and choose anew.",
        )
    if now.proposal is not None:
        site.clarus.send(now.proposal)
        site.ledger.link(CLARUS, HEADER_TOLD, now.reference, now.present_key)
    left = _only(drift_of(site, [chosen.reference]).orders)
    if left is None or _is_as_wanted(left):
        _takes_its_place(site, now, actor=actor, reason=reason)
    return _only(drift_of(site, [chosen.reference]).orders)


def _only(found: Collection[OrderDrift]) -> OrderDrift | None:
    return next(iter(found), None)


def _says_the_same(one: OrderDrift, other: OrderDrift) -> bool:
    """Whether both are of the same version and would send the same."""
    sends = [each.proposal and (each.proposal.path, each.proposal.body) for each in (one, other)]
    return one.present_key == other.present_key and sends[0] == sends[1]


def _is_as_wanted(drift: OrderDrift) -> bool:
    """Whether what still differs is nothing that the warehouse was asked for otherwise."""
    return all(each.remedy is DriftRemedy.NOTHING or each.aspect in _MADE_THERE for each in drift.differences)


def _takes_its_place(site: Site, drift: OrderDrift, *, actor: str, reason: str) -> None:
    """The present version counts from now on: its posting finds itself there, and dispatches are told as of it."""
    present = site.ledger.fact(drift.present_key)
    assert present is not None, "a version is a fact"
    posting = None if is_withdrawn(present) else derive(present, site)
    with site.ledger.transaction():
        head = head_of(site, present.source, present.kind, present.source_id)
        waits = head.postings[-1] if head.postings else None
        if head.newest != present or waits is None or waits.reason_code != Reason.CHANGED_AFTER_SENT:
            return
        note = f"changed in the warehouse: {reason}"
        if posting is None:
            cancel_posting(site.ledger, waits.key, actor=actor, reason=f"cancelled in the warehouse: {reason}")
        elif posting.payload is not None:
            site.ledger.advance(waits.key, State.PENDING, note=note, actor=actor, payload=posting.payload)
            site.ledger.move(evolve(head.kept, standing_key=present.key))
