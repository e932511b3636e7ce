"""Prepacks that come back in components: whole packs are told, and what waits for the others has a name.

Law of this flow: each component that was received counts once, in the order in which it came, and the pack is told
on the day of the one that makes it whole. What is left over stays in front of a person until others come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from attrs import evolve

from clarus_bluecherry.finance.in_flight import ERP
from clarus_bluecherry.flows.ingest import fact, ingest
from clarus_bluecherry.flows.names import CLARUS, PACKS, WAITS
from clarus_bluecherry.flows.packs import pack_received
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.ledger import Fact, Posting, State
from clarus_bluecherry.ledger.reasons import Reason
from clarus_bluecherry.mapping import resolved
from clarus_bluecherry.mapping.prepacks import Broken, broken, without_division
from clarus_bluecherry.model import Dispatch, PurchaseOrderLine, Receipt, Sku

_ACTOR = "packs"
_OTHERS_CAME = "others came"
_PROBLEM = "problem"
"""What a posting keeps of why it waited, also once it is cancelled."""


def say_what_waits(
    site: Site, name: str, rest: Sequence[Broken], pieces: Sequence[Dispatch | Receipt], *, state: str = ""
) -> None:
    """Tell a person which components of `name` wait for the rest of their pack; no `rest`: none any more.

    The `pieces` are what is not told yet, as a movement: until it is told they explain why the books differ. What
    a person has cancelled, because it was booked by hand, does not wait again. `state` is how the order stands.
    """
    problem = f"{name}{state}: {'; '.join(map(str, rest))}"
    with site.ledger.transaction():
        told = site.ledger.about(WAITS, [name])
        same = [posting for posting in told if posting.detail.get(_PROBLEM) == problem]
        for posting in told:
            if posting.state is State.PARKED and posting not in same:
                site.ledger.cancel(posting.key, _OTHERS_CAME, actor=_ACTOR)
        if not rest or any(posting.reason != _OTHERS_CAME for posting in same):
            return
        for version, record in enumerate(pieces, len(told) + 1):
            at = record.occurred_at
            piece = fact(record, source=CLARUS, kind=WAITS, source_id=name, version=str(version), occurred_at=at)
            site.ledger.record(piece)
            site.ledger.post(_waiting(piece, name, problem))


def forget_what_waits(site: Site, pick: str) -> None:
    """Nothing of a pick ticket has left any more, or all that left was told: no piece of it waits."""
    if site.erp_terms.units.prepacks:
        say_what_waits(site, name_of_pick(pick), (), ())


def name_of_pick(number: str) -> str:
    """What a person calls a pick ticket of which pieces wait."""
    return f"pick {number}"


def _waiting(piece: Fact, name: str, problem: str) -> Posting:
    return Posting(
        fact_key=piece.key,
        target=ERP,
        kind=WAITS,
        state=State.PARKED,
        occurred_at=piece.occurred_at,
        record_name=f"pieces of a prepack, {name}",
        reference=name,
        reason=problem,
        reason_code=Reason.BROKEN_PACK,
        detail={_PROBLEM: problem},
    )


def count_packs(site: Site, waiting: Posting, component: Fact) -> bool:
    """Count a received component to its pack; True where that makes packs whole, which are told now."""
    receipt, line = component.record, pack_received(site, component.record)
    assert isinstance(receipt, Receipt), "only receipts are counted"
    assert line is not None
    assert line.pack is not None, "a component has its pack"
    reference = f"{receipt.order_reference}/{receipt.line_number}"
    with site.ledger.transaction():
        site.ledger.hold(CLARUS, PACKS, reference)
        counted = (site.ledger.linked(CLARUS, PACKS, reference) or "").splitlines()
        if component.key in counted:
            return False
        units, told = _so_far(site, [*counted, component.key], line)
        new = line.pack.whole(units) - told
        site.ledger.cancel(waiting.key, f"counted to the packs of {reference}", actor=_ACTOR)
        keys = [*counted, component.key]
        if new:
            packs = _packs(receipt, line, new)
            ingest(site, packs)
            keys.append(packs.key)
        site.ledger.link(CLARUS, PACKS, reference, "\n".join(keys))
        rest = broken(line.number, line.pack, units, "came")
        pieces = [evolve(receipt, item=item, quantity=left) for item, left in rest.units.items()] if rest else []
        name = f"production order {receipt.order_reference}, line {line.number}"
        say_what_waits(site, name, [rest] if rest else [], pieces)
    return bool(new)


def _packs(receipt: Receipt, line: PurchaseOrderLine, new: Decimal) -> Fact:
    name = f"{receipt.id}/{PACKS}"
    record = evolve(receipt, id=name, item=line.item, quantity=new)
    return fact(record, source=CLARUS, kind=PACKS, source_id=name, version="", occurred_at=receipt.occurred_at)


def _so_far(site: Site, keys: Iterable[str], line: PurchaseOrderLine) -> tuple[dict[Sku, Decimal], Decimal]:
    """The components that came, and the packs that were told of them."""
    units: defaultdict[Sku, Decimal] = defaultdict(Decimal)
    told = Decimal(0)
    for kept in map(site.ledger.fact, keys):
        record = None if kept is None else kept.record
        if not isinstance(record, Receipt):
            continue
        item = without_division(resolved(record, site.warehouse_terms.sku_of).item)
        if item == line.item:
            told += record.quantity
        elif isinstance(item, Sku):
            units[item] += record.quantity
    return units, told
