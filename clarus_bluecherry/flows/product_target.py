"""Products as they are created and changed in the warehouse, and how one is asked about.

Law of this module: nothing is written over what was not seen. A create looks for its code first, and what it finds
there is only the same when it says the same; an update looks at the product first, and one that is no longer as it
was seen is left for the next comparison. Both may be sent again.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ConfigDict

from clarus_bluecherry._wire import WireRecord
from clarus_bluecherry.clarus import calls, wire
from clarus_bluecherry.clarus._client import Clarus
from clarus_bluecherry.clarus.create import SafeCreate
from clarus_bluecherry.errors import InvalidRecord
from clarus_bluecherry.flows.message import PostingStatus, message_of
from clarus_bluecherry.flows.names import PRODUCT, PRODUCT_UPDATE
from clarus_bluecherry.ledger import Posting, State
from clarus_bluecherry.mapping.products import are_the_same, shown

PRODUCTS = (PRODUCT, PRODUCT_UPDATE)
"""Kinds of postings that are about products."""


class GuardedUpdate(WireRecord):
    """Fields to set in a product, as long as they are as they were `seen`."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    id: str
    code: str
    seen: Mapping[str, str]
    changes: wire.ProductChanges


class ChangedMeanwhile(InvalidRecord):
    """The product is not what it was when both sides were compared. Nothing was written."""

    action = "Nothing: both sides are compared again at the next turn; look at the product if it stays."


class ProductTarget:
    """The products of one account in Clarus."""

    def __init__(self, clarus: Clarus, account: str) -> None:
        self._clarus = clarus
        self._account = account

    def send(self, posting: Posting) -> PostingStatus:
        """Create the product and let the account hold it, or set the fields that are still as they were seen."""
        return self._create(posting) if posting.kind == PRODUCT else self._update(posting)

    def ask(self, posting: Posting) -> PostingStatus:
        """Whether the warehouse has it like this."""
        if posting.kind == PRODUCT:
            return self._asked_for(_new(posting))
        patch = _patch(posting)
        node = self._product(patch.code, patch.id)
        if node is not None and _differing(patch.changes, node) == []:
            return PostingStatus(State.POSTED, node.id)
        return PostingStatus(State.RETRYING, note="the product does not show it")

    # New ones ------------------------------------------------------------------------------------------------

    def _create(self, posting: Posting) -> PostingStatus:
        wanted = _new(posting)
        made = SafeCreate(self._clarus, pauses=()).create(calls.products.create.of(wanted))
        if made.found:
            self._refuse_another(wanted, made.id)
        self._assign(made.id)
        return PostingStatus(State.POSTED, made.id, "was there already" if made.found else "")

    def _refuse_another(self, wanted: wire.ProductAttributes, product_id: str) -> None:
        node = self._product(wanted.code or "", product_id)
        differing = ["code"] if node is None else _differing(wanted, node)
        if differing:
            what = f"a product of this code is there already, with another {', '.join(differing)}"
            raise ChangedMeanwhile(what, record=f"product {wanted.code}")

    def _assign(self, product_id: str) -> None:
        """Clarus refuses an order of an account that may not hold the product (I)."""
        if not self._is_assigned(product_id):
            self._clarus.account_products.assign(product_id, self._account_id)

    def _is_assigned(self, product_id: str) -> bool:
        found = self._clarus.account_products.list(product_id=product_id, account_id=self._account_id)
        return bool(found.all())

    @property
    def _account_id(self) -> str:
        return self._clarus.ids.account(self._account)

    def _asked_for(self, wanted: wire.ProductAttributes) -> PostingStatus:
        node = self._product(wanted.code or "")
        if node is None:
            return PostingStatus(State.RETRYING, note="the warehouse has none")
        if _differing(wanted, node) or not self._is_assigned(node.id):
            return PostingStatus(State.RETRYING, note="it is there, and not as it should be")
        return PostingStatus(State.POSTED, node.id)

    # Those that are there ------------------------------------------------------------------------------------

    def _update(self, posting: Posting) -> PostingStatus:
        patch = _patch(posting)
        node = self._product(patch.code, patch.id)
        if node is None:
            raise ChangedMeanwhile("the warehouse has it no longer", record=posting.record_name)
        differing = _differing(patch.changes, node)
        if not differing:
            return PostingStatus(State.POSTED, node.id, "was so already")
        now = shown(node)
        moved = [name for name in differing if now.get(name) != patch.seen.get(name)]
        if moved:
            what = f"it has changed in the warehouse since it was read: {', '.join(moved)}"
            raise ChangedMeanwhile(what, record=posting.record_name)
        self._clarus.products.update.of(patch.id, patch.changes)
        return PostingStatus(State.POSTED, node.id)

    def _product(self, code: str, product_id: str = "") -> wire.ProductNode | None:
        """The product of this very code, and of this id where one is given."""
        found = [node for node in self._clarus.products.list(code=code).all() if node.code == code]
        return next((node for node in found if product_id in ("", node.id)), None)


def _new(posting: Posting) -> wire.ProductAttributes:
    return message_of(posting, wire.ProductAttributes.model_validate)


def _patch(posting: Posting) -> GuardedUpdate:
    return message_of(posting, GuardedUpdate.model_validate)


def _differing(wanted: wire.ProductChanges, node: wire.ProductNode) -> list[str]:
    """The fields that the list shows, and shows otherwise than they are wanted."""
    told = {name: str(value) for name, value in wanted.wire().items()}
    both = told.keys() & shown(node).keys()
    return sorted(name for name in both if not are_the_same(name, shown(node)[name], told[name]))
