"""Products out: what Blue Cherry tells of a SKU becomes the warehouse's product, field by field.

Law of this flow: it may run at any time and as often as anyone likes, and the newest word wins. Both sides are
compared anew each time; what differs is posted once, what is the same costs nothing, and what came to be right by
itself is given up. While something is on its way about a SKU, nothing else is posted about it. What is not certain
is not done: it waits for a person, with its candidates.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial

from attrs import asdict, evolve, field, frozen

from clarus_bluecherry.clarus import any_of, calls, wire
from clarus_bluecherry.errors import ConfigurationError, IllegalTransition, InvalidRecord
from clarus_bluecherry.flows.ingest import Collected, Kept, digest, fact
from clarus_bluecherry.flows.late_lines import UNSENT
from clarus_bluecherry.flows.names import BLUECHERRY, CLARUS, PRODUCT, PRODUCT_UPDATE
from clarus_bluecherry.flows.product_target import PRODUCTS, GuardedUpdate
from clarus_bluecherry.flows.rows import read_whole
from clarus_bluecherry.flows.site import Site
from clarus_bluecherry.flows.wall import Wall, why
from clarus_bluecherry.ledger import Fact, Posting, State
from clarus_bluecherry.ledger.keys import key_parts
from clarus_bluecherry.ledger.reasons import Reason
from clarus_bluecherry.mapping.checked import checked
from clarus_bluecherry.mapping.prepacks import without_division
from clarus_bluecherry.mapping.products import (
    ChangedProduct,
    NewProduct,
    ProductLists,
    ProductOutcome,
    ProductRefusal,
    ProductTerms,
    RefusedProduct,
    SameProduct,
)
from clarus_bluecherry.model import Plain, Product, Sku
from clarus_bluecherry.sku import Crosswalk

_UNDERWAY = frozenset({State.SENDING, State.IN_DOUBT, State.ACCEPTED})
_CANCELLED_BY_US = "overtaken"
_ACTOR = "products"
_BATCH = 100


@frozen(kw_only=True)
class ProductPlan:
    """What comes of comparing both sides' products.

    `unread` says what is wrong with rows of the warehouse's list. `untied` is how many of its products are tied to
    no SKU: what looks new may be one of them, under a code that nothing recognises.
    """

    outcomes: tuple[ProductOutcome, ...]
    unread: tuple[str, ...] = ()
    untied: int = 0

    @property
    def created(self) -> list[NewProduct]:
        """Products that the warehouse lacks."""
        return [each for each in self.outcomes if isinstance(each, NewProduct)]

    @property
    def changed(self) -> list[ChangedProduct]:
        """Products in which a field of Blue Cherry's says something else."""
        return [each for each in self.outcomes if isinstance(each, ChangedProduct)]

    @property
    def refused(self) -> list[RefusedProduct]:
        """Products about which nothing is done, and why."""
        return [each for each in self.outcomes if isinstance(each, RefusedProduct)]

    @property
    def remarks(self) -> list[tuple[str, str]]:
        """Code, and what the warehouse is not told of it."""
        told = ((each.code, each.remark) for each in self.outcomes if not isinstance(each, RefusedProduct))
        return [(code, remark) for code, remark in told if remark]


# Compared ----------------------------------------------------------------------------------------------------


def plan_products(site: Site) -> ProductPlan:
    """Compare the item master that the site has learnt with the warehouse's products, and change nothing.

    A prepack that goes out in its components needs no product: it is passed over.

    What the site lets happen makes no difference here. Raises `ConfigurationError` when the site has not learnt
    its crosswalk or has no API, and the wire's errors.
    """
    crosswalk, rows = _learnt(site), read_whole(site, calls.products.list())
    lists = ProductLists(rows.nodes, crosswalk, site.products, is_whole=not rows.unread)
    wall = Wall()
    compared = [
        wall.round(partial(lists.compare, product), partial(_not_compared, product))
        for product in site.master.values()
        if crosswalk.code_of(product.sku) or without_division(product.sku) not in site.erp_terms.units.prepacks
    ]
    return ProductPlan(
        outcomes=tuple(_of_the_account(site, compared)),
        unread=tuple(row.problem.problem for row in rows.unread),
        untied=len(crosswalk.untied),
    )


def _learnt(site: Site) -> Crosswalk:
    if not site.has_api:
        what = "products are compared and changed over Clarus's API, which this site does not have"
        raise ConfigurationError(
            what,
            record="site",
            field="products",
            action="Set up the API beside the files, or leave [products] out.",
        )
    if site.crosswalk is None:
        what = "the site has no crosswalk yet"
        raise ConfigurationError(what, record="site", action="Call `learn(site, file)` first.")
    return site.crosswalk


def _not_compared(product: Product, error: Exception) -> RefusedProduct:
    return RefusedProduct(
        product=product,
        code=str(product.sku),
        is_new=True,
        why=ProductRefusal.INVALID,
        reason=why(error).reason,
    )


def _of_the_account(site: Site, outcomes: Sequence[ProductOutcome]) -> Iterator[ProductOutcome]:
    """The outcomes, without changes to what the warehouse holds for others. Asked only of what would change."""
    refused = _not_ours(site, [each for each in outcomes if isinstance(each, ChangedProduct)])
    for each in outcomes:
        yield refused.get(each.id, each) if isinstance(each, ChangedProduct) else each


def _not_ours(site: Site, changed: Sequence[ChangedProduct]) -> dict[str, RefusedProduct]:
    """Those that other accounts hold and the site's does not, by id. One assigned to nobody is everybody's."""
    refused: dict[str, RefusedProduct] = {}
    for start in range(0, len(changed), _BATCH):
        batch = changed[start : start + _BATCH]
        rows = read_whole(site, calls.account_products.list(product_id=any_of([each.id for each in batch])))
        holders = _holders(rows.nodes)
        ours = site.clarus.ids.account(site.account)
        for each in batch:
            held_for = holders.get(each.id, {})
            if rows.unread:
                what = "rows of the warehouse's list of owners cannot be read, and it may be another's"
                refused[each.id] = _left_alone(each, ProductRefusal.UNREADABLE_LIST, what)
            elif held_for and ours not in held_for:
                what = f"the warehouse holds it for {', '.join(sorted(held_for.values()))}, not for {site.account}"
                refused[each.id] = _left_alone(each, ProductRefusal.OTHER_OWNER, what)
    return refused


def _holders(nodes: Iterable[wire.AccountProductNode]) -> dict[str, dict[str, str]]:
    """By product, the accounts that hold it: id and code."""
    found: dict[str, dict[str, str]] = {}
    for node in nodes:
        if node.product is not None and node.account is not None:
            found.setdefault(node.product.id, {})[node.account.id] = node.account.code or node.account.id
    return found


def _left_alone(each: ChangedProduct, reason: ProductRefusal, what: str) -> RefusedProduct:
    return RefusedProduct(product=each.product, code=each.code, is_new=False, why=reason, reason=what)


# Kept --------------------------------------------------------------------------------------------------------


def collect_products(site: Site) -> Collected:
    """Compare, and keep what has to be created or changed, as far as the site lets it (`site.products`).

    Where it lets nothing, nothing is asked for. Raises as `plan_products` does.
    """
    terms = site.products
    plan = plan_products(site) if terms.create or terms.update else ProductPlan(outcomes=())
    return keep_products(site, plan)


def keep_products(site: Site, plan: ProductPlan) -> Collected:
    """Keep what `plan` wants done, as far as the site lets it; what is no longer wanted is given up.

    One that cannot be kept is kept unread, and stops no other. Raises `LedgerError` when the ledger fails.
    """
    collected, wall = Collected(), Wall()
    _give_up(site, plan)
    for outcome in plan.outcomes:
        if _is_wanted(outcome, site.products):
            keeping = partial(_keep, site, outcome)
            kept = wall.keep(keeping, site, source=BLUECHERRY, kind=PRODUCT, source_id=outcome.code, raw=None)
            collected.add(kept)
    return collected


def _is_wanted(outcome: ProductOutcome, terms: ProductTerms) -> bool:
    match outcome:
        case SameProduct():
            return False
        case RefusedProduct(why=reason) if reason.passes:
            return False
        case _:
            return _is_let(_kind(outcome), terms)


def _kind(outcome: ProductOutcome) -> str:
    is_new = isinstance(outcome, NewProduct) or (isinstance(outcome, RefusedProduct) and outcome.is_new)
    return PRODUCT if is_new else PRODUCT_UPDATE


def _give_up(site: Site, plan: ProductPlan) -> None:
    """Cancel what has not been sent and is not wanted any more. A SKU that nobody compared is left as it is."""
    outcomes = {each.product.sku.key: each for each in plan.outcomes}
    for kind in PRODUCTS:
        for posting in site.ledger.in_state(*UNSENT, kind=kind):
            if not _is_let(kind, site.products):
                _cancel(site, posting, "the site does not let it happen")
            elif _is_over(posting, outcomes.get(posting.reference), site.products):
                _cancel(site, posting, "nothing of it is wanted any more")


def _is_let(kind: str, terms: ProductTerms) -> bool:
    return terms.create if kind == PRODUCT else terms.update


def _is_over(posting: Posting, outcome: ProductOutcome | None, terms: ProductTerms) -> bool:
    if outcome is None or _is_wanted(outcome, terms) or _is_underway(posting, outcome):
        return False
    return not (isinstance(outcome, RefusedProduct) and outcome.why.passes)


def _cancel(site: Site, posting: Posting, reason: str) -> None:
    with suppress(IllegalTransition):  # a worker has taken it meanwhile
        site.ledger.advance(
            posting.key,
            State.CANCELLED,
            note=reason,
            actor=_ACTOR,
            seen=posting,
            reason=reason,
            reason_code=_CANCELLED_BY_US,
        )


@frozen(kw_only=True)
class _Draft:
    """A posting before it has a fact."""

    kind: str
    state: State = State.PENDING
    payload: Plain | None = None
    reason: str = ""
    reason_code: str = ""
    detail: Plain = field(factory=dict)


def _keep(site: Site, outcome: ProductOutcome) -> Kept:
    """Post what `outcome` wants, unless it was posted already; an older word gives way."""
    sku, draft = outcome.product.sku, _draft(site, outcome)
    said_at = site.learnt_at or site.clock()
    with site.ledger.transaction():
        head = site.ledger.hold(BLUECHERRY, PRODUCT, sku.key)
        versions = _versions(site, sku)
        newest = versions[-1] if versions else None
        if newest is not None:
            if said_at < newest.occurred_at <= site.clock():
                return Kept.KNOWN  # a later reading has spoken
            if any(_is_underway(each, outcome) for each in versions):
                return Kept.KNOWN  # what is on its way decides what is left to do
            if _stands(site, newest, draft):
                return Kept.KNOWN
            draft = _unless_in_vain(newest, draft)
        for posting in versions:
            if posting.state in UNSENT:
                _cancel(site, posting, "replaced by a newer word")
        version = _version(outcome.product, said_at, head.version + 1)
        site.ledger.record(version)
        site.ledger.move(evolve(head, version=head.version + 1, newest_key=version.key))
        site.ledger.post(_posting(version, draft, outcome.code))
    return Kept.PARKED if draft.state is State.PARKED else Kept.NEW


def _is_underway(posting: Posting, outcome: ProductOutcome) -> bool:
    """Whether it may have had effect.

    So may a create that is due again while its product is there: perhaps the account does not hold it yet.
    """
    is_half_done = posting.kind == PRODUCT and posting.state is State.RETRYING and _is_there(outcome)
    return is_half_done or posting.state in _UNDERWAY


def _is_there(outcome: ProductOutcome) -> bool:
    return isinstance(outcome, ChangedProduct | SameProduct)


def _versions(site: Site, sku: Sku) -> list[Posting]:
    """Every posting about a SKU, in the order of the words that called for them."""
    found = [posting for kind in PRODUCTS for posting in site.ledger.about(kind, [sku.key], lock=True)]
    return sorted(found, key=lambda posting: int(key_parts(posting.fact_key)[3].rpartition(".")[2]))


def _version(product: Product, said_at: dt.datetime, number: int) -> Fact:
    return fact(
        product,
        source=BLUECHERRY,
        kind=PRODUCT,
        source_id=product.sku.key,
        version=f"{digest(product)}.{number}",
        occurred_at=said_at,
    )


def _posting(version: Fact, draft: _Draft, code: str) -> Posting:
    return Posting(
        fact_key=version.key,
        target=CLARUS,
        occurred_at=version.occurred_at,
        record_name=f"product {code}",
        reference=version.source_id,
        **asdict(draft, recurse=False),
    )


def _stands(site: Site, newest: Posting, draft: _Draft) -> bool:
    """Whether nothing has to be posted, because the newest word about the product says this already."""
    if (newest.kind, newest.payload) != (draft.kind, draft.payload):
        return False
    match newest.state:
        case State.CANCELLED:
            return newest.reason_code != _CANCELLED_BY_US and _waits_for_the_same(newest, draft)
        case State.POSTED:  # a list may lag behind
            return site.ledger.now() - newest.updated_at < site.feed_overlap
        case State.PARKED if draft.payload is not None:
            return newest.reason_code == Reason.NO_EFFECT
        case State.PARKED:
            return _waits_for_the_same(newest, draft)
        case _:
            return True


def _waits_for_the_same(newest: Posting, draft: _Draft) -> bool:
    """A posting with a message is known by that, one without by why it waits, which a person cancelled or not."""
    return draft.payload is not None or newest.detail == draft.detail


def _unless_in_vain(newest: Posting, draft: _Draft) -> _Draft:
    """The draft; parked where the warehouse took just this before, and the product shows nothing of it."""
    if newest.state is not State.POSTED or (newest.kind, newest.payload) != (draft.kind, draft.payload):
        return draft
    what = "the warehouse took this before, and the product is again as it was"
    return evolve(draft, state=State.PARKED, reason=what, reason_code=Reason.NO_EFFECT)


# Written -----------------------------------------------------------------------------------------------------


def _draft(site: Site, outcome: ProductOutcome) -> _Draft:
    match outcome:
        case NewProduct():
            return _created(site, outcome)
        case ChangedProduct():
            return _Draft(kind=PRODUCT_UPDATE, payload=_update(outcome), reason=outcome.remark)
        case RefusedProduct():
            return _waiting(_kind(outcome), outcome.why, outcome.reason, outcome.candidates)
        case SameProduct():
            raise InvalidRecord("there is nothing to do about it", record=f"product {outcome.code}")


def _created(site: Site, new: NewProduct) -> _Draft:
    try:
        unit = site.clarus.ids.stock_unit_type(site.products.stock_unit)
        with checked(f"product {new.code}"):
            told = {"code": new.code, "stock_unit_type_id": unit, **new.fields}
            wanted = wire.ProductAttributes.model_validate(told)
    except InvalidRecord as error:
        return _waiting(PRODUCT, ProductRefusal.INVALID, error.problem)
    payload = wanted.model_dump(mode="json", exclude_unset=True)
    return _Draft(kind=PRODUCT, payload=payload, reason=new.remark)


def _update(changed: ChangedProduct) -> Plain:
    update = GuardedUpdate(
        id=changed.id,
        code=changed.code,
        seen={each.field.value: each.old for each in changed.changes},
        changes=wire.ProductChanges.model_validate({each.field.value: each.new for each in changed.changes}),
    )
    return update.model_dump(mode="json", exclude_unset=True)


def _waiting(kind: str, reason_code: str, reason: str, candidates: Iterable[str] = ()) -> _Draft:
    return _Draft(
        kind=kind,
        state=State.PARKED,
        reason=reason,
        reason_code=str(reason_code),
        detail={"why": reason, "candidates": list(candidates)},
    )
