"""Transfer orders: stock that is to move from one location to another.

No source of it is public (L): GET `/api/Transfer`, X12 940 or 943 as the site chooses, known from pick tickets and
production orders there by a reference (N9) in the head, sheets of the site's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING

from clarus_bluecherry.bluecherry.kinds._kind import Columns, Kind, RestRead, SheetLines, Told, X12Set
from clarus_bluecherry.bluecherry.kinds.pick_ticket import CANCELLED
from clarus_bluecherry.bluecherry.messages.transfers import TransferOrder
from clarus_bluecherry.bluecherry.rest_rows import children, without
from clarus_bluecherry.errors import InvalidRecord

if TYPE_CHECKING:
    from clarus_bluecherry.bluecherry.edi.form import Form
    from clarus_bluecherry.bluecherry.rest_names import Envelopes
    from clarus_bluecherry.x12 import Segment

__all__ = ["TRANSFER_ORDER"]

LINES = "transferdetail"
"""The children of a row (L)."""
_SEGMENTS = {"940": ("W05", "W01", "W76"), "943": ("W06", "W04", "W03")}
"""By set: its head, its items and its total."""
_SHIPS, _ARRIVES = "10", "17"


def from_row(row: Columns, at: Envelopes) -> tuple[TransferOrder, ...]:
    """A row of `GET /api/Transfer` with its lines."""
    lines = children(row, LINES, at)
    return (TransferOrder.model_validate(without(row, LINES, at=at) | {"lines": lines}),)


def _mark(form: Form) -> str:
    return form.profile.marks.get("transfer_order", "TF")


def _written(set_id: str, order: TransferOrder, number: str, form: Form) -> list[Segment]:
    names, (head, item, total) = form.profile.references, _SEGMENTS[set_id]
    body = [form.segment(head, "N", order.transfer_num)]
    places = ((names.ship_from, order.from_location), (names.ship_to, order.to_location))
    body += [form.party(qualifier, code) for qualifier, code in places if code]
    body.append(form.segment("N9", _mark(form), order.transfer_num))
    body += form.named("G62", (_SHIPS, form.date(order.ship_date)), (_ARRIVES, form.date(order.due_date)))
    if set_id == "943":
        body.append(form.segment("W27", form.profile.transport_mode, "", "Any"))
    for place, line in enumerate(order.lines, start=1):
        if set_id == "940":
            body.append(form.segment("LX", str(place)))
        body.append(form.item(item, {1: form.number(line.transfer_qty), 2: form.profile.unit}, line))
        body += form.references(line, line=line.line_seq)
    return [*body, form.segment(total, form.total(body, item, 1))]


def _read(set_id: str, body: Sequence[Segment], form: Form) -> Told:
    names, (_, item, _), first = form.profile.references, _SEGMENTS[set_id], body[0]
    is_cancelled = set_id == "940" and first[1] in CANCELLED
    if not is_cancelled and any(all(each.id != item for each in run) for run in form.groups(body, "LX")):
        raise InvalidRecord(f"a line (LX) holds no item ({item})")
    lines = [
        {
            **form.article_of(run[0], run),
            "line_seq": form.reference_of(run, names.line),
            "transfer_qty": Decimal(0) if is_cancelled else form.quantity(run[0][1]),
        }
        for run in form.groups(body, item)
    ]
    return {
        "transfer_num": first[2],
        "from_location": form.code_of(body, names.ship_from),
        "to_location": form.code_of(body, names.ship_to),
        "ship_date": form.date_of(body, _SHIPS),
        "due_date": form.date_of(body, _ARRIVES),
        "lines": lines,
    }


def _is_transfer(body: Sequence[Segment], form: Form) -> bool:
    head = takewhile(lambda each: each.id not in ("LX", "W04"), body)
    return bool(form.reference_of(head, _mark(form)))


def _set(set_id: str) -> X12Set[TransferOrder]:
    write, read = partial(_written, set_id), partial(_read, set_id)
    return X12Set(id=set_id, write=write, read=read, mine=_is_transfer, sure="L")


TRANSFER_ORDER = Kind(
    name="transfer_order",
    model=TransferOrder,
    key="transfer_num",
    stands_for="stock that is to move from one location to another",
    rest=RestRead(entity="Transfer", records=from_row, sure="L"),
    x12=(_set("940"), _set("943")),
    sheet=SheetLines(key=("transfer_num",), lists={"line": "lines"}),
    is_usual=False,
)
