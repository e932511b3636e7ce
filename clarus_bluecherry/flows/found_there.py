"""What stands in the warehouse under an order's reference, beside what Blue Cherry asks.

Law of this module: found is only the same when it says the same. Lines are compared by number, product and
quantity; what the warehouse does not show tells nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal

from clarus_bluecherry.clarus import wire
from clarus_bluecherry.flows.message import PostingStatus
from clarus_bluecherry.ledger import State
from clarus_bluecherry.ledger.reasons import Reason

_Line = tuple[Decimal, str]
"""Its quantity, and its product where that is compared."""


def differences(
    asked: Sequence[wire.GoodsOutLineAttributes],
    there: Sequence[wire.GoodsOutLineNode],
    *,
    but: Collection[str] = (),
) -> str:
    """Each line that differs, with both quantities; nothing where all say the same. Lines of `but` are left out.

    Without line numbers the lines are compared together, without products by quantity alone.
    """
    numbered = not there or any(line.alt_line_number is not None for line in there)
    by_product = all(line.product is not None for line in there)
    wanted = _by_number(
        (
            line.alt_line_number if numbered else None,
            Decimal(line.order_quantity),
            line.product_id if by_product else "",
        )
        for line in asked
    )
    standing = _by_number(
        (line.alt_line_number, line.order_quantity, line.product.id if by_product and line.product else "")
        for line in there
        if line.alt_line_number is None or line.alt_line_number not in but
    )
    numbers = [*wanted, *(number for number in standing if number not in wanted)]
    return "; ".join(
        _told(number, wanted.get(number, []), standing.get(number, []))
        for number in numbers
        if wanted.get(number) != standing.get(number)
    )


def stands_otherwise(document: str, how: str) -> PostingStatus:
    """The warehouse has the record of id `document` under its name, and that says otherwise: for a person."""
    note = f"the warehouse has it already, and not as it is asked: {how}"
    return PostingStatus(State.PARKED, document, note, Reason.CHANGED_AFTER_SENT)


def _by_number(lines: Iterable[tuple[str | None, Decimal, object]]) -> Mapping[str, list[_Line]]:
    found: dict[str, list[_Line]] = defaultdict(list)
    for number, quantity, product in lines:
        found[number or ""].append((quantity, str(product)))
    return {number: sorted(same) for number, same in found.items()}


def _told(number: str, asked: list[_Line], there: list[_Line]) -> str:
    by_product = [quantity for quantity, _ in asked] == [quantity for quantity, _ in there]
    what = f"Blue Cherry asks {_text(asked, by_product)}, the warehouse has {_text(there, by_product)}"
    return f"line {number}: {what}" if number else what


def _text(lines: list[_Line], by_product: bool) -> str:
    told = [f"{quantity.normalize():f}" + f" of product {product}" * by_product for quantity, product in lines]
    return " and ".join(told) or "nothing"
