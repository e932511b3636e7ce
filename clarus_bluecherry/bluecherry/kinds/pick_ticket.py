"""Pick tickets: orders that the warehouse is to send.

GET `/api/pick` (H), X12 940 (H for its structure), sheets of the site's own (no layout is published, L).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clarus_bluecherry.bluecherry.kinds._kind import Kind, RestRead, SheetLines, Told, X12Set
from clarus_bluecherry.bluecherry.messages.picks import PickAddress, PickEcho, PickTicket
from clarus_bluecherry.bluecherry.rest_rows import records_of
from clarus_bluecherry.errors import InvalidRecord

if TYPE_CHECKING:
    from clarus_bluecherry.bluecherry.edi.form import Form
    from clarus_bluecherry.x12 import Segment

__all__ = ["PICK_TICKET"]

ADDRESSES, LINES = "pickaddress", "pickdetail"
"""The children of a row (H)."""
_REQUESTED = "10"
_DELIVERY, _PHONE, _EMAIL = "DC", "TE", "EM"
"""The standard's qualifiers of who is to be asked, and how (H for the list)."""


from_row = records_of(PickTicket, addresses=ADDRESSES, lines=LINES)
"""A row of `GET /api/pick` with its children."""


def _written(pick: PickTicket, number: str, form: Form) -> list[Segment]:
    names = form.profile.references
    body = [form.segment("W05", "N", pick.pick_num, pick.po_num)]
    for kind, qualifier in (("ST", names.ship_to), ("BT", names.bill_to)):
        address = next((each for each in pick.addresses if each.addr_type == kind), None)
        if address is not None:
            body += _address(qualifier, address, pick.customer if kind == "BT" else address.code, form)
    body.append(form.party(names.ship_from, pick.location, "Warehouse"))
    body += form.named("N9", (names.order, pick.ord_num), (names.shipper, pick.shipper))
    body += form.named("N9", *([(names.division, pick.division)] if names.division else []))
    body += form.named("G62", (_REQUESTED, form.date(pick.pick_date)))
    body.append(form.segment("W66", "PP", form.profile.transport_mode))
    return [*body, *form.ordered("W01", ((line, line.line_seq, line.bk_qty, line.uom) for line in pick.lines))]


def _address(qualifier: str, address: PickAddress, code: str, form: Form) -> list[Segment]:
    body = [form.party(qualifier, code, address.name)]
    if address.addr1:
        body.append(form.segment("N3", address.addr1, address.addr2))
    if address.city or address.country:
        body.append(form.segment("N4", address.city, address.state, address.zipcode, address.country))
    reached = [pair for pair in ((_PHONE, address.phone), (_EMAIL, address.email)) if pair[1]]
    if address.contact or reached:
        body.append(form.segment("PER", _DELIVERY, address.contact, *(each for pair in reached for each in pair)))
    return body


def _read(body: Sequence[Segment], form: Form) -> Told:
    names, first, head = form.profile.references, body[0], form.head(body)
    return {
        "pick_num": first[2],
        "po_num": first[3],
        "ord_num": form.reference_of(head, names.order),
        "shipper": form.reference_of(head, names.shipper),
        "division": form.reference_of(head, names.division) if names.division else "",
        "customer": form.code_of(head, names.bill_to),
        "location": form.code_of(head, names.ship_from),
        "pick_date": form.date_of(head, _REQUESTED),
        "notes": form.notes_of(head),
        "addresses": [_read_address(run, form) for run in _runs_of_addresses(head, form)],
        "lines": [
            {**line, "notes": form.notes_of(run)}
            for line, run in zip(
                form.lines(body, "W01", "line_seq", "bk_qty"), form.groups(body, "W01"), strict=True
            )
        ],
    }


def _runs_of_addresses(head: Sequence[Segment], form: Form) -> list[list[Segment]]:
    names = form.profile.references
    runs = [run for run in form.groups(head, "N1") if run[0][1] in (names.ship_to, names.bill_to)]
    told = [run[0][1] for run in runs]
    for qualifier in told:
        if told.count(qualifier) > 1:
            raise InvalidRecord(f"two parties are N1*{qualifier}: where the goods go is in doubt")
    return runs


def _read_address(run: Sequence[Segment], form: Form) -> Told:
    streets = [line for each in run if each.id == "N3" for line in each.elements if line.strip()]
    names = [line for each in run if each.id == "N2" for line in each.elements if line.strip()]
    place = next((each for each in run if each.id == "N4"), form.segment("N4"))
    person = next((each for each in run if each.id == "PER"), form.segment("PER"))
    is_ship_to = run[0][1] == form.profile.references.ship_to
    return {
        "addr_type": "ST" if is_ship_to else "BT",
        "name": ", ".join(filter(None, (run[0][2], *names))),
        "contact": person[2],
        "phone": _reached(person, _PHONE),
        "email": _reached(person, _EMAIL),
        "code": run[0][4] if is_ship_to else "",
        "addr1": streets[0] if streets else "",
        "addr2": ", ".join(streets[1:]),
        "city": place[1],
        "state": place[2],
        "zipcode": place[3],
        "country": place[4],
    }


def _reached(person: Segment, by: str) -> str:
    """How a person is reached by one way."""
    return next((person[place + 1] for place in (3, 5, 7) if person[place] == by), "")


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
