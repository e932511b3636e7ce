"""Pick tickets: orders that the warehouse is to send.

GET `/api/pick` (H), X12 940 (H for its structure), sheets of the site's own (no layout is published, L).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from clarus_bluecherry.bluecherry.kinds._kind import Columns, Kind, RestRead, SheetLines, Told, X12Set
from clarus_bluecherry.bluecherry.messages.picks import PickAddress, PickEcho, PickTicket
from clarus_bluecherry.bluecherry.rest_rows import children, without
from clarus_bluecherry.errors import InvalidRecord

if TYPE_CHECKING:
    from clarus_bluecherry.bluecherry.edi.form import Form
    from clarus_bluecherry.bluecherry.rest_names import Envelopes
    from clarus_bluecherry.x12 import Segment

__all__ = ["PICK_TICKET"]

ADDRESSES, LINES = "pickaddress", "pickdetail"
"""The children of a row (H)."""
CANCELLED = frozenset({"F", "D"})
"""What W0501 says of an order that is withdrawn: its quantities are not read (M)."""
_REQUESTED = "10"


def from_row(row: Columns, at: Envelopes) -> tuple[PickTicket, ...]:
    """A row of `GET /api/pick` with its children."""
    addresses, lines = children(row, ADDRESSES, at), children(row, LINES, at)
    header = without(row, ADDRESSES, LINES, at=at)
    return (PickTicket.model_validate(header | {"addresses": addresses, "lines": lines}),)


def _written(pick: PickTicket, number: str, form: Form) -> list[Segment]:
    names, unit = form.profile.references, form.profile.unit
    body = [form.segment("W05", "N", pick.pick_num, pick.po_num)]
    for kind, qualifier in (("ST", names.ship_to), ("BT", names.bill_to)):
        address = next((each for each in pick.addresses if each.addr_type == kind), None)
        if address is not None:
            body += _address(qualifier, address, pick.customer if kind == "BT" else "", form)
    body.append(form.party(names.ship_from, pick.location, "Warehouse"))
    body += form.named("N9", (names.order, pick.ord_num), (names.shipper, pick.shipper))
    body += form.named("G62", (_REQUESTED, form.date(pick.pick_date)))
    body.append(form.segment("W66", "PP", form.profile.transport_mode))
    for place, line in enumerate(pick.lines, start=1):
        values = {1: form.number(line.bk_qty), 2: line.uom or unit}
        body += [form.segment("LX", str(place)), form.item("W01", values, line)]
        body += form.references(line, line=line.line_seq)
    return [*body, form.segment("W76", form.total(body, "W01", 1))]


def _address(qualifier: str, address: PickAddress, code: str, form: Form) -> list[Segment]:
    body = [form.party(qualifier, code, address.name)]
    if address.addr1:
        body.append(form.segment("N3", address.addr1, address.addr2))
    if address.city or address.country:
        body.append(form.segment("N4", address.city, address.state, address.zipcode, address.country))
    return body


def _read(body: Sequence[Segment], form: Form) -> Told:
    names, first = form.profile.references, body[0]
    is_cancelled = first[1] in CANCELLED
    if not is_cancelled:
        _refuse_lines_without_item(body, form)
    lines = []
    for run in form.groups(body, "W01"):
        units = Decimal(0) if is_cancelled else form.quantity(run[0][1])
        unit = "" if is_cancelled else form.unit(run[0][2])
        told = {"line_seq": form.reference_of(run, names.line), "bk_qty": units, "uom": unit}
        lines.append({**form.article_of(run[0], run), **told})
    begin = next((at for at, each in enumerate(body) if each.id == "LX"), len(body))
    head = body[:begin]
    return {
        "pick_num": first[2],
        "po_num": first[3],
        "ord_num": form.reference_of(head, names.order),
        "shipper": form.reference_of(head, names.shipper),
        "customer": form.code_of(head, names.bill_to),
        "location": form.code_of(head, names.ship_from),
        "pick_date": form.date_of(head, _REQUESTED),
        "addresses": [
            _read_address(run, form)
            for run in form.groups(head, "N1")
            if run[0][1] in (names.ship_to, names.bill_to)
        ],
        "lines": lines,
    }


def _refuse_lines_without_item(body: Sequence[Segment], form: Form) -> None:
    for run in form.groups(body, "LX"):
        if not any(each.id == "W01" for each in run):
            raise InvalidRecord(f"line {form.quoted('LX', run[0][1])} (LX) holds no item (W01)")


def _read_address(run: Sequence[Segment], form: Form) -> Told:
    streets = [line for each in run if each.id == "N3" for line in each.elements if line.strip()]
    place = next((each for each in run if each.id == "N4"), form.segment("N4"))
    return {
        "addr_type": "ST" if run[0][1] == form.profile.references.ship_to else "BT",
        "name": run[0][2],
        "addr1": streets[0] if streets else "",
        "addr2": ", ".join(streets[1:]),
        "city": place[1],
        "state": place[2],
        "zipcode": place[3],
        "country": place[4],
    }


PICK_TICKET = Kind(
    name="pick_ticket",
    model=PickTicket,
    key="pick_num",
    stands_for="an order that the warehouse is to send",
    rest=RestRead(entity="pick", records=from_row, sure="H"),
    x12=(X12Set(id="940", write=_written, read=_read, sure="H"),),
    sheet=SheetLines(
        key=("pick_num",),
        lists={"line": "lines"},
        singles={"ship_to": ("addresses", "addr_type", "ST"), "bill_to": ("addresses", "addr_type", "BT")},
        more={"": PickEcho},
    ),
)
